"""The did:key text of an Ed25519 public key, for the edges (W3C CCG, The did:key Method v0.9).

Inside the protocol a party is named by the CID of its inception, never by a key; this text is for
people and programs that know DIDs. Whether the key is a good one is for the crypto package to say.

multiformats does the spelling. It is imported when it is first needed: loading it takes longer
than loading the rest of this package together, and most programs never come here.
"""

import re
from typing import Final

from linkcontract.errors import LocalProtocolError, RemoteProtocolError

_CODEC: Final = "ed25519-pub"
_MULTICODEC: Final = bytes((0xED, 0x01))  # the varint of that codec
_KEY_SIZE: Final = 32

# 34 bytes that begin with 0xed are 47 characters of base58 whatever follows; "z" is multibase's
# letter for base58btc. The fixed length bounds the work of reading, which grows with its square.
_TEXT: Final = re.compile("did:key:(z[1-9A-HJ-NP-Za-km-z]{47})")


def did_key_text(public_key: bytes) -> str:
    """The did:key text of an Ed25519 public key of 32 bytes.

    Raises:
        LocalProtocolError: did-key-form if the key is not 32 bytes.
    """
    from multiformats import multibase, multicodec

    if len(public_key) != _KEY_SIZE:
        raise LocalProtocolError("did-key-form")
    return "did:key:" + multibase.encode(multicodec.wrap(_CODEC, public_key), "base58btc")


def did_key_parse(text: str) -> bytes:
    """The 32 bytes of the Ed25519 public key that a did:key text spells.

    Raises:
        RemoteProtocolError: did-key-form if it is no did:key, or one of another kind of key.
    """
    from multiformats import multibase

    match = _TEXT.fullmatch(text)
    if match is None:
        raise RemoteProtocolError("did-key-form")
    raw = multibase.decode(match.group(1))
    # The prefix is compared here, not unwrapped there: an unknown codec would be a foreign error.
    if len(raw) != len(_MULTICODEC) + _KEY_SIZE or not raw.startswith(_MULTICODEC):
        raise RemoteProtocolError("did-key-form")
    return raw[len(_MULTICODEC) :]
