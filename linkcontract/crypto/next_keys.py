"""Next keys: committed to ahead of time, derived from words on paper and from nothing else.

Every key event announces the digest of the key that may follow it (pre-rotation). That key is
derived from the seed of a BIP-39 mnemonic and the nonce of the announcing event, so it exists on
no device until it is needed: a stolen device cannot rotate, a lost one can be followed by a
rotation made from the words (spec/decisions/0012).

    seed  = PBKDF2-HMAC-SHA512(words, "mnemonic", 2048)            BIP-39, empty passphrase
    key   = Ed25519 key of HKDF-SHA256(salt = nonce, ikm = seed, info = "lc/next-key/1", 32)
    next  = H(["lc/next/1", [[0xed, public key]]])
"""

import functools
from typing import TYPE_CHECKING, Final

from linkcontract.crypto.ed25519 import PUBLIC_LENGTH, SigningKey
from linkcontract.crypto.hkdf import hkdf
from linkcontract.crypto.secret import Secret, SecretBytes, reveal
from linkcontract.encoding import hash_of
from linkcontract.errors import LocalProtocolError

if TYPE_CHECKING:
    from mnemonic import Mnemonic

ENTROPY_LENGTH: Final = 32
"""Bytes of entropy of a mnemonic: 24 words, the longest BIP-39 has."""

WORD_COUNT: Final = 24
SEED_LENGTH: Final = 64
NONCE_LENGTH: Final = 16
ED25519_CODE: Final = 0xED
"""The multicodec of an Ed25519 public key."""

NEXT_KEY_INFO: Final = b"lc/next-key/1"


@functools.cache
def _english() -> "Mnemonic":
    # Imported late: the words are needed when a party is made or recovered, not to run a node.
    from mnemonic import Mnemonic

    return Mnemonic("english")


def mnemonic_of(entropy: SecretBytes) -> str:
    """The 24 English BIP-39 words of 32 bytes of entropy, separated by single spaces.

    The words are a secret: they go to the person and nowhere else.

    Raises:
        LocalProtocolError: `secret-length`.
    """
    return str(_english().to_mnemonic(reveal(entropy, ENTROPY_LENGTH, "entropy")))


def seed_of(words: str) -> Secret:
    """The 64-byte BIP-39 seed of 24 English words.

    Args:
        words: in any case, separated by any white space, as a person types them.

    Raises:
        LocalProtocolError: `mnemonic-length`, `mnemonic-word` (with the position of the first
            word that is not in the list), `mnemonic-checksum`.
    """
    listed = words.lower().split()
    if len(listed) != WORD_COUNT:
        raise LocalProtocolError("mnemonic-length")
    english = _english()
    known = frozenset(english.wordlist)
    for position, word in enumerate(listed, start=1):
        if word not in known:
            raise LocalProtocolError("mnemonic-word", f"word.{position}")
    sentence = " ".join(listed)
    if not english.check(sentence):
        raise LocalProtocolError("mnemonic-checksum")
    return Secret(english.to_seed(sentence))


def next_key(seed: SecretBytes, nonce: bytes) -> SigningKey:
    """The key that the key event with this nonce announces.

    Args:
        seed: 64 bytes, from `seed_of`.
        nonce: the 16-byte nonce of the announcing event, fresh for every event.

    Raises:
        LocalProtocolError: `secret-length`, `key-nonce`.
    """
    if len(nonce) != NONCE_LENGTH:
        raise LocalProtocolError("key-nonce")
    material = reveal(seed, SEED_LENGTH, "seed")
    return SigningKey(hkdf(nonce, material, NEXT_KEY_INFO, 32))


def next_digest(public: bytes) -> bytes:
    """The digest by which a key event announces the next key set: 32 bytes.

    H(["lc/next/1", [[0xed, public]]]); the set has exactly one key in version 1.

    Raises:
        LocalProtocolError: `key-length`.
    """
    if len(public) != PUBLIC_LENGTH:
        raise LocalProtocolError("key-length")
    return hash_of(["lc/next/1", [[ED25519_CODE, public]]])
