"""Exports that somebody altered, cut off, or left something out of; and what is no export."""

import json
from collections.abc import Callable

from build.areas.evidence_objects import agreed
from build.audit_files import Add, file, records, verified, written
from build.signed import SignedStory
from linkcontract.audit.export import KeyRecord, Record, StatementRecord
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

EXPORTS = "findings, Exports"
RULES = "findings, Rules"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_lines, _end, _keys, _statements, _twice, _foreign, _left_out, _bodies, _refused):
        one(add)


def _lines(add: Add) -> None:
    story, person, *_ = agreed()
    good = file(story, person)
    lines = good.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith('{"stmt"')) + 3
    line = lines[place]
    value = json.loads(line)
    swapped = json.dumps({"body": value["body"], "stmt": value["stmt"]}, separators=(",", ":"))
    lost = list(person.ledger.held()[3:4])
    for name, comment, other in (
        ("space", "A blank after a colon.", line.replace(":", ": ", 1)),
        ("order", "The members in another order.", swapped + "\n"),
        ("member", "One member more.", line.replace('{"stmt"', '{"note":1,"stmt"')),
        ("empty", "An empty line.", "\n"),
        ("padding", "The base64url has no padding.", line.replace("=", "")),
        ("return", "It ends in a carriage return as well.", line.replace("\n", "\r\n")),
    ):
        changed = "".join([*lines[:place], other, *lines[place + 1 :]])
        _damaged(add, story, f"line-{name}", comment, changed, lost)


def _damaged(
    add: Add,
    story: SignedStory,
    name: str,
    comment: str,
    changed: str,
    lost: list[Statement],
) -> None:
    """One line of a file that is read as if it were not there."""
    behind = [("gap", "claim", None, lost, ""), ("omission", "claim", "P", lost, "")]
    verified(
        add,
        name,
        f"{comment} The line counts as damaged, the digest does not fit, and the statement it held "
        "is missed. Careless: what a JSON reader can read is a record.",
        story,
        [changed],
        [
            ("altered-line", "claim", None, [], "export-digest"),
            ("altered-line", "claim", None, [], "export-line"),
            *behind,
        ],
        EXPORTS,
    )


def _end(add: Add) -> None:
    story, person, *_ = agreed()
    good = file(story, person)
    body, end = good.rstrip("\n").rsplit("\n", 1)
    says = json.loads(end)["end"]

    def ending(**changes: object) -> str:
        last = json.dumps({"end": {**says, **changes}}, separators=(",", ":"))
        return f"{body}\n{last}\n"

    zero = "0" * 64
    for name, comment, text, code in (
        ("count", "It says one record more.", ending(records=says["records"] + 1), "export-digest"),
        ("digest", "It says another digest.", ending(sha256=zero), "export-digest"),
        (
            "upper-case",
            "The digest in capital letters.",
            ending(sha256=says["sha256"].upper()),
            "export-digest",
        ),
        ("missing", "The file was cut off before it.", body + "\n", "export-no-end"),
        ("after", "A line stands after it.", good + '{"key":"AAAA"}\n', "export-after-end"),
        ("after-several", "Several lines do: said once.", good + "\n\n\n", "export-after-end"),
    ):
        verified(
            add,
            f"end-{name}",
            f"The last line: {comment}",
            story,
            [text],
            [("altered-line", "claim", None, [], code)],
            EXPORTS,
        )
    verified(
        add,
        "end-without-line-feed",
        "The last line ends without its line feed, which carries nothing.",
        story,
        [good.removesuffix("\n")],
        [],
        EXPORTS,
    )


def changed(story: SignedStory, exporter: Desk, change: Callable[[Record], list[Record]]) -> str:
    """An export as a forger writes it again, first and last line right."""
    content = records(story, exporter.ledger.held())
    return written(story, exporter, [new for old in content for new in change(old)])


