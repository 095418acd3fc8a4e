"""What two organisations could compare about one person (spec: threats, T29)."""

from collections.abc import Iterator

from linkcontract.driver import Settings
from linkcontract.encoding import decode
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY, MAX_BODY
from linkcontract.model.acts import accept, propose, share
from linkcontract.model.roster import SERVICE_DELIVERY, agreement
from linkcontract.protocol import Content
from linkcontract.store import MemoryStore
from linkcontract.testing.engines import EngineNode, introduce, settled
from linkcontract.transport.memory import MemoryHub

OPEN_TO_ALL = Settings(admit=lambda _: True)
ROSTER = agreement("SD-BASE-DP")


def byte_strings(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from byte_strings(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from byte_strings(entry)


async def what_it_knows(person: EngineNode, shop: EngineNode) -> tuple[set[bytes], set[str]]:
    """Tell the shop a whole story; the byte strings and addresses it got from the person."""
    rel = await introduce(person, shop)
    now = person.clock() // DAY * DAY
    terms = ROSTER.terms(paths=["vcard/fn"], valid_from=now, until=now + 60 * DAY, law="US-MI")
    offer = await person.engine.write(rel, *propose(terms))
    await settled(rel, ThreadPhase.OFFERED, person, shop)
    await shop.engine.write(rel, *accept(offer))
    await settled(rel, ThreadPhase.ACTIVE, person, shop)
    shared = await person.engine.write(
        rel, *share(offer, SERVICE_DELIVERY), [Content("vcard/fn/1", b"Zoe")]
    )
    await settled(rel, ThreadPhase.ACTIVE, person, shop)
    strings: set[bytes] = set()
    addresses: set[str] = set()
    async with shop.engine.hold(rel) as held:
        session = held.session
        for statement in session.ledger.feed(session.peer):
            assert statement.record is not None
            strings |= {statement.id, statement.bh, statement.ks, statement.envelope[-64:]}
            strings.add(statement.record.salt)
            body = decode(statement.record.data, max_bytes=MAX_BODY)
            strings.update(byte_strings(body))
            addresses.update((statement.body or {}).get("addresses", ()))
        for opening in session.openings(shared.id):
            strings |= {opening.path_salt, opening.value_salt}
        history = session.histories[session.peer]
        strings |= {*history.envelopes, *history.heads, history.party}
    return strings, addresses


async def test_two_organisations_have_nothing_to_compare() -> None:
    hub = MemoryHub()
    async with (
        EngineNode("zoe", MemoryStore(), hub) as zoe,
        EngineNode("shop", MemoryStore(), hub, OPEN_TO_ALL) as shop,
        EngineNode("press", MemoryStore(), hub, OPEN_TO_ALL) as press,
    ):
        one, its_address = await what_it_knows(zoe, shop)
        other, other_address = await what_it_knows(zoe, press)
    # The text of the agreement is everybody's; keys, nonces, salts and ids are not.
    assert one & other == {ROSTER.text_id}
    assert len(its_address) == len(other_address) == 1
    # The host is the same, as a network address would be; the mailbox is not.
    assert its_address.isdisjoint(other_address)
