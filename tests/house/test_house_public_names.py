"""What `import linkcontract` gives, and what it must not load."""

import ast
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

import linkcontract


def modules_after(statements: str) -> set[str]:
    """The modules a fresh interpreter holds after running `statements`."""
    code = f"{statements}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    return set(json.loads(result.stdout))


def test_import_loads_nothing_that_is_slow() -> None:
    # A budget of time would depend on the machine; what is loaded does not. The figure itself is
    # printed by benchmarks/import_time.py.
    loaded = modules_after("import linkcontract") - modules_after("pass")
    ours = {name for name in loaded if name.partition(".")[0].startswith("linkcontract")}
    assert ours == {"linkcontract"}
    assert len(loaded) <= 40


@pytest.mark.parametrize(
    "late", ["aiohttp", "multiformats", "asyncio", "nacl", "cbor2", "sqlite3", "icalendar"]
)
def test_import_leaves_for_later(late: str) -> None:
    assert late not in modules_after("import linkcontract")


@pytest.mark.parametrize("late", ["aiohttp", "multiformats", "asyncio"])
def test_encoding_leaves_for_later(late: str) -> None:
    used = (
        "import linkcontract as l\nl.decode(l.encode([1]), max_bytes=9); l.cid_text(l.cid_of(b''))"
    )
    assert late not in modules_after(used)


def test_every_public_name_is_there() -> None:
    for name in linkcontract.__all__:
        assert getattr(linkcontract, name) is not None
    assert set(linkcontract.__all__) <= set(dir(linkcontract))


def test_public_names_stand_once() -> None:  # their order is the linter's (RUF022)
    assert len(set(linkcontract.__all__)) == len(linkcontract.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = linkcontract.no_such_name


def test_typed_imports_the_table_and_all_agree() -> None:
    tree = ast.parse(Path(str(linkcontract.__file__)).read_text("utf-8"))
    typed = {
        alias.asname: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert typed == linkcontract._HOMES
    assert {*typed, "__version__"} == set(linkcontract.__all__)


def test_version_is_that_of_the_distribution() -> None:
    assert linkcontract.__version__ == importlib.metadata.version("linkcontract")


@pytest.mark.parametrize("package", ["encoding"])
def test_package_exports_what_it_says(package: str) -> None:
    module = __import__(f"linkcontract.{package}", fromlist=["__all__"])
    assert module.__all__ == sorted(set(module.__all__))
    for name in module.__all__:
        assert hasattr(module, name)
