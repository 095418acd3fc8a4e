"""Rotating a node's keys: a person's from the recovery words, a vendor's with the offline signer.

Everything is computed first and committed as one transaction: key events, live keys, what renews
the next keys, and after a restore the machine marker that makes the data this machine's own again
(spec/decisions/0072). Nothing here speaks to a peer.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from linkcontract.crypto.next_keys import NONCE_LENGTH, next_key
from linkcontract.crypto.secret import Secret
from linkcontract.driver import Engine
from linkcontract.driver.parties import load_history
from linkcontract.driver.rotating import Rotation, adopt_rotations
from linkcontract.driver.rows import RelationshipRow
from linkcontract.driver.vault import live_key
from linkcontract.errors import NodeError, StoreError
from linkcontract.limits import MAX_KEY_EVENTS
from linkcontract.model.party import KeyHistory, rotate
from linkcontract.node.marker import META_SPACE, Standing, plant
from linkcontract.node.next_key_pool import POOL_LOW, NextKeyPool, announce
from linkcontract.node.restoring import COMPROMISED
from linkcontract.node.service import Node
from linkcontract.node.signer import Signer
from linkcontract.store.port import Change, Delete

NEARLY_FULL: Final = MAX_KEY_EVENTS - 4
"""Key events of one party from which on `rotate` says that there will soon be no room."""


@dataclass(frozen=True, slots=True)
class Member:
    """An own party.

    Attributes:
        history: its key history.
        rel, label: of its relationship; None for a party nobody has connected with, and for a
            vendor's public party, which has many.
        last: the key event its newest statement in that relationship is signed with, or None.
    """

    history: KeyHistory = field(repr=False)
    rel: bytes | None = None
    label: str | None = None
    last: bytes | None = None

    @property
    def head(self) -> bytes:
        """The event to follow: where the history has parted, the one this feed goes on from."""
        history = self.history
        heads = [
            head for head in history.heads if self.last is None or history.reaches(head, self.last)
        ] or list(history.heads)
        return max(heads, key=lambda head: (history.events[head].seq, head))

    @property
    def full(self) -> bool:
        """Whether its history has no room for another event."""
        return len(self.history.events) >= MAX_KEY_EVENTS


@dataclass(frozen=True, slots=True)
class Rotated:
    """A party that has a new key: the event that brought it, its position, how many there are."""

    member: Member
    event: bytes
    seq: int
    events: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rotation did.

    Attributes:
        rotated: one for each party.
        full: parties that had no room for another key event.
        void: how many open invitations nobody can use any more.
    """

    rotated: tuple[Rotated, ...]
    full: tuple[Member, ...]
    void: int


async def person_parties(node: Node, *, only: bytes | None, everything: bool) -> list[Member]:
    """The parties of a person's node that are to be rotated.

    Args:
        node: the person's.
        only: the relationship whose party alone it is.
        everything: also parties that were made for an invitation nobody has used; their links
            become void.

    Raises:
        StoreError: as `Store.scan`; store-row.
    """
    engine = node.engine
    found: dict[bytes, tuple[bytes, RelationshipRow]] = {
        row.me: (rel, row) for rel, row in (await engine.relationships()).items()
    }
    members = []
    for (party,), _ in await engine.store.scan("party"):
        if party in found:
            rel, row = found[party]
            if only in (None, rel):
                members.append(await _member(engine, party, rel, row.label))
        elif everything and only is None:
            members.append(Member(await _history(engine, party)))
    return members


def check_words(node: Node, seed: Secret, members: Sequence[Member]) -> None:
    """Whether recovery words give the next key of every party.

    Args:
        node: the person's; if it has no party yet, its pool knows which words it was made with,
            unless it comes from a backup.
        seed: of the words.
        members: own parties.

    Raises:
        NodeError: words-mismatch, with the label of the first they do not fit.
    """
    if not members and node.home.pool.knows_words:
        node.home.pool.check_words(seed)
    for member in members:
        event = member.history.events[member.head]
        if announce(seed, event.nonce).digest != event.next:
            hint = (
                "these are other words: take those shown when the node was made, or those it was "
                "changed to since"
            )
            raise NodeError("words-mismatch", member.label or "", hint)


