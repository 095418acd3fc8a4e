"""Who comes: invitations given out, and the relationships others open with us."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from linkcontract.driver import parties, rows
from linkcontract.driver.doors import Doors, Issued, issue
from linkcontract.driver.relationship import Relationship
from linkcontract.encoding import cid_text
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.protocol import Author, OpenArrived, PendingOpen, join
from linkcontract.protocol.events import Refused
from linkcontract.store.port import Change

if TYPE_CHECKING:
    from linkcontract.driver.engine import Engine

LOG: Final = logging.getLogger("linkcontract.driver")


class Arrivals:
    """The doors of an engine.

    Attributes:
        doors: by mailbox.
    """

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._lock = asyncio.Lock()
        self.doors = Doors(engine.store, engine.vault)

    async def load(self) -> None:
        """Read the doors from the store. Raises StoreError: as `Store.scan`; store-row."""
        async with self._lock:
            await self.doors.load()
        self._engine.upkeep.destroyed()  # what is void is deleted

    async def tidy(self) -> None:
        """Delete cards that ran out, with their secrets, and opens that cannot be replayed.

        Raises:
            StoreError: as `Store.commit`; then nothing was deleted.
        """
        async with self._lock:
            await self._tidy()

    async def invite(
        self,
        author: Author,
        *,
        once: bool,
        exp: int,
        label: str | None = None,
        domains: Sequence[str] = (),
        extra: Sequence[Change] = (),
    ) -> Issued:
        """Issue a card and open its mailbox.

        Args:
            author: the inviting party, whose rows may be among `extra`.
            once, exp, label, domains: as `doors.issue`.
            extra: committed with it.

        Raises:
            LocalProtocolError: as `doors.issue`. StoreError: as `Store.commit`.
        """
        engine = self._engine
        token = engine.new_token()
        issued = issue(
            author,
            engine.vault,
            addresses=engine.addresses(token),
            token=token,
            once=once,
            label=label,
            domains=domains,
            now=engine.clock(),
            exp=exp,
            entropy=engine.entropy,
        )
        async with self._lock:
            await engine.store.commit([*extra, *issued.changes])
            self.doors.add(author.history, issued.card, issued.row, issued.prekey, issued.secret)
        return issued

    async def knock(self, token: str, message: bytes) -> bytes | None:
        """Take in an open somebody sends to one of the doors.

        Returns:
            The response, b"" for none, None if there is no such door any more.

        Raises:
            StoreError: as `Store.commit`; then nothing was decided.
        """
        engine = self._engine
        async with self._lock:
            await self._tidy()
            if token not in self.doors:
                return None
            door, now = self.doors.door(token), engine.clock()
            event = door.receive(message, now)
            if isinstance(event, Refused):
                LOG.info("refused at a door: %s %s", event.code, event.where)
                return b""
            if isinstance(event, OpenArrived):
                return await self._join(token, event.pending, now)
        try:
            async with engine.hold(event.rel) as relationship:
                events = relationship.session.open_repeated(now)
                await engine.commit(relationship, events)
                return relationship.session.response_to_send(now) or b""
        except LocalProtocolError:
            return b""  # decided on and not joined

    async def _join(self, token: str, pending: PendingOpen, now: int) -> bytes:
        engine = self._engine
        if engine.withheld or not engine.settings.admit(pending):
            LOG.info("an open was not admitted")
            return b""
        door = self.doors.door(token)
        author = await engine.author(door.history.party)
        mailbox = engine.new_token()
        session, events = join(
            pending, author, addresses=engine.addresses(mailbox), now=now, entropy=engine.entropy
        )
        label = self.doors.label_for(pending) or _label(pending.rel)
        try:
            until = door.decided(pending)
        except RemoteProtocolError as error:
            LOG.info("refused at a door: %s", error.code)
            return b""
        used, changes = self.doors.used_up(pending)
        row = rows.RelationshipRow(
            me=author.party,
            peer=pending.opener.party,
            token=mailbox,
            label=label,
            since=now,
            used=used,
        )
        changes += parties.history_rows(pending.opener)
        relationship = Relationship(row, session)
        changes.append(rows.consumed_row(pending.rel, until))
        try:
            await engine.admit(relationship, events, changes)
        except BaseException:
            await self.doors.load()  # the decision was not kept, or nobody knows
            raise
        return session.response_to_send(now) or b""

    async def _tidy(self) -> None:
        changes = self.doors.outdated(self._engine.clock())
        if not changes:
            return
        try:
            await self._engine.store.commit(changes)
        except BaseException:
            await self.doors.load()  # what could not be deleted is not forgotten
            raise
        self._engine.upkeep.destroyed()


def _label(rel: bytes) -> str:
    """A name for a relationship nobody named: the end of its id."""
    return cid_text(rel)[-10:]
