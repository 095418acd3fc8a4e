"""Key histories: what follows what, and what a thief cannot do."""

import pytest
from model_world import Actor, cid, digest

from linkcontract.crypto.cose import sign1
from linkcontract.crypto.next_keys import next_digest
from linkcontract.encoding import cid_of, encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_KEY_EVENTS
from linkcontract.model.party import KeyEvent, incept, open_key_history, rotate


def signed(actor, key, **changes):
    """A rotation by `actor` with fields of its payload replaced, signed by `key` all the same."""
    head = actor.history.events[actor.ks]
    payload = {
        "v": 1,
        "from": actor.party,
        "seq": head.seq + 1,
        "prev": head.id,
        "keys": [[0xED, key.public]],
        "next": actor.next(9),
        "nonce": digest("nonce")[:16],
    }
    payload.update(changes)
    data = encode(payload)
    return sign1(key, cid_of(data), "kel", data)


def refused(code, call, *args):
    with pytest.raises(RemoteProtocolError) as caught:
        call(*args)
    assert caught.value.code == code


def test_a_party_is_named_by_its_inception_payload_and_not_by_the_envelope():
    alice = Actor("alice")
    assert alice.party == alice.history.inception.id
    assert alice.party != cid_of(alice.inception())
    assert alice.history.kind == "directed"
    assert alice.history.key_of(alice.party) == alice.key(0).public
    assert alice.history.heads == (alice.party,)


def test_a_rotation_moves_the_head_and_keeps_the_old_key_known():
    alice = Actor("alice").rotate()
    first, second = alice.history.events.values()
    assert alice.history.heads == (second.id,)
    assert isinstance(second, KeyEvent)
    assert (second.seq, second.prev, second.party) == (1, first.id, alice.party)
    assert alice.history.key_of(first.id) == alice.key(0).public
    assert alice.history.key_of(second.id) == alice.key(1).public
    assert alice.history.descends(second.id, first.id)
    assert not alice.history.descends(first.id, second.id)
    assert not alice.history.descends(first.id, first.id)
    assert alice.history.reaches(first.id, first.id)


def test_a_history_is_rebuilt_from_its_own_envelopes_byte_for_byte():
    alice = Actor("alice").rotate().rotate()
    again = open_key_history(alice.history.envelopes)
    assert again == alice.history
    assert again.envelopes == alice.history.envelopes
    assert again.extend(alice.history.envelopes) is again


def test_a_stolen_live_key_cannot_rotate():
    alice = Actor("alice")
    stolen = alice.key(0)
    refused("history-next", alice.history.extend, [signed(alice, stolen)])
    thief = Actor("thief").key(0)
    refused("history-next", alice.history.extend, [signed(alice, thief)])


def test_a_self_signed_rotation_with_the_wrong_next_digest_is_refused():
    alice = Actor("alice")
    refused("history-next", alice.history.extend, [signed(alice, alice.key(2))])


def test_a_rotation_signed_by_the_old_key_is_refused():
    alice = Actor("alice")
    # the keys are those announced, the signature is the old key's
    data = encode(
        {
            "v": 1,
            "from": alice.party,
            "seq": 1,
            "prev": alice.party,
            "keys": [[0xED, alice.key(1).public]],
            "next": alice.next(9),
            "nonce": digest("nonce")[:16],
        }
    )
    forged = sign1(alice.key(0), cid_of(data), "kel", data)
    refused("cose-signature", alice.history.extend, [forged])


def test_a_key_event_of_another_party_is_refused():
    alice, bob = Actor("alice"), Actor("bob")
    refused("history-party", alice.history.extend, [bob.rotation()])
    refused("history-inception", alice.history.extend, [bob.inception()])


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("history-chain", {"seq": 2}),
        ("history-chain", {"prev": cid("nothing")}),
        ("history-party", {"from": cid("nobody")}),
        ("field-range", {"seq": 0}),
        ("field-range", {"seq": MAX_KEY_EVENTS}),
        ("field-choice", {"v": 2}),
        ("field-choice", {"v": True}),
        ("field-length", {"nonce": b"short"}),
        ("field-length", {"next": b"short"}),
        ("field-cid", {"prev": b"\x01" * 36}),
        ("field-unknown", {"more": 1}),
    ],
)
def test_a_key_event_that_breaks_one_rule(code, changes):
    alice = Actor("alice")
    refused(code, alice.history.extend, [signed(alice, alice.key(1), **changes)])


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("field-choice", [[0xEC, b"k" * 32]]),
        ("field-length", [[0xED, b"k" * 31]]),
        ("field-length", []),
        ("field-length", [[0xED, b"k" * 32], [0xED, b"l" * 32]]),
        ("field-kind", b"k" * 32),
        ("field-missing", None),
    ],
)
def test_a_key_set_that_is_not_exactly_one_ed25519_key(code, keys):
    alice = Actor("alice")
    payload = {"v": 1, "kind": "directed", "next": digest("n"), "nonce": b"n" * 16}
    if keys is not None:
        payload["keys"] = keys
    data = encode(payload)
    refused(code, open_key_history, [sign1(alice.key(0), cid_of(data), "incp", data)])


