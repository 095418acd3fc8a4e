"""The relationships in memory: loaded when needed, held by one at a time, dropped when idle."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

from linkcontract.driver.relationship import Relationship


class LoadedRelationships:
    """What is in memory of the relationships a store holds.

    Args:
        load: reads a relationship from the store.
        most: how many to keep; those that wait for nothing go first, the longest unused of them.
    """

    def __init__(self, load: Callable[[bytes], Awaitable[Relationship]], most: int) -> None:
        self._load = load
        self._most = most
        self._lock = asyncio.Lock()
        self._by_rel: OrderedDict[bytes, Relationship] = OrderedDict()

    def __iter__(self) -> Iterator[Relationship]:
        return iter(tuple(self._by_rel.values()))

    def add(self, relationship: Relationship) -> None:
        """Keep a relationship that was just made and committed."""
        self._by_rel[relationship.rel] = relationship
        self._make_room(relationship)

    async def all(self) -> tuple[Relationship, ...]:
        """Everything in memory, and what was being loaded when this was called."""
        async with self._lock:
            return tuple(self)

    @asynccontextmanager
    async def hold(self, rel: bytes) -> AsyncIterator[Relationship]:
        """A relationship that nobody else changes meanwhile; an exception in the context drops it
        from memory, since nobody knows then whether it is what the store holds.

        Raises:
            What `load` raises.
        """
        while True:
            relationship = await self._get(rel)
            async with relationship.lock:
                if relationship.stale:
                    continue
                try:
                    yield relationship
                except BaseException:
                    self.discard(relationship)
                    raise
                return

    async def _get(self, rel: bytes) -> Relationship:
        relationship = self._by_rel.get(rel)
        if relationship is None:
            async with self._lock:
                relationship = self._by_rel.get(rel)
                if relationship is None:
                    relationship = await self._load(rel)
                    self._by_rel[rel] = relationship
                    self._make_room(relationship)
        if rel in self._by_rel:
            self._by_rel.move_to_end(rel)
        return relationship

    def _make_room(self, newest: Relationship) -> None:
        # The newest was loaded to be used: to drop it would mean to load it again, without end.
        spare = len(self._by_rel) - self._most
        for relationship in self:
            if spare <= 0 or relationship is newest:
                return
            if not relationship.lock.locked() and not relationship.session.outbox:
                self.discard(relationship)
                spare -= 1

    def discard(self, relationship: Relationship) -> None:
        """Drop a relationship from memory; the next who needs it loads it from the store."""
        relationship.stale = True
        if self._by_rel.get(relationship.rel) is relationship:
            del self._by_rel[relationship.rel]
