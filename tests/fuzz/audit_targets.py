"""Exports and evidence objects as fuzz targets: files from anybody, read by an auditor.

A mutated file never convicts: what is signed in it is what two honest nodes signed. Besides whole
files the target takes single records and writes the file again around them, digest included, so
that the mutation reaches what is behind the spelling of lines.
"""

from collections.abc import Callable, Sequence

from linkcontract.audit.evidence import Evidence, check_evidence
from linkcontract.audit.export import (
    ExportHeader,
    KeyRecord,
    OpeningRecord,
    Record,
    StatementRecord,
    read_export,
    write_export,
)
from linkcontract.audit.records import export_records
from linkcontract.audit.verify import verify
from linkcontract.errors import RemoteProtocolError
from linkcontract.protocol import Content
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import SimulatedNode
from linkcontract.testing.scenario import SERVICE


def _story() -> Pair:
    pair = Pair().connect()
    agreement = pair.agree().id
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    pair.person.write("share", body, [Content("vcard/fn", b"Zoe")])
    pair.run()
    return pair


PAIR = _story()


def records(node: SimulatedNode) -> list[Record]:
    session = node.live
    return list(export_records(session.ledger, session.histories, session.openings))


def header(node: SimulatedNode) -> ExportHeader:
    return ExportHeader(node.party, node.live.rel, PAIR.clock.now, True)


def written(node: SimulatedNode, every: Sequence[Record]) -> bytes:
    return b"".join(write_export(header(node), every))


PERSON = records(PAIR.person)
OTHER = read_export(
    written(PAIR.organisation, records(PAIR.organisation)).removesuffix(b"\n").split(b"\n")
)


def judge(data: bytes) -> object:
    report = verify([read_export(data.removesuffix(b"\n").split(b"\n")), OTHER])
    assert not report.convictions
    if not report.confirmed:
        raise RemoteProtocolError("export-line")
    return report


def judge_record(data: bytes) -> object:
    """One record of a file: its kind as the first byte, its number as the next, then its bytes."""
    if len(data) < 2:
        raise RemoteProtocolError("export-line")
    index, rest = data[1] % len(PERSON), data[2:]
    record: Record
    match data[0] % 4:
        case 0:
            record = KeyRecord(0, rest)
        case 1:
            old = PERSON[index]
            record = StatementRecord(
                0, rest, old.body if isinstance(old, StatementRecord) else None
            )
        case 2:
            old = PERSON[index]
            envelope = old.envelope if isinstance(old, StatementRecord) else b""
            record = StatementRecord(0, envelope, (rest[:32], rest[32:]))
        case _:
            record = OpeningRecord(0, rest)
    return judge(written(PAIR.person, [*PERSON[:index], record, *PERSON[index + 1 :]]))


def _seeds() -> list[bytes]:
    seeds = []
    for index, record in enumerate(PERSON):
        match record:
            case KeyRecord(envelope=envelope):
                seeds.append(bytes((0, index)) + envelope)
            case StatementRecord(envelope=envelope, body=body):
                seeds.append(bytes((1, index)) + envelope)
                if body is not None:
                    seeds.append(bytes((2, index)) + body[0] + body[1])
            case OpeningRecord(data=data):
                seeds.append(bytes((3, index)) + data)
    return seeds


def _evidence() -> bytes:
    """A liar's fork: it signs two acknowledgements for one place."""
    liar = _story()
    node = liar.organisation
    backup = node.rows
    one = node.write("ack", {})
    node.rows = backup
    node.crash()
    node.revive()
    node.clock.now += 1
    other = node.write("ack", {})
    events = node.own_history().envelopes
    made = Evidence("fork", node.live.rel, (one.id, other.id), events, (one, other))
    return made.to_bytes()


AUDIT_TARGETS: dict[str, tuple[Callable[[bytes], object], Sequence[bytes]]] = {
    "export": (judge, [written(PAIR.person, PERSON)]),
    "export-record": (judge_record, _seeds()),
    "evidence": (check_evidence, [_evidence()]),
}
"""Name → (reader, seeds it accepts)."""
