"""The tables of `spec/wire.md` say what the schemas and the limits of the code say."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from linkcontract import limits
from linkcontract.model import bodies, card, frame, key_events, prekey, rules, statement, terms
from linkcontract.model.schema import Shape, ShapeError

PAGE = (Path(__file__).parents[2] / "spec" / "wire.md").read_text("utf-8")

MAPS: Mapping[str, Shape] = {
    "inception": key_events.INCEPTION,
    "key event": key_events.KEY_EVENT,
    "header": statement._HEADER,
    "card (open)": card._CARD,
    "prekey": prekey.PREKEY,
    "terms": terms.TERMS,
    "rule": rules.RULE,
    "duty": rules.DUTY,
    "controller": terms.CONTROLLER,
    "frame": frame._FRAME,
}

UNITS = {"": 1, "KiB": limits.KIB, "MiB": limits.MIB, "min": limits.MINUTE, "h": limits.HOUR}
UNITS["d"] = limits.DAY

LOCAL = re.compile(
    r"KEYFILE_|MAX_(KEYFILE|STORE|BACKUP|EXPORT|EVIDENCE|PASSPHRASE|CONSUMED|SEALED)"
)
"""What no peer ever notices: the files of a node."""


def table(heading: str) -> list[list[str]]:
    section = PAGE.split(f"\n# {heading}\n")[1].split("\n# ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def fields(cell: str) -> dict[str, str]:
    """Name -> what stands behind it, up to the next name."""
    pieces = re.split(r"`(\w+)`", cell)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def fault_with(shape: Shape, value: Mapping[str, object]) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        shape(value)
    return caught.value


def required_by(shape: Shape) -> set[str]:
    """What a shape calls missing, one after the other; no shape takes a bare object."""
    found: dict[str, object] = {}
    while (fault := fault_with(shape, found)).code == "field-missing":
        found[fault.path[-1]] = object()
    return set(found)


def knows(shape: Shape, name: str, required: set[str], value: object) -> bool:
    """Whether the shape looks at this field at all and refuses the value there."""
    whole = {name: value, **{other: object() for other in required if other != name}}
    path = fault_with(shape, whole).path
    return bool(path) and path[-1] == name


def check(shape: Shape, cell: str, ridden: frozenset[str] = frozenset()) -> None:
    written = fields(cell)
    required = required_by(shape) if written else set()
    assert {name for name, rest in written.items() if not rest.startswith("?")} == required
    for name in {*written, *ridden}:
        assert knows(shape, name, required, object()), name
    assert not knows(shape, "no-such-field", required, object())


def body_shape(kind: str) -> Shape:
    return bodies.body_shape(kind)


def test_the_table_of_bodies_has_every_type_once() -> None:
    kinds = [row[0] for row in table("Bodies")]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == set(bodies.STATEMENT_TYPES)


@pytest.mark.parametrize("row", table("Bodies"), ids=lambda row: row[0])
def test_a_row_of_the_table_of_bodies_has_the_fields_of_the_schema(row: list[str]) -> None:
    kind, cell = row
    if kind == "ack":
        assert body_shape("ack")({}) == {}
        return
    if kind == "answer":  # nothing is required, but something has to be said
        assert fault_with(body_shape(kind), {}).code == "field-missing"
        assert set(fields(cell)) == {"ref", "code"}
        return
    check(body_shape(kind), cell, frozenset({"items", "prekey"}))


@pytest.mark.parametrize("row", table("Maps"), ids=lambda row: row[0])
def test_a_row_of_the_table_of_maps_has_the_fields_of_the_schema(row: list[str]) -> None:
    name, cell = row
    check(MAPS[name], cell)


def test_the_table_of_maps_is_whole() -> None:
    assert [row[0] for row in table("Maps")] == list(MAPS)


@pytest.mark.parametrize(
    ("shape", "name", "rest"),
    [
        pytest.param(shape, name, rest, id=f"{title}.{name}")
        for title, shape, cell in [
            *((row[0], body_shape(row[0]), row[1]) for row in table("Bodies")),
            *((row[0], MAPS[row[0]], row[1]) for row in table("Maps")),
        ]
        if title not in ("join", "answer")  # written as in `open`; nothing to be null
        for name, rest in fields(cell).items()
    ],
)
def test_what_may_be_null_is_marked(shape: Shape, name: str, rest: str) -> None:
    refused = knows(shape, name, required_by(shape), None)
    assert refused != rest.rstrip(", ").endswith("/null")


def test_every_kind_of_item_is_listed() -> None:
    named = re.findall(r'\["(\w+)"', " ".join(row[0] for row in table("Frames")))
    assert sorted(named) == sorted(frame._ITEM_SHAPES)


def number(text: str) -> int:
    if text == "2^53 - 1":
        return 2**53 - 1
    value, _, unit = text.partition(" ")
    return int(value) * UNITS[unit]


def test_the_limits_are_those_of_the_code() -> None:
    written = {row[0].strip("`"): number(row[1]) for row in table("Limits")}
    assert written == {name: getattr(limits, name) for name in written}


def test_no_limit_a_peer_could_notice_is_left_out() -> None:
    bounds = {name for name in vars(limits) if name.startswith(("MAX_", "FRAME_", "PREKEY_"))}
    written = {row[0].strip("`") for row in table("Limits")}
    assert {name for name in bounds - written if not LOCAL.match(name)} == set()
