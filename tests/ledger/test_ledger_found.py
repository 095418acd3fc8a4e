"""What random histories found, told once more as short stories."""

from oracle_checks import agree_with_oracle

from linkcontract.ledger import ThreadPhase
from linkcontract.testing.scenario import SERVICE, USE, Story, agree


def use_of(agreement, desk, **how):
    body = {"thread": agreement.id, "agreement": agreement.id, "purpose": SERVICE}
    return desk.draft("use", **body, action=USE, ref=None, **how)


def test_what_is_signed_in_the_same_breath_can_end_what_a_use_rests_on():
    # An honest node looked, saw that a use was permitted, had first to take back an offer that had
    # run out, and with that confirmed an amendment: its use then named an agreement it had ended.
    story = Story()
    organisation, person = story.organisation, story.person
    agreed = agree(organisation, person)
    amendment = organisation.propose(base=agreed)
    other = organisation.propose(base=agreed, accept_by=story.now)
    person.hear(amendment, other)
    organisation.hear(person.accept(amendment))
    assert not organisation.ledger.would_breach(use_of(agreed, organisation))
    organisation.retract(other)
    assert organisation.ledger.would_breach(use_of(agreed, organisation))
    assert organisation.thread().tip == amendment.id


def test_only_uses_and_shares_can_be_a_breach():
    story = Story()
    agreed = agree(story.organisation, story.person)
    story.person.revoke(agreed)
    story.share_everything()
    assert story.organisation.ledger.would_breach(use_of(agreed, story.organisation))
    assert not story.organisation.ledger.would_breach(story.organisation.draft("ack"))


def test_each_end_of_a_parted_key_history_goes_on_from_its_own_branch():
    # A node restored from a backup older than its last rotation, with nobody to tell it so: what it
    # had signed under the other key came back longer than its own branch, and it could not even
    # end what it was in, because its next statement was placed after a key it does not have.
    story = Story()
    agreed = agree(story.organisation, story.person)
    story.share_everything()
    restored = story.person.twin()
    story.person.rotate()
    for _ in range(3):
        story.person.ack()
    story.organisation.hear_all(story.person)
    restored.rotate(branch=1)
    restored.hear_all(story.organisation)
    header = restored.ledger.next_header(restored.party, ks=restored.ks)
    assert header.ks == restored.ks
    end = restored.terminate(agreed, after=restored.ledger.get(header.prev))
    story.organisation.hear(end)
    assert restored.void(end) is None
    story.check()


def test_a_rotate_in_a_parted_history_follows_the_branch_its_key_descends_from():
    story = Story()
    one, other = story.person, story.person.twin()
    one.rotate()
    other.rotate(branch=1)
    other.ack()
    one.hear_all(other)
    event = one.history.rotate(one.ks)
    assert one.ledger.next_header(one.party, ks=event).ks == one.ks


def test_v4_a_frozen_slot_has_no_winner_in_a_thread_that_ended_either():
    # The end outranks the freeze, and with the freeze out of sight whatever the forker said next
    # confirmed the other proposal: duties nobody had agreed to in full were owed for good.
    story = Story()
    agent = story.agent()
    story.share_everything()
    organisation, person = story.organisation, story.person
    one = organisation.propose()
    other = organisation.propose(thread=one)
    person.hear(one, other)
    agent.hear(one, other)
    person_accepts = person.accept(one)
    agent_accepts = agent.accept(other)
    liar = organisation.twin()
    organisation.hear(person_accepts)
    confirmation = organisation.ack()
    liar.hear(agent_accepts)
    fork = liar.write("right", right="eu-gdpr:A15", seen=())
    person.hear(confirmation, fork, agent_accepts)
    assert person.thread().phase is ThreadPhase.FROZEN
    assert person.thread().pending == (other.id,)
    end = person.terminate(one)
    liar.hear(end)
    late = liar.ack()
    assert liar.ledger.confirms(late.id) == ()
    assert liar.thread().duties == (*sorted((one.id, other.id)),)  # pending still owes, T5
    agree_with_oracle(liar.ledger, story.histories)
