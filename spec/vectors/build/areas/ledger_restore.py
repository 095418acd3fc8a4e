"""Writers that come back from a backup, and peers that keep statements back meanwhile."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, SERVICE, SignedStory, agree
from build.tellings import everybody, fork

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_withheld, _three_kept_back, _hidden_accept, _no_rotation, _steps_back, _two_heads):
        one(add)


def _withheld(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    backup = person.twin()
    withheld = person.propose(SERVICE)
    organisation.hear(withheld)
    blind = organisation.accept(withheld)
    rotation = backup.rotate()
    again = backup.propose(MARKETING)
    organisation.hear_all(backup)
    accept = organisation.accept(again)
    backup.hear(accept)
    backup.ack()
    story.desks[0] = backup
    (
        everybody(story, late=True)
        .at("V", blind, thread=withheld, phase="agreed")
        .end(withheld, phase="idle", proposals={withheld: "dead"}, duties=[])
        .end(again, phase="active", tip=again)
        .exactly(tainted=[withheld], owes=[])
        .exactly(forks=[fork(story, withheld, rotation, defended=True)])
        .add(
            add,
            "restore-after-a-withheld-statement",
            "B11",
            "The person lost its last statement, which the peer kept back while it asked. It "
            "rotated before anything else, so what was lost is a superseded branch: dead, and no "
            "evidence. Careless: a restored honest party is convicted of a fork.",
        )
    )


def _three_kept_back(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    backup = person.twin()
    lost = [person.propose(SERVICE) for _ in range(3)]
    organisation.hear_all(person)
    for offer in lost:
        organisation.accept(offer)
    rotation = backup.rotate()
    organisation.hear(rotation)
    back = organisation.propose(MARKETING)
    backup.hear(back)
    accept = backup.accept(back)
    organisation.hear(accept)
    organisation.ack()
    story.desks[0] = backup
    (
        everybody(story)
        .end(back, phase="active", tip=back)
        .end(lost[0], phase="idle", proposals={lost[0]: "dead"})
        .end(lost[2], phase="idle", proposals={lost[2]: "dead"})
        .exactly(tainted=lost)
        .exactly(forks=[fork(story, lost[0], rotation, defended=True)])
        .add(
            add,
            "restore-three-statements-lost",
            "B11",
            "Three statements were lost and all of them accepted by the peer; the branch from the "
            "backup is shorter. Careless: the branch with more statements, or the one the peer "
            "acknowledged, is taken for the writer's.",
        )
    )


def _hidden_accept(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    first = organisation.propose(SERVICE, MARKETING)
    second = organisation.propose(SERVICE, answers=first)
    person.hear(second)
    backup = person.twin()
    hidden = person.accept(first)
    rotation = backup.rotate()
    organisation.hear(backup.accept(second))
    confirmation = organisation.ack()
    backup.hear(confirmation)
    organisation.hear(hidden)
    story.desks[0] = backup
    (
        everybody(story)
        .at("P", confirmation, phase="active", tip=second)
        .at("V", hidden, phase="active", tip=second)
        .end(phase="active", tip=second, proposals={first: "dead", second: "confirmed"})
        .exactly(tainted=[hidden], confirms={confirmation: [second]}, owes=["V"])
        .exactly(forks=[fork(story, hidden, rotation, defended=True)])
        .add(
            add,
            "restore-hidden-accept-flips-nothing",
            "B2",
            "An accept of the earlier, wider offer was lost in the restore and kept back until the "
            "other offer is confirmed. It is superseded. Careless: the earlier offer wins its "
            "crossing after the fact.",
        )
    )


def _no_rotation(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    backup = person.twin()
    lost = person.propose(SERVICE)
    organisation.hear(lost)
    again = backup.propose(MARKETING)
    organisation.hear(again)
    story.desks[0] = backup
    (
        everybody(story)
        .at("V", again, convicted=["P"])
        .end(lost, phase="idle", proposals={lost: "dead"})
        .end(again, phase="idle", proposals={again: "dead"})
        .exactly(convicted=["P"], tainted=[lost, again], owes=["V"])
        .exactly(forks=[fork(story, lost, again, convicts=True)])
        .add(
            add,
            "restore-without-rotation-convicts",
            "A8 What an honest writer does",
            "A writer goes on from its backup without rotating. Nothing tells it from a liar: both "
            "branches are tainted and it is convicted. Careless: the newer statement replaces the "
            "older at its place.",
        )
    )


def _steps_back(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    backup = organisation.twin()
    lost = [organisation.propose(SERVICE) for _ in range(3)]
    person.hear_all(organisation)
    person.ack()
    lower = backup.rotate()
    person.hear(lower)
    naming = person.ack()
    offer = person.propose(SERVICE)
    backup.hear(offer)
    accept = backup.accept(offer)
    person.hear(accept)
    confirmation = person.ack()
    (
        everybody(story)
        .at("P", naming, result="held")
        .end(offer, phase="active", tip=offer)
        .exactly(tainted=lost, confirms={confirmation: [offer]})
        .exactly(forks=[fork(story, lost[0], lower, defended=True)])
        .add(
            add,
            "restore-seen-steps-back",
            "B15",
            "The person named seq 3 of the organisation and then names seq 1 of its restored "
            "branch: `seen` names statements, and is never compared by seq. Careless: an entry "
            "below what was named before makes the statement malformed.",
        )
    )


def _two_heads(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    backup = organisation.twin()
    lost = organisation.propose(SERVICE)
    rotation = backup.rotate()
    person.hear(lost, rotation)
    both = person.ack()
    use = backup.use(agreement)
    person.hear(use)
    (
        everybody(story)
        .at("P", both, result="held")
        .end(agreement, phase="active", tip=agreement)
        .exactly(tainted=[lost], uses={use: "covered"})
        .exactly(forks=[fork(story, lost, rotation, defended=True)])
        .add(
            add,
            "restore-two-heads-of-one-writer",
            "A1 Statements and their past",
            "One statement names two statements of one writer, one for each of its branches. "
            "Careless: `seen` has one entry for each writer, or keeps the last.",
        )
    )
