"""A purpose that is withdrawn under what is pending alone."""

from collections.abc import Callable
from typing import Any

from build.contract_questions import told_once
from build.policy_words import ask, facts, no, rule, terms
from build.signed import START, UNTIL, SignedStory
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., None]


def _offer(desk: Desk, **changes: Any) -> Statement:
    body = {"thread": None, "base": None, "answers": None, "controller": None, **changes}
    offered = terms([rule()], **{"from": START, "until": UNTIL})
    return desk.write("propose", **body, terms=offered, accept_by=desk.story.now + DAY)


def build(add: Add) -> None:
    """The vectors of this module."""
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agent = story.agent()
    story.share_everything()
    root = _offer(organisation)
    person.hear(root)
    agent.hear(root)
    organisation.hear(agent.accept(root))
    organisation.ack()
    person.revoke(None, "ieee-7012:ServiceDelivery")
    person.accept(root)
    change = _offer(organisation, thread=root.id, base=root.id)
    agent.hear(change)
    agent.accept(change)
    add(
        "thread-withdrawn-under-what-is-pending",
        "An agent accepted, and the lead as well after it had withdrawn the purpose: under the"
        " agreement in force it is granted again. What is pending only the agent accepted, which"
        " knew nothing of that. Careless: one agreement that grants it is enough.",
        "permissions, The decision",
        "permitted",
        {
            **told_once(story),
            "thread": story.label(root),
            "request": ask(),
            "facts": facts(),
            "now": story.now,
        },
        claims=no("withdrawn"),
    )
