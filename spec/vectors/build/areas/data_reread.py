"""Paths and names of relationships that are wrong in the input of the door."""

from collections.abc import Callable
from typing import Any

from build.areas.data import REL, VALUES
from build.world import seed
from linkcontract.encoding import cid_text

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    right = {
        "rel": cid_text(REL),
        "path": VALUES[0][0],
        "path_salt": seed("reread path"),
        "value": VALUES[0][1],
        "value_salt": seed("reread value"),
    }
    add(
        "commit-path-129-in-segments",
        "A path of 65 segments and 129 characters. A path is at most 128 in all. Careless: each"
        " segment is measured by itself.",
        "encoding, Fields",
        "commit",
        {**right, "path": "/".join("a" * 65)},
        error="field-text",
    )
    add(
        "commit-path-beyond-ascii",
        "A path with a letter that is no protocol text. Careless: any letter is a letter.",
        "encoding, Fields",
        "commit",
        {**right, "path": "vcard/pr\u00e9nom"},
        error="field-text",
    )
    for name, code, rel in (
        ("word", "cid-text", "hello"),
        ("cut", "cid-text", cid_text(REL)[:-1]),
        ("empty", "cid-text", ""),
    ):
        add(
            f"commit-rel-{name}",
            "A relationship that is no text of a cid: the request has its form, the text has not."
            " Careless: `request-form`, as for a number.",
            "conformance/CLI, Values in JSON",
            "commit",
            {**right, "rel": rel},
            error=code,
        )
    add(
        "commit-rel-number",
        "A relationship that is no text at all. Careless: it is what a cid is not, `cid-text`.",
        "conformance/CLI, Values in JSON",
        "commit",
        {**right, "rel": 1},
        error="request-form",
    )
