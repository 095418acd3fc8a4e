"""Retracts and refusals, and the accepts they race with (V3, A5, T5)."""

from collections.abc import Callable
from typing import Any

from build.schedules import settled
from build.signed import MARKETING, SERVICE, SignedStory, agree
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (
        _retracts,
        _refusals,
        _crossing,
        _crossing_agents,
        _not_yours,
        _understated,
        _narrowing,
    ):
        vectors(add)
    for vectors in (_narrowing_and_agents, _never_narrowed):
        vectors(add)


def offered(*purposes: str) -> tuple[SignedStory, Desk, Desk, Any]:
    """A story, P, V, and an offer V1 that P knows."""
    story = SignedStory()
    offer = story.organisation.propose(*purposes or (SERVICE,))
    story.person.hear(offer)
    return story, story.person, story.organisation, offer


def with_agent(*purposes: str) -> tuple[SignedStory, Desk, Any]:
    """A story with an agent A and an offer V1 that everybody knows."""
    story = SignedStory()
    agent = story.agent()
    story.organisation.hear_all(agent)
    offer = story.organisation.propose(*purposes or (SERVICE,))
    story.share_everything()
    return story, agent, offer


def _retracts(add: Add) -> None:
    story, person, organisation, offer = offered()
    retract = organisation.retract(offer)
    told = settled(story).exactly(owes=["P"])
    told.at("P", retract, phase="idle", offers=[]).end(proposals={offer: "dead"}).add(
        add,
        "retract",
        "V3",
        "An offer taken back before anybody accepted it. Careless: the thread stays OFFERED "
        "until `accept_by`.",
    )
    late = person.accept(offer)
    told = settled(story).void({late: "accept-not-live"}).exactly(owes=["P", "V"])
    told.end(phase="idle").add(
        add,
        "accept-of-what-was-known-to-be-retracted",
        "V2",
        "P accepts what it knows to be retracted. Careless: the accept stands until somebody "
        "refuses it.",
    )
    again = organisation.retract(offer)
    told = settled(story).void({late: "accept-not-live"}).exactly(owes=["P"])
    told.at("P", again, result="held").end(phase="idle").add(
        add,
        "retract-twice",
        "V3",
        "The offer is retracted once more: valid, and without further effect. Careless: a "
        "second denial is void, and confirms nothing where it should.",
    )


def _refusals(add: Add) -> None:
    story, person, organisation, offer = offered()
    refusal = person.refuse(offer)
    told = settled(story).exactly(owes=["V"])
    told.at("V", refusal, phase="idle").end(proposals={offer: "dead"}).add(
        add,
        "refusal",
        "V3",
        "An offer refused. Careless: a refusal is a note, and the offer stays open.",
    )
    regret = person.accept(offer)
    told = settled(story).void({regret: "accept-not-live"}).exactly(owes=["V"])
    told.end(phase="idle").add(
        add,
        "accept-after-own-refusal",
        "V2",
        "P regrets its refusal and accepts. Careless: the later of the two counts.",
    )
    counter = organisation.propose(SERVICE, answers=offer)
    person.hear(counter)
    accept = person.accept(counter)
    told = settled(story).void({regret: "accept-not-live"}).exactly(owes=["V"])
    told.at("P", accept, phase="agreed", pending=[counter]).end(phase="agreed").add(
        add,
        "offered-anew-after-a-refusal",
        "V1",
        "V offers the same once more in the same thread. Careless: a refusal ends a thread, or "
        "equal terms are refused already.",
    )

    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    refusal = person.refuse(offer)
    some = person.refuse(offer, SERVICE)
    organisation.hear_all(person)
    ack = organisation.ack()
    told = settled(story).void({refusal: "deny-accepted", some: "deny-accepted"})
    told.exactly(confirms={ack: [offer]})
    told.end(phase="active", tip=offer, withdrawn={accept: []}).add(
        add,
        "refusal-after-acceptance",
        "V3",
        "P refuses what it accepted, in whole and in part: both are void, a revoke is the way. "
        "Careless: denials always count, and P unsays its signature.",
    )


def _crossing(add: Add) -> None:
    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    retract = organisation.retract(offer)
    told = settled(story).exactly(owes=["P", "V"])
    told.at("P", accept, phase="agreed").at("P", retract, phase="idle", pending=[])
    told.at("V", retract, phase="idle").at("V", accept, phase="idle")
    told.end(phase="idle", proposals={offer: "dead"}, duties=[]).add(
        add,
        "retract-crosses-the-accept",
        "A5",
        "Accept and retract cross: the retract wins on both sides, and nothing is owed. "
        "Careless: whichever came first.",
    )
    ack = organisation.ack()
    told = settled(story).exactly(owes=["P"], confirms={})
    told.at("V", ack, phase="idle").end(phase="idle", duties=[]).add(
        add,
        "retracted-is-not-confirmed",
        "V4",
        "After the crossing the proposer's next statement sees the accept: nothing is agreed, "
        "so nothing is confirmed. Careless: it confirms, and leaves duties.",
    )


