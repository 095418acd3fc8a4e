"""One agreement as it stands: who signed it, who confirmed it, what it is for, until when."""

from collections.abc import Callable
from typing import Any

from build.contract_questions import asked
from build.signed import MARKETING, RESEARCH, SERVICE, UNTIL, SignedStory, agree, terms
from linkcontract.encoding import cid_text
from linkcontract.limits import DAY

Add = Callable[..., Any]
SPEC = "contracts, Agreements"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _by_the_person,
        _by_the_organisation,
        _organisation_opens,
        _offered,
        _agreed,
        _never_confirmed,
        _several_confirm,
        _two_accepts,
        _counter,
        _amendment,
        _amendment_pending,
        _amendment_narrower,
        _renewal,
        _suspended,
        _ended,
    ):
        one(add)


def _by_the_person(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation, SERVICE, MARKETING)
    add(
        "proposed-by-the-person",
        "The proposal is the first party's signature, the accept the second's, the proposer's ack "
        "confirms.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={
            "first": "P",
            "second": "V",
            "thread": "P2",
            "phase": "active",
            "status": "confirmed",
            "terms": cid_text(terms(SERVICE, MARKETING).id),
            "signed": {"first": ["P2"], "second": ["V1"]},
            "confirmed_by": ["P3"],
            "purposes": [MARKETING, SERVICE],
            "bound": UNTIL,
            "duties": [],
        },
    )


def _by_the_organisation(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.organisation, story.person)
    add(
        "proposed-by-the-organisation",
        "First and second are sides, not who proposed. Careless: the proposer is shown as first.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={
            "first": "P",
            "second": "V",
            "thread": "V1",
            "status": "confirmed",
            "signed": {"first": ["P2"], "second": ["V1"]},
            "confirmed_by": ["V2"],
            "purposes": [SERVICE],
        },
    )


def _organisation_opens(add: Add) -> None:
    story = SignedStory(opener="organisation")
    agreement = agree(story.organisation, story.person)
    add(
        "organisation-opened",
        "The public party opened: it is second all the same. Careless: the opener is first.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={
            "first": "P",
            "second": "V",
            "status": "confirmed",
            "signed": {"first": ["P1"], "second": ["V2"]},
        },
    )


def _offered(add: Add) -> None:
    story = SignedStory()
    offer = story.organisation.propose(SERVICE)
    add(
        "offered",
        "One side has signed. Careless: an offer is shown with the purposes it asks for.",
        SPEC,
        "contract",
        asked(story, offer),
        claims={
            "phase": "offered",
            "status": "open",
            "signed": {"first": [], "second": ["V1"]},
            "confirmed_by": [],
            "purposes": [],
            "bound": None,
        },
    )


def _agreed(add: Add) -> None:
    story = SignedStory()
    offer = agree(story.organisation, story.person, confirm=False)
    add(
        "agreed",
        "Both sides have signed and nothing is in force before the proposer confirms. Careless: "
        "two signatures are an agreement.",
        SPEC,
        "contract",
        asked(story, offer),
        claims={
            "phase": "agreed",
            "status": "agreed",
            "signed": {"first": ["P2"], "second": ["V1"]},
            "confirmed_by": [],
            "purposes": [],
        },
    )


