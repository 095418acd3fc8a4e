"""HPKE (RFC 9180), base and PSK mode, for one suite.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The authenticated modes are not here:
a static-static term would let whoever stole a recipient's key pose as any sender towards it.
The ephemeral secret is an argument, so a sender that repeats one repeats key and nonce: it must be
fresh random bytes for every message.
"""

import struct
from dataclasses import dataclass, field
from typing import Final

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt as aead_decrypt
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as aead_encrypt
from nacl.exceptions import CryptoError

from linkcontract.crypto import hkdf
from linkcontract.crypto.secret import Secret, SecretBytes
from linkcontract.crypto.x25519 import (
    KEY_LENGTH,
    check_canonical,
    x25519_public,
    x25519_shared,
)
from linkcontract.errors import LocalProtocolError, RemoteProtocolError

MODE_BASE: Final = 0x00
MODE_PSK: Final = 0x01
KEM_ID: Final = 0x0020
KDF_ID: Final = 0x0001
AEAD_ID: Final = 0x0003

TAG_LENGTH: Final = 16
"""Nt: what sealing adds to the length of a plaintext."""

MIN_PSK: Final = 32
"""Fewest bytes of a pre-shared key (RFC 9180 section 9.5)."""

_NONCE_LENGTH: Final = 12
_MAX_SEQUENCE: Final = 2 ** (8 * _NONCE_LENGTH) - 1
_KEM_SUITE: Final = b"KEM" + struct.pack(">H", KEM_ID)
_HPKE_SUITE: Final = b"HPKE" + struct.pack(">HHH", KEM_ID, KDF_ID, AEAD_ID)


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, key_material: bytes) -> bytes:
    return hkdf.extract(salt, b"HPKE-v1" + suite + label + key_material)


def _labeled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hkdf.expand(key, struct.pack(">H", length) + b"HPKE-v1" + suite + label + info, length)


def _kem_secret(shared: bytes, enc: bytes, recipient: bytes) -> bytes:
    """ExtractAndExpand (RFC 9180 section 4.1): binds both public keys, not only the secret."""
    key = _labeled_extract(_KEM_SUITE, b"", b"eae_prk", shared)
    return _labeled_expand(_KEM_SUITE, key, b"shared_secret", enc + recipient, KEY_LENGTH)


