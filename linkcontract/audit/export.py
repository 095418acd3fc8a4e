"""One side's record of one relationship as a file that anybody can check offline.

The file is JSON Lines, one record to a line, so that a single damaged byte spoils a single record
and everything else still verifies. Signed bytes travel as base64url and are never re-encoded::

    {"linkcontract-export":1,"at":…,"exporter":"b…","rel":"b…","with_data":false}
    {"key":"…"}                      a key event, as its COSE_Sign1 envelope
    {"stmt":"…","body":["…","…"]}    a statement's envelope; its body record [salt, data] or null
    {"opening":"…"}                  an opened item, profile encoding of its seven-part array
    {"end":{"records":…,"sha256":"…"}}

Every line has exactly one spelling (members in the order shown, no white space, ASCII). The digest
in the last line covers all bytes before it and finds accidents; what finds forgery is the
signatures. A file holds one relationship only: nothing of a person's other relationships, no
secrets, and values only when it was made with them.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from linkcontract.encoding import cid_from_text, cid_text
from linkcontract.errors import LinkContractError, RemoteProtocolError
from linkcontract.limits import MAX_EXPORT_LINE, MAX_INTEGER

FORMAT_VERSION: Final = 1

_END: Final = re.compile(
    rb'\{"end":\{"records":(?:0|[1-9][0-9]*),"sha256":"[0-9A-Fa-f]*"\}\}', re.DOTALL
)
"""Form of the last line, whether or not what it says is right."""


@dataclass(frozen=True, slots=True)
class ExportHeader:
    """First line: who exported which relationship, when (Unix ms), with or without values."""

    exporter: bytes
    rel: bytes
    at: int
    with_data: bool


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key event's envelope, unverified."""

    line: int
    envelope: bytes


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """A statement's envelope and, where held, its body's salt and bytes; all unverified."""

    line: int
    envelope: bytes
    body: tuple[bytes, bytes] | None


@dataclass(frozen=True, slots=True)
class OpeningRecord:
    """An opening's profile encoding, unverified."""

    line: int
    data: bytes


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A line that is not a record: its number (from 1) and the code of what is wrong with it."""

    line: int
    code: str


Record = KeyRecord | StatementRecord | OpeningRecord


@dataclass(frozen=True, slots=True)
class ExportFile:
    """What an export file holds, still unverified, and the lines that hold nothing readable."""

    header: ExportHeader
    records: tuple[Record, ...]
    damaged: tuple[DamagedLine, ...]


def write_export(header: ExportHeader, records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the lines of an export, each with its line feed.

    Args:
        header: first line.
        records: key events before the statements they sign, statements before those that name
            them, openings after their share. Their `line` is ignored.
    """
    digest = hashlib.sha256()
    count = 0
    first = _line(_header(header))
    digest.update(first)
    yield first
    for record in records:
        line = _line(_members(record))
        digest.update(line)
        count += 1
        yield line
    yield _line({"end": {"records": count, "sha256": digest.hexdigest()}})


def read_export(lines: Sequence[bytes]) -> ExportFile:
    """Read an export's lines (each without its line feed).

    Returns:
        The records found and the lines that are damaged. Nothing is verified here beyond the
        spelling of the lines.

    Raises:
        RemoteProtocolError: `export-header` if the first line does not identify an export of
            this version: then nothing in the file can be trusted to be what it seems.
    """
    if not lines:
        raise RemoteProtocolError("export-header", "line 1")
    header = _read_header(lines[0])
    records: list[Record] = []
    damaged: list[DamagedLine] = []
    digest = hashlib.sha256(lines[0] + b"\n")
    ended = False
    for number, line in enumerate(lines[1:], start=2):
        if ended:
            damaged.append(DamagedLine(number, "export-after-end"))
            break  # said once: what follows is not of this file, however much it is
        if len(line) <= MAX_EXPORT_LINE and _END.fullmatch(line):
            ended = True
            end = {"records": number - 2, "sha256": digest.hexdigest()}
            if line + b"\n" != _line({"end": end}):
                damaged.append(DamagedLine(number, "export-digest"))
            continue
        try:
            records.append(_record(number, _read_line(line)))
        except RemoteProtocolError as error:
            damaged.append(DamagedLine(number, error.code))
        digest.update(line + b"\n")
    if not ended:
        damaged.append(DamagedLine(len(lines) + 1, "export-no-end"))
    return ExportFile(header, tuple(records), tuple(damaged))


def _header(header: ExportHeader) -> dict[str, object]:
    return {
        "linkcontract-export": FORMAT_VERSION,
        "at": header.at,
        "exporter": cid_text(header.exporter),
        "rel": cid_text(header.rel),
        "with_data": header.with_data,
    }


def _members(record: Record) -> dict[str, object]:
    match record:
        case KeyRecord(envelope=envelope):
            return {"key": _text(envelope)}
        case StatementRecord(envelope=envelope, body=body):
            return {
                "stmt": _text(envelope),
                "body": None if body is None else [_text(body[0]), _text(body[1])],
            }
        case OpeningRecord(data=data):
            return {"opening": _text(data)}


def _record(number: int, value: dict[str, object]) -> Record:
    record = _any_record(number, value)
    # A mapping has no order to match, and the line has one.
    if list(value) != list(_members(record)):
        raise RemoteProtocolError("export-line")
    return record


def _any_record(number: int, value: dict[str, object]) -> Record:
    match value:
        case {"key": str(envelope), **rest} if not rest:
            return KeyRecord(number, _bytes(envelope))
        case {"stmt": str(envelope), "body": None, **rest} if not rest:
            return StatementRecord(number, _bytes(envelope), None)
        case {"stmt": str(envelope), "body": [str(salt), str(data)], **rest} if not rest:
            return StatementRecord(number, _bytes(envelope), (_bytes(salt), _bytes(data)))
        case {"opening": str(data), **rest} if not rest:
            return OpeningRecord(number, _bytes(data))
    raise RemoteProtocolError("export-line")


def _read_header(line: bytes) -> ExportHeader:
    try:
        value = _read_line(line)
        match value:
            case {
                "linkcontract-export": 1,
                "at": int(at),
                "exporter": str(exporter),
                "rel": str(rel),
                "with_data": bool(with_data),
                **rest,
            } if not rest and 0 <= at <= MAX_INTEGER:
                found = ExportHeader(cid_from_text(exporter), cid_from_text(rel), at, with_data)
                # `true` equals 1 here, and is another spelling all the same.
                if line + b"\n" == _line(_header(found)):
                    return found
    except LinkContractError:
        pass
    raise RemoteProtocolError("export-header", "line 1")


def _read_line(line: bytes) -> dict[str, object]:
    """Parse one line and insist on its only spelling: what reads otherwise was altered."""
    if len(line) > MAX_EXPORT_LINE:
        raise RemoteProtocolError("export-line")
    try:
        value = json.loads(line.decode("ascii"))
        if isinstance(value, dict) and _line(value) == line + b"\n":
            return value
    except (ValueError, RecursionError):
        pass
    raise RemoteProtocolError("export-line")


def _line(members: dict[str, object]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode("ascii") + b"\n"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    """Strict base64url with padding: one text for one byte string."""
    try:
        data = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise RemoteProtocolError("export-line") from None
    if _text(data) != text:
        raise RemoteProtocolError("export-line")
    return data
