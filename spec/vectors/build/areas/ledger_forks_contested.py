"""Forks over one thing: what it becomes when a writer says two things about it."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, SERVICE, SignedStory, agree
from build.tellings import everybody, fork

Add = Callable[..., Any]
FORKS = "A3 Forks"
PROPOSAL = "A5 Where a proposal stands in M"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _contested_offer,
        _contested_agreement,
        _contested_retract,
        _contested_end,
        _contested_denials,
        _contested_resume,
        _contested_confirmation,
        _contested_accept,
    ):
        one(add)


def _contested_offer(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    offer, other = organisation.propose(SERVICE), liar.propose(MARKETING)
    person.hear(offer)
    accept = person.accept(offer)
    person.hear_all(liar)
    later = person.propose(SERVICE)
    organisation.hear(later)
    by_one = organisation.accept(later)
    (
        everybody(story)
        .at("P", accept, thread=offer, phase="agreed")
        .end(offer, phase="idle", proposals={offer: "dead"})
        .end(later, phase="offered", tip=None, proposals={later: "open"})
        .exactly(convicted=["V"], tainted=[offer, other, by_one], owes=["P"])
        .exactly(forks=[fork(story, offer, other, convicts=True)])
        .add(
            add,
            "fork-contested-offer",
            "B9",
            "An offer on a contested branch cannot be agreed, nor can the forker accept anything "
            "any more. Careless: taint is looked at for accepts and not for proposals.",
        )
    )


def _contested_agreement(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    confirmation = organisation.ledger.feed(organisation.party)[-1]
    other = liar.propose(MARKETING)
    person.hear(other)
    (
        everybody(story)
        .at("P", confirmation, thread=agreement, phase="active", frozen=False)
        .end(agreement, phase="frozen", tip=None, frozen=True, duties=[agreement], chain=[])
        .end(agreement, proposals={agreement: "frozen"})
        .exactly(convicted=["V"], tainted=[agreement, confirmation, other], owes=["P"])
        .exactly(forks=[fork(story, agreement, other, convicts=True)])
        .add(
            add,
            "fork-freezes-a-confirmed-agreement",
            "B9",
            "What was confirmed rests on a contested branch: it permits nothing and its duties are "
            "owed all the same. Careless: the agreement is void and its duties with it.",
        )
    )


def _contested_retract(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    liar = organisation.twin()
    organisation.hear(person.accept(offer))
    confirmation = organisation.ack()
    retract = liar.retract(offer)
    person.hear_all(organisation, liar)
    replacement = person.propose(MARKETING, answers=offer)
    liar.hear(replacement)
    accept = liar.accept(replacement)
    person.hear(accept)
    person.ack()
    (
        everybody(story)
        .at("P", retract, phase="frozen", frozen=True)
        .void({accept: "accept-not-live"})
        .end(phase="frozen", tip=None, duties=[offer], pending=[])
        .end(proposals={offer: "frozen", replacement: "dead"})
        .exactly(convicted=["V"], tainted=[confirmation, retract, accept], owes=["V"])
        .exactly(forks=[fork(story, confirmation, retract, convicts=True)])
        .add(
            add,
            "fork-retract-reopens-nothing",
            "B9",
            "One branch confirms an offer, the other retracts it. The slot is frozen and another "
            "agreement cannot be put into it. Careless: the retract wins as a denial and the slot "
            "is open again.",
        )
    )


def _contested_end(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person)
    lost = organisation.twin()
    rotation = organisation.rotate()
    end = lost.terminate(agreement)
    person.hear(end)
    (
        everybody(story)
        .end(phase="ended", duties=[agreement])
        .exactly(tainted=[end], owes=["P"])
        .exactly(forks=[fork(story, rotation, end, defended=True)])
        .add(
            add,
            "fork-superseded-end-counts",
            FORKS,
            "A terminate on a branch that a rotation superseded is an end: denials count in full "
            "on any branch. Careless: superseded statements are thrown away.",
        )
    )


def _contested_denials(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    offer = organisation.propose(SERVICE)
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    suspend = liar.suspend(agreement)
    retract = organisation.retract(offer)
    person.hear_all(organisation, liar)
    (
        everybody(story)
        .end(agreement, phase="suspended", tip=agreement, suspends=[suspend])
        .end(offer, phase="idle", proposals={offer: "dead"}, offers=[])
        .exactly(convicted=["V"], tainted=[one, other, suspend, retract], owes=["P"])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-denials-count",
            FORKS,
            "A suspend on one branch and a retract on the other both count. Careless: whatever is "
            "tainted has no effect.",
        )
    )


def _contested_resume(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    suspend = organisation.suspend(agreement)
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    person.hear_all(organisation, liar)
    resume = organisation.resume(suspend)
    (
        everybody(story)
        .end(phase="suspended", tip=agreement, suspends=[suspend])
        .exactly(convicted=["V"], tainted=[one, other, resume], owes=["P"])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-resume-lifts-nothing",
            FORKS,
            "A resume is a grant: contested, it lifts nothing, though the suspend it names is from "
            "before the fork. Careless: suspend and resume are treated alike.",
        )
    )


def _contested_confirmation(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    liar = organisation.twin()
    accept = person.accept(offer)
    liar.hear(accept)
    confirmation = liar.ack()
    other = organisation.ack()
    person.hear(confirmation, other)
    (
        everybody(story)
        .at("P", confirmation, phase="active")
        .end(phase="frozen", tip=None, duties=[offer], proposals={offer: "frozen"})
        .exactly(convicted=["V"], tainted=[confirmation, other])
        .exactly(forks=[fork(story, confirmation, other, convicts=True)])
        .add(
            add,
            "fork-confirmation-freezes",
            FORKS,
            "The proposal and the accept are clean, the confirmation is not: frozen, and owed. "
            "Careless: without its confirmation the agreement goes back to agreed.",
        )
    )


def _contested_accept(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    liar = organisation.twin()
    accept, other = organisation.accept(offer), liar.ack()
    person.hear(accept, other)
    ack = person.ack()
    (
        everybody(story)
        .end(phase="offered", tip=None, offers=[offer], duties=[], proposals={offer: "open"})
        .exactly(convicted=["V"], tainted=[accept, other], confirms={})
        .exactly(forks=[fork(story, accept, other, convicts=True)])
        .at("P", ack, phase="offered")
        .add(
            add,
            "fork-accept-is-as-if-not-there",
            PROPOSAL,
            "A contested accept that was never confirmed: the offer is open, and the proposer's "
            "ack, which knew of the fork, confirms nothing. Careless: it freezes the thread for "
            "ever.",
        )
    )
