"""Attacks on the opening of a relationship, each by its name."""

from dataclasses import replace
from typing import Any

import pytest

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest, next_key
from linkcontract.crypto.sealing import open_frame, read_seal, seal_frame, x25519_public
from linkcontract.crypto.secret import Secret
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import DAY, KIB, MAX_KEY_EVENTS, MINUTE, SECOND
from linkcontract.model.card import Card
from linkcontract.model.frame import (
    BodyItem,
    Frame,
    HeadsItem,
    KeyEventItem,
    PskItem,
    StatementItem,
    decode_frame,
    encode_frame,
)
from linkcontract.model.party import DIRECTED, PUBLIC, incept, open_key_history
from linkcontract.protocol import Author, ConsumedOpens, Door, OpenArrived, OpenRepeated, begin
from linkcontract.protocol.consumed import REMEMBER_AFTER_EXPIRY
from linkcontract.protocol.events import Joined, OpenExpired, Refused
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import Entropy, ManualClock, SimulatedNode
from linkcontract.testing.scenario import SERVICE, terms

NOISE = Entropy(b"opening")


def codes(events: Any) -> list[str]:
    listed = events if isinstance(events, list) else [events]
    return [event.code for event in listed if isinstance(event, Refused)]


def open_frame_of(pair: Pair) -> bytes:
    """The sealed open, as it lies on the wire."""
    pair.open()
    pair.collect()
    return pair.mail.pop().data


def unsealed(node: SimulatedNode, data: bytes) -> Frame:
    secret = node.door.prekeys[read_seal(data).prekey_id]
    return decode_frame(open_frame(data, secret, None))


def resealed(node: SimulatedNode, frame: Frame) -> bytes:
    """Seal a frame in base mode to the newest card prekey of a node."""
    prekey_id, secret = list(node.door.prekeys.items())[-1]
    return seal_frame(
        encode_frame(frame),
        recipient=x25519_public(secret),
        prekey_id=prekey_id,
        ephemeral=NOISE(32),
        psk=None,
    )


def opened_by(node: SimulatedNode, card: Card, peer: SimulatedNode, **changes: Any) -> Any:
    author = node.author()
    assert author is not None
    values: dict[str, Any] = {
        "card": card,
        "peer": peer.history,
        "addresses": [f"memory://{node.name}"],
        "now": node.clock.now,
        "exp": node.clock.now + 30 * DAY,
        "entropy": node.entropy,
        **changes,
    }
    session, events = begin(author, **values)
    node.session = session
    node.commit(events)
    return session


# -- replay -------------------------------------------------------------------------------------


def test_a_replayed_open_does_not_make_a_second_relationship() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    pair.joiner.receive(data)
    session = pair.joiner.session
    pair.joiner.receive(data)
    assert pair.joiner.session is session


def test_a_replayed_open_does_not_bring_a_deleted_relationship_back() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    pair.joiner.receive(data)
    pair.joiner.session = None
    assert isinstance(pair.joiner.door.receive(data, pair.clock.now), OpenRepeated)
    assert codes(pair.joiner.receive(data)) == ["open-consumed"]
    assert pair.joiner.session is None


def test_a_refused_open_stays_refused_until_it_has_run_out() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    result = pair.joiner.door.receive(data, pair.clock.now)
    assert isinstance(result, OpenArrived)
    until = pair.joiner.door.decided(result.pending)
    assert until == result.pending.exp + REMEMBER_AFTER_EXPIRY
    with pytest.raises(RemoteProtocolError, match="open-consumed"):
        pair.joiner.door.decided(result.pending)
    assert isinstance(pair.joiner.door.receive(data, pair.clock.now), OpenRepeated)
    assert pair.joiner.door.consumed.forget(until) == ()
    assert pair.joiner.door.consumed.forget(until + 1) == (result.pending.rel,)
    assert codes(pair.joiner.door.receive(data, until + 1)) == ["open-expiry"]


def test_an_open_that_ran_out_is_refused() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    assert codes(pair.joiner.door.receive(data, pair.clock.now + 30 * DAY)) == ["open-expiry"]


def test_opens_that_would_not_be_remembered_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkcontract.protocol.consumed.MAX_CONSUMED_OPENS", 1)
    consumed = ConsumedOpens({b"one": 5})
    with pytest.raises(RemoteProtocolError, match="open-flood"):
        consumed.add(b"two", 7)
    consumed.add(b"one", 7)


# -- misbinding ---------------------------------------------------------------------------------


