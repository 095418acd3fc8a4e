"""The readers of the model as fuzz targets.

Behind a signature no mutated byte is ever seen, so these targets take *payloads* and sign them:
what is fuzzed is what an attacker with a key of its own could make us read. A reader refuses with
RemoteProtocolError only: an error that blames the caller for what came from outside is a failure.
What is accepted must be written again byte for byte.
"""

from collections.abc import Callable, Sequence
from typing import Any

from linkcontract.crypto.cose import open_sign1, sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest
from linkcontract.crypto.x25519 import x25519_public
from linkcontract.encoding import cid_of, decode, encode
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import DAY
from linkcontract.model.bodies import STATEMENT_TYPES, parse_body
from linkcontract.model.card import invitation_link, open_card, open_invitation, sign_card
from linkcontract.model.frame import (
    BodyItem,
    Frame,
    HeadsItem,
    KeyEventItem,
    OpeningItem,
    PingItem,
    PrekeyItem,
    PskItem,
    StatementItem,
    WantItem,
    decode_frame,
    encode_frame,
)
from linkcontract.model.items import Opening
from linkcontract.model.party import PUBLIC, incept, open_key_history, rotate
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import BodyRecord, Head, open_statement, write_statement
from linkcontract.model.terms import Terms

NOW = 1_750_000_000_000
KEYS = [SigningKey(bytes([number]) * 32) for number in range(1, 4)]
INCEPTION = incept(PUBLIC, KEYS[0], next_digest(KEYS[1].public), b"n" * 16)
HISTORY = open_key_history([INCEPTION])
ROTATION = rotate(HISTORY, HISTORY.party, KEYS[1], next_digest(KEYS[2].public), b"m" * 16)
PARTY = HISTORY.party
REL = cid_of(b"rel")
PREKEY = Prekey(b"i" * 16, x25519_public(b"x" * 32), NOW + DAY)
ITEMS = [[b"p" * 32, b"c" * 32]]


