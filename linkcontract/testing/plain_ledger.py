"""The ledger folded plainly: every past spelled out, every state folded from the set asked for.

The rules are those of `linkcontract.ledger`; what differs is all that makes it fast. A past is an
integer with one bit for each statement, whatever is asked of a set is looked for in all that is
held, and no state is kept. The ledger has to give the same answers to everything.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from linkcontract.ledger.columns import Column, Cut, Stretch
from linkcontract.ledger.fold import State, fold
from linkcontract.ledger.folding import Folding
from linkcontract.ledger.held import Held, Side
from linkcontract.ledger.ledger import Ledger
from linkcontract.ledger.past import Past
from linkcontract.model.bodies import QUIET_TYPES, RELEVANT_TYPES
from linkcontract.model.statement import Statement


class Spelled(Cut):
    """A set of statements: bit n stands for the n-th that came."""

    __slots__ = ("bits",)

    def __init__(self, bits: int) -> None:
        super().__init__(())
        self.bits = bits

    def __contains__(self, held: Held) -> bool:
        return bool(self.bits >> held.number & 1)

    def of(self, column: Column) -> int:
        """1 if it holds the one statement of a column: each stands in one of its own."""
        return int(column.items[0] in self)


@dataclass(slots=True, eq=False)
class PlainHeld(Held):
    """A statement in its place.

    Attributes:
        past_bits: everything it had seen. line_bits: its ancestors by prev.
    """

    past_bits: int = 0
    line_bits: int = 0

    @property
    def past(self) -> Spelled:
        """Everything reachable from it by prev and seen, without itself."""
        return Spelled(self.past_bits)

    @property
    def bit(self) -> int:
        """The set of this statement alone."""
        return 1 << self.number

    def knew(self, other: Held) -> bool:
        """Whether `other` is in this statement's past."""
        return bool(self.past_bits >> other.number & 1)

    def follows(self, other: Held) -> bool:
        """Whether `other` is an ancestor by prev."""
        return bool(self.line_bits >> other.number & 1)


