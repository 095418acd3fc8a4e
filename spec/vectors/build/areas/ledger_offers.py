"""Offers: proposing, accepting, confirming, countering, and what crosses on the way."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told
from build.signed import SERVICE, SignedStory

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    _plain(add)


def _plain(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    accept = person.accept(offer)
    organisation.hear(accept)
    confirmation = organisation.ack()
    person.hear(confirmation)
    (
        Told(story)
        .at("P", offer, phase="offered", tip=None, offers=[offer])
        .at("P", accept, phase="agreed", tip=None, pending=[offer])
        .at("P", confirmation, phase="active", tip=offer)
        .end(phase="active", tip=offer, pending=[], chain=[offer], duties=[offer])
        .end(proposals={offer: "confirmed"})
        .exactly(confirms={confirmation: [offer]})
        .add(
            add,
            "offer-accept-ack",
            "K2",
            "Propose, accept, ack: signed by both is agreed, and nothing is permitted before the "
            "proposer signed again having seen the accept. Careless: active with the accept.",
        )
    )
