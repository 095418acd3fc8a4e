"""`revoke`: take permission back, at once and without the other side's consent."""

from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REL, WAIT, signed_line
from linkcontract.node.output import Json


def run(invocation: Invocation) -> int:
    """Carry out `revoke`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "thread": given.thread,
        "all": given.all_threads,
        "purposes": list(given.purpose or ()),
        "wait": given.wait,
    }
    return act(invocation, "revoke", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    statement = given["statement"]
    if given["side"] == "second":
        meaning = "The contract has ended; what you owe under it you still owe."
    elif "purposes" in statement:
        meaning = f"No longer permitted: {', '.join(statement['purposes'])}."
    else:
        meaning = "Nothing is permitted any more; what the other side owes you it still owes."
    if not statement["delivered"]:
        meaning += "\nIt binds the other side from when it receives it."
    return signed_line(result, meaning)


SPEC: Final = CommandSpec(
    name="revoke",
    summary="take permission back, wholly or for some purposes",
    description="""\
Ends a contract, or with --purpose takes back what it permits for these purposes. It takes effect by
your signature alone; nobody has to agree, and nothing is asked, because withdrawing is to be as
easy as giving. It works while the other side is offline, which it binds from when it receives it,
and even if your clock is wrong.

On a vendor's node it ends the contract (`terminate`).""",
    examples=(
        ("revoke Shop", "the only contract with Shop"),
        ("revoke Shop --purpose ServiceDelivery", "only what was permitted for this purpose"),
        ("revoke Shop --all-threads", "everything ever granted to Shop"),
    ),
    arguments=(
        REL,
        argument(
            "--thread",
            metavar="ID",
            exclusive="which",
            help="the thread, if more than one fits; see `status REL`",
        ),
        argument(
            "--all-threads",
            action="store_true",
            exclusive="which",
            help="every contract of the relationship",
        ),
        argument(
            "--purpose",
            action="append",
            metavar="PURPOSE",
            help="only for this purpose, a vocabulary term; may be given again",
        ),
        *WAIT,
    ),
    run=run,
)
