"""Which of several proposals in one slot wins, and what agents may do about their lead's (T2)."""

from collections.abc import Callable
from typing import Any

from build.schedules import settled
from build.signed import MARKETING, RESEARCH, SERVICE, SignedStory

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (_silent, _agents, _sides, _thawed):
        vectors(add)


def _silent(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    silent = agent.propose(SERVICE)
    organisation.hear(silent)
    organisation.accept(silent)
    person.hear_all(organisation)
    ack = person.ack()
    told = settled(story).exactly(confirms={ack: [silent]})
    told.end(phase="active", tip=silent).add(
        add,
        "b21-lead-confirms-for-its-agent",
        "B21",
        "An agent proposes and falls silent; its lead's next statement confirms. Careless: only "
        "the proposer confirms, and the slot stays blocked.",
    )
    unwanted = agent.propose(MARKETING, base=silent)
    person.hear(unwanted)
    retract = person.retract(unwanted)
    told = settled(story).void({}).exactly(owes=["V"])
    told.at("V", retract, result="held")
    told.end(phase="active", offers=[], proposals={unwanted: "dead"}).add(
        add,
        "b21-lead-retracts-for-its-agent",
        "B21",
        "A lead takes its agent's offer back. Careless: only the proposer retracts.",
    )

    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    of_lead, of_agent = person.propose(SERVICE), agent.propose(SERVICE)
    organisation.hear(of_lead, of_agent)
    organisation.accept(of_lead)
    organisation.accept(of_agent)
    agent.hear_all(organisation)
    ack = agent.ack()
    told = settled(story).exactly(confirms={ack: [of_agent]}, owes=["P"])
    told.end(of_lead, phase="agreed").end(of_agent, phase="active").add(
        add,
        "agent-confirms-its-own-alone",
        "V4",
        "An agent acknowledges the accept of its own offer and of its lead's: it confirms its "
        "own. Careless: any writer of the side confirms.",
    )
    retract = agent.retract(of_lead)
    told = settled(story).void({retract: "deny-not-yours"})
    told.exactly(confirms={ack: [of_agent]}, owes=["P", "V"])
    told.end(of_lead, phase="agreed").add(
        add,
        "agent-retracts-nothing-of-its-lead",
        "V3",
        "An agent retracts its lead's offer. Careless: any writer of the side retracts.",
    )


def _agents(add: Add) -> None:
    story = SignedStory()
    one, other = story.agent("agent"), story.agent("bot")
    person, organisation = story.person, story.organisation
    root = organisation.propose(RESEARCH)
    story.share_everything()
    of_bot = other.propose(MARKETING, answers=root)
    for _ in range(3):
        one.ack()
    of_agent = one.propose(SERVICE, answers=root)
    for _ in range(5):
        person.ack()
    of_lead = person.propose(SERVICE, MARKETING, answers=root)
    organisation.hear(of_bot)
    organisation.accept(of_bot)
    story.share_everything()
    told = settled(story).exactly(owes=["P", "V"], confirms={})
    told.end(phase="agreed", pending=[of_bot], offers=[])
    told.end(proposals=dict.fromkeys((of_agent, of_lead, root), "dead")).add(
        add,
        "agreed-blocks-the-slot",
        "V2",
        "Four proposals stand in one slot and one is accepted: the others can no longer be. "
        "Careless: they stay open until a confirmation.",
    )

    story = SignedStory()
    one, other = story.agent("agent"), story.agent("bot")
    person, organisation = story.person, story.organisation
    theirs = [organisation.propose(SERVICE)]
    theirs.append(organisation.propose(MARKETING, answers=theirs[0]))
    theirs.append(organisation.propose(RESEARCH, answers=theirs[0]))
    story.share_everything()
    person.accept(theirs[2])
    one.accept(theirs[1])
    other.accept(theirs[0])
    organisation.hear_all(person, one, other)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [theirs[0]]})
    told.at("P", "V1", phase="offered").end(tip=theirs[0], phase="active")
    told.end(proposals=dict.fromkeys(theirs[1:], "agreed")).add(
        add,
        "earlier-in-its-writers-chain",
        "T2",
        "Three offers of one writer are accepted at once by P and two agents. The earliest in "
        "its writer's chain wins, whoever accepted it and whatever its CID. Careless: the lowest "
        "CID, which can be ground, or the lead's accept decides.",
    )


def _sides(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    root = organisation.propose(RESEARCH)
    story.share_everything()
    of_agent = agent.propose(SERVICE, answers=root)
    organisation.hear(of_agent)
    accept = organisation.accept(of_agent)
    by_person = person.accept(root)
    told = settled(story).exactly(owes=["P", "V"], confirms={})
    told.at("V", accept, pending=[of_agent]).at("P", by_person, pending=[root])
    told.end(phase="agreed", pending=[of_agent, root]).add(
        add,
        "agents-offer-before-the-second-partys",
        "T2",
        "An agent's offer and V's are agreed at once: the first party's own comes before the "
        "second's, be it an agent's. Careless: a lead's proposal comes before any agent's.",
    )


def _thawed(add: Add) -> None:
    """Two proposals of the first side agreed in one slot: the second side accepts one while the
    other's writer has forked, and then that fork is healed by a rotation."""
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    root = organisation.propose(RESEARCH)
    story.share_everything()
    liar = agent.twin()
    of_agent = agent.propose(SERVICE, answers=root)
    for _ in range(3):
        person.ack()
    of_lead = person.propose(MARKETING, answers=root)
    organisation.hear(of_agent)
    organisation.accept(of_agent)
    organisation.hear(liar.ack(), of_lead)
    contested = organisation.accept(of_lead)
    healed = agent.rotate()
    told = settled(story).void({}).exactly(owes=["P", "V"], confirms={})
    told.exactly(forks=[{"statements": ["A1", "A1b"], "defended": True, "convicts": False}])
    told.at("V", contested, pending=[of_lead], convicted=["A"], tainted=["A1", "A1b"])
    told.at("V", healed, pending=[of_lead, of_agent], convicted=[])
    told.end(phase="agreed", tainted=["A1b"]).add(
        add,
        "leads-offer-before-its-agents",
        "T2",
        "V accepted the agent's offer, then, while the agent's chain was contested, P's; the "
        "agent's rotation makes its offer clean again. Of the two the lead's wins, though "
        "later in its chain. Careless: seq decides, or what was agreed first.",
    )

    story = SignedStory()
    first, second = story.agent("agent"), story.agent("bot")
    person, organisation = story.person, story.organisation
    root = organisation.propose(RESEARCH)
    story.share_everything()
    liar = second.twin()
    of_second = second.propose(SERVICE, answers=root)
    for _ in range(3):
        first.ack()
    of_first = first.propose(MARKETING, answers=root)
    organisation.hear(of_second)
    organisation.accept(of_second)
    organisation.hear(liar.ack(), of_first)
    organisation.accept(of_first)
    second.rotate()
    told = settled(story).void({}).exactly(owes=["P", "V"], confirms={})
    told.exactly(forks=[{"statements": ["B1", "B1b"], "defended": True, "convicts": False}])
    told.end(phase="agreed", pending=[of_first, of_second], tainted=["B1b"]).add(
        add,
        "agent-delegated-earlier",
        "T2",
        "The same between two agents: the one delegated earlier wins, though its offer is later "
        "in its chain. Careless: the seqs of two different chains are compared.",
    )
