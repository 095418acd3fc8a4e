"""`erase`: delete shared values here, sign that, and ask the other side to do the same."""

from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REL, WAIT, later, signed_line
from linkcontract.node.output import Json, moment, plain


def run(invocation: Invocation) -> int:
    """Carry out `erase`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "share": given.share,
        "agreement": given.agreement,
        "everything": given.everything,
        "own_only": given.own_only,
        "yes": given.yes,
        "exceptions": list(given.exception or ()),
        "backups_until": later(given.backups_until, "backups-until"),
        "wait": given.wait,
    }
    return act(invocation, "erase", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    backups = given["backups_until"]
    lines = [signed_line(result, f"{given['erased']} values and their salts were deleted here.")]
    if given["requests"]:
        lines.append("The other side was asked to erase what it holds (GDPR, article 17).")
    lines.append(
        "No backup of this node was ever made, so there is none that still holds them."
        if backups is None
        else f"A backup may still hold them until {moment(backups)} UTC; you have signed that."
    )
    lines.append(
        "What remains: signed headers, and bodies with commitments that say nothing about the\n"
        "values any more. Copies the file system or the disk made are not in this program's reach."
    )
    return plain("\n".join(lines))


SPEC: Final = CommandSpec(
    name="erase",
    summary="delete shared values, sign it, ask the other side to",
    description="""\
Deletes values that were shared, with their salts, from this node, and signs an `erased` statement.
On a person's node the other side is asked to erase too (the right to erasure, GDPR article 17); on
a vendor's node this is the answer to such a request. The signed record stays provable: only the
values are gone.

Without a choice: what was shared under contracts that have ended.""",
    examples=(
        ("erase Shop", "everything shared under contracts that have ended"),
        ("erase Shop --share qk3m", "the values of one share"),
        ("erase Alice --exception invoices=eu-gdpr:A6-1-c", "a vendor names what it has to keep"),
    ),
    arguments=(
        REL,
        argument("--share", metavar="ID", exclusive="what", help="the values of one share"),
        argument("--agreement", metavar="ID", exclusive="what", help="everything shared under one"),
        argument(
            "--everything",
            action="store_true",
            exclusive="what",
            help="every value of the relationship",
        ),
        argument("--own-only", action="store_true", help="do not ask the other side to erase"),
        argument("--yes", action="store_true", help="also under an agreement that is in force"),
        argument(
            "--exception",
            action="append",
            metavar="CODE=BASIS",
            help="what you keep elsewhere and on which legal basis; signed with it",
        ),
        argument(
            "--backups-until",
            metavar="TIME",
            help="until when backups may hold it (default: 30 days after the newest backup)",
        ),
        *WAIT,
    ),
    run=run,
)
