"""Each rule switched off has to be noticed by its test; `mutants.py` is the table."""

import importlib
import re
from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant

LEDGER = Path(__file__).parents[2] / "linkcontract" / "ledger"


def test_of(mutant: Mutant):
    module, _, name = mutant.killed_by.partition(":")
    return getattr(importlib.import_module(module), name)


test_of.__test__ = False


def patch(monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    module, _, path = mutant.target.partition(":")
    owner = importlib.import_module(f"linkcontract.ledger.{module}")
    *inside, name = path.split(".")
    for step in inside:
        owner = getattr(owner, step)
    assert callable(getattr(owner, name))
    monkeypatch.setattr(owner, name, mutant.replacement)


def test_there_are_enough_of_them_and_each_has_its_name():
    assert len(MUTANTS) >= 30
    assert len({mutant.rule for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule.replace(" ", "-"))
def test_a_rule_switched_off_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch):
    killing = test_of(mutant)
    killing()  # passes with the rule
    patch(monkeypatch, mutant)
    try:
        killing()
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail(f"{mutant.rule}: nobody noticed")


def test_every_rule_named_in_the_ledger_is_in_the_table_or_cannot_be_switched_off():
    named = set()
    for path in LEDGER.glob("*.py"):
        rule = r'^ +"""Spec: ledger, ([A-Z]\d+(?:\.\d+)?)'  # of a function, not of a module
        named.update(re.findall(rule, path.read_text(encoding="utf-8"), re.MULTILINE))
    covered = {mutant.rule.split()[0] for mutant in MUTANTS}
    # E1 and E2 only find what is there; K4 and A1.3 are the form of a header, W4 checks it;
    # A1.6 names a thread; S1 and S3 follow from V4, F4 and A5 above.
    assert named - covered <= {"E1", "E2", "K4", "A1.3", "S1", "S3"}


def test_every_rule_the_code_names_is_in_the_specification():
    text = (LEDGER.parents[1] / "spec" / "ledger.md").read_text(encoding="utf-8")
    written = set(re.findall(r"\*\*([A-Z]\d+(?:\.\d+)?)\*\*|^## (A\d+) ", text, re.MULTILINE))
    rules = {one or other for one, other in written}
    for path in LEDGER.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            match = re.search(r"[Ss]pec: ledger, (.*)", line)
            if match:
                named = set(re.findall(r"\b[A-Z]\d+(?:\.\d+)?\b", match[1].split(":")[0]))
                assert named <= rules, f"{path.name}: {named - rules}"


def test_every_counterexample_has_its_test():
    races = importlib.import_module("test_ledger_races")
    text = (LEDGER.parents[1] / "spec" / "ledger.md").read_text(encoding="utf-8")
    lines = {int(number) for number in re.findall(r"^\| B(\d+) \|", text, re.MULTILINE)}
    tests = {int(name[6:8]) for name in dir(races) if re.match(r"test_b\d\d_", name)}
    assert lines == tests == set(range(1, 22))
