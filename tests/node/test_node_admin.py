"""The administration socket, over a real one: answers, and whatever hostile bytes do to it."""

import asyncio
import json
import os
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkcontract.errors import LocalProtocolError, NodeError
from linkcontract.node import admin
from linkcontract.node.admin import AdminError, request_admin, serve_admin
from linkcontract.node.output import Json


async def handler(command: str, arguments: Mapping[str, Json]) -> Json:
    """A node of few words."""
    match command:
        case "echo":
            return dict(arguments)
        case "refuse":
            raise NodeError("selector-none", "rel", "see `status`")
        case "forbid":
            raise LocalProtocolError("history-full")
        case "long":
            return "x" * (admin.MAX_ANSWER + 1)
        case "slow":
            await asyncio.sleep(0.3)
            return "done"
        case "bug":
            raise ZeroDivisionError
        case _:
            raise NodeError("admin-command", hint=f"not {command!r:.20}")


@asynccontextmanager
async def served(tmp_path: Path) -> AsyncIterator[Path]:
    path = tmp_path / "admin.sock"
    async with serve_admin(path, handler):
        yield path


async def exchange(path: Path, data: bytes) -> bytes:
    """Send bytes as they are, close the sending half, and read to the end."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(data)
    writer.write_eof()
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer


def framed(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def error_of(answer: bytes) -> str:
    (length,) = struct.unpack(">I", answer[:4])
    assert length == len(answer) - 4
    value = json.loads(answer[4:])
    assert value["ok"] is False
    return str(value["error"]["code"])


async def test_a_command_is_carried_out_and_answered(tmp_path: Path) -> None:
    async with served(tmp_path) as path:
        arguments: dict[str, Json] = {"text": "é\x1b[2J", "list": [1, None, True, {"a": []}]}
        assert await request_admin(path, "echo", arguments) == arguments


async def test_the_socket_belongs_to_this_user_alone_and_goes_with_the_server(
    tmp_path: Path,
) -> None:
    before = os.umask(0)
    try:
        async with served(tmp_path) as path:
            state = path.stat()
            assert stat.S_ISSOCK(state.st_mode)
            assert stat.S_IMODE(state.st_mode) == 0o600
            assert os.umask(0) == 0  # bound under a umask of its own, which is gone again
    finally:
        os.umask(before)
    assert not path.exists()
    with pytest.raises(NodeError) as caught:
        await request_admin(path, "echo", {})
    assert caught.value.code == "admin-unreachable"


@pytest.mark.parametrize(
    ("command", "code", "where", "hint"),
    [
        ("refuse", "selector-none", "rel", "see `status`"),
        ("forbid", "history-full", "", ""),
        ("nothing", "admin-command", "", "not 'nothing'"),
    ],
)
async def test_an_error_arrives_as_the_same_error(
    tmp_path: Path, command: str, code: str, where: str, hint: str
) -> None:
    async with served(tmp_path) as path:
        with pytest.raises(AdminError) as caught:
            await request_admin(path, command, {})
    assert (caught.value.code, caught.value.where, caught.value.hint) == (code, where, hint)


async def test_a_bug_in_a_command_closes_that_connection_and_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path) as path:
        with pytest.raises(NodeError) as caught:
            await request_admin(path, "bug", {})
        assert caught.value.code == "admin-closed"
        assert await request_admin(path, "echo", {"still": "here"}) == {"still": "here"}
    assert "ZeroDivisionError" in caplog.text


async def test_an_answer_that_is_too_long_is_an_error_not_a_broken_frame(tmp_path: Path) -> None:
    async with served(tmp_path) as path:
        with pytest.raises(AdminError) as caught:
            await request_admin(path, "long", {})
    assert caught.value.code == "admin-too-large"


async def test_a_request_that_is_too_long_is_not_sent(tmp_path: Path) -> None:
    async with served(tmp_path) as path:
        with pytest.raises(NodeError) as caught:
            await request_admin(path, "echo", {"x": "y" * admin.MAX_REQUEST})
    assert caught.value.code == "admin-too-large"


MALFORMED: dict[str, bytes] = {
    "not JSON": b"hello",
    "not UTF-8": b'{"command": "echo", "arguments": {"\xff": 1}}',
    "empty": b"",
    "an array": b"[]",
    "no arguments": b'{"command": "echo"}',
    "a further key": b'{"command": "echo", "arguments": {}, "uid": 0}',
    "a number for a command": b'{"command": 1, "arguments": {}}',
    "an array of arguments": b'{"command": "echo", "arguments": []}',
    "a duplicate key": b'{"command": "echo", "command": "refuse", "arguments": {}}',
    "a duplicate argument": b'{"command": "echo", "arguments": {"a": 1, "a": 2}}',
    "NaN": b'{"command": "echo", "arguments": {"a": NaN}}',
    "a fraction": b'{"command": "echo", "arguments": {"a": 1.5}}',
    "an endless number": b'{"command": "echo", "arguments": {"a": ' + b"9" * 10_000 + b"}}",
    "a deep array": b'{"command": "echo", "arguments": {"a": ' + b"[" * 200_000,
    "an HTTP request": b"POST /revoke HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_request_is_refused_and_the_connection_closed(
    tmp_path: Path, data: bytes
) -> None:
    async with served(tmp_path) as path:
        valid = framed(b'{"command": "echo", "arguments": {}}')
        # What follows a malformed request is not read.
        assert error_of(await exchange(path, framed(data) + valid)) == "admin-request"
        assert await request_admin(path, "echo", {}) == {}


async def test_a_length_beyond_the_limit_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    async with served(tmp_path) as path:
        for length in (admin.MAX_REQUEST + 1, 2**32 - 1):
            answer = await exchange(path, struct.pack(">I", length))
            assert error_of(answer) == "admin-too-large"


async def test_a_web_page_that_reaches_the_socket_gets_nowhere(tmp_path: Path) -> None:
    """Unframed HTTP: its first four bytes are a length far beyond the limit (spec: threats,
    T42)."""
    async with served(tmp_path) as path:
        answer = await exchange(path, b"POST /revoke HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert error_of(answer) == "admin-too-large"


async def test_a_request_cut_short_is_dropped_without_an_answer(tmp_path: Path) -> None:
    whole = framed(b'{"command": "echo", "arguments": {}}')
    async with served(tmp_path) as path:
        for end in range(len(whole)):
            assert await exchange(path, whole[:end]) == b""


async def test_several_requests_on_one_connection_are_answered_in_order(tmp_path: Path) -> None:
    def request(n: int) -> bytes:
        return framed(json.dumps({"command": "echo", "arguments": {"n": n}}).encode())

    async with served(tmp_path) as path:
        answer = await exchange(path, b"".join(request(n) for n in range(3)))
    numbers = []
    while answer:
        (length,) = struct.unpack(">I", answer[:4])
        numbers.append(json.loads(answer[4 : 4 + length])["result"]["n"])
        answer = answer[4 + length :]
    assert numbers == [0, 1, 2]


async def test_idle_connections_cannot_shut_the_owner_out_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "IDLE_SECONDS", 0.2)
    async with served(tmp_path) as path:
        idle = [await asyncio.open_unix_connection(str(path)) for _ in range(admin.MAX_CONNECTIONS)]
        with pytest.raises(NodeError) as caught:
            await request_admin(path, "echo", {})
        assert caught.value.code == "admin-closed"
        await asyncio.sleep(0.5)
        assert await request_admin(path, "echo", {}) == {}
        for _, writer in idle:
            writer.close()


async def test_stopping_lets_a_command_finish_and_ends_idle_connections(tmp_path: Path) -> None:
    async with serve_admin(tmp_path / "s", handler):
        _, idle = await asyncio.open_unix_connection(str(tmp_path / "s"))
        slow = asyncio.ensure_future(request_admin(tmp_path / "s", "slow", {}))
        await asyncio.sleep(0.1)
    assert await slow == "done"
    idle.close()


async def test_a_socket_left_by_a_crash_is_replaced_and_another_file_is_not(tmp_path: Path) -> None:
    script = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\n"
    left = tmp_path / "admin.sock"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", script, str(left)], check=True)
    assert stat.S_ISSOCK(left.stat().st_mode)
    async with served(tmp_path) as path:
        assert await request_admin(path, "echo", {}) == {}
    left.write_bytes(b"precious")
    with pytest.raises(NodeError) as caught:
        async with served(tmp_path):
            pass
    assert caught.value.code == "admin-socket"
    assert left.read_bytes() == b"precious"


async def test_a_path_too_long_for_a_socket_says_so(tmp_path: Path) -> None:
    with pytest.raises(NodeError) as caught:
        async with serve_admin(tmp_path / ("x" * 120), handler):
            pass
    assert caught.value.code == "admin-socket"
    assert "admin.socket" in caught.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
async def test_another_user_is_turned_away_even_with_access_to_the_file() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:  # pytest's own are closed to others
        os.chmod(directory, 0o755)
        path = Path(directory) / "admin.sock"
        async with serve_admin(path, handler):
            path.chmod(0o666)
            await _try_as_nobody(path)


async def _try_as_nobody(path: Path) -> None:
    script = (
        "import os, socket, sys\n"
        "os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX)\n"
        "s.connect(sys.argv[1])\n"
        "try:\n"
        "    s.sendall(bytes.fromhex(sys.argv[2]))\n"
        "    print(s.recv(100))\n"
        "except (BrokenPipeError, ConnectionResetError):\n"
        "    print(b'')\n"
    )
    request = framed(b'{"command": "echo", "arguments": {}}').hex()
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-I", "-c", script, str(path), request],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "b''\n", done.stderr


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_stop_the_server(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, frame: bool
) -> None:
    async def attack() -> None:
        async with serve_admin(path, handler):
            await exchange(path, framed(data) if frame else data)
            assert await request_admin(path, "echo", {"ok": 1}) == {"ok": 1}

    path = tmp_path_factory.getbasetemp() / "fuzz.sock"
    asyncio.run(attack())
