"""The listening half of the HTTP transport: what strangers on the internet talk to.

Bounds, in the order in which a connection meets them: connections in all and per address; five
seconds for TLS, five for a whole request head, of bounded size; requests per network and token;
the body's length, announced before it is read, and read at 1 KiB/s at least; five seconds plus the
same rate for taking the answer; 15 seconds of idling.

A request has one form: POST, `/lc/<token>`, our content type, a Content-Length and no other
framing. Another path and an unknown token are the same empty 404. Every refusal closes the
connection and says no more than its status. Answers name no software. The log has no tokens,
addresses or contents.
"""

import asyncio
import logging
import re
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

from aiohttp import web

from linkcontract.errors import TransportError
from linkcontract.limits import KIB, MAX_MESSAGE
from linkcontract.transport.port import Answering, Listener, Outcome
from linkcontract_transports.http_client import CONTENT_TYPE
from linkcontract_transports.http_settings import HttpSettings, split_bind
from linkcontract_transports.throttle import Throttle, network_of

HEAD_SECONDS: Final = 5.0
IDLE_SECONDS: Final = 15.0
SLOWEST: Final = KIB
"""Bytes per second below which a sender or reader is cut off."""
STOP_SECONDS: Final = 5.0
"""How long a request that is being answered may hold up the end of listening."""

_LOG: Final = logging.getLogger("linkcontract.transport.http")
_PATH: Final = re.compile(r"/lc/([A-Za-z0-9_-]{1,64})", re.ASCII)
# Expect, Upgrade and Content-Encoding ask for another protocol than this one. A Transfer-Encoding
# is what request smuggling is made of, and nobody needs it here.
_UNWANTED: Final = ("Transfer-Encoding", "Content-Encoding", "Expect", "Upgrade")
_OUTCOMES: Final = {Outcome.TAKEN: 200, Outcome.UNKNOWN: 404, Outcome.FAILED: 503}


