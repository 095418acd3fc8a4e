"""What `init` and `restore` share: the options that become a new configuration file."""

import argparse
import os
from pathlib import Path
from typing import Final

from linkcontract.crypto.secret import Secret
from linkcontract.errors import NodeError, TransportError
from linkcontract.node.command import Argument, Invocation, argument
from linkcontract.node.config import NodeConfig, parse_config
from linkcontract.node.home import default_marker
from linkcontract.node.passphrase import read_passphrase
from linkcontract.transport.loading import load_transport

_OPTIONS: Final = {
    "label": "--label",
    "passphrase": "--passphrase",
    "marker": "--marker",
    "controller.name": "--name",
    "controller.jurisdiction": "--jurisdiction",
    "controller.domain": "--domain",
    "bind": "--listen",
    "public": "--address",
    "listed": "--allow-address",
    "policy.accept": "--accept",
    "policy.counter": "--counter",
    "policy.join_public": "--join-public",
}

PLACE: Final[tuple[Argument, ...]] = (
    argument(
        "--label", required=True, metavar="TEXT", help="what you call it; never sent to anyone"
    ),
    argument("--data-dir", metavar="DIR", help="default: data beside the configuration file"),
    argument(
        "--marker", metavar="FILE", help="the machine marker (default: in the state directory)"
    ),
    argument(
        "--passphrase",
        metavar="SOURCE",
        default="prompt",
        help="prompt (default), fd:N, file:PATH, credential:NAME or env:VARIABLE",
    ),
)
"""What the node is called, where it lies, and its passphrase."""

CONTROLLER: Final[tuple[Argument, ...]] = (
    argument("--name", metavar="TEXT", help="vendor: legal name"),
    argument("--jurisdiction", metavar="CODE", help="vendor: ISO 3166 code, such as FR"),
    argument("--domain", metavar="DOMAIN", help="vendor: the domain it is known by"),
)
"""Who a vendor is."""

NETWORK: Final[tuple[Argument, ...]] = (
    argument("--listen", metavar="HOST:PORT", help="where peers reach this node"),
    argument(
        "--address",
        metavar="URL",
        help="base of the addresses told to peers, if it is not where the node listens",
    ),
    argument(
        "--allow-address",
        metavar="URL",
        action="append",
        help="an address or origin of peers to use although it is plain http or private; "
        "may be repeated",
    ),
    argument(
        "--accept",
        metavar="AGREEMENT",
        action="append",
        help="accept this agreement without asking; may be repeated, preferred first",
    ),
    argument(
        "--counter", action="store_true", help="answer other proposals with the preferred one"
    ),
    argument(
        "--join-public",
        action="store_true",
        help="vendor: let strangers open relationships with the public card",
    ),
)
"""How peers are reached, and what is answered without asking."""


def values_of(invocation: Invocation, role: str) -> dict[str, object]:
    """Configuration values by dotted path; paths typed here start at the working directory."""
    given = invocation.arguments
    home = Path(invocation.environ.get("HOME") or Path.home())
    marker = default_marker(invocation.environ.get("XDG_STATE_HOME"), home, os.urandom(8))
    return {
        "role": role,
        "label": given.label,
        "data_dir": str(Path(given.data_dir).expanduser().absolute()) if given.data_dir else None,
        "passphrase": here(given.passphrase),
        "marker": str(Path(given.marker).expanduser().absolute() if given.marker else marker),
        "controller.name": given.name,
        "controller.jurisdiction": given.jurisdiction,
        "controller.domain": given.domain,
        "policy.accept": given.accept or None,
        "policy.counter": given.counter or None,
        "policy.join_public": given.join_public or None,
    }


def checked(values: dict[str, object], invocation: Invocation) -> NodeConfig:
    """The configuration these values make; a complaint names the option instead of the key."""
    try:
        return parse_config(_nested(values), invocation.environ, base=invocation.config_path.parent)
    except NodeError as error:
        where = _OPTIONS.get(error.where, error.where)
        raise NodeError(error.code, where, error.hint) from None


def http_table(given: argparse.Namespace) -> dict[str, object]:
    """The table of the one transport this distribution has, checked by the transport itself."""
    table = {
        key: value
        for key, value in (
            ("bind", given.listen),
            ("public", given.address),
            ("listed", given.allow_address),
        )
        if value
    }
    try:
        load_transport("http", ("http",)).kind.from_config(table)
    except TransportError as error:
        where = _OPTIONS.get(error.where, error.where)
        raise NodeError("config-value", where, error.hint or "see --help") from None
    return table


def _nested(values: dict[str, object]) -> dict[str, object]:
    table: dict[str, object] = {}
    for path, value in values.items():
        if value is None:
            continue
        section, dot, key = path.rpartition(".")
        if dot:
            inner = table.setdefault(section, {})
            assert isinstance(inner, dict)
            inner[key] = value
        else:
            table[key] = value
    return table


def here(source: str) -> str:
    """A passphrase source, with the path of a file starting at the working directory."""
    scheme, _, rest = source.partition(":")
    return f"file:{Path(rest).expanduser().absolute()}" if scheme == "file" and rest else source


def refuse_existing(*paths: Path) -> None:
    """Nothing is ever overwritten. Raises NodeError: file-exists."""
    for path in paths:
        if os.path.lexists(path):
            hint = "a node was already made here; choose other places, or remove the old ones"
            raise NodeError("file-exists", str(path), hint)


def new_passphrase(invocation: Invocation, source: str, prompt: str) -> Secret:
    """A passphrase that is chosen now: a person types it twice.

    Raises:
        NodeError: as `read_passphrase`.
    """
    return read_passphrase(
        source, invocation.environ, invocation.output.note, prompt=prompt, confirm=True
    )
