"""Statements as results: the form all commands share, and what a command says of one it signed."""

from typing import Final

from linkcontract.ledger import Thread
from linkcontract.model.statement import Statement
from linkcontract.node.output import EXIT_WAITING, Json, to_json
from linkcontract.node.service import Node
from linkcontract.protocol import Session

_NAMED: Final = (
    "thread",
    "ref",
    "agreement",
    "answers",
    "base",
    "purpose",
    "purposes",
    "code",
    "right",
)


def statement_json(session: Session, statement: Statement) -> dict[str, Json]:
    """A statement as a result: who, what, when, what it names, and whether the peer has it."""
    body = statement.body or {}
    writer = {session.me: "self", session.peer: "peer"}.get(statement.writer)
    result: dict[str, Json] = {
        "id": to_json(statement.id),
        "type": statement.type,
        "rel": to_json(statement.relationship),
        "writer": writer if writer is not None else to_json(statement.writer),
        "party": to_json(statement.writer),
        "seq": statement.seq,
        "at": statement.at,
        "delivered": statement.id not in session.outbox,
    }
    result.update({name: to_json(body[name]) for name in _NAMED if body.get(name) is not None})
    thread = session.ledger.thread_of(statement.id)
    if thread is not None:
        result["thread"] = to_json(thread)  # a first proposal names none: it is one
    return result


async def signed(
    node: Node, rel: bytes, statement: Statement, wait: int, **more: Json
) -> dict[str, Json]:
    """The result of a command that signed a statement, once the peer has it or the wait is over.

    Args:
        node: this node.
        rel: the relationship.
        statement: what was signed.
        wait: seconds to wait for the peer; 0 does not wait, and then nobody calls it late.
        more: further keys of the result.

    Returns:
        `statement`, `phase` of its thread if it belongs to one, and the further keys; `exit` if the
        peer has not got it in time.
    """
    arrived = await node.until(rel, lambda session: statement.id not in session.outbox, wait)
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        result: dict[str, Json] = {"statement": statement_json(session, statement)}
        thread = thread_state(session, statement.id)
        if thread is not None:
            result["phase"] = thread.phase.value
    result.update(more)
    if wait and not arrived:
        result["exit"] = EXIT_WAITING
    return result


def thread_state(session: Session, statement: bytes) -> Thread | None:
    """The thread a held statement belongs to, or None."""
    root = session.ledger.thread_of(statement)
    return None if root is None else session.ledger.state().threads.get(root)
