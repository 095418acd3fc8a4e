"""`propose`: offer an agreement of the roster."""

from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import Argument, CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REL, WAIT, later, signed_line
from linkcontract.node.commands.status_text import describe
from linkcontract.node.output import Json

WHAT: Final[tuple[Argument, ...]] = (
    argument(
        "--path",
        metavar="PATH",
        action="append",
        help="data it is about, such as vcard/email; may be repeated",
    ),
    argument("--until", metavar="TIME", help="end of the terms: 365d, 2027-12-31"),
    argument("--accept-by", metavar="TIME", help="how long it can be accepted (default 30d)"),
    argument("--law", metavar="CODE", help="governing law, an ISO 3166 code such as FR"),
)
"""What a proposal says, beside the name of the agreement."""


def run(invocation: Invocation) -> int:
    """Carry out `propose`."""
    given = invocation.arguments
    arguments = {"rel": given.rel, "amend": given.amend, **terms_arguments(invocation)}
    return act(invocation, "propose", arguments, show)


def terms_arguments(invocation: Invocation) -> dict[str, Json]:
    """The arguments of a request that proposes, from `WHAT` and `WAIT`."""
    given = invocation.arguments
    return {
        "agreement": given.agreement,
        "paths": list(given.path or ()),
        "until": later(given.until, "until"),
        "accept_by": later(given.accept_by, "accept-by"),
        "law": given.law,
        "wait": given.wait,
    }


def show(result: dict[str, Json]) -> str:
    """A proposal that was signed, in lines."""
    offer: Any = result["offer"]
    lines = describe(offer)
    if result["phase"] == "active" and offer["base"] is None:
        lines.append("The other side accepted it at once; it is in force.")
    return signed_line(result, "\n".join(lines))


SPEC: Final = CommandSpec(
    name="propose",
    summary="propose an agreement of the roster",
    description="""\
Offers the other side an agreement of the roster (`terms` lists them) about data you name. It is a
contract once the other side has accepted and you have confirmed, which your node does by itself.

With --amend the proposal replaces an agreement in force; until the other side accepts, that one
stays, and what it permits only ever gets less while both are under way.

If you name no governing law, it is that of the organisation as its own proposals state it.""",
    examples=(
        (
            "propose Shop SD-BASE-DP --path vcard/fn --path vcard/email --law FR",
            "terms of yours for two fields, for a year",
        ),
        ("propose Shop SD-BASE-DP --amend 4q2n7c --until 730d", "prolong the agreement 4q2n7c…"),
    ),
    arguments=(
        REL,
        argument("agreement", metavar="AGREEMENT", help="a name or id of the roster"),
        *WHAT,
        argument("--amend", metavar="ID", help="the agreement in force that it is to replace"),
        *WAIT,
    ),
    run=run,
)
