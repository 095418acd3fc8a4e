"""`propose`, `accept`, `counter`, `refuse`, `retract`: how a contract comes about, or does not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from linkcontract.errors import NodeError
from linkcontract.ledger import ProposalStatus, Thread
from linkcontract.ledger.agreements import terms_of
from linkcontract.limits import MAX_PROTOCOL_TEXT
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Terms
from linkcontract.node.config import Role
from linkcontract.node.handlers.handler import (
    REL,
    WAIT,
    Given,
    Handler,
    maybe,
    text,
    texts,
    whole,
)
from linkcontract.node.handlers.naming import purpose_of, statement_of, thread_of
from linkcontract.node.handlers.offers import describe_offer, law_known, offer_body
from linkcontract.node.handlers.statements import signed
from linkcontract.node.output import Json, to_json
from linkcontract.node.policy_reactions import (
    counters,
    names_controller,
    offers_to_answer,
    paths_of,
    roster_entry,
)
from linkcontract.node.selectors import select
from linkcontract.node.service import Node
from linkcontract.protocol import Session

_ACCEPTED: Final = frozenset(
    {ProposalStatus.AGREED, ProposalStatus.CONFIRMED, ProposalStatus.FROZEN}
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a proposal goes: the thread, and what it builds on or answers."""

    thread: bytes | None = None
    base: bytes | None = None
    answers: bytes | None = None


async def propose(node: Node, given: Given) -> dict[str, Json]:
    """Propose an agreement of the roster, as a first one or to change the one in force."""
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        if given["amend"] is None:
            paths, law = given["paths"], law_known(session)
            body = _body(node, session, given, _Place(), paths=paths, law=law)
        else:
            body = _amendment(node, session, given)
    return await _proposed(node, rel, body, given["wait"])


def _amendment(node: Node, session: Session, given: Given) -> dict[str, Any]:
    """A proposal on an agreement in force: what is not said stays; a renewal changes the end only.

    Raises:
        As `_in_force` and `offer_body`.
    """
    thread, tip = _in_force(session, given["amend"])
    place, old = _Place(thread=thread.root, base=tip.id), terms_of(tip)
    paths = given["paths"] or paths_of(tip)
    body = _body(node, session, given, place, paths=paths, law=old.law)
    renewed = replace(Terms.from_value(body["terms"]), valid_from=old.valid_from)
    if replace(renewed, until=old.until) == old:
        body["terms"] = renewed.to_value()
    return body


async def counter(node: Node, given: Given) -> dict[str, Json]:
    """Answer a proposal with another agreement of the roster."""
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        thread, offer = _their_offer(session, given, node.engine.clock())
        offered: Mapping[str, Any] = offer.body or {}
        if offered["answers"] is not None or counters(session, thread, offer):
            raise NodeError("counter-again")
        place = _Place(thread=thread.root, base=offered["base"], answers=offer.id)
        terms = terms_of(offer)
        body = _body(
            node,
            session,
            {**given, "until": terms.until if given["until"] is None else given["until"]},
            place,
            paths=given["paths"] or paths_of(offer),
            law=terms.law,
        )
    result = await _proposed(node, rel, body, given["wait"])
    return {**result, "answers": to_json(offer.id)}


async def offer(node: Node, given: Given) -> dict[str, Json]:
    """What `accept` with the same arguments would accept."""
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        _, found = _their_offer(relationship.session, given, node.engine.clock())
        return describe_offer(relationship.session, found)


async def accept(node: Node, given: Given) -> dict[str, Json]:
    """Accept a proposal of the other side."""
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        thread, found = _their_offer(session, given, node.engine.clock())
        if node.config.role is Role.PERSON and not names_controller(session, found):
            raise NodeError("accept-controller")
    body = {"thread": thread.root, "ref": found.id, "terms": terms_of(found).id}
    statement = await node.engine.write(rel, "accept", body)
    return await signed(node, rel, statement, given["wait"])


async def refuse(node: Node, given: Given) -> dict[str, Json]:
    """Refuse a proposal of the other side, or some purposes of it."""
    code = given["code"]
    if not 0 < len(code) <= MAX_PROTOCOL_TEXT or not all("!" <= each <= "~" for each in code):
        raise NodeError("field-text", "code", "one word, as not-acceptable")
    purposes = [purpose_of(each) for each in given["purposes"]]
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        thread, found = _their_offer(relationship.session, given, node.engine.clock())
    body = {
        "thread": thread.root,
        "ref": found.id,
        "purposes": list(dict.fromkeys(purposes)) or None,
        "code": code,
    }
    statement = await node.engine.write(rel, "refuse", body)
    return await signed(node, rel, statement, given["wait"])


