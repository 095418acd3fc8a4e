"""`invite`: a contact card as a link, for somebody to connect with."""

from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import later
from linkcontract.node.output import Json, moment


def run(invocation: Invocation) -> int:
    """Carry out `invite`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "label": given.label,
        "until": later(given.until, "until"),
        "public": given.public,
    }
    return act(invocation, "invite", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    use = (
        f"One person can use it once; the relationship will be called {given['label']}."
        if given["single_use"]
        else "Anybody can use it, any number of times."
    )
    return f"{given['link']}\n\nValid until {moment(given['until'])} UTC. {use}"


SPEC: Final = CommandSpec(
    name="invite",
    summary="make a link with which somebody can connect to you",
    description="""\
Prints a link with a signed contact card. Whoever opens it with `connect` has a relationship with
you: give it to the one it is meant for, in a message, on paper or as a code on a screen.

A single-use link holds a secret behind the #: whoever has it first can use it. It is printed here
and written nowhere else. A person's node makes a fresh party for every invitation. The node has to
listen (bind in the configuration), and to run until the other side has connected.""",
    examples=(
        ("invite --label Shop", "a link for one, valid for 7 days"),
        ("invite --public --until 30d", "a vendor's link for a web page, for everybody"),
    ),
    arguments=(
        argument(
            "--label",
            metavar="TEXT",
            exclusive="whom",
            help="what you will call the relationship; never sent to anyone",
        ),
        argument(
            "--public",
            action="store_true",
            exclusive="whom",
            help="vendor: a link for everybody (needs policy.join_public)",
        ),
        argument(
            "--until",
            metavar="TIME",
            default="7d",
            help="how long the link is valid: 7d (default), 12h, a date; at most 30d",
        ),
    ),
    run=run,
)
