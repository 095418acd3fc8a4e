"""Key events by themselves: their fields, and the keys they introduce."""

from collections.abc import Callable
from typing import Any, Final

from build.raw import (
    NULL,
    ORDER,
    Envelope,
    added,
    base_times,
    challenge,
    protected,
    scalar,
    secret_scalar,
)
from build.world import ED25519, Party, seed
from linkcontract.crypto.cose import sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.encoding import cid_of, encode

Add = Callable[..., None]

EVENTS: Final = "parties, Key events"
ORDER_8: Final = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
IDENTITY: Final = bytes([1]) + bytes(31)
IDENTITY_LARGE: Final = bytes([0xEE]) + b"\xff" * 30 + b"\x7f"


def _signed(kind: str, payload: dict[str, Any], key: SigningKey) -> bytes:
    data = encode(payload)
    return sign1(key, cid_of(data), kind, data)


def _inception(party: Party, **changes: Any) -> dict[str, Any]:
    payload = {
        "v": 1,
        "kind": party.kind,
        "keys": [[ED25519, party.inception.key.public]],
        "next": party.next_digest("0"),
        "nonce": party.nonce("0"),
        **changes,
    }
    return {name: value for name, value in payload.items() if value is not ...}


def _fields(add: Add) -> None:
    party = Party("anna", "directed")
    key, public = party.inception.key, party.inception.key.public
    x25519 = 0xEC
    for name, comment, changes, code in (
        ("version", "Another version", {"v": 2}, "field-choice"),
        (
            "version-true",
            "True for 1, which many languages take as equal",
            {"v": True},
            "field-choice",
        ),
        ("kind", "A third kind of party", {"kind": "private"}, "field-choice"),
        ("no-next", "No announced key", {"next": ...}, "field-missing"),
        ("next-null", "A party that can never rotate", {"next": None}, "field-kind"),
        ("next-31", "A digest of 31 bytes", {"next": bytes(31)}, "field-length"),
        ("nonce-15", "A nonce of 15 bytes", {"nonce": bytes(15)}, "field-length"),
        ("two-keys", "Two keys", {"keys": [[ED25519, public], [ED25519, public]]}, "field-length"),
        (
            "key-of-three",
            "A third entry beside the key",
            {"keys": [[ED25519, public, 1]]},
            "field-length",
        ),
        ("codec", "The codec of another curve", {"keys": [[x25519, public]]}, "field-choice"),
        (
            "name",
            "A name nobody asked for: inceptions are no place for words",
            {"name": "Anna"},
            "field-unknown",
        ),
    ):
        add(
            f"inception-{name}",
            comment,
            EVENTS,
            "key-history",
            {"history": [_signed("incp", _inception(party, **changes), key)]},
            error=code,
        )
    start = party.inception.envelope
    for name, comment, changes, code in (
        ("version", "Another version", {"v": 0}, "field-choice"),
        ("from", "The party by its key", {"from": public}, "field-cid"),
        ("prev-null", "It follows nothing", {"prev": None}, "field-kind"),
        ("seq-0", "The position of the inception", {"seq": 0}, "field-range"),
        ("seq-text", "A position that is a text", {"seq": "1"}, "field-kind"),
        ("kind", "A rotation does not change the kind", {"kind": "public"}, "field-unknown"),
    ):
        add(
            f"event-{name}",
            comment,
            EVENTS,
            "key-history",
            {"history": [start, party.event(**changes).envelope]},
            error=code,
        )
    envelope = Envelope(b"", b"")
    for name, comment, payload, code in (
        ("not-cbor", "The payload is not in the profile", b"\xa1\x61v\xf9\x3c\x00", "cbor-float"),
        (
            "trailing",
            "A byte behind the map, signed with it",
            party.inception.payload + b"\x00",
            "cbor-trailing",
        ),
    ):
        header = protected(cid_of(payload), "incp")
        signed = envelope.but(protected=header, payload=payload).signed(party.inception)
        add(f"inception-{name}", comment, EVENTS, "key-history", {"history": [signed]}, error=code)
    large = party.event(nonce=bytes(1024))
    add(
        "event-too-large",
        "A payload of more than 1 KiB",
        "limits, Constants",
        "key-history",
        {"history": [start, large.envelope]},
        error="cose-too-large",
    )


def _introduced(add: Add) -> None:
    """Keys that must not come in, each with a signature for which the equation holds."""
    party = Party("edge", "public")
    secret = secret_scalar(party.inception.key.secret.expose()) % ORDER
    nonce = int.from_bytes(seed("introduced"), "little") % ORDER
    point = base_times(nonce)
    cases = (
        (
            "mixed",
            "A key outside the prime-order subgroup, whose signature verifies here and not there",
            added(party.inception.key.public, ORDER_8),
            secret,
            "key-subgroup",
        ),
        (
            "small-order",
            "The identity as a key: anybody can sign for this party",
            IDENTITY,
            0,
            "key-small-order",
        ),
        ("not-reduced", "The identity in a second encoding", IDENTITY_LARGE, 0, "key-canonical"),
    )
    for name, comment, public, factor, code in cases:
        for number in range(1000):
            payload = encode(
                _inception(party, keys=[[ED25519, public]], nonce=seed(f"{number}")[:16])
            )
            envelope = Envelope(protected(cid_of(payload), "incp"), payload)
            hashed = challenge(point, public, envelope.to_be_signed())
            if factor == 0 or hashed % 8 == 0:
                break
        signed = envelope.sealed(point + scalar(nonce + hashed * factor))
        add(f"key-{name}", comment, EVENTS, "key-history", {"history": [signed]}, error=code)
    detached = Envelope(protected(party.id, "incp"), party.inception.payload)
    signed = detached.but(payload_item=NULL).signed(party.inception)
    add(
        "inception-detached",
        "The payload is elsewhere",
        EVENTS,
        "key-history",
        {"history": [signed]},
        error="cose-payload",
    )


def build(add: Add) -> None:
    """Add the vectors of key events."""
    _fields(add)
    _introduced(add)
