"""Keys of maps that are no text, which two implementations refused with different codes."""

from collections.abc import Callable
from typing import Any

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for name, key in (
        ("null", None),
        ("integer", 1),
        ("bool", True),
        ("bytes", {"bytes": "61"}),
        ("array", ["a"]),
        ("map", {"map": []}),
    ):
        add(
            f"encode-key-{name}",
            "A map with a key that is no text. Careless: whatever the language takes as a key, or"
            " what it makes of it, the text null or 1.",
            "encoding, Values",
            "encode",
            {"value": {"map": [[key, 1]]}},
            error="cbor-key",
        )
