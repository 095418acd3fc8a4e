"""How many openings a node looks at: judging one costs work that a stranger should not dictate."""

import time
from typing import Final

from linkcontract.driver import Engine

_MINUTE: Final = 60.0


class OpenLimit:
    """The handler of a node's listeners: it lets so many openings a minute through to each mailbox.

    The limit is that of one contact card: a flood at the public one does not keep anybody out who
    was invited. Messages of relationships are not counted; their keys were checked before.

    Args:
        engine: takes what is let through.
        per_minute: openings a mailbox may get in a minute; more are dropped unread.
    """

    def __init__(self, engine: Engine, per_minute: int) -> None:
        self._engine = engine
        self._most = per_minute
        self._left: dict[str, tuple[float, float]] = {}

    async def handle(self, token: str, message: bytes) -> bytes | None:
        """As `Engine.handle`."""
        if token in self._engine.arrivals.doors and not self.let_in(token, time.monotonic()):
            return b""
        return await self._engine.handle(token, message)

    def let_in(self, token: str, now: float) -> bool:
        """Count one opening at `now` (seconds): a bucket that fills up evenly over the minute."""
        left, since = self._left.get(token, (float(self._most), now))
        left = min(self._most, left + (now - since) * self._most / _MINUTE)
        allowed = left >= 1
        self._left[token] = (left - 1 if allowed else left, now)
        return allowed
