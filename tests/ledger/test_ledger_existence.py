"""Which statements exist: a directed test for every header rule (spec: ledger, A1.3, A2)."""

import pytest
from story_checks import malformed, refused_everywhere

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Ledger
from linkcontract.limits import DAY
from linkcontract.model.statement import Head
from linkcontract.testing.plain_history import PlainHistory
from linkcontract.testing.scenario import MARKETING, SERVICE, Desk, Story, agree


def head_of(statement):
    return Head(statement.writer, statement.seq, statement.id)


def made(desk, type_, **fields):
    """A statement of a desk with exactly these header fields, otherwise as it would sign it."""
    header = desk.ledger.next_header(desk.party)
    usual = {
        "at": desk.story.tick(),
        "ks": desk.ks,
        "rel": desk.ledger.rel,
        "seq": header.seq,
        "prev": header.prev,
        "seen": header.seen,
    }
    body = fields.pop("body", {})
    return desk.story.made(desk.history, type_, body, **{**usual, **fields})


def test_w1_a_key_changes_only_by_a_rotate():
    person = Story().person
    person.ks = person.history.rotate(person.ks)
    malformed("ledger-key", person, "ack")


def test_w1_a_rotate_goes_to_a_descendant_only():
    story = Story()
    person = story.person
    first = person.ks
    person.rotate()
    malformed_rotate = made(person, "rotate", ks=first, body={"event": first})
    refused_everywhere("ledger-key", person, malformed_rotate)
    sibling = person.history.rotate(first, branch=1)
    refused_everywhere(
        "ledger-key", person, made(person, "rotate", ks=sibling, body={"event": sibling})
    )


def test_w1_a_rotate_may_step_over_key_events_used_elsewhere():
    person = Story().person
    person.ks = person.history.rotate(person.ks)
    person.rotate()
    assert person.history.position(person.ks) == 2


def test_w1_nothing_is_signed_under_a_key_the_writer_knew_it_had_left():
    story = Story()
    person, organisation = story.person, story.organisation
    thief = person.twin()
    last = person.ack()
    thief.hear(last)
    organisation.hear(person.rotate())
    ack = organisation.ack()
    thief.hear(ack)  # it holds the proof that its key is of yesterday
    malformed("ledger-key", thief, "ack", after=last, seen=[head_of(ack)])
    blind = thief.write("ack", after=last, seen=[])
    organisation.hear(blind)


def test_w1_a_second_join_counts_as_having_reached_its_key():
    story = Story(joined=False)
    person, organisation = story.person, story.organisation
    old = organisation.twin()
    old_join = old.join()
    organisation.ks = organisation.history.rotate(organisation.ks)
    person.hear(organisation.join())
    ack = person.ack()
    person.hear(old_join)
    old.hear(ack)
    malformed("ledger-key", old, "ack", after=old_join, seen=[head_of(ack)])


def test_w2_seq_follows_prev_by_one():
    person = Story().person
    last = person.ledger.next_header(person.party)
    refused_everywhere("ledger-chain", person, made(person, "ack", seq=last.seq + 1))


def test_w2_prev_is_the_writers_own():
    story = Story()
    person = story.person
    joined = story.join
    refused_everywhere("ledger-chain", person, made(person, "ack", seq=1, prev=joined.id, seen=()))


def test_w3_time_does_not_go_back_in_the_own_chain():
    person = Story().person
    last = person.ack()
    refused_everywhere("ledger-time", person, made(person, "ack", at=last.at - 1))
    person.write("ack", at=last.at)


def test_w3_no_time_of_the_other_side_matters():
    story = Story()
    person, organisation = story.person, story.organisation
    person.hear(organisation.write("ack", at=story.now + 400 * DAY))
    assert person.ack().at < story.now + DAY


def test_w4_an_entry_in_the_past_of_prev_is_refused():
    story = Story()
    person, organisation = story.person, story.organisation
    known = organisation.ack()
    person.hear(known)
    person.ack()
    malformed("ledger-seen", person, "ack", seen=[head_of(known)])


def test_w4_an_entry_that_is_an_ancestor_of_another_is_refused():
    story = Story()
    person, organisation = story.person, story.organisation
    earlier, later = organisation.ack(), organisation.ack()
    person.hear(later)
    malformed("ledger-seen", person, "ack", seen=[head_of(earlier), head_of(later)])


def test_w4_an_entry_in_the_past_of_another_writers_entry_is_allowed():
    story = Story()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    said = organisation.ack()
    agent.hear(said)
    saw = agent.ack()
    person.hear(saw)
    both = person.ack()
    assert {head.id for head in both.seen} == {said.id, saw.id}


def test_w4_an_entry_says_whose_and_which_it_names():
    story = Story()
    person, organisation = story.person, story.organisation
    said = organisation.ack()
    person.hear(said)
    wrong_seq = Head(said.writer, said.seq + 1, said.id)
    wrong_writer = Head(story.agent().party, said.seq, said.id)
    malformed("ledger-seen", person, "ack", seen=[wrong_seq])
    malformed("ledger-seen", person, "ack", seen=[wrong_writer])


