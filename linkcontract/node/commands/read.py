"""`read`: look at what was shared, if that is permitted, leaving a signed record."""

from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REL
from linkcontract.node.denials import denial_lines
from linkcontract.node.output import Json, cell, short_text


def run(invocation: Invocation) -> int:
    """Carry out `read`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "items": list(given.item),
        "purpose": given.purpose,
        "action": given.action,
        "share": given.share,
    }
    return act(invocation, "read", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    if given["denied"]:
        return denial_lines("Nothing is shown or signed:", given["denied"], given["purpose"])
    # Each value on one line: the other side chose it, and could write lines like those below.
    lines = [f"{cell(each['path'])}: {_value(each['value'])}" for each in given["items"]]
    for use in given["uses"]:
        lines.append(f"Recorded as use {short_text(use['id'])}, which the other side will see.")
    return "\n".join(lines)


def _value(value: Any) -> str:
    return cell(value) if isinstance(value, str) else f"(bytes, base32) {value['base32']}"


SPEC: Final = CommandSpec(
    name="read",
    summary="look at shared data, if permitted, and record it",
    description="""\
Shows values the other side shared with you, if the agreement in force permits it for the purpose
you name; otherwise nothing is shown and the exit code is 1. What you look at is signed first, as a
`use` with its purpose, and goes to the other side: it can see what its data is used for.

Of your own shares you see what is still here; nothing is recorded then.""",
    examples=(
        ("read Alice --item vcard/fn --purpose ServiceDelivery", "one value"),
        ("read Alice --item vcard --purpose ServiceDelivery --json", "all, for a program"),
    ),
    arguments=(
        REL,
        argument(
            "--item",
            action="append",
            required=True,
            metavar="PATH",
            help="what to look at, or what lies above it; may be given again",
        ),
        argument("--purpose", required=True, metavar="PURPOSE", help="what for, a vocabulary term"),
        argument(
            "--action",
            default="dpv:Retrieve",
            metavar="ACTION",
            help="what is done with it, a vocabulary term (default dpv:Retrieve)",
        ),
        argument("--share", metavar="ID", help="of this share, not of the newest that has it"),
    ),
    run=run,
)
