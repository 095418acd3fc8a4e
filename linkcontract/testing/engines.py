"""Two real engines on one memory network: what a test of the driver, or of a program on it, needs.

Real stores, keys, sessions and bytes; the network is a `MemoryHub`, which can lose, double and
alter messages, and the clock is the machine's own unless another is given.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest, next_key
from linkcontract.crypto.secret import Secret
from linkcontract.driver import Engine, SealedVault, Settings
from linkcontract.driver.parties import new_party
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
        engine: while it runs.
    """

    name: str
    store: Store
    hub: MemoryHub
    settings: Settings = field(default_factory=Settings)
    clock: Callable[[], int] = wall_clock
    seed: Secret = field(default_factory=lambda: Secret(secrets.token_bytes(64)))
    storage_key: Secret = field(default_factory=lambda: Secret(secrets.token_bytes(32)))
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
        )
        await self.engine.start()
        await self._running.enter_async_context(transport.listen(self.engine.handle))
        return self

    async def stop(self) -> None:
        """Stop; the store stays open."""
        await self.engine.stop()
        await self._running.aclose()
        self._running = AsyncExitStack()

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


async def introduce(person: EngineNode, organisation: EngineNode) -> bytes:
    """Let a person open a relationship with an organisation's public card; the relationship."""
    author, kept = organisation.party(PUBLIC)
    until = organisation.clock() + 30 * DAY
    issued = await organisation.engine.arrivals.invite(author, once=False, exp=until, extra=kept)
    own, mine = person.party(DIRECTED)
    invitation = open_invitation(issued.link, now=person.clock())
    return await person.engine.connect(invitation, own, label=organisation.name, extra=mine)
