"""The administration listener: how the command line talks to a running node.

A Unix socket of mode 0600 in the data directory, never an address peers can reach (spec: threats,
T42). Whoever connects must be the same user by the kernel's word (SO_PEERCRED), so nothing that
merely reaches the file through a shared directory gets in. There is no browser-reachable variant.

One message is a length (4 bytes, big endian) and that many bytes of JSON. A request is
`{"command": text, "arguments": {…}}`; the answer is `{"ok": true, "result": …}` or `{"ok": false,
"error": {"code", "where", "text", "hint"}}`. A connection carries requests one after the other.
What is malformed is answered once, and the connection is closed.
"""

import asyncio
import json
import os
import socket
import stat
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from linkcontract import limits
from linkcontract.errors import CODES, LinkContractError, NodeError
from linkcontract.node.output import Json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MAX_REQUEST: Final = 4 * limits.MIB
"""Largest request: a vCard and its arguments; files otherwise pass by path."""
MAX_ANSWER: Final = 16 * limits.MIB
"""Largest answer: exports go to files, so this is a long `log`."""
MAX_CONNECTIONS: Final = 16
IDLE_SECONDS: Final = 30.0
"""A connection that is silent this long between or inside requests is closed."""
CONNECT_SECONDS: Final = 5.0
FINISH_SECONDS: Final = 5.0
"""How long a command that is being carried out may take when the node stops."""

_LENGTH: Final = struct.Struct(">I")
_CREDENTIALS: Final = struct.Struct("3i")  # struct ucred: pid, uid, gid (unix(7))
_MAX_PATH: Final = 107  # sun_path without its final zero byte (unix(7))

AdminHandler = Callable[[str, Mapping[str, Json]], Awaitable[Json]]
"""Carries out one command. An error of this package becomes the error answer; any other exception
is a bug: it goes to the log, and the client sees the connection close."""


@asynccontextmanager
async def serve_admin(path: Path, handler: AdminHandler) -> "AsyncIterator[None]":
    """Listen until the context ends; the socket file is removed then.

    The caller holds the lock of the data directory, so a socket file that is already there is left
    over from a crash and is replaced.

    Raises:
        NodeError: admin-socket.
    """
    listener = _bind(path)
    server = _Server(handler)
    try:
        async with await asyncio.start_unix_server(server.converse, sock=listener):
            try:
                yield
            finally:
                # From Python 3.12 on, leaving the server waits for its connections.
                await server.finish()
    finally:
        _unbind(listener, path)


async def request_admin(path: Path, command: str, arguments: Mapping[str, Json]) -> Json:
    """Ask a running node to carry out a command; returns its result.

    It waits as long as the node works; use `asyncio.timeout` around it to wait less.

    Raises:
        AdminError: what the node answered, with its code, place and hint.
        NodeError: admin-unreachable if no node listens; admin-closed, admin-too-large,
            admin-request.
    """
    message = _to_bytes({"command": command, "arguments": dict(arguments)})
    if len(message) > MAX_REQUEST:
        raise NodeError("admin-too-large", hint=f"a request has at most {MAX_REQUEST} bytes")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(path))
    except (OSError, TimeoutError, ValueError):
        raise NodeError("admin-unreachable", str(path), "is `run` running?") from None
    try:
        _check_peer(writer)
        writer.write(_LENGTH.pack(len(message)) + message)
        await writer.drain()
        answer = await _read_message(reader, MAX_ANSWER)
    except (ConnectionError, asyncio.IncompleteReadError):
        raise NodeError("admin-closed", str(path)) from None
    finally:
        writer.close()
    return _result_of(_from_bytes(answer))


class AdminError(NodeError):
    """The error a running node answered with; its text may be of a code only the node knows."""

    def __init__(self, error: Mapping[str, str]) -> None:
        code = error["code"]
        super().__init__(code if code in CODES else "admin-command", error["where"], error["hint"])


