"""Suspend and resume (T3)."""

from collections.abc import Callable
from typing import Any

from build.schedules import settled
from build.signed import MARKETING, SERVICE, SignedStory, agree
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (_suspended, _own, _crossing, _amended, _agents, _before):
        vectors(add)


def agreed() -> tuple[SignedStory, Desk, Desk, Statement]:
    """P, V, and an agreement P2 that P proposed, in force."""
    story = SignedStory()
    agreement = agree(story.person, story.organisation)
    return story, story.person, story.organisation, agreement


def _suspended(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    use = organisation.use(agreement)
    told = settled(story).exactly(uses={use: "breach"})
    told.at("P", suspend, phase="suspended", suspends=[suspend])
    told.end(phase="suspended", tip=agreement).add(
        add,
        "suspended",
        "T3",
        "P holds the agreement back, V knows, and uses all the same. Careless: a suspension is "
        "a wish.",
    )
    resume = person.resume(suspend)
    told = settled(story).exactly(uses={use: "breach"}, owes=["V"])
    told.at("V", resume, phase="active", suspends=[]).end(phase="active").add(
        add,
        "resumed",
        "T3",
        "P lifts it again; the use under it stays a breach. Careless: what is permitted now was.",
    )

    story, person, organisation, agreement = agreed()
    suspend = organisation.suspend(agreement)
    told = settled(story).exactly(owes=["P"])
    told.end(phase="suspended", suspends=[suspend]).add(
        add,
        "suspended-by-the-second-party",
        "T3",
        "The organisation holds the agreement back. Careless: only the person can.",
    )


def _own(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    wrong = organisation.resume(suspend)
    told = settled(story).void({wrong: "resume-not-yours"}).exactly(owes=["P", "V"])
    told.end(phase="suspended", suspends=[suspend]).add(
        add,
        "resumed-by-the-other-side",
        "T3",
        "V lifts P's suspension. Careless: whoever knows of it can.",
    )

    story, person, organisation, agreement = agreed()
    mine, theirs = person.suspend(agreement), organisation.suspend(agreement)
    person.hear(theirs)
    organisation.hear(mine)
    resume = person.resume(mine)
    told = settled(story).exactly(owes=["V"])
    told.at("V", resume, suspends=[theirs]).end(phase="suspended", suspends=[theirs]).add(
        add,
        "suspensions-of-both-sides",
        "T3",
        "Both suspend at once and one lifts its own. Careless: a thread is suspended or not, "
        "and one resume lifts both.",
    )

    story, person, organisation, agreement = agreed()
    one, other = person.suspend(agreement), person.suspend(agreement)
    resume = person.resume(other)
    told = settled(story).exactly(owes=["V"])
    told.at("P", resume, suspends=[one]).end(phase="suspended").add(
        add,
        "suspended-twice",
        "T3",
        "P suspends twice and lifts the second. Careless: the last word counts, and the first "
        "suspension is forgotten.",
    )
    again = person.resume(other)
    told = settled(story).void({}).exactly(owes=["V"])
    told.at("P", again, result="held").end(phase="suspended", suspends=[one]).add(
        add,
        "resumed-twice",
        "T3",
        "The same suspension is lifted twice, which lifts no other. Careless: resumes are "
        "counted against suspends.",
    )


def _crossing(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    unseen = agent.suspend(agreement)
    own = person.suspend(agreement)
    resume = person.resume(own)
    told = settled(story).exactly(owes=["V"])
    told.at("P", resume, phase="active").at("P", unseen, phase="suspended")
    told.end(phase="suspended", suspends=[unseen]).add(
        add,
        "b08-resume-and-a-suspension-it-never-saw",
        "B8",
        "P's resume crosses its agent's suspend: what a resume had not seen it does not lift. "
        "Careless: a resume sets a flag of the thread.",
    )
    lifted = person.resume(unseen)
    told = settled(story).exactly(owes=["V"])
    told.at("A", lifted, phase="active").end(phase="active").add(
        add,
        "lead-resumes-for-its-agent",
        "T3",
        "The lead lifts its agent's suspension. Careless: only the same writer lifts one.",
    )


def _amended(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    amendment = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    told = settled(story)
    told.end(phase="suspended", tip=amendment, suspends=[suspend]).add(
        add,
        "suspension-survives-an-amendment",
        "T3",
        "While suspended the agreement is changed: the change is confirmed, the suspension "
        "stays. Careless: a suspended thread takes no amendment, or is in force with the new "
        "one.",
    )


def _agents(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    suspend = person.suspend(agree(person, organisation))
    agent.hear(suspend)
    wrong = agent.resume(suspend)
    told = settled(story).void({wrong: "resume-not-yours"}).exactly(owes=["V"])
    told.end(phase="suspended").add(
        add,
        "agent-resumes-for-its-lead",
        "T3",
        "An agent lifts what its lead suspended. Careless: the side is all that counts.",
    )


def _before(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    suspend = person.suspend(offer)
    organisation.hear(suspend)
    told = settled(story).exactly(owes=["V"])
    told.end(phase="offered", suspends=[suspend], offers=[offer]).add(
        add,
        "suspended-before-it-is-in-force",
        "T4",
        "A suspend of a thread with nothing in force: OFFERED, and the suspension is kept. "
        "Careless: SUSPENDED without an agreement.",
    )
    accept = person.accept(offer)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.at("V", accept, phase="agreed").end(phase="suspended", tip=offer).add(
        add,
        "suspended-before-and-confirmed",
        "T4",
        "What is agreed after it comes into force suspended. Careless: a new agreement starts "
        "clean.",
    )
    end = person.terminate(offer)
    told = settled(story).exactly(confirms={ack: [offer]}, owes=["V"])
    told.at("P", end, phase="ended").end(phase="ended", suspends=[suspend]).add(
        add,
        "end-outranks-suspension",
        "T4",
        "A suspended thread is terminated: ENDED. Careless: SUSPENDED, since it was first.",
    )
