"""Two implementations are asked the same altered vectors, and shown is what they disagree about.

    python tests/conformance/compare.py [--seed N] [--rounds N] [--seconds N] [--areas a,b] \\
        [--out FILE] FIRST SECOND

FIRST and SECOND are the executables. The same seed makes the same questions, whatever the time.

Outputs have to be equal, and what one refuses the other has to refuse. The codes of two refusals
have to be equal where the vector was accepted and one thing in it was altered; any of their codes
is right where several things are wrong with an input (spec, conformance/CLI.md, Running).
"""

import argparse
import json
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from kit_alterations import Alteration
from kit_corpus import Vector, canonical, read_vectors
from kit_door import Door, NoAnswerError
from kit_exports import Exports
from kit_resigning import COMMANDS as SIGNED
from kit_resigning import resigned
from kit_stories import COMMANDS, Stories

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Question:
    """An altered vector. `several`: more than one thing may be wrong with it."""

    vector: str
    request: dict[str, Any]
    several: bool


def strings_in(value: object) -> Iterator[str]:
    """All text of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from strings_in(part)


class Questions:
    """Alters vectors, by a seed.

    Args:
        vectors: all there are; those to be altered are named later.
    """

    def __init__(self, vectors: Sequence[Vector]) -> None:
        self._stories = Stories(
            each.content["input"] for each in vectors if each.content["command"] in COMMANDS
        )
        self._exports = Exports(
            each.content["input"] for each in vectors if each.content["command"] == "verify-export"
        )
        self._others: dict[str, list[str]] = {}
        for each in vectors:
            texts = self._others.setdefault(each.content["command"], [])
            texts += [text for text in strings_in(each.content["input"]) if len(text) < 4096]

    def of(self, vector: Vector, seed: int, round_: int) -> Question:
        """The question of a vector in a round."""
        random = Random(f"{seed} {round_} {vector.name}")
        command, input = vector.content["command"], vector.content["input"]
        if command in COMMANDS and random.random() < 0.85:
            made: Any = self._stories.altered(input, random)
            for name in ("request", "facts"):
                if name in made and random.random() < 0.3:
                    made[name] = Alteration(random, self._others[command]).of(made[name])
            return Question(vector.name, {"command": command, "input": made}, True)
        alteration = Alteration(random, self._others[command])
        if command == "verify-export" and random.random() < 0.8:
            made = self._exports.altered(input, alteration, random)
            return Question(vector.name, {"command": command, "input": made}, True)
        made = None
        if command in SIGNED and random.random() < 0.6:
            made = resigned(input, alteration, random)
        if made is None:
            made = alteration.of(input)
        several = alteration.several
        while random.random() < 0.2:
            made, several = alteration.of(made), True
        several = several or vector.content["refuses"]
        return Question(vector.name, {"command": command, "input": made}, several)


def asked(door: Door, request: dict[str, Any]) -> dict[str, Any]:
    """The answer, or why there was none."""
    try:
        return door.ask(request)
    except NoAnswerError as error:
        return {"fault": str(error)[-600:]}


def differ(one: Mapping[str, Any], other: Mapping[str, Any], several: bool) -> str | None:
    """How two answers differ: "fault", "refused", "output", "code"; None if they agree."""
    both = (one, other)
    if "fault" in one or "fault" in other:
        return "fault"
    if "unsupported" in one or "unsupported" in other:
        return None
    if "error" in one and "error" in other:
        return None if several or one["error"] == other["error"] else "code"
    if "error" in one or "error" in other:
        return "refused"
    outputs = [_without_codes(each["output"]) if several else each["output"] for each in both]
    return None if canonical(outputs[0]) == canonical(outputs[1]) else "output"


def _without_codes(output: Any) -> Any:
    """An output without the codes of what two of its findings say to be altered."""
    if "findings" not in output:
        return output
    found = [
        {**each, "code": ""} if each["kind"].startswith("altered-") else each
        for each in output["findings"]
    ]
    return {**output, "findings": sorted(found, key=canonical)}


def told(answer: Mapping[str, Any]) -> str:
    """An answer in a word."""
    return str(answer.get("error", "fault" if "fault" in answer else "output"))


class Comparison:
    """Two executables, asked at the same time.

    Attributes:
        asked: how many questions.
        found: disagreements by class, each with its shortest question and how often it came.
    """

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        self._doors = [Door(first, 60), Door(second, 60)]
        self._pool = ThreadPoolExecutor(2)
        self.asked = 0
        self.found: dict[tuple[str, ...], list[Any]] = {}

    def ask(self, question: Question) -> None:
        """Ask both and compare."""
        both = [self._pool.submit(asked, door, question.request) for door in self._doors]
        one, other = (each.result() for each in both)
        self.asked += 1
        how = differ(one, other, question.several)
        if how is None:
            return
        name = question.request["command"]
        kind = question.request["input"].get("kind") if name == "read" else ""
        key = (how, name, str(kind)[:20], told(one), told(other))
        example = {"vector": question.vector, "first": one, "second": other, **question.request}
        known = self.found.setdefault(key, [0, example])
        known[0] += 1
        if len(json.dumps(example)) < len(json.dumps(known[1])):
            known[1] = example

    def close(self) -> None:
        """End both."""
        for door in self._doors:
            door.close()
        self._pool.shutdown()


def compare(
    first: Sequence[str],
    second: Sequence[str],
    *,
    spec: Path,
    seed: int,
    rounds: int,
    seconds: float,
    areas: Sequence[str] | None = None,
) -> Comparison:
    """Ask both executables until the rounds or the seconds are over."""
    vectors = read_vectors(spec)
    questions = Questions(vectors)
    chosen = [each for each in vectors if areas is None or each.area in areas]
    comparison = Comparison(first, second)
    end = time.monotonic() + seconds
    try:
        for round_ in range(rounds):
            order = list(chosen)
            Random(f"{seed} {round_}").shuffle(order)
            for vector in order:
                if time.monotonic() > end:
                    return comparison
                comparison.ask(questions.of(vector, seed, round_))
    finally:
        comparison.close()
    return comparison


def main() -> int:
    """Returns the exit code: 1 if anything differs."""
    parser = argparse.ArgumentParser(description="Compare two implementations.")
    parser.add_argument("first", help="an executable with its arguments")
    parser.add_argument("second", help="another one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--areas", help="only these areas, separated by commas")
    parser.add_argument("--out", type=Path, help="write the examples to this file, a line each")
    given = parser.parse_args()
    made = compare(
        shlex.split(given.first),
        shlex.split(given.second),
        spec=ROOT / "spec",
        seed=given.seed,
        rounds=given.rounds,
        seconds=given.seconds,
        areas=None if given.areas is None else given.areas.split(","),
    )
    lines = []
    for key, (count, example) in sorted(made.found.items()):
        print(f"{count:5} {' '.join(key)}  {example['vector']}")
        lines.append(json.dumps({"class": key, "count": count, **example}, ensure_ascii=False))
    if given.out is not None:
        given.out.write_text("".join(line + "\n" for line in lines), "utf-8")
    print(f"asked {made.asked}, seed {given.seed}, {len(lines)} kinds of disagreement")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
