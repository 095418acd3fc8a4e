"""The file of a backup: sealed under a passphrase of its own, written and read piece by piece.

    magic (9) | length u32be | key file (see `linkcontract.crypto.keyfile`) holding a random key
    then pieces: length u32be | sealed piece

A piece is sealed like a stored secret (see `linkcontract.crypto.vault`) under the name ("backup",
its number, "more" or "last"), so pieces can be neither reordered nor left out, and a file that was
cut off does not look complete. Inside are records, each with its length: first what the backup is
of, then rows [space, key, value]. Which rows there may be is a closed table (`SHAPES`): a live key
or a prekey has no place in it (spec/decisions/0070).
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO, Final, TypeAlias

from linkcontract.crypto.keyfile import KeyfileCost, open_secrets, seal_secrets
from linkcontract.crypto.secret import Secret
from linkcontract.crypto.vault import STORAGE_KEY_LENGTH, open_row, seal_row
from linkcontract.encoding import decode, encode
from linkcontract.errors import NodeError, RemoteProtocolError
from linkcontract.limits import KIB, MAX_BACKUP_CHUNK, MAX_BACKUP_ROW, MIB
from linkcontract.model import fields, schema
from linkcontract.node.keystore import IN_BACKUP, Entropy, kind_of
from linkcontract.node.marker import META_SPACE

MAGIC: Final = b"lcbackup\x01"
_LENGTH: Final = struct.Struct(">I")
_PIECE: Final = MIB
"""A piece is closed when its records have this many bytes."""
_MAX_HEADER: Final = KIB
_VERSION: Final = 1
_CID: Final = 36
_NUMBER: Final = 8

SECRET_SPACE: Final = "secret"  # noqa: S105  (the name of a space, not a secret)

NEWEST_CARD: Final = b"card"
"""First part of the only rows of the space "meta" in a backup: the newest card seen of a party."""

SHAPES: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "relationship": (_CID,),
        "session": (_CID,),
        "statement": (_CID, _CID, _NUMBER, _CID),
        "body": (_CID, _CID),
        "opening": (_CID, _CID, _NUMBER),
        "keyevent": (_CID, _NUMBER, _CID),
        "party": (_CID,),
        "consumed": (_CID,),
        "meta": (len(NEWEST_CARD), _CID),
    }
)
"""The spaces a backup holds, besides the secrets of `IN_BACKUP`, and the lengths of their keys."""

Key: TypeAlias = tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a backup is of.

    Attributes:
        role: "person" or "vendor".
        party: the public party of a vendor; None for a person.
        created: when the node was made, Unix ms.
        at: when the backup was made, Unix ms.
    """

    role: str
    party: bytes | None
    created: int
    at: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row. The value of a secret is the secret itself: the whole file is sealed."""

    space: str
    key: Key
    value: bytes

    @property
    def is_secret(self) -> bool:
        """Whether it has to be sealed before it is stored."""
        return self.space == SECRET_SPACE


_DESCRIPTION: Final = schema.closed(
    {
        "v": fields.version,
        "role": fields.one_of("person", "vendor"),
        "party": schema.nullable(fields.cid),
        "created": fields.time,
        "at": fields.time,
    }
)
_ROW: Final = schema.row(
    fields.one_of(SECRET_SPACE, *SHAPES),
    schema.array(fields.data(1, 64), 1, 4),
    fields.data(0, MAX_BACKUP_ROW),
)


class BackupWriter:
    """Writes a backup to a file; `add` in any order, then `finish`.

    Args:
        file: open for writing; durability is the caller's.
        description: of the backup.
        passphrase: of the backup.
        entropy: fresh random bytes.
        cost: of guessing the passphrase, by default that of a key file.

    Raises:
        LocalProtocolError: as `seal_secrets`. OSError: of the file.
    """

    def __init__(
        self,
        file: BinaryIO,
        description: Description,
        passphrase: Secret,
        *,
        entropy: Entropy,
        cost: KeyfileCost | None = None,
    ) -> None:
        self._file = file
        self._entropy = entropy
        self._key = Secret(entropy(STORAGE_KEY_LENGTH))
        self._number = 0
        self._piece = bytearray()
        plaintext = encode({"v": _VERSION, "key": self._key.expose()})
        header = seal_secrets(plaintext, passphrase, entropy=entropy, cost=cost)
        file.write(MAGIC + _LENGTH.pack(len(header)) + header)
        self._record(
            {
                "v": _VERSION,
                "role": description.role,
                "party": description.party,
                "created": description.created,
                "at": description.at,
            }
        )

    def add(self, row: Row) -> None:
        """Add a row. OSError: of the file."""
        value = [row.space, list(row.key), row.value]
        schema.check_local(_ROW, value, "row")
        if not _belongs(row):
            raise ValueError(f"a row of {row.space!r} has no place in a backup")
        if len(self._piece) >= _PIECE:
            self._seal(last=False)
        self._record(value)

    def finish(self) -> None:
        """Write the last piece. OSError: of the file."""
        self._seal(last=True)

    def _record(self, value: Any) -> None:
        data = encode(value)
        self._piece += _LENGTH.pack(len(data)) + data

    def _seal(self, *, last: bool) -> None:
        name = _name(self._number, last)
        sealed = seal_row(self._key, name, bytes(self._piece), entropy=self._entropy)
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._piece.clear()
        self._number += 1


class BackupReader:
    """Reads a backup, one piece at a time.

    Args:
        file: open for reading, at its beginning; from anywhere.
        passphrase: as given when the backup was made.

    Attributes:
        description: what it is of.

    Raises:
        NodeError: backup-form if it is no backup of this version; keyfile-passphrase if the
            passphrase is another one or its beginning was altered; keyfile-cost, keyfile-memory.
            OSError: of the file.
    """

    def __init__(self, file: BinaryIO, passphrase: Secret) -> None:
        self._file = file
        if file.read(len(MAGIC)) != MAGIC:
            raise NodeError("backup-form", hint="it was not written by `backup`")
        self._key = _open_header(self._block(_MAX_HEADER), passphrase)
        self._number = 0
        self._ended = False
        self._records = self._all_records()
        first = next(self._records, None)
        try:
            value = schema.read(_DESCRIPTION, _decoded(first), "description")
        except RemoteProtocolError:
            raise _damaged("description") from None
        self.description = Description(
            **{name: each for name, each in value.items() if name != "v"}
        )

    def rows(self) -> Iterator[Row]:
        """The rows. Once the last was given, the backup is known to be whole.

        Raises:
            NodeError: backup-form. OSError: of the file.
        """
        for record in self._records:
            try:
                space, key, value = schema.read(_ROW, _decoded(record), "row")
            except RemoteProtocolError:
                raise _damaged("row") from None
            row = Row(space, key, value)
            if not _belongs(row):
                raise _damaged(f"row.{space}")
            yield row

    def _all_records(self) -> Iterator[bytes]:
        while not self._ended:
            piece = self._next_piece()
            position = 0
            while position < len(piece):
                start = position + _LENGTH.size
                if start > len(piece):
                    raise _damaged("record")
                (length,) = _LENGTH.unpack(piece[position:start])
                position = start + length
                if position > len(piece):
                    raise _damaged("record")
                yield piece[start:position]

    def _next_piece(self) -> bytes:
        sealed = self._block(MAX_BACKUP_CHUNK)
        for last in (False, True):
            try:
                piece = open_row(self._key, _name(self._number, last), sealed).expose()
            except RemoteProtocolError:
                continue
            self._number += 1
            self._ended = last
            if last and self._file.read(1):
                raise _damaged("end")
            return piece
        raise _damaged(f"piece.{self._number}")

    def _block(self, most: int) -> bytes:
        """A length and as many bytes; a longer one is refused before it is read."""
        head = self._file.read(_LENGTH.size)
        if len(head) != _LENGTH.size:
            raise NodeError("backup-form", hint="the file was cut off")
        (length,) = _LENGTH.unpack(head)
        if length > most:
            raise _damaged("length")
        data = self._file.read(length)
        if len(data) != length:
            raise NodeError("backup-form", hint="the file was cut off")
        return data


def _open_header(header: bytes, passphrase: Secret) -> Secret:
    try:
        value = decode(open_secrets(header, passphrase), max_bytes=_MAX_HEADER)
    except RemoteProtocolError as error:
        if error.code.startswith("keyfile-") and error.code != "keyfile-form":
            hint = "take the passphrase that was chosen when this backup was made"
            wrong = error.code == "keyfile-passphrase"
            raise NodeError(error.code, "backup", hint if wrong else "") from None
        raise _damaged("header") from None
    if isinstance(value, dict) and value.keys() == {"v", "key"} and value["v"] == _VERSION:
        key = value["key"]
        if isinstance(key, bytes) and len(key) == STORAGE_KEY_LENGTH:
            return Secret(key)
    raise _damaged("header")


def _belongs(row: Row) -> bool:
    """Whether a backup may hold this row."""
    if row.is_secret:
        return (
            len(row.key) == 2 and len(row.key[1]) == _CID and _is_kept(row.key) and bool(row.value)
        )
    if row.space == META_SPACE and row.key[0] != NEWEST_CARD:
        return False
    return tuple(len(part) for part in row.key) == SHAPES[row.space]


def _is_kept(name: Key) -> bool:
    try:
        return kind_of(name) in IN_BACKUP
    except NodeError:
        return False


def _decoded(record: bytes | None) -> object:
    if record is None:
        raise _damaged("description")
    return decode(record, max_bytes=MAX_BACKUP_ROW + KIB)


def _name(number: int, last: bool) -> Key:
    return (b"backup", number.to_bytes(_NUMBER, "big"), b"last" if last else b"more")


def _damaged(where: str) -> NodeError:
    return NodeError("backup-form", where, "the file was altered or damaged; take another backup")
