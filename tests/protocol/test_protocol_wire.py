"""What a bad network and a hostile stranger can do to a session: nothing but delay it."""

from dataclasses import replace

import pytest
from protocol_frames import NOISE, items_for, sealed_by_peer

from linkcontract.crypto.sealing import seal_frame, x25519_public
from linkcontract.errors import CODES
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import (
    DAY,
    HOUR,
    KIB,
    MAX_FRAME_ITEMS,
    MAX_FRAMES_IN_FLIGHT,
    MAX_WANTS,
    MAX_WANTS_PER_HOUR,
    MINUTE,
    SECOND,
)
from linkcontract.model.frame import (
    Frame,
    HeadsItem,
    Item,
    OpeningItem,
    PingItem,
    PrekeyItem,
    PskItem,
    StatementItem,
    WantItem,
    encode_frame,
)
from linkcontract.model.prekey import Prekey
from linkcontract.protocol import Content
from linkcontract.protocol.delivery import RESEND_AFTER
from linkcontract.protocol.events import OpeningRefused, Ponged, Refused
from linkcontract.protocol.link import signal_id
from linkcontract.protocol.prekeys import PrekeyRing, make_prekey
from linkcontract.protocol.retry import RETRY_TOTAL
from linkcontract.testing.pair import Message, Pair
from linkcontract.testing.scenario import SERVICE


def codes(events: list[object]) -> list[str]:
    return [event.code for event in events if isinstance(event, Refused)]


def connected() -> tuple[Pair, bytes]:
    pair = Pair().connect()
    return pair, pair.agree().id


def share(pair: Pair, agreement: bytes, values: int = 2) -> bytes:
    contents = [Content(f"vcard/x{number}", b"value %d" % number) for number in range(values)]
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    return pair.person.write("share", body, contents).id


# -- a bad network ------------------------------------------------------------------------------


def test_a_lost_message_is_sent_again_by_the_timer() -> None:
    pair, agreement = connected()
    shared = share(pair, agreement)
    pair.collect()
    pair.mail.clear()
    pair.pass_time(MINUTE, step=SECOND)
    assert len(pair.organisation.live.openings(shared)) == 2
    assert not pair.person.live.outbox


@pytest.mark.parametrize("lost", range(12))
def test_any_one_message_of_the_story_may_be_lost(lost: int) -> None:
    pair = Pair()
    count = 0

    def lose(message: Message) -> Message | None:
        nonlocal count
        count += 1
        return None if count == lost + 1 else message

    pair.filter = lose
    pair.open()
    pair.pass_time(10 * MINUTE, step=SECOND)
    proposal = pair.propose(pair.person)
    pair.pass_time(10 * MINUTE, step=SECOND)
    pair.accept(pair.organisation, proposal)
    pair.pass_time(10 * MINUTE, step=SECOND)
    assert pair.is_level()
    assert all(thread.phase is ThreadPhase.ACTIVE for thread in pair.threads(proposal.id))
    assert not any(node.live.outbox for node in pair.nodes)


def test_a_network_that_loses_every_second_message_only_takes_longer() -> None:
    pair = Pair()
    count = 0

    def lose(message: Message) -> Message | None:
        nonlocal count
        count += 1
        return message if count % 2 else None

    pair.filter = lose
    pair.open()
    pair.pass_time(2 * HOUR, step=5 * SECOND)
    proposal = pair.propose(pair.person)
    pair.pass_time(2 * HOUR, step=5 * SECOND)
    pair.accept(pair.organisation, proposal)
    pair.pass_time(2 * HOUR, step=5 * SECOND)
    assert all(thread.phase is ThreadPhase.ACTIVE for thread in pair.threads(proposal.id))


def test_a_repeated_message_is_refused_and_changes_nothing() -> None:
    pair, agreement = connected()
    share(pair, agreement)
    pair.collect()
    pair.deliver(keep=True)
    held = len(pair.organisation.live.ledger)
    answers = len(pair.mail)
    assert codes(pair.deliver(keep=True)) == ["frame-repeated"]
    assert len(pair.organisation.live.ledger) == held
    assert len(pair.mail) == answers


