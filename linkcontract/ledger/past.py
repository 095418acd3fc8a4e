"""What is held, each statement in its place, indexed by what the rules ask for.

Spec: ledger, A1.4. A set of statements that is closed under past is a `Cut`. Its numbers differ
between two nodes, since each numbers what arrives; the sets they stand for do not, and nothing that
leaves this package depends on a number.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator

from linkcontract.ledger.columns import NOTHING, Column, Cut, Key, Stretch, Stretches
from linkcontract.ledger.held import NO_BODY, Held, Side, place_of
from linkcontract.ledger.histories import Histories
from linkcontract.model.bodies import QUIET_TYPES, RELEVANT_TYPES, STATEMENT_TYPES
from linkcontract.model.statement import Statement


class Past:
    """Every statement held of one relationship.

    Args:
        opening: the `open` statement, its body readable and its roles checked.
        histories: live mapping party -> key history.

    Attributes:
        rel, opener, joiner, leads: fixed by the opening; leads maps a side to its lead writer.
        held: statements as they came, each after everything it saw. by_id: by CID.
        feeds: by writer, all branches, as they came.
        columns: the unbroken parts of all chains, by number.
        forked: writers of whom two statements with one seq are held.
    """

    def __init__(self, opening: Statement, histories: Histories) -> None:
        body = opening.body or NO_BODY
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
        self.forked: set[bytes] = set()
        self.columns: list[Column] = []
        self._of_writer: dict[bytes, list[Column]] = {}
        self._least: dict[bytes, Held] = {}
        self._by_type: dict[str, list[Held]] = {}
        self._threads: dict[bytes, list[Held]] = {}
        self._wide: list[Held] = []
        self._confirming: dict[bytes, list[Held]] = {}
        self._erasing: dict[bytes, list[Held]] = {}
        self._covered: dict[tuple[Column, Held], list[Held]] = {}

    # the sets there are

    @property
    def everything(self) -> Cut:
        """All statements held."""
        return Cut(tuple(len(column.items) for column in self.columns))

    def behind(self, statement: Statement) -> Cut:
        """The past of a statement whose prev and seen are all held."""
        known = NOTHING
        if statement.prev is not None:
            prev = self.by_id[statement.prev]
            known = prev.seen.with_count(prev.column, prev.index + 1)
        for head in statement.seen:
            seen = self.by_id[head.id]
            known = known.joined(seen.seen.with_count(seen.column, seen.index + 1))
        return known

    def unaware(self, of: Collection[Held], *, without: bool = False) -> Cut:
        """The statements that had seen none of these.

        Args:
            without: leave these themselves out, too.
        """

        def aware(held: Held) -> bool:
            return any(held.knew(one) or (without and held is one) for one in of)

        return Cut(tuple(column.first(aware) for column in self.columns))

    # what is in a set

    def writers(self, known: Cut) -> Iterator[bytes]:
        """The writers a set holds something of."""
        for writer, columns in self._of_writer.items():
            if any(known.of(column) for column in columns):
                yield writer

    def of_type(self, known: Cut, *types: str, void: bool = False) -> Iterator[Held]:
        """The statements of these relevant types in a set, type by type, as they came.

        Args:
            void: the void ones, too.
        """
        for type_ in types:
            for held in self._by_type.get(type_, ()):
                if (void or held.void is None) and held in known:
                    yield held

    def wide_revokes(self, known: Cut) -> Iterator[Held]:
        """The effective relationship-wide revokes in a set."""
        return (held for held in self._wide if held in known)

    def in_thread(self, known: Cut, root: bytes) -> Iterator[Held]:
        """The effective statements of relevant types of a thread in a set, as they came."""
        return (held for held in self._threads[root] if held in known)

    def roots(self, known: Cut) -> Iterator[bytes]:
        """The threads in a set: a root is in the past of everything else of its thread."""
        return (root for root in self._threads if self.by_id[root] in known)

    def confirming(self, known: Cut, proposal: bytes) -> list[Held]:
        """The statements of a set that confirm a proposal."""
        return [held for held in self._confirming.get(proposal, ()) if held in known]

    def erasing(self, statement_id: bytes) -> Iterator[Held]:
        """The effective `erased` statements that name one, whatever their scope."""
        return (held for held in self._erasing.get(statement_id, ()) if held.void is None)

    def keyed(self, known: Cut, writer: bytes) -> Iterator[Held]:
        """For each key event a writer's statements of a set stand under, the first on each branch
        that does."""
        for column in self._of_writer.get(writer, ()):
            yield from (held for held in column.keyed if held in known)

    def unpaid(self, paid: Cut) -> Iterator[Held]:
        """The statements outside a set, of types that ask for an acknowledgement."""
        for column in self.columns:
            beyond = paid.of(column)
            for place in reversed(column.debts):
                if place < beyond:
                    break
                yield column.items[place]

    def covered(self, held: Held, delegation: Held) -> int:
        """How many statements before one in its own chain a delegation covered."""
        return sum(
            bisect_left(self._covered.get((column, delegation), []), count, key=place_of)
            for column, count in held.line()
        )

    def first_by_id(self, writer: bytes) -> Held | None:
        """The statement of a writer with the lowest id."""
        return self._least.get(writer)

    # branches

    def tips(self, writer: bytes) -> list[Held]:
        """The ends of all branches held of a writer."""
        return [column.items[-1] for column in self._of_writer.get(writer, ())]

    def partings(self, writer: bytes) -> Iterator[list[Held]]:
        """The first statements of a writer's branches, together where its chain forks."""
        starts: dict[Held | None, list[Held]] = {}
        for column in self._of_writer.get(writer, ()):
            starts.setdefault(column.fork, []).append(column.items[0])
        for fork, first in starts.items():
            yield first if fork is None else [*first, fork.column.items[fork.index + 1]]

    def ends(self, known: Cut, writer: bytes) -> list[Held]:
        """The ends of a writer's branches in a set: what no other of its statements there follows
        by prev."""
        found = []
        for column in self._of_writer.get(writer, ()):
            count = known.of(column)
            if count and not any(
                branch.fork is column.items[count - 1] and known.of(branch)
                for branch in column.branches
            ):
                found.append(column.items[count - 1])
        return found

    def stretches(self, known: Cut, writer: bytes) -> Iterator[Stretch]:
        """A writer's statements in a set, in pieces that the same branches follow."""
        for column in self._of_writer.get(writer, ()):
            if not known.of(column):
                continue
            leaving = {
                branch.fork.index + 1
                for branch in column.branches
                if branch.fork is not None and known.of(branch)
            }
            start = 0
            for stop in sorted(leaving):
                yield Stretch(column, start, stop)
                start = stop
            if start < known.of(column):
                yield Stretch(column, start, None)

    def gathered(self, stretches: Iterable[Stretch]) -> Stretches:
        """The statements of some stretches, as a set."""
        return Stretches(list(stretches))

    # what the fold can depend on

    def key(self, known: Cut) -> Key:
        """The part of a set that decides its fold: of each column, how many of its marks.

        A set with one key has one fold, but for which statements of a tainted branch there are.
        """
        ranks = [
            column.rank(count) for column, count in zip(self.columns, known.counts, strict=False)
        ]
        while ranks and not ranks[-1]:
            ranks.pop()
        return tuple(ranks)

    def marked(self, low: Key, high: Key) -> list[Held]:
        """What a set of one key holds that a set of another key, within it, does not: as far as
        the fold can depend on it."""
        return [
            column.items[place]
            for column, one, two in zip(self.columns, low + (0,) * len(high), high, strict=False)
            for place in column.marks[one:two]
        ]

    def has_news(self, held: Held, /) -> bool:
        """Whether a statement's past folds to something that of its prev did not.

        If not, its writer confirmed with prev whatever there was to confirm.
        """
        if held.statement.prev is None:
            return True
        prev = self.by_id[held.statement.prev]
        return prev.type not in STATEMENT_TYPES or self.key(prev.past) != self.key(held.past)

    # taking in

    def hold(self, statement: Statement, known: Cut, side: Side, lead: bool) -> Held:
        """A statement in the place it would have; it is not taken in yet.

        Args:
            known: its past.
        """
        prev = None if statement.prev is None else self.by_id[statement.prev]
        if prev is not None and prev is prev.column.items[-1]:
            column, index = prev.column, prev.index + 1
        else:
            column, index = Column(len(self.columns), prev), 0
        shares = prev is not None and column is prev.column and not statement.seen
        seen = prev.seen if prev is not None and shares else known
        return Held(statement, len(self.held), column, index, seen, side, lead)

    def place(self, held: Held) -> bool:
        """Take in a statement whose facts are settled; True if its writer's feed forks there."""
        statement, column = held.statement, held.column
        columns = self._of_writer.setdefault(statement.writer, [])
        forks = not held.index and bool(columns)
        if not held.index:
            self._begin(column, columns)
        column.items.append(held)
        self.held.append(held)
        self.by_id[statement.id] = held
        self.feeds.setdefault(statement.writer, []).append(held)
        least = self._least.setdefault(statement.writer, held)
        if held.id < least.id:
            self._least[statement.writer] = held
        if not held.index or statement.type in RELEVANT_TYPES or held.confirms:
            column.mark(held.index)
        if statement.type == "rotate" or statement.seq == 0:
            column.keyed.append(held)
        if statement.type not in QUIET_TYPES:
            column.debts.append(held.index)
        for delegation in held.warrants:
            self._covered.setdefault((column, delegation), []).append(held)
        for proposal in held.confirms:
            self._confirming.setdefault(proposal, []).append(held)
        if statement.type in RELEVANT_TYPES:
            self._by_type.setdefault(statement.type, []).append(held)
            if held.void is None:
                self._sort(held)
        self.completed(held)
        if forks:
            self.forked.add(statement.writer)
        return forks

    def _begin(self, column: Column, columns: list[Column]) -> None:
        """Add a column; where it leaves another, what follows there counts from now on."""
        self.columns.append(column)
        columns.append(column)
        if column.fork is not None:
            column.fork.column.branches.append(column)
            column.fork.column.mark(column.fork.index + 1)

    def _sort(self, held: Held) -> None:
        """Index an effective statement of a relevant type by what it acts on."""
        if held.thread is not None:
            self._threads.setdefault(held.thread, []).append(held)
        elif held.type == "revoke":
            self._wide.append(held)

    def completed(self, held: Held) -> None:
        """Index what only a body says, when there is one."""
        if held.type == "erased" and held.statement.body is not None:
            self._erasing.setdefault(held.body["ref"], []).append(held)
