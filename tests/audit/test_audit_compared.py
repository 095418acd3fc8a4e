"""What a second implementation took otherwise, and what a thief of old keys can do.

The same cases stand in the vectors of the area evidence; here they are told with live nodes.
"""

from itertools import permutations

import pytest
from audit_stories import (
    agreed,
    export,
    judged,
    kinds,
    lie,
    record,
    rewritten,
    the_one,
    use_body,
)

from linkcontract.audit.evidence import check_evidence
from linkcontract.audit.export import StatementRecord
from linkcontract.audit.findings import Weight
from linkcontract.audit.report import Report
from linkcontract.errors import RemoteProtocolError
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import MARKETING

CONVICTION, CLAIM = Weight.CONVICTION, Weight.CLAIM


def codes(report: Report, kind: str) -> dict[bytes, str]:
    """Statement -> code, of all findings of a kind that are about one."""
    return {each.statements[0]: each.code for each in report.findings if each.kind == kind}


def test_without_the_body_of_the_open_nothing_is_confirmed() -> None:
    pair, _ = agreed()
    opening = pair.person.live.ledger.opening
    bare = rewritten(
        export(pair.person),
        lambda each: getattr(each, "envelope", b"") != opening.envelope,
        add=[record(opening, body=False)],
    )
    report = judged(bare)
    assert not report.confirmed
    assert the_one(report, "missing-body").statements == (opening.id,)


def test_whatever_the_order_what_is_built_on_a_malformed_statement_is_malformed() -> None:
    pair, _ = agreed()
    node = pair.organisation
    first = lie(node, "ack", {}, seen=[], at=0)
    second = lie(node, "ack", {}, after=first, seen=[])
    third = lie(node, "ack", {}, after=second, seen=[])
    expected = {first.id: "ledger-time", second.id: "ledger-refused", third.id: "ledger-refused"}
    for order in permutations((first, second, third)):
        report = judged(rewritten(export(pair.person), add=[record(each) for each in order]))
        assert codes(report, "malformed") == expected
        assert not any("build on something missing" in each for each in report.not_verified)


@pytest.mark.parametrize("bare_first", [True, False])
def test_of_a_statement_that_stands_twice_the_body_counts(bare_first: bool) -> None:
    pair, agreement = agreed()
    proposal = pair.person.live.ledger.get(agreement)
    assert proposal is not None
    both = [record(proposal, body=False), record(proposal)]

    def other(each: object) -> bool:
        return not (isinstance(each, StatementRecord) and each.envelope == proposal.envelope)

    added = both if bare_first else both[::-1]
    report = judged(rewritten(export(pair.person), other, add=added))
    assert [(each.kind, each.code) for each in report.findings] == [
        ("altered-line", "export-repeated")
    ]


def in_file(pair_export: bytes, statements: list[Statement]) -> Report:
    """What the file comes to with these statements in it."""
    return judged(rewritten(pair_export, add=[record(each) for each in statements]))


def test_two_old_keys_in_a_row_convict_nobody() -> None:
    """Once a later rotation is known, whether or not a statement names it."""
    pair, agreement = agreed()
    node = pair.organisation
    breach = lie(node, "use", use_body(agreement, MARKETING))
    node.rotate_key()
    (ks,) = node.own_history().heads
    cover = lie(node, "rotate", {"event": ks}, after=breach, seen=[], ks=ks)
    stolen = [breach, cover]
    assert the_one(in_file(export(node), stolen), "outside-permission").weight is CONVICTION
    node.write("rotate", {})  # the honest one, beside the breach
    node.rotate_key()
    unnamed = in_file(export(node), stolen)
    node.write("rotate", {})
    for report in (unnamed, in_file(export(node), stolen)):
        assert kinds(report, CLAIM) == {"fork", "outside-permission"}
        assert not report.convictions


def test_evidence_of_what_was_stood_by_leads_to_the_last_key() -> None:
    pair, agreement = agreed()
    node = pair.organisation
    breach = lie(node, "use", use_body(agreement, MARKETING))
    chain = [breach]
    for _ in range(2):
        node.rotate_key()
        (ks,) = node.own_history().heads
        chain.append(lie(node, "rotate", {"event": ks}, after=chain[-1], seen=[], ks=ks))
    report = in_file(export(node), chain)
    (evidence,) = report.evidence
    shown = check_evidence(evidence.to_bytes())
    assert (shown.kind, shown.statements) == ("outside-permission", (breach.id,))
    assert {each.id for each in chain} <= {each.id for each in evidence.statements}


def test_an_object_whose_open_has_no_body_fails_as_evidence() -> None:
    pair, agreement = agreed()
    breach = lie(pair.organisation, "use", use_body(agreement, MARKETING))
    report = in_file(export(pair.organisation), [breach])
    (evidence,) = report.evidence
    opening, *others = evidence.statements
    for statements in ((opening.bare(), *others), (*others, opening), tuple(others)):
        other = type(evidence)(
            evidence.kind, evidence.rel, evidence.about, evidence.key_events, tuple(statements)
        )
        with pytest.raises(RemoteProtocolError) as caught:
            check_evidence(other.to_bytes())
        assert caught.value.code == "evidence-fails"
