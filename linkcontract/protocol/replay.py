"""The replay window: which frames have been seen, for as long as their requests would be honoured.

Statements are idempotent and need no window; requests (heads, want, prekey, ping) do, or a relay
could make a node answer yesterday's frame a thousand times (spec: threats, T38).
"""

import heapq
from typing import Final

from linkcontract.limits import FRAME_FRESH

MAX_REMEMBERED: Final = 8_192
"""Most frame numbers remembered; an honest peer sends a few hundred a day, and past the bound the
oldest make way and everything up to their time counts as old, so that only a flooding peer loses
its own requests."""


class ReplayWindow:
    """The numbers of the frames of the last 24 hours, bounded.

    Args:
        floor: requests in frames of this time (Unix ms, the sender's `at`) or before are ignored.
            After a restart it is the time of the restart less the allowed skew: what was
            remembered before is gone.
    """

    __slots__ = ("_floor", "_numbers", "_order")

    def __init__(self, floor: int = -1) -> None:
        self._floor = floor
        self._numbers: set[bytes] = set()
        self._order: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return len(self._numbers)

    def is_repeated(self, number: bytes) -> bool:
        """Whether this frame was taken before."""
        return number in self._numbers

    def take(self, number: bytes, at: int, now: int) -> bool:
        """Remember a frame; say whether its requests are to be honoured.

        Args:
            number: the frame's n, 16 bytes.
            at: the sender's clock, Unix ms.
            now: our clock, Unix ms.

        Returns:
            True iff the frame is new and its `at` is within 24 hours of now, on either side: a
            frame from the future could be replayed after its number was forgotten.
        """
        self._forget(now)
        if number in self._numbers or abs(now - at) > FRAME_FRESH or at <= self._floor:
            return False
        self._numbers.add(number)
        heapq.heappush(self._order, (at, number))
        if len(self._numbers) > MAX_REMEMBERED:
            oldest, dropped = heapq.heappop(self._order)
            self._numbers.discard(dropped)
            self._floor = max(self._floor, oldest)
        return True

    def _forget(self, now: int) -> None:
        while self._order and self._order[0][0] < now - FRAME_FRESH:
            self._numbers.discard(heapq.heappop(self._order)[1])
