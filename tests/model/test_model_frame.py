"""Frames: every kind of item there and back, and each way of not being one."""

import pytest
from model_world import NOW, Actor, cid, digest, prekey

from linkcontract.encoding import decode, encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_BODY, MAX_FRAME, MAX_SEEN, MAX_VALUE
from linkcontract.model.frame import (
    BodyItem,
    Frame,
    HeadsItem,
    KeyEventItem,
    OpeningItem,
    PingItem,
    PongItem,
    PrekeyItem,
    PskItem,
    StatementItem,
    WantItem,
    decode_frame,
    encode_frame,
)
from linkcontract.model.items import Opening
from linkcontract.model.statement import BodyRecord, Head

ALICE = Actor("alice")
STATEMENT = ALICE.write("ack", {})
HEADS = tuple(sorted(Head(cid(f"writer {n}"), n, cid(f"head {n}")) for n in range(3)))
ITEMS = (
    KeyEventItem(ALICE.inception()),
    StatementItem(STATEMENT.envelope),
    BodyItem(STATEMENT.record),
    OpeningItem(Opening(cid("share"), 0, "vcard/email", digest("a"), b"value", digest("b"))),
    PskItem(digest("half")),
    HeadsItem(HEADS),
    WantItem(cid("writer"), 3, 9),
    PrekeyItem(prekey("temporary")),
    PingItem(b"t" * 16),
    PongItem(b"t" * 16),
)


def frame(*items, **changes):
    fields = {"to": cid("bob"), "sender": ALICE.party, "rel": cid("rel"), "n": b"n" * 16, "at": NOW}
    return Frame(**{**fields, **changes}, items=items)


def raw(items=(), **changes):
    value = decode(encode_frame(frame()), max_bytes=MAX_FRAME)
    value.update({"items": items, **changes})
    return encode({name: entry for name, entry in value.items() if entry is not ...})


def refused(code, data):
    with pytest.raises(RemoteProtocolError) as caught:
        decode_frame(data)
    assert caught.value.code == code
    return caught.value.where


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
def test_an_item_arrives_as_it_was_sent(item):
    data = encode_frame(frame(item))
    read = decode_frame(data)
    assert read == frame(item)
    assert encode_frame(read) == data


def test_a_frame_holds_items_in_the_order_they_are_taken_in():
    read = decode_frame(encode_frame(frame(*ITEMS)))
    assert read.items == ITEMS
    assert read.sender == ALICE.party


def test_an_empty_frame_is_a_frame():
    assert decode_frame(raw()).items == ()


@pytest.mark.parametrize(
    ("code", "where", "item"),
    [
        ("frame-item", "frame.items[0]", ["chunk", b""]),
        ("frame-item", "frame.items[0]", ["Stmt", b"e"]),
        ("field-kind", "frame.items[0]", []),
        ("field-kind", "frame.items[0]", [1]),
        ("field-kind", "frame.items[0]", {"stmt": b"e"}),
        ("field-kind", "frame.items[0]", "ping"),
        ("field-length", "frame.items[0]", ["stmt"]),
        ("field-length", "frame.items[0]", ["stmt", b"e", b"e"]),
        ("field-length", "frame.items[0][1]", ["stmt", b""]),
        ("field-length", "frame.items[0][1]", ["stmt", bytes(8192)]),
        ("field-length", "frame.items[0][1]", ["kel", bytes(2048)]),
        ("field-length", "frame.items[0][1]", ["body", [digest("s")]]),
        ("field-length", "frame.items[0][1][0]", ["body", [b"s", b"\xa0"]]),
        ("field-length", "frame.items[0][1][1]", ["body", [digest("s"), bytes(MAX_BODY + 1)]]),
        ("field-length", "frame.items[0][1]", ["psk", b"h" * 31]),
        ("field-length", "frame.items[0][1]", ["ping", b"t" * 15]),
        ("field-length", "frame.items[0][1]", ["pong", b"t" * 17]),
        ("field-kind", "frame.items[0][1]", ["prekey", [b"i", b"p", 0]]),
        ("field-missing", "frame.items[0][1].pk", ["prekey", {"id": b"i" * 16, "not_after": 1}]),
        ("field-range", "frame.items[0]", ["want", cid("w"), 9, 3]),
        ("field-range", "frame.items[0][2]", ["want", cid("w"), -1, 3]),
        ("field-cid", "frame.items[0][1]", ["want", b"w", 1, 3]),
        ("field-order", "frame.items[0][1]", ["heads", [list(h) for h in reversed(HEADS)]]),
        ("field-order", "frame.items[0][1]", ["heads", [list(HEADS[0])] * 2]),
        ("field-length", "frame.items[0][1]", ["heads", [list(HEADS[0])] * (MAX_SEEN + 1)]),
        ("field-length", "frame.items[0]", ["opening", cid("share"), 0, "a", digest("s"), b""]),
        (
            "field-length",
            "frame.items[0][5]",
            ["opening", cid("s"), 0, "a", digest("s"), bytes(MAX_VALUE + 1), digest("t")],
        ),
    ],
)
def test_an_item_that_breaks_one_rule(code, where, item):
    assert refused(code, raw([item])) == where


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("field-missing", {"to": ...}),
        ("field-missing", {"from": ...}),
        ("field-missing", {"rel": ...}),
        ("field-missing", {"n": ...}),
        ("field-missing", {"at": ...}),
        ("field-missing", {"items": ...}),
        ("field-unknown", {"pad": b""}),
        ("field-kind", {"rel": None}),
        ("field-cid", {"to": b"\x01" * 36}),
        ("field-length", {"n": b"n"}),
        ("field-range", {"at": -1}),
        ("field-kind", {"items": {}}),
    ],
)
def test_a_frame_that_breaks_one_rule(code, changes):
    refused(code, raw(**changes))


def test_a_frame_is_decoded_strictly():
    refused("cbor-trailing", raw() + b"\x00")
    refused("cbor-too-large", bytes(MAX_FRAME))
    with pytest.raises(RemoteProtocolError):
        decode_frame(b"")


def test_no_frame_is_made_that_a_reader_would_refuse():
    with pytest.raises(LocalProtocolError, match="field-length"):
        encode_frame(frame(StatementItem(b"")))
    with pytest.raises(LocalProtocolError, match="field-range"):
        encode_frame(frame(WantItem(cid("w"), 2, 1)))
    with pytest.raises(LocalProtocolError, match="field-cid"):
        encode_frame(frame(to=b"bob"))
    with pytest.raises(LocalProtocolError, match="frame-size"):
        encode_frame(frame(*[BodyItem(BodyRecord(digest("s"), bytes(MAX_BODY)))] * 4))


def test_the_largest_frame_leaves_room_for_its_length():
    def sized(extra):
        value = bytes(MAX_BODY - 700) + extra
        bodies = [BodyItem(BodyRecord(digest("s"), bytes(MAX_BODY)))] * 3
        return frame(*bodies, BodyItem(BodyRecord(digest("s"), value)))

    room = MAX_FRAME - 4 - len(encode_frame(sized(b"")))
    assert len(encode_frame(sized(bytes(room)))) == MAX_FRAME - 4
    with pytest.raises(LocalProtocolError, match="frame-size"):
        encode_frame(sized(bytes(room + 1)))


def test_a_half_of_the_shared_secret_stays_out_of_its_representation():
    assert digest("half").hex()[:8] not in repr(PskItem(digest("half")))
    assert repr(digest("half")) not in repr(frame(PskItem(digest("half"))))
