"""Frames: what two nodes say to each other inside a seal.

A frame is a closed map {to, from, rel, n, at, items}; `rel` is the CID of the open payload in
every frame, also in the one that carries it. Items are arrays led by their kind. A kind this
version does not know makes the frame unreadable: what may be said was agreed at the opening.

Spec: session, Frames.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from linkcontract.crypto.cose import MAX_ENVELOPE_OVERHEAD
from linkcontract.encoding import decode, encode
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import MAX_BODY, MAX_FRAME, MAX_HEADER, MAX_KEY_EVENT
from linkcontract.model import fields, schema
from linkcontract.model.items import OPENING, Opening
from linkcontract.model.prekey import PREKEY, Prekey
from linkcontract.model.statement import SEEN, BodyRecord, Head

FRAME_OVERHEAD: Final = 4
"""The length in front of a frame counts against the padded size."""

MAX_PLAIN_FRAME: Final = MAX_FRAME - FRAME_OVERHEAD
"""Most bytes of an encoded frame."""


@dataclass(frozen=True, slots=True)
class StatementItem:
    """["stmt", envelope]: a signed header."""

    envelope: bytes


@dataclass(frozen=True, slots=True)
class BodyItem:
    """["body", [salt, body bytes]]: a body record; its header is the one whose bh binds it."""

    record: BodyRecord


@dataclass(frozen=True, slots=True)
class KeyEventItem:
    """["kel", envelope]: an inception or a rotation."""

    envelope: bytes


@dataclass(frozen=True, slots=True)
class OpeningItem:
    """["opening", share, index, path, path salt, value, value salt]."""

    opening: Opening


@dataclass(frozen=True, slots=True)
class PskItem:
    """["psk", half]: 32 bytes, bound by `pskc` of the sender's open or join."""

    half: bytes

    def __repr__(self) -> str:
        return "PskItem(half=…)"


@dataclass(frozen=True, slots=True)
class HeadsItem:
    """["heads", [* [writer, seq, id]]]: sorted, no duplicates: every head the sender holds."""

    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class WantItem:
    """["want", writer, from, to]: please send this writer's statements, both ends included."""

    writer: bytes
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PrekeyItem:
    """["prekey", {id, pk, not_after}]: a temporary prekey, for a node that lost its own."""

    prekey: Prekey


@dataclass(frozen=True, slots=True)
class PingItem:
    """["ping", token]: please answer with a pong."""

    token: bytes


@dataclass(frozen=True, slots=True)
class PongItem:
    """["pong", token]: the answer to the ping with this token."""

    token: bytes


