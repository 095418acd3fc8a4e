"""The project speaks of itself only, and what it refers to is there."""

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec"

REFERENCE = re.compile(
    r"\b[Ss]pec: ([a-z-]+(?:/[A-Za-z]+)?)\b(?:,((?: ?[A-Z][\w.]*,?)(?:[ \w.,]*)))?"
)
RULE = re.compile(r"\b[A-Z]\d+(?:\.\d+)?\b")

PRIVATE = {
    "a text that is not here": r"\b(REVIEW|WIRE|DESIGN|FACTS|LEDGER|PLAN)\b(\.md)?",
    "somebody's folder": r"(?<![\w\]|])/work/\w",
    "a ticket": r"\bissues? #?\d|(?<![\w&])#\d+\b",
    "who wrote it": r"\b(helper|builder) (session|[A-Z]\b)|\bsession \d",
    "a text that is not here, by name": r"\bthe (design|review|brief) (asks?|asked|names|says)\b",
}


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a checkout: what belongs to the tree is not known")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.suffix in {".py", ".md", ".toml", ".txt"}]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def words(path: Path) -> list[tuple[int, str]]:
    """What is written for people: comments and strings of code, everything of other files."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return list(enumerate(text.splitlines(), 1))
    return [
        entry
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type in (tokenize.COMMENT, tokenize.STRING)
        for entry in enumerate(token.string.splitlines(), token.start[0])
    ]


def references(path: Path) -> Iterator[tuple[str, str]]:
    """(page, what of it) for each reference; comments may break it anywhere."""
    text = re.sub(r"\n\s*(#\s)?", " ", "\n".join(line for _, line in words(path)))
    for match in REFERENCE.finditer(text):
        yield match[1], (match[2] or "").strip()


@cache
def names_on(page: str) -> frozenset[str]:
    """The rules, attacks and headings a page defines."""
    text = (SPEC / f"{page}.md").read_text("utf-8")
    bold = re.findall(r"\*\*([A-Z]\d+(?:\.\d+)?)\b", text)
    bold += re.findall(r"^\| ([A-Z]\d+) \|", text, re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    numbered = [heading.split()[0].rstrip(".") for heading in headings]
    return frozenset([*bold, *headings, *numbered])


def is_there(page: str, what: str) -> bool:
    if not what:
        return (SPEC / f"{page}.md").exists()
    rules = RULE.findall(what)
    if rules:
        return set(rules) <= names_on(page)
    return any(what.startswith(name) for name in names_on(page)) or what.startswith("part ")


def test_every_reference_to_the_specification_is_there() -> None:
    lost = [
        (name_of(path), page, what)
        for path in tracked()
        for page, what in references(path)
        if path != Path(__file__) and not is_there(page, what)
    ]
    assert lost == []


def test_there_are_references_to_every_page_that_names_rules() -> None:
    used = {page for path in tracked() if path.suffix == ".py" for page, _ in references(path)}
    assert {"ledger", "threats", "encoding", "envelope", "parties", "statements", "session"} <= used


def test_every_decision_referred_to_is_there() -> None:
    numbers = {path.name[:4] for path in (SPEC / "decisions").glob("[0-9]*.md")}
    lost = [
        (name_of(path), number)
        for path in tracked()
        for _, line in words(path)
        for number in re.findall(r"(?:ADRs?|decisions?/?) ?(\d{4})\b", line)
        if number not in numbers
    ]
    assert lost == []


def test_the_index_of_decisions_is_whole_and_in_order() -> None:
    index = (SPEC / "decisions" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(\d{4})\]\(([\w-]+\.md)\) \| (.+?) \|$", index, re.MULTILINE)
    there = sorted(path.name for path in (SPEC / "decisions").glob("[0-9]*.md"))
    assert [file for _, file, _ in listed] == there
    for number, file, title in listed:
        first = (SPEC / "decisions" / file).read_text("utf-8").splitlines()[0]
        assert first == f"# {number} {title}", file


@pytest.mark.parametrize("what", PRIVATE)
def test_nothing_speaks_of(what: str) -> None:
    pattern = re.compile(PRIVATE[what])
    found = [
        f"{name_of(path)}:{number}: {match[0]}"
        for path in tracked()
        if path != Path(__file__)
        for number, line in words(path)
        for match in pattern.finditer(line)
    ]
    assert found == []


def test_links_between_pages_lead_somewhere() -> None:
    lost = []
    for path in tracked():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", path.read_text("utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                lost.append((name_of(path), target))
    assert lost == []
