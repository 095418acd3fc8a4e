"""Statements: the signature, the header, the form of `seen`, and the body record beside it."""

import dataclasses

import pytest
from model_world import NOW, TERMS, Actor, cid, digest

from linkcontract.crypto.cose import sign1
from linkcontract.encoding import encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_BODY, MAX_HEADER, MAX_SEEN
from linkcontract.model.statement import (
    BodyRecord,
    Head,
    body_hash,
    open_statement,
)

ALICE = Actor("alice")
BOB = Actor("bob", "public")
HISTORIES = {actor.party: actor.history for actor in (ALICE, BOB)}
HEAD = Head(BOB.party, 3, cid("bob 3"))


def header(**changes):
    fields = {
        "v": 1,
        "type": "ack",
        "rel": cid("rel"),
        "from": ALICE.party,
        "seq": 1,
        "prev": cid("alice 0"),
        "seen": [list(HEAD)],
        "at": NOW,
        "ks": ALICE.ks,
        "bh": digest("bh"),
    }
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not ...}


def signed(key=None, kid=None, **changes):
    data = encode(header(**changes))
    return sign1(key or ALICE.live, kid or ALICE.ks, "stmt", data)


def refused(code, envelope, histories=HISTORIES):
    with pytest.raises(RemoteProtocolError) as caught:
        open_statement(envelope, histories)
    assert caught.value.code == code
    return caught.value


def test_what_is_written_is_what_is_read():
    written = ALICE.write("revoke", {"thread": None, "purposes": None}, seq=1, prev=cid("p"))
    read = open_statement(written.envelope, HISTORIES)
    assert read.body is None
    whole = read.with_body(written.record)
    for name in (field.name for field in dataclasses.fields(whole)):
        assert getattr(whole, name) == getattr(written, name), name
    assert whole.body == {"thread": None, "purposes": None}
    assert whole.relationship == cid("rel")
    assert whole.head == (ALICE.party, 1, whole.id)


def test_two_signatures_over_one_payload_are_one_statement():
    one = open_statement(signed(), HISTORIES)
    # the same payload in an envelope whose bytes differ: it is named by its payload
    assert one.envelope != encode(header())
    assert one == dataclasses.replace(one, envelope=b"another envelope")
    assert len({one, dataclasses.replace(one, envelope=b"another envelope")}) == 1
    assert one != object()


def test_kid_confusion_a_raw_public_key_as_kid_names_nobody():
    with pytest.raises(LocalProtocolError, match="cose-kid"):
        signed(kid=ALICE.live.public)


def test_kid_confusion_the_key_of_another_party_does_not_sign_for_this_one():
    # Bob signs with his own key under his own kid, and writes Alice as the author.
    refused("statement-signer", signed(key=BOB.live, kid=BOB.ks))
    refused("statement-signer", signed(key=BOB.live, kid=BOB.ks, ks=BOB.ks))


def test_kid_confusion_kid_and_ks_name_one_key_event():
    alice = Actor("alice").rotate()
    histories = {alice.party: alice.history}
    refused("statement-signer", signed(key=alice.key(1), kid=alice.ks, ks=alice.party), histories)
    refused("statement-signer", signed(key=alice.key(0), kid=alice.party, ks=alice.ks), histories)
    assert open_statement(signed(key=alice.key(1), kid=alice.ks, ks=alice.ks), histories)


def test_a_writer_whose_history_is_not_known_is_refused_before_anything_is_read():
    carol = Actor("carol")
    refused("cose-key", signed(key=carol.live, kid=carol.ks, ks=carol.ks, **{"from": carol.party}))


def test_a_signature_by_another_key_is_refused():
    refused("cose-signature", signed(key=BOB.live))


def test_an_envelope_of_another_kind_is_no_statement():
    data = encode(header())
    refused("cose-typ", sign1(ALICE.live, ALICE.ks, "card", data))
    refused("cose-typ", ALICE.inception())


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("field-choice", {"v": 2}),
        ("field-choice", {"v": True}),
        ("field-kind", {"type": 1}),
        ("field-text", {"type": "no spaces"}),
        ("field-text", {"type": ""}),
        ("field-text", {"type": "t" * 129}),
        ("field-cid", {"rel": b"\x01" * 36}),
        ("field-cid", {"from": cid("x")[:35]}),
        ("field-kind", {"from": "text"}),
        ("field-range", {"seq": -1}),
        ("field-kind", {"seq": True}),
        ("field-range", {"at": -1}),
        ("field-kind", {"at": None}),
        ("field-length", {"bh": b"h" * 31}),
        ("field-kind", {"bh": None}),
        ("field-kind", {"ks": None}),
        ("field-kind", {"seen": None}),
        ("field-length", {"seen": [[BOB.party, 3]]}),
        ("field-cid", {"seen": [[BOB.party, 3, b"id"]]}),
        ("field-unknown", {"ep": 1}),
        *[("field-missing", {name: ...}) for name in header()],
        ("statement-prev", {"prev": None}),
        ("statement-prev", {"seq": 0}),
        ("statement-rel", {"rel": None}),
        ("statement-rel", {"type": "open"}),
    ],
)
def test_a_header_that_breaks_one_rule(code, changes):
    refused(code, signed(**changes))


