"""Payloads as large as they may be, values of parameters that are containers, keys at the prime."""

from collections.abc import Callable
from typing import Any, Final

from build.raw import PRIME, Envelope, array, mapping, protected
from build.world import T0, Party, seed, some_cid, write

Add = Callable[..., None]

FORM: Final = "envelope, Envelope"
KINDS: Final = "envelope, Payload kinds"
SIGNATURES: Final = "envelope, Signatures"


def _parameters(add: Add) -> None:
    party = Party("anna", "directed")
    payload = write("enveloped", party, "ack", {}, at=T0, rel=some_cid("rel")).payload
    nothing, empty = array(), mapping()
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("algorithm-array", "cose-algorithm", {"algorithm": array(b"\x32")}),
        ("algorithm-map", "cose-algorithm", {"algorithm": empty}),
        ("kid-array", "cose-kid", {"kid_item": nothing}),
        ("kid-map", "cose-kid", {"kid_item": empty}),
        ("typ-array", "cose-typ", {"typ_item": nothing}),
        ("typ-map", "cose-typ", {"typ_item": empty}),
    )
    for name, code, changes in rows:
        header = protected(party.head.id, "stmt", **changes)
        add(
            f"open-{name}",
            "The value of a parameter is an array or a map. Careless: whatever is no number and no"
            " text is passed over.",
            FORM,
            "open-envelope",
            {
                "kind": "stmt",
                "envelope": Envelope(header, payload).signed(party.head),
                "keys": {party.head.cid: party.head.key.public},
            },
            error=code,
        )


def _sizes(add: Add) -> None:
    party = Party("anna", "directed")
    for kind, most in (("incp", 1024), ("stmt", 4096), ("card", 8192)):
        asked = {"kind": kind, "seed": seed("signer"), "kid": party.cid}
        add(
            f"sign-too-large-{kind}",
            "A payload longer than its kind may have. Careless: it is signed, and refused by"
            " everybody else.",
            KINDS,
            "sign-envelope",
            {**asked, "payload": bytes(most + 1)},
            error="cose-too-large",
        )
    add(
        "sign-largest",
        "A payload as long as its kind may have. Careless: the bound is one of the envelope.",
        KINDS,
        "sign-envelope",
        {"kind": "kel", "seed": seed("signer"), "kid": party.cid, "payload": bytes(1024)},
        claims=lambda output: bytes(1024).hex() in output["envelope"],
    )


def _keys(add: Add) -> None:
    for name, comment, number in (
        ("prime", "y is p itself: a second encoding of y = 0", PRIME),
        ("all-ones", "y is 2^255 - 1, the largest there is", 2**255 - 1),
        ("all-bits", "All bits are set, the top bit as well", 2**256 - 1),
    ):
        add(
            f"key-{name}",
            f"{comment}. Careless: it is reduced first, or the comparison is off by one.",
            SIGNATURES,
            "check-key",
            {"public": number.to_bytes(32, "little")},
            error="key-canonical",
        )


def build(add: Add) -> None:
    """The vectors of this module."""
    _parameters(add)
    _sizes(add)
    _keys(add)
