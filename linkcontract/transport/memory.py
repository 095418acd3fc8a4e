"""A transport in memory, and the hub that plays the network: for tests and simulations.

    hub = MemoryHub()
    alice, shop = hub.transport("alice"), hub.transport("shop")
    async with shop.listen(handler) as listener:
        await alice.exchange(listener.address("token"), b"message")

The hub decides what becomes of every message. `hub.offline` holds the names of nodes that are
away. `hub.fate`, if set, is asked about each passage and says how many copies arrive and whether
the response comes back; it may wait as long as it likes before it says so, which delays the
message and lets later ones overtake it. Who waits for what, and with which clock, is up to it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar, Self, TypeAlias

from linkcontract.errors import RemoteProtocolError, TransportError
from linkcontract.transport.addresses import Address, parse_address
from linkcontract.transport.port import Answer, Answering, Listener, Outcome, Transport


@dataclass(frozen=True, slots=True)
class Passage:
    """A message on its way.

    Attributes:
        number: counted from 0 over all messages of the hub.
        sender: the name of the sending node.
        receiver: the name of the node the address leads to.
        message: the bytes.
    """

    number: int
    sender: str
    receiver: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a message.

    Attributes:
        copies: how many times it arrives; 0 means it is lost.
        response_lost: it arrives, and the sender never hears of it.
        altered: what arrives instead of it, or None.
    """

    copies: int = 1
    response_lost: bool = False
    altered: bytes | None = None

    DELIVER: ClassVar["Fate"]
    LOSE: ClassVar["Fate"]
    LOSE_RESPONSE: ClassVar["Fate"]
    DUPLICATE: ClassVar["Fate"]


Fate.DELIVER = Fate()
Fate.LOSE = Fate(copies=0)
Fate.LOSE_RESPONSE = Fate(response_lost=True)
Fate.DUPLICATE = Fate(copies=2)

Deciding: TypeAlias = Callable[[Passage], Awaitable[Fate]]


class MemoryHub:
    """The network between the transports it makes.

    Attributes:
        offline: names of nodes that neither send nor receive.
        fate: asked what becomes of each message; None delivers everything.
        passages: how many messages were sent so far.
    """

    def __init__(self, fate: Deciding | None = None) -> None:
        self.offline: set[str] = set()
        self.fate = fate
        self.passages = 0
        self._listening: dict[str, Answering] = {}

    def transport(self, name: str) -> "MemoryTransport":
        """The transport of the node with this name; its addresses begin with `memory://name`."""
        return MemoryTransport(name, self)

    def attach(self, name: str, answer: Answering) -> None:
        """Let a node receive.

        Raises:
            TransportError: `transport-listen` if it already does.
        """
        if name in self._listening:
            raise TransportError("transport-listen")
        self._listening[name] = answer

    def detach(self, name: str) -> None:
        """Let a node receive no longer."""
        self._listening.pop(name, None)

    async def carry(self, sender: str, address: Address, message: bytes) -> Answer:
        """Bring a message to its receiver, as `fate` decides.

        Raises:
            TransportError: `transport-unreachable`, `transport-timeout`.
        """
        passage = Passage(self.passages, sender, address.host, message)
        self.passages += 1
        fate = Fate.DELIVER if self.fate is None else await self.fate(passage)
        # Asked after the waiting: a node may have left or come back in the meantime.
        answer = self._listening.get(address.host)
        if answer is None or {sender, address.host} & self.offline:
            raise TransportError("transport-unreachable")
        token = address.path.removeprefix("/lc/")
        arriving = message if fate.altered is None else fate.altered
        answers = [await answer(token, arriving) for _ in range(fate.copies)]
        if not answers or fate.response_lost or {sender, address.host} & self.offline:
            raise TransportError("transport-timeout")
        return answers[0]


class _MemoryListener(Listener):
    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def addresses(self) -> tuple[str, ...]:
        return (f"memory://{self._name}",)


class MemoryTransport(Transport):
    """One node's end of a `MemoryHub`."""

    def __init__(self, name: str, hub: MemoryHub) -> None:
        """Raises TransportError `transport-config` for a name that is no name of a host."""
        try:
            parse_address(f"memory://{name}")
        except RemoteProtocolError as error:
            raise TransportError("transport-config", "name") from error
        self.name = name
        self._hub = hub
        self._closed = False

    @property
    def schemes(self) -> frozenset[str]:
        """{"memory"}"""
        return frozenset({"memory"})

    @classmethod
    def from_config(cls, table: Mapping[str, object]) -> Self:  # noqa: ARG003 - part of the port
        """A transport needs a hub, which no file can name.

        Raises:
            TransportError: `transport-config`, always.
        """
        raise TransportError("transport-config", hint="this transport stays in one process")

    async def close(self) -> None:
        """See `Transport.close`."""
        self._closed = True
        self._hub.detach(self.name)

    def _check_open(self) -> None:
        if self._closed:
            raise TransportError("transport-closed")

    async def _exchange(self, address: Address, message: bytes) -> bytes:
        self._check_open()
        answer = await self._hub.carry(self.name, address, message)
        if answer.outcome is not Outcome.TAKEN:
            raise TransportError("transport-declined")
        return answer.response

    def _listen(self, answer: Answering) -> AbstractAsyncContextManager[Listener]:
        return self._attached(answer)

    @asynccontextmanager
    async def _attached(self, answer: Answering) -> AsyncIterator[Listener]:
        self._check_open()
        self._hub.attach(self.name, answer)
        try:
            yield _MemoryListener(self.name)
        finally:
            self._hub.detach(self.name)
