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
        named.update(re.findall(r"LEDGER ([A-Z]\d+(?:\.\d+)?)", path.read_text()))
    covered = {mutant.rule.split()[0] for mutant in MUTANTS}
    # E1 and E2 only find what is there; K4 and A1.3 are the form of a header, W4 checks it;
    # A1.6 names a thread; S1 and S3 follow from V4, F4 and A5 above.
    assert named - covered <= {"E1", "E2", "K4", "A1.3", "S1", "S3"}
