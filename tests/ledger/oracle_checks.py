"""The ledger beside the plain reading of its rules (`oracle`): the same answers to everything."""

from oracle import Oracle

from linkcontract.ledger import Ledger, permitted
from linkcontract.limits import DAY
from linkcontract.model.bodies import RELEVANT_TYPES
from linkcontract.policy import Request
from linkcontract.testing.scenario import START, USE
from linkcontract.testing.simulated_actions import PATH, PURPOSES


def agree_with_oracle(ledger: Ledger, histories) -> None:
    """Facts of every statement, the state of all, and every use.

    Raises:
        AssertionError: the two differ.
    """
    oracle = Oracle(ledger.held(), histories)
    for s in ledger.held():
        assert oracle.well_formed(s), f"a malformed {s.type} is held"
        if s.type in RELEVANT_TYPES:
            void = ledger.void_reason(s.id)
            assert (void is not None) == oracle.void[s.id], f"void: {s.type} {void}"
        confirmed = set(ledger.confirms(s.id)), set(oracle.confirms[s.id])
        assert confirmed[0] == confirmed[1], f"what a {s.type} confirms"
    m = frozenset(oracle.s)
    state = ledger.state()
    assert state.convicted == oracle.convicted(m), "who is convicted"
    assert state.tainted == {name for name in m if oracle.tainted(m, name)}, "what is tainted"
    assert state.dismissed == oracle.dismissed(m), "who is dismissed"
    plain = oracle.fold(m)
    assert set(state.threads) == set(plain), "which threads there are"
    for root, thread in state.threads.items():
        other = plain[root]
        assert thread.phase.value == other.phase, "phase"
        assert thread.tip == other.tip, "tip"
        assert thread.pending == other.pending, "pending"
        assert thread.offers == other.offers, "offers"
        statuses = {name: status.value for name, status in thread.proposals.items()}
        assert statuses == other.status, "where the proposals stand"
        assert thread.suspends == other.suspends, "suspensions"
        assert thread.duties == other.duties, "duties"
        assert thread.bound == other.bound, "bound"
        for purpose in PURPOSES:
            for now in (START + DAY, START + 19 * DAY, START + 40 * DAY):
                permits = permitted(thread, Request(USE, PATH, purpose), now=now).permit
                assert permits == oracle.permits(m, other, purpose, now), "what is permitted"
    for s in ledger.held():
        if s.type in ("use", "share") and s.body is not None:
            assert ledger.use_status(s.id).value == oracle.use_status(m, s), "what a use was"