@dataclass(slots=True, eq=False)
class Context:
    """One direction of an HPKE exchange after its key schedule (RFC 9180 section 5.2).

    `seal` and `open` count their calls; both sides use one context in the same order.
    """

    key: Secret
    base_nonce: Secret
    exporter: Secret
    sequence: int = field(default=0)

    def _next_nonce(self) -> bytes:
        if self.sequence >= _MAX_SEQUENCE:
            raise LocalProtocolError("hpke-sequence")
        base = int.from_bytes(self.base_nonce.expose(), "big")
        return (base ^ self.sequence).to_bytes(_NONCE_LENGTH, "big")

    def seal(self, aad: bytes, plaintext: bytes) -> bytes:
        """Encrypt and authenticate the next message.

        Raises:
            LocalProtocolError: `hpke-sequence` when the counter is used up.
        """
        ciphertext = aead_encrypt(plaintext, aad, self._next_nonce(), self.key.expose())
        self.sequence += 1
        return ciphertext

    def open(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Verify and decrypt the next message; a refused one does not count.

        Raises:
            RemoteProtocolError: `hpke-open`.
            LocalProtocolError: `hpke-sequence`.
        """
        if len(ciphertext) < TAG_LENGTH:
            raise RemoteProtocolError("hpke-open")
        nonce = self._next_nonce()
        try:
            plaintext = aead_decrypt(ciphertext, aad, nonce, self.key.expose())
        except CryptoError:
            raise RemoteProtocolError("hpke-open") from None
        self.sequence += 1
        return plaintext

    def export(self, exporter_context: bytes, length: int) -> Secret:
        """A secret both sides know (RFC 9180 section 5.3).

        Raises:
            LocalProtocolError: `hkdf-length`.
        """
        exporter = self.exporter.expose()
        return Secret(_labeled_expand(_HPKE_SUITE, exporter, b"sec", exporter_context, length))


def _key_schedule(
    kem_secret: bytes, info: bytes, psk: SecretBytes | None, psk_id: bytes
) -> Context:
    """KeySchedule of RFC 9180 section 5.1, with its VerifyPSKInputs."""
    if (psk is None) != (psk_id == b""):
        raise LocalProtocolError("hpke-psk")
    key_bytes = b""
    if psk is not None:
        key_bytes = psk.expose() if isinstance(psk, Secret) else psk
        if len(key_bytes) < MIN_PSK:
            raise LocalProtocolError("hpke-psk")
    mode = MODE_BASE if psk is None else MODE_PSK
    context = (
        bytes([mode])
        + _labeled_extract(_HPKE_SUITE, b"", b"psk_id_hash", psk_id)
        + _labeled_extract(_HPKE_SUITE, b"", b"info_hash", info)
    )
    secret = _labeled_extract(_HPKE_SUITE, kem_secret, b"secret", key_bytes)
    return Context(
        key=Secret(_labeled_expand(_HPKE_SUITE, secret, b"key", context, 32)),
        base_nonce=Secret(
            _labeled_expand(_HPKE_SUITE, secret, b"base_nonce", context, _NONCE_LENGTH)
        ),
        exporter=Secret(_labeled_expand(_HPKE_SUITE, secret, b"exp", context, 32)),
    )


def setup_sender(
    recipient: bytes,
    info: bytes,
    *,
    ephemeral: SecretBytes,
    psk: SecretBytes | None = None,
    psk_id: bytes = b"",
) -> tuple[bytes, Context]:
    """SetupBaseS or SetupPSKS (RFC 9180 section 5.1).

    Args:
        recipient: the recipient's public key, 32 bytes.
        info: what the exchange is for.
        ephemeral: a fresh 32-byte secret, never used before.
        psk: None for base mode, else at least 32 bytes.
        psk_id: empty for base mode, else not empty.

    Returns:
        The encapsulated key (32 bytes) and the sender's context.

    Raises:
        RemoteProtocolError: `x25519-length`, `x25519-canonical`, `x25519-low-order`: the
            recipient's key is unusable.
        LocalProtocolError: `secret-length`, `hpke-psk`.
    """
    check_canonical(recipient, "recipient")
    enc = x25519_public(ephemeral)
    kem_secret = _kem_secret(x25519_shared(ephemeral, recipient), enc, recipient)
    return enc, _key_schedule(kem_secret, info, psk, psk_id)


def setup_receiver(
    enc: bytes,
    secret: SecretBytes,
    info: bytes,
    *,
    psk: SecretBytes | None = None,
    psk_id: bytes = b"",
) -> Context:
    """SetupBaseR or SetupPSKR (RFC 9180 section 5.1).

    Args:
        enc: the encapsulated key as received; only its canonical form is accepted.
        secret: the recipient's 32-byte secret.
        info: what the exchange is for.
        psk: as for the sender.
        psk_id: as for the sender.

    Raises:
        RemoteProtocolError: `x25519-length`, `x25519-canonical`, `x25519-low-order`.
        LocalProtocolError: `secret-length`, `hpke-psk`.
    """
    check_canonical(enc, "enc")
    kem_secret = _kem_secret(x25519_shared(secret, enc), enc, x25519_public(secret))
    return _key_schedule(kem_secret, info, psk, psk_id)


def seal(
    recipient: bytes,
    info: bytes,
    aad: bytes,
    plaintext: bytes,
    *,
    ephemeral: SecretBytes,
    psk: SecretBytes | None = None,
    psk_id: bytes = b"",
) -> tuple[bytes, bytes]:
    """Single-shot sealing (RFC 9180 section 6.1), sequence number 0.

    Returns:
        The encapsulated key and the ciphertext with its tag.

    Raises:
        The errors of `setup_sender`.
    """
    enc, context = setup_sender(recipient, info, ephemeral=ephemeral, psk=psk, psk_id=psk_id)
    return enc, context.seal(aad, plaintext)


def open(
    enc: bytes,
    secret: SecretBytes,
    info: bytes,
    aad: bytes,
    ciphertext: bytes,
    *,
    psk: SecretBytes | None = None,
    psk_id: bytes = b"",
) -> bytes:
    """Single-shot opening (RFC 9180 section 6.1), sequence number 0.

    Returns:
        The plaintext.

    Raises:
        RemoteProtocolError: `hpke-open`, and those of `setup_receiver`.
        LocalProtocolError: those of `setup_receiver`.
    """
    return setup_receiver(enc, secret, info, psk=psk, psk_id=psk_id).open(aad, ciphertext)
