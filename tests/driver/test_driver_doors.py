"""Cards and opens at an engine's doors: what ran out is not acted on, and nothing of it stays."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from linkcontract.driver import Settings
from linkcontract.driver.doors import Issued
from linkcontract.errors import StoreError
from linkcontract.limits import DAY
from linkcontract.model.card import open_invitation
from linkcontract.model.party import DIRECTED, PUBLIC
from linkcontract.store.memory import MemoryStore
from linkcontract.store.port import Change
from linkcontract.testing.engines import EngineNode, wall_clock
from linkcontract.transport.memory import Fate, MemoryHub, Passage

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


async def invite(node: EngineNode, kind: str, *, once: bool, days: int = 1) -> Issued:
    author, kept = node.party(kind)
    until_ = node.clock() + days * DAY
    return await node.engine.arrivals.invite(author, once=once, exp=until_, extra=kept)


async def connect(node: EngineNode, issued: Issued, *, until_: int | None = None) -> bytes:
    own, mine = node.party(DIRECTED)
    invitation = open_invitation(issued.link, now=node.clock())
    if until_ is not None:  # a peer that does not care when the card ends
        invitation = replace(invitation, card=replace(invitation.card, exp=until_))
    return await node.engine.connect(invitation, own, label="peer", extra=mine)


async def traces(store: MemoryStore) -> set[bytes]:
    """The kinds of secrets of cards that are in a store."""
    kinds = {key[0] for key, _ in await store.scan("secret")}
    return kinds & {b"card-prekey", b"invitation"}


async def test_a_card_that_ran_out_is_not_acted_on_and_nothing_of_it_stays() -> None:
    """Also in a node that has been running since before."""
    hub, clock, store = MemoryHub(), Clock(), MemoryStore()
    shop = EngineNode("shop", store, hub, EVERYBODY, clock)
    alice = EngineNode("alice", MemoryStore(), hub, EVERYBODY)
    async with shop, alice:
        cards = [await invite(shop, DIRECTED, once=True), await invite(shop, PUBLIC, once=False)]
        clock.ahead = 2 * DAY
        for issued in cards:
            await connect(alice, issued, until_=clock() + 10 * DAY)
            await alice.engine.call(next(reversed(await alice.engine.relationships())))
        assert await shop.engine.relationships() == {}
        assert await store.scan("card") == []
        assert await traces(store) == set()


async def test_a_card_that_ran_out_while_the_node_was_off_leaves_nothing() -> None:
    hub, clock, store = MemoryHub(), Clock(), MemoryStore()
    shop = EngineNode("shop", store, hub, EVERYBODY, clock)
    async with shop:
        await invite(shop, DIRECTED, once=True)
        kept = await invite(shop, PUBLIC, once=False, days=3)
    clock.ahead = 2 * DAY
    async with shop:

        async def tidy() -> bool:
            return [key[1] for key, _ in await store.scan("card")] == [kept.card.id]

        await until(tidy)
        assert await traces(store) == {b"card-prekey"}


async def test_an_open_is_remembered_until_it_cannot_be_replayed() -> None:
    """Else a node would take its last open on the day it has seen 65,536 of them."""
    hub, clock, store = MemoryHub(), Clock(), MemoryStore()
    shop = EngineNode("shop", store, hub, EVERYBODY, clock)
    alice = EngineNode("alice", MemoryStore(), hub, EVERYBODY)

    async def remembered() -> bool:
        return bool(await store.scan("consumed"))

    async def forgotten() -> bool:
        return not await remembered()

    async with shop, alice:
        await connect(alice, await invite(shop, PUBLIC, once=False))
        await until(remembered)
        clock.ahead = 2 * DAY - 60_000
        await shop.engine.arrivals.tidy()
        assert await remembered()
        clock.ahead = 2 * DAY + 60_000
        await shop.engine.arrivals.tidy()
        assert await forgotten()


async def test_the_prekey_of_a_used_card_does_not_stay_in_memory() -> None:
    hub, store = MemoryHub(), MemoryStore()
    shop = EngineNode("shop", store, hub, EVERYBODY)
    alice = EngineNode("alice", MemoryStore(), hub, EVERYBODY)
    async with shop, alice:
        author, kept = shop.party(PUBLIC)
        exp = shop.clock() + DAY
        arrivals = shop.engine.arrivals
        first = await arrivals.invite(author, once=True, exp=exp, extra=kept)
        second = await arrivals.invite(author, once=True, exp=exp)
        await connect(alice, first)

        async def used() -> bool:
            return len(await store.scan("card")) == 1

        await until(used)
        assert list(arrivals.doors.door(second.token).prekeys) == [second.card.prekey.id]
        assert first.token not in arrivals.doors


class FullStore(MemoryStore):
    """A store whose disk is full for a while, or whose commits are slow."""

    full = False
    slow = False

    async def _commit(self, changes: tuple[Change, ...]) -> None:
        if self.full:
            raise StoreError("store-full")
        if self.slow:
            await super()._commit(changes)
            await asyncio.sleep(0.2)  # it is there, and nobody has been told
            return
        await super()._commit(changes)


async def test_a_join_that_could_not_be_kept_can_be_made_again() -> None:
    hub, store = MemoryHub(), FullStore()
    shop = EngineNode("shop", store, hub, EVERYBODY)
    alice = EngineNode("alice", MemoryStore(), hub, EVERYBODY)
    async with shop, alice:
        issued = await invite(shop, DIRECTED, once=True)
        store.full = True
        rel = await connect(alice, issued)
        await alice.engine.call(rel)
        store.full = False
        await until_joined(alice, rel)


async def test_a_relationship_whose_join_was_cancelled_after_the_commit_goes_on() -> None:
    hub, store = MemoryHub(), FullStore()
    shop = EngineNode("shop", store, hub, EVERYBODY)
    alice = EngineNode("alice", MemoryStore(), hub, EVERYBODY)
    async with shop, alice:
        issued = await invite(shop, DIRECTED, once=True)
        store.slow = True
        shop_handles = shop.engine.handle

        async def cut_off(token: str, message: bytes) -> bytes | None:
            handling = asyncio.create_task(shop_handles(token, message))
            await asyncio.sleep(0.1)
            handling.cancel()
            with suppress(asyncio.CancelledError):
                return await handling
            return b""

        hub.detach("shop")
        async with hub.transport("shop").listen(cut_off):
            rel = await connect(alice, issued)

            async def there() -> bool:
                return rel in await shop.engine.relationships()

            await until(there)
        store.slow = False

        async def unreachable(passage: Passage) -> Fate:  # so the mailbox at the shop has to work
            return Fate.LOSE if passage.receiver == "alice" else Fate.DELIVER

        hub.fate = unreachable
        async with hub.transport("shop").listen(shop_handles):
            await until_joined(alice, rel)

            async def confirmed() -> bool:
                return not await store.scan("outbox")

            await until(confirmed)


async def until_joined(node: EngineNode, rel: bytes) -> None:
    async def joined() -> bool:
        async with node.engine.hold(rel) as held:
            return held.session.joined

    await until(joined)


async def test_a_door_that_closes_while_somebody_waits_at_it_is_no_door() -> None:
    hub, clock = MemoryHub(), Clock()
    shop = EngineNode("shop", MemoryStore(), hub, EVERYBODY, clock)
    async with shop:
        issued = await invite(shop, DIRECTED, once=True)
        async with shop.engine.arrivals._lock:
            waiting = asyncio.create_task(shop.engine.handle(issued.token, b"anything"))
            await asyncio.sleep(0)
            shop.engine.arrivals.doors.close(issued.card.party, issued.card.id)
        assert await waiting is None
