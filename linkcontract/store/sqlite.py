"""The default store: one SQLite file, written by one thread, read by another.

Uses the standard library's sqlite3 with WAL and synchronous=FULL: a commit that returned survives
a loss of power. Deleted values are overwritten (secure_delete), and `purge` truncates the WAL.
One process at a time: a lock file beside the database says so.
"""

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from linkcontract.errors import StoreError
from linkcontract.store.keys import decode_key, prefix_range
from linkcontract.store.port import Change, Key, Store
from linkcontract.store.sqlite_file import (
    DATABASE_ERRORS,
    FileLock,
    open_reader,
    open_writer,
    prepare_folder,
    store_error,
)
from linkcontract.store.sqlite_writer import Writer

_FROM: Final = "SELECT key, value FROM rows WHERE space = ? AND key >= ? ORDER BY key"
_RANGE: Final = "SELECT key, value FROM rows WHERE space = ? AND key >= ? AND key < ? ORDER BY key"


def _purge(connection: sqlite3.Connection) -> None:
    # TRUNCATE copies every frame into the database, where the deleted cells are zeros, and then
    # cuts the WAL to length 0; it waits BUSY_SECONDS for readers.
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreError("store-busy")


def _check(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise StoreError("store-corrupt")


def _read(
    connection: sqlite3.Connection, space: str, low: bytes, high: bytes | None
) -> list[tuple[Key, bytes]]:
    try:
        if high is None:
            rows = connection.execute(_FROM, (space, low)).fetchall()
        else:
            rows = connection.execute(_RANGE, (space, low, high)).fetchall()
    except DATABASE_ERRORS as error:
        raise store_error(error) from error
    for key, value in rows:
        # STRICT holds on the way in; a damaged file can hold anything.
        if type(key) is not bytes or type(value) is not bytes:
            raise StoreError("store-corrupt")
    return [(decode_key(key), value) for key, value in rows]


def _read_together(
    connection: sqlite3.Connection, ranges: tuple[tuple[str, Key], ...]
) -> list[list[tuple[Key, bytes]]]:
    try:
        connection.execute("BEGIN")  # WAL: from the first read on, every read is of one moment
        try:
            return [_read(connection, space, *prefix_range(prefix)) for space, prefix in ranges]
        finally:
            connection.execute("ROLLBACK")
    except DATABASE_ERRORS as error:
        raise store_error(error) from error


class SqliteStore(Store):
    """Open it with `await SqliteStore.open(path)`."""

    def __init__(self, lock: FileLock, writer: sqlite3.Connection, reader: sqlite3.Connection):
        self._lock = lock
        self._writer = Writer(writer)
        self._reader = reader
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="linkcontract-read")
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, path: str | os.PathLike[str], *, max_bytes: int | None = None
    ) -> "SqliteStore":
        """Open the store in a file, making file and folder if they are missing.

        Args:
            path: the file; beside it lie its -wal, -shm and .lock. The folder is made with mode
                0700; one that is there must not be open to anybody else. The file gets 0600.
            max_bytes: largest size of the database file; None leaves it to the disk. The WAL
                comes on top.

        Raises:
            StoreError: `store-unavailable`, `store-readonly`, `store-permissions`,
                `store-in-use`, `store-foreign`, `store-newer`, `store-corrupt`, `store-full`,
                `store-busy`, `store-io`.
        """
        opening = asyncio.ensure_future(asyncio.to_thread(cls._open, Path(path), max_bytes))
        try:
            lock, writer, reader = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(cls._abandon)
            raise
        return cls(lock, writer, reader)

    @staticmethod
    def _open(
        path: Path, max_bytes: int | None
    ) -> tuple[FileLock, sqlite3.Connection, sqlite3.Connection]:
        prepare_folder(path)
        lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            writer = open_writer(path, max_bytes)
            try:
                return lock, writer, open_reader(path)
            except BaseException:
                writer.close()
                raise
        except BaseException:
            lock.release()
            raise

    @staticmethod
    def _abandon(
        opening: "asyncio.Future[tuple[FileLock, sqlite3.Connection, sqlite3.Connection]]",
    ) -> None:
        if not opening.cancelled() and opening.exception() is None:
            lock, writer, reader = opening.result()
            reader.close()
            writer.close()
            lock.release()

    async def check(self) -> None:
        """Read the whole file and check its structure; takes time in proportion to its size.

        Raises:
            StoreError: `store-corrupt`, `store-io`, `store-closed`.
        """
        self._check_open()
        await self._writer.run(_check)

    async def close(self) -> None:
        """See `Store.close`. The last batches are durable before it returns."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._readers, self._reader.close)
            # SQLite moves the WAL into the database when the last connection closes.
            await self._writer.run(sqlite3.Connection.close, last=True)
        finally:
            self._readers.shutdown(wait=False)
            self._lock.release()

    def _check_open(self) -> None:
        if self._closing is not None:
            raise StoreError("store-closed")

    async def _commit(self, changes: tuple[Change, ...]) -> None:
        self._check_open()
        await self._writer.submit(changes)

    async def _scan(self, space: str, prefix: Key) -> list[tuple[Key, bytes]]:
        self._check_open()
        low, high = prefix_range(prefix)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, _read, self._reader, space, low, high)

    async def _scan_together(
        self, ranges: tuple[tuple[str, Key], ...]
    ) -> list[list[tuple[Key, bytes]]]:
        self._check_open()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, _read_together, self._reader, ranges)

    async def _purge(self) -> None:
        self._check_open()
        await self._writer.run(_purge)
