"""What the peer lacks, and which of it is to be sent now.

Nothing is queued as bytes: what is owed follows from two things, the statements held here and the
heads the peer last named (spec: ledger, A1.5: whoever holds a head holds its past). So a peer that
was offline for days, or came back from an old backup, gets exactly what it lacks, sealed afresh.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from linkcontract.limits import HOUR, SECOND
from linkcontract.model.statement import Head, Statement

RESEND_AFTER: Final = 2 * SECOND
"""Contact this soon after a send says nothing about it: the two may have crossed."""

MAX_REMEMBERED_SENDS: Final = 4_096
"""Most statements whose last sending is remembered after the peer covered them."""


class Holdings(Protocol):
    """What delivery needs of the ledger."""

    def get(self, statement_id: bytes) -> Statement | None: ...
    def heads(self) -> tuple[Head, ...]: ...
    def feed(self, writer: bytes) -> Sequence[Statement]: ...
    def in_past(self, earlier: bytes, later: bytes) -> bool: ...


@dataclass(slots=True)
class _Sending:
    last: int
    resent: int | None = None


class Delivery:
    """Which held statements the peer lacks.

    Args:
        ledger: what is held here.
        peer: the party of the peer's lead.
        heads: the peer's heads as last known, from a snapshot.
    """

    __slots__ = ("_due", "_frontier", "_gaps", "_lacking", "_ledger", "_peer", "_sent")

    def __init__(self, ledger: Holdings, peer: bytes, heads: Iterable[Head] = ()) -> None:
        self._ledger = ledger
        self._peer = peer
        self._frontier: set[bytes] = set()
        self._gaps: tuple[Head, ...] = ()
        self._lacking: dict[bytes, None] = {}
        self._due: set[bytes] = set()
        self._sent: dict[bytes, _Sending] = {}
        self._set_heads(tuple(heads))

    @property
    def lacking(self) -> tuple[bytes, ...]:
        """Held statements the peer lacks, each after everything in its past."""
        return tuple(self._lacking)

    @property
    def gaps(self) -> tuple[Head, ...]:
        """Heads the peer named that are not held here."""
        return self._gaps

    @property
    def frontier(self) -> tuple[Head, ...]:
        """Held statements whose past the peer is known to hold, for the snapshot."""
        held = (self._ledger.get(name) for name in sorted(self._frontier))
        return tuple(Head(s.writer, s.seq, s.id) for s in held if s is not None)

    def covers(self, statement_id: bytes) -> bool:
        """Whether the peer is known to hold this statement."""
        return statement_id in self._frontier or any(
            self._ledger.in_past(statement_id, head) for head in self._frontier
        )

    def note_heads(self, heads: Sequence[Head], now: int) -> None:
        """The peer named its heads: it holds these and their past, and perhaps less than before."""
        self._set_heads(tuple(heads))
        self._contact(now)

    def note_held(self, statements: Iterable[Statement], now: int) -> None:
        """Statements were newly held or written here."""
        gaps = {head.id for head in self._gaps}
        for statement in statements:
            if statement.writer == self._peer or statement.id in gaps:
                self._frontier.difference_update(_links(statement))
                self._frontier.add(statement.id)
            elif not self.covers(statement.id):
                self._add(statement.id, now)
        self._gaps = tuple(head for head in self._gaps if self._ledger.get(head.id) is None)

    def take_covered(self) -> tuple[bytes, ...]:
        """Take off what the peer covers by now; the ids, each of which was lacking before."""
        covered = tuple(name for name in self._lacking if self.covers(name))
        for name in covered:
            del self._lacking[name]
            self._due.discard(name)
        return covered

    def due(self) -> tuple[bytes, ...]:
        """What to send now, in order."""
        return tuple(name for name in self._lacking if name in self._due)

    def retry(self) -> None:
        """The retry timer fired: everything lacking is due."""
        self._due.update(self._lacking)

    def may_resend(self, statement_id: bytes, now: int) -> bool:
        """Whether something the peer did may cause a re-send; and note that it did.

        At most once per statement and hour (spec: ledger, K6), whatever the peer says it lacks.
        """
        sending = self._sent.get(statement_id)
        if sending is None:
            return True
        if now - sending.last < RESEND_AFTER:
            return False
        if sending.resent is not None and now - sending.resent < HOUR:
            return False
        sending.resent = now
        return True

    def sent(self, statement_ids: Iterable[bytes], now: int) -> None:
        """These were put into a frame."""
        for name in statement_ids:
            self._due.discard(name)
            sending = self._sent.setdefault(name, _Sending(now))
            sending.last = now
        if len(self._sent) > MAX_REMEMBERED_SENDS:
            self._sent = {
                name: sending
                for name, sending in self._sent.items()
                if name in self._lacking or now - sending.last < HOUR
            }

    def forget_sends(self) -> None:
        """What was sent so far could not be read (a lost prekey): all of it is due again."""
        self._sent.clear()
        self.retry()

    def _set_heads(self, heads: tuple[Head, ...]) -> None:
        held = {head.id for head in heads if self._ledger.get(head.id) is not None}
        self._frontier = held
        self._gaps = tuple(head for head in heads if head.id not in held)
        missing = set(self._missing())
        if missing - self._lacking.keys():
            self._lacking = dict.fromkeys(self._topological(missing | self._lacking.keys()))
        # Without a heads frame nobody was told; the next contact or the retry timer sends them.
        self._due.update(name for name in missing if name not in self._sent)

    def _add(self, name: bytes, now: int) -> None:
        self._lacking[name] = None
        if self.may_resend(name, now):
            self._due.add(name)

    def _contact(self, now: int) -> None:
        for name in self._lacking:
            if name not in self._due and self.may_resend(name, now):
                self._due.add(name)

    def _missing(self) -> Iterator[bytes]:
        for writer in {head.writer for head in self._ledger.heads()}:
            feed = self._ledger.feed(writer)
            forked = feed[-1].seq + 1 != len(feed)
            for statement in reversed(feed):
                if not self.covers(statement.id):
                    yield statement.id
                elif not forked:
                    break  # whoever holds a statement holds its prev

    def _topological(self, missing: set[bytes]) -> list[bytes]:
        order: list[bytes] = []
        placed: set[bytes] = set()
        for start in sorted(missing):
            stack = [start]
            while stack:
                statement = self._ledger.get(stack[-1])
                assert statement is not None  # only held statements are missing at the peer
                before = [n for n in _links(statement) if n in missing and n not in placed]
                if before:
                    stack.extend(before)
                    continue
                if stack.pop() not in placed:
                    placed.add(statement.id)
                    order.append(statement.id)
        return order


def _links(statement: Statement) -> list[bytes]:
    named = [head.id for head in statement.seen]
    return named if statement.prev is None else [*named, statement.prev]
