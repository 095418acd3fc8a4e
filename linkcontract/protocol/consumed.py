"""Opens that were taken or refused, remembered until they cannot be replayed any more.

An `open` is the one statement whose `rel` is null: nothing but its expiry and this list keeps an
old one from re-creating a relationship that was deleted (spec: threats, T02).
"""

from collections.abc import Mapping
from typing import Final

from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import DAY, MAX_CONSUMED_OPENS

REMEMBER_AFTER_EXPIRY: Final = DAY
"""How long past its `exp` an open stays remembered: our own clock may have been set back."""


class ConsumedOpens:
    """Which opens were decided on.

    Args:
        entries: open id to the time (Unix ms) it may be forgotten, as stored.
    """

    __slots__ = ("_until",)

    def __init__(self, entries: Mapping[bytes, int] | None = None) -> None:
        self._until: dict[bytes, int] = dict(entries or {})

    def __contains__(self, open_id: object) -> bool:
        return open_id in self._until

    def __len__(self) -> int:
        return len(self._until)

    def add(self, open_id: bytes, exp: int) -> int:
        """Remember an open; returns the time it may be forgotten, for the stored row.

        Raises:
            RemoteProtocolError: `open-flood` when as many are remembered as ever will be: taking
                one more unremembered would let it be replayed.
        """
        if open_id not in self._until and len(self._until) >= MAX_CONSUMED_OPENS:
            raise RemoteProtocolError("open-flood")
        self._until[open_id] = exp + REMEMBER_AFTER_EXPIRY
        return self._until[open_id]

    def forget(self, now: int) -> tuple[bytes, ...]:
        """Drop what expired; the ids whose stored rows can go."""
        gone = tuple(key for key, until in self._until.items() if until < now)
        for key in gone:
            del self._until[key]
        return gone
