"""Purposes of several rules, at the first moment of the terms and before that of a change."""

from collections.abc import Callable
from typing import Any

from build.contract_questions import asked
from build.policy_words import rule, terms
from build.signed import MARKETING, RESEARCH, SERVICE, START, UNTIL, SignedStory
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., None]
SPEC = "contracts, Agreements"
BEGINS = START + 10 * DAY


def _offer(desk: Desk, purposes: list[list[str]], begins: int, **changes: Any) -> Statement:
    rules = [rule(f"vcard/{number}", purposes=each) for number, each in enumerate(purposes)]
    body = {"thread": None, "base": None, "answers": None, "controller": None, **changes}
    offered = terms(rules, **{"from": begins, "until": UNTIL})
    return desk.write("propose", **body, terms=offered, accept_by=desk.story.now + DAY)


def build(add: Add) -> None:
    """The vectors of this module."""
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = _offer(person, [[SERVICE], [MARKETING, RESEARCH], [SERVICE]], BEGINS)
    organisation.hear(offer)
    person.hear(organisation.accept(offer))
    organisation.hear(person.ack())
    for name, now, purposes, comment in (
        (
            "at-from",
            BEGINS,
            [MARKETING, RESEARCH, SERVICE],
            "At the moment its terms begin the purposes of all its rules are in force, each once."
            " Careless: those of the first rule.",
        ),
        ("before-from", BEGINS - 1, [], "A millisecond before there is none."),
    ):
        add(
            f"several-rules-{name}",
            comment,
            SPEC,
            "contract",
            asked(story, offer, now=now),
            claims={"phase": "active", "purposes": sorted(purposes)},
        )
    change = _offer(organisation, [[SERVICE]], BEGINS + DAY, thread=offer.id, base=offer.id)
    person.hear(change)
    person.accept(change)
    for name, now, purposes, comment in (
        (
            "before-the-change",
            BEGINS + DAY - 1,
            [],
            "What is pending narrows, and its terms have not begun: nothing is in force. Careless:"
            " the terms of one of the two have to have begun.",
        ),
        ("at-the-change", BEGINS + DAY, [SERVICE], "Both have begun, and agree on one purpose."),
    ):
        add(
            f"pending-{name}",
            comment,
            SPEC,
            "contract",
            asked(story, offer, now=now),
            claims={"phase": "active", "purposes": purposes},
        )
