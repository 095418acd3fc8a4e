"""Making frames: what is due, packed, sealed afresh to the newest prekey the peer announced.

There are three kinds of frame. In base mode an opener sends `open` (with at most an inert offer)
to the prekey of a card, and a joiner sends `join` to the prekey of the open. Sealed with the PSK
goes everything after. A frame to the peer's `signal` key carries heads and a prekey only: it is
how a restored node asks, and how a node asks whose peer let its last prekey run out.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from linkcontract.crypto.sealing import seal_frame
from linkcontract.crypto.secret import Secret
from linkcontract.limits import KIB, MAX_FRAMES_IN_FLIGHT, MAX_RESPONSE, MAX_SEEN, MAX_WANTED
from linkcontract.model.bodies import DENIALS
from linkcontract.model.frame import (
    BodyItem,
    Frame,
    HeadsItem,
    Item,
    KeyEventItem,
    OpeningItem,
    PingItem,
    PongItem,
    PrekeyItem,
    PskItem,
    StatementItem,
    WantItem,
    encode_frame,
)
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import Statement
from linkcontract.protocol.author import stamp
from linkcontract.protocol.link import Link, Restoring, signal_id
from linkcontract.protocol.packing import ROOM, Filling, room_of

RESPONSE_BUCKET: Final = 16 * KIB
"""The largest padded frame of a response: the next one, sealed, would exceed `MAX_RESPONSE`."""

OPENING_BUCKET: Final = 64 * KIB
"""The largest padded frame that carries an open; a stranger's larger one is not read."""

MAX_OPENING_ASKS: Final = 8
"""How often missing openings of one share are asked for; its sender may have erased them."""


def frames(link: Link, now: int) -> list[bytes]:
    """Everything that is due, as sealed frames to be sent one by one.

    Args:
        link: the relationship.
        now: Unix ms.
    """
    if link.closed:
        return []
    if link.psk is None:
        made = _open_frames(link, now)
    elif link.needs_signal(now):
        made = _signal_frames(link, now)
    else:
        made = _join_frames(link, now) + _psk_frames(link, now, ROOM, MAX_FRAMES_IN_FLIGHT)
    _rearm(link, now, bool(made))
    return made


def response(link: Link, now: int) -> bytes | None:
    """At most one frame, small enough for the response of the exchange that brought one."""
    if link.closed or link.psk is None:
        return None
    if link.needs_signal(now):
        made = _signal_frames(link, now)
    else:
        made = _join_frames(link, now)
        if made and len(made[0]) > MAX_RESPONSE:  # a long key history: it goes by itself
            link.asks.join = True
            return None
        made = made or _psk_frames(link, now, room_of(RESPONSE_BUCKET), 1)
    _rearm(link, now, bool(made))
    return made[0] if made else None


def has_work(link: Link) -> bool:
    """Whether something waits for the peer, so that the retry timer has to run."""
    return bool(
        link.delivery.lacking
        or link.delivery.gaps
        or link.asks.openings
        or link.restoring is Restoring.ASKING
    )


def _rearm(link: Link, now: int, attempted: bool) -> None:
    if not has_work(link):
        link.backoff.stop()
    elif attempted and (link.backoff.due is None or link.backoff.due <= now):
        link.backoff.sent(now, hurry=is_urgent(link))


def is_urgent(link: Link) -> bool:
    """Whether a withdrawal waits for the peer: nothing may delay it."""
    lacking = (link.ledger.get(name) for name in link.delivery.lacking)
    return any(statement is not None and statement.type in DENIALS for statement in lacking)


def _seal(link: Link, now: int, items: Sequence[Item], to: Prekey, psk: Secret | None) -> bytes:
    frame = Frame(
        to=link.peer,
        sender=link.me,
        rel=link.rel,
        n=link.entropy(16),
        at=stamp(link.kind, now),
        items=tuple(items),
    )
    return seal_frame(
        encode_frame(frame),
        recipient=to.pk,
        prekey_id=to.id,
        ephemeral=Secret(link.entropy(32)),
        psk=psk,
    )


