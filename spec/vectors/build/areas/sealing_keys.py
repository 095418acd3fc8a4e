"""The shared key of a relationship."""

import hmac
from collections.abc import Callable
from typing import Final

from build.world import seed, some_cid
from linkcontract.encoding import cid_text

Add = Callable[..., None]

SPEC: Final = "envelope, Sealing"
REL: Final = some_cid("sealed relationship")


def _shared_keys(add: Add) -> None:
    halves = {
        "rel": some_cid_text("sealed relationship"),
        "opener": seed("half a"),
        "joiner": seed("half b"),
    }
    expected = _hkdf(REL, seed("half a") + seed("half b"), b"lc/psk/1")
    add(
        "derive-psk",
        "The opener's half comes first",
        SPEC,
        "derive-psk",
        halves,
        claims={"psk": expected},
    )
    swapped = {**halves, "opener": seed("half b"), "joiner": seed("half a")}
    add(
        "derive-psk-swapped",
        "Swapped halves give another key",
        SPEC,
        "derive-psk",
        swapped,
        claims={"psk": _hkdf(REL, seed("half b") + seed("half a"), b"lc/psk/1")},
    )
    add(
        "derive-psk-other-rel",
        "The same halves in another relationship give another key",
        SPEC,
        "derive-psk",
        {**halves, "rel": some_cid_text("another relationship")},
        claims={
            "psk": _hkdf(
                some_cid("another relationship"), seed("half a") + seed("half b"), b"lc/psk/1"
            )
        },
    )


def some_cid_text(name: str) -> str:
    """`some_cid` as text."""
    return cid_text(some_cid(name))


def _hkdf(salt: bytes, material: bytes, info: bytes) -> bytes:
    """RFC 5869 for 32 bytes, written out so that the expected key is not the implementation's."""
    extracted = hmac.digest(salt, material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def build(add: Add) -> None:
    """Add the vectors of the shared key."""
    _shared_keys(add)