class _Bare(web.Response):
    """A response that does not say which software wrote it."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        headers = {"Content-Type": CONTENT_TYPE} if body else None
        super().__init__(status=status, body=body, headers=headers)
        if status != 200:
            self.force_close()

    async def _prepare_headers(self) -> None:
        # The only place before the head is written where aiohttp's own Server header can be
        # taken out of every response; a test reads the raw bytes.
        await super()._prepare_headers()
        self.headers.pop("Server", None)


class _Connection(web.RequestHandler):
    """One connection: counted, and cut off when it is late."""

    def __init__(self, front: "_Front") -> None:
        super().__init__(
            front,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=IDLE_SECONDS,
            logger=_LOG,
            access_log=None,  # type: ignore[arg-type] # aiohttp's way to say none
            max_line_size=KIB,
            max_field_size=4 * KIB,
            max_headers=64,
            lingering_time=1.0,
            read_bufsize=64 * KIB,
            auto_decompress=False,
        )
        self._front = front
        self._wire: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._between = False
        self.peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = cast(asyncio.Transport, transport)  # create_server gives no other
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if isinstance(name, tuple) else ""
        if not self._front.enter(self.peer):
            self._wire.abort()
            return
        self.watch(HEAD_SECONDS)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self.transport is None:
            return  # not let in
        if self._between:  # the first bytes of the next request
            self._between = False
            self.watch(HEAD_SECONDS)
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.watch(None)
        if self.transport is not None:
            self._front.leave(self.peer)
            super().connection_lost(exc)

    def watch(self, seconds: float | None) -> None:
        """Cut the connection off in so many seconds; None lets it be."""
        if self._watch is not None:
            self._watch.cancel()
        self._watch = None
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._watch = loop.call_later(seconds, self._cut_off)

    def _cut_off(self) -> None:
        self._watch = None
        if self._wire is None or (self._between and self._wire.get_write_buffer_size() == 0):
            return  # the answer is out; idling has its own limit
        self._wire.abort()

    def answering(self) -> None:
        """A whole head arrived; what the answer waits for has limits of its own."""
        self._between = False
        self.watch(None)

    def answered(self, size: int) -> None:
        """The answer is on its way: its reader has a limited time, and a new request may begin."""
        self._between = True
        self.watch(HEAD_SECONDS + size / SLOWEST)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - would quote the request
    ) -> web.StreamResponse:
        """aiohttp could not read a request, or ours went wrong: say no more than the status."""
        if status >= 500:
            _LOG.error("a request was not answered: %s", type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError
        self.answered(0)
        return _Bare(status)


class _Front(web.Server):
    """Makes connections, counts them, and turns requests into messages."""

    def __init__(self, settings: HttpSettings, answer: Answering) -> None:
        super().__init__(self.respond)
        loop = asyncio.get_running_loop()
        self._answer = answer
        self._settings = settings
        self._open: Counter[str] = Counter()
        rate, burst = settings.requests_per_second, settings.burst
        self._networks = Throttle(rate, burst, loop.time)
        self._tokens = Throttle(rate, burst, loop.time)

    def __call__(self) -> web.RequestHandler:
        return _Connection(self)

    def enter(self, peer: str) -> bool:
        """Count a connection; False if there are too many."""
        settings = self._settings
        if self._open.total() >= settings.connections or (
            not settings.behind_proxy and self._open[peer] >= settings.connections_per_address
        ):
            return False
        self._open[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        """A connection that entered is gone."""
        self._open[peer] -= 1
        if self._open[peer] <= 0:
            del self._open[peer]

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        connection = cast(_Connection, request.protocol)  # made by __call__
        connection.answering()
        response, taken = await self._message(request, connection.peer)
        size = len(response.body) if isinstance(response.body, bytes) else 0
        _LOG.debug("%d: %d bytes in, %d out", response.status, taken, size)
        connection.answered(size)
        return response

    async def _message(self, request: web.BaseRequest, peer: str) -> tuple[_Bare, int]:
        """The response, and how many bytes of a body were read."""
        if not self._settings.behind_proxy and not self._networks.take(network_of(peer)):
            return _Bare(429), 0
        if any(name in request.headers for name in _UNWANTED):
            return _Bare(400), 0
        path = _PATH.fullmatch(request.raw_path)
        kind = request.headers.getall("Content-Type", [])
        if path is None or request.method != "POST" or kind != [CONTENT_TYPE]:
            return _Bare(404), 0
        length = request.content_length
        if length is None:
            return _Bare(411), 0
        if length > MAX_MESSAGE:
            return _Bare(413), 0
        if not self._tokens.take(path[1]):
            return _Bare(429), 0
        try:
            async with asyncio.timeout(HEAD_SECONDS + length / SLOWEST):
                message = await request.content.read()
        except TimeoutError:
            return _Bare(408), 0
        except ConnectionError:
            # Cut off in the middle: no fault of ours, and strangers are not to fill the log.
            return _Bare(400), 0
        answer = await self._answer(path[1], message)
        return _Bare(_OUTCOMES[answer.outcome], answer.response), len(message)


class _HttpListener(Listener):
    def __init__(self, bases: tuple[str, ...]) -> None:
        self._bases = bases

    @property
    def addresses(self) -> tuple[str, ...]:
        return self._bases


def _tls(settings: HttpSettings) -> ssl.SSLContext | None:
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise TransportError("transport-config", "tls_certificate") from error
    return context


def _base(settings: HttpSettings, server: asyncio.Server) -> str:
    if settings.public:
        return settings.public
    host, port = server.sockets[0].getsockname()[:2]
    scheme = "http" if settings.tls_certificate is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


@asynccontextmanager
async def serve(settings: HttpSettings, answer: Answering) -> AsyncIterator[Listener]:
    """Listen while the context is open.

    Raises:
        TransportError: `transport-config` if no `bind` is set or a certificate cannot be read,
            `transport-listen` if the address cannot be used.
    """
    if not settings.bind:
        raise TransportError("transport-config", "bind", "it says where to listen")
    host, port = split_bind(settings.bind)
    context = _tls(settings)
    front = _Front(settings, answer)
    try:
        server = await asyncio.get_running_loop().create_server(
            front,
            host,
            port,
            ssl=context,
            ssl_handshake_timeout=HEAD_SECONDS if context else None,
            backlog=128,
        )
    except OSError as error:
        raise TransportError("transport-listen", settings.bind) from error
    try:
        yield _HttpListener((_base(settings, server),))
    finally:
        server.close()
        front.pre_shutdown()
        await front.shutdown(STOP_SECONDS)
        await server.wait_closed()
