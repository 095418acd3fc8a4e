"""Statements that wait for what they saw: bounded for each writer; a liar hurts only itself.

Spec: ledger, A1.5. What waits is no part of the state. A full escrow drops the newest statements of
that writer, which are asked for again later: the oldest are the ones that get the feed moving.
"""

from collections.abc import Collection, Iterable

from linkcontract.limits import MAX_ESCROW_BYTES, MAX_ESCROW_STATEMENTS, MAX_WRITERS
from linkcontract.model.statement import Statement


def weight(statement: Statement) -> int:
    """The bytes a statement occupies: its envelope, and its body record if there is one."""
    record = statement.record
    return len(statement.envelope) + (0 if record is None else len(record.salt) + len(record.data))


class Escrow:
    """The waiting statements of one relationship.

    Args:
        most, most_bytes: bounds for one writer; the protocol's, unless a test says otherwise.
        most_writers: of how many writers something may wait.
        erased: statements whose bodies are known to be erased, whatever waits here.
    """

    def __init__(
        self,
        most: int = MAX_ESCROW_STATEMENTS,
        most_bytes: int = MAX_ESCROW_BYTES,
        *,
        most_writers: int = MAX_WRITERS,
        erased: Collection[bytes] = (),
    ) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._most_writers = most_writers
        self._erased = frozenset(erased)
        self._waiting: dict[bytes, Statement] = {}
        self._by_writer: dict[bytes, set[bytes]] = {}
        self._bytes: dict[bytes, int] = {}
        self._awaited: dict[bytes, set[bytes]] = {}
        self._awaits: dict[bytes, tuple[bytes, ...]] = {}

    def __contains__(self, statement_id: object) -> bool:
        return statement_id in self._waiting

    def __len__(self) -> int:
        return len(self._waiting)

    def get(self, statement_id: bytes) -> Statement | None:
        """A waiting statement."""
        return self._waiting.get(statement_id)

    def waiting(self) -> tuple[Statement, ...]:
        """All that waits, by writer, seq and id."""
        return tuple(
            sorted(self._waiting.values(), key=lambda held: (held.writer, held.seq, held.id))
        )

    def put(self, statement: Statement, awaits: Iterable[bytes]) -> tuple[Statement, ...]:
        """Let a statement wait for `awaits`.

        Returns:
            What had to be dropped for it: the newest of its writer, possibly itself.
        """
        self.remove(statement.id)
        known = self._by_writer.get(statement.writer)
        if known is None:
            if len(self._by_writer) >= self._most_writers:
                return (statement,)
            known = self._by_writer[statement.writer] = set()
        known.add(statement.id)
        self._waiting[statement.id] = statement
        self._bytes[statement.writer] = self._bytes.get(statement.writer, 0) + weight(statement)
        # one name may stand in `seen` twice, or there and in `prev`: whoever signs it may be lying
        self._awaits[statement.id] = tuple(dict.fromkeys(awaits))
        for awaited in self._awaits[statement.id]:
            self._awaited.setdefault(awaited, set()).add(statement.id)
        dropped = []
        while self._overfull(statement.writer):
            newest = max(
                (self._waiting[name] for name in self._by_writer[statement.writer]),
                key=lambda held: (held.seq, held.id),
            )
            self.remove(newest.id)
            dropped.append(newest)
        return tuple(dropped)

    def _overfull(self, writer: bytes) -> bool:
        known = self._by_writer.get(writer, ())
        return len(known) > self._most or self._bytes.get(writer, 0) > self._most_bytes

    def remove(self, statement_id: bytes) -> None:
        """Forget a waiting statement; nothing happens if it does not wait."""
        statement = self._waiting.pop(statement_id, None)
        if statement is None:
            return
        self._bytes[statement.writer] -= weight(statement)
        known = self._by_writer[statement.writer]
        known.discard(statement_id)
        if not known:
            del self._by_writer[statement.writer]
            del self._bytes[statement.writer]
        for awaited in self._awaits.pop(statement_id):
            self._awaited[awaited].discard(statement_id)
            if not self._awaited[awaited]:
                del self._awaited[awaited]

    def awaiting(self, statement_id: bytes) -> tuple[Statement, ...]:
        """The statements that wait for this one, in an order of their own."""
        waits = self._awaited.get(statement_id, ())
        return tuple(
            sorted(
                (self._waiting[name] for name in waits),
                key=lambda held: (held.writer, held.seq, held.id),
            )
        )

    def erasure_of(self, statement_id: bytes) -> bool:
        """Whether an `erased` that names the body of this statement waits here, or is known."""
        return statement_id in self._erased or any(
            says_erased(held, statement_id) for held in self._waiting.values()
        )


def says_erased(statement: Statement, statement_id: bytes) -> bool:
    """Spec: ledger, A1.8: whether a statement says that the body of `statement_id` was erased."""
    body = statement.body
    if statement.type != "erased" or body is None:
        return False
    return bool(body["scope"] == "body" and body["ref"] == statement_id)
