"""Random histories: simulated nodes, a network that may do anything, crashes, restores, liars.

Hypothesis chooses every step; what must hold is checked after each of them and once more when the
network has healed (`linkcontract.testing.simulated_watch`). `HYPOTHESIS_PROFILE=nightly` runs at
least LINKCONTRACT_MACHINE_STEPS generated steps in all (a million unless said), in pieces that run
side by side under `pytest -n`, new ones every time; pytest's summary says how many steps were run.
"""

import importlib
import os
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from mutants import MUTANTS, Mutant
from oracle_checks import agree_with_oracle

from linkcontract.testing.simulated_actions import KINDS
from linkcontract.testing.simulated_liar import LIES
from linkcontract.testing.simulator import CASTS, Cast, World

NIGHTLY = settings.get_current_profile_name() == "nightly"
NIGHTLY_STEPS = int(os.environ.get("LINKCONTRACT_MACHINE_STEPS", "1000000"))
PIECES = 4

NUMBER = st.integers(0, 63)
SMALL = st.integers(0, 3)
EVERYBODY = st.sampled_from((-1, -1, -1, *range(8)))
UNDERSTATED = st.sampled_from((0, 0, 0, *range(0, 256, 5)))

FOUND_BY_CHANCE = (
    "W5 thread",
    "W5 references",
    "W6 leads",
    "T1 revoking is the first party's",
    "W7 delegated",
    "W7 dismissed",
    "W7 never named again",
    "W6 own delegations",
    "V1 proposal",
    "V1 base in force",
    "V2 accept",
    "V2 in time",
    "V3 deny",
    "V4 winner",
    "V4 proposer",
    "V4 lead for its agent",
    "F1 descent",
    "F1 rotation supersedes",
    "F2 taint",
    "F2 equal keys",
    "F3 superseded is no evidence",
    "F4 clean grants",
    "A5 denials",
    "A5 undelegate",
    "A5 undelegate and the past",
    "A5 wide revoke",
    "A5 wide revoke and the past",
    "A5 wide partial revoke",
    "S2 contested denial",
    "S4 lapse",
    "S5 open",
    "T1 end",
    "T1 terminate for later",
    "T2 confirmed beats unconfirmed",
    "T2 frozen stops",
    "T2 two confirmed",
    "T2 first party first",
    "T3 suspended",
    "T4 precedence",
    "V2 slot",
    "T5 none unless active",
    "T5 pending narrows",
    "T5 partial revoke carries",
    "T5 granting again",
    "T5 wide partial revoke",
    "T5 refusal of the second party",
    "T5 refusal known to the grant",
    "T5 duties",
    "T5 granted",
    "T6 bound",
    "T6 termination",
    "T6 agreed over",
    "U1 breach",
    "U1 purpose and agreement",
    "U2 its own view",
    "K3 exclude",
    "K5 own branch",
)
"""Rules of `mutants` that random histories notice when they are switched off."""