def test_a_small_order_key_is_refused_where_it_is_introduced():
    data = encode(
        {
            "v": 1,
            "kind": "directed",
            "keys": [[0xED, b"\x01" + bytes(31)]],
            "next": digest("n"),
            "nonce": b"n" * 16,
        }
    )
    with pytest.raises(RemoteProtocolError) as caught:
        open_key_history([sign1(Actor("alice").key(0), cid_of(data), "incp", data)])
    assert caught.value.code.startswith("key-")


def test_an_inception_of_a_third_kind_is_refused():
    alice = Actor("alice")
    with pytest.raises(LocalProtocolError, match="field-choice"):
        incept("private", alice.key(0), alice.next(1), b"n" * 16)


def test_a_history_starts_with_an_inception():
    alice = Actor("alice")
    rotation = alice.rotation()
    refused("history-inception", open_key_history, [])
    refused("cose-typ", open_key_history, [rotation])
    refused("cose-typ", open_key_history, [rotation, alice.inception()])


def test_events_come_after_what_they_follow():
    alice = Actor("alice").rotate().rotate()
    first, second, third = alice.history.envelopes
    refused("history-chain", open_key_history, [first, third, second])


def test_a_kid_that_is_not_the_events_own_payload_is_refused():
    alice = Actor("alice")
    data = encode(
        {
            "v": 1,
            "kind": "directed",
            "keys": [[0xED, alice.key(0).public]],
            "next": alice.next(1),
            "nonce": b"n" * 16,
        }
    )
    envelope = sign1(alice.key(0), cid("other"), "incp", data)
    refused("cose-key", open_key_history, [envelope])


def test_two_events_at_one_position_are_both_held_and_part_the_history():
    alice = Actor("alice", "public")
    one, two = alice.rotation("one"), alice.rotation("two")
    parted = alice.history.extend([one, two])
    assert len(parted.events_at(1)) == 2
    assert parted.heads == parted.events_at(1)
    left, right = parted.heads
    assert not parted.descends(left, right)
    assert not parted.descends(right, left)
    assert parted.events_at(0) == (alice.party,)
    assert parted.events_at(2) == ()
    assert set(alice.history.extend([two, one]).events) == set(parted.events)


def test_an_owner_does_not_rotate_twice_at_one_position():
    alice = Actor("alice")
    before = alice.history
    after = before.extend([alice.rotation()])
    with pytest.raises(LocalProtocolError, match="history-chain"):
        rotate(after, alice.party, alice.key(1), alice.next(2), b"n" * 16)


def test_an_owner_does_not_rotate_to_a_key_that_was_not_announced():
    alice = Actor("alice")
    with pytest.raises(LocalProtocolError, match="history-next"):
        rotate(alice.history, alice.ks, alice.key(5), alice.next(6), b"n" * 16)


def test_a_history_is_full_at_its_limit():
    alice = Actor("alice")
    while len(alice.history.events) < MAX_KEY_EVENTS:
        alice.rotate()
    with pytest.raises(LocalProtocolError, match="history-full"):
        alice.rotation()


def test_a_parted_history_is_full_at_the_same_limit():
    alice = Actor("alice")
    last = alice.rotation("one too many")
    many = alice.history.extend([alice.rotation(str(n)) for n in range(MAX_KEY_EVENTS - 1)])
    assert len(many.events) == MAX_KEY_EVENTS
    refused("history-full", many.extend, [last])


def test_a_next_digest_is_over_the_key_set():
    alice = Actor("alice")
    assert alice.history.inception.next == next_digest(alice.key(1).public)
