"""CIDs against multiformats, which shares no code with ours; did:key text against arithmetic."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multiformats import CID, multibase

from linkcontract.encoding import (
    CID_PREFIX,
    CID_SIZE,
    cid_from_text,
    cid_of,
    cid_text,
    did_key_parse,
    did_key_text,
    is_cid,
)
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import KIB

some_cid = cid_of(b"some payload")


@given(st.binary(max_size=2 * KIB))
def test_cid_is_what_multiformats_makes(payload: bytes) -> None:
    theirs = CID("base32", 1, "dag-cbor", ("sha2-256", cid_of(payload)[4:]))
    assert bytes(theirs) == cid_of(payload)
    assert str(theirs) == cid_text(cid_of(payload))
    assert bytes(CID.decode(cid_text(cid_of(payload)))) == cid_of(payload)


@given(st.binary(max_size=64))
def test_cid_text_is_read_back(payload: bytes) -> None:
    assert cid_from_text(cid_text(cid_of(payload))) == cid_of(payload)


def test_cid_of_nothing_and_of_an_empty_map() -> None:
    assert cid_text(cid_of(b"")) == "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    assert cid_text(cid_of(b"\xa0")) == (
        "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"
    )
    assert CID_PREFIX.hex() == "01711220"
    assert len(cid_of(b"")) == CID_SIZE == 36


@pytest.mark.parametrize(
    "value",
    [
        some_cid[:-1],
        some_cid + b"\x00",
        b"",
        b"\x00" * 36,
        bytes((0x01, 0x55, 0x12, 0x20)) + bytes(32),  # codec raw
        bytes((0x01, 0x71, 0x13, 0x20)) + bytes(32),  # sha2-512
        bytes((0x12, 0x20)) + bytes(34),  # CIDv0 and two bytes
        bytearray(some_cid),
        cid_text(some_cid),
        None,
    ],
)
def test_what_is_no_cid(value: object) -> None:
    assert not is_cid(value)
    with pytest.raises(LocalProtocolError) as caught:
        cid_text(value)  # type: ignore[arg-type]
    assert caught.value.code == "cid-form"


def in_base32(data: bytes) -> str:
    return "b" + base64.b32encode(data).decode().rstrip("=").lower()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "cid-text"),
        ("b", "cid-text"),
        (cid_text(some_cid)[1:], "cid-text"),
        (cid_text(some_cid).upper(), "cid-text"),
        (cid_text(some_cid) + "======", "cid-text"),
        (cid_text(some_cid) + "\n", "cid-text"),
        (" " + cid_text(some_cid), "cid-text"),
        ("z" + cid_text(some_cid)[1:], "cid-text"),
        (cid_text(some_cid)[:-1] + "1", "cid-text"),
        ("b" * 100_000, "cid-text"),
        (in_base32(bytes(36)), "cid-form"),
        (in_base32(bytes((0x01, 0x55, 0x12, 0x20)) + bytes(32)), "cid-form"),
    ],
)
def test_text_that_is_no_cid_is_refused(text: str, code: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        cid_from_text(text)
    assert caught.value.code == code


def test_second_spelling_of_a_cid_is_refused() -> None:
    # The last character carries three bits of the CID and two of nothing.
    text = cid_text(some_cid)
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    spellings = [text[:-1] + alphabet[alphabet.index(text[-1]) ^ extra] for extra in (1, 2, 3)]
    for spelling in spellings:
        assert base64.b32decode(spelling[1:].upper() + "======") == some_cid
        with pytest.raises(RemoteProtocolError) as caught:
            cid_from_text(spelling)
        assert caught.value.code == "cid-text"


@given(st.text(max_size=80) | st.from_regex(r"\Ab[a-z2-7]{58}\Z"))
def test_any_text_gives_a_cid_or_our_error(text: str) -> None:
    try:
        cid = cid_from_text(text)
    except RemoteProtocolError:
        return
    assert cid_text(cid) == text


def base58(data: bytes) -> str:
    """Base58 by the book, for data that does not begin with a zero byte."""
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return text


@given(st.binary(min_size=32, max_size=32))
def test_did_key_is_base58_of_the_codec_and_the_key(key: bytes) -> None:
    assert did_key_text(key) == "did:key:z" + base58(b"\xed\x01" + key)
    assert did_key_parse(did_key_text(key)) == key


@pytest.mark.parametrize("key", [bytes(32), b"\xff" * 32, bytes(31) + b"\x01"])
def test_did_key_of_extreme_keys(key: bytes) -> None:
    assert did_key_parse(did_key_text(key)) == key


@pytest.mark.parametrize("size", [0, 31, 33, 34])
def test_did_key_of_a_wrong_size_is_refused(size: int) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        did_key_text(bytes(size))
    assert caught.value.code == "did-key-form"


some_did = did_key_text(bytes(range(32)))


def other_codec(prefix: bytes) -> str:
    return "did:key:" + multibase.encode(prefix + bytes(range(34 - len(prefix))), "base58btc")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "did:key:",
        "did:key:z",
        some_did[:-1],
        some_did + "1",
        some_did + "\n",
        some_did + "#" + some_did[8:],
        some_did.upper(),
        some_did.replace("did:key", "did:web"),
        some_did.replace(":z", ":b"),
        some_did[:-1] + "0",  # not a character of base58
        some_did[:-1] + "l",
        "did:key:z" + "z" * 47,  # more than 34 bytes
        "did:key:z" + "1" * 47,  # leading zeros
        "did:key:z" + "1" * 1_000_000,
        other_codec(bytes((0xEC, 0x01))),  # X25519
        other_codec(bytes((0xED, 0x02))),
    ],
)
def test_what_is_no_did_key_of_ed25519_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        did_key_parse(text)
    assert caught.value.code == "did-key-form"


@given(st.text(max_size=70) | st.from_regex(r"\Adid:key:z[1-9A-HJ-NP-Za-km-z]{47}\Z"))
def test_any_text_gives_a_key_or_our_error(text: str) -> None:
    try:
        key = did_key_parse(text)
    except RemoteProtocolError:
        return
    assert did_key_text(key) == text


def test_foreign_did_key_vectors(foreign: Path) -> None:
    vectors = json.loads((foreign / "did-key" / "ed25519-x25519.json").read_text())
    seen = 0
    for did, vector in vectors.items():
        pair = vector.get("verificationKeyPair")
        if pair is None or "publicKeyBase58" not in pair:
            continue
        key = multibase.decode("z" + pair["publicKeyBase58"])
        assert did_key_text(key) == did
        assert did_key_parse(did) == key
        seen += 1
    assert seen >= 3
