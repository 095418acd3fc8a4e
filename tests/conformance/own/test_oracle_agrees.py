"""The vectors of the ledger beside a second reading of its rules.

What they expect was computed by the ledger and claimed by hand. Here it is computed once more, by
the plain reading of the rules that the ledger's own tests have (`tests/ledger/oracle.py`), which
shares nothing with it but the statements and the key histories.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "ledger"))

from kit_corpus import Vector, read_vectors  # noqa: E402
from oracle import Oracle  # noqa: E402

from linkcontract.model.bodies import RELEVANT_TYPES  # noqa: E402
from linkcontract.model.party import KeyHistory, open_key_history  # noqa: E402
from linkcontract.model.statement import BodyRecord, Statement, open_statement  # noqa: E402

BY_TERMS = {
    "ledger/revoke-of-an-unknown-purpose",
    "ledger/use-for-a-broader-purpose",
    "ledger/use-for-another-purpose",
    "ledger/use-of-a-purpose-for-an-action",
    "ledger/use-of-a-withdrawn-purpose",
    "ledger/use-rules-all-prohibited",
    "ledger/use-rules-permission-for-others",
    "ledger/use-rules-prohibition-of-several-actions",
    "ledger/use-rules-prohibition-of-several-purposes",
    "ledger/use-rules-second-prohibition",
    "ledger/use-rules-two-prohibitions",
    "ledger/uses-at-the-edges-of-the-terms",
}
"""Vectors with uses that turn on the vocabulary or on other parts of terms than the purposes: the
plain reading compares purposes as text, and says otherwise."""


class Tree:
    """A key history as the plain reading asks for it."""

    def __init__(self, history: KeyHistory) -> None:
        self.party, self.kind = history.party, history.kind
        self.descends, self.position = history.descends, history.position
        self._events = tuple(history.events)

    def events(self) -> tuple[bytes, ...]:
        return self._events


class Schedule:
    """A `fold` vector: its statements, and the labels of everything."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        opened = {
            label: open_key_history(bytes.fromhex(each) for each in envelopes)
            for label, envelopes in given["histories"].items()
        }
        self.histories = {history.party: Tree(history) for history in opened.values()}
        self.parties = {history.party: label for label, history in opened.items()}
        by_party = {history.party: history for history in opened.values()}
        self.statements: dict[str, Statement] = {}
        for label, each in given["statements"].items():
            statement = open_statement(bytes.fromhex(each["envelope"]), by_party)
            if each["body"] is not None:
                statement = statement.with_body(BodyRecord(*map(bytes.fromhex, each["body"])))
            self.statements[label] = statement
        self.labels = {statement.id: label for label, statement in self.statements.items()}

    def held(self, side: Mapping[str, Any]) -> list[Statement]:
        """What a side holds in the end by its own steps, each after everything it saw."""
        labels: set[str] = set()
        whole: set[str] = set()
        for step in side["steps"]:
            label, _, part = step["deliver"].partition(":")
            labels |= {label} if step["result"] == "held" else set()
            labels |= set(step["released"])
            whole |= set() if part else {label}
        waiting = {self.statements[label].id: label for label in labels}
        ordered: list[Statement] = []
        while waiting:
            ready = [id for id, label in waiting.items() if not self.named(label) & set(waiting)]
            for id in ready:
                label = waiting.pop(id)
                statement = self.statements[label]
                ordered.append(statement if label in whole else bare(statement))
        return ordered

    def named(self, label: str) -> set[bytes]:
        statement = self.statements[label]
        return {head.id for head in statement.seen} | (
            {statement.prev} if statement.prev else set()
        )

    def said(self, ids: Any) -> list[str]:
        return [self.labels[each] for each in ids]


def bare(statement: Statement) -> Statement:
    return replace(statement, body=None, body_fault=None, record=None)


def schedules() -> list[Vector]:
    vectors = read_vectors(ROOT / "spec")
    return [
        vector
        for vector in vectors
        if vector.content["command"] == "fold" and "output" in vector.content
    ]


@pytest.mark.parametrize("told", schedules(), ids=lambda told: told.name)
def test_a_second_reading_of_the_rules_expects_the_same(told: Vector) -> None:
    schedule = Schedule(told.content["input"])
    judged = []
    for side in told.content["output"]["sides"].values():
        held = schedule.held(side)
        oracle = Oracle(held, schedule.histories)
        m = frozenset(oracle.s)
        agree_on_facts(schedule, oracle, side["end"])
        agree_on_state(schedule, oracle, m, side["steps"][-1]["state"])
        judged.append(uses(schedule, oracle, m) == side["end"]["uses"])
    assert all(judged) == (told.name not in BY_TERMS)


def uses(schedule: Schedule, oracle: Oracle, m: frozenset[bytes]) -> dict[str, str]:
    return {
        schedule.labels[s.id]: "unverified" if s.body is None else oracle.use_status(m, s)
        for s in oracle.s.values()
        if s.type in ("use", "share")
    }


def agree_on_facts(schedule: Schedule, oracle: Oracle, end: Mapping[str, Any]) -> None:
    for s in oracle.s.values():
        label = schedule.labels[s.id]
        assert oracle.well_formed(s), f"{label} is malformed"
        if s.type in RELEVANT_TYPES:
            assert (label, label in end["void"]) == (label, oracle.void[s.id])
        confirmed = sorted(schedule.said(oracle.confirms[s.id]))
        assert (label, end["confirms"].get(label, [])) == (label, confirmed)


def agree_on_state(
    schedule: Schedule, oracle: Oracle, m: frozenset[bytes], state: Mapping[str, Any]
) -> None:
    said = schedule.said
    assert state["convicted"] == sorted(schedule.parties[each] for each in oracle.convicted(m))
    assert state["tainted"] == sorted(said(name for name in m if oracle.tainted(m, name)))
    assert state["dismissed"] == sorted(schedule.parties[each] for each in oracle.dismissed(m))
    threads = {schedule.labels[root]: thread for root, thread in oracle.fold(m).items()}
    assert set(state["threads"]) == set(threads)
    for root, thread in state["threads"].items():
        plain = threads[root]
        assert thread["phase"] == plain.phase
        assert thread["tip"] == (None if plain.tip is None else schedule.labels[plain.tip])
        assert thread["pending"] == said(plain.pending)
        assert thread["proposals"] == {
            schedule.labels[name]: status for name, status in plain.status.items()
        }
        for name in ("offers", "suspends", "duties"):
            assert thread[name] == sorted(said(getattr(plain, name))), name
        assert (thread["frozen"], thread["bound"]) == (plain.frozen, plain.bound)
