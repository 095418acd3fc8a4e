"""Evidence objects that two implementations judged differently."""

from collections.abc import Callable
from typing import Any

from build.areas.evidence_objects import agreed
from build.audit_files import evidence, past, proves
from build.signed import MARKETING

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    adopting = organisation.rotate()
    first, *later = story.parties["V"].envelopes
    proves(
        add,
        "breach-key-events-in-turns",
        "The key events of the two parties stand among each other, each after the one it follows."
        " Careless: those of a party have to stand together, so that what one checker passes on"
        " another refuses.",
        story,
        evidence(
            story,
            "outside-permission",
            [use],
            [*past(organisation, use), adopting],
            bare=[adopting],
            events=[first, *story.parties["P"].envelopes, *later],
        ),
        "V",
        [use],
        "outside-permission",
    )
