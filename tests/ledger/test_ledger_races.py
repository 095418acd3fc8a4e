"""What breaks without the rule: the counterexamples the rules were found by, one test each.

Spec: ledger, part B. P is the person, A its agent, V the organisation.
"""

from story_checks import (
    ACTIVE,
    AGREED,
    ENDED,
    FROZEN,
    IDLE,
    OFFERED,
    SUSPENDED,
    may,
    settled,
)

from linkcontract.ledger import ProposalStatus, UseStatus
from linkcontract.testing.scenario import MARKETING, RESEARCH, SERVICE, Story, agree


def two_offers():
    """P, A, V, and two offers of V in one slot that everybody knows."""
    story = Story()
    agent = story.agent()
    organisation = story.organisation
    organisation.hear_all(story.person, agent)
    first = organisation.propose(SERVICE)
    second = organisation.propose(MARKETING, answers=first)
    story.share_everything()
    return story, agent, first, second


def test_b01_one_statement_of_the_proposer_confirms_the_winner_alone():
    story, agent, first, second = two_offers()
    agent.accept(first)
    story.person.accept(second)
    story.organisation.hear_all(agent, story.person)
    ack = story.organisation.ack()
    assert story.organisation.ledger.confirms(ack.id) == (first.id,)
    thread = settled(story)
    assert (thread.phase, thread.tip) == (ACTIVE, first.id)
    assert thread.proposals[second.id] is ProposalStatus.AGREED


def test_b02_a_late_accept_does_not_flip_what_is_confirmed():
    story, agent, first, second = two_offers()
    person, organisation = story.person, story.organisation
    organisation.hear(person.accept(second))
    person.hear(organisation.ack())
    assert person.thread().tip == second.id
    agent.accept(first)  # it knew of neither, and the earlier offer would win a crossing
    thread = settled(story)
    assert (thread.phase, thread.tip) == (ACTIVE, second.id)


def test_b03_a_confirmation_counts_only_for_the_accepts_it_had_seen():
    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    organisation.hear(agent.accept(offer))
    organisation.ack()
    dismissal = person.undelegate(agent)
    person.accept(offer)
    person.hear_all(organisation)
    assert person.thread().phase is AGREED, "V never saw the accept that still stands"
    assert not may(person)
    organisation.hear(dismissal)
    retract = organisation.retract(offer)
    assert organisation.void(retract) is None
    thread = settled(story)
    assert thread.proposals[offer.id] is ProposalStatus.LAPSED
    assert not may(person)


def test_b04_a_retract_is_judged_for_the_proposal_not_for_each_accept():
    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    organisation.hear(agent.accept(offer))
    organisation.ack()
    person.accept(offer)  # V knows of one accept and not of this one
    retract = organisation.retract(offer)
    assert organisation.void(retract) == "deny-accepted"
    thread = settled(story)
    assert (thread.phase, thread.tip) == (ACTIVE, offer.id)


def test_b05_an_agents_refusal_does_not_annul_its_leads_accept():
    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    organisation.hear(person.accept(offer))
    organisation.ack()
    refusal = agent.refuse(offer)
    assert agent.void(refusal) is None
    thread = settled(story)
    assert (thread.phase, thread.tip) == (ACTIVE, offer.id)


def test_b05_a_leads_refusal_does_bring_down_its_agents_accept():
    story, agent, offer, _ = two_offers()
    person, organisation = story.person, story.organisation
    organisation.hear(agent.accept(offer))
    organisation.ack()
    person.refuse(offer)
    thread = settled(story)
    assert thread.proposals[offer.id] is ProposalStatus.LAPSED
    assert thread.duties == (offer.id,)


def test_b06_a_dismissed_agent_agrees_to_nothing_by_understating():
    story = Story()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    organisation.hear_all(agent)
    person.hear_all(agent)
    dismissal = person.undelegate(agent)
    organisation.hear(dismissal)
    for _ in range(3):  # for ever, if it worked once
        offer = agent.propose(SERVICE)
        organisation.hear(offer)
        accept = organisation.accept(offer, unseen=[dismissal])
        agent.hear(accept)
        organisation.hear(agent.ack())
        assert agent.thread(offer).tip == offer.id, "so the two of them think"
        person.hear_all(organisation)
        assert not may(person, about=offer)
        assert person.thread(offer).tip is None
    story.share_everything()
    late = agent.propose(SERVICE)
    assert agent.void(late) == "dismissed"
    story.check()


def test_b06_what_the_dismissal_had_seen_stands():
    story = Story()
    agent = story.agent()
    organisation = story.organisation
    organisation.hear_all(agent)
    offer = agree(agent, organisation)
    story.person.hear_all(organisation)
    story.person.undelegate(agent)
    assert settled(story).tip == offer.id


