"""What outlives what: a directed test for every rule of the fold.

Spec: ledger, A3, A5, A6.
"""

from itertools import permutations

from story_checks import ACTIVE, AGREED, ENDED, FROZEN, IDLE, OFFERED, SUSPENDED, may, settled

from linkcontract.ledger import ProposalStatus, Side, fold, forks, purposes_in_force, threads
from linkcontract.ledger.past import Held
from linkcontract.ledger.proposals import Standing
from linkcontract.limits import DAY
from linkcontract.testing.scenario import (
    MARKETING,
    RESEARCH,
    SERVICE,
    START,
    UNTIL,
    Story,
    agree,
)

# A3: forks


def test_f1_a_higher_position_supersedes_nothing_it_does_not_descend_from():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    parted = person.twin()
    person.rotate()
    parted.rotate(branch=1)
    parted.rotate()  # position 2, on the other side of the parting
    organisation.hear_all(person, parted)
    thread = settled(story, agreement)
    assert thread.phase is ACTIVE, "confirmed before the fork"
    assert {person.ledger.void_reason(name) for name in story.check().tainted} == {None}
    assert len(story.check().tainted) == 3, "both branches are contested"


def test_f1_a_rotated_branch_supersedes_the_unrotated_one():
    story = Story()
    person, organisation = story.person, story.organisation
    old = person.twin()
    lost = old.ack()
    person.rotate()
    kept = person.propose(SERVICE)
    organisation.hear(lost, kept)
    assert settled(story, kept).offers == (kept.id,)
    assert story.check().tainted == {lost.id}


def test_f2_nothing_before_the_fork_point_is_tainted():
    story = Story()
    person, organisation = story.person, story.organisation
    before = organisation.ack()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    after = liar.ack()
    person.hear(one, after)
    tainted = story.check().tainted
    assert before.id not in tainted
    story.share_everything()
    assert person.state.tainted == {one.id, other.id, after.id}


def test_f3_two_branches_under_one_key_convict():
    story = Story()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    person.hear(one)
    assert person.state.convicted == frozenset()
    person.hear(other)
    assert person.state.convicted == {organisation.party}
    (pair,) = person.ledger.fork_pairs()
    assert {pair.one.id, pair.other.id} == {one.id, other.id}
    assert pair.convicts
    assert not pair.defended


def test_f3_a_superseded_branch_is_no_evidence():
    story = Story()
    person, organisation = story.person, story.organisation
    old = organisation.twin()
    old.ack()
    organisation.rotate()
    person.hear_all(organisation, old)
    assert person.state.convicted == frozenset()
    (pair,) = person.ledger.fork_pairs()
    assert (pair.convicts, pair.defended) == (False, True)


def test_f3_a_later_rotation_on_one_branch_takes_the_conviction_away():
    story = Story()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    organisation.ack()
    liar.ack()
    person.hear_all(organisation, liar)
    assert person.state.convicted
    liar.rotate()
    person.hear_all(liar)
    assert person.state.convicted == frozenset()


def test_f3_a_public_party_with_two_key_events_at_one_position_is_convicted_for_good():
    story = Story(kinds=("directed", "public"))
    person, organisation = story.person, story.organisation
    twice = organisation.twin()
    organisation.rotate()
    twice.rotate(branch=1)
    person.hear_all(organisation, twice)
    assert person.state.convicted == {organisation.party}
    organisation.rotate()
    person.hear_all(organisation)
    assert person.state.convicted == {organisation.party}, "later rotations change nothing"
    (pair,) = person.ledger.key_pairs()
    assert (pair.writer, pair.convicts, len(pair.events)) == (organisation.party, True, 2)


def test_f3_a_directed_party_with_two_key_events_at_one_position_is_never_convicted():
    story = Story(kinds=("directed", "public"))
    person, organisation = story.person, story.organisation
    other = person.twin()
    person.rotate()
    more = person.twin()
    person.ack()
    more.ack()  # two branches under one key, besides
    other.rotate(branch=1)
    organisation.hear_all(person, more, other)
    assert organisation.state.convicted == frozenset()
    (pair,) = organisation.ledger.key_pairs()
    assert not pair.convicts


def test_f3_what_nobody_names_convicts_nobody():
    story = Story(kinds=("directed", "public"))
    organisation = story.organisation
    organisation.history.rotate(organisation.ks, branch=1)
    organisation.rotate()
    story.person.hear_all(organisation)
    assert story.person.state.convicted == frozenset()


