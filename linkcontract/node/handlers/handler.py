"""What a handler is: the part of a command that needs the node's store, keys and network.

The arguments of a request are checked here against a table before any of it runs. They come from
a process of the same user, so a request that does not fit is a command line of another version.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from linkcontract.errors import NodeError
from linkcontract.limits import MAX_INTEGER
from linkcontract.node.output import Json
from linkcontract.node.service import Node

Given: TypeAlias = Mapping[str, Any]
"""Arguments of a request, each of the kind the handler's table says."""

Kind: TypeAlias = Callable[[Json], object]
"""Checks one argument and returns it; raises ValueError. None is passed for an absent one."""


def text(value: Json) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError
    return value


def whole(value: Json) -> int:
    """A whole number from 0 to the largest the protocol knows."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INTEGER:
        raise ValueError
    return value


def flag(value: Json) -> bool:
    """True or false; an absent one is false."""
    if value is None:
        return False
    if not isinstance(value, bool):
        raise ValueError
    return value


def texts(value: Json) -> tuple[str, ...]:
    """A list of texts; an absent one is empty."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError
    return tuple(text(each) for each in value)


def maybe(kind: Kind) -> Kind:
    """A kind that may also be absent or null, which is None."""

    def check(value: Json) -> object:
        return None if value is None else kind(value)

    return check


REL: Final[Mapping[str, Kind]] = {"rel": text}
"""The argument that names a relationship: `Node.relationship` reads it."""

WAIT: Final[Mapping[str, Kind]] = {"wait": whole}
"""How many seconds to wait for the other side: `handlers.signing` reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One command as the node carries it out.

    Attributes:
        run: carries it out; the result is what `--json` prints, but for the key `exit`, which is
            the exit code if it is not 0.
        fields: its arguments.
        signs: it signs something, so a restored node has to rotate first.
        network: it sends, so it needs transports and a running engine.
        hands_out: it gives addresses of this node to others, so it has to listen.
    """

    run: Callable[[Node, Given], Awaitable[dict[str, Json]]]
    fields: Mapping[str, Kind] = field(default_factory=dict)
    signs: bool = False
    network: bool = False
    hands_out: bool = False

    def check(self, arguments: Mapping[str, Json]) -> Given:
        """The arguments of a request.

        Raises:
            NodeError: admin-request, with the name of the argument.
        """
        for name in arguments:
            if name not in self.fields:
                raise NodeError("admin-request", name, "an argument this node does not know")
        given: dict[str, object] = {}
        for name, kind in self.fields.items():
            try:
                given[name] = kind(arguments.get(name))
            except ValueError:
                hint = "not what this node expects; the command line is of another version"
                raise NodeError("admin-request", name, hint) from None
        return given
