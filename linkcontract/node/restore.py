"""Laying a backup down on an empty machine: a node that is whole, and that may not sign yet.

The rows go into a new data directory, the secrets among them sealed under a fresh storage key. No
machine marker is planted, so the node opens as RESTORED: it asks its peers and rotates its keys
before anything else is signed (spec: ledger, K5). A backup that does not give a node that opens is
refused as a whole, and nothing is left behind.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from linkcontract.crypto.secret import Secret
from linkcontract.driver import rows
from linkcontract.driver.parties import load_history
from linkcontract.driver.relationship import load_relationship
from linkcontract.driver.summary import summarise
from linkcontract.errors import NodeError, StoreError
from linkcontract.limits import MIB
from linkcontract.model.party import KeyHistory
from linkcontract.node.backup_file import BackupReader, Description, Row
from linkcontract.node.config import Role
from linkcontract.node.home import Identity, NewHome
from linkcontract.node.keystore import Keystore
from linkcontract.node.marker import META_SPACE
from linkcontract.node.next_key_pool import announce
from linkcontract.node.restoring import COMPROMISED
from linkcontract.store.port import Change, Put, Store

_BATCH: Final = 4 * MIB


@dataclass(frozen=True, slots=True)
class Restored:
    """What was laid down: how many relationships and statements, and those never joined.

    Attributes:
        unjoined: labels of relationships whose join came after the backup or never; what could
            open it is in no backup, so they cannot go on and have to be opened anew.
    """

    relationships: int
    statements: int
    unjoined: tuple[str, ...]


@contextmanager
def open_backup(path: Path, passphrase: Secret) -> Iterator[BackupReader]:
    """Open a backup file for reading.

    Raises:
        NodeError: file-missing, file-unreadable; as `BackupReader`, with the file as the place.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NodeError("file-missing", str(path)) from None
    except OSError as error:
        raise NodeError("file-unreadable", str(path), os.strerror(error.errno or 0)) from None
    with os.fdopen(descriptor, "rb") as file:
        try:
            yield _reader(file, passphrase)
        except NodeError as error:
            # What is wrong inside of a sealed file helps nobody; which file it is does.
            if error.code == "backup-form" or error.where == "backup":
                raise NodeError(error.code, str(path), error.hint) from None
            raise
        except OSError as error:
            raise NodeError("file-unreadable", str(path), os.strerror(error.errno or 0)) from None


def _reader(file: BinaryIO, passphrase: Secret) -> BackupReader:
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise NodeError("backup-form", hint="it is not a regular file")
    return BackupReader(file, passphrase)


def identity_of(description: Description) -> Identity:
    """Whose node a backup is of."""
    return Identity(Role(description.role), description.party, description.created)


async def lay_down(
    home: NewHome, backup: BackupReader, *, seed: Secret | None, compromised: bool, now: int
) -> Restored:
    """Fill a data directory in the making from a backup.

    Args:
        home: as `create_home` gives it.
        backup: opened; its rows are read here.
        seed: of the recovery words, to see now whether they are the right ones; None to see it
            when they are needed.
        compromised: somebody else may have the live keys: nothing signed after the backup is
            taken back.
        now: Unix ms.

    Raises:
        NodeError: backup-form; words-mismatch, with the label of the relationship.
            StoreError: as `Store.commit`.
    """
    batch: list[Change] = []
    size = statements = 0
    for row in backup.rows():
        batch.append(_change(home.keystore, row))
        size += len(row.value)
        statements += row.space == "statement"
        if size >= _BATCH:
            await home.store.commit(batch)
            batch, size = [], 0
    await home.store.commit(batch)
    identity = identity_of(backup.description)
    try:
        labels, unjoined = await _check(home.store, home.keystore, identity, now)
    except StoreError as error:
        if error.code != "store-row":
            raise
        raise NodeError("backup-form", error.where, "its rows do not fit together") from None
    if seed is not None:
        for label, history in labels:
            check_words(seed, history, label)
    marks = [Put(META_SPACE, COMPROMISED, b"")] if compromised else []
    await home.settle_unmarked(identity, marks)
    return Restored(len(labels), statements, tuple(unjoined))


def check_words(seed: Secret, history: KeyHistory, label: str) -> None:
    """Whether words give the key that a party's newest key event announces.

    Args:
        seed: of the words.
        history: the party's own.
        label: of its relationship, for the error.

    Raises:
        NodeError: words-mismatch.
    """
    for head in history.heads:
        event = history.events[head]
        if announce(seed, event.nonce).digest == event.next:
            return
    hint = "these are other words; take those shown when the node was made, or changed to since"
    raise NodeError("words-mismatch", label, hint)


def _change(keystore: Keystore, row: Row) -> Put:
    if row.is_secret:
        return keystore.put(row.key, Secret(row.value))
    return Put(row.space, row.key, row.value)


async def _check(
    store: Store, keystore: Keystore, identity: Identity, now: int
) -> tuple[Sequence[tuple[str, KeyHistory]], Sequence[str]]:
    """Load every relationship once, as the node will; the summaries are made anew.

    Returns:
        Label and own key history of each relationship, and the labels of those never joined.
    """
    if identity.party is not None and await load_history(store, identity.party) is None:
        raise StoreError("store-row", "party")
    own = {key[0]: rows.PartyRow.read(value) for key, value in await store.scan("party")}
    labels, unjoined = [], []
    for key, _ in await store.scan("relationship"):
        found = await load_relationship(store, keystore, key[0], now=now, entropy=keystore.entropy)
        if found is None or found.rel != key[0] or found.row.me not in own:
            raise StoreError("store-row", "relationship")
        labels.append((found.row.label, found.session.histories[found.row.me]))
        if not found.session.joined:
            unjoined.append(found.row.label)
        await store.commit([Put("cache", key, summarise(found.session))])
    return labels, unjoined
