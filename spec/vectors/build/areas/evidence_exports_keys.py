"""Exports in which the keys of a party parted: convictions if it is public, else claims."""

from build.areas.evidence_objects import agreed
from build.audit_files import Add, file, pair, verified
from build.signed import MARKETING

RULES = "findings, Rules"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (_public_keys, _directed_keys):
        one(add)


def _public_keys(add: Add) -> None:
    story, person, organisation, _ = agreed()
    twice = organisation.twin()
    one = organisation.rotate()
    other = twice.rotate(branch=1)
    person.hear(one, other)
    events = sorted((one.ks, other.ks))
    verified(
        add,
        "key-fork-public",
        "The organisation rotated twice from one place: fork of keys and fork, both convictions.",
        story,
        [file(story, person)],
        [
            ("fork", "conviction", "V", pair(one, other), ""),
            ("key-fork", "conviction", "V", events, ""),
        ],
        RULES,
    )


def _directed_keys(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    breach = person.share(agreement, MARKETING)
    twice = person.twin()
    one = person.rotate()
    other = twice.rotate(branch=1)
    organisation.hear(one, other)
    events = sorted((one.ks, other.ks))
    verified(
        add,
        "key-fork-directed",
        "The same of the person: claims, and even a breach from before is one, since nothing "
        "stands of a directed party whose history parted.",
        story,
        [file(story, organisation)],
        [
            ("fork", "claim", "P", pair(one, other), ""),
            ("key-fork", "claim", "P", events, ""),
            ("outside-permission", "claim", "P", [breach], "share"),
        ],
        RULES,
    )