async def retract(node: Node, given: Given) -> dict[str, Json]:
    """Take an own proposal back that nobody has accepted."""
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        candidates = [
            own
            for thread in _threads(session, given["thread"])
            for name in thread.offers
            if (own := session.ledger.get(name)) is not None and own.writer == session.me
        ]
        found = statement_of(
            session, given["ref"], candidates, wanted="proposal of yours that is open"
        )
        if found not in candidates:
            raise NodeError("offer-answered", "ref", _why_not(session, found, mine=True))
        thread = session.ledger.thread_of(found.id)
    statement = await node.engine.write(rel, "retract", {"thread": thread, "ref": found.id})
    return await signed(node, rel, statement, given["wait"])


def _body(
    node: Node,
    session: Session,
    given: Given,
    place: _Place,
    *,
    paths: tuple[str, ...],
    law: str | None,
) -> dict[str, Any]:
    return offer_body(
        node,
        session.me,
        session.histories[session.me].kind,
        agreement=given["agreement"],
        paths=paths,
        until=given["until"],
        accept_by=given["accept_by"],
        law=given["law"] or law,
        thread=place.thread,
        base=place.base,
        answers=place.answers,
    )


async def _proposed(node: Node, rel: bytes, body: Mapping[str, Any], wait: int) -> dict[str, Json]:
    statement = await node.engine.write(rel, "propose", body)
    result = await signed(node, rel, statement, wait)
    async with node.engine.hold(rel) as relationship:
        result["offer"] = describe_offer(relationship.session, statement)
    return result


def _threads(session: Session, selector: str | None) -> list[Thread]:
    if selector is not None:
        return [thread_of(session, selector)]
    return list(session.ledger.state().threads.values())


def _their_offer(session: Session, given: Given, now: int) -> tuple[Thread, Statement]:
    """The live proposal of the other side that is meant, and its thread.

    Raises:
        NodeError: selector-none, selector-many; offer-answered if it cannot be answered.
    """
    candidates = [
        each
        for thread in _threads(session, given["thread"])
        for each in offers_to_answer(session, thread, now)
    ]
    found = statement_of(
        session, given["ref"], candidates, wanted="proposal of the other side that is open"
    )
    if found not in candidates:
        raise NodeError("offer-answered", "ref", _why_not(session, found, mine=False))
    root = session.ledger.thread_of(found.id)
    assert root is not None  # a proposal that is not void belongs to a thread
    return session.ledger.state().threads[root], found


def _why_not(session: Session, found: Statement, *, mine: bool) -> str:
    """Why this is no live proposal of the one side or the other, and what can be done."""
    if found.type != "propose":
        return f"it is a statement of type {found.type}, not a proposal"
    if (found.writer == session.me) is not mine:
        return "it is the other side's: use `refuse`" if mine else "it is yours: use `retract`"
    root = session.ledger.thread_of(found.id)
    thread = None if root is None else session.ledger.state().threads.get(root)
    status = None if thread is None else thread.proposals.get(found.id)
    if status in _ACCEPTED:
        return "it was accepted: use `revoke` to take a contract back"
    return "it was answered, replaced or has run out"


def _in_force(session: Session, selector: str) -> tuple[Thread, Statement]:
    """The thread whose agreement in force is named, by id or as the roster calls it."""
    threads = session.ledger.state().threads.values()
    tips = {thread.tip: thread for thread in threads if thread.tip is not None}
    names: dict[bytes, str | None] = {}
    for name in tips:
        tip = session.ledger.get(name)
        entry = None if tip is None else roster_entry(tip)[0]
        names[name] = None if entry is None else entry.name
    chosen = select(selector, names, "amend")
    found = session.ledger.get(chosen)
    assert found is not None  # it is the tip of a thread
    return tips[chosen], found


_WHICH: Final = {**REL, "thread": maybe(text), "ref": maybe(text)}
_WHAT: Final = {
    "agreement": text,
    "paths": texts,
    "until": maybe(whole),
    "accept_by": maybe(whole),
    "law": maybe(text),
}

HANDLERS: Final[Mapping[str, Handler]] = {
    "propose": Handler(
        run=propose,
        fields={**REL, **_WHAT, "amend": maybe(text), **WAIT},
        signs=True,
        network=True,
    ),
    "counter": Handler(run=counter, fields={**_WHICH, **_WHAT, **WAIT}, signs=True, network=True),
    "offer": Handler(run=offer, fields=_WHICH),
    "accept": Handler(run=accept, fields={**_WHICH, **WAIT}, signs=True, network=True),
    "refuse": Handler(
        run=refuse,
        fields={**_WHICH, "purposes": texts, "code": text, **WAIT},
        signs=True,
        network=True,
    ),
    "retract": Handler(run=retract, fields={**_WHICH, **WAIT}, signs=True, network=True),
}