Item: TypeAlias = (
    StatementItem
    | BodyItem
    | KeyEventItem
    | OpeningItem
    | PskItem
    | HeadsItem
    | WantItem
    | PrekeyItem
    | PingItem
    | PongItem
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame.

    Attributes:
        to, sender: the two parties (`to` and `from` on the wire).
        rel: CID of the relationship's open payload.
        n: 16 random bytes, kept by the receiver for a day to notice a repetition.
        at: the sender's clock, Unix milliseconds.
        items: in the order they are to be taken in.
    """

    to: bytes
    sender: bytes
    rel: bytes
    n: bytes
    at: int
    items: tuple[Item, ...]


_KIND = fields.text
_TOKEN: Final = fields.data(16)


def _sorted_heads(value: object) -> tuple[Any, ...]:
    entries: tuple[Any, ...] = SEEN(value)
    for earlier, later in itertools.pairwise(entries):
        if earlier >= later:
            raise schema.ShapeError("field-order")
    return entries


_ITEM_SHAPES: Final[Mapping[str, schema.Shape]] = {
    "stmt": schema.row(_KIND, fields.data(1, MAX_HEADER + MAX_ENVELOPE_OVERHEAD)),
    "body": schema.row(_KIND, schema.row(fields.digest, fields.data(1, MAX_BODY))),
    "kel": schema.row(_KIND, fields.data(1, MAX_KEY_EVENT + MAX_ENVELOPE_OVERHEAD)),
    "opening": schema.row(_KIND, *OPENING),
    "psk": schema.row(_KIND, fields.digest),
    "heads": schema.row(_KIND, _sorted_heads),
    "want": schema.row(_KIND, fields.cid, fields.integer(), fields.integer()),
    "prekey": schema.row(_KIND, PREKEY),
    "ping": schema.row(_KIND, _TOKEN),
    "pong": schema.row(_KIND, _TOKEN),
}


def _read_want(writer: bytes, first: int, last: int) -> WantItem:
    if first > last:
        raise schema.ShapeError("field-range")
    return WantItem(writer, first, last)


_READERS: Final[Mapping[str, Callable[..., Item]]] = {
    "stmt": StatementItem,
    "body": lambda record: BodyItem(BodyRecord(*record)),
    "kel": KeyEventItem,
    "opening": lambda *entries: OpeningItem(Opening(*entries)),
    "psk": PskItem,
    "heads": lambda heads: HeadsItem(tuple(Head(*entry) for entry in heads)),
    "want": _read_want,
    "prekey": lambda prekey: PrekeyItem(Prekey(**prekey)),
    "ping": PingItem,
    "pong": PongItem,
}


def _item_value(item: Item) -> list[Any]:
    match item:
        case StatementItem(envelope):
            return ["stmt", envelope]
        case BodyItem(record):
            return ["body", list(record)]
        case KeyEventItem(envelope):
            return ["kel", envelope]
        case OpeningItem(opening):
            return ["opening", *opening.to_value()]
        case PskItem(half):
            return ["psk", half]
        case HeadsItem(heads):
            return ["heads", [list(head) for head in heads]]
        case WantItem(writer, first, last):
            return ["want", writer, first, last]
        case PrekeyItem(prekey):
            return ["prekey", prekey.to_value()]
        case PingItem(token):
            return ["ping", token]
        case PongItem(token):
            return ["pong", token]


def _kind_of(value: object) -> str:
    if not isinstance(value, (list, tuple)) or not value or not isinstance(value[0], str):
        raise schema.ShapeError("field-kind")
    if value[0] not in _ITEM_SHAPES:
        raise schema.ShapeError("frame-item")
    return value[0]


def _item(value: object) -> Item:
    kind = _kind_of(value)
    checked = _ITEM_SHAPES[kind](value)
    return _READERS[kind](*checked[1:])


_FRAME: Final = schema.closed(
    {
        "to": fields.cid,
        "from": fields.cid,
        "rel": fields.cid,
        "n": fields.data(16),
        "at": fields.time,
        "items": schema.array(_item),
    }
)


def encode_frame(frame: Frame) -> bytes:
    """The bytes of a frame, before padding.

    Raises:
        LocalProtocolError: field-…, frame-item; frame-size if no bucket holds it.
    """
    value: dict[str, Any] = {
        "to": frame.to,
        "from": frame.sender,
        "rel": frame.rel,
        "n": frame.n,
        "at": frame.at,
        "items": [_item_value(item) for item in frame.items],
    }
    schema.check_local(_FRAME, value, "frame")
    data = encode(value)
    if len(data) > MAX_PLAIN_FRAME:
        raise LocalProtocolError("frame-size", "frame.items")
    return data


def decode_frame(data: bytes) -> Frame:
    """Read a frame that was sealed to us.

    Not verified: that `to` and `rel` are those of the seal, which the session compares.

    Raises:
        RemoteProtocolError: cbor-…, field-…, frame-item for a kind of item nobody defined.
    """
    frame = schema.read(_FRAME, decode(data, max_bytes=MAX_PLAIN_FRAME), "frame")
    return Frame(
        to=frame["to"],
        sender=frame["from"],
        rel=frame["rel"],
        n=frame["n"],
        at=frame["at"],
        items=frame["items"],
    )