def _heads(link: Link) -> HeadsItem:
    # A relationship with more branches than fit has a forked writer; what is cut off is asked for.
    return HeadsItem(link.ledger.heads()[:MAX_SEEN])


def _statement_items(statement: Statement) -> list[Item]:
    items: list[Item] = [StatementItem(statement.envelope)]
    if statement.record is not None:
        items.append(BodyItem(statement.record))
    return items


def _open_frames(link: Link, now: int) -> list[bytes]:
    """The open, whole each time: the receiver keeps nothing of it until it decides."""
    if not link.delivery.due():
        return []
    own = link.ledger.feed(link.me)
    events = [KeyEventItem(envelope) for envelope in link.histories[link.me].envelopes]
    filling = Filling(room_of(OPENING_BUCKET))
    filling.add([*events, *_statement_items(own[0]), PskItem(link.secrets.half.expose())])
    sent = [own[0].id]
    for statement in own[1:]:
        if not filling.add(_statement_items(statement)):
            break  # the offer is too large to go to a stranger; it follows when the join is here
        sent.append(statement.id)
    link.delivery.sent([statement.id for statement in own], now)
    return [_seal(link, now, filling.items, link.keys.prekey, None)]


def _join_frames(link: Link, now: int) -> list[bytes]:
    """The join in base mode, as long as nothing shows that the opener has it."""
    if link.opener or link.confirmed:
        return []
    join = link.ledger.feed(link.me)[0]
    if not link.asks.join and join.id not in link.delivery.due():
        return []
    link.asks.join = False
    opening = link.ledger.get(link.rel)
    assert opening is not None and opening.body is not None  # noqa: PT018 - a ledger begins with it
    events = [KeyEventItem(envelope) for envelope in link.histories[link.me].envelopes]
    items = [*events, *_statement_items(join), PskItem(link.secrets.half.expose())]
    link.delivery.sent([join.id], now)
    prekey = Prekey.from_value(opening.body["prekey"])
    return [_seal(link, now, items, prekey, None)]


def _signal_frames(link: Link, now: int) -> list[bytes]:
    if not link.asks.heads or link.keys.signal is None:
        return []
    link.asks.heads = False
    items: list[Item] = [_heads(link)]
    current = link.secrets.ring.current
    if current is not None:
        items.insert(0, PrekeyItem(current.prekey))
    to = Prekey(signal_id(link.keys.signal), link.keys.signal, link.keys.prekey.not_after)
    return [_seal(link, now, items, to, link.psk)]


def _psk_frames(link: Link, now: int, room: int, most: int) -> list[bytes]:
    due = _due(link)
    wants = list(_wants(link))
    asks = link.asks
    if not (due or wants or asks.heads or asks.ping or asks.pong or asks.prekey):
        return []
    control = _control(link, wants)
    fillings = [Filling(room, control)]
    sent = _fill(link, fillings, due, (room, most), now)
    if len(fillings) == 1 and not sent and due and not wants and not asks.heads and most == 1:
        return []  # nothing of what is due fits a response; it goes in a frame of its own
    link.delivery.sent(sent, now)
    for name in sent:
        asks.answers.pop(name, None)
    asks.heads = asks.prekey = False
    asks.ping = asks.pong = None
    if sent:
        link.in_flight += len(fillings)
    return [_seal(link, now, each.items, link.keys.prekey, link.psk) for each in fillings]


def _due(link: Link) -> tuple[bytes, ...]:
    """Statements to send, in order: what the peer lacks, then what it asked for."""
    if link.in_flight >= MAX_FRAMES_IN_FLIGHT:
        return ()
    due = dict.fromkeys(link.delivery.due())
    due.update(link.asks.answers)
    return tuple(due)


def _control(link: Link, wants: Sequence[Item]) -> list[Item]:
    asks = link.asks
    control: list[Item] = [_heads(link)]
    current = link.secrets.ring.current
    if current is not None and (asks.prekey or current.announced_in is None):
        control.append(PrekeyItem(current.prekey))
    control.extend(wants)
    if asks.ping is not None:
        control.append(PingItem(asks.ping))
    if asks.pong is not None:
        control.append(PongItem(asks.pong))
    return control


