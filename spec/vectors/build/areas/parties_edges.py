"""Keys that come in with a rotation, full histories, and the bounds of cards and links."""

import base64
from collections.abc import Callable
from typing import Any, Final

from build.areas.parties_cards import NOW, SPEC, Cards
from build.areas.parties_events import ORDER_8
from build.raw import (
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
from linkcontract.crypto.next_keys import next_digest
from linkcontract.encoding import cid_of, encode

Add = Callable[..., None]

EVENTS: Final = "parties, Key events"
HISTORIES: Final = "parties, Key histories"
UNTIL: Final = "2026-01-31T00:00Z"


def _rotated_to(add: Add) -> None:
    """A rotation to a key outside the subgroup, announced and with a signature that verifies."""
    party = Party("edge", "public")
    first = party.inception
    secret = secret_scalar(party.next_key("0").secret.expose()) % ORDER
    public = added(party.next_key("0").public, ORDER_8)
    start = encode(
        {
            "v": 1,
            "kind": "public",
            "keys": [[ED25519, first.key.public]],
            "next": next_digest(public),
            "nonce": party.nonce("0"),
        }
    )
    party_id = cid_of(start)
    number = int.from_bytes(seed("introduced"), "little") % ORDER
    point = base_times(number)
    for count in range(1000):
        payload = encode(
            {
                "v": 1,
                "from": party_id,
                "seq": 1,
                "prev": party_id,
                "keys": [[ED25519, public]],
                "next": party.next_digest("0/1"),
                "nonce": seed(f"{count}")[:16],
            }
        )
        envelope = Envelope(protected(cid_of(payload), "kel"), payload)
        hashed = challenge(point, public, envelope.to_be_signed())
        if hashed % 8 == 0:
            break
    rotation = envelope.sealed(point + scalar(number + hashed * secret))
    add(
        "event-key-mixed",
        "A rotation to a key outside the prime-order subgroup, as it was announced, with a"
        " signature that verifies. Careless: a key is checked in an inception only.",
        EVENTS,
        "key-history",
        {"history": [sign1(first.key, party_id, "incp", start), rotation]},
        error="key-subgroup",
    )


def _full(add: Add) -> None:
    party = Party("anna", "directed")
    for _ in range(63):
        party.rotate()
    add(
        "history-64-and-again",
        "Sixty-four events, and two of them once more: nothing new came. Careless: whatever comes"
        " to a full history is refused.",
        HISTORIES,
        "key-history",
        {"history": [*party.history, party.history[40], party.history[63]]},
        claims=lambda output: len(output["events"]) == 64,
    )


def _cards(add: Add) -> None:
    c = Cards(add)
    c.taken("seq-0", "The first card may have the number 0", {"seq": 0}, seq=0)
    names = [f"shop{number}.example" for number in range(16)]
    c.taken("domains-16", "As many domains as a card may have", {"domains": names}, domains=names)
    attest = [{"type": "example", "bytes": b""}] * 16
    c.taken(
        "attest-16",
        "As many attestations as a card may have, all alike and of no bytes. Careless: they are a"
        " set.",
        {"seq": 1},
        attest=attest,
    )
    for name, comment, code, given in (
        ("attest-17", "One attestation too many", "field-length", [*attest, *attest[:1]]),
        (
            "attest-no-type",
            "An attestation of no type. Careless: nobody reads them, so nobody checks them.",
            "field-missing",
            [{"bytes": b"anything"}],
        ),
        (
            "attest-type-words",
            "An attestation of a type that is no protocol text.",
            "field-text",
            [{"type": "an example", "bytes": b""}],
        ),
        ("attest-text", "An attestation that is no map", "field-kind", ["example"]),
    ):
        c.refused(name, comment, code, attest=given)
    c.refused(
        "exp-0",
        "It expires when time begins: before it was issued, whatever that was.",
        "card-expired",
        exp=0,
        iat=0,
        now=0,
    )


def _links(add: Add) -> None:
    shop = Party("shop", "public")
    card = shop.sign("card", shop.card())
    history = shop.history

    def link(parts: Any) -> str:
        data = base64.urlsafe_b64encode(encode(parts)).decode().rstrip("=")
        return f"linkcontract:v1/{data}?until={UNTIL}"

    def asked(parts: Any) -> dict[str, Any]:
        return {"text": link(parts), "now": NOW}

    add(
        "invitation-64-events",
        "Sixty-four events, one of them over and over: they change nothing.",
        SPEC,
        "invitation",
        asked([card, history * 64]),
        claims={"party": shop.cid},
    )
    for name, comment, parts in (
        (
            "65-events",
            "One entry more than a history can have, all the same event. Careless: what is there"
            " already is not counted.",
            [card, history * 65],
        ),
        ("card-empty", "A card of no bytes", [b"", history]),
        ("event-empty", "A key event of no bytes behind the right one", [card, [*history, b""]]),
        (
            "card-8385",
            "A card longer than any can be. Careless: it is taken apart first.",
            [bytes(8385), history],
        ),
        (
            "event-1217",
            "A key event longer than any can be. Careless: it is taken apart first.",
            [card, [*history, bytes(1217)]],
        ),
    ):
        add(f"invitation-{name}", comment, SPEC, "invitation", asked(parts), error="field-length")
    for digits, comment, code in (
        (
            49112,
            "A link of 48 KiB in all is read, and its first part is no array. Careless: a bound"
            " that is off by one, or on the bytes it spells.",
            "cbor-trailing",
        ),
        (
            49114,
            "Two characters more. Careless: a bound on the bytes the link spells.",
            "link-form",
        ),
    ):
        add(
            f"invitation-{digits + 40}-characters",
            comment,
            SPEC,
            "invitation",
            {"text": f"linkcontract:v1/{'A' * digits}?until={UNTIL}", "now": NOW},
            error=code,
        )


def build(add: Add) -> None:
    """The vectors of this module."""
    _rotated_to(add)
    _full(add)
    _cards(add)
    _links(add)
