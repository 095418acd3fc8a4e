"""`invite` and `connect`: how a relationship begins."""

from collections.abc import Mapping
from typing import Final

from linkcontract.encoding import decode, encode
from linkcontract.errors import NodeError, RemoteProtocolError
from linkcontract.limits import MAX_OPEN
from linkcontract.model.card import Invitation, open_invitation
from linkcontract.model.party import PUBLIC
from linkcontract.node.handlers.handler import WAIT, Given, Handler, flag, maybe, text, texts, whole
from linkcontract.node.handlers.offers import offer_body
from linkcontract.node.output import EXIT_WAITING, Json, to_json
from linkcontract.node.service import Node
from linkcontract.store.port import Change, Put

_LET_IN: Final = "only a vendor lets strangers in, with true; a person invites one, with --label"

_SEEN: Final = b"card"
"""Rows (card, party) of the space "meta": number and id of the newest card seen of a party."""


async def invite(node: Node, given: Given) -> dict[str, Json]:
    """Issue a contact card, as a link."""
    public = given["public"]
    if public and not node.config.policy.join_public:
        raise NodeError("config-value", "policy.join_public", _LET_IN)
    if not node.listeners:
        raise NodeError("invite-address")
    now = node.engine.clock()
    if not now < given["until"] <= now + MAX_OPEN:
        raise NodeError("time-form", "until", "in the future, and at most 30 days ahead")
    label = given["label"]
    if not public:
        await free_label(node, label)
    controller = node.config.controller
    author, changes = await node.new_author()
    issued = await node.engine.arrivals.invite(
        author,
        once=not public,
        exp=given["until"],
        label=label,
        domains=() if controller is None else (controller.domain,),
        extra=changes,
    )
    return {
        "link": issued.link,
        "until": issued.card.exp,
        "card": to_json(issued.card.id),
        "party": to_json(author.party),
        "single_use": not public,
        "label": label,
    }


async def connect(node: Node, given: Given) -> dict[str, Json]:
    """Open a relationship with whoever made a link, and wait for the answer."""
    now = node.engine.clock()
    invitation = open_invitation(given["link"], now=now)
    if invitation.card.party in await node.own_parties():
        raise NodeError("connect-self")
    label = given["label"]
    await free_label(node, label)
    seen = await _seen_card(node, invitation)
    author, changes = await node.new_author()
    offer = None
    if given["propose"] is not None:
        offer = offer_body(
            node,
            author.party,
            author.kind,
            agreement=given["propose"],
            paths=given["paths"],
            until=given["until"],
            accept_by=given["accept_by"],
            law=given["law"],
        )
    rel = await node.engine.connect(
        invitation, author, label=label, extra=[*changes, *seen], propose=offer
    )
    joined = await node.until(
        rel, lambda session: session.joined or session.link.closed, given["wait"]
    )
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        result: dict[str, Json] = {
            "rel": to_json(rel),
            "label": label,
            "me": to_json(session.me),
            "peer": to_json(session.peer),
            "joined": session.joined,
        }
        result["thread"] = to_json(next(iter(session.ledger.state().threads), None))
    if given["wait"] and not joined:
        result["exit"] = EXIT_WAITING
    return result


async def free_label(node: Node, label: str | None) -> None:
    """Refuse a label that is taken, or that could be taken for the beginning of an id.

    Raises:
        NodeError: label-used, label-form. StoreError: as `Store.scan`.
    """
    if not label or label != label.strip() or not label.isprintable() or len(label) > 64:
        raise NodeError("label-form", "label")
    for row in (await node.engine.relationships()).values():
        if row.label == label:
            raise NodeError("label-used", "label")
    if label in node.engine.arrivals.doors.labels:
        raise NodeError("label-used", "label", "an invitation that was not used yet has this label")


async def _seen_card(node: Node, invitation: Invitation) -> list[Change]:
    """Refuse an older card of a public party than was seen, and remember the newest.

    Raises:
        RemoteProtocolError: card-older.
    """
    card = invitation.card
    if invitation.history.kind != PUBLIC:
        return []
    key = (_SEEN, card.party)
    for _, value in await node.engine.store.scan("meta", key):
        match decode(value, max_bytes=256):
            case [int(number), bytes(name)] if name != card.id and number >= card.seq:
                raise RemoteProtocolError("card-older", "card.seq")
    return [Put("meta", key, encode([card.seq, card.id]))]


HANDLERS: Final[Mapping[str, Handler]] = {
    "invite": Handler(
        run=invite,
        fields={"label": maybe(text), "until": whole, "public": flag},
        signs=True,
        network=True,
        hands_out=True,
    ),
    "connect": Handler(
        run=connect,
        fields={
            "link": text,
            "label": text,
            "propose": maybe(text),
            "paths": texts,
            "until": maybe(whole),
            "accept_by": maybe(whole),
            "law": maybe(text),
            **WAIT,
        },
        signs=True,
        network=True,
        hands_out=True,
    ),
}
