"""Statements: the signed header, the body record beside it, and the value the ledger folds.

A statement is named by the CID of its header payload, never by its envelope: a second signature
is not a second statement. `Statement` is that header, verified and read, with its body if held.

Spec: statements, Statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from linkcontract.crypto.cose import open_sign1, sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.encoding import cid_of, decode, encode, hash_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_BODY, MAX_HEADER, MAX_SEEN
from linkcontract.model import fields, schema
from linkcontract.model.bodies import parse_body
from linkcontract.model.party import KeyHistory

BAD_BODY: Final = "bad-body"
"""The one fault a body can have: it is what `bh` binds and fails its schema."""


class Head(NamedTuple):
    """One entry of `seen`, and the head of a feed: (writer's party, seq, statement id)."""

    writer: bytes
    seq: int
    id: bytes


SEEN: Final = schema.array(schema.row(fields.cid, fields.integer(), fields.cid), 0, MAX_SEEN)
"""[* [writer, seq, id]]; the order is checked where the writer is known."""

_HEADER: Final = schema.closed(
    {
        "v": fields.version,
        "type": fields.text,
        "rel": schema.nullable(fields.cid),
        "from": fields.cid,
        "seq": fields.integer(),
        "prev": schema.nullable(fields.cid),
        "seen": SEEN,
        "at": fields.time,
        "ks": fields.cid,
        "bh": fields.digest,
    }
)


class BodyRecord(NamedTuple):
    """What `bh` binds: a 32-byte salt and the exact body bytes (an empty body is one byte, a0)."""

    salt: bytes
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statement:
    """A header, verified and read, and its body if it is held.

    Attributes:
        id: CID of the header payload.
        type: protocol text; a type nobody knows is legal here and void in the ledger.
        rel: CID of the open payload; None only in `open` itself.
        writer: the party that signs (`from` on the wire).
        seq, prev: position in the writer's chain; prev is None iff seq is 0.
        seen: heads of other writers newly learned since prev, sorted, no duplicates, at most 64.
        at: the writer's clock, Unix milliseconds.
        ks: CID of the key event of `writer` whose key signed.
        bh: H(["lc/body/1", salt, body bytes]).
        body: the read-only body, or None if it is not held, was erased or is faulty.
        body_fault: None, or "bad-body" for a body that matches bh and fails its schema.
        envelope: the signed bytes as received.
        record: the body record as received, or None.

    Two statements are equal iff their ids are.

    Raises:
        RemoteProtocolError: statement-prev, statement-rel, statement-seen, statement-body.
    """

    id: bytes
    type: str
    rel: bytes | None
    writer: bytes
    seq: int
    prev: bytes | None
    seen: tuple[Head, ...]
    at: int
    ks: bytes
    bh: bytes
    body: Mapping[str, Any] | None = None
    body_fault: str | None = None
    envelope: bytes = b""
    record: BodyRecord | None = None

    def __post_init__(self) -> None:
        if self.seq < 0 or (self.prev is None) != (self.seq == 0):
            raise RemoteProtocolError("statement-prev", "prev")
        if (self.rel is None) != (self.type == "open"):
            raise RemoteProtocolError("statement-rel", "rel")
        if len(self.seen) > MAX_SEEN:
            raise RemoteProtocolError("statement-seen", "seen")
        for earlier, later in zip(self.seen, self.seen[1:], strict=False):
            if earlier >= later:
                raise RemoteProtocolError("statement-seen", "seen")
        if any(head.writer == self.writer for head in self.seen):
            raise RemoteProtocolError("statement-seen", "seen")
        if self.body is not None and self.body_fault is not None:
            raise RemoteProtocolError("statement-body", "body")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statement) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def relationship(self) -> bytes:
        """The relationship it belongs to: `rel`, and for an `open` its own id."""
        return self.id if self.rel is None else self.rel

    @property
    def head(self) -> Head:
        """This statement as an entry of somebody's `seen`."""
        return Head(self.writer, self.seq, self.id)

    def bare(self) -> "Statement":
        """The header alone."""
        return replace(self, body=None, body_fault=None, record=None)

    def with_body(self, record: BodyRecord) -> "Statement":
        """This statement with its body record.

        A record that `bh` binds and whose bytes are no body of this type gives `body_fault`
        "bad-body" and no body: such a statement exists, and has no effect.

        Raises:
            RemoteProtocolError: body-mismatch if `bh` does not bind the record; field-length if
                the salt is not 32 bytes or the body is larger than any body may be.
        """
        salt, data = record
        schema.read(fields.digest, salt, "salt")
        schema.read(fields.data(1, MAX_BODY), data, "body")
        if body_hash(salt, data) != self.bh:
            raise RemoteProtocolError("body-mismatch", "bh")
        try:
            body = parse_body(self.type, data)
        except RemoteProtocolError:
            return replace(self, body=None, body_fault=BAD_BODY, record=record)
        return replace(self, body=body, body_fault=None, record=record)


