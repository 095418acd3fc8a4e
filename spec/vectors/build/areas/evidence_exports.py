"""Exports as they were made: honest ones, what convicts, and what is a claim at most."""

from typing import Any

from build.areas.evidence_objects import agreed, revoked
from build.audit_files import Add, file, pair, verified
from build.signed import MARKETING, SERVICE, SignedStory
from build.world import seed
from linkcontract.limits import DAY
from linkcontract.model.items import path_commitment, value_commitment
from linkcontract.testing.scenario import Desk

RULES = "findings, Rules"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _honest,
        _opened,
        _erased,
        _other_dates,
        _raced,
        _breaches,
        _unseen,
        _forks,
        _fork_after_a_defended_fork,
        _told_apart,
        _stolen,
        _restored,
    ):
        one(add)


def _honest(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement)
    person.hear(use)
    person.ack()
    organisation.hear_all(person)
    organisation.ack()
    person.hear_all(organisation)
    mine, theirs = file(story, person), file(story, organisation)
    active = {agreement: "active"}
    verified(
        add, "both-sides", "Both files, complete.", story, [mine, theirs], same=True, phases=active
    )
    verified(
        add,
        "one-side",
        "One file alone: nothing is found, and whether they are the same is not known.",
        story,
        [mine],
        phases=active,
    )


def shared(story: SignedStory, person: Desk, agreement: Any) -> tuple[Any, list[Any]]:
    """A share of one item with its opening."""
    path, value = "vcard/fn", b"Zoe"
    salts = seed("audit path salt"), seed("audit value salt")
    rel = story.opening.id
    item = [path_commitment(rel, salts[0], path), value_commitment(rel, salts[1], value)]
    share = person.write(
        "share", thread=agreement.id, agreement=agreement.id, purpose=SERVICE, items=[item]
    )
    return share, [share.id, 0, path, salts[0], value, salts[1]]


def _opened(add: Add) -> None:
    story, person, _, agreement = agreed()
    _, opening = shared(story, person, agreement)
    verified(
        add,
        "with-values",
        "A file with the opening of a shared item.",
        story,
        [file(story, person, openings=[opening])],
    )
    other = [*opening[:4], b"Zed", opening[5]]
    verified(
        add,
        "with-another-value",
        "The opening is of another value than the share commits to. Careless: openings are not "
        "compared with their items.",
        story,
        [file(story, person, openings=[other])],
        [("altered-opening", "claim", None, [], "opening-value")],
    )
    verified(
        add,
        "with-values-twice",
        "The same opening stands there twice.",
        story,
        [file(story, person, openings=[opening, opening])],
        [("altered-opening", "claim", None, [], "export-repeated")],
    )