def _wants(link: Link) -> Iterator[Item]:
    """What is missing here: heads the peer named, and openings of its shares."""
    for head in link.delivery.gaps:
        if head.id in link.asks.gaps:
            continue
        link.asks.gaps.add(head.id)
        feed = link.ledger.feed(head.writer)
        last = feed[-1].seq if feed else -1
        first = last + 1 if head.seq > last else head.seq
        yield WantItem(head.writer, max(first, head.seq - MAX_WANTED + 1), head.seq)
    for share, asked in list(link.asks.openings.items()):
        statement = link.ledger.get(share)
        if statement is None or asked >= MAX_OPENING_ASKS or not link.missing_openings(statement):
            del link.asks.openings[share]
        elif share not in link.asks.gaps:
            link.asks.gaps.add(share)
            link.asks.openings[share] = asked + 1
            yield WantItem(statement.writer, statement.seq, statement.seq)


def _fill(
    link: Link, fillings: list[Filling], due: Sequence[bytes], space: tuple[int, int], now: int
) -> list[bytes]:
    """Put statements and their openings into frames; the ids of those that went in.

    `space` is the room of one frame and how many frames there may be.
    """
    sent = []
    heads = _heads(link)
    for name in due:
        statement = link.ledger.get(name)
        if statement is None:
            link.asks.answers.pop(name, None)
            continue
        openings = _openings(link, statement, now)
        if (
            space[1] == 1
            and openings
            and not fillings[0].fits([*_whole(link, statement), *openings])
        ):
            break  # a response takes a share with its openings, or leaves it to a frame of its own
        if not _place(link, fillings, statement, space, heads):
            break
        sent.append(name)
        if not _place_openings(fillings, openings, space, heads):
            break  # the receiver asks for what it misses
    return sent


def _whole(link: Link, statement: Statement) -> list[Item]:
    return [*_key_events(link, statement, Filling(0)), *_statement_items(statement)]


def _place(
    link: Link,
    fillings: list[Filling],
    statement: Statement,
    space: tuple[int, int],
    heads: HeadsItem,
) -> bool:
    room, most = space
    filling = fillings[-1]
    if not filling.add([*_key_events(link, statement, filling), *_statement_items(statement)]):
        if len(fillings) >= most:
            return False
        filling = Filling(room, [heads])
        if not filling.add([*_key_events(link, statement, filling), *_statement_items(statement)]):
            return False
        fillings.append(filling)
    filling.told.update((statement.id, statement.ks))
    return True


def _place_openings(
    fillings: list[Filling], openings: Sequence[Item], space: tuple[int, int], heads: HeadsItem
) -> bool:
    room, most = space
    for opening in openings:
        if fillings[-1].add([opening]):
            continue
        if len(fillings) >= most:
            return False
        fillings.append(Filling(room, [heads]))
        fillings[-1].add([opening])
    return True


def _openings(link: Link, statement: Statement, now: int) -> list[Item]:
    if statement.writer != link.me or not link.may_disclose(statement, now):
        return []
    held = link.openings.get(statement.id, {})
    return [OpeningItem(held[index]) for index in sorted(held)]


def _key_events(link: Link, statement: Statement, filling: Filling) -> list[Item]:
    """The key events the peer may lack to verify a statement; none if it verified the one before.

    A frame may be lost, so what another frame told counts for nothing.
    """
    if statement.ks in filling.told:
        return []
    history = link.histories[statement.writer]
    known = None
    if statement.prev is not None and link.delivery.covers(statement.prev):
        before = link.ledger.get(statement.prev)
        known = None if before is None else before.ks
    chain: list[Item] = []
    event = history.events.get(statement.ks)
    while event is not None and event.id != known:
        chain.append(KeyEventItem(event.envelope))
        event = None if event.prev is None else history.events.get(event.prev)
    return chain[::-1]
