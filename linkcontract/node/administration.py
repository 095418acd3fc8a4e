"""Everything a node does for the command line, whichever way the request came.

A running node gets requests over the administration socket; without one the command opens the
data itself and carries the same handler out. Both see the same arguments and give the same result.
"""

from collections.abc import Mapping
from typing import Final

from linkcontract.errors import LocalProtocolError, NodeError
from linkcontract.ledger import VOID_REASONS
from linkcontract.node.handlers import (
    ending,
    exporting,
    history,
    keeping,
    negotiating,
    opening,
    overview,
    sharing,
)
from linkcontract.node.handlers.handler import Handler
from linkcontract.node.marker import Standing
from linkcontract.node.output import Json
from linkcontract.node.service import Node

HANDLERS: Final[Mapping[str, Handler]] = {
    **overview.HANDLERS,
    **opening.HANDLERS,
    **negotiating.HANDLERS,
    **history.HANDLERS,
    **sharing.HANDLERS,
    **ending.HANDLERS,
    **keeping.HANDLERS,
    **exporting.HANDLERS,
}
"""Every request a node understands, by command."""


async def handle(node: Node, command: str, arguments: Mapping[str, Json]) -> Json:
    """Carry out one request.

    Raises:
        NodeError: admin-command, admin-request; node-restored while a rotation is owed.
        Whatever the command raises.
    """
    handler = HANDLERS.get(command)
    if handler is None:
        raise NodeError("admin-command", command[:32])
    given = handler.check(arguments)
    if handler.signs and node.standing is Standing.RESTORED:
        raise NodeError("node-restored")
    if handler.network:
        await node.go_online(must_listen=handler.hands_out)
    try:
        return await handler.run(node, given)
    except LocalProtocolError as error:
        if error.code != "author-void":
            raise
        # What would be void is not signed; the reason says more than the code does.
        raise NodeError(error.code, error.where, VOID_REASONS.get(error.where, "")) from error
