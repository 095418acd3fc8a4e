"""`accept`: show a proposal of the other side, and sign it."""

import sys
from typing import Any, Final

from linkcontract.errors import NodeError
from linkcontract.node.client import Ask, converse, finish
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REF, REL, THREAD, WAIT, signed_line
from linkcontract.node.commands.status_text import describe
from linkcontract.node.output import Json


def run(invocation: Invocation) -> int:
    """Carry out `accept`."""
    given = invocation.arguments

    async def talk(ask: Ask) -> Json:
        which: dict[str, Json] = {"rel": given.rel, "thread": given.thread, "ref": given.ref}
        offer: Any = await ask("offer", which)
        invocation.output.note("\n".join(describe(offer)))
        if not given.yes:
            _confirm(offer)
        # Named by its whole id: what was shown is what is signed, whatever arrives meanwhile.
        exactly = {"rel": given.rel, "thread": offer["thread"], "ref": offer["id"]}
        return await ask("accept", {**exactly, "wait": given.wait})

    return finish(invocation, converse(invocation, "accept", talk), _show)


def _confirm(offer: Any) -> None:
    if not sys.stdin.isatty():
        raise NodeError("accept-unconfirmed", "ref", "without a terminal add --yes")
    sure = offer["unchanged"] and offer["controller_fits"]
    word = "yes" if sure else "I accept these terms"
    sys.stderr.write(f"Type {word!r} to sign it: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != word:
        raise NodeError("accept-unconfirmed", "ref", "nothing was signed")


def _show(result: dict[str, Json]) -> str:
    meaning = {
        "agreed": "Both sides have signed; it is in force once the other side has confirmed.",
        "active": "It is in force.",
    }
    return signed_line(result, meaning.get(str(result.get("phase")), ""))


SPEC: Final = CommandSpec(
    name="accept",
    summary="accept a proposal of the other side",
    description="""\
Shows the proposal, asks, and signs. What is no agreement of the roster, or names one and says
something else, is shown as such; then a whole sentence has to be typed. Without a terminal --yes is
needed.

A person's node does not accept from an organisation that does not say in the signed proposal who
legally stands behind it.""",
    examples=(
        ("accept Shop", "the one open proposal of the shop, after a look at it"),
        ("accept Shop --ref 4q2n7c --yes", "this one, without a question"),
    ),
    arguments=(
        REL,
        THREAD,
        REF,
        argument("--yes", action="store_true", help="do not ask"),
        *WAIT,
    ),
    run=run,
)
