"""Opening what came in: which key, which mode, whose frame, and whether it came before.

Nothing of the state changes before the seal is open, except that a message to a prekey we do not
hold is answered, once a minute, with the one we do.
"""

from linkcontract.crypto.sealing import SealHeader, open_frame, read_seal, x25519_public
from linkcontract.crypto.secret import Secret
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MINUTE
from linkcontract.model.frame import Frame, decode_frame
from linkcontract.protocol import outgoing, timers
from linkcontract.protocol.events import Event, PskConfirmed
from linkcontract.protocol.intake import Intake
from linkcontract.protocol.link import Link, Source, signal_id
from linkcontract.protocol.opening import take_join


def take(link: Link, data: bytes, now: int) -> list[Event]:
    """Open one message and take in what it says.

    Args:
        link: the relationship.
        data: the sealed bytes.
        now: Unix ms.

    Raises:
        RemoteProtocolError: those of `read_seal`, `open_frame`, `decode_frame` and `take_join`;
            frame-mode, frame-prekey, frame-not-for-me, frame-sender, frame-relationship,
            frame-repeated.
    """
    header = read_seal(data)
    if header.opening:
        return _base_mode(link, data, header, now)
    return _psk_mode(link, data, header, now)


def _base_mode(link: Link, data: bytes, header: SealHeader, now: int) -> list[Event]:
    """A frame in base mode: nothing but the join, and nothing but to the opener."""
    secret = link.secrets.ring.secret_of(header.prekey_id)
    if not link.opener:
        raise RemoteProtocolError("frame-mode")
    if secret is None:
        raise RemoteProtocolError("frame-prekey")
    frame = _opened(link, data, secret, None)
    return [*timers.before(link, now), *take_join(link, frame, now)]


def _psk_mode(link: Link, data: bytes, header: SealHeader, now: int) -> list[Event]:
    source, secret = _key(link, header, now)
    frame = _opened(link, data, secret, link.psk)
    if link.window.is_repeated(frame.n):
        raise RemoteProtocolError("frame-repeated", "frame.n")
    honour = link.window.take(frame.n, frame.at, now)
    events = timers.before(link, now)
    if not link.confirmed:
        link.confirmed = True
        events.append(PskConfirmed())
    events.extend(Intake(link, now).take(frame, source, honour=honour))
    if honour and outgoing.has_work(link):
        link.backoff.contact(now)
    return events


def _key(link: Link, header: SealHeader, now: int) -> tuple[Source, Secret]:
    if link.psk is None:
        raise RemoteProtocolError("frame-mode")
    if header.prekey_id == signal_id(x25519_public(link.secrets.signal)):
        return Source.SIGNAL, link.secrets.signal
    secret = link.secrets.ring.secret_of(header.prekey_id)
    if secret is None:
        _name_prekey(link, now)
        raise RemoteProtocolError("frame-prekey")
    return Source.PSK, secret


def _opened(link: Link, data: bytes, secret: Secret, psk: Secret | None) -> Frame:
    frame = decode_frame(open_frame(data, secret, psk))
    return addressed(frame, me=link.me, peer=link.peer, rel=link.rel)


def addressed(frame: Frame, *, me: bytes, peer: bytes, rel: bytes) -> Frame:
    """Whoever could open a seal may have sealed it on: the frame says whose it is (spec: threats,
    T03).

    Args:
        me, peer: the two parties of the relationship.
        rel: CID of its open payload.

    Raises:
        RemoteProtocolError: frame-not-for-me, frame-sender, frame-relationship.
    """
    if frame.to != me:
        raise RemoteProtocolError("frame-not-for-me", "frame.to")
    if frame.sender != peer:
        raise RemoteProtocolError("frame-sender", "frame.from")
    if frame.rel != rel:
        raise RemoteProtocolError("frame-relationship", "frame.rel")
    return frame


def _name_prekey(link: Link, now: int) -> None:
    """Somebody sealed to a prekey we do not hold: name the current one, once a minute.

    Whether it was the peer cannot be known, so the answer goes where the peer's frames go.
    """
    if link.prekey_told is None or now - link.prekey_told >= MINUTE:
        link.prekey_told = now
        link.asks.prekey = True
