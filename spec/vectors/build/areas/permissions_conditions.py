"""Decisions that hang on circumstances: every kind of condition in its three values."""

from collections.abc import Callable
from typing import Any

from build.policy_words import (
    NOW,
    PRINTER,
    SHOP,
    Decision,
    facts,
    no,
    party,
    question,
    rule,
    terms,
    yes,
)
from build.world import DAY, HOUR

Add = Callable[..., None]
Condition = dict[str, Any]
CONDITIONS = "permissions, Conditions"

ALWAYS: Condition = {"kind": "time", "after": None, "before": None}
NEVER: Condition = {"kind": "not", "of": ALWAYS}
MOON: Condition = {"kind": "moon", "phase": "full"}
"""A kind that nobody knows: its value is not known, whatever is stated."""


def build(add: Add) -> None:
    """Every vector in which a condition, the time or the age of the datum decides."""
    for name, comment, condition, known, held in [*_simple(), *_places(), *_nested()]:
        _both(add, name, comment, condition, known, held)
    _several(add)
    _retention(add)


def _both(
    add: Add,
    name: str,
    comment: str,
    condition: Condition,
    known: dict[str, Any],
    held: bool | None,
) -> None:
    """One condition on a permission and on a prohibition: only the first needs it to hold."""
    answer = yes() if held is True else no("condition")
    _decided(
        add,
        f"condition-{name}",
        f"{comment}. A permission applies only if its conditions hold",
        question([terms([rule(conditions=[condition])])], known=known),
        answer,
    )
    answer = yes() if held is False else no("prohibited")
    _decided(
        add,
        f"condition-{name}-prohibits",
        f"{comment}. A prohibition applies unless its conditions fail",
        question([terms([rule()], [rule(conditions=[condition])])], known=known),
        answer,
    )


def _decided(add: Add, name: str, comment: str, asked: dict[str, Any], answer: Decision) -> None:
    add(name, comment, CONDITIONS, "decide", asked, claims=answer)


Row = tuple[str, str, Condition, dict[str, Any], bool | None]


def _simple() -> list[Row]:
    shop, printer = party(SHOP)["party"], party(PRINTER)["party"]
    among = {"kind": "counterparty", "in": [SHOP]}
    twice = {"kind": "count", "most": 2}
    fresh = {"kind": "freshness", "within": HOUR}
    gold = {"kind": "fact", "name": "tier", "equals": "gold"}
    member = {"kind": "fact", "name": "member", "equals": True}
    one = {"kind": "fact", "name": "number", "equals": 1}
    after = {"kind": "time", "after": NOW, "before": None}
    before = {"kind": "time", "after": None, "before": NOW}
    return [
        ("time-after", "`after` is included: it is that millisecond now", after, facts(), True),
        (
            "time-too-early",
            "`after` is one millisecond away",
            {**after, "after": NOW + 1},
            facts(),
            False,
        ),
        ("time-before", "`before` is excluded: it is that millisecond now", before, facts(), False),
        (
            "time-last",
            "The last millisecond before `before`",
            {**before, "before": NOW + 1},
            facts(),
            True,
        ),
        ("counterparty", "The acting party is listed", among, facts(counterparty=shop), True),
        (
            "counterparty-other",
            "Another party acts",
            among,
            facts(counterparty=printer),
            False,
        ),
        ("counterparty-unstated", "Who acts was not stated", among, facts(), None),
        ("count-below", "One use before, two are allowed", twice, facts(uses=1), True),
        ("count-reached", "Two uses before: this would be the third", twice, facts(uses=2), False),
        (
            "count-none",
            "No use before. A test for truth takes the number 0 for not stated",
            twice,
            facts(uses=0),
            True,
        ),
        ("count-unstated", "Earlier uses were not stated", twice, facts(), None),
        (
            "freshness-edge",
            "Received exactly as long ago as is allowed",
            fresh,
            facts(received_at=NOW - HOUR),
            True,
        ),
        (
            "freshness-over",
            "Received one millisecond longer ago",
            fresh,
            facts(received_at=NOW - HOUR - 1),
            False,
        ),
        (
            "freshness-future",
            "Received later than now: an age below zero is not fresh, it is not known",
            fresh,
            facts(received_at=NOW + 1),
            None,
        ),
        ("freshness-unreceived", "Nothing was received yet", fresh, facts(), None),
        ("fact", "The fact has this value", gold, facts(named={"tier": "gold"}), True),
        (
            "fact-case",
            "Another spelling is another value",
            gold,
            facts(named={"tier": "Gold"}),
            False,
        ),
        ("fact-unstated", "Another fact was stated", gold, facts(named={"level": "gold"}), None),
        (
            "fact-false",
            "false was stated. A test for truth takes it for not stated",
            member,
            facts(named={"member": False}),
            False,
        ),
        (
            "fact-one-for-true",
            "1 is not true, whatever a language says when it compares them",
            member,
            facts(named={"member": 1}),
            False,
        ),
        (
            "fact-true-for-one",
            "true is not 1 either",
            one,
            facts(named={"number": True}),
            False,
        ),
        (
            "fact-text-for-number",
            "The text 1 is not the number",
            one,
            facts(named={"number": "1"}),
            False,
        ),
        ("unknown-kind", "A kind nobody knows is never known", MOON, facts(), None),
    ]