def forked(story):
    """A second desk of the organisation, and both contested from here on."""
    organisation = story.organisation
    liar = organisation.twin()
    organisation.ack()
    liar.ack()
    story.person.hear_all(organisation, liar)
    return liar


def test_f4_denials_count_in_full_on_any_branch():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    offer = organisation.propose(SERVICE)
    liar = forked(story)
    liar.suspend(agreement)
    organisation.retract(offer)
    person.hear_all(organisation, liar)
    assert settled(story, agreement).phase is SUSPENDED
    assert person.thread(offer).offers == ()


def test_f4_a_contested_resume_lifts_nothing():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    suspend = organisation.suspend(agreement)
    forked(story)
    person.hear(organisation.resume(suspend))
    assert settled(story, agreement).phase is SUSPENDED


def test_f4_what_an_agent_agrees_under_a_contested_delegation_counts_only_to_freeze():
    story = Story()
    person, organisation = story.person, story.organisation
    thief = person.twin()
    agent = story.agent()
    organisation.hear_all(agent)
    agreement = agree(agent, organisation)
    assert organisation.thread().phase is ACTIVE
    organisation.hear(thief.ack())
    assert settled(story).phase is FROZEN
    later = agent.propose(SERVICE)
    organisation.hear(later)
    assert organisation.void(organisation.accept(later)) == "accept-not-live"
    assert organisation.thread(agreement).duties == (agreement.id,)


def test_f4_a_contested_confirmation_only_freezes():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    liar = organisation.twin()
    accept = person.accept(offer)
    liar.hear(accept)
    person.hear(liar.ack(), organisation.ack())
    thread = settled(story)
    assert (thread.phase, thread.duties) == (FROZEN, (offer.id,))


# A5: proposals


def test_a5_a_relationship_wide_revoke_ends_what_it_did_not_know_of():
    story = Story()
    person, organisation = story.person, story.organisation
    one = agree(person, organisation)
    person.revoke(None)
    organisation.hear_all(person)
    thread = settled(story, one)
    assert (thread.phase, thread.proposals[one.id]) == (IDLE, ProposalStatus.LAPSED)
    assert thread.duties == (one.id,)


def test_a5_a_grant_that_knew_the_wide_revoke_stands():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    person.revoke(None)
    organisation.hear(person.accept(offer))
    person.hear(organisation.ack())
    assert settled(story).phase is ACTIVE


def test_a5_a_wide_revoke_of_some_purposes_brings_nothing_down():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    person.revoke(None, MARKETING)
    assert settled(story, agreement).phase is ACTIVE
    assert may(organisation, SERVICE)
    assert not may(organisation, MARKETING)


def test_s2_a_contested_denial_of_what_stood_confirmed_freezes():
    story = Story()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    organisation.hear_all(agent)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    person.hear(offer)
    accept = organisation.accept(offer)
    agent.hear(accept)
    agent.ack()
    thief = person.twin()
    person.ack()
    thief.retract(offer)  # the lead's, and it crosses the agent's confirmation
    organisation.hear_all(agent, person, thief)
    thread = settled(story)
    assert thread.proposals[offer.id] is ProposalStatus.FROZEN
    assert thread.phase is FROZEN


def test_s3_contested_and_never_confirmed_is_void():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    liar = organisation.twin()
    person.hear(organisation.accept(offer), liar.ack())
    thread = settled(story)
    assert (thread.phase, thread.offers) == (OFFERED, (offer.id,))
    assert person.ledger.confirms(person.ack().id) == ()


def test_s4_a_lapsed_agreement_leaves_duties_and_an_open_slot():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    organisation.hear(agent.accept(offer))
    organisation.ack()
    person.undelegate(agent)  # had not seen the accept
    story.share_everything()
    thread = settled(story)
    assert thread.proposals[offer.id] is ProposalStatus.LAPSED
    assert (thread.phase, thread.duties) == (IDLE, (offer.id,))
    second = agree(person, organisation, MARKETING, answers=offer)
    thread = settled(story)
    assert (thread.phase, thread.tip) == (ACTIVE, second.id)
    assert thread.duties == tuple(sorted((offer.id, second.id)))


# A6: threads


def test_t1_a_revoke_of_everything_ends_the_thread_whatever_crosses_it():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    amendment = organisation.propose(SERVICE, MARKETING, base=agreement)
    person.hear(amendment)
    organisation.hear(person.accept(amendment))
    blind = person.revoke(agreement)
    organisation.ack()
    organisation.use(agreement)
    assert person.void(blind) is None
    thread = settled(story, agreement)
    assert thread.phase is ENDED
    assert not may(organisation)
    assert set(thread.duties) == {agreement.id, amendment.id}


