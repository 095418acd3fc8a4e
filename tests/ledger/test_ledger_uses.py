"""Uses, acknowledgements, what waits and what was erased (spec: ledger, A7, A8, A1.5, A1.8)."""

import dataclasses

import pytest
from story_checks import ACTIVE, OFFERED, settled

from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import Escrow, Ledger, UseStatus
from linkcontract.limits import DAY, MAX_SEEN
from linkcontract.testing.scenario import MARKETING, SERVICE, UNTIL, Desk, Story, agree

COVERED, RACED, BREACH = UseStatus.COVERED, UseStatus.RACED, UseStatus.BREACH


def used(story, statement):
    """What a use was; both sides say the same."""
    story.share_everything()
    answers = {desk.ledger.use_status(statement.id) for desk in story.desks}
    (answer,) = answers
    story.check()
    return answer


def agreed(*purposes):
    story = Story()
    agreement = agree(story.person, story.organisation, *purposes)
    return story, story.person, story.organisation, agreement


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


# A1.5: escrow


def ledger_of(story, **escrow):
    return Ledger(story.opening, story.histories, escrow=Escrow(**escrow))


def test_what_waits_is_no_part_of_the_state_and_says_what_it_waits_for():
    story, _person, _organisation, _agreement = agreed()
    statements = story.everything()
    fresh = ledger_of(story)
    assert fresh.add(statements[0]).status == "duplicate"
    late = fresh.add(statements[-1])
    assert (late.status, late.released) == ("waiting", ())
    assert late.missing == tuple(sorted(set(late.missing)))
    assert fresh.missing() == late.missing
    assert fresh.add(statements[-1]).status == "duplicate"
    assert fresh.state().threads == {}
    for statement in statements[1:-2]:
        fresh.add(statement)
    last = fresh.add(statements[-2])
    assert [each.id for each in last.released] == [each.id for each in statements[-2:]]
    assert fresh.waiting() == ()


def test_a_full_escrow_drops_the_newest_and_takes_them_when_they_come_again():
    story = Story()
    person = story.person
    statements = story.everything()
    said = [person.ack() for _ in range(6)]
    fresh = ledger_of(story, most=3)
    for statement in statements:
        fresh.add(statement)
    results = [fresh.add(statement) for statement in reversed(said[1:])]
    assert [result.status for result in results] == ["waiting"] * 5
    dropped = [name for result in results for name in result.dropped]
    assert dropped == [said[5].id, said[4].id]
    again = fresh.add(said[5])
    assert (again.status, again.dropped) == ("dropped", (said[5].id,))
    assert len(fresh.add(said[0]).released) == 4
    assert fresh.add(said[5]).missing == (said[4].id,)
    assert len(fresh.add(said[4]).released) == 2
    assert set(fresh.held()) == set(person.ledger.held())


def test_a_full_escrow_is_full_by_bytes_too_and_for_one_writer_only():
    story = Story()
    person, organisation = story.person, story.organisation
    mine = [person.ack() for _ in range(3)]
    theirs = [organisation.ack() for _ in range(2)]
    weight = max(len(statement.envelope) for statement in mine)
    fresh = ledger_of(story, most_bytes=weight)
    for statement in (mine[1], theirs[1]):
        assert fresh.add(statement).status == "waiting"
    assert fresh.add(mine[2]).status == "dropped"
    assert fresh.add(theirs[1]).status == "duplicate"


# A1.8: bodies


def bare(statement):
    return dataclasses.replace(statement, body=None)


def erased(desk, statement, scope="body"):
    return desk.write(
        "erased",
        ref=statement.id,
        scope=scope,
        salts=True,
        backups_until=None,
        exceptions=[],
    )


def test_a_header_the_fold_reads_is_received_with_its_body_only():
    story = Story()
    offer = story.organisation.propose(SERVICE)
    person = story.person
    result = person.ledger.add(bare(offer))
    assert (result.status, result.bodies, result.missing) == ("waiting", (offer.id,), ())
    story.organisation.ack()
    person.ledger.add(erased(story.organisation, offer))
    assert offer.id not in person.ledger
    assert person.ledger.add(offer).status == "held"
    assert person.thread().phase is OFFERED


