"""Headers of envelopes that two implementations refused with different codes."""

from collections.abc import Callable
from typing import Any

from build.raw import Envelope, protected
from build.world import T0, Party, some_cid, write

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    party = Party("anna", "directed")
    event = party.head
    payload = write("enveloped", party, "ack", {}, at=T0, rel=some_cid("rel")).payload
    for name, what, order in (
        ("no-algorithm", "No algorithm, and the rest in its order", (1, 2)),
        ("no-kid", "No kid, and the rest in its order", (0, 2)),
    ):
        header = protected(event.id, "stmt", order=order)
        add(
            f"open-{name}",
            f"{what}: fewer parameters, all that are there being right. Careless: the parameter"
            " that is looked for is taken from elsewhere, or from a table of defaults.",
            "envelope, Envelope",
            "open-envelope",
            {
                "kind": "stmt",
                "envelope": Envelope(header, payload).signed(event),
                "keys": {event.cid: event.key.public},
            },
            error="cose-protected",
        )
