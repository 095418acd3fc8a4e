"""Uses and shares: covered, raced or a breach.

Spec: ledger, A7. A breach is settled by what the user itself had seen and says the same for ever
and to everybody; what it could not have known of makes a use raced, which is none.
"""

from enum import StrEnum

from linkcontract.ledger.columns import Cut
from linkcontract.ledger.fold import State
from linkcontract.ledger.held import Held
from linkcontract.ledger.past import Past
from linkcontract.ledger.permissions import Touches, granted, runs_out, touches
from linkcontract.ledger.phases import permits
from linkcontract.policy import SHARE_ACTION, could_permit


class UseStatus(StrEnum):
    """What a use, or a share, was."""

    COVERED = "covered"
    RACED = "raced"
    BREACH = "breach"
    UNVERIFIED = "unverified"
    """Its body is not held or not readable: nothing can be said."""


USES = frozenset({"use", "share"})
"""The types that are judged."""


def allows(state: State, held: Held, touches: Touches = touches) -> bool:
    """Spec: ledger, U1: whether a state allows what a use says it did, at the use's own time.

    It names no path and its circumstances are not signed, so in doubt it was allowed.
    """
    body = held.body
    thread = state.threads.get(body["thread"])
    at = held.statement.at
    if thread is None or thread.tip != body["agreement"] or not permits(thread.phase):
        return False
    if runs_out(thread, at):
        return False
    purpose = body["purpose"]
    action = body.get("action", SHARE_ACTION)
    return all(
        granted(agreement, purpose, touches)
        and could_permit(agreement.terms, action, purpose, None, at=at)
        for agreement in thread.agreements
    )


def is_breach(before: State, held: Held, touches: Touches = touches) -> bool:
    """Spec: ledger, U1: judged in fold(past(u)) alone, by the user's own clock (U3)."""
    return not allows(before, held, touches)


def without_followers(past: Past, held: Held) -> Cut:
    """Spec: ledger, U2: the statements that had not seen the use; a set closed under past."""
    return past.unaware([held])