def test_messages_in_reverse_order_reach_the_same_state() -> None:
    pair, agreement = connected()
    for _ in range(5):
        share(pair, agreement)
        pair.collect()
    while pair.mail:
        pair.deliver(-1)
    pair.run()
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.is_level()
    shares = [one for one in pair.person.live.ledger.held() if one.type == "share"]
    assert all(len(pair.organisation.live.openings(one.id)) == 2 for one in shares)


def test_a_peer_that_was_offline_for_days_gets_everything_when_it_returns() -> None:
    pair, agreement = connected()
    pair.organisation.crash()
    for _ in range(40):
        share(pair, agreement)
        pair.pass_time(DAY // 8)
    assert len(pair.person.live.outbox) == 40
    pair.clock.now += MINUTE
    pair.organisation.revive()
    pair.run()  # its first frame names its heads, and the answers bring all
    assert pair.is_level()
    assert not pair.person.live.outbox


def test_a_silent_peer_is_left_alone_after_a_while_and_found_again_when_it_speaks() -> None:
    pair, agreement = connected()
    pair.organisation.crash()
    share(pair, agreement)
    pair.pass_time(RETRY_TOTAL + DAY)
    sent = 0

    def count(message: Message) -> Message:
        nonlocal sent
        sent += message.to is pair.organisation
        return message

    pair.filter = count
    pair.pass_time(10 * DAY)
    assert sent == 0
    pair.organisation.revive()
    pair.run()
    assert pair.is_level()


def test_retries_back_off_and_a_withdrawal_is_not_delayed_by_jitter() -> None:
    pair, agreement = connected()
    pair.organisation.crash()
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.collect()
    waits = []
    for _ in range(8):
        due = pair.person.live.next_timer()
        assert due is not None
        waits.append(due - pair.clock.now)
        pair.advance(due - pair.clock.now)
        assert pair.collect() == 1
    assert waits == [2_000 << max(0, step - 1) for step in range(8)]
    attempts = 0
    for _ in range(5 * 24 * 60):
        pair.advance(MINUTE)
        attempts += pair.collect()
    assert attempts <= 5 * 24 + 4  # one an hour, and the last steps on the way to an hour


def test_a_frame_older_than_a_day_brings_its_statements_and_no_requests() -> None:
    pair, agreement = connected()
    shared = share(pair, agreement)
    pair.collect()
    old = pair.mail.pop()
    pair.clock.now += 2 * DAY
    pair.organisation.receive(old.data)
    assert len(pair.organisation.live.openings(shared)) == 2
    answers = pair.organisation.live.link.asks.answers
    ping = sealed_by_peer(pair, pair.organisation, PingItem(b"p" * 16), at=pair.clock.now - 2 * DAY)
    want = WantItem(pair.person.party, 0, 100)
    pair.organisation.receive(
        sealed_by_peer(pair, pair.organisation, want, at=pair.clock.now - 2 * DAY)
    )
    pair.organisation.receive(ping)
    assert pair.organisation.live.link.asks.pong is None
    assert not answers


def test_a_frame_from_the_future_makes_no_requests_either() -> None:
    pair, _ = connected()
    pair.organisation.receive(
        sealed_by_peer(pair, pair.organisation, PingItem(b"p" * 16), at=pair.clock.now + 2 * DAY)
    )
    assert pair.organisation.live.link.asks.pong is None


def test_a_ping_is_answered_by_its_pong() -> None:
    pair, _ = connected()
    token = pair.person.live.ping()
    pair.run()
    assert Ponged(token) in pair.person.events


# -- strangers ----------------------------------------------------------------------------------


def test_every_changed_byte_of_a_message_is_noticed() -> None:
    pair, agreement = connected()
    share(pair, agreement)
    pair.collect()
    data = pair.mail[0].data
    before = pair.organisation.live.snapshot()
    for index in range(0, len(data), 7):
        changed = bytearray(data)
        changed[index] ^= 1 << (index % 8)
        events = pair.organisation.live.receive(bytes(changed), pair.clock.now)
        assert [type(event) for event in events] == [Refused]
    assert pair.organisation.live.snapshot() == before
    pair.run()
    assert pair.is_level()


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\xd0", b"garbage" * 100, bytes(300 * KIB), NOISE(5_000)],
    ids=["empty", "zero", "tag", "text", "oversize", "noise"],
)
def test_garbage_is_refused_with_a_code(data: bytes) -> None:
    pair, _ = connected()
    for node in pair.nodes:
        events = node.live.receive(data, pair.clock.now)
        assert len(events) == 1
        assert isinstance(events[0], Refused)
        assert events[0].code in CODES


