"""Which reason a denial has where there are two."""

from collections.abc import Callable

from build.areas.permissions_conditions import ALWAYS, MOON, NEVER
from build.policy_words import NOW, facts, no, question, rule, terms
from build.world import DAY

Add = Callable[..., None]


def build(add: Add) -> None:
    """The vectors of this module."""
    old = facts(received_at=NOW - DAY)
    for name, comment, conditions, code in (
        ("fails", "whose condition fails", [NEVER], "condition"),
        ("not-known", "whose condition is not known", [MOON], "condition"),
        ("holds", "whose condition holds", [ALWAYS], "retention"),
    ):
        add(
            f"retention-over-condition-{name}",
            f"The only permission is one {comment} and whose retention is over. Careless: the "
            "retention is looked at first, or the condition not at all.",
            "permissions, The decision",
            "decide",
            question([terms([rule(conditions=conditions, retention=DAY)])], known=old),
            claims=no(code),
        )
