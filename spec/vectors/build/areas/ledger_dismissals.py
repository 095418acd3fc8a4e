"""Dismissed agents, and what of an agent's word is its lead's to take back."""

from collections.abc import Callable
from typing import Any

from build.areas.ledger_agents import helped
from build.signed import MARKETING, SERVICE, SignedStory, agree
from build.tellings import everybody, fork

Add = Callable[..., Any]
SLOT = "A5 Where a proposal stands in M"
GRANTS = "A2 What exists, what has an effect"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _understating,
        _accept_understates,
        _seen_stands,
        _lapses_and_goes_on,
        _never_again,
        _not_yours,
        _ends_all_the_same,
        _knows_its_dismissal,
        _contested_delegation,
        _own_accept_besides,
    ):
        one(add)


def _understating(add: Add) -> None:
    story, person, organisation, agent = helped()
    dismissal = person.undelegate(agent)
    organisation.hear(dismissal)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    accept = organisation.accept(offer, unseen=[dismissal])
    agent.hear(accept)
    confirmation = agent.ack()
    (
        everybody(story)
        .at("A", confirmation, phase="active", tip=offer)
        .end(phase="idle", tip=None, proposals={offer: "lapsed"}, duties=[offer])
        .exactly(dismissed=["A"], owes=["P", "V"], confirms={confirmation: [offer]})
        .add(
            add,
            "dismissed-agent-proposes",
            "B6",
            "A dismissed agent offers as if it had not heard, the organisation accepts as if it "
            "had not either, the agent confirms. The dismissal had not seen the grant, so nothing "
            "is agreed. Careless: an agent acts until its own statements show that it knew.",
        )
    )


