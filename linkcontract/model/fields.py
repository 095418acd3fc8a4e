"""Single fields: the shapes of identifiers, texts, times, keys and addresses."""

import re
from typing import Any, Final

from linkcontract.encoding import is_cid, is_free_text, is_protocol_text
from linkcontract.limits import MAX_ADDRESS, MAX_ADDRESSES, MAX_INTEGER
from linkcontract.model.schema import Shape, ShapeError, array


def integer(least: int = 0, most: int = MAX_INTEGER) -> Shape:
    """An integer in least … most; a bool is not one."""

    def shape(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ShapeError("field-kind")
        if not least <= value <= most:
            raise ShapeError("field-range")
        return value

    return shape


def boolean(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ShapeError("field-kind")
    return value


def scalar(value: object) -> Any:
    """A bool, an integer or protocol text."""
    if isinstance(value, (bool, int)):
        return value
    return text(value)


def data(least: int, most: int | None = None) -> Shape:
    """A byte string of `least` bytes, or of `least` to `most`."""
    limit = least if most is None else most

    def shape(value: object) -> bytes:
        if not isinstance(value, bytes):
            raise ShapeError("field-kind")
        if not least <= len(value) <= limit:
            raise ShapeError("field-length")
        return value

    return shape


def cid(value: object) -> bytes:
    """A content identifier: exactly 36 bytes, 01 71 12 20 and a SHA-256 digest."""
    if not isinstance(value, bytes):
        raise ShapeError("field-kind")
    if not is_cid(value):
        raise ShapeError("field-cid")
    return value


def text(value: object) -> str:
    """Protocol text: 1 to 128 characters of printable ASCII without space."""
    if not isinstance(value, str):
        raise ShapeError("field-kind")
    if not is_protocol_text(value):
        raise ShapeError("field-text")
    return value


def matching(pattern: str, inner: Shape = text) -> Shape:
    """`inner` text that matches the whole of `pattern`; patterns here run in linear time."""
    match = re.compile(pattern).fullmatch

    def shape(value: object) -> str:
        checked: str = inner(value)
        if match(checked) is None:
            raise ShapeError("field-text")
        return checked

    return shape


def free_text(most: int, lines: bool = False) -> Shape:
    """Free text of 1 to `most` characters; line feeds only if `lines`."""

    def shape(value: object) -> str:
        if not isinstance(value, str):
            raise ShapeError("field-kind")
        if not 1 <= len(value) <= most:
            raise ShapeError("field-length")
        if not is_free_text(value) or ("\n" in value and not lines):
            raise ShapeError("field-text")
        return value

    return shape


def one_of(*choices: str | int) -> Shape:
    """One of a few values; 1 and true are different."""

    def shape(value: object) -> Any:
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return value
        raise ShapeError("field-choice")

    return shape


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise ShapeError("field-kind")
    if not 1 <= len(value) <= MAX_ADDRESS:
        raise ShapeError("field-length")
    if _URL(value) is None:
        raise ShapeError("field-text")
    return value


_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[\x21-\x7e]+").fullmatch
_X25519_FIELD: Final = 2**255 - 19


def x25519_key(value: object) -> bytes:
    """A raw X25519 public key, canonical and not zero.

    A second encoding of the same point would be a second name for one key (RFC 7748 section 5
    masks the top bit and reduces; we refuse instead).
    """
    key: bytes = data(32)(value)
    if not 0 < int.from_bytes(key, "little") < _X25519_FIELD:
        raise ShapeError("field-range")
    return key


digest: Final = data(32)
"""A SHA-256 digest, a salt or a 32-byte nonce."""

time: Final = integer()
"""Unix milliseconds."""

duration: Final = integer(1)
"""Milliseconds, at least one."""

version: Final = one_of(1)
"""The one version there is."""

curie: Final = matching(r"[a-z][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9_.-]*")
"""A vocabulary term, prefix:name. Whether the term exists is asked where it is used: the form of
a statement must not depend on a table."""

path: Final = matching(r"[^/]+(/[^/]+)*")
"""A data path: segments of protocol text between slashes, none of them empty."""

jurisdiction: Final = matching(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""ISO 3166-1 alpha-2, or ISO 3166-2 for a part of a country; EU is reserved in the former."""

domain: Final = matching(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    free_text(253),
)
"""A DNS name of at least two labels in lower case, as A-labels (RFC 5890)."""

addresses: Final = array(_address, 0, MAX_ADDRESSES, distinct=True)
"""At most four URLs of at most 256 ASCII characters."""
