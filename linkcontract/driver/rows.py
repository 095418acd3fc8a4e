"""Rows: how statements, key events and the rest lie in a store.

| space | key | value |
|---|---|---|
| relationship | rel | who, where and since when (`RelationshipRow`) |
| session | rel | the state of the session, no secret |
| statement | rel, writer, seq, id | the envelope |
| body | rel, id | [salt, body bytes] |
| opening | rel, share, index | the opening |
| keyevent | party, seq, id | the envelope |
| follower | rel, prev | the own statement that was signed after `prev` |
| timer | rel | when something is to be done though nothing arrives, Unix ms |
| outbox | rel, id | empty: the peer is not known to hold this statement |
| cache | rel | a summary of the state, made with the statements it summarises |
| party | party | an own party (`PartyRow`) |
| card | party, id | a card of an own party that may still be acted on (`CardRow`) |
| consumed | open id | when it may be forgotten |

Numbers in keys are eight bytes, big-endian, so that rows come back in order. Signed bytes are
stored as they came; nothing here is ever re-encoded to be verified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from linkcontract.encoding import decode, encode
from linkcontract.errors import RemoteProtocolError, StoreError
from linkcontract.limits import MAX_BODY, MAX_CARD, MAX_VALUE
from linkcontract.model import fields, schema
from linkcontract.model.items import OPENING, Opening
from linkcontract.model.statement import BodyRecord, Statement
from linkcontract.store.port import Absent, Change, Delete, Key, Put

_ROOM: Final = 4096
"""What a row may hold besides its largest field."""

MAX_LABEL: Final = 64
"""Longest label of a relationship, in characters: it stands in one line of a table."""

_RELATIONSHIP: Final = schema.closed(
    {
        "v": fields.version,
        "me": fields.cid,
        "peer": fields.cid,
        "token": fields.text,
        "label": fields.free_text(MAX_LABEL),
        "since": fields.time,
        "card": schema.nullable(schema.array(fields.text, 0)),
        "used": schema.nullable(fields.cid),
    }
)
_PARTY: Final = schema.closed(
    {"v": fields.version, "kind": fields.one_of("directed", "public"), "since": fields.time}
)
_CARD_ROW: Final = schema.closed(
    {
        "v": fields.version,
        "envelope": fields.data(1, MAX_CARD + _ROOM),
        "token": fields.text,
        "label": schema.nullable(fields.free_text(MAX_LABEL)),
        "used": fields.boolean,
    }
)
_RECORD: Final = schema.row(fields.digest, fields.data(1, MAX_BODY))
_OPENING: Final = schema.row(*OPENING)


def number(value: int) -> bytes:
    """A number as a part of a key."""
    return value.to_bytes(8, "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipRow:
    """A relationship as the node knows it.

    Attributes:
        me, peer: own party and counterparty.
        token: the mailbox in which its frames arrive.
        label: what the node's owner calls it; never leaves the node.
        since: when it was made here, Unix ms.
        card: addresses of the card acted on, until the peer's join names its own; else None.
        used: the own single-use card the peer came with, while its open may still be repeated.
    """

    me: bytes
    peer: bytes
    token: str
    label: str
    since: int
    card: tuple[str, ...] | None = None
    used: bytes | None = None

    def put(self, rel: bytes) -> Put:
        """The change that writes it."""
        value: dict[str, Any] = {
            "v": 1,
            "me": self.me,
            "peer": self.peer,
            "token": self.token,
            "label": self.label,
            "since": self.since,
            "card": None if self.card is None else list(self.card),
            "used": self.used,
        }
        return Put("relationship", (rel,), encode(value))

    @classmethod
    def read(cls, data: bytes) -> "RelationshipRow":
        """The row. Raises StoreError: store-row."""
        return cls(**_fields(_RELATIONSHIP, data))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """An own party: its kind, and since when it exists (Unix ms)."""

    kind: str
    since: int

    def put(self, party: bytes) -> Put:
        """The change that writes it."""
        return Put("party", (party,), encode({"v": 1, "kind": self.kind, "since": self.since}))

    @classmethod
    def read(cls, data: bytes) -> "PartyRow":
        """The row. Raises StoreError: store-row."""
        return cls(**_fields(_PARTY, data))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A card of an own party.

    Attributes:
        envelope: as signed.
        token: the mailbox for opens.
        label: what a relationship made with it will be called.
        used: somebody joined with it and nobody else may; only a repeated open is still read.
    """

    envelope: bytes
    token: str
    label: str | None
    used: bool = False

    def put(self, party: bytes, card: bytes) -> Put:
        """The change that writes it."""
        value: dict[str, Any] = {
            "v": 1,
            "envelope": self.envelope,
            "token": self.token,
            "label": self.label,
            "used": self.used,
        }
        return Put("card", (party, card), encode(value))

    @classmethod
    def read(cls, data: bytes) -> "CardRow":
        """The row. Raises StoreError: store-row."""
        return cls(**_fields(_CARD_ROW, data))


