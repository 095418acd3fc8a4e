"""Import of a vCard 4.0 file (RFC 6350): one person's card becomes items a contract can name.

Every value gets a path of its own, and no path lies above another:

    vcard/<property>[/home|/work]/<n>[/<component>]

    <property>    the name in lower case: fn, email, tel, x-…; a group before it is dropped
    home, work    if exactly one of the two is among the TYPEs
    <n>           1, 2, … in the order of the file, counted for each property and home/work
    <component>   N: family, given, additional, prefix, suffix; ORG: name, unit-1, unit-2, …;
                  ADR: pobox, extended, street, locality, region, code, country;
                  GENDER: sex, identity

So `vcard/adr/home` in terms means every home address and all of its parts, and
`vcard/adr/home/1/locality` a town. A value is the UTF-8 text without escapes, or what a URI
property holds, verbatim; empty values make no item. NICKNAME and CATEGORIES make one item for each
entry; the entries of a component stay separated by a comma.

Not imported: what is about the file rather than the person (VERSION, PRODID, REV, XML,
CLIENTPIDMAP, SOURCE), UID, by which two recipients could tell that they have the same person, and
parameters (LABEL, LANGUAGE, PREF, …) except TYPE and VALUE.

The lines are parsed by the `icalendar` package (the syntax of lines is the same in RFC 5545); see
decision 0038.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from linkcontract.errors import NodeError
from linkcontract.limits import KIB, MAX_VALUE, MIB

if TYPE_CHECKING:
    from icalendar.parser import Contentline

MAX_FILE: Final = 1 * MIB
"""Largest file taken: a card with a few embedded pictures."""

MAX_LINES: Final = 2_000
"""Most content lines of a card; address books write a few dozen."""

MAX_ITEMS: Final = 2_000
"""Most items made of a card: a line may hold many."""

MAX_HEADER: Final = 4 * KIB
"""Longest name and parameters of one line, in characters."""

COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "n": ("family", "given", "additional", "prefix", "suffix"),
    "adr": ("pobox", "extended", "street", "locality", "region", "code", "country"),
    "gender": ("sex", "identity"),
}
"""Components of fixed meaning, in the order of RFC 6350 sections 6.2.2, 6.3.1 and 6.2.7."""

_LISTS: Final = frozenset({"categories", "nickname"})
_URIS: Final = frozenset(
    {
        "caladruri",
        "caluri",
        "fburl",
        "geo",
        "impp",
        "key",
        "logo",
        "member",
        "photo",
        "related",
        "sound",
        "url",
    }
)
_ABOUT_THE_FILE: Final = frozenset(
    {"clientpidmap", "prodid", "rev", "source", "uid", "version", "xml"}
)
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NAME: Final = re.compile(r"(?:[A-Za-z0-9-]{1,64}\.)?([A-Za-z0-9-]{1,64})")


class VcardItem(NamedTuple):
    """One value of a card: a data path and its bytes (UTF-8)."""

    path: str
    value: bytes


class Vcard(NamedTuple):
    """An imported card.

    Attributes:
        items: in the order of the file; paths differ.
        left_out: paths of values larger than an item may be (`MAX_VALUE`), such as pictures.
    """

    items: tuple[VcardItem, ...]
    left_out: tuple[str, ...]


class _Line(NamedTuple):
    name: str
    types: frozenset[str]
    value_type: str
    value: str


def import_vcard(data: bytes) -> Vcard:
    """Read one card of vCard 4.0.

    Args:
        data: the file: UTF-8, lines ending in CRLF or LF, folded or not.

    Raises:
        NodeError: vcard-size, vcard-encoding, vcard-syntax, vcard-version, vcard-structure; where
            a line is at fault, `where` names it by its number after unfolding.
    """
    content = list(_lines(data))
    _check_structure(content)
    items: list[VcardItem] = []
    left_out: list[str] = []
    for path, text in _numbered(content[1:-1]):
        value = text.encode("utf-8")
        if len(items) + len(left_out) == MAX_ITEMS:
            raise NodeError("vcard-size", hint=f"a card gives at most {MAX_ITEMS} items")
        if len(value) > MAX_VALUE:
            left_out.append(path)
        else:
            items.append(VcardItem(path, value))
    return Vcard(tuple(items), tuple(left_out))


def sample_vcard() -> bytes:
    """The card of a fictional person, to try the node with."""
    return resources.files(__package__).joinpath("sample.vcf").read_bytes()


def select(items: Iterable[VcardItem], path: str) -> tuple[VcardItem, ...]:
    """The items at or below `path`, by whole segments."""
    return tuple(one for one in items if one.path == path or one.path.startswith(f"{path}/"))


def _lines(data: bytes) -> Iterator[_Line]:
    """Unfold as bytes, since a fold may fall inside a character (RFC 6350 section 3.2)."""
    if len(data) > MAX_FILE:
        raise NodeError("vcard-size", hint=f"the largest card taken is {MAX_FILE // MIB} MiB")
    try:
        text = _FOLD.sub(b"", data).decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise NodeError("vcard-encoding", hint="save the card as UTF-8") from exc
    if text.count("\n") > MAX_LINES:
        raise NodeError("vcard-size", hint=f"a card has at most {MAX_LINES} lines")
    # Late: the package takes a fifth of a second, and only this command needs it.
    from icalendar.parser import Contentline

    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r")
        if not line.strip():
            continue
        if _CONTROL.search(line):
            raise NodeError("vcard-syntax", f"line {number}", "it holds a control character")
        yield _parse(Contentline(line), number)  # type: ignore[no-untyped-call]


def _parse(line: "Contentline", number: int) -> _Line:
    fault = NodeError("vcard-syntax", f"line {number}", "expected NAME;PARAM=value:value")
    separator = line.value_separator_index()
    if separator < 0 or separator > MAX_HEADER:
        raise fault
    from icalendar.parser import q_split

    header = line[:separator]
    named = _NAME.fullmatch(q_split(header, ";", 1)[0]) if header else None
    if named is None:
        raise fault
    try:
        _name, _parameters, value = line.raw_parts()
    except ValueError as exc:
        raise fault from exc
    if value != line[separator + 1 :]:
        raise fault  # a backslash before a quote, which two readers of one line read differently
    # A parameter may be given twice, and the package then keeps the last one only.
    types: set[str] = set()
    value_type = ""
    for parameter in q_split(header, ";")[1:]:
        key, _, setting = parameter.partition("=")
        words = [word.strip().lower() for word in setting.replace('"', "").split(",")]
        if key.upper() == "TYPE":
            types.update(words)
        elif key.upper() == "VALUE":
            value_type = words[0]
    return _Line(named[1].lower(), frozenset(types), value_type, value)


def _numbered(lines: Iterable[_Line]) -> Iterator[tuple[str, str]]:
    """(path, text) of every value that is not empty, numbered in the order of the lines."""
    counted: Counter[str] = Counter()
    for line in lines:
        if line.name in _ABOUT_THE_FILE:
            continue
        place = line.types & {"home", "work"}
        parent = "/".join(("vcard", line.name, *(place if len(place) == 1 else ())))
        for value in _values(line):
            parts = [(component, text) for component, text in value if text.strip()]
            counted[parent] += bool(parts)
            for component, text in parts:
                yield f"{parent}/{counted[parent]}{component}", text


def _check_structure(content: Sequence[_Line]) -> None:
    """One card, closed, of version 4.0, with a formatted name (RFC 6350 sections 3.3, 6.2.1)."""
    marks = [(line.name, line.value.strip().upper()) for line in content]
    if not marks or marks[0] != ("begin", "VCARD") or marks[-1] != ("end", "VCARD"):
        raise NodeError(
            "vcard-structure", hint="a card begins with BEGIN:VCARD, ends with END:VCARD"
        )
    names = Counter(name for name, _value in marks)
    if names["begin"] != 1 or names["end"] != 1:
        raise NodeError("vcard-structure", hint="export one card; this file has several")
    # Version 3.0 means other things by the same lines; it says so right after BEGIN or later.
    if names["version"] != 1 or marks[1] != ("version", "4.0"):
        raise NodeError("vcard-version", hint="export the card as vCard 4.0")
    if not any(line.name == "fn" and line.value.strip() for line in content):
        raise NodeError("vcard-structure", hint="the card has no FN line, the name to show")


def _values(line: _Line) -> Iterator[list[tuple[str, str]]]:
    """The values of a line, each as [(component with its slash, or "", text)]."""
    from icalendar.parser import (
        split_on_unescaped_comma,
        split_on_unescaped_semicolon,
        unescape_backslash,
    )

    if line.name in COMPONENTS:
        names: Iterable[str] = COMPONENTS[line.name]
        texts = split_on_unescaped_semicolon(line.value)
        yield [(f"/{name}", text) for name, text in zip(names, texts, strict=False)]
    elif line.name == "org":
        texts = split_on_unescaped_semicolon(line.value)
        units = (f"/unit-{number}" for number in range(1, len(texts)))
        yield list(zip(("/name", *units), texts, strict=True))
    elif line.name in _LISTS:
        for text in split_on_unescaped_comma(line.value):
            yield [("", text)]
    elif line.value_type == "uri" or (line.name in _URIS and line.value_type != "text"):
        yield [("", line.value)]
    else:
        yield [("", unescape_backslash(line.value))]
