"""Real nodes killed with SIGKILL while they write: nothing is lost, nothing is doubled.

A user tells the whole story to two node processes and looks before each step what is there already.
The nodes keep dying, each at a chosen write of its life (`dying_node`), and are started again.
`make kill-all` kills both at every write there is; otherwise 20 deaths are spread over the story.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from two_nodes import NodeAt, free_port, make_node, short_place

from linkcontract.errors import LinkContractError

__all__ = ["short_place"]  # a fixture

DYING = Path(__file__).with_name("dying_node.py")
ALL = os.environ.get("LINKCONTRACT_KILL") == "all"
LIVES = (0, 1, 2, 3, 4, 5, 6, 3, 4, 5)
"""The writes at which each node's lives end: while starting, and within the protocol, before a
commit and after it in turns."""
LABEL = "shop"
ALIVE = -1
OFFER = {"rel": LABEL, "agreement": "SD-BASE-DP", "paths": ["vcard/fn"], "law": "FR", "wait": 0}


class World:
    """Two nodes, and for each the writes at which its next lives end."""

    def __init__(self, place: Path, lives: dict[str, Iterator[int]]) -> None:
        ports = free_port(), free_port()
        bases = [f"http://127.0.0.1:{port}" for port in ports]
        self.alice = make_node(
            place / "a", "person", label="Alice", port=ports[0], peers=(bases[1],)
        )
        self.shop = make_node(
            place / "s", "vendor", label="Shop", port=ports[1], peers=(bases[0],), join_public=True
        )
        self.lives = lives
        self.deaths = 0

    def node(self, name: str) -> NodeAt:
        return self.alice if name == "alice" else self.shop

    def alive(self) -> None:
        """Start whoever is dead; a node may die while it starts, and is then started again."""
        for name in ("alice", "shop"):
            node = self.node(name)
            while True:
                if node.process is not None:
                    with suppress(subprocess.TimeoutExpired):
                        node.process.wait(0)
                    if node.process.returncode is None:
                        break
                    errors = (node.place / "run.err").read_text()
                    assert node.process.returncode == -signal.SIGKILL, errors
                    assert node.process.stdout is not None
                    node.process.stdout.close()
                    node.process = None
                    self.deaths += 1
                point = next(self.lives[name], ALIVE)
                try:
                    node.start(program=[sys.executable, str(DYING), str(point)])
                except AssertionError:
                    assert point != ALIVE, (node.place / "run.err").read_text()
                    assert node.process is not None
                    node.process.wait(10)

    def ask(self, name: str, command: str, **arguments: Any) -> Any:
        """A request to a node; None if it died, or is dead, meanwhile."""
        try:
            return self.node(name).ask(command, **arguments)
        except (OSError, LinkContractError) as error:
            if "admin" not in getattr(error, "code", "admin"):
                raise
            return None

    def types(self, name: str) -> list[str]:
        """The types of all statements a node holds."""
        self.alive()
        known = self.ask(name, "status")
        if known is None or LABEL not in [each["label"] for each in known["relationships"]]:
            return []
        log = self.ask(name, "log", rel=LABEL, limit=1000)
        return [] if log is None else [each["type"] for each in log["statements"]]

    def until(self, name: str, wanted: str, act: Callable[[], Any] | None) -> None:
        """Act until a node holds a statement of a type."""
        deadline = time.monotonic() + 60
        while wanted not in self.types(name):
            assert time.monotonic() < deadline, (wanted, self.types(name))
            if act is not None:
                act()
            time.sleep(0.05)

    def quiet(self) -> None:
        """Wait until both hold the same and nothing waits for delivery."""
        deadline = time.monotonic() + 60
        while True:
            self.alive()
            sides = [self.ask(name, "status", rel=LABEL) for name in ("alice", "shop")]
            logs = [self.ask(name, "log", rel=LABEL, limit=1000) for name in ("alice", "shop")]
            if all(sides) and all(logs):
                waiting = [side["relationships"][0]["undelivered"] for side in sides]
                held = [sorted(each["id"] for each in log["statements"]) for log in logs]
                if not any(waiting) and held[0] == held[1]:
                    return
            assert time.monotonic() < deadline, (sides, logs)
            time.sleep(0.1)

    def close(self) -> None:
        self.alice.stop(signal.SIGKILL)
        self.shop.stop(signal.SIGKILL)


def tell(world: World) -> None:
    """The story."""
    world.alive()
    until = int(time.time() * 1000) + 86_400_000
    link = None
    while link is None:
        link = world.ask("shop", "invite", label=LABEL, until=until, public=True)
        world.alive()

    def connect() -> None:
        known = world.ask("alice", "status")
        if known is not None and not known["relationships"]:
            world.ask("alice", "connect", link=link["link"], label=LABEL, wait=0)

    world.until("alice", "open", connect)
    world.until("shop", "join", None)
    world.until("alice", "join", None)
    world.until(
        "alice",
        "propose",
        lambda: world.ask("alice", "propose", **OFFER),
    )
    world.until("shop", "propose", None)
    world.until("shop", "accept", lambda: world.ask("shop", "accept", rel=LABEL, wait=0))
    world.until("alice", "accept", None)
    item = ["vcard/fn/1", "Alice Liddell"]
    world.until(
        "alice",
        "share",
        lambda: world.ask(
            "alice", "share", rel=LABEL, items=[item], purpose="ServiceDelivery", wait=0
        ),
    )
    world.until("alice", "receipt", None)
    world.until("alice", "revoke", lambda: world.ask("alice", "revoke", rel=LABEL, wait=0))
    world.until("shop", "revoke", None)
    world.until("shop", "erased", lambda: world.ask("shop", "erase", rel=LABEL, wait=0))
    world.until("alice", "erased", None)
    world.quiet()


ONCE = ("open", "join", "propose", "accept", "share", "receipt", "revoke", "erased")


def check(world: World, place: Path) -> None:
    """Each statement once on both sides; the exports of both verify against each other."""
    files = []
    for name in ("alice", "shop"):
        types = world.types(name)
        assert {type: types.count(type) for type in ONCE} == dict.fromkeys(ONCE, 1)
        file = place / f"{name}.lc"
        assert world.ask(name, "export", rel=LABEL, file=str(file), with_data=True)
        files.append(str(file))
    done = subprocess.run(
        [sys.executable, "-m", "linkcontract.node", "verify", "--json", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)["result"]
    assert (done.returncode, report["findings"], report["same"]) == (0, [], True)


@pytest.mark.kill
@pytest.mark.timeout(300)
def test_twenty_sigkills_lose_and_double_nothing(short_place: Path) -> None:
    lives = {"alice": iter(LIVES), "shop": iter(LIVES)}
    world = World(short_place, lives)
    try:
        tell(world)
        check(world, short_place)
        assert world.deaths == 2 * len(LIVES) == 20
    finally:
        world.close()


@pytest.mark.kill
@pytest.mark.skipif(not ALL, reason="kills at every write: make kill-all")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("victim", ["alice", "shop"])
def test_a_sigkill_at_any_write_loses_and_doubles_nothing(victim: str, tmp_path: Path) -> None:
    point = 0
    while True:
        # The nodes' own paths must be short: a Unix socket lies in them.
        place = Path(f"/tmp/lck-{os.getpid()}-{victim}-{point}")
        lives = {"alice": iter(()), "shop": iter(()), victim: iter([point])}
        world = World(place, lives)
        try:
            tell(world)
            check(world, tmp_path_for(tmp_path, point))
        finally:
            world.close()
            subprocess.run(["rm", "-rf", str(place)], check=True)
        if not world.deaths:
            break  # the story has no more writes
        point += 1
    assert point > 20


def tmp_path_for(place: Path, point: int) -> Path:
    folder = place / str(point)
    folder.mkdir()
    return folder
