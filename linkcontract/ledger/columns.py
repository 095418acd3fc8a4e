"""Pasts as short vectors: each writer's feed is a column, and a past is a prefix of each.

Spec: ledger, A1.4. What is in somebody's past is closed under past, so of an unbroken chain it
holds a prefix, and one number says which. A feed that forks takes one more column for each branch.
Whether one statement had seen another is one comparison, and statements that newly saw nothing
share their vector with the one before, so memory does not grow with the length of the past.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from operator import le
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from linkcontract.ledger.held import Held

Key: TypeAlias = tuple[int, ...]
"""How many of the marks of each column a set holds; sets with one key have one fold."""


def within(low: Key, high: Key) -> bool:
    """Whether a set of one key holds nothing that counts and a set of another does not."""
    return len(low) <= len(high) and all(map(le, low, high))


class Column:
    """An unbroken part of a writer's chain.

    Attributes:
        number: its place in every vector; columns are numbered as they come.
        fork: the statement this branch leaves its writer's other column after; None for one that
            begins with seq 0.
        items: its statements, each the one after the other by prev.
        marks: the places of those the fold can depend on: relevant types, confirmations, the first
            statement, and what follows a point where the chain forks.
        debts: the places of those that may have to be acknowledged.
        keyed: the statements a key event is first seen with: rotations, and seq 0.
        branches: the columns that leave this one.
    """

    __slots__ = ("branches", "debts", "fork", "items", "keyed", "marks", "number")

    def __init__(self, number: int, fork: "Held | None") -> None:
        self.number = number
        self.fork = fork
        self.items: list[Held] = []
        self.marks: list[int] = []
        self.debts: list[int] = []
        self.keyed: list[Held] = []
        self.branches: list[Column] = []

    def mark(self, place: int) -> None:
        """Let the fold depend on the statement at a place."""
        at = bisect_left(self.marks, place)
        if at == len(self.marks) or self.marks[at] != place:
            insort(self.marks, place)

    def rank(self, count: int) -> int:
        """How many of its marks are among its first `count` statements."""
        marks = self.marks
        return len(marks) if not marks or marks[-1] < count else bisect_left(marks, count)

    def first(self, holds: "Callable[[Held], bool]") -> int:
        """The place of the first statement something holds for that goes on holding after it."""
        if not self.items or not holds(self.items[-1]):
            return len(self.items)
        return bisect_left(self.items, True, key=holds)


class Cut:
    """A set of statements closed under past: how many of each column's it holds.

    Args:
        counts: by number of the column; what is missing at the end is nothing.
    """

    __slots__ = ("counts",)

    def __init__(self, counts: tuple[int, ...]) -> None:
        self.counts: Final = counts

    def __contains__(self, held: "Held") -> bool:
        column = held.column.number
        return column < len(self.counts) and held.index < self.counts[column]

    def of(self, column: Column) -> int:
        """How many of a column's statements it holds."""
        return self.counts[column.number] if column.number < len(self.counts) else 0

    def with_count(self, column: Column, count: int) -> "Cut":
        """The same with another number for one column."""
        if self.of(column) == count:
            return self
        counts = self.counts + (0,) * (column.number + 1 - len(self.counts))
        return Cut((*counts[: column.number], count, *counts[column.number + 1 :]))

    def joined(self, other: "Cut") -> "Cut":
        """Both together; one of the two itself if it holds the other."""
        long, short = (self, other) if len(self.counts) >= len(other.counts) else (other, self)
        if long is short or all(map(le, short.counts, long.counts)):
            return long
        if len(long.counts) == len(short.counts) and all(map(le, long.counts, short.counts)):
            return short
        return Cut(tuple(map(max, long.counts, short.counts)) + long.counts[len(short.counts) :])


NOTHING: Final = Cut(())


class Stretch:
    """Neighbours in a column that the same branches follow.

    Attributes:
        column, start, stop: its places; stop is None where it is open to the end of the column.
    """

    __slots__ = ("column", "start", "stop")

    def __init__(self, column: Column, start: int, stop: int | None) -> None:
        self.column = column
        self.start = start
        self.stop = stop

    @property
    def first(self) -> "Held":
        """One of them, which stands for all."""
        return self.column.items[self.start]

    def __contains__(self, held: "Held") -> bool:
        return self.start <= held.index and (self.stop is None or held.index < self.stop)


class Stretches:
    """A set of statements given by stretches: by column, few of them."""

    __slots__ = ("by_column",)

    def __init__(self, stretches: "list[Stretch]") -> None:
        self.by_column: dict[Column, list[Stretch]] = {}
        for stretch in stretches:
            self.by_column.setdefault(stretch.column, []).append(stretch)

    def __bool__(self) -> bool:
        return bool(self.by_column)

    def __contains__(self, held: "Held") -> bool:
        return any(held in stretch for stretch in self.by_column.get(held.column, ()))

    def counts(self, known: Cut) -> tuple[int, ...]:
        """How much `known` holds of the columns they are in."""
        return tuple(known.of(column) for column in self.by_column)

    def members(self, known: Cut) -> "Iterator[Held]":
        """Those of them that are in `known`."""
        for column, stretches in self.by_column.items():
            for stretch in stretches:
                stop = known.of(column)
                stop = stop if stretch.stop is None else min(stop, stretch.stop)
                yield from column.items[stretch.start : stop]


NO_STRETCHES: Final = Stretches([])
