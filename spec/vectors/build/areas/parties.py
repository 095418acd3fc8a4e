"""Key histories: rotations, parted histories, and events that are none of theirs."""

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
from build.world import ED25519, Event, Party, seed, some_cid
from linkcontract.crypto.cose import sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest
from linkcontract.encoding import cid_of, cid_text, encode

Add = Callable[..., None]

EVENTS: Final = "parties, Key events"
HISTORIES: Final = "parties, Key histories"

ORDER_8: Final = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
IDENTITY: Final = bytes([1]) + bytes(31)
IDENTITY_LARGE: Final = bytes([0xEE]) + b"\xff" * 30 + b"\x7f"


def _described(events: list[Event]) -> list[dict[str, Any]]:
    return [
        {
            "id": event.cid,
            "seq": event.seq,
            "prev": None if event.prev is None else cid_text(event.prev),
            "public": event.key.public,
        }
        for event in events
    ]


def _heads(*events: Event) -> list[str]:
    return [cid_text(head) for head in sorted(event.id for event in events)]


def _signed(kind: str, payload: dict[str, Any], key: SigningKey) -> bytes:
    data = encode(payload)
    return sign1(key, cid_of(data), kind, data)


def _accepted(add: Add) -> None:
    def taken(name: str, comment: str, party: Party, events: list[Event], heads: list[str]) -> None:
        add(
            f"history-{name}",
            comment,
            HISTORIES,
            "key-history",
            {"history": [event.envelope for event in events]},
            claims={
                "party": party.cid,
                "kind": party.kind,
                "heads": heads,
                "events": _described(events),
            },
        )

    anna = Party("anna", "directed")
    taken("inception", "A party that never rotated", anna, anna.events, _heads(anna.inception))
    first = anna.rotate()
    second = anna.rotate()
    taken(
        "rotated-twice",
        "Each event has the keys the one before announced",
        anna,
        anna.events,
        _heads(second),
    )
    other = anna.rotate(first, "other")
    taken(
        "parted",
        "Two events follow one: both are kept. Whoever keeps the first that came has another "
        "history than its neighbour",
        anna,
        anna.events,
        _heads(second, other),
    )
    swapped = [anna.inception, first, other, second]
    taken(
        "parted-other-order", "The same tree in another order", anna, swapped, _heads(second, other)
    )
    longer = anna.rotate(other)
    taken("parted-longer", "One branch goes on", anna, anna.events, _heads(second, longer))
    shop = Party("shop", "public")
    branch = shop.rotate()
    root = shop.rotate(shop.inception, "other")
    taken("parted-at-once", "Both follow the inception", shop, shop.events, _heads(branch, root))
    held = [shop.inception, branch, branch, shop.inception]
    add(
        "history-repeated",
        "An event that is held already is no error and changes nothing",
        HISTORIES,
        "key-history",
        {"history": [event.envelope for event in held]},
        claims=lambda output: output["events"] == _hexed(_described([shop.inception, branch])),
    )


def _hexed(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**event, "public": event["public"].hex()} for event in events]


def _long(add: Add) -> None:
    party = Party("old", "public")
    for _ in range(63):
        party.rotate()
    add(
        "history-64",
        "Sixty-four events are the most a party may have",
        HISTORIES,
        "key-history",
        {"history": party.history},
        claims=lambda output: len(output["events"]) == 64 and output["events"][63]["seq"] == 63,
    )
    branch = party.event(party.events[1], "other")
    add(
        "history-65",
        "One more, at a place that exists: a flood of events",
        HISTORIES,
        "key-history",
        {"history": [*party.history, branch.envelope]},
        error="history-full",
    )
    late = party.event(party.events[1], "late", seq=64)
    add(
        "event-seq-64",
        "No event has the position 64",
        EVENTS,
        "key-history",
        {"history": [*party.history[:2], late.envelope]},
        error="field-range",
    )


