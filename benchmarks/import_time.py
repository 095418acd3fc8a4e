"""How long `import linkcontract` takes over an empty interpreter.

    python benchmarks/import_time.py [ROUNDS]

Each round starts both interpreters, one after the other, so that a busy machine slows both alike;
the medians are compared. The budget is 120 ms over an empty interpreter.
"""

import statistics
import subprocess
import sys
import time

BUDGET_MS = 120
CASES = {
    "empty interpreter": "pass",
    "import linkcontract": "import linkcontract",
    "encode and decode": "import linkcontract as l; l.decode(l.encode([1]), max_bytes=9)",
    "import aiohttp, for comparison": "import aiohttp",
}


def milliseconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    return (time.perf_counter() - start) * 1_000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for code in CASES.values():
        milliseconds(code)  # fills the caches of byte code and files
    taken = {name: [] for name in CASES}
    for _ in range(rounds):
        for name, code in CASES.items():
            taken[name].append(milliseconds(code))
    empty = statistics.median(taken["empty interpreter"])
    print(f"median of {rounds} rounds, Python {sys.version.split()[0]}")
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"{name:32}{median:8.1f} ms  {median / empty:5.2f}x  {median - empty:+8.1f} ms")
    over = statistics.median(taken["import linkcontract"]) - empty
    print(f"over an empty interpreter: {over:.1f} ms of {BUDGET_MS} ms")


if __name__ == "__main__":
    main()
