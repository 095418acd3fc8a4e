"""Ends and bounds: terminate now or later, `until`, and what raises a bound (T1, T6)."""

from collections.abc import Callable
from typing import Any

from build.schedules import settled
from build.signed import MARKETING, SERVICE, START, UNTIL, SignedStory, agree
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (_at_once, _later, _bounds, _several, _raised, _agents, _not_raised, _until):
        vectors(add)
    for vectors in (_crossing, _nothing_in_force):
        vectors(add)


def agreed(*purposes: str, **how: Any) -> tuple[SignedStory, Desk, Desk, Statement]:
    """P, V, and an agreement P2 that P proposed, in force."""
    story = SignedStory()
    agreement = agree(story.person, story.organisation, *purposes, **how)
    return story, story.person, story.organisation, agreement


def _at_once(add: Add) -> None:
    for side, owes in (("person", "V"), ("organisation", "P")):
        story, person, organisation, agreement = agreed()
        desk = person if side == "person" else organisation
        end = desk.terminate(agreement)
        told = settled(story).exactly(owes=[owes])
        told.at(story.writer(desk.party), end, phase="ended")
        told.end(phase="ended", tip=agreement, duties=[agreement]).add(
            add,
            f"terminate-by-the-{'first' if side == 'person' else 'second'}-party",
            "T1",
            "Either side terminates with `effective` null: the thread has ended, the duties "
            "stay. Careless: only the person ends, or the agreement is no longer named.",
        )
    for name, shift, phase, words in (
        ("at-its-own-time", 0, "ended", "its own time: that is now"),
        ("in-the-past", -DAY, "ended", "a day before its own time: that is now as well"),
        ("a-moment-later", 1, "active", "a millisecond later: that is a bound and no end"),
    ):
        story, person, organisation, agreement = agreed()
        at = story.now + DAY
        person.terminate(agreement, effective=at + shift, at=at)
        told = settled(story).exactly(owes=["V"])
        told.end(phase=phase, bound=UNTIL if phase == "ended" else at + shift).add(
            add,
            f"terminate-{name}",
            "T1",
            f"A terminate whose `effective` is {words}. Careless: it is compared with the "
            "receiver's clock.",
        )


