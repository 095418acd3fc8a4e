"""Rules of the tree that no linter knows: size, codes of errors, licence, layers, decisions."""

import ast
import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkcontract.errors import CODES, LinkContractError

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    [*(ROOT / "linkcontract").rglob("*.py"), *(ROOT / "transports").rglob("*.py")],
)
ERRORS = {"LinkContractError", *(kind.__name__ for kind in LinkContractError.__subclasses__())}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_module_is_read_in_one_sitting(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text)), "a module says what it is for"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_function_fits_a_screen(path: Path) -> None:
    for function in functions(path):
        where = f"{function.name}, line {function.lineno}"
        assert (function.end_lineno or 0) - function.lineno < 60, where
        assert len(function.args.args) + len(function.args.posonlyargs) <= 6, where


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "core", "types", "abc"}
    assert [name_of(path) for path in SOURCES if path.stem in vague] == []


def strings_naming_codes(path: Path) -> Iterator[str]:
    """The first argument of every error that is raised by its class."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else None
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in ERRORS:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_code_raised_is_registered(path: Path) -> None:
    raised = {text for text in strings_naming_codes(path) if CODE.fullmatch(text)}
    assert raised - set(CODES) == set()


def test_every_registered_code_is_used() -> None:
    texts = "".join(path.read_text("utf-8") for path in SOURCES if path.name != "errors.py")
    assert [code for code in CODES if f'"{code}"' not in texts] == []


def test_codes_have_one_form_and_their_sentences_no_full_stop() -> None:
    for code, sentence in CODES.items():
        assert CODE.fullmatch(code), code
        assert sentence, code
        assert not sentence.endswith("."), code


def test_every_package_has_its_layer() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    named = set(re.findall(r"linkcontract\.(\w+)", " ".join(layers)))
    there = {
        path.stem
        for path in (ROOT / "linkcontract").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"__init__"}
    assert there - named == set()


def test_licence_is_the_unmodified_apache_2_text() -> None:
    # The digest of https://www.apache.org/licenses/LICENSE-2.0.txt.
    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def test_decisions_are_numbered_once_and_have_their_three_parts() -> None:
    decisions = sorted((ROOT / "spec" / "decisions").glob("[0-9]*.md"))
    assert decisions
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers)
    for path in decisions:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        parts = re.findall(
            r"^(?:#+ |\*\*)(Context|Options|Outcome)\b", path.read_text("utf-8"), re.MULTILINE
        )
        assert parts == ["Context", "Options", "Outcome"], path.name


def test_every_runtime_dependency_is_argued_for_in_a_decision_in_force() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=!~;\[ ]", each)[0] for each in project["dependencies"]}
    texts = [path.read_text("utf-8") for path in (ROOT / "spec" / "decisions").glob("[0-9]*.md")]
    titles = [
        re.findall(r"[a-z0-9-]+", text.splitlines()[0].lower())
        for text in texts
        if not re.search(r"^Superseded by", text, re.MULTILINE)
    ]
    assert {name for name in names if not any(name in title for title in titles)} == set()
