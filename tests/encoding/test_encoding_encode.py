"""The encoder: what it writes, what it refuses, and that other writers write the same."""

import hashlib
from collections import OrderedDict
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import cbor2
import pytest
from hypothesis import given
from profile_values import values

from linkcontract.encoding import (
    Value,
    decode,
    encode,
    hash_of,
    is_free_text,
    is_protocol_text,
)
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import MAX_DEPTH, MAX_FRAME, MAX_INTEGER


class Colour(IntEnum):
    RED = 1


class Name(StrEnum):
    RED = "red"


class Text(str):
    __slots__ = ()


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def nested_map(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"a": value}
    return value


def cycle() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


REFUSED: dict[str, tuple[Any, str]] = {
    "float": (1.0, "cbor-value"),
    "NaN": (float("nan"), "cbor-value"),
    "set": ({1}, "cbor-value"),
    "bytearray": (bytearray(b"a"), "cbor-value"),
    "memoryview": (memoryview(b"a"), "cbor-value"),
    "a tag of cbor2": (cbor2.CBORTag(42, b"\x00"), "cbor-value"),
    "undefined of cbor2": (cbor2.undefined, "cbor-value"),
    "a class": (int, "cbor-value"),
    "enum of integers": (Colour.RED, "cbor-value"),
    "enum of strings": (Name.RED, "cbor-value"),
    "subclass of str": (Text("a"), "cbor-value"),
    "generator": ((number for number in (1, 2)), "cbor-value"),
    "integer 2^53": (MAX_INTEGER + 1, "cbor-integer"),
    "integer -2^53": (-MAX_INTEGER - 1, "cbor-integer"),
    "integer 2^200": (2**200, "cbor-integer"),
    "integer key": ({1: 2}, "cbor-key"),
    "bytes key": ({b"a": 2}, "cbor-key"),
    "empty key": ({"": 2}, "cbor-key"),
    "key with a space": ({"a b": 2}, "cbor-key"),
    "key outside ASCII": ({"é": 2}, "cbor-key"),
    "key of 129 characters": ({"a" * 129: 2}, "cbor-key"),
    "key with a final line feed": ({"a\n": 2}, "cbor-key"),
    "key that is an enum": ({Name.RED: 2}, "cbor-key"),
    "lone surrogate": ("\ud800", "cbor-text"),
    "control character": ("a\x00b", "cbor-text"),
    "bidi control": ("a\u202eb", "cbor-text"),
    "seventeen nested arrays": (nested(MAX_DEPTH + 1), "cbor-depth"),
    "seventeen nested maps": (nested_map(MAX_DEPTH + 1), "cbor-depth"),
    # cbor2's encoder ends the process here, which nothing can catch
    "10,000 nested arrays": (nested(10_000), "cbor-depth"),
    "an array that contains itself": (cycle(), "cbor-depth"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_our_own_fault(name: str) -> None:
    value, code = REFUSED[name]
    with pytest.raises(LocalProtocolError) as caught:
        encode(value)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (65_536, "1a00010000"),
        (2**32, "1b0000000100000000"),
        (MAX_INTEGER, "1b001fffffffffffff"),
        (-1, "20"),
        (-24, "37"),
        (-25, "3818"),
        (-MAX_INTEGER, "3b001ffffffffffffe"),
        (False, "f4"),
        (True, "f5"),
        (None, "f6"),
        (b"", "40"),
        ("", "60"),
        ("ü", "62c3bc"),
        ([], "80"),
        ({}, "a0"),
        ((1, (2, b"\x03")), "820182024103"),
        ({"bb": 1, "a": 2, "c": 3}, "a361610261630362626201"),
    ],
)
def test_known_bytes(value: Any, expected: str) -> None:
    assert encode(value).hex() == expected
    assert encode(decode(bytes.fromhex(expected), max_bytes=MAX_FRAME)).hex() == expected


@given(values)
def test_canonical_mode_of_cbor2_writes_the_same_bytes(value: Value) -> None:
    assert encode(value) == cbor2.dumps(value, canonical=True)


def test_order_of_insertion_does_not_matter() -> None:
    keys = ["b", "aa", "a", "Z", "zz", "~", "aaa"]
    orders = (keys, sorted(keys), list(reversed(keys)))
    assert len({encode(dict.fromkeys(order, 1)) for order in orders}) == 1
    written = decode(encode(dict.fromkeys(keys, 1)), max_bytes=MAX_FRAME)
    assert list(written) == ["Z", "a", "b", "~", "aa", "zz", "aaa"]  # type: ignore[arg-type]


def test_length_first_and_bytewise_order_of_encoded_keys_coincide() -> None:
    keys = ["a" * size + last for size in (0, 1, 22, 23, 24, 126) for last in "A~"]
    encoded = [encode(key) for key in keys]
    by_length = sorted(encoded, key=lambda item: (len(item), item))
    assert by_length == sorted(encoded)


def test_any_mapping_and_any_tuple_is_taken() -> None:
    expected = encode({"a": [1, 2]})
    assert encode(MappingProxyType({"a": (1, 2)})) == expected
    assert encode(OrderedDict(a=[1, 2])) == expected


def test_the_value_is_not_changed() -> None:
    value: dict[str, Value] = {"b": 1, "a": [2]}
    encode(value)
    assert list(value) == ["b", "a"]


def test_hash_is_sha256_over_the_encoded_array() -> None:
    assert (
        hash_of(["lc/test/1", b"\x01"])
        == hashlib.sha256(bytes.fromhex("82696c632f746573742f314101")).digest()
    )
    assert hash_of(("lc/test/1", b"\x01")) == hash_of(["lc/test/1", b"\x01"])


@pytest.mark.parametrize("value", ["text", b"bytes", {"a": 1}, 3, None])
def test_hash_of_anything_but_an_array_is_refused(value: Any) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        hash_of(value)
    assert caught.value.code == "cbor-value"


@pytest.mark.parametrize(
    ("text", "protocol", "free"),
    [
        ("dpv:Use", True, True),
        ("~" * 128, True, True),
        ("~" * 129, False, True),
        ("", False, True),
        ("a b", False, True),
        ("a\n", False, True),
        ("é", False, True),
        ("水 𐅑", False, True),
        ("a\tb", False, False),
        ("a\r\nb", False, False),
        ("\x7f", False, False),
        ("\x85", False, False),
        ("\u202a", False, False),
        ("\u2069", False, False),
        ("\u2065\u206a\u2029\u202f\xa0", False, True),
        ("\udfff", False, False),
    ],
)
def test_two_kinds_of_text(text: str, protocol: bool, free: bool) -> None:
    assert is_protocol_text(text) is protocol
    assert is_free_text(text) is free


@pytest.mark.parametrize("value", [b"bytes", None, 1, ["a"]])
def test_what_is_no_text_is_neither_kind(value: object) -> None:
    assert not is_protocol_text(value)
    assert not is_free_text(value)


@pytest.mark.parametrize("text", ["a U+1E08F \U0001e08f\u0323", "e\u0301", "\u00e9", "\u0301"])
def test_text_is_compared_bytewise_and_never_normalised(text: str) -> None:
    # Python 3.11 and Node 20 disagree on whether some of these are NFC; nobody asks.
    assert decode(encode(text), max_bytes=MAX_FRAME) == text
