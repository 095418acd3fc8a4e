"""Evidence: one conviction as a file of its own, which anybody can check without either record.

An evidence object carries the key events and statements that prove one finding, and nothing else.
A fork needs two headers, a fork of keys two key events; a breach needs everything its author had
seen, since a permission can only be shown to be absent in the whole of that. `check_evidence`
derives the finding again from the bytes and believes nothing the object says about itself.

    {v: 1, kind, rel, about: [+ cid], kel: [+ envelope],
     stmts: [* [envelope, salt / null, body / null]]}

What it cannot show is that nothing else exists: the accused may answer with a rotation that
supersedes what it rests on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from linkcontract.audit.findings import Finding, Weight
from linkcontract.audit.standing import adoption, courses, fork_convicts, stands
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
from linkcontract.model.party import PUBLIC, KeyHistory, take_key_event
from linkcontract.model.statement import BodyRecord, Statement, open_statement

EVIDENCE_KINDS: Final = ("fork", "key-fork", "use-after-revoke", "outside-permission")
"""The convictions that can be shown by themselves."""

_ROOM: Final = 256
"""What an envelope adds to its payload at most."""

_SHAPE: Final = schema.closed(
    {
        "v": fields.version,
        "kind": fields.one_of(*EVIDENCE_KINDS),
        "rel": schema.nullable(fields.cid),
        "about": schema.array(fields.cid, 1, MAX_KEY_EVENTS, distinct=True),
        "kel": schema.array(fields.data(1, MAX_KEY_EVENT + _ROOM), 1, MAX_KEY_EVENTS * MAX_WRITERS),
        "stmts": schema.array(
            schema.row(
                fields.data(1, MAX_HEADER + _ROOM),
                schema.nullable(fields.digest),
                schema.nullable(fields.data(1, MAX_BODY)),
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence object.

    Attributes:
        kind: one of `EVIDENCE_KINDS`.
        rel: the relationship; None for a fork of keys, which is about all of a party's.
        about: what is held against the accused: two statements, two key events, or the breach.
        key_events: envelopes, each after the one it follows.
        statements: each after everything it names, as far as it is here.
    """

    kind: str
    rel: bytes | None
    about: tuple[bytes, ...]
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
            "about": list(self.about),
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
    """The evidence object for a conviction found in a ledger.

    Args:
        ledger: that holds the statements the finding rests on.
        histories: the key histories of its writers.
        finding: a conviction of a kind in `EVIDENCE_KINDS`.

    Raises:
        LocalProtocolError: evidence-kind for a claim, another kind, or what is not in this ledger.
    """
    if finding.kind not in EVIDENCE_KINDS or finding.weight is not Weight.CONVICTION:
        raise LocalProtocolError("evidence-kind", "finding.kind")
    accused = finding.party
    if accused is None or accused not in histories:
        raise LocalProtocolError("evidence-kind", "finding.party")
    if finding.kind == "key-fork":
        return Evidence(
            finding.kind, None, finding.statements, _lines(histories[accused], finding), ()
        )
    about = finding.statements if finding.kind == "fork" else finding.statements[-1:]
    named = [_held(ledger, name) for name in about]
    history, feed = histories[accused], ledger.feed(accused)
    # Headers prove a fork, and that a branch came to a later key: no body is anybody's business.
    if finding.kind == "fork":
        chosen = [each.bare() for each in named]
        stood_by = [each.bare() for one in named for each in courses(feed, one)]
    else:
        chosen = _whole_past(ledger, named[0])
        stood_by = [each.bare() for each in adoption(history, feed, named[0])]
    here = {each.id for each in chosen}
    chosen += [each for each in stood_by if each.id not in here]
    writers = {each.writer for each in chosen}
    events = [event for party in sorted(writers) for event in histories[party].envelopes]
    return Evidence(finding.kind, ledger.rel, about, tuple(events), tuple(chosen))


def check_evidence(data: bytes) -> Finding:
    """Derive the conviction again from an evidence object.

    It stands unless the accused shows a rotation that supersedes what it rests on; that defence is
    the accused's to produce.

    Raises:
        RemoteProtocolError: evidence-form if it is no evidence object; evidence-fails if what is in
            it does not show what it claims; the codes of key histories, statements and bodies.
    """
    try:
        value = schema.read(_SHAPE, decode(data, max_bytes=MAX_EVIDENCE), "evidence")
    except RemoteProtocolError:
        raise RemoteProtocolError("evidence-form") from None
    if any((salt is None) != (body is None) for _, salt, body in value["stmts"]):
        raise RemoteProtocolError("evidence-form", "evidence.stmts")
    histories = _read_histories(value["kel"])
    statements = _read_statements(value["stmts"], histories)
    about: tuple[bytes, ...] = value["about"]
    if value["kind"] == "key-fork":
        if value["rel"] is not None or statements:
            raise RemoteProtocolError("evidence-fails", "evidence.rel")
        return _check_key_fork(about, histories)
    if any(each.relationship != value["rel"] for each in statements):
        raise RemoteProtocolError("evidence-fails", "evidence.rel")
    by_id = {each.id: each for each in statements}
    if not all(name in by_id for name in about):
        raise RemoteProtocolError("evidence-fails", "evidence.about")
    accused = [by_id[name] for name in about]
    if not all(stands(histories[each.writer], statements, each) for each in accused):
        raise RemoteProtocolError("evidence-fails", "evidence.kel")
    if value["kind"] == "fork":
        return _check_fork(accused, statements, histories)
    return _check_breach(value["kind"], accused, statements, histories)


