"""The fold: the state of a relationship as a function of a set of statements, and of nothing else.

Spec: ledger, A1.5, A1.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linkcontract.ledger import forks
from linkcontract.ledger.columns import Cut, Stretches
from linkcontract.ledger.held import Held
from linkcontract.ledger.past import Past
from linkcontract.ledger.proposals import View
from linkcontract.ledger.threads import Thread, fold_thread


@dataclass(frozen=True, slots=True)
class State:
    """fold(M). Equal for equal sets, whatever way they came together.

    Attributes:
        threads: root -> thread, by root.
        convicted: writers the set convicts (F3).
        tainted: statements whose grants no longer count in full (F2, F4).
        dismissed: agents some lead has undelegated.
    """

    threads: Mapping[bytes, Thread]
    convicted: frozenset[bytes]
    tainted: frozenset[bytes]
    dismissed: frozenset[bytes]


def fold(past: Past, known: Cut) -> State:
    """Fold a set of statements that is closed under past."""
    view = view_of(past, known)
    roots = sorted(past.roots(known))
    return State(
        threads=MappingProxyType({root: fold_thread(view, root) for root in roots}),
        convicted=forks.convicted(past, known),
        tainted=tainted_ids(view.tainted, known),
        dismissed=frozenset(dismissed(past, held) for held in view.undelegates),
    )


def tainted_ids(tainted: Stretches, known: Cut) -> frozenset[bytes]:
    """The tainted statements of a set, by id."""
    return frozenset(held.id for held in tainted.members(known))


def view_of(past: Past, known: Cut, tainted: Stretches | None = None) -> View:
    """The set with what acts on all its threads: forks, undelegations, wide revokes (A1.6).

    Args:
        tainted: what is tainted in it, where that is known.
    """
    return View(
        past=past,
        known=known,
        tainted=forks.tainted(past, known) if tainted is None else tainted,
        undelegates=tuple(past.of_type(known, "undelegate")),
        wide_revokes=tuple(past.wide_revokes(known)),
    )


def dismissed(past: Past, undelegate: Held) -> bytes:
    """The writer an undelegation dismisses."""
    writer: bytes = past.by_id[undelegate.body["ref"]].body["to"]
    return writer
