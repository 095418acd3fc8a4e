"""The comparison of two implementations: it finds what differs, and here nothing does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import compare
import pytest
from compare import differ
from kit_corpus import read_vectors
from test_door import NO_REQUESTS

ROOT = Path(__file__).parents[3]
SPEC = ROOT / "spec"
READER = SPEC / "reader"
NODE = shutil.which("node")
OURS = [sys.executable, "-m", "linkcontract.conformance"]
WRONG = [sys.executable, str(ROOT / "tests" / "conformance" / "wrong" / "run.py")]

lacking = (
    "Node.js is not here"
    if NODE is None
    else "its packages are not installed (make reader)"
    if not (READER / "node_modules").is_dir()
    else ""
)


@pytest.fixture
def second() -> list[str]:
    """The second reader."""
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(f"the second reader was not asked: {lacking}")
    if lacking:
        pytest.skip(f"the second reader is not asked: {lacking}")
    return [str(NODE), str(READER / "main.mjs")]


@pytest.mark.timeout(400)
def test_two_implementations_agree_about_altered_vectors(second: list[str]) -> None:
    made = compare.compare(OURS, second, spec=SPEC, seed=20260101, rounds=1, seconds=12)
    assert made.found == {}
    assert made.asked >= 50


def test_lines_that_are_no_requests_are_refused_by_both(second: list[str]) -> None:
    lines = [line for line in NO_REQUESTS if b"\n" not in line]
    done = subprocess.run(
        second, input=b"\n".join(lines) + b"\n", capture_output=True, check=True, timeout=300
    )
    answers = done.stdout.splitlines()
    refused = b'{"error":"request-form"}'
    assert [
        line[:80] for line, answer in zip(lines, answers, strict=True) if answer != refused
    ] == []


def test_a_wrong_implementation_is_found() -> None:
    wrong = [*WRONG, "floats-taken"]
    made = compare.compare(OURS, wrong, spec=SPEC, seed=1, rounds=2, seconds=10, areas=["encoding"])
    assert {key[:2] for key in made.found} >= {("refused", "decode")}


def test_the_same_seed_makes_the_same_questions() -> None:
    vectors = read_vectors(SPEC)[::40]
    first, again = compare.Questions(vectors), compare.Questions(vectors)
    for vector in vectors:
        question = first.of(vector, 7, 0)
        assert again.of(vector, 7, 0) == question
        assert question.request["command"] == vector.content["command"]


@pytest.mark.parametrize(
    ("one", "other", "several", "how"),
    [
        ({"output": {"a": 1, "b": 2}}, {"output": {"b": 2, "a": 1}}, False, None),
        ({"output": {"a": 1}}, {"output": {"a": True}}, True, "output"),
        ({"output": {}}, {"error": "cbor-tag"}, True, "refused"),
        ({"error": "cbor-tag"}, {"error": "cbor-float"}, False, "code"),
        ({"error": "cbor-tag"}, {"error": "cbor-float"}, True, None),
        ({"error": "cbor-tag"}, {"fault": "ended"}, True, "fault"),
        ({"unsupported": True}, {"error": "cbor-tag"}, False, None),
    ],
)
def test_how_answers_differ(one: dict, other: dict, several: bool, how: str | None) -> None:
    assert differ(one, other, several) == how
