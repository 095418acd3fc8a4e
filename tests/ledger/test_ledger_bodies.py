"""What has an effect: a directed test for every body rule (spec: ledger, A1.7, W5 to W7)."""

import dataclasses

from story_checks import ACTIVE, AGREED, OFFERED, may, offered, settled

from linkcontract.ledger import VOID_REASONS, Ledger
from linkcontract.limits import DAY, MAX_AGENTS_PER_SIDE
from linkcontract.testing.scenario import (
    MARKETING,
    SERVICE,
    Desk,
    Story,
    agree,
    terms,
)


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


def test_w7_what_is_void_counts_as_well_whether_or_not_its_body_came():
    story, person, _, offer = offered()
    agent = story.agent(types=("share", "accept"), count=1)
    agent.hear(offer)
    nothing_held = offer.id[:-1] + bytes([offer.id[-1] ^ 1])
    share = {"agreement": nothing_held, "purpose": SERVICE, "items": [[bytes(32), bytes(32)]]}
    astray = agent.write("share", thread=nothing_held, **share)
    assert agent.void(astray) == "thread-unknown"
    accept = agent.accept(offer)
    assert agent.void(accept) == "not-delegated"
    person.hear(astray)
    how = {"scope": "body", "salts": True, "backups_until": None, "exceptions": []}
    person.write("erased", ref=astray.id, **how)
    fresh = Ledger(story.opening, story.histories)
    for statement in person.ledger.held()[1:]:
        gone = statement.id == astray.id
        fresh.add(dataclasses.replace(statement, body=None) if gone else statement)
    fresh.add(accept)
    assert fresh.get(astray.id).body is None
    assert fresh.void_reason(accept.id) == agent.void(accept)