def _chains(add: Add) -> None:
    def refused(name: str, comment: str, history: list[bytes], code: str) -> None:
        add(f"history-{name}", comment, HISTORIES, "key-history", {"history": history}, error=code)

    anna, bert = Party("anna", "directed"), Party("bert", "directed")
    start = anna.inception
    one = anna.rotate()
    two = anna.rotate()
    refused("empty", "No event at all", [], "history-inception")
    refused("no-inception", "The history begins with a rotation", [one.envelope], "cose-typ")
    refused(
        "two-inceptions",
        "The inception of another party follows",
        [start.envelope, bert.inception.envelope],
        "history-inception",
    )
    refused(
        "other-party",
        "A rotation of another party: whoever looks at keys and prev alone takes it",
        [start.envelope, anna.event(start, "x", **{"from": bert.id}).envelope],
        "history-party",
    )
    refused(
        "gap",
        "The second rotation without the first",
        [start.envelope, two.envelope],
        "history-chain",
    )
    refused(
        "backwards",
        "Each before the one it follows: whoever sorts first accepts it",
        [start.envelope, two.envelope, one.envelope],
        "history-chain",
    )
    refused(
        "seq-skipped",
        "It follows the inception with the position 2",
        [start.envelope, anna.event(start, "x", seq=2).envelope],
        "history-chain",
    )
    refused(
        "seq-repeated",
        "It follows the first rotation with the position 1 once more",
        [start.envelope, one.envelope, anna.event(one, "x", seq=1).envelope],
        "history-chain",
    )
    refused(
        "prev-unknown",
        "It follows an event nobody has shown",
        [start.envelope, anna.event(start, "x", prev=some_cid("nothing")).envelope],
        "history-chain",
    )
    refused(
        "prev-is-party-of-other",
        "It follows the inception of another party",
        [start.envelope, anna.event(start, "x", prev=bert.id).envelope],
        "history-chain",
    )


def _thieves(add: Add) -> None:
    def refused(name: str, comment: str, history: list[bytes], code: str) -> None:
        add(f"history-{name}", comment, HISTORIES, "key-history", {"history": history}, error=code)

    anna = Party("anna", "directed")
    start = anna.inception
    thief = SigningKey(seed("thief"))
    refused(
        "thief-own-key",
        "A thief of the live key names a key of its own as the next one",
        [start.envelope, anna.event(start, key=thief).envelope],
        "history-next",
    )
    refused(
        "thief-live-key",
        "A thief of the live key rotates to that key once more",
        [start.envelope, anna.event(start, key=start.key).envelope],
        "history-next",
    )
    right = anna.event(start)
    refused(
        "signed-by-live-key",
        "The announced key in the event, signed by the live key: the older key rotates",
        [start.envelope, sign1(start.key, right.id, "kel", right.payload)],
        "cose-signature",
    )
    refused(
        "signed-by-stranger",
        "Signed by neither",
        [start.envelope, sign1(thief, right.id, "kel", right.payload)],
        "cose-signature",
    )
    refused(
        "kid-of-live-event",
        "The kid names the event before, as in a statement",
        [start.envelope, sign1(right.key, start.id, "kel", right.payload)],
        "cose-key",
    )
    data = start.payload
    refused(
        "inception-kid",
        "The kid of an inception names something else than itself",
        [sign1(start.key, some_cid("other"), "incp", data)],
        "cose-key",
    )
    refused(
        "inception-signed-by-next",
        "The inception is signed by the key it announces",
        [sign1(anna.next_key("0"), start.id, "incp", data)],
        "cose-signature",
    )
    refused(
        "inception-altered",
        "The announced key was exchanged after signing",
        [_altered(start, next_digest(thief.public))],
        "cose-key",
    )
    refused(
        "rotation-altered",
        "The announced key was exchanged after signing, and the kid with it",
        [start.envelope, _moved(right, next_digest(thief.public))],
        "cose-signature",
    )
    refused(
        "rotation-as-statement",
        "Signed as a statement",
        [start.envelope, sign1(right.key, right.id, "stmt", right.payload)],
        "cose-typ",
    )


def _altered(event: Event, digest: bytes) -> bytes:
    """The envelope of an event with another `next` in its payload."""
    return event.envelope.replace(_next_of(event), digest)


def _moved(event: Event, digest: bytes) -> bytes:
    """The same, with a kid that fits the altered payload."""
    payload = event.payload.replace(_next_of(event), digest)
    return event.envelope.replace(event.payload, payload).replace(event.id, cid_of(payload))


def _next_of(event: Event) -> bytes:
    at = event.payload.index(b"dnext\x58\x20") + 7
    return event.payload[at : at + 32]


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
    """Add the vectors of key histories."""
    _accepted(add)
    _long(add)
    _chains(add)
    _thieves(add)
    _fields(add)
    _introduced(add)