def test_t1_either_side_terminates_at_once():
    for side in ("person", "organisation"):
        story = Story()
        agreement = agree(story.person, story.organisation)
        getattr(story, side).terminate(agreement)
        assert settled(story).phase is ENDED
    story = Story()
    agreement = agree(story.person, story.organisation)
    story.organisation.terminate(agreement, effective=START)
    assert settled(story).phase is ENDED, "not later than its own time"


def test_t1_a_terminate_for_later_is_a_bound_and_no_end():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    organisation.terminate(agreement, effective=end)
    thread = settled(story)
    assert (thread.phase, thread.bound) == (ACTIVE, end)
    assert may(person, at=end - 1)
    assert not may(person, at=end)


def test_t1_an_end_ends_one_thread():
    story = Story()
    person, organisation = story.person, story.organisation
    one, other = agree(person, organisation), agree(person, organisation)
    person.revoke(one)
    assert settled(story, one).phase is ENDED
    assert person.thread(other).phase is ACTIVE


def test_t2_the_first_partys_own_proposal_wins_a_crossing():
    story = Story()
    person, organisation = story.person, story.organisation
    theirs = organisation.propose(SERVICE)
    person.hear(theirs)
    own = person.propose(MARKETING, answers=theirs)
    organisation.hear(own)
    organisation.accept(own)
    person.accept(theirs)
    thread = settled(story)
    assert thread.pending == (own.id, theirs.id)
    person.ack()
    organisation.ack()
    assert settled(story).tip == own.id


def test_t2_a_leads_proposal_comes_before_an_agents():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    root = organisation.propose(SERVICE)
    agent.hear(root)
    person.hear(root)
    agents = agent.propose(SERVICE, answers=root)
    for _ in range(5):
        person.ack()  # later in its chain than the agent's
    leads = person.propose(SERVICE, answers=root)
    organisation.hear(agents, leads)
    blind = organisation.twin()
    accept_agents = organisation.accept(agents)
    assert organisation.void(accept_agents) is None
    blind.rotate()
    accept_leads = blind.accept(leads)
    assert blind.void(accept_leads) is None
    cases = threads.standings(view_of(blind), members_of(blind))
    order = sorted((cases[agents.id], cases[leads.id]), key=preference_in(blind))
    assert [case.proposal.id for case in order] == [leads.id, agents.id]


def test_t2_then_the_earlier_in_its_writers_chain():
    story = Story()
    organisation = story.organisation
    offers = [organisation.propose(SERVICE)]
    offers += [organisation.propose(SERVICE, answers=offers[0]) for _ in range(3)]
    cases = threads.standings(view_of(organisation), members_of(organisation))
    for order in permutations(offers):
        found = sorted((cases[offer.id] for offer in order), key=preference_in(organisation))
        assert [case.proposal.id for case in found] == [offer.id for offer in offers]


def test_t2_two_confirmed_in_one_slot_freeze():
    story = Story()
    one, other = story.person.propose(SERVICE), story.person.propose(SERVICE)
    cases = {}
    for offer in (one, other):
        held = Held(offer, 0, 0, 0, Side.FIRST, True)
        cases[offer.id] = Standing(held, status=ProposalStatus.CONFIRMED)
    assert threads.walk({one.id: cases[one.id]}).tip == one.id
    assert threads.walk(cases) == threads.Walk((), True)


def view_of(desk):
    past = desk.ledger._past
    return fold.view_of(past, past.everything)


def members_of(desk):
    past = desk.ledger._past
    return [held for held in past.held if held.thread is not None and held.void is None]


def preference_in(desk):
    view = view_of(desk)
    return lambda case: threads.preference(view, case)


def test_t3_a_suspension_survives_an_amendment_and_blocks_none():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    amendment = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    thread = settled(story)
    assert (thread.phase, thread.tip) == (SUSPENDED, amendment.id)
    assert not may(organisation)
    person.resume(suspend)
    assert settled(story).phase is ACTIVE
    assert may(organisation, MARKETING)


def test_t3_the_lead_lifts_its_agents_suspension():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    suspend = agent.suspend(agreement)
    person.hear(suspend)
    person.resume(suspend)
    assert settled(story).phase is ACTIVE


