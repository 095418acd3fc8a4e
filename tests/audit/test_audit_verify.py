"""Verification of honest files, and of files somebody altered, cut or left something out of."""

import random

import pytest
from audit_stories import (
    agreed,
    export,
    exports,
    judged,
    kinds,
    read,
    record,
    rewritten,
    share,
    the_one,
    use_body,
    whole_story,
    without,
)

from linkcontract.audit.export import ExportHeader, KeyRecord, OpeningRecord, StatementRecord
from linkcontract.audit.findings import Weight
from linkcontract.encoding import cid_of, encode
from linkcontract.errors import LinkContractError, LocalProtocolError, RemoteProtocolError
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY, MAX_EXPORT_LINE, MAX_WRITERS, MINUTE
from linkcontract.model.statement import Statement
from linkcontract.protocol import Content
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import ManualClock, SimulatedNode

NOT_CONFIRMED = ("findings", "unreadable")
UNREADABLE = {"export-header", "verify-relationship", "verify-exporter"}


def own(node: SimulatedNode, type_: str) -> Statement:
    """The only statement of a type a node signed."""
    (found,) = [each for each in node.live.ledger.feed(node.party) if each.type == type_]
    return found


# -- honest files -------------------------------------------------------------------------------


@pytest.mark.parametrize("opener", ["person", "organisation"])
def test_both_files_of_a_whole_story_confirm_each_other(opener: str) -> None:
    pair, agreement = whole_story(opener=opener)
    report = judged(*exports(pair))
    assert report.confirmed
    assert report.same
    assert report.state is not None
    assert report.state.threads[agreement].phase is ThreadPhase.ENDED
    held = pair.person.live.ledger.held()
    assert (
        report.verified["signatures"] == len(held) == report.verified["statements in their place"]
    )
    assert report.verified["bodies"] == len(held)
    assert report.verified["uses and shares judged"] == 2
    assert report.not_verified


def test_one_file_alone_confirms_and_says_what_that_leaves_open() -> None:
    pair, _ = whole_story()
    for node in pair.nodes:
        report = judged(export(node))
        assert report.confirmed
        assert report.same is None
        assert any("the other side's file" in each for each in report.not_verified)


def test_a_report_names_the_last_statement_the_other_side_acknowledged() -> None:
    pair, agreement = agreed()
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    seen = {feed.writer: feed for feed in judged(export(pair.person)).feeds}
    feed = seen[pair.person.party]
    assert feed.head == revoke.head
    assert feed.acknowledged is not None
    assert feed.acknowledged.seq < revoke.seq
    pair.run()
    (after,) = [
        feed for feed in judged(export(pair.person)).feeds if feed.writer == pair.person.party
    ]
    assert after.acknowledged == revoke.head


def test_values_are_checked_when_they_are_there_and_said_to_be_absent_when_not() -> None:
    pair, agreement = agreed()
    share(pair, agreement, Content("vcard/fn", b"Zoe"), Content("vcard/tel", b"555"))
    pair.run()
    assert judged(export(pair.organisation)).verified["openings"] == 2
    report = judged(export(pair.organisation, values=False))
    assert report.verified["openings"] == 0
    assert any("values that were shared" in each for each in report.not_verified)


def test_a_history_verifies_after_its_values_were_erased_on_both_sides() -> None:
    pair, _ = whole_story()
    report = judged(*exports(pair))
    assert report.confirmed
    assert report.verified["openings"] == 0
    assert b"Zoe" not in b"".join(exports(pair))


@pytest.mark.parametrize("late", ["person", "organisation"])
def test_files_made_at_different_times_are_no_findings(late: str) -> None:
    pair, agreement = agreed()
    early = pair.organisation if late == "person" else pair.person
    early_file = export(early)
    pair.pass_time(MINUTE)
    share(pair, agreement)
    pair.run()
    pair.organisation.write("use", use_body(agreement))
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.pass_time(MINUTE)
    late_file = export(pair.other(early))
    report = judged(early_file, late_file)
    assert report.confirmed, report.findings
    assert report.same is False
    assert any("beyond its own date" in each for each in report.not_verified)


def test_a_statement_signed_in_the_second_of_the_file_and_after_it_is_no_omission() -> None:
    """A person's times are rounded down: what was signed later can bear an earlier time."""
    pair, agreement = agreed()
    pair.clock.now += 1_000 - pair.clock.now % 1_000 + 400
    early = export(pair.person)
    pair.clock.now += 100
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    assert revoke.at < read(early).header.at
    pair.run()
    assert judged(early, export(pair.organisation)).confirmed