def _later(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    terminate = organisation.terminate(agreement, effective=end)
    last = organisation.use(agreement, at=end - 1)
    late = organisation.use(agreement, at=end)
    told = settled(story).exactly(owes=["P"], uses={last: "covered", late: "breach"})
    told.at("P", terminate, phase="active", bound=end)
    told.end(phase="active", tip=agreement, bound=end).add(
        add,
        "terminate-for-later",
        "T6",
        "V terminates as from a day: ACTIVE with a bound; a use a millisecond before is "
        "covered, one at the bound a breach. Careless: it ends at once, or with a timer.",
    )
    story, person, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    person.terminate(agreement, effective=end)
    use = organisation.use(agreement, at=end + DAY)
    told = settled(story).exactly(owes=["V"], uses={use: "raced"})
    told.end(bound=end).add(
        add,
        "use-after-a-bound-it-never-saw",
        "U2",
        "P terminates as from a day, V uses after it and had not seen: raced. Careless: the "
        "bound is a fact for everybody.",
    )
    story, person, organisation, agreement = agreed()
    last = organisation.use(agreement)
    person.terminate(agreement, effective=last.at - DAY)
    told = settled(story).exactly(owes=["V"], uses={last: "raced"})
    told.end(phase="ended").add(
        add,
        "terminate-dated-back",
        "U3",
        "P terminates with a moment before a use it had not seen: raced, no breach. Careless: "
        "`effective` reaches back, and convicts.",
    )


def _bounds(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement, at=UNTIL - 1)
    late = organisation.use(agreement, at=UNTIL)
    told = settled(story).exactly(uses={use: "covered", late: "breach"})
    told.end(phase="active", bound=UNTIL).add(
        add,
        "bound-is-the-first-moment",
        "T6",
        "`until` is the first moment at which nothing is permitted, by the user's own clock. "
        "Careless: the last at which it is.",
    )
    story, person, organisation, agreement = agreed()
    person.terminate(agreement, effective=UNTIL + 30 * DAY)
    told = settled(story).exactly(owes=["V"])
    told.end(phase="active", bound=UNTIL).add(
        add,
        "terminate-after-until",
        "T6",
        "A terminate as from after `until` prolongs nothing. Careless: the latest statement "
        "about an end counts.",
    )


def _several(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    early, late = story.now + 10 * DAY, story.now + 20 * DAY
    first = person.terminate(agreement, effective=early)
    second = person.terminate(agreement, effective=late)
    told = settled(story).exactly(owes=["V"])
    told.at("P", first, bound=early).at("P", second, bound=early).end(bound=early).add(
        add,
        "terminate-twice",
        "T6",
        "P terminates as from one day, then as from a later one: the earliest bound counts. "
        "Careless: the later statement replaces the earlier.",
    )
    at_once = organisation.terminate(agreement)
    told = settled(story).exactly(owes=["P", "V"])
    told.exactly(owes=["P"])
    told.at("P", at_once, phase="ended").end(phase="ended", bound=early).add(
        add,
        "terminate-for-later-then-at-once",
        "T1",
        "The other side then terminates at once: ended. Careless: the term that was given "
        "first protects.",
    )


def _raised(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    terminate = organisation.terminate(agreement, effective=end)
    person.hear(terminate)
    amendment = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    told = settled(story)
    told.at("P", terminate, bound=end).end(tip=amendment, bound=UNTIL).add(
        add,
        "bound-agreed-over",
        "T6",
        "V, knowing of its own terminate, accepts a change: the bound is raised. Careless: a "
        "terminate binds whatever comes.",
    )

    story, person, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    amendment = person.propose(SERVICE, MARKETING, base=agreement)
    organisation.hear(amendment)
    accept = organisation.accept(amendment)
    organisation.terminate(agreement, effective=end)
    person.hear_all(organisation)
    ack = person.ack()
    told = settled(story).exactly(confirms={"P3": [agreement], ack: [amendment]})
    told.at("V", accept, bound=UNTIL).end(tip=amendment, bound=end).add(
        add,
        "bound-set-after-the-accept",
        "T6",
        "V accepts a change, then terminates as from a day; the change is confirmed after. Its "
        "grant had not seen the terminate, which binds it. Careless: the change, in force "
        "later, starts without it.",
    )
    story, person, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    terminate = person.terminate(agreement, effective=end)
    amendment = organisation.propose(SERVICE, base=agreement)
    person.hear(amendment)
    accept = person.accept(amendment)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={"P3": [agreement], ack: [amendment]})
    told.at("P", terminate, bound=end).end(tip=amendment, bound=UNTIL).add(
        add,
        "bound-raised-by-an-accept",
        "T6",
        "P terminates as from a day, then accepts a change that V proposed without knowing: P "
        "granted knowing its own terminate. Careless: the proposal had to know of it.",
    )


def _agents(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    agent.hear(person.terminate(agreement, effective=end))
    amendment = agree(agent, organisation, SERVICE, MARKETING, base=agreement)
    told = settled(story).exactly(owes=["P"])
    told.end(tip=amendment, bound=end).add(
        add,
        "bound-not-raised-by-an-agent",
        "T6",
        "P terminates as from a day; its agent, knowing of it, agrees a change. Careless: any "
        "grant of the side raises the bound.",
    )

    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    end = story.now + 30 * DAY
    own = agent.terminate(agreement, effective=end)
    person.hear(own)
    amendment = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    told = settled(story)
    told.at("A", own, bound=end).end(tip=amendment, bound=UNTIL).add(
        add,
        "lead-raises-its-agents-bound",
        "T6",
        "The agent terminates as from a day; the lead, knowing of it, agrees a change. "
        "Careless: only the same writer raises a bound.",
    )


def _not_raised(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    end = story.now + 30 * DAY
    terminate = person.terminate(agreement, effective=end)
    amendment = agent.propose(SERVICE, MARKETING, base=agreement)
    organisation.hear(terminate, amendment)
    organisation.accept(amendment)
    agent.hear_all(organisation)
    agent.ack()
    told = settled(story).exactly(owes=["P"])
    told.end(tip=amendment, bound=end).add(
        add,
        "bound-known-to-the-other-side",
        "T6",
        "Of P's terminate the agent did not know when it proposed a change; V knew when it "
        "accepted. Careless: that somebody of the two knew raises the bound.",
    )

    story, person, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    amendment = organisation.propose(SERVICE, base=agreement)
    person.hear(amendment)
    terminate = organisation.terminate(agreement, effective=end)
    person.hear(terminate)
    accept = person.accept(amendment)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={"P3": [agreement], ack: [amendment]})
    told.at("P", accept, bound=end).end(tip=amendment, bound=end).add(
        add,
        "bound-not-raised-by-a-confirmation",
        "T6",
        "V proposes a change, terminates as from a day, and confirms the change knowing of its "
        "own terminate: its grant is the proposal, which did not. Careless: the confirmation "
        "raises the bound.",
    )


def _until(add: Add) -> None:
    story, person, organisation, agreement = agreed(until=START + DAY)
    offer = organisation.propose(SERVICE, base=agreement, until=START + 2 * DAY)
    person.hear(offer)
    told = settled(story).exactly(owes=["P"])
    told.end(bound=START + DAY, offers=[offer], bounds={agreement: START + DAY}).add(
        add,
        "offers-set-no-bound",
        "T6",
        "An offer that nobody accepted bounds nothing. Careless: every proposal of the thread "
        "is asked for its bound.",
    )


def _crossing(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    end, revoke = organisation.terminate(agreement), person.revoke(agreement)
    told = settled(story).exactly(owes=["P", "V"])
    told.at("P", revoke, phase="ended").at("V", end, phase="ended")
    told.end(phase="ended").add(
        add,
        "ends-cross",
        "T1",
        "Both sides end the thread at once. Careless: the second end is void in a thread that "
        "has ended.",
    )
    again = person.terminate(agreement)
    told = settled(story).void({}).exactly(owes=["V"])
    told.at("P", again, result="held").end(phase="ended").add(
        add,
        "end-twice",
        "T1",
        "P ends what has ended: valid, and without effect. Careless: void, so that it pays no "
        "debt.",
    )

    story, person, organisation, agreement = agreed()
    end = organisation.terminate(agreement)
    suspend = person.suspend(agreement)
    lifted = person.resume(suspend)
    told = settled(story).exactly(owes=["P", "V"])
    told.at("P", lifted, phase="active").at("P", end, phase="ended").end(phase="ended").add(
        add,
        "resume-undoes-no-end",
        "T1",
        "A resume crosses an end. Careless: the thread is active again for whoever hears the "
        "resume last.",
    )


def _nothing_in_force(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    end = person.terminate(offer)
    told = settled(story).exactly(owes=["V"])
    told.at("V", end, offers=[]).end(phase="ended", tip=None, proposals={offer: "dead"})
    told.end(bound=None, duties=[]).add(
        add,
        "terminate-before-anything-is-in-force",
        "T1",
        "P terminates a thread in which there is only an offer. Careless: there is nothing to "
        "end, and the offer stays open.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    end = organisation.terminate(offer)
    accept = person.accept(offer)
    told = settled(story).exactly(owes=["P", "V"])
    told.at("P", accept, phase="agreed").at("P", end, phase="ended")
    told.end(phase="ended", pending=[offer], offers=[], duties=[offer]).add(
        add,
        "terminate-crosses-an-accept",
        "T1",
        "V terminates while P accepts: ended, and what was agreed is named and owed. Careless: "
        "AGREED, and confirmed by V's next statement.",
    )
    ack = organisation.ack()
    told = settled(story).exactly(owes=["P"], confirms={ack: [offer]})
    told.end(phase="ended", tip=offer, duties=[offer]).add(
        add,
        "confirmed-after-the-end",
        "V4",
        "V's next statement has seen the accept: it confirms, and the thread stays ended. "
        "Careless: a confirmation after the end brings the agreement into force.",
    )
