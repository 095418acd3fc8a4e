"""The did:key text of an Ed25519 public key, for the edges (W3C CCG, The did:key Method v0.9).

Inside the protocol a party is named by the CID of its inception, never by a key; this text is for
people and programs that know DIDs. Whether the key is a good one is for the crypto package to say.
"""

import re
from typing import Final

from linkcontract.errors import LocalProtocolError, RemoteProtocolError

# multicodec ed25519-pub, 0xed, as a varint.
_MULTICODEC: Final = bytes((0xED, 0x01))
_KEY_SIZE: Final = 32
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {character: digit for digit, character in enumerate(_ALPHABET)}

# 34 bytes that begin with 0xed are 47 characters of base58 whatever follows; "z" is multibase's
# letter for base58btc. The fixed length also bounds the work of reading.
_TEXT: Final = re.compile(f"did:key:z([{_ALPHABET}]{{47}})")


def did_key_text(public_key: bytes) -> str:
    """The did:key text of an Ed25519 public key of 32 bytes.

    Raises:
        LocalProtocolError: did-key-form if the key is not 32 bytes.
    """
    if len(public_key) != _KEY_SIZE:
        raise LocalProtocolError("did-key-form")
    number = int.from_bytes(_MULTICODEC + public_key, "big")
    characters = []
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[digit])
    return "did:key:z" + "".join(reversed(characters))


def did_key_parse(text: str) -> bytes:
    """The 32 bytes of the Ed25519 public key that a did:key text spells.

    Raises:
        RemoteProtocolError: did-key-form if it is no did:key, or one of another kind of key.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise RemoteProtocolError("did-key-form")
    number = 0
    for character in match.group(1):
        number = number * len(_ALPHABET) + _DIGITS[character]
    size = len(_MULTICODEC) + _KEY_SIZE
    if number.bit_length() > size * 8:
        raise RemoteProtocolError("did-key-form")
    raw = number.to_bytes(size, "big")
    if not raw.startswith(_MULTICODEC):
        raise RemoteProtocolError("did-key-form")
    return raw[len(_MULTICODEC) :]
