"""The line protocol of the door: requests on standard input, answers on standard output."""

import json
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO, Final, NoReturn

from linkcontract.conformance.door import answer

_BAD: Final = {"error": "request-form"}


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no JSON")


def answer_line(line: bytes) -> dict[str, Any]:
    """The answer to one line; one that is no request is refused as such."""
    try:
        request = json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return _BAD
    return answer(request) if isinstance(request, dict) else _BAD


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
    sys.stderr.write("usage: linkcontract.conformance [report FOLDER]\n")
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
