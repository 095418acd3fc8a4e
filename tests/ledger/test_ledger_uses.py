"""Uses and acknowledgements (spec: ledger, A7, A8)."""

import pytest
from story_checks import ACTIVE, agreed, settled

from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import UseStatus
from linkcontract.limits import DAY, MAX_SEEN
from linkcontract.testing.scenario import MARKETING, SERVICE, UNTIL, Story, agree

COVERED, RACED, BREACH = UseStatus.COVERED, UseStatus.RACED, UseStatus.BREACH


def used(story, statement):
    """What a use was; both sides say the same."""
    story.share_everything()
    answers = {desk.ledger.use_status(statement.id) for desk in story.desks}
    (answer,) = answers
    story.check()
    return answer


# A7


def test_u1_a_use_of_what_is_permitted_is_covered():
    story, _, organisation, agreement = agreed()
    assert used(story, organisation.use(agreement)) is COVERED


def test_u1_a_use_for_another_purpose_is_a_breach():
    story, _, organisation, agreement = agreed()
    assert used(story, organisation.use(agreement, MARKETING)) is BREACH


def test_u1_a_use_under_another_agreement_than_the_one_in_force_is_a_breach():
    story, person, organisation, agreement = agreed()
    agree(person, organisation, SERVICE, MARKETING, base=agreement)
    assert used(story, organisation.use(agreement)) is BREACH


def test_u1_a_use_while_suspended_is_a_breach():
    story, person, organisation, agreement = agreed()
    organisation.hear(person.suspend(agreement))
    assert used(story, organisation.use(agreement)) is BREACH


def test_u1_a_use_of_a_purpose_known_to_be_revoked_is_a_breach():
    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    organisation.hear(person.revoke(agreement, MARKETING))
    assert used(story, organisation.use(agreement, SERVICE)) is COVERED
    use = organisation.use(agreement, MARKETING)
    assert used(story, use) is BREACH
    breach = person.ledger.breach(use.id)
    assert [deny.type for deny in breach.denials] == ["revoke"]
    assert breach.acknowledged is not None
    assert breach.acknowledged.seq < use.seq


def test_u1_a_breach_stays_one_when_it_is_agreed_later():
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    assert used(story, use) is BREACH
    agree(person, organisation, SERVICE, MARKETING, base=agreement)
    assert used(story, use) is BREACH


def test_u2_what_a_use_could_not_know_makes_it_raced():
    story, person, organisation, agreement = agreed()
    person.revoke(agreement)
    use = organisation.use(agreement)
    assert used(story, use) is RACED
    assert person.ledger.breach(use.id) is None


def test_u2_what_came_after_knowing_of_a_use_does_not_touch_it():
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement)
    person.hear(use)
    person.revoke(agreement)
    assert used(story, use) is COVERED


def test_u3_past_until_the_users_own_clock_convicts():
    story, _, organisation, agreement = agreed()
    assert used(story, organisation.use(agreement, at=UNTIL - 1)) is COVERED
    assert used(story, organisation.use(agreement, at=UNTIL)) is BREACH


def test_u1_a_use_after_a_bound_its_own_side_set_is_a_breach():
    story, _, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    organisation.terminate(agreement, effective=end)
    assert used(story, organisation.use(agreement, at=end - 1)) is COVERED
    assert used(story, organisation.use(agreement, at=end)) is BREACH


def test_u3_a_backdated_termination_does_not():
    story, person, organisation, agreement = agreed()
    last = organisation.use(agreement)
    person.terminate(agreement, effective=last.at - DAY)
    assert used(story, last) is RACED


def test_u4_a_proposer_says_something_after_the_accept_before_it_uses():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person, confirm=False)
    early = organisation.use(agreement)  # this use itself confirms
    assert used(story, early) is BREACH
    assert used(story, organisation.use(agreement)) is COVERED


def test_a_share_is_judged_like_a_use():
    story, person, _, agreement = agreed()
    assert used(story, person.share(agreement)) is COVERED
    assert used(story, person.share(agreement, MARKETING)) is BREACH


def test_a_use_in_a_thread_nobody_knows_is_a_breach():
    story, _, organisation, agreement = agreed()
    use = organisation.write(
        "use",
        thread=story.join.id,
        agreement=agreement.id,
        action="dpv:Use",
        purpose=SERVICE,
        ref=None,
    )
    assert used(story, use) is BREACH


def test_only_uses_and_shares_are_judged():
    story, person, organisation, agreement = agreed()
    with pytest.raises(LocalProtocolError) as caught:
        person.ledger.use_status(agreement.id)
    assert caught.value.code == "ledger-no-use"
    unreadable = organisation.write("use", fault="bad-body")
    assert used(story, unreadable) is UseStatus.UNVERIFIED
    assert person.ledger.breach(unreadable.id) is None


# K1 to K4


def test_k1_the_lead_owes_for_everything_but_quiet_types():
    _story, person, organisation, agreement = agreed()
    for quiet in (organisation.ack(), organisation.use(agreement)):
        person.hear(quiet)
        assert not person.ledger.owes_ack(person.party)
    person.hear(organisation.write("ask", items=[[bytes(32), bytes(32)]]))
    assert person.ledger.owes_ack(person.party)
    person.share(agreement)
    assert not person.ledger.owes_ack(person.party), "anything pays"


def test_k1_an_agent_owes_for_accepts_of_its_own_proposals():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    own, leads = agent.propose(SERVICE), person.propose(SERVICE)
    organisation.hear(own, leads)
    agent.hear(organisation.accept(leads))
    assert not agent.ledger.owes_ack(agent.party)
    agent.hear(organisation.accept(own))
    assert agent.ledger.owes_ack(agent.party)
    agent.ack()
    assert not agent.ledger.owes_ack(agent.party)


def test_k1_a_void_retract_pays_nothing_and_the_next_statement_does():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = agree(organisation, person, confirm=False)
    organisation.retract(offer)
    assert organisation.ledger.owes_ack(organisation.party)
    organisation.ack()
    assert not organisation.ledger.owes_ack(organisation.party)


def test_k1_who_has_said_nothing_owes_nothing():
    story = Story(joined=False)
    assert not story.organisation.ledger.owes_ack(story.organisation.party)
    with pytest.raises(LocalProtocolError):
        story.person.ledger.next_header(story.opening.id)


def test_k2_three_statements_confirm_on_both_sides():
    story = Story()
    before = len(story.person.ledger)
    agreement = agree(story.person, story.organisation)
    assert len(story.person.ledger) == before + 3
    for desk in story.desks:
        assert desk.thread(agreement).phase is ACTIVE
        assert not desk.ledger.owes_ack(desk.party)


def test_k3_a_proposer_may_retract_before_it_takes_a_late_accept_in():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    late = person.accept(offer, at=offer.at)  # back-dated
    after = person.ack()
    organisation.hear(after)
    header = organisation.ledger.next_header(organisation.party, [late.id])
    assert header.seen == (), "what follows it stays unseen with it"
    retract = organisation.retract(offer, unseen=[late])
    assert organisation.void(retract) is None
    organisation.ack()
    thread = settled(story)
    assert (thread.tip, thread.offers) == (None, ())


def test_k4_a_header_names_at_most_64_heads_and_the_rest_next_time():
    story = Story()
    person, organisation = story.person, story.organisation
    for number in range(MAX_SEEN + 3):
        liar = organisation.twin()
        person.hear(liar.write("ack", at=story.now + number))
    first = person.ack()
    assert len(first.seen) == MAX_SEEN
    assert len(person.ack().seen) == 3
    assert person.ack().seen == ()
    story.check()
