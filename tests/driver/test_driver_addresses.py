"""How often an address is called that a stranger named (spec: threats, T40)."""

import asyncio

from linkcontract.driver import Settings
from linkcontract.store.memory import MemoryStore
from linkcontract.testing.engines import EngineNode, introduce
from linkcontract.transport.memory import Fate, MemoryHub, Passage


async def open_and_leave(hub: MemoryHub, shop: EngineNode) -> bytes:
    """Open a relationship, and be gone before the join arrives; the relationship."""

    async def one_way(passage: Passage) -> Fate:
        return Fate.LOSE if passage.sender == "shop" else Fate.LOSE_RESPONSE

    hub.fate = one_way
    async with EngineNode("alice", MemoryStore(), hub) as alice:
        rel = await introduce(alice, shop)
        async with asyncio.timeout(10):
            while rel not in await shop.engine.relationships():  # noqa: ASYNC110 - it lies in a store
                await asyncio.sleep(0.01)
    hub.fate = None
    return rel


async def test_an_address_nobody_answered_from_is_sent_one_message_at_a_time() -> None:
    """A victim's address takes what it is sent, as many servers do, and cannot answer."""
    hub = MemoryHub()
    taken: list[bytes] = []

    async def victim(_token: str, message: bytes) -> bytes:
        taken.append(message)
        return b""

    async with EngineNode("shop", MemoryStore(), hub, Settings(admit=lambda _: True)) as shop:
        rel = await open_and_leave(hub, shop)
        async with hub.transport("alice").listen(victim):
            await shop.engine.call(rel)  # whatever the opening had begun is over
            taken.clear()
            for _ in range(3):
                async with shop.engine.hold(rel) as held:
                    # Due are the join, which the open asks for again, and the ping of `call`.
                    held.session.open_repeated(shop.clock())
                await shop.engine.call(rel)
            assert not held.session.link.confirmed
            assert len(taken) == 3
