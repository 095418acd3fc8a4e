"""Pack the specification with its vectors and the kit into one file for other implementations.

    python spec/archive.py FOLDER      write FOLDER/linkcontract-vectors-VERSION.tar.gz

Where a file is not the one its sum says nothing is packed: whoever unpacks it checks that first.
The same files give the same bytes: names are sorted, and no time, owner or machine is in it.
"""

import gzip
import importlib
import io
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

SPEC = Path(__file__).resolve().parent
ROOT = SPEC.parent
KIT = ROOT / "tests" / "conformance"

NOT_PACKED = {"node_modules", "__pycache__", "own", "wrong"}
"""Folders that are fetched, left behind, or about the implementation in Python."""

WRITERS = ("archive.py", "pages.py", "examples", "vectors/generate.py", "vectors/build")
"""Below `spec`, what writes it: all of it needs the repository and the Python package in it."""


def version() -> str:
    """The version of the specification, from its first page."""
    match = re.search(r"^Version: (\S+)$", (SPEC / "README.md").read_text("utf-8"), re.MULTILINE)
    assert match is not None, "the specification states no version"
    return match[1]


def is_packed(folder: Path, path: Path) -> bool:
    """Whether a file of the specification or of the kit is of use to another implementation."""
    if not path.is_file() or path.name.startswith("."):
        return False
    if NOT_PACKED & set(path.relative_to(folder).parts):
        return False
    return not any(path.is_relative_to(SPEC / writer) for writer in WRITERS)


def files() -> Iterator[tuple[str, bytes]]:
    """What is packed: path in the archive, and bytes."""
    for folder in (SPEC, KIT):
        for path in folder.rglob("*"):
            if is_packed(folder, path):
                yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    yield "README.md", (KIT / "README.md").read_bytes()
    # so that pytest looks for settings no further up, wherever this is unpacked
    yield "pytest.ini", b"[pytest]\n"
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()


def archive(top: str) -> bytes:
    """The bytes of the archive; everything in it is below the folder `top`."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, data in sorted(files()):
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size = len(data)
            entry.mode = 0o644
            tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def main(arguments: list[str]) -> int:
    """Command line; see the module."""
    if len(arguments) != 1:
        sys.stderr.write("usage: archive.py FOLDER\n")
        return 2
    sys.path[:0] = [str(SPEC)]
    wanted = importlib.import_module("sums").wanted()
    differing = [
        path.relative_to(ROOT).as_posix()
        for path, text in wanted.items()
        if not path.exists() or path.read_text("ascii") != text
    ]
    if differing:
        sys.stderr.write(f"nothing packed: not current: {', '.join(differing)}; run make spec\n")
        return 1
    top = f"linkcontract-vectors-{version()}"
    target = Path(arguments[0]) / f"{top}.tar.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(archive(top))
    sys.stdout.write(f"{target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
