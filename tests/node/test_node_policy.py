"""What a node answers without its owner: only the roster, unchanged, by whom it names, and once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkcontract.driver import Settings, receipts
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY
from linkcontract.model.roster import agreement
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Controller, Terms
from linkcontract.node.config import NodeConfig, parse_config
from linkcontract.node.policy_reactions import ONE_COUNTER, answers
from linkcontract.node.strangers import OpenLimit
from linkcontract.store.memory import MemoryStore
from linkcontract.testing.engines import EngineNode, introduce
from linkcontract.transport.memory import MemoryHub

SHOP = {"name": "Example Shop Ltd", "jurisdiction": "FR", "domain": "shop.example"}


def config(role: str, *accept: str, counter: bool = False) -> NodeConfig:
    table: dict[str, Any] = {"role": role, "label": role, "marker": "/elsewhere/m.marker"}
    table["policy"] = {"accept": list(accept), "counter": counter}
    if role == "vendor":
        table["controller"] = SHOP
    return parse_config(table, {}, base=Path("/nowhere"))


Meeting = tuple[EngineNode, EngineNode, bytes]
Meet = Callable[[NodeConfig, NodeConfig], Awaitable[Meeting]]


@pytest.fixture
async def meet() -> AsyncIterator[Meet]:
    """Two engines with the policies of two configurations, and their relationship."""
    started: list[EngineNode] = []

    async def make(person: NodeConfig, vendor: NodeConfig) -> Meeting:
        hub = MemoryHub()
        for name, each in (("alice", person), ("shop", vendor)):
            settings = Settings(admit=lambda _: True, reactions=(receipts, answers(each)))
            node = EngineNode(name, MemoryStore(), hub, settings)
            started.append(await node.start())
        alice, shop = started
        rel = await introduce(alice, shop)
        await until(alice, rel, lambda session: session.joined)
        return alice, shop, rel

    yield make
    for node in started:
        await node.stop()


async def until(node: EngineNode, rel: bytes, test: Callable[[Any], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            if rel in await node.engine.relationships():
                async with node.engine.hold(rel) as held:
                    if test(held.session):
                        return
            await asyncio.sleep(0.01)


async def at_rest(*nodes: EngineNode, rel: bytes) -> None:
    """Both sides have everything, so whatever was going to be answered was."""
    for _ in range(2):
        for node in nodes:
            await until(node, rel, lambda session: not session.outbox)


async def offer(
    node: EngineNode,
    rel: bytes,
    name: str = "SD-BASE",
    *,
    terms: Terms | None = None,
    **fields: Any,
) -> Statement:
    now = node.clock()
    base = agreement(name).terms(
        paths=["vcard/fn"], valid_from=now - now % 1000, until=now + 100 * DAY, law="FR"
    )
    body = {
        "thread": None,
        "base": None,
        "answers": None,
        "terms": (terms or base).to_value(),
        "accept_by": now + 5 * DAY,
        "controller": None,
        **fields,
    }
    return await node.engine.write(rel, "propose", body)


async def said(node: EngineNode, rel: bytes, by: EngineNode, *types: str) -> list[Statement]:
    async with by.engine.hold(rel) as held:
        writer = held.session.me
    async with node.engine.hold(rel) as held:
        return [each for each in held.session.ledger.feed(writer) if each.type in types]


async def phases(node: EngineNode, rel: bytes) -> set[ThreadPhase]:
    async with node.engine.hold(rel) as held:
        return {thread.phase for thread in held.session.ledger.state().threads.values()}


async def test_a_listed_agreement_is_accepted_and_confirmed(meet: Meet) -> None:
    alice, shop, rel = await meet(config("person"), config("vendor", "SD-BASE"))
    await offer(alice, rel)
    await until(alice, rel, lambda s: _phases(s) == {ThreadPhase.ACTIVE})
    await until(shop, rel, lambda s: _phases(s) == {ThreadPhase.ACTIVE})


def _phases(session: Any) -> set[ThreadPhase]:
    return {thread.phase for thread in session.ledger.state().threads.values()}


async def test_an_agreement_that_is_not_listed_is_left_to_the_owner(meet: Meet) -> None:
    alice, shop, rel = await meet(config("person"), config("vendor", "SD-BASE"))
    await offer(alice, rel, "SD-BASE-DP")
    await at_rest(alice, shop, rel=rel)
    assert await phases(shop, rel) == {ThreadPhase.OFFERED}


async def test_rules_that_differ_from_the_text_they_name_are_never_accepted(meet: Meet) -> None:
    alice, shop, rel = await meet(config("person"), config("vendor", "SD-BASE"))
    now = alice.clock()
    honest = agreement("SD-BASE").terms(
        paths=["vcard/fn"], valid_from=now, until=now + DAY, law="FR"
    )
    await offer(alice, rel, terms=replace(honest, prohibitions=()))
    await offer(alice, rel, terms=replace(honest, prevails="terms"))
    await at_rest(alice, shop, rel=rel)
    assert await phases(shop, rel) == {ThreadPhase.OFFERED}


async def test_terms_with_the_id_of_the_roster_and_another_text_are_never_accepted(
    meet: Meet,
) -> None:
    alice, shop, rel = await meet(config("person"), config("vendor", "SD-BASE"))
    now = alice.clock()
    honest = agreement("SD-BASE").terms(
        paths=["vcard/fn"], valid_from=now, until=now + DAY, law="FR"
    )
    other = replace(honest, text=agreement("SD-BASE-DP").text_id)
    await offer(alice, rel, terms=other)
    await at_rest(alice, shop, rel=rel)
    assert await phases(shop, rel) == {ThreadPhase.OFFERED}


async def test_a_person_accepts_from_an_organisation_that_names_itself(meet: Meet) -> None:
    alice, shop, rel = await meet(config("person", "SD-BASE"), config("vendor"))
    async with shop.engine.hold(rel) as held:
        party = held.session.me
    await offer(shop, rel, controller=Controller(party=party, **SHOP).to_value())
    await until(alice, rel, lambda s: _phases(s) == {ThreadPhase.ACTIVE})


@pytest.mark.parametrize("whose", ["nobody", "the person"])
async def test_a_person_never_accepts_from_an_organisation_that_does_not_name_itself(
    meet: Meet, whose: str
) -> None:
    alice, shop, rel = await meet(config("person", "SD-BASE"), config("vendor"))
    controller = None
    if whose == "the person":
        async with shop.engine.hold(rel) as held:
            controller = Controller(party=held.session.peer, **SHOP).to_value()
    await offer(shop, rel, controller=controller)
    await at_rest(alice, shop, rel=rel)
    assert await phases(alice, rel) == {ThreadPhase.OFFERED}


async def test_another_agreement_is_countered_once_with_the_preferred_one(meet: Meet) -> None:
    vendor = config("vendor", "SD-BASE", counter=True)
    alice, shop, rel = await meet(config("person"), vendor)
    first = await offer(alice, rel, "SD-BASE-DP")
    await at_rest(alice, shop, rel=rel)
    (answer,) = await said(alice, rel, shop, "propose")
    assert answer.body is not None
    assert first.body is not None
    assert answer.body["answers"] == answer.body["thread"] == first.id
    assert answer.body["terms"]["agreement"] == "ieee-7012:SD-BASE"
    for same in ("from", "until", "law"):
        assert answer.body["terms"][same] == first.body["terms"][same]
    assert answer.body["controller"] == {**SHOP, "party": answer.writer}


async def test_a_second_counter_is_refused_with_a_code(meet: Meet) -> None:
    alice, shop, rel = await meet(config("person"), config("vendor", "SD-BASE", counter=True))
    first = await offer(alice, rel, "SD-BASE-DP")
    await at_rest(alice, shop, rel=rel)
    (answer,) = await said(alice, rel, shop, "propose")
    second = await offer(alice, rel, "SD-BASE-DP", thread=first.id, answers=answer.id)
    await at_rest(alice, shop, rel=rel)
    (refusal,) = await said(alice, rel, shop, "refuse")
    assert refusal.body is not None
    assert (refusal.body["ref"], refusal.body["code"]) == (second.id, ONE_COUNTER)
    assert refusal.body["purposes"] is None
    assert len(await said(alice, rel, shop, "propose")) == 1


async def test_a_second_counter_that_is_listed_is_accepted_all_the_same(meet: Meet) -> None:
    alice, shop, rel = await meet(config("person"), config("vendor", "SD-BASE", counter=True))
    first = await offer(alice, rel, "SD-BASE-DP")
    await at_rest(alice, shop, rel=rel)
    (answer,) = await said(alice, rel, shop, "propose")
    await offer(alice, rel, "SD-BASE", thread=first.id, answers=answer.id)
    await until(alice, rel, lambda s: _phases(s) == {ThreadPhase.ACTIVE})


async def test_without_counter_nothing_is_countered_and_a_persons_counter_is_left(
    meet: Meet,
) -> None:
    alice, shop, rel = await meet(config("person", "SD-BASE", counter=True), config("vendor"))
    proposal = await offer(shop, rel, "SD-BASE-DP", controller=None)
    await at_rest(alice, shop, rel=rel)
    (answer,) = await said(shop, rel, alice, "propose")
    assert answer.body is not None
    assert answer.body["answers"] == proposal.id
    assert answer.body["controller"] is None
    assert await said(shop, rel, shop, "accept", "refuse") == []


async def test_openings_beyond_the_limit_are_dropped_and_others_mailboxes_are_not(
    meet: Meet,
) -> None:
    _, shop, _ = await meet(config("person"), config("vendor"))
    limit = OpenLimit(shop.engine, 3)
    assert [limit.let_in("door", 0.0) for _ in range(5)] == [True] * 3 + [False] * 2
    assert limit.let_in("another", 0.0)
    assert [limit.let_in("door", 20.0) for _ in range(2)] == [True, False]
    assert [limit.let_in("door", 500.0) for _ in range(5)] == [True] * 3 + [False] * 2
