"""What is in memory stays what is stored: cancelled commits, full memory, failing bystanders."""

import asyncio
import sqlite3
import time
from contextlib import suppress
from pathlib import Path


from linkcontract.driver import Settings
from linkcontract.store.memory import MemoryStore
from linkcontract.store.sqlite import SqliteStore
from linkcontract.testing.engines import EngineNode, introduce
from linkcontract.transport.memory import MemoryHub

EVERYBODY = Settings(admit=lambda _: True)


async def joined(rel: bytes, *nodes: EngineNode) -> None:
    """Wait until every node knows that the relationship is joined, and nothing waits."""
    async with asyncio.timeout(10):
        for node in nodes:
            while rel not in await node.engine.relationships() or await node.store.scan("outbox"):
                await asyncio.sleep(0.01)


def stall(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT 1")
    time.sleep(0.3)


async def test_a_cancelled_write_never_signs_twice_at_one_position(tmp_path: Path) -> None:
    """The cancelled batch is applied all the same, so whoever loads next has to find it."""
    hub = MemoryHub()
    store = await SqliteStore.open(tmp_path / "alice.db")
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY)
    alice = EngineNode("alice", store, hub, Settings(answer_wait=1))
    async with shop, alice:
        rel = await introduce(alice, shop)
        await joined(rel, alice, shop)
        hub.offline.add("shop")
        slow = asyncio.create_task(store._writer.run(stall))  # noqa: SLF001 - a slow disk
        await asyncio.sleep(0)
        body = {"right": "eu-gdpr:A15", "ref": rel}
        first = asyncio.create_task(alice.engine.write(rel, "right", body))
        await asyncio.sleep(0.1)  # it waits for the disk
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        await alice.engine.write(rel, "right", body)
        await slow
        async with alice.engine.hold(rel) as held:
            places = [(each.writer, each.seq) for each in held.session.ledger.held()]
        stored = [key[:3] for key, _ in await store.scan("statement", (rel,))]
    await store.close()
    assert len(set(places)) == len(places)
    assert len(set(stored)) == len(stored)


async def test_memory_full_of_relationships_that_wait_leaves_room_for_the_one_in_use() -> None:
    """Peers that are offline must not keep a node from talking to the others."""
    hub = MemoryHub()
    shop = EngineNode("shop", MemoryStore(), hub, Settings(admit=lambda _: True, most_loaded=1))
    alice = EngineNode("alice", MemoryStore(), hub, EVERYBODY)
    bob = EngineNode("bob", MemoryStore(), hub, EVERYBODY)
    async with shop, alice, bob:
        with_alice = await introduce(alice, shop)
        await joined(with_alice, alice, shop)
        with_bob = await introduce(bob, shop)
        await joined(with_bob, bob, shop)
        hub.offline.add("bob")
        await shop.engine.write(with_bob, "right", {"right": "eu-gdpr:A15", "ref": with_bob})
        async with asyncio.timeout(2), shop.engine.hold(with_alice) as held:
            assert held.session.rel == with_alice