class Machine(RuleBasedStateMachine):
    """One world; every rule is one step in it."""

    cast: Cast
    steps = 0
    beside_oracle = False

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.cast)

    def step(self) -> World:
        type(self).steps += 1
        return self.world

    @rule(who=SMALL, kind=st.sampled_from(KINDS), which=NUMBER, how=NUMBER)
    def act(self, who: int, kind: str, which: int, how: int) -> None:
        nodes = self.step().nodes
        nodes[who % len(nodes)].act(kind, which, how)

    @rule(who=SMALL, kind=st.sampled_from(KINDS), which=NUMBER, how=NUMBER)
    def act_too(self, who: int, kind: str, which: int, how: int) -> None:
        nodes = self.step().nodes
        nodes[who % len(nodes)].act(kind, which, how)

    @rule(who=SMALL, which=NUMBER, how=NUMBER)
    def agree(self, who: int, which: int, how: int) -> None:
        nodes = self.step().nodes
        nodes[who % len(nodes)].act("accept", which, how)

    @rule(which=NUMBER)
    def deliver(self, which: int) -> None:
        self.step().deliver(which)

    @rule(which=NUMBER)
    def deliver_too(self, which: int) -> None:
        self.step().deliver(which)

    @rule(which=NUMBER)
    def duplicate(self, which: int) -> None:
        self.step().duplicate(which)

    @rule(which=NUMBER)
    def drop(self, which: int) -> None:
        self.step().drop(which)

    @rule(giver=SMALL, taker=SMALL, backwards=st.booleans())
    def sync(self, giver: int, taker: int, backwards: bool) -> None:
        self.step().sync(giver, taker, backwards)

    @rule(one=SMALL, other=SMALL)
    def meet(self, one: int, other: int) -> None:
        self.step().meet(one, other)

    @rule(how_long=st.integers(0, 4))
    def wait(self, how_long: int) -> None:
        self.step().wait(how_long)

    @rule(who=SMALL, drift=st.integers(0, 5))
    def set_clock(self, who: int, drift: int) -> None:
        self.step().set_clock(who, drift)

    @rule(who=SMALL)
    def crash(self, who: int) -> None:
        self.step().crash(who)

    @precondition(lambda self: self.cast.restores)
    @rule(who=SMALL)
    def save(self, who: int) -> None:
        self.step().save(who)

    @precondition(lambda self: self.cast.restores)
    @rule(who=SMALL, answering=st.integers(0, 15), compromised=st.booleans())
    def restore(self, who: int, answering: int, compromised: bool) -> None:
        self.step().restore(who, answering, compromised)

    @precondition(lambda self: self.cast.thief and not self.world.stolen)
    @rule()
    def steal(self) -> None:
        self.step().steal()

    @precondition(lambda self: bool(self.world.liars))
    @rule(
        who=SMALL,
        kind=st.sampled_from(LIES),
        which=NUMBER,
        how=NUMBER,
        prev=st.sampled_from((0, 0, 0, 0, 0, 1, 2, 3)),
        understate=UNDERSTATED,
        to=EVERYBODY,
    )
    def lie(self, who: int, **how: Any) -> None:
        liars = self.step().liars
        liars[who % len(liars)].lie(**how)

    @precondition(lambda self: bool(self.world.liars))
    @rule(who=SMALL, which=NUMBER, to=EVERYBODY)
    def replay(self, who: int, which: int, to: int) -> None:
        liars = self.step().liars
        liars[who % len(liars)].replay(which, to)

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:  # a step that failed has said enough
            self.world.settle()
            self.world.watch.finish()
            for somebody in self.world.everybody if self.beside_oracle else ():
                agree_with_oracle(somebody.ledger, self.world.story.histories)


def machine(cast: Cast, beside_oracle: bool = False) -> type[Machine]:
    """A machine of its own for a cast, with its own count of steps.

    Args:
        beside_oracle: whether everything is compared with the plain reading of the rules at last.
    """
    own = {"cast": cast, "steps": 0, "beside_oracle": beside_oracle}
    return type(f"Machine of {cast.name}", (Machine,), own)


def run(kind: type[Machine], examples: int, steps: int, **more: Any) -> None:
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    run_state_machine_as_test(kind, settings=how)


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.name)
def test_promises_hold_in_random_histories(cast: Cast, record_property: Any) -> None:
    kind = machine(cast)
    run(kind, 14, 60)
    record_property("generated steps", kind.steps)


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.name)
def test_the_fold_is_what_the_rules_say(cast: Cast, record_property: Any) -> None:
    kind = machine(cast, beside_oracle=True)
    run(kind, 8, 35)
    record_property("generated steps", kind.steps)


@pytest.mark.skipif(not NIGHTLY, reason="millions of steps are run nightly")
@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.name)
def test_promises_hold_in_a_million_steps(cast: Cast, piece: int, record_property: Any) -> None:
    kind = machine(cast, beside_oracle=piece == 0)
    wanted = NIGHTLY_STEPS / PIECES / len(CASTS)
    length = 60 + 30 * piece
    while kind.steps < wanted:
        run(kind, min(200, 1 + int((wanted - kind.steps) / length)), length)
    record_property("generated steps", kind.steps)


def switch_off(monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    module, _, path = mutant.target.partition(":")
    owner = importlib.import_module(f"linkcontract.ledger.{module}")
    *inside, name = path.split(".")
    for step in inside:
        owner = getattr(owner, step)
    monkeypatch.setattr(owner, name, mutant.replacement)


@pytest.mark.skipif(not NIGHTLY, reason="rules are switched off one by one nightly")
@pytest.mark.parametrize("name", FOUND_BY_CHANCE, ids=lambda name: name.replace(" ", "-"))
def test_random_histories_notice_a_rule_switched_off(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mutant,) = [mutant for mutant in MUTANTS if mutant.rule == name]
    switch_off(monkeypatch, mutant)
    for _ in range(12):
        for cast in CASTS:
            kind = machine(cast, beside_oracle=True)
            try:
                run(kind, 15, 45, database=None, phases=[Phase.generate], print_blob=False)
            except (Exception, ExceptionGroup):  # noqa: BLE001  a broken ledger breaks anyhow
                return
    pytest.fail(f"{name}: a hundred thousand steps noticed nothing")
