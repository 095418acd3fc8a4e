"""What a thief of two keys in a row can sign, and what a writer stood by over both."""

from build.areas.evidence_objects import agreed
from build.audit_files import Add, evidence, fails, file, pair, past, proves, verified
from build.signed import MARKETING, SignedStory
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

RULES = "findings, Rules"


def build(add: Add) -> None:
    """The vectors of this module."""
    _told_of_the_last_key(add)
    _last_key_unnamed(add)
    _robbed_alone(add)
    _stood_by(add)


def _robbed() -> tuple[SignedStory, Desk, Desk, Statement, Statement, Statement]:
    """Somebody has the first two keys of the organisation, which rotated for the first time.

    It signs a breach under the first, and a rotation to the second on top of it.
    """
    story, person, organisation, agreement = agreed()
    thief = organisation.twin()
    honest = organisation.rotate()
    breach = thief.use(agreement, MARKETING)
    thief.ks = honest.ks
    cover = thief.write("rotate", event=honest.ks)
    return story, person, organisation, honest, breach, cover


def _told_of_the_last_key(add: Add) -> None:
    story, person, organisation, honest, breach, cover = _robbed()
    organisation.rotate()
    person.hear_all(organisation)
    person.hear(cover)
    verified(
        add,
        "two-old-keys",
        "A thief of two keys in a row signs a breach under the first and a rotation to the second "
        "on top. The organisation has rotated twice: it is convicted of nothing. Careless: the "
        "branch of the breach has come to a key that supersedes the breach's own.",
        story,
        [file(story, person)],
        [
            ("fork", "claim", "V", pair(honest, breach), ""),
            ("outside-permission", "claim", "V", [breach], "use"),
        ],
        RULES,
    )
    thief = person.twin()
    fails(
        add,
        "refused-breach-under-two-old-keys",
        "The breach and the rotation the thief put on top; the organisation's third key event is "
        "in the object. Careless: as above.",
        evidence(
            story, "outside-permission", [breach], [*past(thief, breach), cover], bare=[cover]
        ),
    )


def _last_key_unnamed(add: Add) -> None:
    story, person, _, honest, breach, cover = _robbed()
    history = story.parties["V"]
    history.rotate(honest.ks)
    person.hear(honest, cover)
    verified(
        add,
        "two-old-keys-last-unnamed",
        "The same, and no statement names the third key event yet: it is known from the history "
        "alone. By the ledger both branches have come to one key that nothing there supersedes; "
        "still it is no conviction. Careless: convicted of the breach.",
        story,
        [file(story, person)],
        [
            ("fork", "claim", "V", pair(honest, breach), ""),
            ("outside-permission", "claim", "V", [breach], "use"),
        ],
        RULES,
    )
    both = [honest, breach]
    fails(
        add,
        "refused-fork-under-two-old-keys",
        "The fork of the thief's breach with the first rotation, both branches come to the second "
        "key, and the third known.",
        evidence(story, "fork", both, [*both, cover], bare=None),
    )


def _robbed_alone(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    first = story.parties["V"].rotate(organisation.ks)
    story.parties["V"].rotate(first)
    breach = organisation.use(agreement, MARKETING)
    organisation.ks = first
    cover = organisation.write("rotate", event=first)
    person.hear(cover)
    verified(
        add,
        "two-old-keys-no-fork",
        "Breach and rotation are all there is: the organisation rotated twice and said nothing "
        "here since. A claim: who holds two old keys can sign this.",
        story,
        [file(story, person)],
        [("outside-permission", "claim", "V", [breach], "use")],
        RULES,
    )


def _stood_by(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    breach = organisation.use(agreement, MARKETING)
    first, second = organisation.rotate(), organisation.rotate()
    person.hear_all(organisation)
    verified(
        add,
        "breach-two-rotations-on-top",
        "The chain of the breach goes on to the last key event known: its writer stood by it.",
        story,
        [file(story, person)],
        [("outside-permission", "conviction", "V", [breach], "use")],
        RULES,
    )
    whole = past(organisation, breach)
    proves(
        add,
        "breach-two-rotations-on-top-of",
        "The same as an object: the headers lead to the last key event.",
        story,
        evidence(
            story,
            "outside-permission",
            [breach],
            [*whole, first, second],
            bare=[first, second],
        ),
        "V",
        [breach],
        "outside-permission",
    )
    fails(
        add,
        "refused-breach-one-rotation-short",
        "The object holds the header of the first rotation and not that of the second, whose key "
        "event it has. Careless: any later key will do.",
        evidence(story, "outside-permission", [breach], [*whole, first], bare=[first]),
    )
