"""Attacks on a relationship, by name: what a liar, a thief or a withholding peer gains.

A liar writes well-formed statements; what it may do is sign what it likes, keep things back, and
say that it saw less than it did. It never gains a permission, and never convicts anybody honest.
"""

import pytest
from story_checks import (
    ACTIVE,
    ENDED,
    FROZEN,
    OFFERED,
    SUSPENDED,
    may,
    refused_everywhere,
    settled,
)

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Ledger, ProposalStatus, UseStatus
from linkcontract.limits import DAY, MAX_INTEGER, MAX_OFFER
from linkcontract.model.statement import Head
from linkcontract.testing.scenario import MARKETING, SERVICE, START, Story, agree


def test_back_dated_accept():
    """The accepter's `at` says it was in time; the proposer had retracted by its own clock."""
    story = Story()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    story.tick(MAX_OFFER)
    person.retract(offer)
    back_dated = organisation.accept(offer, at=offer.at)
    assert organisation.void(back_dated) is None
    thread = settled(story)
    assert (thread.tip, thread.proposals[offer.id]) == (None, ProposalStatus.DEAD)
    assert not may(organisation)


def test_endless_acceptance():
    """No offer stays open for longer than the protocol says, whatever it says itself."""
    story = Story()
    person, organisation = story.person, story.organisation
    endless = person.propose(SERVICE, accept_by=story.now + 10 * MAX_OFFER)
    organisation.hear(endless)
    assert person.void(endless) == "proposal-term"
    assert organisation.void(organisation.accept(endless)) == "thread-unknown"
    offer = person.propose(SERVICE, accept_by=story.now + DAY)
    organisation.hear(offer)
    story.tick(2 * DAY)
    assert organisation.void(organisation.accept(offer)) == "accept-late"


def test_withheld_revoke():
    """A user that acknowledged a revoke cannot unsee it; one that keeps it back is raced."""
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    revoke = person.revoke(agreement)
    organisation.hear(revoke)
    before = organisation.use(agreement, unseen=[revoke])
    assert organisation.ledger.use_status(before.id) is UseStatus.RACED
    acknowledged = organisation.ack()
    after = organisation.use(agreement, unseen=[revoke])
    assert organisation.ledger.use_status(after.id) is UseStatus.BREACH
    # going back before its acknowledgement is a fork
    unsaid = organisation.write(
        "use",
        thread=agreement.id,
        agreement=agreement.id,
        action="dpv:Use",
        purpose=SERVICE,
        ref=None,
        after=before,
        seen=[],
    )
    assert organisation.ledger.use_status(unsaid.id) is UseStatus.RACED
    assert unsaid.seq == acknowledged.seq
    person.hear_all(organisation)
    assert person.state.convicted == {organisation.party}


def test_framed_restore():
    """A peer keeps back the restored side's last statements and shows them as a fork later."""
    for kept_back in (1, 3):
        story = Story()
        person, organisation = story.person, story.organisation
        backup = person.twin()
        lost = [person.propose(SERVICE) for _ in range(kept_back)]
        organisation.hear_all(person)
        for offer in lost:
            organisation.accept(offer)
        backup.rotate()
        agreement = agree(backup, organisation.twin())
        organisation.hear_all(backup)
        story.desks.append(backup)
        state = story.check()
        assert person.party not in state.convicted
        assert not any(pair.convicts for pair in organisation.ledger.fork_pairs())
        assert state.threads[agreement.id].proposals[agreement.id] is not ProposalStatus.DEAD


def test_hidden_old_accept_flips_nothing_after_a_restore():
    """An accept signed before the backup was lost, kept back until the other offer is confirmed."""
    story = Story()
    person, organisation = story.person, story.organisation
    first = organisation.propose(SERVICE, MARKETING)
    second = organisation.propose(SERVICE, answers=first)
    person.hear(second)
    backup = person.twin()
    hidden = person.accept(first)
    backup.rotate()
    organisation.hear(backup.accept(second))
    backup.hear(organisation.ack())
    backup.hear(hidden)
    story.desks = [backup, organisation]
    organisation.hear(hidden)
    assert backup.thread().tip == second.id
    assert story.check() == organisation.state
    assert not may(organisation, MARKETING)


