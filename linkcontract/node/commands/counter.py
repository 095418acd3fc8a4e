"""`counter`: answer a proposal with another agreement of the roster."""

from typing import Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.propose import WHAT, show, terms_arguments
from linkcontract.node.commands.shared import REF, REL, THREAD, WAIT


def run(invocation: Invocation) -> int:
    """Carry out `counter`."""
    given = invocation.arguments
    arguments = {
        "rel": given.rel,
        "thread": given.thread,
        "ref": given.ref,
        **terms_arguments(invocation),
    }
    return act(invocation, "counter", arguments, show)


SPEC: Final = CommandSpec(
    name="counter",
    summary="answer a proposal with another agreement",
    description="""\
Makes a counter-offer from the roster. Data, time and law are those of the proposal it answers,
unless you name others. There is one counter-offer in a negotiation: who gets it accepts, refuses,
or starts over.""",
    examples=(
        ("counter Alice SD-BASE", "the same data and time under SD-BASE"),
        ("counter Alice SD-BASE --path vcard/fn --until 90d", "less data, for a shorter time"),
    ),
    arguments=(
        REL,
        argument("agreement", metavar="AGREEMENT", help="a name or id of the roster"),
        *WHAT,
        THREAD,
        REF,
        *WAIT,
    ),
    run=run,
)
