"""Crashes: every write point in process, real SIGKILLs, and a log cut off at any byte."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linkcontract.errors import StoreError
from linkcontract.store import Absent, MemoryStore, Put, SqliteStore, Store
from linkcontract.testing.faulty_store import FaultyStore, SimulatedCrash

ROWS = 5


async def _story(store: Store, told: list[int]) -> None:
    for number in range(6):
        key = (number.to_bytes(4, "big"),)
        await store.commit(
            [Absent("a", key), *(Put("a", (*key, bytes([row])), b"v") for row in range(ROWS))]
        )
        told.append(number)


async def _numbers(store: Store) -> list[int]:
    """The batches that are there; fails if one is there in part."""
    count: dict[int, int] = {}
    for key, _ in await store.scan("a"):
        number = int.from_bytes(key[0], "big")
        count[number] = count.get(number, 0) + 1
    assert set(count.values()) <= {ROWS}, "half a batch"
    return sorted(count)


async def test_every_write_point(tmp_path: Path) -> None:
    counting = FaultyStore(MemoryStore())
    await _story(counting, [])
    assert counting.points == 12
    for point in range(counting.points):
        path = tmp_path / f"{point}.db"
        faulty = FaultyStore(await SqliteStore.open(path), crash_at=point)
        told: list[int] = []
        with pytest.raises(SimulatedCrash):
            await _story(faulty, told)
        await faulty.inner.close()
        store = await SqliteStore.open(path)
        # Before the n-th commit: n batches. After it: one more than the caller was told of.
        assert await _numbers(store) == list(range((point + 1) // 2))
        assert told == list(range(point // 2))
        await store.close()


async def test_after_the_crash_nothing_works_any_more() -> None:
    faulty = FaultyStore(MemoryStore(), crash_at=0)
    calls = (
        lambda: faulty.commit([Put("a", (), b"")]),
        lambda: faulty.scan("a"),
        faulty.purge,
        faulty.close,
    )
    for call in calls:
        with pytest.raises(SimulatedCrash):
            await call()
    assert await faulty.inner.scan("a") == []


async def test_a_crash_is_not_caught_as_an_error() -> None:
    faulty = FaultyStore(MemoryStore(), crash_at=1)
    caught: list[BaseException] = []
    try:
        await faulty.commit([Put("a", (), b"v")])
    except Exception as error:  # noqa: BLE001 - this is what a handler of errors looks like
        pytest.fail(f"caught as {error!r}")
    except SimulatedCrash as crash:
        caught.append(crash)
    assert caught
    assert await faulty.inner.scan("a") == [((), b"v")]


_CHILD = """
import asyncio, itertools, sys
from linkcontract.store import Absent, Put, SqliteStore

async def main():
    store = await SqliteStore.open(sys.argv[1])
    rows = await store.scan("a")
    numbers = itertools.count(int.from_bytes(rows[-1][0][0], "big") + 1 if rows else 0)

    async def work():
        while True:
            key = (next(numbers).to_bytes(4, "big"),)
            await store.commit(
                [Absent("a", key)]
                + [Put("a", (*key, bytes([row])), key[0] * 300) for row in range(5)]
            )
            sys.stdout.write(f"{int.from_bytes(key[0], 'big')}\\n")
            sys.stdout.flush()

    print("open", flush=True)
    await asyncio.gather(*(work() for _ in range(8)))

asyncio.run(main())
"""


def _run_and_kill(path: Path, after: float) -> set[int]:
    """Run the child, kill it `after` seconds of writing; the numbers it was told are durable."""
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        lines = child.stdout.read().split("\n")
    return {int(line) for line in lines[:-1]}  # a line cut off by the kill says nothing


def _remove(folder: Path, pattern: str) -> None:
    for file in folder.glob(pattern):
        file.unlink()


async def test_real_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    acknowledged: set[int] = set()
    for round_number in range(12):
        # Another moment each time, from the first commit to some hundreds of them.
        acknowledged |= _run_and_kill(path, 0.003 * round_number**1.6)
        store = await SqliteStore.open(path)
        held = await _numbers(store)
        await store.check()
        await store.close()
        assert acknowledged <= set(held)
        # Not acknowledged but there: at most what the eight writers had under way.
        assert len(set(held) - acknowledged) <= 8 * (round_number + 1)
    assert len(acknowledged) > 50


async def _frames(folder: Path) -> tuple[bytes, bytes]:
    """A database and a log with six batches that were never moved into the database."""
    path = folder / "made.db"
    store = await SqliteStore.open(path)
    await store.purge()
    await _story(store, [])
    database, log = path.read_bytes(), (folder / "made.db-wal").read_bytes()
    await store.close()
    return database, log


async def test_a_log_cut_at_any_byte_gives_a_beginning_of_the_story(tmp_path: Path) -> None:
    database, log = await _frames(tmp_path)
    frame = 24 + 4096
    edges = {32 + frame * n + d for n in range(len(log) // frame + 1) for d in (-1, 0, 1, 24)}
    cuts = sorted(cut for cut in edges | set(range(0, len(log), 499)) if 0 <= cut <= len(log))
    path = tmp_path / "store.db"
    seen = []
    for cut in [*cuts, len(log)]:
        _remove(tmp_path, "store.db*")
        path.write_bytes(database)
        (tmp_path / "store.db-wal").write_bytes(log[:cut])
        store = await SqliteStore.open(path)
        numbers = await _numbers(store)
        await store.close()
        assert numbers == list(range(len(numbers)))
        seen.append(len(numbers))
    assert seen == sorted(seen)  # a longer log never holds less
    assert set(seen) == set(range(7))


async def test_a_log_with_a_flipped_byte_gives_a_beginning_of_the_story(tmp_path: Path) -> None:
    database, log = await _frames(tmp_path)
    path = tmp_path / "store.db"
    for place in range(0, len(log), 997):
        _remove(tmp_path, "store.db*")
        path.write_bytes(database)
        (tmp_path / "store.db-wal").write_bytes(
            log[:place] + bytes([log[place] ^ 0x40]) + log[place + 1 :]
        )
        try:
            store = await SqliteStore.open(path)
        except StoreError:
            continue
        numbers = await _numbers(store)
        await store.close()
        assert numbers == list(range(len(numbers)))


async def test_a_copy_taken_while_running_is_a_whole_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = await SqliteStore.open(path)
    await _story(store, [])
    copy = tmp_path / "copy.db"
    shutil.copy(path, copy)
    shutil.copy(tmp_path / "store.db-wal", tmp_path / "copy.db-wal")
    await store.close()
    again = await SqliteStore.open(copy)
    assert await _numbers(again) == list(range(6))
    await again.close()
