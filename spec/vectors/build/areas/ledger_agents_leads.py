"""What a lead does about what its agent did, and the other way round."""

from collections.abc import Callable
from typing import Any

from build.areas.ledger_agents import helped
from build.signed import MARKETING, SERVICE, UNTIL, agree
from build.tellings import everybody
from linkcontract.limits import DAY

Add = Callable[..., Any]
SLOT = "A5 Where a proposal stands in M"
THREAD = "A6 Where a thread stands in M"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _lead_lifts,
        _agent_lifts_nothing,
        _unseen_suspend,
        _bound,
        _refusal_narrows,
        _refusal_of_an_agent,
        _wide_revoke,
    ):
        one(add)


def _lead_lifts(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    suspend = agent.suspend(agreement)
    person.hear(suspend)
    resume = person.resume(suspend)
    (
        everybody(story)
        .at("A", suspend, phase="suspended")
        .at("P", resume, phase="active")
        .end(phase="active", suspends=[])
        .exactly(owes=["V"])
        .add(
            add,
            "lead-lifts-its-agents-suspension",
            THREAD,
            "A lead lifts what its agent suspended. Careless: only the very writer may.",
        )
    )


def _agent_lifts_nothing(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    suspend = person.suspend(agreement)
    agent.hear(suspend)
    organisation.hear(suspend)
    resume, theirs = agent.resume(suspend), organisation.resume(suspend)
    (
        everybody(story)
        .void({resume: "resume-not-yours", theirs: "resume-not-yours"})
        .end(phase="suspended", suspends=[suspend])
        .exactly(owes=["P", "V"])
        .add(
            add,
            "agent-lifts-no-suspension-of-its-lead",
            THREAD,
            "Neither the agent nor the other side lifts the lead's suspension. Careless: the same "
            "side is enough, or anybody's resume lifts.",
        )
    )


def _unseen_suspend(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    unseen = agent.suspend(agreement)
    own = person.suspend(agreement)
    resume = person.resume(own)
    organisation.hear(resume, unseen)
    person.hear(unseen)
    later = person.resume(unseen)
    (
        everybody(story)
        .at("P", resume, phase="active")
        .at("V", unseen, phase="suspended", suspends=[unseen])
        .at("P", later, phase="active")
        .end(phase="active", suspends=[])
        .exactly(owes=["V"])
        .add(
            add,
            "resume-lifts-what-it-names",
            "B8",
            "Agent and lead suspend, neither knowing. The lead's resume of its own suspension "
            "leaves the other; it takes a second resume. Careless: a resume lifts everything.",
        )
    )


def _bound(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    terminate = person.terminate(agreement, effective=end)
    agent.hear(terminate)
    amendment = agree(agent, organisation, SERVICE, MARKETING, base=agreement)
    person.hear_all(organisation)
    again = agree(person, organisation, SERVICE, MARKETING, base=amendment)
    (
        everybody(story)
        .at("P", terminate, phase="active", bound=end)
        .at("V", amendment, phase="active", bound=end)
        .end(phase="active", tip=again, bound=UNTIL)
        .add(
            add,
            "agent-amends-under-its-leads-bound",
            THREAD,
            "The lead terminates as from a later day; its agent, knowing that, agrees on an "
            "amendment: the bound stays. Agreeing again itself raises it. Careless: any grant of "
            "the side that knew the terminate raises the bound.",
        )
    )


def _refusal_narrows(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    accept = agent.accept(offer)
    refusal = person.refuse(offer, MARKETING)
    organisation.hear(accept, refusal)
    confirmation = organisation.ack()
    (
        everybody(story)
        .at("A", accept, withdrawn={accept: []})
        .end(phase="active", tip=offer, withdrawn={accept: [MARKETING]})
        .exactly(confirms={confirmation: [offer]})
        .add(
            add,
            "lead-refusal-narrows-its-agents-accept",
            THREAD,
            "The lead refuses one purpose, crossing its agent's accept of all: the agreement comes "
            "about without that purpose. Careless: a refusal is for the whole proposal or nothing.",
        )
    )


def _refusal_of_an_agent(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    accept = person.accept(offer)
    refusal = agent.refuse(offer, MARKETING)
    organisation.hear(accept, refusal)
    organisation.ack()
    (
        everybody(story)
        .end(phase="active", tip=offer, withdrawn={accept: []})
        .at("A", refusal, phase="offered")
        .add(
            add,
            "agent-refusal-narrows-no-accept-of-its-lead",
            THREAD,
            "The other way round the lead's accept grants all it says. Careless: whoever refuses, "
            "the purpose is gone.",
        )
    )


def _wide_revoke(add: Add) -> None:
    story, person, organisation, agent = helped()
    known = agree(agent, organisation)
    person.hear_all(organisation)
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    accept = agent.accept(offer)
    organisation.hear(accept)
    organisation.ack()
    revoke = person.revoke(None)
    (
        everybody(story)
        .end(known, phase="idle", proposals={known: "lapsed"}, duties=[known])
        .end(offer, phase="idle", proposals={offer: "lapsed"}, duties=[offer])
        .exactly(owes=["P", "V"])
        .at("P", revoke, thread=known, phase="idle")
        .add(
            add,
            "lead-revokes-everything",
            SLOT,
            "A relationship-wide revoke brings down every grant that had not seen it, of agents as "
            "well, whatever it knew of: neither thread is ended, both are empty. Careless: it ends "
            "the threads it knew and no others.",
        )
    )
