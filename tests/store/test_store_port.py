"""Both stores of the package against the public check suite, and the suite against a bad store."""

from pathlib import Path

import pytest

from linkcontract.errors import StoreError
from linkcontract.store import MemoryStore, Put, SqliteStore, Store
from linkcontract.store.keys import decode_key, encode_key
from linkcontract.store.port import Absent, Change, Key
from linkcontract.testing.store_checks import (
    DURABILITY_CHECK,
    STORE_CHECKS,
    CheckFailed,
    check_store,
    run_store_check,
)


class MemoryShelf:
    async def fresh(self) -> Store:
        return MemoryStore()


class CopyShelf(MemoryShelf):
    async def reopen(self, store: Store) -> Store:
        assert isinstance(store, MemoryStore)
        return store.copy()


class SqliteShelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def fresh(self) -> Store:
        self.count += 1
        return await SqliteStore.open(self.folder / f"{self.count}.db")

    async def reopen(self, store: Store) -> Store:
        return await SqliteStore.open(self.folder / f"{self.count}.db")


@pytest.mark.parametrize("name", [*STORE_CHECKS, DURABILITY_CHECK])
async def test_memory_store(name: str) -> None:
    await run_store_check(name, CopyShelf())


@pytest.mark.parametrize("name", [*STORE_CHECKS, DURABILITY_CHECK])
async def test_sqlite_store(name: str, tmp_path: Path) -> None:
    await run_store_check(name, SqliteShelf(tmp_path))


async def test_a_store_without_reopen_is_checked_without_durability() -> None:
    assert await check_store(MemoryShelf()) == [*STORE_CHECKS]
    assert await check_store(CopyShelf()) == [*STORE_CHECKS, DURABILITY_CHECK]


class _HalfBatchStore(MemoryStore):
    """Applies puts before it looks at the preconditions."""

    async def _commit(self, changes: tuple[Change, ...]) -> None:
        for change in changes:
            await super()._commit((change,))


class _UnorderedStore(MemoryStore):
    """Sorts by the joined bytes of the key instead of part by part."""

    async def _scan(self, space: str, prefix: Key) -> list[tuple[Key, bytes]]:
        return sorted(await super()._scan(space, prefix), key=lambda row: b"".join(row[0]))


class _ForgetfulStore(MemoryStore):
    """Does not mind being closed."""

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (_HalfBatchStore, "a_conflict_fails_the_whole_batch"),
        (_HalfBatchStore, "batches_at_once_do_not_spoil_each_other"),
        (_UnorderedStore, "keys_are_ordered_and_found_by_prefix"),
        (_ForgetfulStore, "a_closed_store_says_so"),
    ],
)
async def test_the_checks_find_a_bad_store(kind: type[MemoryStore], name: str) -> None:
    class Shelf:
        async def fresh(self) -> Store:
            return kind()

    with pytest.raises(CheckFailed):
        await run_store_check(name, Shelf())


async def test_a_foreign_exception_of_an_implementation_becomes_a_store_error() -> None:
    class Broken(MemoryStore):
        async def _commit(self, changes: tuple[Change, ...]) -> None:
            raise ZeroDivisionError

        async def _scan(self, space: str, prefix: Key) -> list[tuple[Key, bytes]]:
            raise OSError

        async def _purge(self) -> None:
            raise OSError

    store = Broken()
    for call in (store.commit([Put("a", (), b"")]), store.scan("a"), store.purge()):
        with pytest.raises(StoreError) as caught:
            await call
        assert caught.value.code == "store-io"


@pytest.mark.parametrize("data", [b"a", b"\x00\x01\x00", b"a\x00b\x00\x01", b"\x00\x02\x00\x01"])
def test_a_stored_key_of_another_form_is_corruption(data: bytes) -> None:
    with pytest.raises(StoreError) as caught:
        decode_key(data)
    assert caught.value.code == "store-corrupt"


def test_keys_come_back_as_they_were() -> None:
    for key in ((), (b"",), (b"", b""), (b"\x00\x01\xff", b"\x00"), (b"a", b"\xff\x00\x01")):
        assert decode_key(encode_key(key)) == key


def test_a_change_is_a_value() -> None:
    assert Absent("a", (b"k",)) == Absent("a", (b"k",))
    assert hash(Put("a", (b"k",), b"v")) == hash(Put("a", (b"k",), b"v"))
