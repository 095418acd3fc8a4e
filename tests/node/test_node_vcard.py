"""vCard import: a whole card of a fictional person, and cards made to break the reader."""

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkcontract.errors import CODES, NodeError
from linkcontract.limits import MAX_PROTOCOL_TEXT, MAX_VALUE
from linkcontract.node.vcard import (
    MAX_FILE,
    MAX_ITEMS,
    MAX_LINES,
    Vcard,
    VcardItem,
    import_vcard,
    sample_vcard,
    select,
)
from linkcontract.policy import is_concrete

ZOE = (Path(__file__).parents[1] / "data" / "zoe.vcf").read_bytes()


def card(*lines: str, end: str = "\r\n") -> bytes:
    whole = ("BEGIN:VCARD", "VERSION:4.0", "FN:Zoë", *lines, "END:VCARD", "")
    return end.join(whole).encode()


def pairs(*lines: str) -> list[tuple[str, str]]:
    """What the lines of a card give, without its FN."""
    items = import_vcard(card(*lines)).items
    assert items[0] == ("vcard/fn/1", "Zoë".encode())
    return [(path, value.decode()) for path, value in items[1:]]


def code(data: bytes) -> str:
    with pytest.raises(NodeError) as caught:
        import_vcard(data)
    return caught.value.code


def test_a_real_card_gives_these_items_in_this_order() -> None:
    assert b"\r\n " in ZOE
    whole = import_vcard(ZOE)
    assert whole.left_out == ()
    assert [(path, value.decode()) for path, value in whole.items] == [
        ("vcard/kind/1", "individual"),
        ("vcard/fn/1", "Zoë Østby-Marín"),
        ("vcard/n/1/family", "Østby-Marín"),
        ("vcard/n/1/given", "Zoë"),
        ("vcard/n/1/additional", "Inés,Ruth"),
        ("vcard/n/1/prefix", "Dr."),
        ("vcard/nickname/1", "Zo"),
        ("vcard/nickname/2", "Ruthie"),
        ("vcard/bday/1", "19790203"),
        ("vcard/gender/1/sex", "F"),
        ("vcard/lang/1", "en"),
        ("vcard/lang/2", "es"),
        ("vcard/email/home/1", "zoe@ostby-marin.example"),
        ("vcard/x-ablabel/1", "private"),
        ("vcard/email/work/1", "z.ostby@physio.example"),
        ("vcard/tel/home/1", "tel:+1-616-555-0142"),
        ("vcard/tel/work/1", "+1 616 555 0199; ext. 7"),
        ("vcard/adr/home/1/street", "12 Elm Street, Apt 4"),
        ("vcard/adr/home/1/locality", "Grand Rapids"),
        ("vcard/adr/home/1/region", "MI"),
        ("vcard/adr/home/1/code", "49503"),
        ("vcard/adr/home/1/country", "United States of America"),
        ("vcard/adr/work/1/extended", "Suite 200"),
        ("vcard/adr/work/1/street", "8 Monroe Center"),
        ("vcard/adr/work/1/locality", "Grand Rapids"),
        ("vcard/adr/work/1/region", "MI"),
        ("vcard/adr/work/1/code", "49503"),
        ("vcard/adr/work/1/country", "United States of America"),
        ("vcard/org/1/name", "Physiotherapy Monroe, LLC"),
        ("vcard/org/1/unit-1", "Hands"),
        ("vcard/org/1/unit-2", "Evening Group"),
        ("vcard/title/1", "Physiotherapist"),
        ("vcard/url/1", "https://ostby-marin.example/hello?a=1,2;b=3"),
        ("vcard/related/1", "Marisol"),
        (
            "vcard/note/1",
            "Moved on 1 March 2026. Twins: stroller for two, please.\nReads the Grand Rapids "
            "Courier (no stalking; see her terms). Backslash: \\ and naïve café.",
        ),
        (
            "vcard/photo/1",
            "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
        ),
    ]


