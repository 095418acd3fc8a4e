"""Bytes as people read them: hexadecimal, and the diagnostic notation of RFC 8949, section 8.

Two additions are those of RFC 8610, appendix G: "<< … >>" is a byte string that holds the encoding
of what stands in it, and a comment stands between slashes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime  # noqa: TID251 - for times that are given
from textwrap import fill
from typing import Any, Final, TypeAlias

WIDTH: Final = 96
"""Most characters of a line before what stands in it is spread over several."""

BYTES_A_LINE: Final = 32
PAGE_WIDTH: Final = 100

FIRST_TIME: Final = 1_500_000_000_000
LAST_TIME: Final = 2_500_000_000_000
"""Integers between these are shown with the time they are in Unix milliseconds."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag of CBOR and what it is put on."""

    tag: int
    value: Any


Item: TypeAlias = Any
"""None, bool, int, bytes, str, list, dict, or Tagged."""


def parse(data: bytes) -> Item:
    """Read one well-formed item of definite lengths, also such as lie outside the profile."""
    item, rest = _item(data)
    if rest:
        raise ValueError("bytes follow the item")
    return item


def _head(data: bytes) -> tuple[int, int, bytes]:
    major, argument = data[0] >> 5, data[0] & 31
    if argument < 24:
        return major, argument, data[1:]
    width = 1 << (argument - 24)
    return major, int.from_bytes(data[1 : 1 + width], "big"), data[1 + width :]


def _item(data: bytes) -> tuple[Item, bytes]:
    major, argument, rest = _head(data)
    if major == 0:
        return argument, rest
    if major == 1:
        return -1 - argument, rest
    if major in (2, 3):
        held, rest = rest[:argument], rest[argument:]
        return (held if major == 2 else held.decode()), rest
    if major == 6:
        inner, rest = _item(rest)
        return Tagged(argument, inner), rest
    if major == 7:
        return {20: False, 21: True, 22: None}[argument], rest
    parts = []
    for _ in range(argument if major == 4 else 2 * argument):
        part, rest = _item(rest)
        parts.append(part)
    if major == 4:
        return parts, rest
    return dict(zip(parts[::2], parts[1::2], strict=True)), rest


class _Printer:
    def __init__(self, names: Mapping[bytes, str], embedded: Collection[bytes]) -> None:
        self._names = names
        self._embedded = embedded

    def lines(self, item: Item) -> list[str]:
        """The item, each line with its own indentation."""
        flat = self._flat(item)
        if flat is not None and len(flat) <= WIDTH:
            return [flat]
        if isinstance(item, Tagged):
            return self._around(f"{item.tag}(", [self.lines(item.value)], ")", indent="")
        if isinstance(item, bytes) and item in self._embedded:
            return self._around("<<", [self.lines(parse(item))], ">>")
        if isinstance(item, dict):
            entries = []
            for key, value in item.items():
                lines = self.lines(value)
                entries.append([f"{self._flat(key)}: {lines[0]}", *lines[1:]])
            return self._around("{", entries, "}")
        if isinstance(item, list):
            return self._around("[", [self.lines(entry) for entry in item], "]")
        assert flat is not None  # a scalar that is too long for a line stands on one all the same
        return [flat]

    def _around(
        self, first: str, entries: list[list[str]], last: str, indent: str = "  "
    ) -> list[str]:
        if not indent:
            (entry,) = entries
            return [first + entry[0], *entry[1:-1], entry[-1] + last]
        spread = []
        for number, entry in enumerate(entries, 1):
            comma = "" if number == len(entries) else ","
            spread += [f"{indent}{line}" for line in _with_comma(entry, comma)]
        return [first, *spread, last]

    def _flat(self, item: Item) -> str | None:
        """The item on one line; None if it holds something that has to stand on several."""
        if isinstance(item, bytes):
            return self._bytes(item)
        if isinstance(item, Tagged):
            inner = self._flat(item.value)
            return None if inner is None else f"{item.tag}({inner})"
        if isinstance(item, dict):
            pairs = [
                None if (flat := self._flat(value)) is None else f"{self._flat(key)}: {flat}"
                for key, value in item.items()
            ]
            return _joined("{", pairs, "}")
        if isinstance(item, list):
            return _joined("[", [self._flat(entry) for entry in item], "]")
        if isinstance(item, str):
            return '"' + item.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if item is None or isinstance(item, bool):
            return {None: "null", True: "true", False: "false"}[item]
        return f"{item}{_time(item)}"

    def _bytes(self, item: bytes) -> str | None:
        if item in self._embedded:
            inner = self._flat(parse(item))
            return None if inner is None else f"<<{inner}>>"
        name = self._names.get(item)
        return f"h'{item.hex()}'" + (f" / {name} /" if name else "")


def _joined(first: str, parts: list[str | None], last: str) -> str | None:
    known = [part for part in parts if part is not None]
    return first + ", ".join(known) + last if len(known) == len(parts) else None


def _with_comma(entry: list[str], comma: str) -> list[str]:
    """A comma after what an entry ends with, and before the comment behind it."""
    last = entry[-1]
    if comma and last.endswith(" /") and " / " in last:
        value, _, comment = last[:-2].rpartition(" / ")
        return [*entry[:-1], f"{value}{comma} / {comment} /"]
    return [*entry[:-1], last + comma]


def _time(number: int) -> str:
    if not FIRST_TIME < number < LAST_TIME or number % 1000:
        return ""
    return datetime.fromtimestamp(number // 1000, UTC).strftime(" / %Y-%m-%d %H:%M:%S UTC /")


def diagnostic(
    data: bytes,
    names: Mapping[bytes, str] | None = None,
    embedded: Collection[bytes] = (),
) -> list[str]:
    """The lines of an encoded item in diagnostic notation.

    Args:
        data: the encoding.
        names: comments to put behind byte strings.
        embedded: byte strings that are shown as the items they hold.
    """
    return _Printer(names or {}, embedded).lines(parse(data))


def hexadecimal(data: bytes) -> list[str]:
    """The lines of bytes in hexadecimal, 32 bytes each."""
    return [data[at : at + BYTES_A_LINE].hex() for at in range(0, len(data), BYTES_A_LINE)]


def code(lines: Collection[str]) -> str:
    """Lines as a block of code of a page."""
    return "".join(f"    {line}\n" if line else "\n" for line in lines)


def _paragraph(part: str) -> str:
    return (
        part if part.startswith(("    ", "|")) else fill(part, PAGE_WIDTH, break_long_words=False)
    )


def markdown(*parts: str) -> str:
    """Paragraphs, which are broken into lines here, tables and blocks of code, in this order."""
    return "\n".join(f"{_paragraph(part).rstrip()}\n" for part in parts)
