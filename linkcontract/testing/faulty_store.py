"""A store that crashes at a chosen point, so that a test can walk through every one of them.

Every commit has two points: just before it is applied, and just after it became durable but before
its caller hears of it. A test runs a story once to count the points, then once for each:

    counting = FaultyStore(await SqliteStore.open(path))
    await story(counting)
    for point in range(counting.points):
        faulty = FaultyStore(await SqliteStore.open(new_path), crash_at=point)
        try:
            await story(faulty)
        except SimulatedCrash:
            pass
        await faulty.inner.close()                      # frees the file; writes nothing more
        ... await SqliteStore.open(new_path) and check what is there ...
"""

from linkcontract.store.port import Change, Key, Store


class SimulatedCrash(BaseException):
    """The process died here. It is no Exception, so that no handler of errors survives it."""


class FaultyStore(Store):
    """Passes everything to `inner` until the chosen point; from there on every call crashes.

    Args:
        inner: the store that does the work.
        crash_at: the point, counted from 0 in the order they are reached: with one commit after
            the other, 2n is before the n-th commit and 2n + 1 after it. None only counts.

    Attributes:
        points: how many points were reached so far.
        crashed: whether the crash has happened.
    """

    def __init__(self, inner: Store, crash_at: int | None = None) -> None:
        self.inner = inner
        self.points = 0
        self.crashed = False
        self._crash_at = crash_at

    def _alive(self) -> None:
        if self.crashed:
            raise SimulatedCrash

    def _point(self) -> None:
        here = self.points
        self.points += 1
        if here == self._crash_at:
            self.crashed = True
        self._alive()

    async def close(self) -> None:
        """Close `inner`; after the crash nobody is left to do so."""
        self._alive()
        await self.inner.close()

    async def _commit(self, changes: tuple[Change, ...]) -> None:
        self._alive()
        self._point()
        await self.inner.commit(changes)
        # A commit that ends after the crash of another one does not reach its caller either.
        self._alive()
        self._point()

    async def _scan(self, space: str, prefix: Key) -> list[tuple[Key, bytes]]:
        self._alive()
        rows = await self.inner.scan(space, prefix)
        self._alive()
        return rows

    async def _scan_together(
        self, ranges: tuple[tuple[str, Key], ...]
    ) -> list[list[tuple[Key, bytes]]]:
        self._alive()
        rows = await self.inner.scan_together(ranges)
        self._alive()
        return rows

    async def _purge(self) -> None:
        self._alive()
        await self.inner.purge()
        self._alive()
