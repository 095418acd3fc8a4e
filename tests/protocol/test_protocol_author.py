"""What an author refuses to sign: what would be malformed, void, or under a clock gone wrong."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protocol_frames import sealed_by_peer

from linkcontract.encoding import cid_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY, HOUR, MAX_SKEW, SECOND
from linkcontract.model.frame import BodyItem, HeadsItem, StatementItem
from linkcontract.model.statement import Head, write_statement
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import ManualClock
from linkcontract.testing.scenario import MARKETING, SERVICE, terms


def refused(pair: Pair, side: str, type: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """The code and place of the refusal, and that it left no trace."""
    node = getattr(pair, side)
    before = node.live.ledger.heads()
    with pytest.raises(LocalProtocolError) as caught:
        node.write(type, body)
    assert node.live.ledger.heads() == before
    return caught.value.code, caught.value.where


def test_open_and_join_and_unknown_types_are_not_written_here() -> None:
    pair = Pair().connect()
    for type in ("open", "join", "praise"):
        assert refused(pair, "person", type, {}) == ("author-type", type)


def test_a_body_that_fails_its_schema_is_not_signed() -> None:
    pair = Pair().connect()
    assert refused(pair, "person", "suspend", {})[0] == "field-missing"
    assert refused(pair, "person", "ack", {"more": 1})[0] == "field-unknown"


def test_an_accept_of_a_dead_offer_is_not_signed() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person)
    pair.run()
    pair.person.write("retract", {"thread": offer.id, "ref": offer.id})
    pair.run()
    body = {"thread": offer.id, "ref": offer.id, "terms": terms(SERVICE).id}
    assert refused(pair, "organisation", "accept", body) == ("author-void", "accept-not-live")


def test_a_use_that_would_be_a_breach_is_not_signed() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person)
    pair.run()
    body = {
        "thread": offer.id,
        "agreement": offer.id,
        "action": "dpv:Use",
        "purpose": SERVICE,
        "ref": None,
    }
    assert refused(pair, "organisation", "use", body) == ("author-breach", "use")
    accept = {"thread": offer.id, "ref": offer.id, "terms": terms(SERVICE).id}
    pair.organisation.write("accept", accept)
    pair.run()
    pair.organisation.write("use", body)
    assert (
        refused(pair, "organisation", "use", {**body, "purpose": MARKETING})[0] == "author-breach"
    )


def test_an_accept_of_the_own_offer_or_of_other_terms_is_not_signed() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person)
    pair.run()
    body = {"thread": offer.id, "ref": offer.id, "terms": terms(SERVICE).id}
    assert refused(pair, "person", "accept", body) == ("author-void", "accept-own-side")
    body["terms"] = terms(MARKETING).id
    assert refused(pair, "organisation", "accept", body) == ("author-void", "accept-terms")


def test_an_accept_after_the_offer_ran_out_is_not_signed() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person, accept_by=pair.clock.now + HOUR)
    pair.run()
    pair.organisation.clock = ManualClock(pair.clock.now + 2 * HOUR)
    body = {"thread": offer.id, "ref": offer.id, "terms": terms(SERVICE).id}
    assert refused(pair, "organisation", "accept", body) == ("author-void", "accept-late")


def test_a_retract_of_an_accepted_offer_is_not_signed() -> None:
    pair = Pair().connect()
    offer = pair.agree()
    body = {"thread": offer.id, "ref": offer.id}
    assert refused(pair, "person", "retract", body) == ("author-void", "deny-accepted")


def test_a_statement_about_what_is_not_held_is_not_signed() -> None:
    pair = Pair().connect()
    nothing = cid_of(b"nothing")
    assert refused(pair, "person", "suspend", {"thread": nothing})[0] == "author-void"
    body = {"ref": nothing, "openings_ok": True}
    assert refused(pair, "organisation", "receipt", body) == ("author-void", "ref-unknown")


def test_the_second_party_does_not_sign_a_revoke() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    body = {"thread": agreement, "purposes": None}
    assert refused(pair, "organisation", "revoke", body) == ("author-void", "first-only")


def test_an_offer_in_an_ended_thread_is_not_signed() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    body = {
        "thread": agreement,
        "base": agreement,
        "answers": None,
        "terms": terms(SERVICE).to_value(),
        "accept_by": pair.clock.now + DAY,
        "controller": None,
    }
    assert refused(pair, "person", "propose", body) == ("author-void", "proposal-ended")


def test_an_offer_open_for_longer_than_allowed_is_not_signed() -> None:
    pair = Pair().connect()
    with pytest.raises(LocalProtocolError, match="proposal-term"):
        pair.propose(pair.person, accept_by=pair.clock.now + 91 * DAY)


def test_a_rotate_without_a_new_key_event_is_not_signed() -> None:
    pair = Pair().connect()
    assert refused(pair, "person", "rotate", {})[0] == "author-rotate"


# -- clocks -------------------------------------------------------------------------------------


def test_a_clock_far_behind_the_own_last_statement_signs_denials_only() -> None:
    pair = Pair().connect()
    agreement = pair.agree().id
    last = pair.person.live.ledger.feed(pair.person.party)[-1]
    pair.person.clock = ManualClock(last.at - MAX_SKEW - 1)
    assert refused(pair, "person", "ack", {}) == ("author-clock", "ack")
    with pytest.raises(LocalProtocolError, match="author-clock"):
        pair.propose(pair.person)
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    assert revoke.at == last.at
    pair.run()
    assert all(thread.phase is ThreadPhase.ENDED for thread in pair.threads(agreement))


def test_a_clock_a_little_behind_writes_down_the_time_of_the_last_statement() -> None:
    pair = Pair().connect()
    last = pair.person.live.ledger.feed(pair.person.party)[-1]
    pair.person.clock = ManualClock(last.at - MAX_SKEW)
    assert pair.propose(pair.person).at == last.at


def test_a_node_with_a_clock_gone_back_still_takes_in_and_keeps_its_debt() -> None:
    pair = Pair().connect()
    pair.person.clock = ManualClock(pair.clock.now - DAY)
    offer = pair.propose(pair.organisation)
    pair.run()
    assert pair.person.live.ledger.get(offer.id) is not None
    assert pair.person.live.ledger.owes_ack(pair.person.party)
    pair.person.clock = pair.clock
    pair.person.commit(pair.person.live.settle(pair.clock.now))
    assert not pair.person.live.ledger.owes_ack(pair.person.party)


def test_a_directed_party_writes_down_whole_seconds_and_a_public_one_milliseconds() -> None:
    pair = Pair().connect()
    pair.clock.now += 1_234
    assert pair.propose(pair.person).at % SECOND == 0
    assert pair.propose(pair.organisation).at == pair.clock.now


# -- a peer that signs anything -----------------------------------------------------------------

TYPES = ["ack", "propose", "suspend", "revoke", "receipt", "rotate", "praise", "erased"]
BODIES: list[dict[str, Any]] = [
    {},
    {"thread": cid_of(b"t")},
    {"ref": cid_of(b"r"), "openings_ok": False},
    {"thread": None, "purposes": None},
    {"event": cid_of(b"e")},
]


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_a_peer_signs_is_held_or_waits_or_is_refused(data: st.DataObject) -> None:
    """A liar with its own key and the PSK: any header, any body, any heads."""
    pair = Pair().connect()
    agreement = pair.agree().id
    liar, victim = pair.organisation, pair.person
    author = liar.author()
    assert author is not None
    known = [one.id for one in victim.live.ledger.held()]
    ids = st.sampled_from([*known, cid_of(b"unknown"), cid_of(b"another")])
    items: list[Any] = []
    for _ in range(data.draw(st.integers(1, 4))):
        seq = data.draw(st.integers(0, 6))
        seen = [
            Head(victim.party, data.draw(st.integers(0, 9)), data.draw(ids))
            for _ in range(data.draw(st.integers(0, 2)))
        ]
        try:
            statement = write_statement(
                author.key,
                type=data.draw(st.sampled_from(TYPES)),
                rel=data.draw(st.sampled_from([victim.live.rel, cid_of(b"elsewhere")])),
                writer=liar.party,
                seq=seq,
                prev=None if seq == 0 else data.draw(ids),
                seen=sorted(seen),
                at=data.draw(st.integers(0, 2**53 - 1)),
                ks=author.ks,
                body=data.draw(st.sampled_from(BODIES)),
                salt=bytes(32),
            )
        except (LocalProtocolError, RemoteProtocolError):
            continue
        items.append(StatementItem(statement.envelope))
        if statement.record is not None and data.draw(st.booleans()):
            items.append(BodyItem(statement.record))
    heads = [Head(data.draw(ids), data.draw(st.integers(0, 9)), data.draw(ids))]
    items.append(HeadsItem(tuple(heads)))
    victim.receive(sealed_by_peer(pair, victim, *items))
    victim.outgoing()
    victim.crash()
    victim.revive()
    # Whatever it was: the person can end the agreement, and is nobody's evidence.
    victim.write("revoke", {"thread": agreement, "purposes": None})
    assert victim.party not in victim.live.ledger.state().convicted
    assert victim.live.ledger.state().threads[agreement].phase is ThreadPhase.ENDED
