"""Checks that any implementation of the Transport port can run; no test framework is needed.

    import asyncio
    from contextlib import asynccontextmanager
    from linkcontract.testing.transport_checks import check_transport

    class Rig:                                    # two ends of the transport
        @asynccontextmanager
        async def pair(self, handler):
            receiver = MyTransport(...)
            async with receiver.listen(handler) as listener:
                sender = MyTransport(...)         # one that may reach listener.addresses
                try:
                    yield sender, listener
                finally:
                    await sender.close()
            await receiver.close()

    print(asyncio.run(check_transport(Rig())))    # the names of the checks that were run

With pytest, parametrize over `TRANSPORT_CHECKS`. How a transport meets a hostile peer below the
level of messages (half requests, floods) is its own business to test.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType
from typing import Final, Protocol

from linkcontract.errors import LocalProtocolError, TransportError
from linkcontract.limits import MAX_ADDRESS, MAX_MESSAGE, MAX_RESPONSE
from linkcontract.testing.store_checks import CheckFailed
from linkcontract.transport.addresses import parse_address
from linkcontract.transport.port import Handler, Listener, Transport


class TransportRig(Protocol):
    """Gives the checks two ends that can reach each other."""

    def pair(self, handler: Handler) -> AbstractAsyncContextManager[tuple[Transport, Listener]]:
        """A transport that sends, and a listener of another one that calls `handler`."""


def _require(condition: bool, text: str) -> None:
    if not condition:
        raise CheckFailed(text)


async def _require_error(awaitable: Awaitable[object], text: str, *codes: str) -> None:
    try:
        await awaitable
    except TransportError as error:
        _require(not codes or error.code in codes, f"{text}: the code is {error.code}")
        return
    raise CheckFailed(text)


async def a_message_and_its_response_arrive_unchanged(rig: TransportRig) -> None:
    """Any bytes go there and back; the token arrives with them."""
    arrived: list[tuple[str, bytes]] = []

    async def handler(token: str, message: bytes) -> bytes:
        arrived.append((token, message))
        return message[::-1]

    async with rig.pair(handler) as (sender, listener):
        for token in ("a", "Z-_9" * 16):
            for message in (b"\x00", bytes(range(256)), b"\r\n\r\n", b"\xff" * 5_000):
                response = await sender.exchange(listener.address(token), message)
                _require(response == message[::-1], "a response is changed")
                _require(arrived[-1] == (token, message), "a message or its token is changed")
    _require(len(arrived) == 8, "a message arrived more than once")


async def no_response_is_empty(rig: TransportRig) -> None:
    """A handler that returns b"" is an exchange that returns b""."""

    async def handler(token: str, message: bytes) -> bytes:  # noqa: ARG001
        return b""

    async with rig.pair(handler) as (sender, listener):
        _require(await sender.exchange(listener.address("t"), b"m") == b"", "something came back")


async def an_unknown_token_is_declined(rig: TransportRig) -> None:
    """A handler that returns None, and a path that is no mailbox, are both `transport-declined`."""

    async def handler(token: str, message: bytes) -> bytes | None:  # noqa: ARG001
        return None if token == "unknown" else b"ok"  # noqa: S105 - not a secret

    async with rig.pair(handler) as (sender, listener):
        base = listener.addresses[0]
        for address in (listener.address("unknown"), f"{base}/lc/a.b", f"{base}/lc/{'x' * 65}"):
            await _require_error(
                sender.exchange(address, b"m"), "an unknown token was taken", "transport-declined"
            )
        _require(await sender.exchange(listener.address("known"), b"m") == b"ok", "no recovery")


async def a_failing_handler_is_declined_and_forgotten(rig: TransportRig) -> None:
    """A handler that raises costs its own message only, and its text does not travel."""

    async def handler(token: str, message: bytes) -> bytes:
        if message == b"fail":
            raise ValueError("secret " + token)
        return b"ok"

    async with rig.pair(handler) as (sender, listener):
        try:
            await sender.exchange(listener.address("t"), b"fail")
        except TransportError as error:
            _require(error.code == "transport-declined", f"the code is {error.code}")
            _require("secret" not in str(error), "the handler's error travels")
        else:
            raise CheckFailed("a message that was not handled seems delivered")
        _require(await sender.exchange(listener.address("t"), b"m") == b"ok", "no recovery")


async def the_largest_sizes_pass_and_no_larger_ones(rig: TransportRig) -> None:
    """`MAX_MESSAGE` there and `MAX_RESPONSE` back pass; one byte more does not."""

    async def handler(token: str, message: bytes) -> bytes:
        return bytes(MAX_RESPONSE + (token == "more")) if len(message) == MAX_MESSAGE else b""  # noqa: S105

    async with rig.pair(handler) as (sender, listener):
        largest = bytes(MAX_MESSAGE)
        response = await sender.exchange(listener.address("t"), largest)
        _require(response == bytes(MAX_RESPONSE), "the largest response does not pass")
        await _require_error(
            sender.exchange(listener.address("more"), largest), "a response was too large"
        )
        for wrong in (largest + b"\x00", b""):
            await _require_error(
                sender.exchange(listener.address("t"), wrong),
                "a message of a wrong size was sent",
                "transport-message-size",
            )


async def an_address_of_another_form_or_scheme_is_refused(rig: TransportRig) -> None:
    """What is no address, and an address of another transport, is an error with a code."""

    async def handler(token: str, message: bytes) -> bytes:  # noqa: ARG001
        return b""

    async with rig.pair(handler) as (sender, _):
        for text in ("", "nowhere", "a b://c", "https://user@host/", "x" * (MAX_ADDRESS + 1)):
            await _require_error(sender.exchange(text, b"m"), "it was sent", "address-malformed")
        await _require_error(
            sender.exchange("gopher+x://host/lc/t", b"m"), "it was sent", "transport-scheme"
        )


async def many_messages_at_once_get_their_own_responses(rig: TransportRig) -> None:
    """Exchanges under way at the same time do not mix, and a slow one holds up no other."""
    release = asyncio.Event()

    async def handler(token: str, message: bytes) -> bytes:
        if message == b"slow":
            await release.wait()
        return token.encode() + message

    async with rig.pair(handler) as (sender, listener):
        slow = asyncio.ensure_future(sender.exchange(listener.address("s"), b"slow"))
        try:
            responses = await asyncio.gather(
                *(sender.exchange(listener.address(f"t{n}"), b"%d" % n) for n in range(40))
            )
            _require(responses == [b"t%d%d" % (n, n) for n in range(40)], "responses are mixed")
            _require(not slow.done(), "a response came before its handler ended")
        finally:
            release.set()
            last = await slow
        _require(last == b"sslow", "a slow response is lost")


async def the_listeners_addresses_are_addresses(rig: TransportRig) -> None:
    """Bases and mailboxes are addresses of the transport's scheme; a wrong token is refused."""

    async def handler(token: str, message: bytes) -> bytes:  # noqa: ARG001
        return b""

    async with rig.pair(handler) as (sender, listener):
        _require(len(listener.addresses) > 0, "no address")
        for number, base in enumerate(listener.addresses):
            address = parse_address(listener.address("A" * 43, number))
            _require(
                address.text == f"{base}/lc/{'A' * 43}", "the address is not built on its base"
            )
            _require(address.scheme in sender.schemes, "the scheme is another transport's")
        for token in ("", "a/b", "ä", "x" * 65):
            try:
                listener.address(token)
            except LocalProtocolError as error:
                _require(error.code == "transport-token", f"the code is {error.code}")
            else:
                raise CheckFailed("a token that cannot be carried was taken")


