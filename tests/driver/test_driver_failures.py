"""What is in memory stays what is stored: cancelled commits, full memory, failing bystanders."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from linkcontract.driver import Settings, sending
from linkcontract.errors import StoreError
from linkcontract.limits import DAY, HOUR
from linkcontract.protocol import Session
from linkcontract.protocol.events import Event, PrekeysDestroyed
from linkcontract.store.memory import MemoryStore
from linkcontract.store.sqlite import SqliteStore
from linkcontract.testing.engines import EngineNode, introduce, wall_clock
from linkcontract.transport.addresses import Address
from linkcontract.transport.memory import Fate, MemoryHub, Passage
from linkcontract.transport.port import Answer

EVERYBODY = Settings(admit=lambda _: True)


@dataclass
class Clock:
    ahead: int = 0

    def __call__(self) -> int:
        return wall_clock() + self.ahead


async def until(test: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(10):
        while not await test():  # noqa: ASYNC110 - what is waited for lies in a store
            await asyncio.sleep(0.01)


async def joined(rel: bytes, *nodes: EngineNode) -> None:
    """Wait until every node knows that the relationship is joined, and nothing waits."""

    async def settled() -> bool:
        return all(
            [
                rel in await node.engine.relationships() and not await node.store.scan("outbox")
                for node in nodes
            ]
        )

    await until(settled)


async def until_covered(node: EngineNode, statement: bytes) -> None:
    """Wait until the peer is known to hold a statement."""

    async def covered() -> bool:
        return statement not in {key[1] for key, _ in await node.store.scan("outbox")}

    await until(covered)


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
        slow = asyncio.create_task(store._writer.run(stall))
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


async def test_an_observer_that_fails_keeps_nobody_from_what_was_committed() -> None:
    """The statement is signed: whoever wrote it must not be told otherwise and write it again."""
    hub = MemoryHub()
    shop, alice = (EngineNode(name, MemoryStore(), hub, EVERYBODY) for name in ("shop", "alice"))
    async with shop, alice:
        rel = await introduce(alice, shop)
        await joined(rel, alice, shop)

        def fails(_rel: bytes, _events: object) -> None:
            raise ValueError

        alice.engine.observers.append(fails)
        written = await alice.engine.write(rel, "right", {"right": "eu-gdpr:A15", "ref": rel})
        await until_covered(alice, written.id)


async def test_a_round_that_fails_is_tried_again_and_said(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure nobody expected must not leave a relationship without timers, in silence."""
    monkeypatch.setattr(sending, "FAILURE_PAUSE", 10)
    hub = MemoryHub()
    failing: list[bytes] = []

    def sometimes(session: Session, events: object, now: int) -> tuple[()]:
        if failing:
            failing.pop()
            raise ValueError
        return ()

    settings = Settings(admit=lambda _: True, reactions=(sometimes,))
    shop, alice = (EngineNode(name, MemoryStore(), hub, settings) for name in ("shop", "alice"))
    async with shop, alice:
        rel = await introduce(alice, shop)
        await joined(rel, alice, shop)
        await alice.engine.meet(rel)
        hub.offline.add("shop")
        written = await alice.engine.write(rel, "right", {"right": "eu-gdpr:A15", "ref": rel})
        failing.append(rel)
        hub.offline.clear()
        await until_covered(alice, written.id)
    assert any("a round failed: ValueError" in each.message for each in caplog.records)


async def test_a_node_nobody_can_reach_asks_for_news() -> None:
    hub = MemoryHub()
    polling = Settings(admit=lambda _: True, poll=50)
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY)
    alice = EngineNode("alice", MemoryStore(), hub, polling)
    async with shop, alice:
        rel = await introduce(alice, shop)
        await joined(rel, alice, shop)

        async def unreachable(passage: Passage) -> Fate:
            return Fate.LOSE if passage.receiver == "alice" else Fate.DELIVER

        hub.fate = unreachable
        for _ in range(2):
            told = await shop.engine.write(rel, "right", {"right": "eu-gdpr:A15", "ref": rel})
            name = rel, told.id

            async def arrived(name: tuple[bytes, bytes] = name) -> bool:
                return bool(await alice.store.scan("body", name))

            await until(arrived)
            await alice.stop()  # and it asks again when it was started anew
            await alice.start()


