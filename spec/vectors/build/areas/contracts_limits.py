"""Agreements that were never made, were narrowed, or ended: what is shown then."""

from collections.abc import Callable
from typing import Any

from build.contract_questions import asked
from build.policy_words import DELIVERY, rule
from build.policy_words import terms as map_of_terms
from build.signed import MARKETING, RESEARCH, SERVICE, START, UNTIL, SignedStory, agree, terms
from linkcontract.encoding import cid_text
from linkcontract.limits import DAY, MAX_OFFER

Add = Callable[..., Any]
SPEC = "contracts, Agreements"
FACTS = "ledger, A4 Facts, fixed by a statement's own past"
THREAD = "ledger, A6 Where a thread stands in M"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _other_terms,
        _understated,
        _own_side,
        _too_late,
        _unknown,
        _refused_purpose,
        _withdrawn,
        _withdrawn_everywhere,
        _withdrawn_unknown,
        _granted_again,
        _bound,
        _bound_raised,
        _duties,
        _not_yet,
        _lapsed,
        _frozen,
    ):
        one(add)


def cid(*purposes: str) -> str:
    """The terms of a story as text."""
    return cid_text(terms(*purposes).id)


def _other_terms(add: Add) -> None:
    story = SignedStory()
    offer = story.organisation.propose(SERVICE)
    story.person.hear(offer)
    story.organisation.hear(story.person.accept(offer, terms_id=terms(MARKETING).id))
    story.organisation.ack()
    add(
        "accept-of-other-terms",
        "The accept names other terms than the proposal has. Careless: it is shown as signed by "
        "both, or the terms of the accept are.",
        FACTS,
        "contract",
        asked(story, offer),
        claims={
            "phase": "offered",
            "status": "open",
            "terms": cid(SERVICE),
            "signed": {"first": [], "second": ["V1"]},
            "confirmed_by": [],
        },
    )


