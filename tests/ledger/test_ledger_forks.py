"""Forked writers: taint, conviction, and what still counts (spec: ledger, A3)."""

from story_checks import ACTIVE, FROZEN, SUSPENDED, settled

from linkcontract.testing.scenario import (
    SERVICE,
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
