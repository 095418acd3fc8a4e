"""Write the generated parts of the pages again, or say which of them are out of date.

    python spec/pages.py            write
    python spec/pages.py --check    compare only; the exit code is 1 if something differs

A page marks a generated block by two comments, "<!-- WHAT begin -->" and "<!-- WHAT end -->":

- "codes: PATTERN …": a table of the registered error codes that fit one of the patterns;
- "codes by area": the tables of errors.md;
- "example: NAME": a worked example, made by one of the modules in `spec/examples`.
"""

import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from linkcontract import errors

SPEC: Final = Path(__file__).parent
BLOCK: Final = re.compile(
    r"^<!-- (?P<kind>codes: [^\n]+|codes by area|example: [\w-]+) begin -->\n.*?"
    r"^<!-- (?P<end>codes|codes by area|example: [\w-]+) end -->\n",
    re.MULTILINE | re.DOTALL,
)

NODE_ONLY: Final = (
    *("secret-*", "entropy-*", "keyfile-*", "mnemonic-*", "vault-*", "key-self-test", "key-nonce"),
    *("hkdf-*", "hpke-*", "roster-*", "vocabulary-*", "act-*", "relationship-unknown"),
    *("erase-*", "prekey-repeated", "session-*", "author-*", "store-*", "transport-*", "address-*"),
)
"""Codes that no message and no vector can cause: they are about a node's own files and calls."""


def areas() -> dict[str, list[str]]:
    """The comments in the table of codes, and which codes stand under each."""
    source = Path(errors.__file__).read_text("utf-8")
    found: dict[str, list[str]] = {}
    area = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and token.start[1] == 8:
            area = token.string.lstrip("# ")
        elif token.type == tokenize.STRING and area and token.start[1] == 8:
            code = token.string.strip('"')
            if code in errors.CODES:
                found.setdefault(area, []).append(code)
    assert sorted(code for codes in found.values() for code in codes) == sorted(errors.CODES)
    return found


def is_node_only(code: str, area: str) -> bool:
    """Whether a code is no part of what two implementations have to share."""
    return area == "node" or any(fnmatchcase(code, pattern) for pattern in NODE_ONLY)


def table(codes: list[str]) -> str:
    rows = [f"| `{code}` | {errors.CODES[code]} |\n" for code in codes]
    return "".join(["| code | |\n", "|---|---|\n", *rows])


def codes_fitting(patterns: list[str]) -> str:
    """The table for the given patterns; each of them has to fit something."""
    for pattern in patterns:
        if not any(fnmatchcase(code, pattern) for code in errors.CODES):
            raise SystemExit(f"no code fits {pattern}")
    return table([c for c in errors.CODES if any(fnmatchcase(c, p) for p in patterns)])


def codes_by_area() -> str:
    parts = []
    local: list[str] = []
    for area, codes in areas().items():
        shared = [code for code in codes if not is_node_only(code, area)]
        local.extend(code for code in codes if code not in shared)
        if shared:
            parts.append(f"## {area[0].upper()}{area[1:]}\n\n{table(shared)}\n")
    parts.append(
        "## Of a node only\n\nThese are about a node's own files, settings and calls. Nothing on"
        " the wire and no vector\nleads to them; another implementation need not have them.\n\n"
        + table(local)
    )
    return "".join(parts)


def example(name: str) -> str:
    if str(SPEC) not in sys.path:
        sys.path.insert(0, str(SPEC))
    from examples.registry import example as make

    return make(name)


def block(kind: str) -> str:
    """What stands between the two comments of a block."""
    if kind == "codes by area":
        return codes_by_area()
    makers: dict[str, Callable[[str], str]] = {
        "codes": lambda rest: codes_fitting(rest.split()),
        "example": example,
    }
    what, _, rest = kind.partition(": ")
    return makers[what](rest)


def renewed(text: str) -> str:
    """A page with its generated blocks made again.

    Raises:
        SystemExit: a block begins as one thing and ends as another, or names nothing there is.
    """

    def replace(match: re.Match[str]) -> str:
        kind, end = match["kind"], match["end"]
        if end != kind.partition(":")[0] and end != kind:
            raise SystemExit(f"the block {kind!r} ends as {end!r}")
        return f"<!-- {kind} begin -->\n{block(kind)}<!-- {end} end -->\n"

    return BLOCK.sub(replace, text)


def pages() -> Iterator[Path]:
    """Every page that may have generated blocks."""
    yield from sorted(SPEC.glob("*.md"))


def main() -> int:
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    changed = []
    for page in pages():
        text = page.read_text("utf-8")
        new = renewed(text)
        if new != text:
            changed.append(page.name)
            if not check:
                page.write_text(new, "utf-8")
    if changed:
        sys.stdout.write(f"{'out of date' if check else 'written'}: {', '.join(changed)}\n")
    return 1 if check and changed else 0


if __name__ == "__main__":
    raise SystemExit(main())
