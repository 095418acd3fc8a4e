"""Agents: what a delegation covers, and what an agent's word is worth beside its lead's."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, SERVICE, SignedStory, agree, terms
from build.tellings import everybody
from linkcontract.limits import DAY
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]
AGENTS = "A2 What exists, what has an effect"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _agrees,
        _types,
        _terms,
        _count,
        _count_of_void,
        _new_delegation,
        _until,
        _no_leave_needed,
        _leads_things,
        _names_no_agents,
        _lead_as_agent,
        _eighth_agent,
    ):
        one(add)


def helped(**limits: Any) -> tuple[SignedStory, Desk, Desk, Desk]:
    """A story in which the person has an agent and everybody knows."""
    story = SignedStory()
    agent = story.agent(**limits)
    story.organisation.hear_all(agent)
    story.person.hear_all(agent)
    return story, story.person, story.organisation, agent


def _agrees(add: Add) -> None:
    story, _, organisation, agent = helped()
    agreement = agree(agent, organisation)
    confirmation = agent.ledger.feed(agent.party)[-1]
    (
        everybody(story, late=True)
        .end(phase="active", tip=agreement)
        .exactly(confirms={confirmation: [agreement]}, owes=["P"])
        .add(
            add,
            "agent-agrees",
            AGENTS,
            "An agent proposes, the organisation accepts, the agent confirms: its lead need not "
            "say anything for that, though it owes an acknowledgement of its own. Careless: only "
            "leads count.",
        )
    )


def _types(add: Add) -> None:
    story, _, organisation, agent = helped(types=["refuse"])
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    accept = agent.accept(offer)
    refusal = agent.refuse(offer)
    (
        everybody(story)
        .void({accept: "not-delegated"})
        .end(phase="idle", proposals={offer: "dead"})
        .exactly(owes=["P", "V"])
        .at("A", refusal, phase="idle")
        .add(
            add,
            "agent-signs-its-types-only",
            AGENTS,
            "The agent was given refuse: its accept is void, its refusal counts. Careless: a "
            "delegation is a delegation.",
        )
    )


def _terms(add: Add) -> None:
    story, _, organisation, agent = helped(terms=[terms(SERVICE).id])
    wanted, unwanted = organisation.propose(SERVICE), organisation.propose(MARKETING)
    agent.hear(unwanted)
    wrong = agent.accept(unwanted)
    made = agent.propose(MARKETING)
    right = agent.accept(wanted)
    organisation.hear_all(agent)
    confirmation = organisation.ack()
    (
        everybody(story)
        .void({wrong: "not-delegated", made: "not-delegated"})
        .at("A", right, thread=wanted, phase="agreed")
        .end(wanted, phase="active", tip=wanted)
        .end(unwanted, phase="offered", tip=None)
        .exactly(confirms={confirmation: [wanted]}, owes=["P"])
        .add(
            add,
            "agent-signs-its-terms-only",
            AGENTS,
            "The delegation lists one terms map. The agent can neither accept nor propose another. "
            "Careless: `terms` limits accepts only.",
        )
    )


def _count(add: Add) -> None:
    story, _, _, agent = helped(count=2)
    one, two, three = (agent.propose(SERVICE) for _ in range(3))
    (
        everybody(story)
        .void({three: "not-delegated"})
        .end(one, phase="offered")
        .end(two, phase="offered")
        .exactly(owes=["V"])
        .add(
            add,
            "agent-count",
            AGENTS,
            "Two statements were allowed and the third is void. The ack with which the agent began "
            "does not count. Careless: every statement counts, or the limit is one too high.",
        )
    )


def _count_of_void(add: Add) -> None:
    story, _, organisation, agent = helped(types=["accept", "refuse"], count=1)
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    wrong = agent.accept(offer, terms_id=terms(MARKETING).id)
    right = agent.accept(offer)
    (
        everybody(story)
        .void({wrong: "accept-terms", right: "not-delegated"})
        .end(phase="offered", tip=None)
        .exactly(owes=["P", "V"])
        .add(
            add,
            "agent-count-of-void-statements",
            AGENTS,
            "The one statement the agent had is void for the terms it names; that counts as well, "
            "since whether it is void may hang on a body somebody erased. Careless: only effective "
            "statements are counted.",
        )
    )


def _new_delegation(add: Add) -> None:
    story, person, organisation, agent = helped(types=["accept"], count=1)
    offer, other = organisation.propose(SERVICE), organisation.propose(MARKETING)
    agent.hear(other)
    first = agent.accept(offer)
    late = agent.accept(other)
    person.hear(late)
    agent.hear(person.delegate(agent, types=["accept"], count=1))
    again = agent.accept(other)
    (
        everybody(story)
        .void({late: "not-delegated"})
        .at("A", first, thread=offer, phase="agreed")
        .at("A", again, thread=other, phase="agreed")
        .exactly(owes=["V"])
        .add(
            add,
            "agent-delegated-again",
            AGENTS,
            "A second delegation of the same agent covers one statement more. Careless: the first "
            "one it finds is the delegation, or all its statements count against every one.",
        )
    )


def _until(add: Add) -> None:
    story = SignedStory()
    end = story.now + DAY
    agent = story.agent(until=end)
    story.organisation.hear_all(agent)
    last = agent.propose(SERVICE, at=end - 1_000)
    edge = agent.propose(SERVICE, at=end)
    late = agent.propose(SERVICE, at=end + 1_000)
    (
        everybody(story)
        .end(last, phase="offered")
        .void({late: "not-delegated"})
        .end(edge, phase="offered")
        .exactly(owes=["V"])
        .add(
            add,
            "agent-until",
            AGENTS,
            "A delegation runs until a time by the agent's own clock. Careless: the lead's clock, "
            "or the present, is compared.",
        )
    )


def _no_leave_needed(add: Add) -> None:
    story, person, _, agent = helped(types=["accept"])
    dismissal = person.undelegate(agent)
    agent.hear(dismissal)
    rotation, ack = agent.rotate(), agent.ack()
    (
        everybody(story)
        .at("A", rotation, dismissed=["A"])
        .exactly(dismissed=["A"], void={}, owes=["V"])
        .at("A", ack, result="held")
        .add(
            add,
            "agent-rotates-without-leave",
            AGENTS,
            "Rotating and acknowledging need no delegation and are possible after a dismissal. "
            "Careless: whatever a dismissed agent signs is void, and its stolen key never rotated.",
        )
    )


def _leads_things(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    everything, some = agent.revoke(None), agent.revoke(None, SERVICE)
    own = agent.revoke(agreement, MARKETING)
    (
        everybody(story)
        .void({everything: "lead-only", some: "lead-only"})
        .end(phase="active", tip=agreement, withdrawn={agreement: [MARKETING]})
        .exactly(owes=["V"])
        .at("A", own, phase="active")
        .add(
            add,
            "agent-revokes-in-a-thread-only",
            AGENTS,
            "An agent that may revoke does so in one thread; relationship-wide revokes are a "
            "lead's. Careless: the type is covered, so anything of it is.",
        )
    )


def _names_no_agents(add: Add) -> None:
    story, _, _, agent = helped()
    other = Desk(story, story.party("broker"))
    named = agent.delegate(other)
    dismissal = agent.undelegate(agent)
    (
        everybody(story)
        .void({named: "lead-only", dismissal: "lead-only"})
        .exactly(owes=["V"])
        .add(
            add,
            "agent-names-no-agents",
            AGENTS,
            "An agent neither names nor dismisses agents. Careless: delegations nest.",
        )
    )


def _lead_as_agent(add: Add) -> None:
    story = SignedStory()
    named = story.person.delegate(story.organisation)
    (
        everybody(story)
        .void({named: "delegate-lead"})
        .exactly(owes=["V"])
        .add(
            add,
            "agent-is-no-lead",
            AGENTS,
            "A lead is nobody's agent: the person names the organisation. Careless: the "
            "organisation may then accept its own offers.",
        )
    )


def _eighth_agent(add: Add) -> None:
    story = SignedStory()
    person = story.person
    names = ("Ann", "Bob", "Cyd", "Dot", "Eve", "Fay", "Gil", "Hal")
    agents = [Desk(story, story.party(name)) for name in names]
    delegations = [person.delegate(agent) for agent in agents]
    again = person.delegate(agents[0])
    (
        everybody(story)
        .void({delegations[-1]: "delegate-limit"})
        .exactly(owes=["V"])
        .at("P", again, result="held")
        .add(
            add,
            "agent-eighth",
            AGENTS,
            "At most seven different agents stand in one lead's chain: the eighth is void, the "
            "first may be named once more. Careless: delegations are counted, not agents.",
        )
    )
