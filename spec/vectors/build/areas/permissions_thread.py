"""What a thread permits: its state, withdrawals and bounds before the terms."""

from collections.abc import Callable
from typing import Any

from build.contract_questions import told_once
from build.policy_words import DELIVERY, Decision, ask, facts, no, rule, yes
from build.policy_words import terms as map_of_terms
from build.signed import MARKETING, RESEARCH, SERVICE, START, UNTIL, SignedStory, agree
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]
THREAD = "ledger, A6 Where a thread stands in M"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_states, _purposes, _withdrawals, _bounds, _pending, _carried, _unknown):
        one(add)


def use(purpose: str = SERVICE, path: str = "vcard/fn", action: str = "dpv:Use") -> dict[str, Any]:
    """A request for what the terms of a story permit."""
    return ask(path, action=action, purpose=purpose)


def permitted(
    add: Add,
    name: str,
    comment: str,
    story: SignedStory,
    thread: Statement,
    answer: Decision | None,
    request: dict[str, Any] | None = None,
    now: int | None = None,
) -> None:
    """Add one vector; the answer None stands for contract-unknown."""
    question = {
        **told_once(story),
        "thread": story.label(thread),
        "request": request or use(),
        "facts": facts(),
        "now": story.now if now is None else now,
    }
    outcome: dict[str, Any] = {"claims": answer} if answer else {"error": "contract-unknown"}
    add(f"thread-{name}", comment, THREAD, "permitted", question, **outcome)


def agreed(*purposes: str) -> tuple[SignedStory, Desk, Desk, Statement]:
    """A story with an agreement in force."""
    story = SignedStory()
    return (
        story,
        story.person,
        story.organisation,
        agree(story.person, story.organisation, *purposes),
    )


def _states(add: Add) -> None:
    story, _, _, agreement = agreed()
    permitted(add, "active", "In force: the terms decide.", story, agreement, yes())
    story, _, organisation, agreement = agreed()
    organisation.suspend(agreement)
    permitted(
        add,
        "suspended",
        "Held back by the organisation itself. Careless: only the person's suspension counts.",
        story,
        agreement,
        no("not-active"),
    )
    story, person, _, agreement = agreed()
    person.terminate(agreement)
    permitted(add, "ended", "It ended.", story, agreement, no("not-active"))
    story, person, _, agreement = agreed()
    person.revoke(None)
    permitted(
        add,
        "lapsed",
        "A relationship-wide revoke: nothing is in force in the thread, which is not ended.",
        story,
        agreement,
        no("not-active"),
    )
    story = SignedStory()
    offer = agree(story.person, story.organisation, confirm=False)
    permitted(
        add,
        "agreed",
        "Signed by both and not confirmed. Careless: two signatures permit.",
        story,
        offer,
        no("not-active"),
    )
    story = SignedStory()
    liar = story.organisation.twin()
    agreement = agree(story.organisation, story.person)
    story.person.hear(liar.ack())
    permitted(
        add,
        "frozen",
        "The organisation forked. Careless: the person's copy has a confirmation and permits.",
        story,
        agreement,
        no("not-active"),
    )


def _purposes(add: Add) -> None:
    story, _, _, agreement = agreed()
    for name, comment, request, answer in (
        ("other-purpose", "A purpose the terms do not have.", use(MARKETING), no("no-permission")),
        (
            "other-action",
            "An action the terms do not have.",
            use(action="dpv:Share"),
            no("no-permission"),
        ),
        ("other-path", "A path the terms do not have.", use(path="calendar"), no("no-permission")),
        ("unknown-action", "No action.", use(action="dpv:Peruse"), no("unknown-term")),
        ("bad-path", "No place in somebody's data.", use(path="vcard/*"), no("bad-request")),
    ):
        permitted(add, name, comment, story, agreement, answer, request)


