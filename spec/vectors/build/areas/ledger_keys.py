"""Rotated, stolen and parted keys, and writers that come back from a backup."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, SERVICE, SignedStory, agree
from build.tellings import everybody, fork

Add = Callable[..., Any]
FORKS, EXIST, HONEST = (
    "A3 Forks",
    "A2 What exists, what has an effect",
    "A8 What an honest writer does",
)


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _rotation,
        _rotate_other_event,
        _old_key,
        _thief_goes_on,
        _thief_agrees,
        _thief_denies,
        _stolen_accept,
        _several_rotations,
        _public_parted,
        _public_unnamed,
        _directed_parted,
        _position_is_no_descent,
        _joined_twice_under_keys,
    ):
        one(add)


def _rotation(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    rotation = person.rotate()
    accept = organisation.accept(offer)
    person.hear(accept)
    confirmation = person.ack()
    (
        everybody(story, late=True)
        .end(phase="active", tip=offer, proposals={offer: "confirmed"})
        .exactly(owes=["V"], confirms={confirmation: [offer]})
        .at("V", rotation, phase="agreed")
        .add(
            add,
            "key-rotation-changes-nothing",
            EXIST,
            "What was signed under the key before a rotation stands, and is confirmed under the "
            "new one. Careless: signatures are verified with the newest key only.",
        )
    )


def _rotate_other_event(add: Add) -> None:
    story = SignedStory()
    person = story.person
    before = person.ks
    person.ks = person.history.rotate(before)
    wrong = person.write("rotate", event=before)
    (
        everybody(story)
        .void({wrong: "rotate-event"})
        .exactly(owes=["V"])
        .add(
            add,
            "key-rotate-names-another-event",
            EXIST,
            "A rotate names the key event it stands under; this one names the one before. It "
            "exists, and its chain goes on under the new key. Careless: the body of a rotate is "
            "not read.",
        )
    )


def _old_key(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    thief = person.twin()
    rotation = person.rotate()
    organisation.hear_all(person)
    stolen = thief.propose(MARKETING)
    organisation.hear(stolen)
    (
        everybody(story, late=True)
        .end(agreement, phase="active", tip=agreement)
        .end(stolen, phase="idle", proposals={stolen: "dead"}, offers=[])
        .exactly(tainted=[stolen], owes=["V"])
        .exactly(forks=[fork(story, rotation, stolen, defended=True)])
        .add(
            add,
            "key-stolen-and-rotated-away",
            FORKS,
            "A thief goes on with the old key beside the rotation: its offer is dead, its victim "
            "not convicted, and what was agreed before goes on. Careless: two statements at one "
            "place always convict.",
        )
    )


def _thief_goes_on(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    thief = person.twin()
    rotation = person.rotate()
    kept = person.propose(SERVICE)
    stolen = [thief.ack() for _ in range(3)]
    organisation.hear_all(person, thief)
    accept = organisation.accept(kept)
    person.hear(accept)
    person.ack()
    (
        everybody(story, late=True)
        .end(kept, phase="active", tip=kept)
        .exactly(tainted=stolen)
        .exactly(forks=[fork(story, rotation, stolen[0], defended=True)])
        .add(
            add,
            "key-longer-branch-of-a-thief",
            FORKS,
            "The thief's branch is longer than the owner's: the rotated branch supersedes it all "
            "the same. Careless: the longest branch is the writer's.",
        )
    )


def _thief_agrees(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    thief = person.twin()
    given_away = thief.propose(SERVICE, MARKETING, base=agreement)
    organisation.hear(given_away)
    accept = organisation.accept(given_away)
    thief.hear(accept)
    confirmation = thief.ack()
    organisation.hear(confirmation)
    rotation = person.rotate()
    organisation.hear(rotation)
    (
        everybody(story)
        .at("V", confirmation, thread=agreement, phase="active", tip=given_away)
        .at("V", rotation, thread=agreement, phase="frozen", tip=agreement)
        .end(agreement, phase="frozen", tip=agreement, duties=[agreement, given_away])
        .exactly(tainted=[given_away, confirmation], owes=["P", "V"])
        .exactly(forks=[fork(story, given_away, rotation, defended=True)])
        .add(
            add,
            "key-thief-amends",
            FORKS,
            "A thief amends the agreement with the live key and confirms. The rotation supersedes "
            "that: the thread is frozen at what the owner had agreed, and nobody is convicted. "
            "Careless: the amendment stays in force, or the owner is convicted.",
        )
    )


def _thief_denies(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    thief = person.twin()
    rotation = person.rotate()
    suspend = thief.suspend(agreement)
    organisation.hear_all(person, thief)
    person.hear(suspend)
    blind = person.resume(suspend)
    person.hear(organisation.ack())
    resume = person.resume(suspend)
    (
        everybody(story)
        .at("V", suspend, phase="suspended", suspends=[suspend])
        .void({blind: "ref-unknown"})
        .at("P", blind, phase="suspended")
        .at("P", resume, phase="active", suspends=[])
        .end(phase="active", tip=agreement)
        .exactly(tainted=[suspend], owes=["V"])
        .exactly(forks=[fork(story, rotation, suspend, defended=True)])
        .add(
            add,
            "key-thief-denies",
            FORKS,
            "A thief's suspend counts, superseded as it is. The owner lifts it, but not before it "
            "is in the past of its resume, and that it can be only over somebody else's statement, "
            "since nobody names its own branches. Careless: what is superseded does not count; or "
            "what a node holds is taken for what its statement had seen.",
        )
    )


def _stolen_accept(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE, MARKETING)
    person.hear(offer)
    thief = person.twin()
    stolen = thief.accept(offer)
    rotation = person.rotate()
    person.hear(stolen)
    organisation.hear(stolen, rotation)
    ack = organisation.ack()
    (
        everybody(story)
        .at("P", rotation, phase="offered")
        .at("V", stolen, phase="agreed", convicted=[])
        .end(phase="offered", tip=None, offers=[offer], duties=[])
        .exactly(tainted=[stolen], confirms={}, owes=[])
        .exactly(forks=[fork(story, stolen, rotation, defended=True)])
        .at("P", ack, phase="offered")
        .add(
            add,
            "key-stolen-accept",
            "B16",
            "An accept with a stolen key is nobody's once the owner rotated: the offer is open, "
            "and an ack that knew of both confirms nothing. Careless: the accept came first and "
            "counts.",
        )
    )


def _several_rotations(add: Add) -> None:
    story = SignedStory(kinds=("directed", "directed"))
    person, organisation = story.person, story.organisation
    first = person.rotate()
    thief = person.twin()
    second = person.rotate()
    third = person.rotate()
    stolen = thief.propose(SERVICE)
    organisation.hear_all(person, thief)
    (
        everybody(story, late=True)
        .end(phase="idle", proposals={stolen: "dead"})
        .exactly(tainted=[stolen], owes=["V"])
        .exactly(forks=[fork(story, second, stolen, defended=True)])
        .at("V", first, tainted=[])
        .at("V", third, convicted=[])
        .add(
            add,
            "key-superseded-over-several-steps",
            FORKS,
            "The key was stolen after one rotation and two follow: superseding is transitive. "
            "Careless: only the event directly after supersedes.",
        )
    )


def _public_parted(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    twice = organisation.twin()
    one = organisation.rotate()
    other = twice.rotate(branch=1)
    person.hear_all(organisation, twice)
    later = organisation.rotate()
    (
        everybody(story, late=True)
        .at("P", later, convicted=["V"])
        .exactly(convicted=["V"], tainted=[one, other, later], owes=["P"])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "key-history-of-a-public-party-parted",
            FORKS,
            "Two key events at one position of a public party's history convict it for good; later "
            "rotations change nothing. Careless: a rotation on one branch is a defence here too.",
        )
    )


def _public_unnamed(add: Add) -> None:
    story = SignedStory()
    organisation = story.organisation
    organisation.history.rotate(organisation.ks, branch=1)
    rotation = organisation.rotate()
    (
        everybody(story)
        .at("V", rotation, convicted=[])
        .exactly(owes=["P"])
        .add(
            add,
            "key-event-nobody-names",
            FORKS,
            "The public history holds two events at one position, and statements here name only "
            "one of them: nobody is convicted in this relationship. Careless: the state depends on "
            "which key events a node happens to have.",
        )
    )


def _directed_parted(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    other = person.twin()
    rotation = person.rotate()
    more = person.twin()
    one, two = person.ack(), more.ack()
    parted = other.rotate(branch=1)
    organisation.hear_all(person, more, other)
    (
        everybody(story, late=True)
        .exactly(convicted=[], tainted=[rotation, one, two, parted], owes=["V"])
        .exactly(forks=[fork(story, rotation, parted), fork(story, one, two)])
        .add(
            add,
            "key-history-of-a-directed-party-parted",
            FORKS,
            "Two events at one position of a directed party: the next key was in two hands, and "
            "nobody can say whose. Never convicted, also not for two branches under one of the "
            "keys. Careless: convicted like a public party, or for the second fork.",
        )
    )


def _position_is_no_descent(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    parted = person.twin()
    one = person.rotate()
    other = parted.rotate(branch=1)
    further = parted.rotate()
    organisation.hear_all(person, parted)
    (
        everybody(story)
        .end(phase="active", tip=agreement)
        .exactly(tainted=[one, other, further], owes=["V"])
        .exactly(forks=[fork(story, one, other)])
        .add(
            add,
            "key-higher-position-supersedes-nothing",
            FORKS,
            "One branch came to position 1, the other to position 2 on the other side of the "
            "parting: neither supersedes the other and both are tainted. Careless: the higher "
            "position wins.",
        )
    )


def _joined_twice_under_keys(add: Add) -> None:
    """A joiner restored without its join."""
    story = SignedStory(joined=False)
    person, organisation = story.person, story.organisation
    lost = organisation.join()
    person.hear(lost)
    before = story.organisation.twin()
    fresh = type(before)(story, organisation.history)
    fresh.ks = fresh.history.rotate(fresh.ks)
    again = fresh.join()
    person.hear(again)
    ack = person.ack()
    fresh.hear(ack)
    organisation.hear_all(person)
    offer = person.propose(SERVICE)
    fresh.hear(offer)
    accept = fresh.accept(offer)
    person.hear(accept)
    person.ack()
    (
        everybody(story)
        .end(phase="active", tip=offer)
        .exactly(tainted=[lost])
        .exactly(forks=[fork(story, lost, again, defended=True)])
        .add(
            add,
            "key-joiner-restored-without-its-join",
            EXIST,
            "A joiner that lost everything rotates its key and joins anew; the first join is a "
            "superseded branch. Careless: the second join is refused, and the joiner can never "
            "speak again.",
        )
    )