def _crossing_agents(add: Add) -> None:
    story, agent, offer = with_agent()
    person, organisation = story.person, story.organisation
    accept = agent.accept(offer)
    refusal = person.refuse(offer)
    told = settled(story).exactly(owes=["V"])
    told.at("A", accept, phase="agreed").at("A", refusal, phase="idle")
    told.end(phase="idle", proposals={offer: "dead"}).add(
        add,
        "leads-refusal-crosses-its-agents-accept",
        "A5",
        "P refuses while its agent accepts. Careless: the accept, being a signature of the same "
        "side, outlives the refusal.",
    )
    story, agent, offer = with_agent()
    person, organisation = story.person, story.organisation
    refusal = agent.refuse(offer)
    accept = person.accept(offer)
    organisation.hear(refusal, accept)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.at("A", refusal, phase="idle").at("A", accept, phase="agreed")
    told.end(phase="active", tip=offer).add(
        add,
        "agents-refusal-crosses-its-leads-accept",
        "A5",
        "The agent refuses while P accepts: the lead's signature stands. Careless: once DEAD a "
        "proposal stays dead, and whoever heard the refusal first differs.",
    )
    story, agent, offer = with_agent()
    person, organisation = story.person, story.organisation
    bot = story.agent("bot")
    story.share_everything()
    by_agent, by_bot = agent.accept(offer), bot.refuse(offer)
    agent.hear(by_bot)
    bot.hear(by_agent)
    told = settled(story).exactly(owes=["V"])
    told.at("A", by_agent, phase="agreed").at("A", by_bot, phase="idle")
    told.at("B", by_bot, phase="idle").at("B", by_agent, phase="idle")
    told.end(phase="idle", proposals={offer: "dead"}).add(
        add,
        "agents-refusal-crosses-another-agents-accept",
        "A5",
        "One agent accepts, another refuses: of equals the refusal wins. Careless: agents only "
        "deny for themselves.",
    )


def _not_yours(add: Add) -> None:
    story, person, organisation, offer = offered()
    retract = person.retract(offer)
    told = settled(story).void({retract: "deny-not-yours"}).exactly(owes=["P", "V"])
    told.end(phase="offered", offers=[offer]).add(
        add,
        "retract-by-the-other-side",
        "V3",
        "P retracts V's offer. Careless: a denial by either side counts, it only takes away.",
    )
    story, person, organisation, offer = offered()
    refusal = organisation.refuse(offer)
    told = settled(story).void({refusal: "deny-not-yours"}).exactly(owes=["P"])
    told.end(phase="offered", offers=[offer]).add(
        add,
        "refusal-by-the-proposer",
        "V3",
        "V refuses its own offer in place of retracting it. Careless: it comes to the same.",
    )


def _understated(add: Add) -> None:
    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    organisation.hear(accept)
    retract = organisation.retract(offer, unseen=[accept])
    told = settled(story).void({}).exactly(owes=["P", "V"])
    told.at("P", retract, phase="idle").end(phase="idle", proposals={offer: "dead"}).add(
        add,
        "retract-that-understates",
        "K3",
        "V holds the accept and retracts without naming it: before a confirmation it may, and "
        "nobody can tell. Careless: the receiver knows that V had the accept and judges by "
        "that, against V's own signed word.",
    )
    late = organisation.ack()
    told = settled(story).void({}).exactly(owes=["P"], confirms={})
    told.at("P", late, phase="idle").end(phase="idle").add(
        add,
        "retract-that-understates-then-names",
        "K3",
        "After it V names the accept. Careless: it confirms what was just retracted.",
    )

    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    organisation.hear(accept)
    organisation.ack()
    confirmed = story.named["V2"]
    retract = organisation.retract(offer)
    told = settled(story).void({retract: "deny-accepted"})
    told.exactly(owes=["P"], confirms={confirmed: [offer]})
    told.end(phase="active", tip=offer).add(
        add,
        "retract-after-confirmation",
        "V3",
        "V retracts what it confirmed. Careless: a retract ends an agreement.",
    )


