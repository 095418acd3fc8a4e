"""X25519 (RFC 7748) with the refusals this protocol adds.

The function of RFC 7748 accepts several encodings of one point and several points that give one
secret: bit 255 is ignored, values from the prime upwards are reduced, and adding a point of small
order changes the key and not the secret. So a public key from outside is accepted in its one
canonical form only, and an all-zero secret is an error (RFC 9180 section 7.1.4).
"""

from typing import Final

from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base
from nacl.exceptions import RuntimeError as SodiumRuntimeError

from linkcontract.crypto.secret import SecretBytes, reveal
from linkcontract.errors import RemoteProtocolError

KEY_LENGTH: Final = 32
"""Bytes of a public key, of a secret scalar and of a shared secret."""

_PRIME: Final = 2**255 - 19
_ANY_SCALAR: Final = bytes([8]) + bytes(30) + bytes([64])


def x25519_public(secret: SecretBytes) -> bytes:
    """The public key of a secret scalar.

    Args:
        secret: 32 random bytes; clamping is part of the function (RFC 7748 section 5).

    Returns:
        32 bytes, canonical.

    Raises:
        LocalProtocolError: `secret-length`.
    """
    return crypto_scalarmult_base(reveal(secret, KEY_LENGTH, "secret"))


def x25519_shared(secret: SecretBytes, public: bytes) -> bytes:
    """The shared secret of RFC 7748 section 6.1, never all zeros.

    The public key is taken as it is: whoever reads one from outside calls `check_canonical` first.

    Args:
        secret: 32 bytes.
        public: 32 bytes.

    Raises:
        RemoteProtocolError: `x25519-length`, `x25519-low-order` (the secret would be all zeros).
        LocalProtocolError: `secret-length`.
    """
    scalar = reveal(secret, KEY_LENGTH, "secret")
    if len(public) != KEY_LENGTH:
        raise RemoteProtocolError("x25519-length")
    try:
        shared = crypto_scalarmult(scalar, public)
    except SodiumRuntimeError:  # libsodium's only failure here is a point of small order
        raise RemoteProtocolError("x25519-low-order") from None
    if not any(shared):  # should a later libsodium stop refusing it
        raise RemoteProtocolError("x25519-low-order")
    return shared


def check_canonical(public: bytes, where: str = "") -> None:
    """Refuse a public key in any form but the canonical one: bit 255 clear, below 2^255 - 19.

    Raises:
        RemoteProtocolError: `x25519-length`, `x25519-canonical`.
    """
    if len(public) != KEY_LENGTH:
        raise RemoteProtocolError("x25519-length", where)
    if int.from_bytes(public, "little") >= _PRIME:
        raise RemoteProtocolError("x25519-canonical", where)


def check_x25519_public(public: bytes, where: str = "") -> None:
    """Refuse a public key that no honest party announces; for a key seen for the first time.

    Args:
        public: the announced key, for example of a prekey or a signal key.
        where: our field name, for the error.

    Raises:
        RemoteProtocolError: `x25519-length`, `x25519-canonical`, `x25519-low-order`.
    """
    check_canonical(public, where)
    try:
        # A clamped scalar is a multiple of the cofactor: the result is zero for small order alone.
        x25519_shared(_ANY_SCALAR, public)
    except RemoteProtocolError as error:
        raise RemoteProtocolError(error.code, where) from None
