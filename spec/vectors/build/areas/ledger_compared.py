"""What two implementations disagreed about, or broke down at, when altered stories were told."""

from collections.abc import Callable
from typing import Any

from build.signed import SERVICE, SignedStory, schedule
from linkcontract.model.statement import Head

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    _one_name_twice(add)


def _one_name_twice(add: Add) -> None:
    for name, again in (("seen-names-prev", True), ("seen-names-one-statement-twice", False)):
        story = SignedStory()
        person, organisation = story.person, story.organisation
        before = person.propose(SERVICE)
        other = organisation.propose(SERVICE)
        named = before if again else other
        lie = story.made(
            story.parties["P"],
            "ack",
            {},
            at=before.at + 1000,
            ks=before.ks,
            rel=before.rel,
            seq=before.seq + 1,
            prev=before.id,
            seen=[
                Head(organisation.party, named.seq, named.id),
                Head(organisation.party, named.seq + 1, named.id),
            ][again:],
        )
        earlier = story.heard(person)[:-1]
        first, *rest = earlier
        add(
            name,
            f"{story.label(lie)} names {story.label(named)} twice, once as what it is not, and"
            " comes before it. Careless: what waits for one statement is noted twice and taken"
            " back once, and a peer brings the node down.",
            "ledger, A1 Statements and their past",
            "fold",
            schedule(
                story,
                {
                    "V": [*earlier, lie, other, before],
                    "late": [first, lie, before, other, *reversed(rest)],
                },
            ),
            refused={story.label(lie): "ledger-seen"},
        )
