"""What waits, what was erased, and what a ledger tells about itself (spec: ledger, A1.5, A1.8)."""

import dataclasses

from story_checks import ACTIVE, OFFERED, agreed

from linkcontract.ledger import Escrow, Ledger, UseStatus
from linkcontract.limits import MAX_WRITERS
from linkcontract.testing.scenario import SERVICE, START, Desk, Story, agree

COVERED, RACED, BREACH = UseStatus.COVERED, UseStatus.RACED, UseStatus.BREACH


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


def test_only_so_many_writers_have_an_escrow():
    escrow = Escrow()
    stories = [
        Story()._history(f"writer {number}", "directed") for number in range(MAX_WRITERS + 1)
    ]
    story = Story()
    said = [
        story.made(history, "ack", {}, at=START, ks=history.party, rel=story.opening.id)
        for history in stories
    ]
    assert [len(escrow.put(statement, [bytes(36)])) for statement in said] == [0] * 16 + [1]
    assert said[-1].id not in escrow
    escrow.remove(said[0].id)
    assert escrow.put(said[-1], [bytes(36)]) == ()
    assert [waiting.id for waiting in escrow.awaiting(bytes(36))] == [
        statement.id for statement in sorted(said[1:], key=lambda statement: statement.writer)
    ]


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


def test_a_body_that_fails_its_schema_is_a_body_for_a_header_that_waited_for_it():
    story = Story()
    broken = story.organisation.write("terminate", fault="bad-body")
    person = story.person
    without = dataclasses.replace(broken, body_fault=None)
    assert person.ledger.add(without).status == "waiting"
    assert person.ledger.add(broken).status == "held"
    assert person.void(broken) == "bad-body"
    assert person.ledger.add(without).status == "duplicate"


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
