"""Decisions in which two columns of a table seem to fit, and circumstances nobody foresaw."""

from collections.abc import Callable
from typing import Any

from build.policy_words import NOW, SHOP, ask, facts, no, party, question, rule, terms, yes
from build.world import HOUR

Add = Callable[..., Any]
CONDITIONS = "permissions, Conditions"


def build(add: Add) -> None:
    """The vectors of this module."""
    _places(add)
    _circumstances(add)
    _paths(add)


def _places(add: Add) -> None:
    """What holds is known, whatever else is listed beside it."""
    for name, comment, listed, place, held in (
        ("part-beside-eu", "Its country is listed, and EU", ["EU", "DE"], "DE-BY", True),
        ("listed-part-beside-eu", "It is listed itself, and EU", ["DE-BY", "EU"], "DE-BY", True),
        ("country-and-its-part", "It is listed, and a part of it", ["DE-BY", "DE"], "DE", True),
        ("eu-beside-a-part", "EU is stated and listed", ["DE-BY", "EU"], "EU", True),
        ("eu-and-another-country", "EU is listed, its country not", ["EU", "FR"], "DE-BY", None),
        ("part-of-another", "Neither EU nor a part of it", ["FR", "US-CA"], "DE-BY", False),
        ("small-letters", "Text of another form is listed nowhere", ["DE"], "de", False),
        ("small-letters-eu", "EU is listed, and the text is no EU", ["EU"], "eu", None),
        ("empty", "Stated as no text: it was stated", ["DE"], "", False),
    ):
        condition = {"kind": "place", "in": listed}
        known = facts(place=place)
        add(
            f"place-{name}",
            f"{comment}. Careless: not known wherever EU stands.",
            CONDITIONS,
            "decide",
            question([terms([rule(conditions=[condition])])], known=known),
            claims=yes() if held is True else no("condition"),
        )
        add(
            f"place-{name}-prohibits",
            f"{comment}. A prohibition applies unless this fails.",
            CONDITIONS,
            "decide",
            question([terms([rule()], [rule(conditions=[condition])])], known=known),
            claims=yes() if held is False else no("prohibited"),
        )


def _circumstances(add: Add) -> None:
    keeping = terms([rule(retention=HOUR)])
    add(
        "retention-received-later",
        "The datum is said to come in later than now: it was not received that long ago. A receipt"
        " later than now is not known to a condition of freshness only. Careless: denied, or the"
        " difference without its sign.",
        CONDITIONS,
        "decide",
        question([keeping], known=facts(received_at=NOW + 2 * HOUR)),
        claims=yes(retention=HOUR),
    )
    add(
        "facts-counterparty-no-cid",
        "A party that is no text of a cid.",
        "conformance/CLI, Values in JSON",
        "decide",
        question([terms([rule()])], known=facts(counterparty="the shop")),
        error="cid-text",
    )
    add(
        "facts-counterparty-twice-listed",
        "A party that is listed twice: a list of parties is no set.",
        CONDITIONS,
        "decide",
        question(
            [terms([rule(conditions=[{"kind": "counterparty", "in": [SHOP, SHOP]}])])],
            known=facts(counterparty=party(SHOP)["party"]),
        ),
        claims=yes(),
    )


def _paths(add: Add) -> None:
    """The path of a request is any text; only an empty segment and * are denied by themselves."""
    for name, what, path in (
        ("spaces", "spaces", "vcard/a b"),
        ("beyond-ascii", "letters that are no protocol text", "vcard/pr\u00e9nom"),
        ("longer-than-a-path", "more than 128 characters", "vcard/" + "a" * 200),
    ):
        add(
            f"path-request-{name}",
            f"A request for a path with {what}: no rule can say it, and the rule above it covers"
            " it. Careless: it is refused as no path of a rule.",
            "permissions, Paths",
            "decide",
            question([terms([rule()])], ask(path)),
            claims=yes(),
        )
