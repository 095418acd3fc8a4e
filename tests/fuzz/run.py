"""Coverage-guided fuzzing of one target, until it fails or the time is over.

    python tests/fuzz/run.py TARGET [options of libFuzzer, such as -max_total_time=60]

An input that makes the target fail is written to the current folder as crash-….
"""

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path


def main() -> int:
    if find_spec("atheris") is None:
        print("Fuzzing needs atheris: run `make fuzz`, or `pip install atheris`.", file=sys.stderr)
        return 2
    import atheris

    with atheris.instrument_imports(include=["linkcontract"]):
        from targets import TARGETS, run

    names = ", ".join(TARGETS)
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        print(f"usage: run.py TARGET [libFuzzer options]; targets: {names}", file=sys.stderr)
        return 2
    target = TARGETS[sys.argv[1]]
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds):
            Path(corpus, f"seed-{number}").write_bytes(seed)
        arguments = [sys.argv[0], *sys.argv[2:], corpus]
        atheris.Setup(arguments, lambda data: run(target, data), enable_python_coverage=True)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
