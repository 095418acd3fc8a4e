"""Evidence: one finding as a file of its own, which anybody can check without either side's record.

An evidence object carries the key events and statements that prove one finding, and nothing else.
A fork needs two headers; a breach needs everything its author had seen, since a permission can only
be shown to be absent in the whole of that. `check_evidence` derives the finding again from the
bytes and believes nothing the object says about itself.

    {v: 1, kind, rel, kel: [* envelope], stmts: [* [envelope, salt / null, body / null]]}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from linkcontract.audit.findings import Finding, Weight
from linkcontract.encoding import decode, encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.ledger import Escrow, Ledger, UseStatus
from linkcontract.limits import (
    MAX_BODY,
    MAX_EVIDENCE,
    MAX_HEADER,
    MAX_KEY_EVENT,
    MAX_KEY_EVENTS,
    MAX_WRITERS,
)
from linkcontract.model import fields, schema
from linkcontract.model.party import KeyHistory, open_key_history
from linkcontract.model.statement import BodyRecord, Statement, open_statement

EVIDENCE_KINDS: Final = ("fork", "use-after-revoke", "outside-permission")
"""The findings that can be shown by themselves."""

_ROOM: Final = 256
"""What an envelope adds to its payload at most."""

_SHAPE: Final = schema.closed(
    {
        "v": fields.version,
        "kind": fields.one_of(*EVIDENCE_KINDS),
        "rel": fields.cid,
        "kel": schema.array(fields.data(1, MAX_KEY_EVENT + _ROOM), 1, MAX_KEY_EVENTS * MAX_WRITERS),
        "stmts": schema.array(
            schema.row(
                fields.data(1, MAX_HEADER + _ROOM),
                schema.nullable(fields.digest),
                schema.nullable(fields.data(1, MAX_BODY)),
            ),
            1,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence object.

    Attributes:
        kind: one of `EVIDENCE_KINDS`.
        rel: the relationship.
        key_events: envelopes, each after the one it follows.
        statements: each after everything it names, as far as it is here.
    """

    kind: str
    rel: bytes
    key_events: tuple[bytes, ...] = field(repr=False)
    statements: tuple[Statement, ...] = field(repr=False)

    def to_bytes(self) -> bytes:
        """The object's one encoding.

        Raises:
            LocalProtocolError: evidence-size.
        """
        value: dict[str, Any] = {
            "v": 1,
            "kind": self.kind,
            "rel": self.rel,
            "kel": list(self.key_events),
            "stmts": [
                [each.envelope, *(each.record if each.record is not None else (None, None))]
                for each in self.statements
            ],
        }
        data = encode(value)
        if len(data) > MAX_EVIDENCE:
            raise LocalProtocolError("evidence-size")
        return data


def gather_evidence(
    ledger: Ledger, histories: Mapping[bytes, KeyHistory], finding: Finding
) -> Evidence:
    """The evidence object for a finding made in a ledger.

    Args:
        ledger: that holds the statements the finding rests on.
        histories: the key histories of its writers.
        finding: of a kind in `EVIDENCE_KINDS`.

    Raises:
        LocalProtocolError: evidence-kind for another kind, or one that is not in this ledger.
    """
    last = ledger.get(finding.statements[-1]) if finding.statements else None
    if finding.kind not in EVIDENCE_KINDS or last is None:
        raise LocalProtocolError("evidence-kind", "finding.kind")
    if finding.kind == "fork":
        # Headers prove a fork: what the two bodies say is nobody's business here.
        chosen = [_bare(ledger.get(name)) for name in finding.statements]
    else:
        chosen = [
            each for each in ledger.held() if each.id == last.id or ledger.in_past(each.id, last.id)
        ]
    writers = {each.writer for each in chosen}
    events = [event for party in sorted(writers) for event in histories[party].envelopes]
    return Evidence(finding.kind, ledger.rel, tuple(events), tuple(chosen))


