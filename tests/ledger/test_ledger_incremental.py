"""The ledger gives the answers of the plain fold, and takes no more room or work than it must.

Spec: ledger, C. `linkcontract.testing.plain_ledger` is the plain fold.
"""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_checks import alike, lived
from test_ledger_machine import Machine, run
from test_ledger_properties import CASTS, STEPS

from linkcontract.ledger import Ledger, UseStatus, folding
from linkcontract.ledger.columns import Column, Cut
from linkcontract.ledger.folding import Folding
from linkcontract.ledger.held import Held
from linkcontract.ledger.past import Past
from linkcontract.testing import simulator
from linkcontract.testing.random_stories import tell
from linkcontract.testing.scenario import MARKETING, SERVICE, Story, agree

EVERYTHING = settings(suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large))
KEPT = st.sampled_from((None, 1, 8))


@EVERYTHING
@given(STEPS, CASTS, st.integers(0, 2**32), KEPT)
def test_random_stories_are_judged_as_by_the_plain_fold(steps, cast, seed, most):
    story = tell(steps, cast)
    alike(story, story.everything()[1:], seed, most)


@EVERYTHING
@given(st.integers(0, 2**32), st.integers(0, 2**32), KEPT)
def test_forks_agents_and_erased_bodies_are_judged_as_by_the_plain_fold(numbers, seed, most):
    story = Story()
    alike(story, lived(story, numbers), seed, most)


class Beside(Machine):
    """A world of simulated nodes; at last what everybody holds is handed to both ledgers."""

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:  # a step that failed has said enough
            self.world.settle()
            for number, somebody in enumerate(self.world.everybody):
                held = somebody.ledger.held()[1:]
                alike(self.world.story, held, self.world.now + number)


@pytest.mark.parametrize("cast", simulator.CASTS, ids=lambda cast: cast.name)
def test_simulated_nodes_are_judged_as_by_the_plain_fold(cast):
    run(type(f"Beside {cast.name}", (Beside,), {"cast": cast, "steps": 0}), 4, 40)


# a shortcut taken too far is noticed


def never(*_args):
    return False


def own_thread_only(_self, held):
    return () if held.thread is None else (held.thread,)


def unmarked_fork(self, column, columns):
    self.columns.append(column)
    columns.append(column)
    if column.fork is not None:
        column.fork.column.branches.append(column)


def whole_columns(known_of):
    """Every branch open to its end, whatever the set holds of it."""
    return lambda self, column: len(column.items) if known_of(self, column) else 0


SHORTCUTS = {
    "nothing acts on all threads": (Folding, "_acts_on_all", never),
    "a confirmation acts on its own thread": (Folding, "_touches", own_thread_only),
    "what follows a fork does not count": (Past, "_begin", unmarked_fork),
    "a fork forgets nothing": (Folding, "forget", never),
    "nobody confirms twice": (Past, "has_news", lambda _self, held: held.statement.prev is None),
    "only first statements count": (Column, "mark", lambda self, at: at or self.marks.append(at)),
    "sets hold whole columns": (Cut, "of", whole_columns(Cut.of)),
    "a branch is all its writer's": (Held, "follows", lambda self, other: self.knew(other)),
    "the first to see is the last": (Column, "first", lambda self, _holds: len(self.items)),
}


@pytest.mark.parametrize("shortcut", SHORTCUTS)
def test_a_shortcut_too_far_is_noticed(shortcut, monkeypatch):
    owner, name, instead = SHORTCUTS[shortcut]
    assert callable(getattr(owner, name))
    stories = [(story := Story(), lived(story, numbers)) for numbers in range(60)]
    monkeypatch.setattr(owner, name, instead)
    for number, (story, statements) in enumerate(stories):
        try:
            alike(story, statements, number)
        except (AssertionError, LookupError):
            return
    pytest.fail(f"{shortcut}: nobody noticed")


# room and work


def in_force():
    """A story with an agreement in force."""
    story = Story()
    agreement = agree(story.person, story.organisation, SERVICE, MARKETING)
    story.share_everything()
    return story, agreement


def used(story, agreement, times):
    """The organisation uses, and says so; nobody answers."""
    ledger = Ledger(story.opening, story.histories)
    for statement in story.everything()[1:]:
        ledger.add(statement)
    organisation = story.organisation
    return ledger, [organisation.use(agreement) for _ in range(times)]


def test_uses_in_a_row_share_one_vector_and_one_state():
    story, agreement = in_force()
    ledger, uses = used(story, agreement, 300)
    before, folds = len({id(held.seen) for held in ledger._past.held}), ledger._folding.folds
    for use in uses:
        ledger.add(use)
        assert ledger.use_status(use.id) is UseStatus.COVERED
    held = ledger._past.held
    assert len({id(each.seen) for each in held}) <= before + 1
    assert {len(each.seen.counts) for each in held} <= {0, 1, 2}
    assert len(ledger._folding._kept) < 20
    assert ledger._folding.folds <= folds + 1, "every use was folded for"


def test_uses_that_are_answered_take_a_short_vector_each_and_no_fold():
    story, agreement = in_force()
    person, organisation = story.person, story.organisation
    folds = [desk.ledger._folding.folds for desk in (person, organisation)]
    for _ in range(150):
        person.hear(organisation.use(agreement))
        organisation.hear(person.ack())
    for desk, before in zip((person, organisation), folds, strict=True):
        assert desk.ledger._folding.folds <= before + 1
    past = organisation.ledger._past
    assert max(len(held.seen.counts) for held in past.held) == len(past.columns) == 2
    assert sum(len(column.marks) for column in past.columns) < 10


def test_a_relevant_statement_folds_its_own_thread_alone():
    story = Story()
    person, organisation = story.person, story.organisation
    offers = [organisation.propose(SERVICE) for _ in range(30)]
    person.hear_all(organisation)
    assert len(person.state.threads) == 30
    for offer in offers:
        folds = person.ledger._folding.folds
        person.accept(offer)
        assert len(person.state.threads) == 30
        assert person.ledger._folding.folds - folds <= 2


def test_a_question_about_a_use_looks_at_few_statements(monkeypatch):
    story, agreement = in_force()
    ledger, uses = used(story, agreement, 1000)
    for use in uses:
        ledger.add(use)
    ledger.use_status(uses[0].id)
    asked = []
    knew = Held.knew
    monkeypatch.setattr(Held, "knew", lambda self, other: asked.append(1) or knew(self, other))
    for use in uses[::100]:
        ledger.use_status(use.id)
    assert len(asked) < 10 * 2 * 12


def test_kept_states_have_a_bound_in_threads(monkeypatch):
    monkeypatch.setattr(folding, "KEPT_THREADS", 200)
    story = Story()
    for _ in range(40):
        story.organisation.propose(SERVICE)
        assert len(story.organisation.state.threads) <= 40
    kept = story.organisation.ledger._folding._kept.values()
    assert sum(len(each.state.threads) for each in kept) <= 200
