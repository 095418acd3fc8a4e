"""`demo`: the whole story as processes, and that it clears up however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linkcontract.node.demo_stage import free_ports

MODULE = [sys.executable, "-m", "linkcontract.node", "demo"]


@pytest.fixture
def short() -> Iterator[Path]:
    """An empty folder with a short path."""
    with tempfile.TemporaryDirectory(prefix="lc-", dir="/tmp") as name:
        yield Path(name)


def environment(folder: Path) -> dict[str, str]:
    mine = {key: value for key, value in os.environ.items() if not key.startswith("LINKCONTRACT_")}
    return mine | {"HOME": str(folder), "TMPDIR": str(folder)}


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MODULE, *arguments],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def running_in(folder: Path) -> list[int]:
    """Processes whose command line names the folder."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            try:
                line = (each / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(folder) in line:
                found.append(int(each.name))
    return found


def test_the_whole_story_is_told_and_nothing_is_left(short: Path) -> None:
    done = demo(short)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SD-BASE is active" in done.stdout
    assert "refused [no-permission]" in done.stdout
    assert "refused [not-active]" in done.stdout
    assert "the shop's signed answer" in done.stdout
    assert "both hold the same" in done.stdout
    assert "flipped.jsonl line" in done.stdout.replace("\n", " ")
    assert "All as expected" in done.stdout
    assert list(short.iterdir()) == []
    assert running_in(short) == []


def test_kept_nodes_can_be_looked_at_and_run_again(short: Path) -> None:
    folder = short / "kept"
    done = demo(short, "--keep", str(folder), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = done.stdout.splitlines()
    result: Any = json.loads(line)["result"]
    assert result["kept"] == str(folder)
    assert len(result["steps"]) == 13
    assert all(step["results"] for step in result["steps"])
    assert {each.name for each in folder.iterdir()} >= {"alice", "shop", "alice.jsonl"}
    log = subprocess.run(
        [*MODULE[:-1], "--config", "linkcontract.toml", "log", "Shop", "--json"],
        cwd=folder / "alice",
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert log.returncode == 0, log.stdout + log.stderr
    said = json.loads(log.stdout)["result"]["statements"]
    assert [each["type"] for each in said].count("erased") == 2
    assert running_in(folder) == []
    again = demo(short, "--keep", str(folder))
    assert again.returncode == 2
    assert "[file-exists]" in again.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_its_processes_and_removes_its_folder(
    short: Path, how: signal.Signals
) -> None:
    with subprocess.Popen(
        MODULE,
        env=environment(short),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "invite" in line:  # both nodes run
                break
        assert running_in(short)
        process.send_signal(how)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert running_in(short) == []
    assert list(short.iterdir()) == []


def test_a_port_that_is_taken_is_named(short: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        done = demo(short, "--port-base", str(port))
    assert done.returncode == 2
    assert f"({port}) [config-value]" in done.stderr
    assert "--port-base" in done.stderr
    assert list(short.iterdir()) == []


@pytest.mark.parametrize("base", [0, -5, 65_535, 70_000])
def test_a_number_that_is_no_port_is_refused(short: Path, base: int) -> None:
    done = demo(short, "--port-base", str(base))
    assert done.returncode == 2
    assert "[config-value]" in done.stderr


def test_a_folder_too_deep_for_a_socket_is_refused(short: Path) -> None:
    done = demo(short, "--keep", str(short / ("d" * 90)))
    assert done.returncode == 2
    assert "[config-value]" in done.stderr
    assert list(short.iterdir()) == []


def test_a_long_temporary_folder_is_not_used(short: Path) -> None:
    deep = short / ("t" * 90)
    deep.mkdir()
    environ = environment(short) | {"TMPDIR": str(deep)}
    before = set(Path("/tmp").glob("linkcontract-*"))
    with subprocess.Popen(
        MODULE, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert lines[1].startswith("/tmp/linkcontract-")
    assert not list(deep.iterdir())
    assert set(Path("/tmp").glob("linkcontract-*")) <= before | _of_others(lines[1])


def _of_others(mine: str) -> set[Path]:
    """Folders of other runs of the demonstration at the same time."""
    return set(Path("/tmp").glob("linkcontract-*")) - {Path(mine.strip())}


def test_a_story_that_goes_wrong_ends_with_an_error(short: Path) -> None:
    """A node that dies in the middle: the step that misses it says so, and all is cleared up."""
    with subprocess.Popen(
        MODULE,
        env=environment(short),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "propose" in line:
                break
        for victim in running_in(short):
            if b"\0run\0" in Path(f"/proc/{victim}/cmdline").read_bytes():
                os.kill(victim, signal.SIGKILL)
        started = time.monotonic()
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 3, errors
    assert "[demo-unexpected]" in errors or "[admin-" in errors
    assert time.monotonic() - started < 100
    assert running_in(short) == []
    assert list(short.iterdir()) == []


def test_free_ports_are_different() -> None:
    assert len(set(free_ports(4, None))) == 4
