"""What is generated is what would be generated now."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "command",
    [
        ("spec/vectors/generate.py", "--check"),
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
