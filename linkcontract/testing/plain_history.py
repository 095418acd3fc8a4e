"""Key histories without keys: what the ledger needs of one, for tests that sign nothing."""

from linkcontract.encoding import cid_of, encode


class PlainHistory:
    """A tree of key events with made-up names.

    Args:
        name: any text; it decides the names of the party and of its key events.
        kind: "directed" or "public".
    """

    def __init__(self, name: str, kind: str = "directed") -> None:
        self.name = name
        self.kind = kind
        self.party = cid_of(encode(["plain", name]))
        self._before: dict[bytes, bytes | None] = {self.party: None}

    @property
    def inception(self) -> bytes:
        """The first key event, which also names the party."""
        return self.party

    def rotate(self, after: bytes, branch: int = 0) -> bytes:
        """The key event that follows `after`; another `branch` is another event there."""
        event = cid_of(encode(["plain", self.name, after, branch]))
        self._before[event] = after
        return event

    def events(self) -> tuple[bytes, ...]:
        """Every event there is, in the order they were made."""
        return tuple(self._before)

    def descends(self, later: bytes, earlier: bytes) -> bool:
        """Whether `later` follows `earlier`, over any number of steps; False for equal events."""
        before = self._before.get(later)
        while before is not None:
            if before == earlier:
                return True
            before = self._before[before]
        return False

    def position(self, event: bytes) -> int | None:
        """How many rotations lead to `event`; None if it is not of this history."""
        if event not in self._before:
            return None
        position = 0
        before = self._before[event]
        while before is not None:
            position += 1
            before = self._before[before]
        return position

    def events_at(self, position: int) -> tuple[bytes, ...]:
        """The events at a position, sorted."""
        return tuple(sorted(event for event in self._before if self.position(event) == position))