def test_the_sample_card_has_what_a_first_contract_is_about() -> None:
    items = import_vcard(sample_vcard()).items
    assert [item.path for item in select(items, "vcard/fn")] == ["vcard/fn/1"]
    assert [item.path for item in select(items, "vcard/email")] == [
        "vcard/email/home/1",
        "vcard/email/work/1",
    ]
    assert len(select(items, "vcard/adr/home")) == 5
    assert len(select(items, "vcard/tel")) == 1


def test_select_takes_whole_segments() -> None:
    items = import_vcard(ZOE).items
    assert len(select(items, "vcard/adr/home")) == 5
    assert select(items, "vcard/email/home/1") == (
        VcardItem("vcard/email/home/1", b"zoe@ostby-marin.example"),
    )
    assert select(items, "vcard") == items
    assert select(items, "vcard/adr/ho") == ()


def test_what_identifies_the_file_or_links_two_recipients_is_not_imported() -> None:
    values = b"\n".join(value for _path, value in import_vcard(ZOE).items)
    for absent in (b"urn:uuid", b"Fictional Address Book", b"20260301"):
        assert absent in ZOE
        assert absent not in values


def test_a_fold_inside_a_character_is_undone_before_decoding() -> None:
    name = "Zoë Østby".encode()
    for cut in range(1, len(name)):
        data = card().replace("Zoë".encode(), name[:cut] + b"\r\n " + name[cut:])
        assert import_vcard(data).items[0].value == name


def test_a_fold_may_begin_with_a_tab_and_lines_may_end_in_lf() -> None:
    assert pairs("NOTE:one\r\n\t two") == [("vcard/note/1", "one two")]
    assert import_vcard(card("NOTE:a\n b", end="\n")).items[1].value == b"ab"
    assert import_vcard(b"\xef\xbb\xbf" + card()).items == import_vcard(card()).items


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("TEL:1", "vcard/tel/1"),
        ("tel;type=HOME:1", "vcard/tel/home/1"),
        ('TEL;TYPE="home,cell":1', "vcard/tel/home/1"),
        ("TEL;TYPE=home,cell:1", "vcard/tel/home/1"),
        ("TEL;TYPE=cell;TYPE=work;TYPE=voice:1", "vcard/tel/work/1"),
        ("TEL;TYPE=home;TYPE=work:1", "vcard/tel/1"),
        ('TEL;TYPE="work,home":1', "vcard/tel/1"),
        ('TEL;X-A=";TYPE=home":1', "vcard/tel/1"),
        ("work.TEL:1", "vcard/tel/1"),
        ("TEL;TYPE=homely:1", "vcard/tel/1"),
    ],
)
def test_home_and_work_come_from_the_types_and_only_from_them(line: str, path: str) -> None:
    assert pairs(line) == [(path, "1")]


def test_counting_is_by_property_and_place_in_the_order_of_the_file() -> None:
    lines = ("EMAIL:a", "EMAIL;TYPE=home:b", "EMAIL:c", "EMAIL;TYPE=home:d", "TEL:e")
    assert pairs(*lines) == [
        ("vcard/email/1", "a"),
        ("vcard/email/home/1", "b"),
        ("vcard/email/2", "c"),
        ("vcard/email/home/2", "d"),
        ("vcard/tel/1", "e"),
    ]


def test_empty_values_make_no_item_and_are_not_counted() -> None:
    assert pairs("EMAIL:", "EMAIL: ", "EMAIL:a", "ADR:;;;;;;", "ADR:;;x;;;;", "N:;;;;") == [
        ("vcard/email/1", "a"),
        ("vcard/adr/1/street", "x"),
    ]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (r"NOTE:a\nb\Nc", "a\nb\nc"),
        (r"NOTE:a\,b\;c\\d", r"a,b;c\d"),
        (r"NOTE:a\\nb", r"a\nb"),
        (r"NOTE:a,b;c", "a,b;c"),
        ("NOTE:a\\", "a\\"),
        (r"URL:https://e.example/\,x,y;z", r"https://e.example/\,x,y;z"),
        (r"TEL;VALUE=uri:tel:1\,2", r"tel:1\,2"),
        (r"RELATED;VALUE=text:a\,b", "a,b"),
        ('NOTE:say "hi": yes', 'say "hi": yes'),
    ],
)
def test_text_is_unescaped_and_uris_are_verbatim(line: str, value: str) -> None:
    assert [text for _path, text in pairs(line)] == [value]


