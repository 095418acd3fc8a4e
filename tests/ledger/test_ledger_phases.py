"""The table of thread states, and the pages drawn from the tables (spec: ledger, T4)."""

from itertools import product
from pathlib import Path

import mutants
import pytest

from linkcontract.ledger import ThreadPhase, phases
from linkcontract.ledger.phases import EVENTS, PHASES, Situation

SPEC = Path(__file__).parents[2] / "spec"
FACTS = ("ended", "frozen", "tip", "suspended", "pending", "offers")
SITUATIONS = [
    Situation(**dict(zip(FACTS, values, strict=True)))
    for values in product((False, True), repeat=len(FACTS))
]


@pytest.mark.parametrize(
    ("page", "drawn"),
    [
        ("ledger-states.md", phases.as_markdown),
        ("ledger-rules-and-tests.md", mutants.as_markdown),
    ],
)
def test_the_specification_shows_what_the_code_does(page, drawn):
    assert (SPEC / page).read_text(encoding="utf-8") == drawn()


def test_every_situation_has_one_phase_and_every_phase_a_situation():
    assert {phases.phase_of(situation) for situation in SITUATIONS} == set(ThreadPhase)
    assert [row.phase for row in PHASES] == list(reversed(ThreadPhase))


def test_one_phase_permits():
    assert [phase for phase in ThreadPhase if phases.permits(phase)] == [ThreadPhase.ACTIVE]


def test_an_earlier_row_outranks_a_later_one():
    everything = dict.fromkeys(FACTS, True)
    for fact, phase in (
        ("ended", ThreadPhase.ENDED),
        ("frozen", ThreadPhase.FROZEN),
        ("suspended", ThreadPhase.SUSPENDED),
        ("tip", ThreadPhase.ACTIVE),
        ("pending", ThreadPhase.AGREED),
        ("offers", ThreadPhase.OFFERED),
    ):
        assert phases.phase_of(Situation(**everything)) is phase
        everything[fact] = False
    assert phases.phase_of(Situation(**everything)) is ThreadPhase.IDLE


def test_an_end_is_left_by_nothing_and_reached_from_everywhere():
    for situation in SITUATIONS:
        after = {phases.phase_of(after) for _event, after in phases.outcomes(situation)}
        if situation.ended:
            assert after == set()
        else:
            assert ThreadPhase.ENDED in after


def test_nothing_permits_before_a_confirmation():
    for (_before, after), events in phases.edges().items():
        if after is ThreadPhase.ACTIVE:
            assert set(events) <= {"confirm", "resume", "rotate"}


def test_the_table_speaks_of_the_six_facts_only():
    for row in PHASES:
        assert set(row.needs) <= set(FACTS)
    for event in EVENTS:
        named = {*event.needs, *event.without}
        for effect in event.effects:
            named |= {*effect.sets, *effect.clears}
        assert named <= set(FACTS)
