"""The README says what is so: its examples run, its tables are those of the program."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from linkcontract.node.cli import COMMANDS, build_parser, command

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def block(language: str) -> str:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return found[0]


def rows(first: str) -> dict[str, str]:
    """The table whose head begins with `first`, or all rows that fit `first` as a pattern."""
    return dict(re.findall(rf"^\| `?({first})`? \| (.+) \|$", README, re.MULTILINE))


def test_the_library_example_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", block("python")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["both ledgers say: ended"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def by_hand(place: Path) -> str:
    """The commands of the README, with ports that are free and an end to waiting."""
    script = block("bash").replace("linkcontract/node/", f"{ROOT}/linkcontract/node/")
    script = script.replace(".venv/bin/python", sys.executable)
    for port in ("8471", "8472"):
        script = script.replace(port, str(free_port()))
    return f"set -e\ncd '{place}'\n{script}wait\n"


@pytest.mark.timeout(300)
def test_the_two_nodes_by_hand_do_what_is_written(tmp_path: Path) -> None:
    running = subprocess.Popen(
        ["/bin/bash", "-c", by_hand(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that what it started ends with it
        env={name: value for name, value in os.environ.items() if "LINKCONTRACT" not in name},
    )
    try:
        said, _ = running.communicate(timeout=280)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        said, _ = running.communicate()
        pytest.fail(f"it did not end:\n{said}")
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == 0, said
    assert "It is in force." in said
    assert "SD-BASE-DP, active" in said
    assert "vcard/fn/1: Zoë Østby-Marín" in said
    assert said.count("vcard/fn/1: Zoë") == 1
    assert "refused, exit code 1" in said
    assert said.count("3 values and their salts were deleted here.") == 2
    assert "Both files hold the same statements: yes." in said
    assert "Nothing to object to." in said


def test_the_commands_are_those_of_the_help() -> None:
    assert rows("[a-z]+") == {name: command(name).summary for name in COMMANDS}


def test_the_exit_codes_are_those_of_the_help() -> None:
    helped = dict(re.findall(r"^  (\d)  (.+)$", build_parser().format_help(), re.MULTILINE))
    assert rows(r"\d") == helped


def test_the_steps_are_those_of_the_demonstration() -> None:
    story = (ROOT / "linkcontract" / "node" / "demo_story.py").read_text("utf-8")
    told = re.sub(r'"\s+"', "", story)
    steps = re.findall(r"^ *(\d+)\.  (.+)$", block("text"), re.MULTILINE)
    assert [number for number, _ in steps] == [str(n + 1) for n in range(len(steps))]
    assert [sentence for _, sentence in steps if sentence not in told] == []


def test_the_tour_visits_every_package() -> None:
    packages = {
        f"`{folder.relative_to(ROOT).as_posix()}/`"
        for base in ("linkcontract", "transports")
        for folder in (ROOT / base).iterdir()
        if (folder / "__init__.py").exists()
    }
    assert {package for package in packages if package not in README} == set()


def test_the_agreements_named_are_in_the_roster() -> None:
    import linkcontract

    for name in set(re.findall(r"\bSD-[A-Z-]+\b", README)):
        assert linkcontract.agreement(name)
