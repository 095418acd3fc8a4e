"""The folder with the specification and its vectors, and the report on them."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = re.compile(r"^Version: (\S+)$", re.MULTILINE)
SUM = re.compile(r"([0-9a-f]{64})  ([!-~]+)")


class BrokenFolderError(Exception):
    """The folder is not as its files of sums say."""


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector and the bytes of its file."""

    path: Path
    data: bytes
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.content["name"])

    @property
    def area(self) -> str:
        return self.path.parent.name

    @property
    def request(self) -> dict[str, Any]:
        return {"command": self.content["command"], "input": self.content["input"]}


def read_vectors(spec: Path) -> list[Vector]:
    """Every vector of a folder with the specification, by its path."""
    found = []
    for path in sorted((spec / "vectors").glob("*/*.json")):
        data = path.read_bytes()
        found.append(Vector(path, data, json.loads(data)))
    return sorted(found, key=lambda vector: vector.name)


def canonical(value: object) -> str:
    """JSON in its one spelling."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_right(vector: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether an answer is the one of the vector, or an output equal to it as JSON."""
    if "error" in answer or "error" in vector:
        return answer.get("error") == vector.get("error")
    return "output" in answer and canonical(answer["output"]) == canonical(vector["output"])


def shown(answer: Mapping[str, Any] | None) -> str:
    """An answer as the report has it; None where there was none."""
    if answer is None:
        return "fault"
    if "error" in answer:
        return f"error {answer['error']}"
    if "output" in answer:
        return f"output {digest(canonical(answer['output']).encode())}"
    return "unsupported"


def report_line(vector: Vector, answer: Mapping[str, Any] | None) -> str:
    """The line of a vector."""
    passed = answer is not None and is_right(vector.content, answer)
    return f"{vector.name} {'pass' if passed else 'fail'} {shown(answer)}"


def report(spec: Path, lines: Iterable[str]) -> str:
    """The report, from the lines of all vectors."""
    version = VERSION.search((spec / "README.md").read_text("utf-8"))
    assert version is not None, "the specification states no version"
    ordered = sorted(lines, key=lambda line: line.split(" ", 1)[0])
    passed = sum(line.split(" ")[1] == "pass" for line in ordered)
    text = [
        "linkcontract conformance report 1",
        f"specification {version[1]} {digest((spec / 'SHA256SUMS').read_bytes())}",
        f"vectors {len(ordered)} {digest((spec / 'vectors' / 'SHA256SUMS').read_bytes())}",
        *ordered,
        f"passed {passed} of {len(ordered)}",
        "",
    ]
    return "\n".join(text)


def check_sums(folder: Path) -> list[str]:
    """The paths SHA256SUMS of a folder lists, once each is found to be as listed.

    Raises:
        BrokenFolderError: something differs, is missing, or is no line of sums.
    """
    try:
        lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    except (OSError, ValueError) as error:
        raise BrokenFolderError(f"{folder / 'SHA256SUMS'}: {error}") from None
    names = []
    for line in lines:
        match = SUM.fullmatch(line)
        if match is None:
            raise BrokenFolderError(f"{folder / 'SHA256SUMS'}: no digest and path: {line}")
        path = folder / match[2]
        if not path.is_file() or digest(path.read_bytes()) != match[1]:
            raise BrokenFolderError(f"{path}: differs from its line in SHA256SUMS, or is missing")
        names.append(match[2])
    return names


def check_folder(spec: Path) -> None:
    """Compare everything with both files of sums.

    Raises:
        BrokenFolderError: as `check_sums`, or a vector is not listed.
    """
    check_sums(spec)
    listed = set(check_sums(spec / "vectors"))
    for path in sorted((spec / "vectors").rglob("*.json")):
        if path.relative_to(spec / "vectors").as_posix() not in listed:
            raise BrokenFolderError(f"{path}: is not in SHA256SUMS")
