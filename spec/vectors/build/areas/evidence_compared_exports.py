"""Exports that two implementations, made apart from each other, took differently."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from build.areas.evidence_objects import agreed
from build.audit_files import (
    Add,
    file,
    findings,
    pair,
    record,
    records,
    verified,
    written,
)
from build.signed import MARKETING, SignedStory
from build.world import Event, Party
from linkcontract.audit.export import (
    ExportHeader,
    KeyRecord,
    Record,
    StatementRecord,
    write_export,
)
from linkcontract.encoding import cid_text
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

EXPORTS = "findings, Exports"
VERIFYING = "findings, Verifying"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _open,
        _end,
        _end_and_on,
        _twice,
        _any_order,
        _malformed,
        _erased,
        _denial_knows_denial,
        _two_omissions,
        _acknowledged,
        _long_histories,
    ):
        one(add)


def _open(add: Add) -> None:
    story, person, *_ = agreed()
    verified(
        add,
        "open-without-body",
        "The open has no body, so there is no ledger. Careless: nothing is judged, so nothing is "
        "found, and the file passes for a good one.",
        story,
        [file(story, person, bare=[story.opening])],
        [("missing-body", "claim", None, [story.opening], "")],
        phases={},
    )
    story = SignedStory()
    person = story.person
    odd = story.made(
        person.history, "open", {}, at=story.tick(), ks=person.history.inception, fault="bad-body"
    )
    keys = [KeyRecord(0, one) for one in story.parties["P"].envelopes]
    head = ExportHeader(person.party, odd.id, story.now, with_data=False)
    data = b"".join(write_export(head, [*keys, record(odd)])).decode("ascii")
    verified(
        add,
        "open-with-another-body",
        "The open has a body that is none of an open: nothing can be begun from it.",
        story,
        [data],
        [("malformed", "claim", "P", [odd], "ledger-opening")],
        phases={},
    )


def _end(add: Add) -> None:
    story, person, *_ = agreed()
    good = file(story, person)
    last = good.splitlines()[-1]
    end: dict[str, Any] = json.loads(last)["end"]
    number, digest = end["records"], end["sha256"]
    for name, comment, members in (
        ("negative", "a negative number", {"records": -1, "sha256": digest}),
        ("float", "a number with a point", {"records": float(number), "sha256": digest}),
        ("text", "a number as text", {"records": str(number), "sha256": digest}),
        ("no-text", "a digest that is a number", {"records": number, "sha256": 7}),
        ("no-digits", "a digest of other letters", {"records": number, "sha256": "z" * 64}),
        ("member", "a member more", {**end, "note": "good"}),
        ("order", "its members in another order", {"sha256": digest, "records": number}),
    ):
        other = json.dumps({"end": members}, separators=(",", ":"))
        verified(
            add,
            f"end-form-{name}",
            f"A last line with {comment} is not of the form, so it is a damaged line and the file "
            "has no last one. Careless: whatever has the member `end` ends the file.",
            story,
            [good.replace(last, other)],
            [
                ("altered-line", "claim", None, [], "export-line"),
                ("altered-line", "claim", None, [], "export-no-end"),
            ],
            EXPORTS,
        )
    verified(
        add,
        "end-short-digest",
        "A digest with a digit less has the form, and is wrong.",
        story,
        [good.replace(digest, digest[:-1])],
        [("altered-line", "claim", None, [], "export-digest")],
        EXPORTS,
    )


def _end_and_on(add: Add) -> None:
    story, person, *_ = agreed()
    content = records(story, person.ledger.held())
    first, *lines, _ = written(story, person, content).splitlines(keepends=True)
    odd = '{"end":{"records":-1,"sha256":""}}\n'
    whole = "".join([first, *lines[:-1], odd, lines[-1]])
    verified(
        add,
        "end-form-in-the-middle",
        "After such a line the file goes on, and its last line counts it. Careless: what follows "
        "is left aside, so that the last statement is missing.",
        story,
        [_sealed(whole)],
        [("altered-line", "claim", None, [], "export-line")],
        EXPORTS,
    )


def _sealed(lines: str) -> str:
    """Lines with a last one that fits."""
    number = lines.count("\n") - 1
    digest = sha256(lines.encode("ascii")).hexdigest()
    return lines + f'{{"end":{{"records":{number},"sha256":"{digest}"}}}}\n'


def _twice(add: Add) -> None:
    story, person, _, agreement = agreed()
    whole, bare = record(agreement), record(agreement, bare=True)
    assert whole.body is not None
    _, body = whole.body
    other = StatementRecord(0, agreement.envelope, (bytes(32), body))
    repeated = ("altered-line", "claim", None, [], "export-repeated")
    altered = ("altered-body", "claim", None, [], "body-mismatch")
    for name, comment, both, rows in (
        ("bare-first", "first without its body", [bare, whole], [repeated]),
        ("bare-second", "the second time without its body", [whole, bare], [repeated]),
        ("altered-first", "first with another salt", [other, whole], [repeated, altered]),
        ("altered-second", "then with another salt", [whole, other], [repeated, altered]),
    ):
        content: list[Record] = []
        for old in records(story, person.ledger.held()):
            same = isinstance(old, StatementRecord) and old.envelope == agreement.envelope
            content += both if same else [old]
        verified(
            add,
            f"statement-twice-{name}",
            f"The proposal stands there twice, {comment}. Its body counts wherever it stands. "
            "Careless: the order of the lines decides what is judged.",
            story,
            [written(story, person, content)],
            rows,
            EXPORTS,
        )


def _any_order(add: Add) -> None:
    story, person, *_ = agreed()
    content = records(story, person.ledger.held())
    keys = [each for each in content if isinstance(each, KeyRecord)]
    said = [each for each in content if isinstance(each, StatementRecord)]
    verified(
        add,
        "lines-in-another-order",
        "Statements before those they name, and all before the key events: a writer does not do "
        "that, and a reader takes it. Careless: read in the order of the lines.",
        story,
        [written(story, person, [*reversed(said), *keys])],
        [],
        EXPORTS,
    )


def _followers(story: SignedStory, desk: Desk) -> list[Statement]:
    """A malformed statement, one built on it by `prev`, and one on that."""
    before = desk.ledger.feed(desk.party)[-1]
    chain = [desk.draft("ack", at=before.at - 1_000)]
    for _ in range(2):
        prev = chain[-1]
        chain.append(
            story.made(
                desk.history,
                "ack",
                {},
                at=story.tick(),
                ks=desk.ks,
                rel=desk.ledger.rel,
                seq=prev.seq + 1,
                prev=prev.id,
            )
        )
    return chain


def _malformed(add: Add) -> None:
    story, person, organisation, _ = agreed()
    first, second, third = _followers(story, organisation)
    rows = [
        ("malformed", "claim", "V", [first], "ledger-time"),
        ("malformed", "claim", "V", [second], "ledger-refused"),
        ("malformed", "claim", "V", [third], "ledger-refused"),
    ]
    for name, order in (
        ("", [first, second, third]),
        ("-backwards", [third, second, first]),
        ("-mixed", [second, first, third]),
    ):
        verified(
            add,
            f"built-on-a-malformed-statement{name}",
            "What names a malformed statement, directly or over another, is malformed too, in "
            "whatever order they stand. Careless: what comes after the refusal waits for ever.",
            story,
            [file(story, person, plus=order)],
            rows,
        )


def _erased(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement)
    how: dict[str, Any] = {"salts": True, "backups_until": None, "exceptions": []}
    before = person.ledger.feed(person.party)[-1]
    lie = person.draft("erased", at=before.at - 1_000, ref=use.id, scope="body", **how)
    held = list(person.ledger.held())
    for name, order in (("", [*held, use, lie]), ("-first", [lie, use, *held])):
        verified(
            add,
            f"erased-by-a-malformed-statement{name}",
            "A header comes without its body, and the only `erased` that names it is malformed. "
            "That it is in the files lets the header in, whatever becomes of it. Careless: only "
            "while it waits, which depends on the order.",
            story,
            [written(story, person, records(story, order, bare=[use]))],
            [("malformed", "claim", "P", [lie], "ledger-time")],
        )


def _denial_knows_denial(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    also = organisation.suspend(agreement)
    use = organisation.use(agreement)
    person.hear(use)
    verified(
        add,
        "use-after-own-suspension",
        "The first earlier statement of the user that had seen a denial is a denial itself: the "
        "finding is about it once. Careless: it is named twice.",
        story,
        [file(story, person)],
        [("use-after-revoke", "conviction", "V", [*pair(suspend, also), use], "use")],
    )


def _two_omissions(add: Add) -> None:
    story, person, organisation, _ = agreed()
    gone = person.ack()
    organisation.hear(gone)
    organisation.ack()
    person.hear_all(organisation)
    desks = sorted((person, organisation), key=lambda desk: cid_text(desk.party), reverse=True)
    for name, exporters in (("", desks), ("-the-other-way-round", desks[::-1])):
        verified(
            add,
            f"omitted-by-both{name}",
            "Neither file has a statement that both exporters are shown to have held: two findings "
            "that differ in the party alone, in the order of the parties. Careless: in the order "
            "of the files.",
            story,
            [file(story, desk, without=[gone]) for desk in exporters],
            [
                ("gap", "claim", None, [gone], ""),
                ("omission", "claim", "P", [gone], ""),
                ("omission", "claim", "V", [gone], ""),
            ],
            same=True,
        )


def _acknowledged(add: Add) -> None:
    story, person, organisation, _ = agreed()
    liar = organisation.twin()
    one, other = pair(organisation.ack(), liar.ack())
    person.hear(one, other)
    last = person.ack()
    feeds: Iterable[dict[str, Any]] = (
        {
            "writer": cid_text(person.party),
            "statements": len(person.ledger.feed(person.party)),
            "head": cid_text(last.id),
            "acknowledged": cid_text(person.ledger.feed(person.party)[-2].id),
        },
        {
            "writer": cid_text(organisation.party),
            "statements": len(person.ledger.feed(organisation.party)),
            "head": None,
            "acknowledged": cid_text(other.id),
        },
    )
    claims = {
        "findings": findings(story, [("fork", "conviction", "V", [one, other], "")]),
        "feeds": sorted(feeds, key=lambda feed: str(feed["writer"])),
    }
    add(
        "export-acknowledged-on-both-branches",
        "The person acknowledged two statements at one place: of two that stand equally far it is "
        "the one with the higher cid.",
        VERIFYING,
        "verify-export",
        {"files": [file(story, person)]},
        claims=claims,
    )


def _long_histories(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    person.hear(use)
    mine = list(person.ledger.held())
    adopted = organisation.rotate(branch=1)
    theirs = list(organisation.ledger.held())
    assert adopted in theirs
    party = Party("V", "public")
    line: list[Event] = [party.inception]
    while len(line) < 64:
        line.append(party.event(line[-1]))
    files = []
    for desk, held, events in (
        (person, mine, [each.envelope for each in line]),
        (organisation, theirs, list(story.parties["V"].envelopes)),
    ):
        keys = [KeyRecord(0, each) for each in [*story.parties["P"].envelopes, *events]]
        said = [record(each) for each in held]
        files.append(written(story, desk, [*keys, *said]))
    for name, order in (("", files), ("-the-other-way-round", files[::-1])):
        verified(
            add,
            f"histories-longer-than-one{name}",
            "One file has 64 key events of the organisation, the other a further one beside them, "
            "on which its chain goes on: joined they are 65, and all of them count. Careless: the "
            "history of the first file is full.",
            story,
            order,
            [("outside-permission", "conviction", "V", [use], "use")],
            same=False,
        )
