"""Keys of rows as bytes that sort as the tuples do.

Each part is written with every 00 as 00 ff and closed with 00 01. So parts are compared bytewise
and one after the other, a part that is the beginning of another comes first, and the encoding of
a tuple is the beginning of the encoding of every longer tuple that starts with the same parts:
`scan` by prefix is one range of the index.
"""

import re
from typing import Final

from linkcontract.errors import StoreError

_SPACE: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_CLOSE: Final = b"\x00\x01"
_AFTER_CLOSE: Final = b"\x00\x02"
_ESCAPED_ZERO: Final = b"\x00\xff"


def check_space(space: str) -> None:
    """Refuse a name of a space that is not `[a-z][a-z0-9-]{0,31}`.

    Raises:
        StoreError: `store-change`.
    """
    if not isinstance(space, str) or _SPACE.fullmatch(space) is None:
        raise StoreError("store-change", "space")


def encode_key(key: tuple[bytes, ...]) -> bytes:
    """The key as bytes whose order is the order of the tuples."""
    return b"".join(part.replace(b"\x00", _ESCAPED_ZERO) + _CLOSE for part in key)


def decode_key(data: bytes) -> tuple[bytes, ...]:
    """The inverse of `encode_key`.

    Raises:
        StoreError: `store-corrupt` if the bytes are not what `encode_key` writes.
    """
    if not data:
        return ()
    if not data.endswith(_CLOSE):
        raise StoreError("store-corrupt", "key")
    # 00 01 stands only where a part ends: inside a part every 00 is followed by ff.
    parts = data[:-2].split(_CLOSE)
    key = tuple(part.replace(_ESCAPED_ZERO, b"\x00") for part in parts)
    if encode_key(key) != data:
        raise StoreError("store-corrupt", "key")
    return key


def prefix_range(prefix: tuple[bytes, ...]) -> tuple[bytes, bytes | None]:
    """The encoded keys k with `prefix` are those with low <= k and, if high is not None, k < high.

    Returns:
        (low, high). 00 02 occurs in no encoded key, so it is a strict upper end.
    """
    low = encode_key(prefix)
    return low, (low[:-2] + _AFTER_CLOSE if prefix else None)
