"""Lists in conditions that are no sets: an entry may stand twice, and in any order."""

from collections.abc import Callable
from typing import Any

from build.bodies import shown
from build.policy_words import PRINTER, SHOP, rule, terms
from linkcontract.encoding import encode

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for kind, what, entries in (
        ("place", "place", ["DE", "EU", "DE"]),
        ("counterparty", "party", [*sorted([SHOP, PRINTER], reverse=True), SHOP]),
    ):
        value = terms([rule(conditions=[{"kind": kind, "in": entries}])])
        add(
            f"terms-condition-{kind}-twice",
            f"A {what} twice in `in`, which is a list and no set. Careless: what holds of the lists"
            " of a rule holds of those of its conditions.",
            "contracts, Conditions",
            "read",
            {"kind": "terms", "bytes": encode(value)},
            claims={"value": shown(value)},
        )
