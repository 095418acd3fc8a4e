"""The second reader, written from the specification alone, answers as this implementation does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SPEC = ROOT / "spec"
READER = SPEC / "reader"
NODE = shutil.which("node")

pytestmark = pytest.mark.timeout(400)

WITHIN = 380
"""Seconds for one report or one run of the kit: either is about half a minute of work."""

lacking = (
    "Node.js is not here"
    if NODE is None
    else "its packages are not installed (make reader)"
    if not (READER / "node_modules").is_dir()
    else ""
)


@pytest.fixture(autouse=True)
def _needs_node() -> None:
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(f"the second reader was not asked: {lacking}")
    if lacking:
        pytest.skip(f"the second reader is not asked: {lacking}")


def report_of(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*command, "report", str(SPEC)], cwd=ROOT, capture_output=True, check=False, timeout=WITHIN
    )


def test_both_readers_print_the_same_report_byte_for_byte() -> None:
    second = report_of(str(NODE), str(READER / "main.mjs"))
    first = report_of(sys.executable, "-m", "linkcontract.conformance")
    assert first.returncode == 0, first.stderr.decode() or first.stdout.decode()[-2000:]
    assert second.stdout == first.stdout
    assert second.returncode == 0, second.stderr.decode()
    *lines, last = first.stdout.decode().splitlines()
    number = sum(" pass " in line for line in lines[3:])
    assert number >= 250
    assert last == f"passed {number} of {number}"


def test_the_kit_finds_nothing_in_the_second_reader() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
            *("tests/conformance/test_vectors.py", "--timeout=0"),
            *("--entrypoint", f"{NODE} {READER / 'main.mjs'}"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
