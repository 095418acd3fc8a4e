"""Frozen threads: what freezes, what thaws, and what stays possible meanwhile."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, RESEARCH, SERVICE, SignedStory, agree
from build.tellings import everybody, fork

Add = Callable[..., Any]
FORKS = "A3 Forks"
THREAD = "A6 Where a thread stands in M"
FACTS = "A4 Facts, fixed by a statement's own past"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _thaw,
        _no_thaw,
        _both_rotate,
        _later_rotation,
        _no_winner,
        _no_base,
        _precedence,
        _way_out,
        _disowned,
        _amendment_frozen,
        _accept_down_by_taint,
    ):
        one(add)


def _thaw(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    confirmation = organisation.ledger.feed(organisation.party)[-1]
    other = liar.ack()
    person.hear(other)
    rotation = organisation.rotate(after=confirmation)
    (
        everybody(story, late=True)
        .at("P", other, phase="frozen", convicted=["V"])
        .at("P", rotation, phase="active", tip=agreement, convicted=[])
        .end(phase="active", tip=agreement, frozen=False)
        .exactly(tainted=[other], owes=["P"])
        .exactly(forks=[fork(story, agreement, other, defended=True)])
        .add(
            add,
            "frozen-thaws-by-rotation",
            THREAD,
            "The owner's rotation on the branch of the agreement supersedes the other branch: "
            "taint, freeze and conviction are gone. Careless: conviction is remembered.",
        )
    )


def _no_thaw(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    confirmation = organisation.ledger.feed(organisation.party)[-1]
    other = liar.ack()
    liar.rotate(after=other)
    person.hear_all(liar)
    (
        everybody(story)
        .end(phase="frozen", tip=None, duties=[agreement])
        .exactly(tainted=[agreement, confirmation], owes=["P", "V"])
        .exactly(forks=[fork(story, agreement, other, defended=True)])
        .add(
            add,
            "frozen-by-the-rotated-branch",
            FORKS,
            "The rotation stands on the branch without the agreement: nobody is convicted, and the "
            "agreement stays frozen with its duties. Careless: what the branch lost never was.",
        )
    )


def _both_rotate(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    first = organisation.rotate(after=one)
    second = liar.rotate(after=other)
    person.hear_all(organisation, liar)
    (
        everybody(story)
        .at("P", first, convicted=[])
        .exactly(convicted=["V"], tainted=[one, other, first, second], owes=["P"])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-rotated-on-both-branches",
            FORKS,
            "Both branches come to one key event, which nobody but the holder of the next key can "
            "reach: convicted. Careless: any rotation is a defence.",
        )
    )


def _later_rotation(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    first = organisation.rotate(after=one)
    second = liar.rotate(after=other)
    third = organisation.rotate()
    person.hear_all(organisation, liar)
    (
        everybody(story)
        .exactly(convicted=[], tainted=[other, second], owes=["P"])
        .exactly(forks=[fork(story, one, other, defended=True)])
        .at("P", third, convicted=[])
        .at("P", first, tainted=[])
        .add(
            add,
            "fork-rotated-on-both-and-once-more",
            FORKS,
            "Both branches came to one event, and one went on to the next: that event is "
            "superseded, so it convicts nobody, and what one branch has come to supersedes the "
            "other. Careless: the first conviction is final, or rotations are counted.",
        )
    )


def _no_winner(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    counter = person.propose(MARKETING, answers=offer)
    organisation.hear(counter)
    restored = organisation.twin()
    lost = organisation.accept(offer)
    person.hear(lost)
    confirmation = person.ack()
    rotation = restored.rotate()
    accept = restored.accept(counter)
    person.hear(accept)
    ack = person.ack()
    (
        everybody(story)
        .at("P", confirmation, phase="active", tip=offer)
        .end(phase="frozen", tip=None, pending=[counter], duties=[offer, counter])
        .exactly(tainted=[lost], confirms={confirmation: [offer]})
        .exactly(forks=[fork(story, lost, rotation, defended=True)])
        .at("P", ack, phase="frozen")
        .add(
            add,
            "frozen-slot-has-no-winner",
            FACTS,
            "A confirmed agreement lost its accept to a superseded branch; another proposal of its "
            "slot is agreed. A frozen slot has no winner, so the ack confirms nothing. Careless: "
            "the second is confirmed in the place of the first.",
        )
    )


def _no_base(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person)
    amendment = organisation.propose(SERVICE, MARKETING, base=agreement)
    person.hear(amendment)
    liar = organisation.twin()
    organisation.hear(person.accept(amendment))
    confirmation, other = organisation.ack(), liar.ack()
    person.hear(confirmation, other)
    built = person.propose(SERVICE, base=agreement)
    counter = person.propose(SERVICE, answers=amendment)
    (
        everybody(story)
        .at("P", other, phase="frozen", tip=agreement, chain=[agreement])
        .void({built: "proposal-base"})
        .end(phase="frozen", frozen=True, proposals={counter: "dead"})
        .exactly(convicted=["V"], tainted=[confirmation, other])
        .exactly(forks=[fork(story, confirmation, other, convicts=True)])
        .exactly(owes=["V"])
        .add(
            add,
            "frozen-thread-is-no-base",
            FACTS,
            "Nothing is built on a thread that is known to be frozen, though its tip is clean. "
            "Careless: only the tip is looked at.",
        )
    )


def _precedence(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    confirmation = organisation.ledger.feed(organisation.party)[-1]
    suspend = person.suspend(agreement)
    other = liar.ack()
    person.hear(other)
    end = person.terminate(agreement)
    (
        everybody(story)
        .at("P", suspend, phase="suspended")
        .at("P", other, phase="frozen", suspends=[suspend])
        .at("P", end, phase="ended", frozen=True, suspends=[suspend])
        .exactly(convicted=["V"], tainted=[agreement, confirmation, other], owes=["V"])
        .exactly(forks=[fork(story, agreement, other, convicts=True)])
        .add(
            add,
            "frozen-between-ended-and-suspended",
            THREAD,
            "An end outranks a freeze, and a freeze a suspension; all three stand. Careless: a "
            "frozen thread takes no terminate.",
        )
    )


def _way_out(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    standing = agree(person, organisation)
    liar = organisation.twin()
    contested = agree(organisation, person)
    confirmation = organisation.ledger.feed(organisation.party)[-1]
    other = liar.ack()
    person.hear(other)
    revoke = person.revoke(contested)
    (
        everybody(story)
        .at("P", other, thread=contested, phase="frozen")
        .at("P", other, thread=standing, phase="active")
        .end(contested, phase="ended", duties=[contested])
        .end(standing, phase="active", tip=standing)
        .at("P", revoke, thread=contested, phase="ended")
        .exactly(convicted=["V"], tainted=[contested, confirmation, other], owes=["V"])
        .exactly(forks=[fork(story, contested, other, convicts=True)])
        .add(
            add,
            "frozen-thread-can-be-revoked",
            THREAD,
            "The organisation freezes a thread by forking itself. The person can still revoke it, "
            "and the thread from before the fork goes on. Careless: a freeze is a weapon.",
        )
    )


def _disowned(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    before = organisation.twin()
    agreement = agree(organisation, person)
    confirmation = organisation.ledger.feed(organisation.party)[-1]
    rotation = before.rotate()
    person.hear_all(before)
    (
        everybody(story)
        .at("P", confirmation, phase="active")
        .end(phase="frozen", tip=None, duties=[agreement])
        .exactly(tainted=[agreement, confirmation], owes=["P", "V"])
        .exactly(forks=[fork(story, agreement, rotation, defended=True)])
        .add(
            add,
            "frozen-recovery-disowns-no-duties",
            FORKS,
            "The organisation 'recovers' to a place before the agreement and rotates there: "
            "nothing is permitted, nobody convicted, and the duties are owed. Careless: rotating "
            "is a way out of duties.",
        )
    )


def _amendment_frozen(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    organisation.ack()
    liar = organisation.twin()
    amendment = agree(organisation, person, SERVICE, RESEARCH, base=agreement)
    confirmation = organisation.ledger.feed(organisation.party)[-1]
    other = liar.ack()
    person.hear(other)
    (
        everybody(story)
        .at("P", confirmation, phase="active", tip=amendment)
        .end(phase="frozen", tip=agreement, chain=[agreement], duties=[agreement, amendment])
        .exactly(convicted=["V"], tainted=[amendment, confirmation, other])
        .exactly(forks=[fork(story, amendment, other, convicts=True)])
        .add(
            add,
            "frozen-amendment-stops-at-its-base",
            THREAD,
            "A confirmed amendment rests on a contested branch: the thread is frozen at the "
            "agreement before it, and permits nothing. Careless: the older agreement is in force "
            "again.",
        )
    )


def _accept_down_by_taint(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    organisation.hear_all(agent)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    person.hear(offer)
    accept = organisation.accept(offer)
    agent.hear(accept)
    confirmation = agent.ack()
    thief = person.twin()
    one = person.ack()
    retract = thief.retract(offer)
    organisation.hear_all(agent, person, thief)
    (
        everybody(story)
        .at("A", confirmation, phase="active")
        .end(phase="frozen", tip=None, proposals={offer: "frozen"}, duties=[offer])
        .exactly(convicted=["P"], tainted=[one, retract], owes=["P", "V"])
        .exactly(forks=[fork(story, one, retract, convicts=True)])
        .add(
            add,
            "frozen-by-a-contested-retract",
            "A5 Where a proposal stands in M",
            "The agent's offer is confirmed, and its lead's retract, which crosses it, is "
            "contested. What stood confirmed is frozen, not lapsed. Careless: a contested denial "
            "reopens the slot.",
        )
    )