def test_stolen_live_key_cannot_rotate():
    """Without the next key there is no key event to go to; made-up ones do not descend."""
    story = Story()
    person = story.person
    thief = person.twin()
    forged = person.party[:-1] + bytes([person.party[-1] ^ 1])
    header = thief.ledger.next_header(person.party)
    statement = story.made(
        person.history,
        "rotate",
        {"event": forged},
        at=story.tick(),
        ks=forged,
        rel=thief.ledger.rel,
        seq=header.seq,
        prev=header.prev,
        seen=header.seen,
    )
    refused_everywhere("ledger-key", thief, statement)


def test_a_thief_forks_and_the_owner_recovers():
    """What stood before the theft goes on; the thief's grants do not count, its denials do."""
    story = Story()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    thief = person.twin()
    given_away = thief.propose(SERVICE, MARKETING, base=agreement)
    organisation.hear(given_away)
    organisation.accept(given_away)
    person.rotate()
    organisation.hear_all(person)
    person.hear_all(organisation)
    thread = settled(story, agreement)
    assert (thread.phase, thread.tip) == (ACTIVE, agreement.id)
    assert not may(organisation, MARKETING)
    assert story.check().convicted == frozenset()
    organisation.hear(thief.suspend(agreement))
    assert settled(story, agreement).phase is SUSPENDED


def test_recovery_does_not_disown_duties():
    """A liar 'recovers' to get rid of what it agreed: nothing is permitted, the duties stay."""
    story = Story()
    person, organisation = story.person, story.organisation
    before = organisation.twin()
    agreement = agree(organisation, person)
    before.rotate()
    person.hear_all(before)
    thread = settled(story, agreement)
    assert (thread.phase, thread.duties) == (FROZEN, (agreement.id,))
    assert not may(organisation, about=agreement)


def test_freeze_as_a_weapon():
    """A fork freezes what rests on the forker's statements after it; the way out stays open."""
    story = Story()
    person, organisation = story.person, story.organisation
    standing = agree(person, organisation)
    liar = organisation.twin()
    contested = agree(organisation, person)
    person.hear(liar.ack())
    story.share_everything()
    assert person.thread(standing).phase is ACTIVE
    assert person.thread(contested).phase is FROZEN
    revoke = person.revoke(contested)
    assert person.void(revoke) is None
    assert settled(story, contested).phase is ENDED
    assert person.void(person.revoke(standing)) is None
    assert person.state.convicted == {organisation.party}


def test_a_fork_makes_no_two_agreements_of_one_slot():
    """Two accepts on two branches, each shown to the person alone: neither permits."""
    story = Story()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    counter = person.propose(MARKETING, answers=offer)
    organisation.hear(counter)
    liar = organisation.twin()
    one, other = organisation.accept(offer), liar.accept(counter)
    person.hear(one, other)
    person.ack()
    assert not may(person, SERVICE)
    assert not may(person, MARKETING)
    assert settled(story).phase is OFFERED, "contested and never confirmed: as if not there"


def test_undelegate_understatement():
    """The agent and the organisation act as if the dismissal had not come, in any combination."""
    for agent_knew in (False, True):
        story = Story()
        person, organisation = story.person, story.organisation
        agent = story.agent()
        organisation.hear_all(agent)
        offer = organisation.propose(SERVICE)
        agent.hear(offer)
        person.hear(offer)
        dismissal = person.undelegate(agent)
        if agent_knew:
            agent.hear(dismissal)
        accept = agent.accept(offer, unseen=[dismissal] if agent_knew else [])
        organisation.hear(accept, dismissal)
        organisation.ack(unseen=[dismissal])
        person.hear_all(organisation)
        assert not may(person)
        assert settled(story).tip is None


def test_resume_of_an_unseen_suspend():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    seen = person.suspend(agreement)
    unseen = agent.suspend(agreement)
    blind = person.write("resume", thread=agreement.id, ref=unseen.id)
    assert person.void(blind) == "ref-unknown"
    person.resume(seen)
    assert settled(story).suspends == (unseen.id,)