def test_two_clocks_that_differ_by_an_hour_make_no_finding() -> None:
    pair, agreement = agreed()
    pair.organisation.clock = ManualClock(pair.clock.now + 3_600_000)
    share(pair, agreement)
    pair.run()
    pair.organisation.write("use", use_body(agreement))
    pair.run()
    assert judged(*exports(pair)).confirmed


def test_a_raced_use_is_no_finding_and_is_said() -> None:
    """The organisation uses before it hears of the revoke."""
    pair, agreement = agreed()
    pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.organisation.write("use", use_body(agreement))
    pair.run()
    report = judged(*exports(pair))
    assert report.confirmed
    assert any("count as raced" in each for each in report.not_verified)


@pytest.mark.parametrize("victim", ["person", "organisation"])
@pytest.mark.parametrize("known", [True, False])
def test_a_restored_honest_party_is_never_convicted(victim: str, known: bool) -> None:
    """What it lost comes back as its own old branch, if the peer withheld it until the rotate."""
    pair, agreement = agreed()
    node: SimulatedNode = getattr(pair, victim)
    backup = node.backup()
    if victim == "person":
        share(pair, agreement)
    else:
        node.write("use", use_body(agreement))
    if known:
        pair.run()
    lost = export(node)
    before = export(pair.other(node))
    node.restore(backup)
    pair.mail.clear()
    node.live.end_asking(pair.clock.now)
    node.rotate_key()
    node.write("rotate", {})
    pair.run()
    node.write("terminate", {"thread": agreement, "effective": None})
    pair.run()
    files = [export(node), export(pair.other(node)), before, lost]
    for one in files:
        for other in files:
            try:
                report = judged(one, other)
            except LocalProtocolError:
                continue  # two of one side
            assert not report.convictions, report.convictions


# -- flipped, cut, left out ---------------------------------------------------------------------


