"""The one thread that writes to a SQLite store: group commit.

Batches that wait while a transaction is being synced go together into the next one: a commit costs
one sync of the disk, however many batches it holds. A batch whose precondition fails is left out
before it has written anything. If a transaction fails for another reason (a full disk), its
batches are tried again one by one, so that a large one does not take the small ones with it.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from linkcontract.errors import StoreError
from linkcontract.store.keys import encode_key
from linkcontract.store.port import Absent, Change, Put
from linkcontract.store.sqlite_file import DATABASE_ERRORS, store_error

MAX_GROUP: Final = 256
"""Most batches in one transaction: the last one in the queue does not wait for ever."""

MAX_GROUP_BYTES: Final = 4 * 1024 * 1024
"""Most bytes of values in one transaction, the first batch not counted."""

_PUT: Final = "INSERT OR REPLACE INTO rows (space, key, value) VALUES (?, ?, ?)"
_DELETE: Final = "DELETE FROM rows WHERE space = ? AND key = ?"
_FIND: Final = "SELECT 1 FROM rows WHERE space = ? AND key = ?"

Action = Callable[[sqlite3.Connection], None]


@dataclass(slots=True, eq=False)
class _Job:
    """A batch, or an action between transactions, and who waits for it."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]
    changes: tuple[Change, ...] = ()
    action: Action | None = None
    last: bool = False
    error: StoreError | None = None

    @property
    def size(self) -> int:
        return sum(len(change.value) for change in self.changes if isinstance(change, Put))


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():  # an action whose task was cancelled; it was carried out
            continue
        if job.error is None:
            job.future.set_result(None)
        else:
            job.future.set_exception(job.error)


class Writer:
    """Owns the writing connection; `submit` and `run` are called from event loops."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._broken: StoreError | None = None
        # A daemon: a program that ends without closing the store ends, as if it had been killed.
        self._thread = threading.Thread(target=self._work, name="linkcontract-store", daemon=True)
        self._thread.start()

    async def submit(self, changes: tuple[Change, ...]) -> None:
        """Apply a batch; returns when it is durable.

        A task that is cancelled meanwhile ends when the batch is settled, not before: whoever
        reads the store next would otherwise miss a batch that is applied a moment later.

        Raises:
            StoreError: see `Store.commit`.
        """
        loop = asyncio.get_running_loop()
        job = _Job(loop, loop.create_future(), changes)
        self._jobs.put(job)
        try:
            await asyncio.shield(job.future)
        except asyncio.CancelledError:
            while not job.future.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait((job.future,))
            raise

    async def run(self, action: Action, *, last: bool = False) -> None:
        """Run something on the writing thread, between two transactions; `last` ends the thread.

        Raises:
            StoreError: whatever the action raises, sqlite3 errors translated.
        """
        loop = asyncio.get_running_loop()
        job = _Job(loop, loop.create_future(), action=action, last=last)
        self._jobs.put(job)
        await job.future

    def _work(self) -> None:
        following: _Job | None = None
        while True:
            first = following or self._jobs.get()
            following = None
            group = [first]
            if first.action is None:
                following = self._gather(group)
            try:
                self._run(group)
            except Exception as error:  # noqa: BLE001 - a bug; nobody may wait for ever for it
                self._broken = StoreError("store-io")
                for job in group:
                    job.error = StoreError("store-io")
                    job.error.__cause__ = error
            self._report(group)
            if first.last:
                return

    def _gather(self, group: list[_Job]) -> _Job | None:
        """Add what waits to the group; a job that does not fit is returned and comes next."""
        room = MAX_GROUP_BYTES
        while len(group) < MAX_GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return None
            room -= job.size
            if job.action is not None or room < 0:
                return job
            group.append(job)
        return None

    def _report(self, group: list[_Job]) -> None:
        loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        for job in group:
            loops.setdefault(job.loop, []).append(job)
        for loop, jobs in loops.items():
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, jobs)

    def _run(self, group: list[_Job]) -> None:
        action = group[0].action
        if action is not None:
            try:
                action(self._connection)
            except StoreError as error:
                group[0].error = error
            except DATABASE_ERRORS as error:
                group[0].error = store_error(error)
            return
        failure = self._transact(group)
        if failure is None:
            return
        alone = failure.code in {"store-io", "store-corrupt", "store-busy", "store-readonly"}
        if len(group) == 1 or alone:
            for job in group:
                job.error = StoreError(failure.code)
                job.error.__cause__ = failure.__cause__
            return
        for job in group:
            job.error = self._transact([job]) or job.error

    def _transact(self, group: list[_Job]) -> StoreError | None:
        """One transaction; None if it was committed. Sets `error` of jobs that were left out."""
        if self._broken is not None:
            return self._broken
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for job in group:
                job.error = self._apply(job.changes)
            self._connection.execute("COMMIT")
        except DATABASE_ERRORS as error:
            failure = store_error(error)
            failure.__cause__ = error
            try:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            except DATABASE_ERRORS:
                failure = StoreError("store-io")
                failure.__cause__ = error
            if failure.code == "store-io":
                # A sync that failed may or may not have written; only recovery at the next
                # opening decides, so nothing is built on either answer until then.
                self._broken = failure
            return failure
        return None

    def _apply(self, changes: tuple[Change, ...]) -> StoreError | None:
        execute = self._connection.execute
        for change in changes:
            if isinstance(change, Absent) and (
                execute(_FIND, (change.space, encode_key(change.key))).fetchone() is not None
            ):
                return StoreError("store-conflict", change.space)
        for change in changes:
            if isinstance(change, Put):
                execute(_PUT, (change.space, encode_key(change.key), change.value))
            elif not isinstance(change, Absent):
                execute(_DELETE, (change.space, encode_key(change.key)))
        return None
