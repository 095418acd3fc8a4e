"""The encoder: a value of the profile becomes its only encoding.

The value is checked and copied into canonical order first and then written by cbor2 in one go:
cbor2's own canonical mode sorts the same way for text keys but costs two and a half times as much,
and its encoder overflows the C stack on deep nesting, which the check here makes impossible.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import cast

import cbor2

from linkcontract.encoding.profile import NOT_FREE_TEXT, PROTOCOL_TEXT, Encodable
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import MAX_DEPTH, MAX_INTEGER


def encode(value: Encodable) -> bytes:
    """Encode `value` deterministically.

    Args:
        value: None, bool, int in ±(2^53 - 1), bytes, free text, a list or tuple, or a mapping with
            protocol text as keys, nested at most 16 deep. Subclasses of int, str and bytes (an
            enum, say) are refused: what they stand for is for the caller to say.

    Returns:
        The bytes; `decode` gives an equal value back and no other bytes decode to it.

    Raises:
        LocalProtocolError: cbor-value, cbor-integer, cbor-depth, cbor-text, cbor-key.
    """
    # Nothing below is data of the caller's class: cbor2 meets exact builtins and plain dicts only.
    return cbor2.dumps(_canonical(value, 0))


def hash_of(array: Sequence[Encodable]) -> bytes:
    """H(x): SHA-256 over the encoding of an array, the first item of which is its label.

    Returns:
        32 bytes.

    Raises:
        LocalProtocolError: cbor-value if `array` is not an array, and as `encode` says.
    """
    if not isinstance(array, list | tuple):
        raise LocalProtocolError("cbor-value")
    return hashlib.sha256(encode(array)).digest()


def _canonical(value: object, depth: int) -> object:
    """Check `value`, which lies inside `depth` containers, and copy it with its maps in order."""
    kind = type(value)
    if isinstance(value, str) and kind is str:
        if NOT_FREE_TEXT.search(value):
            raise LocalProtocolError("cbor-text")
        return value
    if kind is bytes or value is None or kind is bool:
        return value
    if isinstance(value, int) and kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise LocalProtocolError("cbor-integer")
        return value
    # The exact classes first: asking an abstract class costs more than all the rest here.
    if kind is dict:
        _check_depth(depth)
        return _canonical_map(cast("dict[object, object]", value), depth)
    if isinstance(value, (list, tuple)):
        _check_depth(depth)
        return [_canonical(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        _check_depth(depth)
        return _canonical_map(value, depth)
    raise LocalProtocolError("cbor-value")


def _check_depth(depth: int) -> None:
    if depth == MAX_DEPTH:
        raise LocalProtocolError("cbor-depth")


def _canonical_map(value: Mapping[object, object], depth: int) -> dict[str, object]:
    keys: list[str] = []
    for key in value:
        if type(key) is not str or PROTOCOL_TEXT.fullmatch(key) is None:
            raise LocalProtocolError("cbor-key")
        keys.append(key)
    # Length first, then bytewise: sorting is stable, and for ASCII the order of str is of bytes.
    keys.sort()
    keys.sort(key=len)
    return {key: _canonical(value[key], depth + 1) for key in keys}
