"""Bounds of evidence objects, and every denial a breach may be about."""

import base64
from collections.abc import Callable
from typing import Any

from build.areas.evidence_objects import agreed, forked
from build.audit_files import Add, evidence, fails, file, past, proves
from build.signed import MARKETING, SERVICE, SignedStory, agree
from build.world import some_cid
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_form, _key_forks, _fork_places, _denials, _of_another_thread, _headers):
        one(add)


def _form(add: Add) -> None:
    story, _, organisation, _ = agreed()
    one, other = forked(organisation)
    both = [one, other]
    events = story.parties["V"].envelopes
    many = [some_cid(f"{number}") for number in range(63)]
    row = [bytes(4353), None, None]
    for name, comment, data in (
        (
            "about-65",
            "It is about sixty-five statements. Careless: the length of `about` is looked at only"
            " where the kind says what it is.",
            evidence(story, "fork", [*both, *many], both, bare=None),
        ),
        (
            "no-key-events",
            "There are no key events at all. Careless: that is found when one is looked for.",
            evidence(story, "fork", both, both, bare=None, events=[]),
        ),
        (
            "key-events-1025",
            "More key events than there may be, of no bytes. Careless: they are taken apart first.",
            evidence(story, "fork", both, both, bare=None, events=[b""] * 1025),
        ),
        (
            "key-event-1281",
            "A key event longer than any can be. Careless: it is taken apart first.",
            evidence(story, "fork", both, both, bare=None, events=[*events, bytes(1281)]),
        ),
        (
            "header-4353",
            "A header longer than any can be. Careless: it is taken apart first.",
            evidence(story, "fork", both, stmts=[row], parties=["V"]),
        ),
        (
            "row-of-two",
            "A statement without a place for its body.",
            evidence(story, "fork", both, stmts=[[one.envelope, None]], parties=["V"]),
        ),
        (
            "about-text",
            "A statement by its text form.",
            evidence(story, "fork", [b"bafyrei"], both, bare=None),
        ),
    ):
        fails(add, f"refused-form-{name}", comment, data, "evidence-form")


def _key_forks(add: Add) -> None:
    story = SignedStory()
    history = story.parties["V"]
    pair = sorted((history.rotate(history.party), history.rotate(history.party, branch=1)))
    above = history.rotate(pair[0])
    proves(
        add,
        "key-fork-the-other-way-round",
        "The order of `about` means nothing; what it is about is sorted.",
        story,
        evidence(story, "key-fork", pair[::-1], parties=["V"], rel=None),
        "V",
        pair,
        "key-fork",
    )
    for name, comment, about in (
        (
            "one-beside",
            "Two events at one position, and a third one at another. Careless: two are enough.",
            [*pair, above],
        ),
        (
            "unknown",
            "Two events at one position, and one that is not in the object.",
            [*pair, some_cid("event")],
        ),
        ("strangers", "Two events, neither of which is in the object.", [some_cid("event"), above]),
    ):
        fails(
            add,
            f"refused-key-fork-{name}",
            comment,
            evidence(story, "key-fork", about, parties=["V"], rel=None),
        )
    fails(
        add,
        "refused-key-fork-with-statements",
        "A fork of keys holds no statements, and this one has some beside it. Careless: what is"
        " not asked for is passed over.",
        evidence(story, "key-fork", pair, [story.join], rel=None),
    )


def _fork_places(add: Add) -> None:
    story, _, organisation, _ = agreed()
    before = organisation.ack()
    one = organisation.ack()
    other = story.made(
        organisation.history,
        "ack",
        {},
        at=story.tick(),
        ks=organisation.ks,
        rel=story.opening.id,
        seq=one.seq + 1,
        prev=before.id,
    )
    fails(
        add,
        "refused-fork-of-one-prev-and-two-seqs",
        "Two statements with one `prev` and different numbers: one of them is malformed, and it is"
        " no fork. Careless: only `prev` is compared.",
        evidence(story, "fork", [one, other], [one, other], bare=None),
    )
    stranger = SignedStory(opener="organisation").organisation.ack()
    liar = organisation.twin()
    left, right = organisation.ack(), liar.ack()
    fails(
        add,
        "refused-fork-beside-another-relationship",
        "A right fork, and beside it a statement of another relationship. Careless: only what it"
        " is about is looked at.",
        evidence(story, "fork", [left, right], [left, right, stranger], bare=None),
    )


Denial = Callable[[SignedStory, Desk, Desk], tuple[Statement, Statement]]


