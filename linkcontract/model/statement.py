"""Statements: the signed header, the body record beside it, and the value the ledger folds.

A statement is named by the CID of its header payload, never by its envelope: a second signature
is not a second statement. `Statement` is that header, verified and read, with its body if held.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_SEEN


class Head(NamedTuple):
    """One entry of `seen`, and the head of a feed: (writer's party, seq, statement id)."""

    writer: bytes
    seq: int
    id: bytes


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
