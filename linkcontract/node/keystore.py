"""The secrets of a node at rest.

The key file holds one thing, a random storage key under the passphrase (argon2id). Every other
secret is a row of the store's space "secret", sealed under the storage key with its own name as
additional data. So a live key is written, and destroyed after a rotation, in the same transaction
as the key event that brings it, and the passphrase is needed at the start only
(spec/decisions/0045).

Which secrets a backup takes is a property of their kind (`IN_BACKUP`), decided here and nowhere
else: live keys and prekeys never leave the device (spec: threats, T13, T26).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from linkcontract.crypto.keyfile import KeyfileCost, open_secrets, seal_secrets
from linkcontract.crypto.secret import Secret
from linkcontract.crypto.vault import STORAGE_KEY_LENGTH, open_row, seal_row
from linkcontract.encoding import decode, encode
from linkcontract.errors import NodeError, RemoteProtocolError
from linkcontract.limits import MAX_KEYFILE
from linkcontract.node.private_files import create_private, read_private, replace_private
from linkcontract.store.port import Delete, Put, Store

SECRET_SPACE: Final = "secret"  # noqa: S105  (the name of a space, not a secret)
_MAX_FILE: Final = MAX_KEYFILE + 128
_VERSION: Final = 1

Entropy: TypeAlias = Callable[[int], bytes]
SecretName: TypeAlias = tuple[bytes, ...]


class SecretKind(StrEnum):
    """The kinds of secrets, each the first part of a row's name."""

    LIVE = "live"
    """live, party: the 32-byte seed of the party's present signing key."""
    LASTING = "lasting"
    """lasting, relationship: `Snapshot.lasting` of its session (PSK halves, signal key)."""
    FLEETING = "fleeting"
    """fleeting, relationship: `Snapshot.fleeting` of its session (prekeys)."""
    CARD_PREKEY = "card-prekey"
    """card-prekey, card id: the X25519 secret of the prekey that a contact card names."""
    INVITATION = "invitation"
    """invitation, card id: the secret of an invitation that was not used yet."""
    NEXT = "next"
    """next, nonce: the digest of a precomputed next key (see `next_key_pool`)."""
    WORDS = "words"
    """words: what tells whether words typed later are the same ones; nothing derives from it."""


IN_BACKUP: Final = frozenset({SecretKind.LASTING})
"""What `backup` writes. The others are made anew, or come from the words, after a restore."""


def secret_name(kind: SecretKind, *parts: bytes) -> SecretName:
    """The key of a secret's row."""
    return (kind.value.encode("ascii"), *parts)


def kind_of(name: SecretName) -> SecretKind:
    """The kind of a secret, from its row's key.

    Raises:
        NodeError: secret-unreadable for a kind this version does not know.
    """
    try:
        return SecretKind(name[0].decode("ascii"))
    except (IndexError, ValueError):
        raise NodeError("secret-unreadable", SECRET_SPACE) from None


@dataclass(frozen=True, slots=True)
class Keystore:
    """The storage key of a running node, and what it seals.

    Made by `create_key_file` or `open_key_file`.
    """

    storage_key: Secret = field(repr=False)
    entropy: Entropy = field(repr=False)

    def put(self, name: SecretName, secret: Secret) -> Put:
        """The change that keeps a secret; commit it together with what needs it."""
        kind_of(name)
        full = (SECRET_SPACE.encode("ascii"), *name)
        sealed = seal_row(self.storage_key, full, secret, entropy=self.entropy)
        return Put(SECRET_SPACE, name, sealed)

    def forget(self, name: SecretName) -> Delete:
        """The change that destroys a secret; call `Store.purge` after the commit."""
        kind_of(name)
        return Delete(SECRET_SPACE, name)

    def open(self, name: SecretName, sealed: bytes) -> Secret:
        """The secret of one row.

        Raises:
            NodeError: secret-unreadable.
        """
        try:
            return open_row(self.storage_key, (SECRET_SPACE.encode("ascii"), *name), sealed)
        except RemoteProtocolError:
            hint = "the store does not belong to this key file, or the row was altered"
            raise NodeError("secret-unreadable", name[0].decode("ascii", "replace"), hint) from None

    async def read(self, store: Store, name: SecretName) -> Secret | None:
        """One secret, or None if there is none of this name.

        Raises:
            NodeError: secret-unreadable. StoreError: as `Store.scan`.
        """
        for key, sealed in await store.scan(SECRET_SPACE, name):
            if key == name:
                return self.open(name, sealed)
        return None

    async def read_all(self, store: Store, prefix: SecretName) -> dict[SecretName, Secret]:
        """All secrets whose names begin with `prefix`.

        Raises:
            NodeError: secret-unreadable. StoreError: as `Store.scan`.
        """
        rows = await store.scan(SECRET_SPACE, prefix)
        return {name: self.open(name, sealed) for name, sealed in rows}


def create_key_file(
    path: Path, passphrase: Secret, *, entropy: Entropy, cost: KeyfileCost | None = None
) -> Keystore:
    """Draw a storage key and write the key file, mode 0600, durable on return.

    Raises:
        NodeError: file-exists, file-unreadable. LocalProtocolError: as `seal_secrets`.
    """
    storage_key = Secret(entropy(STORAGE_KEY_LENGTH))
    create_private(path, _sealed(storage_key, passphrase, entropy, cost))
    return Keystore(storage_key, entropy)


def open_key_file(path: Path, passphrase: Secret, *, entropy: Entropy) -> Keystore:
    """Open the key file.

    Raises:
        NodeError: file-missing, file-permissions, file-unreadable.
        RemoteProtocolError: keyfile-passphrase, keyfile-form, keyfile-cost, keyfile-memory.
    """
    return Keystore(_storage_key(path, passphrase), entropy)


def change_passphrase(
    path: Path,
    old: Secret,
    new: Secret,
    *,
    entropy: Entropy,
    cost: KeyfileCost | None = None,
) -> None:
    """Write the key file under another passphrase; a crash leaves the old or the new file whole.

    The storage key stays: whoever has a copy of the old file and its passphrase still has it.

    Raises:
        As `open_key_file`; LocalProtocolError: as `seal_secrets`.
    """
    replace_private(path, _sealed(_storage_key(path, old), new, entropy, cost))


def _sealed(
    storage_key: Secret, passphrase: Secret, entropy: Entropy, cost: KeyfileCost | None
) -> bytes:
    plaintext = encode({"v": _VERSION, "storage": storage_key.expose()})
    return seal_secrets(plaintext, passphrase, entropy=entropy, cost=cost)


def _storage_key(path: Path, passphrase: Secret) -> Secret:
    plaintext = open_secrets(read_private(path, max_bytes=_MAX_FILE), passphrase)
    value = decode(plaintext, max_bytes=MAX_KEYFILE)
    if isinstance(value, dict) and value.keys() == {"v", "storage"} and value["v"] == _VERSION:
        storage_key = value["storage"]
        if isinstance(storage_key, bytes) and len(storage_key) == STORAGE_KEY_LENGTH:
            return Secret(storage_key)
    raise RemoteProtocolError("keyfile-form", str(path))