def _erased(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    share, _ = shared(story, person, agreement)
    how: dict[str, Any] = {"salts": True, "backups_until": None, "exceptions": []}
    person.write("erased", ref=share.id, scope="body", **how)
    organisation.hear_all(person)
    organisation.ack()
    person.hear_all(organisation)
    verified(
        add,
        "erased-body",
        "One side erased the body of a share and said so, the other has it: no finding, and the "
        "same statements. Careless: a body that is missing is always a finding.",
        story,
        [file(story, person, bare=[share]), file(story, organisation)],
        same=True,
    )


def _other_dates(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    early, made = file(story, person), story.now
    story.tick(DAY)
    revoke = person.revoke(agreement)
    organisation.hear(revoke)
    organisation.ack()
    late = file(story, organisation)
    verified(
        add,
        "of-different-dates",
        "The person's file is older than its revoke, the organisation's has it: no omission, since "
        "by its own clock the person signed later. Careless: whatever the other file has and this "
        "one has not was left out.",
        story,
        [early, late],
        same=False,
        phases={agreement: "ended"},
    )
    verified(
        add,
        "dated-later",
        "The same file with the date of today: now its exporter left its own revoke out.",
        story,
        [file(story, person, without=[revoke], at=made + 2 * DAY), late],
        [("omission", "claim", "P", [revoke], "")],
        RULES,
        same=False,
    )
    verified(
        add,
        "dated-within-the-second",
        "The file was made less than a second after the time of the revoke. A directed party's "
        "times are rounded down, so the revoke may be the later.",
        story,
        [file(story, person, without=[revoke], at=revoke.at + 999), late],
        [],
        RULES,
        same=False,
    )
    verified(
        add,
        "dated-a-second-later",
        "A whole second after the time of the revoke it is not the later any more.",
        story,
        [file(story, person, without=[revoke], at=revoke.at + 1_000), late],
        [("omission", "claim", "P", [revoke], "")],
        RULES,
        same=False,
    )


def _raced(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    person.revoke(agreement)
    organisation.use(agreement)
    organisation.hear_all(person)
    organisation.ack()
    person.hear_all(organisation)
    verified(
        add,
        "raced-use",
        "The organisation used before it heard of the revoke. Careless: a use after a revoke by "
        "the clock convicts.",
        story,
        [file(story, person), file(story, organisation)],
        same=True,
        phases={agreement: "ended"},
    )


def _breaches(add: Add) -> None:
    story, person, organisation, agreement, revoke = revoked()
    acknowledged = organisation.ledger.feed(organisation.party)[-1]
    use = organisation.use(agreement)
    person.hear(use)
    verified(
        add,
        "use-after-revoke",
        "The organisation acknowledged the revoke and used afterwards.",
        story,
        [file(story, person)],
        [("use-after-revoke", "conviction", "V", [revoke, acknowledged, use], "use")],
        RULES,
    )
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    share = person.share(agreement, MARKETING)
    person.hear(use)
    verified(
        add,
        "outside-permission",
        "A use of the organisation and a share of the person, both for what was never permitted.",
        story,
        [file(story, person)],
        [
            ("outside-permission", "conviction", "V", [use], "use"),
            ("outside-permission", "conviction", "P", [share], "share"),
        ],
        RULES,
    )


def _unseen(add: Add) -> None:
    story, person, organisation, agreement, revoke = revoked()
    acknowledged = organisation.ledger.feed(organisation.party)[-1]
    use = organisation.use(agreement, unseen=[revoke])
    person.hear(use)
    verified(
        add,
        "use-that-understates",
        "The use names nothing, but stands on the acknowledgement. Careless: only what the use "
        "itself names is looked at.",
        story,
        [file(story, person)],
        [("use-after-revoke", "conviction", "V", [revoke, acknowledged, use], "use")],
        RULES,
    )


def _forks(add: Add) -> None:
    story, person, organisation, _ = agreed()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    further = liar.ack()
    person.hear(one, further)
    verified(
        add,
        "fork",
        "Two statements of the organisation at one place in the person's file. The finding is "
        "about the place where the chain parts, whatever follows.",
        story,
        [file(story, person)],
        [("fork", "conviction", "V", pair(one, other), "")],
        RULES,
    )


def _fork_after_a_defended_fork(add: Add) -> None:
    story, person, organisation, _ = agreed()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    adopted = liar.rotate()
    organisation.rotate()
    organisation.rotate()
    again = organisation.twin()
    two, three = organisation.ack(), again.ack()
    person.hear(adopted, two, three)
    verified(
        add,
        "fork-after-a-defended-fork",
        "Two forks of one writer: both branches of the first stand, but one went on to a key that "
        "supersedes what the other came to; the second is under that key and convicts. Careless: a "
        "convicted writer is convicted of each of its forks.",
        story,
        [file(story, person)],
        [
            ("fork", "claim", "V", pair(one, other), ""),
            ("fork", "conviction", "V", pair(two, three), ""),
        ],
        RULES,
    )


def _told_apart(add: Add) -> None:
    story, person, organisation, _ = agreed()
    liar = organisation.twin()
    shown, hidden = organisation.ack(), liar.ack()
    person.hear(shown)
    mine, theirs = file(story, person), file(story, liar)
    verified(
        add, "fork-one-file", "Equivocation: the person's file by itself is clean.", story, [mine]
    )
    verified(
        add,
        "fork-two-files",
        "The organisation told the person one thing and its own file another: putting the files "
        "together shows it. Its file lacks what it signed for the person, too.",
        story,
        [mine, theirs],
        [
            ("fork", "conviction", "V", pair(shown, hidden), ""),
            ("omission", "claim", "V", [shown], ""),
        ],
        RULES,
        same=False,
    )


def _stolen(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    thief = organisation.twin()
    use = thief.use(agreement, MARKETING)
    rotation = organisation.rotate()
    person.hear(use, rotation)
    verified(
        add,
        "stolen-key",
        "A use outside the permission, beside the rotation of its writer: fork and breach are "
        "claims. Careless: the use convicts whoever's key signed it.",
        story,
        [file(story, person)],
        [
            ("fork", "claim", "V", pair(use, rotation), ""),
            ("outside-permission", "claim", "V", [use], "use"),
        ],
        RULES,
    )
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    organisation.rotate()
    person.hear_all(organisation)
    verified(
        add,
        "breach-rotated-on-top-of",
        "The same, but the rotation follows the use: its writer stood by it.",
        story,
        [file(story, person)],
        [("outside-permission", "conviction", "V", [use], "use")],
        RULES,
    )


def _restored(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    backup = person.twin()
    lost = person.share(agreement)
    organisation.hear(lost)
    rotation = backup.rotate()
    organisation.hear(rotation)
    organisation.ack()
    backup.hear_all(organisation)
    verified(
        add,
        "honest-restore",
        "The person came back from its backup and rotated first. Careless: convicted of a fork.",
        story,
        [file(story, backup), file(story, organisation)],
        [("fork", "claim", "P", pair(lost, rotation), "")],
        RULES,
        same=True,
    )
