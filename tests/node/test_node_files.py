"""Private files, the directory lock, and the process's own protection, with real files."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linkcontract.errors import NodeError
from linkcontract.node.lock import FileLock, lock_directory
from linkcontract.node.private_files import (
    create_private,
    make_private_directory,
    read_private,
    replace_private,
)


def code_of(caught: pytest.ExceptionInfo[NodeError]) -> str:
    return caught.value.code


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_file_has_mode_0600_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_private(tmp_path / "a", b"secret")
        replace_private(tmp_path / "b", b"secret")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "a") == mode_of(tmp_path / "b") == 0o600
    assert read_private(tmp_path / "a", max_bytes=6) == b"secret"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "b"]


def test_creating_never_overwrites_not_even_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("there", "link"):
        with pytest.raises(NodeError) as caught:
            create_private(tmp_path / name, b"new")
        assert code_of(caught) == "file-exists"
    assert (tmp_path / "there").read_bytes() == b"old"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_file_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(mode)
    with pytest.raises(NodeError) as caught:
        read_private(path, max_bytes=10)
    assert code_of(caught) == "file-permissions"
    assert "chmod 600" in caught.value.hint


def test_a_link_a_directory_a_pipe_and_a_long_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 11)
    (tmp_path / "file").chmod(0o600)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "directory").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("file", "link", "directory", "pipe"):
        with pytest.raises(NodeError) as caught:
            read_private(tmp_path / name, max_bytes=10)
        assert code_of(caught) == "file-unreadable", name


def test_an_open_directory_is_refused_and_a_new_one_is_closed(tmp_path: Path) -> None:
    make_private_directory(tmp_path / "a" / "b")
    assert mode_of(tmp_path / "a" / "b") == 0o700
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o750)
    with pytest.raises(NodeError) as caught:
        make_private_directory(tmp_path / "open")
    assert code_of(caught) == "file-permissions"


KILL_AT = """
import os, signal, sys
from pathlib import Path
from linkcontract.node import private_files
path, stop = Path(sys.argv[1]), int(sys.argv[2])
seen = 0
def hook(event, arguments):
    global seen
    if event in ("open", "os.remove", "os.rename") and str(path.parent) in repr(arguments):
        seen += 1
        if seen == stop:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
private_files.replace_private(path, b"new" * 100_000)
print(seen)
"""


def run_replacement(path: Path, stop: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILL_AT, str(path), str(stop)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_killed_at_any_step_of_a_replacement_the_old_or_the_new_file_is_there_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "keys"
    old, new = b"old" * 100_000, b"new" * 100_000
    create_private(path, old)
    steps = int(run_replacement(path, 0).stdout)
    assert steps >= 4  # unlink, open, rename, open of the directory
    outcomes = set()
    for stop in range(1, steps + 1):
        replace_private(path, old)
        assert run_replacement(path, stop).returncode == -signal.SIGKILL
        outcomes.add(read_private(path, max_bytes=len(old)))
    assert outcomes == {old, new}
    replace_private(path, old)
    assert [each.name for each in tmp_path.iterdir()] == ["keys"]  # nothing piles up


def test_a_replacement_that_runs_out_of_space_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    create_private(path, b"old")
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from linkcontract.errors import NodeError\n"
        "from linkcontract.node.private_files import replace_private\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    replace_private(Path(sys.argv[1]), b'n' * 2000)\n"
        "except NodeError as error:\n"
        "    print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "file-unreadable\n", done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["keys"]
    assert path.read_bytes() == b"old"


HOLD = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from linkcontract.node.lock import lock_directory\n"
    "with lock_directory(Path(sys.argv[1]), 'run'):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(60)\n"
)


def test_a_second_process_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(NodeError) as caught, lock_directory(tmp_path, "share"):
                pass
            assert code_of(caught) == "data-locked"
            assert f"process {holder.pid} (run)" in caught.value.hint
        finally:
            holder.kill()
    # The kernel releases the lock of a killed process; nothing has to be cleaned up.
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with lock_directory(tmp_path, "share"):
                return
        except NodeError:
            time.sleep(0.01)
    pytest.fail("the lock outlived its process")


def test_the_lock_is_exclusive_within_a_process_too_and_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with lock_directory(tmp_path, "run"):
            with pytest.raises(NodeError) as caught, lock_directory(tmp_path, "share"):
                pass
            assert f"process {os.getpid()} (run)" in caught.value.hint


@pytest.mark.parametrize("note", [b"", b"\x1b[2J 1\n", b"12 \x1b[31m\n", b"x" * 4000])
def test_a_forged_note_in_the_lock_file_is_not_repeated(tmp_path: Path, note: bytes) -> None:
    path = tmp_path / "lock"
    with FileLock(path, tmp_path, "run"):
        path.write_bytes(note)
        with pytest.raises(NodeError) as caught, FileLock(path, tmp_path, "share"):
            pass
    assert caught.value.hint == "another process holds it; wait for it or stop it"


def test_a_missing_directory_and_a_linked_lock_are_errors(tmp_path: Path) -> None:
    with pytest.raises(NodeError) as caught, lock_directory(tmp_path / "none", "run"):
        pass
    assert code_of(caught) == "file-missing"
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NodeError) as caught, lock_directory(tmp_path, "run"):
        pass
    assert code_of(caught) == "file-unreadable"


def test_a_hardened_process_leaves_no_core_and_closed_files(tmp_path: Path) -> None:
    script = (
        "import ctypes, os, resource, sys\n"
        "from linkcontract.node.hardening import harden\n"
        "missing = harden()\n"
        "open(sys.argv[1], 'w').close()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), missing)\n"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "f")],
        capture_output=True,
        text=True,
        check=True,
    )
    first, dumpable = done.stdout.splitlines()
    assert first.startswith("(0, 0)")
    assert mode_of(tmp_path / "f") == 0o600
    if sys.platform.startswith("linux"):
        assert first == "(0, 0) ()"
        assert dumpable == "0"
