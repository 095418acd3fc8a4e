"""spec/linkcontract.cddl says what the pages, the vectors and this implementation say."""

import re
from collections.abc import Mapping
from typing import Any

import cddl_text
import pytest
from cddl_met import AREAS, FROM_ELSEWHERE, accepted, met, valid, vectors
from cddl_parts import COMMANDS, NOTHING
from cddl_refused import COMMANDS as REFUSABLE
from cddl_refused import refused

pytestmark = pytest.mark.timeout(400)

# -- vectors -------------------------------------------------------------------------------------


def test_every_command_is_looked_into_or_has_no_structure() -> None:
    asked = {vector["command"] for area in AREAS for vector in vectors(area)}
    assert asked == COMMANDS.keys() | NOTHING
    assert not COMMANDS.keys() & NOTHING


@pytest.mark.parametrize("area", AREAS)
def test_what_stands_in_accepted_inputs_is_of_its_rule(area: str) -> None:
    wrong = [
        (part.rule, name, "valid" if part.valid else "not valid")
        for part, name in accepted(area).items()
        if valid(part.rule, part.data) != part.valid
    ]
    assert wrong == []


def test_every_structure_is_met_in_some_vector() -> None:
    structures = {
        name
        for name, right in cddl_text.rules().items()
        if right.lstrip().startswith(("{", "[", "sign1<", "encrypt0<", "rule<"))
    }
    assert structures - cddl_text.generic() - met().keys() == FROM_ELSEWHERE.keys()


SHAPE = ("cbor-", "cose-", "field-", "seal-enc", "seal-size", "seal-suite", "seal-prekey-id")
SHAPES = ("evidence-form", "frame-item", "frame-items", "log-salt", "statement-prev")
MORE_SHAPES = ("statement-rel", "x25519-canonical")
OF_NO_SHAPE = ("cose-key", "cose-kind", "cose-signature")

INSIDE_BYTES = "deterministic encoding inside a byte string"
DISTINCT = "arrays whose entries differ or ascend"
TWO_FIELDS = "two fields that depend on each other"
IN_TOTAL = "nesting and total sizes"
NO_STRUCTURE = "what is at fault stands in no structure"

MAKING = ("seal", "sign-envelope")
"""Commands whose refusals are about what they are given, before anything is made of it."""

NOT_SAID: Mapping[str, str] = {
    "statements/header-unsorted": INSIDE_BYTES,
    "envelope/open-protected-long": INSIDE_BYTES,
    "envelope/open-order": INSIDE_BYTES,
    "envelope/open-order-typ": INSIDE_BYTES,
    "sealing/unseal-enc-before-typ": INSIDE_BYTES,
    "evidence/refused-form-about-twice": DISTINCT,
    "session/receive-want-backwards": TWO_FIELDS,
    "statements/terms-empty-period": TWO_FIELDS,
    "statements/terms-until-before-from": TWO_FIELDS,
    "data/commit-one-salt": TWO_FIELDS,
    "statements/read-unknown-too-large": IN_TOTAL,
    "evidence/refused-key-event-without-inception": TWO_FIELDS,
    # What is built here to be checked cannot hold a key twice, or one that is no text.
    "encoding/encode-key-twice": NO_STRUCTURE,
    "encoding/encode-key-array": NO_STRUCTURE,
    "encoding/encode-key-bool": NO_STRUCTURE,
    "encoding/encode-key-bytes": NO_STRUCTURE,
    "encoding/encode-key-integer": NO_STRUCTURE,
    "encoding/encode-key-map": NO_STRUCTURE,
    "encoding/encode-key-null": NO_STRUCTURE,
}
"""Refused for their shape, and CDDL cannot say it: see the head of the file."""

NOT_SAID_BY_CODE = {"field-order": DISTINCT, "cbor-depth": IN_TOTAL}


