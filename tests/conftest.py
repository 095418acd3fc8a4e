"""Settings for every test: Hypothesis profiles and where the foreign test vectors are."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

FOREIGN_VARIABLE = "LINKCONTRACT_FOREIGN_VECTORS"

# A generator that is slow on a loaded machine is no fault of the code under test.
_SLOW_MACHINE = (HealthCheck.too_slow,)

# The same examples on every run: a failure is there again for the next reader. Finding new
# examples is the work of `nightly`.
settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=100,
    deadline=None,
    suppress_health_check=_SLOW_MACHINE,
)
settings.register_profile(
    "nightly",
    max_examples=20_000,
    stateful_step_count=200,
    deadline=None,
    print_blob=True,
    suppress_health_check=_SLOW_MACHINE,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def foreign() -> Path:
    """The folder of test vectors written by others; without it a test is skipped, aloud."""
    folder = os.environ.get(FOREIGN_VARIABLE)
    if not folder:
        pytest.skip(f"foreign vectors not run: set {FOREIGN_VARIABLE} to their folder")
    path = Path(folder)
    # A variable that points nowhere is a mistake, not a reason to skip.
    assert path.is_dir(), f"{FOREIGN_VARIABLE} is not a folder: {folder}"
    return path


def recorded(terminalreporter: Any, property_name: str) -> int:
    """The sum of what tests recorded under a name."""
    return sum(
        int(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == property_name and report.when == "call"
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much was generated, and left out, so that nobody has to take it on trust."""
    if steps := recorded(terminalreporter, "generated steps"):
        terminalreporter.write_line(f"random histories of the ledger: {steps:,} steps")
    if left_out := recorded(terminalreporter, "left out"):
        terminalreporter.write_line(
            f"changed structures left to the nightly run: {left_out:,} (HYPOTHESIS_PROFILE=nightly)"
        )
