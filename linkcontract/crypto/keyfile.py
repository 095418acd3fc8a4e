"""A file of secrets under a passphrase: argon2id, then XChaCha20-Poly1305.

    magic (10) | ops u32be (4) | memory in KiB u32be (4) | salt (16) | nonce (24) | ciphertext

All 58 bytes before the ciphertext are its additional data, so the parameters cannot be weakened
afterwards. They are bounded both ways (spec/decisions/0013): below, a passphrase would be cheap to
guess; above, a hostile file would take the machine down. The bounds are checked before any work.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from nacl import pwhash
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as aead_decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as aead_encrypt
from nacl.exceptions import CryptoError

from linkcontract.crypto.secret import SecretBytes, reveal
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import (
    KEYFILE_MEMORY_DEFAULT,
    KEYFILE_MEMORY_MAX,
    KEYFILE_MEMORY_MIN,
    KEYFILE_OPS_DEFAULT,
    KEYFILE_OPS_MAX,
    KEYFILE_OPS_MIN,
    KIB,
    MAX_KEYFILE,
    MAX_PASSPHRASE,
)

MAGIC: Final = b"lckeyfile\x01"

_HEADER: Final = struct.Struct(">10sII16s24s")
_KEY_LENGTH: Final = 32
_SALT_LENGTH: Final = 16
_NONCE_LENGTH: Final = 24
_TAG_LENGTH: Final = 16


def _in_bounds(ops: int, memory: int) -> bool:
    return (
        KEYFILE_OPS_MIN <= ops <= KEYFILE_OPS_MAX
        and KEYFILE_MEMORY_MIN <= memory <= KEYFILE_MEMORY_MAX
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyfileCost:
    """What guessing one passphrase costs.

    Attributes:
        ops: passes over the memory.
        memory: bytes of memory, a multiple of 1 KiB.

    Raises:
        LocalProtocolError: `keyfile-cost` outside the bounds of `linkcontract.limits`.
    """

    ops: int = KEYFILE_OPS_DEFAULT
    memory: int = KEYFILE_MEMORY_DEFAULT

    def __post_init__(self) -> None:
        if self.memory % KIB or not _in_bounds(self.ops, self.memory):
            raise LocalProtocolError("keyfile-cost")


CHEAPEST: Final = KeyfileCost(ops=KEYFILE_OPS_MIN, memory=KEYFILE_MEMORY_MIN)
"""The least a key file may cost; for tests and for files that guard nothing of value."""


def _derive(passphrase: bytes, salt: bytes, ops: int, memory: int) -> bytes:
    return pwhash.argon2id.kdf(_KEY_LENGTH, passphrase, salt, opslimit=ops, memlimit=memory)


def seal_secrets(
    plaintext: SecretBytes,
    passphrase: SecretBytes,
    *,
    entropy: Callable[[int], bytes],
    cost: KeyfileCost | None = None,
) -> bytes:
    """Seal secrets under a passphrase.

    Args:
        plaintext: at most `MAX_KEYFILE` bytes.
        passphrase: 1 to `MAX_PASSPHRASE` bytes; normalising text is the caller's task.
        entropy: gives that many random bytes.
        cost: by default three passes over 64 MiB.

    Raises:
        LocalProtocolError: `keyfile-size`, `keyfile-passphrase-form`, `entropy-length`,
            `keyfile-memory` (the machine has not that much).
    """
    cost = cost or KeyfileCost()
    data = reveal(plaintext, len(plaintext), "plaintext")
    if len(data) > MAX_KEYFILE:
        raise LocalProtocolError("keyfile-size")
    if not 0 < len(passphrase) <= MAX_PASSPHRASE:
        raise LocalProtocolError("keyfile-passphrase-form")
    salt, nonce = entropy(_SALT_LENGTH), entropy(_NONCE_LENGTH)
    if (len(salt), len(nonce)) != (_SALT_LENGTH, _NONCE_LENGTH):
        raise LocalProtocolError("entropy-length")
    header = _HEADER.pack(MAGIC, cost.ops, cost.memory // KIB, salt, nonce)
    word = reveal(passphrase, len(passphrase), "passphrase")
    try:
        key = _derive(word, salt, cost.ops, cost.memory)
    except CryptoError:  # arguments are checked: what is left is memory
        raise LocalProtocolError("keyfile-memory") from None
    return header + aead_encrypt(data, header, nonce, key)


def open_secrets(data: bytes, passphrase: SecretBytes) -> bytes:
    """Open a file that `seal_secrets` made.

    Args:
        data: the whole file, from anywhere.
        passphrase: as given when it was sealed.

    Returns:
        The plaintext. It is secret: wrap what is read from it.

    Raises:
        RemoteProtocolError: `keyfile-form` (not a key file, cut short or too large),
            `keyfile-cost` (parameters out of bounds; nothing was computed), `keyfile-memory` (the
            machine has not the memory the file asks for), `keyfile-passphrase` (the passphrase is
            another one, or the file was altered: nothing tells the two apart).
    """
    smallest = _HEADER.size + _TAG_LENGTH
    if not smallest <= len(data) <= smallest + MAX_KEYFILE or not data.startswith(MAGIC):
        raise RemoteProtocolError("keyfile-form")
    header = data[: _HEADER.size]
    _, ops, kibibytes, salt, nonce = _HEADER.unpack(header)
    if not _in_bounds(ops, kibibytes * KIB):
        raise RemoteProtocolError("keyfile-cost")
    if not 0 < len(passphrase) <= MAX_PASSPHRASE:
        raise RemoteProtocolError("keyfile-passphrase")
    word = reveal(passphrase, len(passphrase), "passphrase")
    try:
        key = _derive(word, salt, ops, kibibytes * KIB)
    except CryptoError:
        raise RemoteProtocolError("keyfile-memory") from None
    try:
        return aead_decrypt(data[_HEADER.size :], header, nonce, key)
    except CryptoError:
        raise RemoteProtocolError("keyfile-passphrase") from None
