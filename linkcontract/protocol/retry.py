"""When to send again: exponential back-off, a total after which a silent peer is left alone.

The peer may be offline for days. What it lacks is sent at once when it makes contact, so the timer
only has to find a peer that came back without saying so.
"""

from collections.abc import Callable
from typing import Final

from linkcontract.limits import DAY, HOUR, SECOND

RETRY_FIRST: Final = 2 * SECOND
"""The first wait; longer than any exchange of two nodes that are both up."""

RETRY_LONGEST: Final = HOUR
"""The longest wait between two attempts, jitter not counted."""

RETRY_TOTAL: Final = 14 * DAY
"""A peer from which nothing was heard for this long is not called any more (spec: threats, T40): it
may have become somebody else's address. Contact from it, or a new statement, begins anew."""


class Backoff:
    """The time of the next attempt.

    What the peer does shortens the waits at most once an hour (spec: threats, T38); what is said
    here may do so always.

    Args:
        entropy: for the jitter.

    Attributes:
        due: when the next attempt is, Unix ms, or None.
        given_up: something waits and the peer was silent for so long that nothing is tried.
    """

    __slots__ = ("_attempts", "_begun", "_entropy", "_since", "due", "given_up")

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self.due: int | None = None
        self.given_up = False
        self._entropy = entropy
        self._attempts = 0
        self._since = 0
        self._begun: int | None = None

    def said(self, now: int) -> None:
        """Something new was said here. It is sent at once; this is when to look whether it came."""
        self._since = now
        self._begin(now)
        if self.due is None or self.due > now + RETRY_FIRST:
            self.due = now + RETRY_FIRST

    def needed(self, now: int) -> None:
        """Something came up that needs the peer: see to it that there is a next attempt."""
        if self.given_up or self.due is not None:
            return
        self._since = now
        self._begin_at_most_hourly(now)
        self.due = now + self._wait()

    def contact(self, now: int) -> None:
        """The peer showed itself while something waits for it."""
        self._since = now
        self.given_up = False
        if self._begin_at_most_hourly(now):
            self.due = now + RETRY_FIRST
        elif self.due is None:
            self.due = now + self._wait()

    def stop(self) -> None:
        """Nothing is waiting."""
        self.due = None
        self.given_up = False

    def sent(self, now: int, *, hurry: bool) -> None:
        """An attempt was made.

        Args:
            now: Unix ms.
            hurry: a withdrawal is waiting, which no jitter may delay.
        """
        if now - self._since > RETRY_TOTAL:
            self.due = None
            self.given_up = True
            return
        wait = self._wait()
        if not hurry:
            wait += wait * int.from_bytes(self._entropy(2), "big") // (2 * 65_536)
        self._attempts += 1
        self.due = now + wait

    def _wait(self) -> int:
        return min(RETRY_FIRST << min(self._attempts, 16), RETRY_LONGEST)

    def _begin(self, now: int) -> None:
        self.given_up = False
        self._attempts = 0
        self._begun = now

    def _begin_at_most_hourly(self, now: int) -> bool:
        if self._begun is not None and now - self._begun < HOUR:
            return False
        self._begin(now)
        return True
