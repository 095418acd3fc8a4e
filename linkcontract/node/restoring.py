"""After a restore, or on another machine: ask before anything is signed.

A node that signs from an old copy of its chain signs twice at one position. So every peer is asked
for what it holds of ours, and the keys are rotated before anything else is said (LEDGER K5).
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from linkcontract.driver import Engine
from linkcontract.protocol import Restoring
from linkcontract.store.port import Store

COMPROMISED: Final = (b"compromised",)
"""Row of the space "meta": the backup was restored because somebody else has the keys."""

SENTENCE: Final = (
    "This data was restored, or its machine marker is missing: the node asks its peers what they "
    "hold of it and signs nothing until `rotate` was run."
)
PARTING: Final = (
    "Not every peer has answered. To rotate without its answer may part the key history of that "
    "relationship, which then takes withdrawals only. And where the disk was put back to an older "
    "state and the only peer lies about what it holds, nobody can notice."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking.

    Attributes:
        answered: relationships whose peer said what it holds, and all of it is here now.
        silent: relationships whose peer has not answered.
    """

    answered: tuple[bytes, ...]
    silent: tuple[bytes, ...]


async def begin_restores(engine: Engine) -> None:
    """Put every joined relationship into the state in which the peer is asked first.

    Call before anything can arrive. Where it was asked already and the answer is complete, that
    holds.

    Raises:
        StoreError: as `Store.scan` and `Store.commit`.
    """
    adopt = not await is_compromised(engine.store)
    for rel in await engine.relationships():
        async with engine.hold(rel) as relationship:
            session = relationship.session
            if session.joined and session.restoring is not Restoring.ASKING:
                events = session.begin_restore(engine.clock(), adopt=adopt)
                await engine.commit(relationship, events)


async def is_compromised(store: Store) -> bool:
    """Whether what peers return of our own is not to be taken back."""
    return bool(await store.scan("meta", COMPROMISED))


async def wait_for_answers(engine: Engine, seconds: float) -> Asked:
    """Wait until every peer that was asked has answered, or the time is over.

    Raises:
        StoreError: as `Store.scan`.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        asked = await standing_of(engine)
        if not asked.silent or asyncio.get_running_loop().time() >= deadline:
            return asked
        await asyncio.sleep(0.1)


async def standing_of(engine: Engine) -> Asked:
    """Who has answered so far. Raises StoreError: as `Store.scan`."""
    answered: list[bytes] = []
    silent: list[bytes] = []
    for rel in await engine.relationships():
        async with engine.hold(rel) as relationship:
            if not relationship.session.joined:
                continue
            waiting = relationship.session.restoring is Restoring.ASKING
            (silent if waiting else answered).append(rel)
    return Asked(tuple(answered), tuple(silent))
