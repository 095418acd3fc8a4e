"""The byte templates of COSE structures (RFC 9052), read and written by position.

The two structures in use have integer-keyed headers and a tag, so they lie outside the encoding
profile. Each has exactly one form: what a reader accepts is byte for byte what a writer writes.
The reader walks the template and names the first departure from it, in one pass.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from linkcontract.errors import RemoteProtocolError

UNSIGNED: Final = 0
NEGATIVE: Final = 1
BYTES: Final = 2
TEXT: Final = 3
ARRAY: Final = 4
MAP: Final = 5
TAG: Final = 6
SIMPLE: Final = 7

NULL: Final = 22
"""The simple value of null: a detached payload."""

ALGORITHM: Final = 1
CRITICAL: Final = 2
KEY_ID: Final = 4
TYPE: Final = 16
"""Header labels of RFC 9052 section 3.1 and RFC 9596."""


def head(major: int, argument: int) -> bytes:
    """The head of a CBOR item in its shortest form (RFC 8949 section 4.2.1)."""
    lead = major << 5
    if argument < 24:
        return bytes([lead | argument])
    if argument < 2**8:
        return bytes([lead | 24, argument])
    if argument < 2**16:
        return struct.pack(">BH", lead | 25, argument)
    if argument < 2**32:
        return struct.pack(">BI", lead | 26, argument)
    return struct.pack(">BQ", lead | 27, argument)


def integer(value: int) -> bytes:
    """An integer item."""
    return head(UNSIGNED, value) if value >= 0 else head(NEGATIVE, -1 - value)


def byte_string(data: bytes) -> bytes:
    """A byte string item."""
    return head(BYTES, len(data)) + data


def text(data: str) -> bytes:
    """A text item."""
    encoded = data.encode("utf-8")
    return head(TEXT, len(encoded)) + encoded


Accepts: TypeAlias = Callable[[int, int | bytes], bool]
"""Whether a header value is acceptable, given its major type and the value itself: an int for
integers, the contents for byte strings and text."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One header parameter of a template.

    Attributes:
        label: its integer label.
        code: the error when its value is not acceptable.
        accepts: whether a value is.
    """

    label: int
    code: str
    accepts: Accepts


class Reader:
    """A position in received bytes. Every method raises RemoteProtocolError and moves forward.

    Codes: `cose-truncated` when the bytes end early, `cose-encoding` for a head that is not in its
    shortest form, is of indefinite length or reserved.
    """

    __slots__ = ("_data", "at")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def head(self) -> tuple[int, int]:
        """Major type and argument of the next item."""
        data, at = self._data, self.at
        if at >= len(data):
            raise RemoteProtocolError("cose-truncated")
        major, argument = data[at] >> 5, data[at] & 31
        at += 1
        if argument >= 28:
            raise RemoteProtocolError("cose-encoding")
        if argument >= 24:
            width = 1 << (argument - 24)
            if at + width > len(data):
                raise RemoteProtocolError("cose-truncated")
            argument = int.from_bytes(data[at : at + width], "big")
            smallest = 24 if width == 1 else 1 << (4 * width)
            if argument < smallest:
                raise RemoteProtocolError("cose-encoding")
            at += width
        self.at = at
        return major, argument

    def expect(self, major: int, argument: int, code: str) -> None:
        """The next head is exactly this one, else `code`."""
        if self.head() != (major, argument):
            raise RemoteProtocolError(code)

    def take(self, length: int) -> bytes:
        """The next `length` bytes."""
        start, end = self.at, self.at + length
        if end > len(self._data):
            raise RemoteProtocolError("cose-truncated")
        self.at = end
        return self._data[start:end]

    def byte_string(self, code: str) -> bytes:
        """The contents of a byte string, else `code`."""
        major, length = self.head()
        if major != BYTES:
            raise RemoteProtocolError(code)
        return self.take(length)

    def end(self) -> None:
        """Nothing follows, else `cose-trailing`."""
        if self.at != len(self._data):
            raise RemoteProtocolError("cose-trailing")

    def _integer(self) -> int | None:
        major, argument = self.head()
        if major == UNSIGNED:
            return argument
        return -1 - argument if major == NEGATIVE else None

    def _value(self, parameter: Parameter) -> int | bytes:
        major, argument = self.head()
        value: int | bytes
        if major in (BYTES, TEXT):
            value = self.take(argument)
        elif major in (UNSIGNED, NEGATIVE):
            value = argument if major == UNSIGNED else -1 - argument
        else:
            raise RemoteProtocolError(parameter.code)
        if not parameter.accepts(major, value):
            raise RemoteProtocolError(parameter.code)
        return value

    def parameters(self, template: Sequence[Parameter]) -> list[int | bytes]:
        """A header map with exactly these parameters in this order; their values.

        Raises:
            RemoteProtocolError: `cose-protected` (no map, or a parameter is missing), `cose-crit`,
                `cose-label` (a label the template does not have), `cose-order` (a label of the
                template after one that follows it, or twice), and the codes of the parameters.
        """
        major, count = self.head()
        if major != MAP:
            raise RemoteProtocolError("cose-protected")
        values: list[int | bytes] = []
        places = {parameter.label: place for place, parameter in enumerate(template)}
        last = -1
        for _ in range(min(count, len(template) + 1)):
            label = self._integer()
            if label == CRITICAL:
                raise RemoteProtocolError("cose-crit")
            if label is None or label not in places:
                raise RemoteProtocolError("cose-label")
            if places[label] <= last:
                raise RemoteProtocolError("cose-order")
            last = places[label]
            values.append(self._value(template[last]))
        if count != len(template):
            raise RemoteProtocolError("cose-protected")
        return values


def read_structure(
    data: bytes, *, tag: int, parts: int, template: Sequence[Parameter]
) -> tuple[Reader, bytes, list[int | bytes]]:
    """Read tag, array, protected header and the empty unprotected header.

    Args:
        data: the whole message.
        tag: 18 for COSE_Sign1, 16 for COSE_Encrypt0.
        parts: how many items the array has.
        template: the protected parameters in canonical order.

    Returns:
        The reader, standing before the third part; the protected header's bytes; its values.

    Raises:
        RemoteProtocolError: `cose-tag`, `cose-structure`, `cose-unprotected`, `cose-trailing`
            (within the protected header), and the codes of `Reader` and of the parameters.
    """
    reader = Reader(data)
    reader.expect(TAG, tag, "cose-tag")
    reader.expect(ARRAY, parts, "cose-structure")
    protected = reader.byte_string("cose-structure")
    inner = Reader(protected)
    values = inner.parameters(template)
    inner.end()
    major, count = reader.head()
    if (major, count) != (MAP, 0):
        raise RemoteProtocolError("cose-unprotected")
    return reader, protected, values
