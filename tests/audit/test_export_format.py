"""The export file: what is written is read back, and any damaged byte is found on its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkcontract.audit.export import (
    DamagedLine,
    ExportHeader,
    KeyRecord,
    OpeningRecord,
    StatementRecord,
    read_export,
    write_export,
)
from linkcontract.encoding import cid_of
from linkcontract.errors import RemoteProtocolError

HEADER = ExportHeader(cid_of(b"party"), cid_of(b"rel"), 1_750_000_000_000, True)
RECORDS = (
    KeyRecord(2, b"\xd2key event"),
    StatementRecord(3, b"\xd2statement", (b"s" * 32, b"\xa0")),
    StatementRecord(4, b"\xd2other statement", None),
    OpeningRecord(5, b"\x87opening"),
)
FILE = b"".join(write_export(HEADER, RECORDS))


def lines_of(data: bytes) -> list[bytes]:
    return data.removesuffix(b"\n").split(b"\n")


def test_what_is_written_is_read_back() -> None:
    found = read_export(lines_of(FILE))
    assert found.header == HEADER
    assert found.records == RECORDS
    assert found.damaged == ()


def test_every_single_bit_flip_is_found() -> None:
    for position in range(len(FILE) - 1):  # the last line feed ends the file and carries nothing
        for bit in range(8):
            data = bytearray(FILE)
            data[position] ^= 1 << bit
            try:
                found = read_export(lines_of(bytes(data)))
            except RemoteProtocolError:
                assert position < len(lines_of(FILE)[0]) + 1
            else:
                assert found.damaged, (position, bit)


def test_a_spoiled_line_leaves_the_others_readable() -> None:
    lines = lines_of(FILE)
    lines[2] = lines[2].replace(b"stmt", b"stmu")
    found = read_export(lines)
    assert [record.line for record in found.records] == [2, 4, 5]
    assert found.damaged == (DamagedLine(3, "export-line"), DamagedLine(6, "export-digest"))


def test_a_file_that_was_cut_off_says_so() -> None:
    assert read_export(lines_of(FILE)[:-1]).damaged == (DamagedLine(6, "export-no-end"),)


def test_lines_after_the_end_are_not_read() -> None:
    found = read_export([*lines_of(FILE), *[b'{"key":"AAAA"}'] * 9])
    assert found.damaged == (DamagedLine(7, "export-after-end"),)
    assert len(found.records) == 4


def test_a_second_spelling_of_a_line_is_refused() -> None:
    lines = lines_of(FILE)
    lines[1] = lines[1].replace(b":", b": ")
    assert DamagedLine(2, "export-line") in read_export(lines).damaged


def test_members_in_another_order_are_refused() -> None:
    lines = lines_of(FILE)
    lines[3] = b'{"body":null,' + lines[3].removeprefix(b"{").replace(b',"body":null', b"")
    found = read_export(lines)
    assert found.damaged == (DamagedLine(4, "export-line"), DamagedLine(6, "export-digest"))


def test_unused_bits_of_base64_are_refused() -> None:
    lines = lines_of(FILE)
    lines[1] = b'{"key":"AB=="}'
    assert DamagedLine(2, "export-line") in read_export(lines).damaged


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_read_or_refused(lines: list[bytes]) -> None:
    found = read_export([lines_of(FILE)[0], *lines])
    assert found.damaged
    with pytest.raises(RemoteProtocolError):
        read_export(lines)
