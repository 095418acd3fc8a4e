"""What is generated is what would be generated now; the vectors have a test of their own."""

import ast
import importlib.util
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "command",
    [
        ("spec/pages.py", "--check"),
        ("spec/sums.py", "--check"),
    ],
    ids=lambda command: command[0],
)
def test_running_make_spec_would_change_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-5000:]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_archive_is_the_same_each_time_and_holds_what_others_need() -> None:
    archive = load(ROOT / "spec" / "archive.py").archive
    data = archive("top")
    assert data == archive("top")
    with tarfile.open(fileobj=io.BytesIO(data)) as packed:
        entries = packed.getmembers()
    names = [entry.name.removeprefix("top/") for entry in entries]
    assert names == sorted(names)
    assert {(entry.mtime, entry.uid, entry.uname, entry.mode) for entry in entries} == {
        (0, 0, "", 0o644)
    }
    assert {
        "README.md",
        "LICENSE",
        "spec/README.md",
        "spec/SHA256SUMS",
        "spec/conformance/CLI.md",
        "spec/vectors/SHA256SUMS",
        "spec/vectors/LICENSE.md",
        "spec/vocabulary/table.json",
        "spec/vocabulary/vocabulary_notice.txt",
        "tests/conformance/conftest.py",
        "tests/conformance/test_vectors.py",
    } <= set(names)
    left_out = ("node_modules/", "__pycache__/", "conformance/own/", "conformance/wrong/")
    assert [name for name in names if any(part in name for part in left_out)] == []
    programs = [name for name in names if name.endswith(".py")]
    assert [name for name in programs if "linkcontract" in imported(ROOT / name)] == []


def test_nothing_is_packed_where_sums_are_not_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ModuleType("sums")
    other.wanted = lambda: {ROOT / "spec" / "SHA256SUMS": "other\n"}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sums", other)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert load(ROOT / "spec" / "archive.py").main([str(tmp_path)]) == 1
    assert "not current: spec/SHA256SUMS; run make spec" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def imported(path: Path) -> set[str]:
    """The packages a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_the_kit_needs_pytest_and_nothing_else() -> None:
    modules = sorted((ROOT / "tests" / "conformance").glob("*.py"))
    own = {path.stem for path in modules}
    for path in modules:
        assert imported(path) - own - set(sys.stdlib_module_names) <= {"pytest"}, path.name
