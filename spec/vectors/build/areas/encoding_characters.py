"""Characters on both sides of every range that free text leaves out."""

from collections.abc import Callable
from typing import Final

from build.raw import text
from linkcontract.encoding import encode

Add = Callable[..., None]

VALUES: Final = "encoding, Values"
LEFT_OUT: Final = (
    0x01, 0x08, 0x0B, 0x0C, 0x0E, 0x1F, 0x80, 0x85, 0x202B, 0x202C, 0x202D, 0x2067, 0x2068,
)  # fmt: skip
BESIDE: Final = "\n \u00a0~\u2028\u2029\u202f\u200b\u2065\u206a\ud7ff\ue000\ufffe\uffff\U0010ffff"
"""The neighbours of the ranges, and characters that other rules of other formats leave out."""


def build(add: Add) -> None:
    """The vectors of this module."""
    for number in LEFT_OUT:
        add(
            f"decode-character-{number:04x}",
            f"U+{number:04X} lies within a range that free text leaves out. Careless: a list of the"
            " characters one has heard of.",
            VALUES,
            "decode",
            {"bytes": text(f"a{chr(number)}b")},
            error="cbor-text",
        )
    add(
        "decode-characters-beside",
        "The neighbours of every range that free text leaves out, separators of lines and words,"
        " and code points that are no characters: all of it stays as it came. Careless: whatever"
        " looks odd is left out, and a statement exists for some readers only.",
        VALUES,
        "decode",
        {"bytes": text(BESIDE)},
        claims={"value": BESIDE},
    )
    add(
        "encode-characters-beside",
        "The same, written.",
        VALUES,
        "encode",
        {"value": BESIDE},
        claims={"bytes": encode(BESIDE)},
    )
    add(
        "decode-byte-order-mark",
        "A byte order mark at the beginning of a text is a character like any other. Careless: a"
        " decoder of text takes it away, and what is encoded again is something else.",
        VALUES,
        "decode",
        {"bytes": text("\ufeffa")},
        claims={"value": "\ufeffa"},
    )
