"""Prekeys: the X25519 keys a peer seals to, announced in openings, bodies, cards and frames.

Spec: session, Prekeys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from linkcontract.model import fields, schema

PREKEY: Final = schema.closed(
    {"id": fields.data(16), "pk": fields.x25519_key, "not_after": fields.time}
)
"""{id: bstr16, pk: bstr32, not_after: time}."""


@dataclass(frozen=True, slots=True)
class Prekey:
    """A prekey as its owner announced it.

    Attributes:
        id: 16 random bytes; the kid of what is sealed to it.
        pk: raw X25519 public key.
        not_after: Unix milliseconds; nobody seals to it later.
    """

    id: bytes
    pk: bytes
    not_after: int

    def __post_init__(self) -> None:
        schema.check_local(PREKEY, self.to_value(), "prekey")

    @classmethod
    def from_value(cls, value: Mapping[str, Any], where: str = "prekey") -> "Prekey":
        """Read the map.

        Raises:
            RemoteProtocolError: field-….
        """
        return cls(**schema.read(PREKEY, value, where))

    def to_value(self) -> dict[str, Any]:
        """The map as it stands in a body, a card or a frame."""
        return {"id": self.id, "pk": self.pk, "not_after": self.not_after}
