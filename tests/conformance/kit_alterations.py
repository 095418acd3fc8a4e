"""One alteration of the input of a vector: in its JSON, or in the CBOR of its bytes."""

import base64
import copy
import re
from collections.abc import Callable
from random import Random
from typing import Any, Final

import kit_cbor as cbor
from kit_cbor import Node

_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*")
_LINK: Final = re.compile(r"linkcontract:v1/([A-Za-z0-9_-]+)(\?.*)", re.DOTALL)

INTEGERS: Final = (
    *(0, 1, 2, 7, 16, 17, 23, 24, 63, 64, 65, 237, 255, 256, 1023, 1024, 65535, 65536, 2**32 - 1),
    *(2**32, 253402300799999, 253402300800000, 2**53 - 1, 2**53, 2**63, 2**64 - 1),
)
LONG: Final = 256
TEXTS: Final = (
    *("", " ", "a", "1", "*", "/", "a/", "a//b", "vcard/*", "EU", "DE", "de", "DE-BY", "true", "v"),
    *("dpv:Use", "dpv:Marketing", "dpv:Purpose", "dpv:Processing", "dpv:NoSuchTerm", "x:y", "all"),
    *("open", "ack", "rotate", "stmt", "psk", "incp", "card", "wellknown", "bundle", "https://a"),
    *("https://EXAMPLE.org/a?b#c", "a.example", "A.example", "localhost", "x\ny", "\t", "\u0085"),
    *("é", "e\u0301", "\u202e", "\u2028", "\ufeff", "\U0001f600", "١", "__proto__", "constructor"),
    *("x" * 128, "x" * 129, "x" * 256, "x" * 257, "é" * 128, "https://" + "x" * 249),
)
STRINGS: Final = (
    *(b"", b"\0", bytes(16), bytes(31), bytes(32), bytes(33), b"\xff" * 32, bytes(64), b"\xa0"),
    *((2**255 - 19).to_bytes(32, "little"), (2**255 - 20).to_bytes(32, "little")),
    *((1).to_bytes(32, "little"), (9).to_bytes(32, "little"), (2**255 + 9).to_bytes(32, "little")),
    bytes.fromhex("01711220") + bytes(32),
)
MADE: Final = (None, True, False, 0, 1, -1, "", "a", b"", bytes(32), [], {}, [None], {"a": 1})
RAW: Final = ("f7", "e0", "f818", "f93c00", "fb3ff0000000000000", "c001", "ff", "1c", "9fff", "")


