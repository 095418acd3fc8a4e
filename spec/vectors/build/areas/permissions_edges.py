"""Places with several parts, and a datum that came this very moment."""

from collections.abc import Callable
from typing import Any

from build.areas.permissions_conditions import _both, _decided
from build.policy_words import NOW, facts, no, question, rule, terms, yes

Add = Callable[..., None]


def build(add: Add) -> None:
    """The vectors of this module."""
    parts: dict[str, Any] = {"kind": "place", "in": ["FR", "DE-BY", "DE-BE"]}
    for name, comment, place, held in (
        ("country-of-some-parts", "Somewhere in a country of which parts are listed", "DE", None),
        ("part-not-listed", "A part of that country that is not listed", "DE-HH", False),
        ("part-of-listed", "A part of a listed country", "FR-75", True),
        ("neighbour", "A country of which nothing is listed", "AT", False),
    ):
        _both(add, f"place-{name}", comment, parts, facts(place=place), held)
    fresh: dict[str, Any] = {"kind": "freshness", "within": 1}
    _both(
        add,
        "freshness-now",
        "Received this very moment: it is as fresh as can be",
        fresh,
        facts(received_at=NOW),
        True,
    )
    for name, comment, age, answer in (
        ("just-not", "A millisecond before its time is over", 9, yes(retention=10)),
        ("just", "As old as it may be: its time is over", 10, no("retention")),
    ):
        _decided(
            add,
            f"retention-{name}",
            f"{comment}. Careless: the bound is on the other side",
            question([terms([rule(retention=10)])], known=facts(received_at=NOW - age)),
            answer,
        )
