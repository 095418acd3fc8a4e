"""Making a backup: which rows it takes, at one moment for each relationship, beside a running node.

A relationship's rows are read together, so a backup never holds a statement without the state that
goes with it. Key histories only grow and are read last, so every key that a saved statement is
signed with is there.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linkcontract.crypto.keyfile import KeyfileCost
from linkcontract.crypto.secret import Secret
from linkcontract.driver.rows import RelationshipRow
from linkcontract.driver.vault import lasting
from linkcontract.encoding import decode, encode
from linkcontract.errors import RemoteProtocolError, StoreError
from linkcontract.limits import MAX_INTEGER
from linkcontract.node.backup_file import NEWEST_CARD, SECRET_SPACE, BackupWriter, Description, Row
from linkcontract.node.home import Identity
from linkcontract.node.keystore import Keystore
from linkcontract.node.marker import META_SPACE
from linkcontract.node.private_files import creating_private
from linkcontract.store.port import Key, Put, Store

LAST_BACKUP: Final = (b"backup",)
"""Row of the space "meta": when the newest backup was made."""

_OF_RELATIONSHIP: Final = ("relationship", "session", "statement", "body", "opening")
_MAX_TIME: Final = 16


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: how much it holds, its size in bytes, and when (Unix ms)."""

    relationships: int
    statements: int
    size: int
    at: int


async def make_backup(
    store: Store,
    keystore: Keystore,
    identity: Identity,
    path: Path,
    passphrase: Secret,
    *,
    now: int,
    cost: KeyfileCost | None = None,
) -> Made:
    """Write a new backup file, mode 0600, durable on return, and note that there is one.

    Args:
        store, keystore: of the node; it may be at work.
        identity: whose data it is.
        path: a new file.
        passphrase: of the backup.
        now: Unix ms.
        cost: of guessing the passphrase, by default that of a key file.

    Raises:
        NodeError: file-exists, file-unreadable, secret-unreadable. StoreError: as `Store.scan`
            and `Store.commit`; store-row.
        LocalProtocolError: as `seal_secrets`.
    """
    description = Description(
        role=identity.role.value, party=identity.party, created=identity.created, at=now
    )
    statements, parties, own = 0, set[bytes](), set[bytes]()
    if identity.party is not None:
        parties.add(identity.party)
        own.add(identity.party)
    relationships = [key[0] for key, _ in await store.scan("relationship")]
    with creating_private(path) as file:
        writer = await asyncio.to_thread(
            BackupWriter, file, description, passphrase, entropy=keystore.entropy, cost=cost
        )
        for rel in relationships:
            rows = await _relationship_rows(store, keystore, rel)
            for row in rows:
                if row.space == "relationship":
                    held = RelationshipRow.read(row.value)
                    parties.update((held.me, held.peer))
                    own.add(held.me)
            statements += sum(row.space == "statement" for row in rows)
            await asyncio.to_thread(_add, writer, rows)
        await asyncio.to_thread(_add, writer, await _party_rows(store, parties, own))
        await asyncio.to_thread(writer.finish)
        size = file.tell()
    await store.commit([Put(META_SPACE, LAST_BACKUP, encode(now))])
    return Made(len(relationships), statements, size, now)


async def last_backup(store: Store) -> int | None:
    """When the newest backup was made, Unix ms; None if none ever was.

    Raises:
        StoreError: as `Store.scan`; store-row.
    """
    found = await store.scan(META_SPACE, LAST_BACKUP)
    if not found:
        return None
    try:
        at = decode(found[0][1], max_bytes=_MAX_TIME)
    except RemoteProtocolError:
        at = None
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= MAX_INTEGER:
        raise StoreError("store-row", "backup")
    return at


async def _relationship_rows(store: Store, keystore: Keystore, rel: bytes) -> list[Row]:
    """The rows of one relationship, of one moment."""
    name = lasting(rel)
    ranges: list[tuple[str, Key]] = [(space, (rel,)) for space in _OF_RELATIONSHIP]
    *found, secrets = await store.scan_together([*ranges, (SECRET_SPACE, name)])
    rows = [
        Row(space, key, value)
        for space, each in zip(_OF_RELATIONSHIP, found, strict=True)
        for key, value in each
    ]
    return rows + [
        Row(SECRET_SPACE, key, keystore.open(key, sealed).expose()) for key, sealed in secrets
    ]


async def _party_rows(store: Store, parties: set[bytes], own: set[bytes]) -> list[Row]:
    """Key histories of both sides, own parties, opens that were decided on, cards seen.

    A party that was made for an invitation nobody has used is left out: without the prekey of its
    card, which is in no backup, nobody can come with that invitation any more.
    """
    ranges: list[tuple[str, Key]] = [("keyevent", (party,)) for party in sorted(parties)]
    ranges += [("party", (party,)) for party in sorted(own)]
    ranges += [("consumed", ()), (META_SPACE, (NEWEST_CARD,))]
    found = await store.scan_together(ranges)
    return list(_flattened(ranges, found))


def _flattened(
    ranges: list[tuple[str, Key]], found: list[list[tuple[Key, bytes]]]
) -> Iterator[Row]:
    for (space, _), each in zip(ranges, found, strict=True):
        for key, value in each:
            yield Row(space, key, value)


def _add(writer: BackupWriter, rows: list[Row]) -> None:
    for row in rows:
        writer.add(row)
