"""Stories of a linked pair as export files, and the ways to falsify them.

The pair is real: sessions, keys and ledgers. A liar is one of the two with its own key, signing
what an honest node would not; a forger rewrites a file, its last line included.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from linkcontract.audit.export import (
    ExportFile,
    ExportHeader,
    Record,
    StatementRecord,
    read_export,
    write_export,
)
from linkcontract.audit.findings import Finding, Weight
from linkcontract.audit.records import export_records
from linkcontract.audit.report import Report
from linkcontract.audit.verify import verify
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.limits import MINUTE
from linkcontract.model.statement import Head, Statement, write_statement
from linkcontract.protocol import Content
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import SimulatedNode
from linkcontract.testing.scenario import SERVICE, USE


def agreed(**how: Any) -> tuple[Pair, bytes]:
    """A pair with an agreement in force for SERVICE on `vcard`; its id, which is its thread's."""
    pair = Pair(**how).connect()
    return pair, pair.agree().id


def share(pair: Pair, agreement: bytes, *contents: Content) -> Statement:
    """The person shares; by default one name."""
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    return pair.person.write("share", body, contents or [Content("vcard/fn", b"Zoe")])


def use_body(agreement: bytes, purpose: str = SERVICE) -> dict[str, Any]:
    """The body of a use."""
    thread = {"thread": agreement, "agreement": agreement}
    return {**thread, "action": USE, "purpose": purpose, "ref": None}


def whole_story(**how: Any) -> tuple[Pair, bytes]:
    """Agreement, share, receipt, use, revoke, and both sides' erasures; all of it acknowledged."""
    pair, agreement = agreed(**how)
    shared = share(pair, agreement, Content("vcard/fn", b"Zoe"), Content("vcard/tel", b"555"))
    pair.run()
    pair.organisation.write("receipt", {"ref": shared.id, "openings_ok": True})
    pair.organisation.write("use", use_body(agreement))
    pair.run()
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    for node in pair.nodes:
        erase(node, shared.id)
    pair.pass_time(MINUTE)
    return pair, agreement


def erase(node: SimulatedNode, shared: bytes, scope: str = "openings") -> None:
    """Drop the openings of a share and sign for it."""
    erased = {"ref": shared, "scope": scope, "salts": True}
    node.write("erased", {**erased, "backups_until": None, "exceptions": []})
    node.live.forget_openings(shared)


def export(node: SimulatedNode, *, values: bool = True, at: int | None = None) -> bytes:
    """A node's export of its relationship."""
    session = node.live
    when = node.clock.now if at is None else at
    header = ExportHeader(node.party, session.rel, when, values)
    openings = session.openings if values else None
    records = export_records(session.ledger, session.histories, openings)
    return b"".join(write_export(header, list(records)))


def exports(pair: Pair) -> tuple[bytes, bytes]:
    """The person's and the organisation's."""
    return export(pair.person), export(pair.organisation)


def read(data: bytes) -> ExportFile:
    """An export's lines as `verify` gets them."""
    return read_export(data.removesuffix(b"\n").split(b"\n"))


def judged(*files: bytes) -> Report:
    """What the files come to."""
    return verify([read(data) for data in files])


def rewritten(
    data: bytes,
    keep: Callable[[Record], bool] = lambda _: True,
    *,
    header: ExportHeader | None = None,
    add: Sequence[Record] = (),
) -> bytes:
    """A file as a forger writes it again, last line and all."""
    file = read(data)
    kept = [record for record in file.records if keep(record)]
    return b"".join(write_export(header or file.header, [*kept, *add]))


def without(data: bytes, *statements: Statement) -> bytes:
    """A file from which a forger left statements out."""
    envelopes = {each.envelope for each in statements}

    def keep(record: Record) -> bool:
        return not (isinstance(record, StatementRecord) and record.envelope in envelopes)

    return rewritten(data, keep)


def record(statement: Statement, *, body: bool = True) -> StatementRecord:
    """A statement as a record."""
    kept = statement.record if body else None
    return StatementRecord(0, statement.envelope, None if kept is None else (kept.salt, kept.data))


def lie(
    node: SimulatedNode,
    type_: str,
    body: Mapping[str, Any],
    *,
    after: Statement | None = None,
    seen: Sequence[Head] | None = None,
    key: SigningKey | None = None,
    ks: bytes | None = None,
    at: int | None = None,
) -> Statement:
    """A statement with a node's key that its session does not sign.

    Args:
        after: the statement it follows; by default the end of the chain.
        seen: what it admits; by default everything the node holds and that one had not seen.
        key, ks: what signs; by default the live key, under the key event of `after`.
    """
    ledger = node.live.ledger
    before = ledger.feed(node.party)[-1] if after is None else after
    if seen is None:
        seen = [
            head
            for head in ledger.heads()
            if head.writer != node.party and not ledger.in_past(head.id, before.id)
        ]
    assert node.rows.key is not None
    return write_statement(
        key or SigningKey(node.rows.key),
        type=type_,
        rel=ledger.rel,
        writer=node.party,
        seq=before.seq + 1,
        prev=before.id,
        seen=seen,
        at=max(before.at, node.clock.now) if at is None else at,
        ks=ks or before.ks,
        body=body,
        salt=node.entropy(32),
    )


def kinds(report: Report, weight: Weight | None = None) -> set[str]:
    """The kinds of findings."""
    return {each.kind for each in report.findings if weight in (None, each.weight)}


def the_one(report: Report, kind: str) -> Finding:
    """The only finding of a kind."""
    found = [each for each in report.findings if each.kind == kind]
    assert len(found) == 1, [each.kind for each in report.findings]
    return found[0]
