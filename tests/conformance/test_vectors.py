"""Every vector, asked through the door."""

from collections.abc import Callable
from pathlib import Path

import pytest
from kit_corpus import Vector, canonical, is_right, read_vectors, report_line
from kit_door import Door, NoAnswerError

SHOWN = 20_000


def text(value: object) -> str:
    whole = canonical(value)
    return whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}… ({len(whole)} characters)"


def test_vector(vector: Vector, door: Door, record_property: Callable[[str, str], None]) -> None:
    try:
        answer = door.ask(vector.request)
    except NoAnswerError as error:
        record_property("conformance", report_line(vector, None))
        pytest.fail(f"{vector.name}: {error}", pytrace=False)
    record_property("conformance", report_line(vector, answer))
    if not is_right(vector.content, answer):
        kind = "error" if "error" in vector.content else "output"
        pytest.fail(
            f"{vector.name} ({vector.content['spec']}): {vector.content['comment']}\n"
            f"wanted {kind} {text(vector.content[kind])}\nanswer {text(answer)}",
            pytrace=False,
        )


def test_expected_failures_are_vectors(reasons: dict[str, str], spec: Path) -> None:
    assert set(reasons) - {vector.name for vector in read_vectors(spec)} == set()
