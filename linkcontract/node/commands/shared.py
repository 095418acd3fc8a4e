"""Arguments that several commands have, and how what they signed is shown."""

import time
from typing import Any, Final

from linkcontract.node.command import Argument, argument
from linkcontract.node.output import Json, plain
from linkcontract.node.times import point, span

WAIT_SECONDS: Final = 10
"""How long a command waits for the other side if nothing else is said."""

LONGEST_WAIT: Final = 3_600


def seconds(text: str) -> int:
    """A number of seconds as argparse takes it; ValueError for anything else."""
    value = int(text)
    if not 0 <= value <= LONGEST_WAIT:
        raise ValueError(text)
    return value


REL: Final = argument(
    "rel", metavar="REL", help="the relationship: its label, or the beginning of its id"
)
THREAD: Final = argument(
    "--thread", metavar="ID", help="the thread, if more than one fits; see `status REL`"
)
REF: Final = argument(
    "--ref", metavar="ID", help="the proposal, if more than one fits; see `status REL`"
)
WAIT: Final[tuple[Argument, ...]] = (
    argument(
        "--wait",
        metavar="SECONDS",
        type=seconds,
        default=WAIT_SECONDS,
        exclusive="wait",
        help=f"how long to wait for the other side (default {WAIT_SECONDS})",
    ),
    argument(
        "--no-wait",
        dest="wait",
        action="store_const",
        const=0,
        exclusive="wait",
        help="do not wait; delivery goes on while the node runs",
    ),
)


def now_ms() -> int:
    """The machine's clock, Unix ms."""
    return time.time_ns() // 1_000_000


def later(text: str | None, option: str) -> int | None:
    """A moment as typed, in Unix ms; None if it was not given.

    Raises:
        NodeError: time-form.
    """
    return None if text is None else point(text, option, now=now_ms())


def since(text: str | None, option: str) -> int | None:
    """The moment before which something is too old, in Unix ms: `30d` means 30 days ago.

    Raises:
        NodeError: time-form.
    """
    if text is None:
        return None
    if text[-1:] in ("d", "h", "m"):
        return max(0, now_ms() - span(text, option))
    return point(text, option, now=now_ms())


def signed_line(result: dict[str, Json], meaning: str) -> str:
    """What a command that signed says: what, whether it has arrived, and what it means."""
    statement: Any = result["statement"]
    arrived = "delivered" if statement["delivered"] else "waiting for delivery"
    short = str(statement["id"]).removeprefix("bafyrei")[:12]
    lines = [f"{statement['type']} signed: {short}  {arrived}"]
    if meaning:
        lines.append(meaning)
    if not statement["delivered"]:
        lines.append("It is kept and will be delivered while the node runs.")
    return plain("\n".join(lines))
