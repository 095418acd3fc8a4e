"""Several forks of one writer, each judged for itself (E1, F3)."""

from collections.abc import Callable
from typing import Any

from build.schedules import settled
from build.signed import SERVICE, SignedStory

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    story = SignedStory()
    person, organisation = story.person, story.organisation
    thief = organisation.twin()
    rotate = organisation.rotate()
    stolen = thief.propose(SERVICE)
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    person.hear(rotate, stolen, one, other)
    told = settled(story).exactly(owes=["P"])
    told.end(convicted=["V"], tainted=[stolen, one, other])
    told.at("P", stolen, convicted=[], tainted=[stolen])
    told.exactly(
        forks=[
            {"statements": ["V1", "V1b"], "defended": True, "convicts": False},
            {"statements": ["V2", "V2b"], "defended": False, "convicts": True},
        ]
    )
    told.add(
        add,
        "fork-defended-beside-one-that-convicts",
        "E1",
        "V rotated away from a thief, and then signed twice under its new key: the second fork "
        "convicts, the first stays defended. Careless: with the writer convicted every fork of "
        "its is a conviction.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    first, second = organisation.twin(), organisation.twin()
    one, two, three = organisation.ack(), first.ack(), second.rotate()
    person.hear(one, two, three)
    told = settled(story).exactly(owes=["P"]).end(convicted=[], tainted=[one, two])
    told.exactly(
        forks=[
            {"statements": ["V1", "V1b"], "defended": False, "convicts": False},
            {"statements": ["V1", "V1c"], "defended": True, "convicts": False},
            {"statements": ["V1b", "V1c"], "defended": True, "convicts": False},
        ]
    )
    told.add(
        add,
        "fork-in-three",
        "E1",
        "Three statements follow one, the third a rotation: three forks, the first undefended, "
        "and no conviction, since something of the writer supersedes the key of both. Careless: "
        "an undefended fork convicts.",
    )
