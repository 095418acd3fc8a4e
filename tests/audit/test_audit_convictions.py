"""What convicts and what is a mere claim, and that nobody honest is ever convicted."""

from collections.abc import Callable

import pytest
from audit_stories import (
    agreed,
    export,
    exports,
    judged,
    kinds,
    lie,
    read,
    record,
    rewritten,
    share,
    the_one,
    use_body,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from linkcontract.audit.export import KeyRecord
from linkcontract.audit.findings import FINDINGS, Finding, Weight
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest, next_key
from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import Ledger
from linkcontract.limits import DAY, MINUTE
from linkcontract.model.party import rotate
from linkcontract.model.statement import Statement
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import SimulatedNode
from linkcontract.testing.scenario import MARKETING, SERVICE, START, terms

CONVICTION, CLAIM = Weight.CONVICTION, Weight.CLAIM


def shown(pair: Pair, *lies: Statement, by: SimulatedNode | None = None) -> Finding:
    """The one finding when a file of `by` (default: the person) holds these statements as well."""
    data = rewritten(export(by or pair.person), add=[record(each) for each in lies])
    report = judged(data)
    found = [each for each in report.findings if set(each.statements) & {one.id for one in lies}]
    assert len(found) == 1, report.findings
    assert len(report.evidence) == len(report.convictions)
    return found[0]


def last(node: SimulatedNode) -> Statement:
    return node.live.ledger.feed(node.party)[-1]


def before_last(node: SimulatedNode) -> Statement:
    return node.live.ledger.feed(node.party)[-2]


# -- forks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("liar", ["person", "organisation"])
def test_two_statements_for_one_place_under_one_key_convict(liar: str) -> None:
    pair, _ = agreed()
    node: SimulatedNode = getattr(pair, liar)
    other = lie(node, "ack", {}, after=before_last(node), seen=[])
    found = shown(pair, other)
    assert (found.kind, found.weight, found.party) == ("fork", CONVICTION, node.party)
    assert set(found.statements) == {other.id, last(node).id}


def test_a_fork_told_to_two_sides_is_found_by_putting_the_files_together() -> None:
    """Equivocation: each file by itself is clean."""
    pair, _ = agreed()
    node = pair.organisation
    hidden = lie(node, "ack", {}, after=before_last(node), seen=[])

    def instead(data: bytes) -> bytes:
        mine = last(node).envelope
        return rewritten(
            data, lambda each: getattr(each, "envelope", b"") != mine, add=[record(hidden)]
        )

    person, organisation = exports(pair)
    report = judged(person, instead(organisation))
    assert the_one(report, "fork").weight is CONVICTION


def test_the_other_branch_of_a_stolen_key_is_a_claim_once_the_owner_rotated() -> None:
    pair, agreement = agreed()
    node = pair.person
    stolen = lie(node, "accept", {"thread": agreement, "ref": agreement, "terms": agreement})
    node.rotate_key()
    node.write("rotate", {})
    found = shown(pair, stolen)
    assert (found.kind, found.weight) == ("fork", CLAIM)


def test_a_fork_is_a_claim_once_a_key_event_superseded_its_key() -> None:
    """The rotate statement is written lazily: which branch is the owner's is not settled yet."""
    pair, _ = agreed()
    node = pair.person
    stolen = lie(node, "ack", {}, after=before_last(node), seen=[])
    assert shown(pair, stolen).weight is CONVICTION
    node.rotate_key()
    assert shown(pair, stolen).weight is CLAIM
    node.write("rotate", {})
    assert shown(pair, stolen).weight is CLAIM


def test_a_liar_that_rotates_on_both_branches_is_convicted() -> None:
    pair, _ = agreed()
    node = pair.organisation
    other = lie(node, "ack", {}, after=before_last(node), seen=[])
    node.rotate_key()
    node.write("rotate", {})
    ks = last(node).ks
    again = lie(node, "rotate", {"event": ks}, after=other, seen=[], ks=ks)
    data = rewritten(export(pair.organisation), add=[record(other), record(again)])
    assert the_one(judged(data), "fork").weight is CONVICTION


def part(node: SimulatedNode) -> tuple[bytes, bytes]:
    """Two key events after the last one, both properly signed; their envelopes."""
    history = node.own_history()
    (head,) = history.heads
    key = next_key(node.seed, history.events[head].nonce)
    envelopes = []
    for _ in range(2):
        nonce = node.entropy(16)
        digest = next_digest(next_key(node.seed, nonce).public)
        envelopes.append(rotate(history, head, key, digest, nonce))
    return envelopes[0], envelopes[1]


@pytest.mark.parametrize(("liar", "weight"), [("person", CLAIM), ("organisation", CONVICTION)])
def test_two_key_events_at_one_position_convict_a_public_party_only(
    liar: str, weight: Weight
) -> None:
    pair, _ = agreed()
    node: SimulatedNode = getattr(pair, liar)
    history = node.own_history()
    one, other = part(node)
    key = next_key(node.seed, history.events[history.heads[0]].nonce)
    longer = history.extend([one, other])
    lies = [
        lie(node, "rotate", {"event": ks}, key=key, ks=ks)
        for ks in longer.events_at(len(history.events))
    ]
    added = [KeyRecord(0, one), KeyRecord(0, other), *(record(each) for each in lies)]
    report = judged(rewritten(export(pair.person), add=added))
    assert the_one(report, "key-fork").weight is weight
    assert {each.weight for each in report.findings if each.kind == "fork"} == {weight}


# -- uses and shares ----------------------------------------------------------------------------


def revoked() -> tuple[Pair, bytes, Statement]:
    pair, agreement = agreed()
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    return pair, agreement, revoke


def test_a_use_after_an_acknowledged_revoke_convicts() -> None:
    pair, agreement, revoke = revoked()
    acknowledged = last(pair.organisation)
    use = lie(pair.organisation, "use", use_body(agreement))
    found = shown(pair, use)
    assert (found.kind, found.weight) == ("use-after-revoke", CONVICTION)
    assert found.party == pair.organisation.party
    assert found.statements == (revoke.id, acknowledged.id, use.id)


def test_a_use_that_names_the_revoke_itself_convicts() -> None:
    pair, agreement = agreed()
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    use = lie(pair.organisation, "use", use_body(agreement), seen=[revoke.head])
    found = shown(pair, use)
    assert (found.kind, found.weight) == ("use-after-revoke", CONVICTION)
    assert found.statements == (revoke.id, use.id)


def test_understating_what_was_seen_does_not_help_once_it_was_acknowledged() -> None:
    pair, agreement, _ = revoked()
    assert shown(pair, lie(pair.organisation, "use", use_body(agreement), seen=[])).weight is (
        CONVICTION
    )


def test_a_use_by_one_that_never_admits_the_revoke_is_raced_and_no_finding() -> None:
    """Only a deadline or a witness bounds this; the protocol does not pretend otherwise."""
    pair, agreement = agreed()
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    use = lie(pair.organisation, "use", use_body(agreement))
    assert revoke.head not in use.seen
    assert judged(rewritten(export(pair.person), add=[record(use)])).confirmed


def test_a_use_for_what_was_never_permitted_convicts() -> None:
    pair, agreement = agreed()
    found = shown(pair, lie(pair.organisation, "use", use_body(agreement, MARKETING)))
    assert (found.kind, found.weight, found.code) == ("outside-permission", CONVICTION, "use")


def test_a_use_after_one_purpose_was_withdrawn_convicts_and_for_the_other_does_not() -> None:
    pair = Pair().connect()
    agreement = pair.agree(terms(SERVICE, MARKETING)).id
    pair.person.write("revoke", {"thread": agreement, "purposes": [MARKETING]})
    pair.run()
    assert shown(pair, lie(pair.organisation, "use", use_body(agreement, MARKETING))).weight is (
        CONVICTION
    )
    fine = lie(pair.organisation, "use", use_body(agreement, SERVICE))
    assert judged(rewritten(export(pair.person), add=[record(fine)])).confirmed


def test_a_share_outside_the_permission_convicts_whoever_shared() -> None:
    pair, agreement = agreed()
    body = {"thread": agreement, "agreement": agreement, "purpose": MARKETING}
    found = shown(pair, lie(pair.person, "share", {**body, "items": [[bytes(32), bytes(32)]]}))
    assert (found.kind, found.code, found.party) == (
        "outside-permission",
        "share",
        pair.person.party,
    )
    assert found.weight is CONVICTION


def test_a_use_before_anything_was_agreed_convicts() -> None:
    pair = Pair().connect()
    offer = pair.propose(pair.person)
    pair.run()
    found = shown(pair, lie(pair.organisation, "use", use_body(offer.id)))
    assert (found.kind, found.weight) == ("outside-permission", CONVICTION)


def test_a_use_past_the_end_of_the_terms_convicts_by_the_users_own_clock_only() -> None:
    pair = Pair().connect()
    agreement = pair.agree(terms(SERVICE, until=START + DAY)).id
    late = lie(pair.organisation, "use", use_body(agreement), at=START + 2 * DAY)
    assert shown(pair, late).weight is CONVICTION
    pair.person.clock.now += 2 * DAY  # the other side's time proves nothing
    pair.person.write("ack", {})
    pair.clock.now = START + MINUTE
    timely = lie(pair.organisation, "use", use_body(agreement), at=last(pair.organisation).at)
    assert judged(rewritten(export(pair.person), add=[record(timely)])).confirmed


def test_a_use_signed_with_a_stolen_key_is_a_claim_once_the_owner_rotated() -> None:
    pair, agreement, _ = revoked()
    node = pair.organisation
    stolen = lie(node, "use", use_body(agreement))
    assert shown(pair, stolen).weight is CONVICTION
    node.rotate_key()
    found = shown(pair, stolen, by=node)
    assert (found.kind, found.weight) == ("use-after-revoke", CLAIM)
    node.write("rotate", {})
    report = judged(rewritten(export(node), add=[record(stolen)]))
    assert kinds(report) == {"fork", "use-after-revoke"}
    assert not report.convictions


def test_a_breach_its_writer_rotated_on_top_of_still_convicts() -> None:
    pair, agreement, _ = revoked()
    node = pair.organisation
    use = lie(node, "use", use_body(agreement))
    node.rotate_key()
    head = node.own_history().heads[0]
    assert node.rows.key is not None
    kept = lie(
        node, "rotate", {"event": head}, after=use, seen=[], key=SigningKey(node.rows.key), ks=head
    )
    report = judged(rewritten(export(node), add=[record(use), record(kept)]))
    assert the_one(report, "use-after-revoke").weight is CONVICTION


def test_nothing_convicts_a_directed_party_whose_history_parted() -> None:
    """Both halves hold one key: stolen later, it signs on the half nobody uses any more."""
    pair, agreement = agreed()
    node = pair.person
    history = node.own_history()
    one, other = part(node)
    key = next_key(node.seed, history.events[history.heads[0]].nonce)
    ks = history.extend([one]).heads[0]
    turned = lie(node, "rotate", {"event": ks}, key=key, ks=ks)
    body = {"thread": agreement, "agreement": agreement, "purpose": MARKETING}
    body |= {"items": [[bytes(32), bytes(32)]]}
    breach = lie(node, "share", body, after=turned, seen=[], key=key, ks=ks)
    lies = [record(turned), record(breach)]
    alone = judged(rewritten(export(node), add=[KeyRecord(0, one), *lies]))
    assert the_one(alone, "outside-permission").weight is CONVICTION
    both = [KeyRecord(0, one), KeyRecord(0, other), *lies]
    report = judged(rewritten(export(node), add=both))
    assert not report.convictions
    assert "outside-permission" in kinds(report, CLAIM)


# -- honest stories -----------------------------------------------------------------------------

ACTIONS = ("offer", "accept", "share", "use", "revoke", "run", "wait", "crash", "lose", "export")


def act(pair: Pair, action: str, who: SimulatedNode, kept: list[bytes]) -> None:
    """One thing an honest node may do; what its session refuses to sign is not signed."""
    ledger: Ledger = who.live.ledger
    threads = list(ledger.state().threads.values())
    say: dict[str, Callable[[], object]] = {
        "run": pair.run,
        "wait": lambda: pair.pass_time(MINUTE),
        "lose": lambda: pair.collect() and pair.drop(),
        "offer": lambda: pair.propose(who),
        "export": lambda: kept.append(export(who)),
    }
    if action in say:
        say[action]()
    elif action == "crash":
        who.crash()
        who.revive()
    elif threads:
        thread = threads[-1]
        if action == "accept" and thread.offers:
            offer = ledger.get(thread.offers[0])
            if offer is not None and offer.writer != who.party:
                pair.accept(who, offer)
        elif action == "revoke":
            pair.person.write("revoke", {"thread": None, "purposes": None})
        elif thread.tip is not None and action == "share":
            share(pair, thread.tip)
        elif thread.tip is not None and thread.phase.value == "active":
            pair.organisation.write("use", use_body(thread.tip))


STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.booleans()), max_size=14)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_honest_nodes_are_never_convicted_and_their_files_agree(
    steps: list[tuple[str, bool]],
) -> None:
    pair = Pair().connect()
    kept: list[bytes] = []
    for action, first in steps:
        try:
            act(pair, action, pair.nodes[first], kept)
        except LocalProtocolError:
            continue  # the session does not sign it
    pair.pass_time(2 * DAY, step=DAY // 4)
    mine, theirs = exports(pair)
    report = judged(mine, theirs)
    assert report.confirmed, report.findings
    assert report.same
    for early in kept:
        for late in (mine, theirs):
            if read(early).header.exporter != read(late).header.exporter:
                report = judged(early, late)
                assert report.confirmed, report.findings


def test_every_kind_of_finding_says_whose_signature_proves_it() -> None:
    for kind in FINDINGS.values():
        assert kind.weights
        assert kind.proof
        assert kind.meaning[0].islower()
        if CONVICTION in kind.weights:
            assert "accused" in kind.proof
