"""Key events that are no maps, which two implementations refused with different codes."""

from collections.abc import Callable
from typing import Any

from build.raw import Envelope, protected
from build.world import Party
from linkcontract.encoding import cid_of, encode

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    party = Party("anna", "directed")
    for name, value in (("array", [1]), ("bytes", party.inception.payload), ("null", None)):
        payload = encode(value)
        header = protected(cid_of(payload), "incp")
        add(
            f"inception-is-{name}",
            "The payload is no map. Careless: the key is looked for first, and found missing.",
            "parties, Key events",
            "key-history",
            {"history": [Envelope(header, payload).signed(party.inception)]},
            error="field-kind",
        )
