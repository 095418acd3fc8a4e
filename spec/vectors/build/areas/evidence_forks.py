"""Forks of one writer, of which a rotation defends one and not the other."""

from build.areas.evidence_objects import agreed
from build.audit_files import Add, file, pair, verified

RULES = "findings, Rules"


def build(add: Add) -> None:
    """The vectors of this module."""
    story, person, organisation, _ = agreed()
    thief = organisation.twin()
    stolen, rotation = thief.ack(), organisation.rotate()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    person.hear(stolen, rotation, one, other)
    verified(
        add,
        "fork-beside-a-defended-one",
        "The organisation rotated away from a thief, and then signed two statements at one place "
        "itself: the first fork is a claim, the second convicts. Careless: of a convicted writer "
        "every fork is a conviction.",
        story,
        [file(story, person)],
        [
            ("fork", "claim", "V", pair(stolen, rotation), ""),
            ("fork", "conviction", "V", pair(one, other), ""),
        ],
        RULES,
    )
