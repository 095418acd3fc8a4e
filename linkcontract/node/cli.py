"""The command line: one table of commands, each a module of `linkcontract.node.commands`.

A command that is not built is not in the table. Only the module of the command that is typed is
imported: all of them together would take longer than most commands do. Options that all commands
share stand before or after the command's name. Exit codes are in `output.EXIT_CODES` and in
`--help`.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn, TextIO

from linkcontract.errors import LinkContractError
from linkcontract.node.command import CommandSpec, Invocation
from linkcontract.node.hardening import harden
from linkcontract.node.output import EXIT_CODES, EXIT_NO, EXIT_NODE, EXIT_USAGE, Output, Unwritable

PROGRAM: Final = "linkcontract-node"
CONFIG_VARIABLE: Final = "LINKCONTRACT_CONFIG"
DEFAULT_CONFIG: Final = "~/.linkcontract/linkcontract.toml"

COMMANDS: Final = (
    "init",
    "run",
    "invite",
    "connect",
    "terms",
    "propose",
    "accept",
    "counter",
    "refuse",
    "retract",
    "share",
    "read",
    "revoke",
    "erase",
    "rotate",
    "backup",
    "restore",
    "status",
    "log",
    "export",
    "verify",
    "demo",
)
"""The commands, in the order in which `--help` lists them; each is a module of that name."""

_DESCRIPTION: Final = """\
Agree with organisations on what they may do with your data, share it, take it back, and prove
all of it. One service, one data directory, one configuration file."""

_NO_CODES: Final = (
    "accept-controller",
    "author-",
    "counter-",
    "denied",
    "erase-active",
    "offer-answered",
    "revoke-side",
)
"""Beginnings of codes that mean: understood, and not allowed here."""

_USAGE_CODES: Final = (
    "accept-unconfirmed",
    "backup-form",
    "card-",
    "config-",
    "connect-",
    "export-",
    "field-",
    "file-exists",
    "label-",
    "link-",
    "mnemonic-",
    "offer-incomplete",
    "offer-past",
    "roster-",
    "selector-",
    "share-",
    "time-",
    "command-line",
    "vcard-",
    "verify-",
    "vocabulary-",
    "words-",
)
"""Beginnings of codes that mean: what was typed or named is wrong, not the node."""


class _UsageError(Exception):
    """argparse's complaint; carries the usage line's program for the next step."""

    def __init__(self, text: str, program: str) -> None:
        super().__init__(text)
        self.text = text
        self.program = program


class _Parser(argparse.ArgumentParser):
    """argparse, without abbreviated options and without its own way of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise _UsageError(message, self.prog)


