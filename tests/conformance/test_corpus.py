"""The vectors themselves: their form, what they refuse, and what they are about."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from kit_corpus import Vector, check_sums, read_vectors

HERE = Path(__file__).resolve().parent
LEAST = 250

MEMBERS = ("name", "comment", "spec", "refuses", "command", "input")
NAME = re.compile(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")
RULE = re.compile(r"[A-Z](?:\d+(?:\.\d+)?)?")
NUMBER = re.compile(r"^\d+\. ")


@pytest.fixture(scope="module")
def corpus(spec: Path) -> list[Vector]:
    return read_vectors(spec)


def areas_of(page: str) -> dict[str, set[str]]:
    """Area to commands, as the page about the door lists them."""
    found: dict[str, set[str]] = {}
    area = ""
    for line in page.partition("# Commands")[2].partition("\n# ")[0].splitlines():
        if line.startswith("## "):
            area = line[3:]
            found[area] = set()
        for name in re.findall(r"^\| `([a-z-]+)` \|", line):
            found[area].add(name)
        if match := re.match(r"`([a-z-]+)` is asked with$", line):
            found[area].add(match[1])
    return found


def codes_of(page: str) -> set[str]:
    """The codes two implementations share, from the page that lists them."""
    shared = page.partition("## Of a node only")[0]
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", shared, re.MULTILINE))


def every_text(value: object) -> Iterator[str]:
    """Every text that stands in a value, also as the name of a member."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        for entry in value.values():
            yield from every_text(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from every_text(entry)


def something_is_refused(vector: Mapping[str, Any]) -> bool:
    """What `refuses` says, read off the answer."""
    if "error" in vector:
        return True
    output = vector["output"]
    match vector["command"]:
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
        case "verify-export":
            return bool(output["findings"])
        case "fold":
            return any(map(side_refuses, output["sides"].values()))
    return False


def side_refuses(side: Mapping[str, Any]) -> bool:
    steps, end = side["steps"], side["end"]
    refused = any(step["result"] == "refused" or step["refused"] for step in steps)
    return refused or bool(end["void"]) or "breach" in end["uses"].values()


@cache
def names_on(page: Path) -> frozenset[str]:
    """The headings of a page, with and without numbers, their parts, and the rules it names."""
    text = page.read_text("utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    rules = re.findall(r"\*\*([A-Z]\d+(?:\.\d+)?)\b", text)
    rules += re.findall(r"^\| ([A-Z]\d+) \|", text, re.MULTILINE)
    parts = [heading.split()[0].rstrip(".") for heading in headings]
    return frozenset(
        [*headings, *(NUMBER.sub("", heading) for heading in headings), *rules, *parts]
    )


def test_there_are_enough_and_most_refuse(corpus: list[Vector]) -> None:
    assert len(corpus) >= LEAST
    assert sum(vector.content["refuses"] for vector in corpus) * 2 > len(corpus)


def test_every_vector_is_in_its_form(corpus: list[Vector], spec: Path) -> None:
    wrong = []
    for vector in corpus:
        answer = "error" if "error" in vector.content else "output"
        path = vector.path.relative_to(spec / "vectors").as_posix()
        text = json.dumps(vector.content, indent=1, ensure_ascii=False) + "\n"
        if (
            tuple(vector.content) != (*MEMBERS, answer)
            or path != f"{vector.name}.json"
            or NAME.fullmatch(vector.name) is None
            or vector.data != text.encode()
            or not vector.content["comment"].strip()
        ):
            wrong.append(path)
    assert wrong == []


def test_refuses_is_what_the_answer_says(corpus: list[Vector]) -> None:
    wrong = [
        vector.name
        for vector in corpus
        if vector.content["refuses"] is not something_is_refused(vector.content)
    ]
    assert wrong == []


def test_every_area_and_every_command_has_vectors(corpus: list[Vector], spec: Path) -> None:
    areas = areas_of((spec / "conformance" / "CLI.md").read_text("utf-8"))
    assert {vector.area for vector in corpus} == set(areas)
    commands = set().union(*areas.values())
    assert {vector.content["command"] for vector in corpus} == commands


def test_every_code_has_a_vector_or_a_reason(corpus: list[Vector], spec: Path) -> None:
    codes = codes_of((spec / "errors.md").read_text("utf-8"))
    excused = {
        line.split()[0]: line.partition("  ")[2].strip()
        for line in (HERE / "untested_codes.txt").read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    said = {
        text
        for vector in corpus
        for text in every_text([vector.content.get("error"), vector.content.get("output")])
    }
    assert codes - said - set(excused) == set(), "these have neither"
    assert set(excused) & said == set(), "these have a vector, and a reason for none"
    assert set(excused) - codes == set(), "these are no codes"
    assert all(excused.values())


def test_every_error_is_a_code_of_the_specification(corpus: list[Vector], spec: Path) -> None:
    codes = codes_of((spec / "errors.md").read_text("utf-8"))
    assert {vector.content["error"] for vector in corpus if "error" in vector.content} <= codes


def test_every_vector_names_its_place_in_the_specification(
    corpus: list[Vector], spec: Path
) -> None:
    lost = []
    for vector in corpus:
        page, _, heading = vector.content["spec"].partition(", ")
        path = spec / f"{page}.md"
        if not path.is_file() or not is_on(names_on(path), heading):
            lost.append((vector.name, vector.content["spec"]))
    assert lost == []


def is_on(names: frozenset[str], heading: str) -> bool:
    """Whether a heading, or each of some rules, is on a page."""
    if heading in names:
        return True
    rules = heading.replace(",", " ").replace(" and ", " ").split()
    return bool(rules) and all(RULE.fullmatch(rule) and rule in names for rule in rules)


def test_the_sums_list_the_vectors_and_the_pages(corpus: list[Vector], spec: Path) -> None:
    listed = check_sums(spec / "vectors")
    assert {name for name in listed if name.endswith(".json")} == {
        f"{vector.name}.json" for vector in corpus
    }
    pages = {path.relative_to(spec).as_posix() for path in spec.glob("*.md")}
    assert pages | {"conformance/CLI.md", "vocabulary/table.json"} <= set(check_sums(spec))
