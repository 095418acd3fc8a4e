"""The kit, on implementations that are wrong in ways no vector can describe."""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from kit_corpus import BrokenFolderError, check_folder, is_right
from kit_door import Door, NoAnswerError, parse_answer

pytestmark = pytest.mark.timeout(400)

KIT = Path(__file__).resolve().parents[1]

LOOP = """
import json, os, sys, time
def say(answer):
    sys.stdout.write(json.dumps(answer) + "\\n")
    sys.stdout.flush()
def right(request):
    given = request["input"]["n"]
    return {"error": "too-many"} if given > 2 else {"output": {"n": given + 1}}
for line in sys.stdin:
    request = json.loads(line)
"""

RIGHT = "say(right(request))"
BEHAVIOURS = {
    "right": RIGHT,
    "slow": "time.sleep(0.2); " + RIGHT,
    "floods": "sys.stderr.write('x' * 300_000); " + RIGHT,
    "ends": RIGHT + "; sys.exit(0)",
    "more": "say({**right(request), 'note': 1})",
    "decimal": "say({'output': {'n': 1.0 + request['input']['n']}} "
    "if request['input']['n'] < 3 else right(request))",
    "garbage": "print('hello', flush=True)",
    "list": "say([right(request)])",
    "twice": "say(right(request)); say(right(request)); time.sleep(0.2)",
    "dies": "if request['input']['n'] == 2:\n        sys.exit('out of luck')\n    " + RIGHT,
    "killed": "if request['input']['n'] == 2:\n        os.kill(os.getpid(), 9)\n    " + RIGHT,
    "hangs": "if request['input']['n'] == 2:\n        time.sleep(60)\n    " + RIGHT,
    "mute": "if request['input']['n'] == 2:\n        sys.exit(0)\n    " + RIGHT,
    "cut": "sys.stdout.write(json.dumps(right(request))); sys.stdout.flush(); os._exit(0)",
    "binary": "sys.stdout.buffer.write(b'\\xff\\xfe\\n'); sys.stdout.flush()",
    "offers nothing": "say({'unsupported': True})",
    "all right": "say({'output': {'n': request['input']['n'] + 1}})",
    "all refused": "say({'error': 'too-many'})",
}


def vector(name: str, given: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"output": {"n": given + 1}}
    if given > 2:
        answer = {"error": "too-many"}
    return {
        "name": name,
        "comment": "one more",
        "spec": "README, Numbers",
        "refuses": given > 2,
        "command": "more",
        "input": {"n": given},
        **answer,
    }


VECTORS = [vector("one/a", 1), vector("one/b", 2), vector("two/c", 3)]


def write(path: Path, data: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data, "utf-8")