def test_a_frame_of_another_relationship_is_refused() -> None:
    pair, agreement = connected()
    other = Pair(seed="-other").connect()
    share(pair, agreement)
    pair.collect()
    events = other.organisation.receive(pair.mail[0].data)
    assert codes(events) == ["frame-prekey"]


def test_a_frame_that_names_another_relationship_is_refused() -> None:
    pair, _ = connected()
    other = Pair(seed="-other").connect()
    data = sealed_by_peer(pair, pair.organisation, rel=other.person.live.rel)
    assert codes(pair.organisation.receive(data)) == ["frame-relationship"]


def test_a_statement_of_another_relationship_is_refused() -> None:
    pair, _ = connected()
    statement = pair.person.live.ledger.feed(pair.person.party)[-1]
    other = Pair(seed="-other").connect()
    other.organisation.live.link.histories[pair.person.party] = pair.person.history
    data = sealed_by_peer(other, other.organisation, StatementItem(statement.envelope))
    assert codes(other.organisation.receive(data)) == ["frame-relationship"]


def test_a_frame_sealed_on_to_somebody_else_is_refused() -> None:
    """Surreptitious forwarding: the peer seals our frame to a third party, or back to us."""
    pair, _ = connected()
    data = sealed_by_peer(pair, pair.organisation, to=pair.person.party)
    assert codes(pair.organisation.receive(data)) == ["frame-not-for-me"]
    data = sealed_by_peer(pair, pair.organisation, sender=pair.organisation.party)
    assert codes(pair.organisation.receive(data)) == ["frame-sender"]


def test_a_substituted_ephemeral_key_is_refused() -> None:
    pair, agreement = connected()
    share(pair, agreement)
    pair.collect()
    data = pair.mail[0].data
    index = data.index(b"\x58\x20", 60) + 2
    twin = bytearray(data)
    twin[index + 31] ^= 0x80  # the same point for RFC 7748, another encoding
    assert codes(pair.organisation.receive(bytes(twin))) == ["x25519-canonical"]
    other = bytearray(data)
    other[index : index + 32] = x25519_public(NOISE(32))
    assert codes(pair.organisation.receive(bytes(other))) == ["seal-open"]


def test_a_stranger_without_the_psk_is_dropped() -> None:
    pair, _ = connected()
    link = pair.person.live.link
    frame = Frame(
        to=pair.organisation.party,
        sender=pair.person.party,
        rel=link.rel,
        n=NOISE(16),
        at=pair.clock.now,
        items=(HeadsItem(()),),
    )
    for psk in (NOISE(32), None):
        data = seal_frame(
            encode_frame(frame),
            recipient=link.keys.prekey.pk,
            prekey_id=link.keys.prekey.id,
            ephemeral=NOISE(32),
            psk=psk,
        )
        assert codes(pair.organisation.receive(data)) in (["seal-open"], ["frame-mode"])


def test_an_item_that_has_no_place_in_a_frame_refuses_the_whole_of_it() -> None:
    pair, _ = connected()
    data = sealed_by_peer(pair, pair.organisation, PskItem(bytes(32)), PingItem(b"p" * 16))
    assert codes(pair.organisation.receive(data)) == ["frame-place"]
    assert pair.organisation.live.link.asks.pong is None


