"""The causal past: what each statement had seen, as one integer per statement.

Spec: ledger, A1.4. Statements are numbered as they arrive, always after everything they saw; bit n
of `past` says that statement n was seen. The numbers differ between two nodes, the sets they stand
for do not, and nothing that leaves this package depends on a number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from linkcontract.ledger.histories import Histories
from linkcontract.model.bodies import RELEVANT_TYPES
from linkcontract.model.statement import Head, Statement


class Side(Enum):
    """The two sides of a relationship (spec: ledger, A1.1)."""

    FIRST = "first"
    SECOND = "second"


_NO_BODY: Final[Mapping[str, Any]] = {}


@dataclass(slots=True, eq=False)
class Held:
    """A statement in its place.

    Attributes:
        index: its number in this ledger.
        past: bits of everything reachable from it by prev and seen, without itself.
        line: bits of its ancestors by prev alone.
        side, lead: for whom its writer speaks, and whether as the lead or as an agent.
        thread: root of the thread it names or starts, or None.
        void: why its type has no effect, or None (spec: ledger, A1.7).
        confirms: the proposals it confirms (spec: ledger, V4).
        warrants: bits of the delegations that cover it; 0 for a lead (spec: ledger, W7).
    """

    statement: Statement
    index: int
    past: int
    line: int
    side: Side
    lead: bool
    thread: bytes | None = None
    void: str | None = None
    confirms: tuple[bytes, ...] = ()
    warrants: int = 0

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
        return _NO_BODY if self.statement.body is None else self.statement.body

    @property
    def bit(self) -> int:
        """The integer that stands for the set of this statement alone."""
        return 1 << self.index

    @property
    def head(self) -> Head:
        """How another writer's `seen` names it."""
        return Head(self.statement.writer, self.statement.seq, self.statement.id)

    def knew(self, other: "Held") -> bool:
        """Whether `other` is in this statement's past."""
        return bool(self.past >> other.index & 1)

    def follows(self, other: "Held") -> bool:
        """Whether `other` is an ancestor by prev."""
        return bool(self.line >> other.index & 1)


class Past:
    """Every statement held of one relationship, indexed by what the rules ask for.

    Args:
        opening: the `open` statement, its body readable and its roles checked.
        histories: live mapping party -> key history.

    Attributes:
        rel, opener, joiner, leads: fixed by the opening; leads maps a side to its lead writer.
        held: statements by number. by_id: by CID. feeds: by writer, all branches, as they came.
        types: type -> bits. threads: root -> bits of the effective statements of the thread.
        confirmations: proposal -> bits of the statements that confirm it.
        significant: bits the fold can depend on, while no writer is forked.
        forked: writers of whom two statements with one seq are held.
        keyed: bits of the statements a key event is first seen with: rotations and seq 0.
    """

    def __init__(self, opening: Statement, histories: Histories) -> None:
        body = opening.body or _NO_BODY
        roles = body["roles"]
        self.rel = opening.id
        self.opener = opening.writer
        self.joiner: bytes = body["to"]
        self.leads: dict[Side, bytes] = {
            Side.FIRST: roles["first"],
            Side.SECOND: roles["second"],
        }
        self.histories = histories
        self.held: list[Held] = []
        self.by_id: dict[bytes, Held] = {}
        self.feeds: dict[bytes, list[Held]] = {}
        self.types: dict[str, int] = {}
        self.threads: dict[bytes, int] = {}
        self.confirmations: dict[bytes, int] = {}
        self.significant = 0
        self.forked: set[bytes] = set()
        self.keyed = 0
        self._at_seq: dict[tuple[bytes, int], int] = {}

    @property
    def everything(self) -> int:
        """Bits of all statements held."""
        return (1 << len(self.held)) - 1

    def behind(self, statement: Statement) -> tuple[int, int]:
        """(past, line) of a statement whose prev and seen are all held."""
        past = line = 0
        if statement.prev is not None:
            prev = self.by_id[statement.prev]
            line = prev.line | prev.bit
            past = prev.past | prev.bit
        for head in statement.seen:
            seen = self.by_id[head.id]
            past |= seen.past | seen.bit
        return past, line

    def members(self, bits: int) -> Iterator[Held]:
        """The statements of a set, in the order of their numbers."""
        while bits:
            low = bits & -bits
            yield self.held[low.bit_length() - 1]
            bits ^= low

    def of_type(self, bits: int, *types: str) -> Iterator[Held]:
        """The effective statements of these types in a set."""
        wanted = 0
        for type_ in types:
            wanted |= self.types.get(type_, 0)
        return (held for held in self.members(bits & wanted) if held.void is None)

    def of_writer(self, bits: int, writer: bytes) -> list[Held]:
        """One writer's statements in a set, all branches, each after its prev."""
        return [held for held in self.feeds.get(writer, ()) if bits >> held.index & 1]

    def lead_of(self, held: Held) -> bytes:
        """The lead writer of the side a statement speaks for."""
        return self.leads[held.side]

    def next_index(self) -> int:
        """The number of the statement that is placed next."""
        return len(self.held)

    def place(self, held: Held) -> bool:
        """Take in a statement whose facts are settled; True if it forks its writer's feed anew."""
        statement = held.statement
        bit = held.bit
        self.held.append(held)
        self.by_id[statement.id] = held
        self.feeds.setdefault(statement.writer, []).append(held)
        self.types[statement.type] = self.types.get(statement.type, 0) | bit
        if held.thread is not None and held.void is None:
            self.threads[held.thread] = self.threads.get(held.thread, 0) | bit
        for proposal in held.confirms:
            self.confirmations[proposal] = self.confirmations.get(proposal, 0) | bit
        if statement.type in RELEVANT_TYPES or held.confirms or statement.seq == 0:
            self.significant |= bit
        if statement.type == "rotate" or statement.seq == 0:
            self.keyed |= bit
        place = (statement.writer, statement.seq)
        self._at_seq[place] = self._at_seq.get(place, 0) + 1
        if self._at_seq[place] == 1 or statement.writer in self.forked:
            return False
        self.forked.add(statement.writer)
        return True

    def cut(self, bits: int) -> int:
        """The part of a set that decides its fold; two sets with one cut have one state.

        Of a forked writer every statement counts, since any of them lengthens a branch.
        """
        significant = self.significant
        for writer in self.forked:
            for held in self.feeds[writer]:
                significant |= held.bit
        return bits & significant
