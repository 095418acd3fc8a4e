"""A node's data directory: made whole or not at all, opened by one process at a time.

    <data_dir>/lock           which process has it
    <data_dir>/keys           the key file
    <data_dir>/store.sqlite   everything else
    <data_dir>/admin.sock     while the node runs
    the marker                elsewhere, on purpose

`open_home` is the only way in: lock, passphrase, store, whose data it is, whether it is this
machine's.
"""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linkcontract.crypto.keyfile import KeyfileCost
from linkcontract.crypto.secret import Secret
from linkcontract.encoding import decode, encode, is_cid
from linkcontract.errors import NodeError, RemoteProtocolError
from linkcontract.node.config import NodeConfig, Role
from linkcontract.node.keystore import Entropy, Keystore, create_key_file, open_key_file
from linkcontract.node.lock import lock_directory
from linkcontract.node.marker import META_SPACE, Standing, count_up, judge, plant
from linkcontract.node.next_key_pool import NextKeyPool
from linkcontract.node.private_files import make_private_directory, sync_directory
from linkcontract.store.port import Change, Put, Store
from linkcontract.store.sqlite import SqliteStore

_IDENTITY: Final = (b"node",)
_VERSION: Final = 1
_MAX_IDENTITY: Final = 256


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose data this is: fixed when it is made.

    Attributes:
        role: as in the configuration, which must agree.
        party: the public party of a vendor (36 bytes); None for a person.
        created: Unix milliseconds.
    """

    role: Role
    party: bytes | None
    created: int


@dataclass(frozen=True, slots=True)
class Home:
    """An opened data directory. `standing` RESTORED: rotate before anything else is signed."""

    config: NodeConfig
    identity: Identity
    keystore: Keystore
    pool: NextKeyPool
    store: Store
    standing: Standing


@asynccontextmanager
async def open_home(
    config: NodeConfig, passphrase: Secret, purpose: str, *, entropy: Entropy = os.urandom
) -> AsyncIterator[Home]:
    """Open the data directory for one process.

    Args:
        config: where it is, and whose.
        passphrase: of the key file.
        purpose: the word others see while it is locked.

    Raises:
        NodeError: data-locked, file-…, config-value (made for the other role),
            secret-unreadable. RemoteProtocolError: keyfile-…. StoreError: as `SqliteStore.open`.
    """
    if not config.data_dir.is_dir():
        hint = "run `init`, or `restore` from a backup"
        raise NodeError("file-missing", str(config.data_dir), hint)
    make_private_directory(config.data_dir)
    with lock_directory(config.data_dir, purpose):
        keystore = open_key_file(config.key_file, passphrase, entropy=entropy)
        store = await SqliteStore.open(config.store_file)
        try:
            identity = await _read_identity(store)
            if identity.role is not config.role:
                hint = f"this data directory was made for a {identity.role}"
                raise NodeError("config-value", "role", hint)
            pool = await NextKeyPool.load(store, keystore)
            standing = await judge(store, config.marker)
            if standing is Standing.HERE:
                await count_up(store, config.marker)
            yield Home(config, identity, keystore, pool, store, standing)
            if await judge(store, config.marker) is Standing.HERE:
                await count_up(store, config.marker)
        finally:
            await store.close()


@asynccontextmanager
async def create_home(
    config: NodeConfig,
    passphrase: Secret,
    *,
    entropy: Entropy = os.urandom,
    cost: KeyfileCost | None = None,
) -> AsyncIterator["NewHome"]:
    """Make a data directory; it takes its name when the context ends without an error.

    Raises:
        NodeError: file-exists, file-…. StoreError: as `SqliteStore.open` and `Store.commit`.
    """
    workshop = _empty_workshop(config.data_dir)
    try:
        with lock_directory(workshop, "init"):
            keystore = create_key_file(
                workshop / config.key_file.name, passphrase, entropy=entropy, cost=cost
            )
            store = await SqliteStore.open(workshop / config.store_file.name)
            try:
                yield NewHome(keystore, store, config)
            finally:
                await store.close()
            _take_name(workshop, config.data_dir)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _empty_workshop(data_dir: Path) -> Path:
    """A directory beside the data directory, for this process alone."""
    if os.path.lexists(data_dir):
        raise NodeError("file-exists", str(data_dir), "a node was already made here")
    workshop = data_dir.with_name(f".{data_dir.name}.new")
    if workshop.is_dir():
        with lock_directory(workshop, "init"):  # refuses if another `init` works in it now
            shutil.rmtree(workshop)  # of one that was killed; nothing of it was ever used
    make_private_directory(workshop)
    return workshop


def _take_name(workshop: Path, data_dir: Path) -> None:
    try:
        workshop.rename(data_dir)
        sync_directory(data_dir.parent)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno is not None else ""
        raise NodeError("file-exists", str(data_dir), reason) from None


@dataclass(frozen=True, slots=True)
class NewHome:
    """A data directory in the making: fill it with one call of `settle`."""

    keystore: Keystore
    store: Store
    config: NodeConfig

    async def settle(self, identity: Identity, changes: Sequence[Change]) -> None:
        """Commit the first rows, with the machine marker and whose data it is."""
        marker = plant(self.config.marker, self.keystore.entropy)
        await self.settle_unmarked(identity, [marker, *changes])

    async def settle_unmarked(self, identity: Identity, changes: Sequence[Change]) -> None:
        """The same without the marker, for a backup: the node opens as RESTORED."""
        await self.store.commit([_identity_row(identity), *changes])


def _identity_row(identity: Identity) -> Put:
    value = {
        "v": _VERSION,
        "role": identity.role.value,
        "party": identity.party,
        "created": identity.created,
    }
    return Put(META_SPACE, _IDENTITY, encode(value))


async def _read_identity(store: Store) -> Identity:
    rows = await store.scan(META_SPACE, _IDENTITY)
    try:
        value = decode(rows[0][1], max_bytes=_MAX_IDENTITY) if rows else None
    except RemoteProtocolError:
        value = None
    match value:
        case {
            "v": 1,
            "role": ("person" | "vendor") as role,
            "party": party,
            "created": int(created),
        }:
            if party is None or (isinstance(party, bytes) and is_cid(party)):
                return Identity(Role(role), party, created)
    raise NodeError("file-unreadable", META_SPACE, "the store holds no node of this version")


def default_marker(state_home: str | None, home: Path, token: bytes) -> Path:
    """Where a new marker goes: the state directory (XDG), under a name of its own."""
    base = Path(state_home) if state_home and Path(state_home).is_absolute() else None
    return (base or home / ".local" / "state") / "linkcontract" / f"{token.hex()}.marker"
