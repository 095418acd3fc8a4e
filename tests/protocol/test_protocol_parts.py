"""The parts of a session by themselves: replay window, back-off, prekeys, opens, packing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocol_frames import NOISE

from linkcontract.crypto.sealing import x25519_public
from linkcontract.encoding import cid_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import (
    DAY,
    FRAME_FRESH,
    HOUR,
    MAX_FRAME,
    PREKEY_GRACE,
    PREKEY_LIFETIME,
    RELAY_TIME,
    SECOND,
)
from linkcontract.model.frame import (
    BodyItem,
    Frame,
    HeadsItem,
    Item,
    KeyEventItem,
    OpeningItem,
    PingItem,
    PongItem,
    PrekeyItem,
    PskItem,
    StatementItem,
    WantItem,
    encode_frame,
)
from linkcontract.model.items import Opening
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import BodyRecord, Head
from linkcontract.protocol.consumed import REMEMBER_AFTER_EXPIRY, ConsumedOpens
from linkcontract.protocol.packing import ROOM, Filling, weight
from linkcontract.protocol.prekeys import MAX_PREKEYS, PrekeyRing, make_prekey
from linkcontract.protocol.replay import MAX_REMEMBERED, ReplayWindow
from linkcontract.protocol.retry import RETRY_FIRST, RETRY_LONGEST, RETRY_TOTAL, Backoff
from linkcontract.protocol.snapshot import Snapshot, read
from linkcontract.testing.pair import Pair

NOW = 1_800_000_000_000
CID = cid_of(b"x")


# -- replay window ------------------------------------------------------------------------------


def test_a_frame_number_is_taken_once() -> None:
    window = ReplayWindow()
    assert window.take(b"n" * 16, NOW, NOW)
    assert window.is_repeated(b"n" * 16)
    assert not window.take(b"n" * 16, NOW, NOW + HOUR)


@pytest.mark.parametrize("at", [NOW - FRAME_FRESH - 1, NOW + FRAME_FRESH + 1])
def test_a_frame_a_day_off_makes_no_requests(at: int) -> None:
    assert not ReplayWindow().take(b"n" * 16, at, NOW)


def test_a_number_is_remembered_as_long_as_its_frame_would_be_fresh() -> None:
    window = ReplayWindow()
    at = NOW + FRAME_FRESH
    assert window.take(b"n" * 16, at, NOW)
    for hours in range(48):
        assert not window.take(b"n" * 16, at, NOW + hours * HOUR)
    assert not window.take(b"n" * 16, at, at + FRAME_FRESH)
    window.take(b"m" * 16, at + 2 * DAY, at + 2 * DAY)
    assert len(window) == 1


def test_a_full_window_forgets_the_oldest_and_honours_none_as_old() -> None:
    window = ReplayWindow()
    for number in range(MAX_REMEMBERED + 1):
        assert window.take(number.to_bytes(16, "big"), NOW + number, NOW)
    assert len(window) == MAX_REMEMBERED
    assert not window.take(bytes(16), NOW, NOW)  # the one that was forgotten
    assert not window.take(b"new".ljust(16), NOW, NOW)
    assert window.take(b"new".ljust(16), NOW + MAX_REMEMBERED, NOW)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3 * DAY)), max_size=60))
def test_no_request_is_ever_honoured_twice(frames: list[tuple[int, int]]) -> None:
    window = ReplayWindow()
    honoured = set()
    now = NOW
    for number, wait in frames:
        now += wait // 20
        key = (number, NOW + number * HOUR)
        if window.take(bytes([number]) * 16, key[1], now):
            assert key not in honoured
            honoured.add(key)


# -- back-off -----------------------------------------------------------------------------------


def test_waits_double_up_to_an_hour_and_end_after_two_weeks_of_silence() -> None:
    backoff = Backoff(NOISE)
    backoff.said(NOW)
    assert backoff.due == NOW + RETRY_FIRST
    waits = []
    while backoff.due is not None:
        due = backoff.due
        backoff.sent(due, hurry=True)
        waits.append(0 if backoff.due is None else backoff.due - due)
    assert waits[:5] == [RETRY_FIRST << step for step in range(5)]
    assert max(waits) == RETRY_LONGEST
    assert backoff.given_up
    assert RETRY_TOTAL <= sum(waits) <= RETRY_TOTAL + RETRY_LONGEST
    backoff.needed(NOW + RETRY_TOTAL)
    assert backoff.due is None
    backoff.contact(NOW + RETRY_TOTAL + DAY)
    assert backoff.due == NOW + RETRY_TOTAL + DAY + RETRY_FIRST


def test_jitter_lengthens_a_wait_by_half_at_most_and_never_shortens_it() -> None:
    for byte in (0, 255):
        backoff = Backoff(lambda length, byte=byte: bytes([byte]) * length)  # type: ignore[misc]
        backoff.said(NOW)
        backoff.sent(NOW, hurry=False)
        assert backoff.due is not None
        assert RETRY_FIRST <= backoff.due - NOW <= RETRY_FIRST * 3 // 2


def test_contact_shortens_the_waits_once_an_hour() -> None:
    backoff = Backoff(NOISE)
    backoff.said(NOW)
    for _ in range(12):
        assert backoff.due is not None
        backoff.sent(backoff.due, hurry=True)
    assert backoff.due is not None
    later = backoff.due
    backoff.contact(later)
    assert backoff.due == later + RETRY_FIRST
    for _ in range(6):
        backoff.sent(backoff.due, hurry=True)
    due = backoff.due
    backoff.contact(later + 10 * SECOND)
    assert backoff.due == due


def test_a_timer_that_runs_every_hour_does_not_begin_anew_every_hour() -> None:
    backoff = Backoff(NOISE)
    backoff.said(NOW)
    now = NOW
    attempts = 0
    while now < NOW + 5 * DAY:
        assert backoff.due is not None
        now = backoff.due
        backoff.sent(now, hurry=True)
        backoff.needed(now)
        attempts += 1
    assert attempts < 5 * 24 + 15


# -- prekeys ------------------------------------------------------------------------------------


def test_a_prekey_is_replaced_after_a_week_and_a_temporary_one_at_once() -> None:
    ring = PrekeyRing()
    assert ring.is_due(NOW)
    ring.announce(make_prekey(NOW, NOISE), CID, NOW)
    assert not ring.is_due(NOW + PREKEY_LIFETIME - 1)
    assert ring.is_due(NOW + PREKEY_LIFETIME)
    ring.announce(make_prekey(NOW, NOISE), None, NOW)
    assert ring.is_due(NOW)


def test_a_secret_goes_a_week_after_the_peer_has_seen_its_successor() -> None:
    ring = PrekeyRing()
    old, new = make_prekey(NOW, NOISE), make_prekey(NOW, NOISE)
    ring.announce(old, CID, NOW)
    ring.announce(new, cid_of(b"y"), NOW + DAY)
    ring.note_seen(lambda name: name == CID, NOW + DAY)
    assert ring.next_time() == NOW + DAY + PREKEY_GRACE
    ring.note_seen(lambda name: True, NOW + 2 * DAY)
    assert ring.next_time() == NOW + 2 * DAY + RELAY_TIME
    assert ring.destroy(NOW + 2 * DAY + RELAY_TIME - 1) == ()
    assert ring.destroy(NOW + 2 * DAY + RELAY_TIME) == (old.prekey.id,)
    assert ring.secret_of(old.prekey.id) is None
    assert ring.next_time() is None
    assert ring.destroy(2**60) == ()


def test_a_secret_goes_after_ninety_days_whatever_the_peer_saw() -> None:
    ring = PrekeyRing()
    old = make_prekey(NOW, NOISE)
    ring.announce(old, CID, NOW)
    ring.announce(make_prekey(NOW, NOISE), cid_of(b"y"), NOW + DAY)
    assert ring.destroy(NOW + DAY + PREKEY_GRACE) == (old.prekey.id,)


def test_a_temporary_successor_that_no_statement_announced_destroys_nothing_early() -> None:
    ring = PrekeyRing()
    ring.announce(make_prekey(NOW, NOISE), CID, NOW)
    ring.announce(make_prekey(NOW, NOISE), None, NOW)
    ring.note_seen(lambda name: True, NOW)
    assert ring.next_time() == NOW + PREKEY_GRACE


def test_prekeys_are_bounded_and_never_announced_twice() -> None:
    ring = PrekeyRing()
    first = make_prekey(NOW, NOISE)
    ring.announce(first, CID, NOW)
    with pytest.raises(LocalProtocolError, match="prekey-repeated"):
        ring.announce(first, CID, NOW)
    for _ in range(MAX_PREKEYS - 1):
        assert ring.announce(make_prekey(NOW, NOISE), CID, NOW) == ()
    assert ring.announce(make_prekey(NOW, NOISE), CID, NOW) == (first.prekey.id,)
    assert len(ring.prekeys) == MAX_PREKEYS


# -- consumed opens -----------------------------------------------------------------------------


def test_a_consumed_open_is_remembered_a_day_past_its_expiry() -> None:
    consumed = ConsumedOpens()
    assert consumed.add(CID, NOW) == NOW + REMEMBER_AFTER_EXPIRY
    assert CID in consumed
    assert consumed.forget(NOW + REMEMBER_AFTER_EXPIRY) == ()
    assert consumed.forget(NOW + REMEMBER_AFTER_EXPIRY + 1) == (CID,)
    assert CID not in consumed
    assert len(ConsumedOpens({CID: NOW})) == 1


# -- packing ------------------------------------------------------------------------------------

PREKEY = Prekey(b"i" * 16, x25519_public(b"x" * 32), 2**53 - 1)
LARGEST: list[Item] = [
    StatementItem(b"e" * 4_000),
    BodyItem(BodyRecord(b"s" * 32, b"b" * 65_536)),
    KeyEventItem(b"e" * 1_000),
    OpeningItem(Opening(CID, 1023, "p" * 128, b"s" * 32, b"v" * 65_536, b"t" * 32)),
    PskItem(b"h" * 32),
    HeadsItem(tuple(Head(CID, 2**53 - 1 - 64 + n, CID) for n in range(64))),
    WantItem(CID, 2**53 - 1, 2**53 - 1),
    PrekeyItem(PREKEY),
    PingItem(b"t" * 16),
    PongItem(b"t" * 16),
]


@pytest.mark.parametrize("item", LARGEST, ids=lambda item: type(item).__name__)
def test_no_item_weighs_more_than_it_is_given(item: Item) -> None:
    def frame(*items: Item) -> bytes:
        return encode_frame(Frame(to=CID, sender=CID, rel=CID, n=b"n" * 16, at=NOW, items=items))

    assert len(frame(item)) - len(frame()) <= weight(item)
    assert len(frame()) + ROOM + 4 <= MAX_FRAME


def test_a_full_frame_takes_no_more() -> None:
    filling = Filling(ROOM)
    count = 0
    while filling.add([StatementItem(b"e" * 4_000)]):
        count += 1
    frame = Frame(
        to=CID, sender=CID, rel=CID, n=b"n" * 16, at=2**53 - 1, items=tuple(filling.items)
    )
    assert count > 60
    assert len(encode_frame(frame)) + 4 <= MAX_FRAME


# -- snapshots ----------------------------------------------------------------------------------


def test_a_snapshot_is_read_back_as_it_was() -> None:
    for node in Pair().connect().nodes:
        node.crash()
        before = node.rows.snapshot
        node.revive()
        assert node.live.snapshot() == before


def test_a_damaged_snapshot_is_an_error_of_its_own() -> None:
    snapshot = Pair().connect().person.live.snapshot()
    for part in ("state", "lasting", "fleeting"):
        parts = {
            "state": snapshot.state,
            "lasting": snapshot.lasting,
            "fleeting": snapshot.fleeting,
            part: getattr(snapshot, part)[:-1],
        }
        with pytest.raises(RemoteProtocolError, match="session-snapshot"):
            read(Snapshot(**parts))
