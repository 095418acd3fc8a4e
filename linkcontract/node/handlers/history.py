"""`log`: what both sides said, in an order in which nothing comes before what it had seen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from linkcontract.ledger import UseStatus
from linkcontract.ledger.agreements import terms_of
from linkcontract.model.statement import Statement
from linkcontract.node.handlers.handler import REL, Given, Handler, flag, maybe, text, whole
from linkcontract.node.handlers.naming import statement_of
from linkcontract.node.handlers.statements import statement_json
from linkcontract.node.output import Json, base32, to_json
from linkcontract.node.service import Node
from linkcontract.protocol import Session


async def log(node: Node, given: Given) -> dict[str, Json]:
    """The statements of a relationship, or one of them with all that is held of it."""
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        if given["id"] is not None:
            chosen = [statement_of(session, given["id"], [], option="id")]
        else:
            chosen = [each for each in session.ledger.held() if _wanted(each, given)]
            chosen = chosen[-given["limit"] :] if given["limit"] else chosen
        entries: list[Json] = []
        for statement in chosen:
            entry = _entry(session, statement)
            if given["id"] is not None:
                entry |= _header(statement)
                entry["openings"] = _openings(session, statement, values=given["values"])
            entries.append(entry)
        return {"rel": to_json(rel), "held": len(session.ledger), "statements": entries}


def _wanted(statement: Statement, given: Given) -> bool:
    if given["since"] is not None and statement.at < given["since"]:
        return False
    return given["type"] is None or statement.type == given["type"]


def _entry(session: Session, statement: Statement) -> dict[str, Json]:
    ledger = session.ledger
    use = None
    if statement.type in ("use", "share"):
        use = ledger.use_status(statement.id).value
    committed = len((statement.body or {}).get("items", ()))
    return {
        **statement_json(session, statement),
        "kind": _kind(session, statement),
        "body": None if statement.body is None else to_json(statement.body),
        "void": ledger.void_reason(statement.id),
        "contested": statement.id in ledger.state().tainted,
        "use_status": None if use == UseStatus.UNVERIFIED else use,
        "values": len(session.openings(statement.id)),
        "committed": committed,
    }


def _kind(session: Session, statement: Statement) -> str:
    """A proposal by what it does: counter, amendment or renewal; other types by their name."""
    body: Mapping[str, Any] = statement.body or {}
    if statement.type != "propose" or not body:
        return statement.type
    if body["answers"] is not None:
        return "counter"
    base = None if body["base"] is None else session.ledger.get(body["base"])
    if base is None or base.body is None:
        return "propose"
    old, new = terms_of(base), terms_of(statement)
    longer = new.until > old.until and replace(new, until=old.until) == old
    return "renewal" if longer else "amendment"


def _header(statement: Statement) -> dict[str, Json]:
    return {
        "prev": to_json(statement.prev),
        "seen": [
            {"writer": to_json(head.writer), "seq": head.seq, "id": to_json(head.id)}
            for head in statement.seen
        ],
        "key_event": to_json(statement.ks),
        "body_hash": to_json(statement.bh),
    }


def _openings(session: Session, statement: Statement, *, values: bool) -> list[Json]:
    """What opens the commitments of a statement; the values only where they were asked for.

    The other side's values are shown by `read` alone, which signs what they are looked at for.
    """
    values = values and statement.writer == session.me
    return [
        {"path": opening.path, "value": value_json(opening.value) if values else None}
        for opening in session.openings(statement.id)
    ]


def value_json(value: bytes) -> Json:
    """A value as text if it is UTF-8 text, else as `{"base32": …}`."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base32": base32(value)}


HANDLERS: Final[Mapping[str, Handler]] = {
    "log": Handler(
        run=log,
        fields={
            **REL,
            "limit": whole,
            "since": maybe(whole),
            "type": maybe(text),
            "id": maybe(text),
            "values": flag,
        },
    ),
}
