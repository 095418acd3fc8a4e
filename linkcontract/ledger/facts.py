"""What a statement is, fixed by its own past: judged once when it arrives, never again.

Spec: ledger, A1.7 and A4. `settle` runs the rules in order over a statement whose header is in
order; the first one it breaks makes it void.
"""

from collections.abc import Callable

from linkcontract.ledger import references
from linkcontract.ledger.agreements import terms_of
from linkcontract.ledger.fold import State
from linkcontract.ledger.held import Held
from linkcontract.ledger.past import Past
from linkcontract.ledger.phases import ThreadPhase
from linkcontract.ledger.proposals import HOLDS_SLOT
from linkcontract.ledger.threads import Thread, winner
from linkcontract.limits import MAX_OFFER
from linkcontract.model.bodies import RELEVANT_TYPES, STATEMENT_TYPES


def settle(past: Past, held: Held, before: Callable[[], State]) -> None:
    """Fix the facts of a statement: its thread, whether it is void, and what it confirms.

    Args:
        before: the state in which its own past folds.
    """
    held.thread = references.thread_of(held)
    held.warrants = references.warrants(past, held)
    held.void = broken_rule(past, held, before)
    if confirming(held) and past.has_news(held):
        held.confirms = confirmed_by(past, held, before())


def resettle(past: Past, held: Held) -> None:
    """Judge a statement anew whose erased body came after all.

    The fold reads no body of such a type, so neither the state nor what it confirms can change.
    """
    held.thread = references.thread_of(held)
    held.void = (
        references.unreadable(held)
        or references.references(past, held)
        or references.delegated(past, held)
    )


def broken_rule(past: Past, held: Held, before: Callable[[], State]) -> str | None:
    """Spec: ledger, A1.7: the reason the statement is void, or None."""
    reason = (
        references.unreadable(held)
        or references.references(past, held)
        or references.leads_only(held)
        or references.second_side_leads(held)
        or references.first_party_withdraws(held)
        or references.delegated(past, held)
        or references.delegates_soundly(past, held)
        or references.undelegates_own(past, held)
        or references.rotates_to_its_key(held)
        or references.resumes_own(past, held)
    )
    if reason is not None:
        return reason
    if held.type == "propose":
        return proposal_valid(held, before())
    if held.type == "accept":
        return accept_valid(past, held, before())
    if held.type in ("retract", "refuse"):
        return deny_valid(past, held, before())
    return None


def proposal_valid(held: Held, before: State) -> str | None:
    """Spec: ledger, V1: a root; or a first proposal in a thread not ended; or one on the agreement
    in force. Open for at most the protocol's term."""
    body = held.body
    if body["accept_by"] > held.statement.at + MAX_OFFER:
        return "proposal-term"
    if body["thread"] is None:
        alone = body["base"] is None and body["answers"] is None
        return None if alone else "proposal-root"
    thread = before.threads[body["thread"]]
    if thread.phase is ThreadPhase.ENDED:
        return "proposal-ended"
    if body["base"] is not None and not is_in_force(thread, body["base"]):
        return "proposal-base"
    return None


def is_in_force(thread: Thread, base: bytes) -> bool:
    """Spec: ledger, V1: a base is the confirmed tip of a thread that is
    neither ended nor frozen."""
    return thread.tip == base and not thread.frozen


def accept_valid(past: Past, held: Held, before: State) -> str | None:
    """Spec: ledger, V2: of the other side, live in past(accept),
    in time by the accepter's own clock."""
    proposal = past.by_id[held.body["ref"]]
    if proposal.side is held.side:
        return "accept-own-side"
    if proposal.id not in before.threads[held.body["thread"]].offers:
        return "accept-not-live"
    if held.statement.at > proposal.body["accept_by"]:
        return "accept-late"
    if held.body["terms"] != terms_of(proposal.statement).id:
        return "accept-terms"
    return None


def deny_valid(past: Past, held: Held, before: State) -> str | None:
    """Spec: ledger, V3: the proposal does not stand accepted in past(deny);
    one judgement for it."""
    proposal = past.by_id[held.body["ref"]]
    if held.type == "retract":
        own = held.writer == proposal.writer or (held.lead and held.side is proposal.side)
    else:
        own = held.side is not proposal.side
    if not own:
        return "deny-not-yours"
    standing = before.threads[held.body["thread"]].proposals[proposal.id]
    return "deny-accepted" if standing in HOLDS_SLOT else None


def confirming(held: Held) -> bool:
    """Spec: ledger, A1.7: everything confirms and pays its debt, except what is of a type the fold
    reads and void, and what is of an unknown type."""
    if held.type not in STATEMENT_TYPES:
        return False
    return held.void is None or held.type not in RELEVANT_TYPES


def confirmed_by(past: Past, held: Held, before: State) -> tuple[bytes, ...]:
    """Spec: ledger, V4: the winners of their slots in fold(past(c))
    that are its writer's to confirm."""
    won = (winner(thread) for thread in before.threads.values())
    return tuple(
        proposal
        for proposal in won
        if proposal is not None and may_confirm(held, past.by_id[proposal])
    )


def may_confirm(held: Held, proposal: Held) -> bool:
    """Spec: ledger, V4: whoever proposed, and the lead of the agent that did."""
    return held.writer == proposal.writer or (held.lead and held.side is proposal.side)
