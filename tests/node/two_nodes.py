"""Real nodes for tests: data directories made with the cheapest key file, `run` in processes of its
own, commands in processes of their own, exactly as a person or a program starts them.

`pair` is a person's node and a vendor's that both run; module-scoped, so tests share it and use
relationships of their own (`introduce`). `NodeAt` makes and drives single nodes.
"""

import asyncio
import io
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from linkcontract.crypto.keyfile import CHEAPEST
from linkcontract.crypto.next_keys import mnemonic_of, seed_of
from linkcontract.crypto.secret import Secret
from linkcontract.driver.parties import new_party
from linkcontract.model.party import PUBLIC
from linkcontract.node.admin import request_admin
from linkcontract.node.cli import carry_out
from linkcontract.node.config import Role, load_config
from linkcontract.node.config_fields import render_config
from linkcontract.node.home import Identity, create_home
from linkcontract.node.next_key_pool import NextKeyPool
from linkcontract.node.signer import Signer, create_signer

MODULE = [sys.executable, "-m", "linkcontract.node"]
PASSPHRASE = Secret(b"a passphrase")
START_SECONDS = 30


@dataclass(slots=True)
class NodeAt:
    """A node in a directory of its own: `config`, `words`, `pass` and, for a vendor, `signer`."""

    place: Path
    port: int
    words: str
    process: subprocess.Popen[str] | None = field(default=None)
    ready: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.place / "lc.toml"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        mine = {k: v for k, v in os.environ.items() if not k.startswith("LINKCONTRACT_")}
        for name in ("XDG_STATE_HOME", "COVERAGE_PROCESS_START"):
            mine.pop(name, None)
        return mine | {"HOME": str(self.place), "COLUMNS": "100"}

    def start(self, *arguments: str, program: Sequence[str] = MODULE) -> "NodeAt":
        """Run the service; returns when it is ready.

        Args:
            program: another program than the node's own, for a test that lets it die.
        """
        assert self.process is None
        with (self.place / "run.err").open("a") as errors:
            self.process = subprocess.Popen(
                [*program, "--config", str(self.config), "run", "--json", *arguments],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.place / "run.err").read_text()
        answer = json.loads(line)
        assert answer["ok"], answer
        self.ready = answer["result"]
        return self

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End the service, by its own pid; its exit code."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(how)
        assert process.stdout is not None
        try:
            code = process.wait(START_SECONDS)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
        return code

    def run(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """One command, in a process of its own and without a terminal."""
        return subprocess.run(
            [*MODULE, "--config", str(self.config), *arguments],
            cwd=self.place,
            env=self.environment(),
            input="" if given is None else given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            start_new_session=True,
        )

    def do(self, *arguments: str, code: int = 0, given: str | None = None) -> Any:
        """The result of a command that ends with `code`; of one that fails, its error.

        In a process of its own, as `run`, if it is `given` something to read.
        """
        if given is not None:
            done = self.run(*arguments, "--json", given=given)
            found, stdout, stderr = done.returncode, done.stdout, done.stderr
        else:
            found, stdout, stderr = self.here(*arguments, "--json")
        assert found == code, (found, stdout, stderr)
        value = json.loads(stdout)
        return value["result"] if value["ok"] else value["error"]

    def here(self, *arguments: str) -> tuple[int, str, str]:
        """One command in this process: the same code from the command line on, and much faster.

        Returns:
            Its exit code, standard output and standard error.
        """
        out, err = io.StringIO(), io.StringIO()
        line = ["--config", str(self.config), *arguments]
        return carry_out(line, self.environment(), out, err), out.getvalue(), err.getvalue()

    def ask(self, command: str, **arguments: Any) -> Any:
        """A request to the running node without a process: the same handler, and much faster."""
        socket_path = load_config(self.config, {}).admin_socket
        return asyncio.run(request_admin(socket_path, command, arguments))

    def relationship(self, label: str) -> Any:
        """`status` of one relationship."""
        return self.ask("status", rel=label)["relationships"][0]

    def wait_for(self, label: str, test: Any, seconds: float = 15) -> Any:
        """`status` of a relationship as soon as it passes a test."""
        deadline = time.monotonic() + seconds
        while True:
            known = {each["label"]: each for each in self.ask("status")["relationships"]}
            if label in known and test(known[label]):
                return self.relationship(label)
            assert time.monotonic() < deadline, known.get(label, known)
            time.sleep(0.05)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_node(
    place: Path,
    role: str,
    *,
    label: str = "",
    port: int | None = None,
    peers: tuple[str, ...] = (),
    listen: bool = True,
    **policy: Any,
) -> NodeAt:
    """Make a node's files.

    Args:
        place: an empty directory with a short path (a Unix socket lies in it).
        role: "person" or "vendor".
        port: where it will listen.
        peers: the bases of the peers' addresses.
        policy: keys of the section `policy`.
    """
    place.mkdir(parents=True, exist_ok=True)
    port = free_port() if port is None else port
    words = mnemonic_of(secrets.token_bytes(32))
    for name, text in (("pass", "a passphrase\n"), ("words", words + "\n")):
        (place / name).write_text(text)
        (place / name).chmod(0o600)
    values: dict[str, object] = {
        "role": role,
        "label": label or role,
        "data_dir": str(place / "data"),
        "passphrase": f"file:{place / 'pass'}",
        "marker": str(place / "state" / "m.marker"),
        **{f"policy.{key}": value for key, value in policy.items()},
    }
    if role == "vendor":
        values |= {
            "controller.name": "Example Shop Ltd",
            "controller.jurisdiction": "FR",
            "controller.domain": "shop.example",
        }
    http: dict[str, object] = {"listed": list(peers)}
    if listen:
        http["bind"] = f"127.0.0.1:{port}"
    config = place / "lc.toml"
    config.write_text(render_config(values, http))
    asyncio.run(_settle(config, role, words, place))
    return NodeAt(place, port, words)


async def _settle(config: Path, role: str, words: str, place: Path) -> None:
    seed = seed_of(words)
    async with create_home(load_config(config, {}), PASSPHRASE, cost=CHEAPEST) as home:
        if role == "person":
            pool = NextKeyPool(home.keystore, (), None)
            await home.settle(Identity(Role.PERSON, None, 1), pool.start_over(seed))
            return
        create_signer(
            place / "signer", seed, PASSPHRASE, entropy=secrets.token_bytes, cost=CHEAPEST
        )
        with Signer(place / "signer", PASSPHRASE, entropy=secrets.token_bytes) as signer:
            following = signer.announce()
        history, changes = new_party(
            home.keystore,
            PUBLIC,
            Secret(secrets.token_bytes(32)),
            next_digest=following.digest,
            nonce=following.nonce,
            now=1,
        )
        await home.settle(Identity(Role.VENDOR, history.party, 1), changes)


@dataclass(frozen=True, slots=True)
class Pair:
    """A person's node and a vendor's, both running."""

    alice: NodeAt
    shop: NodeAt

    def introduce(self, name: str, **propose: Any) -> str:
        """A new relationship; it is called `name` on both sides."""
        until = int(time.time() * 1000) + 3_600_000
        link = self.shop.ask("invite", label=name, until=until)["link"]
        result = self.alice.ask("connect", link=link, label=name, wait=15, **propose)
        assert result["joined"], result
        return name

    def settled(self, name: str, phase: str) -> tuple[Any, Any]:
        """Both sides' `status` once both have everything and their thread is in a phase."""

        def there(each: Any) -> bool:
            phases = [thread["phase"] for thread in each["threads"]]
            return phases == [phase] and not each["undelivered"]

        return self.alice.wait_for(name, there), self.shop.wait_for(name, there)


@pytest.fixture(scope="module")
def short_place() -> Iterator[Path]:
    """A directory whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="lc-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def pair(short_place: Path) -> Iterator[Pair]:
    """Alice, who decides herself, and a shop that accepts SD-BASE and counters with it once."""
    ports = free_port(), free_port()
    bases = tuple(f"http://127.0.0.1:{port}" for port in ports)
    alice = make_node(short_place / "a", "person", label="Alice", port=ports[0], peers=bases[1:])
    shop = make_node(
        short_place / "s", "vendor", label="Shop", port=ports[1], peers=bases[:1],
        accept=["ieee-7012:SD-BASE"], counter=True, join_public=True,
    )  # fmt: skip
    both = Pair(alice, shop)
    try:
        alice.start()
        shop.start()
        yield both
    finally:
        alice.stop()
        shop.stop()