def test_b07_a_partial_revoke_carries_into_the_amendment_it_confirms():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    amendment = person.propose(SERVICE, MARKETING, RESEARCH, base=agreement)
    organisation.hear(amendment)
    person.hear(organisation.accept(amendment))
    revoke = person.revoke(agreement, MARKETING)
    assert person.ledger.confirms(revoke.id) == (amendment.id,)
    thread = settled(story)
    assert (thread.phase, thread.tip) == (ACTIVE, amendment.id)
    assert may(organisation, SERVICE)
    assert may(organisation, RESEARCH)
    assert not may(organisation, MARKETING)


def test_b07_granting_again_knowing_of_the_revoke_does_permit():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    organisation.hear(person.revoke(agreement, MARKETING))
    agree(person, organisation, SERVICE, MARKETING, base=agreement)
    settled(story)
    assert may(organisation, MARKETING)


def test_b08_a_resume_does_not_lift_a_suspend_it_never_saw():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    unseen = agent.suspend(agreement)
    own = person.suspend(agreement)
    person.resume(own)
    assert person.thread().phase is ACTIVE
    thread = settled(story)
    assert (thread.phase, thread.suspends) == (SUSPENDED, (unseen.id,))
    person.resume(unseen)
    assert settled(story).phase is ACTIVE


def test_b09_nothing_is_agreed_on_a_contested_offer():
    story = Story()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    offer = organisation.propose(SERVICE)
    liar.propose(MARKETING)
    person.hear(offer)
    accept = person.accept(offer)
    person.hear_all(liar)
    assert person.void(accept) is None
    assert person.thread(offer).proposals[offer.id] is ProposalStatus.DEAD
    later = person.propose(SERVICE)
    organisation.hear(later)
    organisation.hear_all(liar)
    organisation.accept(later)
    thread = settled(story, later)
    assert thread.tip is None
    assert not may(person, about=later)


def test_b09_a_confirmed_agreement_on_a_contested_branch_is_frozen_and_owes():
    story = Story()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    person.hear(liar.propose(MARKETING))
    thread = settled(story, agreement)
    assert (thread.phase, thread.duties) == (FROZEN, (agreement.id,))
    assert not may(person, about=agreement)


def test_b09_what_was_agreed_before_the_fork_goes_on():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person)
    organisation.ack()
    liar = organisation.twin()
    organisation.ack()
    person.hear(liar.propose(MARKETING))
    thread = settled(story, agreement)
    assert (thread.phase, thread.tip) == (ACTIVE, agreement.id)


def test_b09_a_branchs_retract_does_not_reopen_the_slot():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    liar = organisation.twin()
    organisation.hear(person.accept(offer))
    organisation.ack()
    liar.retract(offer)
    person.hear_all(organisation, liar)
    assert person.thread().phase is FROZEN
    replacement = person.propose(MARKETING, answers=offer)
    liar.hear(replacement)
    person.hear(liar.accept(replacement))
    person.ack()
    thread = settled(story)
    assert thread.proposals[replacement.id] is not ProposalStatus.CONFIRMED
    assert (thread.phase, thread.duties) == (FROZEN, (offer.id,))


def test_b09_a_losing_branchs_end_is_an_end():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person)
    lost = organisation.twin()
    organisation.rotate()
    person.hear(lost.terminate(agreement))
    assert settled(story).phase is ENDED


def test_b10_a_stolen_old_key_does_not_convict_after_a_rotation():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    thief = person.twin()
    person.rotate()
    organisation.hear_all(person)
    stolen = thief.propose(MARKETING)
    organisation.hear(stolen)
    thread = settled(story, agreement)
    state = story.check()
    assert state.convicted == frozenset()
    assert state.tainted == {stolen.id}
    assert (thread.phase, thread.tip) == (ACTIVE, agreement.id)


def test_b10_rotations_after_the_theft_supersede_whatever_the_thief_reached():
    story = Story(kinds=("directed", "directed"))
    person, organisation = story.person, story.organisation
    person.rotate()
    thief = person.twin()
    person.rotate()
    person.rotate()
    thief.propose(SERVICE)
    organisation.hear_all(person, thief)
    assert story.check().convicted == frozenset()


def test_b11_a_restore_and_a_withholding_peer_convict_nobody():
    story = Story()
    person, organisation = story.person, story.organisation
    backup = person.twin()
    withheld = person.propose(SERVICE)
    organisation.hear(withheld)
    organisation.accept(withheld)
    backup.rotate()  # first, always
    again = backup.propose(MARKETING)
    organisation.hear_all(backup)
    story.desks.append(backup)
    thread = settled(story, again)
    state = story.check()
    assert person.party not in state.convicted
    assert state.tainted == {withheld.id}
    assert thread.offers == (again.id,)
    assert person.thread(withheld).phase is IDLE