def test_components_beyond_the_known_ones_are_dropped_and_missing_ones_are_absent() -> None:
    assert pairs("N:A") == [("vcard/n/1/family", "A")]
    assert pairs("N:A;B;C;D;E;F;G")[-1] == ("vcard/n/1/suffix", "E")
    assert pairs(r"ADR:;;1\;2;T") == [("vcard/adr/1/street", "1;2"), ("vcard/adr/1/locality", "T")]


def test_a_value_too_large_for_an_item_is_left_out_by_name() -> None:
    fits, large = "p" * MAX_VALUE, "p" * (MAX_VALUE + 1)
    result = import_vcard(card(f"PHOTO:{large}", f"PHOTO:{fits}", "EMAIL:a"))
    assert result.left_out == ("vcard/photo/1",)
    assert [item.path for item in result.items] == ["vcard/fn/1", "vcard/photo/2", "vcard/email/1"]


HOSTILE = {
    "empty": (b"", "vcard-structure"),
    "only line ends": (b"\r\n" * 10, "vcard-structure"),
    "not a card": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "vcard-structure"),
    "cut off": (card()[:-12], "vcard-structure"),
    "no name": (b"BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n", "vcard-structure"),
    "an empty name": (card().replace("Zoë".encode(), b""), "vcard-structure"),
    "two cards": (card() + card(), "vcard-structure"),
    "a card in a card": (card("BEGIN:VCARD", "END:VCARD"), "vcard-structure"),
    "text after the card": (card() + b"NOTE:more\r\n", "vcard-structure"),
    "version 3.0": (card().replace(b"4.0", b"3.0"), "vcard-version"),
    "no version": (card().replace(b"VERSION:4.0\r\n", b""), "vcard-version"),
    "two versions": (card("VERSION:3.0"), "vcard-version"),
    "version not first": (
        b"BEGIN:VCARD\r\nFN:Z\r\nVERSION:4.0\r\nEND:VCARD\r\n",
        "vcard-version",
    ),
    "latin-1": (card().replace("ë".encode(), b"\xeb"), "vcard-encoding"),
    "utf-16": (card().decode().encode("utf-16"), "vcard-encoding"),
    "surrogates": (card().replace("ë".encode(), b"\xed\xa0\x80"), "vcard-encoding"),
    "NUL in a value": (card("NOTE:a\x00b"), "vcard-syntax"),
    "escape sequence": (card("NOTE:\x1b[2J"), "vcard-syntax"),
    "C1 control": (card("NOTE:\x9b2J"), "vcard-syntax"),
    "bare CR": (card("NOTE:a\rEMAIL:b"), "vcard-syntax"),
    "no colon": (card("NOTE"), "vcard-syntax"),
    "no name before the colon": (card(":x"), "vcard-syntax"),
    "only a parameter": (card(";TYPE=home:x"), "vcard-syntax"),
    "space in the name": (card("NO TE:x"), "vcard-syntax"),
    "slash in the name": (card("NO/TE:x"), "vcard-syntax"),
    "star as the name": (card("*:x"), "vcard-syntax"),
    "two groups": (card("a.b.NOTE:x"), "vcard-syntax"),
    "name of another script": (card("ΝΟΤΕ:x"), "vcard-syntax"),
    "long name": (card("X" * 65 + ":x"), "vcard-syntax"),
    "parameter without value": (card("EMAIL;home:x"), "vcard-syntax"),
    "open quote": (card('EMAIL;TYPE="home:x'), "vcard-syntax"),
    "long parameters": (card("EMAIL;X-A=" + "a" * 5000 + ":x"), "vcard-syntax"),
    "quoted-printable of version 2.1": (card("NOTE;QUOTED-PRINTABLE:a=20b"), "vcard-syntax"),
    "too many lines": (card(*["NOTE:a"] * MAX_LINES), "vcard-size"),
    "too many line ends": (b"\n" * (MAX_LINES + 1), "vcard-size"),
    "too many entries": (card("NICKNAME:" + "a," * MAX_ITEMS), "vcard-size"),
    "too many components": (card("ORG:" + "a;" * MAX_ITEMS), "vcard-size"),
    "too large": (card("NOTE:" + "a" * MAX_FILE), "vcard-size"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_card_is_refused_with_its_own_code(name: str) -> None:
    data, expected = HOSTILE[name]
    assert code(data) == expected


def test_the_error_names_the_line_and_never_its_content() -> None:
    with pytest.raises(NodeError) as caught:
        import_vcard(card("NOTE:fine", "SECRET VALUE 4711"))
    assert caught.value.where == "line 5"
    assert "4711" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "A;x=" + "a," * 2000 + '"',
        "A;x" + "=a" * 2000,
        "A" + ";x" * 2000,
        "A" + ';x=""' * 800 + '"',
        "A;x=" + "\\" * 4000,
        "A;x=" + "^" * 4000 + ":v",
        "NOTE:" + "\\" * 500_000,
        "NOTE:" + "\\n" * 400_000,
        "ADR:" + ";" * 500_000,
        "NICKNAME:" + "," * 500_000,
        "ORG:" + ";" * 400_000,
        "NOTE:" + '"' * 500_000,
        "NOTE:" + " " * 900_000,
    ],
    ids=lambda line: line[:12],
)
def test_no_line_takes_more_than_linear_work(line: str) -> None:
    # A line of 60 characters made a parser with nested repetitions run for minutes; the bound here
    # is a hundred times what linear work takes, so that a slow machine does not fail it.
    start = time.process_time()
    with contextlib.suppress(NodeError):
        import_vcard(card(line))
    assert time.process_time() - start < 20


