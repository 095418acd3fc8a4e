"""Offers: proposing, accepting, confirming, and who may (V1, V2, V4, K2)."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, settled
from build.signed import MARKETING, SERVICE, SignedStory, agree, backwards, terms
from linkcontract.limits import DAY, MAX_OFFER
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (_plain, _one_sided, _confirming, _terms, _in_time, _open_for, _acks, _threads):
        vectors(add)


def offered(*purposes: str) -> tuple[SignedStory, Desk, Desk, Any]:
    """A story, P, V, and an offer V1 that P knows."""
    story = SignedStory()
    offer = story.organisation.propose(*purposes or (SERVICE,))
    story.person.hear(offer)
    return story, story.person, story.organisation, offer


def _plain(add: Add) -> None:
    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    organisation.hear(accept)
    confirmation = organisation.ack()
    person.hear(confirmation)
    told = Told(story).exactly(confirms={confirmation: [offer]})
    told.at("P", offer, phase="offered", tip=None, offers=[offer])
    told.at("P", accept, phase="agreed", tip=None, pending=[offer], offers=[])
    told.at("P", confirmation, phase="active", tip=offer)
    told.end(phase="active", tip=offer, pending=[], chain=[offer], duties=[offer])
    told.end(proposals={offer: "confirmed"}, withdrawn={accept: []}).add(
        add,
        "offer-accept-ack",
        "K2",
        "Propose, accept, ack: signed by both is agreed, and nothing is permitted before the "
        "proposer signed again having seen the accept. Careless: active with the accept.",
    )

    story = SignedStory()
    offer = agree(story.person, story.organisation)
    told = settled(story).at("V", "P2", phase="offered").at("V", "V1", phase="agreed")
    told.at("V", "P3", phase="active", tip=offer).end(withdrawn={offer: []}).add(
        add,
        "offer-by-the-first-party",
        "K2",
        "The person proposes: its grant is the proposal itself. Careless: the grant is always "
        "the accept.",
    )


def _one_sided(add: Add) -> None:
    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    organisation.hear(accept)
    confirmation = organisation.ack()
    told = Told(story).exactly(side="P", owes=[], confirms={})
    told.exactly(side="V", confirms={confirmation: [offer]})
    told.end(side="P", phase="agreed", tip=None, pending=[offer])
    told.end(side="V", phase="active", tip=offer).exactly(side="P", owes=["V"]).add(
        add,
        "confirmed-on-one-side",
        "K2",
        "The confirmation is on its way: V is active and P is not yet. Careless: the two "
        "agree whenever the proposal and the accept are held.",
    )

    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    late = person.ack()
    organisation.hear(late)
    told = settled(story).exactly(confirms={}, owes=["V"])
    told.end(phase="agreed", tip=None, pending=[offer]).add(
        add,
        "accepter-confirms-nothing",
        "V4",
        "Whoever accepted says something more. Careless: any statement that has the accept in "
        "its past confirms.",
    )

    story, person, organisation, offer = offered()
    person.accept(offer)
    organisation.ack()
    told = settled(story).exactly(confirms={}, owes=["V"])
    told.end(phase="agreed", tip=None).add(
        add,
        "confirmation-crosses-the-accept",
        "V4",
        "The proposer signs an ack before it heard of the accept, and it arrives after. "
        "Careless: the order of arrival makes it a confirmation.",
    )


def _confirming(add: Add) -> None:
    story, person, organisation, offer = offered(SERVICE, MARKETING)
    accept = person.accept(offer)
    organisation.hear(accept)
    suspend = organisation.suspend(offer)
    told = settled(story).exactly(confirms={suspend: [offer]}, owes=["P"])
    told.end(phase="suspended", tip=offer, suspends=[suspend]).add(
        add,
        "suspend-confirms",
        "V4",
        "The proposer's next statement is a suspend: it confirms, and holds back what it "
        "confirms. Careless: it is in force first, or nothing is confirmed.",
    )

    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    organisation.hear(accept)
    end = organisation.terminate(offer)
    told = settled(story).exactly(confirms={end: [offer]}, owes=["P"])
    told.end(phase="ended", tip=offer, duties=[offer], offers=[]).add(
        add,
        "terminate-confirms",
        "V4",
        "The proposer's next statement ends the thread: the agreement is confirmed, is over at "
        "once, and its duties are owed. Careless: what never was in force leaves no duty.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    one, other = organisation.propose(SERVICE), organisation.propose(MARKETING)
    person.hear(other)
    accepts = person.accept(one), person.accept(other)
    organisation.hear(*accepts)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [one, other]})
    told.end(one, phase="active", tip=one).end(other, phase="active", tip=other).add(
        add,
        "one-ack-confirms-in-two-threads",
        "V4",
        "One ack has seen accepts in two threads and confirms in both. Careless: one statement "
        "confirms one proposal.",
    )


def _terms(add: Add) -> None:
    story, person, organisation, offer = offered()
    other = person.accept(offer, terms_id=terms(MARKETING).id)
    organisation.hear(other)
    organisation.ack()
    told = settled(story).void({other: "accept-terms"}).exactly(confirms={}, owes=["P"])
    told.end(phase="offered", offers=[offer]).add(
        add,
        "accept-of-other-terms",
        "V2",
        "An accept names the right offer and other terms. Careless: ref alone is compared, and "
        "each side shows the terms it likes.",
    )
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    own = person.accept(offer)
    organisation.hear(own)
    told = settled(story).void({own: "accept-own-side"}).exactly(owes=["V"])
    told.end(phase="offered", offers=[offer]).add(
        add,
        "accept-by-the-proposer",
        "V2",
        "The proposer accepts its own offer. Careless: two signatures are two signatures.",
    )


def _in_time(add: Add) -> None:
    story, person, organisation, offer = offered()
    term = offer.body["accept_by"]
    accept = person.accept(offer, at=term)
    organisation.hear(accept)
    ack = organisation.write("ack", at=term + DAY)
    told = settled(story).void({}).exactly(confirms={ack: [offer]})
    told.end(phase="active", tip=offer).add(
        add,
        "accept-at-the-last-moment",
        "V2",
        "An accept at `accept_by` itself, confirmed the day after. Careless: `accept_by` is "
        "the first moment that is too late, or binds the confirmation too.",
    )

    story, person, organisation, offer = offered()
    late = person.accept(offer, at=offer.body["accept_by"] + 1)
    organisation.hear(late)
    organisation.ack()
    told = settled(story).void({late: "accept-late"}).exactly(confirms={}, owes=["P"])
    told.end(phase="offered", offers=[offer]).add(
        add,
        "accept-too-late",
        "V2",
        "An accept a millisecond after `accept_by`, by the accepter's own clock. Careless: it "
        "is compared with the receiver's, and two receivers differ.",
    )

    story, person, organisation, offer = offered()
    ahead = organisation.write("ack", at=offer.body["accept_by"] + 100 * DAY)
    person.hear(ahead)
    accept = person.accept(offer)
    told = settled(story).void({}).exactly(owes=["V"])
    told.end(phase="agreed", pending=[offer]).add(
        add,
        "accept-in-time-by-its-own-clock",
        "V2",
        "P has seen a statement of V's dated long after `accept_by` and accepts in time by its "
        "own clock. Careless: the latest time in its past is taken for now.",
    )
    assert accept.at < offer.body["accept_by"]


def _open_for(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    at = story.now + DAY
    longest = person.propose(SERVICE, at=at, accept_by=at + MAX_OFFER)
    too_long = person.propose(SERVICE, at=at, accept_by=at + MAX_OFFER + 1)
    told = settled(story).void({too_long: "proposal-term"}).exactly(owes=["V"])
    told.end(phase="offered", offers=[longest]).add(
        add,
        "offer-open-for-ninety-days",
        "V1",
        "Two offers: one open for ninety days, one for a millisecond more. Careless: neither "
        "is bounded, or the bound itself is already too much.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    past = organisation.propose(SERVICE, accept_by=story.now - DAY)
    told = settled(story).void({}).exactly(owes=["P"])
    told.end(phase="offered", offers=[past]).add(
        add,
        "offer-already-run-out",
        "T4",
        "An offer whose `accept_by` was over when it was made. The fold has no clock: it is "
        "OFFERED until somebody says otherwise. Careless: it expires.",
    )


def _acks(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = agree(person, organisation)
    for _ in range(3):
        organisation.hear(person.ack())
        person.hear(organisation.ack())
    told = settled(story).exactly(confirms={"P3": [offer]}, owes=[])
    told.end(phase="active", tip=offer).add(
        add,
        "b20-acks-of-acks",
        "B20",
        "Acks acknowledge acks: nobody owes anything, and nothing is confirmed twice. "
        "Careless: each ack asks for another.",
    )

    story, person, organisation, offer = offered()
    person.accept(offer)
    unanswered = settled(story).exactly(owes=["V"])
    unanswered.at("P", offer, phase="offered").end(phase="agreed").add(
        add,
        "proposer-owes-the-confirmation",
        "K1",
        "Whoever proposed owes an acknowledgement of the accept, which is the confirmation. "
        "Careless: the accept needs no answer.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    use = organisation.use(agreement)
    person.hear(use)
    told = settled(story).exactly(owes=[], uses={use: "covered"})
    told.end(phase="active").add(
        add,
        "quiet-types-ask-for-nothing",
        "K1",
        "A use puts nobody under a debt. Careless: every statement has to be acknowledged.",
    )
    ask = organisation.write("ask", items=[[bytes(32), bytes(32)]])
    told = settled(story).exactly(owes=["P"])
    told.at("P", ask, result="held").end(phase="active").add(
        add,
        "other-types-ask-for-an-ack",
        "K1",
        "A question puts the other side's lead under a debt, though the fold does not read it. "
        "Careless: only what the fold reads has to be acknowledged.",
    )
    paid = person.share(agreement)
    told = settled(story).exactly(owes=[], uses={use: "covered", paid: "covered"})
    told.end(phase="active").add(
        add,
        "anything-pays",
        "K1",
        "A share that has seen the question acknowledges it. Careless: only an ack pays.",
    )


def _threads(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    one, other = agree(person, organisation), agree(organisation, person)
    person.revoke(one)
    told = settled(story).exactly(owes=["V"])
    told.end(one, phase="ended", tip=one).end(other, phase="active", tip=other).add(
        add,
        "threads-fold-separately",
        "A1.6",
        "Two agreements in two threads, and one is revoked. Careless: a revoke ends the "
        "relationship, or an agreement takes the place of the one before.",
    )
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = agree(person, organisation)
    organisation.hear(person.suspend(offer))
    everything = story.heard(organisation)
    told = Told(story, {"P": story.heard(person), "V": everything, "late": backwards(everything)})
    told.exactly(owes=["V"]).end(phase="suspended").add(
        add,
        "late-comer",
        "A1.5",
        "A third side is given the same from the last statement to the first. Careless: what "
        "comes before its past is dropped, or judged without it.",
    )
