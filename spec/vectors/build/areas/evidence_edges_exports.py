"""Exports with too many parties, lines too long, openings of nothing, and two files that differ."""

from build.areas.evidence_objects import agreed
from build.audit_files import (
    Add,
    evidence,
    fails,
    file,
    pair,
    past,
    proves,
    records,
    verified,
    written,
)
from build.signed import MARKETING, SignedStory
from build.world import Party, seed, some_cid
from linkcontract.audit.export import KeyRecord

EXPORTS = "findings, Exports"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _opening_of_nothing,
        _parties,
        _long_line,
        _two_files,
        _void_use,
        _denials,
        _parted,
    ):
        one(add)


def _opening_of_nothing(add: Add) -> None:
    story, person, *_ = agreed()
    opening = [some_cid("share"), 0, "a", seed("a"), b"value", seed("b")]
    verified(
        add,
        "opening-of-no-statement",
        "An opening of a statement that is not in the file. Careless: it is kept until the"
        " statement comes.",
        story,
        [file(story, person, openings=[opening])],
        [("altered-opening", "claim", None, [], "opening-share")],
        EXPORTS,
    )


def _parties(add: Add) -> None:
    story, person, *_ = agreed()
    others = [Party(f"party {number}", "directed") for number in range(15)]
    known = records(story, person.ledger.held())
    for name, count, comment, rows in (
        ("16", 14, "Sixteen parties, most of which sign nothing.", []),
        (
            "17",
            15,
            "One more. Careless: a file may show as many as it likes.",
            [("altered-key-event", "claim", None, [], "ledger-writer")],
        ),
    ):
        more = [KeyRecord(0, each.inception.envelope) for each in others[:count]]
        keys = [each for each in known if isinstance(each, KeyRecord)]
        rest = [each for each in known if not isinstance(each, KeyRecord)]
        verified(
            add,
            f"parties-{name}",
            comment,
            story,
            [written(story, person, [*keys, *more, *rest])],
            rows,
            EXPORTS,
        )


def _long_line(add: Add) -> None:
    story, person, *_ = agreed()
    head = '{"key":"'
    for name, size, comment, code in (
        (
            "longest",
            262142,
            "A line of two characters less than 256 KiB is read, and holds no key event.",
            "cose-too-large",
        ),
        ("too-long", 262146, "A longer line. Careless: read as what it may be.", "export-line"),
    ):
        first, rest = file(story, person).split("\n", 1)
        line = head + "A" * (size - len(head) - 2) + '"}'
        kind = "altered-key-event" if code == "cose-too-large" else "altered-line"
        verified(
            add,
            f"line-{name}",
            comment,
            story,
            [f"{first}\n{line}\n{rest}"],
            [
                ("altered-line", "claim", None, [], "export-digest"),
                (kind, "claim", None, [], code),
            ],
            EXPORTS,
        )


def _two_files(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement)
    person.hear(use)
    story.tick()
    mine, theirs = file(story, person), file(story, organisation, bare=[use])
    for name, files in (("first", [mine, theirs]), ("last", [theirs, mine])):
        verified(
            add,
            f"body-in-one-of-two-{name}",
            "One of two files has a body that the other has not. Careless: the later file counts.",
            story,
            files,
            [],
            same=True,
        )
    damaged = theirs.replace('{"stmt"', '{"stm"', 1)
    verified(
        add,
        "damaged-second",
        "What is wrong with the second of two files. Careless: the first one's findings only.",
        story,
        [mine, damaged],
        [
            ("altered-line", "claim", None, [], "export-digest"),
            ("altered-line", "claim", None, [], "export-line"),
            ("omission", "claim", "V", [story.opening], ""),
        ],
        same=False,
    )


def _void_use(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    unheard = person.ack()
    body = {"thread": agreement.id, "agreement": agreement.id, "action": "dpv:Use"}
    organisation.write("use", **body, purpose=MARKETING, ref=unheard.id)
    verified(
        add,
        "void-use",
        "A use for what was never permitted that is void, for what it refers to. Careless: a breach"
        " is looked for in whatever is held.",
        story,
        [file(story, organisation)],
    )


def _denials(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    first = person.revoke(agreement, "dpv:Advertising")
    organisation.hear(first)
    knowing = organisation.ack()
    more = [person.revoke(agreement, f"dpv:{name}") for name in ("Tracking", "Personalisation")]
    organisation.hear(*more)
    organisation.ack()
    organisation.ack()
    use = organisation.use(agreement, MARKETING)
    denials = sorted([first, *more], key=lambda each: each.id)
    proves(
        add,
        "use-after-three-revokes",
        "Three denials, acknowledged one after the other: all three, sorted, and of the"
        " acknowledgements the first that had seen one of them. Careless: the last, or one that"
        " had seen all.",
        story,
        evidence(story, "use-after-revoke", [use], past(organisation, use)),
        "V",
        [*denials, knowing, use],
        "use-after-revoke",
    )


def _parted(add: Add) -> None:
    for label, kind in (("V", "public"), ("P", "directed")):
        story = SignedStory()
        desk = story.organisation if label == "V" else story.person
        liar = desk.twin()
        one, other = desk.ack(), liar.ack()
        gone = [desk.rotate(), liar.rotate(branch=1)]
        data = evidence(story, "fork", [one, other], [one, other, *gone], bare=None)
        if kind == "public":
            proves(
                add,
                "fork-with-parted-keys",
                "A public party forks, and each branch goes over to a key of its own at the same"
                " position: its keys parted, which convicts. Careless: only one key on both"
                " branches does.",
                story,
                data,
                label,
                pair(one, other),
                "fork",
            )
        else:
            fails(
                add,
                "refused-fork-of-a-person-with-parted-keys",
                "The same of a directed party: one of the two may be a thief, and nothing of it"
                " stands.",
                data,
            )
