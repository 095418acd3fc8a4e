"""What a ledger holds against a writer: the statements that belong into an evidence object.

Spec: ledger, A9. Which of these convict and which are mere claims, the evidence format says; here
they are only found.
"""

from dataclasses import dataclass
from itertools import combinations

from linkcontract.ledger import forks
from linkcontract.ledger.held import Held
from linkcontract.ledger.past import Past
from linkcontract.model.bodies import DENIALS
from linkcontract.model.statement import Statement


@dataclass(frozen=True, slots=True)
class ForkPair:
    """Two statements of one writer with one seq where its feed parts (E1).

    Attributes:
        one, other: by id.
        defended: whether a rotation on exactly one of the two branches supersedes the other.
        convicts: whether the writer is convicted in what is held (F3).
    """

    one: Statement
    other: Statement
    defended: bool
    convicts: bool

    @property
    def writer(self) -> bytes:
        """Whose feed it is."""
        return self.one.writer


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Two key events of one writer at one position of its history, both named here (F3)."""

    writer: bytes
    events: tuple[bytes, ...]
    convicts: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """A use its writer knew was not permitted (E2).

    Attributes:
        use: the use or share.
        denials: what its thread had been denied by in its past, by id; none means that the grant
            itself is missing, and the user would have to produce it.
        acknowledged: the first earlier statement of the user's chain that had seen a denial, None
            if the use itself is the first.
    """

    use: Statement
    denials: tuple[Statement, ...]
    acknowledged: Statement | None

    @property
    def rests_on(self) -> tuple[bytes, ...]:
        """The denials, who had seen one of them, and the use: in this order, and none twice.

        The first to have seen a denial may be a denial itself.
        """
        seen_by = () if self.acknowledged is None else (self.acknowledged,)
        return tuple(dict.fromkeys(each.id for each in (*self.denials, *seen_by, self.use)))


def fork_pairs(past: Past) -> tuple[ForkPair, ...]:
    """Spec: ledger, E1: every point where a held feed parts."""
    convicted = forks.convicted(past, past.everything)
    pairs = []
    for writer in sorted(past.forked):
        found = [
            ForkPair(
                one.statement, other.statement, defended(past, one, other), writer in convicted
            )
            for starts in past.partings(writer)
            for one, other in combinations(sorted(starts, key=lambda held: held.id), 2)
        ]
        pairs += sorted(found, key=lambda pair: (pair.one.seq, pair.one.id, pair.other.id))
    return tuple(pairs)


def defended(past: Past, one: Held, other: Held) -> bool:
    """Spec: ledger, E1: whether a rotation stands on exactly one of two branches."""
    history = past.histories[one.writer]
    reached = [
        [end.statement.ks for end in past.tips(one.writer) if branch_of(end, start)]
        for start in (one, other)
    ]

    def outdone(mine: list[bytes], theirs: list[bytes]) -> bool:
        return all(any(forks.supersedes(history, key, old) for key in theirs) for old in mine)

    return outdone(reached[0], reached[1]) != outdone(reached[1], reached[0])


def branch_of(end: Held, start: Held) -> bool:
    """Whether a branch's end is, or follows, a statement."""
    return end is start or end.follows(start)


def key_pairs(past: Past) -> tuple[KeyPair, ...]:
    """Spec: ledger, F3: the writers of whom two key events at one position are named here."""
    pairs = []
    for writer in sorted(past.feeds):
        events = forks.two_events(past, past.everything, writer)
        if events:
            convicts = past.histories[writer].kind == "public"
            pairs.append(KeyPair(writer, tuple(sorted(events)), convicts))
    return tuple(pairs)


def denials_known(past: Past, use: Held) -> Breach:
    """Spec: ledger, E2: a use with the denials its thread had met in its past,
    and who had seen them."""
    denials = [
        held
        for held in past.of_type(use.past, *DENIALS)
        if held.thread in (None, use.body["thread"])
    ]
    seen_by = (
        earlier.statement
        for earlier in past.feeds[use.writer]
        if use.follows(earlier) and any(earlier.knew(deny) for deny in denials)
    )
    return Breach(
        use.statement,
        tuple(sorted((held.statement for held in denials), key=lambda statement: statement.id)),
        next(seen_by, None),
    )
