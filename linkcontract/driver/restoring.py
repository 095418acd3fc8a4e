"""After a restore, or on another machine: every peer is asked before anything is signed.

A node that signs from an old copy of its chain signs twice at one position. So every peer is asked
for what it holds of ours, and the keys are rotated before anything else is said (spec: ledger, K5).
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from linkcontract.driver.engine import Engine
from linkcontract.protocol import Restoring, Session
from linkcontract.protocol.events import Event, RestoreAnswered


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking.

    Attributes:
        answered: relationships whose peer said what it holds, and all of it is here now.
        silent: relationships whose peer has not answered.
    """

    answered: tuple[bytes, ...]
    silent: tuple[bytes, ...]


async def begin_restores(engine: Engine, *, adopt: bool = True) -> None:
    """Put every joined relationship into the state in which the peer is asked first.

    Call before anything can arrive. A peer that has answered is not asked again, however often the
    node is started before it rotates.

    Args:
        engine: that withholds its keys, and is not started yet.
        adopt: take back own statements the peers return; False after a compromise.

    Raises:
        StoreError: as `Store.scan` and `Store.commit`.
    """
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
