"""`demo`: two nodes agree, share, withdraw, erase and prove it, before your eyes."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Final

from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.demo_stage import free_ports, stage
from linkcontract.node.demo_story import ALICE, SHOP, Story
from linkcontract.node.output import EXIT_DONE, Json, Output, plain

_SHORT: Final = 40
"""Longest path of a temporary folder in which the names of sockets surely fit."""

_HEADING: Final = """\
Two nodes, a person's and a shop's, as two processes of this machine, in
{folder}
After `alice$` stands what is run in its folder alice, with `--config linkcontract.toml`; after
`shop$` likewise. What stands after `$` alone needs no node."""


def run(invocation: Invocation) -> int:
    """Carry out `demo`."""
    given, output = invocation.arguments, invocation.output
    ports = free_ports(2, given.port_base)
    say = _saying(output)
    folder = _folder(given.keep)
    with stage(
        folder, lambda line: say(indent(line, " " * 6)), keep=given.keep is not None
    ) as place:
        say(_HEADING.format(folder=folder))
        for name, port in zip((ALICE, SHOP), ports, strict=True):
            place.add(name, port)
        story = Story(place, say)
        story.tell()
        seconds = story.seconds
    kept = f"Everything is left in {folder}." if given.keep else "Nothing is left behind."
    result: dict[str, Json] = {
        "steps": story.steps,
        "milliseconds": int(seconds * 1000),
        "kept": str(folder) if given.keep else None,
    }
    output.result(result, f"\nAll as expected, in {seconds:.1f} s. {kept}")
    return EXIT_DONE


def _folder(keep: str | None) -> Path:
    if keep is not None:
        return Path(keep).expanduser().absolute()
    base = tempfile.gettempdir()
    if len(base) > _SHORT:
        base = "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it
    return Path(tempfile.mkdtemp(prefix="linkcontract-", dir=base))


def _saying(output: Output) -> Callable[[str], None]:
    def say(line: str) -> None:
        if not output.json:
            output.out.write(plain(line) + "\n")
            output.out.flush()

    return say


SPEC: Final = CommandSpec(
    name="demo",
    summary="two nodes agree, share, withdraw and prove it",
    description="""\
Starts two nodes as processes on this machine, with SQLite stores in a temporary folder, and lets
them tell the whole story: an invitation, a proposal, a counter-offer, the agreement, three fields
of a vCard shared and received, a use that is refused, the withdrawal, the erasure with the shop's
signed answer, both records verified against each other, and one flipped byte found.

Every step shows the command it runs. It touches nothing outside its folder, ends its processes
however it ends, and exits with 0 only if every step came to what it has to.""",
    examples=(
        ("demo", "about ten seconds; nothing is left behind"),
        ("demo --keep /tmp/story", "leave both nodes and their exports to look at"),
    ),
    arguments=(
        argument(
            "--keep", metavar="DIR", help="a new folder that is left; its path has to be short"
        ),
        argument(
            "--port-base",
            metavar="PORT",
            type=int,
            help="listen on PORT and the next one (default: two that are free)",
        ),
    ),
    run=run,
)
