"""The line protocol of the door: requests on standard input, answers on standard output."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from linkcontract.conformance.door import answer
from linkcontract.conformance.report import FolderError, report

_BAD: Final = {"error": "request-form"}

MAX_NESTING: Final = 64
"""Most arrays and objects of a request that lie within each other."""

BROKEN: Final = 2
"""The exit code where nothing was run."""


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no JSON")


def _number(text: str) -> int | float:
    """A number with a point or an exponent; 1.0 and 1e0 are 1."""
    value = float(text)
    return int(value) if value.is_integer() else value


def answer_line(line: bytes) -> dict[str, Any]:
    """The answer to one line; one that is no request is refused as such."""
    try:
        request = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError):
        return _BAD
    if not isinstance(request, dict) or not _is_flat_enough(request):
        return _BAD
    return answer(request)


def _is_flat_enough(value: dict[str, Any]) -> bool:
    """Whether no more arrays and objects lie within each other than may."""
    level: list[Any] = [value]
    for _ in range(MAX_NESTING):
        parts = [
            part for each in level for part in (each.values() if isinstance(each, dict) else each)
        ]
        level = [part for part in parts if isinstance(part, dict | list)]
    return not level


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line until the input ends."""
    for line in requests:
        said = json.dumps(answer_line(line), ensure_ascii=False, separators=(",", ":"))
        answers.write(said.encode("utf-8") + b"\n")
        answers.flush()


def main(arguments: Sequence[str]) -> int:
    """Run the door, or write the report on a folder with the specification."""
    if not arguments:
        serve(sys.stdin.buffer, sys.stdout.buffer)
        return 0
    if len(arguments) != 2 or arguments[0] != "report":
        sys.stderr.write("usage: python -m linkcontract.conformance [report FOLDER]\n")
        return BROKEN
    try:
        text, passed = report(Path(arguments[1]), answer, sys.stderr.write)
    except FolderError as error:
        sys.stderr.write(f"{error}\n")
        return BROKEN
    sys.stdout.buffer.write(text.encode("utf-8"))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
