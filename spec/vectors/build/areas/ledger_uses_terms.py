"""Uses judged by what the agreement permits: purposes, amendments, rules."""

from collections.abc import Callable
from typing import Any

from build.policy_words import DELIVERY, rule, terms
from build.signed import MARKETING, RESEARCH, SERVICE, START, UNTIL, SignedStory, agree
from build.tellings import agreed, everybody
from linkcontract.limits import DAY

Add = Callable[..., Any]
USES = "A7 Uses and shares"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _other_purpose,
        _broader_purpose,
        _withdrawn_purpose,
        _amended_away,
        _pending_narrows,
        _agreed_later,
        _rules,
        _unknown_purpose,
    ):
        one(add)


def _other_purpose(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    action = organisation.use(agreement, action="dpv:Share")
    (
        everybody(story)
        .end(phase="active")
        .exactly(uses={use: "breach", action: "breach"})
        .add(
            add,
            "use-for-another-purpose",
            USES,
            "A purpose and an action the agreement does not have. Careless: any use under an "
            "active agreement is covered.",
        )
    )


def _broader_purpose(add: Add) -> None:
    story, _, organisation, agreement = agreed("dpv:Advertising")
    broader = organisation.use(agreement, MARKETING)
    narrower = organisation.use(agreement, "dpv:TargetedAdvertising")
    (
        everybody(story)
        .exactly(uses={broader: "breach", narrower: "covered"})
        .add(
            add,
            "use-for-a-broader-purpose",
            USES,
            "Advertising was granted: targeted advertising is below it over two steps, marketing "
            "is above it. Careless: purposes are compared as text, or the broader is covered too.",
        )
    )


def _withdrawn_purpose(add: Add) -> None:
    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    crossing = organisation.use(agreement, "dpv:DirectMarketing")
    revoke = person.revoke(agreement, MARKETING)
    organisation.hear(revoke)
    still = organisation.use(agreement, SERVICE)
    gone = organisation.use(agreement, "dpv:DirectMarketing")
    (
        everybody(story)
        .end(phase="active", withdrawn={agreement: [MARKETING]})
        .exactly(uses={crossing: "raced", still: "covered", gone: "breach"})
        .add(
            add,
            "use-of-a-withdrawn-purpose",
            USES,
            "Marketing was withdrawn: direct marketing, below it, went with it, the service did "
            "not. Careless: a partial revoke takes away the very purpose only, or everything.",
        )
    )


def _amended_away(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    amendment = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    old = organisation.use(agreement)
    new = organisation.use(amendment)
    (
        everybody(story)
        .end(phase="active", tip=amendment, chain=[agreement, amendment])
        .exactly(uses={old: "breach", new: "covered"})
        .add(
            add,
            "use-under-what-was-amended",
            USES,
            "A use has to name the agreement in force, not the one it amended, though both permit "
            "it. Careless: any agreement of the chain will do.",
        )
    )


def _pending_narrows(add: Add) -> None:
    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    first = person.ledger.feed(person.party)[-1]
    crossing = organisation.use(agreement, MARKETING)
    amendment = organisation.propose(SERVICE, base=agreement)
    person.hear(amendment)
    accept = person.accept(amendment)
    raced = organisation.use(agreement, MARKETING)
    organisation.hear(accept)
    # pays for the accept as any statement that had seen it does
    confirming = organisation.use(agreement, SERVICE)
    (
        everybody(story)
        .end(phase="active", tip=amendment)
        .exactly(
            uses={crossing: "covered", raced: "raced", confirming: "raced"},
            confirms={first: [agreement], confirming: [amendment]},
        )
        .at("P", accept, phase="active", tip=agreement, pending=[amendment])
        .add(
            add,
            "use-while-an-amendment-is-pending",
            USES,
            "An amendment drops marketing. A use its proposer signs before it knew the accept is "
            "raced. The next had seen the accept: no breach, since the agreement is the tip in its "
            "past, and raced, since by itself it confirms the amendment, and among the statements "
            "that had not seen a use is the use itself. Careless: it is left out there.",
        )
    )


def _agreed_later(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement, RESEARCH)
    amendment = agree(person, organisation, SERVICE, RESEARCH, base=agreement)
    (
        everybody(story)
        .end(phase="active", tip=amendment)
        .exactly(uses={use: "breach"})
        .add(
            add,
            "use-agreed-to-later",
            USES,
            "What is agreed later does not make up for it: a breach is one for ever. Careless: "
            "uses are judged anew whenever the state changes.",
        )
    )


RULE_VECTORS: list[tuple[str, str, list[dict[str, Any]], list[dict[str, Any]], str]] = [
    (
        "part-prohibited",
        "Part of what is permitted is prohibited. The use names no path, so it may have been "
        "another: no breach. Careless: any prohibition that touches the use makes it one.",
        [rule()],
        [rule("vcard/tel", purposes=[])],
        "covered",
    ),
    (
        "all-prohibited",
        "Every path that is permitted is prohibited at the same length: no path would have been "
        "permitted. Careless: only permissions are looked at.",
        [rule("vcard/tel", "vcard/fn")],
        [rule("vcard/*", purposes=[])],
        "breach",
    ),
    (
        "shorter-prohibition",
        "The prohibition is shorter than the permission and loses. Careless: a covering "
        "prohibition always wins.",
        [rule("vcard/fn")],
        [rule("vcard", purposes=[])],
        "covered",
    ),
    (
        "prohibition-with-condition",
        "The prohibition has a condition, and circumstances are not signed: it may have failed. "
        "Careless: decided as for a request whose facts are not known.",
        [rule()],
        [rule(purposes=[], conditions=[{"kind": "place", "in": ["US"]}])],
        "covered",
    ),
    (
        "permission-with-condition",
        "The permission has a condition that may have held, of a kind nobody knows even. Careless: "
        "what is not known denies here too.",
        [rule(conditions=[{"kind": "moon", "phase": "full"}])],
        [],
        "covered",
    ),
    (
        "prohibition-of-less",
        "The prohibition names a narrower action than the use does, so the use may have been the "
        "rest. Careless: touching is taken for covering.",
        [rule()],
        [rule(actions=["dpv:Monitor"], purposes=[])],
        "covered",
    ),
    (
        "prohibition-unknown",
        "The prohibition speaks of an action nobody knows. For a request it touches everything, "
        "for a breach it would have to name the whole of the use, and covers nothing. Careless: "
        "one rule for both.",
        [rule()],
        [rule(actions=["dpv:Peruse"], purposes=[])],
        "covered",
    ),
    (
        "permission-for-others",
        "The permission is for processors only, and a use is the second party's own. Careless: "
        "recipients are not looked at.",
        [rule(recipients=["dpv:DataProcessor"])],
        [],
        "breach",
    ),
]


def _rules(add: Add) -> None:
    for name, comment, permissions, prohibitions, status in RULE_VECTORS:
        story = SignedStory()
        person, organisation = story.person, story.organisation
        agreed_on = terms(permissions, prohibitions, **{"from": START, "until": UNTIL})
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
        use = organisation.use(offer, DELIVERY, action="dpv:Consult")
        (
            everybody(story)
            .end(phase="active", tip=offer)
            .exactly(uses={use: status})
            .add(add, f"use-rules-{name}", USES, comment)
        )


def _unknown_purpose(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, "shop:Delivery")
    (
        everybody(story)
        .exactly(uses={use: "breach"})
        .add(
            add,
            "use-for-an-unknown-purpose",
            USES,
            "The purpose is in no vocabulary, so nothing covers it. The statement is in order. "
            "Careless: it is void, or refused.",
        )
    )
