"""What outlives what: proposals, ends, precedence, suspension (spec: ledger, A5, T1 to T4)."""

from itertools import permutations

from story_checks import ACTIVE, ENDED, FROZEN, IDLE, OFFERED, SUSPENDED, may, settled

from linkcontract.ledger import ProposalStatus, Side, fold, threads
from linkcontract.ledger.columns import NOTHING, Column
from linkcontract.ledger.held import Held
from linkcontract.ledger.proposals import Standing
from linkcontract.limits import DAY
from linkcontract.testing.scenario import (
    MARKETING,
    SERVICE,
    START,
    Story,
    agree,
)

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
    order = sorted((cases[agents.id], cases[leads.id]), key=threads.preference)
    assert [case.proposal.id for case in order] == [leads.id, agents.id]


def test_t2_then_the_earlier_in_its_writers_chain():
    story = Story()
    organisation = story.organisation
    offers = [organisation.propose(SERVICE)]
    offers += [organisation.propose(SERVICE, answers=offers[0]) for _ in range(3)]
    cases = threads.standings(view_of(organisation), members_of(organisation))
    for order in permutations(offers):
        found = sorted((cases[offer.id] for offer in order), key=threads.preference)
        assert [case.proposal.id for case in found] == [offer.id for offer in offers]


def test_t2_two_confirmed_in_one_slot_freeze():
    story = Story()
    one, other = story.person.propose(SERVICE), story.person.propose(SERVICE)
    cases = {}
    for offer in (one, other):
        held = Held(offer, 0, Column(0, None), 0, NOTHING, Side.FIRST, True)
        cases[offer.id] = Standing(held, status=ProposalStatus.CONFIRMED)
    assert threads.walk({one.id: cases[one.id]}).tip == one.id
    assert threads.walk(cases) == threads.Walk((), True)


def view_of(desk):
    past = desk.ledger._past
    return fold.view_of(past, past.everything)


def members_of(desk):
    past = desk.ledger._past
    return [held for held in past.held if held.thread is not None and held.void is None]


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
