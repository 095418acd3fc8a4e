"""Every reader of the model over well-encoded nonsense: a value, or our error, and never a repair.

Mutated bytes mostly fail in the decoder. Here the mutation happens in the value, so what arrives
is always well encoded and reaches the shapes behind it.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_world import NOW, TERMS, Actor, cid, digest, pair_body, prekey
from test_model_bodies import VALID
from test_model_frame import ITEMS, frame

from linkcontract.crypto.cose import open_sign1, sign1
from linkcontract.encoding import cid_of, decode, encode
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_FRAME
from linkcontract.model.bodies import parse_body
from linkcontract.model.card import open_card
from linkcontract.model.frame import decode_frame, encode_frame
from linkcontract.model.party import open_key_history
from linkcontract.model.statement import body_hash, open_statement
from linkcontract.model.terms import Terms

ALICE, SHOP = Actor("alice"), Actor("shop", "public")

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([2**53 - 1, -(2**53) + 1, NOW])
    | st.binary(max_size=40)
    | st.sampled_from([cid("x"), digest("x"), bytes(16), b"\x01" * 36])
    | st.text("ab:/.-_ \nÄ", max_size=6)
    | st.sampled_from(["dpv:Use", "time", "all", "stmt", "open", "DE", "a.b", "https://a"])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["v", "kind", "of", "ref", "items", "to"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def copy(value):
    return decode(encode(value), max_bytes=MAX_FRAME)


def keys_of(value):
    if isinstance(value, dict):
        return sorted(value)
    return list(range(len(value))) if isinstance(value, list) else []


@st.composite
def spoilt(draw, value):
    """`value` with one place in it replaced, removed, doubled or added to."""
    place, key = [copy(value)], 0
    root = place
    while (keys := keys_of(place[key])) and (place is root or draw(st.integers(0, 3))):
        place, key = place[key], draw(st.sampled_from(keys))
    change = draw(st.sampled_from(["replace", "remove", "add", "double"]))
    inner = place[key]
    if change == "remove" and place is not root:
        del place[key]
    elif change == "add" and isinstance(inner, dict):
        inner[draw(st.sampled_from(["v", "kind", "ref", "items", "prekey", "zzz"]))] = draw(values)
    elif change == "add" and isinstance(inner, list):
        inner.append(draw(values))
    elif change == "double" and isinstance(inner, list) and inner:
        inner.append(copy(inner[0]))
    else:
        place[key] = draw(values)
    return root[0]


def reads(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except RemoteProtocolError:
        return None


@pytest.mark.parametrize("kind", VALID)
def test_any_body(kind):
    @given(spoilt(VALID[kind]) | values)
    def check(value):
        data = encode(value)
        body = reads(parse_body, kind, data)
        assert body is None or encode(body) == data
        salt = digest("salt")
        header = ALICE.write("ack", {}).envelope
        payload = decode(_payload(header), max_bytes=4096)
        payload.update(type=kind, bh=body_hash(salt, data))
        if kind == "open":
            payload["rel"] = None
        envelope = sign1(ALICE.live, ALICE.ks, "stmt", encode(payload))
        statement = open_statement(envelope, {ALICE.party: ALICE.history})
        whole = statement.with_body((salt, data))
        assert (whole.body is None) == (body is None) == (whole.body_fault == "bad-body")

    check()


def _payload(envelope):
    return open_sign1("stmt", envelope, ALICE.history.key_of, max_payload=4096).payload


@given(spoilt(TERMS) | values)
def test_any_terms(value):
    terms = reads(Terms.from_value, copy(value))
    if terms is not None:
        assert encode(terms.to_value()) == encode(value)
        assert terms.id == cid_of(encode(value))
        assert Terms.from_value(terms.to_value()) == terms


@given(spoilt(decode(encode_frame(frame(*ITEMS)), max_bytes=MAX_FRAME)) | values)
def test_any_frame(value):
    data = encode(value)
    read = reads(decode_frame, data)
    assert read is None or encode_frame(read) == data


@given(spoilt(decode(_payload(ALICE.write("ack", {}).envelope), max_bytes=4096)) | values)
def test_any_header(value):
    payload = encode(value)
    envelope = sign1(ALICE.live, ALICE.ks, "stmt", payload)
    statement = reads(open_statement, envelope, {ALICE.party: ALICE.history})
    assert statement is None or statement.id == cid_of(payload)


CARD = {
    "v": 1,
    "party": SHOP.party,
    "kel": SHOP.ks,
    "seq": 1,
    "iat": NOW - 1,
    "exp": NOW + 1,
    "prekey": prekey("card").to_value(),
    "addresses": ["https://shop.example"],
    "domains": ["shop.example"],
    "inv": digest("inv"),
    "attest": [{"type": "x", "bytes": b"x"}],
}


@given(spoilt(CARD) | values)
def test_any_card(value):
    envelope = sign1(SHOP.live, SHOP.ks, "card", encode(value))
    card = reads(open_card, envelope, SHOP.history, now=NOW)
    assert card is None or encode(card.payload) == encode(value)


INCEPTION = {
    "v": 1,
    "kind": "public",
    "keys": [[0xED, SHOP.key(0).public]],
    "next": SHOP.next(1),
    "nonce": bytes(16),
}
ROTATION = {
    "v": 1,
    "from": SHOP.party,
    "seq": 1,
    "prev": SHOP.ks,
    "keys": [[0xED, SHOP.key(1).public]],
    "next": SHOP.next(2),
    "nonce": bytes(16),
}


@given(spoilt(INCEPTION) | values)
def test_any_inception(value):
    data = encode(value)
    history = reads(open_key_history, [sign1(SHOP.key(0), cid_of(data), "incp", data)])
    assert history is None or history.party == cid_of(data)


@given(spoilt(ROTATION) | values)
def test_any_rotation(value):
    data = encode(value)
    history = reads(SHOP.history.extend, [sign1(SHOP.key(1), cid_of(data), "kel", data)])
    assert history is None or history.heads == (cid_of(data),)


def test_the_mutations_start_from_what_is_accepted():
    assert parse_body("join", encode(pair_body(SHOP, ALICE, ALICE, SHOP)))
    assert open_card(sign1(SHOP.live, SHOP.ks, "card", encode(CARD)), SHOP.history, now=NOW)
    data = encode(INCEPTION)
    assert open_key_history([sign1(SHOP.key(0), cid_of(data), "incp", data)])
