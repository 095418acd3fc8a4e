"""Write the vectors, or compare them with what would be written.

    python spec/vectors/generate.py                    write all
    python spec/vectors/generate.py --check            write nothing, say what differs
    python spec/vectors/generate.py --area sealing,log limit either to some areas

Each module of build/areas adds vectors to the area its name begins with, up to an underscore. Files
nobody builds any more are removed. The same sources give the same bytes.
"""

import argparse
import importlib
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1])]

from build.case import Collector, Vector  # noqa: E402
from linkcontract.conformance import answer  # noqa: E402


def area_of(module: str) -> str:
    """The area a module adds to."""
    return module.partition("_")[0]


def built(areas: Sequence[str] | None) -> tuple[list[Vector], list[str]]:
    """The vectors of these areas (None: all), and what is wrong with them."""
    vectors: list[Vector] = []
    problems: list[str] = []
    for path in sorted((FOLDER / "build" / "areas").glob("[a-z]*.py")):
        area = area_of(path.stem)
        if areas is not None and area not in areas:
            continue
        collector = Collector(area, answer)
        importlib.import_module(f"build.areas.{path.stem}").build(collector.add)
        vectors += collector.vectors
        problems += collector.problems
    names = Counter(vector.name for vector in vectors)
    problems += [f"{name}: built {count} times" for name, count in names.items() if count > 1]
    return sorted(vectors, key=lambda vector: vector.name), problems


def present(areas: Sequence[str] | None) -> set[str]:
    """The vector files that are there, from the folder of the vectors."""
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.json")}
    return {path for path in found if areas is None or path.partition("/")[0] in areas}


def differences(vectors: Sequence[Vector], there: set[str]) -> list[str]:
    """What would be written or removed."""
    wanted = {vector.path: vector.text.encode() for vector in vectors}
    lines = [f"{path}: nobody builds it" for path in sorted(there - set(wanted))]
    for path, data in wanted.items():
        if path not in there:
            lines.append(f"{path}: is not there")
        elif (FOLDER / path).read_bytes() != data:
            lines.append(f"{path}: differs")
    return lines


def written(vectors: Sequence[Vector], there: set[str]) -> None:
    """Write every vector and remove the files of others."""
    for path in there - {vector.path for vector in vectors}:
        (FOLDER / path).unlink()
    for vector in vectors:
        target = FOLDER / vector.path
        target.parent.mkdir(exist_ok=True)
        data = vector.text.encode()
        if not target.exists() or target.read_bytes() != data:
            target.write_bytes(data)


def summary(vectors: Sequence[Vector]) -> str:
    """How many there are by area, and how many of them refuse."""
    totals = Counter(vector.name.partition("/")[0] for vector in vectors)
    refusing = Counter(vector.name.partition("/")[0] for vector in vectors if vector.refuses)
    lines = [f"{area:12} {totals[area]:4} {refusing[area]:4}" for area in sorted(totals)]
    lines.append(f"{'all':12} {totals.total():4} {refusing.total():4}")
    return "\n".join(["area        vectors refusing", *lines])


def main() -> int:
    """Returns the exit code: 1 if a builder is wrong, or with --check if anything differs."""
    parser = argparse.ArgumentParser(description="Write or check the vectors.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--area", help="only these areas, separated by commas")
    arguments = parser.parse_args()
    areas = None if arguments.area is None else arguments.area.split(",")
    vectors, problems = built(areas)
    there = present(areas)
    if not problems and arguments.check:
        problems = differences(vectors, there)
    elif not problems:
        written(vectors, there)
    for problem in problems:
        sys.stderr.write(problem + "\n")
    sys.stdout.write(summary(vectors) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
