"""The pages of `spec` say what the schemas, the limits and the error codes of the code say."""

import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from linkcontract import limits, spec_version
from linkcontract.crypto.ed25519 import SMALL_ORDER
from linkcontract.errors import CODES
from linkcontract.ledger.voids import VOID_REASONS
from linkcontract.model import bodies, card, frame, key_events, prekey, rules, statement, terms
from linkcontract.model import fields as form
from linkcontract.model.schema import Shape, ShapeError
from linkcontract.transport import addresses

SPEC = Path(__file__).parents[2] / "spec"
GENERATED = {"ledger-states", "ledger-rules-and-tests"}
"""Parts of the ledger's page, drawn from the code; they change with it."""

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


def page(name: str) -> str:
    return (SPEC / f"{name}.md").read_text("utf-8")


def rows(text: str, head: str) -> list[list[str]]:
    """The rows of every table of a page whose head begins with `head`."""
    found: list[list[str]] = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = block.splitlines()
        if lines[0].startswith(f"| {head} |"):
            found += [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return found


BODIES = rows(page("statements"), "type")
FIELDS = [
    row
    for name in ("parties", "statements", "contracts", "session")
    for row in rows(page(name), "map")
]


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
    kinds = [row[0] for row in BODIES]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == set(bodies.STATEMENT_TYPES)


@pytest.mark.parametrize("row", BODIES, ids=lambda row: row[0])
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


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row[0])
def test_a_row_of_the_table_of_maps_has_the_fields_of_the_schema(row: list[str]) -> None:
    name, cell = row
    check(MAPS[name], cell)


def test_the_table_of_maps_is_whole() -> None:
    assert sorted(row[0] for row in FIELDS) == sorted(MAPS)


@pytest.mark.parametrize(
    ("shape", "name", "rest"),
    [
        pytest.param(shape, name, rest, id=f"{title}.{name}")
        for title, shape, cell in [
            *((row[0], body_shape(row[0]), row[1]) for row in BODIES),
            *((row[0], MAPS[row[0]], row[1]) for row in FIELDS),
        ]
        if title not in ("join", "answer")  # written as in `open`; nothing to be null
        for name, rest in fields(cell).items()
    ],
)
def test_what_may_be_null_is_marked(shape: Shape, name: str, rest: str) -> None:
    refused = knows(shape, name, required_by(shape), None)
    assert refused != rest.rstrip(", ").endswith("/null")


def test_every_kind_of_item_is_listed() -> None:
    named = re.findall(r'\["(\w+)"', " ".join(row[0] for row in rows(page("session"), "item")))
    assert sorted(named) == sorted(frame._ITEM_SHAPES)


def number(text: str) -> int:
    if text == "2^53 - 1":
        return 2**53 - 1
    value, _, unit = text.partition(" ")
    return int(value) * UNITS[unit]


def test_the_limits_are_those_of_the_code() -> None:
    written = {row[0].strip("`"): number(row[1]) for row in rows(page("limits"), "constant")}
    assert written == {name: getattr(limits, name) for name in written}


def test_no_limit_a_peer_could_notice_is_left_out() -> None:
    bounds = {name for name in vars(limits) if name.startswith(("MAX_", "FRAME_", "PREKEY_"))}
    written = {row[0].strip("`") for row in rows(page("limits"), "constant")}
    assert {name for name in bounds - written if not LOCAL.match(name)} == set()


# -- versions and generated parts ---------------------------------------------------------------


def versioned() -> dict[str, str]:
    """Every page with the version it states."""
    paths = [*SPEC.glob("*.md"), SPEC / "conformance" / "CLI.md"]
    found = {}
    for path in paths:
        name = path.relative_to(SPEC).with_suffix("").as_posix()
        stated = re.findall(r"^Version: (\d+\.\d+\.\d+)$", path.read_text("utf-8"), re.MULTILINE)
        if name not in GENERATED:
            assert len(stated) == 1, f"{name} states its version once"
            found[name] = stated[0]
    return found


def test_every_page_states_the_version_that_stands_in_the_code() -> None:
    assert versioned() == dict(spec_version.PAGES)


def test_the_index_of_the_specification_lists_every_page_with_its_version() -> None:
    index = page("README")
    listed = re.findall(r"^\| \[([\w/.-]+)\.md\]\([^)]+\) \| .+ \| (\S+) \|$", index, re.MULTILINE)
    unlisted = {"README", "conformance/CLI"}
    assert dict(listed) == {n: v for n, v in spec_version.PAGES.items() if n not in unlisted}


