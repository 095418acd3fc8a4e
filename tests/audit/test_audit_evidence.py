"""Evidence objects: they convict by themselves, and nothing altered or left out does."""

import random
from collections.abc import Callable

import pytest
from audit_stories import (
    agreed,
    erase,
    export,
    judged,
    lie,
    record,
    rewritten,
    share,
    use_body,
    whole_story,
)
from test_audit_convictions import before_last, last, part, revoked

from linkcontract.audit.evidence import Evidence, check_evidence, gather_evidence
from linkcontract.audit.export import KeyRecord
from linkcontract.audit.findings import Finding, Weight
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_key
from linkcontract.encoding import decode, encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_EVIDENCE
from linkcontract.testing.scenario import MARKETING


def fork() -> tuple[Finding, Evidence]:
    pair, _ = agreed()
    node = pair.organisation
    other = lie(node, "ack", {}, after=before_last(node), seen=[])
    return only(judged(rewritten(export(node), add=[record(other)])))


def adopted_fork() -> tuple[Finding, Evidence]:
    """Both branches go on to the next key."""
    pair, _ = agreed()
    node = pair.organisation
    other = lie(node, "ack", {}, after=before_last(node), seen=[])
    node.rotate_key()
    node.write("rotate", {})
    ks = last(node).ks
    again = lie(node, "rotate", {"event": ks}, after=other, seen=[], ks=ks)
    return only(judged(rewritten(export(node), add=[record(other), record(again)])))


def key_fork() -> tuple[Finding, Evidence]:
    pair, _ = agreed()
    node = pair.organisation
    history = node.own_history()
    one, other = part(node)
    key = next_key(node.seed, history.events[history.heads[0]].nonce)
    lies = [
        lie(node, "rotate", {"event": ks}, key=key, ks=ks)
        for ks in history.extend([one, other]).events_at(1)
    ]
    added = [KeyRecord(0, one), KeyRecord(0, other), *(record(each) for each in lies)]
    return only(judged(rewritten(export(pair.person), add=added)), "key-fork")


def use_after_revoke() -> tuple[Finding, Evidence]:
    pair, agreement, _ = revoked()
    use = lie(pair.organisation, "use", use_body(agreement))
    return only(judged(rewritten(export(pair.person), add=[record(use)])))


def adopted_breach() -> tuple[Finding, Evidence]:
    """The writer went on to its next key on top of the use."""
    pair, agreement, _ = revoked()
    node = pair.organisation
    use = lie(node, "use", use_body(agreement))
    node.rotate_key()
    head = node.own_history().heads[0]
    assert node.rows.key is not None
    key = SigningKey(node.rows.key)
    kept = lie(node, "rotate", {"event": head}, after=use, seen=[], key=key, ks=head)
    return only(judged(rewritten(export(node), add=[record(use), record(kept)])))


def outside_permission() -> tuple[Finding, Evidence]:
    pair, agreement = agreed()
    use = lie(pair.organisation, "use", use_body(agreement, MARKETING))
    return only(judged(rewritten(export(pair.person), add=[record(use)])))


def only(report: object, kind: str = "") -> tuple[Finding, Evidence]:
    found = [
        pair
        for pair in zip(report.convictions, report.evidence, strict=True)  # type: ignore[attr-defined]
        if kind in ("", pair[0].kind)
    ]
    assert len(found) == 1
    return found[0]


CASES: dict[str, Callable[[], tuple[Finding, Evidence]]] = {
    "fork": fork,
    "fork with rotations": adopted_fork,
    "fork of keys": key_fork,
    "use after revoke": use_after_revoke,
    "use rotated on": adopted_breach,
    "outside permission": outside_permission,
}


@pytest.fixture(params=CASES, name="case")
def _case(request: pytest.FixtureRequest) -> tuple[Finding, Evidence]:
    return CASES[request.param]()


def test_an_evidence_object_convicts_by_itself(case: tuple[Finding, Evidence]) -> None:
    finding, evidence = case
    found = check_evidence(evidence.to_bytes())
    assert (found.kind, found.party) == (finding.kind, finding.party)
    assert found.weight is Weight.CONVICTION
    assert set(found.statements) == set(finding.statements)


def test_no_altered_byte_leaves_it_convicting(case: tuple[Finding, Evidence]) -> None:
    data = case[1].to_bytes()
    picked = random.Random(3)
    positions = range(len(data))
    for position in positions if len(data) < 2_000 else picked.sample(positions, 400):
        changed = bytearray(data)
        changed[position] ^= 1 << picked.randrange(8)
        with pytest.raises(RemoteProtocolError):
            check_evidence(bytes(changed))


def test_nothing_can_be_left_out_of_it(case: tuple[Finding, Evidence]) -> None:
    value = decode(case[1].to_bytes(), max_bytes=MAX_EVIDENCE)
    assert isinstance(value, dict)
    for part_ in ("kel", "stmts", "about"):
        entries = value[part_]
        assert isinstance(entries, list)
        for index in range(len(entries)):
            short = {**value, part_: entries[:index] + entries[index + 1 :]}
            if not superfluous(case[1], part_, index):
                with pytest.raises(RemoteProtocolError):
                    check_evidence(encode(short))