def outside(call: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """`call`, with an error that blames the caller turned into a failure."""

    def reader(data: bytes) -> object:
        try:
            return call(data)
        except LocalProtocolError as error:
            raise AssertionError("what came from outside was called our own fault") from error

    return reader


def payload_of(kind: str, envelope: bytes, key: SigningKey) -> bytes:
    """The payload of an envelope of our own."""
    return open_sign1(kind, envelope, lambda _: key.public, max_payload=len(envelope)).payload


def read_statement(payload: bytes) -> object:
    envelope = sign1(KEYS[0], PARTY, "stmt", payload)
    statement = open_statement(envelope, {PARTY: HISTORY})
    assert statement.id == cid_of(payload)
    assert statement.envelope == envelope
    return statement


def read_body(data: bytes) -> object:
    """The type, NUL, the body bytes."""
    kind, _, body = data.partition(b"\x00")
    parsed = parse_body(kind.decode("latin-1"), body)
    assert encode(parsed) == body
    return parsed


def read_terms(data: bytes) -> object:
    terms = Terms.from_value(decode(data, max_bytes=len(data)))
    assert encode(terms.to_value()) == data
    assert terms.id == cid_of(data)
    return terms


def read_key_event(payload: bytes) -> object:
    return HISTORY.extend([sign1(KEYS[1], cid_of(payload), "kel", payload)])


def read_inception(payload: bytes) -> object:
    return open_key_history([sign1(KEYS[0], cid_of(payload), "incp", payload)])


def read_card(payload: bytes) -> object:
    card = open_card(sign1(KEYS[0], PARTY, "card", payload), HISTORY, now=NOW)
    assert encode(card.payload) == payload
    return card


def read_link(data: bytes) -> object:
    return open_invitation(data.decode("latin-1"), now=NOW)


def read_frame(data: bytes) -> object:
    frame = decode_frame(data)
    assert encode_frame(frame) == data
    return frame


def _header() -> bytes:
    statement = write_statement(
        KEYS[0],
        type="share",
        rel=REL,
        writer=PARTY,
        seq=1,
        prev=cid_of(b"prev"),
        seen=[Head(cid_of(b"other"), 3, cid_of(b"head"))],
        at=NOW,
        ks=PARTY,
        body={"thread": REL, "agreement": REL, "purpose": "dpv:X", "items": ITEMS},
        salt=b"s" * 32,
    )
    return payload_of("stmt", statement.envelope, KEYS[0])


def _terms() -> dict[str, Any]:
    conditions = [
        {"kind": "all", "of": [{"kind": "count", "most": 3}, {"kind": "moon", "x": [1]}]},
        {"kind": "not", "of": {"kind": "time", "after": 1, "before": None}},
        {"kind": "fact", "name": "over-18", "equals": True},
    ]
    rule = {
        "actions": ["dpv:Use"],
        "paths": ["vcard/email"],
        "purposes": ["dpv:X"],
        "recipients": [PARTY, "dpv:DataProcessor"],
    }
    return {
        "agreement": "SD-BASE",
        "text": cid_of(b"text"),
        "permissions": [{**rule, "conditions": conditions, "retention": DAY}],
        "prohibitions": [{**rule, "purposes": []}],
        "duties": [{"duty": "dpv:Erase", "within": None}],
        "from": NOW,
        "until": NOW + DAY,
        "law": "DE",
        "prevails": "text",
    }


def _bodies() -> list[bytes]:
    controller = {"party": PARTY, "name": "Søn & Co", "jurisdiction": "DK", "domain": "a.example"}
    bodies: dict[str, dict[str, Any]] = {
        "ack": {"prekey": PREKEY.to_value()},
        "share": {"thread": REL, "agreement": REL, "purpose": "dpv:X", "items": ITEMS},
        "revoke": {"thread": None, "purposes": ["dpv:X"]},
        "x-unknown": {"anything": [1, {"deep": b""}]},
        "propose": {
            "thread": None,
            "base": None,
            "answers": None,
            "terms": _terms(),
            "accept_by": NOW,
            "controller": controller,
        },
    }
    assert set(bodies) - STATEMENT_TYPES == {"x-unknown"}
    return [kind.encode() + b"\x00" + encode(body) for kind, body in bodies.items()]


def _frame() -> bytes:
    opening = Opening(REL, 0, "vcard/email", b"a" * 32, b"value", b"b" * 32)
    items = (
        KeyEventItem(INCEPTION),
        StatementItem(b"envelope"),
        OpeningItem(opening),
        BodyItem(BodyRecord(b"s" * 32, b"\xa0")),
        PskItem(b"h" * 32),
        HeadsItem((Head(PARTY, 0, REL),)),
        WantItem(PARTY, 0, 5),
        PrekeyItem(PREKEY),
        PingItem(b"t" * 16),
    )
    return encode_frame(Frame(to=PARTY, sender=REL, rel=REL, n=b"n" * 16, at=NOW, items=items))


_CARD = sign_card(
    KEYS[0],
    party=PARTY,
    kel=PARTY,
    seq=1,
    iat=NOW - DAY,
    exp=NOW + DAY,
    prekey=PREKEY,
    addresses=["https://shop.example/lc"],
    domains=["shop.example"],
)

MODEL_TARGETS: dict[str, tuple[Callable[[bytes], object], Sequence[bytes]]] = {
    "statement": (outside(read_statement), [_header()]),
    "body": (outside(read_body), _bodies()),
    "terms": (outside(read_terms), [encode(_terms())]),
    "key-event": (outside(read_key_event), [payload_of("kel", ROTATION, KEYS[1])]),
    "inception": (outside(read_inception), [payload_of("incp", INCEPTION, KEYS[0])]),
    "card": (outside(read_card), [payload_of("card", _CARD.envelope, KEYS[0])]),
    "invitation": (outside(read_link), [invitation_link(_CARD, HISTORY, None).encode()]),
    "frame": (outside(read_frame), [_frame()]),
}
"""Name → (reader, seeds it accepts)."""
