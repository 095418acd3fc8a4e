"""The sending half of the HTTP transport: one POST to a place that may be hostile.

The address was named by a peer. So: https to global addresses only (or what is listed), connected
to the very IP address that was checked, no redirects, no cookies, no proxies from the environment,
no decompression, a bounded response, and headers that do not say what software this is. What the
other side answers is reported as a code, never as its status or text.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult

from linkcontract.errors import TransportError
from linkcontract.limits import KIB, MAX_RESPONSE
from linkcontract.transport.addresses import Address, admissible
from linkcontract_transports.http_settings import HttpSettings

CONTENT_TYPE: Final = "application/linkcontract-frame"
CONNECT_SECONDS: Final = 10
# Less than the 15 s after which a listening node closes, so that a message rarely meets a closing
# connection.
IDLE_SECONDS: Final = 10

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]


async def system_resolver(name: str, port: int) -> Sequence[str]:
    """The IP addresses the system knows for a name.

    Raises:
        OSError: none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class _Checked(AbstractResolver):
    """Resolves for the connector, and hands over only addresses that may be connected to."""

    def __init__(self, resolver: Resolver, *, listed: bool) -> None:
        self._resolver = resolver
        self._listed = listed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            found = await self._resolver(host, port)
        except OSError as error:
            raise TransportError("transport-unreachable") from error
        chosen = [
            (ip, socket.AF_INET6 if ":" in ip else socket.AF_INET)
            for ip in admissible(found, listed=self._listed)
        ]
        results = [
            ResolveResult(
                hostname=host,  # what the certificate must name
                host=ip,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for ip, kind in chosen
            if family in {socket.AF_UNSPEC, kind}
        ]
        if not results:
            raise TransportError("address-refused")
        return results

    async def close(self) -> None:
        """Nothing is held."""


def _declined(status: int) -> TransportError:
    return TransportError("transport-throttled" if status == 429 else "transport-declined")


async def _read(response: ClientResponse) -> bytes:
    if response.status != 200:
        response.close()  # its body is of no interest
        raise _declined(response.status)
    if response.content_length == 0:
        return b""
    if response.headers.getall("Content-Type", []) != [CONTENT_TYPE] or (
        "Content-Encoding" in response.headers
    ):
        response.close()
        raise TransportError("transport-response")
    parts: list[bytes] = []
    size = response.content_length or 0
    if size <= MAX_RESPONSE:
        size = 0
        async for part in response.content.iter_any():
            size += len(part)
            if size > MAX_RESPONSE:
                break
            parts.append(part)
    if size > MAX_RESPONSE:
        response.close()
        raise TransportError("transport-response-size")
    return b"".join(parts)


class HttpClient:
    """Holds the connections; made without a running loop, opened on first use."""

    def __init__(self, settings: HttpSettings, resolver: Resolver) -> None:
        """Raises TransportError `transport-config` if the trusted certificates cannot be read."""
        self._rules = settings.rules
        self._timeout = settings.timeout
        self._resolver = resolver
        self._sessions: dict[bool, ClientSession] = {}
        try:
            self._tls = ssl.create_default_context(
                cafile=settings.trusted_certificates and str(settings.trusted_certificates)
            )
        except (OSError, ssl.SSLError) as error:
            raise TransportError("transport-config", "trusted_certificates") from error
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    async def exchange(self, address: Address, message: bytes) -> bytes:
        """See `Transport.exchange`.

        Raises:
            TransportError: see there.
            RemoteProtocolError: `address-refused`.
        """
        self._rules.admit(address)
        session = self._session(self._rules.lists(address))
        try:
            async with session.post(
                address.text,
                data=message,
                headers={"Content-Type": CONTENT_TYPE},
                allow_redirects=False,
            ) as response:
                return await _read(response)
        except TimeoutError as error:
            raise TransportError("transport-timeout") from error
        except ClientResponseError as error:  # what came back cannot be read as HTTP
            raise TransportError("transport-response") from error
        except (ClientError, OSError) as error:
            raise TransportError("transport-unreachable") from error

    async def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def _session(self, listed: bool) -> ClientSession:
        """The session for listed or for other addresses: they never share a connection, so that
        one made by the rules for listed addresses is not used for another one."""
        session = self._sessions.get(listed)
        if session is None:
            session = ClientSession(
                connector=TCPConnector(
                    resolver=_Checked(self._resolver, listed=listed),
                    use_dns_cache=False,
                    ssl=self._tls,
                    limit=64,
                    limit_per_host=8,
                    keepalive_timeout=IDLE_SECONDS,
                ),
                timeout=ClientTimeout(total=self._timeout, sock_connect=CONNECT_SECONDS),
                cookie_jar=DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
                read_bufsize=64 * KIB,
                max_line_size=KIB,
                max_field_size=4 * KIB,
                max_headers=64,
            )
            self._sessions[listed] = session
        return session
