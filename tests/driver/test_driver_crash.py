"""Kill either node at every point where it writes: nothing is lost, nothing is doubled.

The story is told by a user who looks before acting: whatever a crashed node had not made durable is
simply done again after its restart, from the same file.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from linkcontract.driver import Erase, Settings, receipts
from linkcontract.errors import TransportError
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY
from linkcontract.model.card import open_invitation
from linkcontract.model.party import DIRECTED, PUBLIC
from linkcontract.model.roster import SERVICE_DELIVERY, agreement
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Terms
from linkcontract.protocol import Content, Session
from linkcontract.store.sqlite import SqliteStore
from linkcontract.testing.engines import EngineNode
from linkcontract.testing.faulty_store import FaultyStore, SimulatedCrash
from linkcontract.transport.addresses import Address
from linkcontract.transport.memory import MemoryHub
from linkcontract.transport.port import Answer

SETTINGS = Settings(admit=lambda _: True, reactions=(receipts,), answer_wait=500)
NAMES = ("alice", "shop")


class CrashingHub(MemoryHub):
    """A node that dies while it handles a message is, to the sender, a peer that fell silent."""

    async def carry(self, sender: str, address: Address, message: bytes) -> Answer:
        try:
            return await super().carry(sender, address, message)
        except SimulatedCrash:
            raise TransportError("transport-timeout") from None


class World:
    """Two nodes on files, one of which may be set to die once."""

    def __init__(self, folder: Path, victim: str | None = None, point: int | None = None) -> None:
        self.hub = CrashingHub()
        self.folder = folder
        self.nodes: dict[str, EngineNode] = {}
        self._victim, self._point = victim, point
        self.crashes = 0

    async def start(self) -> None:
        for name in NAMES:
            await self.run(name, self._point if name == self._victim else None)

    async def run(self, name: str, crash_at: int | None) -> None:
        store = FaultyStore(await SqliteStore.open(self.folder / f"{name}.db"), crash_at=crash_at)
        node = self.nodes.get(name)
        if node is None:
            node = self.nodes[name] = EngineNode(name, store, self.hub, SETTINGS)
        node.store = store
        await node.start()

    async def close(self) -> None:
        for node in self.nodes.values():
            await self.stop(node)

    async def stop(self, node: EngineNode) -> None:
        assert isinstance(node.store, FaultyStore)
        with suppress(SimulatedCrash):
            await node.stop()
        await node.store.inner.close()

    async def alive(self) -> None:
        """Start a node that died again, from its file."""
        for name in NAMES:
            store = self.nodes[name].store
            assert isinstance(store, FaultyStore)
            if store.crashed:
                self.crashes += 1
                await self.stop(self.nodes[name])
                await self.run(name, None)

    def points(self, name: str) -> int:
        store = self.nodes[name].store
        assert isinstance(store, FaultyStore)
        return store.points

    async def do(self, act: Callable[[], Awaitable[Any]]) -> None:
        """Act; a node that dies meanwhile is started again, and nobody knows what it did."""
        with suppress(SimulatedCrash):
            await act()
        await self.alive()


async def tell(world: World) -> bytes:
    """The story, every step taken only if its result is not there."""
    await world.start()
    await world.do(lambda: invite(world))
    rel = await connect(world)
    for name, type, act in STEPS:
        for _ in range(8):
            await exchange(world, rel)
            if [each for each in await held(world, name, rel) if each.type == type]:
                break

            async def step(name: str = name, act: Step = act) -> None:
                await act(world.nodes[name], rel, await held(world, name, rel))

            await world.do(step)
        else:
            pytest.fail(f"{type} was never written")
    await exchange(world, rel)
    return rel


async def invite(world: World) -> None:
    shop = world.nodes["shop"]
    if not await shop.store.scan("card"):
        author, kept = shop.party(PUBLIC)
        until = shop.clock() + 30 * DAY
        await shop.engine.arrivals.invite(author, once=False, exp=until, extra=kept)


async def link(world: World) -> str:
    """The link again: the card is kept, the link is made of it."""
    from linkcontract.driver.parties import load_history
    from linkcontract.driver.rows import CardRow
    from linkcontract.model.card import invitation_link, open_card

    while not await world.nodes["shop"].store.scan("card"):
        await world.do(lambda: invite(world))
    shop = world.nodes["shop"]
    ((party, _), value) = (await shop.store.scan("card"))[0]
    history = await load_history(shop.store, party)
    assert history is not None
    card = open_card(CardRow.read(value).envelope, history, now=shop.clock())
    return invitation_link(card, history, None)


async def connect(world: World) -> bytes:
    text = await link(world)
    while not await world.nodes["alice"].engine.relationships():

        async def step() -> None:
            alice = world.nodes["alice"]
            own, mine = alice.party(DIRECTED)
            invitation = open_invitation(text, now=alice.clock())
            await alice.engine.connect(invitation, own, label="shop", extra=mine)

        await world.do(step)
    (rel,) = await world.nodes["alice"].engine.relationships()
    return rel


async def held(world: World, name: str, rel: bytes) -> tuple[Statement, ...]:
    node = world.nodes[name]
    if rel not in await node.engine.relationships():
        return ()
    async with node.engine.hold(rel) as relationship:
        return relationship.session.ledger.held()


async def exchange(world: World, rel: bytes) -> None:
    """Let both talk until they hold the same, whatever dies meanwhile."""
    async with asyncio.timeout(20):
        while True:
            for name in NAMES:

                async def step(name: str = name) -> None:
                    if rel in await world.nodes[name].engine.relationships():
                        await world.nodes[name].engine.call(rel)

                await world.do(step)
            sets = [frozenset(await held(world, name, rel)) for name in NAMES]
            waiting = [await world.nodes[name].store.scan("outbox") for name in NAMES]
            if sets[0] == sets[1] and sets[0] and not any(waiting):
                return
            await asyncio.sleep(0.005)


Step = Callable[[EngineNode, bytes, tuple[Statement, ...]], Awaitable[Any]]


def only(statements: tuple[Statement, ...], type: str) -> Statement:
    (found,) = [each for each in statements if each.type == type]
    return found


async def propose(node: EngineNode, rel: bytes, _: tuple[Statement, ...]) -> None:
    now = node.clock() // 1000 * 1000  # a person's times are whole seconds
    terms = agreement("SD-BASE-DP").terms(
        paths=["vcard/fn"], valid_from=now, until=now + 365 * DAY, law="EU"
    )
    fields = {"thread": None, "base": None, "answers": None, "controller": None}
    offer = {**fields, "terms": terms.to_value(), "accept_by": now + 30 * DAY}
    await node.engine.write(rel, "propose", offer)


async def accept(node: EngineNode, rel: bytes, before: tuple[Statement, ...]) -> None:
    offer = only(before, "propose")
    assert offer.body is not None
    terms = Terms.from_value(offer.body["terms"]).id
    body = {"thread": offer.id, "ref": offer.id, "terms": terms}
    await node.engine.write(rel, "accept", body)


async def share(node: EngineNode, rel: bytes, before: tuple[Statement, ...]) -> None:
    root = only(before, "propose").id
    body = {"thread": root, "agreement": root, "purpose": SERVICE_DELIVERY}
    await node.engine.write(rel, "share", body, [Content("vcard/fn/1", b"Alice Liddell")])


async def await_receipt(node: EngineNode, rel: bytes, _: tuple[Statement, ...]) -> None:
    await node.engine.call(rel)


async def revoke(node: EngineNode, rel: bytes, before: tuple[Statement, ...]) -> None:
    body = {"thread": only(before, "propose").id, "purposes": None}
    await node.engine.write(rel, "revoke", body)


async def erase(node: EngineNode, rel: bytes, _: tuple[Statement, ...]) -> None:
    await node.engine.erase(rel, Erase(rel, "relationship"))


STEPS: tuple[tuple[str, str, Step], ...] = (
    ("alice", "propose", propose),
    ("shop", "accept", accept),
    ("alice", "share", share),
    ("shop", "receipt", await_receipt),
    ("alice", "revoke", revoke),
    ("shop", "erased", erase),
)


async def check(world: World, rel: bytes) -> None:
    """Both sides: the same statements, each once, no fork, the values gone, nothing waiting."""
    for name in NAMES:
        node = world.nodes[name]
        async with node.engine.hold(rel) as relationship:
            session: Session = relationship.session
            ledger = session.ledger
            assert ledger.fork_pairs() == ()
            assert ledger.state().convicted == frozenset()
            assert [each.phase for each in ledger.state().threads.values()] == [ThreadPhase.ENDED]
            for type in ("open", "join", *(type for _, type, _ in STEPS)):
                assert len([each for each in ledger.held() if each.type == type]) == 1, type
            assert {key[3] for key, _ in await node.store.scan("statement", (rel,))} == {
                each.id for each in ledger.held()
            }
        assert await node.store.scan("outbox") == []
    assert await world.nodes["shop"].store.scan("opening") == []


async def count_points(folder: Path) -> dict[str, int]:
    world = World(folder)
    rel = await tell(world)
    await check(world, rel)
    points = {name: world.points(name) for name in NAMES}
    await world.close()
    return points


@pytest.mark.parametrize("victim", NAMES)
@pytest.mark.timeout(600)
async def test_a_node_killed_at_any_point_loses_and_doubles_nothing(
    tmp_path: Path, victim: str
) -> None:
    (tmp_path / "count").mkdir(mode=0o700)
    points = (await count_points(tmp_path / "count"))[victim]
    assert points > 20
    for point in range(points):
        folder = tmp_path / str(point)
        folder.mkdir(mode=0o700)
        world = World(folder, victim, point)
        try:
            rel = await tell(world)
            # Timing decides how often nodes talk, so a late point may not be reached in every run.
            assert world.crashes == 1 or point >= points - 8, point
            await check(world, rel)
        except BaseException as error:
            error.add_note(f"{victim} was killed at point {point} of {points}")
            raise
        finally:
            await world.close()
