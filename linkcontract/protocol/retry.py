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
"""The longest wait between two attempts."""

RETRY_TOTAL: Final = 14 * DAY
"""A peer from which nothing was heard for this long is not called any more (REVIEW H14): it may
have become somebody else's address. Contact from it, or a new statement, begins anew."""


class Backoff:
    """The time of the next attempt.

    `start` when something is waiting, `sent` after each attempt, `contact` when the peer showed
    itself, `stop` when nothing waits any more.

    Attributes:
        due: when the next attempt is, Unix ms, or None.
        given_up: something waits and the peer was silent for so long that nothing is tried.
    """

    __slots__ = ("_attempts", "_contact", "_entropy", "_since", "due", "given_up")

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self.due: int | None = None
        self.given_up = False
        self._entropy = entropy
        self._attempts = 0
        self._since = 0
        self._contact: int | None = None

    def start(self, now: int) -> None:
        """Something new is waiting. It is sent at once by whoever has it; this is the time to look
        whether that was enough, unless attempts are being made already."""
        self._since = now
        self.given_up = False
        if self.due is None:
            self._attempts = 0
            self.due = now + RETRY_FIRST

    def stop(self) -> None:
        """Nothing is waiting."""
        self.due = None
        self.given_up = False
        self._attempts = 0

    def sent(self, now: int, *, hurry: bool) -> None:
        """An attempt was made.

        Args:
            now: Unix ms.
            hurry: a withdrawal is waiting, which no jitter may delay (DESIGN section 7).
        """
        if now - self._since > RETRY_TOTAL:
            self.due = None
            self.given_up = True
            return
        wait = min(RETRY_FIRST << min(self._attempts, 16), RETRY_LONGEST)
        if not hurry:
            wait += wait * int.from_bytes(self._entropy(2), "big") // (2 * 65_536)
        self._attempts += 1
        self.due = now + wait

    def contact(self, now: int) -> None:
        """The peer showed itself: begin a short wait again, at most once an hour (REVIEW H3)."""
        self._since = now
        self.given_up = False
        if self._contact is not None and now - self._contact < HOUR:
            if self.due is None:
                self.due = now + RETRY_LONGEST
            return
        self._contact = now
        self._attempts = 0
        self.due = now + RETRY_FIRST