def _retract(_: SignedStory, person: Desk, organisation: Desk) -> tuple[Statement, Statement]:
    first = person.propose(SERVICE)
    denial = person.retract(first)
    organisation.hear(denial)
    return denial, agree(person, organisation, answers=first)


def _refuse(_: SignedStory, person: Desk, organisation: Desk) -> tuple[Statement, Statement]:
    first = organisation.propose(MARKETING)
    person.hear(first)
    denial = person.refuse(first)
    return denial, agree(person, organisation, answers=first)


def _terminate(story: SignedStory, person: Desk, organisation: Desk) -> Any:
    agreement = agree(person, organisation)
    denial = person.terminate(agreement, effective=story.now + 86_400_000)
    organisation.hear(denial)
    return denial, agreement


def _undelegate(story: SignedStory, person: Desk, organisation: Desk) -> Any:
    agreement = agree(person, organisation)
    denial = person.undelegate(story.agent("agent", silent=True))
    organisation.hear(denial)
    return denial, agreement


def _revoke(_: SignedStory, person: Desk, organisation: Desk) -> tuple[Statement, Statement]:
    agreement = agree(person, organisation)
    denial = person.revoke(None, "dpv:Advertising")
    organisation.hear(denial)
    return denial, agreement


def _denials(add: Add) -> None:
    rows: tuple[tuple[str, Denial], ...] = (
        ("retract", _retract),
        ("refuse", _refuse),
        ("terminate", _terminate),
        ("undelegate", _undelegate),
        ("revoke of no thread", _revoke),
    )
    for words, denied in rows:
        story = SignedStory()
        organisation = story.organisation
        denial, agreement = denied(story, story.person, organisation)
        feed = organisation.ledger.feed(organisation.party)
        use = organisation.use(agreement, MARKETING)
        knowing = [each for each in feed if organisation.ledger.in_past(denial.id, each.id)][:1]
        proves(
            add,
            f"use-after-a-{words.replace(' ', '-')}",
            f"A use for what was never permitted, with a {words} in its past: any denial that is"
            " not void makes it a use after a denial. Careless: only a revoke does.",
            story,
            evidence(story, "use-after-revoke", [use], past(organisation, use)),
            "V",
            [denial, *knowing, use],
            "use-after-revoke",
        )


def _of_another_thread(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    other = agree(person, organisation)
    organisation.hear(person.revoke(other))
    use = organisation.use(agreement, MARKETING)
    proves(
        add,
        "outside-permission-beside-another-revoke",
        "The revoke in the past of the use is of another thread. Careless: any denial counts.",
        story,
        evidence(story, "outside-permission", [use], past(organisation, use)),
        "V",
        [use],
        "outside-permission",
    )
    fails(
        add,
        "refused-use-after-another-revoke",
        "The same use as a use after a revoke: the revoke is of another thread.",
        evidence(story, "use-after-revoke", [use], past(organisation, use)),
    )


def _headers(add: Add) -> None:
    story, person, *_ = agreed()
    good = file(story, person)
    first, rest = good.split("\n", 1)
    exporter, rel = first.split('"exporter":"')[1][:59], first.split('"rel":"')[1][:59]
    at = first.split('"at":')[1].split(",")[0]
    for name, comment, old, new in (
        (
            "time",
            "A time that is no integer of this protocol. Careless: rounded by a reader of JSON.",
            f'"at":{at}',
            '"at":9007199254740992',
        ),
        (
            "exporter",
            "An exporter whose last character has bits that belong to nothing. Careless: compared"
            " as text, and a stranger.",
            exporter,
            _spare(exporter),
        ),
        (
            "relationship",
            "A relationship whose last character has bits that belong to nothing.",
            rel,
            _spare(rel),
        ),
        (
            "relationship-of-other-bytes",
            "A relationship of the length of a cid that is none.",
            rel,
            _raw(rel),
        ),
        ("time-leading-zero", "A time in a second spelling.", f'"at":{at}', f'"at":0{at}'),
    ):
        add(
            f"export-refused-first-line-{name}",
            f"The first line: {comment}",
            "findings, Exports",
            "verify-export",
            {"files": [first.replace(old, new, 1) + "\n" + rest]},
            error="export-header",
        )


def _spare(text: str) -> str:
    """The same cid with a spare bit set."""
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    return text[:-1] + digits[digits.index(text[-1]) + 1]


def _raw(text: str) -> str:
    """The same digest under the codec of raw bytes."""
    data = bytearray(base64.b32decode(text[1:].upper() + "=" * 6))
    data[1] = 0x55
    return "b" + base64.b32encode(bytes(data)).decode().lower().rstrip("=")