def test_b12_the_organisation_signs_agreements_with_its_lead_only():
    story = Story()
    person, organisation = story.person, story.organisation
    assistant = story.agent("assistant", of=organisation)
    person.hear_all(assistant)
    offer = person.propose(SERVICE)
    assistant.hear(offer)
    organisation.hear(offer)
    by_assistant = assistant.accept(offer)
    assert assistant.void(by_assistant) == "second-agent"
    person.hear(by_assistant)
    person.ack()
    assert settled(story).phase is OFFERED


def test_b13_the_other_sides_clock_makes_no_use_a_breach():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    revoke = person.revoke(agreement)
    use = organisation.use(agreement)  # later by every clock, and V had not heard
    assert use.at > revoke.at
    person.hear(use)
    assert person.ledger.use_status(use.id) is UseStatus.RACED
    organisation.hear(revoke)
    assert organisation.ledger.use_status(use.id) is UseStatus.RACED
    assert settled(story).phase is ENDED


def test_b14_a_use_is_judged_in_its_own_past_not_in_the_receivers_present():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    covered = organisation.use(agreement)
    person.hear(covered)
    revoke = person.revoke(agreement)
    assert person.ledger.use_status(covered.id) is UseStatus.COVERED
    organisation.hear(revoke)
    after = organisation.use(agreement)
    person.hear(after)
    for desk in (person, organisation):
        assert desk.ledger.use_status(covered.id) is UseStatus.COVERED
        assert desk.ledger.use_status(after.id) is UseStatus.BREACH


def test_b15_seen_names_branches_by_id_and_may_step_back_in_seq():
    story = Story()
    person, organisation = story.person, story.organisation
    backup = organisation.twin()
    for _ in range(3):
        organisation.propose(SERVICE)
    person.hear_all(organisation)
    person.ack()
    lower = backup.rotate()  # its seq is lower than what P has named already
    person.hear(lower)
    naming = person.ack()
    assert [head.id for head in naming.seen] == [lower.id]
    person.hear(organisation.propose(MARKETING))
    both = person.twin()
    both.hear(backup.ack())
    assert len(both.ack().seen) == 2
    story.check()


def test_b16_the_victim_goes_on_from_its_own_branch():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE, MARKETING)
    person.hear(offer)
    thief = person.twin()
    stolen = thief.accept(offer)
    own = person.rotate()
    person.hear(stolen)
    header = person.ledger.next_header(person.party)
    assert header.prev == own.id
    organisation.hear(stolen, own)
    organisation.ack()
    thread = settled(story)
    assert thread.phase is OFFERED, "a thief's accept is nobody's"


def test_b17_an_agreement_is_named_by_its_proposal():
    story, agent, offer, _ = two_offers()
    agent.accept(offer)
    story.person.accept(offer)
    story.organisation.hear_all(agent, story.person)
    story.organisation.ack()
    thread = settled(story)
    assert thread.tip == offer.id
    assert len(thread.agreements[0].grants) == 2


def test_b18_an_accept_that_knew_of_an_agreed_proposal_replaces_nothing():
    story, agent, first, second = two_offers()
    person = story.person
    person.hear(agent.accept(first))
    late = person.accept(second)
    assert person.void(late) == "accept-not-live"
    story.organisation.hear_all(person)
    story.organisation.ack()
    assert settled(story).tip == first.id


def test_b19_nothing_is_permitted_before_the_first_confirmation():
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, confirm=False)
    assert person.thread().phase is AGREED
    assert not may(person)
    use = organisation.use(agreement)
    assert organisation.ledger.use_status(use.id) is UseStatus.BREACH
    person.ack()
    settled(story)
    assert may(person)


def test_b20_acks_feed_no_acks():
    story = Story()
    person, organisation = story.person, story.organisation
    agree(person, organisation)
    assert not person.ledger.owes_ack(person.party)
    assert not organisation.ledger.owes_ack(organisation.party)
    before = person.state
    folds = person.ledger._folding.folds
    for _ in range(20):
        organisation.hear(person.ack())
        person.hear(organisation.ack())
    assert not person.ledger.owes_ack(person.party)
    assert person.state is before, "an ack of acks is another state to keep"
    assert person.ledger._folding.folds == folds


def test_b21_a_silent_agent_does_not_block_its_slot():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    silent = agent.propose(SERVICE)
    organisation.hear(silent)
    organisation.accept(silent)
    person.hear_all(organisation)
    person.ack()
    assert settled(story).tip == silent.id
    unwanted = agent.propose(MARKETING, base=silent)
    person.hear(unwanted)
    retract = person.retract(unwanted)
    assert person.void(retract) is None
    assert settled(story).offers == ()
