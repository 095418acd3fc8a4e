"""Signing with the keys of the vectors, which follow from names (spec/vectors/build/world.py).

Ed25519 after RFC 8032, section 5.1, for these keys only: it takes no care of timing.
"""

import base64
import hashlib
from functools import cache
from typing import Final

P: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, P) % P
_BASE_Y: Final = 4 * pow(5, -1, P) % P

Point = tuple[int, int, int, int]


def _base() -> Point:
    squared = (_BASE_Y**2 - 1) * pow(_D * _BASE_Y**2 + 1, -1, P)
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    x = P - x if x & 1 else x
    return x, _BASE_Y, 1, x * _BASE_Y % P


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * _D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


BASE: Final = _base()


def _times(number: int) -> bytes:
    """A multiple of the base point, encoded."""
    total, step = (0, 1, 1, 0), BASE
    while number:
        if number & 1:
            total = _add(total, step)
        step, number = _add(step, step), number >> 1
    inverse = pow(total[2], -1, P)
    x, y = total[0] * inverse % P, total[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


@cache
def _expanded(seed: bytes) -> tuple[int, bytes, bytes]:
    """The secret scalar, the prefix and the public key of a seed."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    return scalar, digest[32:], _times(scalar)


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature of a message."""
    scalar, prefix, public = _expanded(seed)
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ORDER
    point = _times(nonce)
    hashed = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little")
    return point + ((nonce + hashed * scalar) % ORDER).to_bytes(32, "little")


def named(name: str) -> bytes:
    """The seed of a name."""
    return hashlib.sha256(b"linkcontract vectors " + name.encode()).digest()


NAMES: Final = ("P", "V", "A", "B", "C", "D", "E", "anna", "bert", "shop", "firm", "mallory")
_AFTER: Final = ("0", "0/1", "0/1/2", "0/1/2/3", "0/branch 1", "0/branch 1/2", "0/1/branch 1")


@cache
def seeds() -> dict[bytes, bytes]:
    """The seeds of the parties' keys by public key."""
    labels = [f"{name} key 0" for name in NAMES]
    labels += [f"{name} next key after {after}" for name in NAMES for after in _AFTER]
    return {_expanded(named(label))[2]: named(label) for label in labels}


def cid(payload: bytes) -> bytes:
    """The identifier of a payload."""
    return bytes.fromhex("01711220") + hashlib.sha256(payload).digest()


def cid_text(identifier: bytes) -> str:
    """An identifier as text."""
    return "b" + base64.b32encode(identifier).decode().lower().rstrip("=")
