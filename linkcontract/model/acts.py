"""Acts: the statements of a contract's life as (type, body), ready for whoever signs.

Each gives a pair for `Engine.write` or `Session.write`, as in `write(rel, *revoke(offer))`. A
proposal names its thread, its terms and its own id, so nobody has to copy them. Whether an act is
in place is the ledger's to say when it is signed. Spec: statements, Bodies.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from linkcontract.errors import LocalProtocolError
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Controller, Terms

Act: TypeAlias = tuple[str, dict[str, Any]]
"""The type of a statement and its body, without the items it will commit to."""


def propose(
    terms: Terms,
    *,
    accept_by: int | None = None,
    controller: Controller | None = None,
    answers: Statement | None = None,
    amends: Statement | None = None,
) -> Act:
    """Offer terms: in a thread of their own, in answer to an offer, or in place of an agreement.

    Args:
        terms: what is offered.
        accept_by: Unix ms, at most 90 days away; by default 30 days after the terms begin.
        controller: who stands behind the party that signs; a second party names one.
        answers: the other side's proposal this is a counter-offer to.
        amends: the proposal in force, which these terms would replace.

    Raises:
        LocalProtocolError: act-proposal.
    """
    named = amends if answers is None else answers
    base = None if amends is None else amends.id
    if answers is not None and amends is None:
        base = _proposal(answers)["base"]  # a counter builds on what the offer builds on
    return "propose", {
        "thread": None if named is None else thread_of(named),
        "base": base,
        "answers": None if answers is None else answers.id,
        "terms": terms.to_value(),
        "accept_by": terms.valid_from + 30 * DAY if accept_by is None else accept_by,
        "controller": None if controller is None else controller.to_value(),
    }


def accept(proposal: Statement) -> Act:
    """Accept a proposal of the other side.

    Raises:
        LocalProtocolError: act-proposal.
    """
    terms = Terms.from_value(_proposal(proposal)["terms"])
    return "accept", {"thread": thread_of(proposal), "ref": proposal.id, "terms": terms.id}


def refuse(proposal: Statement, code: str, purposes: Sequence[str] | None = None) -> Act:
    """Refuse a proposal of the other side, or only some purposes of it.

    Raises:
        LocalProtocolError: act-proposal.
    """
    return "refuse", {
        "thread": thread_of(proposal),
        "ref": proposal.id,
        "purposes": None if purposes is None else list(purposes),
        "code": code,
    }


def retract(proposal: Statement) -> Act:
    """Take one's own offer back.

    Raises:
        LocalProtocolError: act-proposal.
    """
    return "retract", {"thread": thread_of(proposal), "ref": proposal.id}


def share(agreement: Statement, purpose: str) -> Act:
    """Share data under an agreement, named by its proposal; the contents go beside the act.

    Raises:
        LocalProtocolError: act-proposal.
    """
    return "share", {
        "thread": thread_of(agreement),
        "agreement": agreement.id,
        "purpose": purpose,
    }


def use(agreement: Statement, action: str, purpose: str, shared: bytes | None = None) -> Act:
    """Record a use of data: what was done, and what for.

    Args:
        agreement: the proposal of the agreement it was done under.
        action, purpose: terms of the vocabulary.
        shared: id of the share the data came with.

    Raises:
        LocalProtocolError: act-proposal.
    """
    return "use", {
        "thread": thread_of(agreement),
        "agreement": agreement.id,
        "action": action,
        "purpose": purpose,
        "ref": shared,
    }


def suspend(proposal: Statement) -> Act:
    """Stop everything in the thread of a proposal, for now.

    Raises:
        LocalProtocolError: act-proposal.
    """
    return "suspend", {"thread": thread_of(proposal)}


def revoke(proposal: Statement | None, purposes: Sequence[str] | None = None) -> Act:
    """Withdraw consent: of everything in the thread of a proposal, or of some purposes.

    Args:
        proposal: any proposal of the thread; None for all threads of the relationship.
        purposes: None for all of them, which ends the thread.

    Raises:
        LocalProtocolError: act-proposal.
    """
    return "revoke", {
        "thread": None if proposal is None else thread_of(proposal),
        "purposes": None if purposes is None else list(purposes),
    }


def terminate(proposal: Statement, effective: int | None = None) -> Act:
    """End the thread of a proposal, at once or as from a moment (Unix ms).

    Raises:
        LocalProtocolError: act-proposal.
    """
    return "terminate", {"thread": thread_of(proposal), "effective": effective}


def thread_of(proposal: Statement) -> bytes:
    """The thread a proposal is in: the one it names, or the one it begins.

    Raises:
        LocalProtocolError: act-proposal.
    """
    thread: bytes | None = _proposal(proposal)["thread"]
    return proposal.id if thread is None else thread


def _proposal(statement: Statement) -> Any:
    if statement.type != "propose" or statement.body is None:
        raise LocalProtocolError("act-proposal")
    return statement.body
