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
    for name, item in (("map", mapping((text("id"), string(key.id)))), ("array", b"\x80")):
        start = sealed.index(b"\x04" + string(key.id))
        header_start = 4
        header = sealed[header_start : header_start + sealed[3]]
        rest = sealed[header_start + sealed[3] :]
        place = start - header_start
        other = header[:place] + b"\x04" + item + header[place + 1 + len(string(key.id)) :]
        add(
            f"unseal-prekey-id-{name}",
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
