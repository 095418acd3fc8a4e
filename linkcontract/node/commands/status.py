"""`status`: the node, its relationships, and what is permitted in each."""

from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.status_text import show_status
from linkcontract.node.output import Json


def run(invocation: Invocation) -> int:
    """Carry out `status`."""
    rel = invocation.arguments.rel

    def show(result: dict[str, Json]) -> str:
        shown: Any = result
        return show_status(shown, whole=rel is not None)

    return act(invocation, "status", {"rel": rel}, show)


SPEC: Final = CommandSpec(
    name="status",
    summary="show relationships, contracts and what they permit",
    description="""\
Without an argument: this node and its relationships. With a relationship: its proposals, what is
permitted at this moment, for which purpose and to whom, what the other side owes you or you owe it.

What the other side writes about itself is shown as its word, checked by nobody.""",
    examples=(
        ("status", "everything at a glance"),
        ("status Shop", "one relationship in full"),
        ("status Shop --json", "the same for a program"),
    ),
    arguments=(
        argument(
            "rel",
            nargs="?",
            metavar="REL",
            help="one relationship: its label, or the beginning of its id",
        ),
    ),
    run=run,
)
