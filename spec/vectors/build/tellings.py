"""Who is told a story in the vectors about forks, agents, uses and erasure."""

from collections.abc import Mapping, Sequence
from typing import Any

from build.schedules import Told
from build.signed import Delivery, SignedStory, agree, backwards
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk


def everybody(story: SignedStory, *, late: bool = False) -> Told:
    """Every desk hears everything; each is a side, given what it holds as it came there.

    Args:
        late: whether one more side is given what the first of them holds, backwards.
    """
    story.share_everything()
    sides: dict[str, Sequence[Delivery]] = {}
    for desk in story.desks:
        sides.setdefault(story.writer(desk.party), story.heard(desk))
    if late:
        sides["late"] = backwards(story.heard(story.desks[0]))
    return Told(story, sides)


def sides(story: SignedStory, **given: Desk) -> Told:
    """Only these sides, each given what a desk holds now as it came there."""
    return Told(story, {name: story.heard(desk) for name, desk in given.items()})


def fork(
    story: SignedStory,
    one: Statement,
    other: Statement,
    *,
    defended: bool = False,
    convicts: bool = False,
) -> Mapping[str, Any]:
    """A fork as a claim about `end.forks`."""
    pair = sorted((story.label(one), story.label(other)))
    return {"statements": pair, "defended": defended, "convicts": convicts}


def agreed(*purposes: str) -> tuple[SignedStory, Desk, Desk, Statement]:
    """A story with an agreement in force that both sides know, proposed by the person."""
    story = SignedStory()
    agreement = agree(story.person, story.organisation, *purposes)
    return story, story.person, story.organisation, agreement
