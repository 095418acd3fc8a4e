"""Finding the transports that installed packages offer, without trusting the packages.

A transport runs in the process that holds the keys, so an installed package is imported only if
the configuration names it, and the node can show which distribution and version it came from.
Packages offer transports through the entry-point group `linkcontract.transports`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Final

from linkcontract.errors import TransportError
from linkcontract.transport.port import Transport

GROUP: Final = "linkcontract.transports"


@dataclass(frozen=True, slots=True)
class LoadedTransport:
    """A transport class and where it came from.

    Attributes:
        name: its name in the configuration, as `http`.
        kind: the class; `kind.from_config(table)` builds one.
        distribution: the installed distribution that offers it.
        version: the version of that distribution.
    """

    name: str
    kind: type[Transport]
    distribution: str
    version: str


def load_transport(name: str, listed: Collection[str]) -> LoadedTransport:
    """Import one transport that the configuration lists.

    Args:
        name: which one.
        listed: the names the configuration lists; nothing else is ever imported.

    Raises:
        TransportError: `transport-not-listed`, `transport-unknown`, `transport-ambiguous`,
            `transport-broken`.
    """
    if name not in listed:
        raise TransportError("transport-not-listed")
    found = entry_points(group=GROUP, name=name)
    # The same distribution can be on the path twice (an editable and a built one): one offer.
    offers = {(point.value, point.dist.name if point.dist else ""): point for point in found}
    if not offers:
        raise TransportError("transport-unknown")
    if len(offers) > 1:
        raise TransportError("transport-ambiguous")
    (point,) = offers.values()
    try:
        kind = point.load()
    except Exception as error:  # a foreign module may raise anything on import
        raise TransportError("transport-broken") from error
    if not isinstance(kind, type) or not issubclass(kind, Transport):
        raise TransportError("transport-broken")
    if point.dist is None:
        raise TransportError("transport-broken", hint="it belongs to no distribution")
    return LoadedTransport(name, kind, point.dist.name, point.dist.version)


def load_transports(listed: Collection[str]) -> tuple[LoadedTransport, ...]:
    """Import every transport that the configuration lists, in its order.

    Raises:
        TransportError: as for `load_transport`.
    """
    return tuple(load_transport(name, listed) for name in listed)