def test_the_signal_key_serves_heads_and_prekeys_and_nothing_else() -> None:
    pair, _ = connected()
    link = pair.person.live.link
    assert link.keys.signal is not None

    def to_signal(*items: Item) -> bytes:
        frame = Frame(
            to=pair.organisation.party,
            sender=pair.person.party,
            rel=link.rel,
            n=NOISE(16),
            at=pair.clock.now,
            items=items,
        )
        assert link.keys.signal is not None
        return seal_frame(
            encode_frame(frame),
            recipient=link.keys.signal,
            prekey_id=signal_id(link.keys.signal),
            ephemeral=NOISE(32),
            psk=link.psk,
        )

    for item in (PingItem(b"p" * 16), WantItem(pair.person.party, 0, 9)):
        assert codes(pair.organisation.receive(to_signal(item))) == ["frame-place"]
    prekey = Prekey(NOISE(16), x25519_public(NOISE(32)), pair.clock.now + DAY)
    assert not codes(pair.organisation.receive(to_signal(PrekeyItem(prekey), HeadsItem(()))))
    assert pair.organisation.live.link.keys.prekey == prekey


# -- floods -------------------------------------------------------------------------------------


def test_more_items_than_a_frame_may_have_are_not_looked_at() -> None:
    pair, _ = connected()
    items = [PingItem(b"p" * 16)] * (MAX_FRAME_ITEMS + 1)
    assert codes(pair.organisation.receive(sealed_by_peer(pair, pair.organisation, *items))) == [
        "frame-items"
    ]