def body_hash(salt: bytes, data: bytes) -> bytes:
    """bh = H(["lc/body/1", salt32, body bytes])."""
    return hash_of(["lc/body/1", salt, data])


def open_statement(envelope: bytes, histories: Mapping[bytes, KeyHistory]) -> Statement:
    """Verify an envelope and read its header.

    Verified: (1) the form of the envelope and of the header; (2) the signature, under the key of
    the key event that kid names; (3) kid = ks, and that event is of the history of `from`; (4) the
    form of `seen`, prev and rel. Not verified: the body, the statement's place in its feed, that
    the key was the current one, any time.

    Args:
        envelope: the bytes as received.
        histories: the key histories of the relationship's writers, by party.

    Returns:
        The statement without a body.

    Raises:
        RemoteProtocolError: cose-…, with cose-key if no history in question holds the key event;
            cbor-…; field-…; statement-signer, statement-prev, statement-rel, statement-seen.
    """

    def resolve(kid: bytes) -> bytes | None:
        # A key event names its party, so at most one history holds it; which one is settled in (3).
        for history in histories.values():
            public = history.key_of(kid)
            if public is not None:
                return public
        return None

    opened = open_sign1("stmt", envelope, resolve, max_payload=MAX_HEADER)
    header = schema.read(_HEADER, decode(opened.payload, max_bytes=MAX_HEADER), "header")
    history = histories.get(header["from"])
    if header["ks"] != opened.kid or history is None or history.key_of(opened.kid) is None:
        raise RemoteProtocolError("statement-signer", "header.ks")
    return _statement(opened.id, header, envelope)


def _statement(id: bytes, header: Mapping[str, Any], envelope: bytes) -> Statement:
    return Statement(
        id=id,
        type=header["type"],
        rel=header["rel"],
        writer=header["from"],
        seq=header["seq"],
        prev=header["prev"],
        seen=tuple(Head(*entry) for entry in header["seen"]),
        at=header["at"],
        ks=header["ks"],
        bh=header["bh"],
        envelope=envelope,
    )


def write_statement(
    key: SigningKey,
    *,
    type: str,
    rel: bytes | None,
    writer: bytes,
    seq: int,
    prev: bytes | None,
    seen: Sequence[Head],
    at: int,
    ks: bytes,
    body: Mapping[str, Any],
    salt: bytes,
) -> Statement:
    """Sign a statement; what a reader would refuse is refused here first.

    Args:
        key: the key of the key event `ks`, which the caller vouches for.
        salt: 32 random bytes, used for this body and never again.
        body: fields and values of the type's schema.

    Returns:
        The statement with its body, as a reader gets it.

    Raises:
        LocalProtocolError: any code `open_statement` and `parse_body` have, and cose-too-large.
    """
    data = encode(body)
    header: dict[str, Any] = {
        "v": 1,
        "type": type,
        "rel": rel,
        "from": writer,
        "seq": seq,
        "prev": prev,
        "seen": [list(entry) for entry in seen],
        "at": at,
        "ks": ks,
        "bh": body_hash(salt, data),
    }
    payload = encode(header)
    if len(payload) > MAX_HEADER:
        raise LocalProtocolError("cose-too-large", "header")
    try:
        schema.read(fields.digest, salt, "salt")
        checked = schema.read(_HEADER, header, "header")
        statement = _statement(cid_of(payload), checked, b"")
        parsed = parse_body(type, data)
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.code, error.where) from None
    return replace(
        statement,
        envelope=sign1(key, ks, "stmt", payload),
        body=parsed,
        record=BodyRecord(salt, data),
    )
