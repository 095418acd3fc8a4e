"""Key events that are only named, and what is undone where something is tainted."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told
from build.signed import SERVICE, SignedStory
from build.tellings import everybody, fork
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]
FORKS = "A3 Forks"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _named_by_the_join,
        _named_by_the_open,
        _named_by_a_delegation,
        _named_for_a_person,
        _undone_with_taint,
        _tainted_and_undone,
    ):
        one(add)


def _branches(story: SignedStory, label: str) -> tuple[bytes, bytes]:
    """Two key events at the first position after the inception."""
    history = story.parties[label]
    return history.rotate(history.party), history.rotate(history.party, branch=1)


def _join(story: SignedStory, **kel: bytes) -> Any:
    body = {**story.pair, "to": story.person.party, "nonce": b"\x01" * 32}
    return story.organisation.write("join", **{**body, "kel": {**body["kel"], **kel}})


def _named_by_the_join(add: Add) -> None:
    story = SignedStory(kinds=("public", "public"), joined=False)
    person, organisation = story.person, story.organisation
    one, other = _branches(story, "P")
    _join(story, a=one)
    person.hear_all(organisation)
    person.ks = other
    person.write("rotate", event=other)
    everybody(story).end(convicted=["P"]).exactly(owes=["V"]).add(
        add,
        "keys-parted-over-what-the-join-names",
        FORKS,
        "The opener, a public party, stands under one of two key events at a position; the other"
        " one is named by the join alone. Careless: only events that something stands under are"
        " named.",
    )


def _named_by_the_open(add: Add) -> None:
    story = SignedStory(kinds=("directed", "public"), joined=False)
    one, other = _branches(story, "V")
    body = {**story.opening.body, "kel": {**story.opening.body["kel"], "b": one}}
    opening = story.made(story.person.history, "open", body, at=story.now, ks=story.person.ks)
    join = story.made(
        story.organisation.history,
        "join",
        {**story.pair, "to": story.person.party, "nonce": b"\x01" * 32},
        at=story.tick(),
        ks=other,
        rel=opening.id,
        seen=[opening.head],
    )
    told = Told(story, {"P": [opening, join], "V": [opening, join]})
    told.end(convicted=["V"]).exactly(owes=["P"]).add(
        add,
        "keys-parted-over-what-the-open-names",
        FORKS,
        "The joiner, a public party, stands under one of two key events at a position; the other"
        " one is named by the open alone. Careless: only events that something stands under are"
        " named.",
    )


def _delegate(lead: Desk, agent: Any, event: bytes) -> Any:
    limits = {"terms": None, "depth": 0, "count": None, "until": None}
    return lead.write("delegate", to=agent.party, kel=event, types=["refuse"], **limits)


def _named_by_a_delegation(add: Add) -> None:
    story = SignedStory()
    person = story.person
    history = story.party("agent", "public")
    one, other = _branches(story, "A")
    delegation = _delegate(person, history, one)
    agent = Desk(story, history)
    agent.ks = other
    agent.hear(delegation)
    agent.write("ack")
    story.desks.append(agent)
    everybody(story).end(convicted=["A"]).exactly(owes=["V"]).add(
        add,
        "keys-parted-over-what-a-delegation-names",
        FORKS,
        "A public agent stands under one of two key events at a position; the other one is named"
        " by its delegation alone. Careless: only events that something stands under are named.",
    )


def _named_for_a_person(add: Add) -> None:
    story = SignedStory(joined=False)
    person, organisation = story.person, story.organisation
    one, other = _branches(story, "P")
    _join(story, a=one)
    person.hear_all(organisation)
    person.ks = other
    person.write("rotate", event=other)
    liar = person.twin()
    left, right = person.ack(), liar.ack()
    person.hear(right)
    (
        everybody(story)
        .end(convicted=[], tainted=[left, right])
        .exactly(owes=["V"], forks=[fork(story, left, right)])
        .add(
            add,
            "fork-of-a-person-whose-keys-parted",
            FORKS,
            "A directed party forks under a key event, and the join names another one at its"
            " position: it is never convicted, for a thief may hold the other key. Careless: only"
            " events that something stands under are named.",
        )
    )


def _agent_accepted() -> tuple[SignedStory, Desk, Any]:
    """An offer of the organisation and the person's agent, which everybody knows."""
    story = SignedStory()
    agent = story.agent()
    story.share_everything()
    offer = story.organisation.propose(SERVICE)
    agent.hear(offer)
    return story, agent, offer


def _undone_with_taint(add: Add) -> None:
    story, agent, offer = _agent_accepted()
    person, organisation = story.person, story.organisation
    organisation.hear(agent.accept(offer))
    ack = organisation.ack()
    liar = person.twin()
    gone, lie = person.undelegate(agent), liar.ack()
    person.hear(lie)
    (
        everybody(story)
        .end(
            phase="frozen",
            proposals={offer: "frozen"},
            convicted=["P"],
            tainted=[gone, lie],
            dismissed=["A"],
        )
        .exactly(
            owes=["P", "V"],
            confirms={ack: [offer]},
            forks=[fork(story, gone, lie, convicts=True)],
        )
        .add(
            add,
            "undone-by-a-tainted-dismissal",
            "S2",
            "A lead dismisses the agent whose accept was confirmed, on one branch of a fork. The"
            " accept is undone, by something tainted: frozen. Careless: a denial counts on any"
            " branch, so it lapses.",
        )
    )


def _tainted_and_undone(add: Add) -> None:
    story, agent, offer = _agent_accepted()
    person, organisation = story.person, story.organisation
    liar = agent.twin()
    accept, lie = agent.accept(offer), liar.ack()
    organisation.hear(accept)
    ack = organisation.ack()
    gone = person.undelegate(agent)
    person.hear(lie)
    (
        everybody(story)
        .end(
            phase="frozen",
            proposals={offer: "frozen"},
            convicted=["A"],
            tainted=[accept, lie],
            dismissed=["A"],
        )
        .exactly(
            owes=["P", "V"],
            confirms={ack: [offer]},
            forks=[fork(story, accept, lie, convicts=True)],
        )
        .at("P", gone, dismissed=["A"])
        .add(
            add,
            "tainted-accept-undone",
            "S2",
            "An agent accepts on one branch of a fork, it is confirmed by who knows that branch"
            " alone, and undone by the agent's dismissal. The accept is tainted: frozen. Careless:"
            " what is down is out of the question, and it lapses.",
        )
    )
