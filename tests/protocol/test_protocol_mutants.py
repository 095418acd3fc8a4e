"""Rules of the ledger that a session keeps: each switched off has to be noticed by its test.

What `tests/ledger/mutants.py` is for the ledger, `MUTANTS` is for signing, taking in and sending
(spec: ledger, A8).
"""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest


class Mutant(NamedTuple):
    """One rule switched off.

    Attributes:
        rule: its name in the specification, and what is done to it.
        target: "module:function" inside linkcontract.protocol.
        replacement: what stands there instead.
        killed_by: "module:test" in this folder.
    """

    rule: str
    target: str
    replacement: Callable[..., Any]
    killed_by: str


def no(*_args: object, **_how: object) -> bool:
    return False


def yes(*_args: object, **_how: object) -> bool:
    return True


def nothing(*_args: object, **_how: object) -> None:
    return None


AUTHOR = "test_protocol_author:"
RESTORE = "test_protocol_restore:"
STORY = "test_protocol_story:"
WIRE = "test_protocol_wire:"

MUTANTS = (
    Mutant(
        "K1 the timer acknowledges",
        "timers:_owes_ack",
        no,
        STORY + "test_an_acknowledgement_is_signed_by_the_timer_when_nothing_else_is_said",
    ),
    Mutant(
        "K3 before anything is taken in",
        "timers:before",
        lambda *_: [],
        STORY + "test_an_offer_that_ran_out_is_retracted_before_a_late_accept_is_taken_in",
    ),
    Mutant(
        "K3 after a restore",
        "writing:Writing._late_accepts",
        lambda _: {},
        RESTORE + "test_a_late_accept_found_in_a_restore_does_not_bind_an_offer_that_ran_out",
    ),
    Mutant(
        "K4 nothing adopted unasked",
        "intake:Intake._takes_own",
        yes,
        RESTORE + "test_an_own_statement_nobody_remembers_makes_rotate_the_next_thing_signed",
    ),
    Mutant(
        "K4 nothing adopted from a thief",
        "intake:Intake._takes_own",
        yes,
        RESTORE + "test_a_compromised_restore_adopts_nothing_that_was_signed_after_the_backup",
    ),
    Mutant(
        "K5 rotate first",
        "author:Author._check_key",
        nothing,
        RESTORE + "test_a_node_with_its_key_that_was_told_to_restore_signs_nothing_but_a_rotate",
    ),
    Mutant(
        "K5 a parted history takes denials only",
        "author:is_parted",
        no,
        RESTORE + "test_a_parted_key_history_takes_denials_only",
    ),
    Mutant(
        "K5 a clock behind the own chain signs denials only",
        "author:Author._check_denials_only",
        nothing,
        AUTHOR + "test_a_clock_far_behind_the_own_last_statement_signs_denials_only",
    ),
    Mutant(
        "K6 a repetition causes one re-send an hour",
        "delivery:Delivery.may_resend",
        yes,
        WIRE + "test_a_repeated_statement_brings_our_heads_and_no_statement_twice_within_the_hour",
    ),
    Mutant(
        "K6 old heads cause one re-send an hour",
        "delivery:Delivery.may_resend",
        yes,
        WIRE
        + "test_a_peer_that_names_old_heads_again_and_again_is_sent_each_statement_once_an_hour",
    ),
)


def test_each_has_its_name() -> None:
    assert len({mutant.rule for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule.replace(" ", "-"))
def test_a_rule_switched_off_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = mutant.killed_by.partition(":")
    killing = getattr(importlib.import_module(module), name)
    killing()  # passes with the rule
    module, _, path = mutant.target.partition(":")
    owner = importlib.import_module(f"linkcontract.protocol.{module}")
    *inside, name = path.split(".")
    for step in inside:
        owner = getattr(owner, step)
    assert callable(getattr(owner, name))
    monkeypatch.setattr(owner, name, mutant.replacement)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        killing()