def test_t4_an_end_outranks_a_freeze_and_a_freeze_a_suspension():
    story = Story()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    person.suspend(agreement)
    assert settled(story).phase is SUSPENDED
    person.hear(liar.ack())
    assert settled(story).phase is FROZEN
    person.terminate(agreement)
    assert settled(story).phase is ENDED


def test_t4_the_forkers_rotation_on_the_branch_of_the_agreement_thaws_it():
    story = Story()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    (confirmation,) = organisation.ledger.feed(organisation.party)[-1:]
    person.hear(liar.ack())
    assert settled(story).phase is FROZEN
    organisation.rotate(after=confirmation)
    thread = settled(story)
    assert (thread.phase, thread.tip) == (ACTIVE, agreement.id)


def test_t4_a_rotation_on_the_other_branch_thaws_nothing():
    story = Story()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agree(organisation, person)
    other = liar.ack()
    liar.rotate(after=other)
    person.hear_all(liar)
    assert settled(story).phase is FROZEN


# T5, T6


def test_t5_permissions_shrink_while_anything_is_pending():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    agree(person, organisation, SERVICE, RESEARCH, base=agreement, confirm=False)
    assert settled(story).phase is ACTIVE
    assert may(person, SERVICE)
    assert not may(person, MARKETING), "the amendment drops it"
    assert not may(person, RESEARCH), "the agreement in force does not have it"
    person.ack()
    settled(story)
    assert may(person, RESEARCH)


def test_t5_a_partial_revoke_takes_its_purposes_from_this_thread():
    story = Story()
    person, organisation = story.person, story.organisation
    one = agree(person, organisation, SERVICE, MARKETING)
    other = agree(person, organisation, SERVICE, MARKETING)
    person.revoke(one, MARKETING)
    settled(story, one)
    assert may(organisation, SERVICE, one)
    assert not may(organisation, MARKETING, one)
    assert may(organisation, MARKETING, other)


def test_t5_the_purposes_in_force_can_be_shown():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, "dpv:Marketing", confirm=False)
    assert purposes_in_force(person.thread(), now=story.now) == ()
    organisation.hear(person.ack())
    amendment = agree(
        person, organisation, SERVICE, "dpv:DirectMarketing", base=agreement, confirm=False
    )
    shown = purposes_in_force(person.thread(), now=story.now)
    assert shown == tuple(sorted((SERVICE, "dpv:DirectMarketing")))
    person.revoke(amendment, "dpv:DirectMarketing")
    thread = settled(story)
    assert purposes_in_force(thread, now=story.now) == (SERVICE,)
    assert purposes_in_force(thread, now=START - 1) == ()
    assert purposes_in_force(thread, now=UNTIL) == ()


def test_t5_a_wide_partial_revoke_reaches_threads_it_never_saw():
    story = Story()
    person, organisation = story.person, story.organisation
    person.revoke(None, MARKETING)
    offer = organisation.propose(SERVICE, MARKETING)
    person.hear(offer)
    organisation.hear(person.accept(offer))
    organisation.ack()
    settled(story, offer)
    assert may(organisation, MARKETING), "granted knowing of it"
    person.revoke(None, SERVICE)
    settled(story, offer)
    assert not may(organisation, SERVICE)


def test_t5_a_withdrawn_purpose_takes_away_what_is_narrower_and_what_is_broader():
    for granted, withdrawn in (
        ("dpv:Marketing", "dpv:DirectMarketing"),
        ("dpv:DirectMarketing", "dpv:Marketing"),
    ):
        story = Story()
        agreement = agree(story.person, story.organisation, granted, SERVICE)
        story.person.revoke(agreement, withdrawn)
        settled(story)
        assert not may(story.organisation, granted)
        assert may(story.organisation, SERVICE)


def test_t5_a_withdrawn_purpose_nobody_knows_takes_away_everything():
    story = Story()
    agreement = agree(story.person, story.organisation)
    story.person.revoke(agreement, "ex:Whatever")
    assert settled(story).phase is ACTIVE
    assert not may(story.organisation)


def test_t5_a_refusal_of_some_purposes_narrows_the_accept_it_crosses():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    agent.accept(offer)
    person.refuse(offer, MARKETING)
    organisation.hear_all(agent, person)
    organisation.ack()
    assert settled(story).phase is ACTIVE
    assert may(person, SERVICE)
    assert not may(person, MARKETING)


def test_t5_such_a_refusal_narrows_that_proposal_alone():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    agent.accept(offer)
    person.refuse(offer, MARKETING)
    organisation.hear_all(agent, person)
    organisation.ack()
    story.share_everything()
    agree(organisation, agent, SERVICE, MARKETING, base=offer)
    settled(story)
    assert may(person, MARKETING)


