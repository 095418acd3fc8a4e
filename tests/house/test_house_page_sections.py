"""Each page has what a reader looks for, in one order; its bounds are those of the code."""

import re
from pathlib import Path

import pytest

from linkcontract import limits, spec_version
from linkcontract.audit import evidence
from linkcontract.crypto.cose import MAX_ENVELOPE_OVERHEAD
from linkcontract.model.items import MAX_INDEX
from linkcontract.protocol.prekeys import MAX_PREKEYS
from linkcontract.protocol.replay import MAX_REMEMBERED

SPEC = Path(__file__).parents[2] / "spec"

OTHERWISE = {
    "README": "the index; its Notation is what the conventions of the others refer to",
    "conformance/CLI": "about a test program, whose codes are those of the pages it asks about",
    "errors": "it is the table of codes",
    "threats": "informative; all of it is security considerations",
}
"""Pages that are made otherwise, and why."""

PAGES = sorted(set(spec_version.PAGES) - set(OTHERWISE))


def page(name: str) -> str:
    return (SPEC / f"{name}.md").read_text("utf-8")


def headings(name: str) -> list[str]:
    return re.findall(r"^# (.+)$", page(name), re.MULTILINE)


def section(name: str, title: str) -> str:
    return page(name).split(f"\n# {title}\n")[1].split("\n# ")[0]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_begins_with_an_example_and_conventions(name: str) -> None:
    _, example, conventions, *rest = headings(name)
    assert example in ("Worked example", "Worked examples")
    assert "<!-- example: " in section(name, example)
    assert conventions == "Conventions"
    assert "[README.md](README.md), Notation" in section(name, conventions)
    assert rest


@pytest.mark.parametrize("name", PAGES)
def test_no_rule_stands_before_the_example(name: str) -> None:
    before = page(name).split("<!-- example: ")[0].split("Status: ")[1]
    said = before.replace("MUST or SHOULD", "")  # the status of a page may name the words
    assert not re.search(r"\b(MUST|SHOULD|MAY)\b", said)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_ends_with_its_codes_and_what_to_consider(name: str) -> None:
    assert headings(name).count("Security considerations") == 1
    errors = section(name, "Errors")
    assert re.search(r"^\| code \|", errors, re.MULTILINE) or re.search(r"\b[Nn]o codes?\b", errors)


@pytest.mark.parametrize("name", sorted(spec_version.PAGES))
def test_a_page_states_its_version_on_the_third_line(name: str) -> None:
    assert page(name).splitlines()[2] == f"Version: {spec_version.PAGES[name]}"


BOUNDS = {
    "envelope of a payload": (MAX_ENVELOPE_OVERHEAD,),
    "envelope of a statement in a frame": (limits.MAX_HEADER + MAX_ENVELOPE_OVERHEAD,),
    "envelope of a key event in a frame": (limits.MAX_KEY_EVENT + MAX_ENVELOPE_OVERHEAD,),
    "index of an item": (MAX_INDEX,),
    "`ext`, `evidence` of a dispute": (limits.MAX_SEEN,),
    "heads in a frame": (limits.MAX_SEEN,),
    "prekey lifetime announced": ((limits.PREKEY_LIFETIME + limits.PREKEY_GRACE) // limits.DAY,),
    "numbers of frames": (MAX_REMEMBERED,),
    "prekeys": (MAX_PREKEYS,),
    "key events of an evidence object": (limits.MAX_KEY_EVENTS * limits.MAX_WRITERS,),
    "envelopes in an evidence object": (
        limits.MAX_HEADER + evidence._ROOM,
        limits.MAX_KEY_EVENT + evidence._ROOM,
    ),
    "what an evidence object is about": (limits.MAX_KEY_EVENTS,),
}
"""Bounds that stand beside one field, by their row in the tables of limits.md."""


def test_the_bounds_of_single_fields_are_those_of_the_code() -> None:
    found = {}
    for table in re.findall(r"^\| bound \|.*\n\|.*\n((?:^\|.*\n)+)", page("limits"), re.MULTILINE):
        for line in table.splitlines():
            name, value, _ = (cell.strip() for cell in line.strip("|").split("|"))
            found[name] = tuple(int(number) for number in re.findall(r"\d+", value))
    assert found == BOUNDS