def misshapen() -> list[Mapping[str, Any]]:
    """The vectors that are refused for the shape of something in them."""
    return [
        vector
        for area in AREAS
        for vector in vectors(area)
        for code in [vector.get("error", "")]
        if code.startswith(SHAPE) or code in (*SHAPES, *MORE_SHAPES)
        if code not in OF_NO_SHAPE and code not in NOT_SAID_BY_CODE
    ]


def test_what_is_refused_for_its_shape_is_not_of_its_rule() -> None:
    unseen = []
    for vector in misshapen():
        if vector["command"] in MAKING or NOT_SAID.get(vector["name"]) == NO_STRUCTURE:
            continue
        wrong = refused(vector)
        if all(valid(part.rule, part.data) for part in wrong):
            unseen.append(vector["name"])
    said = {name for name, reason in NOT_SAID.items() if reason != NO_STRUCTURE}
    assert set(unseen) == said


def test_what_cannot_be_said_is_in_some_vector() -> None:
    names = {vector["name"] for vector in misshapen()}
    assert NOT_SAID.keys() <= names
    assert {vector["command"] for vector in misshapen()} <= {*REFUSABLE, *MAKING}


# -- the file itself -----------------------------------------------------------------------------


def test_every_rule_is_reached_from_the_structures() -> None:
    rules = cddl_text.rules()
    reached: set[str] = set()
    waiting = {"structure"}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= (cddl_text.named(rules[name]) & rules.keys()) - reached
    assert rules.keys() - reached == set()


def test_no_rule_has_the_name_of_something_in_the_prelude() -> None:
    # RFC 8610, appendix D; those that could be meant as a name of ours.
    prelude = {"any", "int", "uint", "text", "bytes", "time", "tdate", "number", "integer", "uri"}
    prelude |= {"unsigned", "regexp", "float", "bool", "true", "false", "null", "nil", "undefined"}
    assert not cddl_text.rules().keys() & prelude


def test_the_validator_is_not_asked_what_it_passes_over() -> None:
    # 1.5.3 takes every text for `.regexp ("a" .cat "b")`, and checks nothing then.
    assert ".cat" not in "".join(cddl_text.rules().values())


PAGES = ("parties", "statements", "contracts", "session")
MAPS = [row for page in PAGES for row in cddl_text.rows(page, "map")]


@pytest.mark.parametrize("row", MAPS, ids=lambda row: row[0])
def test_the_maps_of_the_pages_have_the_fields_of_their_rule(row: list[str]) -> None:
    rule = row[0].removesuffix(" (open)").replace(" ", "-")
    assert cddl_text.members(rule) == cddl_text.written(row[1])


@pytest.mark.parametrize("row", cddl_text.rows("statements", "type"), ids=lambda row: row[0])
def test_the_bodies_of_the_pages_have_the_fields_of_their_rule(row: list[str]) -> None:
    kind, cell = row
    if kind == "answer":  # of `code` and `items` one has to be there, which is a choice
        assert cddl_text.members("body-answer").keys() == {"ref", "code", "items", "prekey"}
        return
    written = {"items": True, "prekey": True, **cddl_text.written(cell)}
    assert cddl_text.members(f"body-{kind}") == written


@pytest.mark.parametrize("row", cddl_text.rows("contracts", "kind"), ids=lambda row: row[0])
def test_the_conditions_of_the_pages_have_the_fields_of_their_rule(row: list[str]) -> None:
    for kind in row[0].split(", "):
        written = {"kind": False, **cddl_text.written(row[1])}
        assert cddl_text.members(f"condition-{kind}") == written


def test_every_hash_of_the_pages_has_a_rule() -> None:
    first = [row[0].strip('"') for row in cddl_text.rows("encoding", "first entry")]
    rules = {f"hash-{label.removeprefix('lc/').removesuffix('/1')}" for label in first}
    assert rules == cddl_text.named(cddl_text.rules()["hash-input"])


def test_every_kind_of_item_of_the_pages_has_a_rule() -> None:
    named = re.findall(r'\["(\w+)"', " ".join(row[0] for row in cddl_text.rows("session", "item")))
    assert {f"item-{kind}" for kind in named} == cddl_text.named(cddl_text.rules()["frame-item"])
