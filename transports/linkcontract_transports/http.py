"""The HTTP transport: `POST /lc/<token>`, a message in the body, a message or nothing back.

Configuration, as in the node's file:

    [transport.http]
    bind = "127.0.0.1:8401"                     # where to listen; leave out to only send
    public = "https://node.example"             # what peers are told, behind a proxy or with TLS
    listed = ["http://127.0.0.1:8402"]          # addresses that need not be https or global

aiohttp is imported with this module, so import it late.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Self

from linkcontract.errors import TransportError
from linkcontract.transport.addresses import Address
from linkcontract.transport.port import Answering, Listener, Transport
from linkcontract_transports.http_client import HttpClient, Resolver, system_resolver
from linkcontract_transports.http_server import serve
from linkcontract_transports.http_settings import HttpSettings, settings_from_table


class HttpTransport(Transport):
    """Sends to http and https addresses, and listens if the settings say where."""

    def __init__(
        self, settings: HttpSettings | None = None, *, resolver: Resolver = system_resolver
    ) -> None:
        """Make a transport; nothing is opened before it is used.

        Args:
            settings: None takes the defaults, which reach public https addresses only.
            resolver: (name, port) -> IP addresses; raises OSError. It is asked once for each
                connection, and the connection goes to an address it returned.

        Raises:
            TransportError: `transport-config` if certificates cannot be read.
        """
        self._settings = settings or HttpSettings()
        self._client = HttpClient(self._settings, resolver)
        self._closed = False

    @property
    def schemes(self) -> frozenset[str]:
        """{"http", "https"}"""
        return frozenset({"http", "https"})

    @classmethod
    def from_config(cls, table: Mapping[str, object]) -> Self:
        """See `Transport.from_config`; the keys are the fields of `HttpSettings`."""
        return cls(settings_from_table(table))

    async def close(self) -> None:
        """See `Transport.close`."""
        self._closed = True
        await self._client.close()

    async def _exchange(self, address: Address, message: bytes) -> bytes:
        if self._closed:
            raise TransportError("transport-closed")
        return await self._client.exchange(address, message)

    def _listen(self, answer: Answering) -> AbstractAsyncContextManager[Listener]:
        if self._closed:
            raise TransportError("transport-closed")
        return serve(self._settings, answer)