def _places() -> list[Row]:
    def places(*codes: str) -> Condition:
        return {"kind": "place", "in": list(codes)}

    return [
        ("place", "The place itself is listed", places("US-MI"), facts(place="US-MI"), True),
        ("place-country", "Its country is listed", places("IE", "US"), facts(place="US-MI"), True),
        ("place-other", "Another country", places("US-MI"), facts(place="CA"), False),
        (
            "place-other-part",
            "Another part of the same country",
            places("US-MI"),
            facts(place="US-OH"),
            False,
        ),
        (
            "place-of-a-part",
            "Only the country was stated and a part of it is listed: inside or out is not known",
            places("US-MI"),
            facts(place="US"),
            None,
        ),
        (
            "place-eu-equal",
            "EU was stated and EU is listed: equal is enough",
            places("EU"),
            facts(place="EU"),
            True,
        ),
        (
            "place-in-eu",
            "Which countries are in the EU is in no table here, so a country is not known to be",
            places("EU"),
            facts(place="IE"),
            None,
        ),
        (
            "place-eu-for-country",
            "EU was stated and a country is listed",
            places("IE"),
            facts(place="EU"),
            None,
        ),
        (
            "place-eu-among-others",
            "EU is listed beside the country that was stated",
            places("EU", "IE"),
            facts(place="IE"),
            True,
        ),
        ("place-unstated", "The place was not stated", places("IE"), facts(), None),
    ]


def _nested() -> list[Row]:
    def every(*of: Condition) -> Condition:
        return {"kind": "all", "of": list(of)}

    def some(*of: Condition) -> Condition:
        return {"kind": "any", "of": list(of)}

    def negated(of: Condition) -> Condition:
        return {"kind": "not", "of": of}

    return [
        ("not-true", "The negation of what holds fails", NEVER, facts(), False),
        ("not-false", "The negation of what fails holds", negated(NEVER), facts(), True),
        (
            "not-unknown",
            "The negation of what is not known is not known. In two values it would hold",
            negated(MOON),
            facts(),
            None,
        ),
        ("all-true", "All hold", every(ALWAYS, negated(NEVER)), facts(), True),
        (
            "all-unknown",
            "One holds, one is not known",
            every(ALWAYS, MOON),
            facts(),
            None,
        ),
        (
            "all-false-beats-unknown",
            "One fails: the other need not be known",
            every(MOON, NEVER),
            facts(),
            False,
        ),
        ("any-false", "None holds", some(NEVER, NEVER), facts(), False),
        ("any-unknown", "One fails, one is not known", some(MOON, NEVER), facts(), None),
        (
            "any-true-beats-unknown",
            "One holds: the other need not be known",
            some(MOON, ALWAYS),
            facts(),
            True,
        ),
        (
            "any-excluded-middle",
            "Something or its opposite is not known either, where neither is known",
            some(MOON, negated(MOON)),
            facts(),
            None,
        ),
        (
            "nested-deep",
            "A negation around all and any: all fails, so its negation holds",
            negated(every(some(NEVER, MOON), NEVER)),
            facts(),
            True,
        ),
        (
            "nested-deep-unknown",
            "The same with nothing that decides it",
            negated(every(some(NEVER, MOON), ALWAYS)),
            facts(),
            None,
        ),
    ]


def _several(add: Add) -> None:
    _decided(
        add,
        "conditions-all-have-to-hold",
        "Two conditions of one rule, and only the first holds",
        question([terms([rule(conditions=[ALWAYS, NEVER])])]),
        no("condition"),
    )
    _decided(
        add,
        "conditions-other-permission",
        "A permission whose condition fails, and a shorter one without: the shorter one permits",
        question([terms([rule("vcard/email", conditions=[NEVER]), rule("vcard")])]),
        yes(),
    )
    _decided(
        add,
        "conditions-lend-no-length",
        "A permission that does not apply lends no length against a prohibition",
        question([terms([rule("vcard/email", conditions=[MOON]), rule("vcard")], [rule("vcard")])]),
        no("prohibited"),
    )
    _decided(
        add,
        "conditions-of-longer-prohibition",
        "The longer prohibition's condition fails; the shorter one is left and loses",
        question(
            [terms([rule("vcard/email")], [rule("vcard/email", conditions=[NEVER]), rule("vcard")])]
        ),
        yes(),
    )
    _decided(
        add,
        "conditions-before-prohibition",
        "No permission applies, so the reason is the condition, though a prohibition matches too",
        question([terms([rule(conditions=[NEVER])], [rule()])]),
        no("condition"),
    )


def _retention(add: Add) -> None:
    week = terms([rule(retention=7 * DAY)])
    rows: list[tuple[str, str, list[dict[str, Any]], dict[str, Any], Decision]] = [
        (
            "kept",
            "The last millisecond the datum may be kept",
            [week],
            facts(received_at=NOW - 7 * DAY + 1),
            yes(retention=7 * DAY),
        ),
        (
            "over",
            "Received at least that long ago: equal is over",
            [week],
            facts(received_at=NOW - 7 * DAY),
            no("retention"),
        ),
        (
            "unreceived",
            "Nothing was received yet: there is nothing to keep too long",
            [week],
            facts(),
            yes(retention=7 * DAY),
        ),
        (
            "longer-permission",
            "One permission's time is over, an equal one's is not; its retention is not carried",
            [terms([rule(retention=DAY), rule(retention=30 * DAY)])],
            facts(received_at=NOW - 2 * DAY),
            yes(retention=30 * DAY),
        ),
        (
            "reason-over-condition",
            "One permission fails by its condition, another by retention: retention is named",
            [terms([rule(conditions=[NEVER]), rule(retention=DAY)])],
            facts(received_at=NOW - DAY),
            no("retention"),
        ),
        (
            "reason-over-condition-reversed",
            "The same in the other order of rules",
            [terms([rule(retention=DAY), rule(conditions=[NEVER])])],
            facts(received_at=NOW - DAY),
            no("retention"),
        ),
    ]
    for name, comment, several, known, answer in rows:
        _decided(add, f"retention-{name}", comment, question(several, known=known), answer)