def test_victim_adopts_no_statement_of_a_thief():
    """What the peer returns after a theft is not continued; the rotation supersedes it."""
    story = Story()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE, MARKETING)
    person.hear(offer)
    thief = person.twin()
    organisation.hear(thief.accept(offer))
    organisation.ack()
    person.rotate()  # before it listens
    person.hear_all(organisation)
    refusal = person.refuse(offer, unseen=organisation.ledger.feed(organisation.party)[-1:])
    assert person.void(refusal) is None
    thread = settled(story)
    assert thread.phase is FROZEN
    assert not may(organisation)
    person.revoke(offer)
    assert settled(story).phase is ENDED


def test_a_bogus_seen_wedges_only_its_writer():
    story = Story()
    person, organisation = story.person, story.organisation
    never = Head(person.party, 99, story.opening.id[:-1] + b"\x00")
    statement = organisation.draft("ack", seen=[never])
    result = person.ledger.add(statement)
    assert (result.status, result.missing) == ("waiting", (never.id,))
    agreement = person.propose(SERVICE)
    assert organisation.ledger.add(agreement).status == "held"
    assert person.ledger.missing() == (never.id,)


def test_a_clock_at_the_end_of_time_stops_nobody_else():
    story = Story()
    person, organisation = story.person, story.organisation
    person.hear(organisation.write("ack", at=MAX_INTEGER))
    agree(person, organisation.twin())
    last = person.ledger.feed(person.party)[-1]
    assert last.at < START + DAY


def test_no_statement_enters_another_relationship():
    story, other = Story(), Story(opener="organisation")
    offer = story.person.propose(SERVICE)
    with pytest.raises(RemoteProtocolError) as caught:
        other.person.ledger.add(offer)
    assert caught.value.code == "ledger-relationship"


def test_grinding_a_hash_wins_no_crossing():
    """Of two proposals of the second side the earlier wins, whatever their ids."""
    for attempt in range(8):
        story = Story()
        person, organisation = story.person, story.organisation
        agent = story.agent()
        organisation.hear_all(agent)
        first = organisation.propose(SERVICE)
        second = organisation.propose(MARKETING, answers=first, at=story.now + 1 + attempt)
        story.share_everything()
        agent.accept(first)
        person.accept(second)
        organisation.hear_all(agent, person)
        organisation.ack()
        assert settled(story).tip == first.id


def test_a_dismissed_agent_can_still_end_and_never_grant():
    """Open by nature: it held `revoke`, and says it had not seen its dismissal."""
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    agreement = agree(person, organisation)
    agent.hear_all(person)
    agent.hear(person.undelegate(agent))
    thread_end = agent.revoke(agreement, unseen=[person.ledger.feed(person.party)[-1]])
    assert agent.void(thread_end) is None
    assert settled(story).phase is ENDED


def test_duplicates_change_nothing():
    story = Story()
    agree(story.person, story.organisation)
    ledger = story.person.ledger
    before = ledger.state()
    for statement in ledger.held():
        assert ledger.add(statement).status == "duplicate"
    assert ledger.state() is before
    fresh = Ledger(story.opening, story.histories)
    for statement in [*ledger.held()] * 3:
        fresh.add(statement)
    assert fresh.state() == before


def test_dismissing_the_other_sides_agent():
    """The organisation names the person's agent, takes that back, and has dismissed nobody."""
    story = Story()
    organisation = story.organisation
    agent = story.agent()
    organisation.hear_all(agent)
    offer = agent.propose(SERVICE)
    organisation.undelegate(organisation.delegate(agent))  # before it has seen the offer
    organisation.hear(offer)
    agent.hear(organisation.accept(offer))
    agent.ack()
    thread = settled(story)
    assert thread.tip == offer.id
    assert may(story.person, about=offer)
    late = agent.propose(SERVICE)
    assert agent.void(late) is None
    again = story.person.delegate(agent)
    assert story.person.void(again) is None


def test_naming_the_other_sides_agent_before_it_speaks():
    """Its first statement leaves such a delegation unseen, and its side is settled."""
    story = Story()
    person, organisation = story.person, story.organisation
    agent = story.agent(silent=True)
    organisation.hear(agent.delegation)
    hostile = organisation.delegate(agent)
    agent.hear_all(person, organisation)
    hello = agent.ack(unseen=[hostile])
    assert agent.ledger.side_of(agent.party) is agent.ledger.side_of(person.party)
    offer = agent.propose(SERVICE)
    assert agent.ledger.in_past(hostile.id, offer.id)
    assert agent.void(offer) is None
    assert hello.seq == 0
