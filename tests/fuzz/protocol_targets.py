"""The session and the door as fuzz targets.

Behind a seal no mutated byte is ever seen, so besides raw messages these targets take *frames* and
seal them: what is fuzzed is what a peer that holds the PSK, or a stranger with a card, can say.
Nothing from outside may raise, whatever it is; a refusal is an event. Each input meets a session
fresh from its rows, and afterwards that session can still speak, keep time and be stored.
"""

from collections.abc import Callable, Sequence

from model_targets import outside

from linkcontract.crypto.sealing import open_frame, read_seal, seal_frame, x25519_public
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_FRAME, MAX_RESPONSE
from linkcontract.model.party import open_key_history
from linkcontract.protocol import Content, Door, Session, load
from linkcontract.protocol.consumed import ConsumedOpens
from linkcontract.protocol.events import Event, Refused
from linkcontract.protocol.snapshot import Snapshot, read
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import Entropy, SimulatedNode
from linkcontract.testing.scenario import SERVICE


def _story() -> tuple[Pair, list[bytes], bytes]:
    """A pair with an agreement, the messages that would come next, and the open as it was sent."""
    pair = Pair()
    pair.open()
    pair.collect()
    opening = pair.mail[0].data
    pair.run()
    agreement = pair.agree().id
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    pair.person.write("share", body, [Content("vcard/fn", b"Zoe")])
    pair.person.live.ping()
    pair.collect()
    return pair, [message.data for message in pair.mail], opening


PAIR, MESSAGES, OPENING = _story()
WAITING = Pair()
WAITING.open()
WAITING.collect()
WAITING.deliver()
JOIN = next(message.data for message in WAITING.mail if message.to is WAITING.opener)


def fresh(node: SimulatedNode) -> Session:
    """A session loaded from the rows of a node, as it was when the module was imported."""
    assert node.rows.snapshot is not None
    histories = {party: open_key_history(events) for party, events in node.rows.events.items()}
    session, _ = load(
        node.rows.snapshot,
        node.rows.statements.values(),
        histories,
        openings=node.rows.openings.values(),
        author=node.author(),
        now=node.clock.now,
        entropy=Entropy(b"fuzz"),
    )
    session.link.window._floor = -1  # the seeds were sealed before this session was loaded
    return session


def judged(session: Session, events: list[Event], now: int) -> list[Event]:
    """What a session that took something in must still be able to do; its refusals as an error."""
    session.settle(now)
    answer = session.response_to_send(now)
    assert answer is None or len(answer) <= MAX_RESPONSE
    frames = session.frames_to_send(now)
    assert sum(len(frame) for frame in frames) <= 5 * MAX_FRAME
    read(session.snapshot())
    assert session.next_timer() is None or session.handle_timer(now + 1) is not None
    assert session.me not in session.ledger.state().convicted
    for event in events:
        if isinstance(event, Refused):
            raise RemoteProtocolError(event.code, event.where)
    return events


def receive_message(data: bytes) -> object:
    session = fresh(PAIR.organisation)
    now = PAIR.clock.now
    return judged(session, session.receive(data, now), now)


def receive_frame(data: bytes) -> object:
    """A frame sealed by the peer itself."""
    session = fresh(PAIR.organisation)
    link = PAIR.person.live.link
    sealed = seal_frame(
        data[: MAX_FRAME - 4],
        recipient=link.keys.prekey.pk,
        prekey_id=link.keys.prekey.id,
        ephemeral=b"e" * 32,
        psk=link.psk,
    )
    now = PAIR.clock.now
    return judged(session, session.receive(sealed, now), now)


def receive_join(data: bytes) -> object:
    """A frame in base mode to an opener that waits, sealed by the joiner."""
    session = fresh(WAITING.opener)
    header = read_seal(JOIN)
    secret = session.link.secrets.ring.secret_of(header.prekey_id)
    assert secret is not None
    sealed = seal_frame(
        data[: MAX_FRAME - 4],
        recipient=x25519_public(secret),
        prekey_id=header.prekey_id,
        ephemeral=b"e" * 32,
        psk=None,
    )
    now = WAITING.clock.now
    return judged(session, session.receive(sealed, now), now)


def door() -> Door:
    own = PAIR.organisation.door
    return Door(own.history, own.prekeys, own.cards, ConsumedOpens())


def at_door(data: bytes) -> object:
    result = door().receive(data, PAIR.clock.now)
    if isinstance(result, Refused):
        raise RemoteProtocolError(result.code, result.where)
    return result


def open_at_door(data: bytes) -> object:
    """A frame in base mode, sealed by a stranger to the prekey of a card."""
    prekey_id, secret = next(iter(PAIR.organisation.door.prekeys.items()))
    sealed = seal_frame(
        data[: MAX_FRAME - 4],
        recipient=x25519_public(secret),
        prekey_id=prekey_id,
        ephemeral=b"e" * 32,
        psk=None,
    )
    return at_door(sealed)


def read_snapshot(data: bytes) -> object:
    """A damaged row of our own store: still one of our errors."""
    kept = PAIR.organisation.rows.snapshot
    assert kept is not None
    return read(Snapshot(state=data, lasting=kept.lasting, fleeting=b""))


def _plain(node: SimulatedNode, data: bytes) -> bytes:
    link = node.live.link
    secret = link.secrets.ring.secret_of(read_seal(data).prekey_id)
    assert secret is not None
    return open_frame(data, secret, None if read_seal(data).opening else link.psk)


def _opening() -> bytes:
    secret = PAIR.organisation.door.prekeys[read_seal(OPENING).prekey_id]
    return open_frame(OPENING, secret, None)


def _state() -> bytes:
    kept = PAIR.organisation.rows.snapshot
    assert kept is not None
    return kept.state


PROTOCOL_TARGETS: dict[str, tuple[Callable[[bytes], object], Sequence[bytes]]] = {
    "session": (outside(receive_message), MESSAGES),
    "session-frame": (
        outside(receive_frame),
        [_plain(PAIR.organisation, data) for data in MESSAGES],
    ),
    "session-join": (outside(receive_join), [_plain(WAITING.opener, JOIN)]),
    "door": (outside(at_door), [OPENING]),
    "door-frame": (outside(open_at_door), [_opening()]),
    "snapshot": (outside(read_snapshot), [_state()]),
}
"""Name → (reader, seeds it accepts)."""
