"""Places with several parts, and a datum that came this very moment."""

from collections.abc import Callable
from typing import Any

from build.areas.permissions_conditions import _both, _decided
from build.areas.permissions_recipients import PROCESSOR, THIRD
from build.policy_words import NOW, ask, facts, kind, no, question, rule, terms, yes

Add = Callable[..., None]


def _several_words(add: Add) -> None:
    wide = rule(actions=["dpv:Use"], purposes=["dpv:Purpose"], recipients=KINDS)
    own = rule(actions=["dpv:Use"], purposes=["dpv:Purpose"])
    rows: tuple[tuple[str, str, dict[str, Any], Any, dict[str, Any]], ...] = (
        ("actions", "The second of its actions touches", own, None, {"actions": TWO_ACTIONS}),
        ("purposes", "The second of its purposes touches", own, None, {"purposes": TWO_PURPOSES}),
        (
            "recipients",
            "The second of its kinds touches",
            wide,
            kind(PROCESSOR),
            {"recipients": [THIRD, PROCESSOR]},
        ),
    )
    for name, comment, allowed, recipient, changes in rows:
        denied = rule(**{"actions": ["dpv:Use"], "purposes": [], **changes})
        add(
            f"prohibited-by-one-of-several-{name}",
            f"{comment}, the first does not. Careless: all of them have to, or only the first is"
            " looked at.",
            "permissions, Requests and rules",
            "decide",
            question([terms([allowed], [denied])], ask(recipient=recipient)),
            claims=no("prohibited"),
        )
    add(
        "permitted-to-the-second-kind",
        "A permission lists two kinds of recipients, and the second is asked for.",
        "permissions, Requests and rules",
        "decide",
        question([terms([wide])], ask(recipient=kind(PROCESSOR))),
        claims=yes(),
    )


KINDS = [THIRD, PROCESSOR]
TWO_ACTIONS = ["dpv:Tracking", "dpv:Consult"]
TWO_PURPOSES = ["dpv:Advertising", "dpv:ServiceProvision"]


def build(add: Add) -> None:
    """The vectors of this module."""
    _several_words(add)
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
