"""What is printed: exactly one JSON object, or text that cannot steer a terminal."""

import io
import json

import pytest

from linkcontract.encoding import cid_of, cid_text
from linkcontract.errors import CODES, NodeError, RemoteProtocolError
from linkcontract.node.next_steps import NEXT_STEPS
from linkcontract.node.output import (
    Output,
    base32,
    cell,
    moment,
    plain,
    short,
    table,
    to_json,
)
from linkcontract.node.selectors import select

CID = cid_of(b"\xa0")


def captured(as_json: bool) -> tuple[Output, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Output(out, err, as_json), out, err


def test_json_output_is_one_object_on_one_line_with_stable_keys() -> None:
    output, out, err = captured(True)
    output.note("working")
    output.result(to_json({"b": CID, "a": (1, None, True), "c": b"\x00\xff"}), "never shown")
    assert json.loads(out.getvalue()) == {
        "ok": True,
        "result": {"a": [1, None, True], "b": cid_text(CID), "c": "bad7q"},
    }
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().index('"a"') < out.getvalue().index('"b"')
    assert err.getvalue() == "working\n"


def test_a_json_error_is_one_object_on_standard_output() -> None:
    output, out, err = captured(True)
    output.failure(NodeError("data-locked", "/data", "wait"))
    assert json.loads(out.getvalue()) == {
        "ok": False,
        "error": {
            "code": "data-locked",
            "where": "/data",
            "text": CODES["data-locked"],
            "hint": "wait",
        },
    }
    assert err.getvalue() == ""


def test_a_text_error_names_cause_place_code_and_next_step() -> None:
    output, out, err = captured(False)
    output.failure(RemoteProtocolError("keyfile-passphrase"))
    first, second = err.getvalue().splitlines()
    assert first == f"error: {CODES['keyfile-passphrase']} [keyfile-passphrase]"
    assert second.startswith("  next: try again")
    assert out.getvalue() == ""


def test_every_next_step_belongs_to_a_code() -> None:
    assert NEXT_STEPS.keys() <= CODES.keys()


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J",
        "\x9b31m",
        "a\rb",
        "\u202egnp.exe",
        "\u2066x",
        "\x00",
        "\u200b",
        "\ud800",
        "\u2028",
    ],
)
def test_text_of_a_peer_cannot_steer_the_terminal(hostile: str) -> None:
    for shown in (plain(hostile), cell(hostile), table(("X",), [(hostile,)])):
        assert all(each == "\n" or each.isprintable() for each in shown)
        shown.encode("utf-8")


def test_letters_of_every_script_stay_as_they_are() -> None:
    for text in ("Zoë", "Müller & Söhne", "株式会社", "مرحبا", "line\nline"):
        assert plain(text) == text
    assert cell("line\nline") == "line\\nline"


def test_a_table_is_aligned_and_empty_without_rows() -> None:
    assert table(("A", "LONG"), []) == ""
    assert table(("A", "LONG"), [("x", 1), ("yyy", "é")]) == ("A    LONG\nx    1\nyyy  é\n")


def test_times_are_utc_and_impossible_ones_stay_numbers() -> None:
    assert moment(0) == "1970-01-01 00:00:00"
    assert moment(1_790_000_000_999) == "2026-09-21 14:13:20"
    assert moment(2**53 - 1) == str(2**53 - 1)
    assert moment(-(2**53)) == str(-(2**53))


def test_values_without_a_json_form_are_a_bug_not_a_guess() -> None:
    with pytest.raises(TypeError):
        to_json({"x": 1.5})
    with pytest.raises(TypeError):
        to_json(object())


def test_byte_strings_are_multibase_base32() -> None:
    assert base32(b"") == "b"
    assert base32(b"yes mani !") == "bpfsxgidnmfxgsibb"  # from the multibase specification
    assert short(CID) == cid_text(CID)[7:19]


def test_a_selector_names_one_thing_by_label_id_or_beginning() -> None:
    one, two = cid_of(b"\x01"), cid_of(b"\x02")
    things = {one: "Shop", two: None}
    assert select("Shop", things, "relationship") == one
    for text in (cid_text(two), short(two), cid_text(two).upper(), short(two)[:6]):
        assert select(text, things, "relationship") == two


@pytest.mark.parametrize("selector", ["", "Sho", "shop", "bafyrei", "zzzzzzzz", "\x1b[2J"])
def test_a_selector_that_fits_nothing_lists_what_there_is(selector: str) -> None:
    with pytest.raises(NodeError) as caught:
        select(selector, {cid_of(b"\x01"): "Shop\x1b[2J"}, "relationship")
    assert caught.value.code == "selector-none"
    assert f"Shop\\x1b[2J ({short(cid_of(bytes([1])))})" in caught.value.hint
    with pytest.raises(NodeError) as caught:
        select(selector, {}, "relationship")
    assert caught.value.hint == "there is none yet"


def test_a_selector_that_fits_two_things_is_refused() -> None:
    things: dict[bytes, str | None] = {cid_of(bytes([n])): "Shop" for n in range(7)}
    with pytest.raises(NodeError) as caught:
        select("Shop", things, "relationship")
    assert caught.value.code == "selector-many"
    assert "and 2 more" in caught.value.hint