def _narrowing(add: Add) -> None:
    story, agent, offer = with_agent(SERVICE, MARKETING)
    person, organisation = story.person, story.organisation
    accept = agent.accept(offer)
    refusal = person.refuse(offer, MARKETING)
    organisation.hear(accept, refusal)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.at("A", accept, withdrawn={accept: []})
    told.at("A", refusal, withdrawn={accept: [MARKETING]})
    told.end(phase="active", tip=offer, withdrawn={accept: [MARKETING]}).add(
        add,
        "refusal-of-some-purposes",
        "T5",
        "P refuses one purpose of an offer while its agent accepts all of it: agreed, without "
        "that purpose. Careless: it is all refused, or all granted.",
    )
    amendment = agree(organisation, agent, SERVICE, MARKETING, base=offer)
    again = story.named["A2"]
    told = settled(story).exactly(confirms={ack: [offer], "V4": [amendment]}, owes=["P"])
    told.end(phase="active", tip=amendment, withdrawn={again: []}).add(
        add,
        "refusal-narrows-that-proposal-alone",
        "T5",
        "What was refused is granted in an amendment, by the agent. Careless: a refusal of some "
        "purposes binds the thread like a revoke.",
    )

    story, person, organisation, offer = offered(SERVICE, MARKETING)
    refusal = person.refuse(offer, MARKETING)
    told = settled(story).exactly(owes=["V"])
    told.end(phase="offered", offers=[offer], proposals={offer: "open"}).add(
        add,
        "refusal-of-some-purposes-leaves-it-open",
        "S5",
        "A refusal of some purposes before any accept: the offer stays open. Careless: it is "
        "DEAD like any refused one.",
    )
    accept = person.accept(offer)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.at("V", refusal, phase="offered")
    told.end(phase="active", tip=offer, withdrawn={accept: []}).add(
        add,
        "accept-knowing-of-the-refusal",
        "T5",
        "P accepts all of it after all, knowing of its refusal: all is granted. Careless: what "
        "was once refused stays out.",
    )


def _narrowing_and_agents(add: Add) -> None:
    story, agent, offer = with_agent(SERVICE, MARKETING)
    person, organisation = story.person, story.organisation
    accept = person.accept(offer)
    refusal = agent.refuse(offer, MARKETING)
    organisation.hear(accept, refusal)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.end(phase="active", withdrawn={accept: []}).add(
        add,
        "agents-narrowing-and-its-leads-accept",
        "T5",
        "The agent refuses one purpose while P accepts all: P's grant is whole. Careless: any "
        "first-party refusal narrows any grant.",
    )

    story, agent, offer = with_agent(SERVICE, MARKETING)
    bot = story.agent("bot")
    person, organisation = story.person, story.organisation
    story.share_everything()
    by_agent = agent.accept(offer)
    by_person = person.accept(offer)
    narrowed = bot.refuse(offer, MARKETING)
    organisation.hear(by_agent, by_person, narrowed)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.end(phase="active", withdrawn={by_agent: [MARKETING], by_person: []}).add(
        add,
        "narrowing-grant-by-grant",
        "T5",
        "P and an agent accept, another agent refuses one purpose: it narrows the agent's grant "
        "and not P's, so the purpose is granted. Careless: narrowings are summed over the "
        "agreement.",
    )


def _never_narrowed(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE, MARKETING)
    organisation.hear(offer)
    refusal = organisation.refuse(offer, MARKETING)
    accept = organisation.accept(offer)
    person.hear(accept)
    ack = person.ack()
    told = settled(story).void({}).exactly(confirms={ack: [offer]})
    told.at("P", refusal, phase="offered")
    told.end(phase="active", withdrawn={offer: []}).add(
        add,
        "second-partys-refusal-of-some-purposes",
        "T5",
        "The organisation refuses one purpose of the person's offer and accepts it: a record, "
        "it narrows nothing. Careless: either side's refusal narrows.",
    )

    story, agent, offer = with_agent(SERVICE, MARKETING)
    person, organisation = story.person, story.organisation
    by_agent = agent.accept(offer)
    person.hear(by_agent)
    refusal = person.refuse(offer, MARKETING)
    organisation.hear(by_agent)
    ack = organisation.ack()
    told = settled(story).void({refusal: "deny-accepted"})
    told.exactly(confirms={ack: [offer]}, owes=["P", "V"])
    told.end(phase="active", withdrawn={by_agent: []}).add(
        add,
        "narrowing-after-acceptance",
        "V3",
        "P refuses one purpose knowing that its agent accepted all: void, as a full refusal "
        "would be; P revokes the purpose. Careless: narrowing is not judged like a refusal.",
    )
