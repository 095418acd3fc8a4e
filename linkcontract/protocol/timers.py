"""What happens by the clock, and what is looked after whenever something happened."""

from contextlib import suppress

from linkcontract.errors import LocalProtocolError
from linkcontract.limits import ACK_DELAY
from linkcontract.protocol import outgoing
from linkcontract.protocol.author import stamp
from linkcontract.protocol.events import Event, OpenExpired, PeerCovers, PrekeysDestroyed
from linkcontract.protocol.link import Link
from linkcontract.protocol.prekeys import make_prekey
from linkcontract.protocol.writing import Writing, next_expiry


def next_time(link: Link) -> int | None:
    """When `handle` has something to do next, Unix ms; None if never."""
    times = [link.ack_due, next_expiry(link), link.secrets.ring.next_time()]
    if not link.closed:
        times.append(link.backoff.due)
        times.append(_open_end(link))
    return min((time for time in times if time is not None), default=None)


def handle(link: Link, now: int) -> list[Event]:
    """Retract what ran out, acknowledge, give up an open that expired, destroy prekeys, retry."""
    events = before(link, now)
    if link.ack_due is not None and link.ack_due <= now:
        events.extend(acknowledge(link, now))
    end = _open_end(link)
    if end is not None and end <= now:
        link.closed = True
        events.append(OpenExpired(link.rel))
    if link.backoff.due is not None and link.backoff.due <= now:
        link.delivery.retry()
        link.asks.gaps.clear()
        link.asks.heads = True
        link.in_flight = 0
        link.backoff.sent(now, hurry=outgoing.is_urgent(link))
    events.extend(after(link, now))
    return events


def before(link: Link, now: int) -> list[Event]:
    """Spec: ledger, K3: what ran out is taken back before anything that
    arrived later is taken in."""
    writing = Writing(link, now)
    with suppress(LocalProtocolError):  # it cannot be signed just now; what came is still taken
        writing.expire_offers()
    written = writing.result()
    return [] if written is None else [written]


def acknowledge(link: Link, now: int, *, quiet: bool = False) -> list[Event]:
    """Sign an acknowledgement if one is owed (spec: ledger, K1)."""
    writing = Writing(link, now)
    writing.acknowledge(quiet=quiet)
    link.ack_due = None
    written = writing.result()
    return [] if written is None else [written]


def after(link: Link, now: int) -> list[Event]:
    """Note what the peer covers by now, destroy what is due, and set the timers."""
    events: list[Event] = []
    covered = link.delivery.take_covered()
    if covered:
        events.append(PeerCovers(covered))
    destroyed = link.secrets.ring.destroy(now)
    if destroyed:
        events.append(PrekeysDestroyed(destroyed))
    if outgoing.has_work(link):
        link.backoff.needed(now)
    else:
        link.backoff.stop()
    if link.ack_due is None and _owes_ack(link):
        link.ack_due = now + ACK_DELAY
    _renew_prekey(link, now)
    return events


def _owes_ack(link: Link) -> bool:
    return not link.silent and link.ledger.joined and link.ledger.owes_ack(link.me)


def _renew_prekey(link: Link, now: int) -> None:
    """A peer that asks by signal needs a prekey that has not run out: give a temporary one."""
    ring = link.secrets.ring
    current = ring.current
    if link.asks.prekey and (current is None or now > current.prekey.not_after):
        ring.announce(make_prekey(stamp(link.kind, now), link.entropy), None, now)


def _open_end(link: Link) -> int | None:
    if link.psk is not None or link.closed:
        return None
    body = link.ledger.opening.body
    assert body is not None  # an open is held with its body only
    end: int = body["exp"]
    return end