def test_a_seen_list_that_is_unsorted_repeats_or_names_its_own_writer():
    earlier, later = sorted([[BOB.party, 3, cid("a")], [BOB.party, 3, cid("b")]])
    assert open_statement(signed(seen=[earlier, later]), HISTORIES).seen == (
        Head(*earlier),
        Head(*later),
    )
    refused("statement-seen", signed(seen=[later, earlier]))
    refused("statement-seen", signed(seen=[earlier, earlier]))
    refused("statement-seen", signed(seen=[[ALICE.party, 0, cid("a")]]))


def test_seen_is_sorted_by_writer_then_number_then_id():
    first, second = sorted([cid("one"), cid("two")])
    entries = [[first, 10, cid("z")], [second, 2, cid("a")], [second, 10, cid("a")]]
    assert len(open_statement(signed(seen=entries), HISTORIES).seen) == 3
    refused("statement-seen", signed(seen=[entries[0], entries[2], entries[1]]))


def test_a_header_is_full_before_seen_is():
    entries = sorted([BOB.party, number, cid(str(number))] for number in range(MAX_SEEN + 1))
    most = 0
    while len(encode(header(seen=entries[: most + 1]))) <= MAX_HEADER:
        most += 1
    assert 40 <= most < MAX_SEEN
    assert open_statement(signed(seen=entries[:most]), HISTORIES)
    refused("cose-too-large", signed(seen=entries[: most + 1]))
    with pytest.raises(LocalProtocolError, match="cose-too-large"):
        ALICE.write("ack", {}, seen=[Head(*entry) for entry in entries[: most + 1]])
    short = open_statement(signed(), HISTORIES)
    with pytest.raises(RemoteProtocolError, match="statement-seen"):
        dataclasses.replace(short, seen=tuple(Head(*entry) for entry in entries))


def test_open_alone_has_no_relationship_and_is_its_own():
    statement = open_statement(signed(type="open", rel=None, seq=0, prev=None, seen=[]), HISTORIES)
    assert statement.relationship == statement.id


def test_a_type_nobody_knows_is_legal_and_its_body_is_not_judged():
    statement = ALICE.write("x-loyalty", {"points": [1, {"deep": b"x"}]})
    read = open_statement(statement.envelope, HISTORIES).with_body(statement.record)
    assert read.type == "x-loyalty"
    assert read.body == {"points": (1, {"deep": b"x"})}
    assert read.body_fault is None


def test_a_body_swapped_for_another_is_refused():
    one = ALICE.write("revoke", {"thread": None, "purposes": None})
    other = ALICE.write("revoke", {"thread": cid("thread"), "purposes": None})
    header_only = open_statement(one.envelope, HISTORIES)
    with pytest.raises(RemoteProtocolError, match="body-mismatch"):
        header_only.with_body(other.record)
    with pytest.raises(RemoteProtocolError, match="body-mismatch"):
        header_only.with_body(BodyRecord(digest("another salt"), one.record.data))


@pytest.mark.parametrize(
    "data",
    [
        encode({"thread": cid("t")}),
        encode({"thread": cid("t"), "ref": cid("r"), "more": 1}),
        encode([]),
        b"\xa0\x00",
        b"\xff",
        b"\xa1aa\xf9\x00\x00",
    ],
)
def test_a_body_that_bh_binds_and_no_schema_has_is_a_fault_and_not_an_error(data):
    salt = digest("salt")
    statement = open_statement(signed(type="accept", bh=body_hash(salt, data)), HISTORIES)
    faulty = statement.with_body(BodyRecord(salt, data))
    assert faulty.body is None
    assert faulty.body_fault == "bad-body"
    assert faulty.record == (salt, data)


@pytest.mark.parametrize(
    "record", [BodyRecord(b"s" * 31, b"\xa0"), BodyRecord(b"s" * 32, b""),
               BodyRecord(b"s" * 32, bytes(MAX_BODY + 1))]
)  # fmt: skip
def test_a_body_record_of_an_impossible_size_is_refused(record):
    statement = open_statement(signed(bh=body_hash(*record)), HISTORIES)
    with pytest.raises(RemoteProtocolError, match="field-length"):
        statement.with_body(record)


def test_a_body_is_read_only_all_the_way_down():
    terms = ALICE.write(
        "propose",
        {
            "thread": None,
            "base": None,
            "answers": None,
            "terms": TERMS,
            "accept_by": NOW,
            "controller": None,
        },
    ).body["terms"]
    with pytest.raises(TypeError):
        terms["law"] = "FR"
    with pytest.raises(TypeError):
        terms["permissions"][0]["purposes"] = ()
    assert isinstance(terms["permissions"], tuple)


def test_nothing_is_signed_that_a_reader_would_refuse():
    for changes in ({"seq": 1}, {"rel": None}, {"at": -1}, {"salt": b"short"}, {"type": "a b"}):
        kind = changes.pop("type", "ack")
        with pytest.raises(LocalProtocolError):
            ALICE.write(kind, {}, **changes)
    with pytest.raises(LocalProtocolError, match="field-missing"):
        ALICE.write("accept", {})
    with pytest.raises(LocalProtocolError, match="field-kind"):
        ALICE.write("ack", [])
    with pytest.raises(LocalProtocolError, match="cbor-too-large"):
        ALICE.write("x-large", {"data": bytes(MAX_BODY)})


def test_a_statement_has_a_body_or_a_fault_and_not_both():
    statement = ALICE.write("ack", {})
    with pytest.raises(RemoteProtocolError, match="statement-body"):
        dataclasses.replace(statement, body_fault="bad-body")


def test_an_empty_body_is_one_byte():
    assert ALICE.write("ack", {}).record.data == b"\xa0"
