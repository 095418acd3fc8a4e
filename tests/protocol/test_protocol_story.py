"""The whole story through two real sessions: what a reader agrees with a publisher, and ends."""

import pytest

from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY, PREKEY_LIFETIME, RELAY_TIME
from linkcontract.model.party import DIRECTED
from linkcontract.protocol import Content
from linkcontract.protocol.events import (
    OpeningsHeld,
    PeerCovers,
    PrekeysDestroyed,
    PskConfirmed,
    Refused,
)
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import SimulatedNode
from linkcontract.testing.scenario import MARKETING, SERVICE, terms

CARD = [Content("vcard/fn", b"Zoe"), Content("vcard/email", b"zoe@example.org")]


def said(node: SimulatedNode, *types: str) -> list[str]:
    """The types of what a node signed."""
    return [one.type for one in node.live.ledger.feed(node.party) if not types or one.type in types]


def refusals(pair: Pair) -> list[Refused]:
    return [event for node in pair.nodes for event in node.events if isinstance(event, Refused)]


def share(pair: Pair, agreement: bytes, thread: bytes | None = None) -> bytes:
    body = {"thread": thread or agreement, "agreement": agreement, "purpose": SERVICE}
    return pair.person.write("share", body, CARD).id


@pytest.mark.parametrize("opener", ["person", "organisation"])
@pytest.mark.parametrize("kinds", [(DIRECTED, "public"), (DIRECTED, DIRECTED)])
def test_open_and_join_by_either_side_gives_both_the_same_relationship(
    opener: str, kinds: tuple[str, str]
) -> None:
    pair = Pair(kinds=kinds, opener=opener).connect()
    assert pair.is_level()
    assert not refusals(pair)
    assert all(node.live.joined and node.live.link.confirmed for node in pair.nodes)
    first = pair.person if kinds[1] == "public" else pair.joiner
    assert all(node.live.ledger.first == first.party for node in pair.nodes)
    assert any(isinstance(event, PskConfirmed) for event in pair.person.events)


def test_propose_accept_ack_are_three_statements_and_both_are_confirmed() -> None:
    pair = Pair().connect()
    before = len(pair.person.live.ledger)
    proposal = pair.agree()
    person, organisation = pair.threads(proposal.id)
    assert person.phase is organisation.phase is ThreadPhase.ACTIVE
    assert person.tip == organisation.tip == proposal.id
    # The organisation's node acknowledged the offer before anybody there had decided: one more.
    assert len(pair.person.live.ledger) - before == 4
    pair.run()
    assert not any(node.live.outbox for node in pair.nodes)


def test_an_answer_in_time_spares_the_acknowledgement() -> None:
    pair = Pair().connect()
    pair.organisation.automatic = False
    proposal = pair.propose(pair.person)
    pair.run()
    pair.accept(pair.organisation, proposal)
    pair.run()
    assert said(pair.organisation) == ["join", "accept"]
    assert all(thread.phase is ThreadPhase.ACTIVE for thread in pair.threads(proposal.id))


def test_an_acknowledgement_is_signed_by_the_timer_when_nothing_else_is_said() -> None:
    pair = Pair().connect()
    pair.organisation.automatic = False
    pair.propose(pair.person)
    pair.run()
    assert "ack" not in said(pair.organisation)
    pair.pass_time(10_000, step=1_000)
    assert said(pair.organisation) == ["join", "ack"]


def test_a_counter_offer_from_the_organisation_is_accepted_by_the_person() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person)
    pair.run()
    counter = pair.propose(
        pair.organisation, terms(SERVICE, MARKETING), thread=offer.id, answers=offer.id
    )
    pair.run()
    pair.accept(pair.person, counter)
    pair.run()
    for thread in pair.threads(offer.id):
        assert thread.phase is ThreadPhase.ACTIVE
        assert thread.tip == counter.id


def test_the_whole_story_from_offer_to_erasure() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    shared = share(pair, agreement)
    pair.run()
    held = [event for event in pair.organisation.events if isinstance(event, OpeningsHeld)]
    assert [event.complete for event in held] == [True]
    assert [one.value for one in pair.organisation.live.openings(shared)] == [
        content.value for content in CARD
    ]
    pair.organisation.write("receipt", {"ref": shared, "openings_ok": True})
    pair.run()
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    assert all(thread.phase is ThreadPhase.ENDED for thread in pair.threads(agreement))
    # What the organisation has seen of the revoke it signed: absence of this would be a claim.
    revoke = pair.person.live.ledger.feed(pair.person.party)[-1]
    assert pair.person.live.ledger.known_to(pair.organisation.party, revoke.id)
    pair.organisation.live.forget_openings(shared)
    erased = {
        "ref": agreement,
        "scope": "agreement",
        "salts": True,
        "backups_until": None,
        "exceptions": [],
    }
    pair.organisation.write("erased", erased)
    pair.run()
    assert pair.is_level()
    assert not pair.organisation.live.openings(shared)
    assert not refusals(pair)
    assert not any(node.live.outbox for node in pair.nodes)


