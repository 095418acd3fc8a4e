"""The Store port: rows with ordered keys, changed in batches that are there whole or not at all.

A store holds rows (space, key) -> value. A space is a short name; a key is a tuple of byte strings;
a value is a byte string. What the rows mean is the business of whoever writes them.

What every store promises (`linkcontract.testing.store_checks` tests it):

1. `commit` applies a batch whole or not at all, whatever else is committed at the same time.
2. When `commit` returns, the batch survives the death of the process and a loss of power, as far
   as the medium can promise that. A store kept in memory promises it for its own life only.
3. A batch that cannot be applied fails alone: other batches are neither delayed nor spoiled.
4. `scan` sees every batch whose `commit` returned before it was called, and no batch in part;
   what `scan_together` sees in several spaces is of one moment. A `commit` that is cancelled ends
   when its batch is applied or refused: nothing is applied after it ended.
5. Rows come back in the order of their keys: part by part, bytewise, a shorter key first.
6. After a StoreError the store is as it was before; it can be used again unless the code is
   `store-io` or `store-corrupt`, after which it has to be closed and opened again.

The base class checks what goes in and turns foreign exceptions into StoreError, so that an
implementation writes five short methods.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from linkcontract.errors import StoreError
from linkcontract.limits import MAX_STORE_KEY, MAX_STORE_VALUE
from linkcontract.store.keys import check_space, encode_key

Key: TypeAlias = tuple[bytes, ...]


def _check_key(key: Key) -> None:
    if not isinstance(key, tuple) or not all(isinstance(part, bytes) for part in key):
        raise StoreError("store-change", "key")
    if len(encode_key(key)) > MAX_STORE_KEY:
        raise StoreError("store-change", "key")


@dataclass(frozen=True, slots=True)
class Put:
    """Write a row, in place of the one with this key if there is one.

    Args:
        space: the name of the space, `[a-z][a-z0-9-]{0,31}`.
        key: the row's key; its encoding has at most `MAX_STORE_KEY` bytes.
        value: at most `MAX_STORE_VALUE` bytes.

    Raises:
        StoreError: `store-change`.
    """

    space: str
    key: Key
    value: bytes

    def __post_init__(self) -> None:
        check_space(self.space)
        _check_key(self.key)
        if not isinstance(self.value, bytes) or len(self.value) > MAX_STORE_VALUE:
            raise StoreError("store-change", "value")


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a row; nothing happens if there is none. See `Put` for the arguments and errors."""

    space: str
    key: Key

    def __post_init__(self) -> None:
        check_space(self.space)
        _check_key(self.key)


@dataclass(frozen=True, slots=True)
class Absent:
    """Demand that there was no row with this key before the batch; otherwise the batch fails with
    `store-conflict`. See `Put` for the arguments and errors."""

    space: str
    key: Key

    def __post_init__(self) -> None:
        check_space(self.space)
        _check_key(self.key)


Change: TypeAlias = Put | Delete | Absent


class Store(ABC):
    """A store; the module's docstring says what it promises.

    The methods may be called from several tasks of one event loop at the same time.
    """

    @final
    async def commit(self, changes: Sequence[Change]) -> None:
        """Apply a batch, durably, or nothing of it.

        Every `Absent` is checked first, against the rows as they were before the batch; then the
        puts and deletes are applied in their order. A task that is cancelled while it waits here
        does not know whether its batch was applied; `scan` does.

        Raises:
            StoreError: `store-conflict`, `store-full`, `store-readonly`, `store-corrupt`,
                `store-io`, `store-closed`; `store-change` for anything that is not a Change.
        """
        batch = tuple(changes)
        for change in batch:
            if not isinstance(change, Put | Delete | Absent):
                raise StoreError("store-change")
        if not batch:
            return
        try:
            await self._commit(batch)
        except StoreError:
            raise
        except Exception as error:
            raise StoreError("store-io") from error

    @final
    async def scan(self, space: str, prefix: Key = ()) -> list[tuple[Key, bytes]]:
        """The rows of one space whose keys begin with the parts of `prefix`, in key order.

        The rows are those of one moment. A whole key is a prefix of itself, so this also reads
        single rows.

        Raises:
            StoreError: `store-change`, `store-corrupt`, `store-io`, `store-closed`.
        """
        check_space(space)
        _check_key(prefix)
        try:
            return await self._scan(space, prefix)
        except StoreError:
            raise
        except Exception as error:
            raise StoreError("store-io") from error

    @final
    async def scan_together(
        self, ranges: Sequence[tuple[str, Key]]
    ) -> list[list[tuple[Key, bytes]]]:
        """Several scans, all of one moment: no batch is in one of the results and not in another.

        Args:
            ranges: pairs of a space and a prefix, as `scan` takes them.

        Returns:
            The rows of each range, in the order of the ranges.

        Raises:
            StoreError: as for `scan`.
        """
        asked = tuple(ranges)
        for space, prefix in asked:
            check_space(space)
            _check_key(prefix)
        try:
            return await self._scan_together(asked)
        except StoreError:
            raise
        except Exception as error:
            raise StoreError("store-io") from error

    @final
    async def purge(self) -> None:
        """Make past deletions final: no copy of a deleted value stays where the store wrote it.

        What lies below the store (journals of the file system, remapped blocks of a disk, backups)
        is out of its reach. Call it once after the batches of an erasure, not after each.

        Raises:
            StoreError: `store-busy` if somebody else reads the store; also as for `commit`.
        """
        try:
            await self._purge()
        except StoreError:
            raise
        except Exception as error:
            raise StoreError("store-io") from error

    @abstractmethod
    async def close(self) -> None:
        """Finish the waiting batches and release everything; a second call does nothing.

        Whatever is called afterwards raises StoreError `store-closed`.
        """

    @abstractmethod
    async def _commit(self, changes: tuple[Change, ...]) -> None:
        """As `commit`; the changes are checked and at least one."""

    @abstractmethod
    async def _scan(self, space: str, prefix: Key) -> list[tuple[Key, bytes]]:
        """As `scan`; space and prefix are checked."""

    @abstractmethod
    async def _scan_together(
        self, ranges: tuple[tuple[str, Key], ...]
    ) -> list[list[tuple[Key, bytes]]]:
        """As `scan_together`; every space and prefix is checked."""

    @abstractmethod
    async def _purge(self) -> None:
        """As `purge`."""