class _Server:
    """The conversations of one listener."""

    def __init__(self, handler: AdminHandler) -> None:
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()
        self._working: set[asyncio.Task[None]] = set()
        self._closing = False

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until it ends."""
        task: asyncio.Task[None] | None = asyncio.current_task()
        if task is None or self._closing or len(self._tasks) >= MAX_CONNECTIONS:
            writer.close()
            return
        self._tasks.add(task)
        try:
            _check_peer(writer)
            while not self._closing and await self._answer_one(reader, writer, task):
                pass
        except (OSError, NodeError, asyncio.IncompleteReadError, TimeoutError):
            pass  # gone, foreign or silent: there is nobody to tell
        except asyncio.CancelledError:
            pass  # by `finish`; Python 3.11 would log a cancelled conversation as a failure
        finally:
            self._tasks.discard(task)
            writer.close()

    async def finish(self) -> None:
        """End all conversations; a command that is being carried out gets a moment to finish."""
        self._closing = True
        for task in self._tasks - self._working:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working, timeout=FINISH_SECONDS)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer_one(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        task: asyncio.Task[None],
    ) -> bool:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                data = await _read_message(reader, MAX_REQUEST)
            command, arguments = _request_of(_from_bytes(data))
        except NodeError as error:
            await _send(writer, _refusal(error))
            return False
        self._working.add(task)
        try:
            await _send(writer, await self._carry_out(command, arguments))
        finally:
            self._working.discard(task)
        return True

    async def _carry_out(self, command: str, arguments: Mapping[str, Json]) -> Json:
        try:
            return {"ok": True, "result": await self._handler(command, arguments)}
        except LinkContractError as error:
            return _refusal(error)


def _bind(path: Path) -> socket.socket:
    name = os.fsencode(path)
    if len(name) > _MAX_PATH:
        hint = f"the path has {len(name)} bytes, at most {_MAX_PATH} are allowed: set admin.socket"
        raise NodeError("admin-socket", str(path), hint)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if os.path.lexists(path):
            if not stat.S_ISSOCK(os.lstat(path).st_mode):
                raise NodeError("admin-socket", str(path), "another kind of file is in its place")
            path.unlink()
        # The mode comes from the umask: a chmod afterwards would leave a moment in which others
        # could connect.
        before = os.umask(0o177)
        try:
            listener.bind(name)
        finally:
            os.umask(before)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        reason = os.strerror(error.errno) if error.errno is not None else ""
        raise NodeError("admin-socket", str(path), reason) from None
    except NodeError:
        listener.close()
        raise
    return listener


def _unbind(listener: socket.socket, path: Path) -> None:
    listener.close()
    path.unlink(missing_ok=True)


def _check_peer(writer: asyncio.StreamWriter) -> None:
    """The other end is a process of this very user.

    Where the system has no SO_PEERCRED the modes of the socket and its directory have to do.
    """
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return
    connection: socket.socket = writer.get_extra_info("socket")
    data = connection.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size)
    _pid, uid, _gid = _CREDENTIALS.unpack(data)
    if uid != os.geteuid():
        raise NodeError("admin-socket", hint="the other end belongs to another user")


async def _read_message(reader: asyncio.StreamReader, most: int) -> bytes:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if length > most:
        raise NodeError("admin-too-large", hint=f"at most {most} bytes")
    return await reader.readexactly(length)


async def _send(writer: asyncio.StreamWriter, answer: Json) -> None:
    data = _to_bytes(answer)
    if len(data) > MAX_ANSWER:
        data = _to_bytes(_refusal(NodeError("admin-too-large", hint="ask for less, with --limit")))
    with suppress(OSError):  # TimeoutError is one: a client that does not read is given up
        writer.write(_LENGTH.pack(len(data)) + data)
        async with asyncio.timeout(IDLE_SECONDS):
            await writer.drain()


def _to_bytes(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True).encode("ascii")


def _from_bytes(data: bytes) -> Json:
    """Strict JSON: UTF-8, no duplicate keys, no numbers but integers, bounded depth."""
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise NodeError("admin-request", hint="not JSON as this version takes it") from None
    return value


def _no_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(_text: str) -> NoReturn:
    raise ValueError


def _request_of(value: Json) -> tuple[str, Mapping[str, Json]]:
    if isinstance(value, dict) and value.keys() == {"command", "arguments"}:
        command, arguments = value["command"], value["arguments"]
        if isinstance(command, str) and isinstance(arguments, dict):
            return command, arguments
    raise NodeError("admin-request", hint="expected an object with command and arguments")


def _result_of(value: Json) -> Json:
    if isinstance(value, dict) and value.get("ok") is True and "result" in value:
        return value["result"]
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict):
        parts = {key: error.get(key) for key in ("code", "where", "hint")}
        texts = {key: part for key, part in parts.items() if isinstance(part, str)}
        if len(texts) == len(parts):
            raise AdminError(texts)
    raise NodeError("admin-request", hint="the node's answer is not of this version")


def _refusal(error: LinkContractError) -> Json:
    return {
        "ok": False,
        "error": {
            "code": error.code,
            "where": error.where,
            "text": CODES[error.code],
            "hint": error.hint,
        },
    }