class _Version(argparse.Action):
    """Looks the version up only when asked: that imports more than most commands need."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: object) -> NoReturn:
        from importlib import metadata

        sys.stdout.write(f"{PROGRAM} {metadata.version('linkcontract')}\n")
        parser.exit()


def command(name: str) -> CommandSpec:
    """The row of the table for a command in `COMMANDS`."""
    spec: CommandSpec = import_module(f"linkcontract.node.commands.{name}").SPEC
    return spec


def build_parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The argparse tree of some commands."""
    parser = _Parser(
        prog=PROGRAM,
        description=_DESCRIPTION,
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    _add_shared(parser, default=None)
    subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    for spec in map(command, names):
        sub = subparsers.add_parser(
            spec.name,
            help=spec.summary,
            description=spec.description,
            epilog=_examples(spec),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        _add_arguments(sub, spec)
        _add_shared(sub, default=argparse.SUPPRESS)
        sub.set_defaults(spec=spec)
    return parser


def main(
    arguments: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Harden the process, run one command, and return its exit code."""
    unprotected = harden()
    return carry_out(
        list(sys.argv[1:] if arguments is None else arguments),
        os.environ if environ is None else environ,
        out or sys.stdout,
        err or sys.stderr,
        unprotected,
    )


def carry_out(
    given: Sequence[str],
    environ: Mapping[str, str],
    out: TextIO,
    err: TextIO,
    unprotected: tuple[str, ...] = (),
) -> int:
    """Run one command and return its exit code.

    Args:
        given: the command line without the program.
        environ: the environment.
        out, err: results; messages.
        unprotected: what `harden` could not do.
    """
    # Known before parsing, so that a usage error is JSON too.
    output = Output(out, err, json="--json" in given)
    try:
        return _carry_out(given, environ, output, unprotected)
    except KeyboardInterrupt:
        output.note("interrupted")
        return 130
    except BrokenPipeError:
        # The reader went away (`| head`); Python would complain again when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Unwritable as reason:
        output.note(f"error: the result cannot be written ({reason}) [output]")
        output.note("  next: what was signed stays signed; `status` and `log` show it")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_NODE


def _carry_out(
    given: Sequence[str], environ: Mapping[str, str], output: Output, unprotected: tuple[str, ...]
) -> int:
    try:
        parsed = build_parser(_typed(given)).parse_args(given)
        spec: CommandSpec = parsed.spec
        return spec.run(
            Invocation(
                arguments=parsed,
                output=output,
                config_path=_config_path(parsed.config, environ),
                environ=environ,
                unprotected=unprotected,
            )
        )
    except _UsageError as error:
        output.error("command-line", error.text, f"{error.program} --help")
        return EXIT_USAGE
    except LinkContractError as error:
        output.failure(error)
        return exit_code_of(error)


def exit_code_of(error: LinkContractError) -> int:
    """The exit code for an error that ends a command."""
    if error.code.startswith(_NO_CODES):
        return EXIT_NO
    if error.code.startswith(_USAGE_CODES):
        return EXIT_USAGE
    return EXIT_NODE


def _typed(given: Sequence[str]) -> Sequence[str]:
    """The command on a command line, or all of them where help or a complaint has to name them."""
    words = iter(given)
    for word in words:
        if word == "--config":
            next(words, None)
        elif not word.startswith("-"):
            return (word,) if word in COMMANDS else COMMANDS
        elif word in ("-h", "--help"):
            break
    return COMMANDS


def _config_path(option: str | None, environ: Mapping[str, str]) -> Path:
    chosen = option or environ.get(CONFIG_VARIABLE) or DEFAULT_CONFIG
    return Path(chosen).expanduser().absolute()


def _add_arguments(parser: argparse.ArgumentParser, spec: CommandSpec) -> None:
    groups = {
        name: parser.add_mutually_exclusive_group()
        for name in {each.exclusive for each in spec.arguments if each.exclusive}
    }
    for each in spec.arguments:
        target = groups.get(each.exclusive, parser)
        target.add_argument(*each.flags, **each.options)


def _add_shared(parser: argparse.ArgumentParser, *, default: object) -> None:
    shared = parser.add_argument_group("options of every command")
    shared.add_argument(
        "--config",
        metavar="FILE",
        default=default,
        help=f"the configuration file (default: ${CONFIG_VARIABLE}, else {DEFAULT_CONFIG})",
    )
    shared.add_argument(
        "--json",
        action="store_true",
        default=False if default is None else default,
        help="print one JSON object instead of text",
    )


def _epilog() -> str:
    lines = [f"  {code}  {meaning}" for code, meaning in EXIT_CODES.items()]
    return "\n".join(
        [
            "exit codes:",
            *lines,
            "",
            f"`{PROGRAM} COMMAND --help` shows the options of a command and examples.",
            "Relationships, threads and agreements are named by their label or by the first",
            "characters of their id, as `status` shows them.",
        ]
    )


def _examples(spec: CommandSpec) -> str:
    lines = ["examples:"]
    for command, meaning in spec.examples:
        lines += [f"  {PROGRAM} {command}", f"      {meaning}"]
    return "\n".join(lines)
