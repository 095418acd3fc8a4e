"""Write the files of sums: what belongs to the specification, and its vectors, with their digests.

python spec/sums.py            write SHA256SUMS and vectors/SHA256SUMS
python spec/sums.py --check    write nothing, say what differs
"""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

SPEC = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"


def specification() -> list[Path]:
    """The files that are the specification: pages, schema, the door and the vocabulary."""
    return [
        *SPEC.glob("*.md"),
        *SPEC.glob("*.cddl"),
        *(path for path in (SPEC / "conformance").rglob("*") if path.is_file()),
        SPEC / "vocabulary" / "table.json",
        SPEC / "vocabulary" / "vocabulary_notice.txt",
    ]


def vectors() -> list[Path]:
    """The vectors, and what they may be used for."""
    folder = SPEC / "vectors"
    return [*folder.glob("*/*.json"), folder / "LICENSE.md"]


def sums(folder: Path, files: Iterable[Path]) -> str:
    """The file of sums of a folder, in the format of the command sha256sum."""
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def wanted() -> dict[Path, str]:
    """Both files as they should be."""
    return {
        SPEC / SUMS: sums(SPEC, specification()),
        SPEC / "vectors" / SUMS: sums(SPEC / "vectors", vectors()),
    }


def main(arguments: list[str]) -> int:
    """Returns the exit code: 1 if a file differs and was only to be checked."""
    differing = {
        path: text
        for path, text in wanted().items()
        if not path.exists() or path.read_text("ascii") != text
    }
    if arguments == ["--check"]:
        for path in differing:
            sys.stderr.write(f"{path}: not current; run make spec\n")
        return 1 if differing else 0
    for path, text in differing.items():
        path.write_text(text, "ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
