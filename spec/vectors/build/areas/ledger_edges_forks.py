"""Denials on superseded branches, and what is tainted beside what is clean."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, SERVICE, SignedStory
from build.tellings import everybody, fork
from linkcontract.limits import DAY
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _of_two_delegations,
        _refused_by_a_tainted_agent,
        _accept_of_a_tainted_agent,
        _resume_of_a_tainted_agent,
        _refusal_of_a_superseded_branch,
        _tainted_grant,
        _tainted_confirmation,
        _another_accept,
        _denied_before_it_was_agreed,
        _retracted_while_frozen,
    ):
        one(add)


def _forked_lead(**limits: Any) -> tuple[SignedStory, Desk, Desk]:
    """An agent delegated on a branch of a person that forked; everybody knows both branches."""
    story = SignedStory()
    person = story.person
    liar = person.twin()
    agent = story.agent(**limits)
    person.hear(liar.ack())
    story.organisation.hear_all(person, agent)
    return story, agent, liar


def _of_two_delegations(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    person.hear_all(agent)
    liar = person.twin()
    again, lie = person.delegate(agent), liar.ack()
    person.hear(lie)
    agent.hear_all(person)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    organisation.accept(offer)
    (
        everybody(story)
        .end(phase="agreed", pending=[offer], convicted=["P"], tainted=[again, lie])
        .exactly(owes=["P"], forks=[fork(story, again, lie, convicts=True)])
        .add(
            add,
            "agent-with-a-clean-and-a-tainted-delegation",
            "F4",
            "The agent was delegated before the fork of its lead and once more on one branch. One"
            " delegation that covers its offer is clean, and with it the offer. Careless: any"
            " tainted delegation taints.",
        )
    )


def _refused_by_a_tainted_agent(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    accepting = story.agent("bot")
    person.hear_all(accepting)
    offer = organisation.propose(SERVICE)
    liar = person.twin()
    refusing = story.agent("agent", types=["refuse"])
    lie = liar.ack()
    refusing.hear(offer, lie)
    refusal = refusing.refuse(offer)
    accepting.hear(offer)
    accept = accepting.accept(offer)
    organisation.hear(accept)
    ack = organisation.ack()
    delegation = refusing.delegation
    (
        everybody(story)
        .end(phase="idle", proposals={offer: "lapsed"}, convicted=["P"], tainted=[delegation, lie])
        .exactly(
            owes=["P", "V"],
            confirms={ack: [offer]},
            forks=[fork(story, delegation, lie, convicts=True)],
        )
        .at("V", ack, phase="active")
        .at("A", refusal, phase="idle")
        .add(
            add,
            "refusal-of-an-agent-under-a-tainted-delegation",
            "F4",
            "An agent accepted and the offer was confirmed; another one, delegated on one branch of"
            " a fork, had refused it. A refusal grants nothing: it is clean, and the agreement"
            " lapses. Careless: whatever an agent under a tainted delegation says is tainted, and"
            " the thread freezes.",
        )
    )


def _accept_of_a_tainted_agent(add: Add) -> None:
    story, agent, _ = _forked_lead()
    organisation = story.organisation
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    organisation.hear(agent.accept(offer))
    organisation.ack()
    tainted = [agent.delegation, story.named["P2b"]]
    (
        everybody(story)
        .end(phase="offered", proposals={offer: "open"}, convicted=["P"], tainted=tainted)
        .exactly(owes=["P"], forks=[fork(story, *tainted, convicts=True)])
        .add(
            add,
            "accept-of-an-agent-under-a-tainted-delegation",
            "F4",
            "The only delegation of the agent is tainted, and so is what it accepts. Careless: the"
            " agent did not fork, so what it signs is clean.",
        )
    )


def _resume_of_a_tainted_agent(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent(types=["propose", "suspend"])
    organisation.hear_all(agent)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    agent.hear(organisation.accept(offer))
    agent.ack()
    suspend = agent.suspend(offer)
    person.hear(suspend)
    liar = person.twin()
    more, lie = person.delegate(agent, types=["resume"]), liar.ack()
    agent.hear(more)
    agent.resume(suspend)
    person.hear(lie)
    (
        everybody(story)
        .end(phase="suspended", suspends=[suspend], convicted=["P"], tainted=[more, lie])
        .exactly(owes=["V"], forks=[fork(story, more, lie, convicts=True)])
        .add(
            add,
            "resume-of-an-agent-under-a-tainted-delegation",
            "F4",
            "The agent was given what it suspends by a clean delegation and what it resumes by one"
            " on one branch of its lead's fork: what it resumes stays suspended. Careless: the"
            " agent did not fork, so what it signs is clean.",
        )
    )


def _refusal_of_a_superseded_branch(add: Add) -> None:
    for name, purposes, words in (
        ("refusal", (), "refuses it"),
        ("partial-refusal", (MARKETING,), "refuses one purpose of it"),
    ):
        story = SignedStory()
        person, organisation = story.person, story.organisation
        offer = organisation.propose(SERVICE, MARKETING)
        person.hear(offer)
        thief = person.twin()
        accept = person.accept(offer)
        denial = thief.refuse(offer, *purposes)
        person.hear(denial)
        person.rotate()
        organisation.hear_all(person)
        told = everybody(story).exactly(
            owes=["V"], forks=[fork(story, accept, denial, defended=True)]
        )
        if purposes:
            told.end(phase="agreed", tainted=[denial], withdrawn={accept: [MARKETING]})
        else:
            told.end(phase="idle", proposals={offer: "dead"}, tainted=[denial])
        told.add(
            add,
            f"{name}-on-a-superseded-branch",
            "F4",
            f"A lead accepts an offer and goes over to its next key; the branch left behind"
            f" {words}. A denial counts in full on any branch. Careless: a superseded branch is"
            " nothing, or a lead's accept stands against its own refusal.",
        )


def _accepted_twice(*, late: bool = False) -> tuple[SignedStory, Any, Any, Any, Any, Any]:
    """An agent accepts, confirmed; its lead accepts on one branch of a fork.

    Args:
        late: whether the lead had announced an end for later before it accepted.
    """
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    person.hear_all(agent)
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    by_agent = agent.accept(offer)
    organisation.hear(by_agent)
    ack = organisation.ack()
    said = person.terminate(offer, effective=story.now + DAY) if late else None
    if said is None:
        said = person.revoke(offer, MARKETING)
    liar = person.twin()
    by_lead, lie = person.accept(offer), liar.ack()
    person.hear(lie)
    return story, offer, (by_agent, by_lead), lie, ack, said


def _tainted_grant(add: Add) -> None:
    story, offer, (by_agent, by_lead), lie, ack, _ = _accepted_twice()
    (
        everybody(story)
        .end(
            phase="active",
            tip=offer,
            withdrawn={by_agent: [MARKETING]},
            convicted=["P"],
            tainted=[by_lead, lie],
        )
        .exactly(
            owes=["V"],
            confirms={ack: [offer]},
            forks=[fork(story, by_lead, lie, convicts=True)],
        )
        .add(
            add,
            "tainted-accept-grants-nothing-again",
            "T5",
            "An agent accepted two purposes, one was withdrawn, and the lead, which knew that,"
            " accepts the same offer on one branch of a fork. A tainted accept is no grant.",
        )
    )
    story, offer, (_, by_lead), lie, ack, end = _accepted_twice(late=True)
    (
        everybody(story)
        .end(
            phase="active",
            tip=offer,
            bound=end.body["effective"],
            convicted=["P"],
            tainted=[by_lead, lie],
        )
        .exactly(
            owes=["V"],
            confirms={ack: [offer]},
            forks=[fork(story, by_lead, lie, convicts=True)],
        )
        .add(
            add,
            "tainted-accept-lifts-no-bound",
            "T6",
            "The lead announced an end and then accepts on one branch of a fork. Only a clean"
            " grant that had seen a bound lifts it. Careless: any accept that knew of it does.",
        )
    )


def _confirmed_with_taint(*, lead: bool) -> tuple[SignedStory, Any, Any, Any]:
    """An agent's accept, confirmed on both branches of a fork, and then undone."""
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    person.hear(offer)
    accept = agent.accept(offer)
    if lead:
        person.accept(offer)
    organisation.hear(accept)
    liar = organisation.twin()
    acks = organisation.ack(), liar.ack(at=story.now + 1)
    person.undelegate(agent)
    story.desks.append(liar)
    return story, offer, accept, acks