def _keys(add: Add) -> None:
    story, person, *_ = agreed()
    rotation = person.rotate()
    story.organisation.hear(rotation)
    event = story.parties["P"].envelopes[-1]

    def flip(old: Record) -> list[Record]:
        if isinstance(old, KeyRecord) and old.envelope == event:
            altered = bytearray(event)
            altered[-1] ^= 1
            return [KeyRecord(0, bytes(altered))]
        return [old]

    verified(
        add,
        "altered-key-event",
        "A bit of the signature of the person's rotation is another; the file was written again "
        "around it. What is signed under that event does not verify either.",
        story,
        [changed(story, person, flip)],
        [
            ("altered-key-event", "claim", None, [], "cose-signature"),
            ("altered-statement", "claim", None, [], "cose-key"),
        ],
        EXPORTS,
    )


def _statements(add: Add) -> None:
    story, person, organisation, _ = agreed()
    last = organisation.ack()
    person.hear(last)

    def flip(old: Record) -> list[Record]:
        if isinstance(old, StatementRecord) and old.envelope == last.envelope:
            altered = bytearray(old.envelope)
            altered[-1] ^= 1
            return [StatementRecord(0, bytes(altered), old.body)]
        return [old]

    mine = changed(story, person, flip)
    verified(
        add,
        "altered-statement",
        "A bit of a signature is another, in a file that was written again around it. Careless: "
        "only the digest is checked.",
        story,
        [mine],
        [("altered-statement", "claim", None, [], "cose-signature")],
        EXPORTS,
    )
    verified(
        add,
        "altered-statement-two-files",
        "The other file has the statement as it was signed. Nobody shows that the person held it: "
        "it is the last of the other side, so it is no omission.",
        story,
        [mine, file(story, organisation)],
        [("altered-statement", "claim", None, [], "cose-signature")],
        EXPORTS,
        same=False,
    )

    def forged(old: Record) -> list[Record]:
        if isinstance(old, StatementRecord) and old.envelope == last.envelope:
            return [StatementRecord(0, old.envelope, (bytes(32), b"\xa0"))]
        return [old]

    verified(
        add,
        "altered-body",
        "The body record of an ack has another salt: it is none of that header, which is taken "
        "without it and waits for its body.",
        story,
        [changed(story, person, forged)],
        [
            ("altered-body", "claim", None, [], "body-mismatch"),
            ("missing-body", "claim", None, [last], ""),
        ],
        EXPORTS,
    )


def _twice(add: Add) -> None:
    story, person, organisation, _ = agreed()
    last = organisation.ack()
    person.hear(last)
    first = next(each for each in records(story, []) if isinstance(each, KeyRecord))
    held = list(person.ledger.held())
    for name, comment, content in (
        ("statement-twice", "A statement stands there twice.", records(story, [*held, last])),
        (
            "key-event-twice",
            "A key event stands there twice.",
            [first, *records(story, held)],
        ),
    ):
        verified(
            add,
            name,
            comment,
            story,
            [written(story, person, content)],
            [("altered-line", "claim", None, [], "export-repeated")],
            EXPORTS,
        )


def _foreign(add: Add) -> None:
    story, person, *_ = agreed()
    other = SignedStory(opener="organisation")
    stranger = other.person.ack()
    verified(
        add,
        "statement-of-another-relationship",
        "A statement of another relationship of the same two parties. Careless: it is folded in, "
        "or waits.",
        story,
        [file(story, person, plus=[stranger])],
        [("altered-statement", "claim", None, [], "ledger-relationship")],
        EXPORTS,
    )
    verified(
        add,
        "exporter-is-a-stranger",
        "The first line, which nobody signed, names an exporter that is no party of the "
        "relationship.",
        story,
        [
            written(
                story,
                person,
                records(story, person.ledger.held()),
                party=story.opening.id,
            )
        ],
        [("altered-line", "claim", None, [], "export-exporter")],
    )
    before = person.ledger.feed(person.party)[-1]
    late = person.draft("ack", at=before.at - 1_000)
    verified(
        add,
        "malformed-statement",
        "A signed statement whose time goes back in its own chain cannot stand where it says.",
        story,
        [file(story, person, plus=[late])],
        [("malformed", "claim", "P", [late], "ledger-time")],
    )


