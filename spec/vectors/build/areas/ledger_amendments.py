"""Agreements that change: amendments, what crosses them, renewals (V1, T2, T5, T6)."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, settled
from build.signed import MARKETING, RESEARCH, SERVICE, START, UNTIL, SignedStory, agree
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (
        _amended,
        _pending,
        _bases,
        _second_rounds,
        _crossing,
        _several,
        _renewed,
        _ended,
    ):
        vectors(add)


def agreed(*purposes: str, **how: Any) -> tuple[SignedStory, Desk, Desk, Statement]:
    """P, V, and an agreement P2 that P proposed, in force."""
    story = SignedStory()
    agreement = agree(story.person, story.organisation, *purposes, **how)
    return story, story.person, story.organisation, agreement


def _amended(add: Add) -> None:
    story, person, organisation, one = agreed()
    two = organisation.propose(SERVICE, MARKETING, base=one)
    person.hear(two)
    told = settled(story).exactly(owes=["P"])
    told.end(phase="active", tip=one, offers=[two], pending=[]).add(
        add,
        "amendment-offered",
        "T2",
        "A change of the agreement in force is offered: nothing changes yet. Careless: the "
        "thread is OFFERED, and the agreement suspended.",
    )
    accept = person.accept(two)
    told = settled(story).exactly(owes=["V"])
    told.at("P", accept, phase="active", tip=one, pending=[two])
    told.end(phase="active", tip=one, chain=[one], duties=[one, two], offers=[]).add(
        add,
        "amendment-agreed",
        "T5",
        "Both signed the change, and nobody confirmed it: the old agreement is in force, the "
        "new one narrows it, the duties of both are owed. Careless: the change is in force.",
    )
    ack = organisation.ack()
    told = settled(story).exactly(confirms={"P3": [one], ack: [two]})
    told.at("V", ack, tip=two, pending=[])
    told.end(phase="active", tip=two, chain=[one, two], duties=[one, two]).add(
        add,
        "amendment-confirmed",
        "T2",
        "The change is confirmed: it is the tip, and the chain leads to it. Careless: the "
        "duties of what it replaced are gone.",
    )
    use = organisation.use(one)
    told = settled(story).exactly(uses={use: "breach"})
    told.end(phase="active", tip=two).add(
        add,
        "use-under-what-was-replaced",
        "U1",
        "V names the old agreement in a use after it confirmed the new one. Careless: any "
        "agreement of the chain will do.",
    )


def _pending(add: Add) -> None:
    story, person, organisation, one = agreed(SERVICE, MARKETING)
    two = person.propose(SERVICE, base=one, until=UNTIL - DAY)
    organisation.hear(two)
    organisation.accept(two)
    told = settled(story).exactly(owes=["P"])
    told.end(phase="active", tip=one, pending=[two], bound=UNTIL - DAY)
    told.end(bounds={one: UNTIL, two: UNTIL - DAY}, withdrawn={one: [], two: []}).add(
        add,
        "pending-narrows",
        "T5",
        "An agreed change drops a purpose and ends earlier: until it is confirmed only what "
        "both permit is permitted, to the earlier bound. Careless: the tip alone counts.",
    )
    use = organisation.use(one, MARKETING)
    told = settled(story).exactly(owes=["P"], uses={use: "breach"})
    told.end(tip=one, pending=[two]).add(
        add,
        "use-of-what-is-being-dropped",
        "U1",
        "V uses data for the purpose that the change it accepted drops. Careless: it is covered "
        "until the change is confirmed.",
    )


def _bases(add: Add) -> None:
    story, person, organisation, one = agreed()
    two = agree(person, organisation, SERVICE, MARKETING, base=one)
    stale = organisation.propose(SERVICE, base=one)
    told = settled(story).void({stale: "proposal-base"}).exactly(owes=["P"])
    told.end(phase="active", tip=two, offers=[]).add(
        add,
        "amendment-of-what-was-replaced",
        "V1",
        "V knows of the second agreement and proposes a change of the first. Careless: any "
        "agreement of the thread can be a base, and the chain forks.",
    )
    person.hear(stale)
    accept = person.accept(stale)
    told = settled(story).void({stale: "proposal-base", accept: "ref-type"})
    told.exactly(owes=["P", "V"]).end(phase="active", tip=two).add(
        add,
        "accept-of-a-stale-amendment",
        "W5",
        "P accepts that change: what it names is void. Careless: the accept waits for better "
        "times.",
    )

    story, person, organisation, one = agreed()
    two = organisation.propose(MARKETING, base=one)
    on_top = organisation.propose(RESEARCH, base=two)
    told = settled(story).void({on_top: "proposal-base"}).exactly(owes=["P"])
    told.end(tip=one, offers=[two]).add(
        add,
        "amendment-of-an-offer",
        "V1",
        "A proposal has an offer as its base that nobody accepted. Careless: a base is any "
        "proposal.",
    )


def _second_rounds(add: Add) -> None:
    story, person, organisation, one = agreed()
    two = agree(person, organisation, SERVICE, MARKETING, base=one)
    told = settled(story)
    told.end(tip=two, chain=[one, two]).add(
        add,
        "amendment-by-the-first-party",
        "K2",
        "The person amends: three statements as for a first agreement. Careless: a change by "
        "the first party needs no confirmation.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    root = organisation.propose(SERVICE)
    person.hear(root)
    person.refuse(root)
    organisation.hear_all(person)
    second = organisation.propose(MARKETING, thread=root)
    person.hear(second)
    accept = person.accept(second)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [second]})
    told.end(tip=second, proposals={root: "dead", second: "confirmed"}).add(
        add,
        "second-offer-of-a-thread",
        "V1",
        "The first offer of a thread is refused, a second without a base is agreed; the thread "
        "keeps the name of its root. Careless: a thread whose root is dead is dead.",
    )


def _crossing(add: Add) -> None:
    story, person, organisation, one = agreed(SERVICE, MARKETING)
    theirs = organisation.propose(SERVICE, RESEARCH, base=one)
    own = person.propose(SERVICE, base=one)
    person.hear(theirs)
    organisation.hear(own)
    of_theirs = person.accept(theirs)
    of_own = organisation.accept(own)
    told = settled(story).exactly(owes=["P", "V"])
    told.at("P", of_theirs, pending=[theirs]).at("V", of_own, pending=[own])
    told.end(phase="active", tip=one, pending=[own, theirs]).add(
        add,
        "amendments-cross",
        "T2",
        "Both sides propose a change of the same agreement and both are accepted at once: three "
        "agreements count until one is confirmed, the first party's own first. Careless: the "
        "later one replaces the earlier.",
    )
    ack = person.ack()
    told = settled(story).exactly(confirms={"P3": [one], ack: [own]}, owes=["V"])
    told.at("V", ack, tip=own).end(tip=own, pending=[], chain=[one, own]).add(
        add,
        "amendments-cross-and-one-is-confirmed",
        "V4",
        "The winner is confirmed. The other is agreed in a slot that is passed. Careless: it is "
        "confirmed next, on top of the winner.",
    )
    late = organisation.ack()
    told = settled(story).exactly(confirms={"P3": [one], ack: [own]}, owes=[])
    told.at("P", late, tip=own)
    told.end(proposals={theirs: "agreed"}, duties=[own, one], offers=[]).add(
        add,
        "amendment-that-lost",
        "V4",
        "The proposer of the one that lost signs again: it confirms nothing, and duties are "
        "owed of the two that were confirmed. Careless: its ack confirms what it proposed.",
    )

    story, person, organisation, one = agreed()
    two = person.propose(SERVICE, MARKETING, base=one)
    organisation.hear(two)
    accept = organisation.accept(two)
    retract = person.retract(two)
    told = settled(story).exactly(owes=["P", "V"])
    told.at("P", accept, tip=one, pending=[]).at("V", retract, tip=one, pending=[])
    told.end(phase="active", tip=one, proposals={two: "dead"}, duties=[one]).add(
        add,
        "amendment-retracted-in-a-crossing",
        "A5",
        "The accept of a change crosses its retract: the agreement goes on as it was. "
        "Careless: the thread falls back to no agreement.",
    )


def _several(add: Add) -> None:
    story, person, organisation, one = agreed(SERVICE, MARKETING)
    two = person.propose(SERVICE, MARKETING, RESEARCH, base=one)
    organisation.hear(two)
    accept = organisation.accept(two)
    person.hear(accept)
    revoke = person.revoke(one, MARKETING)
    told = settled(story).exactly(confirms={"P3": [one], revoke: [two]}, owes=["V"])
    told.at("P", revoke, tip=two)
    told.end(phase="active", tip=two, withdrawn={two: [MARKETING]}).add(
        add,
        "b07-revoke-confirms-and-carries",
        "B7",
        "P revokes a purpose; this very revoke confirms the change that P had proposed and that "
        "grants the purpose again. The revoke carries into it. Careless: the new agreement, "
        "confirmed with the revoke, starts clean.",
    )
    three = agree(person, organisation, SERVICE, MARKETING, base=two)
    told = settled(story).exactly(confirms={"P3": [one], revoke: [two], "P7": [three]})
    told.end(tip=three, withdrawn={three: []}).add(
        add,
        "b07-granted-again",
        "B7",
        "After the revoke P proposes the purpose anew, and so grants it knowing of the revoke. "
        "Careless: what was revoked once stays revoked in this thread.",
    )


def _renewed(add: Add) -> None:
    story, person, organisation, one = agreed(until=START + DAY)
    story.tick(10 * DAY)
    renewal = person.propose(SERVICE, base=one)
    told = settled(story).exactly(owes=["V"])
    told.end(phase="active", tip=one, bound=START + DAY, offers=[renewal]).add(
        add,
        "expired",
        "T4",
        "The agreement ran out nine days ago by the clock of its writer. Expiry is no state: "
        "ACTIVE, with a bound. Careless: the fold looks at a clock, or at the latest time in it.",
    )
    organisation.hear(renewal)
    organisation.accept(renewal)
    person.hear_all(organisation)
    ack = person.ack()
    told = settled(story).exactly(confirms={"P3": [one], ack: [renewal]})
    told.at("P", ack, tip=renewal).end(phase="active", tip=renewal, bound=UNTIL).add(
        add,
        "renewal-after-expiry",
        "T6",
        "A renewal is agreed after the agreement ran out. Careless: what has run out has ended, "
        "and cannot be a base.",
    )

    story, person, organisation, one = agreed(until=UNTIL)
    renewal = person.propose(SERVICE, base=one, until=UNTIL + 300 * DAY)
    organisation.hear(renewal)
    accept = organisation.accept(renewal)
    told = settled(story).exactly(owes=["P"])
    told.at("V", accept, bound=UNTIL, bounds={one: UNTIL, renewal: UNTIL + 300 * DAY})
    told.end(bound=UNTIL).add(
        add,
        "renewal-pending",
        "T6",
        "A renewal that runs longer is agreed and not confirmed: the least bound counts. "
        "Careless: the latest.",
    )


def _ended(add: Add) -> None:
    story, person, organisation, one = agreed()
    two = person.propose(SERVICE, base=one)
    end = person.terminate(one)
    organisation.hear(two, end)
    accept = organisation.accept(two)
    told = settled(story).void({accept: "accept-not-live"}).exactly(owes=["P", "V"])
    told.end(phase="ended", tip=one, offers=[]).add(
        add,
        "renewal-of-what-ended",
        "V2",
        "V accepts a change knowing that the thread has ended. Careless: an end can be agreed "
        "away.",
    )
    late = organisation.propose(SERVICE, base=one)
    anew = organisation.propose(SERVICE, thread=one)
    told = settled(story).void(
        {accept: "accept-not-live", late: "proposal-ended", anew: "proposal-ended"}
    )
    told.exactly(owes=["P", "V"]).end(phase="ended", offers=[]).add(
        add,
        "offers-in-what-ended",
        "V1",
        "V proposes in the thread it knows to have ended, with a base and without. Careless: "
        "only a base is checked.",
    )
    fresh = organisation.propose(SERVICE)
    told = settled(story).void(
        {accept: "accept-not-live", late: "proposal-ended", anew: "proposal-ended"}
    )
    told.exactly(owes=["P"]).end(one, phase="ended").end(fresh, phase="offered").add(
        add,
        "offer-after-the-end",
        "T1",
        "An offer in a thread of its own is what is left. Careless: a relationship with an "
        "ended thread takes no offers.",
    )

    story, person, organisation, one = agreed()
    two = organisation.propose(SERVICE, MARKETING, base=one)
    end = person.terminate(one)
    person.hear(two)
    told = Told(story, {"P": story.heard(person), "V": [*story.heard(organisation), end]})
    told.exactly(owes=["P", "V"]).end(phase="ended", offers=[]).add(
        add,
        "offer-crosses-the-end",
        "T1",
        "A change is offered while the other side terminates: the offer is valid in its own "
        "past, and cannot be accepted in what ended. Careless: it is shown as open.",
    )