def check_evidence(data: bytes) -> Finding:
    """Derive the finding again from an evidence object.

    A conviction by a fork stands unless the accused shows a rotation on exactly one of the two
    branches; that defence is the accused's to produce.

    Raises:
        RemoteProtocolError: evidence-form if it is no evidence object; evidence-fails if what is in
            it does not show what it claims; the codes of key histories, statements and bodies.
    """
    try:
        value = schema.read(_SHAPE, decode(data, max_bytes=MAX_EVIDENCE), "evidence")
    except RemoteProtocolError:
        raise RemoteProtocolError("evidence-form") from None
    histories = _read_histories(value["kel"])
    statements = [_read_statement(row, histories) for row in value["stmts"]]
    if any(each.relationship != value["rel"] for each in statements):
        raise RemoteProtocolError("evidence-fails", "evidence.rel")
    if value["kind"] == "fork":
        return _check_fork(statements, histories)
    return _check_breach(value["kind"], statements, histories)


def _check_fork(statements: list[Statement], histories: Mapping[bytes, KeyHistory]) -> Finding:
    if len(statements) != 2:
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")
    one, other = statements
    same_place = (one.writer, one.seq, one.prev) == (other.writer, other.seq, other.prev)
    if not same_place or one.id == other.id:
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")
    history = histories[one.writer]
    if history.descends(one.ks, other.ks) or history.descends(other.ks, one.ks):
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")  # a rotation supersedes
    return Finding(
        kind="fork",
        weight=Weight.CONVICTION if one.ks == other.ks else Weight.CLAIM,
        party=one.writer,
        statements=tuple(sorted((one.id, other.id))),
    )


def _check_breach(
    kind: str, statements: list[Statement], histories: Mapping[bytes, KeyHistory]
) -> Finding:
    bound = len(statements) + 1
    ledger = Ledger(statements[0], histories, escrow=Escrow(bound, MAX_EVIDENCE))
    for each in statements[1:]:
        ledger.add(each)
    use = statements[-1]
    if use.type not in ("use", "share") or use.id not in ledger or ledger.void_reason(use.id):
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")
    if ledger.use_status(use.id) is not UseStatus.BREACH:
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")
    breach = ledger.breach(use.id)
    assert breach is not None  # the status says so
    if (kind == "use-after-revoke") != bool(breach.denials):
        raise RemoteProtocolError("evidence-fails", "evidence.kind")
    rests_on = [denial.id for denial in breach.denials]
    if breach.acknowledged is not None:
        rests_on.append(breach.acknowledged.id)
    return Finding(
        kind=kind,
        weight=Weight.CONVICTION,
        party=use.writer,
        statements=(*rests_on, use.id),
        code=use.type,
    )


def _read_histories(envelopes: Iterable[bytes]) -> dict[bytes, KeyHistory]:
    histories: dict[bytes, KeyHistory] = {}
    last: KeyHistory | None = None
    for envelope in envelopes:
        if last is not None:
            try:
                last = histories[last.party] = last.extend([envelope])
                continue
            except RemoteProtocolError:
                pass  # then it has to begin the next history
        last = open_key_history([envelope])
        histories[last.party] = last
    return histories


def _read_statement(row: Any, histories: Mapping[bytes, KeyHistory]) -> Statement:
    envelope, salt, body = row
    statement = open_statement(envelope, histories)
    if (salt is None) != (body is None):
        raise RemoteProtocolError("evidence-form", "evidence.stmts")
    return statement if salt is None else statement.with_body(BodyRecord(salt, body))


def _bare(statement: Statement | None) -> Statement:
    if statement is None:
        raise LocalProtocolError("evidence-kind", "finding.statements")
    return Statement(
        id=statement.id,
        type=statement.type,
        rel=statement.rel,
        writer=statement.writer,
        seq=statement.seq,
        prev=statement.prev,
        seen=statement.seen,
        at=statement.at,
        ks=statement.ks,
        bh=statement.bh,
        envelope=statement.envelope,
    )
