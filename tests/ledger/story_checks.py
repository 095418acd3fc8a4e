"""What the ledger's tests ask of a story again and again."""

from typing import Any

import pytest

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Thread, ThreadPhase, permitted
from linkcontract.model.statement import Statement
from linkcontract.policy import Request
from linkcontract.testing.scenario import MARKETING, SERVICE, USE, Desk, Story, agree

ACTIVE = ThreadPhase.ACTIVE
AGREED = ThreadPhase.AGREED
ENDED = ThreadPhase.ENDED
FROZEN = ThreadPhase.FROZEN
IDLE = ThreadPhase.IDLE
OFFERED = ThreadPhase.OFFERED
SUSPENDED = ThreadPhase.SUSPENDED


def settled(story: Story, about: Statement | None = None) -> Thread:
    """The thread both sides see once everybody heard everything, in whatever order."""
    story.share_everything()
    state = story.check()
    for desk in story.desks:
        assert desk.state == state, "a desk disagrees"
    return story.person.thread(about)


def may(desk: Desk, purpose: str = SERVICE, about: Statement | None = None, at: int = 0) -> bool:
    """Whether a desk's ledger permits using the person's card for a purpose."""
    request = Request(USE, "vcard/email", purpose)
    return permitted(desk.thread(about), request, now=at or desk.story.now).permit


def malformed(code: str, desk: Desk, type_: str, **how: Any) -> None:
    """A statement that does not exist: its own ledger refuses it, and so does any other."""
    statement = desk.draft(type_, **how)
    refused_everywhere(code, desk, statement)


def refused_everywhere(code: str, desk: Desk, statement: Statement) -> None:
    """Refused with this code, wherever its past is held."""
    for ledger in (desk.ledger, desk.twin().ledger):
        before = ledger.state()
        with pytest.raises(RemoteProtocolError) as caught:
            ledger.add(statement)
        assert caught.value.code == code
        assert statement.id not in ledger
        assert ledger.state() == before


def permitted_purposes(thread: Thread, now: int) -> set[str]:
    """Which of two purposes a thread permits."""
    return {
        purpose
        for purpose in (SERVICE, MARKETING)
        if permitted(thread, Request(USE, "vcard/email", purpose), now=now)
    }


def offered() -> tuple[Story, Desk, Desk, Statement]:
    """P, V and an offer of V that P knows."""
    story = Story()
    offer = story.organisation.propose(SERVICE)
    story.person.hear(offer)
    return story, story.person, story.organisation, offer


def agreed(*purposes: str) -> tuple[Story, Desk, Desk, Statement]:
    """P, V and an agreement in force."""
    story = Story()
    agreement = agree(story.person, story.organisation, *purposes)
    return story, story.person, story.organisation, agreement
