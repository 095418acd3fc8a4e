"""Which vector rejects which wrong implementation, and the ledger with a rule switched off.

    python tests/conformance/wrong/rejections.py     write rejected_by.txt again

The tests ask the vector written there and no other, so that they stay short; a wrong
implementation that no vector rejects is written down as "nobody".
"""

import sys
from collections.abc import Mapping
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ledger"))

import mutants  # noqa: E402
from kit_corpus import Vector, is_right, read_vectors  # noqa: E402
from patching import Put, Wrong, applied  # noqa: E402
from table import WRONG  # noqa: E402

from linkcontract.conformance import answer  # noqa: E402

LISTED = Path(__file__).resolve().parent / "rejected_by.txt"
SPEC = Path(__file__).resolve().parents[3] / "spec"
NOBODY = "nobody"

LEDGER_AREAS = ("ledger", "contracts", "permissions", "evidence")


def switched_off(mutant: mutants.Mutant) -> Wrong:
    """The ledger with a rule switched off, as an implementation."""
    change = Put(f"ledger.{mutant.target}", lambda _: mutant.replacement)
    name = "rule " + mutant.rule
    return Wrong(name, "ledger", f"ledger, {mutant.rule.split()[0]}", (change,))


RULES: tuple[Wrong, ...] = tuple(map(switched_off, mutants.MUTANTS))

ASKED: Mapping[str, tuple[str, ...]] = {
    **{each.name: (each.area,) for each in WRONG},
    **{each.name: LEDGER_AREAS for each in RULES},
}
"""The areas in which a wrong implementation has to be found out."""


def rejects(vector: Vector, *, crash: bool) -> bool:
    """Whether the implementation, as it is at this moment, answers a vector wrongly.

    Args:
        crash: what breaking down counts as. A check left out is found by a wrong answer.
    """
    try:
        return not is_right(vector.content, answer(vector.request))
    except Exception:  # noqa: BLE001  whatever a broken program does
        return crash


def first_rejection(wrong: Wrong, vectors: list[Vector]) -> str:
    """The vector that rejects a wrong implementation; one with a wrong answer before a crash."""
    with applied(wrong.changes):
        for crash in (False, True):
            for vector in vectors:
                if vector.area in ASKED[wrong.name] and rejects(vector, crash=crash):
                    return vector.name
    return NOBODY


def listed() -> dict[str, str]:
    """Wrong implementation -> vector, as written down."""
    lines = LISTED.read_text("utf-8").splitlines()
    return {name: vector for vector, _, name in (line.partition("  ") for line in lines)}


def main() -> None:
    vectors = read_vectors(SPEC)
    by_name = {vector.name: vector for vector in vectors}
    before = listed() if LISTED.exists() else {}
    lines = []
    for wrong in (*WRONG, *RULES):
        kept = by_name.get(before.get(wrong.name, ""))
        found = NOBODY if kept is None else first_rejection(wrong, [kept])
        if found == NOBODY:
            found = first_rejection(wrong, vectors)
        lines.append(f"{found}  {wrong.name}\n")
        if found == NOBODY:
            print(f"nobody rejects {wrong.name}", file=sys.stderr)
    LISTED.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
