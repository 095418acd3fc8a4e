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

    def claims(output: dict[str, Any]) -> bool:
        side = output["sides"]["anna"]
        steps = {step["deliver"]: step for step in side["steps"]}
        return (
            all(steps[label]["result"] == "waiting" for label in labels[:-1])
            and (steps[last]["result"], steps[last].get("code")) == ("refused", "ledger-escrow")
            and side["end"]["waiting"] == labels[:-1]
            and side["end"]["missing"] == [first.cid]
        )

    statements = story.to_json()
    del statements[first.label]
    add(
        "as-many-as-may-wait",
        "1,024 statements of a writer wait for one that is missing, and one more comes: there is no"
        " room for the newest. Careless: no bound, or one on all writers together.",
        "ledger, A1 Statements and their past",
        "fold",
        {
            "histories": story.histories,
            "statements": statements,
            "deliveries": {"anna": ["open", "join", *labels]},
        },
        claims=claims,
    )
