"""Durable commits of the SQLite store against bare sqlite3 on the same disk in the same run.

    python benchmarks/store_commits.py [--seconds 2] [--json]

Four figures, commits per second: bare sqlite3 with one transaction per batch (the floor: what a
program without group commit does), our store with one writer waiting for each commit, our store
with 64 writers waiting at once, and bare sqlite3 with 64 batches in each transaction (the ceiling:
what a program with nothing else to do could do). A batch is three rows, as a node writes for one
statement. The ratios hold from machine to machine; the figures do not.
"""

import argparse
import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from linkcontract.store import Absent, Change, Put, SqliteStore
from linkcontract.store.keys import encode_key
from linkcontract.store.sqlite_file import open_writer

WRITERS = 64


def batches() -> Iterator[list[Change]]:
    """What a node writes for one new statement: header, body, outbox row; usual sizes."""
    number = 0
    while True:
        key = (b"r" * 36, number.to_bytes(8, "big"))
        yield [
            Absent("statement", key),
            Put("statement", key, bytes(400)),
            Put("body", key, bytes(800)),
            Put("outbox", key, b""),
        ]
        number += 1


def bare(path: Path, seconds: float, group: int) -> float:
    """Commits per second with plain sqlite3 and the same settings, `group` batches at a time."""
    source = batches()
    done = 0
    with contextlib.closing(open_writer(path, None)) as connection:
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            connection.execute("BEGIN IMMEDIATE")
            for _ in range(group):
                for change in next(source):
                    key = encode_key(change.key)
                    if isinstance(change, Put):
                        connection.execute(
                            "INSERT OR REPLACE INTO rows VALUES (?, ?, ?)",
                            (change.space, key, change.value),
                        )
                    else:
                        connection.execute(
                            "SELECT 1 FROM rows WHERE space = ? AND key = ?", (change.space, key)
                        ).fetchone()
            connection.execute("COMMIT")
            done += group
        return done / (time.perf_counter() - start)


async def ours(path: Path, seconds: float, writers: int) -> tuple[float, float]:
    """Commits per second and the median wait in ms, with `writers` tasks that each wait."""
    store = await SqliteStore.open(path)
    source = batches()
    waits: list[float] = []
    start = time.perf_counter()

    async def work() -> None:
        while (begun := time.perf_counter()) - start < seconds:
            await store.commit(next(source))
            waits.append(time.perf_counter() - begun)

    await asyncio.gather(*(work() for _ in range(writers)))
    rate = len(waits) / (time.perf_counter() - start)
    await store.close()
    return rate, sorted(waits)[len(waits) // 2] * 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="length of each measurement")
    parser.add_argument("--json", action="store_true", help="machine output")
    parser.add_argument(
        "--folder", type=Path, help="where to write; the temporary folder if absent"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        floor = bare(folder / "floor.db", options.seconds, 1)
        alone, alone_ms = asyncio.run(ours(folder / "alone.db", options.seconds, 1))
        together, together_ms = asyncio.run(ours(folder / "many.db", options.seconds, WRITERS))
        ceiling = bare(folder / "ceiling.db", options.seconds, WRITERS)
    if options.json:
        figures = {
            "bare": floor,
            "store_1": alone,
            "store_64": together,
            "bare_grouped_64": ceiling,
            "median_ms_1": alone_ms,
            "median_ms_64": together_ms,
        }
        print(json.dumps({name: round(value, 2) for name, value in figures.items()}))
        return
    print(f"bare sqlite3, one batch per transaction  {floor:10,.0f} commits/s   1.00")
    print(f"our store, 1 writer                      {alone:10,.0f} commits/s   {alone / floor:.2f}"
          f"   median {alone_ms:.2f} ms")  # fmt: skip
    print(f"our store, {WRITERS} writers at once           {together:10,.0f} commits/s   "
          f"{together / floor:.2f}   median {together_ms:.2f} ms")  # fmt: skip
    print(f"bare sqlite3, {WRITERS} batches per transaction{ceiling:10,.0f} commits/s   "
          f"{ceiling / floor:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
