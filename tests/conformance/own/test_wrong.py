"""Deliberately wrong implementations are rejected by the vectors, and the right one is not."""

import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from kit_corpus import Vector, is_right, read_vectors
from kit_door import Door
from test_corpus import is_on, names_on

ROOT = Path(__file__).resolve().parents[3]
WRONG_FOLDER = ROOT / "tests" / "conformance" / "wrong"
sys.path.insert(0, str(WRONG_FOLDER))

from patching import Wrong, applied  # noqa: E402
from rejections import ASKED, LEDGER_AREAS, RULES, listed, rejects  # noqa: E402
from table import WRONG  # noqa: E402

pytestmark = pytest.mark.timeout(400)

VECTORS = {vector.name: vector for vector in read_vectors(ROOT / "spec")}
LISTED = listed()

NOT_ASKED = {
    "rule K1 debt": "of the agents among the debtors; the door tells those of the leads",
    "rule K3 exclude": "is about what a writer leaves out of its next statement",
}
"""Rules of the ledger that nothing a vector shows depends on."""


def vector_of(wrong: Wrong) -> Vector:
    name = LISTED.get(wrong.name, "nobody")
    assert name in VECTORS, (
        f"no vector is known to reject {wrong.name}: run tests/conformance/wrong/rejections.py, "
        "and if that finds none add one"
    )
    assert VECTORS[name].area in ASKED[wrong.name]
    return VECTORS[name]


def test_there_are_enough_of_them_in_every_area() -> None:
    assert len({wrong.name for wrong in WRONG}) == len(WRONG) >= 40
    areas = Counter(wrong.area for wrong in WRONG)
    assert set(areas) == {vector.area for vector in VECTORS.values()}
    assert min(areas.values()) >= 3


def test_each_names_what_it_breaks() -> None:
    lost = []
    for wrong in (*WRONG, *RULES):
        page, _, heading = wrong.spec.partition(", ")
        if not is_on(names_on(ROOT / "spec" / f"{page}.md"), heading):
            lost.append((wrong.name, wrong.spec))
    assert lost == []


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_wrong_implementation_is_rejected(wrong: Wrong) -> None:
    vector = vector_of(wrong)
    door = Door([sys.executable, str(WRONG_FOLDER / "run.py"), wrong.name])
    try:
        said = door.ask(vector.request)
    finally:
        door.close()
    assert not is_right(vector.content, said)


@pytest.mark.parametrize("wrong", RULES, ids=lambda wrong: wrong.name)
def test_a_ledger_with_a_rule_switched_off_is_rejected(wrong: Wrong) -> None:
    if wrong.name in NOT_ASKED:
        pytest.skip(NOT_ASKED[wrong.name])
    vector = vector_of(wrong)
    with applied(wrong.changes):
        assert rejects(vector, crash=True)


def test_what_is_not_asked_is_rejected_by_nothing() -> None:
    names = {wrong.name for wrong in RULES}
    assert set(NOT_ASKED) <= names
    assert {name for name in names if LISTED.get(name) == "nobody"} == set(NOT_ASKED)


def test_the_right_implementation_is_rejected_by_none_of_these_vectors() -> None:
    named = {VECTORS[name].name for name in LISTED.values() if name in VECTORS}
    assert [name for name in sorted(named) if rejects(VECTORS[name], crash=True)] == []
    assert LEDGER_AREAS


def test_making_it_wrong_is_undone() -> None:
    for wrong in (*WRONG, *RULES):
        with applied(wrong.changes):
            pass
    vector = vector_of(WRONG[0])
    assert not rejects(vector, crash=True)


def test_the_kit_fails_on_a_wrong_implementation(tmp_path: Path) -> None:
    """Once as its user runs it: the whole of an area, by a real executable."""
    wrong = next(each for each in WRONG if each.name == "trailing-bytes-taken")
    command = [sys.executable, str(WRONG_FOLDER / "run.py"), wrong.name]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
            *("tests/conformance/test_vectors.py", "--areas", wrong.area),
            *("--entrypoint", shlex.join(command)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert vector_of(wrong).name in done.stdout