def flipped(data: bytes, position: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1 << bit
    return bytes(changed)


def outcome(*files: bytes) -> str:
    """ "confirmed", "findings", "unreadable", or the code of an error that is none of its own."""
    try:
        report = judged(*files)
    except LinkContractError as error:
        return "unreadable" if error.code in UNREADABLE else error.code
    assert not report.convictions
    return "confirmed" if report.confirmed else "findings"


def test_no_flipped_bit_of_any_byte_leaves_a_small_file_confirmed() -> None:
    pair = Pair().connect()
    data = export(pair.person)
    assert outcome(data) == "confirmed"
    picked = random.Random(7)
    for position in range(len(data) - 1):  # the very last byte only ends the last line
        assert outcome(flipped(data, position, picked.randrange(8))) in NOT_CONFIRMED, position


def test_no_flipped_bit_of_a_whole_story_is_confirmed_by_the_other_file() -> None:
    pair, _ = whole_story()
    mine, theirs = exports(pair)
    picked = random.Random(8)
    for position in picked.sample(range(len(theirs) - 1), 120):
        assert outcome(mine, flipped(theirs, position, picked.randrange(8))) in NOT_CONFIRMED


def test_a_flipped_byte_is_named_by_file_and_line() -> None:
    pair, _ = whole_story()
    mine, theirs = exports(pair)
    number = next(n for n, line in enumerate(theirs.split(b"\n"), 1) if b'"stmt"' in line) + 3
    start = sum(len(line) + 1 for line in theirs.split(b"\n")[: number - 1])
    report = judged(mine, flipped(theirs, start + 100, 1))
    assert {(2, number)} & {place for each in report.findings for place in each.places}
    assert kinds(report) >= {"altered-line"}
    assert not report.convictions


@pytest.mark.parametrize("part", ["envelope", "salt", "body", "opening", "key"])
def test_altered_bytes_are_found_though_the_file_was_written_again(part: str) -> None:
    """The digest at the end finds accidents; a forger makes it right."""
    pair, agreement = agreed()
    share(pair, agreement)
    pair.run()
    data = export(pair.organisation)

    def change(record: object) -> object:
        match record, part:
            case KeyRecord(line, envelope), "key":
                return KeyRecord(line, flipped(envelope, 90, 0))
            case OpeningRecord(line, value), "opening":
                return OpeningRecord(line, flipped(value, len(value) - 40, 0))
            case StatementRecord(line, envelope, (salt, body)), _ if len(body) > 9:
                if part == "envelope":
                    return StatementRecord(line, flipped(envelope, 200, 3), (salt, body))
                if part == "salt":
                    return StatementRecord(line, envelope, (flipped(salt, 3, 3), body))
                if part == "body":
                    return StatementRecord(line, envelope, (salt, flipped(body, 3, 0)))
        return record

    changed = [change(each) for each in read(data).records]
    forged = rewritten(data, lambda _: False, add=changed)  # type: ignore[arg-type]
    assert read(forged).damaged == ()
    report = judged(forged)
    wanted = {"envelope": "statement", "salt": "body", "key": "key-event"}.get(part, part)
    assert f"altered-{wanted}" in kinds(report)
    assert not report.convictions


def test_a_file_cut_off_after_any_line_is_found() -> None:
    pair, _ = whole_story()
    lines = export(pair.person).splitlines(keepends=True)
    for count in range(1, len(lines)):
        report = judged(b"".join(lines[:count]))
        assert "altered-line" in kinds(report)
        assert not report.convictions


def test_a_statement_left_out_of_a_file_alone_is_an_omission_and_a_gap() -> None:
    pair, _ = whole_story()
    data = export(pair.organisation)
    for left_out in pair.organisation.live.ledger.held()[:-2]:
        report = judged(without(data, left_out))
        assert "gap" in kinds(report)
        assert not report.convictions
        found = [each for each in report.findings if left_out.id in each.statements]
        assert found, left_out.type


def test_the_revoke_left_out_by_the_organisation_is_an_omission() -> None:
    """It acknowledged it, so its own signature shows that it held it (spec: threats, T31)."""
    pair, agreement = agreed()
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    mine, theirs = exports(pair)
    report = judged(mine, without(theirs, revoke))
    found = the_one(report, "omission")
    assert (found.party, found.statements) == (pair.organisation.party, (revoke.id,))
    assert found.weight is Weight.CLAIM
    assert report.same is False


def test_an_end_of_the_chain_left_out_with_its_acknowledgement_is_an_omission() -> None:
    """The organisation drops the revoke and all it signed after it: the person's file has it."""
    pair, agreement = agreed()
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    pair.clock.now += MINUTE
    ledger = pair.organisation.live.ledger
    after = [each for each in ledger.held() if ledger.in_past(revoke.id, each.id)]
    assert after
    report = judged(export(pair.person), without(export(pair.organisation), revoke, *after))
    assert {each.party for each in report.findings if each.kind == "omission"} == {
        pair.organisation.party
    }


def test_a_statement_behind_what_the_exporter_named_is_an_omission_too() -> None:
    """The organisation named a later statement of the person; the one before is behind it."""
    pair, agreement = agreed()
    hidden = pair.person.write("revoke", {"thread": agreement, "purposes": ["dpv:Marketing"]})
    pair.person.write("ack", {})
    pair.run()
    mine, theirs = exports(pair)
    report = judged(mine, without(theirs, hidden))
    assert hidden.id in the_one(report, "omission").statements


def test_dating_a_file_back_hides_nothing_without_saying_so() -> None:
    pair, agreement = agreed()
    theirs = export(pair.organisation)
    made = pair.clock.now
    pair.pass_time(DAY)
    revoke = pair.person.write("revoke", {"thread": agreement, "purposes": None})
    pair.run()
    forged = rewritten(theirs, header=ExportHeader(*_with_at(theirs, made)))
    report = judged(export(pair.person), forged)
    assert report.same is False
    assert any("signed 1 statements later" in each for each in report.not_verified)
    assert revoke.id not in {name for each in report.findings for name in each.statements}


def _with_at(data: bytes, at: int) -> tuple[bytes, bytes, int, bool]:
    header = read(data).header
    return header.exporter, header.rel, at, header.with_data


def test_a_body_the_outcome_depends_on_is_missed() -> None:
    pair, agreement = agreed()
    (proposal,) = [each for each in pair.person.live.ledger.held() if each.id == agreement]
    data = without(export(pair.person), proposal)
    report = judged(rewritten(data, add=[record(proposal, body=False)]))
    assert "missing-body" in kinds(report)


# -- hostile files ------------------------------------------------------------------------------


def test_a_record_that_stands_twice_is_found() -> None:
    pair, agreement = agreed()
    share(pair, agreement)
    data = export(pair.person)
    for each in read(data).records:
        report = judged(rewritten(data, add=[each]))
        codes = {found.code for found in report.findings}
        assert codes == {"export-repeated"}, each


def test_records_of_another_relationship_are_found_and_used_for_nothing() -> None:
    pair, agreement = agreed()
    other, _ = agreed(seed="-other")
    foreign = read(export(other.person)).records
    report = judged(rewritten(export(pair.person), add=foreign))
    assert kinds(report) == {"altered-statement"}
    assert {each.code for each in report.findings} == {"ledger-relationship"}
    assert report.state is not None
    assert set(report.state.threads) == {agreement}


def test_more_parties_than_a_relationship_has_are_refused() -> None:
    pair = Pair().connect()
    strangers = [SimulatedNode(f"no {n}", "directed", ManualClock()) for n in range(MAX_WRITERS)]
    crowd = [KeyRecord(0, each.rows.events[each.party][0]) for each in strangers]
    report = judged(rewritten(export(pair.person), add=crowd))
    assert {each.code for each in report.findings} == {"ledger-writer"}


def test_a_file_whose_exporter_is_a_stranger_is_found() -> None:
    pair, _ = agreed()
    data = export(pair.person)
    exporter = cid_of(b"somebody else")
    header = ExportHeader(exporter, pair.person.live.rel, pair.clock.now, True)
    report = judged(rewritten(data, header=header))
    assert the_one(report, "altered-line").code == "export-exporter"


def test_two_files_of_one_side_and_of_two_relationships_are_refused() -> None:
    pair, _ = agreed()
    other, _ = agreed(seed="-other")
    for files, code in (
        ((export(pair.person), export(pair.person)), "verify-exporter"),
        ((export(pair.person), export(other.organisation)), "verify-relationship"),
        ((), "verify-files"),
        ((*exports(pair), export(pair.person)), "verify-files"),
    ):
        with pytest.raises(LocalProtocolError) as caught:
            judged(*files)
        assert caught.value.code == code


HOSTILE_LINES = {
    "too long": b'{"key":"' + b"A" * MAX_EXPORT_LINE + b'"}',
    "deep": b"[" * 100_000,
    "deep and closed": b'{"key":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep enough to read and not to write": b'{"end":' + b"[" * 990 + b"]" * 990 + b"}",
    "long number": b'{"key":' + b"9" * 5_000 + b"}",
    "not a number": b'{"key":NaN}',
    "half of a pair": b'{"key":"\\ud800"}',
    "not ascii": '{"key":"ü"}'.encode(),
    "not utf-8": b'{"key":"\xff"}',
    "NUL": b"\x00",
    "empty": b"",
    "a list": b"[]",
    "null": b"null",
    "nothing": b"{}",
    "key twice": b'{"key":"AAAA","key":"AAAA"}',
    "unknown member": b'{"secret":"AAAA"}',
    "wrong type": b'{"stmt":1,"body":null}',
    "half a body": b'{"stmt":"AAAA","body":["AAAA"]}',
    "no body member": b'{"stmt":"AAAA"}',
    "end that is true": b'{"end":true}',
    "empty envelope": b'{"key":""}',
    "empty statement": b'{"stmt":"","body":["",""]}',
    "opening of nothing": b'{"opening":""}',
    "opening that is a map": b'{"opening":"oA=="}',
}


@pytest.mark.parametrize("line", HOSTILE_LINES.values(), ids=HOSTILE_LINES)
def test_a_hostile_line_is_a_finding_and_the_rest_still_verifies(line: bytes) -> None:
    pair = Pair().connect()
    lines = export(pair.person).split(b"\n")
    lines[-2:-2] = [line]
    report = judged(b"\n".join(lines))
    assert report.findings
    assert not report.convictions
    assert report.verified["statements in their place"] == len(pair.person.live.ledger)


@pytest.mark.parametrize("line", HOSTILE_LINES.values(), ids=HOSTILE_LINES)
def test_a_hostile_first_line_is_unreadable(line: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        judged(line + b"\n")
    assert caught.value.code == "export-header"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"linkcontract-export":1', b'"linkcontract-export":true'),
        (b'"linkcontract-export":1', b'"linkcontract-export":1.0'),
        (b'"linkcontract-export":1', b'"linkcontract-export":2'),
        (b'"with_data":true', b'"with_data":1'),
        (b'"at":', b'"at":-'),
        (b'"at":', b'"at":1e'),
    ],
)
def test_a_header_in_another_spelling_is_unreadable(right: bytes, wrong: bytes) -> None:
    pair = Pair().connect()
    data = export(pair.person)
    assert right in data
    with pytest.raises(RemoteProtocolError):
        judged(data.replace(right, wrong, 1))


def test_an_opening_of_another_value_is_found() -> None:
    pair, agreement = agreed()
    share(pair, agreement)
    (opening,) = pair.person.live.openings(pair.person.live.ledger.feed(pair.person.party)[-1].id)
    value = [*opening.to_value()]
    value[4] = b"Zed"
    data = export(pair.person, values=False)
    report = judged(rewritten(data, add=[OpeningRecord(0, encode(value))]))
    assert the_one(report, "altered-opening").code == "opening-value"


def test_nobody_is_named_in_the_clear_but_by_keys() -> None:
    """An export holds what was signed, and neither secrets nor addresses of the node's owner."""
    pair, _ = whole_story()
    data = export(pair.person)
    assert pair.person.rows.key is not None
    for secret in (pair.person.rows.key, pair.person.seed):
        assert secret.hex().encode() not in data
        assert secret not in data
