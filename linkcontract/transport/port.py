"""The Transport port: one message there, at most one back.

A message is a sealed frame of the protocol; a transport neither reads nor changes it, and carries
no other meaning: what it reports (delivered, not delivered, a response) proves nothing, and the
protocol relies on none of it. Messages may be lost, doubled or come in another order.

What every transport promises (`linkcontract.testing.transport_checks` tests it):

1. `exchange` returns what the other side's handler returned for exactly this message, or raises
   TransportError. After the error the message may or may not have arrived.
2. Nothing larger than `MAX_MESSAGE` goes out or comes in, nothing larger than `MAX_RESPONSE`
   comes back, and the limit is enforced before more than that is held in memory.
3. Both sides only ever see TransportError; what the other side sent is in no error and in no log.
4. A token that is unknown and a token that is not allowed look the same from outside.

The base class enforces the limits and turns foreign exceptions into TransportError.
"""

import logging
import re
import traceback
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Final, Self, TypeAlias, final

from linkcontract.errors import LinkContractError, LocalProtocolError, TransportError
from linkcontract.limits import MAX_MESSAGE, MAX_RESPONSE
from linkcontract.transport.addresses import Address, parse_address

_LOG: Final = logging.getLogger("linkcontract.transport")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

PERMANENT: Final = frozenset(
    {"address-malformed", "address-refused", "transport-scheme", "transport-message-size"}
)
"""Codes of TransportError that the same message to the same address always gets: no retry helps."""

Handler: TypeAlias = Callable[[str, bytes], Awaitable[bytes | None]]
"""What a node does with a message: (token, message) -> the response, b"" for none, None if the
token is not one of its own."""


def check_token(token: str) -> None:
    """Refuse a mailbox token that no transport would carry.

    Raises:
        LocalProtocolError: `transport-token`.
    """
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        raise LocalProtocolError("transport-token")


class Outcome(Enum):
    """What became of a message on the side that received it."""

    TAKEN = "taken"
    UNKNOWN = "unknown token"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an implementation sends back; `response` is empty unless the outcome is TAKEN."""

    outcome: Outcome
    response: bytes = b""


Answering: TypeAlias = Callable[[str, bytes], Awaitable[Answer]]


class Listener(ABC):
    """Where a node can be reached while it listens."""

    @property
    @abstractmethod
    def addresses(self) -> tuple[str, ...]:
        """The bases of this node's addresses, as `https://node.example`; at least one."""

    @final
    def address(self, token: str, base: int = 0) -> str:
        """The address of one mailbox, to be given to a peer.

        Args:
            token: 1 to 64 characters of `[A-Za-z0-9_-]`; who knows it can send.
            base: which of `addresses` to build on.

        Raises:
            LocalProtocolError: `transport-token`.
        """
        check_token(token)
        return f"{self.addresses[base]}/lc/{token}"


class Transport(ABC):
    """A way to exchange messages; the module's docstring says what it promises."""

    @property
    @abstractmethod
    def schemes(self) -> frozenset[str]:
        """The schemes of the addresses it reaches, as {"http", "https"}."""

    @classmethod
    @abstractmethod
    def from_config(cls, table: Mapping[str, object]) -> Self:
        """Build one from its table of the node's configuration file.

        Raises:
            TransportError: `transport-config`, with the name of the key.
        """

    @final
    async def exchange(self, address: str, message: bytes) -> bytes:
        """Send a message and return the response, b"" if there is none.

        Args:
            address: where to, as the peer gave it.
            message: 1 to `MAX_MESSAGE` bytes.

        Raises:
            TransportError: one of `PERMANENT`; `transport-unreachable`, `transport-timeout`,
                `transport-declined`, `transport-throttled`, `transport-response`,
                `transport-response-size`, `transport-failed`; `transport-closed`.
        """
        if not isinstance(message, bytes) or not 0 < len(message) <= MAX_MESSAGE:
            raise TransportError("transport-message-size")
        try:
            parsed = parse_address(address)
            if parsed.scheme not in self.schemes:
                raise TransportError("transport-scheme")
            response = await self._exchange(parsed, message)
        except TransportError:
            raise
        except LinkContractError as error:
            raise TransportError(error.code) from error
        except TimeoutError as error:
            raise TransportError("transport-timeout") from error
        except OSError as error:
            raise TransportError("transport-unreachable") from error
        except Exception as error:
            raise TransportError("transport-failed") from error
        if len(response) > MAX_RESPONSE:
            raise TransportError("transport-response-size")
        return response

    @final
    def listen(self, handler: Handler) -> AbstractAsyncContextManager[Listener]:
        """Receive messages while the returned context is open, where the transport was built to.

        The handler may run for several messages at the same time. If it raises, or returns more
        than `MAX_RESPONSE` bytes, the sender is told that the message was not taken.

        Raises:
            TransportError: on entering the context: `transport-listen`, `transport-config`,
                `transport-closed`.
        """

        async def answer(token: str, message: bytes) -> Answer:
            if _TOKEN.fullmatch(token) is None or not 0 < len(message) <= MAX_MESSAGE:
                return Answer(Outcome.UNKNOWN)
            try:
                response = await handler(token, message)
            except Exception as error:  # noqa: BLE001 - logged, and the sender tries again
                # Where it happened, but not its text: that may quote what the peer sent.
                where = "".join(traceback.format_tb(error.__traceback__))
                _LOG.error("a message was not handled: %s\n%s", type(error).__name__, where)
                return Answer(Outcome.FAILED)
            if response is None:
                return Answer(Outcome.UNKNOWN)
            if len(response) > MAX_RESPONSE:
                _LOG.error("a response was larger than a transport carries")
                return Answer(Outcome.FAILED)
            return Answer(Outcome.TAKEN, response)

        return self._listen(answer)

    @abstractmethod
    async def close(self) -> None:
        """Release everything; a second call does nothing. Listening contexts are left first."""

    @abstractmethod
    async def _exchange(self, address: Address, message: bytes) -> bytes:
        """As `exchange`; the message's size and the scheme are checked. Stop reading a response
        that grows beyond `MAX_RESPONSE`: `transport-response-size`."""

    @abstractmethod
    def _listen(self, answer: Answering) -> AbstractAsyncContextManager[Listener]:
        """As `listen`; `answer` never raises."""
