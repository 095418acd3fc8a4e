"""What a statement is, by its own past alone (spec: ledger, V1 to V4, T3)."""

from story_checks import ACTIVE, AGREED, ENDED, FROZEN, OFFERED, SUSPENDED, offered, settled

from linkcontract.ledger import ProposalStatus
from linkcontract.limits import DAY, MAX_OFFER
from linkcontract.testing.scenario import (
    MARKETING,
    SERVICE,
    Story,
    agree,
    terms,
)

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
