"""COSE_Sign1: one form, a code for every departure, and no payload without verification."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkcontract.crypto import cose, envelope
from linkcontract.crypto.cose import KINDS, Opened, open_self_signed, open_sign1, sign1, typ_of
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.encoding import cid_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError

KEY = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(range(1, 33)))
KID = cid_of(b"key event")
PAYLOAD = b"\xa1\x61v\x01"
GOOD = sign1(KEY, KID, "stmt", PAYLOAD)

TAG18 = b"\xd2"
ALG = b"\x01\x32"
KID_ITEM = b"\x04\x58\x24" + KID
TYP_ITEM = b"\x10\x78\x1d" + b"application/linkcontract-stmt"
HEADER = b"\xa3" + ALG + KID_ITEM + TYP_ITEM


def resolve(kid: bytes) -> bytes | None:
    return KEY.public if kid == KID else None


def opened(data: bytes, kind: str = "stmt") -> Opened:
    return open_sign1(kind, data, resolve, max_payload=4096)


def code(data: bytes, kind: str = "stmt") -> str:
    with pytest.raises(RemoteProtocolError) as refused:
        opened(data, kind)
    return refused.value.code


def assemble(
    protected: bytes = HEADER,
    *,
    tag: bytes = TAG18,
    array: bytes = b"\x84",
    unprotected: bytes = b"\xa0",
    payload: bytes = b"\x44" + PAYLOAD,
    signature: bytes | None = None,
    tail: bytes = b"",
) -> bytes:
    """A message of any shape, honestly signed over its own protected header."""
    if signature is None:
        signature = b"\x58\x40" + KEY.sign(cose.to_be_signed(protected, PAYLOAD))
    wrapped = envelope.byte_string(protected)
    return tag + array + wrapped + unprotected + payload + signature + tail


def test_the_template_is_these_bytes() -> None:
    assert assemble() == GOOD
    assert opened(GOOD) == Opened(payload=PAYLOAD, kid=KID, id=cid_of(PAYLOAD))
    assert Opened.not_verified


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_goes_round(kind: str) -> None:
    data = sign1(KEY, KID, kind, PAYLOAD)
    assert opened(data, kind).payload == PAYLOAD
    assert len(data) <= len(PAYLOAD) + cose.MAX_ENVELOPE_OVERHEAD
    assert typ_of(kind).encode() in data


def header(*items: bytes) -> bytes:
    return bytes([0xA0 | len(items)]) + b"".join(items)


ES256_SIGNATURE = b"\x58\x40" + bytes(64)

DEPARTURES = {
    "no tag": (assemble(tag=b""), "cose-tag"),
    "tag 98": (assemble(tag=b"\xd8\x62"), "cose-tag"),
    "tag 16": (assemble(tag=b"\xd0"), "cose-tag"),
    "tag 18 in two bytes": (assemble(tag=b"\xd8\x12"), "cose-encoding"),
    "tag 18 twice": (assemble(tag=b"\xd2\xd2"), "cose-structure"),
    "array of five": (assemble(array=b"\x85", tail=b"\xf6"), "cose-structure"),
    "array of three": (assemble(array=b"\x83"), "cose-structure"),
    "array of indefinite length": (assemble(array=b"\x9f", tail=b"\xff"), "cose-encoding"),
    "array length in two bytes": (assemble(array=b"\x98\x04"), "cose-encoding"),
    "protected empty": (assemble(b""), "cose-truncated"),
    "protected an empty map": (assemble(b"\xa0"), "cose-protected"),
    "protected an array": (assemble(b"\x80"), "cose-protected"),
    "unprotected kid": (assemble(unprotected=b"\xa1" + KID_ITEM), "cose-unprotected"),
    "unprotected null": (assemble(unprotected=b"\xf6"), "cose-unprotected"),
    "unprotected an array": (assemble(unprotected=b"\x80"), "cose-unprotected"),
    "alg -8": (assemble(header(b"\x01\x27", KID_ITEM, TYP_ITEM)), "cose-algorithm"),
    "alg -7": (assemble(header(b"\x01\x26", KID_ITEM, TYP_ITEM)), "cose-algorithm"),
    "alg as text": (assemble(header(b"\x01\x67Ed25519", KID_ITEM, TYP_ITEM)), "cose-algorithm"),
    "alg null": (assemble(header(b"\x01\xf6", KID_ITEM, TYP_ITEM)), "cose-algorithm"),
    "alg -19 in two bytes": (
        assemble(header(b"\x01\x38\x12", KID_ITEM, TYP_ITEM)),
        "cose-encoding",
    ),
    "alg missing": (assemble(header(KID_ITEM, TYP_ITEM)), "cose-protected"),
    "kid missing": (assemble(header(ALG, TYP_ITEM)), "cose-protected"),
    "typ missing": (assemble(header(ALG, KID_ITEM)), "cose-protected"),
    "crit": (assemble(header(ALG, b"\x02\x81\x01", KID_ITEM, TYP_ITEM)), "cose-crit"),
    "crit at the end": (assemble(header(ALG, KID_ITEM, TYP_ITEM, b"\x02\x81\x01")), "cose-crit"),
    "content type": (assemble(header(ALG, b"\x03\x00", KID_ITEM, TYP_ITEM)), "cose-label"),
    "a fourth label": (assemble(header(ALG, KID_ITEM, TYP_ITEM, b"\x18\x21\x00")), "cose-label"),
    "a private label": (
        assemble(header(ALG, KID_ITEM, TYP_ITEM, b"\x3a\x00\x01\x11\x71\x00")),
        "cose-label",
    ),
    "a text label": (assemble(header(ALG, b"\x63kid\x00", TYP_ITEM)), "cose-label"),
    "a label that is a map": (assemble(header(ALG, b"\xa0\x00", TYP_ITEM)), "cose-label"),
    "labels unsorted": (assemble(header(KID_ITEM, ALG, TYP_ITEM)), "cose-order"),
    "alg twice": (assemble(header(ALG, ALG, KID_ITEM, TYP_ITEM)), "cose-order"),
    "kid twice": (assemble(header(ALG, KID_ITEM, TYP_ITEM, KID_ITEM)), "cose-order"),
    "label in two bytes": (assemble(header(b"\x18\x01\x32", KID_ITEM, TYP_ITEM)), "cose-encoding"),
    "map length in two bytes": (assemble(b"\xb8\x03" + HEADER[1:]), "cose-encoding"),
    "map of indefinite length": (assemble(b"\xbf" + HEADER[1:] + b"\xff"), "cose-encoding"),
    "map announces more": (assemble(b"\xa4" + HEADER[1:]), "cose-truncated"),
    "map of 2^64 - 1 entries": (assemble(b"\xbb" + b"\xff" * 8 + HEADER[1:]), "cose-truncated"),
    "bytes after the header map": (assemble(HEADER + b"\x00"), "cose-trailing"),
    "kid of 32 bytes": (
        assemble(header(ALG, b"\x04\x58\x20" + KEY.public, TYP_ITEM)),
        "cose-kid",
    ),
    "kid of 35 bytes": (assemble(header(ALG, b"\x04\x58\x23" + KID[:35], TYP_ITEM)), "cose-kid"),
    "kid of 37 bytes": (assemble(header(ALG, b"\x04\x58\x25" + KID + b"0", TYP_ITEM)), "cose-kid"),
    "kid of another hash": (
        assemble(header(ALG, b"\x04\x58\x24\x01\x71\x13\x20" + KID[4:], TYP_ITEM)),
        "cose-kid",
    ),
    "kid as text": (assemble(header(ALG, b"\x04\x78\x24" + b"k" * 36, TYP_ITEM)), "cose-kid"),
    "kid length not minimal": (
        assemble(header(ALG, b"\x04\x59\x00\x24" + KID, TYP_ITEM)),
        "cose-encoding",
    ),
    "typ of another kind": (
        assemble(header(ALG, KID_ITEM, b"\x10\x78\x1d" + b"application/linkcontract-card")),
        "cose-typ",
    ),
    "typ in capitals": (
        assemble(header(ALG, KID_ITEM, b"\x10\x78\x1d" + b"Application/linkcontract-stmt")),
        "cose-typ",
    ),
    "typ as bytes": (assemble(header(ALG, KID_ITEM, b"\x10\x58\x1d" + TYP_ITEM[3:])), "cose-typ"),
    "typ as a number": (assemble(header(ALG, KID_ITEM, b"\x10\x18\x32")), "cose-typ"),
    "payload null": (assemble(payload=b"\xf6"), "cose-payload"),
    "payload text": (assemble(payload=b"\x64abcd"), "cose-payload"),
    "payload length not minimal": (assemble(payload=b"\x58\x04" + PAYLOAD), "cose-encoding"),
    "payload in chunks": (assemble(payload=b"\x5f\x44" + PAYLOAD + b"\xff"), "cose-encoding"),
    "payload of 2^63 bytes": (assemble(payload=b"\x5b\x80" + bytes(7)), "cose-truncated"),
    "signature of 63 bytes": (assemble(signature=b"\x58\x3f" + bytes(63)), "cose-signature-length"),
    "signature of 65 bytes": (assemble(signature=b"\x58\x41" + bytes(65)), "cose-signature-length"),
    "signature empty": (assemble(signature=b"\x40"), "cose-signature-length"),
    "signature null": (assemble(signature=b"\xf6"), "cose-structure"),
    "signature zero": (assemble(signature=ES256_SIGNATURE), "cose-signature"),
    "trailing byte": (assemble(tail=b"\x00"), "cose-trailing"),
    "nothing": (b"", "cose-truncated"),
    "payload too large": (sign1(KEY, KID, "stmt", bytes(4097)), "cose-too-large"),
    "far too large": (bytes(10_000), "cose-too-large"),
}


@pytest.mark.parametrize("name", DEPARTURES)
def test_a_departure_from_the_template_has_its_code(name: str) -> None:
    data, expected = DEPARTURES[name]
    assert code(data) == expected


def test_every_prefix_is_refused() -> None:
    for length in range(len(GOOD)):
        assert code(GOOD[:length]) == "cose-truncated", length


@given(bit=st.integers(0, 8 * len(GOOD) - 1))
def test_flipping_any_bit_is_refused(bit: int) -> None:
    data = bytearray(GOOD)
    data[bit // 8] ^= 1 << bit % 8
    assert code(bytes(data)).startswith("cose-")


@given(data=st.binary(max_size=300), cut=st.integers(0, len(GOOD)))
def test_arbitrary_bytes_give_one_of_our_errors(data: bytes, cut: int) -> None:
    assert code(GOOD[:cut] + data + b"!").startswith("cose-")


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("signed_as", sorted(KINDS))
def test_typ_confusion_a_signature_counts_in_its_own_context_only(
    kind: str, signed_as: str
) -> None:
    data = sign1(KEY, KID, signed_as, PAYLOAD)
    if kind == signed_as:
        assert opened(data, kind).payload == PAYLOAD
    else:
        assert code(data, kind) == "cose-typ"


def test_typ_relabelled_after_signing_is_refused() -> None:
    relabelled = GOOD.replace(b"linkcontract-stmt", b"linkcontract-card")
    assert code(relabelled, "card") == "cose-signature"


def test_kid_confusion_an_unknown_kid_gives_no_payload() -> None:
    assert code(sign1(KEY, cid_of(b"another event"), "stmt", PAYLOAD)) == "cose-key"


def test_kid_confusion_another_key_under_a_known_kid_is_refused() -> None:
    assert code(sign1(OTHER, KID, "stmt", PAYLOAD)) == "cose-signature"


def test_kid_confusion_a_kid_exchanged_after_signing_is_refused() -> None:
    """Both kids name the same key: the signature still covers which of them was meant."""
    second = cid_of(b"second key event")
    exchanged = GOOD.replace(KID, second)
    with pytest.raises(RemoteProtocolError) as refused:
        open_sign1("stmt", exchanged, lambda kid: KEY.public, max_payload=4096)
    assert refused.value.code == "cose-signature"


def test_kid_confusion_a_raw_key_is_no_kid() -> None:
    with pytest.raises(LocalProtocolError) as refused:
        sign1(KEY, KEY.public, "stmt", PAYLOAD)
    assert refused.value.code == "cose-kid"


def test_resolve_returning_a_malformed_key_verifies_nothing() -> None:
    for wrong in (b"", KEY.public[:31], KEY.public + b"\x00", bytes(32)):
        with pytest.raises(RemoteProtocolError) as refused:
            open_sign1("stmt", GOOD, lambda kid, key=wrong: key, max_payload=4096)
        assert refused.value.code == "cose-signature"


def test_signing_again_gives_the_same_id() -> None:
    again = sign1(OTHER, KID, "stmt", PAYLOAD)
    second = open_sign1("stmt", again, lambda kid: OTHER.public, max_payload=4096)
    assert again != GOOD
    assert second.id == opened(GOOD).id == cid_of(PAYLOAD)


def test_no_payload_without_verification() -> None:
    """Nothing public returns the payload of a message whose signature is wrong."""
    forged = assemble(signature=ES256_SIGNATURE)
    seen: list[bytes] = []
    with pytest.raises(RemoteProtocolError):
        open_sign1("stmt", forged, lambda kid: seen.append(kid) or KEY.public, max_payload=4096)
    assert seen == [KID]
    public = {name for name in vars(cose) if not name.startswith("_")}
    assert {name for name in public if "open" in name.lower() or "read" in name.lower()} == {
        "open_sign1",
        "open_self_signed",
        "Opened",
    }


def test_an_unknown_kind_is_the_callers_mistake() -> None:
    for call in (
        lambda: sign1(KEY, KID, "seal", PAYLOAD),
        lambda: open_sign1("seal", GOOD, resolve, max_payload=4096),
        lambda: open_self_signed("stmt", GOOD, lambda payload: KEY.public, max_payload=4096),
    ):
        with pytest.raises(LocalProtocolError) as refused:
            call()
        assert refused.value.code == "cose-kind"


def test_an_opened_payload_cannot_be_exchanged() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        opened(GOOD).payload = b""  # type: ignore[misc]


# Key events


def self_signed(key: SigningKey, payload: bytes, kind: str = "incp") -> bytes:
    return sign1(key, cid_of(payload), kind, payload)


def test_a_key_event_is_verified_with_the_key_it_contains() -> None:
    payload = b"\x58\x20" + KEY.public
    result = open_self_signed(
        "incp", self_signed(KEY, payload), lambda data: data[2:], max_payload=4096
    )
    assert result == Opened(payload=payload, kid=cid_of(payload), id=cid_of(payload))


def test_a_key_event_signed_by_another_key_is_refused() -> None:
    payload = b"\x58\x20" + KEY.public
    with pytest.raises(RemoteProtocolError) as refused:
        open_self_signed(
            "incp", self_signed(OTHER, payload), lambda data: data[2:], max_payload=4096
        )
    assert refused.value.code == "cose-signature"


def test_a_key_event_under_the_id_of_another_is_refused_before_its_key_is_read() -> None:
    payload = b"\x58\x20" + KEY.public
    read: list[bytes] = []
    with pytest.raises(RemoteProtocolError) as refused:
        open_self_signed(
            "incp",
            sign1(KEY, KID, "incp", payload),
            lambda data: read.append(data) or data[2:],
            max_payload=4096,
        )
    assert refused.value.code == "cose-key"
    assert read == []


def test_a_rotation_is_not_an_inception() -> None:
    payload = b"\x58\x20" + KEY.public
    with pytest.raises(RemoteProtocolError) as refused:
        open_self_signed(
            "incp", self_signed(KEY, payload, "kel"), lambda data: data[2:], max_payload=4096
        )
    assert refused.value.code == "cose-typ"


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        (bytes(32), "key-small-order"),
        (b"\x01" + bytes(30) + b"\x80", "key-canonical"),
        (bytes(31), "key-length"),
    ],
)
def test_a_weak_key_is_refused_where_it_is_introduced(public: bytes, expected: str) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        open_self_signed("incp", self_signed(KEY, b"\x40"), lambda data: public, max_payload=4096)
    assert refused.value.code == expected
