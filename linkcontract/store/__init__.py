"""Where a node keeps its rows: a small port, in memory or in SQLite.

`SqliteStore` is imported on first use, so that a program that only speaks the protocol does not
load the database.
"""

from typing import TYPE_CHECKING

from linkcontract.store.memory import MemoryStore
from linkcontract.store.port import Absent, Change, Delete, Key, Put, Store

if TYPE_CHECKING:
    from linkcontract.store.sqlite import SqliteStore

__all__ = ["Absent", "Change", "Delete", "Key", "MemoryStore", "Put", "SqliteStore", "Store"]


def __getattr__(name: str) -> object:
    if name == "SqliteStore":
        from linkcontract.store.sqlite import SqliteStore

        return SqliteStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
