"""The one table of thread states: what each phase needs, in order of precedence, and what moves it.

Spec: ledger, T4. `PHASES` is what the fold applies; `EVENTS` says what can happen to the six facts
a phase is read from. The table and the diagram in the specification are drawn from these two, so
neither can say anything the code does not do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, NamedTuple


class ThreadPhase(Enum):
    """Where a thread stands. Expiry is no phase: the fold has no clock."""

    IDLE = "idle"
    OFFERED = "offered"
    AGREED = "agreed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    FROZEN = "frozen"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The six facts of a thread that its phase is read from."""

    ended: bool = False
    frozen: bool = False
    tip: bool = False
    suspended: bool = False
    pending: bool = False
    offers: bool = False


class PhaseRow(NamedTuple):
    """One phase: the facts it needs, whether something may be permitted in it, what it means."""

    phase: ThreadPhase
    needs: tuple[str, ...]
    permits: bool
    means: str


PHASES: Final = (
    PhaseRow(ThreadPhase.ENDED, ("ended",), False, "a revoke of everything or a terminate is held"),
    PhaseRow(
        ThreadPhase.FROZEN, ("frozen",), False, "what stands here rests on a contested branch"
    ),
    PhaseRow(ThreadPhase.SUSPENDED, ("tip", "suspended"), False, "in force, and held back"),
    PhaseRow(ThreadPhase.ACTIVE, ("tip",), True, "an agreement is confirmed and in force"),
    PhaseRow(ThreadPhase.AGREED, ("pending",), False, "both sides signed; not yet confirmed"),
    PhaseRow(ThreadPhase.OFFERED, ("offers",), False, "a proposal can be accepted"),
    PhaseRow(ThreadPhase.IDLE, (), False, "nothing to accept and nothing in force"),
)
"""First match wins: an earlier row outranks every later one."""


class Effect(NamedTuple):
    """One outcome of an event: the facts that become true, and those that become false."""

    sets: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()


class EventRow(NamedTuple):
    """What can happen to a thread: what must hold before, what must not, what can come of it."""

    name: str
    needs: tuple[str, ...]
    without: tuple[str, ...]
    effects: tuple[Effect, ...]


_AGREED: Final = Effect(sets=("pending",), clears=("offers",))
_CONFIRMED: Final = Effect(sets=("tip",), clears=("pending",))
_VOIDED: Final = Effect(clears=("pending",))
_REOPENED: Final = Effect(sets=("offers",), clears=("pending",))
_LAPSES: Final = (
    Effect(clears=("tip", "pending", "offers")),
    Effect(sets=("offers",), clears=("tip", "pending")),
    Effect(sets=("pending",), clears=("tip", "offers")),
)
_THAWED: Final = Effect(sets=("tip",), clears=("frozen",))
_AGREED_AFTER_ALL: Final = Effect(sets=("pending",), clears=("frozen",))
_GONE: Final = (
    Effect(clears=("frozen", "pending", "offers")),
    Effect(sets=("offers",), clears=("frozen", "pending")),
)

EVENTS: Final = (
    EventRow("propose", (), ("ended", "frozen"), (Effect(sets=("offers",)),)),
    EventRow("deny", ("offers",), ("ended",), (Effect(clears=("offers",)),)),
    EventRow("deny", ("pending",), ("ended",), (_VOIDED, _REOPENED)),
    EventRow("deny", ("tip",), ("ended", "frozen"), _LAPSES),
    EventRow("accept", ("offers",), ("ended", "frozen"), (_AGREED,)),
    # a second writer of one side can accept, or confirm, beside what is contested
    EventRow("accept", ("frozen",), ("ended", "tip"), (_AGREED_AFTER_ALL,)),
    EventRow("confirm", ("pending",), ("ended", "frozen"), (_CONFIRMED,)),
    EventRow("confirm", ("frozen",), ("ended",), (_THAWED,)),
    EventRow("suspend", (), ("ended",), (Effect(sets=("suspended",)),)),
    EventRow("resume", ("suspended",), ("ended",), (Effect(clears=("suspended",)),)),
    # a confirmation its writer signed before it knew of the fork may come to light in any phase
    EventRow("fork", (), ("ended",), (Effect(sets=("frozen",)),)),
    EventRow("fork", ("offers",), ("ended",), (Effect(clears=("offers",)),)),
    EventRow("fork", ("pending",), ("ended",), (_VOIDED, _REOPENED)),
    EventRow("rotate", ("frozen",), ("ended",), (_THAWED, _AGREED_AFTER_ALL, *_GONE)),
    EventRow("rotate", (), ("ended", "tip", "frozen"), (Effect(sets=("offers",)), _AGREED)),
    EventRow("end", (), ("ended",), (Effect(sets=("ended",)),)),
)
"""A denial may come from any branch and cross anything. An event that leaves a phase is not drawn
if it need not: what was confirmed before a fork point stands."""


def phase_of(situation: Situation) -> ThreadPhase:
    """Spec: ledger, T4: the first row of `PHASES` whose needs all hold."""
    for row in PHASES:
        if all(getattr(situation, fact) for fact in row.needs):
            return row.phase
    raise AssertionError("the last row needs nothing")


def permits(phase: ThreadPhase) -> bool:
    """Spec: ledger, T5: whether anything can be permitted in this phase."""
    return any(row.permits for row in PHASES if row.phase is phase)


def outcomes(situation: Situation) -> Iterator[tuple[str, Situation]]:
    """Every (event, situation after it) that the table allows."""
    for event in EVENTS:
        if not all(getattr(situation, fact) for fact in event.needs):
            continue
        if any(getattr(situation, fact) for fact in event.without):
            continue
        for effect in event.effects:
            changes = dict.fromkeys(effect.clears, False) | dict.fromkeys(effect.sets, True)
            yield event.name, replace(situation, **changes)


def edges() -> dict[tuple[ThreadPhase, ThreadPhase], tuple[str, ...]]:
    """Every change of phase the table allows: (from, to) -> names of events, in table order."""
    start = Situation()
    reached = {start}
    waiting = [start]
    found: dict[tuple[ThreadPhase, ThreadPhase], set[str]] = {}
    while waiting:
        situation = waiting.pop()
        for event, after in outcomes(situation):
            move = (phase_of(situation), phase_of(after))
            if move[0] is not move[1]:
                found.setdefault(move, set()).add(event)
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    order = [event.name for event in EVENTS]
    phases = [row.phase for row in reversed(PHASES)]
    return {
        move: tuple(sorted(found[move], key=order.index))
        for move in sorted(found, key=lambda move: (phases.index(move[0]), phases.index(move[1])))
    }


def as_markdown() -> str:
    """The generated page: the table of phases and the diagram of what moves a thread."""
    lines = [
        "# Ledger: states of a thread",
        "",
        "Drawn from `linkcontract.ledger.phases` by its `as_markdown()`; a test compares it.",
        "",
        "First match wins. Expired is no state: `until` and bounds are compared with the clock of",
        "whoever asks.",
        "",
        "| state | needs | permits | meaning |",
        "|---|---|---|---|",
    ]
    for row in PHASES:
        needs = ", ".join(row.needs) or "nothing"
        lines.append(
            f"| {row.phase.name} | {needs} | {'yes' if row.permits else 'no'} | {row.means} |"
        )
    lines += ["", "```mermaid", "stateDiagram-v2", "    [*] --> IDLE"]
    for (before, after), events in edges().items():
        lines.append(f"    {before.name} --> {after.name}: {', '.join(events)}")
    return "\n".join([*lines, "```", ""])
