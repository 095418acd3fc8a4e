"""The SQLite file: who can read it, whose it is, what happens to a full, foreign or damaged one."""

import asyncio
import contextlib
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from linkcontract.errors import StoreError
from linkcontract.store import Absent, Delete, Put, SqliteStore
from linkcontract.store.sqlite_file import APPLICATION_ID


def _remove(folder: Path, pattern: str) -> None:
    for file in folder.glob(pattern):
        file.unlink()


def _run(program: str, path: Path) -> str:
    child = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60
    )
    assert child.returncode == 0, child.stderr
    return child.stdout


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def _code_of_opening(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        await SqliteStore.open(path)
    return caught.value.code


async def test_nobody_else_can_read_the_files(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = tmp_path / "deep" / "node" / "store.db"
        store = await SqliteStore.open(path)
        await store.commit([Put("a", (b"k",), b"v")])
        assert _mode(path.parent) == 0o700
        names = {file.name for file in path.parent.iterdir()}
        assert names == {"store.db", "store.db-wal", "store.db-shm", "store.db.lock"}
        assert {_mode(file) for file in path.parent.iterdir()} == {0o600}
        await store.close()
    finally:
        os.umask(old)


async def test_a_folder_that_others_can_read_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    assert await _code_of_opening(folder / "store.db") == "store-permissions"
    assert list(folder.iterdir()) == []
    assert _mode(folder) == 0o755


async def test_a_file_with_wider_permissions_is_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await (await SqliteStore.open(path)).close()
    path.chmod(0o644)
    await (await SqliteStore.open(path)).close()
    assert _mode(path) == 0o600


async def test_a_second_opening_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = await SqliteStore.open(path)
    assert await _code_of_opening(path) == "store-in-use"
    await store.close()
    await (await SqliteStore.open(path)).close()


async def test_a_refused_opening_does_not_keep_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"x" * 5_000)
    assert await _code_of_opening(path) == "store-foreign"
    path.unlink()
    await (await SqliteStore.open(path)).close()


async def test_another_kind_of_file_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_text("BEGIN:VCARD")
    assert await _code_of_opening(path) == "store-foreign"
    assert path.read_text() == "BEGIN:VCARD"


async def test_another_programs_database_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    assert await _code_of_opening(path) == "store-foreign"
    assert path.read_bytes() == before


async def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await (await SqliteStore.open(path)).close()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version=2")
    assert await _code_of_opening(path) == "store-newer"


async def test_a_store_whose_making_was_cut_off_is_made(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with contextlib.closing(sqlite3.connect(path)) as cut:
        cut.execute("PRAGMA journal_mode=WAL")
    assert path.stat().st_size > 0
    store = await SqliteStore.open(path)
    await store.commit([Put("a", (), b"v")])
    await store.close()
    with contextlib.closing(sqlite3.connect(path)) as look:
        assert look.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


async def test_the_settings_that_durability_and_erasure_rest_on(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db")
    seen: dict[str, object] = {}

    def look(connection: sqlite3.Connection) -> None:
        for name in ("journal_mode", "synchronous", "secure_delete", "temp_store", "mmap_size"):
            seen[name] = connection.execute(f"PRAGMA {name}").fetchone()[0]

    await store._writer.run(look)
    await store.close()
    assert seen["journal_mode"] == "wal"
    assert seen["synchronous"] == 2  # FULL
    assert seen["secure_delete"] == 1
    assert seen["temp_store"] == 2  # MEMORY
    assert seen["mmap_size"] == 0


@pytest.mark.parametrize("place", ["under-a-file", "no-such-device"])
async def test_a_place_that_cannot_hold_a_store(place: str, tmp_path: Path) -> None:
    if place == "under-a-file":
        (tmp_path / "file").write_text("x")
        path = tmp_path / "file" / "store.db"
    else:
        path = Path("/proc/none/store.db")
    assert await _code_of_opening(path) in {"store-unavailable", "store-readonly"}


async def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    assert await _code_of_opening(tmp_path / "store.db") == "store-unavailable"


_OPEN = """
import asyncio, os, sys
from linkcontract.errors import StoreError
from linkcontract.store import SqliteStore
asyncio.run(asyncio.to_thread(int))  # everything is imported before the rights are given up
if os.geteuid() == 0:  # the superuser may write everywhere
    os.setegid(65534)
    os.seteuid(65534)
try:
    asyncio.run(SqliteStore.open(sys.argv[1]))
except StoreError as error:
    print(error.code)
else:
    print("opened")
"""


def test_a_folder_that_may_not_be_written() -> None:
    folder = Path(tempfile.mkdtemp())  # not below pytest's folder, which is for one user only
    try:
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
        folder.chmod(0o500)
        assert _run(_OPEN, folder / "store.db") == "store-readonly\n"
        assert list(folder.iterdir()) == []
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


async def test_a_full_store_refuses_whole_batches_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = await SqliteStore.open(path, max_bytes=400_000)
    await store.commit([Put("a", (b"first",), bytes(1_000))])
    with pytest.raises(StoreError) as caught:
        await store.commit([Put("a", (b"%d" % n,), bytes(10_000)) for n in range(100)])
    assert caught.value.code == "store-full"
    assert [key for key, _ in await store.scan("a")] == [(b"first",)]
    # It is the batch that is too large, not the store that is broken.
    await store.commit([Put("a", (b"second",), b"x")])
    await store.commit([Delete("a", (b"first",))])
    await store.close()
    store = await SqliteStore.open(path)
    assert await store.scan("a") == [((b"second",), b"x")]
    await store.check()
    await store.close()


async def test_a_batch_that_fills_the_disk_fails_alone(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db", max_bytes=400_000)
    large = [Put("a", (b"large", b"%d" % n), bytes(10_000)) for n in range(100)]
    batches = [[Put("a", (b"small", b"%d" % n), b"x")] for n in range(20)]
    batches.insert(10, large)
    # All wait in one queue, so they share a transaction.
    results = await asyncio.gather(*map(store.commit, batches), return_exceptions=True)
    failed = [result for result in results if result is not None]
    assert len(failed) == 1
    assert isinstance(results[10], StoreError)
    assert results[10].code == "store-full"
    assert len(await store.scan("a", (b"small",))) == 20
    assert await store.scan("a", (b"large",)) == []
    await store.close()


_LIMITED = """
import asyncio, resource, signal, sys
from linkcontract.errors import StoreError
from linkcontract.store import Put, SqliteStore

async def main():
    store = await SqliteStore.open(sys.argv[1])
    await store.commit([Put("a", (b"kept",), b"v")])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    codes = []
    for count in (60, 60, 1):
        if count == 1:  # the disk is well again, but what it holds shows only after reopening
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        try:
            await store.commit([Put("a", (b"%d" % n,), bytes(9_000)) for n in range(count)])
        except StoreError as error:
            codes.append(error.code)
    print(*codes, [key for key, _ in await store.scan("a")])

asyncio.run(main())
"""


async def test_a_disk_that_fails_while_writing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    assert _run(_LIMITED, path) == "store-io store-io store-io [(b'kept',)]\n"
    store = await SqliteStore.open(path)
    assert await store.scan("a") == [((b"kept",), b"v")]
    await store.commit([Put("a", (b"after",), b"v")])
    await store.close()


async def _filled(path: Path) -> dict[tuple[bytes, ...], bytes]:
    store = await SqliteStore.open(path)
    rows = {(b"%03d" % n, b"\x00"): bytes([n]) * 700 for n in range(60)}
    for key, value in rows.items():
        await store.commit([Put("a", key, value)])
    await store.close()
    return rows


async def test_a_damaged_file_gives_a_store_error_or_rows_never_another_exception(
    tmp_path: Path,
) -> None:
    original = tmp_path / "original.db"
    await _filled(original)
    whole = original.read_bytes()
    dice = random.Random(7)
    path = tmp_path / "store.db"
    damaged = 0
    for _ in range(120):
        data = bytearray(whole)
        for _ in range(dice.choice([1, 4, 60])):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        path.write_bytes(data)
        _remove(tmp_path, "store.db-*")
        try:
            store = await SqliteStore.open(path)
        except StoreError:
            damaged += 1
            continue
        for call in (store.scan("a"), store.commit([Put("a", (b"new",), b"")]), store.check()):
            try:
                await call
            except StoreError:
                damaged += 1
        await store.close()
    assert damaged > 20


async def test_a_destroyed_header_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await _filled(path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    store = await SqliteStore.open(path)
    for call in (store.scan("a"), store.commit([Put("a", (b"new",), b"")]), store.check()):
        with pytest.raises(StoreError) as caught:
            await call
        assert caught.value.code == "store-corrupt"
    await store.close()


async def test_a_purge_leaves_nothing_of_what_was_deleted(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = await SqliteStore.open(path)
    dice = random.Random(3)
    held: dict[int, bytes] = {}

    def secret(number: int) -> bytes:
        return b"<secret-%06d>" % number * dice.choice([1, 3, 40, 700])

    # Rewriting and deleting rows of many sizes makes SQLite split, merge and move cells.
    for number in range(600):
        row = dice.randrange(150)
        if dice.random() < 0.4 and held:
            gone = dice.choice(list(held))
            del held[gone]
            await store.commit([Delete("a", (b"%d" % gone,))])
        else:
            held[row] = secret(number)
            await store.commit([Put("a", (b"%d" % row,), held[row])])
    await store.purge()
    assert (tmp_path / "store.db-wal").stat().st_size == 0
    alive = {value[: len(b"<secret-000000>")] for value in held.values()}
    for file in (path, tmp_path / "store.db-shm", tmp_path / "store.db-wal"):
        data = file.read_bytes()
        for number in range(600):
            mark = b"<secret-%06d>" % number
            assert mark in alive or mark not in data, (file.name, mark)
    await store.close()


async def test_without_a_purge_deleted_bytes_would_stay_in_the_log(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db")
    await store.commit([Put("a", (b"k",), b"<secret>")])
    await store.commit([Delete("a", (b"k",))])
    assert b"<secret>" in (tmp_path / "store.db-wal").read_bytes()
    await store.purge()
    assert (tmp_path / "store.db-wal").read_bytes() == b""
    assert b"<secret>" not in (tmp_path / "store.db").read_bytes()
    await store.close()


async def test_a_purge_while_somebody_else_reads_is_not_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkcontract.store.sqlite_file.BUSY_SECONDS", 0.1)
    path = tmp_path / "store.db"
    store = await SqliteStore.open(path)
    await store.commit([Put("a", (b"k",), b"v")])
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as backup:
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM rows").fetchone()
        await store.commit([Delete("a", (b"k",))])
        with pytest.raises(StoreError) as caught:
            await store.purge()
        assert caught.value.code == "store-busy"
    await store.purge()
    await store.close()


async def test_a_cancelled_commit_is_whole_and_harms_nobody(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db")
    for turn in range(30):
        task = asyncio.ensure_future(
            store.commit([Put("a", (b"%d" % turn, b"%d" % n), b"") for n in range(10)])
        )
        for _ in range(turn % 3):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await store.commit([Absent("a", (b"other",))])
        assert len(await store.scan("a", (b"%d" % turn,))) in {0, 10}
    await store.close()


async def test_a_cancelled_opening_gives_the_file_back(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    task = asyncio.ensure_future(SqliteStore.open(path))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(200):
        with contextlib.suppress(StoreError):
            store = await SqliteStore.open(path)
            await store.close()
            return
        await asyncio.sleep(0.01)
    pytest.fail("the file stays locked")


async def test_waiting_batches_share_a_transaction(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db")
    statements: list[str] = []
    await store._writer.run(lambda connection: connection.set_trace_callback(statements.append))
    await asyncio.gather(*(store.commit([Put("a", (b"%d" % n,), b"")]) for n in range(100)))
    await store._writer.run(lambda connection: connection.set_trace_callback(None))
    await store.close()
    assert 1 <= statements.count("COMMIT") <= 5
    assert statements.count("BEGIN IMMEDIATE") == statements.count("COMMIT")
