"""Settings of the HTTP transport, valid once they exist."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from linkcontract.errors import LinkContractError, TransportError
from linkcontract.transport.addresses import AddressRules, parse_address


def _fail(name: str, hint: str = "") -> TransportError:
    return TransportError("transport-config", name, hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """How to listen and whom to reach.

    Attributes:
        bind: "host:port" to listen on, "[::1]:8401" for IPv6, port 0 for any; "" does not listen.
        public: base of the addresses peers are told; "" tells them where the socket listens.
        listed: origins or whole addresses that may be http and may be private, and nothing else.
        tls_certificate: PEM file with the chain to listen with; None listens without TLS, for
            loopback or behind a proxy that ends it.
        tls_key: PEM file with its key.
        trusted_certificates: PEM file with the roots to trust instead of the system's.
        behind_proxy: all requests come from one proxy, which has to limit its clients itself.
        connections_per_address: how many connections one IP address may hold.
        connections: how many there may be in all.
        requests_per_second: what one token, and one network (/24, /48), may send in the long run.
        burst: how many requests may come at once.
        timeout: seconds a whole exchange may take.
    """

    bind: str = ""
    public: str = ""
    listed: tuple[str, ...] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_certificates: Path | None = None
    behind_proxy: bool = False
    connections_per_address: int = 32
    connections: int = 1024
    requests_per_second: int = 50
    burst: int = 500
    timeout: int = 30
    rules: AddressRules = field(init=False)

    def __post_init__(self) -> None:
        if self.bind:
            split_bind(self.bind)
        if self.public:
            try:
                address = parse_address(self.public)
            except LinkContractError as error:
                raise _fail("public") from error
            if address.scheme not in {"http", "https"} or address.path.endswith("/"):
                raise _fail("public", "as https://node.example, without a slash at the end")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise _fail("tls_key", "certificate and key go together")
        for name in (
            "connections_per_address", "connections", "requests_per_second", "burst", "timeout",
        ):  # fmt: skip
            if getattr(self, name) < 1:
                raise _fail(name, "at least 1")
        try:
            object.__setattr__(self, "rules", AddressRules.listing(self.listed))
        except LinkContractError as error:
            raise _fail("listed") from error


def split_bind(bind: str) -> tuple[str, int]:
    """The host and port of a `bind` setting.

    Raises:
        TransportError: `transport-config`.
    """
    host, colon, port = bind.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise _fail("bind", "an IPv6 address stands in brackets")
    if not host or not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise _fail("bind", "as 127.0.0.1:8401")
    return host, int(port)


def settings_from_table(table: Mapping[str, object]) -> HttpSettings:
    """The settings in a table of the configuration file.

    Raises:
        TransportError: `transport-config` for an unknown key or a value of another kind.
    """
    known = {item.name for item in fields(HttpSettings) if item.init}
    values: dict[str, object] = {}
    for name, value in table.items():
        if name not in known:
            raise _fail(name, "no such setting")
        if name == "listed":
            if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
                raise _fail(name, "a list of addresses")
            values[name] = tuple(value)
        elif name in {"tls_certificate", "tls_key", "trusted_certificates"}:
            if not isinstance(value, str | Path):
                raise _fail(name, "the name of a file")
            values[name] = Path(value)
        else:
            default = next(item.default for item in fields(HttpSettings) if item.name == name)
            if type(value) is not type(default):
                raise _fail(name, f"of the kind {type(default).__name__}")
            values[name] = value
    return HttpSettings(**values)  # type: ignore[arg-type] # the kinds were checked by name