def _tainted_confirmation(add: Add) -> None:
    story, offer, _, acks = _confirmed_with_taint(lead=False)
    told = everybody(story)
    told.deliveries = {label: told.deliveries[label] for label in ("P", "V", "A")}
    told.end(
        phase="frozen",
        proposals={offer: "frozen"},
        convicted=["V"],
        tainted=list(acks),
        dismissed=["A"],
    )
    told.exactly(
        owes=["V"],
        confirms={ack: [offer] for ack in acks},
        forks=[fork(story, *acks, convicts=True)],
    )
    told.add(
        add,
        "undone-with-tainted-confirmations",
        "S2",
        "An agent's accept is confirmed on both branches of the proposer's fork, and undone by the"
        " agent's dismissal. Offer, accept and dismissal are clean, the confirmations are not: the"
        " proposal is frozen. Careless: confirmations are not looked at, and it lapses.",
    )


def _another_accept(add: Add) -> None:
    story, offer, _, acks = _confirmed_with_taint(lead=True)
    told = everybody(story)
    told.deliveries = {label: told.deliveries[label] for label in ("P", "V", "A")}
    told.end(
        phase="agreed",
        pending=[offer],
        convicted=["V"],
        tainted=list(acks),
        dismissed=["A"],
    )
    told.exactly(
        owes=["V"],
        confirms={ack: [offer] for ack in acks},
        forks=[fork(story, *acks, convicts=True)],
    )
    told.add(
        add,
        "undone-with-another-accept-left",
        "S3",
        "The same, and the lead had accepted as well, unknown to whoever confirmed: this accept is"
        " up and clean, and not confirmed. Careless: what was ever confirmed with taint stays"
        " frozen.",
    )


