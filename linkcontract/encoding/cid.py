"""Content identifiers: an id is the hash of a payload, with a prefix that says which hash.

A CID here is always the 36 bytes of a CIDv1 with the codec dag-cbor and a SHA2-256 multihash, and
is compared as bytes. The text form (multibase base32, lower case, no padding) exists at the edges
only: command line, URLs, vectors.

Spec: encoding, Identifiers.
"""

import base64
import hashlib
import re
from typing import Final

from linkcontract.errors import LocalProtocolError, RemoteProtocolError

CID_PREFIX: Final = bytes((0x01, 0x71, 0x12, 0x20))
"""CID version 1, codec dag-cbor, hash sha2-256, digest of 32 bytes; each one varint byte."""

CID_SIZE: Final = len(CID_PREFIX) + 32

_TEXT: Final = re.compile("b[a-z2-7]{58}")  # 36 bytes are 57.6 characters of base32
_PADDING: Final = "======"  # what base64.b32decode wants after 58 characters


def cid_of(payload: bytes) -> bytes:
    """The CID of payload bytes, 36 bytes. The bytes are hashed as they are, never re-encoded."""
    return CID_PREFIX + hashlib.sha256(payload).digest()


def is_cid(value: object) -> bool:
    """Whether `value` is bytes in the only form a link has."""
    return isinstance(value, bytes) and len(value) == CID_SIZE and value.startswith(CID_PREFIX)


def cid_text(cid: bytes) -> str:
    """The text of a CID: "b" and 58 characters of base32.

    Raises:
        LocalProtocolError: cid-form if `cid` is not a CID.
    """
    if not is_cid(cid):
        raise LocalProtocolError("cid-form")
    return "b" + base64.b32encode(cid).decode("ascii").rstrip("=").lower()


def cid_from_text(text: str) -> bytes:
    """The CID of a text, which must be exactly what `cid_text` writes.

    Raises:
        RemoteProtocolError: cid-text if it is not base32 in that form; cid-form if what it spells
            is no CID of ours.
    """
    if _TEXT.fullmatch(text) is None:
        raise RemoteProtocolError("cid-text")
    cid = base64.b32decode(text[1:].upper() + _PADDING)
    if not is_cid(cid):
        raise RemoteProtocolError("cid-form")
    # Two bits of the last character are no part of the CID; a second spelling is refused.
    if cid_text(cid) != text:
        raise RemoteProtocolError("cid-text")
    return cid
