"""Crashes and restores: nothing lost or doubled, and no honest party ever convicted (spec: ledger,
K5)."""

from dataclasses import replace

import pytest
from protocol_frames import sealed_by_peer

from linkcontract.crypto.sealing import open_frame, read_seal, seal_frame
from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY, MINUTE, SECOND
from linkcontract.model.frame import HeadsItem, StatementItem, decode_frame, encode_frame
from linkcontract.protocol import Author, Content, Restoring, load
from linkcontract.protocol.events import (
    KeysParted,
    OwnHeadUnknown,
    Refused,
    RestoreAnswered,
    StatementsWritten,
)
from linkcontract.testing.pair import Message, Pair
from linkcontract.testing.pair_node import Rows, SimulatedNode
from linkcontract.testing.scenario import SERVICE


def nobody_is_convicted(pair: Pair) -> bool:
    return not any(
        node.live.ledger.state().convicted or _equal_key_forks(node) for node in pair.nodes
    )


def _equal_key_forks(node: SimulatedNode) -> bool:
    """A fork an evidence object could be made of: two branches under one key, none rotated away."""
    ledger = node.live.ledger
    return any(writer in ledger.state().convicted for writer in ledger.writers())


def has(node: SimulatedNode, kind: type) -> bool:
    return any(isinstance(event, kind) for event in node.events)


def share(pair: Pair, agreement: bytes) -> bytes:
    body = {"thread": agreement, "agreement": agreement, "purpose": SERVICE}
    return pair.person.write("share", body, [Content("vcard/fn", b"Zoe")]).id


def story() -> tuple[Pair, bytes]:
    pair = Pair().connect()
    return pair, pair.agree().id


def finish_restore(node: SimulatedNode) -> None:
    node.rotate_key()
    node.write("rotate", {})


# -- crashes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("victim", ["person", "organisation"])
@pytest.mark.parametrize("step", range(14))
def test_a_crash_after_any_message_loses_and_doubles_nothing(victim: str, step: int) -> None:
    """Killed after the commit and before the answer left, at each step of the story."""
    pair = Pair()
    count = 0
    node = getattr(pair, victim)

    def kill(message: Message) -> Message | None:
        nonlocal count
        count += 1
        if count == step + 1:
            if node.rows.snapshot is not None:
                node.crash()
                node.revive()
            return None
        return message

    pair.filter = kill
    pair.open()
    pair.pass_time(MINUTE, step=SECOND)
    proposal = pair.propose(pair.person)
    pair.pass_time(MINUTE, step=SECOND)
    pair.accept(pair.organisation, proposal)
    pair.pass_time(MINUTE, step=SECOND)
    shared = share(pair, proposal.id)
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.is_level()
    assert all(thread.phase is ThreadPhase.ACTIVE for thread in pair.threads(proposal.id))
    assert len(pair.organisation.live.openings(shared)) == 1
    for own in pair.nodes:
        feed = own.live.ledger.feed(own.party)
        assert [one.seq for one in feed] == list(range(len(feed)))


def test_a_crash_before_the_commit_leaves_no_trace() -> None:
    pair, agreement = story()
    rows = pair.person.rows
    pair.person.live.write("revoke", {"thread": agreement, "purposes": None}, pair.clock.now)
    pair.person.crash()  # signed, not committed, not sent
    pair.person.revive()
    assert pair.person.rows.statements == rows.statements
    share(pair, agreement)  # the same seq, and nobody ever saw the other one
    pair.run()
    assert pair.is_level()
    assert nobody_is_convicted(pair)


def test_a_message_received_and_not_committed_comes_again() -> None:
    pair, agreement = story()
    shared = share(pair, agreement)
    pair.collect()
    pair.organisation.live.receive(pair.mail.pop().data, pair.clock.now)
    pair.organisation.crash()
    pair.organisation.revive()
    pair.pass_time(MINUTE, step=SECOND)
    assert len(pair.organisation.live.openings(shared)) == 1


def test_both_sides_restarted_at_once_find_together() -> None:
    pair, agreement = story()
    share(pair, agreement)
    for node in pair.nodes:
        node.crash()
    for node in pair.nodes:
        node.revive()
    pair.run()
    assert pair.is_level()
    assert all(node.live.exchanged for node in pair.nodes)


def test_a_frame_from_before_a_restart_makes_no_requests_after_it() -> None:
    pair, _ = story()
    pair.person.live.ping()
    pair.collect()
    data = pair.mail[0].data
    pair.run()
    pair.clock.now += DAY // 2
    pair.organisation.crash()
    pair.organisation.revive()
    pair.organisation.receive(data)
    assert pair.organisation.live.link.asks.pong is None


