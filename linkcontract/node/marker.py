"""The machine marker: how a node notices that its data directory came back from elsewhere.

A node that signs from an old copy of its chain signs twice at one position, which is evidence
against it (spec: ledger, K5; spec: threats, T06). So a random value lies outside the data
directory, its keys and its backups, and the store holds the digest of it. Absent or different: the
data was restored, or copied to another machine, and the node rotates its keys before it signs
anything else.

A count stands beside the value on both sides and goes up whenever the store is opened, first in
the store, then in the file. So an older copy put back on the same machine is noticed too, unless
it was made while the node last ran and that run never ended in order (spec/decisions/0046).
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from linkcontract.encoding import decode, encode, hash_of
from linkcontract.errors import NodeError, RemoteProtocolError
from linkcontract.node.keystore import Entropy
from linkcontract.node.private_files import make_private_directory, read_private, replace_private
from linkcontract.store.port import Put, Store

META_SPACE: Final = "meta"
_KEY: Final = (b"marker",)
_VERSION: Final = 1
_VALUE_LENGTH: Final = 32
_MAX_FILE: Final = 256


class Standing(StrEnum):
    """What the marker says about the data directory."""

    HERE = "here"
    RESTORED = "restored"
    """It may be older than what this node signed: rotate first."""


@dataclass(frozen=True, slots=True)
class Marker:
    """One side of the comparison: 32 bytes and how often the store was opened."""

    value: bytes
    count: int


async def judge(store: Store, path: Path) -> Standing:
    """Compare the file with the store.

    The store is counted up before the file, so after a crash between the two it is one ahead; an
    older copy of it is behind.

    Raises:
        NodeError: file-permissions, file-unreadable. StoreError: as `Store.scan`.
    """
    known, found = await _stored(store), _on_disk(path)
    if known is None or found is None:
        return Standing.RESTORED
    if not hmac.compare_digest(known.value, _digest(found.value)):
        return Standing.RESTORED
    ahead = known.count - found.count
    return Standing.HERE if ahead in (0, 1) else Standing.RESTORED


async def count_up(store: Store, path: Path) -> None:
    """Count an opening or an orderly closing; only for data that `judge` found to be here.

    Raises:
        NodeError: secret-unreadable, file-…. StoreError: as `Store.commit`.
    """
    known, found = await _stored(store), _on_disk(path)
    if known is None or found is None:
        raise NodeError("file-missing", str(path))
    count = known.count + 1
    await store.commit([_row(Marker(known.value, count))])
    replace_private(path, _encode(Marker(found.value, count)))


def plant(path: Path, entropy: Entropy) -> Put:
    """Write a new marker and return the change that makes the store know it.

    Commit the change together with what made the data this machine's own: the node's first rows,
    or the rotations after a restore. A crash before that commit leaves a restored node.

    Raises:
        NodeError: file-permissions, file-unreadable.
    """
    value = entropy(_VALUE_LENGTH)
    make_private_directory(path.parent)
    replace_private(path, _encode(Marker(value, 0)))
    return _row(Marker(_digest(value), 0))


def _digest(value: bytes) -> bytes:
    return hash_of(["lc/marker/1", value])


def _row(marker: Marker) -> Put:
    return Put(META_SPACE, _KEY, _encode(marker))


def _encode(marker: Marker) -> bytes:
    return encode({"v": _VERSION, "value": marker.value, "count": marker.count})


async def _stored(store: Store) -> Marker | None:
    rows = await store.scan(META_SPACE, _KEY)
    return _decode(rows[0][1]) if rows else None


def _on_disk(path: Path) -> Marker | None:
    try:
        return _decode(read_private(path, max_bytes=_MAX_FILE))
    except NodeError as error:
        if error.code == "file-missing":
            return None
        raise


def _decode(data: bytes) -> Marker | None:
    """A marker, or None for anything damaged: what cannot be read proves nothing."""
    try:
        value = decode(data, max_bytes=_MAX_FILE)
    except RemoteProtocolError:
        return None
    if not isinstance(value, dict) or value.keys() != {"v", "value", "count"}:
        return None
    mark, count = value["value"], value["count"]
    if isinstance(mark, bytes) and len(mark) == _VALUE_LENGTH and isinstance(count, int):
        return Marker(mark, count)
    return None