def test_an_open_relayed_to_another_party_is_refused() -> None:
    """Mallory takes an open meant for her and seals it on to the shop: `to` inside says no."""
    pair = Pair()
    shop = SimulatedNode("shop", PUBLIC, pair.clock)
    shop.card()
    frame = unsealed(pair.joiner, open_frame_of(pair))
    assert codes(shop.door.receive(resealed(shop, frame), pair.clock.now)) == ["frame-not-for-me"]
    relayed = replace(frame, to=shop.party)
    assert codes(shop.door.receive(resealed(shop, relayed), pair.clock.now)) == ["open-to"]


def test_a_card_with_a_copied_prekey_gains_its_issuer_nothing() -> None:
    """Mallory's card names the shop's prekey: the shop can open the seal, and is not meant."""
    pair = Pair()
    mallory = SimulatedNode("mallory", PUBLIC, pair.clock)
    stolen = pair.organisation.card()
    card = mallory.card()
    forged = replace(card, prekey=stolen.prekey)
    opened_by(pair.person, forged, mallory)
    [data] = pair.person.outgoing()
    assert codes(pair.organisation.receive(data)) == ["frame-not-for-me"]


def test_an_open_under_another_senders_name_is_refused() -> None:
    pair = Pair()
    frame = unsealed(pair.joiner, open_frame_of(pair))
    other = SimulatedNode("other", DIRECTED, pair.clock)
    data = resealed(pair.joiner, replace(frame, sender=other.party))
    assert codes(pair.joiner.door.receive(data, pair.clock.now)) == ["frame-sender"]


def test_an_open_with_another_psk_half_is_refused() -> None:
    pair = Pair()
    frame = unsealed(pair.joiner, open_frame_of(pair))
    items = tuple(PskItem(bytes(32)) if isinstance(item, PskItem) else item for item in frame.items)
    data = resealed(pair.joiner, replace(frame, items=items))
    assert codes(pair.joiner.door.receive(data, pair.clock.now)) == ["psk-mismatch"]


def test_an_open_without_its_key_events_or_its_body_is_refused() -> None:
    pair = Pair()
    frame = unsealed(pair.joiner, open_frame_of(pair))
    for kind in (KeyEventItem, BodyItem, StatementItem, PskItem):
        items = tuple(item for item in frame.items if not isinstance(item, kind))
        data = resealed(pair.joiner, replace(frame, items=items))
        assert codes(pair.joiner.door.receive(data, pair.clock.now))


def test_an_open_frame_carries_nothing_but_what_an_opening_needs() -> None:
    pair = Pair()
    frame = unsealed(pair.joiner, open_frame_of(pair))
    data = resealed(pair.joiner, replace(frame, items=(*frame.items, HeadsItem(()))))
    assert codes(pair.joiner.door.receive(data, pair.clock.now)) == ["frame-place"]


def test_a_frame_naming_another_relationship_than_its_open_is_refused() -> None:
    pair = Pair()
    frame = unsealed(pair.joiner, open_frame_of(pair))
    data = resealed(pair.joiner, replace(frame, rel=pair.person.party))
    assert codes(pair.joiner.door.receive(data, pair.clock.now)) == ["frame-relationship"]


def test_a_message_too_large_for_a_stranger_is_not_opened() -> None:
    pair = Pair()
    pair.joiner.card()
    prekey_id, secret = list(pair.joiner.door.prekeys.items())[-1]
    data = seal_frame(
        bytes(100 * KIB),
        recipient=x25519_public(secret),
        prekey_id=prekey_id,
        ephemeral=NOISE(32),
        psk=None,
    )
    assert codes(pair.joiner.door.receive(data, pair.clock.now)) == ["opening-size"]


def test_garbage_at_the_door_is_refused_with_a_code() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    for junk in (b"", b"\xd0\x83", NOISE(2_000), data[:-1], data + b"\x00"):
        assert codes(pair.joiner.door.receive(junk, pair.clock.now))
    for index in range(0, len(data), 11):
        changed = bytearray(data)
        changed[index] ^= 0x10
        assert codes(pair.joiner.door.receive(bytes(changed), pair.clock.now))


# -- invitations --------------------------------------------------------------------------------


def test_an_invitation_is_used_once() -> None:
    clock = ManualClock()
    person = SimulatedNode("person", DIRECTED, clock)
    secret = NOISE(32)
    card = person.card(secret)
    pending = []
    for name in ("one", "two"):
        guest = SimulatedNode(name, PUBLIC, clock)
        opened_by(guest, card, person, secret=secret)
        [data] = guest.outgoing()
        result = person.door.receive(data, clock.now)
        assert isinstance(result, OpenArrived)
        pending.append((result.pending, data))
    person.door.decided(pending[0][0])
    with pytest.raises(RemoteProtocolError, match="open-invitation"):
        person.door.decided(pending[1][0])
    assert codes(person.door.receive(pending[1][1], clock.now)) == ["open-card"]
    assert isinstance(person.door.receive(pending[0][1], clock.now), OpenRepeated)


