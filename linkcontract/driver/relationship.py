"""One relationship in memory: its session, its row, and the changes that keep both.

What is here can be thrown away at any moment and loaded again: the store is the truth.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from linkcontract.crypto.secret import Secret
from linkcontract.driver import rows
from linkcontract.driver.parties import history_rows, load_author, load_history
from linkcontract.driver.summary import summarise
from linkcontract.driver.vault import Vault, fleeting, lasting
from linkcontract.errors import RemoteProtocolError, StoreError
from linkcontract.model.items import Opening
from linkcontract.model.party import KeyHistory
from linkcontract.model.statement import Statement, open_statement
from linkcontract.protocol import Session, Snapshot, load
from linkcontract.protocol.events import (
    BodiesHeld,
    Event,
    KeyEventsLearned,
    OpeningsHeld,
    PeerCovers,
    StatementsHeld,
    StatementsWritten,
)
from linkcontract.protocol.prekeys import Entropy
from linkcontract.protocol.writing import next_expiry
from linkcontract.store.port import Change, Delete, Put, Store


@dataclass(slots=True)
class Relationship:
    """A loaded relationship.

    Attributes:
        row: how the node knows it.
        session: the protocol.
        lock: held from a change in memory until its commit; nothing is sent under it.
        stale: a commit failed, so what is in memory is not what is stored: load again.
        outbox: the statements that have a row in the outbox.
        kept: what of the session's snapshot is stored.
        timer: when a stored timer is due, as it is stored.
        ask_at: when the peer is asked for news next, Unix ms, where it cannot reach us.
        missed: how many rounds in a row did not reach the peer.
    """

    row: rows.RelationshipRow
    session: Session
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    stale: bool = False
    outbox: set[bytes] = field(default_factory=set)
    kept: Snapshot | None = None
    timer: int | None = None
    ask_at: int | None = None
    missed: int = 0

    @property
    def rel(self) -> bytes:
        """CID of the open payload."""
        return self.session.rel

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the peer is reached: as its open or join says, before that as its card said."""
        return self.session.peer_addresses or self.row.card or ()

    def changes(self, events: Sequence[Event], vault: Vault) -> list[Change]:
        """What one call of the session adds to the store, as one batch.

        An own statement demands that none was signed at its place before: whoever signs from
        memory that is older than the store fails here, before anything of it leaves.
        """
        changes: list[Change] = []
        for event in events:
            match event:
                case StatementsHeld(statements=statements):
                    changes += _statement_changes(statements)
                case StatementsWritten(statements=statements, openings=openings):
                    for own in statements:
                        changes += rows.follower_row(own)
                    changes += _statement_changes(statements)
                    changes += [rows.opening_row(self.rel, opening) for opening in openings]
                case BodiesHeld(statements=statements):
                    changes += [rows.body_row(statement) for statement in statements]
                case OpeningsHeld(openings=openings):
                    changes += [rows.opening_row(self.rel, opening) for opening in openings]
                case KeyEventsLearned(party=party):
                    changes += history_rows(self.session.histories[party])
                case PeerCovers(ids=ids):
                    changes += [Delete("outbox", (self.rel, name)) for name in ids]
                    self.outbox.difference_update(ids)
                case _:
                    pass
        new = [name for name in self.session.outbox if name not in self.outbox]
        changes += [Put("outbox", (self.rel, name), b"") for name in new]
        self.outbox.update(new)
        if changes:
            summary = summarise(self.session)
            changes.append(Put("cache", (self.rel,), summary))
        return [*changes, *self._snapshot_changes(vault), *self._timer_changes()]

    def _snapshot_changes(self, vault: Vault) -> list[Change]:
        snapshot, kept = self.session.snapshot(), self.kept
        changes: list[Change] = []
        if kept is None or kept.state != snapshot.state:
            changes.append(Put("session", (self.rel,), snapshot.state))
        if kept is None or kept.lasting != snapshot.lasting:
            changes.append(vault.put(lasting(self.rel), Secret(snapshot.lasting)))
        if kept is None or kept.fleeting != snapshot.fleeting:
            changes.append(vault.put(fleeting(self.rel), Secret(snapshot.fleeting)))
        self.kept = snapshot
        return changes

    def _timer_changes(self) -> list[Change]:
        """A retraction or a destruction that is due later must not wait for somebody to load this
        relationship after a restart."""
        link = self.session.link
        times = (next_expiry(link), link.secrets.ring.next_time())
        timer = min((time for time in times if time is not None), default=None)
        if timer == self.timer:
            return []
        self.timer = timer
        return [rows.timer_row(self.rel, timer)]


async def load_relationship(
    store: Store, vault: Vault, rel: bytes, *, now: int, entropy: Entropy, signs: bool = True
) -> Relationship | None:
    """Build a relationship from its rows; None if there is none.

    Args:
        store, vault: where they are.
        rel: its id.
        now: Unix ms.
        entropy: fresh random bytes.
        signs: whether it gets its live key.

    Raises:
        StoreError: as `Store.scan`; store-row if the rows are not what was written.
    """
    found = await store.scan("relationship", (rel,))
    if not found:
        return None
    row = rows.RelationshipRow.read(found[0][1])
    state = await store.scan("session", (rel,))
    durable = await vault.read(store, lasting(rel))
    if not state or durable is None:
        raise StoreError("store-row", "session")
    brief = await vault.read(store, fleeting(rel))
    snapshot = Snapshot(
        state=state[0][1],
        lasting=durable.expose(),
        fleeting=b"" if brief is None else brief.expose(),
    )
    histories = await _histories(store, (row.me, row.peer))
    author = await load_author(store, vault, histories[row.me]) if signs else None
    try:
        statements = await load_statements(store, rel, histories)
        session, _ = load(
            snapshot,
            statements,
            histories,
            openings=await load_openings(store, rel),
            author=author,
            now=now,
            entropy=entropy,
        )
    except RemoteProtocolError as error:
        raise StoreError("store-row", error.code) from error
    relationship = Relationship(row, session, kept=snapshot)
    relationship.timer = rows.read_timer(await store.scan("timer", (rel,)))
    relationship.outbox = {key[1] for key, _ in await store.scan("outbox", (rel,))}
    return relationship


async def load_statements(
    store: Store, rel: bytes, histories: dict[bytes, KeyHistory]
) -> list[Statement]:
    """Every stored statement of a relationship, verified again, with its body if that is stored.

    Raises:
        StoreError: as `Store.scan`; store-row. RemoteProtocolError: as `open_statement`.
    """
    bodies = {key[1]: rows.read_body(value) for key, value in await store.scan("body", (rel,))}
    statements = []
    for key, envelope in await store.scan("statement", (rel,)):
        statement = open_statement(envelope, histories)
        record = bodies.get(key[3])
        statements.append(statement if record is None else statement.with_body(record))
    return statements


async def load_openings(store: Store, rel: bytes) -> list[Opening]:
    """Every stored opening of a relationship. Raises StoreError: as `Store.scan`; store-row."""
    return [rows.read_opening(value) for _, value in await store.scan("opening", (rel,))]


async def _histories(store: Store, parties: Iterable[bytes]) -> dict[bytes, KeyHistory]:
    histories: dict[bytes, KeyHistory] = {}
    for party in parties:
        history = await load_history(store, party)
        if history is None:
            raise StoreError("store-row", "keyevent")
        histories[party] = history
    return histories


def _statement_changes(statements: Iterable[Statement]) -> list[Change]:
    return [row for statement in statements for row in rows.statement_rows(statement)]
