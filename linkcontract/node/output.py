"""What the command line prints: text for people, one JSON object for programs.

With `--json` standard output carries exactly one object and nothing else: `{"ok": true, "result":
…}` or `{"ok": false, "error": {…}}`, the same shape the administration socket answers with. Ids
and other byte strings are multibase base32 text ("b…"), times are integer Unix milliseconds.

Text from peers is data: whatever could steer a terminal is written as an escape.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TextIO, TypeAlias

from linkcontract.encoding import cid_text, is_cid
from linkcontract.errors import CODES, LinkContractError
from linkcontract.node.next_steps import NEXT_STEPS

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

EXIT_DONE: Final = 0
EXIT_NO: Final = 1
"""The answer is no: a finding, a refusal, a denied read."""
EXIT_USAGE: Final = 2
"""The command line or a file named on it cannot be read."""
EXIT_NODE: Final = 3
"""This node cannot do it: configuration, passphrase, lock, store."""
EXIT_WAITING: Final = 4
"""Signed and kept, but the other side has not answered within `--wait`."""

EXIT_CODES: Final[Mapping[int, str]] = {
    EXIT_DONE: "done",
    EXIT_NO: "the answer is no: a finding, a refusal or a denied read",
    EXIT_USAGE: "the command line, or a file named on it, cannot be read",
    EXIT_NODE: "this node cannot do it: configuration, passphrase, lock, store or network",
    EXIT_WAITING: "signed and kept, but not answered within --wait; delivery goes on",
}

SHORT_ID: Final = 12
"""Characters of an id after the 'bafyrei' that all ids share, shown in text output."""
_COMMON: Final = "bafyrei"


class Unwritable(Exception):  # noqa: N818 - a state of the output, not an error of this package
    """A result could not be written, as into a file on a full disk."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where results and messages go.

    Args:
        out: results.
        err: progress, warnings and, without `json`, errors.
        json: whether `out` gets one JSON object instead of text.
    """

    out: TextIO
    err: TextIO
    json: bool

    def result(self, value: Json, text: str) -> None:
        """The result of a command: `value` for programs, `text` for people."""
        if self.json:
            self._object({"ok": True, "result": value})
        elif text:
            self._write(text if text.endswith("\n") else text + "\n")

    def error(self, code: str, text: str, hint: str = "", where: str = "") -> None:
        """An error: its cause, and what can be done about it."""
        if self.json:
            error: dict[str, Json] = {"code": code, "where": where, "text": text, "hint": hint}
            self._object({"ok": False, "error": error})
            return
        place = f" ({plain(where)})" if where else ""
        self.err.write(f"error: {plain(text)}{place} [{code}]\n")
        if hint:
            self.err.write(f"  next: {plain(hint)}\n")

    def failure(self, error: LinkContractError) -> None:
        """One of this package's errors; `next_steps` helps where the error itself does not."""
        hint = error.hint or NEXT_STEPS.get(error.code, "")
        self.error(error.code, CODES[error.code], hint, error.where)

    def note(self, text: str) -> None:
        """A warning or a step of progress, never part of the result."""
        self.err.write(plain(text) + "\n")

    def _object(self, value: Json) -> None:
        self._write(json.dumps(value, ensure_ascii=True, sort_keys=True) + "\n")

    def _write(self, text: str) -> None:
        try:
            self.out.write(text)
            self.out.flush()  # now, while somebody can still be told
        except BrokenPipeError:
            raise  # the reader has had enough, which is no failure
        except OSError as error:
            raise Unwritable(error.strerror) from None


def to_json(value: object) -> Json:
    """Values of this package as JSON: bytes as base32 text, tuples and sets as lists.

    Raises:
        TypeError: for anything that has no place in a result (a bug of the command).
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case bytes():
            return cid_text(value) if is_cid(value) else base32(value)
        case Mapping():
            return {str(key): to_json(each) for key, each in value.items()}
        case frozenset() | set():
            return sorted((to_json(each) for each in value), key=repr)
        case Sequence():
            return [to_json(each) for each in value]
        case _:
            raise TypeError(f"no JSON form for {type(value).__name__}")


def base32(value: bytes) -> str:
    """Multibase base32 (lower case, no padding), the text form of every byte string."""
    return "b" + base64.b32encode(value).decode("ascii").lower().rstrip("=")


def short(identifier: bytes) -> str:
    """The first characters in which ids differ; accepted wherever a command takes an id."""
    return cid_text(identifier).removeprefix(_COMMON)[:SHORT_ID]


def short_text(identifier: str) -> str:
    """`short` of an id that is text already."""
    return identifier.removeprefix(_COMMON)[:SHORT_ID]


def moment(milliseconds: int) -> str:
    """A time in UTC, to the second; years outside of what datetime can hold stay a number."""
    try:
        stamp = datetime.fromtimestamp(milliseconds // 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return str(milliseconds)
    return stamp.strftime("%Y-%m-%d %H:%M:%S")


def plain(text: str) -> str:
    """Text that cannot steer a terminal: every character that does not print is an escape.

    Line feeds stay: free text may have them, and tables use `cell`.
    """
    return "".join(
        each if each == "\n" or each.isprintable() else each.encode("unicode_escape").decode()
        for each in text
    )


def cell(value: object) -> str:
    """One table cell: plain, on one line."""
    return plain(str(value)).replace("\n", "\\n")


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their longest cell, two spaces apart; "" without rows."""
    if not rows:
        return ""
    cells = [list(headings), *([cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    lines = (
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
    return "\n".join(lines) + "\n"