class PlainPast(Past):
    """Every statement held of one relationship; every question looks at all of them."""

    def _plain(self, statement_id: bytes) -> PlainHeld:
        held = self.by_id[statement_id]
        assert isinstance(held, PlainHeld)
        return held

    def _all(self, known: Cut) -> Iterator[Held]:
        return (held for held in self.held if held in known)

    def _of(self, known: Cut, writer: bytes) -> list[Held]:
        return [held for held in self._all(known) if held.writer == writer]

    # the sets there are

    @property
    def everything(self) -> Spelled:
        """All statements held."""
        return Spelled((1 << len(self.held)) - 1)

    def behind(self, statement: Statement) -> Spelled:
        """The past of a statement whose prev and seen are all held."""
        bits = 0
        for name in (statement.prev, *(head.id for head in statement.seen)):
            if name is not None:
                named = self._plain(name)
                bits |= named.past_bits | named.bit
        return Spelled(bits)

    def unaware(self, of: Collection[Held], *, without: bool = False) -> Spelled:
        """The statements that had seen none of these."""
        bits = 0
        for held in self.held:
            if not any(held.knew(one) or (without and held is one) for one in of):
                bits |= 1 << held.number
        return Spelled(bits)

    # what is in a set

    def writers(self, known: Cut) -> Iterator[bytes]:
        """The writers a set holds something of."""
        return iter({held.writer for held in self._all(known)})

    def of_type(self, known: Cut, *types: str, void: bool = False) -> Iterator[Held]:
        """The statements of these types in a set."""
        return (
            held for held in self._all(known) if held.type in types and (void or held.void is None)
        )

    def wide_revokes(self, known: Cut) -> Iterator[Held]:
        """The effective relationship-wide revokes in a set."""
        revokes = self.of_type(known, "revoke")
        return (held for held in revokes if held.body["thread"] is None)

    def in_thread(self, known: Cut, root: bytes) -> Iterator[Held]:
        """The effective statements of a thread in a set."""
        return (held for held in self._all(known) if held.thread == root and held.void is None)

    def roots(self, known: Cut) -> Iterator[bytes]:
        """The threads in a set."""
        return (held.id for held in self.of_type(known, "propose") if held.thread == held.id)

    def confirming(self, known: Cut, proposal: bytes) -> list[Held]:
        """The statements of a set that confirm a proposal."""
        return [held for held in self._all(known) if proposal in held.confirms]

    def erasing(self, statement_id: bytes) -> Iterator[Held]:
        """The effective `erased` statements that name one, whatever their scope."""
        erased = self.of_type(self.everything, "erased")
        return (held for held in erased if held.body.get("ref") == statement_id)

    def keyed(self, known: Cut, writer: bytes) -> Iterator[Held]:
        """A writer's statements in a set."""
        return iter(self._of(known, writer))

    def unpaid(self, paid: Cut) -> Iterator[Held]:
        """The statements outside a set, of types that ask for an acknowledgement."""
        return (held for held in self.held if held not in paid and held.type not in QUIET_TYPES)

    def covered(self, held: Held, delegation: Held) -> int:
        """How many statements before one in its own chain a delegation covered."""
        return sum(1 for own in self.held if held.follows(own) and delegation in own.warrants)

    def first_by_id(self, writer: bytes) -> Held | None:
        """The statement of a writer with the lowest id."""
        own = self._of(self.everything, writer)
        return min(own, key=lambda held: held.id, default=None)

    # branches

    def tips(self, writer: bytes) -> list[Held]:
        """The ends of all branches held of a writer."""
        return self.ends(self.everything, writer)

    def partings(self, writer: bytes) -> Iterator[list[Held]]:
        """A writer's statements, those with one prev together."""
        own = self._of(self.everything, writer)
        for prev in {held.statement.prev for held in own}:
            yield [held for held in own if held.statement.prev == prev]

    def ends(self, known: Cut, writer: bytes) -> list[Held]:
        """A writer's statements in a set that no other there follows by prev."""
        own = self._of(known, writer)
        return [held for held in own if not any(other.follows(held) for other in own)]

    def stretches(self, known: Cut, writer: bytes) -> Iterator[Stretch]:
        """A writer's statements in a set, one by one."""
        return (Stretch(held.column, 0, None) for held in self._of(known, writer))

    # taking in

    def has_news(self, _held: Held, /) -> bool:
        """A statement's past is always looked at anew."""
        return True

    def hold(self, statement: Statement, known: Cut, side: Side, lead: bool) -> PlainHeld:
        """A statement in the place it would have; it is not taken in yet."""
        number = len(self.held)
        column = Column(number, None)
        line = 0
        if statement.prev is not None:
            prev = self._plain(statement.prev)
            line = prev.line_bits | prev.bit
        held = PlainHeld(statement, number, column, 0, known, side, lead)
        held.past_bits, held.line_bits = self.behind(statement).bits, line
        column.items.append(held)
        return held

    def place(self, held: Held) -> bool:
        """Take in a statement; True if its writer's feed forks there."""
        feed = self.feeds.setdefault(held.writer, [])
        forks = any(other.statement.seq == held.statement.seq for other in feed)
        feed.append(held)
        self.held.append(held)
        self.by_id[held.id] = held
        if forks:
            self.forked.add(held.writer)
        return forks

    def completed(self, held: Held) -> None:
        """Nothing is indexed."""


class PlainFolding(Folding):
    """Every state folded from its set.

    Attributes:
        kept: how many states are kept by the statements that count in them, which for a writer
            that forked are all of its own. None, unless somebody measures.
    """

    kept = 0

    def __init__(self, past: Past) -> None:
        super().__init__(past)
        self._states: OrderedDict[int, State] = OrderedDict()
        self._looked_at = 0
        self._counting = 0

    def forget(self) -> None:
        """Drop what is kept."""
        self._states.clear()

    def at(self, known: Cut) -> State:
        """The state of a set."""
        return self.state(known)

    def state(self, known: Cut) -> State:
        """The state of a set."""
        assert isinstance(known, Spelled)
        if not self.kept:
            return fold(self.past, known)
        cut = known.bits & self._counts()
        if cut not in self._states:
            self._states[cut] = fold(self.past, known)
        self._states.move_to_end(cut)
        while len(self._states) > self.kept:
            self._states.popitem(last=False)
        return self._states[cut]

    def _counts(self) -> int:
        for held in self.past.held[self._looked_at :]:
            if held.type in RELEVANT_TYPES or held.confirms or held.statement.seq == 0:
                self._counting |= 1 << held.number
        self._looked_at = len(self.past.held)
        forked = [held for writer in self.past.forked for held in self.past.feeds[writer]]
        return self._counting | sum(1 << held.number for held in forked if not self._is(held))

    def _is(self, held: Held) -> bool:
        return bool(self._counting >> held.number & 1)


class PlainLedger(Ledger):
    """A ledger that answers everything by folding the whole set anew."""

    _holding = PlainPast
    _folder = PlainFolding