def test_a_header_whose_body_was_erased_is_received_without_it():
    for order in (0, 1):
        _story, person, organisation, agreement = agreed()
        share = person.share(agreement)
        gone = erased(person, share)
        for statement in [(bare(share), gone), (gone, bare(share))][order]:
            result = organisation.ledger.add(statement)
        assert [each.id for each in result.released] == [share.id, gone.id]
        assert organisation.ledger.use_status(share.id) is UseStatus.UNVERIFIED
        assert organisation.state == person.state
        assert organisation.ledger.add(bare(share)).status == "duplicate"
        assert organisation.ledger.add(share).status == "completed"
        assert organisation.ledger.use_status(share.id) is COVERED
        assert organisation.ledger.add(share).status == "duplicate"


def test_a_header_without_body_waits_while_nobody_says_it_was_erased():
    _story, person, organisation, agreement = agreed()
    share = person.share(agreement)
    openings_only = erased(person, share, scope="openings")
    assert organisation.ledger.add(bare(share)).status == "waiting"
    assert organisation.ledger.add(openings_only).status == "waiting"
    result = organisation.ledger.add(share)
    assert (result.status, len(result.released)) == ("held", 2)


def test_an_erased_body_confirms_all_the_same():
    story = Story()
    person, organisation = story.person, story.organisation
    offer = agree(organisation, person, confirm=False)
    answer = organisation.write("answer", code="ok")
    gone = erased(organisation, answer)
    for statement in (bare(answer), gone):
        person.ledger.add(statement)
    assert person.thread(offer).phase is ACTIVE
    assert person.state == organisation.state


def test_a_receipt_of_a_share_whose_body_is_gone_is_no_less_of_the_thread():
    story, person, organisation, agreement = agreed()
    share = person.share(agreement)
    organisation.hear(share)
    use = organisation.write(
        "use",
        thread=agreement.id,
        agreement=agreement.id,
        action="dpv:Use",
        purpose=SERVICE,
        ref=share.id,
    )
    gone = erased(organisation, share)
    restored = Ledger(story.opening, story.histories)
    for statement in (*story.everything(), gone):
        if statement.id not in restored:
            restored.add(bare(statement) if statement.id == share.id else statement)
    assert restored.void_reason(use.id) is None
    assert restored.use_status(use.id) is COVERED


# reading


def test_what_a_ledger_tells_about_itself():
    story, person, organisation, agreement = agreed()
    ledger = person.ledger
    assert (ledger.rel, ledger.opening) == (story.opening.id, story.opening)
    assert (ledger.opener, ledger.joiner) == (person.party, organisation.party)
    assert (ledger.first, ledger.second) == (person.party, organisation.party)
    assert ledger.joined
    assert ledger.side_of(person.party) is not ledger.side_of(organisation.party)
    assert ledger.side_of(story.opening.id) is None
    assert ledger.get(agreement.id) is agreement
    assert ledger.get(bytes(36)) is None
    assert ledger.writers() == tuple(sorted((person.party, organisation.party)))
    assert len(ledger.heads()) == 2
    assert [statement.seq for statement in ledger.feed(person.party)] == [0, 1, 2, 3]
    last = ledger.feed(organisation.party)[-1]
    assert ledger.in_past(agreement.id, last.id)
    assert ledger.known_to(organisation.party, agreement.id)
    unknown = person.ack()
    assert ledger.known_to(person.party, unknown.id)
    assert not ledger.known_to(organisation.party, unknown.id)
    before = ledger.state()
    ledger.histories_grew()
    assert ledger.state() == before
    assert ledger.state_before(agreement.id).threads == {}


def test_an_agents_side_is_its_leads():
    story = Story()
    agent = story.agent()
    desk = Desk(story, agent.history)
    assert desk.ledger.side_of(agent.party) is None
    desk.hear_all(agent)
    assert desk.ledger.side_of(agent.party) is desk.ledger.side_of(story.person.party)
