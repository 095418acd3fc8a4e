"""`backup`: one sealed file from which, with the recovery words, everything can go on."""

from pathlib import Path
from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.making import here, new_passphrase
from linkcontract.node.handlers.hiding import hidden
from linkcontract.node.output import Json, plain


def run(invocation: Invocation) -> int:
    """Carry out `backup`."""
    given = invocation.arguments
    passphrase = new_passphrase(
        invocation, here(given.passphrase), "New passphrase of the backup: "
    )
    arguments: dict[str, Json] = {
        "file": str(Path(given.file).expanduser().absolute()),
        "passphrase": hidden(passphrase),
    }
    return act(invocation, "backup", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    return plain(
        f"Backup {given['file']}\n"
        f"  {given['relationships']} relationships, {given['statements']} statements, "
        f"{given['bytes']} bytes\n\n"
        "It holds what was said and shared, and nothing that can sign: to go on from it you need\n"
        "the recovery words (a vendor: the signer file) as well. What you erase from now on is\n"
        "still in this file until you delete it."
    )


SPEC: Final = CommandSpec(
    name="backup",
    summary="write everything but the keys into one sealed file",
    description="""\
Writes a new file, readable by you alone and sealed under a passphrase of its own. A running node
goes on meanwhile. `restore` makes a node of it on another machine.

In it: all relationships with their statements and shared data, and what peers can be asked with
after a restore. Not in it: signing keys, which are made anew with the recovery words; keys that
open messages, so that nobody who recorded them can read with a stolen backup what was erased;
invitations that are still open; the machine marker.

Data erased after the backup is still in the backup. `erased` statements name the time until which
your backups may hold what was erased: delete old backups by then.""",
    examples=(
        ("backup alice.backup", "asks for a passphrase"),
        (
            "backup /media/stick/alice.backup --passphrase file:backup.pass",
            "with the passphrase from a file of mode 0600",
        ),
    ),
    arguments=(
        argument("file", metavar="FILE", help="the new file; an existing one is never replaced"),
        argument(
            "--passphrase",
            metavar="SOURCE",
            default="prompt",
            help="of the backup: prompt (default), fd:N, file:PATH, credential:NAME, env:VARIABLE",
        ),
    ),
    run=run,
)
