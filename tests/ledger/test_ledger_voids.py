"""What has an effect: a directed test for every body rule and every fact of a statement's own past.

Spec: ledger, A1.7, W5 to W7, V1 to V4.
"""

from story_checks import ACTIVE, AGREED, ENDED, FROZEN, OFFERED, SUSPENDED, may, settled

from linkcontract.ledger import VOID_REASONS, ProposalStatus
from linkcontract.limits import DAY, MAX_AGENTS_PER_SIDE, MAX_OFFER
from linkcontract.testing.scenario import (
    MARKETING,
    SERVICE,
    Desk,
    Story,
    agree,
    terms,
)


def offered():
    """P, V and an offer of V that P knows."""
    story = Story()
    offer = story.organisation.propose(SERVICE)
    story.person.hear(offer)
    return story, story.person, story.organisation, offer


def test_every_void_reason_has_a_sentence():
    assert all(sentence and not sentence.endswith(".") for sentence in VOID_REASONS.values())


# A1.7


def test_an_unknown_type_is_void_confirms_nothing_and_pays_nothing():
    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    strange = organisation.write("haggle", price=3)
    assert organisation.void(strange) == "unknown-type"
    assert organisation.ledger.confirms(strange.id) == ()
    assert organisation.ledger.owes_ack(organisation.party)
    assert settled(story).phase is AGREED


def test_a_body_that_fails_its_schema_is_void():
    story, person, _organisation, _offer = offered()
    broken = person.write("terminate", fault="bad-body")
    assert person.void(broken) == "bad-body"
    assert settled(story).phase is OFFERED


def test_a_void_statement_of_a_type_the_fold_reads_confirms_nothing():
    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    retract = organisation.retract(offer)
    assert organisation.void(retract) == "deny-accepted"
    assert organisation.ledger.confirms(retract.id) == ()
    assert organisation.ledger.owes_ack(organisation.party)
    assert settled(story).phase is AGREED, "it would confirm the very offer it tried to end"


def test_any_other_known_type_confirms_whatever_its_body_says():
    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    broken = organisation.write("use", fault="bad-body")
    assert organisation.void(broken) == "bad-body"
    assert organisation.ledger.confirms(broken.id) == (offer.id,)
    assert not organisation.ledger.owes_ack(organisation.party)
    assert settled(story).phase is ACTIVE


# W5


def test_w5_a_thread_is_known_to_whoever_speaks_of_it():
    story, person, organisation, offer = offered()
    unknown = organisation.propose(SERVICE)
    blind = person.write("terminate", thread=unknown.id, effective=None)
    assert person.void(blind) == "thread-unknown"
    person.hear(unknown)
    not_a_root = person.write("terminate", thread=story.join.id, effective=None)
    assert person.void(not_a_root) == "thread-unknown"
    settled(story, offer)
    assert person.thread(unknown).phase is OFFERED


def test_w5_a_reference_is_known_to_whoever_makes_it():
    story, person, organisation, offer = offered()
    unknown = organisation.propose(MARKETING, answers=offer)
    named = terms(MARKETING).id
    blind = person.write("accept", thread=offer.id, ref=unknown.id, terms=named)
    assert person.void(blind) == "ref-unknown"
    organisation.hear(blind)
    organisation.ack()
    assert settled(story).phase is OFFERED


def test_w5_a_reference_is_of_the_thread_it_is_made_in():
    story, person, organisation, offer = offered()
    other = organisation.propose(SERVICE)
    person.hear(other)
    mixed = person.write("accept", thread=offer.id, ref=other.id, terms=terms(SERVICE).id)
    assert person.void(mixed) == "ref-other-thread"
    settled(story, offer)


def test_w5_a_reference_is_of_the_type_it_has_to_be():
    story, person, _organisation, offer = offered()
    agreed = person.accept(offer)
    refusal = person.write("refuse", thread=offer.id, ref=agreed.id, purposes=None, code="no")
    assert person.void(refusal) == "ref-type"
    settled(story)


# W6, A1.1, T1


def test_w6_a_relationship_wide_revoke_is_the_leads():
    story = Story()
    agent = story.agent()
    story.organisation.hear_all(agent)
    agreement = agree(story.person, story.organisation)
    agent.hear_all(story.person)
    assert agent.void(agent.revoke(None)) == "lead-only"
    assert agent.void(agent.revoke(None, SERVICE)) == "lead-only"
    assert settled(story, agreement).phase is ACTIVE
    assert may(story.person)


def test_w6_an_agent_names_no_agents():
    story = Story()
    agent = story.agent(types=["accept"])
    other = Desk(story, story._history("other", "directed"))
    assert agent.void(agent.delegate(other)) == "lead-only"
    assert agent.void(agent.undelegate(agent)) == "lead-only"


def test_a_second_partys_revoke_revokes_nothing():
    story = Story()
    agreement = agree(story.person, story.organisation)
    revoke = story.organisation.revoke(agreement)
    assert story.organisation.void(revoke) == "first-only"
    assert settled(story).phase is ACTIVE


# W7


