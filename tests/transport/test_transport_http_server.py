"""The listening side of HTTP against raw sockets that do not mean well."""

import asyncio
import logging
import random
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from linkcontract.errors import TransportError
from linkcontract.limits import MAX_MESSAGE
from linkcontract_transports import http_server
from linkcontract_transports.http import HttpTransport
from linkcontract_transports.http_settings import HttpSettings
from linkcontract_transports.throttle import REMEMBERED, Throttle, network_of

KIND = b"Content-Type: application/linkcontract-frame\r\n"


class Node:
    """A listening transport and what its handler saw."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes]] = []
        self.host = ""
        self.port = 0

    async def handle(self, token: str, message: bytes) -> bytes | None:
        self.seen.append((token, message))
        return b"back" if token == "known" else None

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.host, self.port)

    async def say(self, data: bytes, seconds: float = 10) -> bytes:
        """Send bytes, and read until the node closes."""
        reader, writer = await self.connect()
        try:
            writer.write(data)
            async with asyncio.timeout(seconds):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def listening(**options: int) -> AsyncIterator[Node]:
    node = Node()
    settings = HttpSettings(bind="127.0.0.1:0", **options)  # type: ignore[arg-type]
    transport = HttpTransport(settings)
    async with transport.listen(node.handle) as listener:
        node.host, port = listener.addresses[0].removeprefix("http://").split(":")
        node.port = int(port)
        yield node
    await transport.close()


def post(
    body: bytes = b"m", *, path: bytes = b"/lc/known", more: bytes = b"", kind: bytes = KIND
) -> bytes:
    return (
        b"POST %b HTTP/1.1\r\nHost: x\r\n%b%bContent-Length: %d\r\nConnection: close\r\n\r\n%b"
        % (path, kind, more, len(body), body)
    )  # fmt: skip


def status(response: bytes) -> int:
    match = re.match(rb"HTTP/[01]\.[019] (\d{3}) ", response)
    return int(match[1]) if match else 0


async def test_a_good_request_is_answered() -> None:
    async with listening() as node:
        response = await node.say(post(b"message"))
        assert status(response) == 200
        assert response.endswith(b"\r\n\r\nback")
        assert node.seen == [("known", b"message")]


REFUSED = {
    "unknown token": post(path=b"/lc/other"),
    "another path": post(path=b"/"),
    "a path below": post(path=b"/lc/known/more"),
    "a query": post(path=b"/lc/known?x=1"),
    "an escaped path": post(path=b"/%6cc/known"),
    "a long token": post(path=b"/lc/" + b"a" * 65),
    "a whole address as path": post(path=b"http://other.example/lc/known"),
    "GET": b"GET /lc/known HTTP/1.1\r\nHost: x\r\n\r\n",
    "HEAD": b"HEAD /lc/known HTTP/1.1\r\nHost: x\r\n\r\n",
    "PUT": post().replace(b"POST", b"PUT"),
    "OPTIONS of a browser": b"OPTIONS /lc/known HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n\r\n",
    "a form": post(kind=b"Content-Type: application/x-www-form-urlencoded\r\n"),
    "a content type with a parameter": post(kind=KIND.replace(b"frame", b"frame; a=b")),
    "two content types": post(more=KIND),
    "no content type": post(kind=b""),
    "a transfer encoding": b"POST /lc/known HTTP/1.1\r\nHost: x\r\n" + KIND
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\nm\r\n0\r\n\r\n",
    "an identity transfer encoding": post(more=b"Transfer-Encoding: identity\r\n"),
    "both framings": post(b"0\r\n\r\n", more=b"Transfer-Encoding: chunked\r\n"),
    "both framings, spelled oddly": post(b"0\r\n\r\n", more=b"Transfer-Encoding : chunked\r\n"),
    "both framings, vertical tab": post(b"0\r\n\r\n", more=b"Transfer-Encoding:\x0bchunked\r\n"),
    "both framings, two codings": post(b"0\r\n\r\n", more=b"Transfer-Encoding: x, chunked\r\n"),
    "two lengths": post(more=b"Content-Length: 2\r\n"),
    "a signed length": post().replace(b"Content-Length: 1", b"Content-Length: +1"),
    "a negative length": post().replace(b"Content-Length: 1", b"Content-Length: -1"),
    "a length in hexadecimal": post().replace(b"Content-Length: 1", b"Content-Length: 0x1"),
    "no length": b"POST /lc/known HTTP/1.1\r\nHost: x\r\n" + KIND + b"\r\n",
    "no body": post(b""),
    "a compressed body": post(more=b"Content-Encoding: gzip\r\n"),
    "an expectation": post(more=b"Expect: 100-continue\r\n"),
    "an upgrade": post(more=b"Upgrade: websocket\r\n"),
    "a folded header": post(more=b"X: a\r\n b\r\n"),
    "a header without a colon": post(more=b"nonsense\r\n"),
    "a nul in a header": post(more=b"X: \x00\r\n"),
    "a bare line feed": post().replace(b"\r\n", b"\n"),
    "HTTP/0.9": b"GET /lc/known\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "a long request line": b"POST /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
    "a long header": post(more=b"X: " + b"a" * 9_000 + b"\r\n"),
    "many headers": post(more=b"".join(b"X%d: a\r\n" % n for n in range(200))),
    "nothing but noise": random.Random(5).randbytes(4_000),
    "a proxy's preface": b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + post(),
    "CONNECT": b"CONNECT internal:22 HTTP/1.1\r\nHost: internal:22\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("attack", [*REFUSED])
async def test_a_request_of_another_form_is_refused_and_never_handled(attack: str) -> None:
    async with listening() as node:
        response = await node.say(REFUSED[attack])
        assert 400 <= status(response) < 500 or response == b"", response
        assert [message for token, message in node.seen if token == "known"] == []
        assert response.count(b"HTTP/") <= 1, "a smuggled request was answered"
        assert b"\r\n\r\n" not in response or response.endswith(b"\r\n\r\n"), "it says more"
        # The node goes on.
        assert status(await node.say(post())) == 200


@pytest.mark.parametrize("attack", ["a transfer encoding", "an expectation", "a compressed body"])
async def test_a_framing_nobody_needs_is_refused_as_such(attack: str) -> None:
    async with listening() as node:
        assert status(await node.say(REFUSED[attack])) == 400


async def test_an_unknown_token_looks_like_a_path_that_is_none() -> None:
    def shape(response: bytes) -> bytes:
        return re.sub(rb"Date: [^\r]*", b"Date:", response)

    async with listening() as node:
        unknown = shape(await node.say(post(path=b"/lc/other")))
        assert unknown == shape(await node.say(post(b"x" * 50_000, path=b"/lc/another")))
        assert unknown == shape(await node.say(post(path=b"/admin")))
        assert status(unknown) == 404


async def test_no_answer_names_the_software() -> None:
    async with listening() as node:
        for request in (post(), *REFUSED.values()):
            response = (await node.say(request)).lower()
            for word in (b"server:", b"aiohttp", b"python", b"linkcontract/", b"traceback"):
                assert word not in response


async def test_a_smuggled_second_request_is_not_reached() -> None:
    inner = post(b"smuggled")
    async with listening() as node:
        for te in (b"chunked", b"Chunked", b"chunked, chunked", b"identity", b"\tchunked"):
            outer = (
                b"POST /lc/known HTTP/1.1\r\nHost: x\r\n" + KIND + b"Transfer-Encoding: " + te
                + b"\r\nContent-Length: 4\r\n\r\n1\r\nm\r\n0\r\n\r\n" + inner
            )  # fmt: skip
            await node.say(outer)
    assert node.seen == []


async def test_a_large_body_is_refused_before_it_is_read() -> None:
    async with listening() as node:
        head = post(b"").replace(b"Content-Length: 0", b"Content-Length: %d" % (MAX_MESSAGE + 1))
        assert status(await node.say(head, 4)) == 413
        huge = post(b"").replace(b"Content-Length: 0", b"Content-Length: 99999999999999999999")
        assert status(await node.say(huge, 4)) in {400, 413}
        assert node.seen == []


async def test_the_largest_body_is_taken() -> None:
    async with listening() as node:
        assert status(await node.say(post(bytes(MAX_MESSAGE)))) == 200


async def _drip(node: Node, start: bytes, drop: bytes, second: bytes = b"") -> float:
    """Send a start, a second part and then drops; the seconds until the node cuts them off."""
    loop = asyncio.get_running_loop()
    reader, writer = await node.connect()
    begun = loop.time()
    writer.write(start)

    async def drops() -> None:
        await asyncio.sleep(0.1)
        writer.write(second)
        while True:
            await asyncio.sleep(0.05)
            writer.write(drop)
            await writer.drain()

    dripping = asyncio.ensure_future(drops())
    try:
        async with asyncio.timeout(10):
            while await reader.read(1_000):
                pass
    except ConnectionError:
        pass
    finally:
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        writer.close()
    return loop.time() - begun


async def test_a_slow_head_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.4)
    async with listening() as node:
        starts = ((b"", b""), (b"POST /lc/", b"a"), (post()[:40], b"a"))
        times = await asyncio.gather(*(_drip(node, start, drop) for start, drop in starts))
        assert all(0.3 < seconds < 3 for seconds in times), times
        assert node.seen == []


async def test_a_slow_second_head_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.4)
    async with listening() as node:
        open_end = post().replace(b"Connection: close\r\n", b"")
        seconds = await _drip(node, open_end, b"a", b"POST /lc/")
        assert 0.4 < seconds < 3
        # As well when its first byte came together with the first request.
        seconds = await _drip(node, open_end + b"P", b"a", b"OST /lc/")
        assert 0.4 < seconds < 3
        assert len(node.seen) == 2


async def test_a_slow_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(http_server, "SLOWEST", 10_000)
    async with listening() as node:
        start = post(b"").replace(b"Content-Length: 0", b"Content-Length: 5000")
        seconds = await _drip(node, start, b"a")
        assert 0.5 < seconds < 4
        assert node.seen == []


async def test_a_body_at_the_allowed_rate_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.3)
    async with listening() as node:
        reader, writer = await node.connect()
        writer.write(post(b"").replace(b"Content-Length: 0", b"Content-Length: 4096"))
        for _ in range(16):
            await asyncio.sleep(0.05)  # longer than a head may take
            writer.write(bytes(256))
        assert status(await reader.read()) == 200
        writer.close()
    assert node.seen == [("known", bytes(4096))]


async def test_a_slow_handler_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.2)

    async def slow(token: str, message: bytes) -> bytes:
        await asyncio.sleep(0.8)
        return b"late"

    receiver = HttpTransport(HttpSettings(bind="127.0.0.1:0"))
    async with receiver.listen(slow) as listener:
        sender = HttpTransport(HttpSettings(listed=listener.addresses))
        for _ in range(2):
            assert await sender.exchange(listener.address("t"), b"m") == b"late"
        await sender.close()
    await receiver.close()


async def test_a_reader_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(http_server, "SLOWEST", 1_000_000)

    async def much(token: str, message: bytes) -> bytes:
        return bytes(64 * 1024)

    receiver = HttpTransport(HttpSettings(bind="127.0.0.1:0", burst=1_000_000))
    async with receiver.listen(much) as listener:
        host, port = listener.addresses[0].removeprefix("http://").split(":")
        greedy = socket.socket()
        greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        greedy.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(greedy, (host, int(port)))
        # Many at once, so that the answers are more than the kernel holds for a reader that waits.
        await loop.sock_sendall(greedy, post().replace(b"Connection: close\r\n", b"") * 200)
        await asyncio.sleep(3)

        async def probe() -> None:
            for _ in range(4):  # in less time than a new head would have
                await loop.sock_sendall(greedy, b"P")
                await asyncio.sleep(0.1)

        with pytest.raises(ConnectionError):
            await probe()
        greedy.close()
    await receiver.close()


async def test_an_idle_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "IDLE_SECONDS", 0.4)
    async with listening() as node:
        reader, writer = await node.connect()
        writer.write(post().replace(b"Connection: close\r\n", b""))
        async with asyncio.timeout(5):
            assert status(await reader.read()) == 200
        writer.close()


async def test_one_connection_carries_many_messages() -> None:
    async with listening() as node:
        reader, writer = await node.connect()
        for _ in range(5):
            writer.write(post().replace(b"Connection: close\r\n", b""))
            assert status(await reader.readuntil(b"\r\n\r\n")) == 200
            assert await reader.readexactly(4) == b"back"
        writer.close()


async def test_one_address_holds_a_bounded_number_of_connections() -> None:
    async with listening(connections_per_address=4) as node:
        held = [await node.connect() for _ in range(4)]
        for reader, writer in held:  # each is let in before the next attempt
            writer.write(post().replace(b"Connection: close\r\n", b""))
            assert status(await reader.readuntil(b"\r\n\r\n")) == 200
        for _ in range(3):
            assert await node.say(post(), 4) == b""
        held[0][1].close()
        for _ in range(100):
            if status(await node.say(post())) == 200:
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("a closed connection is still counted")
        for _, writer in held[1:]:
            writer.close()


async def test_many_connections_are_bounded_in_all_and_let_go() -> None:
    async with listening(connections=20, connections_per_address=1_000) as node:
        crowd = await asyncio.gather(*(node.connect() for _ in range(120)))
        dropped = 0
        for reader, _ in crowd:
            try:
                async with asyncio.timeout(0.05):
                    dropped += (await reader.read(1)) == b""
            except ConnectionError:
                dropped += 1
            except TimeoutError:
                pass
        assert dropped == 100
        for _, writer in crowd:
            writer.close()
        await asyncio.sleep(0.05)
        assert status(await node.say(post())) == 200


async def test_one_network_sends_a_bounded_number_of_messages() -> None:
    async with listening(requests_per_second=1, burst=5) as node:
        statuses = [status(await node.say(post(path=b"/lc/t%d" % n))) for n in range(8)]
        assert statuses[:5] == [404] * 5
        assert 429 in statuses[5:]
        assert len(node.seen) <= 6


async def test_a_throttled_sender_hears_so() -> None:
    receiver = HttpTransport(HttpSettings(bind="127.0.0.1:0", requests_per_second=1, burst=1))

    async def handler(token: str, message: bytes) -> bytes:
        return b""

    async with receiver.listen(handler) as listener:
        sender = HttpTransport(HttpSettings(listed=listener.addresses))
        assert await sender.exchange(listener.address("t"), b"m") == b""
        with pytest.raises(TransportError) as caught:
            await sender.exchange(listener.address("t"), b"m")
        assert caught.value.code == "transport-throttled"
        await sender.close()
    await receiver.close()


def test_what_counts_as_one_network() -> None:
    assert network_of("1.2.3.4") == network_of("1.2.3.200") == network_of("::ffff:1.2.3.9")
    assert network_of("1.2.3.4") != network_of("1.2.4.4")
    assert network_of("2001:db8:1:2::3") == network_of("2001:db8:1:ffff::1")
    assert network_of("2001:db8:1::") != network_of("2001:db8:2::")
    assert network_of("no address") == "no address"


def test_the_throttle_refills_and_remembers_a_bounded_number() -> None:
    now = 0.0
    throttle = Throttle(2, 3, lambda: now)
    assert [throttle.take("a") for _ in range(4)] == [True, True, True, False]
    assert throttle.take("b")
    now = 0.5
    assert [throttle.take("a") for _ in range(2)] == [True, False]
    now = 1_000.0
    assert [throttle.take("a") for _ in range(4)] == [True, True, True, False]
    for number in range(3 * REMEMBERED):
        throttle.take(f"stranger {number}")
    assert len(throttle) == REMEMBERED


async def test_the_log_has_no_tokens_addresses_or_contents(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with listening() as node:
        with caplog.at_level(logging.DEBUG):
            await node.say(post(b"content", path=b"/lc/tokentoken"))
            await node.say(b"noise noise\r\n\r\n")
            await node.say(post(more=b"Transfer-Encoding: chunked\r\n"))
        ours = [r.getMessage() for r in caplog.records if r.name.startswith("linkcontract")]
    assert "404: 7 bytes in, 0 out" in ours
    for word in ("tokentoken", "content", "noise", "127.0.0.1", str(node.port)):
        assert not any(word in line for line in ours), ours


async def test_strangers_who_hang_up_in_a_body_do_not_fill_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with listening() as node:
        with caplog.at_level(logging.INFO):
            for _ in range(3):
                _, writer = await node.connect()
                writer.write(post(b"").replace(b"Content-Length: 0", b"Content-Length: 9") + b"ab")
                await writer.drain()
                await asyncio.sleep(0.05)
                writer.close()
            await asyncio.sleep(0.2)
            assert status(await node.say(post(b"m"))) == 200
        assert [r.getMessage() for r in caplog.records if r.name.startswith("linkcontract")] == []
        assert node.seen == [("known", b"m")]


async def test_an_address_that_is_in_use() -> None:
    async with listening() as node:
        second = HttpTransport(HttpSettings(bind=f"127.0.0.1:{node.port}"))
        with pytest.raises(TransportError) as caught:
            async with second.listen(node.handle):
                pytest.fail("both listen")
        assert caught.value.code == "transport-listen"
        assert caught.value.where == f"127.0.0.1:{node.port}"
        await second.close()


async def test_listening_without_a_place() -> None:
    transport = HttpTransport()
    with pytest.raises(TransportError) as caught:
        async with transport.listen(Node().handle):
            pytest.fail("it listens")
    assert (caught.value.code, caught.value.where) == ("transport-config", "bind")
    await transport.close()


async def test_the_end_of_listening_waits_for_an_answer_under_way() -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def slow(token: str, message: bytes) -> bytes:
        begun.set()
        await release.wait()
        return b"late"

    receiver = HttpTransport(HttpSettings(bind="127.0.0.1:0"))
    async with receiver.listen(slow) as listener:
        sender = HttpTransport(HttpSettings(listed=listener.addresses))
        exchange = asyncio.ensure_future(sender.exchange(listener.address("t"), b"m"))
        await begun.wait()
        asyncio.get_running_loop().call_later(0.1, release.set)
    assert await exchange == b"late"
    await sender.close()
    await receiver.close()
