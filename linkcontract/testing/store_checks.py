"""Checks that any implementation of the Store port can run; no test framework is needed.

    import asyncio
    from linkcontract.testing.store_checks import check_store

    class Shelf:                                  # how to get at your stores
        async def fresh(self):                    # an empty store, each time another one
            self.path = make_a_new_place()
            return await MyStore.open(self.path)

        async def reopen(self, store):            # `store` is closed: open the same rows again
            return await MyStore.open(self.path)

    print(asyncio.run(check_store(Shelf())))      # the names of the checks that were run

Leave `reopen` out for a store that keeps nothing, and the check of durability is left out too; the
names returned show it. With pytest, parametrize over `STORE_CHECKS` and call `run_store_check`.
The checks do not kill the process: a store that claims to be durable needs such a test of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

from linkcontract.errors import StoreError
from linkcontract.limits import MAX_STORE_KEY
from linkcontract.store.port import Absent, Change, Delete, Key, Put, Store


class CheckFailed(AssertionError):  # noqa: N818 - it reads as the result of a check
    """The implementation under test does not do what its port promises; the text says what."""


class StoreShelf(Protocol):
    """Gives the checks their stores."""

    async def fresh(self) -> Store:
        """An open, empty store."""


@runtime_checkable
class DurableStoreShelf(Protocol):
    """Gives the checks stores that outlive their objects."""

    async def fresh(self) -> Store:
        """An open, empty store."""

    async def reopen(self, store: Store) -> Store:
        """A new store over the rows of `store`, which is closed."""


def _require(condition: bool, text: str) -> None:
    if not condition:
        raise CheckFailed(text)


async def _require_rows(
    store: Store, space: str, expected: Sequence[tuple[Key, bytes]], text: str, prefix: Key = ()
) -> None:
    _require(await store.scan(space, prefix) == list(expected), text)


async def _require_refusal(store: Store, changes: Sequence[Change], code: str, text: str) -> None:
    try:
        await store.commit(changes)
    except StoreError as error:
        _require(error.code == code, f"{text}: the code is {error.code}, not {code}")
        return
    raise CheckFailed(text)


async def put_replaces_and_delete_removes(store: Store) -> None:
    """A put replaces a row, a delete removes one, and deleting nothing is no error."""
    await _require_rows(store, "a", [], "an empty store has rows")
    await store.commit([Put("a", (b"k",), b"1"), Put("a", (b"k",), b"2")])
    await _require_rows(store, "a", [((b"k",), b"2")], "the later put of a batch does not win")
    await store.commit([Put("a", (b"k",), b"3")])
    await _require_rows(store, "a", [((b"k",), b"3")], "a put does not replace")
    await store.commit([Delete("a", (b"k",)), Delete("a", (b"other",))])
    await _require_rows(store, "a", [], "a delete does not remove")
    await store.commit([Delete("a", (b"k",)), Put("a", (b"k",), b"4")])
    await _require_rows(store, "a", [((b"k",), b"4")], "changes are not applied in order")


async def spaces_are_apart(store: Store) -> None:
    """The same key in two spaces is two rows."""
    await store.commit([Put("a", (b"k",), b"1"), Put("a-b", (b"k",), b"2"), Put("b", (), b"3")])
    await _require_rows(store, "a", [((b"k",), b"1")], "spaces are mixed")
    await _require_rows(store, "b", [((), b"3")], "the empty key is not kept")
    await store.commit([Delete("a", (b"k",))])
    await _require_rows(store, "a-b", [((b"k",), b"2")], "a delete reaches another space")


async def keys_are_ordered_and_found_by_prefix(store: Store) -> None:
    """Rows come in the order of their tuples, and a prefix is compared part by part."""
    parts = [b"", b"\x00", b"\x00\x00", b"\x00\x01", b"\x00\xff", b"\x01", b"a", b"a\x00", b"\xff"]
    keys: list[Key] = [(), *((p,) for p in parts), *((p, q) for p in parts for q in parts)]
    # Written in an order that is neither the sorted one nor its reverse.
    shuffled = keys[::3] + keys[1::3] + keys[2::3]
    await store.commit([Put("a", key, repr(key).encode()) for key in shuffled])
    for prefix in keys:
        expected = sorted(key for key in keys if key[: len(prefix)] == prefix)
        found = [key for key, _ in await store.scan("a", prefix)]
        _require(found == expected, f"wrong rows or order under the prefix {prefix!r}")
    rows = await store.scan("a")
    _require(all(value == repr(key).encode() for key, value in rows), "values are mixed up")


async def values_are_any_bytes(store: Store) -> None:
    """Values of any bytes and of some size come back as they were."""
    values = [b"", b"\x00", bytes(range(256)), b"\xff" * 5_000, bytes(300_000)]
    await store.commit([Put("a", (bytes([i]),), value) for i, value in enumerate(values)])
    _require([v for _, v in await store.scan("a")] == values, "a value is changed")


async def a_long_key_is_kept(store: Store) -> None:
    """A key of the largest size is a key."""
    key = (b"k" * (MAX_STORE_KEY - 2),)
    await store.commit([Put("a", key, b"1")])
    await _require_rows(store, "a", [(key, b"1")], "the longest key is not found", key)


async def a_conflict_fails_the_whole_batch(store: Store) -> None:
    """Absent is judged before the batch, and when it fails nothing of the batch is there."""
    await store.commit([Absent("a", (b"k",)), Put("a", (b"k",), b"1")])
    await _require_refusal(
        store,
        [Put("a", (b"x",), b"x"), Delete("a", (b"k",)), Absent("a", (b"k",)), Put("b", (), b"x")],
        "store-conflict",
        "a batch whose precondition fails was taken",
    )
    await _require_rows(store, "a", [((b"k",), b"1")], "a refused batch left something")
    await _require_rows(store, "b", [], "a refused batch left something in another space")
    # The precondition looks at the rows before the batch, not at the batch's own puts.
    await store.commit([Put("a", (b"n",), b"2"), Absent("a", (b"n",))])
    await _require_rows(store, "a", [((b"n",), b"2")], "Absent sees its own batch", (b"n",))


async def one_of_many_wins_a_race(store: Store) -> None:
    """Of many batches that demand the same row to be absent, exactly one is applied."""

    async def attempt(number: int) -> bool:
        try:
            await store.commit(
                [
                    Absent("a", (b"k",)),
                    Put("a", (b"k",), b"%d" % number),
                    Put("b", (b"%d" % number,), b""),
                ]
            )
        except StoreError as error:
            _require(error.code == "store-conflict", f"the code is {error.code}")
            return False
        return True

    won = [n for n, first in enumerate(await asyncio.gather(*map(attempt, range(40)))) if first]
    _require(len(won) == 1, f"{len(won)} batches won")
    await _require_rows(store, "a", [((b"k",), b"%d" % won[0])], "the row is not the winner's")
    await _require_rows(store, "b", [((b"%d" % won[0],), b"")], "a loser left something")


async def batches_at_once_do_not_spoil_each_other(store: Store) -> None:
    """A batch that fails among many at once fails alone, and every other one is there."""
    await store.commit([Put("taken", (), b"")])

    async def attempt(number: int) -> None:
        key = (number.to_bytes(4, "big"),)
        changes: list[Change] = [Put("a", key, b"v"), Put("b", key, b"v")]
        if number % 7 == 3:
            changes.append(Absent("taken", ()))
            await _require_refusal(store, changes, "store-conflict", "a conflict was missed")
        else:
            await store.commit(changes)
            _require(len(await store.scan("a", key)) == 1, "a committed row cannot be read")

    await asyncio.gather(*map(attempt, range(120)))
    expected = [((n.to_bytes(4, "big"),), b"v") for n in range(120) if n % 7 != 3]
    await _require_rows(store, "a", expected, "a batch among many is lost or half there")
    await _require_rows(store, "b", expected, "a batch among many is lost or half there")


async def what_is_read_is_never_half_a_batch(store: Store) -> None:
    """While batches rewrite ten rows together, every scan sees ten equal values."""

    async def rewrite() -> None:
        for turn in range(60):
            await store.commit([Put("a", (bytes([row]),), b"%d" % turn) for row in range(10)])

    writing = asyncio.ensure_future(rewrite())
    try:
        while not writing.done():
            rows = await store.scan("a")
            _require(len(rows) in {0, 10}, "a scan saw part of a batch")
            _require(len({value for _, value in rows}) <= 1, "a scan saw two batches mixed")
            await asyncio.sleep(0)
    finally:
        await writing


async def what_is_read_together_is_of_one_moment(store: Store) -> None:
    """While batches change two spaces at once, reading both never sees one without the other."""
    _require(await store.scan_together([]) == [], "nothing read together is not nothing")

    async def rewrite() -> None:
        for turn in range(60):
            await store.commit([Put("a", (b"k",), b"%d" % turn), Put("b", (b"k",), b"%d" % turn)])

    writing = asyncio.ensure_future(rewrite())
    try:
        while not writing.done():
            both = await store.scan_together([("a", ()), ("b", (b"k",)), ("a", (b"k",))])
            _require(len(both) == 3, "not one result for each range")
            _require(both[0] == both[1] == both[2], "two spaces were read at two moments")
            await asyncio.sleep(0)
    finally:
        await writing
    await _require_rows(store, "b", [((b"k",), b"59")], "nothing is written after reading together")


async def a_cancelled_batch_is_settled_when_its_task_ends(store: Store) -> None:
    """Whoever reads after a cancelled commit must not see its batch turn up later."""
    for count in range(20):
        others = [asyncio.create_task(_put(store, b"other", each)) for each in range(8)]
        task = asyncio.create_task(_put(store, b"cancelled", count))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait((task,))
        found = await store.scan("a", (b"cancelled",))
        await asyncio.gather(*others)
        await _put(store, b"later", count)
        again = await store.scan("a", (b"cancelled",))
        _require(found == again, "a cancelled batch was applied after its task had ended")


async def _put(store: Store, name: bytes, number: int) -> None:
    await store.commit([Put("a", (name, bytes((number,))), b"x" * 100)])


async def wrong_changes_are_refused(store: Store) -> None:
    """What is no change, space, key or value is a StoreError, and an empty batch is nothing."""
    wrong: list[Callable[[], object]] = [
        lambda: Put("Upper", (b"k",), b""),
        lambda: Put("", (b"k",), b""),
        lambda: Delete("a" * 33, (b"k",)),
        lambda: Absent("a", "text"),  # type: ignore[arg-type]
        lambda: Put("a", (1,), b""),  # type: ignore[arg-type]
        lambda: Put("a", (b"k" * MAX_STORE_KEY,), b""),
        lambda: Put("a", (b"k",), "text"),  # type: ignore[arg-type]
    ]
    for build in wrong:
        try:
            build()
        except StoreError as error:
            _require(error.code == "store-change", f"the code is {error.code}")
        else:
            raise CheckFailed("a change outside the port was taken")
    await _require_refusal(store, ["text"], "store-change", "text was taken")  # type: ignore[list-item]
    await store.commit([])
    try:
        await store.scan("No Space")
    except StoreError as error:
        _require(error.code == "store-change", f"the code is {error.code}")
    else:
        raise CheckFailed("a scan of no space was taken")


async def purging_changes_nothing_that_is_held(store: Store) -> None:
    """A purge keeps the rows, and the store goes on."""
    await store.commit([Put("a", (b"%d" % n,), bytes(3_000)) for n in range(50)])
    await store.commit([Delete("a", (b"%d" % n,)) for n in range(0, 50, 2)])
    before = await store.scan("a")
    await store.purge()
    await _require_rows(store, "a", before, "a purge changed rows")
    await store.commit([Put("b", (), b"1")])
    await _require_rows(store, "b", [((), b"1")], "nothing can be written after a purge")


async def a_closed_store_says_so(store: Store) -> None:
    """Closing twice is fine; everything else afterwards is `store-closed`."""
    await store.commit([Put("a", (b"k",), b"1")])
    await store.close()
    await store.close()
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: store.commit([Put("a", (b"k",), b"2")]),
        lambda: store.scan("a"),
        lambda: store.scan_together([("a", ())]),
        store.purge,
    ]
    for call in calls:
        try:
            await call()
        except StoreError as error:
            _require(error.code == "store-closed", f"the code is {error.code}")
        else:
            raise CheckFailed("a closed store was used")


async def _closing_keeps_everything(shelf: DurableStoreShelf) -> None:
    """What waits when close is called is finished, and all of it is there when reopened."""
    store = await shelf.fresh()
    await store.commit([Put("a", (b"\x00\xff", b""), b"0"), Put("gone", (), b"")])
    await store.commit([Delete("gone", ())])
    waiting = [
        asyncio.ensure_future(store.commit([Put("b", (bytes([n]),), b"v")])) for n in range(50)
    ]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*waiting)
    again = await shelf.reopen(store)
    try:
        await _require_rows(again, "a", [((b"\x00\xff", b""), b"0")], "a row is lost")
        await _require_rows(again, "gone", [], "a deleted row came back")
        _require(len(await again.scan("b")) == 50, "batches that waited at the close are lost")
        await _require_refusal(
            again, [Absent("a", (b"\x00\xff", b""))], "store-conflict", "a row is forgotten"
        )
    finally:
        await again.close()


STORE_CHECKS: Final[Mapping[str, Callable[[Store], Awaitable[None]]]] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            put_replaces_and_delete_removes,
            spaces_are_apart,
            keys_are_ordered_and_found_by_prefix,
            values_are_any_bytes,
            a_long_key_is_kept,
            a_conflict_fails_the_whole_batch,
            one_of_many_wins_a_race,
            batches_at_once_do_not_spoil_each_other,
            what_is_read_is_never_half_a_batch,
            what_is_read_together_is_of_one_moment,
            a_cancelled_batch_is_settled_when_its_task_ends,
            wrong_changes_are_refused,
            purging_changes_nothing_that_is_held,
            a_closed_store_says_so,
        )
    }
)
"""The checks by name; each gets an open, empty store."""

DURABILITY_CHECK: Final = "closing_keeps_everything"
"""The name of the check that needs `reopen`."""


async def run_store_check(name: str, shelf: StoreShelf) -> None:
    """Run one check, of `STORE_CHECKS` or `DURABILITY_CHECK`, on a store of its own.

    Raises:
        CheckFailed: the store does not do what the port promises.
    """
    if name == DURABILITY_CHECK:
        if not isinstance(shelf, DurableStoreShelf):
            raise CheckFailed("the shelf cannot reopen a store")
        await _closing_keeps_everything(shelf)
        return
    store = await shelf.fresh()
    try:
        await STORE_CHECKS[name](store)
    finally:
        await store.close()


async def check_store(shelf: StoreShelf) -> list[str]:
    """Run every check that the shelf allows.

    Returns:
        The names of the checks that were run.

    Raises:
        CheckFailed: the first thing that is not as the port promises.
    """
    names = [*STORE_CHECKS]
    if isinstance(shelf, DurableStoreShelf):
        names.append(DURABILITY_CHECK)
    for name in names:
        await run_store_check(name, shelf)
    return names
