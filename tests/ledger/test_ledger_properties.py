"""What holds for every story: random statements, in random orders, with duplicates and liars.

Spec: ledger, A1.5, A6, A9.
"""

import random
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from story_checks import permitted_purposes

from linkcontract.ledger import Ledger, ProposalStatus, ThreadPhase, UseStatus, forks, phases
from linkcontract.testing.random_stories import Cast, Step, tell
from linkcontract.testing.scenario import MARKETING, SERVICE

STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 5),
        st.integers(0, 500),
        st.integers(0, 20),
        st.integers(0, 59),
        st.booleans(),
    ),
    min_size=4,
    max_size=45,
)
CASTS = st.builds(Cast, st.booleans(), st.booleans(), st.booleans(), st.booleans())
EVERYTHING = settings(suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large))


def in_some_order(story, seed):
    """The story's statements shuffled, some of them twice."""
    statements = story.everything()
    order = [*statements, *statements[::3]]
    random.Random(seed).shuffle(order)
    return order


def told_step_by_step(story, seed):
    """Ledgers and states along one random order of arrival: after each statement that is held."""
    ledger = Ledger(story.opening, story.histories)
    for statement in in_some_order(story, seed):
        if ledger.add(statement).released:
            yield ledger, ledger.state()


@EVERYTHING
@given(STEPS, CASTS, st.integers(0, 2**32))
def test_equal_sets_are_in_equal_states_whatever_the_order(steps, cast, seed):
    story = tell(steps, cast)
    reference = Ledger(story.opening, story.histories)
    for statement in story.everything():
        reference.add(statement)
    for _ledger, _state in told_step_by_step(story, seed):
        pass
    other = _ledger if len(reference) > 1 else reference
    assert set(other.held()) == set(reference.held())
    assert other.state() == reference.state()
    for statement in reference.held():
        name = statement.id
        assert other.void_reason(name) == reference.void_reason(name)
        assert other.confirms(name) == reference.confirms(name)
        assert other.state_before(name) == reference.state_before(name)
        if statement.type in ("use", "share"):
            assert other.use_status(name) == reference.use_status(name)
    for desk in story.desks:
        assert other.owes_ack(desk.party) == reference.owes_ack(desk.party)
        assert other.next_header(desk.party) == reference.next_header(desk.party)
    assert other.fork_pairs() == reference.fork_pairs()
    assert other.key_pairs() == reference.key_pairs()
    assert other.heads() == reference.heads()


@EVERYTHING
@given(STEPS, st.booleans(), st.integers(0, 2**32))
def test_a_confirmed_agreement_never_changes(steps, liar, seed):
    """Two sides, one of which may fork and understate: what is confirmed stands, or is frozen."""
    story = tell(steps, Cast(liar=liar))
    confirmed: dict[bytes, dict[int, bytes]] = {}
    for _ledger, state in told_step_by_step(story, seed):
        for root, thread in state.threads.items():
            known = confirmed.setdefault(root, {})
            for name in known.values():
                standing = (ProposalStatus.CONFIRMED, ProposalStatus.FROZEN)
                assert thread.proposals[name] in standing
            for place, name in enumerate(thread.chain):
                assert known.setdefault(place, name) == name
            if not liar:
                assert thread.phase is not ThreadPhase.FROZEN


@EVERYTHING
@given(STEPS, CASTS, st.integers(0, 2**32))
def test_duties_only_add_up_and_an_end_is_for_ever(steps, cast, seed):
    story = tell(steps, cast)
    owed: dict[bytes, set[bytes]] = {}
    ended: set[bytes] = set()
    for _ledger, state in told_step_by_step(story, seed):
        for root, thread in state.threads.items():
            ever = {
                name
                for name in thread.duties
                if thread.proposals[name] is not ProposalStatus.AGREED
            }
            assert owed.setdefault(root, set()) <= set(thread.duties)
            owed[root] |= ever
            if root in ended:
                assert thread.phase is ThreadPhase.ENDED
            if thread.phase is ThreadPhase.ENDED:
                ended.add(root)
            if thread.phase is not ThreadPhase.ACTIVE:
                assert permitted_purposes(thread, story.now) == set()


