"""Decisions in time and over several terms, and what a yes carries."""

from collections.abc import Callable
from typing import Any

from build.policy_words import (
    NOW,
    Decision,
    ask,
    no,
    question,
    rule,
    terms,
    yes,
)
from build.world import DAY, T0

Add = Callable[..., None]
Decided = Callable[[str, str, str, dict[str, Any], Decision], None]
DECISION = "permissions, The decision"

BOUNDED = terms([rule()])
VALIDITY_ROWS: list[tuple[str, str, int, Decision]] = [
    ("before-from", "The millisecond before `from`", T0 - 1, no("not-yet")),
    ("at-from", "`from` itself is included", T0, yes()),
    ("before-until", "The last millisecond", T0 + 365 * DAY - 1, yes()),
    ("at-until", "`until` itself is excluded", T0 + 365 * DAY, no("expired")),
]

BOTH = terms([rule()])
NARROW = terms([rule("vcard/fn")])
OVER = terms([rule()], until=NOW)
SEVERAL_ROWS: list[tuple[str, str, list[dict[str, Any]], str, Decision]] = [
    ("two", "Both of two terms permit", [BOTH, NARROW], "vcard/fn", yes()),
    (
        "second-denies",
        "The second does not permit it. One yes is not enough",
        [BOTH, NARROW],
        "vcard/email",
        no("no-permission"),
    ),
    (
        "first-denies",
        "The first does not permit it, the second does",
        [NARROW, BOTH],
        "vcard/email",
        no("no-permission"),
    ),
    (
        "prohibition-in-one",
        "A prohibition of one beats a longer permission of the other: each decides alone",
        [terms([rule("vcard/email")]), terms([rule()], [rule()])],
        "vcard/email",
        no("prohibited"),
    ),
    ("one-expired", "One of the two ran out", [BOTH, OVER], "vcard/fn", no("expired")),
]


COLLECT = rule("vcard/fn", "vcard/email", actions=["dpv:Collect", "dpv:Store"])
SHARES_ROWS = [
    (
        "covered",
        "An item of a share is a request to collect its path",
        "vcard/email/home",
        yes(),
    ),
    (
        "not-covered",
        "Another item of the same share is decided alone, and makes the share a no",
        "vcard/tel",
        no("no-permission"),
    ),
]


def build(add: Add) -> None:
    """The vectors of this module."""

    def decided(
        name: str, comment: str, spec: str, asked: dict[str, Any], answer: Decision
    ) -> None:
        add(name, comment, spec, "decide", asked, claims=answer)

    _validity(decided)
    _several(decided)
    _carried(decided)
    _shares(decided)


def _validity(decided: Decided) -> None:
    for name, comment, now, answer in VALIDITY_ROWS:
        decided(f"validity-{name}", comment, DECISION, question([BOUNDED], now=now), answer)


def _several(decided: Decided) -> None:
    for name, comment, several, requested, answer in SEVERAL_ROWS:
        decided(f"several-{name}", comment, DECISION, question(several, ask(requested)), answer)


def _carried(decided: Decided) -> None:
    def owes(duty: str, within: int | None = None) -> dict[str, Any]:
        return {"duty": duty, "within": within}

    erase, log, report = (
        owes("dpv:Erase", DAY),
        owes("log"),
        owes("ieee-7012:DataTransparencyExPost"),
    )
    first = terms([rule(duties=[erase]), rule("vcard", duties=[report, erase])], duties=[log])
    second = terms([rule("vcard/email", duties=[report, owes("dpv:Erase")])])
    decided(
        "duties-of-terms-and-rules",
        "The duties of the terms, then of every permission of the deciding length, each once",
        DECISION,
        question([first]),
        yes([["log", None], ["dpv:Erase", DAY], [report["duty"], None]]),
    )
    decided(
        "duties-of-several",
        "Over several terms duties add up; the same duty with another term is another duty",
        DECISION,
        question([first, second]),
        yes([["log", None], ["dpv:Erase", DAY], [report["duty"], None], ["dpv:Erase", None]]),
    )
    decided(
        "duties-of-the-longest",
        "A shorter permission that covers it too adds no duty and no retention",
        DECISION,
        question([terms([rule(duties=[log], retention=DAY), rule("vcard/email")])]),
        yes(),
    )
    decided(
        "duties-not-when-denied",
        "A no carries nothing, not even the duties of the terms",
        DECISION,
        question([terms([rule(duties=[erase])], [rule()], duties=[log])]),
        no("prohibited"),
    )
    decided(
        "duties-of-prohibition",
        "Duties of a prohibition that lost are owed by nobody",
        DECISION,
        question([terms([rule("vcard/email")], [rule(duties=[log])])]),
        yes(),
    )
    decided(
        "retention-shortest",
        "Of equal permissions the shorter retention counts, and one without does not lift it",
        DECISION,
        question([terms([rule(retention=9 * DAY), rule(), rule(retention=3 * DAY)])]),
        yes(retention=3 * DAY),
    )
    decided(
        "retention-over-several",
        "Over several terms the shortest counts, whichever has it",
        DECISION,
        question([terms([rule(retention=3 * DAY)]), terms([rule(retention=2 * DAY)])]),
        yes(retention=2 * DAY),
    )


def _shares(decided: Decided) -> None:
    for name, comment, path, answer in SHARES_ROWS:
        asked = question([terms([COLLECT])], ask(path, action="dpv:Collect"))
        decided(f"share-item-{name}", comment, DECISION, asked, answer)
    decided(
        "share-item-use-is-not-collect",
        "Who may use data was not thereby permitted to collect it",
        DECISION,
        question([terms([rule(actions=["dpv:Use"])])], ask(action="dpv:Collect")),
        no("no-permission"),
    )