def seal(folder: Path, *names: str) -> None:
    """Write the file of sums."""
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in sorted(names)
    ]
    write(folder / "SHA256SUMS", "".join(lines))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A specification of its own, with three vectors."""
    spec = tmp_path / "spec"
    write(spec / "README.md", "# Numbers\n\nVersion: 7.8.9\n")
    for each in VECTORS:
        write(spec / "vectors" / f"{each['name']}.json", json.dumps(each, indent=1) + "\n")
    seal(spec, "README.md")
    seal(spec / "vectors", *(f"{each['name']}.json" for each in VECTORS))
    return spec


def executable(folder: Path, behaviour: str) -> list[str]:
    path = folder / f"door_{behaviour.replace(' ', '_')}.py"
    write(path, LOOP + f"    {BEHAVIOURS[behaviour]}\n")
    return [sys.executable, str(path)]


def run(small: Path, behaviour: str, *more: str) -> tuple[int, Mapping[str, str], str]:
    """Run the kit: exit code, outcome by vector, and what it printed."""
    command = [
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "--color=no"),
        *("-W", "error", "--rootdir", str(small.parent), str(KIT / "test_vectors.py")),
        *("--spec", str(small), "--within", "2"),
        *("--entrypoint", shlex.join(executable(small.parent, behaviour)), *more),
    ]
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    } | {"COLUMNS": "300", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, cwd=small.parent, env=clean, capture_output=True, text=True, check=False
    )
    outcomes = {}
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word in {"PASSED", "FAILED", "XFAIL", "ERROR"} and "test_vector[" in rest:
            outcomes[rest.partition("[")[2].partition("]")[0]] = word
    return done.returncode, outcomes, done.stdout + done.stderr


ALL = {"one/a": "PASSED", "one/b": "PASSED", "two/c": "PASSED"}
ONE_FAILS = {**ALL, "one/b": "FAILED"}
NONE = dict.fromkeys(ALL, "FAILED")


@pytest.mark.parametrize("behaviour", ["right", "slow", "floods", "ends", "more", "decimal"])
def test_what_is_right_passes(small: Path, behaviour: str) -> None:
    assert run(small, behaviour)[:2] == (0, ALL)


@pytest.mark.parametrize(
    ("behaviour", "outcomes", "says"),
    [
        ("garbage", NONE, "the answer is no JSON"),
        ("list", NONE, "the line is no answer"),
        ("binary", NONE, "the answer is no JSON"),
        ("cut", NONE, "wrote a line that has no end"),
        ("offers nothing", NONE, '{"unsupported":true}'),
        ("all right", {**ALL, "two/c": "FAILED"}, "wanted error"),
        ("all refused", {**NONE, "two/c": "PASSED"}, "wanted output"),
        ("dies", ONE_FAILS, "out of luck"),
        ("killed", ONE_FAILS, "ended"),
        ("mute", ONE_FAILS, "ended with exit code 0"),
        ("hangs", ONE_FAILS, "no answer within 2 seconds"),
    ],
)
def test_what_is_wrong_fails_where_it_is_wrong_and_the_rest_is_asked(
    small: Path, behaviour: str, outcomes: Mapping[str, str], says: str
) -> None:
    code, found, printed = run(small, behaviour)
    assert (code, found) == (1, outcomes), printed
    assert says in printed


def test_an_answer_too_many_fails_what_is_asked_next(small: Path) -> None:
    code, found, printed = run(small, "twice")
    assert code == 1
    assert found["one/a"] == "PASSED"
    assert "FAILED" in found.values(), printed


def test_areas_limit_what_is_asked(small: Path) -> None:
    assert run(small, "all right", "--areas", "one")[:2] == (
        0,
        {name: "PASSED" for name in ALL if name.startswith("one/")},
    )
    code, _found, printed = run(small, "right", "--areas", "one,three")
    assert code != 0
    assert "no vectors of these areas: three" in printed


def test_expected_failures_fail_nothing_and_are_strict(small: Path) -> None:
    listed = small.parent / "listed"
    write(listed, "# expected\none/b  ends on it\n")
    assert run(small, "dies", "--xfail", str(listed))[:2] == (0, {**ALL, "one/b": "XFAIL"})
    assert run(small, "right", "--xfail", str(listed))[:2] == (1, ONE_FAILS)
    write(listed, "one/b  ends on it\none/z  is not there\n")
    code, found, printed = run(small, "dies", "--xfail", str(listed))
    assert (code, found) == (1, {**ALL, "one/b": "XFAIL"})
    assert "one/z" in printed
    write(listed, "one/b\n")
    code, _found, printed = run(small, "dies", "--xfail", str(listed))
    assert code != 0
    assert "and a reason" in printed


def expected_report(small: Path, failing: Mapping[str, str]) -> str:
    def sha(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    lines = [
        "linkcontract conformance report 1",
        f"specification 7.8.9 {sha((small / 'SHA256SUMS').read_bytes())}",
        f"vectors 3 {sha((small / 'vectors' / 'SHA256SUMS').read_bytes())}",
    ]
    answers = {
        "one/a": "output " + sha(b'{"n":2}'),
        "one/b": "output " + sha(b'{"n":3}'),
        "two/c": "error too-many",
    }
    for name in sorted(ALL):
        verdict = "fail" if name in failing else "pass"
        lines.append(f"{name} {verdict} {failing.get(name, answers[name])}")
    lines.append(f"passed {3 - len(failing)} of 3")
    return "\n".join([*lines, ""])


@pytest.mark.parametrize(
    "workers",
    [
        (),
        ("-p", "xdist.plugin", "-n", "2", "--dist", "loadscope"),
        ("-p", "xdist.plugin", "-n", "2"),
    ],
)
def test_report(small: Path, workers: tuple[str, ...]) -> None:
    target = small.parent / "report"
    code, _found, printed = run(small, "right", "--report", str(target), *workers)
    assert code == 0, printed
    assert target.read_text("utf-8") == expected_report(small, {})


def test_report_says_where_there_was_no_answer(small: Path) -> None:
    target = small.parent / "report"
    assert run(small, "dies", "--report", str(target))[0] == 1
    assert target.read_text("utf-8") == expected_report(small, {"one/b": "fault"})
    assert run(small, "offers nothing", "--report", str(target))[0] == 1
    unsupported = dict.fromkeys(ALL, "unsupported")
    assert target.read_text("utf-8") == expected_report(small, unsupported)


def test_no_report_on_a_part(small: Path) -> None:
    target = small.parent / "report"
    for part in (["--areas", "one"], ["-k", "one"]):
        code, _found, printed = run(small, "right", "--report", str(target), *part)
        assert code == 4, printed
        assert not target.exists()


@pytest.mark.parametrize("how", ["altered", "missing", "unlisted"])
def test_no_report_on_what_differs_from_its_sums(small: Path, how: str) -> None:
    path = small / "vectors" / "one" / "a.json"
    if how == "altered":
        path.write_bytes(path.read_bytes() + b"\n")
    elif how == "missing":
        path.unlink()
    else:
        write(small / "vectors" / "one" / "deeper" / "d.json", "{}")
    with pytest.raises(BrokenFolderError):
        check_folder(small)
    code, found, printed = run(small, "right", "--report", str(small.parent / "report"))
    assert (code, found) == (4, {})
    assert "SHA256SUMS" in printed


def test_the_own_report_of_an_implementation_refuses_the_same(small: Path) -> None:
    (small / "vectors" / "one" / "a.json").write_bytes(b"{}\n")
    done = subprocess.run(
        [sys.executable, "-m", "linkcontract.conformance", "report", str(small)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "a.json" in done.stderr


def test_the_own_report_of_an_implementation_shows_what_fails(small: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linkcontract.conformance", "report", str(small)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == expected_report(small, dict.fromkeys(ALL, "unsupported"))


def test_an_executable_that_cannot_be_started() -> None:
    with pytest.raises(NoAnswerError, match="cannot be started"):
        Door(["/nonexistent/door"]).ask({"command": "more", "input": {}})


@pytest.mark.parametrize("entrypoint", ["/nonexistent/door --of mine", "", "no-such-door"])
def test_what_cannot_be_started_is_said_once(small: Path, entrypoint: str) -> None:
    code, outcomes, printed = run(small, "right", "--entrypoint", entrypoint)
    assert (code, outcomes) == (pytest.ExitCode.USAGE_ERROR, {})
    assert printed.count("no executable that can be started") == 1


def test_where_there_is_nothing_to_ask_is_said_once(small: Path) -> None:
    write(
        small.parent / "lone" / "sitecustomize.py",
        "import sys\nsys.modules['linkcontract'] = None\n",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(KIT / "test_vectors.py"), "--spec", str(small)],
        cwd=small.parent,
        env={"PYTHONPATH": str(small.parent / "lone"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count("--entrypoint COMMAND is missing") == 1


def test_each_area_is_summed_up(small: Path) -> None:
    assert "one: 1 passed, 1 failed, 0 unsupported\ntwo: 1 passed, 0" in run(small, "dies")[2]
    assert "one: 0 passed, 0 failed, 2 unsupported\n" in run(small, "offers nothing")[2]


def test_an_executable_that_does_not_read_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "deaf.py"
    write(path, "import time\ntime.sleep(60)\n")
    door = Door([sys.executable, str(path)], within=1)
    begun = time.monotonic()
    with pytest.raises(NoAnswerError):
        door.ask({"command": "more", "input": "x" * 2**22})
    assert time.monotonic() - begun < 30
    door.close()


def test_one_process_is_kept(small: Path) -> None:
    door = Door(executable(small.parent, "right"))
    for given in (1, 2, 1):
        assert door.ask({"command": "more", "input": {"n": given}}) == {"output": {"n": given + 1}}
    assert door.started == 1
    door.close()


def test_what_an_executable_started_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "wrapped.py"
    inner = dedent(
        """
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        sys.stderr.write(f"child {child.pid}\\n"); sys.stderr.flush()
        for line in sys.stdin: print('{"output": %d}' % child.pid, flush=True)
        child.wait()
        """
    )
    write(path, inner)
    door = Door([sys.executable, str(path)])
    child = door.ask({})["output"]
    door._stop(0.1)
    for _ in range(100):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or " Z " in state.read_text():
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child is still there")


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"output": {"a": 1, "b": [True]}}, True),
        ({"output": {"b": [True], "a": 1}, "extra": 1}, True),
        ({"output": {"a": 1, "b": [1]}}, False),
        ({"output": {"a": True, "b": [True]}}, False),
        ({"output": {"a": "1", "b": [True]}}, False),
        ({"output": {"a": 1, "b": [True], "c": None}}, False),
        ({"output": {"a": 1, "b": [True]}, "error": "x"}, False),
        ({"unsupported": True}, False),
        ({}, False),
    ],
)
def test_an_output_is_compared_as_json(answer: dict[str, Any], right: bool) -> None:
    assert is_right({"output": {"a": 1, "b": [True]}}, answer) is right


def test_numbers_are_compared_by_value() -> None:
    assert parse_answer(b'{"output": [1.0, 1e3, -0.0]}\n') == {"output": [1, 1000, 0]}
    assert parse_answer(b'{"output": 0.5}\n') == {"output": 0.5}
