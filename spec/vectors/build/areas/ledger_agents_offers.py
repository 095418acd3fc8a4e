"""Offers an agent makes, accepts or refuses, beside its lead's."""

from collections.abc import Callable
from typing import Any

from build.areas.ledger_agents import helped
from build.signed import MARKETING, SERVICE, UNTIL, SignedStory
from build.tellings import everybody

Add = Callable[..., Any]
THREAD = "A6 Where a thread stands in M"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _second_side,
        _two_confirm,
        _silent,
        _not_its_leads_offer,
        _own_side,
        _refuses,
        _lead_refuses,
        _order,
        _order_of_agents,
    ):
        one(add)


def _second_side(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    assistant = story.agent("broker", of=organisation)
    person.hear_all(assistant)
    offer = person.propose(SERVICE)
    assistant.hear(offer)
    organisation.hear(offer)
    accept = assistant.accept(offer)
    rotation = assistant.rotate()
    person.hear(accept, rotation)
    ack = person.ack()
    (
        everybody(story)
        .void({accept: "second-agent"})
        .end(phase="offered", tip=None, offers=[offer])
        .exactly(owes=["V"], confirms={})
        .at("P", ack, phase="offered")
        .add(
            add,
            "agent-of-the-second-side",
            "B12",
            "The organisation signs agreements with its lead only: its agent's accept is void, its "
            "rotate is not. Careless: two writers on each side can agree on two things in one "
            "slot.",
        )
    )


def _two_confirm(add: Add) -> None:
    story, person, organisation, agent = helped()
    first = organisation.propose(SERVICE)
    second = organisation.propose(MARKETING, answers=first)
    person.hear(second)
    agent.hear(second)
    one, two = agent.accept(first), person.accept(second)
    organisation.hear(one, two)
    confirmation = organisation.ack()
    (
        everybody(story)
        .at("V", two, phase="agreed", pending=[first, second])
        .end(phase="active", tip=first, pending=[])
        .end(proposals={first: "confirmed", second: "agreed"})
        .exactly(confirms={confirmation: [first]})
        .add(
            add,
            "agent-and-lead-accept-two-offers",
            "B1",
            "Agent and lead accept one of two offers each. One ack confirms the winner of the slot "
            "alone, the earlier of the organisation's offers. Careless: an ack confirms every "
            "agreed proposal, and two are in force.",
        )
    )


def _silent(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    accept = organisation.accept(offer)
    person.hear(accept)
    confirmation = person.ack()
    unwanted = agent.propose(MARKETING, answers=offer)
    person.hear(unwanted)
    retract = person.retract(unwanted)
    (
        everybody(story)
        .at("P", confirmation, phase="active", tip=offer)
        .end(phase="active", tip=offer, offers=[])
        .exactly(confirms={confirmation: [offer]}, owes=["V"])
        .at("P", retract, phase="active")
        .add(
            add,
            "agent-silent",
            "B21",
            "The agent proposed and says nothing more: its lead confirms for it, and takes another "
            "of its offers back. Careless: only the very writer of a proposal does.",
        )
    )


def _not_its_leads_offer(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = person.propose(SERVICE)
    agent.hear(offer)
    retract = agent.retract(offer)
    organisation.hear(offer)
    accept = organisation.accept(offer)
    agent.hear(accept)
    ack = agent.ack()
    (
        everybody(story)
        .void({retract: "deny-not-yours"})
        .end(phase="agreed", tip=None, pending=[offer])
        .exactly(confirms={}, owes=["P", "V"])
        .at("A", ack, phase="agreed")
        .add(
            add,
            "agent-and-its-leads-offer",
            "A4 Facts, fixed by a statement's own past",
            "An agent neither retracts nor confirms what its lead proposed. Careless: any writer "
            "of the side may.",
        )
    )


def _own_side(add: Add) -> None:
    story, person, _, agent = helped()
    offer = person.propose(SERVICE)
    agent.hear(offer)
    accept = agent.accept(offer)
    (
        everybody(story)
        .void({accept: "accept-own-side"})
        .end(phase="offered", tip=None)
        .exactly(owes=["V"])
        .add(
            add,
            "agent-accepts-its-own-side",
            "A4 Facts, fixed by a statement's own past",
            "An agent accepts its lead's offer: one side has signed twice. Careless: another "
            "writer is another side.",
        )
    )


def _refuses(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    agent.hear(offer)
    accept = person.accept(offer)
    refusal = agent.refuse(offer)
    organisation.hear(accept)
    confirmation = organisation.ack()
    (
        everybody(story)
        .at("A", refusal, phase="idle", proposals={offer: "dead"})
        .at("V", confirmation, phase="active")
        .end(phase="active", tip=offer)
        .exactly(confirms={confirmation: [offer]}, owes=["V"])
        .add(
            add,
            "agent-refusal-crosses-its-leads-accept",
            "B5",
            "An agent refuses what its lead accepts, neither knowing: the lead's accept stands. "
            "Careless: a refusal brings down every accept of its side.",
        )
    )


def _lead_refuses(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    agent.hear(offer)
    organisation.hear(agent.accept(offer))
    confirmation = organisation.ack()
    refusal = person.refuse(offer)
    (
        everybody(story)
        .at("V", confirmation, phase="active")
        .at("P", refusal, phase="idle")
        .end(phase="idle", tip=None, proposals={offer: "lapsed"}, duties=[offer])
        .exactly(owes=["V"])
        .add(
            add,
            "agent-accept-crosses-its-leads-refusal",
            "B5",
            "The other way round: the lead's refusal brings down its agent's accept. It was "
            "confirmed, so it lapsed, and its duties are owed. Careless: dead, with no duties, or "
            "a confirmed agreement that a refusal cannot touch.",
        )
    )


def _order(add: Add) -> None:
    story, person, organisation, agent = helped()
    root = organisation.propose(SERVICE)
    person.hear(root)
    agent.hear(root)
    agents = agent.propose(SERVICE, answers=root)
    person.ack()
    leads = person.propose(MARKETING, answers=root)
    organisation.hear(agents, leads)
    blind = organisation.accept(agents)
    late = organisation.accept(leads)
    twin = person.accept(root)
    (
        everybody(story)
        .void({late: "accept-not-live"})
        .at("V", blind, phase="agreed", pending=[agents])
        .end(phase="agreed", pending=[agents, root])
        .exactly(owes=["P", "V"])
        .at("P", twin, phase="agreed", pending=[root])
        .add(
            add,
            "agent-offer-before-the-second-partys",
            THREAD,
            "Two proposals of one slot are agreed: the agent's, which is the first party's own, "
            "and the organisation's, which was earlier. The first party's own comes first. "
            "Careless: the earlier, or a lead's before any agent's whatever its side.",
        )
    )


def _order_of_agents(add: Add) -> None:
    story, person, organisation, agent = helped()
    broker = story.agent("broker")
    organisation.hear_all(broker)
    root = person.propose(SERVICE, until=UNTIL)
    agent.hear(root)
    broker.hear(root)
    later = broker.propose(SERVICE, answers=root)
    for _ in range(3):
        agent.ack()
    earlier = agent.propose(MARKETING, answers=root)
    organisation.hear(later)
    one = organisation.accept(later)
    organisation.hear(earlier)
    other = organisation.accept(earlier)
    (
        everybody(story)
        .void({other: "accept-not-live"})
        .end(phase="agreed", pending=[later])
        .at("V", one, phase="agreed", pending=[later])
        .exactly(owes=["P", "V"])
        .add(
            add,
            "agent-second-accept-in-a-slot",
            "B18",
            "The organisation accepts one agent's offer and then the other's, though the slot "
            "holds something agreed that it knows. Careless: each proposal is looked at by itself.",
        )
    )
