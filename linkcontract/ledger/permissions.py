"""May this be done under a thread, now: the fold's answer and the policy's, together.

Spec: ledger, T5 and T6. The fold keeps no clock and builds no intersection of terms; both are
applied here, when somebody asks.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from linkcontract.ledger.agreements import Agreement
from linkcontract.ledger.phases import permits
from linkcontract.ledger.threads import Thread
from linkcontract.model import vocabulary
from linkcontract.policy import NO_FACTS, Decision, Facts, Request, decide

Touches: TypeAlias = Callable[[str, str], bool]
"""Whether what is withdrawn touches what is asked for, both purposes."""

PERMISSION_REASONS: Final[Mapping[str, str]] = {
    "not-active": "no agreement of this thread is in force, or something holds it back",
    "withdrawn": "every grant of an agreement that has to permit it was withdrawn for this purpose",
    "bound": "it ran out, or was terminated as from a moment that has come",
}
"""Codes a decision made here can have besides those of `linkcontract.policy.REASONS`."""


def touches(withdrawn: str, asked: str) -> bool:
    """Spec: ledger, T5: whether withdrawing one purpose takes away (part of) another.

    It does if some term of the vocabulary lies below both, in particular if either is broader than
    the other; a withdrawn purpose nobody knows is taken to mean every one.
    """
    return not vocabulary.exists(withdrawn) or vocabulary.overlaps(withdrawn, asked)


def permitted(
    thread: Thread,
    request: Request,
    facts: Facts = NO_FACTS,
    *,
    now: int,
    touches: Touches = touches,
) -> Decision:
    """Whether a thread permits a request at `now` (Unix milliseconds).

    Every agreement that counts has to permit it: the one in force and those pending beside it.

    Returns:
        A decision with a code of `PERMISSION_REASONS` or of `linkcontract.policy.REASONS`.
    """
    if not permits(thread.phase):
        return Decision(False, "", "not-active")
    if runs_out(thread, now):
        return Decision(False, "", "bound")
    for index, agreement in enumerate(thread.agreements):
        if not granted(agreement, request.purpose, touches):
            return Decision(False, f"agreements[{index}].grants", "withdrawn")
    return decide([agreement.terms for agreement in thread.agreements], request, facts, now=now)


def runs_out(thread: Thread, now: int) -> bool:
    """Spec: ledger, T6: whether a bound of the agreement in force, or of a pending one,
    has come."""
    return thread.bound is None or now >= thread.bound


def granted(agreement: Agreement, purpose: str, touches: Touches = touches) -> bool:
    """Spec: ledger, T5: whether some grant of the first party stands for this purpose."""
    return any(
        not any(touches(withdrawn, purpose) for withdrawn in grant.withdrawn)
        for grant in agreement.grants
    )


def purposes_in_force(thread: Thread, *, now: int, touches: Touches = touches) -> tuple[str, ...]:
    """The purposes a thread grants at `now`, as its terms name them, sorted.

    For showing what is in force. Which actions and paths, and what is prohibited, only `permitted`
    says.
    """
    if not permits(thread.phase) or runs_out(thread, now):
        return ()
    named = [
        {purpose for rule in agreement.terms.permissions for purpose in rule.purposes}
        for agreement in thread.agreements
    ]
    return tuple(
        sorted(
            purpose
            for purpose in set().union(*named)
            if all(granted(agreement, purpose, touches) for agreement in thread.agreements)
            and all(any(vocabulary.subsumes(one, purpose) for one in names) for names in named)
            and all(each.terms.valid_from <= now for each in thread.agreements)
        )
    )
