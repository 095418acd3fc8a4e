"""Evidence objects that show what they say."""

from typing import Any

from build.audit_files import Add, evidence, pair, past, proves
from build.signed import MARKETING, SignedStory, agree
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _fork,
        _fork_of_a_person,
        _fork_adopted,
        _fork_adopted_far,
        _key_fork,
        _after_revoke,
        _naming_the_revoke,
        _after_suspension,
        _outside,
        _share,
        _adopted,
        _erased,
    ):
        one(add)


def agreed(**how: Any) -> tuple[SignedStory, Desk, Desk, Statement]:
    """A story with an agreement in force."""
    story = SignedStory(**how)
    return story, story.person, story.organisation, agree(story.person, story.organisation)


def revoked() -> tuple[SignedStory, Desk, Desk, Statement, Statement]:
    """A story in which everything was revoked and the organisation acknowledged it last."""
    story, person, organisation, agreement = agreed()
    revoke = person.revoke(agreement)
    organisation.hear(revoke)
    organisation.ack()
    return story, person, organisation, agreement, revoke


def forked(desk: Desk) -> tuple[Statement, Statement]:
    """Two statements of a desk at one place, both held by it."""
    liar = desk.twin()
    one, other = desk.ack(), liar.ack()
    desk.hear(other)
    return one, other


def _fork(add: Add) -> None:
    story, _, organisation, _ = agreed()
    one, other = forked(organisation)
    proves(
        add,
        "fork",
        "Two headers of one writer with one seq and one prev: no bodies, no past.",
        story,
        evidence(story, "fork", [one, other], [one, other], bare=None),
        "V",
        pair(one, other),
        "fork",
    )
    proves(
        add,
        "fork-the-other-way-round",
        "The order of `about` and of the statements means nothing; what it is about is sorted.",
        story,
        evidence(story, "fork", [other, one], [other, one], bare=None),
        "V",
        pair(one, other),
        "fork",
    )


def _fork_of_a_person(add: Add) -> None:
    story, person, _, _ = agreed()
    one, other = forked(person)
    proves(
        add,
        "fork-of-a-directed-party",
        "A directed party is convicted of a fork as well, unless its key history parted. Careless: "
        "only public parties are.",
        story,
        evidence(story, "fork", [one, other], [one, other], bare=None),
        "P",
        pair(one, other),
        "fork",
    )


def _fork_adopted(add: Add) -> None:
    story, _, organisation, _ = agreed()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    first = organisation.rotate()
    second = liar.rotate()
    proves(
        add,
        "fork-adopted-on-both-branches",
        "A later key event supersedes the key of the fork, and both branches go on to it: the "
        "writer stood by both. Careless: a superseded key never convicts.",
        story,
        evidence(story, "fork", [one, other], [one, other, first, second], bare=None),
        "V",
        pair(one, other),
        "fork",
    )


def _fork_adopted_far(add: Add) -> None:
    story, _, organisation, _ = agreed()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    near = organisation.rotate()
    far = organisation.rotate()
    liar.ks = far.ks
    jump = liar.write("rotate", event=far.ks)
    proves(
        add,
        "fork-adopted-over-different-steps",
        "One branch goes over two key events, the other to the second at once: both have come to "
        "the same. Careless: the first rotation on each is compared.",
        story,
        evidence(story, "fork", [one, other], [one, other, near, far, jump], bare=None),
        "V",
        pair(one, other),
        "fork",
    )


def _key_fork(add: Add) -> None:
    story = SignedStory()
    history = story.parties["V"]
    events = sorted((history.rotate(history.party), history.rotate(history.party, branch=1)))
    proves(
        add,
        "key-fork",
        "Two events at one position of a public party's history, of no relationship in particular.",
        story,
        evidence(story, "key-fork", events, parties=["V"], rel=None),
        "V",
        events,
        "key-fork",
    )


def _after_revoke(add: Add) -> None:
    story, _, organisation, agreement, revoke = revoked()
    acknowledged = organisation.ledger.feed(organisation.party)[-1]
    use = organisation.use(agreement)
    proves(
        add,
        "use-after-revoke",
        "The revoke, the organisation's acknowledgement of it, and the use: in that order.",
        story,
        evidence(story, "use-after-revoke", [use], past(organisation, use)),
        "V",
        [revoke, acknowledged, use],
        "use-after-revoke",
    )


def _naming_the_revoke(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    revoke = person.revoke(agreement)
    organisation.hear(revoke)
    use = organisation.use(agreement)
    proves(
        add,
        "use-that-names-the-revoke",
        "The use itself names the revoke: there is no earlier statement that had seen it.",
        story,
        evidence(story, "use-after-revoke", [use], past(organisation, use)),
        "V",
        [revoke, use],
        "use-after-revoke",
    )


def _after_suspension(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    use = organisation.use(agreement)
    proves(
        add,
        "use-while-suspended",
        "Any denial will do: here a suspension that was not lifted.",
        story,
        evidence(story, "use-after-revoke", [use], past(organisation, use)),
        "V",
        [suspend, use],
        "use-after-revoke",
    )


def _outside(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    proves(
        add,
        "outside-permission",
        "A use for what was never permitted rests on everything its writer had seen.",
        story,
        evidence(story, "outside-permission", [use], past(organisation, use)),
        "V",
        [use],
        "outside-permission",
    )


def _share(add: Add) -> None:
    story, person, _, agreement = agreed()
    share = person.share(agreement, MARKETING)
    proves(
        add,
        "share-outside-permission",
        "A share outside the permission is held against whoever shared.",
        story,
        evidence(story, "outside-permission", [share], past(person, share)),
        "P",
        [share],
        "outside-permission",
    )


def _adopted(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    adopting = organisation.rotate()
    proves(
        add,
        "breach-rotated-on-top-of",
        "The writer went on to its next key on top of the use: it stands, and the header that "
        "shows this is in the object.",
        story,
        evidence(
            story,
            "outside-permission",
            [use],
            [*past(organisation, use), adopting],
            bare=[adopting],
        ),
        "V",
        [use],
        "outside-permission",
    )


def _erased(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    share = person.share(agreement)
    gone = person.write(
        "erased", ref=share.id, scope="body", salts=True, backups_until=None, exceptions=[]
    )
    organisation.hear(gone)
    use = organisation.use(agreement, MARKETING)
    proves(
        add,
        "breach-with-an-erased-body-in-its-past",
        "The body of a share in the past of the use was erased: the erased that says so explains "
        "it. Careless: whoever erases makes itself unaccountable.",
        story,
        evidence(story, "outside-permission", [use], past(organisation, use), bare=[share]),
        "V",
        [use],
        "outside-permission",
    )
