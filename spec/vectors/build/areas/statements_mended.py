"""Forms of fields, and lengths, that the text had left open."""

from collections.abc import Callable
from typing import Any

from build.world import T0, Party, seed, some_cid, terms
from linkcontract.encoding import encode

Add = Callable[..., Any]

FIELDS = "encoding, Fields"


def build(add: Add) -> None:
    """The vectors of this module."""
    frame = {
        "to": Party("shop", "public").id,
        "from": Party("anna", "directed").id,
        "rel": some_cid("relationship"),
        "n": seed("n")[:16],
        "at": T0,
    }
    salt = seed("one salt for both")
    add(
        "frame-opening-one-salt",
        "An opening in a frame with one salt twice has its form. Careless: it is refused there, and"
        " the whole frame with it.",
        "data, Openings",
        "read",
        _read(
            "frame",
            {**frame, "items": [["opening", some_cid("share"), 0, "vcard/fn", salt, b"A", salt]]},
        ),
        claims=lambda output: len(output["value"]["map"]) == 6,
    )
    for name, prevails in (("number", 1), ("bytes", b"text"), ("null", None), ("true", True)):
        add(
            f"terms-prevails-{name}",
            "A field with fixed values and a value of another kind: it is none of them. Careless:"
            " `field-kind`.",
            FIELDS,
            "read",
            _read("terms", terms(prevails=prevails)),
            error="field-choice",
        )
    big = encode(terms(agreement="a" * 128)) + bytes(64 * 1024)
    add(
        "terms-too-large",
        "More bytes than a body may have are no terms, whatever they are. Careless: they are"
        " decoded first, and something else is wrong with them.",
        "encoding, Values",
        "read",
        {"kind": "terms", "bytes": big[: 64 * 1024 + 1]},
        error="cbor-too-large",
    )


def _read(kind: str, value: Any) -> dict[str, Any]:
    return {"kind": kind, "bytes": encode(value)}
