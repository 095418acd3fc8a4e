"""Values as large as they may be, and the last index."""

from collections.abc import Callable
from typing import Final

from build.world import seed, some_cid
from linkcontract.encoding import cid_text, hash_of

Add = Callable[..., None]

ITEMS: Final = "data, Items"


def build(add: Add) -> None:
    """The vectors of this module."""
    rel = some_cid("relationship")
    asked = {
        "rel": cid_text(rel),
        "path": "a",
        "path_salt": seed("path salt"),
        "value_salt": seed("value salt"),
    }
    largest = bytes(65536)
    add(
        "commit-value-largest",
        "A value as long as one may be. Careless: a bound that is off by one.",
        ITEMS,
        "commit",
        {**asked, "value": largest},
        claims={"value": hash_of(["lc/value/1", rel, seed("value salt"), largest])},
    )
    longest = "a/" * 63 + "bc"
    add(
        "commit-path-longest",
        "A path of 128 characters.",
        ITEMS,
        "commit",
        {**asked, "path": longest, "value": b""},
        claims={"path": hash_of(["lc/path/1", rel, seed("path salt"), longest])},
    )
    add(
        "commit-path-129",
        "A path of 129 characters. Careless: only segments are bounded.",
        ITEMS,
        "commit",
        {**asked, "path": longest + "d", "value": b""},
        error="field-text",
    )
