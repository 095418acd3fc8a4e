"""How a contract, or the permission of a thread, is asked about in the vectors."""

from collections.abc import Sequence
from typing import Any

from build.signed import SignedStory, schedule
from linkcontract.model.statement import Statement


def told_once(story: SignedStory, order: Sequence[Statement] | None = None) -> dict[str, Any]:
    """One side that was told these statements, by default everything anybody holds."""
    if order is None:
        story.share_everything()
        order = story.heard(story.person)
    side = schedule(story, {"one": order})
    return {
        "histories": side["histories"],
        "statements": side["statements"],
        "order": side["deliveries"]["one"],
    }


def asked(
    story: SignedStory,
    agreement: Statement,
    *,
    now: int | None = None,
    order: Sequence[Statement] | None = None,
) -> dict[str, Any]:
    """The input of `contract`; by default asked when the last statement was signed."""
    return {
        **told_once(story, order),
        "agreement": story.label(agreement),
        "now": story.now if now is None else now,
    }
