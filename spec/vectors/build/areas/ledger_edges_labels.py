"""Labels, agents delegated twice, acks that count for nothing, and grants under tip and pending."""

from collections.abc import Callable
from typing import Any

from build.schedules import settled
from build.signed import MARKETING, RESEARCH, SERVICE, SignedStory, schedule
from build.tellings import everybody

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_labels, _nothing_told, _delegated_again, _acks):
        one(add)


def _labels(add: Add) -> None:
    story = SignedStory()
    asked = schedule(story, {"P": story.heard(story.person)})
    asked["statements"] = {**asked["statements"], "z": asked["statements"]["V0"], "A": None}
    asked["statements"]["A"] = asked["statements"]["V0"]
    asked["deliveries"]["P"] = [*asked["deliveries"]["P"], "z"]
    add(
        "one-statement-of-several-labels",
        "The join has three labels, and is given again under another one than before. An answer"
        " has the first in the order of code points. Careless: the one it came under.",
        "conformance/CLI, Values in JSON",
        "fold",
        asked,
        claims=lambda output: (
            output["sides"]["P"]["steps"][-1]["result"] == "duplicate"
            and output["sides"]["P"]["end"]["heads"] == ["A", "P1"]
        ),
    )


def _nothing_told(add: Add) -> None:
    story = SignedStory()
    asked = schedule(story, {"P": [story.opening]})
    for name, deliveries in (("nothing", []), ("a-label-of-nothing", ["P0", "P9"])):
        add(
            f"told-{name}",
            "A side is told nothing, or something that is not there. Careless: passed over.",
            "conformance/CLI, ledger",
            "fold",
            {**asked, "deliveries": {"P": deliveries}},
            error="request-form",
        )


def _delegated_again(add: Add) -> None:
    story = SignedStory()
    early, other = story.agent("agent"), story.agent("bot")
    person, organisation = story.person, story.organisation
    person.delegate(early)
    root = organisation.propose(RESEARCH)
    story.share_everything()
    liar = other.twin()
    of_other = other.propose(SERVICE, answers=root)
    of_early = early.propose(MARKETING, answers=root)
    organisation.hear(of_other)
    organisation.accept(of_other)
    organisation.hear(liar.ack(), of_early)
    organisation.accept(of_early)
    other.rotate()
    told = settled(story).void({}).exactly(owes=["P", "V"], confirms={})
    told.exactly(forks=[{"statements": ["B1", "B1b"], "defended": True, "convicts": False}])
    told.end(phase="agreed", pending=[of_early, of_other], tainted=["B1b"]).add(
        add,
        "agent-delegated-earlier-and-once-more",
        "T2",
        "Two delegations cover the offer of agent A, one before that of agent B and one after it."
        " The earlier counts. Careless: the latest delegation takes the place of those before.",
    )


def _acks(add: Add) -> None:
    story = SignedStory()
    agent = story.agent(types=["propose", "ack"], count=1)
    agent.ack()
    agent.rotate()
    first, second = agent.propose(SERVICE), agent.propose(MARKETING)
    everybody(story).void({second: "not-delegated"}).exactly(owes=["V"]).end(
        first, phase="offered"
    ).add(
        add,
        "agent-whose-acks-do-not-count",
        "W7",
        "A delegation for one statement names ack among its types. An ack needs none and"
        " uses none up: the first offer is covered, the second is not. Careless: whatever has its"
        " type counts.",
    )
