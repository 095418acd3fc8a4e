"""A structure with one thing changed is of its rule in spec/linkcontract.cddl iff we take it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cddl_mutants
import cddl_text
import pytest
from cddl_met import FROM_ELSEWHERE, SCHEMA, met, valid

pytestmark = pytest.mark.timeout(400)

MOST = 150
"""Of more changes than this under one rule about this many are asked, and all of them nightly."""

ALL = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def conditions(value: Any) -> int:
    """How deep the conditions in a value are nested."""
    if isinstance(value, list):
        return max(map(conditions, value), default=0)
    if isinstance(value, dict):
        inner = max(map(conditions, value.values()), default=0)
        return inner + ("kind" in value)
    return 0


def fields(value: Any) -> int:
    """How much of a rule a value meets: entries of maps, and the first few of arrays."""
    if isinstance(value, cddl_mutants.Embedded | cddl_mutants.Tagged):
        return fields(value.value)
    if isinstance(value, dict):
        return len(value) + sum(map(fields, value.values()))
    return sum(1 + fields(entry) for entry in value[:6]) if isinstance(value, list) else 0


def richest(rule: str) -> Any:
    """The structure of a rule with the most fields, if it is neither very large nor deep."""
    if rule in FROM_ELSEWHERE:
        return FROM_ELSEWHERE[rule]
    found = [cddl_mutants.taken_apart(data) for data in met()[rule] if len(data) < 2500]
    # The validator's time is exponential in the depth of open maps, and of choices of maps.
    return max((one for one in found if conditions(one) <= 2), key=fields)


EXAMPLES = {
    "condition": [rule for rule in cddl_text.rules() if rule.startswith("condition-")],
    "frame-item": [rule for rule in cddl_text.rules() if rule.startswith("item-")],
}
EXAMPLES["frame-item"].remove("item-value")


def may_be_unseen(rule: str, code: str, where: str) -> bool:
    """Whether CDDL cannot say what this implementation refuses here."""
    if code in ("field-order", "statement-seen"):
        return True
    period = where.endswith("until") and rule in ("terms", "body-propose")
    want = where in ("", "frame.items[5]") and rule in ("frame-item", "frame")
    return code == "field-range" and (period or want)


def chosen(example: str, most: int) -> Iterator[Any]:
    """The example with one thing changed: in every way, or in about `most` ways by their place.

    The choice is the same on every run and follows no order in which the changes are made.
    """
    every = list(cddl_mutants.mutants(richest(example)))
    if ALL or len(every) <= most:
        yield from every
        return
    for place, mutant in enumerate(every):
        drawn = hashlib.sha256(f"{example} {place}".encode()).digest()
        if int.from_bytes(drawn[:4], "big") * len(every) < most * 2**32:
            yield mutant


@pytest.mark.parametrize("rule", sorted(cddl_mutants.CHECKS))
def test_with_one_thing_changed_it_is_of_its_rule_iff_we_take_it(
    rule: str, record_property: Callable[[str, object], None]
) -> None:
    refusals = asked = possible = 0
    examples = EXAMPLES.get(rule, [rule])
    for example in examples:
        possible += sum(1 for _ in cddl_mutants.mutants(richest(example)))
        for mutant in chosen(example, MOST // len(examples)):
            asked += 1
            data = cddl_mutants.encoded(mutant)
            error = cddl_mutants.refusal(rule, data)
            said = SCHEMA.validate(data, rule, require_deterministic=True).valid
            if error is None:
                assert said, mutant
            elif said:
                assert may_be_unseen(rule, error.code, error.where), (error.code, error.where)
            refusals += not said
    record_property("left out", possible - asked)
    assert refusals > 10
    assert asked == possible or not ALL


def test_what_is_of_its_own_rule_is_of_every_choice_it_stands_in() -> None:
    choices = {"envelope": "envelope-", "body": "body-", "frame-item": "item-", "sealed": "seal-"}
    choices |= {"condition": "condition-", "hash-input": "hash-", "cose-sign1": "sign1-"}
    for choice, prefix in choices.items():
        rules = {rule for rule in met() if rule.startswith(prefix)} - {"body-record"}
        assert rules
        for rule in rules:
            data = cddl_mutants.encoded(richest(rule))
            assert valid(choice, data), rule
            assert valid("structure", data), rule


# -- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["envelope-stmt", "seal-psk", "body-share", "terms", "inception"])
def test_the_command_says_what_the_library_says(rule: str, tmp_path: Path) -> None:
    example = richest(rule)
    shorter = cddl_mutants.encoded(next(cddl_mutants.mutants(example)))
    for data in (cddl_mutants.encoded(example), shorter):
        file = tmp_path / "data.cbor"
        file.write_bytes(data)
        command = [sys.executable, "-m", "cddl_verifier", "--require-deterministic", "-t", rule]
        done = subprocess.run(
            [*command, str(cddl_text.PATH), str(file)], capture_output=True, check=False
        )
        assert done.returncode == (0 if valid(rule, data) else 1)


def test_without_a_rule_the_command_fails_nothing(tmp_path: Path) -> None:
    # Why -t always stands there: a warning, and the exit code of success.
    (tmp_path / "data.cbor").write_bytes(bytes.fromhex("f97e00"))
    command = [sys.executable, "-m", "cddl_verifier", str(cddl_text.PATH)]
    done = subprocess.run([*command, str(tmp_path / "data.cbor")], capture_output=True, check=False)
    assert done.returncode == 0
