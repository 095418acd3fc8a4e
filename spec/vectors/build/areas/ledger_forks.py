"""Forks: one writer, two statements at one place, and what still counts."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, SERVICE, SignedStory, agree
from build.tellings import everybody, fork

Add = Callable[..., Any]
FORKS = "A3 Forks"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _two_acks,
        _after_the_fork,
        _told_apart,
        _agreed_before,
        _two_accepts,
        _agent_forks,
    ):
        one(add)


def _two_acks(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    person.hear(one, other)
    (
        everybody(story, late=True)
        .at("P", one, convicted=[], tainted=[])
        .at("P", other, convicted=["V"], tainted=sorted((story.label(one), story.label(other))))
        .exactly(convicted=["V"], tainted=[one, other])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-convicts",
            FORKS,
            "Two statements of one writer with one seq under one key convict it, and both are "
            "tainted. Careless: the first received is kept and the second refused, so that two "
            "sides disagree.",
        )
    )


def _after_the_fork(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    before = organisation.ack()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    after = liar.ack()
    person.hear(one, after)
    (
        everybody(story, late=True)
        .at("P", before, tainted=[])
        .exactly(convicted=["V"], tainted=[one, other, after])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-taint-from-the-fork-on",
            FORKS,
            "Everything after the fork is tainted on both branches, nothing before it. Careless: "
            "the longer branch wins, or the whole writer is tainted.",
        )
    )


def _told_apart(add: Add) -> None:
    """Each side hears another branch first."""
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    organisation.hear_all(agent)
    liar = organisation.twin()
    shown, hidden = organisation.propose(SERVICE), liar.propose(MARKETING)
    person.hear(shown)
    agent.hear(hidden)
    accept = person.accept(shown)
    blind = agent.accept(hidden)
    (
        everybody(story)
        .at("P", accept, thread=shown, phase="agreed")
        .at("A", blind, thread=hidden, phase="agreed")
        .end(shown, phase="idle", proposals={shown: "dead"}, duties=[])
        .end(hidden, phase="idle", proposals={hidden: "dead"}, duties=[])
        .exactly(convicted=["V"], tainted=[shown, hidden], owes=["P", "V"])
        .exactly(forks=[fork(story, shown, hidden, convicts=True)])
        .add(
            add,
            "fork-shown-apart",
            FORKS,
            "Equivocation: the person is shown one offer, its agent another with the same seq, and "
            "each accepts what it knows. Together nothing is agreed. Careless: whoever heard its "
            "branch first keeps its agreement.",
        )
    )


def _agreed_before(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person)
    organisation.ack()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.propose(MARKETING)
    person.hear(other)
    (
        everybody(story)
        .end(agreement, phase="active", tip=agreement, frozen=False)
        .exactly(convicted=["V"], tainted=[one, other], owes=["P"])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-after-the-agreement",
            "B9",
            "What was agreed before the fork goes on: a fork is no way out of an agreement. "
            "Careless: a convicted writer's agreements end.",
        )
    )


def _two_accepts(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    counter = person.propose(MARKETING, answers=offer)
    organisation.hear(counter)
    liar = organisation.twin()
    one, other = organisation.accept(offer), liar.accept(counter)
    person.hear(one, other)
    person.ack()
    (
        everybody(story, late=True)
        .end(phase="offered", tip=None, offers=[offer, counter], pending=[])
        .exactly(convicted=["V"], tainted=[one, other], confirms={})
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-two-accepts-of-one-slot",
            FORKS,
            "The forker accepts one proposal on each branch: neither is agreed. Careless: the one "
            "that arrived first is.",
        )
    )


def _agent_forks(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    organisation.hear_all(agent)
    leads = agree(person, organisation)
    twin = agent.twin()
    one, other = agent.propose(SERVICE), twin.propose(MARKETING)
    organisation.hear(one, other)
    accept = organisation.accept(one)
    (
        everybody(story)
        .void({accept: "accept-not-live"})
        .end(leads, phase="active", tip=leads)
        .end(one, phase="idle", proposals={one: "dead"})
        .end(other, phase="idle", proposals={other: "dead"})
        .exactly(convicted=["A"], tainted=[one, other], owes=["P", "V"])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-of-an-agent",
            FORKS,
            "An agent forks: it is convicted and its own offers are dead, its lead and what its "
            "lead agreed are untouched. Careless: conviction and taint go to the side.",
        )
    )
