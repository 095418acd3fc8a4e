"""What the ledger asks of a key history, and nothing more.

The fold compares key events by descent; whose signature made an event is settled before a
statement gets here. A test can therefore stand in with a history that signs nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias


class History(Protocol):
    """The key events of one party, as a tree."""

    @property
    def kind(self) -> str:
        """ "directed" or "public", as the signed inception says."""

    def descends(self, later: bytes, earlier: bytes) -> bool:
        """Whether event `later` was reached from event `earlier` by one rotation or more."""

    def position(self, event: bytes) -> int | None:
        """How many rotations lead to `event`; 0 for the inception, None if it is not held."""

    def events_at(self, position: int) -> Sequence[bytes]:
        """Every event held at that position; two of them part the history."""


Histories: TypeAlias = Mapping[bytes, History]
"""Party -> its key history. The mapping is live: histories grow while a ledger uses it."""
