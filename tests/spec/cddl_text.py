"""The text of spec/linkcontract.cddl and of the tables on the pages, as far as names go."""

import re
from collections.abc import Mapping
from pathlib import Path

SPEC = Path(__file__).parents[2] / "spec"
PATH = SPEC / "linkcontract.cddl"

_RULE = re.compile(r"^([A-Za-z][\w-]*)(?:<([^>]*)>)? = ", re.MULTILINE)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|h?\'[^\']*\'', re.DOTALL)
_COMMENT = re.compile(r";.*")
_PRELUDE = frozenset(("text", "bytes", "bool", "null"))


def rules() -> Mapping[str, str]:
    """The right side of every rule, without comments and without what stands in quotes."""
    # Comments first: an apostrophe in one begins no string, and no string has a semicolon.
    text = _STRING.sub('""', _COMMENT.sub("", PATH.read_text("utf-8")))
    found = list(_RULE.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    return {each[1]: text[each.end() : end] for each, end in zip(found, ends, strict=True)}


def generic() -> frozenset[str]:
    """The rules that have parameters."""
    return frozenset(each[1] for each in _RULE.finditer(PATH.read_text("utf-8")) if each[2])


def named(right: str) -> frozenset[str]:
    """The rules a right side names: every name that is no key of a member and no operator."""
    names = re.findall(r"(?<![\w.#-])([A-Za-z][\w-]*)(?!\s*:)(?![\w-])", right)
    return frozenset(names) - _PRELUDE


def members(name: str) -> Mapping[str, bool]:
    """The fields of a map, with those of the groups in it, and whether each may be absent."""
    right = rules()[name]
    found = {key: mark == "?" for mark, key in re.findall(r"(\?)?\s*([a-z]\w*):", right)}
    for group in ("pair", "beside", "optional-items", "optional-prekey"):
        if re.search(rf"(?<![\w-]){group}(?![\w-])", right):
            found |= members(group)
    return found


def rows(page: str, head: str) -> list[list[str]]:
    """The rows of every table of a page whose head begins with `head`."""
    text = (SPEC / f"{page}.md").read_text("utf-8")
    found: list[list[str]] = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = block.splitlines()
        if lines[0].startswith(f"| {head} |"):
            found += [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return found


def written(cell: str) -> Mapping[str, bool]:
    """The fields in a cell of such a table, and whether each may be absent."""
    pieces = re.split(r"`(\w+)`", cell)
    return {
        name: rest.startswith("?") for name, rest in zip(pieces[1::2], pieces[2::2], strict=True)
    }
