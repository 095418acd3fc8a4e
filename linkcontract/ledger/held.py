"""A statement in its place, with the facts that were settled from its own past."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from linkcontract.ledger.columns import Column, Cut
from linkcontract.model.statement import Head, Statement


class Side(Enum):
    """The two sides of a relationship (spec: ledger, A1.1)."""

    FIRST = "first"
    SECOND = "second"


NO_BODY: Final[Mapping[str, Any]] = {}
"""What is read where there is no body."""


@dataclass(slots=True, eq=False)
class Held:
    """A statement in its place.

    Attributes:
        number: the place in which it came.
        column, index: its place in its writer's chain.
        seen: what was in its past of other columns; statements that saw nothing new share it.
        side, lead: for whom its writer speaks, and whether as the lead or as an agent.
        thread: root of the thread it names or starts, or None.
        void: why its type has no effect, or None (spec: ledger, A1.7).
        confirms: the proposals it confirms (spec: ledger, V4).
        warrants: the delegations that cover it; none for a lead (spec: ledger, W7).
    """

    statement: Statement
    number: int
    column: Column
    index: int
    seen: Cut
    side: Side
    lead: bool
    thread: bytes | None = None
    void: str | None = None
    confirms: tuple[bytes, ...] = ()
    warrants: tuple["Held", ...] = ()

    @property
    def id(self) -> bytes:
        """CID of the statement."""
        return self.statement.id

    @property
    def type(self) -> str:
        """The statement's type."""
        return self.statement.type

    @property
    def writer(self) -> bytes:
        """The writer's party."""
        return self.statement.writer

    @property
    def body(self) -> Mapping[str, Any]:
        """The body, or an empty map where there is none to read."""
        return NO_BODY if self.statement.body is None else self.statement.body

    @property
    def head(self) -> Head:
        """How another writer's `seen` names it."""
        return Head(self.statement.writer, self.statement.seq, self.statement.id)

    @property
    def past(self) -> Cut:
        """Everything reachable from it by prev and seen, without itself."""
        return self.seen.with_count(self.column, self.index)

    def knew(self, other: "Held") -> bool:
        """Whether `other` is in this statement's past."""
        if other.column is self.column:
            return other.index < self.index
        return other in self.seen

    def follows(self, other: "Held") -> bool:
        """Whether `other` is an ancestor by prev."""
        column, count = self.column, self.index
        while column is not other.column:
            fork = column.fork
            if fork is None:
                return False
            column, count = fork.column, fork.index + 1
        return other.index < count

    def line(self) -> Iterator[tuple[Column, int]]:
        """Its ancestors by prev: of each column its chain runs through, how many."""
        column, count = self.column, self.index
        yield column, count
        while (fork := column.fork) is not None:
            column, count = fork.column, fork.index + 1
            yield column, count


def place_of(held: Held) -> int:
    """Its place in its column."""
    return held.index
