"""The fuzz targets over a bounded number of generated and mutated inputs, in every run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets import TARGETS, Target, run

from linkcontract.errors import RemoteProtocolError

# Inputs are cheap here, so there are more of them than the profile's default.
EXAMPLES = 3 * settings().max_examples


@st.composite
def mutations(draw: st.DrawFn, seed: bytes) -> bytes:
    """`seed` with a few pieces overwritten, inserted, repeated, removed or cut off."""
    data = bytearray(seed)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 8)))
        change = draw(st.sampled_from(["overwrite", "repeat", "remove", "cut", "flip"]))
        if change == "overwrite":
            data[start:end] = draw(st.binary(max_size=9))
        elif change == "repeat":
            data[start:start] = data[start:end] * draw(st.integers(1, 40))
        elif change == "remove":
            del data[start:end]
        elif change == "cut":
            del data[start:]
        elif start < len(data):
            data[start] ^= 1 << draw(st.integers(0, 7))
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_accepted(name: str) -> None:
    assert TARGETS[name].seeds
    assert all(run(TARGETS[name], seed) for seed in TARGETS[name].seeds)


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_give_a_value_or_our_error(name: str) -> None:
    target = TARGETS[name]
    inputs = st.binary(max_size=500) | st.sampled_from(target.seeds).flatmap(mutations)

    @settings(max_examples=EXAMPLES)
    @given(inputs)
    def feed(data: bytes) -> None:
        run(target, data)

    feed()


def test_a_foreign_exception_is_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        run(Target(lambda data: 1 // len(data), [b"a"]), b"")


def test_our_error_is_not_a_failure() -> None:
    def refuse(data: bytes) -> None:
        raise RemoteProtocolError("cbor-tag")

    assert run(Target(refuse, []), b"") is False


def test_runner_without_atheris_says_what_to_install() -> None:
    # -S leaves the interpreter without installed packages, whatever the environment has.
    result = subprocess.run(
        [sys.executable, "-S", str(Path(__file__).with_name("run.py")), "decode"],
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    assert result.returncode == 2
    assert "atheris" in result.stderr
