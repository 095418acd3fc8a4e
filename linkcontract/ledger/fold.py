"""The fold: the state of a relationship as a function of a set of statements, and of nothing else.

Spec: ledger, A1.5, A1.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linkcontract.ledger import forks
from linkcontract.ledger.past import Held, Past
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


def fold(past: Past, bits: int) -> State:
    """Fold a set of statements that is closed under past."""
    view = view_of(past, bits)
    # A thread is there with its root, which is in the past of all its other statements.
    roots = sorted(root for root in past.threads if bits & past.by_id[root].bit)
    return State(
        threads=MappingProxyType({root: fold_thread(view, root) for root in roots}),
        convicted=forks.convicted(past, bits),
        tainted=frozenset(held.id for held in past.members(view.tainted)),
        dismissed=frozenset(dismissed(past, held) for held in view.undelegates),
    )


def view_of(past: Past, bits: int) -> View:
    """The set with what acts on all its threads: forks, undelegations, wide revokes (A1.6)."""
    return View(
        past=past,
        bits=bits,
        tainted=forks.tainted(past, bits),
        undelegates=tuple(past.of_type(bits, "undelegate")),
        wide_revokes=tuple(
            held for held in past.of_type(bits, "revoke") if held.body["thread"] is None
        ),
    )


def dismissed(past: Past, undelegate: Held) -> bytes:
    """The writer an undelegation dismisses."""
    writer: bytes = past.by_id[undelegate.body["ref"]].body["to"]
    return writer
