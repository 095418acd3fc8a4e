"""Edges of each width and depth when writing, and texts of identifiers beside the right one."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any, Final

from build.raw import integer
from build.world import seed, some_cid
from linkcontract.encoding import cid_text

Add = Callable[..., None]

VALUES: Final = "encoding, Values"
IDENTIFIERS: Final = "encoding, Identifiers"
PREFIX: Final = bytes.fromhex("01711220")


def _nested(depth: int) -> Any:
    """Arrays and maps in turn, an array innermost."""
    value: Any = []
    for level in range(depth - 1):
        value = {"map": [["a", value]]} if level % 2 == 0 else [value]
    return value


def _encoded(depth: int) -> bytes:
    value = b"\x80"
    for level in range(depth - 1):
        value = (b"\xa1\x61a" if level % 2 == 0 else b"\x81") + value
    return value


def _written(add: Add) -> None:
    edges = [23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, -24, -25, -256, -257, -65536, -65537]
    for name, comment, value, data in (
        (
            "widths",
            "Integers on both sides of every width. Careless: a width too many, or too few.",
            edges,
            bytes([0x80 + len(edges)]) + b"".join(map(integer, edges)),
        ),
        (
            "simple-values",
            "Null and the two booleans. Careless: a boolean is an integer, and false is 0.",
            [None, False, True],
            bytes.fromhex("83f6f4f5"),
        ),
        (
            "depth-16",
            "Arrays and maps in turn, sixteen in each other, are as deep as it gets. Careless: one"
            " of the two counts twice, or not at all.",
            _nested(16),
            _encoded(16),
        ),
    ):
        add(f"encode-{name}", comment, VALUES, "encode", {"value": value}, claims={"bytes": data})
    add(
        "encode-depth-17-both",
        "Arrays and maps in turn, seventeen in each other. Careless: only one of the two counts.",
        VALUES,
        "encode",
        {"value": _nested(17)},
        error="cbor-depth",
    )
    add(
        "decode-depth-16-both",
        "Arrays and maps in turn, sixteen in each other",
        VALUES,
        "decode",
        {"bytes": _encoded(16)},
        claims={"value": _nested(16)},
    )
    for name, comment, data, code in (
        (
            "depth-17-both",
            "Arrays and maps in turn, seventeen in each other. Careless: only one of the two"
            " counts.",
            _encoded(17),
            "cbor-depth",
        ),
        (
            "simple-28",
            "A simple value with reserved additional information. Careless: what lies behind the"
            " floats is one of them.",
            b"\xfc",
            "cbor-simple",
        ),
        ("simple-24", "The smallest simple value beyond the table", b"\xf8\x20", "cbor-simple"),
    ):
        add(f"decode-{name}", comment, VALUES, "decode", {"bytes": data}, error=code)


def _read(add: Add) -> None:
    text = cid_text(some_cid("some"))
    # A digest that ends in zero bits, so that the last character says nothing.
    ending = next(
        digest
        for digest in (hashlib.sha256(b"%d" % n).digest() for n in range(9999))
        if digest[-1] == 0
    )
    ends_in_zeros = "b" + base64.b32encode(PREFIX + ending).decode().lower().rstrip("=")
    for name, comment, given in (
        (
            "long",
            "One digit more, of which all bits belong to nothing. Careless: it is read until there"
            " are 36 bytes.",
            text + "a",
        ),
        (
            "cut",
            "The last digit is missing, and its bits were zeros. Careless: what is missing is"
            " taken for zeros.",
            ends_in_zeros[:-1],
        ),
        ("digit-1", "A digit base32 does not have, 1 for l", text[:30] + "1" + text[31:]),
        ("prefix-twice", "The prefix twice", "b" + text),
        ("empty", "No text at all", ""),
    ):
        add(f"read-cid-{name}", comment, IDENTIFIERS, "read-cid", {"text": given}, error="cid-text")
    add(
        "read-cid-zeros",
        "A digest that ends in a zero byte: the last digit stands there all the same.",
        IDENTIFIERS,
        "read-cid",
        {"text": ends_in_zeros},
        claims={"bytes": PREFIX + ending},
    )
    key = _did_key(seed("did key"))
    for name, comment, given in (
        (
            "leading-1",
            "A leading 1, which is a zero of base58 and adds nothing to the number. Careless: the"
            " number is compared and not the text.",
            key.replace("did:key:z", "did:key:z1"),
        ),
        ("empty", "A prefix and nothing behind it", "did:key:z"),
        ("space-before", "A space before it", " " + key),
        (
            "very-long",
            "Digits without end. Careless: all of them are multiplied out first.",
            key + "2" * 4000,
        ),
    ):
        add(
            f"read-did-key-{name}",
            comment,
            IDENTIFIERS,
            "read-did-key",
            {"text": given},
            error="did-key-form",
        )


def _did_key(public: bytes) -> str:
    digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, out = int.from_bytes(b"\xed\x01" + public, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        out = digits[digit] + out
    return f"did:key:z{out}"


def build(add: Add) -> None:
    """The vectors of this module."""
    _written(add)
    _read(add)
