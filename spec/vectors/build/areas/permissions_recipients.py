"""Decisions about recipients, and what a prohibition touches."""

from collections.abc import Callable
from typing import Any

from build.policy_words import (
    PRINTER,
    SHOP,
    Decision,
    ask,
    facts,
    kind,
    no,
    party,
    question,
    rule,
    terms,
    yes,
)

Add = Callable[..., None]
Decided = Callable[[str, str, str, dict[str, Any], Decision], None]
WORDS = "permissions, Words"
RULES = "permissions, Requests and rules"

PROCESSOR = "dpv:DataProcessor"
SUB = "dpv:DataSubProcessor"
RECIPIENTS_ROWS: list[tuple[str, str, list[Any], Any, bool]] = [
    ("self", "No recipients: the second party itself", [], None, True),
    ("none-for-party", "No recipients is nobody else", [], party(PRINTER), False),
    ("none-for-kind", "No recipients is no kind either", [], kind(PROCESSOR), False),
    (
        "listed-not-self",
        "Recipients are listed: then it is not about the second party itself",
        [PROCESSOR],
        None,
        False,
    ),
    ("kind-narrower", "A sub-processor is a processor", [PROCESSOR], kind(SUB), True),
    (
        "kind-broader",
        "A processor is not always a sub-processor",
        [SUB],
        kind(PROCESSOR),
        False,
    ),
    ("party", "The party is listed", [PRINTER], party(PRINTER), True),
    ("other-party", "Another party is listed", [SHOP], party(PRINTER), False),
    (
        "party-of-a-kind",
        "Whether a party is of a kind is not known: a listed kind permits no party",
        [PROCESSOR],
        party(PRINTER),
        False,
    ),
    ("kind-for-party", "A listed party permits no kind", [PRINTER], kind(PROCESSOR), False),
]

ANYONE = [rule(), rule(recipients=["dpv:Recipient", "dpv:ThirdParty", PRINTER])]
THIRD = "dpv:ThirdParty"
FORBIDDEN_ROWS: list[tuple[str, str, list[Any], Any, bytes | None, bool]] = [
    ("self", "No recipients: about the second party itself", [], None, SHOP, False),
    ("self-only", "No recipients: not about anybody else", [], party(PRINTER), SHOP, True),
    ("kind-for-self", "A kind is a kind of others", ["dpv:Recipient"], None, SHOP, True),
    ("party-for-self", "Another party than the second", [PRINTER], None, SHOP, True),
    ("party-that-is-self", "The party listed is the second party", [SHOP], None, SHOP, False),
    (
        "party-unstated",
        "Who the second party is was not stated: it may be the one listed",
        [PRINTER],
        None,
        None,
        False,
    ),
    ("same-party", "The party asked for is listed", [PRINTER], party(PRINTER), SHOP, False),
    ("other-party", "Another party is listed", [SHOP], party(PRINTER), SHOP, True),
    (
        "kind-for-party",
        "A party may be of any kind, so a listed kind prohibits every party",
        [THIRD],
        party(PRINTER),
        SHOP,
        False,
    ),
    ("party-for-kind", "A kind may include the party", [PRINTER], kind(PROCESSOR), SHOP, False),
    (
        "kind-narrower",
        "The listed kind is part of the kind asked for",
        ["dpv:DataSubProcessor"],
        kind(PROCESSOR),
        SHOP,
        False,
    ),
    ("kind-apart", "Two kinds with nothing in common", [THIRD], kind(PROCESSOR), SHOP, True),
    (
        "kind-unknown",
        "A kind nobody knows touches every kind",
        ["shop:Printer"],
        kind(PROCESSOR),
        SHOP,
        False,
    ),
]

WIDE = rule(actions=["dpv:Use"], purposes=["dpv:Purpose"])
FORBIDDEN_WORDS_ROWS: list[tuple[str, str, dict[str, Any], dict[str, Any], Decision]] = [
    (
        "any-purpose",
        "A prohibition without purposes is about every purpose",
        rule(purposes=[]),
        ask(),
        no("prohibited"),
    ),
    (
        "narrower-action",
        "Asking to use is asking to track too",
        rule(actions=["dpv:Tracking"], purposes=[]),
        ask(action="dpv:Use"),
        no("prohibited"),
    ),
    (
        "other-action",
        "Tracking is prohibited and consulting is not tracking",
        rule(actions=["dpv:Tracking"], purposes=[]),
        ask(),
        yes(),
    ),
    (
        "narrower-purpose",
        "Asking for marketing is asking for advertising too",
        rule(actions=["dpv:Processing"], purposes=["dpv:Advertising"]),
        ask(purpose="dpv:Marketing"),
        no("prohibited"),
    ),
    (
        "common-purpose",
        "Personalisation and advertising meet in targeted advertising",
        rule(actions=["dpv:Processing"], purposes=["dpv:Advertising"]),
        ask(purpose="dpv:Personalisation"),
        no("prohibited"),
    ),
    (
        "other-purpose",
        "Nothing is below both delivery and advertising",
        rule(actions=["dpv:Processing"], purposes=["dpv:Advertising"]),
        ask(),
        yes(),
    ),
    (
        "unknown-action",
        "An unknown word in a prohibition touches everything",
        rule(actions=["dpv:Peruse"], purposes=[]),
        ask(),
        no("prohibited"),
    ),
    (
        "unknown-purpose",
        "An unknown purpose in a prohibition touches every purpose",
        rule(purposes=["shop:Delivery"]),
        ask(),
        no("prohibited"),
    ),
    (
        "unknown-purpose-other-action",
        "All parts of a prohibition have to touch: the purpose is unknown, the action another",
        rule(actions=["dpv:Store"], purposes=["shop:Delivery"]),
        ask(),
        yes(),
    ),
]


def build(add: Add) -> None:
    """The vectors of this module."""

    def decided(
        name: str, comment: str, spec: str, asked: dict[str, Any], answer: Decision
    ) -> None:
        add(name, comment, spec, "decide", asked, claims=answer)

    _recipients(decided)
    _forbidden(decided)


def _recipients(decided: Decided) -> None:
    for name, comment, listed, asked, permit in RECIPIENTS_ROWS:
        decided(
            f"recipient-{name}",
            comment,
            RULES,
            question([terms([rule(recipients=listed)])], ask(recipient=asked)),
            yes() if permit else no("no-permission"),
        )


def _forbidden(decided: Decided) -> None:
    for name, comment, listed, asked, second, permit in FORBIDDEN_ROWS:
        decided(
            f"prohibited-recipient-{name}",
            comment,
            RULES,
            question(
                [terms(ANYONE, [rule(recipients=listed)])],
                ask(recipient=asked),
                facts(counterparty=None if second is None else party(second)["party"]),
            ),
            yes() if permit else no("prohibited"),
        )
    _forbidden_words(decided)


def _forbidden_words(decided: Decided) -> None:
    for name, comment, deny, asked, answer in FORBIDDEN_WORDS_ROWS:
        decided(
            f"prohibited-{name}", comment, WORDS, question([terms([WIDE], [deny])], asked), answer
        )
