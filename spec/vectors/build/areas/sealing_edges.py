"""A prekey by another name."""

from collections.abc import Callable
from typing import Final

from build.areas.sealing import EPHEMERAL, FRAME, PREKEY, PSK
from build.raw import Seal, padded
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