def _left_out(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    revoke = person.revoke(agreement)
    organisation.hear(revoke)
    acknowledged = organisation.ack()
    person.hear(acknowledged)
    story.tick()
    mine = file(story, person)
    verified(
        add,
        "omitted-revoke",
        "The organisation leaves the revoke out of its file and keeps its acknowledgement, which "
        "names it.",
        story,
        [mine, file(story, organisation, without=[revoke])],
        [("omission", "claim", "V", [revoke], "")],
        RULES,
        same=False,
        phases={agreement: "ended"},
    )
    verified(
        add,
        "omitted-revoke-one-file",
        "The same file alone: the statement is in no file besides, and what names it waits.",
        story,
        [file(story, organisation, without=[revoke])],
        [("gap", "claim", None, [revoke], ""), ("omission", "claim", "V", [revoke], "")],
        RULES,
        phases={agreement: "active"},
    )
    verified(
        add,
        "omitted-with-its-acknowledgement",
        "It leaves out its acknowledgement, too. The person's file has it, and by its time it was "
        "signed before the file was made. Careless: only what is named in a file belongs in it.",
        story,
        [mine, file(story, organisation, without=[revoke, acknowledged])],
        [
            ("omission", "claim", "V", [revoke], ""),
            ("omission", "claim", "V", [acknowledged], ""),
        ],
        RULES,
        same=False,
    )
    verified(
        add,
        "omitted-open",
        "The open is left out: there is no ledger and nothing to judge by.",
        story,
        [file(story, person, without=[story.opening])],
        [
            ("gap", "claim", None, [story.opening], ""),
            ("omission", "claim", "P", [story.opening], ""),
        ],
        RULES,
        phases={},
    )


def _bodies(add: Add) -> None:
    story, person, _, agreement = agreed()
    verified(
        add,
        "missing-body",
        "The proposal comes without its body: nothing that follows can be placed. Careless: it is "
        "taken as a proposal without terms.",
        story,
        [file(story, person, bare=[agreement])],
        [("missing-body", "claim", None, [agreement], "")],
        phases={},
    )
    share = person.share(agreement)
    verified(
        add,
        "missing-body-of-a-share",
        "The body of a share is not there, and no erased says why.",
        story,
        [file(story, person, bare=[share])],
        [("missing-body", "claim", None, [share], "")],
        phases={agreement: "active"},
    )


def _refused(add: Add) -> None:
    story, person, organisation, _ = agreed()
    mine, theirs = file(story, person), file(story, organisation)
    other = SignedStory(opener="organisation")
    foreign = file(other, other.organisation)
    first, rest = mine.split("\n", 1)
    for name, comment, files, code in (
        ("no-file", "No file at all.", [], "verify-files"),
        ("three-files", "Three files.", [mine, theirs, mine], "verify-files"),
        ("same-exporter", "Two files of one side.", [mine, mine], "verify-exporter"),
        (
            "two-relationships",
            "Files of two relationships.",
            [mine, foreign],
            "verify-relationship",
        ),
        ("empty", "An empty file.", [""], "export-header"),
        ("without-first-line", "The first line is missing.", [rest], "export-header"),
        (
            "another-version",
            "Another version.",
            [mine.replace('"linkcontract-export":1', '"linkcontract-export":2', 1)],
            "export-header",
        ),
        (
            "first-line-float",
            "1.0 is another spelling of 1. Careless: parsed and compared.",
            [mine.replace('"linkcontract-export":1', '"linkcontract-export":1.0', 1)],
            "export-header",
        ),
        (
            "first-line-member",
            "The first line has a member more.",
            [first.replace("}", ',"note":1}') + "\n" + rest],
            "export-header",
        ),
    ):
        add(
            f"export-refused-{name}",
            comment,
            "findings, Verifying" if code.startswith("verify") else EXPORTS,
            "verify-export",
            {"files": files},
            error=code,
        )
