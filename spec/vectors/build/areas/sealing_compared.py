"""A header of a seal that two implementations refused with different codes."""

from collections.abc import Callable
from typing import Any

from build.raw import Seal, mapping, padded, string, text
from build.world import prekey, seed

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    key, psk = prekey("sealing"), seed("sealing psk")
    seal = Seal(key.pk, key.id, seed("sealing ephemeral"), padded(b"a frame"), psk)
    sealed = seal.sealed()
    was = b"\x04" + string(key.id)
    end = 4 + sealed[3]
    header, rest = sealed[4:end], sealed[end:]
    other = header.replace(was, b"\x04" + mapping((text("id"), string(key.id))))
    add(
        "unseal-prekey-id-map",
        "The prekey id is no byte string but holds others. Careless: a reader that skips what"
        " it does not know takes what lies inside for the next label.",
        "envelope, Sealing",
        "unseal",
        {
            "sealed": sealed[:2] + string(other) + rest,
            "prekey": {"id": key.id, "secret": key.secret},
            "psk": psk,
        },
        error="seal-prekey-id",
    )
    add(
        "unseal-another-prekey",
        "Sealed to another prekey than the one that is held, which is said without opening it."
        " Careless: the secret that is there is tried, and the sender is told that the frame was"
        " altered.",
        "session, Opening",
        "unseal",
        {
            "sealed": sealed,
            "prekey": {"id": prekey("another").id, "secret": key.secret},
            "psk": psk,
        },
        error="frame-prekey",
    )
