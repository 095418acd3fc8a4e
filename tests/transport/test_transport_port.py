"""Both transports of the package against the public check suite; the hub that plays the network."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from linkcontract.errors import TransportError
from linkcontract.testing.store_checks import CheckFailed
from linkcontract.testing.transport_checks import (
    TRANSPORT_CHECKS,
    check_transport,
)
from linkcontract.transport import (
    PERMANENT,
    Address,
    Fate,
    Handler,
    Listener,
    MemoryHub,
    MemoryTransport,
    Passage,
    Transport,
)
from linkcontract_transports.http import HttpTransport
from linkcontract_transports.http_settings import HttpSettings


class MemoryRig:
    @asynccontextmanager
    async def pair(self, handler: Handler) -> AsyncIterator[tuple[Transport, Listener]]:
        hub = MemoryHub()
        receiver, sender = hub.transport("receiver"), hub.transport("sender")
        async with receiver.listen(handler) as listener:
            yield sender, listener
        await sender.close()
        await receiver.close()


class HttpRig:
    @asynccontextmanager
    async def pair(self, handler: Handler) -> AsyncIterator[tuple[Transport, Listener]]:
        receiver = HttpTransport(HttpSettings(bind="127.0.0.1:0"))
        async with receiver.listen(handler) as listener:
            sender = HttpTransport(HttpSettings(listed=listener.addresses))
            try:
                yield sender, listener
            finally:
                await sender.close()
        await receiver.close()


@pytest.mark.parametrize("name", [*TRANSPORT_CHECKS])
async def test_memory_transport(name: str) -> None:
    await TRANSPORT_CHECKS[name](MemoryRig())


@pytest.mark.parametrize("name", [*TRANSPORT_CHECKS])
async def test_http_transport(name: str) -> None:
    await TRANSPORT_CHECKS[name](HttpRig())


async def test_the_suite_runs_as_its_documentation_says() -> None:
    assert await check_transport(MemoryRig()) == [*TRANSPORT_CHECKS]


class _Mixing(MemoryTransport):
    """Answers every second message with the response of the one before."""

    last = b""

    async def _exchange(self, address: Address, message: bytes) -> bytes:
        now = await super()._exchange(address, message)
        self.last, before = now, self.last
        return before or now


class _Swallowing(MemoryTransport):
    """Says that all is well."""

    async def _exchange(self, address: Address, message: bytes) -> bytes:
        try:
            return await super()._exchange(address, message)
        except TransportError:
            return b""


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (_Mixing, "a_message_and_its_response_arrive_unchanged"),
        (_Mixing, "many_messages_at_once_get_their_own_responses"),
        (_Swallowing, "an_unknown_token_is_declined"),
        (_Swallowing, "a_failing_handler_is_declined_and_forgotten"),
        (_Swallowing, "nobody_listens_after_the_end"),
    ],
)
async def test_the_checks_find_a_bad_transport(kind: type[MemoryTransport], name: str) -> None:
    class Rig:
        @asynccontextmanager
        async def pair(self, handler: Handler) -> AsyncIterator[tuple[Transport, Listener]]:
            hub = MemoryHub()
            async with hub.transport("receiver").listen(handler) as listener:
                yield kind("sender", hub), listener

    with pytest.raises(CheckFailed):
        await TRANSPORT_CHECKS[name](Rig())


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (TimeoutError(), "transport-timeout"),
        (ConnectionResetError(), "transport-unreachable"),
        (ZeroDivisionError(), "transport-failed"),
        (TransportError("transport-throttled"), "transport-throttled"),
    ],
)
async def test_a_foreign_exception_becomes_a_transport_error(raised: Exception, code: str) -> None:
    class Broken(MemoryTransport):
        async def _exchange(self, address: Address, message: bytes) -> bytes:
            raise raised

    with pytest.raises(TransportError) as caught:
        await Broken("a", MemoryHub()).exchange("memory://b/lc/t", b"m")
    assert caught.value.code == code
    assert code not in PERMANENT


async def test_a_transport_that_returns_too_much_is_stopped_by_the_port() -> None:
    class Gushing(MemoryTransport):
        async def _exchange(self, address: Address, message: bytes) -> bytes:
            return bytes(64 * 1024 + 1)

    with pytest.raises(TransportError) as caught:
        await Gushing("a", MemoryHub()).exchange("memory://b/lc/t", b"m")
    assert caught.value.code == "transport-response-size"


async def test_a_handler_that_fails_is_logged_without_what_the_peer_sent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handler(token: str, message: bytes) -> bytes:
        return message.decode().encode()

    hub = MemoryHub()
    async with hub.transport("b").listen(handler) as listener:
        with caplog.at_level(logging.DEBUG), pytest.raises(TransportError):
            await hub.transport("a").exchange(listener.address("token"), b"sensitive \xff")
    assert "UnicodeDecodeError" in caplog.text
    assert "in handler" in caplog.text
    assert "sensitive" not in caplog.text


async def _echo(token: str, message: bytes) -> bytes:
    return message


async def test_two_nodes_of_one_name_cannot_listen() -> None:
    hub = MemoryHub()
    async with hub.transport("a").listen(_echo):
        with pytest.raises(TransportError) as caught:
            async with hub.transport("a").listen(_echo):
                pytest.fail("both listen")
    assert caught.value.code == "transport-listen"


async def test_a_name_that_is_no_host() -> None:
    with pytest.raises(TransportError) as caught:
        MemoryHub().transport("not a host")
    assert caught.value.code == "transport-config"
    with pytest.raises(TransportError):
        MemoryTransport.from_config({})


async def _code(sender: Transport, listener: Listener, message: bytes = b"m") -> str:
    with pytest.raises(TransportError) as caught:
        await sender.exchange(listener.address("t"), message)
    return caught.value.code


async def test_nodes_go_away_and_come_back() -> None:
    hub = MemoryHub()
    sender = hub.transport("a")
    async with hub.transport("b").listen(_echo) as listener:
        for away in ("a", "b"):
            hub.offline.add(away)
            assert await _code(sender, listener) == "transport-unreachable"
            hub.offline.remove(away)
            assert await sender.exchange(listener.address("t"), b"m") == b"m"


async def test_the_hub_loses_doubles_alters_and_forgets_responses() -> None:
    arrived: list[bytes] = []

    async def handler(token: str, message: bytes) -> bytes:
        arrived.append(message)
        return b"%d" % len(arrived)

    fates: list[Fate] = []

    async def decide(passage: Passage) -> Fate:
        assert (passage.sender, passage.receiver) == ("a", "b")
        return fates[passage.number]

    hub = MemoryHub(decide)
    sender = hub.transport("a")
    async with hub.transport("b").listen(handler) as listener:
        fates[:] = [Fate.LOSE, Fate.LOSE_RESPONSE, Fate.DUPLICATE, Fate(altered=b"x"), Fate.DELIVER]
        assert await _code(sender, listener, b"0") == "transport-timeout"
        assert await _code(sender, listener, b"1") == "transport-timeout"
        assert await sender.exchange(listener.address("t"), b"2") == b"2"
        assert await sender.exchange(listener.address("t"), b"3") == b"4"
        assert await sender.exchange(listener.address("t"), b"4") == b"5"
    assert arrived == [b"1", b"2", b"2", b"x", b"4"]
    assert hub.passages == 5


async def test_the_hub_delays_and_reorders() -> None:
    arrived: list[bytes] = []

    async def handler(token: str, message: bytes) -> bytes:
        arrived.append(message)
        return message

    overtaken = asyncio.Event()

    async def decide(passage: Passage) -> Fate:
        if passage.number == 0:
            await overtaken.wait()
        return Fate.DELIVER

    hub = MemoryHub(decide)
    sender = hub.transport("a")
    async with hub.transport("b").listen(handler) as listener:
        first = asyncio.ensure_future(sender.exchange(listener.address("t"), b"first"))
        await asyncio.sleep(0)
        assert await sender.exchange(listener.address("t"), b"second") == b"second"
        overtaken.set()
        assert await first == b"first"
    assert arrived == [b"second", b"first"]