# -- restore, honest peer -----------------------------------------------------------------------


@pytest.mark.parametrize("victim", ["person", "organisation"])
def test_a_restored_node_gets_back_what_the_backup_lacks_and_rotates_first(victim: str) -> None:
    pair, agreement = story()
    node: SimulatedNode = getattr(pair, victim)
    backup = node.backup()
    share(pair, agreement)
    pair.organisation.write("suspend", {"thread": agreement})
    pair.run()
    whole = {one.id for one in node.live.ledger.held()}
    node.crash()
    node.restore(backup)
    with pytest.raises(LocalProtocolError, match="session-state"):
        node.live.write("ack", {}, pair.clock.now)
    pair.run()
    assert has(node, RestoreAnswered)
    assert {one.id for one in node.live.ledger.held()} == whole
    with pytest.raises(LocalProtocolError, match="author-key"):
        node.live.write("ack", {}, pair.clock.now)  # the live key is in no backup
    finish_restore(node)
    pair.run()
    assert pair.is_level()
    assert node.live.restoring is Restoring.NO
    assert node.live.ledger.feed(node.party)[-1].type in ("rotate", "ack")
    assert nobody_is_convicted(pair)
    # and it works on
    node.write("terminate", {"thread": agreement, "effective": None})
    pair.run()
    assert all(thread.phase is ThreadPhase.ENDED for thread in pair.threads(agreement))


def test_a_node_with_its_key_that_was_told_to_restore_signs_nothing_but_a_rotate() -> None:
    """A missing machine marker: the key is here, and the folder may be a copy."""
    pair, _ = story()
    pair.person.commit(pair.person.live.begin_restore(pair.clock.now))
    pair.run()
    assert pair.person.live.restoring is Restoring.ROTATE_FIRST
    for kind, body in (("ack", {}), ("revoke", {"thread": None, "purposes": None})):
        with pytest.raises(LocalProtocolError, match="author-rotate-first"):
            pair.person.write(kind, body)
    with pytest.raises(LocalProtocolError, match="author-rotate"):
        pair.person.write("rotate", {})
    finish_restore(pair.person)
    pair.person.write("revoke", {"thread": None, "purposes": None})
    pair.run()
    assert pair.is_level()


def test_a_restore_survives_a_crash_in_its_middle() -> None:
    pair, agreement = story()
    backup = pair.person.backup()
    share(pair, agreement)
    pair.run()
    pair.person.crash()
    pair.person.restore(backup)
    pair.person.crash()
    pair.person.revive()
    assert pair.person.live.restoring is Restoring.ASKING
    pair.run()
    pair.person.crash()
    pair.person.revive()
    assert pair.person.live.restoring is Restoring.ROTATE_FIRST
    finish_restore(pair.person)
    pair.run()
    assert pair.is_level()
    assert nobody_is_convicted(pair)


def test_a_backup_loaded_without_a_word_still_rotates_first() -> None:
    pair, _ = story()
    backup = pair.person.backup()
    pair.person.rows = backup
    pair.person.crash()
    pair.person.revive()
    assert pair.person.live.restoring is Restoring.ROTATE_FIRST


def test_a_late_accept_found_in_a_restore_does_not_bind_an_offer_that_ran_out() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person, accept_by=pair.clock.now + DAY)
    pair.run()
    backup = pair.person.backup()
    pair.person.crash()
    pair.accept(pair.organisation, offer)
    pair.pass_time(2 * DAY)
    pair.person.restore(backup)
    pair.run()
    pair.person.rotate_key()
    event = pair.person.live.write("rotate", {}, pair.clock.now)
    pair.person.commit([event])
    assert [one.type for one in event.statements] == ["rotate", "retract"]
    pair.run()
    one, other = pair.threads(offer.id)
    assert one == other
    assert one.tip is None


def test_openings_are_not_sent_to_a_restored_peer_after_they_were_erased() -> None:
    pair, agreement = story()
    backup = pair.organisation.backup()
    shared = share(pair, agreement)
    pair.run()
    body = {
        "ref": agreement,
        "scope": "agreement",
        "salts": True,
        "backups_until": None,
        "exceptions": [],
    }
    pair.organisation.write("erased", body)
    pair.run()
    link = pair.person.live.link
    statement = link.ledger.get(shared)
    assert statement is not None
    assert not link.may_disclose(statement, pair.clock.now)
    pair.organisation.crash()
    pair.organisation.restore(backup)
    pair.run()
    assert pair.organisation.live.ledger.get(shared) is not None
    assert not pair.organisation.live.openings(shared)


