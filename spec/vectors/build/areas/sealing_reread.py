"""A mode and a shared key that do not go together."""

from collections.abc import Callable
from typing import Any

from build.areas.sealing import EPHEMERAL, FRAME, PREKEY, PSK

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for name, comment, mode, psk in (
        ("psk-without", "PSK mode without a shared key. Careless: one of zeros.", "psk", None),
        ("open-with-psk", "Base mode and a shared key. Careless: it is left aside.", "open", PSK),
        ("other-mode", "A third mode. Careless: what is not psk is base mode.", "base", None),
    ):
        add(
            f"seal-{name}",
            comment,
            "conformance/CLI, sealing",
            "seal",
            {
                "frame": FRAME,
                "mode": mode,
                "prekey": {"id": PREKEY.id, "pk": PREKEY.pk},
                "ephemeral": EPHEMERAL,
                "psk": psk,
            },
            error="request-form",
        )