async def test_a_peer_that_does_not_answer_is_asked_less_and_less() -> None:
    hub = MemoryHub()
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY)
    alice = EngineNode("alice", MemoryStore(), hub, Settings(poll=20))
    async with shop, alice:
        rel = await introduce(alice, shop, invited=True)
        await joined(rel, alice, shop)
        hub.offline.add("shop")
        before = hub.passages
        await asyncio.sleep(1)
        assert 3 <= hub.passages - before <= 8  # 20, 40, 80, … and not fifty times


async def test_moving_a_time_again_and_again_takes_no_memory() -> None:
    hub = MemoryHub()
    alice = EngineNode("alice", MemoryStore(), hub, EVERYBODY)
    async with alice:
        sender = alice.engine._sender
        for count in range(10_000):
            sender.wake(b"rel", alice.clock() + 10**9 - count)
        assert len(sender._heap) < 200


async def test_nothing_is_signed_twice_at_one_place_from_memory_older_than_the_store() -> None:
    """Two engines on one store, against all locks: the second signature never leaves."""
    hub, store = MemoryHub(), MemoryStore()
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY)
    alice = EngineNode("alice", store, hub, Settings(answer_wait=1))
    twin = EngineNode("twin", store, hub, Settings(answer_wait=1), storage_key=alice.storage_key)
    async with shop, alice:
        rel = await introduce(alice, shop)
        await joined(rel, alice, shop)
        hub.offline.update(("shop", "twin"))
        right = {"right": "eu-gdpr:A15", "ref": rel}
        async with twin:
            async with twin.engine.hold(rel):
                pass
            await alice.engine.write(rel, "right", right)
            with pytest.raises(StoreError, match="store-conflict"):
                await twin.engine.write(rel, "right", right)


async def test_a_prekey_is_destroyed_in_time_though_nothing_arrives_after_a_restart() -> None:
    hub, clock, gone = MemoryHub(), Clock(), asyncio.Event()
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY, clock)
    alice = EngineNode("alice", MemoryStore(), hub, clock=clock)

    def watch(_rel: bytes, events: Sequence[Event]) -> None:
        if any(isinstance(event, PrekeysDestroyed) for event in events):
            gone.set()

    async with alice:
        async with shop:
            rel = await introduce(alice, shop)
            await joined(rel, alice, shop)
            clock.ahead += 8 * DAY  # the next statement announces a new prekey
            for node in (shop, alice):
                written = await node.engine.write(
                    rel, "right", {"right": "eu-gdpr:A15", "ref": rel}
                )
                await until_covered(node, written.id)
        clock.ahead += 8 * DAY
        hub.offline.add("alice")
        async with shop:
            shop.engine.observers.append(watch)
            async with asyncio.timeout(10):
                await gone.wait()


async def test_a_clock_that_leaps_delays_nothing() -> None:
    """As it does when a machine wakes up: what is said then leaves then, not within a minute."""
    hub, clock = MemoryHub(), Clock()
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY)
    alice = EngineNode("alice", MemoryStore(), hub, clock=clock)
    async with shop, alice:
        rel = await introduce(alice, shop)
        await joined(rel, alice, shop)
        alice.engine._sender.wake(rel, clock() + HOUR)
        await asyncio.sleep(0.1)  # it sleeps
        clock.ahead = 2 * HOUR
        written = await alice.engine.write(rel, "right", {"right": "eu-gdpr:A15", "ref": rel})
        await until_covered(alice, written.id)


class SlowAnswers(MemoryHub):
    """What a node is answered reaches it a while after it was said."""

    async def carry(self, sender: str, address: Address, message: bytes) -> Answer:
        answer = await super().carry(sender, address, message)
        await asyncio.sleep(0.3)
        return answer


async def test_a_call_during_a_round_still_asks_for_news() -> None:
    hub = SlowAnswers()
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY)
    alice = EngineNode("alice", MemoryStore(), hub)
    async with shop, alice:
        alice.engine.addresses = lambda _: ()  # nobody can call her
        rel = await introduce(alice, shop)
        await joined(rel, alice, shop)
        right = {"right": "eu-gdpr:A15", "ref": rel}
        written = await alice.engine.write(rel, "right", right)

        async def arrived() -> bool:
            return bool(await shop.store.scan("body", (rel, written.id)))

        await until(arrived)
        news = await shop.engine.write(rel, "right", right)
        await alice.engine.call(rel)
        assert await alice.store.scan("body", (rel, news.id))
