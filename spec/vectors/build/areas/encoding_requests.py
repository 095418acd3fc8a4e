"""Requests that have not their form, whatever is asked."""

from collections.abc import Callable
from typing import Any, Final

from build.world import Party, seed, some_cid
from linkcontract.encoding import cid_text

Add = Callable[..., None]

FORM: Final = "conformance/CLI, Running"


def build(add: Add) -> None:
    """The vectors of this module."""
    party = Party("anna", "directed")
    asked = {"kind": "stmt", "seed": seed("signer"), "kid": party.cid, "payload": b""}
    psk = {"rel": cid_text(some_cid("rel")), "opener": bytes(32), "joiner": bytes(32)}
    rows: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("hex-capitals", "Bytes in capital letters", "decode", {"bytes": "F6"}),
        ("hex-odd", "Bytes with half a byte", "decode", {"bytes": "f6f"}),
        ("hex-prefix", "Bytes with a prefix", "decode", {"bytes": "0xf6"}),
        ("hex-space", "Bytes with a space between them", "decode", {"bytes": "f6 f6"}),
        ("hex-line-feed", "Bytes with a line feed behind them", "decode", {"bytes": "f6\n"}),
        ("no-text", "A number for bytes", "decode", {"bytes": 246}),
        ("nothing", "A member is missing", "decode", {}),
        ("more", "A member too many", "decode", {"bytes": "f6", "strict": True}),
        ("value-of-two", "A value of two kinds", "encode", {"value": {"bytes": "", "map": []}}),
        (
            "value-entry",
            "An entry of a map without its value",
            "encode",
            {"value": {"map": [["a"]]}},
        ),
        ("secret-31", "A secret of 31 bytes", "sign-envelope", {**asked, "seed": bytes(31)}),
        ("half-33", "Half of a shared key of 33 bytes", "derive-psk", {**psk, "joiner": bytes(33)}),
    )
    for name, comment, command, given in rows:
        add(
            f"request-{name}",
            f"{comment}. Careless: what can be understood is answered, by each implementation as"
            " it understands it.",
            FORM,
            command,
            given,
            error="request-form",
        )
