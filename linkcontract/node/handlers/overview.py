"""`status` and `log`: what there is, what needs somebody, what was said."""

from collections.abc import Mapping
from typing import Final

from linkcontract.ledger import Thread
from linkcontract.node.handlers.handler import Given, Handler, maybe, text
from linkcontract.node.handlers.offers import describe_offer
from linkcontract.node.handlers.permissions import duties_of, effective
from linkcontract.node.output import Json, to_json
from linkcontract.node.policy_reactions import offers_to_answer
from linkcontract.node.service import Node
from linkcontract.protocol import Session


async def status(node: Node, given: Given) -> dict[str, Json]:
    """The node and its relationships; of one relationship everything."""
    relationships: list[Json] = []
    known = await node.engine.relationships()
    chosen = known
    if given["rel"] is not None:
        chosen = {rel: known[rel] for rel in (await node.relationship(given["rel"]),)}
    for rel, row in chosen.items():
        async with node.engine.hold(rel) as relationship:
            session = relationship.session
            entry = _relationship(session, node.engine.clock(), whole=given["rel"] is not None)
            relationships.append({**entry, "label": row.label, "since": row.since})
    home = node.home
    return {
        "node": {
            "role": node.config.role.value,
            "label": node.config.label,
            "party": to_json(home.identity.party),
            "standing": node.standing.value,
            "next_keys": None if home.identity.party is not None else len(home.pool),
            "listening": to_json(node.addresses),
        },
        "relationships": relationships,
    }


def _relationship(session: Session, now: int, *, whole: bool) -> dict[str, Json]:
    state = session.ledger.state()
    return {
        "rel": to_json(session.rel),
        "me": to_json(session.me),
        "peer": to_json(session.peer),
        "peer_kind": session.histories[session.peer].kind,
        "opener": "self" if session.ledger.opener == session.me else "peer",
        "side": "first" if session.ledger.first == session.me else "second",
        "joined": session.joined,
        "given_up": session.link.closed,
        "parted": session.parted,
        "undelivered": len(session.outbox),
        "statements": len(session.ledger),
        "convicted": to_json(sorted(state.convicted)),
        "threads": [_thread(session, thread, now, whole=whole) for thread in in_order(session)],
    }


def _thread(session: Session, thread: Thread, now: int, *, whole: bool) -> dict[str, Json]:
    offers = [session.ledger.get(name) for name in thread.offers]
    tip = None if thread.tip is None else session.ledger.get(thread.tip)
    described = None if tip is None else describe_offer(session, tip)
    result: dict[str, Json] = {
        "root": to_json(thread.root),
        "phase": thread.phase.value,
        "tip": to_json(thread.tip),
        "bound": thread.bound,
        "expired": thread.bound is not None and now >= thread.bound,
        "agreement": None if described is None else _name(described),
        "altered": described is not None and _altered(described),
        "paths": None if described is None else described["paths"],
        "offers": [describe_offer(session, each) for each in offers if each is not None],
        "needs_you": any(True for _ in offers_to_answer(session, thread, now)),
    }
    if whole:
        result["permissions"] = effective(thread, now)
        result["duties"] = duties_of(session, thread)
    return result


def in_order(session: Session) -> list[Thread]:
    """The threads of a relationship, in the order in which they were begun."""
    threads = session.ledger.state().threads
    return [threads[each.id] for each in session.ledger.held() if each.id in threads]


def _name(described: Mapping[str, Json]) -> Json:
    return described["name"] if described["unchanged"] else described["agreement"]


def _altered(described: Mapping[str, Json]) -> bool:
    """Whether it names a text of the roster, and its rules are not those of that text."""
    return described["name"] is not None and not described["unchanged"]


HANDLERS: Final[Mapping[str, Handler]] = {
    "status": Handler(run=status, fields={"rel": maybe(text)}),
}
