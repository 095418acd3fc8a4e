"""What is permitted, and until when: withdrawals, refusals, bounds (spec: ledger, T5, T6)."""

from story_checks import ACTIVE, AGREED, ENDED, OFFERED, may, settled

from linkcontract.ledger import forks, purposes_in_force
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
