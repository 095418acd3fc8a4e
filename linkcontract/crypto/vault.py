"""Single secrets under a storage key: what a store may hold without being trusted with it.

    nonce (24) | XChaCha20-Poly1305 ciphertext, additional data H(["lc/vault/1", name])

The name under which a row is kept is authenticated, so a row put in another one's place does not
open there. An older row put back in its own place does: freshness is the store's business.
"""

from collections.abc import Callable
from typing import Final

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as aead_decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as aead_encrypt
from nacl.exceptions import CryptoError

from linkcontract.crypto.secret import Secret, SecretBytes, reveal
from linkcontract.encoding import hash_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError

STORAGE_KEY_LENGTH: Final = 32

_NONCE_LENGTH: Final = 24
_TAG_LENGTH: Final = 16


def seal_row(
    storage_key: SecretBytes,
    name: tuple[bytes, ...],
    secret: SecretBytes,
    *,
    entropy: Callable[[int], bytes],
) -> bytes:
    """Seal one secret for the row that has this name.

    Args:
        storage_key: 32 bytes.
        name: the row's key, its space included.
        secret: any length but zero.
        entropy: gives that many random bytes.

    Raises:
        LocalProtocolError: `secret-length`, `entropy-length`.
    """
    key = reveal(storage_key, STORAGE_KEY_LENGTH, "storage_key")
    data = reveal(secret, max(1, len(secret)), "secret")
    nonce = entropy(_NONCE_LENGTH)
    if len(nonce) != _NONCE_LENGTH:
        raise LocalProtocolError("entropy-length")
    return nonce + aead_encrypt(data, hash_of(["lc/vault/1", list(name)]), nonce, key)


def open_row(storage_key: SecretBytes, name: tuple[bytes, ...], sealed: bytes) -> Secret:
    """Open what `seal_row` made for the row that has this name.

    Raises:
        RemoteProtocolError: `vault-open` (another key, another row, cut or altered).
        LocalProtocolError: `secret-length` for the storage key.
    """
    key = reveal(storage_key, STORAGE_KEY_LENGTH, "storage_key")
    if len(sealed) <= _NONCE_LENGTH + _TAG_LENGTH:
        raise RemoteProtocolError("vault-open")
    nonce, ciphertext = sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:]
    try:
        return Secret(aead_decrypt(ciphertext, hash_of(["lc/vault/1", list(name)]), nonce, key))
    except CryptoError:
        raise RemoteProtocolError("vault-open") from None