def test_an_invitation_without_its_secret_or_with_another_is_refused() -> None:
    clock = ManualClock()
    person = SimulatedNode("person", DIRECTED, clock)
    card = person.card(NOISE(32))
    for secret in (None, NOISE(32)):
        guest = SimulatedNode("guest", PUBLIC, clock)
        opened_by(guest, card, person, secret=secret)
        [data] = guest.outgoing()
        assert codes(person.door.receive(data, clock.now)) == ["open-invitation"]


def test_the_secret_of_one_invitation_does_not_open_another_card() -> None:
    clock = ManualClock()
    shop = SimulatedNode("shop", PUBLIC, clock)
    secret = NOISE(32)
    shop.card(secret)
    public = shop.card()
    guest = SimulatedNode("guest", DIRECTED, clock)
    opened_by(guest, public, shop, secret=secret)
    [data] = guest.outgoing()
    assert codes(shop.door.receive(data, clock.now)) == ["open-card"]


def test_a_public_card_serves_many() -> None:
    clock = ManualClock()
    shop = SimulatedNode("shop", PUBLIC, clock)
    card = shop.card()
    for name in ("one", "two", "three"):
        guest = SimulatedNode(name, DIRECTED, clock)
        opened_by(guest, card, shop)
        [data] = guest.outgoing()
        result = shop.door.receive(data, clock.now)
        assert isinstance(result, OpenArrived)
        shop.door.decided(result.pending)


def test_an_open_on_a_card_that_was_withdrawn_is_refused() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    pair.joiner.door.cards.clear()
    assert codes(pair.joiner.door.receive(data, pair.clock.now)) == ["open-card"]


# -- the join -----------------------------------------------------------------------------------


def join_frame_of(pair: Pair) -> bytes:
    data = open_frame_of(pair)
    pair.joiner.receive(data)
    answer = pair.joiner.live.response_to_send(pair.clock.now)
    assert answer is not None
    return answer


def reseal_join(pair: Pair, frame: Frame) -> bytes:
    opening = pair.opener.live.ledger.opening
    assert opening.body is not None
    prekey = opening.body["prekey"]
    return seal_frame(
        encode_frame(frame),
        recipient=prekey["pk"],
        prekey_id=prekey["id"],
        ephemeral=NOISE(32),
        psk=None,
    )


def unseal_join(pair: Pair, data: bytes) -> Frame:
    secret = pair.opener.live.link.secrets.ring.secret_of(read_seal(data).prekey_id)
    assert secret is not None
    return decode_frame(open_frame(data, secret, None))


def test_a_lost_join_is_answered_again_in_base_mode_until_the_first_psk_frame() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    pair.joiner.receive(data)
    assert pair.joiner.live.response_to_send(pair.clock.now) is not None  # lost
    for _ in range(3):
        pair.joiner.receive(data)
        answer = pair.joiner.live.response_to_send(pair.clock.now)
        assert answer is not None
        assert read_seal(answer).opening
    assert any(isinstance(event, Joined) for event in pair.opener.receive(answer))
    pair.run()
    assert pair.joiner.live.link.confirmed
    assert codes(pair.joiner.receive(data)) == ["open-consumed"]
    assert pair.joiner.live.response_to_send(pair.clock.now) is None


def test_a_join_with_another_psk_half_is_refused() -> None:
    pair = Pair()
    frame = unseal_join(pair, join_frame_of(pair))
    items = tuple(PskItem(bytes(32)) if isinstance(item, PskItem) else item for item in frame.items)
    events = pair.opener.receive(reseal_join(pair, replace(frame, items=items)))
    assert codes(events) == ["psk-mismatch"]
    assert not pair.opener.live.joined


def test_a_join_from_somebody_else_is_refused() -> None:
    pair = Pair()
    frame = unseal_join(pair, join_frame_of(pair))
    other = SimulatedNode("mallory", PUBLIC, pair.clock)
    items = (
        KeyEventItem(other.history.envelopes[0]),
        *(item for item in frame.items if not isinstance(item, KeyEventItem)),
    )
    forged = replace(frame, items=items)
    assert codes(pair.opener.receive(reseal_join(pair, forged))) == ["history-inception"]
    forged = replace(forged, sender=other.party)
    assert codes(pair.opener.receive(reseal_join(pair, forged))) == ["frame-sender"]


def test_a_second_join_under_the_same_key_is_refused() -> None:
    pair = Pair()
    first = join_frame_of(pair)
    twin = SimulatedNode(pair.joiner.name, PUBLIC, pair.clock)  # the same keys, once more
    twin.entropy(1)  # from here on it draws other salts and nonces
    twin.door = Door(
        pair.joiner.history, pair.joiner.door.prekeys, pair.joiner.door.cards, ConsumedOpens()
    )
    pair.opener.live.link.delivery.retry()
    [again] = pair.opener.outgoing()
    twin.receive(again)
    second = twin.live.response_to_send(pair.clock.now)
    assert second is not None
    pair.opener.receive(first)
    events = pair.opener.receive(second)
    assert codes(events) == ["open-consumed"]
    assert not pair.opener.live.ledger.state().convicted