def test_the_version_of_the_specification_is_the_highest_of_its_pages() -> None:
    def numbers(version: str) -> list[int]:
        return [int(part) for part in version.split(".")]

    assert spec_version.PAGES["README"] == spec_version.SPEC_VERSION
    assert max(spec_version.PAGES.values(), key=numbers) == spec_version.SPEC_VERSION


def test_a_page_says_first_what_it_is() -> None:
    for name in versioned():
        title, _, version, _, status = page(name).splitlines()[:5]
        assert title.startswith("# "), name
        assert version.startswith("Version: "), name
        assert status.startswith("Status: "), name


def generator() -> ModuleType:
    located = importlib.util.spec_from_file_location("spec_pages", SPEC / "pages.py")
    assert located is not None
    assert located.loader is not None
    module = importlib.util.module_from_spec(located)
    located.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(SPEC.glob("*.md")), ids=lambda path: path.stem)
def test_the_generated_parts_of_a_page_are_up_to_date(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text == generator().renewed(text), "run: python spec/pages.py"


def test_the_reasons_of_what_is_void_are_those_of_the_code() -> None:
    section = page("ledger").split("\nA void statement has one reason")[1]
    listed = re.findall(r"^\| `([a-z-]+)` \| [A-Z]\d", section, re.MULTILINE)
    assert set(listed) == set(VOID_REASONS)


def test_every_code_that_others_share_is_said_on_a_page() -> None:
    told = "".join(page(name) for name in spec_version.PAGES if name not in ("errors", "threats"))
    pages = generator()
    shared = {
        code
        for area, codes in pages.areas().items()
        for code in codes
        if not pages.is_node_only(code, area)
    }
    assert {code for code in shared if f"`{code}`" not in told} == set()


def test_every_code_is_listed_once() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", page("errors"), re.MULTILINE)
    assert sorted(listed) == sorted(CODES)


# -- what pages quote from the code -------------------------------------------------------------

TEXTS = (
    *(
        "a",
        "dpv:Use",
        "ieee-7012:SD-BASE",
        "dpv:",
        ":x",
        "Dpv:x",
        "d:-x",
        "d:x_y.z-1",
        "7:x",
        "a:b:c",
    ),
    *("vcard", "vcard/fn", "vcard/*/1", "/", "a/", "/a", "a//b", "vcard/fn/", "*"),
    *("DE", "de", "EU", "DE-BY", "DE-", "DE-BYXY", "D", "DEU", "US-1", "D1"),
)
FORMS: Mapping[str, Shape] = {
    "CURIE": form.curie,
    "path": form.path,
    "country": form.jurisdiction,
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_of_a_text_on_the_page_is_that_of_the_code(name: str) -> None:
    (row,) = [row for row in rows(page("encoding"), "name") if row[0] == name]
    found = re.search(r"text: `([^`]+)`", row[1])
    assert found is not None
    written = re.compile(found[1])

    def accepted(text: str) -> bool:
        try:
            FORMS[name](text)
        except ShapeError:
            return False
        return True

    assert {text for text in TEXTS if accepted(text)} == {
        text for text in TEXTS if written.fullmatch(text)
    }


def test_the_form_of_addresses_and_links_is_that_of_the_code() -> None:
    parties = page("parties")
    assert f"`{form._URL.__self__.pattern}`" in parties
    written = re.search(r"^    (linkcontract:v1/\(.*)$", parties, re.MULTILINE)
    assert written is not None
    assert written[1].replace("(#(", "(?:#(") == card._LINK.pattern


def test_the_points_of_small_order_are_those_of_the_code() -> None:
    written = re.findall(
        r"^    ([0-9a-f]{64})$", page("envelope").split("\n# Signatures\n")[1], re.M
    )
    assert {bytes.fromhex(point) for point in written[:8]} == SMALL_ORDER


def test_the_networks_that_are_not_followed_are_those_of_the_code() -> None:
    section = page("transports").split("\n# Addresses\n")[1].split("\n# ")[0]
    four = {str(network) for network in addresses._NOT_GLOBAL_4}
    six = {str(network) for network in (addresses._GLOBAL_6, *addresses._NOT_GLOBAL_6)}
    assert set(re.findall(r"\d+\.\d+\.\d+\.\d+/\d+", section)) == four
    assert set(re.findall(r"\b[0-9a-f]{4}:[0-9a-f:]*/\d+", section)) == six


def test_the_statuses_of_http_are_those_of_the_code() -> None:
    listed = {int(n) for row in rows(page("transports"), "status") for n in row[0].split(", ")}
    server = (SPEC.parent / "transports" / "linkcontract_transports" / "http_server.py").read_text()
    used = {int(number) for number in re.findall(r"(?:_Bare\(|Outcome\.\w+: )(\d{3})", server)}
    assert listed == used - {200}
