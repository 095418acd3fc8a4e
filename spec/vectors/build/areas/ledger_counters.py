"""Several proposals in one slot: counters, crossings, and which one wins (V2, V4, T2)."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, settled
from build.signed import MARKETING, SERVICE, SignedStory
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (_counters, _crossing, _winner, _late, _several_accepts, _one_name):
        vectors(add)


def two_offers() -> tuple[SignedStory, Desk, Statement, Statement]:
    """P, its agent A, V, and two offers of V in one slot that everybody knows: V1 and V2."""
    story = SignedStory()
    agent = story.agent()
    organisation = story.organisation
    organisation.hear_all(story.person, agent)
    first = organisation.propose(SERVICE)
    second = organisation.propose(MARKETING, answers=first)
    story.share_everything()
    return story, agent, first, second


def _counters(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    counter = person.propose(MARKETING, answers=offer)
    organisation.hear(counter)
    told = settled(story).exactly(owes=["V"])
    told.at("P", counter, offers=[counter, offer]).end(phase="offered").add(
        add,
        "counter-refuses-nothing",
        "V1",
        "P answers an offer with its own. Both can be accepted. Careless: a counter refuses "
        "what it answers.",
    )
    accept = organisation.accept(counter)
    person.hear(accept)
    ack = person.ack()
    told = settled(story).exactly(confirms={ack: [counter]})
    told.at("P", accept, phase="agreed", pending=[counter], offers=[])
    told.end(phase="active", tip=counter, proposals={offer: "dead", counter: "confirmed"})
    told.add(
        add,
        "counter-accepted",
        "V2",
        "The counter is accepted: the slot is taken, the offer it answered is dead. Careless: "
        "it can still be accepted, and exchanges the agreement.",
    )
    late = person.accept(offer)
    told = settled(story).void({late: "accept-not-live"}).exactly(owes=["V"])
    told.end(phase="active", tip=counter).add(
        add,
        "accept-after-the-counter-was-agreed",
        "V2",
        "P accepts the first offer knowing that its own counter is agreed. Careless: it was "
        "never refused, so it is accepted, and confirmed in the same slot.",
    )


def _crossing(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    theirs = organisation.propose(SERVICE)
    person.hear(theirs)
    own = person.propose(MARKETING, answers=theirs)
    organisation.hear(own)
    of_own = organisation.accept(own)
    of_theirs = person.accept(theirs)
    told = settled(story).exactly(owes=["P", "V"], confirms={})
    told.at("P", of_theirs, pending=[theirs]).at("V", of_own, pending=[own])
    told.end(phase="agreed", tip=None, pending=[own, theirs], duties=[own, theirs]).add(
        add,
        "accepts-cross",
        "T2",
        "Each side accepts the other's offer at once. Both are agreed; the winner is the first "
        "party's own. Careless: whichever accept came first wins, and the sides differ.",
    )
    first = person.ack()
    organisation.ack()
    told = settled(story).exactly(confirms={first: [own]})
    told.end(phase="active", tip=own, pending=[], chain=[own])
    told.end(proposals={own: "confirmed", theirs: "agreed"}).add(
        add,
        "accepts-cross-and-both-confirm",
        "V4",
        "Both sides sign again having seen both accepts: only the winner's proposer confirms "
        "anything. Careless: each confirms its own, two agreements in one slot.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    theirs = organisation.propose(SERVICE)
    own = person.propose(MARKETING)
    person.hear(theirs)
    told = settled(story).exactly(owes=["P", "V"])
    told.end(own, phase="offered").end(theirs, phase="offered").add(
        add,
        "first-offers-cross",
        "A1.6",
        "Both sides make a first offer at once: that is two threads. Careless: two offers "
        "without a base stand in one slot.",
    )


def _winner(add: Add) -> None:
    story, agent, first, second = two_offers()
    agent.accept(first)
    story.person.accept(second)
    story.organisation.hear_all(agent, story.person)
    ack = story.organisation.ack()
    told = settled(story).exactly(confirms={ack: [first]})
    told.end(phase="active", tip=first)
    told.end(proposals={first: "confirmed", second: "agreed"}, pending=[]).add(
        add,
        "b01-one-ack-confirms-the-winner",
        "B1",
        "V offers two, the agent accepts one and P the other, and V acknowledges both at once: "
        "the earlier offer is confirmed, alone. Careless: one ack confirms both.",
    )

    story, agent, first, second = two_offers()
    person, organisation = story.person, story.organisation
    of_second = person.accept(second)
    organisation.hear(of_second)
    ack = organisation.ack()
    person.hear(ack)
    late = agent.accept(first)
    told = settled(story).exactly(confirms={ack: [second]}, owes=["V"])
    told.at("P", ack, phase="active", tip=second).at("P", late, tip=second)
    told.end(phase="active", tip=second, proposals={first: "agreed"}).add(
        add,
        "b02-late-accept-does-not-flip",
        "B2",
        "The second offer is accepted and confirmed; an accept of the first, by an agent that "
        "knew nothing of it, comes late. Careless: the preferred offer takes the slot, since "
        "confirmed and agreed are sorted together.",
    )


def _late(add: Add) -> None:
    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    by_agent = agent.accept(offer)
    organisation.hear(by_agent)
    ack = organisation.ack()
    dismissal = person.undelegate(agent)
    by_person = person.accept(offer)
    person.hear_all(organisation)
    here = Told(story, {"P": story.heard(person), "V": story.heard(organisation)})
    here.exactly(side="P", owes=["V"], confirms={ack: [offer]})
    here.exactly(side="V", owes=["P"], confirms={ack: [offer]})
    here.exactly(side="P", dismissed=["A"])
    here.end(side="P", phase="agreed", tip=None, pending=[offer], withdrawn={by_person: []})
    here.end(side="V", phase="active", tip=offer).add(
        add,
        "b03-confirmed-for-the-accepts-it-saw",
        "B3",
        "V confirms the agent's accept. P had dismissed the agent and accepts itself: the "
        "confirmation does not count for P's accept, which V never saw. Careless: the offer "
        "was confirmed once, so P takes the agreement to be in force.",
    )
    organisation.hear(dismissal)
    retract = organisation.retract(offer)
    told = settled(story).void({}).exactly(owes=["P", "V"], confirms={ack: [offer]})
    told.end(dismissed=["A"], phase="offered", tip=None, duties=[offer])
    told.end(proposals={offer: "lapsed"}).at("P", retract, result="held").add(
        add,
        "b03-then-retracted",
        "B3",
        "V, which knows of the dismissal and not of P's accept, takes the offer back: it is "
        "free to. Careless: the retract is void, because something confirmed the offer.",
    )


def _several_accepts(add: Add) -> None:
    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    by_agent = agent.accept(offer)
    organisation.hear(by_agent)
    ack = organisation.ack()
    unseen = person.accept(offer)
    retract = organisation.retract(offer)
    told = settled(story).void({retract: "deny-accepted"})
    told.exactly(owes=["P", "V"], confirms={ack: [offer]})
    told.end(phase="active", tip=offer, withdrawn={by_agent: [], unseen: []}).add(
        add,
        "b04-retract-judged-for-the-proposal",
        "B4",
        "V confirmed the agent's accept, then retracts; P's own accept it had not seen. The "
        "retract is void for the proposal as a whole. Careless: it is judged accept by accept "
        "and brings down the one it did not know of.",
    )

    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    organisation.hear(person.accept(offer))
    ack = organisation.ack()
    refusal = agent.refuse(offer)
    told = settled(story).void({}).exactly(owes=["V"], confirms={ack: [offer]})
    told.at("P", refusal, result="held").end(phase="active", tip=offer).add(
        add,
        "b05-agents-refusal-and-its-leads-accept",
        "B5",
        "P accepts, V confirms, and P's agent, which knew neither, refuses. Careless: any valid "
        "refusal brings any accept down.",
    )

    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    by_agent = agent.accept(offer)
    organisation.hear(by_agent)
    ack = organisation.ack()
    person.refuse(offer)
    told = settled(story).exactly(owes=["V"], confirms={ack: [offer]})
    told.end(phase="offered", tip=None, duties=[offer], proposals={offer: "lapsed"})
    told.end(offers=["V2"]).add(
        add,
        "b05-leads-refusal-and-its-agents-accept",
        "B5",
        "The other way round: the lead's refusal does bring its agent's accept down, confirmed "
        "or not; the duties stay, and the other offer of the slot is open again. Careless: "
        "what is confirmed cannot lapse.",
    )


def _one_name(add: Add) -> None:
    story, agent, offer, _ = two_offers()
    by_agent = agent.accept(offer)
    by_person = story.person.accept(offer)
    story.organisation.hear_all(agent, story.person)
    ack = story.organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.end(phase="active", tip=offer, chain=[offer])
    told.end(withdrawn={by_agent: [], by_person: []}).add(
        add,
        "b17-one-agreement-one-name",
        "B17",
        "One offer is accepted twice, by the agent and by P: one agreement with two grants, "
        "named by its proposal. Careless: each accept makes an agreement.",
    )

    story, agent, first, second = two_offers()
    person = story.person
    by_agent = agent.accept(first)
    person.hear(by_agent)
    late = person.accept(second)
    story.organisation.hear_all(person)
    ack = story.organisation.ack()
    told = settled(story).void({late: "accept-not-live"}).exactly(owes=["P"])
    told.exactly(confirms={ack: [first]})
    told.end(phase="active", tip=first, proposals={second: "dead"}).add(
        add,
        "b18-accept-knowing-of-an-agreed-one",
        "B18",
        "P accepts the second offer knowing that its agent accepted the first. Careless: the "
        "second is open as long as nothing is confirmed.",
    )
