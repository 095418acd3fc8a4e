"""Upkeep: what was destroyed is overwritten, and what ran out is deleted, soon and in any case.

A deleted row is gone for every reader at once; what a disk still holds of it goes with a purge.
That is done here, beside everything else: after each destruction, and once at the start for one
that was interrupted.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from linkcontract.errors import StoreError
from linkcontract.protocol.events import Event, PrekeysDestroyed
from linkcontract.store.port import Change, Delete

if TYPE_CHECKING:
    from linkcontract.driver.engine import Engine

LOG: Final = logging.getLogger("linkcontract.driver")

EVERY_SECONDS: Final = 600.0
"""How long a card that ran out may lie there, and the wait before a purge is tried again."""

PAUSE_SECONDS: Final = 1.0
"""Destructions within this time share a purge, which costs a write of the whole log."""

_SENSITIVE: Final = frozenset({"opening", "secret"})


class Upkeep:
    """The upkeep of an engine's store."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._purge = True
        self._work = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with what an earlier process left undone."""
        self._task = asyncio.create_task(self._run(), name="linkcontract-upkeep")

    async def stop(self) -> None:
        """End; what is not done is done after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def destroyed(self) -> None:
        """Something was deleted that nobody may find again."""
        self._purge = True
        self._work.set()

    def committed(self, events: Sequence[Event], changes: Sequence[Change]) -> None:
        """See whether a batch destroyed anything."""
        if any(isinstance(event, PrekeysDestroyed) for event in events) or any(
            isinstance(change, Delete) and change.space in _SENSITIVE for change in changes
        ):
            self.destroyed()

    async def _run(self) -> None:
        while True:
            self._work.clear()
            try:
                await self._engine.arrivals.tidy()
                if self._purge:
                    self._purge = False
                    await self._engine.store.purge()
            except StoreError as error:
                self._purge = True
                LOG.warning("what was deleted is not overwritten yet: %s", error.code)
            await asyncio.sleep(PAUSE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._work.wait()