def _denied_before_it_was_agreed(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    liar = organisation.twin()
    accept, lie = organisation.accept(offer), liar.ack()
    person.hear(accept, lie)
    person.ack()
    retract = person.retract(offer)
    (
        everybody(story)
        .end(convicted=["V"], tainted=[accept, lie])
        .exactly(owes=["V"], forks=[fork(story, accept, lie, convicts=True)])
        .at("P", retract, phase="idle")
        .add(
            add,
            "retract-of-what-was-never-agreed",
            "V3",
            "The accept is tainted, so the proposal stood neither agreed nor frozen when it was"
            " taken back. Careless: any accept keeps an offer from being taken back.",
        )
    )


def _retracted_while_frozen(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    liar = organisation.twin()
    accept, lie = organisation.accept(offer), liar.ack()
    person.hear(accept)
    ack = person.ack()
    person.hear(lie)
    retract = person.retract(offer)
    (
        everybody(story)
        .void({retract: "deny-accepted"})
        .end(phase="frozen", convicted=["V"], tainted=[accept, lie], proposals={offer: "frozen"})
        .exactly(
            owes=["V"],
            confirms={ack: [offer]},
            forks=[fork(story, accept, lie, convicts=True)],
        )
        .add(
            add,
            "retract-of-what-is-frozen",
            "V3",
            "The proposer knows that what it confirmed is frozen, and takes it back: void. What is"
            " frozen is ended, not retracted. Careless: nothing frozen stands.",
        )
    )
