"""Two engines tell the whole story over stores that are closed and opened again in between."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from linkcontract.driver import Erase, Settings, receipts
from linkcontract.errors import LocalProtocolError, StoreError
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY
from linkcontract.model.roster import SERVICE_DELIVERY, agreement
from linkcontract.model.terms import Terms
from linkcontract.protocol import Content
from linkcontract.store.sqlite import SqliteStore
from linkcontract.testing.engines import EngineNode, introduce
from linkcontract.transport.memory import MemoryHub

EVERYBODY = Settings(admit=lambda _: True, reactions=(receipts,))


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[tuple[EngineNode, EngineNode]]:
    hub = MemoryHub()
    made = [
        await EngineNode(
            name, await SqliteStore.open(tmp_path / f"{name}.db"), hub, EVERYBODY
        ).start()
        for name in ("alice", "shop")
    ]
    yield made[0], made[1]
    for node in made:
        await node.stop()
        await node.store.close()


async def ledgers_equal(rel: bytes, *nodes: EngineNode) -> bool:
    sets = []
    for node in nodes:
        async with node.engine.hold(rel) as held:
            sets.append({each.id for each in held.session.ledger.held()})
    return all(each == sets[0] for each in sets)


async def phase(node: EngineNode, rel: bytes) -> ThreadPhase | None:
    if rel not in await node.engine.relationships():
        return None  # the open has not arrived
    async with node.engine.hold(rel) as held:
        for thread in held.session.ledger.state().threads.values():
            return thread.phase
    return None


async def settled(rel: bytes, phase_wanted: ThreadPhase, *nodes: EngineNode) -> None:
    async with asyncio.timeout(10):
        while True:
            if all([await phase(node, rel) is phase_wanted for node in nodes]) and (
                await ledgers_equal(rel, *nodes)
            ):
                return
            await asyncio.sleep(0.02)


def offer(node: EngineNode, **fields: object) -> dict[str, object]:
    now = node.clock() // 1000 * 1000  # a person's times are whole seconds
    terms = agreement("SD-BASE-DP").terms(
        paths=["vcard/fn", "vcard/email"], valid_from=now, until=now + 365 * DAY, law="EU"
    )
    return {
        "thread": None,
        "base": None,
        "answers": None,
        "terms": terms.to_value(),
        "accept_by": now + 30 * DAY,
        "controller": None,
        **fields,
    }


async def agree(alice: EngineNode, shop: EngineNode) -> tuple[bytes, bytes]:
    rel = await introduce(alice, shop)
    proposal = await alice.engine.write(rel, "propose", offer(alice))
    await settled(rel, ThreadPhase.OFFERED, alice, shop)
    assert proposal.body is not None
    await shop.engine.write(
        rel,
        "accept",
        {
            "thread": proposal.id,
            "ref": proposal.id,
            "terms": Terms.from_value(proposal.body["terms"]).id,
        },
    )
    await settled(rel, ThreadPhase.ACTIVE, alice, shop)
    return rel, proposal.id


async def test_the_whole_story(nodes: tuple[EngineNode, EngineNode]) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    share = await alice.engine.write(
        rel,
        "share",
        {"thread": contract, "agreement": contract, "purpose": SERVICE_DELIVERY},
        [Content("vcard/fn/1", b"Alice"), Content("vcard/email/1", b"alice@example.org")],
    )
    await settled(rel, ThreadPhase.ACTIVE, alice, shop)
    async with shop.engine.hold(rel) as held:
        values = [opening.value for opening in held.session.openings(share.id)]
        receipts_held = [s for s in held.session.ledger.held() if s.type == "receipt"]
    assert values == [b"Alice", b"alice@example.org"]
    assert len(receipts_held) == 1
    await alice.engine.write(rel, "revoke", {"thread": contract, "purposes": None})
    await settled(rel, ThreadPhase.ENDED, alice, shop)
    await shop.engine.erase(rel, Erase(rel, "relationship"))
    await settled(rel, ThreadPhase.ENDED, alice, shop)
    async with shop.engine.hold(rel) as held:
        assert held.session.openings(share.id) == ()
    assert await shop.store.scan("opening") == []


async def test_a_peer_that_was_away_gets_everything_when_it_is_back(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    alice.hub.offline.add("shop")
    await alice.engine.write(rel, "suspend", {"thread": contract})
    await alice.engine.write(rel, "revoke", {"thread": contract, "purposes": None})
    await shop.stop()
    alice.hub.offline.clear()
    await shop.start()
    async with shop.engine.hold(rel):
        pass  # loading it exchanges heads
    await settled(rel, ThreadPhase.ENDED, alice, shop)


async def test_what_was_written_survives_a_stop_before_it_was_sent(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    alice.hub.offline.add("shop")
    await alice.engine.write(rel, "revoke", {"thread": contract, "purposes": None})
    await alice.stop()
    alice.hub.offline.clear()
    await alice.start()
    await settled(rel, ThreadPhase.ENDED, alice, shop)
    assert await alice.store.scan("outbox") == []


async def test_a_refused_statement_leaves_nothing_behind(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    before = await alice.store.scan("statement")
    with pytest.raises(LocalProtocolError):
        await alice.engine.write(
            rel, "accept", {"thread": contract, "ref": contract, "terms": contract}
        )
    assert await alice.store.scan("statement") == before
    await alice.engine.write(rel, "revoke", {"thread": contract, "purposes": None})
    await settled(rel, ThreadPhase.ENDED, alice, shop)


async def test_a_full_disk_refuses_cleanly_and_nothing_is_lost_when_there_is_room(
    nodes: tuple[EngineNode, EngineNode], tmp_path: Path
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    await alice.stop()
    await alice.store.close()
    size = (tmp_path / "alice.db").stat().st_size
    alice.store = await SqliteStore.open(tmp_path / "alice.db", max_bytes=size + 100_000)
    await alice.start()
    body = {"thread": contract, "agreement": contract, "purpose": SERVICE_DELIVERY}
    written = []

    async def fill() -> None:
        for number in range(100):
            content = Content("vcard/fn/1", str(number).encode() * 8_000)
            written.append((await alice.engine.write(rel, "share", body, [content])).id)

    with pytest.raises(StoreError) as caught:
        await fill()
    assert caught.value.code == "store-full"
    await alice.stop()
    await alice.store.close()
    alice.store = await SqliteStore.open(tmp_path / "alice.db")
    await alice.start()
    await alice.engine.write(rel, "revoke", {"thread": contract, "purposes": None})
    await settled(rel, ThreadPhase.ENDED, alice, shop)
    for node in nodes:
        async with node.engine.hold(rel) as held:
            ledger = held.session.ledger
            shares = [each.id for each in ledger.held() if each.type == "share"]
            assert shares == written
            assert ledger.fork_pairs() == ()
