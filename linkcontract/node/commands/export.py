"""`export`: write one relationship's record to a file that anybody can verify."""

from pathlib import Path
from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REL
from linkcontract.node.output import Json, plain


def run(invocation: Invocation) -> int:
    """Carry out `export`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "file": str(Path(given.file).expanduser().absolute()),
        "with_data": given.with_data,
    }
    return act(invocation, "export", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    values = "with the shared values" if given["with_data"] else "without the shared values"
    return plain(
        f"{given['file']}: {given['statements']} statements, {given['records']} records, {values}."
        "\nIt holds no secrets. Check it with `verify`, best together with the other side's."
    )


SPEC: Final = CommandSpec(
    name="export",
    summary="write a relationship's record to a file for `verify`",
    description="""\
Writes everything that was signed in a relationship to a new file: headers, bodies and key events of
both sides. Whoever has it can check it offline with `verify`. It holds no keys and no secrets, and
nothing of your other relationships; values that were shared only with --with-data.""",
    examples=(
        ("export Shop shop.jsonl", "for somebody who has to check what was agreed"),
        ("export Shop all.jsonl --with-data", "with the values, for yourself"),
    ),
    arguments=(
        REL,
        argument("file", metavar="FILE", help="a new file; nothing is overwritten"),
        argument("--with-data", action="store_true", help="with the values that were shared"),
    ),
    run=run,
)
