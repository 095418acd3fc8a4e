"""A prekey by another name."""

from collections.abc import Callable
from typing import Final

from build.areas.sealing import EPHEMERAL, FRAME, PREKEY, PSK, _unseal
from build.raw import Seal, array, integer, mapping, padded
from build.world import seed

Add = Callable[..., None]

SPEC: Final = "session, Frames"


def build(add: Add) -> None:
    """The vectors of this module."""
    for mode, psk in (("open", None), ("psk", PSK)):
        sealed = Seal(PREKEY.pk, PREKEY.id, EPHEMERAL, padded(FRAME), psk).sealed()
        add(
            f"unseal-other-id-{mode}",
            "The right secret under another prekey id than the message names. Careless: the id is"
            " for looking up, and whatever secret is there is tried.",
            SPEC,
            "unseal",
            {
                "sealed": sealed,
                "prekey": {"id": seed("another id")[:16], "secret": PREKEY.secret},
                "psk": psk,
            },
            error="frame-prekey",
        )
    right = Seal(PREKEY.pk, PREKEY.id, EPHEMERAL, padded(FRAME), PSK)
    for name, code, changes in (
        ("suite-array", "seal-suite", {"suite": array()}),
        ("suite-map", "seal-suite", {"suite": mapping()}),
        ("prekey-id-array", "seal-prekey-id", {"kid_item": array()}),
        ("typ-map", "cose-typ", {"typ_item": mapping()}),
        ("enc-array", "seal-enc", {"order": (0, 1, 2), "more": ((integer(-70002), array()),)}),
    ):
        add(
            f"unseal-{name}",
            "The value of a parameter is an array or a map. Careless: whatever is no number and no"
            " text is passed over.",
            "envelope, Sealing",
            "unseal",
            _unseal(right.but(**changes).sealed()),
            error=code,
        )
    frame = bytes(256 * 1024 - 4)
    largest = right.but(padded=padded(frame, 256 * 1024)).sealed()
    add(
        "unseal-too-large",
        "More than 256 KiB and 192 bytes. Careless: it is taken apart first.",
        "envelope, Sealing",
        "unseal",
        _unseal(largest + bytes(256 * 1024 + 193 - len(largest))),
        error="cose-too-large",
    )
