"""The conformance kit: any executable is asked every vector, one test for each.

    pytest tests/conformance --entrypoint "node spec/reader/main.mjs"

It needs pytest and nothing else, and knows an implementation only through its door
(spec/conformance/CLI.md).
"""

import importlib.util
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kit_corpus import BrokenFolderError, Vector, check_folder, read_vectors, report
from kit_door import Door

HERE = Path(__file__).resolve().parent
SPEC = HERE.parents[1] / "spec"
OWN = ("own", "wrong")
"""Folders of tests that are about the kit or this implementation, and no others'."""

LINE = "conformance"
"""The property in which a test carries its line of the report."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance")
    group.addoption("--entrypoint", help="the executable to ask, with arguments")
    group.addoption("--areas", help="ask these areas only, separated by commas")
    group.addoption("--xfail", help="file of vectors that are expected to fail: name and reason")
    group.addoption("--report", help="write the report to this file")
    group.addoption("--within", type=float, default=60, help="seconds for one answer")
    group.addoption("--spec", help="the folder with the specification and its vectors")


def option(config: pytest.Config, name: str) -> Any:
    """An option, or None where this folder was met too late for its options to exist."""
    return config.getoption(f"--{name}", default=None)


def spec_of(config: pytest.Config) -> Path:
    given = option(config, "spec")
    return SPEC if given is None else Path(given).resolve()


def expected_failures(config: pytest.Config) -> dict[str, str]:
    """Vector to reason."""
    path = option(config, "xfail")
    if path is None:
        return {}
    found: dict[str, str] = {}
    for line in Path(path).read_text("utf-8").splitlines():
        name, _, reason = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if not reason.strip() or name in found:
            raise pytest.UsageError(f"{path}: a vector, once, and a reason: {line}")
        found[name] = reason.strip()
    return found


def chosen(config: pytest.Config) -> list[Vector]:
    """The vectors of the areas asked for."""
    vectors = read_vectors(spec_of(config))
    areas = option(config, "areas")
    if areas is None:
        return vectors
    wanted = set(areas.split(","))
    unknown = wanted - {vector.area for vector in vectors}
    if unknown:
        raise pytest.UsageError(f"no vectors of these areas: {', '.join(sorted(unknown))}")
    return [vector for vector in vectors if vector.area in wanted]


def command_of(config: pytest.Config) -> list[str]:
    """The executable to ask and its arguments; without the option the implementation in Python.

    Raises:
        UsageError: there is none that can be started, which is said once and not for each vector.
    """
    given = option(config, "entrypoint")
    if given is None:
        if importlib.util.find_spec("linkcontract") is None:
            raise pytest.UsageError(
                "--entrypoint COMMAND is missing, and no implementation in Python is installed"
            )
        return [sys.executable, "-m", "linkcontract.conformance"]
    command = shlex.split(given)
    if not command or shutil.which(command[0]) is None:
        raise pytest.UsageError(f"--entrypoint: no executable that can be started: {given!r}")
    return command


def pytest_configure(config: pytest.Config) -> None:
    command_of(config)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(), "conformance-summary")
    if option(config, "report") is None:
        return
    if option(config, "areas") is not None:
        raise pytest.UsageError("a report is on all areas")
    try:
        check_folder(spec_of(config))
    except BrokenFolderError as error:
        raise pytest.UsageError(str(error)) from None
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reporter(config), "conformance-report")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    foreign = option(config, "entrypoint") is not None
    if foreign and any(collection_path == HERE / name for name in OWN):
        return True
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "vector" not in metafunc.fixturenames:
        return
    reasons = expected_failures(metafunc.config)
    metafunc.parametrize(
        "vector",
        [
            pytest.param(
                vector,
                id=vector.name,
                marks=[pytest.mark.xfail(strict=True, reason=reasons[vector.name])]
                if vector.name in reasons
                else [],
            )
            for vector in chosen(metafunc.config)
        ],
    )


@pytest.fixture(scope="session")
def spec(request: pytest.FixtureRequest) -> Path:
    """The folder with the specification."""
    return spec_of(request.config)


@pytest.fixture(scope="session")
def reasons(request: pytest.FixtureRequest) -> dict[str, str]:
    """The vectors that are expected to fail, with the reasons."""
    return expected_failures(request.config)


@pytest.fixture(scope="session")
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    """The implementation that is asked."""
    asked = Door(command_of(request.config), option(request.config, "within") or 60)
    yield asked
    asked.close()


class Summary:
    """Counts by area how the vectors were answered."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        for name, line in report.user_properties:
            if name == LINE:
                vector, result, answer = str(line).split(" ", 2)
                outcome = answer if answer == "unsupported" else f"{result}ed"
                self.counts.setdefault(vector.partition("/")[0], Counter())[outcome] += 1

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for area, counts in sorted(self.counts.items()):
            parts = (f"{counts[each]} {each}" for each in ("passed", "failed", "unsupported"))
            terminalreporter.write_line(f"{area}: {', '.join(parts)}")


class Reporter:
    """Collects the lines of all vectors, whichever process asked them, and writes the report."""

    def __init__(self, config: pytest.Config) -> None:
        self.path = Path(option(config, "report")).resolve()
        self.spec = spec_of(config)
        self.lines: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            for name, line in report.user_properties:
                if name == LINE:
                    self.lines[str(line).partition(" ")[0]] = str(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        missing = {vector.name for vector in read_vectors(self.spec)} - set(self.lines)
        if missing:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
            return
        self.path.write_bytes(report(self.spec, self.lines.values()).encode())

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        missing = {vector.name for vector in read_vectors(self.spec)} - set(self.lines)
        terminalreporter.write_line(
            f"no report: {len(missing)} vectors were not asked"
            if missing
            else f"report written to {self.path}"
        )