def test_t5_an_accept_that_knew_of_the_refusal_grants_all_it_says():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE, MARKETING)
    person.hear(offer)
    person.refuse(offer, MARKETING)
    organisation.hear(person.accept(offer))
    organisation.ack()
    settled(story)
    assert may(person, MARKETING)


def test_t5_an_agents_refusal_does_not_narrow_its_leads_grant():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    person.accept(offer)
    agent.refuse(offer, MARKETING)
    organisation.hear_all(agent, person)
    organisation.ack()
    assert settled(story).phase is ACTIVE
    assert may(person, MARKETING)


def test_t5_a_second_partys_refusal_of_some_purposes_is_a_record():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE, MARKETING)
    organisation.hear(offer)
    organisation.refuse(offer, MARKETING)
    blind = organisation.accept(offer)
    person.hear(blind)
    person.ack()
    assert settled(story).phase is ACTIVE
    assert may(organisation, MARKETING)


def test_t5_duties_only_add_up():
    story = Story()
    person, organisation = story.person, story.organisation
    first = agree(person, organisation)
    second = agree(person, organisation, SERVICE, MARKETING, base=first)
    pending = agree(person, organisation, SERVICE, base=second, confirm=False)
    person.revoke(first)
    thread = settled(story, first)
    assert thread.phase is ENDED
    assert set(thread.duties) == {first.id, second.id, pending.id}


def test_t6_nothing_is_permitted_at_or_after_until():
    story = Story()
    agree(story.person, story.organisation)
    settled(story)
    assert may(story.organisation, at=UNTIL - 1)
    assert not may(story.organisation, at=UNTIL)


def test_t6_the_least_bound_of_tip_and_pending_counts():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, until=UNTIL)
    agree(person, organisation, base=agreement, until=UNTIL - DAY, confirm=False)
    assert settled(story).bound == UNTIL - DAY


def test_t6_an_amendment_that_did_not_know_the_termination_does_not_raise_its_bound():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    amendment = person.propose(SERVICE, MARKETING, base=agreement)
    organisation.hear(amendment)
    organisation.accept(amendment)
    organisation.terminate(agreement, effective=end)
    person.hear_all(organisation)
    person.ack()
    thread = settled(story)
    assert (thread.tip, thread.bound) == (amendment.id, end)


def test_t6_agreeing_again_knowing_of_the_termination_raises_it():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    person.hear(organisation.terminate(agreement, effective=end))
    amendment = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    thread = settled(story)
    assert (thread.tip, thread.bound) == (amendment.id, UNTIL)


def test_t6_an_agent_does_not_raise_its_leads_bound():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    agent.hear(person.terminate(agreement, effective=end))
    amendment = agree(agent, organisation, SERVICE, MARKETING, base=agreement)
    thread = settled(story)
    assert (thread.tip, thread.bound) == (amendment.id, end)


def test_t6_that_the_other_side_knew_of_it_raises_nothing():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    end = story.now + 30 * DAY
    terminate = person.terminate(agreement, effective=end)
    amendment = agent.propose(SERVICE, MARKETING, base=agreement)
    organisation.hear(terminate, amendment)
    organisation.accept(amendment)
    agent.hear_all(organisation)
    agent.ack()
    thread = settled(story)
    assert (thread.tip, thread.bound) == (amendment.id, end)


def test_t6_a_renewal_is_accepted_after_expiry_and_not_after_an_end():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, until=story.now + DAY)
    story.tick(10 * DAY)
    renewal = agree(person, organisation, base=agreement, until=UNTIL)
    assert settled(story).tip == renewal.id
    assert may(organisation)
    third = person.propose(SERVICE, base=renewal)
    organisation.hear(third, person.terminate(renewal))
    assert organisation.void(organisation.accept(third)) == "accept-not-live"


def test_the_phases_of_a_plain_story():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    assert person.thread().phase is OFFERED
    counter = person.propose(MARKETING, answers=offer)
    organisation.hear(counter)
    organisation.accept(counter)
    assert organisation.thread().phase is AGREED
    person.hear_all(organisation)
    person.ack()
    assert settled(story).phase is ACTIVE
    assert person.thread().chain == (counter.id,)


def test_supersedes_is_strict():
    story = Story()
    history = story.person.history
    assert not forks.supersedes(history, story.person.ks, story.person.ks)
