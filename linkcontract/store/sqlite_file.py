"""The SQLite file of a store: who may read it, whose it is, and what its errors mean.

Everything here blocks; `linkcontract.store.sqlite` calls it from threads.
"""

import contextlib
import errno
import fcntl
import os
import sqlite3
from pathlib import Path
from typing import Final

from linkcontract.errors import StoreError

APPLICATION_ID: Final = int.from_bytes(b"lnkc", "big")
"""Stands in the header of the file, so that another program's database is never written to."""

SCHEMA_VERSION: Final = 1
"""`user_version` of the file; a higher one was written by a newer version."""

BUSY_SECONDS: Final = 5.0
"""How long a statement waits for another process (a backup, the sqlite3 shell) to let go."""

_SCHEMA: Final = """
CREATE TABLE rows (
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (space, key)
) WITHOUT ROWID, STRICT
"""
_MINIMUM_SQLITE: Final = (3, 37, 0)  # the first with STRICT tables
_MAGIC: Final = b"SQLite format 3\x00"
_CODES: Final = {
    sqlite3.SQLITE_FULL: "store-full",
    sqlite3.SQLITE_CORRUPT: "store-corrupt",
    sqlite3.SQLITE_NOTADB: "store-corrupt",
    sqlite3.SQLITE_READONLY: "store-readonly",
    sqlite3.SQLITE_PERM: "store-readonly",
    sqlite3.SQLITE_CANTOPEN: "store-unavailable",
    sqlite3.SQLITE_BUSY: "store-busy",
    sqlite3.SQLITE_LOCKED: "store-busy",
}


DATABASE_ERRORS: Final = (sqlite3.Error, UnicodeError)
"""What sqlite3 raises; UnicodeError when the text of a message quotes bytes of a damaged file."""


def store_error(error: BaseException) -> StoreError:
    """What one of `DATABASE_ERRORS` means for the caller of the store."""
    if isinstance(error, UnicodeError):
        return StoreError("store-corrupt")
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # A text that is not UTF-8 has no code of its own; only a damaged file holds one.
        code = sqlite3.SQLITE_CORRUPT if isinstance(error, sqlite3.OperationalError) else 0
    primary = code & 0xFF  # the extended codes keep the primary one in the low byte
    return StoreError(_CODES.get(primary, "store-io"))


def _unwritable(error: OSError) -> StoreError:
    readonly = error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}
    return StoreError("store-readonly" if readonly else "store-unavailable")


def prepare_folder(path: Path) -> None:
    """Make the folder of the store, 0700, or check that it is nobody else's to read.

    A folder that is already there is not changed: it may be one that others need.

    Raises:
        StoreError: `store-unavailable`, `store-permissions`.
    """
    folder = path.parent
    try:
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        mode = folder.stat().st_mode
    except OSError as error:
        raise _unwritable(error) from error
    if not folder.is_dir():
        raise StoreError("store-unavailable", hint="the folder is not a folder")
    if mode & 0o077:
        raise StoreError("store-permissions", hint="use a folder of its own, with mode 0700")


class FileLock:
    """Holds a store for one process: a lock on a file beside it, let go when the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            StoreError: `store-in-use` if another store object has it, in this process or another;
                `store-readonly`, `store-unavailable` if the file cannot be made.
        """
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(error) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise StoreError("store-in-use") from error

    def release(self) -> None:
        """Let go. The file stays: removing it would let two processes lock two files."""
        os.close(self._file)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA mmap_size=0")  # a failing disk is an error then, not a signal
    connection.execute("PRAGMA temp_store=MEMORY")  # no copies of values in files elsewhere
    return connection


def _pragma(connection: sqlite3.Connection, name: str) -> object:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return row[0] if row else None


def _identify(connection: sqlite3.Connection) -> bool:
    """True if the file is a store, False if it is empty; nothing was written to it so far."""
    application = _pragma(connection, "application_id")
    version = _pragma(connection, "user_version")
    if application == APPLICATION_ID:
        if version == SCHEMA_VERSION:
            return True
        newer = isinstance(version, int) and version > SCHEMA_VERSION
        raise StoreError("store-newer" if newer else "store-corrupt")
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application == 0 and version == 0 and tables == 0:
        return False  # new, or its making was cut off before it held anything
    raise StoreError("store-foreign")


def _configure_writer(connection: sqlite3.Connection, max_bytes: int | None) -> None:
    if _pragma(connection, "journal_mode=WAL") != "wal":
        raise StoreError("store-unavailable", hint="the file system does not carry a shared log")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")  # macOS; nothing elsewhere
    connection.execute("PRAGMA checkpoint_fullfsync=ON")
    connection.execute("PRAGMA secure_delete=ON")
    if max_bytes is not None:
        page = _pragma(connection, "page_size")
        pages = max(1, max_bytes // page) if isinstance(page, int) else 1
        connection.execute(f"PRAGMA max_page_count={pages}")


def open_writer(path: Path, max_bytes: int | None) -> sqlite3.Connection:
    """Open the file for writing, making it if it is missing or empty.

    Raises:
        StoreError: `store-foreign`, `store-newer`, `store-corrupt`, `store-readonly`,
            `store-unavailable`, `store-full`, `store-io`.
    """
    if sqlite3.sqlite_version_info < _MINIMUM_SQLITE:
        raise StoreError("store-unavailable", hint="SQLite 3.37 or newer is needed")
    try:
        # Made by us and not by SQLite, so that there is no moment with wider permissions; its
        # -wal and -shm files take over the mode.
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            start = os.read(file, len(_MAGIC))
            if start not in (b"", _MAGIC):
                raise StoreError("store-foreign")
        finally:
            os.close(file)
    except OSError as error:
        raise _unwritable(error) from error
    connection = None
    try:
        connection = _connect(path)
        known = _identify(connection)
        _configure_writer(connection, max_bytes)
        if not known:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            connection.execute("COMMIT")
        path.chmod(0o600)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, DATABASE_ERRORS):
            raise store_error(error) from error
        if isinstance(error, OSError):
            raise _unwritable(error) from error
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A second connection that only reads, so that reading never waits for a commit.

    Raises:
        StoreError: as for `open_writer`.
    """
    try:
        connection = _connect(path)
        connection.execute("PRAGMA query_only=ON")
    except DATABASE_ERRORS as error:
        raise store_error(error) from error
    return connection