def _check_key_fork(about: Sequence[bytes], histories: Mapping[bytes, KeyHistory]) -> Finding:
    for history in histories.values():
        positions = {history.position(event) for event in about}
        if len(about) > 1 and len(positions) == 1 and None not in positions:
            if history.kind != PUBLIC:
                break
            return Finding(
                kind="key-fork",
                weight=Weight.CONVICTION,
                party=history.party,
                statements=tuple(sorted(about)),
            )
    raise RemoteProtocolError("evidence-fails", "evidence.about")


def _check_fork(
    accused: Sequence[Statement],
    statements: Sequence[Statement],
    histories: Mapping[bytes, KeyHistory],
) -> Finding:
    places = {(each.writer, each.seq, each.prev) for each in accused}
    if len(accused) != 2 or len(places) != 1:
        raise RemoteProtocolError("evidence-fails", "evidence.about")
    one, other = accused
    if not fork_convicts(histories[one.writer], statements, one, other):
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")
    return Finding(
        kind="fork",
        weight=Weight.CONVICTION,
        party=one.writer,
        statements=tuple(sorted((one.id, other.id))),
    )


def _check_breach(
    kind: str,
    accused: Sequence[Statement],
    statements: Sequence[Statement],
    histories: Mapping[bytes, KeyHistory],
) -> Finding:
    ledger = _folded(statements, histories)
    use = accused[0]
    if len(accused) != 1 or use.type not in ("use", "share") or use.id not in ledger:
        raise RemoteProtocolError("evidence-fails", "evidence.about")
    if ledger.void_reason(use.id) or ledger.use_status(use.id) is not UseStatus.BREACH:
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")
    breach = ledger.breach(use.id)
    assert breach is not None  # the status says so
    if (kind == "use-after-revoke") != bool(breach.denials):
        raise RemoteProtocolError("evidence-fails", "evidence.kind")
    return Finding(
        kind=kind,
        weight=Weight.CONVICTION,
        party=use.writer,
        statements=breach.rests_on,
        code=use.type,
    )


def _folded(statements: Sequence[Statement], histories: Mapping[bytes, KeyHistory]) -> Ledger:
    """The ledger of an object. What does not exist has no place in it: a liar put it there."""
    escrow = Escrow(len(statements), MAX_EVIDENCE, most_writers=len(statements))
    try:
        ledger = Ledger(statements[0], histories, escrow=escrow)
        refused = [name for each in statements[1:] for name in ledger.add(each).refused]
    except RemoteProtocolError:
        raise RemoteProtocolError("evidence-fails", "evidence.stmts") from None
    if refused:
        raise RemoteProtocolError("evidence-fails", "evidence.stmts")
    return ledger


def _whole_past(ledger: Ledger, use: Statement) -> list[Statement]:
    """A statement with all it had seen, and the erasures that explain bodies that are gone."""
    chosen = [
        each for each in ledger.held() if each.id == use.id or ledger.in_past(each.id, use.id)
    ]
    here = {each.id for each in chosen}
    gone = {each.id for each in chosen if each.record is None}
    explained = [
        each
        for each in ledger.held()
        if each.type == "erased" and each.body is not None and each.body["ref"] in gone
        # A header without its body is complete once an erasure names it (spec: ledger, A1.8).
    ]
    return chosen + [each for each in explained if each.id not in here]


def _read_histories(envelopes: Iterable[bytes]) -> dict[bytes, KeyHistory]:
    histories: dict[bytes, KeyHistory] = {}
    for envelope in envelopes:
        take_key_event(histories, envelope)
    return histories


def _lines(history: KeyHistory, finding: Finding) -> tuple[bytes, ...]:
    """The key events that lead to those a finding is about: a parted history may be long."""
    return tuple(
        event.envelope
        for event in history.events.values()
        if any(history.reaches(accused, event.id) for accused in finding.statements)
    )


def _read_statements(rows: Iterable[Any], histories: Mapping[bytes, KeyHistory]) -> list[Statement]:
    """The statements, each once; of two that are the same the one with a body counts."""
    found: dict[bytes, Statement] = {}
    for envelope, salt, body in rows:
        statement = open_statement(envelope, histories)
        if salt is not None:
            statement = statement.with_body(BodyRecord(salt, body))
        held = found.get(statement.id)
        if held is None or held.record is None:
            found[statement.id] = statement
    return list(found.values())


def _held(ledger: Ledger, name: bytes) -> Statement:
    statement = ledger.get(name)
    if statement is None:
        raise LocalProtocolError("evidence-kind", "finding.statements")
    return statement
