"""Addresses that peers name, and which of them a node connects to.

An address comes from a stranger and the node connects to it: without rules a peer could make it
call its own administration, the cloud's metadata service or a victim. So an address has one narrow
form, only https is followed, and only to addresses of the global internet. What the local
configuration lists by its exact origin or full text is exempt from both rules.

Nothing here resolves names or connects: a transport resolves a name once, gives the result to
`admissible` and connects to what comes back, not to the name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, Self

from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_ADDRESS

_FORM: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{0,15})://"
    r"(?:\[(?P<six>[0-9a-f:.]{2,45})\]|(?P<host>[a-z0-9._-]{1,253}))"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@-]*)*)",
    re.ASCII,
)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# With such a last label some resolvers read the whole name as a number (2130706433, 0x7f.1).
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}

# IANA special-purpose registries. Python's own `is_global` changed its answer for several of these
# between patch releases, so the lists stand here.
_NOT_GLOBAL_4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind a carrier's NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, with the metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relay of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_6: Final = IPv6Network("2000::/3")
"""Everything global is in here, so loopback, link-local, unique local, multicast, v4-mapped and
NAT64 addresses fall out at once."""
_NOT_GLOBAL_6: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, with Teredo, which carries an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address in the one form that is taken; made by `parse_address`.

    Attributes:
        text: the address as it was given.
        scheme: as `https`.
        host: a name in lower case, or an IP address without brackets.
        port: the one named, or the scheme's own; 0 if it has none.
        path: "" or a path that begins with a slash.
        literal: whether the host is an IP address.
    """

    text: str
    scheme: str
    host: str
    port: int
    path: str
    literal: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port; the same for two addresses of one server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def _literal(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def parse_address(text: str) -> Address:
    """Read an address: `scheme://host[:port][/path]`, at most `MAX_ADDRESS` ASCII characters.

    Lower case up to the path; no user, query, fragment or percent escape; no `.` or `..` in the
    path; no numbers that only some resolvers take for an IP address. Nothing is repaired.

    Raises:
        RemoteProtocolError: `address-malformed`.
    """
    match = _FORM.fullmatch(text) if isinstance(text, str) and len(text) <= MAX_ADDRESS else None
    if match is None:
        raise RemoteProtocolError("address-malformed")
    scheme, path = match["scheme"], match["path"]
    port = int(match["port"]) if match["port"] else _DEFAULT_PORTS.get(scheme, 0)
    if port > 65535 or {".", ".."} & set(path.split("/")):
        raise RemoteProtocolError("address-malformed")
    host = match["six"] or match["host"]
    ip = _literal(host)
    if match["six"]:
        wanted = isinstance(ip, IPv6Address)
    elif ip is None:
        labels = host.split(".")
        wanted = all(map(_LABEL.fullmatch, labels)) and not _NUMERIC.fullmatch(labels[-1])
    else:
        wanted = isinstance(ip, IPv4Address)
    if not wanted:
        raise RemoteProtocolError("address-malformed")
    return Address(text, scheme, host, port, path, ip is not None)


def is_global(ip: str) -> bool:
    """Whether an IP address belongs to the global internet; False for what is no IP address."""
    parsed = _literal(ip)
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NOT_GLOBAL_4)
    if isinstance(parsed, IPv6Address) and parsed.scope_id is None:
        return parsed in _GLOBAL_6 and not any(parsed in network for network in _NOT_GLOBAL_6)
    return False


def admissible(ips: Iterable[str], *, listed: bool) -> tuple[str, ...]:
    """Of what a name resolved to, the IP addresses a node connects to; none means refused.

    A name that resolves to global and other addresses is followed to the global ones only.
    """
    if listed:
        return tuple(ip for ip in ips if _literal(ip) is not None)
    return tuple(ip for ip in ips if is_global(ip))


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which addresses a node follows; made by `listing`.

    Attributes:
        origins: origins the local configuration lists: every path there is exempt.
        exact: full texts the local configuration lists.
    """

    origins: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()

    @classmethod
    def listing(cls, entries: Iterable[str] = ()) -> Self:
        """The rules with some addresses listed: an entry without a path lists its whole origin.

        Raises:
            LocalProtocolError: `address-malformed` for an entry that is no address.
        """
        origins: set[str] = set()
        exact: set[str] = set()
        for entry in entries:
            try:
                address = parse_address(entry)
            except RemoteProtocolError as error:
                raise LocalProtocolError(error.code) from error
            if address.path:
                exact.add(address.origin + address.path)
            else:
                origins.add(address.origin)
        return cls(frozenset(origins), frozenset(exact))

    def lists(self, address: Address) -> bool:
        """Whether the local configuration lists this address or its origin."""
        return address.origin in self.origins or address.origin + address.path in self.exact

    def admit(self, address: Address) -> None:
        """Refuse an address that is not followed. A name is judged again once it is resolved.

        Raises:
            RemoteProtocolError: `address-refused`.
        """
        if self.lists(address):
            return
        if address.scheme != "https" or (address.literal and not is_global(address.host)):
            raise RemoteProtocolError("address-refused")
