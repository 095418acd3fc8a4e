"""Requests of a frame: heads, prekeys, wants and pings, each bounded.

They are honoured once and only while the frame is fresh; what they cause is put into `Asks` and
into the delivery, and goes out with the next frame.
"""

from linkcontract.limits import HOUR, MAX_WANTED, MAX_WANTS, MAX_WANTS_PER_HOUR, MINUTE
from linkcontract.model.frame import (
    Frame,
    HeadsItem,
    PingItem,
    PongItem,
    PrekeyItem,
    WantItem,
)
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import Head
from linkcontract.protocol.events import (
    Event,
    HeadsExchanged,
    OwnHeadUnknown,
    Ponged,
    PrekeyLearned,
    Refused,
    RestoreAnswered,
)
from linkcontract.protocol.link import Link, Restoring, Source


def learn_prekey(
    link: Link, prekey: Prekey, at: int, events: list[Event], *, trusted: bool = False
) -> None:
    """Seal to a prekey from now on, unless a newer one is known.

    Args:
        link: the relationship.
        prekey: as the peer announced it.
        at: the peer's clock then.
        events: where `PrekeyLearned` goes.
        trusted: take it whatever the clock said.
    """
    keys = link.keys
    if prekey.id == keys.prekey.id or (at < keys.at and not trusted):
        return
    keys.prekey = prekey
    keys.at = at
    events.append(PrekeyLearned(prekey.id))


class Requests:
    """The requests of one frame.

    Args:
        link: the relationship.
        now: Unix ms.
        events: where what happens is appended.
    """

    def __init__(self, link: Link, now: int, events: list[Event]) -> None:
        self._link = link
        self._now = now
        self._events = events

    def take(self, frame: Frame, source: Source) -> None:
        """Honour the requests of a new and fresh frame."""
        wants = 0
        for item in frame.items:
            match item:
                case HeadsItem(heads):
                    self._heads(heads, source)
                case PrekeyItem(prekey):
                    self._told_prekey(prekey, frame.at, source)
                case WantItem() if wants < MAX_WANTS:
                    wants += 1
                    self._want(item)
                case PingItem(token):
                    self._link.asks.pong = token
                case PongItem(token):
                    self._events.append(Ponged(token))
                case _:
                    pass  # taken above, or one want too many

    def _heads(self, heads: tuple[Head, ...], source: Source) -> None:
        link = self._link
        link.in_flight = 0
        link.delivery.note_heads(heads, self._now)
        for head in link.delivery.gaps:
            if head.writer == link.me and link.restoring is Restoring.NO:
                self._events.append(OwnHeadUnknown(head))
        if source is Source.SIGNAL:
            # The peer asks because it lost its state, or because our last prekey ran out.
            link.asks.heads = link.asks.prekey = True
            return
        link.exchanged = True
        # After a compromise own statements are not taken back, so what they cover stays missing.
        if link.restoring is Restoring.ASKING and not (link.delivery.gaps and link.adopt):
            link.restoring = Restoring.ROTATE_FIRST
            self._events.append(RestoreAnswered())
        if link.delivery.gaps:
            return
        self._events.append(HeadsExchanged())

    def _told_prekey(self, prekey: Prekey, at: int, source: Source) -> None:
        link = self._link
        link.named = True
        if prekey.id == link.keys.prekey.id:
            return
        if link.prekey_taken is not None and self._now - link.prekey_taken < MINUTE:
            return
        link.prekey_taken = self._now
        # A restored peer's clock may be behind what it signed before, so the signal key is trusted.
        trusted = source is Source.SIGNAL
        learn_prekey(link, prekey, at, self._events, trusted=trusted)
        if link.keys.prekey is prekey:
            link.delivery.forget_sends()  # what went to the old prekey could not be read

    def _want(self, want: WantItem) -> None:
        link = self._link
        asks = link.asks
        asks.wants = [when for when in asks.wants if self._now - when < HOUR]
        if len(asks.wants) >= MAX_WANTS_PER_HOUR:
            self._events.append(Refused("frame-wants", "want"))
            return
        asks.wants.append(self._now)
        feed = link.ledger.feed(want.writer)
        wanted = [own.id for own in feed if want.first <= own.seq <= want.last]
        for name in wanted[:MAX_WANTED]:
            if len(asks.answers) < MAX_WANTED:
                asks.answers[name] = None
