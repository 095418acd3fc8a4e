"""`connect`: open a relationship with whoever made a link."""

import sys
from typing import Any, Final

from linkcontract.limits import MAX_LINK
from linkcontract.model.card import Invitation, open_invitation
from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import WAIT, later, now_ms
from linkcontract.node.output import Json, plain, short


def run(invocation: Invocation) -> int:
    """Carry out `connect`."""
    given = invocation.arguments
    link = (sys.stdin.read(MAX_LINK + 2) if given.link == "-" else given.link).strip()
    invitation = open_invitation(link, now=now_ms())
    invocation.output.note(_who(invitation))
    arguments: dict[str, Json] = {
        "link": link,
        "label": given.label,
        "propose": given.propose,
        "paths": list(given.path or ()),
        "until": later(given.until, "until"),
        "accept_by": later(given.accept_by, "accept-by"),
        "law": given.law,
        "wait": given.wait,
    }
    return act(invocation, "connect", arguments, _show)


def _who(invitation: Invitation) -> str:
    card = invitation.card
    kind = "a public party" if invitation.history.kind == "public" else "a private party"
    lines = [f"The link is from {short(card.party)}, {kind}."]
    if card.domains:
        lines.append(f"It calls itself {', '.join(card.domains)} (not checked).")
    if not card.addresses:
        lines.append("It names no address, so nothing can be sent to it.")
    return "\n".join(lines)


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    lines = [f"Relationship {given['label']} ({str(given['rel']).removeprefix('bafyrei')[:12]})"]
    if given["joined"]:
        lines.append("The other side has joined.")
    else:
        lines.append("The other side has not joined yet; the node goes on asking while it runs.")
    if given["thread"] is not None:
        lines.append("Your proposal went with it.")
    return plain("\n".join(lines))


SPEC: Final = CommandSpec(
    name="connect",
    summary="open a relationship with whoever made a link",
    description="""\
Verifies a link made with `invite`, opens a relationship and waits until the other side has joined.
A person's node makes a fresh party for it, so that no two of your counterparties can tell from it
that they deal with the same person.

With --propose a first proposal travels along: the terms are yours from the first message on.

A link holds a secret. Give - instead of it and paste it, or pipe it in: an argument can be seen by
other users of this machine while the command runs.""",
    examples=(
        ("connect - --label Shop", "paste the link, then press Enter and Ctrl-D"),
        (
            "connect - --label Shop --propose SD-BASE-DP --path vcard/fn --path vcard/email "
            "--law FR",
            "with a first proposal",
        ),
    ),
    arguments=(
        argument("link", metavar="LINK", help="the link, or - to read it from standard input"),
        argument("--label", required=True, metavar="TEXT", help="what you call the relationship"),
        argument("--propose", metavar="AGREEMENT", help="propose this agreement of the roster"),
        argument(
            "--path", metavar="PATH", action="append", help="data it is about; may be repeated"
        ),
        argument("--until", metavar="TIME", help="end of the terms: 365d (default), a date"),
        argument("--accept-by", metavar="TIME", help="how long it can be accepted: 30d (default)"),
        argument("--law", metavar="CODE", help="governing law, an ISO 3166 code such as FR"),
        *WAIT,
    ),
    run=run,
)
