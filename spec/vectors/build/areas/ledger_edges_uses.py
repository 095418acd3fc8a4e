"""Uses beside the first moment of the terms, and beside several rules."""

from collections.abc import Callable
from typing import Any

from build.policy_words import DELIVERY, rule, terms
from build.signed import START, UNTIL, SignedStory
from build.tellings import everybody
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement

Add = Callable[..., Any]
USES = "A7 Uses and shares"
ADS = "dpv:Advertising"


def build(add: Add) -> None:
    """The vectors of this module."""
    _from(add)
    _no_processing(add)
    for row in ROWS:
        _rules(add, *row)


def _agreed(agreed_on: dict[str, Any]) -> tuple[SignedStory, Statement]:
    """A story with these terms in force."""
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.write(
        "propose",
        thread=None,
        base=None,
        answers=None,
        terms=agreed_on,
        accept_by=story.now + DAY,
        controller=None,
    )
    organisation.hear(offer)
    person.hear(organisation.accept(offer))
    organisation.hear(person.ack())
    return story, offer


def _from(add: Add) -> None:
    begins = START + DAY
    story, offer = _agreed(terms([rule()], **{"from": begins, "until": UNTIL}))
    organisation = story.organisation
    uses = [
        organisation.use(offer, DELIVERY, action="dpv:Consult", at=at)
        for at in (begins - 1, begins, UNTIL - 1, UNTIL)
    ]
    (
        everybody(story)
        .end(phase="active", tip=offer)
        .exactly(uses=dict(zip(uses, ("breach", "covered", "covered", "breach"), strict=True)))
        .add(
            add,
            "uses-at-the-edges-of-the-terms",
            USES,
            "Four uses: a millisecond before the terms begin, at their beginning, a millisecond"
            " before their end and at their end. Careless: an agreement in force permits at once,"
            " or a bound is on the other side.",
        )
    )


def _no_processing(add: Add) -> None:
    odd = rule(actions=[DELIVERY, "dpv:Consult"], purposes=["dpv:Consult", DELIVERY])
    story, offer = _agreed(terms([odd], **{"from": START, "until": UNTIL}))
    organisation = story.organisation
    no_action = organisation.use(offer, DELIVERY, action=DELIVERY)
    no_purpose = organisation.use(offer, "dpv:Consult", action="dpv:Consult")
    right = organisation.use(offer, DELIVERY, action="dpv:Consult")
    (
        everybody(story)
        .exactly(uses={no_action: "breach", no_purpose: "breach", right: "covered"})
        .add(
            add,
            "use-of-a-purpose-for-an-action",
            USES,
            "The terms list a purpose among the actions and an action among the purposes. Neither"
            " is one by being listed. Careless: a term of the vocabulary is a term.",
        )
    )


Row = tuple[str, str, list[dict[str, Any]], list[dict[str, Any]], str]
ROWS: list[Row] = [
    (
        "prohibition-of-another-purpose",
        "All paths are prohibited for another purpose. Careless: its purposes are not looked at.",
        [rule()],
        [rule(purposes=[ADS])],
        "covered",
    ),
    (
        "prohibition-of-several-purposes",
        "All paths are prohibited for two purposes, of which the second is the one used for."
        " Careless: all have to cover it, or the first.",
        [rule()],
        [rule(purposes=[ADS, DELIVERY])],
        "breach",
    ),
    (
        "second-prohibition",
        "Two prohibitions, of which only the second is about this action. Careless: the first is"
        " looked at.",
        [rule()],
        [rule(actions=["dpv:Share"], purposes=[]), rule(purposes=[])],
        "breach",
    ),
    (
        "two-prohibitions",
        "Two permitted paths, each prohibited by a prohibition of its own. Careless: one"
        " prohibition has to bar everything.",
        [rule("vcard/fn", "vcard/tel")],
        [rule("vcard/fn", purposes=[]), rule("vcard/tel", purposes=[])],
        "breach",
    ),
    (
        "second-permission",
        "Two permissions, the first of which is prohibited. Careless: the first one found decides.",
        [rule("vcard/fn"), rule("vcard/tel")],
        [rule("vcard/fn", purposes=[])],
        "covered",
    ),
    (
        "prohibition-of-other-paths",
        "Other paths of the same length are prohibited. Careless: lengths are compared and not"
        " paths.",
        [rule("vcard/fn")],
        [rule("vcard/tel", "other/fn", purposes=[])],
        "covered",
    ),
    (
        "prohibition-of-several-actions",
        "A prohibition of two actions, of which the second is the one used. Careless: the first"
        " is looked at.",
        [rule()],
        [rule(actions=["dpv:Share", "dpv:Consult"], purposes=[])],
        "breach",
    ),
    (
        "prohibition-for-others",
        "A prohibition about processors. A use is the second party's own. Careless: recipients"
        " are not looked at.",
        [rule()],
        [rule(purposes=[], recipients=["dpv:DataProcessor"])],
        "covered",
    ),
]


def _rules(
    add: Add,
    name: str,
    comment: str,
    permissions: list[dict[str, Any]],
    prohibitions: list[dict[str, Any]],
    status: str,
) -> None:
    agreed_on = terms(permissions, prohibitions, **{"from": START, "until": UNTIL})
    story, offer = _agreed(agreed_on)
    use = story.organisation.use(offer, DELIVERY, action="dpv:Consult")
    (
        everybody(story)
        .end(phase="active", tip=offer)
        .exactly(uses={use: status})
        .add(add, f"use-rules-{name}", USES, comment)
    )
