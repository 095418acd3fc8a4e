"""What a command of the command line is: a row of the table in `cli`."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linkcontract.node.output import Output


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, as `argparse.ArgumentParser.add_argument` takes it.

    Arguments with the same non-empty `exclusive` exclude each other.
    """

    flags: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    exclusive: str = ""


def argument(*flags: str, exclusive: str = "", **options: Any) -> Argument:
    """An `Argument`, written as a call of `add_argument` would be."""
    return Argument(flags, options, exclusive)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One call of a command.

    Attributes:
        arguments: the parsed command line.
        output: where the result goes.
        config_path: the configuration file, whether it exists or not.
        environ: the environment variables.
        unprotected: what `harden` could not do; `run` shows it.
    """

    arguments: argparse.Namespace
    output: Output
    config_path: Path
    environ: Mapping[str, str]
    unprotected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command.

    Attributes:
        name: the word on the command line.
        summary: half a line for the list of commands.
        description: what it does, what it needs, what it leaves behind.
        examples: pairs of a command line (without the program) and what it does.
        arguments: its own arguments.
        run: carries it out and returns the exit code.
    """

    name: str
    summary: str
    description: str
    examples: tuple[tuple[str, str], ...]
    arguments: tuple[Argument, ...]
    run: Callable[[Invocation], int]