def statement_rows(statement: Statement) -> list[Put]:
    """The rows of a statement: its envelope, and its body if it is held."""
    rel = statement.relationship
    key = (rel, statement.writer, number(statement.seq), statement.id)
    rows = [Put("statement", key, statement.envelope)]
    if statement.record is not None:
        rows.append(body_row(statement))
    return rows


def body_row(statement: Statement) -> Put:
    """The row of a held body."""
    if statement.record is None:
        raise ValueError("a statement without a body has no body row")
    return Put("body", (statement.relationship, statement.id), encode(list(statement.record)))


def follower_row(own: Statement) -> list[Change]:
    """The row that says what follows an own statement, and the demand that nothing did: two that
    follow one are a fork, for which nobody is ever forgiven (spec: ledger, F1)."""
    if own.prev is None:
        return []
    key = (own.relationship, own.prev)
    return [Absent("follower", key), Put("follower", key, own.id)]


def timer_row(rel: bytes, when: int | None) -> Change:
    """The change that keeps when a relationship has something to do, or that it has nothing."""
    return Delete("timer", (rel,)) if when is None else Put("timer", (rel,), number(when))


def read_timer(found: Sequence[tuple[Key, bytes]]) -> int | None:
    """When a relationship has something to do, from its timer row if there is one."""
    return int.from_bytes(found[0][1], "big") if found else None


def read_body(data: bytes) -> BodyRecord:
    """A body record as stored. Raises StoreError: store-row."""
    salt, body = _read(_RECORD, data, MAX_BODY + _ROOM)
    return BodyRecord(salt, body)


def opening_key(rel: bytes, share: bytes, index: int) -> Key:
    """The key of an opening's row."""
    return (rel, share, number(index))


def opening_row(rel: bytes, opening: Opening) -> Put:
    """The row of an opening."""
    key = opening_key(rel, opening.share, opening.index)
    return Put("opening", key, encode(list(opening.to_value())))


def forget_opening(rel: bytes, opening: Opening) -> Delete:
    """The change that deletes an opening: its value and its salts."""
    return Delete("opening", opening_key(rel, opening.share, opening.index))


def read_opening(data: bytes) -> Opening:
    """An opening as stored. Raises StoreError: store-row."""
    return Opening(*_read(_OPENING, data, MAX_VALUE + _ROOM))


def key_event_row(party: bytes, seq: int, event: bytes, envelope: bytes) -> Put:
    """The row of a key event."""
    return Put("keyevent", (party, number(seq), event), envelope)


def consumed_row(open_id: bytes, until: int) -> Put:
    """The row of an open that was decided on; `until` in Unix ms."""
    return Put("consumed", (open_id,), number(until))


def _fields(shape: schema.Shape, data: bytes) -> dict[str, Any]:
    value: Mapping[str, Any] = _read(shape, data, MAX_CARD + _ROOM)
    return {name: entry for name, entry in value.items() if name != "v"}


def _read(shape: schema.Shape, data: bytes, most: int) -> Any:
    """Nobody but us writes rows, so one that does not fit means the store was altered."""
    try:
        return schema.read(shape, decode(data, max_bytes=most), "row")
    except RemoteProtocolError as error:
        raise StoreError("store-row", error.where) from error
