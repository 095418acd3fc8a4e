"""What a statement would be if it were held next: asked before it is signed and sent.

Spec: ledger, A1.7. Nothing is placed, so the answer holds for what is held now.
"""

from collections.abc import Callable

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import facts, uses, wellformed
from linkcontract.ledger.columns import Cut
from linkcontract.ledger.fold import State
from linkcontract.ledger.past import Past
from linkcontract.ledger.permissions import Touches
from linkcontract.model.statement import Statement


def preview(past: Past, statement: Statement, fold: Callable[[Cut], State]) -> str | None:
    """The reason a statement would be malformed (an error code) or void, or None.

    Args:
        past: what is held.
        statement: made and not held; its prev and everything in its `seen` are held.
        fold: the state of a set of held statements.
    """
    behind = past.behind(statement)
    try:
        side, lead = wellformed.role_of(past, statement, behind)
        wellformed.check_header(past, statement, behind)
    except RemoteProtocolError as error:
        return error.code
    held = past.hold(statement, behind, side, lead)
    facts.settle(past, held, lambda: fold(behind))
    return held.void


def would_breach(
    past: Past, statement: Statement, fold: Callable[[Cut], State], touches: Touches
) -> bool:
    """Spec: ledger, U1: whether a use or share that is not held would be a breach: by what it names
    as seen, not by what its writer holds.

    What is signed first in the same breath counts, too: a rotate or a retract may confirm an
    amendment, and with it end the agreement the use was meant to rest on.
    """
    if statement.type not in uses.USES:
        return False
    behind = past.behind(statement)
    side, lead = wellformed.role_of(past, statement, behind)
    held = past.hold(statement, behind, side, lead)
    return uses.is_breach(fold(behind), held, touches)
