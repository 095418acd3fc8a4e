"""Clocks that differ by five minutes, and joins that name the open wrongly."""

from collections.abc import Callable
from typing import Any, Final

from build.pair import Pair
from build.world import DAY, MINUTE, T0, Party, some_cid

Add = Callable[..., None]

SPEC: Final = "session, Opening"


def build(add: Add) -> None:
    """The vectors of this module."""
    anna, bert, shop = Party("anna", "directed"), Party("bert", "directed"), Party("shop", "public")
    pair = Pair(anna, shop)
    late = pair.open(exp=T0 + 30 * DAY)
    add(
        "open-five-minutes-ahead",
        "By the receiver's clock it expires after thirty days and five minutes. Careless: clocks"
        " are taken to agree.",
        SPEC,
        "open",
        pair.asked(late, now=T0 - 5 * MINUTE),
        claims={"secret": None},
    )
    add(
        "open-more-than-five-minutes-ahead",
        "A millisecond more than that. Careless: no bound by the receiver's own clock.",
        SPEC,
        "open",
        pair.asked(late, now=T0 - 5 * MINUTE - 1),
        error="open-expiry",
    )
    statement = pair.open()
    rows: tuple[tuple[str, str, list[Any], str], ...] = (
        (
            "seen-other-seq",
            "It names the open under another number",
            [anna.id, 1, statement.id],
            "join-form",
        ),
        (
            "seen-other-writer",
            "It names the open as somebody else's",
            [bert.id, 0, statement.id],
            "join-form",
        ),
    )
    for name, comment, entry, code in rows:
        add(
            f"join-{name}",
            f"{comment}. Careless: only the cid is compared.",
            SPEC,
            "join",
            pair.answered(statement, pair.join(statement, header={"seen": [entry]})),
            error=code,
        )
    roles = {"first": anna.id, "second": some_cid("somebody")}
    add(
        "join-second-differs",
        "It repeats the first role and not the second. Careless: one role says both.",
        SPEC,
        "join",
        pair.answered(statement, pair.join(statement, roles=roles)),
        error="join-differs",
    )
    roles = {"first": some_cid("somebody"), "second": shop.id}
    add(
        "join-first-differs",
        "It repeats the second role and not the first. Careless: one role says both.",
        SPEC,
        "join",
        pair.answered(statement, pair.join(statement, roles=roles)),
        error="join-differs",
    )
