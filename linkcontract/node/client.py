"""How a command reaches the node: the running one, or its data opened for the moment.

A command never chooses. If a node answers on the administration socket, that node does the work;
otherwise this process takes the lock of the data directory, opens the store and does the same.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from linkcontract.crypto.secret import Secret
from linkcontract.errors import LinkContractError, NodeError
from linkcontract.node.command import Invocation
from linkcontract.node.config import NodeConfig, load_config
from linkcontract.node.output import EXIT_DONE, Json

if TYPE_CHECKING:
    from linkcontract.node.service import Node

Ask: TypeAlias = Callable[[str, Mapping[str, Json]], Awaitable[Json]]
"""Has one request carried out: (command, arguments) -> its result."""

T = TypeVar("T")

LOCK_PATIENCE: Final = 10.0
"""Seconds a command waits for another one, or for a node that is just starting, to let it in."""

_PAUSE: Final = 0.1


def act(
    invocation: Invocation,
    command: str,
    arguments: Mapping[str, Json],
    show: Callable[[dict[str, Json]], str],
) -> int:
    """Carry out a command that is one request, and print its result.

    Args:
        invocation: of the command.
        command, arguments: the request.
        show: the result as text.

    Returns:
        The exit code the result carries, or 0.

    Raises:
        NodeError: config-…, passphrase-source, data-locked, file-…, admin-…; whatever the command
            raises, as the error of a node.
    """

    async def talk(ask: Ask) -> Json:
        return await ask(command, arguments)

    return finish(invocation, converse(invocation, command, talk), show)


def finish(invocation: Invocation, result: Json, show: Callable[[dict[str, Json]], str]) -> int:
    """Print the result of a request and return its exit code."""
    assert isinstance(result, dict)  # every handler gives an object
    code = result.pop("exit", EXIT_DONE)
    assert isinstance(code, int)
    invocation.output.result(result, show(result))
    return code


def converse(invocation: Invocation, purpose: str, talk: Callable[[Ask], Awaitable[T]]) -> T:
    """Make several requests to one node.

    Args:
        invocation: of the command.
        purpose: the word others see while this process holds the data directory.
        talk: makes the requests. Nothing was done yet if it has to be called again.

    Raises:
        As `act`.
    """
    return asyncio.run(_converse(invocation, purpose, talk))


async def _converse(invocation: Invocation, purpose: str, talk: Callable[[Ask], Awaitable[T]]) -> T:
    from linkcontract.node.admin import request_admin

    config = load_config(invocation.config_path, invocation.environ)

    async def ask(command: str, arguments: Mapping[str, Json]) -> Json:
        return await request_admin(config.admin_socket, command, arguments)

    deadline = time.monotonic() + LOCK_PATIENCE
    alone = _Alone(invocation, config, purpose)
    while True:
        try:
            return await talk(ask)
        except NodeError as error:
            if error.code != "admin-unreachable":
                raise
        try:
            return await alone.converse(talk)
        except _LockedError as locked:
            if time.monotonic() >= deadline:
                raise locked.error from None
            await asyncio.sleep(_PAUSE)


class _LockedError(Exception):
    """The data directory is in use, and nothing was done."""

    def __init__(self, error: NodeError) -> None:
        super().__init__(error.code)
        self.error = error


class _Alone:
    """Doing the work in this process, with the passphrase read once."""

    def __init__(self, invocation: Invocation, config: NodeConfig, purpose: str) -> None:
        self._invocation = invocation
        self._config = config
        self._purpose = purpose
        self._passphrase: Secret | None = None

    async def converse(self, talk: Callable[[Ask], Awaitable[T]]) -> T:
        """Open the node, let it talk, close it."""
        from linkcontract.node.home import open_home
        from linkcontract.node.service import open_node

        try:
            passphrase = self._passphrase or self._read()
            async with (
                open_home(self._config, passphrase, self._purpose) as home,
                open_node(home) as node,
            ):
                return await talk(_asking(node))
        except NodeError as error:
            if error.code == "data-locked":
                raise _LockedError(error) from None
            raise

    def _read(self) -> Secret:
        from linkcontract.node.lock import lock_directory
        from linkcontract.node.passphrase import read_passphrase

        if self._config.data_dir.is_dir():
            # Looked at first: nobody types a passphrase while another process has the data.
            with lock_directory(self._config.data_dir, self._purpose):
                pass
        output = self._invocation.output
        source = self._config.passphrase
        self._passphrase = read_passphrase(source, self._invocation.environ, output.note)
        return self._passphrase


def _asking(node: "Node") -> Ask:
    from linkcontract.node.admin import AdminError
    from linkcontract.node.administration import handle

    async def ask(command: str, arguments: Mapping[str, Json]) -> Json:
        try:
            return await handle(node, command, arguments)
        except LinkContractError as error:
            # The same error as through the socket, so that both have the same exit code.
            parts = {"code": error.code, "where": error.where, "hint": error.hint}
            raise AdminError(parts) from error

    return ask
