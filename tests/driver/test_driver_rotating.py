"""Rotations and restores below the node: one transaction, no old key left, nothing signed early."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest, next_key
from linkcontract.crypto.secret import Secret
from linkcontract.driver import Erase, Settings, receipts
from linkcontract.driver.parties import load_author, load_history
from linkcontract.driver.restoring import give_up_asking, wait_for_answers
from linkcontract.driver.rotating import Rotation, adopt_rotations, tell_rotation
from linkcontract.driver.vault import SPACE, live_key
from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY
from linkcontract.model.card import open_invitation
from linkcontract.model.party import DIRECTED, rotate
from linkcontract.model.roster import SERVICE_DELIVERY, agreement
from linkcontract.protocol import Content, Restoring
from linkcontract.store.port import Put, Store
from linkcontract.store.sqlite import SqliteStore
from linkcontract.testing.engines import EngineNode, introduce
from linkcontract.testing.faulty_store import FaultyStore, SimulatedCrash
from linkcontract.transport.memory import MemoryHub

EVERYBODY = Settings(admit=lambda _: True, reactions=(receipts,), answer_wait=500)


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
        with suppress(SimulatedCrash):
            await node.stop()
        with suppress(SimulatedCrash):
            await node.store.close()


async def agree(alice: EngineNode, shop: EngineNode) -> tuple[bytes, bytes]:
    """An agreement in force; the relationship and the proposal."""
    rel = await introduce(alice, shop)
    await until(alice, rel, lambda session: session.joined)
    now = alice.clock() // 1000 * 1000
    terms = agreement("SD-BASE-DP").terms(
        paths=["vcard/fn"], valid_from=now, until=now + 365 * DAY, law="EU"
    )
    body = {
        "thread": None,
        "base": None,
        "answers": None,
        "terms": terms.to_value(),
        "accept_by": now + 30 * DAY,
        "controller": None,
    }
    offer = await alice.engine.write(rel, "propose", body)
    await until(shop, rel, lambda session: session.ledger.get(offer.id) is not None)
    accept = {"thread": offer.id, "ref": offer.id, "terms": terms.id}
    await shop.engine.write(rel, "accept", accept)
    for node in (alice, shop):
        await until(node, rel, lambda session: phase_of(session) is ThreadPhase.ACTIVE)
    return rel, offer.id


def phase_of(session: Any) -> ThreadPhase:
    (thread,) = session.ledger.state().threads.values()
    phase: ThreadPhase = thread.phase
    return phase


async def until(node: EngineNode, rel: bytes, test: Any) -> None:
    async with asyncio.timeout(20):
        while True:
            if rel in await node.engine.relationships():
                async with node.engine.hold(rel) as held:
                    if test(held.session):
                        return
            await asyncio.sleep(0.02)


async def level(rel: bytes, one: EngineNode, other: EngineNode) -> bool:
    held = []
    for node in (one, other):
        async with node.engine.hold(rel) as relationship:
            held.append({each.id for each in relationship.session.ledger.held()})
    return held[0] == held[1]


async def leveled(rel: bytes, one: EngineNode, other: EngineNode) -> None:
    async with asyncio.timeout(20):
        while True:
            if await level(rel, one, other):
                return
            await asyncio.sleep(0.02)


async def rotation(node: EngineNode, party: bytes) -> Rotation:
    """The next key of an own party, as the words give it."""
    history = await load_history(node.store, party)
    assert history is not None
    (head,) = history.heads
    key = next_key(node.seed, history.events[head].nonce)
    nonce = secrets.token_bytes(16)
    digest = next_digest(next_key(node.seed, nonce).public)
    return Rotation(history.extend([rotate(history, head, key, digest, nonce)]), key.secret)


async def parties(node: EngineNode) -> list[bytes]:
    return [key[0] for key, _ in await node.store.scan("party")]


async def backed_up(store: Store) -> Store:
    """What a store is after backup and restore: no live key, no prekey, no invitation."""
    from linkcontract.store.memory import MemoryStore

    copy = MemoryStore()
    spaces = ("relationship", "session", "statement", "body", "opening", "keyevent", "party")
    for space in spaces:
        await copy.commit([Put(space, key, value) for key, value in await store.scan(space)])
    lasting = await store.scan(SPACE, (b"lasting",))
    await copy.commit([Put(SPACE, key, value) for key, value in lasting])
    return copy


async def restored(node: EngineNode, store: Store) -> EngineNode:
    """The node on another machine, with an older store; the old one is gone."""
    await node.stop()
    again = EngineNode(
        node.name, store, node.hub, EVERYBODY,
        seed=node.seed, storage_key=node.storage_key, withheld=True,
    )  # fmt: skip
    return await again.start()


# -- the rotation itself --------------------------------------------------------------------------


async def test_the_old_live_key_is_gone_from_the_file_after_a_rotation(
    nodes: tuple[EngineNode, EngineNode], tmp_path: Path
) -> None:
    alice, shop = nodes
    rel, _ = await agree(alice, shop)
    (party,) = await parties(alice)
    old = await alice.engine.vault.read(alice.store, live_key(party))
    ((_, sealed),) = await alice.store.scan(SPACE, live_key(party))
    assert old is not None

    def raw() -> bytes:
        return b"".join(each.read_bytes() for each in sorted(tmp_path.glob("alice.db*")))

    assert sealed in raw()
    await adopt_rotations(alice.engine, [await rotation(alice, party)])
    assert sealed not in raw()
    assert old.expose() not in raw()  # it never was, unsealed
    new = await alice.engine.vault.read(alice.store, live_key(party))
    assert new is not None
    assert new != old
    # and in memory the next statement is signed with the new one
    written = await alice.engine.write(rel, "suspend", {"thread": await thread(alice, rel)})
    history = await load_history(alice.store, party)
    assert history is not None
    assert history.key_of(written.ks) == SigningKey(new).public


async def thread(node: EngineNode, rel: bytes) -> bytes:
    async with node.engine.hold(rel) as held:
        (root,) = held.session.ledger.state().threads
    return root


async def test_all_parties_rotate_together_or_not_at_all(tmp_path: Path) -> None:
    """Killed at every point of the rotation of three parties: all have the new key, or none."""
    name = 0

    async def attempt(crash_after: int | None) -> tuple[FaultyStore, list[bytes], bool]:
        nonlocal name
        name += 1
        path = tmp_path / f"{name}.db"
        store = FaultyStore(await SqliteStore.open(path))
        node = await EngineNode("alice", store, MemoryHub(), EVERYBODY).start()
        for _ in range(3):
            _, kept = node.party(DIRECTED)
            await store.commit(kept)
        made = [await rotation(node, party) for party in await parties(node)]
        if crash_after is not None:
            store._crash_at = store.points + crash_after
        died = False
        try:
            await adopt_rotations(node.engine, made, [Put("meta", (b"mark",), b"1")])
        except SimulatedCrash:
            died = True
        with suppress(SimulatedCrash):
            await node.stop()
        await store.inner.close()
        again = await SqliteStore.open(path)
        found = []
        for party in await parties_of(again):
            history = await load_history(again, party)
            assert history is not None
            author = await load_author(again, node.engine.vault, history)
            assert author is not None  # whatever happened, somebody can sign
            found.append(author.ks != party)
        marked = bool(await again.scan("meta", (b"mark",)))
        await again.close()
        assert len(found) == 3
        assert len({*found, marked}) == 1
        return store, [], died

    store, _, died = await attempt(None)
    assert not died
    for point in range(2):
        _, _, died = await attempt(point)
        assert died
    assert store.points >= 2


async def parties_of(store: Store) -> list[bytes]:
    return [key[0] for key, _ in await store.scan("party")]


async def test_a_stolen_device_cannot_rotate(nodes: tuple[EngineNode, EngineNode]) -> None:
    """Every secret of the device together gives no key that the next event could contain."""
    alice, shop = nodes
    await agree(alice, shop)
    (party,) = await parties(alice)
    history = await load_history(alice.store, party)
    assert history is not None
    everything = await alice.engine.vault.read_all(alice.store, ())
    assert everything
    for value in everything.values():
        exposed = value.expose()
        for start in range(max(1, len(exposed) - 31)):
            piece = exposed[start : start + 32]
            if len(piece) == 32:
                assert next_digest(SigningKey(piece).public) != history.inception.next
    live = await alice.engine.vault.read(alice.store, live_key(party))
    assert live is not None
    with pytest.raises(LocalProtocolError, match="history-next"):
        rotate(history, party, SigningKey(live), bytes(32), bytes(16))
    with pytest.raises(LocalProtocolError, match="author-key"):
        await adopt_rotations(alice.engine, [Rotation(history, Secret(bytes(range(32))))])


async def test_a_rotation_that_does_not_follow_every_known_key_event_is_refused(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    """Computed from a history that has grown since: it would part the history."""
    alice, shop = nodes
    await agree(alice, shop)
    (party,) = await parties(alice)
    one, other = await rotation(alice, party), await rotation(alice, party)
    await adopt_rotations(alice.engine, [one])
    with pytest.raises(LocalProtocolError, match="author-key"):
        await adopt_rotations(alice.engine, [other])
    history = await load_history(alice.store, party)
    assert history == one.history


async def test_two_loads_and_a_rotation_at_once_leave_nobody_with_the_old_key(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, _ = await agree(alice, shop)
    (party,) = await parties(alice)
    made = await rotation(alice, party)
    for relationship in await alice.engine.loaded.all():
        alice.engine.loaded.discard(relationship)

    async def look() -> None:
        async with alice.engine.hold(rel):
            pass

    await asyncio.gather(look(), adopt_rotations(alice.engine, [made]), look())
    async with alice.engine.hold(rel) as held:
        author = held.session.link.author
    assert author is not None
    assert author.ks == made.history.heads[0]


# -- restored -------------------------------------------------------------------------------------


async def test_a_restored_engine_asks_adopts_rotates_and_goes_on(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    older = await backed_up(alice.store)
    body = {"thread": contract, "agreement": contract, "purpose": SERVICE_DELIVERY}
    shared = await alice.engine.write(rel, "share", body, [Content("vcard/fn/1", b"Alice")])
    await leveled(rel, alice, shop)
    again = await restored(alice, older)
    try:
        asked = await wait_for_answers(again.engine, 20)
        assert (asked.answered, asked.silent) == ((rel,), ())
        async with again.engine.hold(rel) as held:
            assert held.session.ledger.get(shared.id) is not None
        for type, said in (("ack", {}), ("revoke", {"thread": None, "purposes": None})):
            with pytest.raises(LocalProtocolError, match="author-key"):
                await again.engine.write(rel, type, said)
        with pytest.raises(LocalProtocolError, match="author-key"):
            await again.engine.author((await parties(again))[0])
        await adopt_rotations(again.engine, [await rotation(again, (await parties(again))[0])])
        assert await tell_rotation(again.engine, rel) is not None
        assert await tell_rotation(again.engine, rel) is None  # once is enough
        await again.engine.write(rel, "suspend", {"thread": contract})
        await leveled(rel, again, shop)
        async with shop.engine.hold(rel) as held:
            assert phase_of(held.session) is ThreadPhase.SUSPENDED
            assert not held.session.ledger.state().convicted
    finally:
        await again.stop()


async def test_a_restored_organisation_joins_nobody_before_it_rotates(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    """Its live key is here, as in a copied folder: two machines could join one open twice."""
    alice, shop = nodes
    author, kept = shop.party("public")
    until_ = shop.clock() + DAY
    issued = await shop.engine.arrivals.invite(author, once=False, exp=until_, extra=kept)
    await shop.stop()
    shop.withheld = True
    await shop.start()
    own, mine = alice.party(DIRECTED)
    invitation = open_invitation(issued.link, now=alice.clock())
    rel = await alice.engine.connect(invitation, own, label="shop", extra=mine)
    await alice.engine.call(rel)
    assert await shop.engine.relationships() == {}
    await adopt_rotations(shop.engine, [await rotation(shop, author.party)])
    assert shop.engine.arrivals.doors.outstanding(author.party) == 0  # its card is void


async def test_what_came_while_nothing_could_be_signed_is_answered_after_the_rotation(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    """A share that arrives at a restored node gets its receipt when the node can sign again."""
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    await leveled(rel, alice, shop)
    again = await restored(shop, await backed_up(shop.store))
    try:
        assert (await wait_for_answers(again.engine, 20)).silent == ()
        body = {"thread": contract, "agreement": contract, "purpose": SERVICE_DELIVERY}
        shared = await alice.engine.write(rel, "share", body, [Content("vcard/fn/1", b"Alice")])
        await until(again, rel, lambda session: len(session.openings(shared.id)) == 1)
        async with again.engine.hold(rel) as held:
            assert "receipt" not in [each.type for each in held.session.ledger.held()]
        await adopt_rotations(again.engine, [await rotation(again, (await parties(again))[0])])
        await tell_rotation(again.engine, rel)
        await leveled(rel, alice, again)
        async with alice.engine.hold(rel) as held:
            feed = [each.type for each in held.session.ledger.feed(held.session.peer)]
        assert feed[-2:] == ["rotate", "receipt"]
    finally:
        await again.stop()


async def test_what_was_erased_after_the_backup_is_erased_again(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    body = {"thread": contract, "agreement": contract, "purpose": SERVICE_DELIVERY}
    await alice.engine.write(rel, "share", body, [Content("vcard/fn/1", b"Alice")])
    await leveled(rel, alice, shop)
    await until(shop, rel, lambda session: "receipt" in [s.type for s in session.ledger.held()])
    older = await backed_up(shop.store)
    assert await older.scan("opening")
    await shop.engine.erase(rel, Erase(contract, "agreement"))
    later = await alice.engine.write(rel, "share", body, [Content("vcard/fn/2", b"Al")])
    await leveled(rel, alice, shop)
    again = await restored(shop, older)
    try:
        assert (await wait_for_answers(again.engine, 20)).silent == ()
        await adopt_rotations(again.engine, [await rotation(again, (await parties(again))[0])])
        await tell_rotation(again.engine, rel)
        left = {key[1] for key, _ in await again.store.scan("opening")}
        assert left <= {later.id}  # what was shared after the erasure is none of it
    finally:
        await again.stop()


async def test_a_crash_after_the_rotation_and_before_it_was_told_heals_by_itself(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    again = await restored(alice, await backed_up(alice.store))
    assert (await wait_for_answers(again.engine, 20)).silent == ()
    await adopt_rotations(again.engine, [await rotation(again, (await parties(again))[0])])
    await again.stop()  # nothing was told
    again.withheld = False
    await again.start()
    try:
        async with again.engine.hold(rel) as held:
            assert held.session.restoring is Restoring.ROTATE_FIRST
        # The peer says something that puts this side under a debt: paying it tells.
        await shop.engine.write(rel, "suspend", {"thread": contract})
        await until(shop, rel, lambda session: "rotate" in [s.type for s in session.ledger.held()])
    finally:
        await again.stop()


async def test_a_rotation_without_the_peers_answer_convicts_nobody(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, contract = await agree(alice, shop)
    older = await backed_up(alice.store)
    lost = await alice.engine.write(rel, "suspend", {"thread": contract})
    await leveled(rel, alice, shop)
    await shop.stop()
    again = await restored(alice, older)
    try:
        asked = await wait_for_answers(again.engine, 0.2)
        assert (asked.answered, asked.silent) == ((), (rel,))
        await give_up_asking(again.engine, asked.silent)
        await adopt_rotations(again.engine, [await rotation(again, (await parties(again))[0])])
        await tell_rotation(again.engine, rel)
        await shop.start()
        await again.engine.call(rel)
        await leveled(rel, again, shop)
        for node in (again, shop):
            async with node.engine.hold(rel) as held:
                ledger = held.session.ledger
                assert ledger.get(lost.id) is not None
                at_one_place = [
                    s for s in ledger.held() if (s.writer, s.seq) == (lost.writer, lost.seq)
                ]
                assert len(at_one_place) == 2
                assert not ledger.state().convicted
                assert phase_of(held.session) is ThreadPhase.SUSPENDED  # a denial counts
    finally:
        await again.stop()


async def test_asking_goes_on_over_starts_and_an_answer_is_not_asked_for_twice(
    nodes: tuple[EngineNode, EngineNode],
) -> None:
    alice, shop = nodes
    rel, _ = await agree(alice, shop)
    await shop.stop()
    again = await restored(alice, await backed_up(alice.store))
    assert (await wait_for_answers(again.engine, 0.1)).silent == (rel,)
    await again.stop()
    await again.start()
    assert (await wait_for_answers(again.engine, 0.1)).silent == (rel,)
    await shop.start()
    await again.engine.call(rel)
    assert (await wait_for_answers(again.engine, 20)).silent == ()
    await again.stop()
    await shop.stop()
    await again.start()
    try:
        assert (await wait_for_answers(again.engine, 0)).silent == ()
    finally:
        await again.stop()
        await shop.start()