def test_an_opener_gives_up_when_its_open_has_run_out() -> None:
    pair = Pair()
    pair.open()
    pair.filter = lambda message: None
    pair.pass_time(31 * DAY)
    assert any(isinstance(event, OpenExpired) for event in pair.opener.events)
    assert pair.opener.live.next_timer() is None
    assert pair.opener.outgoing() == []


# -- before the join ----------------------------------------------------------------------------


def test_an_offer_made_before_the_join_is_inert_and_arrives_with_the_open() -> None:
    pair = Pair()
    pair.open()
    offer = pair.propose(pair.person)
    pair.run()
    assert pair.is_level()
    one, other = pair.threads(offer.id)
    assert one == other
    assert offer.id in one.offers
    pair.accept(pair.organisation, offer)
    pair.run()
    assert pair.threads(offer.id)[0].tip == offer.id


def test_an_offer_too_large_for_a_stranger_follows_when_the_join_is_here() -> None:
    pair = Pair()
    pair.open()
    rules = terms(SERVICE).permissions
    long = replace(terms(SERVICE), permissions=rules * 750)
    offer = pair.propose(pair.person, long)
    assert offer.record is not None
    assert len(offer.record.data) > 62 * KIB
    pair.run()
    assert pair.is_level()
    assert offer.id in pair.threads(offer.id)[0].offers


def test_a_party_with_the_longest_key_history_can_open_and_join() -> None:
    for opener in ("organisation", "person"):
        pair = Pair(opener=opener)
        for node in pair.nodes:
            node.lengthen(MAX_KEY_EVENTS)
        pair.connect()
        assert pair.is_level()
        assert all(node.live.joined for node in pair.nodes)


def test_an_offer_may_be_taken_back_before_the_join() -> None:
    pair = Pair()
    pair.open()
    offer = pair.propose(pair.person)
    pair.person.write("retract", {"thread": offer.id, "ref": offer.id})
    pair.run()
    assert all(not thread.offers for thread in pair.threads(offer.id))


def test_nothing_else_is_signed_before_the_join() -> None:
    pair = Pair()
    pair.open()
    offer = pair.propose(pair.person)
    with pytest.raises(LocalProtocolError, match="author-before-join"):
        pair.propose(pair.person)
    with pytest.raises(LocalProtocolError, match="author-before-join"):
        pair.person.write("retract", {"thread": offer.id, "ref": pair.person.live.rel})
    for kind, body in (
        ("ack", {}),
        ("suspend", {"thread": offer.id}),
        ("revoke", {"thread": None, "purposes": None}),
    ):
        with pytest.raises(LocalProtocolError, match="author-before-join"):
            pair.person.write(kind, body)


def test_an_opener_restarted_before_the_join_goes_on_waiting() -> None:
    pair = Pair()
    pair.open()
    pair.collect()
    pair.mail.clear()
    pair.opener.crash()
    pair.opener.revive()
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.opener.live.joined


def test_an_opener_restored_from_a_backup_before_the_join_has_to_open_anew() -> None:
    pair = Pair()
    pair.open()
    backup = pair.opener.backup()
    pair.opener.rows = backup
    pair.opener.crash()
    assert backup.snapshot is not None
    with pytest.raises(AssertionError, match="OpenExpired"):
        pair.opener.revive()  # says so in its events; the simulated node wants none


def test_an_author_needs_the_key_of_a_head() -> None:
    nonce = NOISE(16)
    digest = next_digest(next_key(NOISE(64), nonce).public)
    history = open_key_history([incept(DIRECTED, SigningKey(b"k" * 32), digest, nonce)])
    with pytest.raises(LocalProtocolError, match="author-key"):
        Author(history, SigningKey(b"l" * 32))
    assert Author(history, SigningKey(b"k" * 32)).ks == history.party


def test_secrets_do_not_show_in_what_is_printed() -> None:
    pair = Pair()
    data = open_frame_of(pair)
    result = pair.joiner.door.receive(data, pair.clock.now)
    assert isinstance(result, OpenArrived)
    assert result.pending.half.hex() not in repr(result)
    assert repr(result.pending.half) not in repr(result)
    pair.joiner.receive(data)
    snapshot = pair.joiner.live.snapshot()
    assert repr(snapshot.lasting) not in repr(snapshot)
    assert isinstance(pair.joiner.live.link.secrets.half, Secret)
