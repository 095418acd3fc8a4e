"""How much of one writer waits."""

from collections.abc import Callable
from typing import Any

from build.story import Story
from build.world import Party

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    anna, shop = Party("anna", "directed"), Party("shop", "public")
    story = Story(anna, shop)
    first = story.joiner.write("missing", "ack", {})
    waiting = [story.joiner.write(f"w{number:04}", "ack", {}) for number in range(1025)]
    labels = [each.label for each in waiting]
    last = labels[-1]

    unheard = story.opener.write("unheard", "ack", {})
    other = story.opener.write("other", "ack", {})
    # The first of them comes last, so that the newest is one that waited before.
    order = ["open", "join", other.label, *labels[1:], labels[0]]

    def claims(output: dict[str, Any]) -> bool:
        side = output["sides"]["anna"]
        *before, step = side["steps"]
        return (
            all(each["result"] == "waiting" for each in [*before[2:], step])
            and not any(each["refused"] for each in before)
            and step["refused"] == {last: "ledger-escrow"}
            and side["end"]["waiting"] == [other.label, *labels[:-1]]
            and side["end"]["missing"] == sorted([first.cid, unheard.cid])
        )

    statements = story.to_json()
    del statements[first.label], statements[unheard.label]
    add(
        "as-many-as-may-wait",
        "1,024 statements of a writer wait for one that is missing, one of another writer waits as"
        " well, and an earlier one of the first comes: there is no room for the newest. Careless:"
        " no bound, one on all writers together, or what came last is dropped.",
        "ledger, A1 Statements and their past",
        "fold",
        {
            "histories": story.histories,
            "statements": statements,
            "deliveries": {"anna": order},
        },
        claims=claims,
    )
