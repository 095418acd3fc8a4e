"""`share`: items of a vCard file go to the other side, under the agreement in force."""

from pathlib import Path
from typing import Any, Final

from linkcontract.errors import NodeError
from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REL, THREAD, WAIT, signed_line
from linkcontract.node.denials import denial_lines
from linkcontract.node.output import EXIT_DONE, Json, plain, table
from linkcontract.node.vcard import MAX_FILE, Vcard, VcardItem, import_vcard, select


def run(invocation: Invocation) -> int:
    """Carry out `share`."""
    given = invocation.arguments
    card = read_card(Path(given.vcard).expanduser())
    for path in card.left_out:
        invocation.output.note(f"{path} is left out: its value is larger than an item may be")
    if given.list:
        return _list(invocation, card)
    if given.rel is None or not given.item:
        raise NodeError(
            "command-line", "share", "name a relationship and --item PATH, or give --list"
        )
    items = chosen(card, given.item)
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "items": [[each.path, each.value.decode()] for each in items],
        "purpose": given.purpose,
        "thread": given.thread,
        "wait": given.wait,
    }
    return act(invocation, "share", arguments, _show)


def read_card(path: Path) -> Vcard:
    """The card in a file.

    Raises:
        NodeError: vcard-unreadable and the other vcard-….
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        hint = f"{error.strerror}: check the path after --vcard"
        raise NodeError("vcard-unreadable", str(path), hint) from None
    return import_vcard(data)


def chosen(card: Vcard, paths: list[str]) -> list[VcardItem]:
    """The items at or below some paths, in the order of the card.

    Raises:
        NodeError: share-nothing if one of the paths selects nothing.
    """
    wanted: set[str] = set()
    for path in paths:
        found = select(card.items, path)
        if not found:
            have = ", ".join(each.path for each in card.items)
            raise NodeError("share-nothing", path, f"the card has: {have}")
        wanted.update(each.path for each in found)
    return [each for each in card.items if each.path in wanted]


def _list(invocation: Invocation, card: Vcard) -> int:
    listing: list[Json] = [{"path": each.path, "value": each.value.decode()} for each in card.items]
    rows = [(each.path, each.value.decode()) for each in card.items]
    invocation.output.result(listing, table(("PATH", "VALUE"), rows))
    return EXIT_DONE


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    if given["denied"]:
        return denial_lines("Nothing was shared or signed:", given["denied"], given["purpose"])
    lines = [signed_line(result, f"Shared: {', '.join(given['items'])}")]
    if given["receipt"] is not None:
        lines.append("The other side has signed that it received all of it as you committed to it.")
    elif given["dispute"] is not None:
        lines.append("The other side disputes what it received; see `log`.")
    else:
        lines.append("The other side's receipt is not here yet.")
    return plain("\n".join(lines))


SPEC: Final = CommandSpec(
    name="share",
    summary="share items of your vCard under the agreement in force",
    description="""\
Takes items from a vCard 4.0 file and shares them, each bound by a salted commitment in the signed
statement, so that every value can be erased later and the statement still verifies. Every item is
first checked against the agreement in force: if one is not permitted, nothing is signed.

A PATH selects an item, or all items below it. --list shows the paths of a card; that needs no
node.""",
    examples=(
        ("share --list --vcard me.vcf", "the paths of a card"),
        ("share Shop --vcard me.vcf --item vcard/fn --item vcard/email", "two of its items"),
    ),
    arguments=(
        argument("rel", nargs="?", metavar=REL.options["metavar"], help=REL.options["help"]),
        argument("--vcard", required=True, metavar="FILE", help="your card (vCard 4.0)"),
        argument(
            "--item", action="append", metavar="PATH", help="what to share; may be given again"
        ),
        argument(
            "--purpose",
            default="ServiceDelivery",
            metavar="PURPOSE",
            help="what for, a vocabulary term (default ServiceDelivery)",
        ),
        THREAD,
        argument("--list", action="store_true", help="only list the paths and values of the card"),
        *WAIT,
    ),
    run=run,
)
