"""One vector: a command, its input, and what is right about the answer.

What has to be refused is written down by hand in the builder, code by code. What has to be accepted
is answered by the implementation here, and the builder says by hand what must be true of it. Where
the two differ nothing is generated.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from build.careless import explained

Claims = Mapping[str, Any] | Callable[[Any], bool]
"""A part of the output, or a predicate on it."""

Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""The door: a request to its answer."""

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PASSING: Final = {"held", "completed", "duplicate", "waiting"}


class BrokenVectorError(Exception):
    """A builder and the implementation differ, or a vector is not one."""


def jsonable(value: Any) -> Any:
    """A value as JSON has it: bytes become hexadecimal, tuples arrays."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {name: jsonable(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(entry) for entry in value]
    return value


def fits(claim: Any, output: Any) -> bool:
    """Whether an output has what a claim says: maps may have further members, the rest is equal."""
    if isinstance(claim, Mapping):
        return isinstance(output, Mapping) and all(
            name in output and fits(entry, output[name]) for name, entry in claim.items()
        )
    if type(claim) is not type(output):
        return False
    if isinstance(claim, list):
        return len(claim) == len(output) and all(map(fits, claim, output))
    return bool(claim == output)


def refusals(output: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The refused statements of a `fold`, with their codes."""
    for side in output["sides"].values():
        for step in side["steps"]:
            if step["result"] not in _PASSING:
                yield step["deliver"], step["code"]
            yield from step["refused"].items()


def refuses(command: str, answer: Mapping[str, Any]) -> bool:
    """Whether something in the input had to be refused, by the answer."""
    if "error" in answer:
        return True
    output = answer["output"]
    match command:
        case "verify-signature":
            return not output["valid"]
        case "decide" | "permitted":
            return not output["permit"]
        case "vocabulary":
            return not output["covers"]
        case "statement":
            return output["body_fault"] is not None
        case "receive":
            return not output["requests"]
        case "fold":
            ends = [side["end"] for side in output["sides"].values()]
            return (
                any(refusals(output))
                or any(end["void"] for end in ends)
                or any("breach" in end["uses"].values() for end in ends)
            )
        case "verify-export":
            return bool(output["findings"])
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Vector:
    """A finished vector."""

    name: str
    text: str
    refuses: bool
    answer: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Its file, from the folder of the vectors."""
        return f"{self.name}.json"


class Collector:
    """Takes the vectors of one area module.

    Args:
        area: the folder they are in.
        answer: the door.
    """

    def __init__(self, area: str, answer: Answer) -> None:
        self.area, self.answer = area, answer
        self.vectors: list[Vector] = []
        self.problems: list[str] = []

    def add(
        self,
        name: str,
        comment: str,
        spec: str,
        command: str,
        input: Any,
        *,
        error: str | None = None,
        claims: Claims | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        """Add a vector; exactly one of `error`, `claims` and `refused` is given.

        Args:
            name: of the case, without its area.
            comment: what it is about; for a refusal what a careless implementation would do, which
                is added by the code where the comment is short.
            spec: "page, heading".
            command: of the door.
            input: of the command; bytes are written in hexadecimal.
            error: the code of the refusal.
            claims: what must be true of the output.
            refused: for `fold`, exactly the statements refused anywhere, with their codes.
        """
        full = f"{self.area}/{name}"
        request = {"command": command, "input": jsonable(input)}
        try:
            if [error, claims, refused].count(None) != 2:
                raise BrokenVectorError("one of error, claims and refused")
            if _NAME.fullmatch(name) is None or not comment.strip() or ", " not in spec:
                raise BrokenVectorError("a name, a comment and a page with its heading")
            # As the kit sends it, so that nothing is passed that JSON has not.
            answer = self.answer(json.loads(json.dumps(request)))
            self._compare(answer, error, claims, refused)
        except BrokenVectorError as problem:
            self.problems.append(f"{full}: {problem}")
            return
        outcome = {"error": error} if error is not None else {"output": answer["output"]}
        vector = {
            "name": full,
            "comment": explained(" ".join(comment.split()), error),
            "spec": spec,
            "refuses": refuses(command, outcome),
            **request,
            **outcome,
        }
        text = json.dumps(vector, indent=1, ensure_ascii=False) + "\n"
        self.vectors.append(Vector(full, text, bool(vector["refuses"]), outcome))

    @staticmethod
    def _compare(
        answer: Mapping[str, Any],
        error: str | None,
        claims: Claims | None,
        refused: Mapping[str, str] | None,
    ) -> None:
        """Whether the door says what the builder claims."""
        if error is not None:
            if answer.get("error") != error:
                raise BrokenVectorError(f"expected {error}, the answer is {str(answer)[:2000]}")
            return
        if "output" not in answer:
            raise BrokenVectorError(f"expected an output, the answer is {answer}")
        output = answer["output"]
        if refused is not None:
            found = dict(refusals(output))
            if found != dict(refused):
                raise BrokenVectorError(f"expected {dict(refused)} to be refused, found {found}")
        elif callable(claims):
            if not claims(output):
                raise BrokenVectorError(f"the claim does not hold of {str(output)[:2000]}")
        elif not fits(jsonable(claims), output):
            raise BrokenVectorError(
                f"claimed {jsonable(claims)}, the output is {str(output)[:2000]}"
            )
