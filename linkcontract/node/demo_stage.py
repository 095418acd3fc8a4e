"""The stage of the demonstration: a folder, two node processes in it, and commands to them.

Everything is what a user would do: real processes, real configuration files, the same commands.
Whatever is started here is ended here, by its own process id, however the demonstration ends.
"""

import asyncio
import contextlib
import json
import os
import secrets
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from linkcontract.errors import NodeError
from linkcontract.node.admin import request_admin
from linkcontract.node.private_files import create_private, make_private_directory

PROGRAM: Final = "linkcontract-node"
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 10.0
COMMAND_SECONDS: Final = 60.0
_LOOK: Final = 0.05
_WIDTH: Final = 88
_LONGEST_FOLDER: Final = 80
"""Characters of a folder's path, so that the name of a Unix socket in it fits (107 bytes)."""


class StoryError(NodeError):
    """A step of the demonstration did not end as it should."""

    def __init__(self, where: str, got: str) -> None:
        super().__init__("demo-unexpected", where, got)


@dataclass(slots=True)
class DemoNode:
    """One of the nodes: its folder, port and, while it runs, its process."""

    name: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    socket: Path = Path()

    @property
    def address(self) -> str:
        """The origin of its addresses."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """Its configuration file."""
        return self.folder / "linkcontract.toml"


class Interrupts:
    """Ctrl-C and SIGTERM as KeyboardInterrupt, but never while a process is being started.

    A process that is started and not yet known to anybody here could not be ended.
    """

    def __init__(self) -> None:
        self._held = False
        self._came = False

    def __call__(self, _signal: int, _frame: object) -> None:
        self._came = True
        if not self._held:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Within it they wait; `checked` lets one that came take effect."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def checked(self) -> None:
        """Raises KeyboardInterrupt if one came while they were held."""
        if self._came:
            raise KeyboardInterrupt


@dataclass(slots=True)
class Stage:
    """A folder with two nodes.

    Attributes:
        folder: everything lies in it.
        show: prints a line.
        interrupts: what ends the demonstration early.
        nodes: by name.
    """

    folder: Path
    show: Callable[[str], None]
    interrupts: Interrupts
    nodes: dict[str, DemoNode] = field(default_factory=dict)

    def add(self, name: str, port: int) -> DemoNode:
        """A node's folder with a passphrase in it; `command("init", …)` makes the node."""
        node = DemoNode(name, self.folder / name, port)
        make_private_directory(node.folder)
        create_private(node.folder / "passphrase", f"{secrets.token_hex(16)}\n".encode())
        self.nodes[name] = node
        return node

    def command(
        self, name: str, *arguments: str, code: int = 0, given: str = "", quiet: bool = False
    ) -> Any:
        """Carry out one command on a node, in a process of its own.

        Args:
            name: whose; "" for one that needs no node.
            arguments: the command line, as it is shown.
            code: the exit code it has to end with.
            given: its standard input.
            quiet: do not show the command line.

        Returns:
            Its result, or the error it answered with.

        Raises:
            StoryError: it ended otherwise.
        """
        if not quiet:
            self.show(_as_typed(name, arguments))
        place = ("--config", str(self.nodes[name].config)) if name else ()
        done = self._carry_out([*_program(), *place, *arguments, "--json"], name, given)
        try:
            answer = json.loads(done.stdout)
            result = answer["result"] if answer["ok"] else answer["error"]
        except (ValueError, KeyError):
            raise StoryError(arguments[0], _tail(done.stderr)) from None
        if done.returncode != code:
            got = f"exit code {done.returncode} instead of {code}: {json.dumps(result)[:600]}"
            raise StoryError(arguments[0], got)
        return result

    def _carry_out(
        self, line: Sequence[str], name: str, given: str
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a process to its end; it is ended and waited for whatever happens meanwhile."""
        with self.interrupts.held():
            process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                line,
                cwd=self.nodes[name].folder if name else self.folder,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        try:
            self.interrupts.checked()
            out, err = process.communicate(given.encode(), COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            raise StoryError(" ".join(line[-3:]), "it did not end in time") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        return subprocess.CompletedProcess(line, process.returncode, out, err)

    def start(self, name: str) -> None:
        """Run a node; `ready` waits for it."""
        node = self.nodes[name]
        self.show(_as_typed(name, ("run", "&")))
        with (node.folder / "run.log").open("ab") as errors, self.interrupts.held():
            node.process = subprocess.Popen(  # noqa: S603 - our own program
                [*_program(), "--config", str(node.config), "run", "--json"],
                cwd=node.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        self.interrupts.checked()

    def ready(self, name: str) -> Any:
        """What a node that was started says when it is ready.

        Raises:
            StoryError: it does not start; a port taken meanwhile is the likeliest reason.
        """
        node = self.nodes[name]
        assert node.process is not None  # it was started
        assert node.process.stdout is not None
        ready, _, _ = select.select([node.process.stdout], [], [], START_SECONDS)
        answer = json.loads(node.process.stdout.readline() or b"{}") if ready else {}
        if not answer.get("ok"):
            error = answer.get("error", {})
            where = error.get("where", node.folder / "run.log")
            got = f"{error.get('text', 'it said nothing')} ({where})"
            if error.get("code") == "transport-listen":
                got += "; run it again, or choose other ports with --port-base"
            raise StoryError(f"{name}: run", got)
        result = answer["result"]
        node.socket = Path(result["socket"])
        return result

    def until(self, name: str, rel: str, wanted: str, test: Callable[[Any], bool]) -> Any:
        """Wait until a relationship is in a state, and give its `status`.

        Raises:
            StoryError: it did not come to be in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            asked = request_admin(self.nodes[name].socket, "status", {})
            status: Any = asyncio.run(_bounded(asked))
            found = [each for each in status["relationships"] if each["label"] == rel]
            if found and test(found[0]):
                return found[0]
            if time.monotonic() > deadline:
                raise StoryError(f"{name}: {wanted}", json.dumps(found)[:600])
            time.sleep(_LOOK)

    def stop(self) -> None:
        """End every process that was started here."""
        running = [node.process for node in self.nodes.values() if node.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        for node in self.nodes.values():
            node.process = None

    def _environment(self) -> dict[str, str]:
        """This process's, without what would lead a node to anybody else's data."""
        mine = {key: value for key, value in os.environ.items() if not _is_ours(key)}
        return mine | {"HOME": str(self.folder)}


@contextlib.contextmanager
def stage(folder: Path, show: Callable[[str], None], *, keep: bool) -> Iterator[Stage]:
    """A stage that is cleared in the end, also after SIGTERM and Ctrl-C.

    Args:
        folder: made here.
        show: prints a line.
        keep: leave the folder; otherwise it is removed.

    Raises:
        NodeError: file-exists, config-value if the path is too long for a socket in it; file-….
    """
    if len(os.fsencode(folder)) > _LONGEST_FOLDER:
        hint = f"choose a folder whose path has at most {_LONGEST_FOLDER} bytes"
        raise NodeError("config-value", str(folder), hint)
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise NodeError("file-exists", str(folder))
    interrupts = Interrupts()
    made = Stage(folder, show, interrupts)
    before = {each: signal.signal(each, interrupts) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        make_private_directory(folder)
        yield made
    finally:
        with interrupts.held():  # clearing up is not interrupted
            made.stop()
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)
            for each, handler in before.items():
                signal.signal(each, handler)


def free_ports(count: int, base: int | None) -> list[int]:
    """Ports on which nobody listens at this moment.

    Args:
        count: how many.
        base: take this and the following ones instead.

    Raises:
        NodeError: config-value if one of those is taken or none.
    """
    probes: list[socket.socket] = []
    try:
        for number in range(count):
            probe = socket.socket()
            probes.append(probe)
            try:
                if base is not None and base < 1:
                    raise OverflowError
                probe.bind(("127.0.0.1", 0 if base is None else base + number))
            except (OSError, OverflowError):
                hint = "another program uses it, or it is no port: choose another --port-base"
                taken = "port" if base is None else str(base + number)
                raise NodeError("config-value", taken, hint) from None
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


async def _bounded(asked: Any) -> Any:
    async with asyncio.timeout(START_SECONDS):
        return await asked


def _program() -> tuple[str, ...]:
    # Isolated if this process is: a demonstration of an installed package shows that package.
    return (sys.executable, *(["-I"] if sys.flags.isolated else []), "-m", "linkcontract.node")


def _as_typed(name: str, arguments: Sequence[str]) -> str:
    """A command line after its prompt, broken where a shell would let one break it."""
    lines = [f"{name}$ {PROGRAM}"]
    words = [word if word == "&" else shlex.quote(word) for word in arguments]
    for number, quoted in enumerate(words):
        # An option stays with its value.
        both = " ".join(words[number : number + 2]) if quoted.startswith("--") else quoted
        is_value = number > 0 and words[number - 1].startswith("--")
        if not is_value and len(lines[-1]) + len(both) > _WIDTH:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {quoted}"
    return "\n".join(lines)


def _is_ours(variable: str) -> bool:
    return variable.startswith("LINKCONTRACT_") or variable == "XDG_STATE_HOME"


def _tail(output: bytes) -> str:
    return output.decode("utf-8", "replace")[-600:].strip() or "it said nothing"
