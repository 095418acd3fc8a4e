"""Decisions from terms alone: words of the vocabulary, and how rules match."""

from collections.abc import Callable
from typing import Any

from build.policy_words import (
    DELIVERY,
    Decision,
    ask,
    kind,
    no,
    question,
    rule,
    terms,
    yes,
)

Add = Callable[..., None]
Decided = Callable[[str, str, str, dict[str, Any], Decision], None]
WORDS = "permissions, Words"
RULES = "permissions, Requests and rules"
DECISION = "permissions, The decision"

VOCABULARY_ROWS: list[tuple[str, str, str, str, bool, bool]] = [
    ("itself", "A term covers itself", DELIVERY, DELIVERY, True, True),
    (
        "parent",
        "Broader covers narrower, over one step",
        "dpv:Marketing",
        "dpv:Advertising",
        True,
        True,
    ),
    (
        "ancestor-far",
        "Covering is transitive. An implementation that looks at direct parents only says no",
        "dpv:Purpose",
        "dpv:RecruitmentTargetedAdvertising",
        True,
        True,
    ),
    (
        "narrower",
        "Narrower does not cover broader, but they touch",
        "dpv:Advertising",
        "dpv:Marketing",
        False,
        True,
    ),
    (
        "second-parent",
        "Personalised advertising has two parents. Following the first alone loses personalisation",
        "dpv:Personalisation",
        "dpv:TargetedAdvertising",
        True,
        True,
    ),
    (
        "common-descendant",
        "Neither is broader than the other, but targeted advertising is below both. An "
        "implementation that asks only whether one covers the other says they do not touch",
        "dpv:Marketing",
        "dpv:Personalisation",
        False,
        True,
    ),
    (
        "siblings",
        "Two children of one parent with nothing below both do not touch",
        "dpv:Consult",
        "dpv:Tracking",
        False,
        False,
    ),
    (
        "no-term",
        "What is not in the table covers nothing, not even itself. Prohibited or withdrawn, it "
        "touches everything",
        "shop:Delivery",
        "shop:Delivery",
        False,
        True,
    ),
    (
        "no-term-other",
        "The other way round: what is prohibited is in the table, what is asked for is not",
        "dpv:Purpose",
        "shop:Delivery",
        False,
        False,
    ),
    (
        "case",
        "Terms are compared bytewise: another spelling is another term, not in the table. It "
        "covers nothing and touches everything",
        "dpv:marketing",
        "dpv:Marketing",
        False,
        True,
    ),
]


WIDE = rule(actions=["dpv:Use"], purposes=["dpv:ServiceProvision"])
WORDS_ROWS: list[tuple[str, str, dict[str, Any], Decision]] = [
    (
        "action-narrower",
        "Permitted to use is permitted to monitor: two steps below",
        question(
            [terms([rule(actions=["dpv:Use"])])],
            ask(action="dpv:Monitor"),
        ),
        yes(),
    ),
    (
        "action-broader",
        "To ask for a use is to ask for all of it; consulting is a part",
        question([terms([rule()])], ask(action="dpv:Use")),
        no("no-permission"),
    ),
    (
        "purpose-narrower",
        "The purpose is below the one permitted",
        question([terms([WIDE])], ask(purpose="dpv:SellProducts")),
        yes(),
    ),
    (
        "purpose-broader",
        "The purpose asked for includes more than the one permitted",
        question(
            [terms([rule(purposes=["dpv:Advertising"])])],
            ask(purpose="dpv:Marketing"),
        ),
        no("no-permission"),
    ),
    (
        "purpose-touching",
        "Advertising and personalisation share a descendant; touching is not enough to permit",
        question(
            [terms([rule(purposes=["dpv:Advertising"])])],
            ask(purpose="dpv:Personalisation"),
        ),
        no("no-permission"),
    ),
    (
        "purpose-second-parent",
        "Permitted for personalisation, asked for targeted advertising below its second parent",
        question(
            [terms([rule(purposes=["dpv:Personalisation"])])],
            ask(purpose="dpv:TargetedAdvertising"),
        ),
        yes(),
    ),
    (
        "action-unknown",
        "Both say the same word and it is not in the table",
        question(
            [terms([rule(actions=["dpv:Peruse"])])],
            ask(action="dpv:Peruse"),
        ),
        no("unknown-term"),
    ),
    (
        "purpose-unknown",
        "A purpose of the own making, the same in rule and request",
        question(
            [terms([rule(purposes=["shop:Delivery"])])],
            ask(purpose="shop:Delivery"),
        ),
        no("unknown-term"),
    ),
    (
        "recipient-unknown",
        "A kind of recipient that is not in the table",
        question(
            [terms([rule(recipients=["shop:Printer"])])],
            ask(recipient=kind("shop:Printer")),
        ),
        no("unknown-term"),
    ),
    (
        "action-that-is-a-purpose",
        "In the table and no processing",
        question(
            [terms([rule(actions=["dpv:Marketing"])])],
            ask(action="dpv:Marketing"),
        ),
        no("unknown-term"),
    ),
    (
        "purpose-that-is-an-action",
        "In the table and no purpose",
        question(
            [terms([rule(purposes=["dpv:Use"])])],
            ask(purpose="dpv:Use"),
        ),
        no("unknown-term"),
    ),
    (
        "permission-unknown-action",
        "An unknown word in a permission covers nothing",
        question([terms([rule(actions=["dpv:Peruse"])])]),
        no("no-permission"),
    ),
]


def build(add: Add) -> None:
    """The vectors of this module."""

    def decided(
        name: str, comment: str, spec: str, asked: dict[str, Any], answer: Decision
    ) -> None:
        add(name, comment, spec, "decide", asked, claims=answer)

    _vocabulary(add)
    _basics(decided)
    _words(decided)


def _vocabulary(add: Add) -> None:
    for name, comment, one, other, covers, touches in VOCABULARY_ROWS:
        add(
            f"vocabulary-{name}",
            comment,
            WORDS,
            "vocabulary",
            {"one": one, "other": other},
            claims={"covers": covers, "touches": touches},
        )


def _basics(decided: Decided) -> None:
    decided(
        "no-terms",
        "Without terms the answer is no. `all()` over an empty list is yes in most languages",
        DECISION,
        question([]),
        no("no-terms"),
    )
    decided(
        "no-rules",
        "Terms without rules permit nothing",
        DECISION,
        question([terms([])]),
        no("no-permission"),
    )
    decided("covered", "A permission covers the request", RULES, question([terms([rule()])]), yes())
    decided(
        "not-combined",
        "One permission has the action, another the purpose: nothing is combined out of two",
        RULES,
        question(
            [
                terms(
                    [
                        rule(purposes=["dpv:Marketing"]),
                        rule(actions=["dpv:Share"]),
                    ]
                )
            ]
        ),
        no("no-permission"),
    )
    decided(
        "path-of-another",
        "One permission has the path, another action and purpose",
        RULES,
        question([terms([rule("vcard", purposes=["dpv:Marketing"]), rule("calendar")])]),
        no("no-permission"),
    )


def _words(decided: Decided) -> None:
    for name, comment, asked, answer in WORDS_ROWS:
        decided(f"words-{name}", comment, WORDS, asked, answer)