# -- restore, lying peer ------------------------------------------------------------------------


def withhold(pair: Pair, victim: SimulatedNode, keep: int) -> None:
    """From now on the other side never returns a statement of the victim with a seq >= keep.

    Its messages to the victim are opened and sealed again without them, with heads that fit.
    """

    def censor(message: Message) -> Message | None:
        if message.to is not victim or victim.session is None:
            return message
        link = victim.live.link
        header = read_seal(message.data)
        secret = link.secrets.ring.secret_of(header.prekey_id)
        if header.opening or secret is None:
            return None
        frame = decode_frame(open_frame(message.data, secret, link.psk))
        hidden = {
            one.id
            for one in pair.other(victim).live.ledger.held()
            if (one.writer == victim.party and one.seq >= keep)
            or any(head.writer == victim.party and head.seq >= keep for head in one.seen)
        }
        envelopes = {
            one.envelope for one in pair.other(victim).live.ledger.held() if one.id in hidden
        }
        items = []
        for item in frame.items:
            if isinstance(item, StatementItem) and item.envelope in envelopes:
                continue
            if isinstance(item, HeadsItem):
                item = HeadsItem(tuple(h for h in item.heads if h.id not in hidden))
            items.append(item)
        current = pair.other(victim).live.link.keys.prekey
        if current.id != header.prekey_id:
            return None
        data = seal_frame(
            encode_frame(replace(frame, items=tuple(items))),
            recipient=current.pk,
            prekey_id=header.prekey_id,
            ephemeral=pair.other(victim).entropy(32),
            psk=link.psk,
        )
        return Message(message.to, data)

    pair.filter = censor


@pytest.mark.parametrize("victim", ["person", "organisation"])
def test_a_peer_that_withholds_own_statements_after_a_restore_can_convict_nobody(
    victim: str,
) -> None:
    pair, agreement = story()
    node: SimulatedNode = getattr(pair, victim)
    other = pair.other(node)
    backup = node.backup()
    keep = node.live.ledger.next_header(node.party).seq
    node.write("suspend", {"thread": agreement})  # lost in the restore, and withheld
    pair.run()
    node.crash()
    withhold(pair, node, keep)
    node.restore(backup)
    pair.run()
    assert node.live.restoring is Restoring.ROTATE_FIRST
    finish_restore(node)
    node.write("terminate", {"thread": agreement, "effective": None})
    pair.run()
    # The liar holds two statements of the victim at one seq, and they are no evidence.
    seqs = [one.seq for one in other.live.ledger.feed(node.party)]
    assert len(seqs) != len(set(seqs))
    assert not other.live.ledger.state().convicted
    assert nobody_is_convicted(pair)
    # When the liar comes out with it, the victim can hold it and still nothing follows.
    pair.filter = lambda message: message
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.is_level()
    assert nobody_is_convicted(pair)
    one, theirs = pair.threads(agreement)
    assert one == theirs
    assert one.phase is ThreadPhase.ENDED


def test_a_compromised_restore_adopts_nothing_that_was_signed_after_the_backup() -> None:
    pair, agreement = story()
    backup = pair.person.backup()
    stolen = pair.person.write("suspend", {"thread": agreement})  # by a thief with the live key
    pair.run()
    pair.person.crash()
    pair.person.restore(backup, adopt=False)
    pair.run()
    assert has(pair.person, RestoreAnswered)
    assert pair.person.live.ledger.get(stolen.id) is None
    finish_restore(pair.person)
    rotate = pair.person.live.ledger.feed(pair.person.party)[-1]
    assert rotate.seq == stolen.seq
    pair.run()
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.is_level()
    assert nobody_is_convicted(pair)
    # denials count even on a branch left behind
    assert all(thread.phase is ThreadPhase.SUSPENDED for thread in pair.threads(agreement))


def test_an_own_statement_nobody_remembers_makes_rotate_the_next_thing_signed() -> None:
    """A store rolled back behind our back, or a thief: both are answered by a rotate."""
    pair, agreement = story()
    rolled_back = pair.person.rows
    pair.person.write("suspend", {"thread": agreement})
    pair.run()
    pair.person.rows = rolled_back
    pair.person.crash()
    pair.person.revive()
    assert pair.person.live.restoring is Restoring.NO
    pair.run()
    assert has(pair.person, OwnHeadUnknown)
    assert pair.person.live.restoring is Restoring.ROTATE_FIRST
    with pytest.raises(LocalProtocolError, match="author-rotate-first"):
        pair.person.write("revoke", {"thread": None, "purposes": None})
    assert "own-statement-unknown" in [
        event.code for event in pair.person.events if isinstance(event, Refused)
    ]
    finish_restore(pair.person)
    pair.run()
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.is_level()
    assert nobody_is_convicted(pair)