def test_wants_are_bounded_by_the_hour() -> None:
    pair, _ = connected()
    want = WantItem(pair.person.party, 0, 2**53 - 1)
    told = []
    for _ in range(MAX_WANTS_PER_HOUR // MAX_WANTS + 1):
        told += codes(
            pair.organisation.receive(sealed_by_peer(pair, pair.organisation, *[want] * 32))
        )
    assert told == ["frame-wants"] * MAX_WANTS
    pair.clock.now += HOUR
    assert not codes(pair.organisation.receive(sealed_by_peer(pair, pair.organisation, want)))


def test_a_want_is_answered_with_what_is_held_and_once() -> None:
    pair, _ = connected()
    want = WantItem(pair.person.party, 0, 1)
    pair.organisation.receive(sealed_by_peer(pair, pair.organisation, want))
    answer = pair.organisation.live.response_to_send(pair.clock.now)
    sent = [one for one in items_for(pair.person, answer) if isinstance(one, StatementItem)]
    feed = pair.organisation.live.ledger.feed(pair.person.party)
    assert [one.envelope for one in sent] == [one.envelope for one in feed[:2]]
    assert pair.organisation.live.response_to_send(pair.clock.now) is None


def test_a_peer_that_names_old_heads_again_and_again_is_sent_each_statement_once_an_hour() -> None:
    pair, agreement = connected()
    for _ in range(3):
        share(pair, agreement)
    pair.run()
    empty = HeadsItem(())
    sizes = []
    for _ in range(50):
        pair.clock.now += RESEND_AFTER
        pair.person.receive(sealed_by_peer(pair, pair.person, empty))
        answer = pair.person.live.response_to_send(pair.clock.now)
        sizes.append(0 if answer is None else len(answer))
    assert sum(size > 2 * KIB for size in sizes) <= 2


def test_a_repeated_statement_brings_our_heads_and_no_statement_twice_within_the_hour() -> None:
    pair, _ = connected()
    feed = pair.person.live.ledger.feed(pair.person.party)
    covered = next(one for one in feed if one.type == "propose")
    again = StatementItem(covered.envelope)
    statements = 0
    for _ in range(20):
        pair.clock.now += RESEND_AFTER
        pair.organisation.receive(sealed_by_peer(pair, pair.organisation, again))
        answer = pair.organisation.live.response_to_send(pair.clock.now)
        items = items_for(pair.person, answer)
        assert any(isinstance(item, HeadsItem) for item in items)
        statements += sum(isinstance(item, StatementItem) for item in items)
    assert statements == 1


def test_a_repeated_statement_in_a_stale_frame_makes_nobody_speak() -> None:
    pair, _ = connected()
    again = StatementItem(pair.person.live.ledger.feed(pair.person.party)[-1].envelope)
    at = pair.clock.now - 2 * DAY
    pair.organisation.receive(sealed_by_peer(pair, pair.organisation, again, at=at))
    assert pair.organisation.live.response_to_send(pair.clock.now) is None


def test_lagging_heads_right_after_a_send_bring_no_second_one() -> None:
    pair, agreement = connected()
    share(pair, agreement)
    pair.collect()
    pair.mail.clear()
    lagging = HeadsItem(pair.organisation.live.ledger.heads())
    for wait, expected in ((0, 0), (RESEND_AFTER, 1), (RESEND_AFTER, 0)):
        pair.clock.now += wait
        pair.person.receive(sealed_by_peer(pair, pair.person, lagging))
        items = items_for(pair.organisation, pair.person.live.response_to_send(pair.clock.now))
        assert sum(isinstance(item, StatementItem) for item in items) == expected


def test_only_a_few_full_frames_are_under_way_before_heads_come_back() -> None:
    pair, agreement = connected()
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    for number in range(30):
        pair.person.write("share", body, [Content(f"photo/{number}", bytes(60_000))])
    assert len(pair.person.outgoing()) == MAX_FRAMES_IN_FLIGHT
    assert pair.person.outgoing() == []
    pair.person.receive(
        sealed_by_peer(pair, pair.person, HeadsItem(pair.person.live.ledger.heads()[:1]))
    )
    assert pair.person.outgoing()


def test_heads_that_name_what_nobody_signed_cost_one_request_each_time_the_timer_runs() -> None:
    pair, _ = connected()
    head = (pair.person.party, 10**6, pair.person.live.rel[:4] + NOISE(32))
    data = sealed_by_peer(pair, pair.organisation, HeadsItem((head,)))  # type: ignore[arg-type]
    pair.organisation.receive(data)
    assert pair.organisation.live.response_to_send(pair.clock.now) is not None
    assert pair.organisation.live.frames_to_send(pair.clock.now) == []


def test_two_idle_sessions_fall_silent() -> None:
    pair, _ = connected()
    assert pair.collect() == 0
    pair.pass_time(5 * DAY)
    assert pair.collect() == 0


# -- openings -----------------------------------------------------------------------------------


def test_missing_openings_are_asked_for_and_come() -> None:
    pair, agreement = connected()
    shared = share(pair, agreement)
    kept = pair.person.live.link.openings.pop(shared)
    pair.run()
    assert not pair.organisation.live.openings(shared)
    pair.person.live.link.openings[shared] = kept
    pair.pass_time(MINUTE, step=SECOND)
    assert len(pair.organisation.live.openings(shared)) == 2


def test_a_share_too_large_for_a_response_goes_whole_in_a_message_of_its_own() -> None:
    pair, agreement = connected()
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    shared = pair.person.write("share", body, [Content("photo", bytes(50_000))]).id
    pair.person.receive(sealed_by_peer(pair, pair.person, PingItem(b"p" * 16)))
    answer = pair.person.live.response_to_send(pair.clock.now)
    items = items_for(pair.organisation, answer)
    assert not any(isinstance(item, StatementItem) for item in items)
    pair.run()
    assert len(pair.organisation.live.openings(shared)) == 1


def test_openings_that_never_come_are_asked_for_a_few_times_only() -> None:
    pair, agreement = connected()
    share(pair, agreement)
    pair.person.live.link.openings.clear()
    pair.pass_time(2 * DAY)
    assert not pair.organisation.live.link.asks.openings
    assert pair.organisation.live.next_timer() is None


def test_an_opening_that_does_not_match_is_refused_and_named() -> None:
    pair, agreement = connected()
    shared = share(pair, agreement)
    held = pair.person.live.link.openings[shared]
    held[0] = replace(held[0], value=b"another value")
    pair.collect()
    events = pair.deliver()
    assert OpeningRefused(shared, 0) in events
    assert codes(events) == ["opening-value"]
    assert [one.index for one in pair.organisation.live.openings(shared)] == [1]
    stray = OpeningItem(replace(held[1], share=agreement))
    assert codes(pair.organisation.receive(sealed_by_peer(pair, pair.organisation, stray)))


# -- prekeys ------------------------------------------------------------------------------------


def test_a_message_to_a_lost_prekey_is_answered_with_the_current_one() -> None:
    pair, agreement = connected()
    fresh = make_prekey(pair.clock.now, pair.organisation.entropy)
    pair.organisation.live.link.secrets.ring = PrekeyRing([fresh])
    shared = share(pair, agreement)
    pair.collect()
    assert codes(pair.deliver()) == ["frame-prekey"]
    pair.run()  # the prekey, and at once everything that was sealed to the lost one
    assert pair.person.live.link.keys.prekey == fresh.prekey
    assert len(pair.organisation.live.openings(shared)) == 2


def test_a_prekey_named_earlier_does_not_replace_one_named_later() -> None:
    pair, _ = connected()
    later = Prekey(NOISE(16), x25519_public(NOISE(32)), pair.clock.now + DAY)
    earlier = Prekey(NOISE(16), x25519_public(NOISE(32)), pair.clock.now + DAY)
    for prekey, at in ((later, pair.clock.now), (earlier, pair.clock.now - HOUR)):
        pair.clock.now += MINUTE
        data = sealed_by_peer(pair, pair.organisation, PrekeyItem(prekey), at=at + HOUR)
        pair.organisation.receive(data)
    assert pair.organisation.live.link.keys.prekey == later


def test_a_peer_cannot_change_its_prekey_by_frames_more_than_once_a_minute() -> None:
    pair, _ = connected()
    for expected in (True, False):
        prekey = Prekey(NOISE(16), x25519_public(NOISE(32)), pair.clock.now + DAY)
        pair.organisation.receive(sealed_by_peer(pair, pair.organisation, PrekeyItem(prekey)))
        assert (pair.organisation.live.link.keys.prekey == prekey) is expected
        pair.clock.now += SECOND


def test_strangers_cannot_make_a_node_name_its_prekey_more_than_once_a_minute() -> None:
    pair, _ = connected()
    for _ in range(30):
        data = seal_frame(
            b"x",
            recipient=x25519_public(NOISE(32)),
            prekey_id=NOISE(16),
            ephemeral=NOISE(32),
            psk=NOISE(32),
        )
        assert codes(pair.organisation.receive(data)) == ["frame-prekey"]
        pair.organisation.live.response_to_send(pair.clock.now)
        pair.clock.now += SECOND
    sent = []
    pair.organisation.receive(data)
    sent.append(pair.organisation.live.response_to_send(pair.clock.now))
    assert sent == [None]


def test_a_prekey_that_ran_out_is_asked_for_by_signal() -> None:
    pair, agreement = connected()
    ran_out = pair.person.live.link.keys.prekey
    pair.organisation.live.link.secrets.ring = PrekeyRing()  # destroyed long since
    pair.clock.now = ran_out.not_after + 1
    shared = share(pair, agreement)
    [asked] = pair.person.outgoing()
    kinds = {type(item) for item in items_for(pair.organisation, asked)}
    assert kinds == {PrekeyItem, HeadsItem}
    pair.organisation.receive(asked)
    pair.run()
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.organisation.live.ledger.get(shared) is not None
    assert pair.person.live.link.keys.prekey != ran_out