def _never_confirmed(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    accept = person.accept(offer)
    organisation.retract(offer)
    organisation.hear(accept)
    organisation.ack()
    add(
        "never-confirmed",
        "The retract crossed the accept: what was signed by both came to nothing, and the ack that "
        "follows confirms nothing. Careless: an ack after an accept confirms it.",
        SPEC,
        "contract",
        asked(story, offer),
        claims={
            "phase": "idle",
            "status": "dead",
            "signed": {"first": ["P2"], "second": ["V1"]},
            "confirmed_by": [],
            "purposes": [],
        },
    )


def _several_confirm(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation)
    story.person.ack()
    add(
        "confirmed-once",
        "A further ack of the proposer: which statements confirm is a fact of each one's own past. "
        "Careless: only the first is looked for, or every later one is shown.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={"status": "confirmed", "confirmed_by": ["P3"]},
    )


def _two_accepts(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    person.hear(offer)
    organisation.hear(agent.accept(offer), person.accept(offer))
    organisation.ack()
    add(
        "accepted-by-agent-and-lead",
        "Agent and lead accepted the same offer: one agreement with two signatures of the first "
        "side. Careless: the later accept replaces the earlier, or there are two agreements.",
        SPEC,
        "contract",
        asked(story, offer),
        claims={
            "status": "confirmed",
            "signed": {"first": ["A1", "P3"], "second": ["V1"]},
            "confirmed_by": ["V2"],
        },
    )


def _counter(add: Add) -> None:
    story = SignedStory()
    offer = story.organisation.propose(SERVICE, MARKETING)
    story.person.hear(offer)
    counter = agree(story.person, story.organisation, SERVICE, answers=offer)
    add(
        "counter-offer",
        "A counter-offer was agreed: it has its own terms and stands in the thread of the offer it "
        "answers.",
        SPEC,
        "contract",
        asked(story, counter),
        claims={
            "thread": "V1",
            "phase": "active",
            "status": "confirmed",
            "terms": cid_text(terms(SERVICE).id),
            "signed": {"first": ["P2"], "second": ["V2"]},
            "purposes": [SERVICE],
        },
    )
    add(
        "countered-offer",
        "The offer that was answered, shown beside: it can no longer be accepted, and the thread's "
        "purposes are not its own. Careless: whatever is asked about shows what is in force.",
        SPEC,
        "contract",
        asked(story, offer),
        claims={
            "phase": "active",
            "status": "dead",
            "signed": {"first": [], "second": ["V1"]},
            "purposes": [],
        },
    )


def _amendment(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    amendment = agree(organisation, person, SERVICE, RESEARCH, base=agreement)
    for name, comment, about, purposes in (
        (
            "amendment",
            "The amendment is in force.",
            amendment,
            [RESEARCH, SERVICE],
        ),
        (
            "amended",
            "What was amended is confirmed still and permits nothing by itself. Careless: both are "
            "in force.",
            agreement,
            [],
        ),
    ):
        add(
            name,
            comment,
            SPEC,
            "contract",
            asked(story, about),
            claims={"thread": "P2", "phase": "active", "status": "confirmed", "purposes": purposes},
        )


def _amendment_pending(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    amendment = agree(organisation, person, SERVICE, RESEARCH, base=agreement, confirm=False)
    add(
        "amendment-pending",
        "An amendment is agreed and not confirmed: only what both permit is in force. Careless: "
        "the old purposes until the change, or the new ones at once.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={"phase": "active", "status": "confirmed", "purposes": [SERVICE]},
    )
    add(
        "amendment-not-yet-in-force",
        "The pending amendment itself is not the tip and shows none.",
        SPEC,
        "contract",
        asked(story, amendment),
        claims={"phase": "active", "status": "agreed", "purposes": []},
    )


def _amendment_narrower(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, SERVICE, MARKETING)
    agree(organisation, person, "dpv:DirectMarketing", base=agreement, confirm=False)
    add(
        "amendment-pending-narrower",
        "The agreement has marketing, the pending amendment direct marketing: the narrower is "
        "covered by both. Careless: purposes are intersected as text.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={"purposes": ["dpv:DirectMarketing"]},
    )


def _renewal(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, until=story.now + DAY)
    over = story.now + 2 * DAY
    add(
        "expired",
        "After `until` nothing is in force, though the thread is active: expiry is no state. "
        "Careless: ended, or in force.",
        SPEC,
        "contract",
        asked(story, agreement, now=over),
        claims={"phase": "active", "status": "confirmed", "purposes": []},
    )
    story.tick(10 * DAY)
    renewal = agree(person, organisation, base=agreement)
    add(
        "renewal",
        "It was renewed after it had run out. Careless: nothing can be agreed on an expired base.",
        SPEC,
        "contract",
        asked(story, renewal),
        claims={
            "phase": "active",
            "status": "confirmed",
            "purposes": [SERVICE],
            "bound": UNTIL,
        },
    )


def _suspended(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation)
    story.organisation.suspend(agreement)
    add(
        "suspended",
        "Suspended by the organisation: confirmed, and nothing in force.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={"phase": "suspended", "status": "confirmed", "purposes": []},
    )


def _ended(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    person.revoke(agreement)
    add(
        "ended",
        "The thread ended; the agreement was confirmed and its duties are owed. Careless: an ended "
        "thread has no agreement to show.",
        SPEC,
        "contract",
        asked(story, agreement),
        claims={"phase": "ended", "status": "confirmed", "purposes": []},
    )
