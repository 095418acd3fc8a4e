"""Opening a relationship: making `open` and `join`, and taking the join in.

Both bodies bind parties, key events, roles, versions, prekeys, PSK commitments, addresses, the card
acted on and the invitation used (spec: threats, T01, T02). What the pair must
agree on is checked in `linkcontract.model.opening`; here is what a side draws, keeps and remembers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from linkcontract.crypto.sealing import derive_psk, x25519_public
from linkcontract.crypto.secret import Secret
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_OPEN
from linkcontract.model.bodies import FOLD, PROTO
from linkcontract.model.card import Card
from linkcontract.model.frame import BodyItem, Frame, KeyEventItem, PskItem, StatementItem
from linkcontract.model.opening import (
    Relationship,
    check_join,
    check_open_pair,
    invitation_commitment,
    psk_commitment,
    roles_of,
)
from linkcontract.model.party import KeyHistory
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import (
    Statement,
    body_hash,
    open_statement,
    write_statement,
)
from linkcontract.protocol.author import Author, stamp
from linkcontract.protocol.events import Event, Joined, KeyEventsLearned, StatementsHeld
from linkcontract.protocol.link import Link, Secrets
from linkcontract.protocol.prekeys import Entropy, PrekeyRing, make_prekey


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An `open` or a `join` this side signed, with the secrets it drew for it."""

    statement: Statement
    secrets: Secrets = field(repr=False)


def make_open(
    author: Author,
    *,
    card: Card,
    peer: KeyHistory,
    addresses: Sequence[str],
    now: int,
    exp: int,
    entropy: Entropy,
    secret: bytes | None = None,
    ext: Sequence[str] = (),
) -> Opened:
    """Open a relationship with the party of a card.

    Args:
        author: the party that opens; a person makes one for this relationship alone.
        card: the verified card acted on.
        peer: the key history of its party.
        addresses: where the peer reaches us, at most four URLs.
        now: Unix ms.
        exp: when the open runs out, at most 30 days away.
        entropy: for nonce, salt, prekey, signal key and PSK half.
        secret: the secret of the invitation, if the card came with one.
        ext: extensions offered.

    Raises:
        LocalProtocolError: field-… ; open-… as `check_open_pair`.
    """
    drawn = _draw(author, now, entropy)
    first, second = roles_of(author.history, peer)
    invitation = None if secret is None else invitation_commitment(secret, author.party, card.party)
    body = {
        **_pair_body(drawn, to=card.party, first=first, second=second, ext=ext),
        "kel": {"a": author.ks, "b": card.kel},
        "addresses": list(addresses),
        "nonce": entropy(32),
        "card": card.id,
        "inv": invitation,
        "exp": min(exp, stamp(author.kind, now) + MAX_OPEN),
    }
    statement = write_statement(
        author.key,
        type="open",
        rel=None,
        writer=author.party,
        seq=0,
        prev=None,
        seen=(),
        at=stamp(author.kind, now),
        ks=author.ks,
        body=body,
        salt=entropy(32),
    )
    try:
        check_open_pair(statement, author.history, peer)
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.code, error.where) from None
    return _announced(statement, drawn, None, now)


def make_join(
    author: Author,
    opening: Statement,
    *,
    opener: KeyHistory,
    half: bytes,
    addresses: Sequence[str],
    now: int,
    entropy: Entropy,
    ext: Sequence[str] = (),
) -> Opened:
    """Answer an `open` that was checked.

    Args:
        author: the party the open is directed to.
        opening: the open with its body.
        opener: its writer's key history.
        half: the opener's half of the pre-shared key.
        addresses: where the opener reaches us in this relationship.
        now: Unix ms.
        entropy: as in `make_open`.
        ext: extensions taken up, each offered by the open.

    Raises:
        LocalProtocolError: field-… ; open-… and join-… as `check_join`.
    """
    drawn = _draw(author, now, entropy)
    offered = opening.body
    if offered is None:
        raise LocalProtocolError("open-form", "body")
    roles = offered["roles"]
    body = {
        **_pair_body(
            drawn, to=opening.writer, first=roles["first"], second=roles["second"], ext=ext
        ),
        "kel": {"a": opening.ks, "b": author.ks},
        "addresses": list(addresses),
        "nonce": entropy(32),
    }
    statement = write_statement(
        author.key,
        type="join",
        rel=opening.id,
        writer=author.party,
        seq=0,
        prev=None,
        seen=(opening.head,),
        at=stamp(author.kind, now),
        ks=author.ks,
        body=body,
        salt=entropy(32),
    )
    try:
        check_join(opening, statement, opener=opener, joiner=author.history)
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.code, error.where) from None
    return _announced(statement, drawn, Secret(half), now)


def _draw(author: Author, now: int, entropy: Entropy) -> Secrets:
    ring = PrekeyRing([make_prekey(stamp(author.kind, now), entropy)])
    return Secrets(half=Secret(entropy(32)), signal=Secret(entropy(32)), peer_half=None, ring=ring)