class Alteration:
    """Alters a copy of an input in one place.

    Args:
        random: decides.
        others: strings of the kind in question from other vectors.

    Attributes:
        several: whether the place may be wrong in more than one way afterwards, so that any of
            several codes would be right.
    """

    def __init__(self, random: Random, others: list[str]) -> None:
        self._random, self._others = random, others
        self.several = False

    def of(self, value: Any) -> Any:
        """An altered copy."""
        holder = [copy.deepcopy(value)]
        places = [place for place in self._places(holder) if place[0] is not holder]
        if not places:
            return holder[0]
        weights = [self._weight(part[key]) for part, key in places]
        part, key = self._random.choices(places, weights)[0]
        if self._random.random() < 0.06:
            self._shape(part, key)
        else:
            part[key] = self._altered(part[key])
        return holder[0]

    def _places(self, part: Any) -> list[tuple[Any, Any]]:
        keys = part.keys() if isinstance(part, dict) else range(len(part))
        found = []
        for key in keys:
            found.append((part, key))
            if isinstance(part[key], dict | list):
                found += self._places(part[key])
        return found

    @staticmethod
    def _weight(value: Any) -> float:
        """Long strings have more in them."""
        return 1 + min(len(value), 4096) / 512 if isinstance(value, str) else 0.6

    def _shape(self, part: Any, key: Any) -> None:
        """Another form of the request: a member or entry more or less, or of another kind."""
        self.several = True
        match self._random.randrange(4):
            case 0:
                del part[key]
            case 1 if isinstance(part, dict):
                part[self._random.choice(["more", "__proto__", "A", "0"])] = part[key]
            case 1:
                part.insert(key, part[key])
            case 2:
                part[key] = self._random.choice([None, True, 0, 1.5, "", "00", [], {}, {"map": []}])
            case _:
                other = self._random.choice(
                    list(part) if isinstance(part, dict) else range(len(part))
                )
                part[key], part[other] = part[other], part[key]

    def _altered(self, value: Any) -> Any:
        match value:
            case bool():
                return not value
            case None:
                return self._random.choice(["", "00" * 32, 0, 1, [], {}])
            case float():
                return self._random.choice([value / 2, int(value)])
            case int():
                return self._integer(value)
            case str():
                return self._string(value)
            case list():
                return self._list(list(value))
            case _:
                return self._object(dict(value))

    def _integer(self, value: int) -> int:
        match self._random.randrange(4):
            case 0:
                return value + self._random.choice([-1, 1, -1000, 1000])
            case 1:
                return -value
            case 2:
                return value * 2
            case _:
                return self._random.choice(INTEGERS)

    def _list(self, entries: list[Any]) -> list[Any]:
        if not entries:
            return [self._random.choice(["", "00", 0, "bafy"])]
        at = self._random.randrange(len(entries))
        match self._random.randrange(5):
            case 0:
                del entries[at]
            case 1:
                entries.insert(self._random.randrange(len(entries) + 1), entries[at])
            case 2:
                entries.reverse()
            case 3:
                entries += entries[: at + 1] * self._random.choice([1, 1, 16, 64])
            case _:
                other = self._random.randrange(len(entries))
                entries[at], entries[other] = entries[other], entries[at]
        return entries

    def _object(self, members: dict[str, Any]) -> dict[str, Any]:
        self.several = True
        if members:
            name = self._random.choice(list(members))
            if self._random.random() < 0.5:
                del members[name]
            else:
                members[self._random.choice([*TEXTS, *members])] = members[name]
        return members

    def _string(self, value: str) -> str:
        if self._random.random() < 0.04 and self._others:
            self.several = True
            return self._random.choice(self._others)
        if value and _HEX.fullmatch(value):
            return self.octets(bytes.fromhex(value)).hex()
        link = _LINK.fullmatch(value)
        if link and len(link[1]) % 4 != 1 and self._random.random() < 0.7:
            data = base64.urlsafe_b64decode(link[1] + "=" * (-len(link[1]) % 4))
            text = base64.urlsafe_b64encode(self.octets(data)).decode().rstrip("=")
            return f"linkcontract:v1/{text}{link[2]}"
        if "\n" in value and self._random.random() < 0.5:
            return "".join(self._list(value.splitlines(keepends=True)))
        return self._text(value)

    def _text(self, value: str) -> str:
        self.several |= len(value) > LONG  # a link or a file: one character spoils many bytes
        at = self._random.randrange(len(value) + 1)
        match self._random.randrange(7):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return value[:at] + self._random.choice(TEXTS) + value[at:]
            case 2:
                return value[:at]
            case 3:
                return self._random.choice(
                    [value.upper(), value.lower(), value + "\n", value + " "]
                )
            case 4:
                return self._random.choice(TEXTS)
            case _:
                return value[:at] + chr(self._random.randrange(33, 127)) + value[at + 1 :]

    def octets(self, data: bytes) -> bytes:
        """Bytes, altered in one place of the value they encode or anywhere."""
        node = cbor.read(data)
        if node is not None and self._random.random() < 0.85:
            return cbor.write(self.node(node))
        self.several |= node is not None
        at = self._random.randrange(len(data) + 1)
        match self._random.randrange(6):
            case 0:
                return data[:at] + data[at + 1 :]
            case 1:
                return data[:at] + self._random.randbytes(1) + data[at:]
            case 2:
                return data[:at]
            case 3 if node is None:
                return self._random.choice(STRINGS)
            case _:
                flipped = (
                    bytes([data[at] ^ 1 << self._random.randrange(8)]) if at < len(data) else b""
                )
                return data[:at] + flipped + data[at + 1 :]

    # CBOR

    def node(self, root: Node) -> Node:
        """A value, altered in one place."""
        holder = Node(cbor.ARRAY, parts=[root])
        places = self._nodes(holder)
        parent, at = self._random.choice(places)
        target = parent.parts[at]
        choice = self._random.randrange(10)
        if choice == 0:
            self.several |= parent.major == cbor.MAP and at % 2 == 0
            parent.parts[at] = cbor.of(self._random.choice(MADE))
        elif choice == 1:
            self.several |= parent.major == cbor.MAP and at % 2 == 0
            other, index = self._random.choice(places)
            parent.parts[at] = other.parts[index].copy()
        elif choice == 2 and self._random.random() < 0.3:
            self._spell(parent, at)
        elif choice < 5 and parent is not holder and parent.major != cbor.BYTES:
            self._rearrange(parent, at)
        else:
            self.several |= parent.major == cbor.MAP and at % 2 == 0
            self._within(target)
        return holder.parts[0]

    def _nodes(self, node: Node) -> list[tuple[Node, int]]:
        found = []
        for at, part in enumerate(node.parts):
            found += [(node, at), *self._nodes(part)]
        return found

    def _spell(self, parent: Node, at: int) -> None:
        """Another spelling, or one of nothing."""
        self.several = True
        target = parent.parts[at]
        if self._random.random() < 0.5:
            target.width = self._random.choice([1, 2, 4, 8])
            if target.major <= cbor.TAG and target.number < 24 and len(target.data) < 24:
                return
            target.width = 8
        else:
            raw = bytes.fromhex(self._random.choice(RAW))
            parent.parts[at] = Node(cbor.SIMPLE, data=raw) if raw else Node(cbor.SIMPLE, 23)

    def _rearrange(self, parent: Node, at: int) -> None:
        step = 2 if parent.major == cbor.MAP else 1
        if parent.major == cbor.TAG:
            parent.number = self._random.choice([0, 16, 17, 18, 24])
            return
        start = at - at % step
        entry = parent.parts[start : start + step]
        other = self._random.randrange(len(parent.parts) // step) * step
        match self._random.randrange(4):
            case 0:
                del parent.parts[start : start + step]
            case 1:
                parent.parts[other:other] = [part.copy() for part in entry]
            case 2:
                swapped = parent.parts[other : other + step]
                parent.parts[other : other + step] = entry
                parent.parts[start : start + step] = swapped
            case _ if step == 2:
                key = self._random.choice([*TEXTS, "zz", "ref", "items", "prekey", "thread", "exp"])
                named = cbor.of(self._random.choice([key, key, key, 1, b"a"]))
                taken = any(cbor.write(part) == cbor.write(named) for part in parent.parts[::2])
                if not taken or self._random.random() < 0.1:
                    value = parent.parts[other + 1].copy()
                    pairs = [named, value]
                    if self._random.random() < 0.3:
                        parent.parts[start : start + 2] = [named, parent.parts[start + 1]]
                        self.several = True
                    else:
                        parent.parts += pairs
                    if self._random.random() < 0.95:
                        cbor.sort_map(parent)
            case _:
                parent.parts += [part.copy() for part in entry for _ in range(64)]

    def _within(self, node: Node) -> None:
        match node.major:
            case cbor.INTEGER | cbor.NEGATIVE:
                value = node.number if node.major == cbor.INTEGER else -1 - node.number
                made = cbor.of(max(-(2**64), min(self._integer(value), 2**64 - 1)))
                node.major, node.number, node.width = made.major, made.number, None
            case cbor.BYTES:
                self.several |= bool(node.parts)
                data = cbor.write(node.parts[0]) if node.parts else node.data
                node.data, node.parts, node.width = self._octets(data), [], None
            case cbor.TEXT:
                text = self._text(node.data.decode("utf-8", "replace"))
                data = text.encode("utf-8", "replace")
                if self._random.random() < 0.04:
                    data += self._random.choice(
                        [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82"]
                    )
                node.data, node.width = data, None
            case cbor.SIMPLE:
                node.number, node.data = self._random.choice([20, 21, 22]), b""
            case cbor.ARRAY if len(node.parts) > 1:
                self._rearrange(node, self._random.randrange(len(node.parts)))
            case cbor.ARRAY:
                node.parts.append(cbor.of(self._random.choice(MADE)))
            case cbor.MAP if node.parts:
                self._rearrange(node, self._random.randrange(len(node.parts)))
            case cbor.MAP:
                node.parts += [cbor.of("a"), cbor.of(1)]
            case _:
                node.number = self._random.choice([16, 17, 18, 24])

    def _octets(self, data: bytes) -> bytes:
        at = self._random.randrange(len(data) + 1)
        changes: list[Callable[[], bytes]] = [
            lambda: data[:-1],
            lambda: data + b"\0",
            lambda: self._random.choice(STRINGS),
            lambda: self._random.randbytes(len(data)),
            lambda: data[:at] + self._random.randbytes(1) + data[at + 1 :],
        ]
        return self._random.choice(changes)()
