"""Sending: what is due, when it is due, to the first address that takes it.

One task waits for the earliest timer of all relationships and starts a round for each that is due.
A round sends the due frames one after the other and takes in the responses. Nothing here is
durable: after a crash the outbox and the first exchange of heads say what has to be sent.
"""

import asyncio
import heapq
import logging
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from linkcontract.driver.relationship import Relationship
from linkcontract.errors import LinkContractError, LocalProtocolError, StoreError, TransportError
from linkcontract.limits import MINUTE, SECOND
from linkcontract.protocol.retry import RETRY_LONGEST, RETRY_TOTAL
from linkcontract.transport.port import PERMANENT, Transport

if TYPE_CHECKING:
    from linkcontract.driver.engine import Engine

LOG: Final = logging.getLogger("linkcontract.driver")

LONGEST_SLEEP: Final = 60 * SECOND
"""The clock may be set, so nobody sleeps longer than this without looking at it."""

STORE_PAUSE: Final = 5 * SECOND
"""How long a relationship rests after the store failed: a full disk does not empty at once."""

FAILURE_PAUSE: Final = MINUTE
"""How long a relationship rests after something that cannot happen."""

MOST_MISSED: Final = RETRY_TOTAL // RETRY_LONGEST
"""How often a peer that does not answer is asked for news: once an hour, for as long as anything
is sent again (spec: threats, T40)."""

_SPARE: Final = 64


