"""The engine: sessions, store and transports made into a node that survives being killed.

For every relationship, in this order and under its lock: the session is called; what happened, what
is said about it, the outbox and the summary are committed in one transaction; only then do frames
leave. A commit that fails, or whose outcome nobody knows, throws the relationship out of memory: it
is loaded again from the store, which is the only truth.
"""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final, TypeAlias

from linkcontract.driver import erasure, parties, rows
from linkcontract.driver.arrivals import Arrivals
from linkcontract.driver.loaded import LoadedRelationships
from linkcontract.driver.reactions import Act, Erase, Say, say
from linkcontract.driver.relationship import Relationship, load_relationship
from linkcontract.driver.sending import Sender
from linkcontract.driver.settings import Settings
from linkcontract.driver.upkeep import Upkeep
from linkcontract.driver.vault import Vault
from linkcontract.errors import LocalProtocolError, StoreError
from linkcontract.model.card import Invitation
from linkcontract.model.statement import Statement
from linkcontract.protocol import Author, Content, begin
from linkcontract.protocol.events import Event, PskConfirmed, Refused, StatementsWritten
from linkcontract.protocol.prekeys import Entropy
from linkcontract.store.port import Change, Store
from linkcontract.transport.port import Transport

LOG: Final = logging.getLogger("linkcontract.driver")

Observer: TypeAlias = Callable[[bytes, Sequence[Event]], None]
"""Told what was committed in a relationship: (rel, events)."""

AddressOf: TypeAlias = Callable[[str], Sequence[str]]
"""The addresses peers are given for a mailbox; none for a node that nobody can reach."""


