"""The worked examples of the pages: their story holds, and every one of them is shown somewhere."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

SPEC = Path(__file__).parents[2] / "spec"
sys.path.append(str(SPEC))

from examples import notation, registry, story  # noqa: E402

from linkcontract.encoding import encode  # noqa: E402
from linkcontract.ledger import Ledger, ThreadPhase  # noqa: E402
from linkcontract.model.card import open_card  # noqa: E402
from linkcontract.model.frame import decode_frame  # noqa: E402
from linkcontract.model.items import Opening, check_opening  # noqa: E402
from linkcontract.model.opening import check_join, check_open  # noqa: E402
from linkcontract.model.party import open_key_history  # noqa: E402
from linkcontract.model.statement import BodyRecord, Statement, open_statement  # noqa: E402

HISTORIES = {party.id: open_key_history(party.history) for party in (story.ALICE, story.SHOP)}


def read(label: str) -> Statement:
    told = story.statement(label)
    return open_statement(told.envelope, HISTORIES).with_body(BodyRecord(*told.record))


def test_the_opening_of_the_story_is_in_order() -> None:
    alice, shop = HISTORIES[story.ALICE.id], HISTORIES[story.SHOP.id]
    opening, join = read("open"), read("join")
    open_card(story.CARD, shop, now=opening.at)
    check_open(opening, opener=alice, joiner=shop, now=opening.at, cards=[story.CARD_ID])
    pair = check_join(opening, join, opener=alice, joiner=shop)
    assert (pair.first, pair.second) == (story.ALICE.id, story.SHOP.id)
    pair.check_half(story.ALICE.id, story.ALICE.half)
    pair.check_half(story.SHOP.id, story.SHOP.half)


def test_every_statement_of_the_story_has_the_effect_that_is_told() -> None:
    ledger = Ledger(read("open"), HISTORIES)
    phases = []
    for label in list(story.STORY.statements)[1:]:
        added = ledger.add(read(label))
        assert [one.id for one in added.released] == [story.statement(label).id]
        threads = ledger.state().threads
        phases += [threads[root].phase for root in threads]
    assert phases == [
        ThreadPhase.OFFERED,
        ThreadPhase.AGREED,
        *[ThreadPhase.ACTIVE] * 4,  # ack, share, receipt, use
        *[ThreadPhase.ENDED] * 2,  # revoke, erased
    ]
    assert all(ledger.preview(read(label)) is None for label in ("share", "use", "erased"))


def test_the_opening_of_the_shared_value_fits() -> None:
    check_opening(story.REL, read("share"), Opening(*story.OPENING))
    assert decode_frame(story.ACK_FRAME).sender == story.ALICE.id


def test_every_example_is_shown_on_one_page() -> None:
    text = "".join(path.read_text("utf-8") for path in sorted(SPEC.glob("*.md")))
    shown = re.findall(r"^<!-- example: ([\w-]+) begin -->$", text, re.MULTILINE)
    assert sorted(shown) == sorted(registry.names())


# RFC 8949, appendix A, as far as this notation goes.
@pytest.mark.parametrize(
    ("data", "written"),
    [
        ("00", "0"),
        ("1864", "100"),
        ("1a000f4240", "1000000"),
        ("20", "-1"),
        ("3903e7", "-1000"),
        ("f4", "false"),
        ("f6", "null"),
        ("d74401020304", "23(h'01020304')"),
        ("60", '""'),
        ("62225c", r'"\"\\"'),
        ("62c3bc", '"ü"'),
        ("8301820203820405", "[1, [2, 3], [4, 5]]"),
        ("a201020304", "{1: 2, 3: 4}"),
        ("a26161016162820203", '{"a": 1, "b": [2, 3]}'),
    ],
)
def test_the_notation_is_that_of_rfc_8949(data: str, written: str) -> None:
    assert notation.diagnostic(bytes.fromhex(data)) == [written]


def test_the_notation_marks_what_is_embedded_and_names_what_is_known() -> None:
    inner = encode([1])
    known = bytes(2)
    lines = notation.diagnostic(encode([inner, known]), {known: "nothing"}, [inner])
    assert lines == ["[<<[1]>>, h'0000' / nothing /]"]


def test_what_is_long_stands_on_several_lines_with_its_commas() -> None:
    value: Any = {"a": bytes(36), "b": [bytes(36), bytes(36)]}
    lines = notation.diagnostic(encode(value), {bytes(36): "zeros"})
    zeros = f"h'{'00' * 36}'"
    assert lines == [
        "{",
        f'  "a": {zeros}, / zeros /',
        '  "b": [',
        f"    {zeros}, / zeros /",
        f"    {zeros} / zeros /",
        "  ]",
        "}",
    ]