class Sender:
    """The rounds of an engine.

    Args:
        engine: whose relationships are sent for.
        transports: scheme -> transport.
    """

    def __init__(self, engine: "Engine", transports: Mapping[str, Transport]) -> None:
        self._engine = engine
        self._transports = transports
        self._times: dict[bytes, int] = {}
        self._heap: list[tuple[int, bytes]] = []
        self._rounds: dict[bytes, asyncio.Task[bool]] = {}
        self._again: set[bytes] = set()
        self._changed = asyncio.Event()
        self._slots = asyncio.Semaphore(engine.settings.most_exchanges)
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to wait for timers."""
        self._watch = asyncio.create_task(self._run(), name="linkcontract-sender")

    async def stop(self) -> None:
        """End every round where it stands."""
        tasks: list[asyncio.Task[bool] | asyncio.Task[None]] = [*self._rounds.values()]
        if self._watch is not None:
            tasks.append(self._watch)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, rel: bytes, at: int | None = None) -> None:
        """Look at a relationship at a time (Unix ms), by default now."""
        now = self._engine.clock()
        when = now if at is None else at
        known = self._times.get(rel)
        if known is not None and known <= when:
            if known <= now:
                self._changed.set()  # the clock was set while everybody slept
            return
        self._times[rel] = when
        heapq.heappush(self._heap, (when, rel))
        if len(self._heap) > 2 * len(self._times) + _SPARE:
            # A time that was moved forward stays in the heap until it comes, perhaps in 90 days.
            self._heap = [(each, name) for name, each in self._times.items()]
            heapq.heapify(self._heap)
        self._changed.set()

    def schedule(self, relationship: Relationship, *, asked: bool) -> None:
        """Look at a relationship when its next timer is due, or the peer is to be asked for news.

        Args:
            relationship: of which a round has just ended.
            asked: whether frames were sent in it.
        """
        when = relationship.session.next_timer()
        self._plan_asking(relationship, asked=asked)
        ask_at = relationship.ask_at
        if ask_at is not None:
            when = ask_at if when is None else min(when, ask_at)
        if when is not None:
            self.wake(relationship.rel, when)

    async def meet(self, rel: bytes) -> None:
        """Exchange heads once after a start, before the first signature, if the peer answers.

        A store that was put back to an earlier state without anybody's knowledge is noticed here,
        and only if the peer answers truthfully; a peer that is offline is not waited for.
        """
        async with self._engine.hold(rel) as relationship:
            session = relationship.session
            if session.exchanged or not session.joined or not relationship.addresses:
                return
        try:
            async with asyncio.timeout(self._engine.settings.answer_wait / 1000):
                await self.round(rel)
        except TimeoutError:
            LOG.info("the peer did not answer in time; going on without it")

    async def round(self, rel: bytes) -> bool:
        """Send what is due now; whether the peer was reached, or there was nothing to send."""
        running = self._rounds.get(rel)
        if running is not None:
            await asyncio.wait((running,))  # it looked before what is due now came up
        return await asyncio.shield(self._begin(rel))

    # -- inside ----------------------------------------------------------------------------------

    def _plan_asking(self, relationship: Relationship, *, asked: bool) -> None:
        poll, now = self._engine.settings.poll, self._engine.clock()
        if poll is None or not relationship.session.joined or relationship.missed > MOST_MISSED:
            relationship.ask_at = None
            return
        wait = min(poll << min(relationship.missed, 16), max(poll, RETRY_LONGEST))
        at = relationship.ask_at
        if asked or at is None or not now < at <= now + wait:
            relationship.ask_at = now + wait

    def _begin(self, rel: bytes) -> "asyncio.Task[bool]":
        """The round under way for a relationship, or a new one."""
        running = self._rounds.get(rel)
        if running is None:

            def ended(_: "asyncio.Task[bool]") -> None:
                self._rounds.pop(rel, None)
                if rel in self._again:
                    self._again.discard(rel)
                    self.wake(rel)

            running = asyncio.create_task(self._round(rel), name="linkcontract-round")
            self._rounds[rel] = running
            running.add_done_callback(ended)
        return running

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            now = self._engine.clock()
            while self._heap and self._heap[0][0] <= now:
                when, rel = heapq.heappop(self._heap)
                if self._times.get(rel) != when:
                    continue  # it was moved
                del self._times[rel]
                if rel in self._rounds:
                    self._again.add(rel)  # what is due came up after the round had looked
                else:
                    self._begin(rel)
            wait = LONGEST_SLEEP if not self._heap else max(1, self._heap[0][0] - now)
            try:
                # Not wait_for: on Python 3.11 it can swallow the cancellation that `stop` sends.
                async with asyncio.timeout(min(wait, LONGEST_SLEEP) / 1000):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _round(self, rel: bytes) -> bool:
        reached = True
        try:
            async with self._slots:
                relationship, frames = await self._engine.due(rel)
                if not relationship.session.link.confirmed:
                    frames = frames[:1]  # nobody has answered from there yet: no reflector
                for frame in frames:
                    response = await self._send(relationship, frame)
                    if response is None:
                        reached = False
                        break
                    if response:
                        await self._engine.receive(rel, response, respond=False)
            if frames:
                relationship.missed = 0 if reached else relationship.missed + 1
            self.schedule(relationship, asked=bool(frames))
        except StoreError as error:
            LOG.error("the store failed: %s", error)
            self.wake(rel, self._engine.clock() + STORE_PAUSE)
            return False
        except LocalProtocolError as error:
            LOG.error("a round ended: %s", error)
            return False
        except Exception as error:  # noqa: BLE001 - nobody waits for this task; others go on
            # Where it happened, but not its text: that may quote what the peer sent.
            where = "".join(traceback.format_tb(error.__traceback__))
            LOG.error("a round failed: %s\n%s", type(error).__name__, where)
            self.wake(rel, self._engine.clock() + FAILURE_PAUSE)
            return False
        return reached

    async def _send(self, relationship: Relationship, frame: bytes) -> bytes | None:
        """The response of the first address that takes a frame, None if none does."""
        for address in relationship.addresses:
            transport = self._transports.get(address.partition(":")[0])
            if transport is None:
                continue
            try:
                return await transport.exchange(address, frame)
            except TransportError as error:
                level = logging.WARNING if error.code in PERMANENT else logging.INFO
                LOG.log(level, "not sent: %s", error.code)
            except LinkContractError as error:
                LOG.warning("not sent: %s", error.code)
        return None