@EVERYTHING
@given(STEPS, CASTS, st.integers(0, 2**32))
def test_what_a_statement_is_never_changes(steps, cast, seed):
    story = tell(steps, cast)
    facts: dict[bytes, object] = {}
    breaches: dict[bytes, bool] = {}
    for ledger, _state in told_step_by_step(story, seed):
        for statement in ledger.held():
            name = statement.id
            fact = (ledger.void_reason(name), ledger.confirms(name), ledger.state_before(name))
            assert facts.setdefault(name, fact) == fact
            if statement.type == "use":
                breach = ledger.use_status(name) is UseStatus.BREACH
                assert breaches.setdefault(name, breach) == breach


@EVERYTHING
@given(STEPS, st.booleans(), st.booleans(), st.integers(0, 2**32))
def test_nobody_honest_is_ever_convicted(steps, agent, wide, seed):
    """The person restores backups and the organisation lies; only the liar is ever convicted."""
    story = tell(steps, Cast(agent=agent, liar=True, restores=True, wide=wide))
    for ledger, state in told_step_by_step(story, seed):
        assert state.convicted <= {story.organisation.party}
        for pair in ledger.fork_pairs():
            assert not (pair.convicts and pair.writer != story.organisation.party)


@EVERYTHING
@given(STEPS, st.integers(0, 2**32))
def test_permissions_come_from_the_first_party_alone(steps, seed):
    """Whatever the organisation does, what is permitted was granted by the person and not taken
    back by something the grant did not know of."""
    story = tell(steps, Cast(liar=True))
    for ledger, state in told_step_by_step(story, seed):
        revokes = [
            statement
            for statement in ledger.held()
            if statement.type == "revoke" and ledger.void_reason(statement.id) is None
        ]
        for root, thread in state.threads.items():
            for purpose in permitted_purposes(thread, story.now):
                assert purpose in (SERVICE, MARKETING)
                for agreement in thread.agreements:
                    assert any(
                        ledger.get(grant.id).writer == story.person.party
                        and all(
                            ledger.in_past(revoke.id, grant.id)
                            for revoke in revokes
                            if revoke.body["thread"] == root
                            and purpose in (revoke.body["purposes"] or (purpose,))
                        )
                        for grant in agreement.grants
                    )


@EVERYTHING
@given(STEPS, CASTS, st.integers(0, 2**32))
def test_a_thread_moves_only_along_the_table(steps, cast, seed):
    """One statement moves a thread along one edge of the generated diagram, or two: it may do what
    its type says and confirm something besides."""
    story = tell(steps, cast)
    moves = set(phases.edges())
    reach = {(one, two) for one, by in moves for other, two in moves if by is other} | moves
    before: dict[bytes, ThreadPhase] = {}
    ledger = Ledger(story.opening, story.histories)
    for statement in story.everything():
        ledger.add(statement)
        for root, thread in ledger.state().threads.items():
            last = before.get(root, ThreadPhase.IDLE)
            assert last is thread.phase or (last, thread.phase) in reach
            before[root] = thread.phase


def tops(history, feed, held):
    """F1 to the letter: the events reached on a statement's branch that none there supersedes."""
    branch = [other for other in feed if on_line(held, other)]
    reached = {other.statement.ks for other in branch}
    return {key for key in reached if not any(history.descends(more, key) for more in reached)}


def on_line(one, other):
    return one is other or one.follows(other) or other.follows(one)


@EVERYTHING
@given(STEPS, st.booleans(), st.booleans())
def test_taint_and_conviction_are_what_their_definitions_say(steps, agent, restores):
    """The code looks at the ends of branches; the definitions look at every statement off-line."""
    story = tell(steps, Cast(agent=agent, liar=True, restores=restores))
    ledger = Ledger(story.opening, story.histories)
    for statement in story.everything():
        ledger.add(statement)
    past = ledger._past
    tainted, convicted = set(), set()
    for writer, feed in past.feeds.items():
        history = past.histories[writer]
        top = {held.id: tops(history, feed, held) for held in feed}
        keys = {held.statement.ks for held in feed}
        parted = len(forks.two_events(past, past.everything, writer)) > 1
        if parted and history.kind == "public":
            convicted.add(writer)
        for one, other in product(feed, feed):
            if on_line(one, other):
                continue
            if any(not any(history.descends(m, k) for m in top[one.id]) for k in top[other.id]):
                tainted.add(one.id)
            shared = top[one.id] & top[other.id]
            if not parted and any(
                not any(history.descends(more, key) for more in keys) for key in shared
            ):
                convicted.add(writer)
    assert ledger.state().tainted == tainted
    assert ledger.state().convicted == convicted