def superfluous(evidence: Evidence, part_: str, index: int) -> bool:
    """A fork's later key event: leaving it out hides a rotation that changes nothing."""
    return part_ == "kel" and evidence.kind == "fork" and index == len(evidence.key_events) - 1 > 0


def test_a_breach_without_a_body_convicts_nobody() -> None:
    value = decode(use_after_revoke()[1].to_bytes(), max_bytes=MAX_EVIDENCE)
    assert isinstance(value, dict)
    rows = value["stmts"]
    assert isinstance(rows, list)
    for index in range(len(rows)):
        row = rows[index]
        assert isinstance(row, list)
        bare = {**value, "stmts": [*rows[:index], [row[0], None, None], *rows[index + 1 :]]}
        with pytest.raises(RemoteProtocolError):
            check_evidence(encode(bare))


def test_one_kind_cannot_be_passed_off_as_another() -> None:
    for make in CASES.values():
        _, evidence = make()
        for kind in ("fork", "key-fork", "use-after-revoke", "outside-permission"):
            if kind != evidence.kind:
                other = Evidence(
                    kind, evidence.rel, evidence.about, evidence.key_events, evidence.statements
                )
                with pytest.raises(RemoteProtocolError):
                    check_evidence(other.to_bytes())


def test_no_evidence_can_be_made_of_an_honest_story() -> None:
    """Every statement and every pair of statements is accused of everything."""
    pair, _ = whole_story()
    ledger = pair.person.live.ledger
    histories = pair.person.live.histories
    events = tuple(event for party in sorted(histories) for event in histories[party].envelopes)
    held = ledger.held()
    accusations = [
        (kind, (each.id,)) for each in held for kind in ("use-after-revoke", "outside-permission")
    ]
    accusations += [
        ("fork", (one.id, other.id)) for one in held for other in held if one.id != other.id
    ]
    for kind, about in accusations:
        with pytest.raises(RemoteProtocolError) as caught:
            check_evidence(Evidence(kind, ledger.rel, about, events, held).to_bytes())
        assert caught.value.code == "evidence-fails"


def test_a_superseded_branch_is_no_evidence() -> None:
    """An honest node that lost its newest statement rotates first, and goes on from before it."""
    pair, agreement = agreed()
    node = pair.person
    backup = node.backup()
    lost = share(pair, agreement)
    pair.run()
    node.restore(backup)
    pair.mail.clear()
    node.live.end_asking(pair.clock.now)
    node.rotate_key()
    rotated = node.write("rotate", {})
    assert (rotated.seq, rotated.prev) == (lost.seq, lost.prev)
    events = node.own_history().envelopes
    made = Evidence("fork", node.live.rel, (rotated.id, lost.id), events, (rotated, lost))
    with pytest.raises(RemoteProtocolError) as caught:
        check_evidence(made.to_bytes())
    assert caught.value.code == "evidence-fails"


def test_a_fork_one_branch_of_which_went_further_is_no_evidence() -> None:
    """Both branches stand, each by a later key; what one has come to supersedes the other."""
    pair, _ = agreed()
    node = pair.person
    mine, other = last(node), lie(node, "ack", {}, after=before_last(node), seen=[])
    node.rotate_key()
    (ks,) = node.own_history().heads
    assert node.rows.key is not None
    key = SigningKey(node.rows.key)
    adopted = lie(node, "rotate", {"event": ks}, after=other, seen=[], key=key, ks=ks)
    node.rotate_key()
    rotated = node.write("rotate", {})
    events = node.own_history().envelopes
    shown = tuple(each.bare() for each in (mine, other, adopted, rotated))
    made = Evidence("fork", node.live.rel, (mine.id, other.id), events, shown)
    with pytest.raises(RemoteProtocolError) as caught:
        check_evidence(made.to_bytes())
    assert caught.value.code == "evidence-fails"


def test_a_claim_gives_no_evidence_object() -> None:
    pair, _ = agreed()
    node = pair.person
    claim = Finding(
        kind="fork", weight=Weight.CLAIM, party=node.party, statements=(last(node).id,) * 2
    )
    with pytest.raises(LocalProtocolError) as caught:
        gather_evidence(node.live.ledger, node.live.histories, claim)
    assert caught.value.code == "evidence-kind"


def test_evidence_of_a_breach_holds_though_a_body_in_its_past_was_erased() -> None:
    """A receipt is no part of the outcome: its header is enough once its holder erased the body."""
    pair, agreement = agreed()
    shared = share(pair, agreement)
    pair.run()
    erase(pair.person, shared.id, "body")
    pair.run()
    use = lie(pair.organisation, "use", use_body(agreement, MARKETING))
    data = rewritten(export(pair.person), add=[record(use)])
    _, evidence = only(judged(data))
    (bare,) = [each for each in evidence.statements if each.id == shared.id]
    headers = [each.bare() if each.id == bare.id else each for each in evidence.statements]
    stripped = tuple(headers)
    erased = Evidence(evidence.kind, evidence.rel, evidence.about, evidence.key_events, stripped)
    assert check_evidence(erased.to_bytes()).party == pair.organisation.party


def test_a_fork_shows_headers_only() -> None:
    _, evidence = fork()
    assert all(each.record is None for each in evidence.statements)
    assert len(evidence.statements) == 2
