"""The door of this implementation, where no vector leads: requests that are none, and crashes."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kit_corpus import read_vectors

from linkcontract.audit.findings import FINDINGS
from linkcontract.conformance import answer, door
from linkcontract.conformance.__main__ import answer_line, serve
from linkcontract.ledger import (
    PERMISSION_REASONS,
    VOID_REASONS,
    ProposalStatus,
    ThreadPhase,
    UseStatus,
)
from linkcontract.policy import REASONS

SPEC = Path(__file__).resolve().parents[3] / "spec"
BAD = {"error": "request-form"}


NO_REQUESTS = [
    b"",
    b"\xff",
    b"{",
    b"[]",
    b"null",
    b'"decode"',
    b"{}",
    b'{"command":"decode"}',
    b'{"command":1,"input":{}}',
    b'{"input":{}}',
    b'{"command":"decode","input":null}',
    b'{"command":"decode","input":{}}',
    b'{"command":"decode","input":{"bytes":"0"}}',
    b'{"command":"decode","input":{"bytes":"0A"}}',
    b'{"command":"decode","input":{"bytes":"00","more":1}}',
    b'{"command":"encode","input":{"value":{"int":"1e3"}}}',
    b'{"command":"encode","input":{"value":{"map":[["a"]]}}}',
    b'{"command":"encode","input":{"value":NaN}}',
    b'{"command":"invitation","input":{"text":"","now":true}}',
    b'{"command":"verify-export","input":{"files":[1]}}',
    b'{"command":"derive-psk","input":{"rel":1,"opener":"","joiner":""}}',
    b"[" * 100_000,
    b'\xef\xbb\xbf{"command":"decode","input":{"bytes":"00"}}',
    b'{"command":"read-cid","input":{"text":"\xff"}}',
    b'{"command":"encode","input":{"value":' + b"[" * 63 + b"]" * 63 + b"}}",
    b'{"command":"decode","input":{"bytes":"00","__proto__":1}}',
    b'{"command":"vocabulary","input":{"one":"dpv:Use"}}',
    b'{"command":"fold","input":{"histories":{},"statements":{},"deliveries":{"P":[]}}}',
    b'{"command":"fold","input":{"histories":{},"statements":{},"deliveries":{"P":["P0"]}}}',
    b'{"command":"verify-inclusion","input":{"hash":"","index":0.5,"size":1,"proof":[],"root":""}}',
    b'{"command":"encode","input":{"value":{"bytes":"","int":"1"}}}',
    b'{"command":"encode","input":{"value":{}}}',
]
"""Lines that every implementation refuses as no requests."""


@pytest.mark.parametrize(
    "line",
    [
        *NO_REQUESTS,
        # JSON of which some readers make an infinite number
        b'{"command":"encode","input":{"value":' + b"1" * 10_000 + b"}}",
    ],
)
def test_what_is_no_request_is_said_to_be_none(line: bytes) -> None:
    assert answer_line(line) == BAD


def test_a_command_nobody_offers() -> None:
    assert answer({"command": "sing", "input": {}}) == {"unsupported": True}


def test_every_command_refuses_what_is_not_its_input() -> None:
    for name in door.COMMANDS:
        for given in (None, [], {}, {"more": 1}, "x"):
            assert answer({"command": name, "input": given}) == BAD, name


def test_answers_are_one_line_each_in_utf_8() -> None:
    requests = '{"command":"encode","input":{"value":"\\u2028é"}}\n{"command":"x","input":1}\n'
    said = io.BytesIO()
    serve(io.BytesIO(requests.encode()), said)
    lines = said.getvalue().decode().split("\n")
    assert [json.loads(line) for line in lines[:-1]] == [
        {"output": {"bytes": "65e280a8c3a9"}},
        {"unsupported": True},
    ]
    assert lines[-1] == ""


def test_a_crash_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_given: object) -> dict[str, Any]:
        raise KeyError("a bug")

    monkeypatch.setattr(door, "COMMANDS", {"decode": broken})
    with pytest.raises(KeyError):
        answer({"command": "decode", "input": {}})


@pytest.mark.parametrize("arguments", [["report"], ["report", "a", "b"], ["help"]])
def test_command_line(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linkcontract.conformance", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage:")


def every_text(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return set(value).union(*map(every_text, value.values()))
    return set().union(*map(every_text, value)) if isinstance(value, list) else set()


def test_every_outcome_stands_in_some_vector() -> None:
    said = {
        text for vector in read_vectors(SPEC) for text in every_text(vector.content.get("output"))
    }
    outcomes = {
        *VOID_REASONS,
        *REASONS,
        *PERMISSION_REASONS,
        *FINDINGS,
        *(each.value for kind in (ThreadPhase, ProposalStatus, UseStatus) for each in kind),
        *("held", "completed", "duplicate", "waiting", "refused"),
    }
    # A share is decided item by item, which the door does not ask for; a proposal that begins a
    # thread and has a base fails its schema before the ledger sees it.
    assert outcomes - said == {"no-items", "proposal-root"}
