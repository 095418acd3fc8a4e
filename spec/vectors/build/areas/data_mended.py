"""What a reader of an opening does not ask, and items that nothing opens."""

from collections.abc import Callable
from typing import Any

from build.story import Story
from build.world import Party, histories, seed, some_cid
from linkcontract.encoding import hash_of

Add = Callable[..., Any]

PATH, VALUE, SALT = "vcard/fn", b"Anna Example", seed("one salt for both")


def build(add: Add) -> None:
    """The vectors of this module."""
    anna, shop = Party("anna", "directed"), Party("shop", "public")
    story = Story(anna, shop)
    about = {"thread": some_cid("thread"), "agreement": some_cid("agreement")}
    share = story.opener.write(
        "share",
        "share",
        {**about, "purpose": "dpv:ServiceProvision", "items": [item(story.rel)]},
    )
    add(
        "opening-one-salt",
        "Path and value were committed to with one salt. Whoever makes an item refuses that; who is"
        " shown it takes it. Careless: a reader refuses what its writer should not have made, and"
        " the two sides differ about a receipt.",
        "data, Openings",
        "check-opening",
        {
            "histories": histories(anna, shop),
            "statement": share.to_json(),
            "opening": [share.cid, 0, PATH, SALT, VALUE, SALT],
        },
        claims={},
    )
    opening = Story(anna, shop, joined=False, items=[item(some_cid("what it cannot know"))]).open
    add(
        "opening-of-an-open",
        "An item in an open would have to commit to the cid of that open. Careless: it is opened"
        " without the relationship, or with none.",
        "data, Items",
        "check-opening",
        {
            "histories": histories(anna, shop),
            "statement": opening.to_json(),
            "opening": [opening.cid, 0, PATH, SALT, VALUE, seed("another salt")],
        },
        error="opening-path",
    )


def item(rel: bytes) -> list[bytes]:
    """An item with one salt for both its halves."""
    return [
        hash_of(["lc/path/1", rel, SALT, PATH]),
        hash_of(["lc/value/1", rel, SALT, VALUE]),
    ]
