"""`retract`: take an own proposal back."""

from typing import Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation
from linkcontract.node.commands.shared import REF, REL, THREAD, WAIT, signed_line
from linkcontract.node.output import Json


def run(invocation: Invocation) -> int:
    """Carry out `retract`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "thread": given.thread,
        "ref": given.ref,
        "wait": given.wait,
    }
    return act(invocation, "retract", arguments, _show)


def _show(result: dict[str, Json]) -> str:
    return signed_line(result, "Your proposal cannot be accepted any more.")


SPEC: Final = CommandSpec(
    name="retract",
    summary="take back a proposal of yours that is still open",
    description="""\
Takes an own proposal back before it is accepted. If the other side has accepted it meanwhile, and
its acceptance is still under way, the retraction counts: who denies wins.""",
    examples=(
        ("retract Shop", "the one open proposal of yours"),
        ("retract Shop --ref 4q2n7c", "this one"),
    ),
    arguments=(REL, THREAD, REF, *WAIT),
    run=run,
)
