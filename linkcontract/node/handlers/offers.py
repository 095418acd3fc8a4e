"""Offers: made from the roster, and described before they are accepted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from linkcontract.errors import NodeError
from linkcontract.ledger.agreements import terms_of
from linkcontract.limits import DAY
from linkcontract.model.roster import agreement as roster_agreement
from linkcontract.model.statement import Statement
from linkcontract.node.output import Json, to_json
from linkcontract.node.policy_reactions import (
    ANSWER_TIME,
    controller_of,
    names_controller,
    paths_of,
    roster_entry,
)
from linkcontract.node.service import Node
from linkcontract.protocol import Session
from linkcontract.protocol.author import stamp

TERM: Final = 365 * DAY
"""How long terms are valid if nobody says otherwise."""


def offer_body(
    node: Node,
    party: bytes,
    kind: str,
    *,
    agreement: str,
    paths: Sequence[str],
    until: int | None,
    accept_by: int | None,
    law: str | None,
    thread: bytes | None = None,
    base: bytes | None = None,
    answers: bytes | None = None,
) -> dict[str, Any]:
    """The body of a proposal of an agreement of the roster.

    Args:
        node: whose configuration names the controller.
        party, kind: who proposes.
        agreement: name or id in the roster.
        paths: what data it is about.
        until, accept_by: Unix ms; None for a year, and for 30 days.
        law: the governing law; None for that of the vendor's own controller.
        thread, base, answers: as the body has them.

    Raises:
        LocalProtocolError: roster-unknown; field-….
        NodeError: offer-incomplete if no path or no law is known; offer-past.
    """
    entry = roster_agreement(agreement)
    if not paths:
        raise NodeError("offer-incomplete", "path", "name the data with --path, as vcard/email")
    controller = node.config.controller
    if law is None and controller is not None:
        law = controller.jurisdiction
    if law is None:
        raise NodeError("offer-incomplete", "law", "name the governing law with --law, as FR")
    now = node.engine.clock()
    for option, moment in (("until", until), ("accept-by", accept_by)):
        if moment is not None and moment <= now:
            raise NodeError("offer-past", option, "choose a time in the future")
    terms = entry.terms(
        paths=paths,
        valid_from=stamp(kind, now),
        until=stamp(kind, now + TERM if until is None else until),
        law=law,
    )
    return {
        "thread": thread,
        "base": base,
        "answers": answers,
        "terms": terms.to_value(),
        "accept_by": stamp(kind, now + ANSWER_TIME if accept_by is None else accept_by),
        "controller": controller_of(controller, party),
    }


def describe_offer(session: Session, offer: Statement) -> dict[str, Json]:
    """What somebody has to know of an offer before it is accepted.

    Returns:
        `id`, `thread`, `writer` ("self" or "peer"); `agreement` (its own word), `name` and `title`
        of the roster or null if it is none of it, `unchanged`: the rules are those of that
        agreement; `answers`, `base`, `terms`, `paths`, `from`, `until`, `law`, `accept_by`,
        `controller`, `controller_fits`: it is named and is this very peer.
    """
    terms, (entry, unchanged) = terms_of(offer), roster_entry(offer)
    body: Mapping[str, Any] = offer.body or {}
    mine = session.ledger.side_of(offer.writer) is session.ledger.side_of(session.me)
    return {
        "id": to_json(offer.id),
        "thread": to_json(session.ledger.thread_of(offer.id)),
        "writer": "self" if mine else "peer",
        "answers": to_json(body["answers"]),
        "base": to_json(body["base"]),
        "agreement": terms.agreement,
        "name": None if entry is None else entry.name,
        "title": None if entry is None else entry.title,
        "unchanged": unchanged,
        "terms": to_json(terms.id),
        "paths": to_json(paths_of(offer)),
        "from": terms.valid_from,
        "until": terms.until,
        "law": terms.law,
        "accept_by": body["accept_by"],
        "controller": to_json(body["controller"]),
        "controller_fits": mine or names_controller(session, offer),
    }


def law_known(session: Session) -> str | None:
    """Where the peer says it is established, by the newest controller it named; else None."""
    for statement in reversed(session.ledger.feed(session.peer)):
        body = statement.body
        if statement.type == "propose" and body is not None and body["controller"] is not None:
            jurisdiction: str = body["controller"]["jurisdiction"]
            return jurisdiction
    return None
