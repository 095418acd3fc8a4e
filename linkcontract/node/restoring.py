"""After a restore, or on another machine: ask before anything is signed.

A node that signs from an old copy of its chain signs twice at one position. So every peer is asked
for what it holds of ours, and the keys are rotated before anything else is said (spec: ledger, K5).
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from linkcontract.driver import Engine
from linkcontract.protocol import Restoring, Session
from linkcontract.protocol.events import Event, RestoreAnswered
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

    Call before anything can arrive. A peer that has answered is not asked again, however often the
    node is started before it rotates.

    Raises:
        StoreError: as `Store.scan` and `Store.commit`.
    """
    adopt = not await is_compromised(engine.store)
    for rel in await engine.relationships():
        async with engine.hold(rel) as relationship:
            session = relationship.session
            if session.joined and _to_be_asked(session, adopt):
                events = session.begin_restore(engine.clock(), adopt=adopt)
                await engine.commit(relationship, events)


def _to_be_asked(session: Session, adopt: bool) -> bool:
    if session.restoring is Restoring.ASKING:
        return False  # it is under way
    if session.restoring is Restoring.NO or session.link.secrets.ring.current is None:
        return True  # nobody was asked so far
    return adopt and not session.link.adopt  # it had to rotate for another reason


async def give_up_asking(engine: Engine, silent: Iterable[bytes]) -> None:
    """Go on without the answers of these relationships, on the own last known head.

    Raises:
        StoreError: as `Store.scan` and `Store.commit`.
    """
    for rel in silent:
        async with engine.hold(rel) as relationship:
            if relationship.session.restoring is Restoring.ASKING:
                relationship.session.end_asking(engine.clock())
                await engine.commit(relationship, ())


async def is_compromised(store: Store) -> bool:
    """Whether what peers return of our own is not to be taken back."""
    return bool(await store.scan("meta", COMPROMISED))


async def wait_for_answers(engine: Engine, seconds: float) -> Asked:
    """Wait until every peer that was asked has answered, or the time is over.

    Raises:
        StoreError: as `Store.scan`.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    changed = asyncio.Event()

    def notice(_rel: bytes, events: Sequence[Event]) -> None:
        if any(isinstance(event, RestoreAnswered) for event in events):
            changed.set()

    engine.observers.append(notice)
    try:
        while True:
            changed.clear()
            asked = await standing_of(engine)
            left = deadline - asyncio.get_running_loop().time()
            if not asked.silent or left <= 0:
                return asked
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await changed.wait()
    finally:
        engine.observers.remove(notice)


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