def test_crossing_offers_leave_both_sides_in_one_state() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person)
    pair.run()
    mine = pair.propose(pair.person, terms(SERVICE), thread=offer.id, answers=offer.id)
    theirs = pair.propose(pair.organisation, terms(MARKETING), thread=offer.id, answers=offer.id)
    pair.run()
    pair.accept(pair.person, theirs)
    pair.accept(pair.organisation, mine)
    pair.collect()
    while pair.mail:
        pair.deliver(-1)
    pair.run()
    one, other = pair.threads(offer.id)
    assert one == other
    assert one.phase is ThreadPhase.ACTIVE


def test_a_revoke_crossing_a_terminate_reaches_one_state_on_both_sides() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    pair.organisation.write("terminate", {"thread": agreement, "effective": None})
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.collect()
    while pair.mail:
        pair.deliver(-1)
    pair.run()
    one, other = pair.threads(agreement)
    assert one == other
    assert one.phase is ThreadPhase.ENDED


def test_a_share_still_queued_when_the_person_revokes_leaves_without_its_data() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    shared = share(pair, agreement)
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    assert pair.is_level()
    assert pair.organisation.live.ledger.get(shared) is not None
    assert not pair.organisation.live.openings(shared)


def test_a_partial_revoke_of_its_purpose_keeps_queued_data_back() -> None:
    pair = Pair().connect()
    agreement = pair.agree(terms(SERVICE, MARKETING)).id
    shared = share(pair, agreement)
    pair.person.write("revoke", {"thread": agreement, "purposes": [SERVICE]})
    pair.run()
    assert not pair.organisation.live.openings(shared)


def test_large_openings_travel_in_several_frames_and_all_arrive() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    contents = [Content(f"photo/{number}", bytes([number]) * 60_000) for number in range(12)]
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    shared = pair.person.write("share", body, contents).id
    pair.pass_time(DAY // 24, step=60_000)
    assert len(pair.organisation.live.openings(shared)) == 12


def test_covers_names_every_statement_of_the_outbox_once() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    share(pair, agreement)
    pair.run()
    for node in pair.nodes:
        covered = [
            name for event in node.events if isinstance(event, PeerCovers) for name in event.ids
        ]
        assert len(covered) == len(set(covered))
        own = {one.id for one in node.live.ledger.feed(node.party)}
        assert own <= set(covered)


def test_a_week_old_prekey_is_replaced_and_its_secret_destroyed_once_seen() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    first = pair.organisation.live.link.secrets.ring.current
    assert first is not None
    pair.pass_time(PREKEY_LIFETIME + DAY)
    share(pair, agreement)
    pair.run()
    pair.organisation.write("ack", {})
    pair.run()
    assert pair.organisation.live.link.secrets.ring.current is not first
    assert pair.organisation.live.link.secrets.ring.secret_of(first.prekey.id) is not None
    share(pair, agreement)  # the person's statement has the announcement in its past
    pair.run()
    pair.pass_time(RELAY_TIME + DAY)
    assert pair.organisation.live.link.secrets.ring.secret_of(first.prekey.id) is None
    gone = [event for event in pair.organisation.events if isinstance(event, PrekeysDestroyed)]
    assert first.prekey.id in gone[0].ids


def test_erased_announces_a_new_prekey_at_once() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    first = pair.organisation.live.link.secrets.ring.current
    body = {
        "ref": agreement,
        "scope": "agreement",
        "salts": True,
        "backups_until": None,
        "exceptions": [],
    }
    statement = pair.organisation.write("erased", body)
    assert statement.body is not None
    assert "prekey" in statement.body
    pair.run()
    assert first is not None
    assert pair.person.live.link.keys.prekey.id != first.prekey.id


def test_an_offer_that_ran_out_is_retracted_before_a_late_accept_is_taken_in() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person, accept_by=pair.clock.now + DAY)
    pair.run()
    pair.accept(pair.organisation, offer)  # signed in time, delivered too late
    pair.collect()
    pair.clock.now += 2 * DAY
    pair.run()
    assert said(pair.person, "retract") == ["retract"]
    one, other = pair.threads(offer.id)
    assert one == other
    assert one.tip is None


def test_an_offer_that_ran_out_is_retracted_by_the_timer() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person, accept_by=pair.clock.now + DAY)
    pair.run()
    assert pair.person.live.next_timer() == pair.clock.now + DAY + 1
    pair.pass_time(2 * DAY)
    assert said(pair.person, "retract") == ["retract"]
    assert all(not thread.offers for thread in pair.threads(offer.id))
