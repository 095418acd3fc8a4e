"""Taking in the items of a frame that was opened and is from the peer of this relationship.

Statements, bodies and openings are idempotent and taken from any frame. Heads, wants, prekeys and
pings are requests: they are honoured once, and only while the frame is fresh (spec: threats,
T38). Whatever fails becomes a `Refused` event, and nothing of it is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import (
    MAX_FRAME_ITEMS,
)
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
)
from linkcontract.model.items import Opening, check_opening
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import BodyRecord, Statement, body_hash, open_statement
from linkcontract.protocol.author import Author, is_parted
from linkcontract.protocol.events import (
    BodiesHeld,
    Event,
    KeyEventsLearned,
    KeysParted,
    OpeningRefused,
    OpeningsHeld,
    OwnHeadUnknown,
    Refused,
    StatementsHeld,
)
from linkcontract.protocol.link import Link, Restoring, Source
from linkcontract.protocol.requests import Requests, learn_prekey

_MAY_CARRY: Final[Mapping[Source, tuple[type[Item], ...]]] = {
    Source.PSK: (
        StatementItem,
        BodyItem,
        KeyEventItem,
        OpeningItem,
        HeadsItem,
        WantItem,
        PrekeyItem,
        PingItem,
        PongItem,
    ),
    # The signal key is in a backup, so nothing whose secrecy matters may be sealed to it.
    Source.SIGNAL: (HeadsItem, PrekeyItem, StatementItem),
    Source.BASE: (StatementItem, BodyItem, KeyEventItem, PskItem),
}


def check_items(items: Sequence[Item], source: Source) -> None:
    """Whether a frame may carry these items.

    Args:
        source: which key opened it.

    Raises:
        RemoteProtocolError: frame-items, frame-place.
    """
    if len(items) > MAX_FRAME_ITEMS:
        raise RemoteProtocolError("frame-items", "frame.items")
    if not all(isinstance(item, _MAY_CARRY[source]) for item in items):
        raise RemoteProtocolError("frame-place", "frame.items")


class Intake:
    """One frame being taken in.

    Args:
        link: the relationship; changed as items are taken.
        now: Unix ms.
    """

    def __init__(self, link: Link, now: int) -> None:
        self._link = link
        self._now = now
        self._events: list[Event] = []
        self._held: list[Statement] = []
        self._repeated: list[Statement] = []

    def take(self, frame: Frame, source: Source, *, honour: bool) -> list[Event]:
        """Take in every item.

        Args:
            frame: opened, addressed to us, from the peer, of this relationship.
            source: which key opened it.
            honour: whether its requests count: it is new and less than a day old.

        Returns:
            Events, in the order in which things happened.
        """
        try:
            check_items(frame.items, source)
        except RemoteProtocolError as error:
            return [Refused(error.code, error.where)]
        self._key_events(frame.items)
        self._statements(frame.items)
        self._settle(honour)
        self._openings(frame.items)
        if honour and source is not Source.BASE:
            Requests(self._link, self._now, self._events).take(frame, source)
        return self._events

    def _refuse(self, error: RemoteProtocolError) -> None:
        self._events.append(Refused(error.code, error.where))

    # -- key events -----------------------------------------------------------------------------

    def _key_events(self, items: tuple[Item, ...]) -> None:
        link = self._link
        for item in items:
            if not isinstance(item, KeyEventItem):
                continue
            refused: RemoteProtocolError | None = None
            for party in (link.peer, link.me):
                history = link.histories[party]
                try:
                    longer = history.extend([item.envelope])
                except RemoteProtocolError as error:
                    refused = refused or error
                    continue
                if longer is not history:
                    self._learned(party, item.envelope)
                refused = None
                break
            if refused is not None:
                self._refuse(refused)

    def _learned(self, party: bytes, envelope: bytes) -> None:
        link = self._link
        history = link.histories[party].extend([envelope])
        link.histories[party] = history
        link.ledger.histories_grew()
        self._events.append(KeyEventsLearned(party, (envelope,)))
        if party != link.me:
            return
        # A key event of our own is signed by a key only our words give: it is ours, from before a
        # restore. Our present key may have been superseded by it, or the history have parted.
        author = link.author
        if author is not None:
            is_head = author.ks in history.heads
            link.author = Author(history, author.key, author.ks) if is_head else None
        if is_parted(history):
            self._events.append(KeysParted(party))

    # -- statements -----------------------------------------------------------------------------

    def _statements(self, items: tuple[Item, ...]) -> None:
        bodies: dict[bytes, BodyRecord] = {}
        for item in items:
            if isinstance(item, BodyItem):
                bodies[body_hash(*item.record)] = item.record
        for item in items:
            if isinstance(item, StatementItem):
                try:
                    self._statement(item.envelope, bodies)
                except RemoteProtocolError as error:
                    self._refuse(error)

    def _statement(self, envelope: bytes, bodies: Mapping[bytes, BodyRecord]) -> None:
        link = self._link
        statement = open_statement(envelope, link.histories)
        if statement.relationship != link.rel:
            raise RemoteProtocolError("frame-relationship", "stmt.rel")
        record = bodies.get(statement.bh)
        if record is not None:
            statement = statement.with_body(record)
        held = link.ledger.get(statement.id)
        if held is not None and (held.record is not None or record is None):
            self._repeated.append(statement)
            return
        if held is None and statement.writer == link.me and not self._takes_own(statement):
            return
        added = link.ledger.add(statement)
        self._held.extend(added.released)
        if added.status == "completed":
            completed = link.ledger.get(statement.id)
            assert completed is not None  # it was held before its body came
            self._events.append(BodiesHeld((completed,)))
        self._events.extend(Refused(code, "stmt") for _, code in added.refused)
        self._events.extend(Refused("ledger-escrow", "stmt") for _ in added.dropped)

    def _takes_own(self, statement: Statement) -> bool:
        """Whether a statement in our name that we do not hold may be held (spec: ledger, K4, K5).

        It is signed with our key, so it was lost in a restore, or the key is stolen. Under a key
        our feed has rotated away from, or has parted with, it can be held: we never build on it.
        Under our present key, or one after it, it might become what our next statement builds on:
        only a restore that asked for it takes it, and in any other case the next thing to sign is
        a rotate, which is right for both.
        """
        link = self._link
        if link.adopt and link.restoring is not Restoring.NO:
            return True
        last = link.own_head()
        history = link.histories[link.me]
        if last is not None and not history.reaches(statement.ks, last.ks):
            return True
        if link.restoring is Restoring.NO:
            link.restoring = Restoring.ROTATE_FIRST
            link.adopt = False
        self._events.append(OwnHeadUnknown(statement.head))
        raise RemoteProtocolError("own-statement-unknown", "stmt.from")

    def _settle(self, honour: bool) -> None:
        """After the statements: note what was held, what the peer repeated, what it announced."""
        link = self._link
        if self._held:
            self._events.append(StatementsHeld(tuple(self._held)))
            link.delivery.note_held(self._held, self._now)
            link.asks.heads = True
            for statement in self._held:
                self._note(statement)
            link.secrets.ring.note_seen(link.peer_saw, self._now)
        if self._repeated and honour:
            self._repetition()

    def _repetition(self) -> None:
        """Spec: ledger, K6: a duplicate is a no-op,
        and says that the peer does not know we hold it.

        Our heads tell it; the latest own statement that covers it goes again, once an hour.
        """
        link = self._link
        link.asks.heads = True
        last = link.own_head()
        if last is None:
            return
        latest = last.id
        covers = any(
            one.writer == link.peer and link.ledger.in_past(one.id, latest)
            for one in self._repeated
        )
        if covers and link.delivery.may_resend(latest, self._now):
            link.asks.answers[latest] = None

    def _note(self, statement: Statement) -> None:
        link = self._link
        body = statement.body
        if body is None:
            return
        if statement.type == "erased":
            link.erased.add(body["ref"])
        if statement.writer != link.peer:
            return
        if "prekey" in body:
            learn_prekey(link, Prekey.from_value(body["prekey"]), statement.at, self._events)
        if link.missing_openings(statement):
            # Its openings may come in the next frame: the first request waits for the timer.
            link.asks.openings.setdefault(statement.id, 0)
            link.asks.gaps.add(statement.id)

    # -- openings -------------------------------------------------------------------------------

    def _openings(self, items: tuple[Item, ...]) -> None:
        new: dict[bytes, list[Opening]] = {}
        for item in items:
            if isinstance(item, OpeningItem) and self._is_wanted(item.opening):
                new.setdefault(item.opening.share, []).append(item.opening)
        for share, openings in new.items():
            statement = self._link.ledger.get(share)
            assert statement is not None  # else it would not be wanted
            assert statement.body is not None
            held = self._link.openings.setdefault(share, {})
            held.update((opening.index, opening) for opening in openings)
            complete = len(held) == len(statement.body["items"])
            if complete:
                self._link.asks.openings.pop(share, None)
            self._events.append(OpeningsHeld(share, tuple(openings), complete))

    def _is_wanted(self, opening: Opening) -> bool:
        """Whether an opening is new, matches, and belongs to a statement of the peer held here.

        One that comes before its share is dropped: when the share is here, it is asked for.
        """
        link = self._link
        statement = link.ledger.get(opening.share)
        if statement is None or statement.writer != link.peer or link.is_erased(statement):
            return False
        if opening.index in link.openings.get(opening.share, {}):
            return False
        try:
            check_opening(link.rel, statement, opening)
        except RemoteProtocolError as error:
            self._refuse(error)
            if statement.body is not None:
                self._events.append(OpeningRefused(opening.share, opening.index))
            return False
        return True
