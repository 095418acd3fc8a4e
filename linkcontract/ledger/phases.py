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


EVENTS: Final = (
    EventRow("propose", (), ("ended", "frozen"), (Effect(sets=("offers",)),)),
    EventRow("deny offer", ("offers",), ("ended",), (Effect(clears=("offers",)),)),
    EventRow(
        "accept", ("offers",), ("ended", "frozen"), (Effect(sets=("pending",), clears=("offers",)),)
    ),
    EventRow(
        "deny agreed",
        ("pending",),
        ("ended",),
        (Effect(clears=("pending",)), Effect(sets=("offers",), clears=("pending",))),
    ),
    EventRow(
        "confirm", ("pending",), ("ended", "frozen"), (Effect(sets=("tip",), clears=("pending",)),)
    ),
    EventRow(
        "lapse",
        ("tip",),
        ("ended", "frozen"),
        (
            Effect(clears=("tip", "pending", "offers")),
            Effect(sets=("offers",), clears=("tip", "pending")),
        ),
    ),
    EventRow("suspend", (), ("ended",), (Effect(sets=("suspended",)),)),
    EventRow("resume", ("suspended",), ("ended",), (Effect(clears=("suspended",)),)),
    EventRow("fork", ("tip",), ("ended", "frozen"), (Effect(sets=("frozen",)),)),
    EventRow("rotate", ("frozen",), ("ended",), (Effect(clears=("frozen",)),)),
    EventRow("end", (), ("ended",), (Effect(sets=("ended",)),)),
)


def phase_of(situation: Situation) -> ThreadPhase:
    """LEDGER T4: the first row of `PHASES` whose needs all hold."""
    for row in PHASES:
        if all(getattr(situation, fact) for fact in row.needs):
            return row.phase
    raise AssertionError("the last row needs nothing")


def permits(phase: ThreadPhase) -> bool:
    """LEDGER T5: whether anything can be permitted in this phase."""
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
        "Generated by `python -m linkcontract.ledger.phases`; a test compares it.",
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


if __name__ == "__main__":
    import sys

    sys.stdout.write(as_markdown())
