"""What was deleted is overwritten on the disk, whoever deleted it and whatever came between."""

import asyncio
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from linkcontract.driver import Erase, Settings, receipts
from linkcontract.errors import StoreError
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY
from linkcontract.model.roster import SERVICE_DELIVERY, agreement
from linkcontract.model.terms import Terms
from linkcontract.protocol import Content, Session
from linkcontract.protocol.events import Event, PrekeysDestroyed, StatementsHeld
from linkcontract.store.memory import MemoryStore
from linkcontract.store.sqlite import SqliteStore
from linkcontract.testing.engines import EngineNode, introduce, settled, wall_clock
from linkcontract.transport.memory import MemoryHub

VALUE = b"Alice Pleasance Liddell"


class BusyStore(SqliteStore):
    """Somebody else reads the file for a while."""

    busy = False

    async def _purge(self) -> None:
        if self.busy:
            raise StoreError("store-busy")
        await super()._purge()


def erasing(session: Session, events: Sequence[Event], now: int) -> Iterable[Erase]:
    """Erase when the other side revokes."""
    for event in events:
        if isinstance(event, StatementsHeld) and any(
            each.type == "revoke" for each in event.statements
        ):
            yield Erase(session.rel, "relationship")


@dataclass
class Clock:
    ahead: int = 0

    def __call__(self) -> int:
        return wall_clock() + self.ahead


async def share(alice: EngineNode, shop: EngineNode) -> tuple[bytes, bytes]:
    """A contract and a value under it, which the shop holds."""
    rel = await introduce(alice, shop)
    now = alice.clock() // 1000 * 1000
    terms = agreement("SD-BASE-DP").terms(
        paths=["vcard/fn"], valid_from=now, until=now + 365 * DAY, law="EU"
    )
    fields = {"thread": None, "base": None, "answers": None, "controller": None}
    offer = {**fields, "terms": terms.to_value(), "accept_by": now + 30 * DAY}
    root = (await alice.engine.write(rel, "propose", offer)).id
    await settled(rel, ThreadPhase.OFFERED, alice, shop)
    accept = {"thread": root, "ref": root, "terms": Terms.from_value(terms.to_value()).id}
    await shop.engine.write(rel, "accept", accept)
    await settled(rel, ThreadPhase.ACTIVE, alice, shop)
    body = {"thread": root, "agreement": root, "purpose": SERVICE_DELIVERY}
    await alice.engine.write(rel, "share", body, [Content("vcard/fn/1", VALUE)])
    async with asyncio.timeout(10):
        while not await shop.store.scan("opening"):  # noqa: ASYNC110 - it lies in a store
            await asyncio.sleep(0.01)
    await settled(rel, ThreadPhase.ACTIVE, alice, shop)
    return rel, root


def on_disk(folder: Path) -> bool:
    """Whether the value stands in any file."""
    return any(VALUE in file.read_bytes() for file in folder.iterdir())


async def gone(folder: Path) -> None:
    async with asyncio.timeout(10):
        while on_disk(folder):  # noqa: ASYNC110 - the disk tells nobody
            await asyncio.sleep(0.02)


async def test_a_purge_that_was_interrupted_is_made_after_the_next_start(tmp_path: Path) -> None:
    """The peer was told that the value is gone, so a crash must not leave it in the log."""
    hub = MemoryHub()
    first, second = tmp_path / "first", tmp_path / "second"
    store = await BusyStore.open(first / "shop.db")
    shop = EngineNode("shop", store, hub, Settings(admit=lambda _: True))
    async with shop, EngineNode("alice", MemoryStore(), hub) as alice:
        rel, _ = await share(alice, shop)
        assert isinstance(store, BusyStore)
        store.busy = True
        with pytest.raises(StoreError, match="store-busy"):
            await shop.engine.erase(rel, Erase(rel, "relationship"))
        assert on_disk(first)
        shutil.copytree(first, second)  # what a process that died here leaves
    await store.close()
    assert on_disk(second)
    shop.store = await SqliteStore.open(second / "shop.db")
    async with shop:
        await gone(second)
    await shop.store.close()


async def test_what_a_reaction_erases_is_overwritten(tmp_path: Path) -> None:
    hub = MemoryHub()
    store = await SqliteStore.open(tmp_path / "shop" / "shop.db")
    settings = Settings(admit=lambda _: True, reactions=(receipts, erasing))
    async with (
        EngineNode("shop", store, hub, settings) as shop,
        EngineNode("alice", MemoryStore(), hub) as alice,
    ):
        rel, root = await share(alice, shop)
        assert on_disk(tmp_path / "shop")
        await alice.engine.write(rel, "revoke", {"thread": root, "purposes": None})
        await gone(tmp_path / "shop")
        assert await store.scan("opening") == []
    await store.close()


async def test_a_prekey_that_was_destroyed_is_overwritten() -> None:
    """Only then is what was sealed to it unreadable for whoever gets the disk."""
    destroyed, purged = asyncio.Event(), asyncio.Event()

    class Watched(MemoryStore):
        async def _purge(self) -> None:
            if destroyed.is_set():
                purged.set()

    def watch(_rel: bytes, events: Sequence[Event]) -> None:
        if any(isinstance(event, PrekeysDestroyed) for event in events):
            destroyed.set()

    hub, clock = MemoryHub(), Clock()
    shop = EngineNode("shop", Watched(), hub, Settings(admit=lambda _: True), clock)
    alice = EngineNode("alice", MemoryStore(), hub, clock=clock)
    async with shop, alice:
        shop.engine.observers.append(watch)
        rel, _ = await share(alice, shop)
        for _ in range(2):  # a week later it is replaced, after another it is destroyed
            clock.ahead += 8 * DAY
            right = {"right": "eu-gdpr:A15", "ref": rel}
            await shop.engine.write(rel, "right", right)
            await settled(rel, ThreadPhase.ACTIVE, alice, shop)
            await alice.engine.write(rel, "right", right)
            await settled(rel, ThreadPhase.ACTIVE, alice, shop)
        async with asyncio.timeout(10):
            await destroyed.wait()
            await purged.wait()
