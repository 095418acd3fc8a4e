"""Exports and evidence objects of signed stories, honest and not, and what is found in them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from build.case import BrokenVectorError
from build.signed import SignedStory
from linkcontract.audit.export import (
    ExportHeader,
    KeyRecord,
    OpeningRecord,
    Record,
    StatementRecord,
    write_export,
)
from linkcontract.encoding import cid_text, encode
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]
Row = tuple[str, str, str | None, Sequence[Statement | bytes], str]
"""Kind, weight, label of the party, statements, code."""


def record(statement: Statement, *, bare: bool = False) -> StatementRecord:
    """A statement as it stands in an export."""
    body = None if bare or statement.record is None else tuple(statement.record)
    return StatementRecord(0, statement.envelope, body)  # type: ignore[arg-type]


def records(
    story: SignedStory,
    statements: Iterable[Statement],
    *,
    bare: Collection[Statement] = (),
    openings: Iterable[Sequence[Any]] = (),
) -> list[Record]:
    """The records of an export, every history among them."""
    keys: list[Record] = [
        KeyRecord(0, envelope)
        for party in sorted(story.histories)
        for envelope in story.histories[party].envelopes  # type: ignore[attr-defined]
    ]
    said = [record(each, bare=each in bare) for each in statements]
    return [*keys, *said, *(OpeningRecord(0, encode(list(each))) for each in openings)]


def written(
    story: SignedStory,
    exporter: Desk,
    content: Iterable[Record],
    *,
    at: int | None = None,
    with_data: bool = False,
    party: bytes | None = None,
) -> str:
    """An export of these records, whatever they are, with a first and a last line that fit."""
    when = story.now if at is None else at
    header = ExportHeader(party or exporter.party, story.opening.id, when, with_data)
    return b"".join(write_export(header, content)).decode("ascii")


def file(
    story: SignedStory,
    exporter: Desk,
    *,
    without: Collection[Statement] = (),
    plus: Iterable[Statement] = (),
    at: int | None = None,
    **how: Any,
) -> str:
    """A desk's export: what it holds, but for what is left out and with what is put in."""
    held = [each for each in exporter.ledger.held() if each not in without]
    return written(story, exporter, records(story, [*held, *plus], **how), at=at)


def findings(story: SignedStory, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Findings as the door gives them."""
    found = []
    for kind, weight, party, about, code in rows:
        names = [cid_text(each if isinstance(each, bytes) else each.id) for each in about]
        who = None if party is None else cid_text(story.parties[party].party)
        found.append(
            {"kind": kind, "weight": weight, "party": who, "statements": names, "code": code}
        )
    return sorted(
        found,
        key=lambda each: (each["kind"], each["statements"], each["code"], each["party"] or ""),
    )


def pair(one: Statement, other: Statement) -> list[Statement]:
    """Two statements in the order in which a finding names them."""
    return sorted((one, other), key=lambda each: each.id)


def verified(
    add: Add,
    name: str,
    comment: str,
    story: SignedStory,
    files: Sequence[str],
    rows: Iterable[Row] = (),
    spec: str = "findings, Verifying",
    *,
    same: bool | None = None,
    phases: dict[Statement, str] | None = None,
) -> None:
    """Add a vector of `verify-export` with exactly these findings."""
    claims: dict[str, Any] = {"findings": findings(story, rows), "same": same}
    if phases is not None:
        claims["phases"] = {cid_text(each.id): phase for each, phase in phases.items()}
    add(f"export-{name}", comment, spec, "verify-export", {"files": list(files)}, claims=claims)


def evidence(
    story: SignedStory,
    kind: str,
    about: Sequence[Statement | bytes],
    statements: Sequence[Statement] = (),
    *,
    bare: Collection[Statement] | None = (),
    parties: Iterable[str] | None = None,
    events: Sequence[bytes] | None = None,
    rel: bytes | bool | None = True,
    **changes: Any,
) -> bytes:
    """An evidence object.

    Args:
        statements: those in it.
        bare: which of them come without body; None for all.
        parties: whose key events are in it; by default of every writer.
        events: the envelopes themselves instead.
        rel: another relationship, or None; by default the story's.
        changes: further or other members.
    """
    writers = {story.writer(each.writer) for each in statements} if parties is None else parties
    kel = [
        envelope
        for party in sorted(story.parties[label].party for label in writers)
        for envelope in story.histories[party].envelopes  # type: ignore[attr-defined]
    ]
    value = {
        "v": 1,
        "kind": kind,
        "rel": story.opening.id if rel is True else rel,
        "about": [each if isinstance(each, bytes) else each.id for each in about],
        "kel": kel if events is None else list(events),
        "stmts": [_row(each, bare is None or each in bare) for each in statements],
        **changes,
    }
    return encode(value)


def _row(statement: Statement, bare: bool) -> list[bytes | None]:
    if bare or statement.record is None:
        return [statement.envelope, None, None]
    return [statement.envelope, *statement.record]


def past(desk: Desk, use: Statement) -> list[Statement]:
    """A statement and all it had seen, in an order in which each comes after all it names."""
    if use.id not in desk.ledger:
        raise BrokenVectorError("the use is not held")
    held = desk.ledger.held()
    return [each for each in held if each.id == use.id or desk.ledger.in_past(each.id, use.id)]


def proves(
    add: Add,
    name: str,
    comment: str,
    story: SignedStory,
    data: bytes,
    party: str,
    about: Sequence[Statement | bytes],
    kind: str,
) -> None:
    """Add a vector of an evidence object that shows what it says."""
    (row,) = findings(story, [(kind, "conviction", party, about, "")])
    claims = {each: row[each] for each in ("kind", "party", "statements")}
    add(name, comment, "findings, Evidence objects", "evidence", {"bytes": data}, claims=claims)


def fails(add: Add, name: str, comment: str, data: bytes, error: str = "evidence-fails") -> None:
    """Add a vector of an evidence object that does not."""
    add(name, comment, "findings, Evidence objects", "evidence", {"bytes": data}, error=error)