class Engine:
    """A node's relationships.

    Args:
        store: committed to by this engine only.
        vault: seals secret rows.
        transports: scheme -> transport.
        clock: Unix ms.
        entropy: fresh random bytes.
        addresses: where a mailbox of this node is reached.
        settings: see `Settings`.
        withheld: the store may be older than what was signed from it, so nothing is signed until
            `rotating.adopt_rotations` (spec: ledger, K5).
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        transports: Mapping[str, Transport],
        clock: Callable[[], int],
        entropy: Entropy,
        addresses: AddressOf = lambda _: (),
        settings: Settings | None = None,
        withheld: bool = False,
    ) -> None:
        self.store = store
        self.vault = vault
        self.clock = clock
        self.entropy = entropy
        self.addresses = addresses
        self.settings = Settings() if settings is None else settings
        self.withheld = withheld
        self.observers: list[Observer] = []
        self.arrivals = Arrivals(self)
        self._tokens: dict[str, bytes] = {}
        self._sender = Sender(self, transports)
        self.upkeep = Upkeep(self)
        self.loaded = LoadedRelationships(self._load, self.settings.most_loaded)

    # -- starting and stopping -------------------------------------------------------------------

    async def start(self) -> None:
        """Read who there is, and go on with whatever was unfinished.

        Raises:
            StoreError: as `Store.scan`; store-row.
        """
        await self.arrivals.load()
        for (rel,), value in await self.store.scan("relationship"):
            self._tokens[rows.RelationshipRow.read(value).token] = rel
        self._sender.start()
        self.upkeep.start()
        for (rel,), when in await self.store.scan("timer"):
            self._sender.wake(rel, int.from_bytes(when, "big"))
        waiting = [key[0] for key, _ in await self.store.scan("outbox")]
        asking = () if self.settings.poll is None else self._tokens.values()
        for rel in dict.fromkeys([*waiting, *asking]):
            self._sender.wake(rel)

    async def stop(self) -> None:
        """Stop sending. What was not sent is in the store."""
        await self._sender.stop()
        await self.upkeep.stop()

    # -- relationships ---------------------------------------------------------------------------

    async def relationships(self) -> dict[bytes, rows.RelationshipRow]:
        """All relationships, by rel, without loading them.

        Raises:
            StoreError: as `Store.scan`; store-row.
        """
        found = await self.store.scan("relationship")
        return {key[0]: rows.RelationshipRow.read(value) for key, value in found}

    @asynccontextmanager
    async def hold(self, rel: bytes) -> AsyncIterator[Relationship]:
        """A relationship, loaded, with nobody else changing it.

        Whatever is changed in its session has to be committed before the context is left; an
        exception in the context throws the relationship out of memory.

        Raises:
            LocalProtocolError: relationship-unknown. StoreError: as `Store.scan`; store-row.
        """
        async with self.loaded.hold(rel) as relationship:
            try:
                yield relationship
            except asyncio.CancelledError:
                self._sender.wake(rel)  # what was committed nevertheless has to be sent
                raise

    async def write(
        self, rel: bytes, type: str, body: Mapping[str, Any], contents: Sequence[Content] = ()
    ) -> Statement:
        """Sign a statement, durably, and send it as soon as the peer can be reached.

        Returns:
            The statement.

        Raises:
            LocalProtocolError: as `Session.write`; relationship-unknown.
            StoreError: as `Store.commit`; then nothing was signed that anybody could ever see.
        """
        await self._sender.meet(rel)
        async with self.hold(rel) as relationship:
            events, failed = say(
                relationship.session, Say(type, body, tuple(contents)), self.clock()
            )
            await self.commit(relationship, events)
        self.after(relationship, events)
        if failed is not None:
            raise failed
        written = events[-1]
        assert isinstance(written, StatementsWritten)
        return written.statement

    async def meet(self, rel: bytes) -> None:
        """Exchange heads once after a start, if the peer answers soon; see `Sender.meet`."""
        await self._sender.meet(rel)

    async def call(self, rel: bytes) -> bool:
        """Send what waits and ask the peer for news, now.

        Returns:
            Whether the peer was reached.

        Raises:
            LocalProtocolError: relationship-unknown. StoreError: as `Store.scan`; store-row.
        """
        async with self.hold(rel) as relationship:
            if relationship.session.joined:
                relationship.session.ping()
        return await self._sender.round(rel)

    async def erase(self, rel: bytes, act: Erase) -> Statement:
        """Delete openings here and sign `erased`.

        Raises:
            LocalProtocolError: erase-scope; as `write`. StoreError: as `Store.commit`; store-busy
                if the deletion could not be made final yet (it is done, and `purge` may be called
                again).
        """
        await self._sender.meet(rel)
        async with self.hold(rel) as relationship:
            written, deletions = erasure.erase(relationship.session, act, self.clock())
            await self.commit(relationship, [written], deletions)
        self.after(relationship, [written])
        await self.store.purge()
        return written.statement

    async def handle(self, token: str, message: bytes) -> bytes | None:
        """Take in a message for a mailbox; the handler for `Transport.listen`.

        Returns:
            The response, b"" for none, None for a mailbox that is not ours.
        """
        rel = self._tokens.get(token)
        if rel is not None:
            return await self.receive(rel, message, respond=True)
        if token in self.arrivals.doors:
            return await self.arrivals.knock(token, message)
        return None

    async def receive(self, rel: bytes, message: bytes, *, respond: bool) -> bytes:
        """Take in a message of a relationship; the response, if one may be given, or b""."""
        async with self.hold(rel) as relationship:
            session, now = relationship.session, self.clock()
            events = session.receive(message, now)
            changes = await self.react(relationship, events, now)
            events += session.settle(now)
            changes += self._confirmed(relationship, events)
            await self.commit(relationship, events, changes)
            response = session.response_to_send(now) if respond else None
        self.after(relationship, events)
        return response or b""

    async def due(self, rel: bytes) -> tuple[Relationship, list[bytes]]:
        """Do what a relationship's timer asks for, and give the frames that are to be sent."""
        async with self.hold(rel) as relationship:
            session, now = relationship.session, self.clock()
            events = session.handle_timer(now)
            changes = await self.react(relationship, events, now)
            await self.commit(relationship, events, changes)
            if relationship.ask_at is not None and relationship.ask_at <= now:
                session.ping()
            frames = session.frames_to_send(now) if relationship.addresses else []
        self.after(relationship, events, wake=False)
        return relationship, frames

    # -- parties, invitations, opening -----------------------------------------------------------

    async def author(self, party: bytes) -> Author:
        """Who signs for an own party.

        Raises:
            LocalProtocolError: author-key if its live key is not here. StoreError.
        """
        history = await parties.load_history(self.store, party)
        author = None
        if history is not None and not self.withheld:
            author = await parties.load_author(self.store, self.vault, history)
        if author is None:
            raise LocalProtocolError("author-key")
        return author

    async def connect(
        self,
        invitation: Invitation,
        author: Author,
        *,
        label: str,
        extra: Sequence[Change] = (),
        propose: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Open a relationship with whoever invited; the relationship's id.

        Args:
            invitation: as `open_invitation` verified it.
            author: the own party, whose rows may be among `extra`.
            label: what it is called here.
            extra: committed with it.
            propose: the body of a first offer that travels with the open.

        Raises:
            LocalProtocolError: as `begin` and `Session.write`. StoreError: as `Store.commit`.
        """
        now = self.clock()
        token = self.new_token()
        session, events = begin(
            author,
            card=invitation.card,
            peer=invitation.history,
            addresses=self.addresses(token),
            now=now,
            exp=min(invitation.card.exp, now + self.settings.open_for),
            entropy=self.entropy,
            secret=invitation.secret,
        )
        if propose is not None:
            events.append(session.write("propose", propose, now))
        row = rows.RelationshipRow(
            me=author.party,
            peer=invitation.card.party,
            token=token,
            label=label,
            since=now,
            card=invitation.card.addresses,
        )
        known = parties.history_rows(invitation.history)
        await self.admit(Relationship(row, session), events, [*extra, *known])
        return session.rel

    # -- inside ----------------------------------------------------------------------------------

    async def _load(self, rel: bytes) -> Relationship:
        found = await load_relationship(
            self.store,
            self.vault,
            rel,
            now=self.clock(),
            entropy=self.entropy,
            signs=not self.withheld,
        )
        if found is None:
            raise LocalProtocolError("relationship-unknown")
        self._sender.wake(rel)
        return found

    async def commit(
        self, relationship: Relationship, events: Sequence[Event], extra: Sequence[Change] = ()
    ) -> None:
        """Make durable what happened in a relationship that is held.

        Raises:
            StoreError: as `Store.commit`.
        """
        changes = [*relationship.changes(events, self.vault), *extra]
        await self.store.commit(changes)
        self.upkeep.committed(events, changes)

    async def react(
        self, relationship: Relationship, events: list[Event], now: int
    ) -> list[Change]:
        """Let the reactions speak; what they sign is appended to `events`."""
        session = relationship.session
        changes: list[Change] = []
        acts: list[Act] = [
            act
            for reaction in self.settings.reactions
            for act in reaction(session, tuple(events), now)
        ]
        for act in acts:
            if isinstance(act, Erase):
                written, deletions = erasure.erase(session, act, now)
                events.append(written)
                changes += deletions
                continue
            said, failed = say(session, act, now)
            events += said
            if failed is not None:
                LOG.warning("not said of our own accord: %s: %s", act.type, failed.code)
        return changes

    def _confirmed(self, relationship: Relationship, events: Sequence[Event]) -> list[Change]:
        """The peer holds the join: the card it came with is not needed any more."""
        used = relationship.row.used
        if used is None or not any(isinstance(event, PskConfirmed) for event in events):
            return []
        relationship.row = replace(relationship.row, used=None)
        changes = self.arrivals.doors.close(relationship.row.me, used)
        return [*changes, relationship.row.put(relationship.rel)]

    def after(
        self, relationship: Relationship, events: Sequence[Event], *, wake: bool = True
    ) -> None:
        """Tell the observers what was committed, and send what came of it."""
        for event in events:
            if isinstance(event, Refused):
                LOG.info("refused: %s %s", event.code, event.where)
        if events:
            for observer in tuple(self.observers):
                try:
                    observer(relationship.rel, events)
                except Exception as error:  # noqa: BLE001 - what was committed stays committed
                    LOG.error("an observer failed: %s", type(error).__name__)
        if wake and events:
            self._sender.wake(relationship.rel)

    def new_token(self) -> str:
        """A mailbox nobody can guess: 128 random bits."""
        return base64.urlsafe_b64encode(self.entropy(16)).decode("ascii").rstrip("=")

    async def admit(
        self, relationship: Relationship, events: list[Event], extra: Sequence[Change]
    ) -> None:
        """Keep a new relationship, with whatever else its beginning changes.

        Raises:
            StoreError: as `Store.commit`; then there is no such relationship.
        """
        changes = await self.react(relationship, events, self.clock())
        rel, row = relationship.rel, relationship.row
        self._tokens[row.token] = rel
        try:
            await self.commit(relationship, events, [row.put(rel), *extra, *changes])
        except StoreError:
            del self._tokens[row.token]
            raise
        except asyncio.CancelledError:
            self._sender.wake(rel)  # it may be there: then it is loaded, and goes on
            raise
        self.loaded.add(relationship)
        self.after(relationship, events)