def _pair_body(
    drawn: Secrets, *, to: bytes, first: bytes, second: bytes, ext: Sequence[str]
) -> dict[str, Any]:
    current = drawn.ring.current
    assert current is not None  # _draw put it there
    return {
        "to": to,
        "roles": {"first": first, "second": second},
        "proto": PROTO,
        "fold": FOLD,
        "ext": list(ext),
        "prekey": current.prekey.to_value(),
        "signal": x25519_public(drawn.signal),
        "pskc": psk_commitment(drawn.half.expose()),
    }


def _announced(statement: Statement, drawn: Secrets, peer_half: Secret | None, now: int) -> Opened:
    current = drawn.ring.current
    assert current is not None  # _draw put it there
    ring = PrekeyRing()
    ring.announce(current, statement.id, now)
    secrets = Secrets(half=drawn.half, signal=drawn.signal, peer_half=peer_half, ring=ring)
    return Opened(statement=statement, secrets=secrets)


def psk_of(rel: bytes, secrets: Secrets, *, opener: bool) -> Secret | None:
    """The pre-shared key, or None while the peer's half is not here."""
    if secrets.peer_half is None:
        return None
    if opener:
        return derive_psk(rel, secrets.half, secrets.peer_half)
    return derive_psk(rel, secrets.peer_half, secrets.half)


def take_join(link: Link, frame: Frame, now: int) -> list[Event]:
    """Take in the frame that carries the join, as the opener.

    A second join is taken only if its key event follows that of the first: a joiner that lost its
    join rotates its key and joins anew (spec: ledger, W8), and the newer one carries the PSK half.

    Args:
        link: the opener's relationship.
        frame: opened in base mode, addressed to us, from the peer, of this relationship.
        now: Unix ms.

    Raises:
        RemoteProtocolError: join-missing, open-consumed; psk-mismatch, open-… and join-… as
            `check_join`; history-…, cose-…, ledger-… .
    """
    history = link.histories[link.peer]
    envelopes = [item.envelope for item in frame.items if isinstance(item, KeyEventItem)]
    longer = history.extend(envelopes)
    histories = {**link.histories, link.peer: longer}
    statements = [item.envelope for item in frame.items if isinstance(item, StatementItem)]
    halves = [item.half for item in frame.items if isinstance(item, PskItem)]
    if len(statements) != 1 or len(halves) != 1:
        raise RemoteProtocolError("join-missing", "frame.items")
    join = open_statement(statements[0], histories)
    if link.ledger.get(join.id) is not None:
        link.asks.heads = True  # the joiner does not know yet: a frame with the PSK tells it
        return []
    join = with_body_of(join, frame)
    relationship = check_join(
        link.ledger.opening, join, opener=link.histories[link.me], joiner=longer
    )
    relationship.check_half(link.peer, halves[0])
    earlier = [own for own in link.ledger.feed(link.peer) if own.type == "join"]
    if any(not longer.descends(join.ks, other.ks) for other in earlier):
        raise RemoteProtocolError("open-consumed", "stmt.ks")
    return _join_taken(link, relationship, join, longer, halves[0], now)


def _join_taken(
    link: Link,
    relationship: Relationship,
    join: Statement,
    history: KeyHistory,
    half: bytes,
    now: int,
) -> list[Event]:
    events: list[Event] = []
    before = link.histories[link.peer]
    link.histories[link.peer] = history
    try:
        added = link.ledger.add(join)
    except RemoteProtocolError:
        link.histories[link.peer] = before
        raise
    if history is not before:
        new = tuple(one for one in history.envelopes if one not in before.envelopes)
        events.append(KeyEventsLearned(link.peer, new))
        link.ledger.histories_grew()
    link.secrets.peer_half = Secret(half)
    link.psk = psk_of(link.rel, link.secrets, opener=True)
    link.keys.prekey = relationship.prekeys[link.peer]
    link.keys.at = join.at
    link.keys.signal = relationship.signals[link.peer]
    link.closed = False
    link.delivery.note_held(added.released, now)
    link.asks.heads = True
    return [*events, StatementsHeld(added.released), Joined(link.rel)]


def with_body_of(statement: Statement, frame: Frame) -> Statement:
    """A statement with the body record of the frame that its `bh` binds, if there is one."""
    for item in frame.items:
        if isinstance(item, BodyItem) and body_hash(*item.record) == statement.bh:
            return statement.with_body(item.record)
    return statement


def first_body(statements: Sequence[Statement]) -> tuple[Statement, Prekey, bytes]:
    """The standing open or join of a feed, the prekey it announces and its signal key.

    Args:
        statements: a lead's feed, by seq.
    """
    first = [statement for statement in statements if statement.seq == 0]
    standing = max(first, key=lambda statement: statement.at)
    body = standing.body
    assert body is not None  # an open or join is held with its body only
    return standing, Prekey.from_value(body["prekey"]), body["signal"]
