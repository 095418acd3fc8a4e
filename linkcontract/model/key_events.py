"""Key events: the inception of a party and its rotations, as bytes and as values.

Each is signed by the key it contains. What one event has to do with another is checked where the
history is put together.

Spec: parties, Key events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from linkcontract.crypto.cose import open_self_signed, sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.encoding import cid_of, decode, encode
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_KEY_EVENT, MAX_KEY_EVENTS
from linkcontract.model import fields, schema

ED25519_CODE: Final = 0xED
"""Multicodec of an Ed25519 public key, here as the integer 237."""

DIRECTED: Final = "directed"
"""A party made for one relationship."""

PUBLIC: Final = "public"
"""A party that publishes its history."""

_KEYS: Final = schema.array(schema.row(fields.one_of(ED25519_CODE), fields.digest), 1, 1)
INCEPTION: Final = schema.closed(
    {
        "v": fields.version,
        "kind": fields.one_of(DIRECTED, PUBLIC),
        "keys": _KEYS,
        "next": fields.digest,
        "nonce": fields.data(16),
    }
)
KEY_EVENT: Final = schema.closed(
    {
        "v": fields.version,
        "from": fields.cid,
        "seq": fields.integer(1, MAX_KEY_EVENTS - 1),
        "prev": fields.cid,
        "keys": _KEYS,
        "next": fields.digest,
        "nonce": fields.data(16),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inception:
    """The first key event; its id is the party.

    Attributes:
        id: CID of the payload.
        kind: "directed" or "public".
        public: the Ed25519 key.
        next: digest of the next key set, H(["lc/next/1", keys]).
        nonce: 16 bytes.
        envelope: the signed bytes as received.
    """

    id: bytes
    kind: str
    public: bytes
    next: bytes
    nonce: bytes
    envelope: bytes = field(repr=False)

    seq: int = field(default=0, init=False)
    prev: None = field(default=None, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEvent:
    """A rotation: the keys the event `prev` announced, and the digest of those to come.

    Attributes:
        id: CID of the payload.
        party: the party it belongs to (`from` on the wire).
        seq: its position, at least 1.
        prev: CID of the event before; the first names the inception.
        public, next, nonce, envelope: as in an inception.
    """

    id: bytes
    party: bytes
    seq: int
    prev: bytes
    public: bytes
    next: bytes
    nonce: bytes
    envelope: bytes = field(repr=False)


AnyKeyEvent: TypeAlias = Inception | KeyEvent


def _public_of(payload: bytes) -> bytes:
    """The key a key event contains; read before anything is verified, and used for nothing else."""
    value = decode(payload, max_bytes=MAX_KEY_EVENT)
    if not isinstance(value, dict):
        raise RemoteProtocolError("field-kind")
    if "keys" not in value:
        raise RemoteProtocolError("field-missing", "keys")
    keys = schema.read(_KEYS, value["keys"], "keys")
    public: bytes = keys[0][1]
    return public


def _open(kind: str, shape: schema.Shape, envelope: bytes) -> tuple[bytes, Mapping[str, Any]]:
    opened = open_self_signed(kind, envelope, _public_of, max_payload=MAX_KEY_EVENT)
    value = decode(opened.payload, max_bytes=MAX_KEY_EVENT)
    return opened.id, schema.read(shape, value, kind)


def open_inception(envelope: bytes) -> Inception:
    """Verify an inception with the key it contains.

    Raises:
        RemoteProtocolError: cose-…, key-…, cbor-…, field-….
    """
    party, payload = _open("incp", INCEPTION, envelope)
    return Inception(
        id=party,
        kind=payload["kind"],
        public=payload["keys"][0][1],
        next=payload["next"],
        nonce=payload["nonce"],
        envelope=envelope,
    )


def open_key_event(envelope: bytes) -> KeyEvent:
    """Verify a rotation with the key it contains; cose-typ if it is of another kind.

    Raises:
        RemoteProtocolError: cose-…, key-…, cbor-…, field-….
    """
    event, payload = _open("kel", KEY_EVENT, envelope)
    return KeyEvent(
        id=event,
        party=payload["from"],
        seq=payload["seq"],
        prev=payload["prev"],
        public=payload["keys"][0][1],
        next=payload["next"],
        nonce=payload["nonce"],
        envelope=envelope,
    )


def sign_key_event(
    key: SigningKey, kind: str, shape: schema.Shape, payload: Mapping[str, Any]
) -> bytes:
    """Sign a key event with the key it contains.

    Raises:
        LocalProtocolError: field-….
    """
    schema.check_local(shape, payload, kind)
    data = encode(payload)
    return sign1(key, cid_of(data), kind, data)
