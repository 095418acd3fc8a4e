"""Rotating own keys, and answering afterwards what came while nothing could be signed.

A rotation is one transaction for any number of parties: their key events, their new live keys in
place of the old ones, and whatever else makes them hold. What a relationship says of it, the
`rotate` statement, is written when it next has something to say (spec: ledger, A2); only where
something was lost, it is written at once, since nothing else can be said before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.secret import Secret
from linkcontract.driver import parties, rows
from linkcontract.driver.engine import Engine
from linkcontract.driver.erasure import in_scope
from linkcontract.driver.relationship import Relationship
from linkcontract.driver.vault import live_key
from linkcontract.errors import LocalProtocolError
from linkcontract.model.party import KeyHistory
from linkcontract.protocol import Author, Restoring, Session
from linkcontract.protocol.events import Event, OpeningsHeld, StatementsHeld
from linkcontract.store.port import Change


@dataclass(frozen=True, slots=True)
class Rotation:
    """An own party's next key.

    Attributes:
        history: the party's own history with the new key event.
        live: the seed of the key that event holds.
    """

    history: KeyHistory
    live: Secret = field(repr=False)


async def adopt_rotations(
    engine: Engine, rotations: Sequence[Rotation], extra: Sequence[Change] = ()
) -> None:
    """Sign with new keys from now on; the old live keys are destroyed.

    After this the engine withholds nothing any more: what else that takes, such as a new machine
    marker, is among `extra`.

    Args:
        engine: of the node.
        rotations: one for each party.
        extra: committed with them.

    Raises:
        LocalProtocolError: author-key if a key is not that of a head of its history, or the
            history lacks an event that was learned meanwhile; nothing was committed.
        StoreError: as `Store.commit`; store-busy if the old keys could not be overwritten yet
            (the rotation holds, and `Store.purge` may be called again).
    """
    authors, changes = {}, list[Change]()
    for rotation in rotations:
        author = Author(rotation.history, SigningKey(rotation.live))
        known = await parties.load_history(engine.store, author.party)
        if known is not None and not set(known.events) <= set(rotation.history.events):
            raise LocalProtocolError("author-key")
        authors[author.party] = author
        changes += parties.history_rows(rotation.history)
        changes.append(engine.vault.put(live_key(author.party), rotation.live))
    await engine.store.commit([*changes, *extra])
    everywhere, engine.withheld = engine.withheld, False
    for relationship in await engine.loaded.all():
        new = authors.get(relationship.session.me)
        async with relationship.lock:
            if new is not None:
                _sign_with(engine, relationship, new)
            elif everywhere:
                engine.loaded.discard(relationship)
    await engine.arrivals.load()
    await engine.store.purge()


def _sign_with(engine: Engine, relationship: Relationship, author: Author) -> None:
    try:
        relationship.session.set_author(author)
    except LocalProtocolError:
        engine.loaded.discard(relationship)  # loaded anew, it finds the place that fits


async def tell_rotation(engine: Engine, rel: bytes) -> bytes | None:
    """Write the `rotate` statement a relationship owes now, instead of before its next statement.

    After a restore this ends the silence: what came meanwhile is answered as if it came now, and
    openings that were erased here after the backup are erased again.

    Returns:
        The id of the rotate statement; None if none is owed, or the relationship cannot take one.

    Raises:
        LocalProtocolError: as `Session.write`. StoreError: as `Store.commit`.
    """
    async with engine.hold(rel) as relationship:
        silent = relationship.session.restoring is not Restoring.NO
    if not silent:
        await engine.meet(rel)
    async with engine.hold(rel) as relationship:
        session, now = relationship.session, engine.clock()
        author = session.link.author
        if author is None or not author.must_rotate(session.ledger):
            return None
        silent = session.restoring is not Restoring.NO
        written = session.write("rotate", {}, now)
        rotate = next(each for each in written.statements if each.type == "rotate")
        events: list[Event] = [written]
        changes: list[Change] = []
        if silent:
            changes += _erase_again(session)
            arrived = _arrived(session)
            told = len(arrived)
            changes += await engine.react(relationship, arrived, now)
            events += arrived[told:]
            events += session.settle(now)
        await engine.commit(relationship, events, changes)
    engine.after(relationship, events)
    if changes:
        await engine.store.purge()
    return rotate.id


def _arrived(session: Session) -> list[Event]:
    """What the peer has said so far, as the events that reactions know."""
    feed = session.ledger.feed(session.peer)
    events: list[Event] = [StatementsHeld(tuple(feed))] if feed else []
    for statement in feed:
        openings = session.openings(statement.id)
        if openings and statement.body is not None:
            complete = len(openings) == len(statement.body["items"])
            events.append(OpeningsHeld(statement.id, openings, complete))
    return events


def _erase_again(session: Session) -> list[Change]:
    """A backup brings back openings that were erased after it was made."""
    changes: list[Change] = []
    for own in session.ledger.feed(session.me):
        if own.type != "erased" or own.body is None:
            continue
        try:
            names = list(in_scope(session, own.body["ref"], own.body["scope"]))
        except LocalProtocolError:
            continue
        for name in names:
            if not session.ledger.in_past(name, own.id):
                continue  # shared again since
            opened = session.openings(name)
            changes += [rows.forget_opening(session.rel, opening) for opening in opened]
            session.forget_openings(name)
    return changes
