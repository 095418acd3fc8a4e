"""HKDF with SHA-256 (RFC 5869), on the standard library."""

import hmac
from typing import Final

from linkcontract.errors import LocalProtocolError

HASH_LENGTH: Final = 32
"""Nh: bytes of one SHA-256 digest."""

MAX_OUTPUT: Final = 255 * HASH_LENGTH
"""Most bytes one expansion can give (RFC 5869 section 2.3)."""


def extract(salt: bytes, key_material: bytes) -> bytes:
    """HKDF-Extract (RFC 5869 section 2.2): 32 bytes. An empty salt is a salt of zeros."""
    return hmac.digest(salt or bytes(HASH_LENGTH), key_material, "sha256")


def expand(pseudorandom_key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand (RFC 5869 section 2.3).

    Args:
        pseudorandom_key: at least 32 bytes, from `extract`.
        info: what the output is for.
        length: 1 to 8,160 bytes.

    Raises:
        LocalProtocolError: `hkdf-length`.
    """
    if not 0 < length <= MAX_OUTPUT:
        raise LocalProtocolError("hkdf-length")
    output = block = b""
    counter = 0
    while len(output) < length:
        counter += 1
        block = hmac.digest(pseudorandom_key, block + info + bytes([counter]), "sha256")
        output += block
    return output[:length]


def hkdf(salt: bytes, key_material: bytes, info: bytes, length: int) -> bytes:
    """Extract, then expand. Raises LocalProtocolError `hkdf-length`."""
    return expand(extract(salt, key_material), info, length)
