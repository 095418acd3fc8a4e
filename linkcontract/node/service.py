"""A node at work: its home, its engine, its transports and what its policy says.

The same node stands behind the service and behind a single command: what differs is whether it
listens. Everything the command line asks for goes through `linkcontract.node.administration`.
"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from linkcontract.crypto.ed25519 import SigningKey, self_test
from linkcontract.crypto.secret import Secret
from linkcontract.driver import Engine, Settings, receipts
from linkcontract.driver.parties import new_party
from linkcontract.driver.restoring import begin_restores
from linkcontract.errors import TransportError
from linkcontract.limits import MAX_ADDRESSES, SECOND
from linkcontract.model.party import DIRECTED
from linkcontract.node.config import NodeConfig
from linkcontract.node.home import Home
from linkcontract.node.marker import Standing
from linkcontract.node.policy_reactions import answers
from linkcontract.node.restoring import is_compromised
from linkcontract.node.selectors import select
from linkcontract.node.strangers import OpenLimit
from linkcontract.protocol import Author, PendingOpen, Session
from linkcontract.store.port import Change
from linkcontract.transport.loading import LoadedTransport, load_transports
from linkcontract.transport.port import Listener, Transport

LOG: Final = logging.getLogger("linkcontract.node")

POLL: Final = 60 * SECOND
"""How often a node that nobody can reach asks its peers for news."""

_SEED_LENGTH: Final = 32


def wall_clock() -> int:
    """The machine's clock, Unix ms."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True, kw_only=True)
class Node:
    """An opened node.

    Attributes:
        home: its data.
        engine: its relationships.
        transports: scheme -> what peers are reached with; the engine looks here.
        listeners: where peers reach it; empty while it does not listen.
        standing: RESTORED until a rotation has made the data this machine's own.
        stack: what is closed when the node is.
        loaded: which package each transport came from; empty while the node is not online.
        rotating: held from reading a key history to committing what follows it.
    """

    home: Home
    engine: Engine
    transports: dict[str, Transport]
    listeners: list[Listener]
    standing: Standing
    stack: AsyncExitStack
    loaded: tuple[LoadedTransport, ...] = ()
    rotating: asyncio.Lock = field(default_factory=asyncio.Lock)
    _online: bool = False
    _changed: dict[bytes, asyncio.Event] = field(default_factory=dict)

    @property
    def config(self) -> NodeConfig:
        """What the configuration file says."""
        return self.home.config

    @property
    def addresses(self) -> tuple[str, ...]:
        """The bases of this node's addresses."""
        return tuple(base for each in self.listeners for base in each.addresses)

    async def go_online(self, *, must_listen: bool = True) -> None:
        """Load the configured transports, send what is due, and listen where that is configured.

        Args:
            must_listen: False to go on without a listener whose address is taken: a withdrawal
                is signed and sent all the same.

        Raises:
            TransportError: transport-… if a transport cannot be loaded or cannot listen.
            StoreError: as `Engine.start`.
        """
        if self._online:
            return
        self._online = True
        config, engine = self.config, self.engine
        self.loaded = load_transports(tuple(config.transports))
        built: list[tuple[str, Transport]] = []
        for each in self.loaded:
            transport = each.kind.from_config(config.transports[each.name])
            self.stack.push_async_callback(transport.close)
            self.transports.update(dict.fromkeys(transport.schemes, transport))
            built.append((each.name, transport))
        await engine.start()
        self.stack.push_async_callback(engine.stop)
        limit = OpenLimit(engine, config.policy.opens_per_minute)
        for name, transport in built:
            if listens(config, name):
                listening = transport.listen(limit.handle)
                try:
                    self.listeners.append(await self.stack.enter_async_context(listening))
                except TransportError as error:
                    if must_listen or error.code != "transport-listen":
                        raise
                    LOG.warning("not listening: %s", error.code)

    async def relationship(self, selector: str) -> bytes:
        """The id of the relationship a selector names.

        Raises:
            NodeError: selector-none, selector-many. StoreError: as `Store.scan`.
        """
        found = await self.engine.relationships()
        return select(selector, {rel: row.label for rel, row in found.items()}, "relationship")

    async def own_parties(self) -> set[bytes]:
        """Every party of this node. Raises StoreError: as `Store.scan`."""
        return {key[0] for key, _ in await self.engine.store.scan("party")}

    async def new_author(self) -> tuple[Author, list[Change]]:
        """Who signs in a new relationship: a vendor's public party, a person's fresh one.

        Returns:
            The author, and the changes that keep it, to be committed with its first use.

        Raises:
            NodeError: next-keys-used-up. LocalProtocolError: author-key. StoreError.
        """
        party = self.home.identity.party
        if party is not None:
            return await self.engine.author(party), []
        following, taken = self.home.pool.take()
        live = Secret(os.urandom(_SEED_LENGTH))
        history, changes = new_party(
            self.home.keystore,
            DIRECTED,
            live,
            next_digest=following.digest,
            nonce=following.nonce,
            now=self.engine.clock(),
        )
        return Author(history, SigningKey(live)), [*changes, taken]

    async def until(self, rel: bytes, test: Callable[[Session], bool], seconds: float) -> bool:
        """Wait until something is true of a relationship.

        Args:
            rel: the relationship.
            test: looks at the session, without changing it.
            seconds: how long at most; 0 looks once.

        Returns:
            Whether it came true in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            changed = self._changed.setdefault(rel, asyncio.Event())
            async with self.engine.hold(rel) as relationship:
                if test(relationship.session):
                    return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(left):
                    await changed.wait()
            except TimeoutError:
                continue

    def note(self, rel: bytes, _events: object) -> None:
        """Something was committed in a relationship: whoever waits looks again."""
        event = self._changed.pop(rel, None)
        if event is not None:
            event.set()


@asynccontextmanager
async def open_node(home: Home) -> AsyncIterator[Node]:
    """Start a node on an opened home; `Node.go_online` connects it to the network.

    Raises:
        StoreError: as `Store.scan`. LocalProtocolError: key-self-test if what this machine
            computes for signatures cannot be trusted.
    """
    self_test()
    transports: dict[str, Transport] = {}
    listeners: list[Listener] = []

    def addresses(token: str) -> list[str]:
        given = [
            listener.address(token, base)
            for listener in listeners
            for base in range(len(listener.addresses))
        ]
        return given[:MAX_ADDRESSES]

    engine = Engine(
        home.store,
        home.keystore,
        transports=transports,
        clock=wall_clock,
        entropy=os.urandom,
        addresses=addresses,
        settings=_settings(home.config),
        withheld=home.standing is Standing.RESTORED,
    )
    async with AsyncExitStack() as stack:
        node = Node(
            home=home,
            engine=engine,
            transports=transports,
            listeners=listeners,
            standing=home.standing,
            stack=stack,
        )
        engine.observers.append(node.note)
        if node.standing is Standing.RESTORED:
            # Before anything can arrive that would be answered.
            await begin_restores(engine, adopt=not await is_compromised(home.store))
        yield node


def listens(config: NodeConfig, transport: str) -> bool:
    """Whether the configuration says where a transport listens."""
    return bool(config.transports[transport].get("bind"))


def _settings(config: NodeConfig) -> Settings:
    def admit(pending: PendingOpen) -> bool:
        return pending.invitation is not None or config.policy.join_public

    reachable = any(listens(config, name) for name in config.transports)
    return Settings(
        reactions=(receipts, answers(config)),
        admit=admit,
        poll=None if reachable else POLL,
    )
