"""`share` and `read`: data goes under a contract, and is looked at under one.

Both decide first and sign before anything is shown or sent: a share that is not permitted is never
signed, and a value of the other side is never seen without a `use` that says what for.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from linkcontract.errors import NodeError
from linkcontract.ledger import Ledger, Thread
from linkcontract.ledger.permissions import permitted
from linkcontract.ledger.phases import permits
from linkcontract.model.items import Opening
from linkcontract.model.statement import Statement
from linkcontract.model.vocabulary import exists
from linkcontract.node.handlers.handler import REL, WAIT, Given, Handler, maybe, text, texts
from linkcontract.node.handlers.naming import purpose_of, statement_of, thread_of
from linkcontract.node.handlers.statements import signed, statement_json
from linkcontract.node.output import EXIT_NO, EXIT_WAITING, Json, base32, to_json
from linkcontract.node.service import Node
from linkcontract.policy import SHARE_ACTION, Decision, Request
from linkcontract.protocol import Content, Session
from linkcontract.protocol.author import stamp


async def share(node: Node, given: Given) -> dict[str, Json]:
    """Share items of a vCard under the agreement in force, if it permits every one of them."""
    rel = await node.relationship(given["rel"])
    purpose = purpose_of(given["purpose"])
    contents = [Content(path, value.encode()) for path, value in given["items"]]
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        thread = thread_of(session, given["thread"], _in_force, wanted="with an agreement in force")
        denied = [
            _denial(each.path, decision)
            for each in contents
            if not (decision := _decide(node, session, thread, SHARE_ACTION, each.path, purpose))
        ]
        tip = thread.tip
    if denied or tip is None:
        return {"denied": denied, "purpose": purpose, "statement": None, "exit": EXIT_NO}
    body = {"thread": thread.root, "agreement": tip, "purpose": purpose}
    statement = await node.engine.write(rel, "share", body, contents)

    def answered(session: Session) -> bool:
        return _answer(session.ledger, statement.id) is not None

    arrived = await node.until(rel, answered, given["wait"])
    result = await signed(
        node,
        rel,
        statement,
        0,
        denied=[],
        items=[each.path for each in contents],
        purpose=purpose,
        agreement=to_json(tip),
    )
    async with node.engine.hold(rel) as relationship:
        answer = _answer(relationship.session.ledger, statement.id)
    is_receipt = answer is not None and answer.type == "receipt"
    result["receipt"] = to_json(answer.id) if answer is not None and is_receipt else None
    result["dispute"] = to_json(answer.id) if answer is not None and not is_receipt else None
    if result["dispute"] is not None:
        result["exit"] = EXIT_NO
    elif given["wait"] and not arrived:
        result["exit"] = EXIT_WAITING
    return result


async def read(node: Node, given: Given) -> dict[str, Json]:
    """Show what was shared, if that is permitted, and record it as a use first."""
    rel = await node.relationship(given["rel"])
    purpose = purpose_of(given["purpose"])
    action = given["action"]
    if not exists(action):
        raise NodeError("vocabulary-unknown", "action", "an action is a term such as dpv:Retrieve")
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        found = [
            (statement, opening)
            for path in given["items"]
            for statement, opening in _newest(session, path, given["share"])
        ]
        denied, rule = _denied(node, session, given["items"], found, action, purpose)
        if denied:
            return {"denied": denied, "items": [], "uses": [], "purpose": purpose, "exit": EXIT_NO}
        if not found:
            raise NodeError(_why_nothing(session), "item")
        uses = _uses(session, found, action, purpose)
    recorded: list[Json] = []
    for body in uses:
        statement = await node.engine.write(rel, "use", body)
        async with node.engine.hold(rel) as relationship:
            recorded.append(statement_json(relationship.session, statement))
    return {
        "denied": [],
        "items": [
            {"path": opening.path, "value": _shown(opening.value), "share": to_json(statement.id)}
            for statement, opening in found
        ],
        "uses": recorded,
        "action": action,
        "purpose": purpose,
        "rule": rule,
    }


def _in_force(thread: Thread) -> bool:
    return thread.tip is not None and permits(thread.phase)


def _decide(
    node: Node, session: Session, thread: Thread, action: str, path: str, purpose: str
) -> Decision:
    """Whether it is permitted now, and also at the time the statement will bear.

    A directed party rounds its times down, and a use is judged by the time it bears.
    """
    now = node.engine.clock()
    last = session.ledger.feed(session.me)[-1].at
    request = Request(action, path, purpose, None)
    at_once = permitted(thread, request, now=now)
    if not at_once:
        return at_once
    kind = session.histories[session.me].kind
    return permitted(thread, request, now=max(stamp(kind, now), last))


def _denial(path: str, decision: Decision) -> Json:
    return {"path": path, "reason": decision.code, "rule": decision.rule}


def _newest(
    session: Session, path: str, selector: str | None
) -> Iterator[tuple[Statement, Opening]]:
    """The openings at or below a path, of the newest share that has any."""
    ledger = session.ledger
    shares = [each for each in ledger.held() if each.type == "share" and each.body is not None]
    if selector is not None:
        named = statement_of(session, selector, [], option="share")
        shares = [each for each in shares if each.id == named.id]
    for each in reversed(shares):
        fits = [one for one in session.openings(each.id) if _is_below(one.path, path)]
        if fits:
            yield from ((each, one) for one in fits)
            return


def _is_below(path: str, asked: str) -> bool:
    return path == asked or path.startswith(f"{asked}/")


def _denied(
    node: Node,
    session: Session,
    asked: tuple[str, ...],
    found: list[tuple[Statement, Opening]],
    action: str,
    purpose: str,
) -> tuple[list[Json], str]:
    """Every denial, and the rule of the first permission.

    Own data may always be looked at. Where nothing was found, the answer is about what was asked
    for, so that a refusal says nothing about what is there.
    """
    threads = session.ledger.state().threads
    denied: list[Json] = []
    rule = ""
    wanted = [
        (opening.path, session.ledger.thread_of(statement.id))
        for statement, opening in found
        if statement.writer != session.me
    ]
    if not found:
        wanted = [(path, root) for path in asked for root in threads if _in_force(threads[root])]
        if not wanted:
            return [{"path": path, "reason": "not-active", "rule": ""} for path in asked], ""
    for path, root in wanted:
        assert root is not None  # a share names its thread, or it would be void
        decision = _decide(node, session, threads[root], action, path, purpose)
        if decision:
            rule = rule or decision.rule
        else:
            denied.append(_denial(path, decision))
    return denied, rule


def _uses(
    session: Session, found: list[tuple[Statement, Opening]], action: str, purpose: str
) -> list[dict[str, object]]:
    """The bodies of the uses to record: one for each share of the other side that is looked at."""
    uses: list[dict[str, object]] = []
    for each in dict.fromkeys(statement for statement, _ in found):
        if each.writer == session.me:
            continue
        root = session.ledger.thread_of(each.id)
        assert root is not None  # permitted under it
        uses.append(
            {
                "thread": root,
                "agreement": session.ledger.state().threads[root].tip,
                "action": action,
                "purpose": purpose,
                "ref": each.id,
            }
        )
    return uses


def _why_nothing(session: Session) -> str:
    """Whether values were erased here, or never came."""
    shares = [
        each for each in session.ledger.held() if each.type == "share" and each.body is not None
    ]
    erased = any(not session.openings(each.id) for each in shares)
    return "read-erased" if erased else "read-nothing"


def _answer(ledger: Ledger, share: bytes) -> Statement | None:
    """The other side's receipt or dispute of an own share."""
    own = ledger.get(share)
    assert own is not None  # it was written here
    for each in ledger.held():
        answers = each.type in ("receipt", "dispute") and each.writer != own.writer
        if answers and each.body is not None and each.body.get("ref") == share:
            return each
    return None


def _shown(value: bytes) -> Json:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base32": base32(value)}


def _pairs(value: Json) -> tuple[tuple[str, str], ...]:
    """A list of pairs of texts."""
    if not isinstance(value, list):
        raise ValueError
    pairs: list[tuple[str, str]] = []
    for each in value:
        match each:
            case [str(path), str(content)]:
                pairs.append((path, content))
            case _:
                raise ValueError
    return tuple(pairs)


HANDLERS: Final[Mapping[str, Handler]] = {
    "share": Handler(
        run=share,
        fields={**REL, **WAIT, "items": _pairs, "purpose": text, "thread": maybe(text)},
        signs=True,
        network=True,
    ),
    "read": Handler(
        run=read,
        fields={**REL, "items": texts, "purpose": text, "action": text, "share": maybe(text)},
        signs=True,
        network=True,
    ),
}
