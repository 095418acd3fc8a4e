"""The sending side of HTTP against servers, names and surroundings that do not mean well."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from linkcontract.errors import TransportError
from linkcontract.limits import MAX_RESPONSE
from linkcontract_transports.http import HttpTransport
from linkcontract_transports.http_settings import HttpSettings, settings_from_table

KIND = b"Content-Type: application/linkcontract-frame\r\n"


class Server:
    """Answers every request with the same bytes and remembers what it was sent."""

    def __init__(self, answer: bytes, pause: float = 0) -> None:
        self.answer = answer
        self.pause = pause
        self.requests: list[bytes] = []
        self.sent = 0
        self.origin = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                for start in range(0, len(self.answer), 16_384):
                    part = self.answer[start : start + 16_384]
                    writer.write(part)
                    await writer.drain()
                    self.sent += len(part)
                    await asyncio.sleep(self.pause)
                if b"Connection: close" in self.answer[:500]:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer: bytes, pause: float = 0) -> AsyncIterator[Server]:
    server = Server(answer, pause)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.origin = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()


async def _exchange(server: Server, **options: object) -> bytes:
    transport = HttpTransport(HttpSettings(listed=(server.origin,), **options))  # type: ignore[arg-type]
    try:
        return await transport.exchange(f"{server.origin}/lc/token", b"message")
    finally:
        await transport.close()


async def _code(server: Server, **options: object) -> str:
    with pytest.raises(TransportError) as caught:
        await _exchange(server, **options)
    return caught.value.code


def ok(body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + KIND + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def test_the_request_says_nothing_about_who_sends_it() -> None:
    async with serving(ok(b"back")) as server:
        assert await _exchange(server) == b"back"
    host = server.origin.removeprefix("http://").encode()
    head, body = server.requests[0].split(b"\r\n\r\n")
    assert body == b"message"
    line, *headers = head.split(b"\r\n")
    assert line == b"POST /lc/token HTTP/1.1"
    assert sorted(headers) == [
        b"Content-Length: 7",
        b"Content-Type: application/linkcontract-frame",
        b"Host: " + host,
    ]


async def test_a_redirect_is_not_followed() -> None:
    async with serving(ok(b"inside")) as inside:
        for number in (301, 302, 303, 307, 308):
            answer = (
                b"HTTP/1.1 %d Moved\r\nLocation: %b/admin\r\nContent-Length: 0\r\n\r\n"
                % (number, inside.origin.encode())
            )  # fmt: skip
            async with serving(answer) as server:
                both = {"listed": (server.origin, inside.origin)}
                transport = HttpTransport(HttpSettings(**both))  # type: ignore[arg-type]
                with pytest.raises(TransportError) as caught:
                    await transport.exchange(f"{server.origin}/lc/token", b"m")
                assert caught.value.code == "transport-declined"
                await transport.close()
        assert inside.requests == []


async def test_cookies_are_not_kept() -> None:
    async with serving(ok(b"", b"Set-Cookie: a=b; Path=/\r\n")) as server:
        # A name, because cookies of bare IP addresses are rarely kept by anybody.
        named = f"http://node.example:{server.origin.rsplit(':', 1)[1]}"

        async def names(name: str, port: int) -> Sequence[str]:
            return ["127.0.0.1"]

        transport = HttpTransport(HttpSettings(listed=(named,)), resolver=names)
        for _ in range(2):
            await transport.exchange(f"{named}/lc/token", b"m")
        await transport.close()
    assert len(server.requests) == 2
    assert not any(b"ookie" in request for request in server.requests)


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(ok(b"direct")) as server, serving(ok(b"spied")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.delenv("no_proxy", raising=False)
        assert await _exchange(server) == b"direct"
        assert proxy.requests == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "transport-declined"),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "transport-declined"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "transport-declined"),
        (b"HTTP/1.1 206 Part\r\n" + KIND + b"Content-Length: 1\r\n\r\na", "transport-declined"),
        (b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", "transport-throttled"),
        (ok(b"a").replace(b"linkcontract-frame", b"json"), "transport-response"),
        (ok(b"a", KIND), "transport-response"),
        (ok(b"a").replace(KIND, b""), "transport-response"),
        (ok(b"a", b"Content-Encoding: gzip\r\n"), "transport-response"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "transport-response"),
        (b"\x00" * 300, "transport-response"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 9_000 + b"\r\n\r\n", "transport-response"),
        (
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(200)) + b"\r\n",
            "transport-response",
        ),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n", "transport-unreachable"),
        (
            b"HTTP/1.1 200 OK\r\n" + KIND + b"Connection: close\r\nContent-Length: 9\r\n\r\nshort",
            "transport-unreachable",
        ),
    ],
)
async def test_an_answer_that_is_none(answer: bytes, code: str) -> None:
    async with serving(answer) as server:
        assert await _code(server, timeout=5) == code


async def test_an_announced_response_that_is_too_large_is_not_read() -> None:
    async with serving(ok(bytes(30_000_000))) as server:
        assert await _code(server) == "transport-response-size"
        assert server.sent < 8_000_000


async def test_a_response_without_an_end_is_cut_off() -> None:
    chunk = b"4000\r\n" + bytes(0x4000) + b"\r\n"
    head = b"HTTP/1.1 200 OK\r\n" + KIND + b"Transfer-Encoding: chunked\r\n\r\n"
    async with serving(head + chunk * 1_000) as server:
        assert await _code(server) == "transport-response-size"
        assert server.sent < 8_000_000


async def test_a_compressed_response_is_not_unpacked() -> None:
    async with serving(ok(b"\x1f\x8b", b"Content-Encoding: gzip\r\n")) as server:
        assert await _code(server) == "transport-response"


async def test_the_largest_response_is_taken() -> None:
    async with serving(ok(bytes(MAX_RESPONSE))) as server:
        assert await _exchange(server) == bytes(MAX_RESPONSE)
    async with serving(ok(bytes(MAX_RESPONSE + 1))) as server:
        assert await _code(server) == "transport-response-size"


async def test_a_server_that_never_ends_is_left() -> None:
    async with serving(ok(bytes(60_000)), pause=30) as server:
        assert await _code(server, timeout=1) == "transport-timeout"


async def test_nobody_there() -> None:
    async with serving(b"") as server:
        pass
    assert await _code(server) == "transport-unreachable"


class Names:
    """A resolver that says what it is told to, and counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, name: str, port: int) -> Sequence[str]:
        self.asked.append((name, port))
        if not self.answers:
            raise OSError("no such name")
        return self.answers.pop(0)