async def nobody_listens_after_the_end(rig: TransportRig) -> None:
    """Once the listening context is left, an exchange is an error; the same after `close`."""

    async def handler(token: str, message: bytes) -> bytes:  # noqa: ARG001
        return b""

    async with rig.pair(handler) as (sender, listener):
        address = listener.address("t")
        await sender.exchange(address, b"m")
        await sender.close()
        await sender.close()
        await _require_error(sender.exchange(address, b"m"), "it was sent", "transport-closed")
    async with rig.pair(handler) as (other, listener):
        still = listener.address("t")
        await other.exchange(still, b"m")
        if still != address:
            await _require_error(other.exchange(address, b"m"), "somebody listens")


TRANSPORT_CHECKS: Final[Mapping[str, Callable[[TransportRig], Awaitable[None]]]] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            a_message_and_its_response_arrive_unchanged,
            no_response_is_empty,
            an_unknown_token_is_declined,
            a_failing_handler_is_declined_and_forgotten,
            the_largest_sizes_pass_and_no_larger_ones,
            an_address_of_another_form_or_scheme_is_refused,
            many_messages_at_once_get_their_own_responses,
            the_listeners_addresses_are_addresses,
            nobody_listens_after_the_end,
        )
    }
)
"""The checks by name."""


async def check_transport(rig: TransportRig) -> list[str]:
    """Run every check.

    Returns:
        The names of the checks that were run.

    Raises:
        CheckFailed: the first thing that is not as the port promises.
    """
    for check in TRANSPORT_CHECKS.values():
        await check(rig)
    return [*TRANSPORT_CHECKS]
