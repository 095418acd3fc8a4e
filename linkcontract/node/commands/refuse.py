"""`refuse`: say no to a proposal, or to some purposes of it."""

from typing import Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REF, REL, THREAD, WAIT, signed_line
from linkcontract.node.output import Json


def run(invocation: Invocation) -> int:
    """Carry out `refuse`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "thread": given.thread,
        "ref": given.ref,
        "purposes": list(given.purpose or ()),
        "code": given.code,
        "wait": given.wait,
    }
    return act(invocation, "refuse", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    statement = result["statement"]
    assert isinstance(statement, dict)
    if "purposes" in statement:
        return signed_line(result, "What is left of the proposal can still be accepted.")
    return signed_line(result, "The proposal cannot be accepted any more.")


SPEC: Final = CommandSpec(
    name="refuse",
    summary="refuse a proposal of the other side",
    description="""\
Signs a refusal; both sides keep it. With --purpose only these purposes are refused: the person's
refusal takes them out of the proposal, and the rest can still be agreed.

A contract that was accepted is not refused but taken back: see `revoke`.""",
    examples=(
        ("refuse Shop", "no to the one open proposal"),
        ("refuse Shop --purpose dpv:Marketing", "no to one purpose of it"),
    ),
    arguments=(
        REL,
        THREAD,
        REF,
        argument(
            "--purpose", metavar="PURPOSE", action="append", help="only this one; may be repeated"
        ),
        argument(
            "--code",
            metavar="CODE",
            default="not-acceptable",
            help="the reason, one word for programs (default not-acceptable)",
        ),
        *WAIT,
    ),
    run=run,
)
