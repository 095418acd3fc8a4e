"""States kept up to date: what a new statement cannot change is taken from a state folded before.

Spec: ledger, A1.6, D1. `fold` says what a state is; this table only decides what need not be folded
again. A set that holds one more relevant statement than another differs from it in the thread that
statement acts on, and in all of them if it acts on all.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Final

from linkcontract.ledger import forks
from linkcontract.ledger.columns import NO_STRETCHES, Cut, Key, Stretches, within
from linkcontract.ledger.fold import State, fold, tainted_ids, view_of
from linkcontract.ledger.held import Held
from linkcontract.ledger.past import Past
from linkcontract.ledger.threads import fold_thread

KEPT_STATES: Final = 512
"""How many folded states are kept at hand; any of them can be folded again."""

KEPT_THREADS: Final = 1 << 16
"""How many entries for threads the kept states have together."""

KEPT_EXACT: Final = 32
"""How many states are kept with the list of what is tainted in them."""

LOOKED_THROUGH: Final = 16
"""How many of the kept states are tried as what another one may be taken from."""

ACTS_ON_ALL: Final = frozenset({"open", "join", "delegate", "undelegate", "rotate"})
"""Types that act on all threads, or on who is convicted; so do statements of a forked writer."""


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A state as it is kept: without the list of what is tainted, which grows with a branch.

    Attributes:
        state: the state, its `tainted` empty.
        tainted: what is tainted in any set with this key.
    """

    state: State
    tainted: Stretches


class Folding:
    """The folded states of one relationship.

    Attributes:
        past: what is held.
        most: how many states are kept.
        folds: how many threads were folded so far, to see what need not be.
    """

    def __init__(self, past: Past) -> None:
        self.past = past
        self.most = KEPT_STATES
        self.folds = 0
        self._exact: OrderedDict[tuple[Folded, tuple[int, ...]], State] = OrderedDict()
        self._kept: OrderedDict[Key, Folded] = OrderedDict()

    def forget(self) -> None:
        """Drop every state: more counts than did when they were folded."""
        self._kept.clear()
        self._exact.clear()

    def at(self, known: Cut) -> State:
        """The state of a set, but for `tainted`, which is left empty: no rule reads it there."""
        return self._folded(known).state

    def state(self, known: Cut) -> State:
        """The state of a set."""
        folded = self._folded(known)
        if not folded.tainted:
            return folded.state
        exact = folded, folded.tainted.counts(known)
        state = self._exact.get(exact)
        if state is None:
            ids = tainted_ids(folded.tainted, known)
            state = self._exact[exact] = replace(folded.state, tainted=ids)
        self._exact.move_to_end(exact)
        while len(self._exact) > KEPT_EXACT:
            self._exact.popitem(last=False)
        return state

    def _folded(self, known: Cut) -> Folded:
        key = self.past.key(known)
        found = self._kept.get(key)
        if found is None:
            found = self._fold(known, key)
            self._keep(key, found)
        else:
            self._kept.move_to_end(key)
        return found

    def _keep(self, key: Key, folded: Folded) -> None:
        self._kept[key] = folded
        room = max(4, min(self.most, KEPT_THREADS // (len(folded.state.threads) or 1)))
        while len(self._kept) > room:
            self._kept.popitem(last=False)

    def _fold(self, known: Cut, key: Key) -> Folded:
        base = self._nearest(key)
        if base is not None:
            news = self.past.marked(base, key)
            if not any(self._acts_on_all(held) for held in news):
                return self._advance(self._kept[base], known, news)
        return self._afresh(known)

    def _nearest(self, key: Key) -> Key | None:
        """Of the states asked for last, the one of the largest set within a set."""
        latest = islice(reversed(self._kept), LOOKED_THROUGH)
        return max((each for each in latest if within(each, key)), key=sum, default=None)

    def _acts_on_all(self, held: Held) -> bool:
        """Whether a statement concerns more than one thread (spec: ledger, A1.6)."""
        if held.type in ACTS_ON_ALL or held.statement.seq == 0:
            return True
        if held.type == "revoke" and held.thread is None:
            return True
        return held.writer in self.past.forked

    def _afresh(self, known: Cut) -> Folded:
        state = fold(self.past, known)
        self.folds += len(state.threads)
        tainted = forks.tainted(self.past, known) if self.past.forked else NO_STRETCHES
        return Folded(replace(state, tainted=frozenset()), tainted)

    def _advance(self, before: Folded, known: Cut, news: Iterable[Held]) -> Folded:
        """The state of a set that holds `news` besides what `before` was folded from."""
        touched = {root for held in news for root in self._touches(held)}
        if not touched:
            return before
        view = view_of(self.past, known, before.tainted)
        threads = dict(before.state.threads)
        new = [root for root in touched if root not in threads]
        for root in touched:
            threads[root] = fold_thread(view, root)
        self.folds += len(touched)
        if new:
            threads = {root: threads[root] for root in sorted(threads)}
        return Folded(replace(before.state, threads=MappingProxyType(threads)), before.tainted)

    def _touches(self, held: Held) -> Iterable[bytes]:
        """The threads a statement acts on: its own, and those of what it confirms."""
        if held.void is None and held.thread is not None:
            yield held.thread
        for proposal in held.confirms:
            root = self.past.by_id[proposal].thread
            if root is not None:
                yield root
