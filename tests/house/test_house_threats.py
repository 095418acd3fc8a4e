"""Every attack in `spec/threats.md` has tests, and they exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "spec" / "threats.md").read_text("utf-8")
ATTACK = re.compile(r"^\*\*(T\d\d) ([a-z][^*]*)\.\*\* ", re.MULTILINE | re.IGNORECASE)
ENTRIES = {
    text[2:5]: text.split("\n\n")[0]
    for text in re.split(r"^(?=\*\*T\d\d )", PAGE, flags=re.MULTILINE)[1:]
}


@cache
def existing_tests() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        assert path.name not in found, "test files have names of their own"
        found[path.name] = {
            node.name
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    return found


def test_attacks_have_numbers_and_names_of_their_own() -> None:
    numbers = [match[1] for match in ATTACK.finditer(PAGE)]
    names = [match[2] for match in ATTACK.finditer(PAGE)]
    assert numbers == list(ENTRIES)
    assert numbers == [f"T{number:02}" for number in range(1, len(numbers) + 1)]
    assert len(set(names)) == len(names) >= 40


@pytest.mark.parametrize("number", ENTRIES)
def test_an_attack_says_what_closes_it_and_has_a_test_that_exists(number: str) -> None:
    what, closed, tests = re.split(
        r"\*Closed by\*: |\*Tests\*: ", " ".join(ENTRIES[number].split())
    )
    assert len(what) > 40
    assert len(closed) > 20
    named = re.findall(r"`([\w.:]+)`", tests)
    assert named
    for name in named:
        file, _, test = name.partition("::")
        assert test in existing_tests().get(file, ()), name
