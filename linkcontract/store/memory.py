"""A store in memory, for tests, simulations and programs that keep nothing.

Its rows live as long as the object; `copy` gives another store with the same rows, which is how a
simulation restarts a node after a crash.
"""

from bisect import bisect_left, insort
from typing import Self

from linkcontract.errors import StoreError
from linkcontract.store.keys import decode_key, encode_key, prefix_range
from linkcontract.store.port import Absent, Change, Key, Put, Store


class MemoryStore(Store):
    """Rows in sorted lists, one per space. Durable only as long as the object lives."""

    def __init__(self) -> None:
        self._values: dict[str, dict[bytes, bytes]] = {}
        self._order: dict[str, list[bytes]] = {}
        self._closed = False

    def copy(self) -> Self:
        """Another open store with the same rows, also if this one is closed."""
        other = type(self)()
        other._values = {space: dict(rows) for space, rows in self._values.items()}
        other._order = {space: list(keys) for space, keys in self._order.items()}
        return other

    async def close(self) -> None:
        """See `Store.close`."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("store-closed")

    async def _commit(self, changes: tuple[Change, ...]) -> None:
        self._check_open()
        for change in changes:
            if isinstance(change, Absent) and encode_key(change.key) in self._values.get(
                change.space, {}
            ):
                raise StoreError("store-conflict", change.space)
        # Nothing below can fail or wait, so the batch is applied whole.
        for change in changes:
            if isinstance(change, Absent):
                continue
            key = encode_key(change.key)
            rows = self._values.setdefault(change.space, {})
            order = self._order.setdefault(change.space, [])
            if isinstance(change, Put):
                if key not in rows:
                    insort(order, key)
                rows[key] = change.value
            elif rows.pop(key, None) is not None:
                del order[bisect_left(order, key)]

    async def _scan(self, space: str, prefix: Key) -> list[tuple[Key, bytes]]:
        self._check_open()
        rows = self._values.get(space, {})
        order = self._order.get(space, [])
        low, high = prefix_range(prefix)
        end = len(order) if high is None else bisect_left(order, high)
        return [(decode_key(key), rows[key]) for key in order[bisect_left(order, low) : end]]

    async def _scan_together(
        self, ranges: tuple[tuple[str, Key], ...]
    ) -> list[list[tuple[Key, bytes]]]:
        # Nothing below waits, so nobody commits in between.
        return [await self._scan(space, prefix) for space, prefix in ranges]

    async def _purge(self) -> None:
        self._check_open()