def test_w7_an_agent_signs_the_types_it_was_given():
    story = Story()
    agent = story.agent(types=["refuse"])
    story.organisation.hear_all(agent)
    offer = story.organisation.propose(SERVICE)
    agent.hear(offer)
    assert agent.void(agent.accept(offer)) == "not-delegated"
    assert agent.void(agent.ack()) is None
    assert agent.void(agent.refuse(offer)) is None
    settled(story)


def test_w7_an_agent_signs_the_terms_it_was_given():
    story = Story()
    agent = story.agent(terms=[terms(SERVICE).id])
    organisation = story.organisation
    organisation.hear_all(agent)
    wanted, unwanted = organisation.propose(SERVICE), organisation.propose(MARKETING)
    agent.hear(unwanted)
    assert agent.void(agent.accept(unwanted)) == "not-delegated"
    assert agent.void(agent.propose(MARKETING)) == "not-delegated"
    assert agent.void(agent.accept(wanted)) is None
    story.share_everything()
    story.check()


def test_w7_an_agent_acts_no_more_often_than_it_was_given():
    story = Story()
    agent = story.agent(count=2)
    assert [agent.void(agent.propose(SERVICE)) for _ in range(3)] == [None, None, "not-delegated"]


def test_w7_an_agent_acts_no_longer_than_it_was_given():
    story = Story()
    agent = story.agent(until=story.now + DAY)
    assert agent.void(agent.propose(SERVICE)) is None
    assert agent.void(agent.propose(SERVICE, at=story.now + 2 * DAY)) == "not-delegated"


def test_w7_a_dismissed_writer_is_never_named_again():
    story = Story()
    agent = story.agent()
    person = story.person
    person.hear_all(agent)
    person.undelegate(agent)
    again = person.delegate(agent)
    assert person.void(again) == "dismissed"
    agent.hear(again)
    assert agent.void(agent.propose(SERVICE)) == "dismissed"


def test_w7_an_agent_rotates_and_acknowledges_without_leave():
    story = Story()
    agent = story.agent(types=["accept"])
    story.person.hear_all(agent)
    agent.hear(story.person.undelegate(agent))
    assert agent.void(agent.rotate()) is None
    assert agent.void(agent.ack()) is None


def test_a_lead_is_nobodys_agent():
    story = Story()
    assert story.person.void(story.person.delegate(story.organisation)) == "delegate-lead"


def test_a_side_names_only_so_many_agents():
    story = Story()
    person = story.person
    agents = [
        Desk(story, story._history(f"agent {number}", "directed"))
        for number in range(MAX_AGENTS_PER_SIDE + 1)
    ]
    reasons = [person.void(person.delegate(agent)) for agent in agents]
    assert reasons == [None] * MAX_AGENTS_PER_SIDE + ["delegate-limit"]
    assert person.void(person.delegate(agents[0])) is None, "the same one may be named again"


def test_a_delegation_is_taken_back_by_whose_it_is():
    story = Story()
    agent = story.agent()
    organisation = story.organisation
    organisation.hear_all(agent)
    assert organisation.void(organisation.undelegate(agent)) == "undelegate-not-yours"
    agree(agent, organisation)
    assert settled(story).phase is ACTIVE


def test_a_rotate_names_the_event_that_signs_it():
    story = Story()
    person = story.person
    before = person.ks
    person.ks = person.history.rotate(before)
    assert person.void(person.write("rotate", event=before)) == "rotate-event"


# V1


def test_v1_a_base_is_the_agreement_in_force():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    amendment = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    stale = organisation.propose(SERVICE, base=agreement)
    assert organisation.void(stale) == "proposal-base"
    unconfirmed = organisation.propose(SERVICE, base=amendment)
    assert organisation.void(unconfirmed) is None
    assert organisation.void(organisation.propose(SERVICE, base=unconfirmed)) == "proposal-base"
    settled(story)


def test_v1_nothing_is_proposed_in_a_thread_known_to_have_ended():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    organisation.hear(person.terminate(agreement))
    assert organisation.void(organisation.propose(SERVICE, answers=agreement)) == "proposal-ended"
    assert organisation.void(organisation.propose(SERVICE, base=agreement)) == "proposal-ended"


def test_v1_nothing_builds_on_a_frozen_thread():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person)
    amendment = organisation.propose(SERVICE, MARKETING, base=agreement)
    person.hear(amendment)
    liar = organisation.twin()
    organisation.hear(person.accept(amendment))
    person.hear(organisation.ack(), liar.ack())
    assert person.thread(agreement).phase is FROZEN
    assert person.void(person.propose(SERVICE, base=agreement)) == "proposal-base"
    settled(story, agreement)


def test_v1_an_offer_is_open_for_ninety_days_at_most():
    story = Story()
    person = story.person
    at = story.now + DAY
    assert person.void(person.propose(SERVICE, at=at, accept_by=at + MAX_OFFER)) is None
    late = person.propose(SERVICE, at=at, accept_by=at + MAX_OFFER + 1)
    assert person.void(late) == "proposal-term"


# V2