def test_w4_an_agent_begins_with_its_delegation():
    story = Story()
    stranger = PlainHistory("stranger")
    story.histories[stranger.party] = stranger
    statement = story.made(
        stranger,
        "ack",
        {},
        at=story.tick(),
        ks=stranger.inception,
        rel=story.opening.id,
        seen=story.person.ledger.heads(),
    )
    refused_everywhere("ledger-writer", story.person, statement)


def test_w4_a_writer_without_a_key_history_does_not_exist():
    story = Story()
    agent = Desk(story, story._history("agent", "directed"))
    agent.hear(story.person.delegate(agent))
    statement = agent.draft("ack")
    del story.histories[agent.party]
    refused_everywhere("ledger-writer", story.person, statement)


def test_w4_an_agent_of_both_sides_is_nobodys():
    story = Story()
    person, organisation = story.person, story.organisation
    double = Desk(story, story._history("double", "directed"))
    double.hear(person.delegate(double), organisation.delegate(double))
    malformed("ledger-writer", double, "ack")


def test_w8_before_join_the_opener_may_offer_once_retract_and_rotate():
    story = Story(joined=False)
    person = story.person
    offer = person.propose(SERVICE)
    malformed("ledger-opening", person, "ack")
    malformed(
        "ledger-opening",
        person,
        "propose",
        **{**offer.body, "thread": None},
    )
    person.rotate()
    assert person.void(person.retract(offer)) is None


def test_w8_an_offer_before_join_is_accepted_after_it():
    story = Story(joined=False)
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    join = organisation.join()
    assert [head.id for head in join.seen] == [story.opening.id]
    accept = organisation.accept(offer)
    assert organisation.void(accept) is None


def test_w8_a_join_names_its_open_and_nothing_else():
    story = Story(joined=False)
    offer = story.person.propose(SERVICE)
    organisation = story.organisation
    organisation.hear(offer)
    body = {**story.pair, "to": story.person.party, "nonce": bytes(32)}
    malformed("ledger-opening", organisation, "join", seen=[head_of(offer)], **body)
    malformed("ledger-opening", organisation, "join", seen=[], **body)


def test_w8_a_join_repeats_the_roles():
    story = Story(joined=False)
    body = {**story.pair, "to": story.person.party, "nonce": bytes(32)}
    roles = story.pair["roles"]
    body["roles"] = {"first": roles["second"], "second": roles["first"]}
    malformed("ledger-opening", story.organisation, "join", **body)
    malformed("ledger-opening", story.organisation, "join", fault="bad-body")


def test_w8_the_joiner_begins_with_its_join_and_joins_once_on_a_chain():
    story = Story(joined=False)
    organisation = story.organisation
    malformed("ledger-opening", organisation, "ack")
    organisation.join()
    body = {**story.pair, "to": story.person.party, "nonce": bytes(32)}
    malformed("ledger-opening", organisation, "join", **body)


def test_w8_an_agent_speaks_after_the_join():
    story = Story(joined=False)
    agent = Desk(story, story._history("agent", "directed"))
    malformed(
        "ledger-opening",
        story.person,
        "delegate",
        to=agent.party,
        kel=agent.party,
        types=["accept"],
        terms=None,
        depth=0,
        count=None,
        until=None,
    )


def test_w8_a_relationship_has_one_open():
    story = Story()
    other = Story(opener="organisation")
    with pytest.raises(RemoteProtocolError) as caught:
        story.person.ledger.add(other.opening)
    assert caught.value.code == "ledger-relationship"


def test_an_open_names_its_two_parties_in_its_roles():
    story = Story(joined=False)
    for roles in (
        {"first": story.person.party, "second": story.person.party},
        {"first": story.person.party, "second": story.opening.id},
    ):
        body = {**story.opening.body, "roles": roles}
        opening = story.made(
            story.person.history, "open", body, at=story.tick(), ks=story.person.ks
        )
        with pytest.raises(RemoteProtocolError) as caught:
            Ledger(opening, story.histories)
        assert caught.value.code == "ledger-opening"
    with pytest.raises(RemoteProtocolError):
        Ledger(story.organisation.join(), story.histories)


def test_what_is_built_on_a_malformed_statement_does_not_exist():
    story = Story()
    person, organisation = story.person, story.organisation
    bad = made(person, "ack", at=0)
    follower = made(person, "ack", seq=bad.seq + 1, prev=bad.id, seen=())
    naming = made(organisation, "ack", seen=[head_of(bad)])
    fresh = Ledger(story.opening, story.histories)
    for statement in story.everything():
        fresh.add(statement)
    for statement in (follower, naming):
        assert fresh.add(statement).status == "waiting"
    with pytest.raises(RemoteProtocolError):
        fresh.add(bad)
    assert fresh.waiting() == ()
    assert fresh.missing() == ()
    # brought again, it waits for what never comes, and hurts nobody else
    assert fresh.add(follower).missing == (bad.id,)
    agree(person, organisation, MARKETING)
    story.check()
