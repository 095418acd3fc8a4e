"""Bounds on how often a sender may come, in bounded memory."""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

REMEMBERED: Final = 4096
"""Most senders that are told apart; the one that was quiet longest is forgotten first."""


def network_of(ip: str) -> str:
    """What counts as one sender: a /24 of IPv4, a /48 of IPv6; the text itself otherwise."""
    try:
        parsed = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return parsed.packed[:6].hex()
        parsed = parsed.ipv4_mapped
    return parsed.packed[:3].hex()


class Throttle:
    """Token buckets, one per key.

    Args:
        rate: how many a key may have per second in the long run.
        burst: how many at once.
        clock: seconds, monotonic.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._buckets)

    def take(self, key: str) -> bool:
        """Take one from the key's bucket; False if it is empty."""
        now = self._clock()
        left, then = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        taken = left >= 1
        self._buckets[key] = (left - 1 if taken else left, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return taken