def test_v2_a_proposal_is_accepted_by_the_other_side():
    story = Story()
    agent = story.agent()
    own = story.person.propose(SERVICE)
    agent.hear(own)
    assert agent.void(agent.accept(own)) == "accept-own-side"
    story.organisation.hear_all(agent)
    story.person.hear_all(agent)
    story.person.ack()
    assert settled(story).phase is OFFERED


def test_v2_what_was_known_to_be_retracted_is_not_accepted():
    _story, person, organisation, offer = offered()
    person.hear(organisation.retract(offer))
    assert person.void(person.accept(offer)) == "accept-not-live"


def test_v2_what_was_known_to_be_superseded_by_an_agreement_is_not_accepted():
    story, person, organisation, offer = offered()
    agree(person, organisation, MARKETING, answers=offer)
    assert person.void(person.accept(offer)) == "accept-not-live"
    settled(story)


def test_v2_an_accept_after_the_offers_term_is_void_by_the_accepters_own_clock():
    story, person, organisation, offer = offered()
    accept_by = offer.body["accept_by"]
    in_time = person.twin()
    assert in_time.void(in_time.accept(offer, at=accept_by)) is None
    late = person.accept(offer, at=accept_by + 1)
    assert person.void(late) == "accept-late"
    organisation.hear(late)
    organisation.ack()
    assert settled(story).phase is OFFERED


def test_v2_an_accept_names_the_terms_it_accepts():
    story, person, organisation, offer = offered()
    other = person.accept(offer, terms_id=terms(MARKETING).id)
    assert person.void(other) == "accept-terms"
    organisation.hear(other)
    organisation.ack()
    assert settled(story).phase is OFFERED


# V3


def test_v3_an_offer_is_retracted_by_who_made_it():
    story, person, _organisation, offer = offered()
    assert person.void(person.retract(offer)) == "deny-not-yours"
    assert settled(story).phase is OFFERED


def test_v3_an_offer_is_refused_by_the_other_side():
    story, _person, organisation, offer = offered()
    assert organisation.void(organisation.refuse(offer)) == "deny-not-yours"
    assert settled(story).phase is OFFERED


def test_v3_a_refusal_after_acceptance_is_void():
    story, person, organisation, offer = offered()
    person.accept(offer)
    assert person.void(person.refuse(offer)) == "deny-accepted"
    assert person.void(person.refuse(offer, SERVICE)) == "deny-accepted"
    organisation.hear_all(person)
    organisation.ack()
    assert settled(story).phase is ACTIVE


def test_v3_an_agent_retracts_no_offer_of_its_lead():
    story = Story()
    agent = story.agent()
    offer = story.person.propose(SERVICE)
    agent.hear(offer)
    assert agent.void(agent.retract(offer)) == "deny-not-yours"


def test_v3_a_retract_that_crosses_the_accept_wins():
    story, person, organisation, offer = offered()
    person.accept(offer)
    organisation.retract(offer)
    thread = settled(story)
    assert thread.proposals[offer.id] is ProposalStatus.DEAD
    assert thread.duties == ()


# V4


def test_v4_only_the_proposer_confirms():
    story, person, organisation, offer = offered()
    accept = person.accept(offer)
    person.ack()
    organisation.hear(accept)
    assert settled(story).phase is AGREED
    organisation.ack()
    assert settled(story).phase is ACTIVE


def test_v4_an_agent_confirms_what_it_proposed_and_nothing_of_its_lead():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    leads = person.propose(SERVICE)
    agents = agent.propose(SERVICE)
    organisation.hear(leads, agents)
    organisation.accept(leads)
    organisation.accept(agents)
    agent.hear_all(organisation)
    ack = agent.ack()
    assert agent.ledger.confirms(ack.id) == (agents.id,)
    settled(story, leads)


def test_v4_what_the_proposer_had_not_seen_is_not_confirmed():
    _story, person, organisation, offer = offered()
    accept = person.accept(offer)
    organisation.ack()
    organisation.hear(accept)
    assert organisation.thread().phase is AGREED


def test_v4_a_frozen_slot_has_no_winner():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    counter = person.propose(MARKETING, answers=offer)
    organisation.hear(counter)
    restored = organisation.twin()
    person.hear(organisation.accept(offer))
    person.ack()
    restored.rotate()
    person.hear(restored.accept(counter))
    thread = person.thread()
    assert (thread.phase, thread.pending) == (FROZEN, (counter.id,))
    assert person.ledger.confirms(person.ack().id) == ()
    assert settled(story).phase is FROZEN


# T3, resume


def test_a_suspension_is_lifted_by_its_own_side():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    assert organisation.void(organisation.resume(suspend)) == "resume-not-yours"
    assert settled(story).phase is SUSPENDED


def test_an_agent_does_not_lift_its_leads_suspension():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    suspend = person.suspend(agree(person, organisation))
    agent.hear(suspend)
    assert agent.void(agent.resume(suspend)) == "resume-not-yours"
    assert settled(story).phase is SUSPENDED
    person.terminate(suspend)
    assert settled(story).phase is ENDED
