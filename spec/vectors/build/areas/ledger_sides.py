"""What one lead does to the agent of the other side."""

from collections.abc import Callable
from typing import Any

from build.areas.ledger_agents import helped
from build.signed import SERVICE, agree
from build.tellings import everybody

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_grant, _void):
        one(add)


def _grant(add: Add) -> None:
    story, _, organisation, agent = helped()
    offer = agent.propose(SERVICE)
    organisation.undelegate(organisation.delegate(agent))
    organisation.hear(offer)
    agent.hear(organisation.accept(offer))
    agent.ack()
    (
        everybody(story)
        .end(phase="active", tip=offer)
        .exactly(owes=["P"], dismissed=["A"])
        .add(
            add,
            "agent-of-the-other-side-undelegated",
            "A5 Where a proposal stands in M",
            "The organisation names the person's agent, and takes that back before it has seen the "
            "agent's offer. What the agent granted for the person stands. Careless: whoever is "
            "undelegated by anybody has granted nothing.",
        )
    )


def _void(add: Add) -> None:
    story, _, organisation, agent = helped()
    undelegation = organisation.undelegate(organisation.delegate(agent))
    agent.hear(undelegation)
    offer = agree(agent, organisation)
    (
        everybody(story)
        .end(phase="active", tip=offer)
        .exactly(owes=["P"], dismissed=["A"])
        .add(
            add,
            "agent-of-the-other-side-goes-on",
            "A2 What exists, what has an effect",
            "The person's agent has seen that the organisation named it and took that back; it "
            "goes on for the person. Careless: its delegation is taken back by the other lead.",
        )
    )