def _accept_understates(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    person.hear(offer)
    dismissal = person.undelegate(agent)
    agent.hear(dismissal)
    accept = agent.accept(offer, unseen=[dismissal])
    organisation.hear(accept, dismissal)
    confirmation = organisation.ack(unseen=[dismissal])
    (
        everybody(story)
        .end(phase="idle", tip=None, proposals={offer: "lapsed"}, duties=[offer])
        .exactly(dismissed=["A"], confirms={confirmation: [offer]}, owes=["V"])
        .add(
            add,
            "dismissed-agent-accepts",
            "B6",
            "Agent and organisation both hold the dismissal and leave it out of `seen`. Careless: "
            "the confirmation came first, so it stands.",
        )
    )


def _seen_stands(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = agree(agent, organisation)
    person.hear_all(organisation)
    dismissal = person.undelegate(agent)
    (
        everybody(story)
        .end(phase="active", tip=offer)
        .exactly(dismissed=["A"], owes=["V"])
        .at("P", dismissal, phase="active")
        .add(
            add,
            "dismissal-keeps-what-it-had-seen",
            SLOT,
            "What the dismissal had seen stands. Careless: an agent's agreements end with it.",
        )
    )


def _lapses_and_goes_on(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    organisation.hear(agent.accept(offer))
    organisation.ack()
    dismissal = person.undelegate(agent)
    story.share_everything()
    second = agree(person, organisation, MARKETING, answers=offer)
    (
        everybody(story)
        .at("P", dismissal, phase=None)
        .end(phase="active", tip=second, duties=[offer, second])
        .end(proposals={offer: "lapsed", second: "confirmed"})
        .exactly(dismissed=["A"])
        .add(
            add,
            "lapsed-slot-is-open-again",
            SLOT,
            "An agreement lapsed with the dismissal of the agent that had accepted it. Its slot "
            "takes another agreement, and the duties of both are owed. Careless: a slot that was "
            "once confirmed is taken for ever, or the duties go with the agreement.",
        )
    )


def _never_again(add: Add) -> None:
    story, person, _, agent = helped()
    person.undelegate(agent)
    again = person.delegate(agent)
    agent.hear(again)
    offer = agent.propose(SERVICE)
    (
        everybody(story)
        .void({again: "dismissed", offer: "dismissed"})
        .exactly(dismissed=["A"], owes=["V"])
        .add(
            add,
            "dismissed-is-never-named-again",
            GRANTS,
            "A dismissed writer cannot be named again; it takes a new party. Careless: the newest "
            "of delegations and dismissals counts.",
        )
    )


def _not_yours(add: Add) -> None:
    story, _, organisation, agent = helped()
    dismissal = organisation.undelegate(agent)
    agreement = agree(agent, organisation)
    (
        everybody(story)
        .void({dismissal: "undelegate-not-yours"})
        .end(phase="active", tip=agreement)
        .exactly(owes=["P"])
        .add(
            add,
            "dismissal-by-the-other-side",
            GRANTS,
            "The organisation dismisses the person's agent. Careless: any lead may.",
        )
    )


def _ends_all_the_same(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    dismissal = person.undelegate(agent)
    agent.hear(dismissal)
    end = agent.revoke(agreement, unseen=[dismissal])
    (
        everybody(story)
        .at("A", end, phase="ended")
        .end(phase="ended", duties=[agreement])
        .exactly(dismissed=["A"], owes=["V"])
        .add(
            add,
            "dismissed-agent-revokes",
            "B. What breaks without a rule",
            "Open by nature: a dismissed agent that held revoke and says it had not heard can "
            "still end a thread. It could never grant. Careless: dismissals bring down denials "
            "too, and the state depends on who is believed.",
        )
    )


def _knows_its_dismissal(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    agent.hear(person.undelegate(agent))
    end = agent.revoke(agreement)
    suspend = agent.suspend(agreement)
    (
        everybody(story)
        .void({end: "dismissed", suspend: "dismissed"})
        .end(phase="active", tip=agreement)
        .exactly(dismissed=["A"], owes=["V"])
        .add(
            add,
            "dismissed-agent-knows",
            GRANTS,
            "The same with the dismissal in its past: void. Careless: denials count whoever signs "
            "them.",
        )
    )


def _contested_delegation(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    thief = person.twin()
    agent = story.agent()
    assert agent.delegation is not None
    organisation.hear_all(agent)
    agreement = agree(agent, organisation)
    other = thief.ack()
    organisation.hear(other)
    later = agent.propose(SERVICE)
    organisation.hear(later)
    accept = organisation.accept(later)
    (
        everybody(story)
        .at("V", other, thread=agreement, phase="frozen", convicted=["P"])
        .void({accept: "accept-not-live"})
        .end(agreement, phase="frozen", tip=None, duties=[agreement])
        .end(later, phase="idle", proposals={later: "dead"})
        .exactly(convicted=["P"], tainted=[agent.delegation, other], owes=["P", "V"])
        .exactly(forks=[fork(story, agent.delegation, other, convicts=True)])
        .add(
            add,
            "agent-under-a-contested-delegation",
            "A3 Forks",
            "The delegation is on a contested branch of the lead. What the agent grants under it "
            "is as if tainted, though its own chain is clean: frozen, and nothing new. Careless: "
            "taint stays with the writer that forked.",
        )
    )


def _own_accept_besides(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    person.hear(offer)
    by_agent = agent.accept(offer)
    organisation.hear(by_agent)
    early = organisation.ack()
    dismissal = person.undelegate(agent)
    own = person.accept(offer)
    person.hear(early)
    organisation.hear(own)
    confirmation = organisation.ack()
    (
        everybody(story)
        .at("V", early, phase="active")
        .at("P", early, phase="agreed", tip=None, pending=[offer])
        .at("V", confirmation, phase="active", tip=offer)
        .end(phase="active", tip=offer)
        .exactly(dismissed=["A"], confirms={early: [offer], confirmation: [offer]})
        .at("P", dismissal, phase="offered")
        .add(
            add,
            "confirmation-counts-for-the-accepts-it-saw",
            "B3",
            "The organisation confirmed the agent's accept, which the dismissal brings down. The "
            "lead's own accept is up, but no confirmation had seen it: agreed, and active only "
            "with the next. Careless: a proposal once confirmed is confirmed for every accept.",
        )
    )
