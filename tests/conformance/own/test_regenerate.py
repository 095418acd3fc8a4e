"""The generator of the vectors: the same bytes anywhere, and nothing that nobody builds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(400)

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors"
SMALL = ("--area", "data")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The generator of a folder, in a process whose sets have another order than usual."""
    return subprocess.run(
        [sys.executable, str(folder / "generate.py"), *arguments],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Chatham"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> dict[str, bytes]:
    """The vectors below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/*.json")
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The generator without any vectors, somewhere else."""
    folder = tmp_path / "spec" / "vectors"
    shutil.copytree(
        VECTORS, folder, ignore=shutil.ignore_patterns("*.json", "__pycache__", "SHA256SUMS")
    )
    # A vector of the ledger is the example of its page.
    examples = VECTORS.parent / "examples"
    shutil.copytree(
        examples, folder.parent / "examples", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder


def test_all_vectors_are_written_again_from_nothing(copy: Path) -> None:
    done = run(copy)
    assert done.returncode == 0, done.stderr[-5000:]
    again, there = files(copy), files(VECTORS)
    assert sorted(again.keys() ^ there.keys()) == []
    assert [name for name in there if there[name] != again[name]] == []


def test_check_names_what_differs_and_writes_nothing(copy: Path) -> None:
    assert run(copy, *SMALL).returncode == 0
    assert run(copy, *SMALL, "--check").returncode == 0
    (copy / "data" / "commit.json").unlink()
    altered = copy / "data" / "opening-0.json"
    altered.write_bytes(altered.read_bytes() + b" ")
    (copy / "data" / "nobody.json").write_text("{}")
    before = files(copy)
    done = run(copy, *SMALL, "--check")
    assert done.returncode == 1
    assert set(done.stderr.splitlines()) == {
        "data/commit.json: is not there",
        "data/opening-0.json: differs",
        "data/nobody.json: nobody builds it",
    }
    assert files(copy) == before
    assert run(copy, *SMALL).returncode == 0
    assert files(copy) == {
        name: data for name, data in files(VECTORS).items() if name.startswith("data/")
    }


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ('error="opening-path"', "expected opening-path"),
        ('claims={"path": "00"}', "claimed"),
        ('claims=lambda output: output["path"] == "00"', "the claim does not hold"),
        ("", "one of error, claims and refused"),
    ],
)
def test_a_builder_that_claims_something_else_stops_the_generator(
    copy: Path, claim: str, found: str
) -> None:
    source = copy / "build" / "areas" / "data.py"
    text = source.read_text("utf-8")
    given = """{"rel": cid_text(REL), "path": "a", "path_salt": bytes(32), "value": b"",
        "value_salt": seed("x")}"""
    case = f'    add("wrong", "Wrong", SPEC, "commit", {given}, {claim})\n'
    source.write_text(text + case, "utf-8")
    done = run(copy, *SMALL)
    assert done.returncode == 1
    assert f"data/wrong: {found}" in done.stderr
    assert files(copy) == {}
