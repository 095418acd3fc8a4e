"""Evidence objects that two implementations, made apart from each other, took differently."""

from build.areas.evidence_objects import agreed, forked
from build.audit_files import Add, evidence, fails, pair, past, proves
from build.signed import MARKETING, SignedStory


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_opening, _malformed, _key_events, _key_forks, _sizes, _twice, _denial):
        one(add)


def _opening(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    whole = past(organisation, use)
    fails(
        add,
        "refused-breach-open-not-first",
        "The open stands second.",
        evidence(story, "outside-permission", [use], [whole[1], whole[0], *whole[2:]]),
    )
    fails(
        add,
        "refused-breach-without-open",
        "The open is left out.",
        evidence(story, "outside-permission", [use], whole[1:]),
    )
    fails(
        add,
        "refused-breach-open-without-body",
        "The open has no body, so nothing can be folded.",
        evidence(story, "outside-permission", [use], whole, bare=[story.opening]),
    )


def _malformed(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    before = person.ledger.feed(person.party)[-1]
    late = person.draft("ack", at=before.at - 1_000)
    fails(
        add,
        "refused-breach-with-a-malformed-statement",
        "A statement in the object does not exist, though nothing rests on it: whoever made the "
        "object cannot have held it. Careless: it is left aside.",
        evidence(story, "outside-permission", [use], [*past(organisation, use), late]),
    )


def _key_events(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    person.rotate()
    organisation.hear_all(person)
    organisation.rotate()
    use = organisation.use(agreement, MARKETING)
    ours, theirs = story.parties["V"].envelopes, story.parties["P"].envelopes
    whole = past(organisation, use)
    events = [*ours, *theirs, ours[0], theirs[1], ours[1]]
    proves(
        add,
        "key-events-twice",
        "Some key events stand twice, which changes nothing. Careless: an inception begins its "
        "history anew, without what followed it.",
        story,
        evidence(story, "outside-permission", [use], whole, events=events),
        "V",
        [use],
        "outside-permission",
    )
    one, other = forked(person)
    both = [one, other]
    fails(
        add,
        "refused-key-event-without-inception",
        "A further key event of a party whose inception is not there, and that signed nothing "
        "here.",
        evidence(story, "fork", both, both, bare=None, events=[*theirs, ours[1]]),
        "cose-typ",
    )
    history = story.parties["V"]
    later = history.rotate(history.events_at(1)[0])
    (last,) = (each for each in history.envelopes if each not in ours)
    if history.position(later) != 2:
        raise ValueError("another event was made")
    fails(
        add,
        "refused-key-event-without-the-one-before",
        "A key event without the one it follows; its inception is there.",
        evidence(story, "fork", both, both, bare=None, events=[*theirs, ours[0], last]),
        "history-chain",
    )


def _key_forks(add: Add) -> None:
    story = SignedStory()
    history = story.parties["V"]
    events = sorted((history.rotate(history.party), history.rotate(history.party, branch=1)))
    first, *others = history.envelopes
    (stranger,) = story.parties["P"].envelopes
    proves(
        add,
        "key-fork-with-another-party-between",
        "The inception of somebody else stands among the key events.",
        story,
        evidence(story, "key-fork", events, rel=None, events=[first, stranger, *others]),
        "V",
        events,
        "key-fork",
    )


def _sizes(add: Add) -> None:
    story, _, organisation, _ = agreed()
    one, other = forked(organisation)
    for name, comment, salt, body in (
        ("salt-short", "A salt of 31 bytes", bytes(31), b"\xa0"),
        ("salt-long", "A salt of 33 bytes", bytes(33), b"\xa0"),
        ("body-empty", "A body of no byte", bytes(32), b""),
        ("body-long", "A body of a byte more than 64 KiB", bytes(32), bytes(65_537)),
    ):
        rows = [[one.envelope, salt, body], [other.envelope, None, None]]
        fails(
            add,
            f"refused-form-{name}",
            f"{comment}: it is not of the form.",
            evidence(story, "fork", [one, other], stmts=rows, parties=["V"]),
            "evidence-form",
        )


def _twice(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    whole = past(organisation, use)
    bare = [[each.envelope, None, None] for each in whole]
    full = [[each.envelope, *(each.record or (None, None))] for each in whole]
    for name, rows in (("bare-first", [*bare, *full]), ("bare-last", [*full, *bare])):
        proves(
            add,
            f"statements-twice-{name}",
            "Every statement stands there with its body and without: it counts once, with its "
            "body. Careless: the first counts, or the last.",
            story,
            evidence(story, "outside-permission", [use], stmts=rows, parties=["P", "V"]),
            "V",
            [use],
            "outside-permission",
        )


def _denial(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    also = organisation.suspend(agreement)
    use = organisation.use(agreement)
    proves(
        add,
        "use-after-own-suspension",
        "The first earlier statement of the user that had seen a denial is a denial itself, and "
        "is named once.",
        story,
        evidence(story, "use-after-revoke", [use], past(organisation, use)),
        "V",
        [*pair(suspend, also), use],
        "use-after-revoke",
    )
