"""What whoever runs an engine decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from linkcontract.driver.reactions import Reaction, receipts
from linkcontract.limits import DAY, SECOND
from linkcontract.protocol import PendingOpen

Admit: TypeAlias = Callable[[PendingOpen], bool]
"""Whether to join a relationship somebody opens."""


def with_invitation(pending: PendingOpen) -> bool:
    """Join whoever comes with an invitation that was given to one."""
    return pending.invitation is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an engine behaves.

    Attributes:
        reactions: what it says of its own accord, in this order.
        admit: whom it joins.
        answer_wait: how long, in ms, the first signature after a start waits for the peer's heads.
        poll: ask a peer for news this often (ms) where the peer cannot reach us; None for never.
        open_for: how long an own open stays valid, ms.
        most_loaded: relationships kept in memory.
        most_exchanges: exchanges under way at once.
    """

    reactions: tuple[Reaction, ...] = field(default=(receipts,))
    admit: Admit = with_invitation
    answer_wait: int = 3 * SECOND
    poll: int | None = None
    open_for: int = 14 * DAY
    most_loaded: int = 1_024
    most_exchanges: int = 32
