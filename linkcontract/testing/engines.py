"""Two real engines on one memory network: what a test of the driver, or of a program on it, needs.

Real stores, keys, sessions and bytes; the network is a `MemoryHub`, which can lose, double and
alter messages, and the clock is the machine's own unless another is given.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest, next_key
from linkcontract.crypto.secret import Secret
from linkcontract.driver import Engine, SealedVault, Settings
from linkcontract.driver.parties import new_party
from linkcontract.driver.restoring import begin_restores
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY
from linkcontract.model.card import open_invitation
from linkcontract.model.party import DIRECTED, PUBLIC
from linkcontract.protocol import Author
from linkcontract.store.port import Change, Store
from linkcontract.transport.memory import MemoryHub


def wall_clock() -> int:
    """The machine's clock, Unix ms."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class EngineNode:
    """A node: an engine on a store, reachable on a hub under a name.

    Attributes:
        name: on the hub.
        store: kept when the node is stopped and started again.
        hub: the network.
        settings, clock: as `Engine`.
        seed: of its next keys.
        storage_key: of its vault.
        withheld: it was restored: it asks its peers and signs nothing until it rotates.
        engine: while it runs.
    """

    name: str
    store: Store
    hub: MemoryHub
    settings: Settings = field(default_factory=Settings)
    clock: Callable[[], int] = wall_clock
    seed: Secret = field(default_factory=lambda: Secret(secrets.token_bytes(64)))
    storage_key: Secret = field(default_factory=lambda: Secret(secrets.token_bytes(32)))
    withheld: bool = False
    engine: Engine = field(init=False)
    _running: AsyncExitStack = field(init=False, default_factory=AsyncExitStack)

    async def start(self) -> "EngineNode":
        """Run on what the store holds."""
        transport = self.hub.transport(self.name)
        vault = SealedVault(self.storage_key, secrets.token_bytes)
        self.engine = Engine(
            self.store,
            vault,
            transports={"memory": transport},
            clock=self.clock,
            entropy=secrets.token_bytes,
            addresses=lambda token: (f"memory://{self.name}/lc/{token}",),
            settings=self.settings,
            withheld=self.withheld,
        )
        if self.withheld:
            await begin_restores(self.engine)
        await self.engine.start()
        await self._running.enter_async_context(transport.listen(self.engine.handle))
        return self

    async def stop(self) -> None:
        """Stop; the store stays open."""
        await self.engine.stop()
        await self._running.aclose()
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def party(self, kind: str) -> tuple[Author, Sequence[Change]]:
        """A new own party, and the changes that keep it."""
        live = Secret(secrets.token_bytes(32))
        nonce = secrets.token_bytes(16)
        history, changes = new_party(
            self.engine.vault,
            kind,
            live,
            next_digest=next_digest(next_key(self.seed, nonce).public),
            nonce=nonce,
            now=self.clock(),
        )
        return Author(history, SigningKey(live)), changes


async def introduce(
    person: EngineNode, organisation: EngineNode, *, invited: bool = False
) -> bytes:
    """Let a person open a relationship with an organisation; the relationship's id.

    Args:
        person, organisation: the two, running.
        invited: with an invitation for one, which an engine joins without further settings,
            instead of a card for everybody.
    """
    author, kept = organisation.party(PUBLIC)
    until = organisation.clock() + 30 * DAY
    issued = await organisation.engine.arrivals.invite(author, once=invited, exp=until, extra=kept)
    own, mine = person.party(DIRECTED)
    invitation = open_invitation(issued.link, now=person.clock())
    return await person.engine.connect(invitation, own, label=organisation.name, extra=mine)


async def settled(rel: bytes, phase: ThreadPhase, *nodes: EngineNode) -> None:
    """Wait until all nodes hold the same statements and their first thread is in a phase.

    Raises:
        TimeoutError: it did not come to that within ten seconds.
    """
    async with asyncio.timeout(10):
        while True:
            seen = [await _view(node, rel) for node in nodes]
            if all(each == seen[0] for each in seen) and seen[0][1] is phase:
                return
            await asyncio.sleep(0.02)


async def _view(node: EngineNode, rel: bytes) -> tuple[frozenset[bytes], ThreadPhase | None]:
    """What a node holds of a relationship, and the phase of its first thread if it has one."""
    if rel not in await node.engine.relationships():
        return frozenset(), None  # the open has not arrived
    async with node.engine.hold(rel) as held:
        ledger = held.session.ledger
        threads = list(ledger.state().threads.values())
        phase = threads[0].phase if threads else None
        return frozenset(each.id for each in ledger.held()), phase
