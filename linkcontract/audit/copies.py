"""Reading exports into something that can be judged: verified statements, and what did not verify.

A copy is one side's file. Everything in it is checked on its own here (signatures, bodies against
their headers, openings against their shares); how statements fit together is `verify`'s business.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from linkcontract.audit.export import ExportFile, KeyRecord, OpeningRecord, StatementRecord
from linkcontract.audit.findings import Finding, Weight
from linkcontract.encoding import decode
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_BODY, MAX_VALUE, MAX_WRITERS
from linkcontract.model.items import Opening, check_opening, read_opening
from linkcontract.model.party import KeyHistory, take_key_event
from linkcontract.model.statement import BodyRecord, Statement, open_statement


@dataclass(slots=True)
class Copy:
    """One side's file, each part of it verified by itself.

    Attributes:
        number: which file, from 1.
        exporter, rel, at, with_data: as its header says; nobody signed that.
        histories: party -> key history.
        statements: id -> statement, with its body if that is there and matches.
        lines: statement id -> line.
        openings: those that match their shares, by share and index.
        findings: what did not verify.
    """

    number: int
    exporter: bytes
    rel: bytes
    at: int
    with_data: bool
    histories: dict[bytes, KeyHistory] = field(default_factory=dict)
    statements: dict[bytes, Statement] = field(default_factory=dict)
    lines: dict[bytes, int] = field(default_factory=dict)
    openings: dict[tuple[bytes, int], Opening] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def place(self, statement_id: bytes) -> tuple[tuple[int, int], ...]:
        """Where in the files a statement stands."""
        line = self.lines.get(statement_id)
        return () if line is None else ((self.number, line),)

    def claim(self, kind: str, line: int, code: str, party: bytes | None = None) -> None:
        """Note something that did not verify."""
        self.findings.append(
            Finding(
                kind=kind,
                weight=Weight.CLAIM,
                party=party,
                places=((self.number, line),),
                code=code,
            )
        )


def read_copy(file: ExportFile, number: int) -> Copy:
    """Verify the parts of an export.

    Args:
        file: as `read_export` gives it.
        number: which file this is, from 1, for the report.
    """
    header = file.header
    copy = Copy(number, header.exporter, header.rel, header.at, header.with_data)
    for damage in file.damaged:
        copy.claim("altered-line", damage.line, damage.code)
    _read_keys(copy, [record for record in file.records if isinstance(record, KeyRecord)])
    for record in file.records:
        if isinstance(record, StatementRecord):
            _read_statement(copy, record)
    for record in file.records:
        if isinstance(record, OpeningRecord):
            _read_opening(copy, record)
    return copy


def _read_keys(copy: Copy, records: Iterable[KeyRecord]) -> None:
    """Each event goes to the history of its party; one that fits nowhere is altered or misplaced.

    A relationship has at most 16 writers, and a file with more parties than that holds something
    else.
    """
    for record in records:
        try:
            _read_key(copy, record)
        except RemoteProtocolError as error:
            copy.claim("altered-key-event", record.line, error.code)


def _read_key(copy: Copy, record: KeyRecord) -> None:
    """Take in one event. Raises RemoteProtocolError: why it fits nowhere."""
    histories = dict(copy.histories)
    if not take_key_event(histories, record.envelope):
        copy.claim("altered-line", record.line, "export-repeated")
        return
    if len(histories) > MAX_WRITERS:
        raise RemoteProtocolError("ledger-writer")
    copy.histories.update(histories)


def _read_statement(copy: Copy, record: StatementRecord) -> None:
    try:
        statement = open_statement(record.envelope, copy.histories)
    except RemoteProtocolError as error:
        copy.claim("altered-statement", record.line, error.code)
        return
    if statement.relationship != copy.rel:
        copy.claim("altered-statement", record.line, "ledger-relationship")
        return
    if record.body is not None:
        try:
            statement = statement.with_body(BodyRecord(*record.body))
        except RemoteProtocolError as error:
            copy.claim("altered-body", record.line, error.code)
    held = copy.statements.get(statement.id)
    if held is not None:
        copy.claim("altered-line", record.line, "export-repeated")
        # which of the two lines comes first must not decide what is known
        if held.record is None:
            copy.statements[statement.id] = statement
        return
    copy.statements[statement.id] = statement
    copy.lines[statement.id] = record.line


def _read_opening(copy: Copy, record: OpeningRecord) -> None:
    try:
        value = decode(record.data, max_bytes=MAX_VALUE + MAX_BODY)
        opening = read_opening(value)
        share = copy.statements.get(opening.share)
        if share is None:
            raise RemoteProtocolError("opening-share", "opening.share")
        check_opening(copy.rel, share, opening)
        if (opening.share, opening.index) in copy.openings:
            raise RemoteProtocolError("export-repeated")
    except RemoteProtocolError as error:
        copy.claim("altered-opening", record.line, error.code)
        return
    copy.openings[opening.share, opening.index] = opening
