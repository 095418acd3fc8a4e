"""The report: how this implementation answers every vector of a folder with the specification.

Spec: conformance/CLI, The report. Two implementations that behave alike write the same bytes.
"""

import hashlib
import itertools
import json
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

Answer = Callable[[dict[str, Any]], dict[str, Any]]
Complain = Callable[[str], object]

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([!-~]+)")
_VERSION: Final = re.compile(r"^Version: (\S+)$", re.MULTILINE)


class FolderError(Exception):
    """The folder is not as its files of sums say; the text names the file."""


def canonical(value: object) -> str:
    """JSON in its one spelling; numbers in an answer are integers."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise FolderError(f"{path}: cannot be read") from None


def check_sums(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Compare every file that SHA256SUMS of a folder lists.

    Returns:
        The digest of the file of sums, and the paths it lists.

    Raises:
        FolderError: a file differs, is missing or cannot be read, or the sums are not in their
            form: a digest, two spaces and a path to a line, sorted by path.
    """
    sums = folder / "SHA256SUMS"
    data = _read(sums)
    names: list[str] = []
    text = data.decode("ascii", "replace")
    if not text.endswith("\n"):
        raise FolderError(f"{sums}: the last line is cut")
    for line in text.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None or ".." in match[2].split("/") or match[2].startswith("/"):
            raise FolderError(f"{sums}: not a line of a digest and a path: {line}")
        if sha256(_read(folder / match[2])) != match[1]:
            raise FolderError(f"{folder / match[2]}: differs from its line in {sums}")
        names.append(match[2])
    if any(one >= other for one, other in itertools.pairwise(names)):
        raise FolderError(f"{sums}: the lines are not sorted by path")
    return sha256(data), tuple(names)


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no JSON")


def read_vectors(folder: Path, listed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The vectors below a folder, by name.

    Raises:
        FolderError: one is not listed, or is no vector of its name.
    """
    for path in sorted(folder.rglob("*.json")):
        if path.relative_to(folder).as_posix() not in listed:
            raise FolderError(f"{path}: is not in SHA256SUMS")
    for name in sorted(name for name in listed if name.endswith(".json")):
        vector = json.loads(_read(folder / name), parse_constant=_no_number)
        if not isinstance(vector, dict) or f"{vector.get('name')}.json" != name:
            raise FolderError(f"{folder / name}: is no vector of this name")
        yield vector


def is_right(vector: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether an answer is the vector's."""
    if "error" in vector:
        return bool(said.get("error") == vector["error"])
    return "output" in said and canonical(said["output"]) == canonical(vector["output"])


def shown(said: Mapping[str, Any]) -> str:
    """An answer as the report has it."""
    if "error" in said:
        return f"error {said['error']}"
    if "output" in said:
        return f"output {sha256(canonical(said['output']).encode('utf-8'))}"
    return "unsupported" if "unsupported" in said else "fault"


def report(folder: Path, answer: Answer, complain: Complain) -> tuple[str, bool]:
    """The report on a folder.

    Args:
        folder: the specification, with its vectors.
        answer: the door.
        complain: told of whatever the implementation broke down on.

    Returns:
        The text, and whether every vector passed.

    Raises:
        FolderError: nothing was run, because the folder is not as it says.
    """
    specification, _names = check_sums(folder)
    sums, listed = check_sums(folder / "vectors")
    version = _VERSION.search(_read(folder / "README.md").decode("utf-8"))
    if version is None:
        raise FolderError(f"{folder / 'README.md'}: states no version")
    vectors = list(read_vectors(folder / "vectors", listed))
    lines = [
        "linkcontract conformance report 1",
        f"specification {version[1]} {specification}",
        f"vectors {len(vectors)} {sums}",
    ]
    passed = 0
    for vector in sorted(vectors, key=lambda each: str(each["name"])):
        said = _asked(vector, answer, complain)
        right = is_right(vector, said)
        passed += right
        lines.append(f"{vector['name']} {'pass' if right else 'fail'} {shown(said)}")
    lines += [f"passed {passed} of {len(vectors)}", ""]
    return "\n".join(lines), passed == len(vectors)


def _asked(vector: Mapping[str, Any], answer: Answer, complain: Complain) -> dict[str, Any]:
    try:
        return answer({"command": vector["command"], "input": vector["input"]})
    except Exception:  # noqa: BLE001  a fault of this program fails one vector, and is shown
        complain(f"{vector['name']}:\n{traceback.format_exc()}")
        return {}