def _withdrawals(add: Add) -> None:
    story, person, _, agreement = agreed("dpv:Advertising", SERVICE)
    person.revoke(agreement, "dpv:Personalisation")
    for name, comment, purpose, answer in (
        (
            "withdrawn-part",
            "Personalisation was withdrawn; targeted advertising is below it and below "
            "advertising, which is granted.",
            "dpv:TargetedAdvertising",
            no("withdrawn"),
        ),
        (
            "withdrawn-touched",
            "Advertising itself includes what was withdrawn. Careless: neither covers the other, "
            "so it is permitted.",
            "dpv:Advertising",
            no("withdrawn"),
        ),
        ("not-withdrawn", "The other purpose is untouched.", SERVICE, yes()),
    ):
        permitted(add, name, comment, story, agreement, answer, use(purpose))
    story, person, _, agreement = agreed()
    person.revoke(agreement, "shop:Newsletter")
    permitted(
        add,
        "withdrawn-unknown",
        "What was withdrawn is in no vocabulary and may mean anything. Careless: it means nothing.",
        story,
        agreement,
        no("withdrawn"),
    )
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    by_agent = agent.accept(offer)
    person.revoke(offer, MARKETING)
    later = person.accept(offer)
    organisation.hear(by_agent, later)
    organisation.ack()
    permitted(
        add,
        "withdrawn-from-one-grant",
        "Agent and lead accepted. The revoke of marketing was not known to the agent's grant and "
        "known to the lead's, which grants it again: one grant is enough. Careless: a withdrawal "
        "is looked at for the agreement and not for each grant.",
        story,
        offer,
        yes(),
        use(MARKETING),
    )


def _bounds(add: Add) -> None:
    story, person, _, agreement = agreed()
    last = UNTIL - 1
    permitted(add, "until-last", "The last millisecond.", story, agreement, yes(), now=last)
    permitted(
        add,
        "until",
        "`until` of the terms is a bound of the thread, and named as that. Careless: expired.",
        story,
        agreement,
        no("bound"),
        now=UNTIL,
    )
    permitted(add, "not-yet", "Before `from`.", story, agreement, no("not-yet"), now=START - 1)
    end = story.now + DAY
    person.terminate(agreement, effective=end)
    permitted(
        add, "effective-last", "Terminated as from later.", story, agreement, yes(), now=end - 1
    )
    permitted(add, "effective", "The moment has come.", story, agreement, no("bound"), now=end)


def _pending(add: Add) -> None:
    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    end = story.now + DAY
    agree(organisation, person, SERVICE, RESEARCH, base=agreement, until=end, confirm=False)
    for name, comment, purpose, now, answer in (
        ("pending-both", "Tip and pending permit it.", SERVICE, end - 1, yes()),
        (
            "pending-drops",
            "The amendment that is agreed and not confirmed drops it. Careless: the agreement in "
            "force decides until it is replaced.",
            MARKETING,
            end - 1,
            no("no-permission"),
        ),
        (
            "pending-adds",
            "What only the pending amendment has is not permitted yet.",
            RESEARCH,
            end - 1,
            no("no-permission"),
        ),
        (
            "pending-bound",
            "The pending amendment runs out earlier, and that bounds the thread.",
            SERVICE,
            end,
            no("bound"),
        ),
    ):
        permitted(add, name, comment, story, agreement, answer, use(purpose), now)


def _carried(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation

    def propose(who: Desk, duty: str, keep: int, base: Statement | None = None) -> Statement:
        root = None if base is None else base.id
        body = map_of_terms(
            [rule("vcard", retention=keep, duties=[{"duty": "log", "within": None}])],
            duties=[{"duty": duty, "within": DAY}],
            **{"from": START, "until": UNTIL},
        )
        return who.write(
            "propose",
            thread=root,
            base=root,
            answers=None,
            terms=body,
            accept_by=story.now + DAY,
            controller=None,
        )

    first = propose(person, "report", 9 * DAY)
    organisation.hear(first)
    person.hear(organisation.accept(first))
    organisation.hear(person.ack())
    amendment = propose(organisation, "dpv:Erase", 3 * DAY, first)
    person.hear(amendment)
    person.accept(amendment)
    permitted(
        add,
        "carries-tip-and-pending",
        "The duties of tip and pending add up, each once, and the shorter retention counts. "
        "Careless: those of the agreement in force alone.",
        story,
        first,
        yes([["report", DAY], ["log", None], ["dpv:Erase", DAY]], 3 * DAY),
        ask("vcard/fn", purpose=DELIVERY),
    )


def _unknown(add: Add) -> None:
    story, *_ = agreed()
    accept = story.organisation.ledger.feed(story.organisation.party)[-1]
    permitted(
        add,
        "unknown",
        "An accept is no name of a thread. Careless: the thread it is in is asked.",
        story,
        accept,
        None,
    )
