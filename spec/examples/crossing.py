"""How the story could have gone on: the shop uses the value once more before the revoke arrives.

Everything up to the `revoke` is the story's, byte for byte. What the shop signs after its `use` is
not: here it is `use-again`, there `erased`. Had it signed both, it would have forked.
"""

from typing import Any, Final

from build.story import Story
from build.world import Statement
from examples.story import ALICE, CARD_ID, ITEM, PURPOSE, SHOP, STORY, TERMS, asked

SHARED: Final = (*("open", "join", "propose", "accept", "ack", "share", "receipt", "use"),)
"""What both sides hold before the race, in this order."""

ORDERS: Final = {
    "Alice": (*SHARED, "revoke", "use-again", "erased-late"),
    "the shop": (*SHARED, "use-again", "revoke", "erased-late"),
}
"""Which side is given what, in which order."""


def told() -> Story:
    """The story up to the revoke, and from there as the shop did not know of it."""
    story = Story(ALICE, SHOP, card=CARD_ID)
    alice, shop = story.opener, story.joiner
    offer = alice.propose("propose", TERMS)
    accept = shop.hear(offer).accept("accept", offer)
    alice.hear(accept).write("ack", "ack", {})
    about = {"thread": offer.id, "agreement": offer.id}
    share = alice.write("share", "share", {**about, "purpose": PURPOSE, "items": [ITEM]})
    shop.hear(share).write("receipt", "receipt", {"ref": share.id, "openings_ok": True})
    use = {**about, "action": "dpv:Consult", "purpose": PURPOSE, "ref": share.id}
    used = shop.write("use", "use", use)
    revoke = alice.hear(used).write("revoke", "revoke", {"thread": offer.id, "purposes": None})
    shop.write("use-again", "use", use)
    erased = {
        "ref": share.id,
        "scope": "openings",
        "salts": True,
        "backups_until": None,
        "exceptions": [],
    }
    shop.hear(revoke).write(
        "erased-late", "erased", {**erased, "prekey": SHOP.prekey(1).to_value()}
    )
    return story


CROSSING: Final = told()

for _label in (*SHARED, "revoke"):
    assert CROSSING.statements[_label].id == STORY.statements[_label].id, _label


def crossed(label: str) -> Statement:
    """A statement of this ending."""
    return CROSSING.statements[label]


def question(orders: dict[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """What the command `fold` is asked."""
    return {
        "histories": CROSSING.histories,
        "statements": CROSSING.to_json(),
        "deliveries": {side: list(order) for side, order in (orders or ORDERS).items()},
    }


def folded(orders: dict[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """What it answers, by side."""
    return dict(asked("fold", question(orders))["sides"])
