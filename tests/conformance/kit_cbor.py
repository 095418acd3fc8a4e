"""CBOR as it stands in the bytes, right or wrong: taken apart, altered and put together again.

Nothing is checked here: a map may have a key twice or out of order, a text need not be UTF-8. What
the bytes of a byte string hold is taken apart as well, if it is an array, a map or a tag.
"""

from dataclasses import dataclass, field
from typing import Any, Final

INTEGER, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)

CONTAINERS: Final = (ARRAY, MAP, TAG)
_DEEPEST: Final = 40


@dataclass
class Node:
    """One item.

    Attributes:
        major: its major type.
        number: the value of an integer or a tag, the low bits of a simple value.
        data: of a string.
        parts: entries of an array; keys and values of a map by turns; the content of a tag; what a
            byte string holds, if that is one of these.
        width: bytes of the head after the first, where it is not the shortest.
    """

    major: int
    number: int = 0
    data: bytes = b""
    parts: list["Node"] = field(default_factory=list)
    width: int | None = None

    def copy(self) -> "Node":
        """The same once more."""
        parts = [part.copy() for part in self.parts]
        return Node(self.major, self.number, self.data, parts, self.width)


def of(value: Any) -> Node:
    """A node from a Python value; maps are sorted."""
    match value:
        case Node():
            return value
        case None | bool():
            return Node(SIMPLE, {False: 20, True: 21, None: 22}[value])
        case int():
            return Node(INTEGER, value) if value >= 0 else Node(NEGATIVE, -1 - value)
        case bytes():
            return Node(BYTES, data=value)
        case str():
            return Node(TEXT, data=value.encode())
        case dict():
            made = Node(MAP, parts=[of(part) for pair in value.items() for part in pair])
            sort_map(made)
            return made
        case _:
            return Node(ARRAY, parts=[of(part) for part in value])


def sort_map(node: Node) -> None:
    """Put the keys of a map in their order."""
    pairs = list(zip(node.parts[::2], node.parts[1::2], strict=True))
    pairs.sort(key=lambda pair: (len(write(pair[0])), write(pair[0])))
    node.parts = [part for pair in pairs for part in pair]


def entry(node: Node, name: str) -> Node | None:
    """The value under a key of a map."""
    if node.major != MAP:
        return None
    for key, value in zip(node.parts[::2], node.parts[1::2], strict=True):
        if key.major == TEXT and key.data == name.encode():
            return value
    return None


def _head(major: int, number: int, width: int | None) -> bytes:
    if width is None:
        width = next(size for size in (0, 1, 2, 4, 8) if number < (24 if size == 0 else 256**size))
    if width == 0:
        return bytes([major << 5 | number])
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[width]]) + number.to_bytes(width)


def write(node: Node) -> bytes:
    """The bytes of an item."""
    if node.major in (INTEGER, NEGATIVE, TAG):
        inner = b"".join(map(write, node.parts))
        return _head(node.major, node.number, node.width) + inner
    if node.major in (BYTES, TEXT):
        data = write(node.parts[0]) if node.parts else node.data
        return _head(node.major, len(data), node.width) + data
    if node.major == SIMPLE:
        return node.data or bytes([SIMPLE << 5 | node.number])
    count = len(node.parts) // (2 if node.major == MAP else 1)
    return _head(node.major, count, node.width) + b"".join(map(write, node.parts))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise ValueError
        self.at += count
        return self.data[self.at - count : self.at]

    def item(self, depth: int) -> Node:
        first = self.take(1)[0]
        major, low = first >> 5, first & 31
        if low > 27 or depth > _DEEPEST:
            raise ValueError
        if major == SIMPLE:
            return Node(SIMPLE, low, bytes([first]) + self.take(0 if low < 24 else 2 ** (low - 24)))
        number = low if low < 24 else int.from_bytes(self.take(2 ** (low - 24)))
        node = Node(major, number)
        node.width = None if _head(major, number, None)[0] == first else 2 ** (low - 24)
        if major in (BYTES, TEXT):
            node.data = self.take(number)
            held = read(node.data, depth + 1) if major == BYTES else None
            node.parts = [held] if held is not None else []
        elif major in CONTAINERS:
            count = 1 if major == TAG else number * (2 if major == MAP else 1)
            if count > len(self.data):
                raise ValueError
            node.parts = [self.item(depth + 1) for _ in range(count)]
        return node


def read(data: bytes, depth: int = 0) -> Node | None:
    """An array, a map or a tag with what is in it; None if the bytes are none."""
    if not data or data[0] >> 5 not in CONTAINERS:
        return None
    reader = _Reader(data)
    try:
        node = reader.item(depth)
    except ValueError:
        return None
    return node if reader.at == len(data) and write(node) == data else None