def check(data: bytes) -> None:
    """Items or a NodeError, whatever the bytes."""
    result: Vcard | NodeError
    try:
        result = import_vcard(data)
    except NodeError as error:
        result = error
    if isinstance(result, NodeError):
        assert result.code.startswith("vcard-")
        assert result.code in CODES
        return
    paths = [*(item.path for item in result.items), *result.left_out]
    assert len(set(paths)) == len(paths)
    for path in paths:
        assert is_concrete(path)
        assert len(path) <= MAX_PROTOCOL_TEXT
        assert path.isascii()
        assert not any(other.startswith(f"{path}/") for other in paths)
    for item in result.items:
        assert 0 < len(item.value) <= MAX_VALUE
        assert item.value.decode("utf-8").strip()


pieces = st.sampled_from(
    [
        *(
            [
                "N",
                "FN",
                "ADR",
                "ORG",
                "TEL",
                "EMAIL",
                "NOTE",
                "X-A",
                "item1.",
                "NICKNAME",
                "VERSION",
            ]
        ),
        *(
            [
                ":",
                ";",
                ",",
                "=",
                '"',
                "\\",
                "\\n",
                "\\,",
                " ",
                "\t",
                "\r\n",
                "\r\n ",
                "\n ",
                "\r",
                ".",
            ]
        ),
        *(
            [
                "TYPE",
                "home",
                "work",
                "VALUE",
                "uri",
                "text",
                "4.0",
                "BEGIN:VCARD",
                "END:VCARD",
                "^n",
            ]
        ),
        *(["ë", "\u2028", "\u0085", "\x00", "\ud7ff", "😀", "*", "/", "1"]),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=40))
def test_any_lines_in_a_card_give_items_or_a_clear_error(lines: list[str]) -> None:
    check(card("".join(lines)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_items_or_a_clear_error(data: bytes) -> None:
    check(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(ZOE) - 1), st.integers(0, 255))
def test_a_flipped_byte_gives_items_or_a_clear_error(place: int, byte: int) -> None:
    check(ZOE[:place] + bytes([byte]) + ZOE[place + 1 :])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(ZOE)))
def test_a_truncated_card_is_never_taken_for_a_whole_one(length: int) -> None:
    if ZOE[length:].strip():
        assert code(ZOE[:length]) in ("vcard-structure", "vcard-encoding", "vcard-syntax")