async def rotate_person(
    node: Node, seed: Secret, *, only: bytes | None = None, new_seed: Secret | None = None
) -> Outcome:
    """Rotate the parties of a person's node.

    Args:
        node: the person's.
        seed: of the recovery words.
        only: the relationship whose party alone is rotated; None for all.
        new_seed: of new words, which from now on take the place of these.

    Raises:
        NodeError: words-mismatch, rotate-full, file-… for the machine marker. StoreError: as
            `Store.commit`; nothing was rotated then, except with store-busy (see
            `adopt_rotations`).
    """
    restored = node.standing is Standing.RESTORED
    everything = restored or new_seed is not None
    members = await person_parties(node, only=only, everything=everything)
    check_words(node, seed, members)
    pool = node.home.pool
    renewed: NextKeyPool | None = None
    extra: list[Change] = []
    if everything:
        renewed, extra = pool.renewed(seed if new_seed is None else new_seed)
    elif len(pool) < POOL_LOW:
        extra = pool.refill(seed)
    outcome = await _adopt(
        node, [_rotation(each, seed, new_seed or seed) for each in members], extra
    )
    if renewed is not None:
        pool.become(renewed)
    if new_seed is None:
        return outcome
    # A party made in the very moment of the change was announced from the old words still.
    late = [
        each
        for each in await person_parties(node, only=None, everything=True)
        if announce(new_seed, each.history.events[each.head].nonce).digest
        != each.history.events[each.head].next
        and not each.full
    ]
    if late:
        again = await _adopt(node, [_rotation(each, seed, new_seed) for each in late], ())
        outcome = Outcome((*outcome.rotated, *again.rotated), outcome.full, outcome.void)
    return outcome


async def rotate_vendor(node: Node, signer_file: Path, passphrase: Secret) -> Outcome:
    """Rotate the public party of a vendor's node with its offline signer.

    The signer's record comes first: an event it has signed and the store lacks was either lost in
    a crash, and then nothing was signed under it, or lost in a restore, and then something may
    have been. The new event follows it in both cases, so nothing can stand on two branches under
    one key.

    Raises:
        NodeError: signer-…, keyfile-… as `Signer`; rotate-full. StoreError: as `rotate_person`.
    """
    party = node.home.identity.party
    assert party is not None  # a vendor has one
    history = await _history(node.engine, party)

    def sign() -> Rotation:
        with Signer(signer_file, passphrase, entropy=os.urandom) as signer:
            whole = signer.up_to_date(history)
            member = Member(whole)
            if member.full:
                raise NodeError("rotate-full")
            signed = signer.rotate(whole, member.head)
            return Rotation(whole.extend([signed.envelope]), signed.key.secret)

    rotation = await asyncio.to_thread(sign)
    return await _adopt(node, [(Member(history), rotation)], ())


async def _adopt(
    node: Node, made: Sequence[tuple[Member, Rotation | None]], extra: Sequence[Change]
) -> Outcome:
    """Commit rotations, and what they make true of the node."""
    rotations = [rotation for _, rotation in made if rotation is not None]
    full = [member for member, rotation in made if rotation is None]
    if full and not rotations:
        raise NodeError("rotate-full", full[0].label or "")
    changes = list(extra)
    if node.standing is Standing.RESTORED:
        changes.append(Delete(META_SPACE, COMPROMISED))
        # Where there is no room for a rotation, the key that may have signed what was lost must
        # not sign again.
        changes += [node.home.keystore.forget(live_key(each.history.party)) for each in full]
        changes.append(plant(node.config.marker, node.home.keystore.entropy))
    parties = {rotation.history.party for rotation in rotations}
    void = sum(map(node.engine.arrivals.doors.outstanding, parties))
    try:
        await adopt_rotations(node.engine, rotations, changes)
    except StoreError as error:
        if error.code == "store-busy":
            node.standing = Standing.HERE  # committed; what is left is to overwrite the old keys
        raise
    node.standing = Standing.HERE
    rotated = [
        _rotated(member, rotation.history) for member, rotation in made if rotation is not None
    ]
    return Outcome(tuple(rotated), tuple(full), void)


def _rotation(member: Member, seed: Secret, next_seed: Secret) -> tuple[Member, Rotation | None]:
    if member.full:
        return member, None
    history, head = member.history, member.head
    key = next_key(seed, history.events[head].nonce)
    following = announce(next_seed, os.urandom(NONCE_LENGTH))
    envelope = rotate(history, head, key, following.digest, following.nonce)
    return member, Rotation(history.extend([envelope]), key.secret)


def _rotated(member: Member, history: KeyHistory) -> Rotated:
    newest = tuple(history.events.values())[-1]  # a history keeps the order of adding
    return Rotated(member, newest.id, newest.seq, len(history.events))


async def _member(engine: Engine, party: bytes, rel: bytes, label: str) -> Member:
    async with engine.hold(rel) as relationship:
        last = relationship.session.link.own_head()
    history = await _history(engine, party)
    return Member(history, rel, label, None if last is None else last.ks)


async def _history(engine: Engine, party: bytes) -> KeyHistory:
    history = await load_history(engine.store, party)
    if history is None:
        raise StoreError("store-row", "keyevent")
    return history