async def _code_of(transport: HttpTransport, address: str) -> str:
    with pytest.raises(TransportError) as caught:
        await transport.exchange(address, b"m")
    await transport.close()
    return caught.value.code


@pytest.mark.parametrize(
    "address",
    [
        "http://node.example/lc/t",
        "https://127.0.0.1/lc/t",
        "https://[::1]/lc/t",
        "https://169.254.169.254/latest",
        "https://[::ffff:7f00:1]/lc/t",
    ],
)
async def test_an_address_of_the_neighbourhood_is_not_called(address: str) -> None:
    names = Names(["127.0.0.1"])
    assert await _code_of(HttpTransport(resolver=names), address) == "address-refused"
    assert names.asked == []


@pytest.mark.parametrize(
    "ip", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "64:ff9b::7f00:1"]
)
async def test_a_name_that_leads_into_the_neighbourhood_is_not_called(ip: str) -> None:
    async with serving(ok(b"inside")) as server:
        port = server.origin.rsplit(":", 1)[1]
        transport = HttpTransport(resolver=Names([ip]))
        assert await _code_of(transport, f"https://node.example:{port}/lc/t") == "address-refused"
    assert server.requests == []


async def test_a_name_that_is_rebound_is_asked_once_and_not_followed() -> None:
    # A second question would be answered with the address of the neighbourhood.
    names = Names(["192.0.2.1"], ["127.0.0.1"])
    transport = HttpTransport(resolver=names)
    assert await _code_of(transport, "https://node.example:1/lc/t") == "address-refused"
    assert names.asked == [("node.example", 1)]


async def test_a_name_nobody_knows() -> None:
    transport = HttpTransport(resolver=Names())
    assert await _code_of(transport, "https://node.example/lc/t") == "transport-unreachable"


async def test_a_resolver_that_does_not_answer() -> None:
    async def silent(name: str, port: int) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    transport = HttpTransport(HttpSettings(timeout=1), resolver=silent)
    assert await _code_of(transport, "https://node.example/lc/t") == "transport-timeout"


async def test_a_listed_name_is_followed_and_an_unlisted_one_to_the_same_place_is_not() -> None:
    async with serving(ok(b"back")) as server:
        port = server.origin.rsplit(":", 1)[1]
        listed = f"http://node.example:{port}"
        names = Names(["127.0.0.1"], ["127.0.0.1"])
        transport = HttpTransport(HttpSettings(listed=(listed,)), resolver=names)
        assert await transport.exchange(f"{listed}/lc/t", b"m") == b"back"
        assert names.asked == [("node.example", int(port))]
        assert f"Host: node.example:{port}\r\n".encode() in server.requests[0]
        other = f"https://node.example:{port}/lc/t"
        assert await _code_of(transport, other) == "address-refused"
    assert len(server.requests) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for node.example."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed, so there is no certificate to test TLS with")
    folder = tmp_path_factory.mktemp("tls")
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=node.example",
         "-addext", "subjectAltName=DNS:node.example", "-keyout", str(key), "-out", str(chain)],
        check=True, capture_output=True,
    )  # fmt: skip
    return chain, key


