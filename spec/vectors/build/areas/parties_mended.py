"""What of a card seen before is asked, and an event that stands in a history twice."""

from collections.abc import Callable
from typing import Any

from build.world import DAY, T0, Party

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    shop = Party("shop", "public")
    first = shop.sign("card", shop.card(seq=1, exp=T0 + DAY))
    event = shop.rotate()
    second = shop.sign("card", shop.card(seq=2))
    add(
        "card-seen-is-past",
        "The card seen before has expired and is under a key that was rotated out since; the new"
        " one replaces it. Careless: the old one is checked like a new one, and refused.",
        "parties, Cards and links",
        "card",
        {"envelope": second, "history": shop.history, "now": T0 + 2 * DAY, "seen": first},
        claims={"seq": 2, "kel": event.cid},
    )
    add(
        "history-event-twice",
        "An event that stands in a history twice is one event. Careless: it is listed twice, or"
        " taken for another one at its position.",
        "parties, Key events",
        "key-history",
        {"history": [*shop.history, event.envelope]},
        claims=lambda output: len(output["events"]) == 2 and output["heads"] == [event.cid],
    )
