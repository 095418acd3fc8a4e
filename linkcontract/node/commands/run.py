"""`run`: the service. It listens, delivers, and does what the other commands ask for."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from linkcontract.crypto.secret import Secret
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import seconds
from linkcontract.node.config import NodeConfig, load_config
from linkcontract.node.output import EXIT_DONE, Json, cell, plain, short, to_json
from linkcontract.node.passphrase import read_passphrase

if TYPE_CHECKING:
    from linkcontract.node.service import Node

ASK_SECONDS: Final = 60


def run(invocation: Invocation) -> int:
    """Carry out `run`."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    config = load_config(invocation.config_path, invocation.environ)
    output = invocation.output
    passphrase = read_passphrase(config.passphrase, invocation.environ, output.note)
    asyncio.run(_serve(invocation, config, passphrase))
    return EXIT_DONE


async def _serve(invocation: Invocation, config: NodeConfig, passphrase: Secret) -> None:
    # Late: these import everything a node has, and the other commands need none of it.
    from linkcontract.node.admin import serve_admin
    from linkcontract.node.administration import handle
    from linkcontract.node.home import open_home
    from linkcontract.node.marker import Standing
    from linkcontract.node.service import open_node

    stop = asyncio.Event()
    async with open_home(config, passphrase, "run") as home, open_node(home) as node:
        await node.go_online()

        async def answer(command: str, arguments: Mapping[str, Json]) -> Json:
            return await handle(node, command, arguments)

        async with serve_admin(config.admin_socket, answer), _stopping(stop):
            invocation.output.result(_ready(node), _ready_text(node, invocation.unprotected))
            invocation.output.out.flush()
            if node.standing is Standing.RESTORED:
                await _after_restore(invocation, node, stop)
            await stop.wait()


async def _after_restore(invocation: Invocation, node: "Node", stop: asyncio.Event) -> None:
    from linkcontract.node import restoring

    output = invocation.output
    output.note(restoring.SENTENCE)
    asking = asyncio.create_task(
        restoring.wait_for_answers(node.engine, invocation.arguments.ask_seconds)
    )
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({asking, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not asking.done():
        asking.cancel()
        return
    asked = asking.result()
    if not asked.silent:
        output.note("Every peer has answered: run `rotate` now.")
        return
    labels = {rel: row.label for rel, row in (await node.engine.relationships()).items()}
    silent = ", ".join(cell(labels[rel]) for rel in asked.silent)
    output.note(f"{restoring.PARTING}\nNo answer yet from: {silent}.")


def _ready(node: "Node") -> dict[str, Json]:
    return {
        "label": node.config.label,
        "role": node.config.role.value,
        "party": to_json(node.home.identity.party),
        "listening": to_json(node.addresses),
        "socket": str(node.config.admin_socket),
        "standing": node.standing.value,
        "next_keys": None if node.home.identity.party is not None else len(node.home.pool),
        "transports": {each.name: f"{each.distribution} {each.version}" for each in node.loaded},
    }


def _ready_text(node: "Node", unprotected: tuple[str, ...]) -> str:
    from linkcontract.node.next_key_pool import POOL_LOW

    party = node.home.identity.party
    lines = [f"{node.config.label}: a {node.config.role.value}'s node is running"]
    if party is not None:
        lines.append(f"party      {short(party)}")
    if node.addresses:
        lines.append(f"listening  {', '.join(node.addresses)}")
    else:
        lines.append("listening  nowhere; it asks its peers for news once a minute")
    lines.append(f"socket     {node.config.admin_socket}")
    lines += [f"transport  {each.name}: {each.distribution} {each.version}" for each in node.loaded]
    lines += [f"warning    {each}" for each in unprotected]
    if party is None and len(node.home.pool) < POOL_LOW:
        left = len(node.home.pool)
        lines.append(f"warning    {left} next keys left: run `rotate --refill` soon")
    lines.append("Stop it with Ctrl-C or SIGTERM.")
    return plain("\n".join(lines))


@asynccontextmanager
async def _stopping(stop: asyncio.Event) -> AsyncIterator[None]:
    """Let SIGTERM and SIGINT end the service in order."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for each in signals:
        loop.add_signal_handler(each, stop.set)
    try:
        yield
    finally:
        for each in signals:
            loop.remove_signal_handler(each)


SPEC: Final = CommandSpec(
    name="run",
    summary="run the node: listen, deliver, answer the other commands",
    description="""\
Runs in the foreground until it gets SIGTERM or Ctrl-C. While it runs, all other commands use it
through a Unix socket that only you can reach. What it prints first is where it listens; after that
only warnings, one a line.

After a restore, or without its machine marker, it asks every peer what that holds of this node's
own statements, and signs nothing until `rotate` was run.""",
    examples=(
        ("run", "in the foreground"),
        (
            "--config shop/linkcontract.toml run --json",
            "for a program: one object when it is ready",
        ),
    ),
    arguments=(
        argument(
            "--ask-seconds",
            metavar="N",
            type=seconds,
            default=ASK_SECONDS,
            help=f"after a restore: how long to wait for peers (default {ASK_SECONDS})",
        ),
    ),
    run=run,
)