async def _echo(token: str, message: bytes) -> bytes:
    return token.encode() + message


async def test_tls_names_the_host_and_connects_to_the_resolved_address(
    certificate: tuple[Path, Path],
) -> None:
    chain, key = certificate
    receiver = HttpTransport(HttpSettings(bind="127.0.0.1:0", tls_certificate=chain, tls_key=key))
    async with receiver.listen(_echo) as listener:
        (base,) = listener.addresses
        assert base.startswith("https://127.0.0.1:")
        port = base.rsplit(":", 1)[1]
        named = f"https://node.example:{port}"
        sender = HttpTransport(
            HttpSettings(listed=(named,), trusted_certificates=chain),
            resolver=Names(["127.0.0.1"]),
        )
        assert await sender.exchange(f"{named}/lc/t", b"m") == b"tm"
        await sender.close()
        # The certificate is for the name: reached under another one it proves nothing.
        other = f"https://other.example:{port}"
        sender = HttpTransport(
            HttpSettings(listed=(other,), trusted_certificates=chain),
            resolver=Names(["127.0.0.1"]),
        )
        assert await _code_of(sender, f"{other}/lc/t") == "transport-unreachable"
        # And without trusting it, not at all.
        sender = HttpTransport(HttpSettings(listed=(named,)), resolver=Names(["127.0.0.1"]))
        assert await _code_of(sender, f"{named}/lc/t") == "transport-unreachable"
    await receiver.close()


async def test_the_name_is_sent_when_connecting(certificate: tuple[Path, Path]) -> None:
    chain, key = certificate
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    context.sni_callback = lambda _object, name, _context: names.append(name)
    server = Server(ok(b"back"))
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    named = f"https://node.example:{listener.sockets[0].getsockname()[1]}"
    sender = HttpTransport(
        HttpSettings(listed=(named,), trusted_certificates=chain), resolver=Names(["127.0.0.1"])
    )
    assert await sender.exchange(f"{named}/lc/t", b"m") == b"back"
    await sender.close()
    listener.close()
    assert names == ["node.example"]


def _config(table: dict[str, object]) -> str:
    with pytest.raises(TransportError) as caught:
        HttpTransport(settings_from_table(table))
    assert caught.value.code == "transport-config"
    return caught.value.where


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({"bindd": "127.0.0.1:1"}, "bindd"),
        ({"rules": []}, "rules"),
        ({"bind": 8401}, "bind"),
        ({"bind": "8401"}, "bind"),
        ({"bind": "127.0.0.1"}, "bind"),
        ({"bind": "127.0.0.1:70000"}, "bind"),
        ({"bind": "::1:8401"}, "bind"),
        ({"public": "node.example"}, "public"),
        ({"public": "https://node.example/"}, "public"),
        ({"public": "memory://node"}, "public"),
        ({"listed": "http://127.0.0.1:1"}, "listed"),
        ({"listed": ["127.0.0.1:1"]}, "listed"),
        ({"listed": [1]}, "listed"),
        ({"timeout": True}, "timeout"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": "5"}, "timeout"),
        ({"behind_proxy": 1}, "behind_proxy"),
        ({"tls_certificate": "chain.pem"}, "tls_key"),
        ({"trusted_certificates": "/no/such/file"}, "trusted_certificates"),
        ({"trusted_certificates": 3}, "trusted_certificates"),
    ],
)
def test_a_setting_that_is_wrong_is_named(table: dict[str, object], where: str) -> None:
    assert _config(table) == where


async def test_a_certificate_that_cannot_be_read(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("not a certificate")
    receiver = HttpTransport(HttpSettings(bind="127.0.0.1:0", tls_certificate=wrong, tls_key=wrong))
    with pytest.raises(TransportError) as caught:
        async with receiver.listen(_echo):
            pytest.fail("it listens")
    assert caught.value.where == "tls_certificate"
    await receiver.close()


async def test_a_transport_from_its_configuration() -> None:
    receiver = HttpTransport.from_config(
        {"bind": "127.0.0.1:0", "public": "https://node.example/inbox", "listed": []}
    )
    async with receiver.listen(_echo) as listener:
        assert listener.addresses == ("https://node.example/inbox",)
        assert listener.address("t") == "https://node.example/inbox/lc/t"
    await receiver.close()