def _understated(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    retract = organisation.retract(offer)
    person.hear(retract)
    person.accept(offer, unseen=[retract])
    add(
        "accept-that-understates",
        "The person holds the retract and accepts as if it did not. The accept is valid by its own "
        "past, and the offer retracted. Careless: whoever says it had not seen the retract agrees.",
        "ledger, A5 Where a proposal stands in M",
        "contract",
        asked(story, offer),
        claims={
            "status": "dead",
            "signed": {"first": ["P2"], "second": ["V1"]},
            "purposes": [],
        },
    )


def _own_side(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    offer = story.person.propose(SERVICE)
    agent.hear(offer)
    story.person.hear(agent.accept(offer))
    story.person.ack()
    add(
        "accept-of-the-own-side",
        "The proposer's agent accepts. Careless: both are writers and two signatures are enough.",
        FACTS,
        "contract",
        asked(story, offer),
        claims={"status": "open", "signed": {"first": ["P3"], "second": []}, "confirmed_by": []},
    )


def _too_late(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE, accept_by=story.now + DAY)
    person.hear(offer)
    story.tick(2 * DAY)
    organisation.hear(person.accept(offer))
    organisation.ack()
    add(
        "expired-offer",
        "The accept is later than `accept_by` by its own clock: it is void. The fold has no clock, "
        "so the offer is shown as open still. Careless: the proposer's ack makes up for it.",
        FACTS,
        "contract",
        asked(story, offer),
        claims={
            "phase": "offered",
            "status": "open",
            "signed": {"first": [], "second": ["V1"]},
            "confirmed_by": [],
        },
    )


def _unknown(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    accept = person.accept(offer)
    endless = organisation.propose(SERVICE, accept_by=story.now + MAX_OFFER + DAY)
    counter = organisation.propose(SERVICE, answers=offer, accept_by=story.now + MAX_OFFER + DAY)
    told = story.heard(person)
    for name, comment, question in (
        (
            "unknown-agreement",
            "An accept is no name of an agreement. Careless: the proposal it is about is shown.",
            asked(story, accept, order=told),
        ),
        (
            "unknown-void-proposal",
            "The proposal can be accepted for longer than ninety days and is void. Careless: it is "
            "shown as open.",
            asked(story, endless),
        ),
        (
            "unknown-void-counter-offer",
            "The same within a thread there is. Careless: any proposal of a thread is shown.",
            asked(story, counter),
        ),
    ):
        add(name, comment, SPEC, "contract", question, error="contract-unknown")


def _refused_purpose(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    organisation.hear(agent.accept(offer), person.refuse(offer, MARKETING))
    organisation.ack()
    add(
        "refused-purpose",
        "The person refuses marketing while its agent accepts all: the agreement comes about "
        "without it. Careless: the accept names the terms, so it grants all of them.",
        THREAD,
        "contract",
        asked(story, offer),
        claims={
            "phase": "active",
            "status": "confirmed",
            "terms": cid(SERVICE, MARKETING),
            "purposes": [SERVICE],
        },
    )


def _withdrawn(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation, SERVICE, "dpv:DirectMarketing")
    story.person.revoke(agreement, MARKETING)
    add(
        "withdrawn-purpose",
        "Marketing was withdrawn and took direct marketing, below it, along; the agreement stands. "
        "Careless: purposes are compared as text.",
        THREAD,
        "contract",
        asked(story, agreement),
        claims={"phase": "active", "status": "confirmed", "purposes": [SERVICE]},
    )


def _withdrawn_everywhere(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, RESEARCH)
    person.revoke(None, RESEARCH)
    add(
        "withdrawn-in-the-relationship",
        "A relationship-wide revoke of one purpose reaches every thread and ends none.",
        THREAD,
        "contract",
        asked(story, agreement),
        claims={"phase": "active", "status": "confirmed", "purposes": [SERVICE]},
    )


def _withdrawn_unknown(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation, SERVICE, RESEARCH)
    story.person.revoke(agreement, "shop:Newsletter")
    add(
        "withdrawn-unknown-purpose",
        "A purpose nobody knows was withdrawn: it may mean any of them. Careless: what is not in "
        "the table is ignored.",
        THREAD,
        "contract",
        asked(story, agreement),
        claims={"phase": "active", "status": "confirmed", "purposes": []},
    )


def _granted_again(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    organisation.hear(person.revoke(agreement, MARKETING))
    again = agree(person, organisation, SERVICE, MARKETING, base=agreement)
    add(
        "granted-again",
        "The person grants marketing again, knowing that it had withdrawn it. Careless: a "
        "withdrawal lasts for ever in its thread.",
        THREAD,
        "contract",
        asked(story, again),
        claims={"phase": "active", "status": "confirmed", "purposes": [MARKETING, SERVICE]},
    )


def _bound(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    organisation.terminate(agreement, effective=end)
    for name, comment, now, purposes in (
        (
            "bound-before",
            "The last millisecond before a terminate takes effect.",
            end - 1,
            [SERVICE],
        ),
        ("bound-at", "The millisecond from which it does. Careless: one later.", end, []),
    ):
        add(
            name,
            comment,
            THREAD,
            "contract",
            asked(story, agreement, now=now),
            claims={"phase": "active", "status": "confirmed", "bound": end, "purposes": purposes},
        )


def _bound_raised(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    person.hear(organisation.terminate(agreement, effective=end))
    again = agree(person, organisation, base=agreement)
    add(
        "bound-raised",
        "Both agree again, and the one that terminated knew of it: the bound is that of the terms. "
        "Careless: an effective date can never be taken back.",
        THREAD,
        "contract",
        asked(story, again, now=end),
        claims={"phase": "active", "bound": UNTIL, "purposes": [SERVICE]},
    )


def _duties(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    owed = [
        {"duty": "log", "within": None},
        {"duty": "dpv:Erase", "within": 30 * DAY},
        {"duty": "log", "within": DAY},
    ]
    offer = person.write(
        "propose",
        thread=None,
        base=None,
        answers=None,
        terms=map_of_terms(
            [rule(duties=[{"duty": "of-the-rule", "within": None}])],
            duties=owed,
            **{"from": START, "until": UNTIL},
        ),
        accept_by=story.now + DAY,
        controller=None,
    )
    organisation.hear(offer)
    person.hear(organisation.accept(offer))
    person.ack()
    add(
        "duties",
        "The duties of the terms in their order, the same duty with another time twice; those of a "
        "rule are owed by uses and not shown. Careless: they are sorted, or made a set.",
        SPEC,
        "contract",
        asked(story, offer),
        claims={
            "status": "confirmed",
            "duties": [["log", None], ["dpv:Erase", 30 * DAY], ["log", DAY]],
            "purposes": [DELIVERY],
        },
    )


def _not_yet(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation)
    add(
        "not-yet",
        "Asked for a millisecond before `from` of the terms: nothing is in force yet. Careless: "
        "only the end is compared.",
        SPEC,
        "contract",
        asked(story, agreement, now=START - 1),
        claims={"phase": "active", "status": "confirmed", "purposes": []},
    )


def _lapsed(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation)
    story.person.revoke(None)
    add(
        "lapsed",
        "A relationship-wide revoke of everything: the agreement lapsed, its thread is empty and "
        "not ended. It was confirmed, and shows by what. Careless: ended.",
        "ledger, A5 Where a proposal stands in M",
        "contract",
        asked(story, agreement),
        claims={"phase": "idle", "status": "lapsed", "confirmed_by": ["P3"], "purposes": []},
    )


def _frozen(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    liar = organisation.twin()
    agreement = agree(organisation, person)
    person.hear(liar.ack())
    add(
        "frozen",
        "The organisation forked before its proposal: what was confirmed is frozen. Careless: "
        "shown as in force, or as never agreed.",
        "ledger, A3 Forks",
        "contract",
        asked(story, agreement),
        claims={"phase": "frozen", "status": "frozen", "confirmed_by": ["V2"], "purposes": []},
    )
