"""The strict decoder: bytes from outside become a value of the profile, or an error, never more.

Every value has exactly one encoding and only that one is accepted, so decoding and encoding again
gives the same bytes and nothing has to be re-encoded to be verified. The work is linear in the
length of the input whatever the input claims: no length is believed before the bytes are there,
each byte is looked at a fixed number of times, and nesting is bounded.
"""

from typing import Final

from linkcontract.encoding.profile import NOT_FREE_TEXT, PROTOCOL_TEXT, Value
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_DEPTH, MAX_INTEGER

# Major types, RFC 8949 §3.1.
_UNSIGNED: Final = 0
_NEGATIVE: Final = 1
_BYTES: Final = 2
_TEXT: Final = 3
_ARRAY: Final = 4
_MAP: Final = 5
_TAG: Final = 6

# Additional information, RFC 8949 §3: below 24 the argument itself, 24 to 27 a width, 28 to 30
# reserved, 31 an indefinite length (or, in major type 7, the break that ends one).
_ONE_BYTE: Final = 24
_EIGHT_BYTES: Final = 27
_INDEFINITE: Final = 31

# A width is allowed only for arguments that do not fit the next smaller one.
_SMALLEST: Final = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}

_MAJOR_SEVEN: Final = 0xE0
_SIMPLE: Final[dict[int, bool | None]] = {0xF4: False, 0xF5: True, 0xF6: None}
_FLOATS: Final = (0xF9, 0xFA, 0xFB)
_BREAK: Final = 0xFF


def decode(data: bytes, *, max_bytes: int) -> Value:
    """Decode one item of the profile that fills `data` exactly.

    Args:
        data: what came from outside.
        max_bytes: most bytes this kind of item may have; more is refused unread.

    Returns:
        The value; arrays are lists and maps are dicts in their canonical order.

    Raises:
        RemoteProtocolError: cbor-too-large, cbor-truncated, cbor-trailing, cbor-not-minimal,
            cbor-indefinite, cbor-reserved, cbor-integer, cbor-float, cbor-simple, cbor-tag,
            cbor-depth, cbor-utf8, cbor-text, cbor-key, cbor-key-order, cbor-key-duplicate.
    """
    if len(data) > max_bytes:
        raise RemoteProtocolError("cbor-too-large")
    return Decoder(data).decode()


class Decoder:
    """One decoding. `steps` counts the work done: one for each head, one for each byte of a string.

    The count is what shows linearity: it does not depend on the machine, a stopwatch does.
    """

    __slots__ = ("_data", "_position", "steps")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self.steps = 0

    def decode(self) -> Value:
        """Read the only item; raises as the function `decode` says."""
        value = self._item(0)
        if self._position != len(self._data):
            raise RemoteProtocolError("cbor-trailing")
        return value

    def _item(self, depth: int) -> Value:
        """Read one item that lies inside `depth` containers."""
        major, argument = self._head()
        if major == _TEXT:
            text = _utf8(self._string(argument))
            if NOT_FREE_TEXT.search(text):
                raise RemoteProtocolError("cbor-text")
            return text
        if major == _BYTES:
            return self._string(argument)
        if major <= _NEGATIVE:
            # -1 - n, so the magnitude of a negative integer is n + 1.
            if argument + major > MAX_INTEGER:
                raise RemoteProtocolError("cbor-integer")
            return argument if major == _UNSIGNED else -1 - argument
        if major <= _MAP:
            # Recursion is safe because its depth is bounded here, by a protocol constant.
            if depth == MAX_DEPTH:
                raise RemoteProtocolError("cbor-depth")
            return self._array(argument, depth) if major == _ARRAY else self._map(argument, depth)
        if major == _TAG:
            # Content addressing gives links their meaning by position, so no tag is needed; tags
            # are where decoders grow (regular expressions, shared references, bignums).
            raise RemoteProtocolError("cbor-tag")
        return _SIMPLE[argument]

    def _head(self) -> tuple[int, int]:
        """Read a head: major type and argument; for major type 7 the argument is the whole byte."""
        self.steps += 1
        position = self._position
        if position >= len(self._data):
            raise RemoteProtocolError("cbor-truncated")
        initial = self._data[position]
        self._position = position + 1
        argument = initial & 31
        if initial >= _MAJOR_SEVEN:
            if initial not in _SIMPLE:
                raise RemoteProtocolError(_why_not_simple(initial))
            return initial >> 5, initial
        if argument >= _ONE_BYTE:
            argument = self._long_argument(initial >> 5, argument)
        return initial >> 5, argument

    def _long_argument(self, major: int, width: int) -> int:
        """Read an argument of 1, 2, 4 or 8 bytes; `width` is its additional information."""
        if width > _EIGHT_BYTES:
            has_length = _BYTES <= major <= _MAP
            raise RemoteProtocolError(
                "cbor-indefinite" if has_length and width == _INDEFINITE else "cbor-reserved"
            )
        start = self._position
        end = start + (1 << (width - _ONE_BYTE))
        if end > len(self._data):
            raise RemoteProtocolError("cbor-truncated")
        argument = int.from_bytes(self._data[start:end], "big")
        if argument < _SMALLEST[width]:
            raise RemoteProtocolError("cbor-not-minimal")
        self._position = end
        return argument

    def _string(self, length: int) -> bytes:
        """Read the bytes of a byte or text string."""
        start = self._position
        end = start + length
        if end > len(self._data):
            raise RemoteProtocolError("cbor-truncated")
        self.steps += length
        self._position = end
        return self._data[start:end]

    def _array(self, count: int, depth: int) -> list[Value]:
        # Each item takes a byte at least: a count that cannot be true is refused at once.
        if count > len(self._data) - self._position:
            raise RemoteProtocolError("cbor-truncated")
        return [self._item(depth + 1) for _ in range(count)]

    def _map(self, count: int, depth: int) -> dict[str, Value]:
        if 2 * count > len(self._data) - self._position:
            raise RemoteProtocolError("cbor-truncated")
        result: dict[str, Value] = {}
        previous = ""
        for _ in range(count):
            key = self._key()
            # Length first, then bytewise: for ASCII text keys the order of RFC 8949 §4.2.1 (the
            # bytes of the encoded key) and of DAG-CBOR are both this one.
            if len(key) < len(previous) or (len(key) == len(previous) and key <= previous):
                raise RemoteProtocolError(
                    "cbor-key-duplicate" if key in result else "cbor-key-order"
                )
            previous = key
            result[key] = self._item(depth + 1)
        return result

    def _key(self) -> str:
        major, argument = self._head()
        if major != _TEXT:
            raise RemoteProtocolError("cbor-key")
        key = _utf8(self._string(argument))
        if PROTOCOL_TEXT.fullmatch(key) is None:
            raise RemoteProtocolError("cbor-key")
        return key


def _utf8(string: bytes) -> str:
    """Text of whatever characters, from UTF-8 that is well formed."""
    try:
        return string.decode()
    except UnicodeDecodeError:
        raise RemoteProtocolError("cbor-utf8") from None


def _why_not_simple(initial: int) -> str:
    """Name what is wrong with a byte of major type 7 that is neither a boolean nor null."""
    if initial in _FLOATS:
        return "cbor-float"
    if initial == _BREAK:
        return "cbor-indefinite"
    return "cbor-simple"