def test_a_peer_cannot_force_a_rotate_with_heads_it_made_up() -> None:
    pair, _ = story()

    head = (pair.person.party, 99, b"\x01\x71\x12\x20" + bytes(32))
    pair.person.receive(sealed_by_peer(pair, pair.person, HeadsItem((head,))))  # type: ignore[arg-type]
    assert has(pair.person, OwnHeadUnknown)
    assert pair.person.live.restoring is Restoring.NO
    pair.person.write("ack", {})


def test_without_an_answer_the_user_may_rotate_on_the_own_last_known_head() -> None:
    pair, agreement = story()
    backup = pair.person.backup()
    pair.person.crash()
    pair.filter = lambda message: None
    pair.person.restore(backup)
    pair.pass_time(DAY)
    with pytest.raises(LocalProtocolError, match="session-state"):
        pair.person.write("ack", {})
    pair.person.live.end_asking(pair.clock.now)
    finish_restore(pair.person)
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.filter = lambda message: message
    pair.pass_time(DAY)
    assert pair.is_level()
    assert all(thread.phase is ThreadPhase.ENDED for thread in pair.threads(agreement))


def test_a_parted_key_history_takes_denials_only() -> None:
    """The backup is older than a rotation, nobody answers, and the words rotate a second time."""
    pair, agreement = story()
    backup = pair.person.backup()
    finish_restore(pair.person)  # an ordinary rotation, which the backup does not know
    pair.run()
    pair.person.crash()
    pair.filter = lambda message: None
    pair.person.restore(backup)
    pair.person.live.end_asking(pair.clock.now)
    finish_restore(pair.person)
    pair.filter = lambda message: message
    pair.pass_time(DAY // 24, step=MINUTE)
    assert has(pair.person, KeysParted)
    assert pair.person.live.parted
    for kind, body in (("ack", {}), ("resume", {"thread": agreement, "ref": agreement})):
        with pytest.raises(LocalProtocolError, match="author-parted"):
            pair.person.write(kind, body)
    # Both heads hold the same key: a restart goes on from the one this feed is on.
    author = pair.person.live.link.author
    assert author is not None
    heads = pair.person.own_history().heads
    assert len({pair.person.own_history().key_of(head) for head in heads}) == 1
    node = pair.person
    for head in heads:
        either = replace(author, history=node.own_history(), ks=head)
        session, _ = load(
            node.live.snapshot(),
            node.rows.statements.values(),
            dict(node.live.histories),
            openings=[],
            author=either,
            now=pair.clock.now,
            entropy=node.entropy,
        )
        assert session.link.author is not None
        assert session.link.author.ks == author.ks
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    assert nobody_is_convicted(pair)
    assert pair.organisation.live.ledger.state().threads[agreement].phase is ThreadPhase.ENDED


def test_both_sides_restored_from_backups_find_together_by_signal() -> None:
    pair, agreement = story()
    backups: list[Rows] = [node.backup() for node in pair.nodes]
    share(pair, agreement)
    pair.run()
    for node, backup in zip(pair.nodes, backups, strict=True):
        node.crash()
        node.restore(backup)
    pair.run()
    pair.pass_time(MINUTE, step=SECOND)
    for node in pair.nodes:
        if node.live.restoring is Restoring.ASKING:
            node.live.end_asking(pair.clock.now)
        finish_restore(node)
    pair.pass_time(MINUTE, step=SECOND)
    assert pair.is_level()
    assert nobody_is_convicted(pair)


def test_a_rotation_is_written_lazily_before_the_next_statement() -> None:
    pair, agreement = story()
    pair.person.rotate_key()
    pair.run()
    assert "rotate" not in [one.type for one in pair.person.live.ledger.held()]
    event: StatementsWritten = pair.person.live.write(
        "suspend", {"thread": agreement}, pair.clock.now
    )
    pair.person.commit([event])
    assert [one.type for one in event.statements] == ["rotate", "suspend"]
    pair.run()
    assert pair.is_level()


def test_a_superseded_key_signs_nothing_more() -> None:
    pair, _ = story()
    old = pair.person.author()
    pair.person.rotate_key()
    pair.person.write("rotate", {})
    assert old is not None
    with pytest.raises(LocalProtocolError, match="author-key"):
        Author(pair.person.live.histories[pair.person.party], old.key)
    with pytest.raises(LocalProtocolError, match="author-key"):
        pair.person.live.set_author(old)
