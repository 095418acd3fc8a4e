"""Keys that stand twice with others between them, which a look at the neighbour does not find."""

from collections.abc import Callable
from typing import Any

from build.raw import MAP, head, integer, text

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for name, keys in (("apart", "aba"), ("far-apart", "abcda")):
        entries = [text(key) + integer(number) for number, key in enumerate(keys, 1)]
        add(
            f"decode-key-twice-{name}",
            f"The keys {', '.join(keys)}, as they stand. A key that stood in this map before is"
            " twice wherever it stands; order is for the others. Careless: the key is compared with"
            " the one before it only, which it does not follow.",
            "encoding, Values",
            "decode",
            {"bytes": head(MAP, len(keys)) + b"".join(entries)},
            error="cbor-key-duplicate",
        )
