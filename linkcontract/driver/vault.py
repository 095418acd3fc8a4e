"""The vault: how the driver keeps secrets without holding the key that seals them.

A secret is a row like any other, sealed by whoever runs the node; so it is written and destroyed in
the same transaction as the statement or key event it belongs to.
"""

from typing import Final, Protocol, TypeAlias

from linkcontract.crypto.secret import Secret
from linkcontract.crypto.vault import open_row, seal_row
from linkcontract.errors import RemoteProtocolError, StoreError
from linkcontract.protocol.prekeys import Entropy
from linkcontract.store.port import Delete, Put, Store

SPACE: Final = "secret"

SecretName: TypeAlias = tuple[bytes, ...]


class Vault(Protocol):
    """Seals and opens secret rows; the node's key store is one."""

    def put(self, name: SecretName, secret: Secret) -> Put:
        """The change that keeps a secret."""
        ...

    def forget(self, name: SecretName) -> Delete:
        """The change that destroys a secret."""
        ...

    async def read(self, store: Store, name: SecretName) -> Secret | None:
        """One secret, or None if there is none of this name."""
        ...

    async def read_all(self, store: Store, prefix: SecretName) -> dict[SecretName, Secret]:
        """All secrets whose names begin with `prefix`."""
        ...


class SealedVault:
    """A vault whose rows are sealed under one storage key.

    Args:
        storage_key: 32 bytes; whoever has it and the store has every secret in it.
        entropy: fresh random bytes.
    """

    def __init__(self, storage_key: Secret, entropy: Entropy) -> None:
        self._key = storage_key
        self._entropy = entropy

    def put(self, name: SecretName, secret: Secret) -> Put:
        """The change that keeps a secret; commit it together with what needs it."""
        sealed = seal_row(self._key, _full(name), secret, entropy=self._entropy)
        return Put(SPACE, name, sealed)

    def forget(self, name: SecretName) -> Delete:
        """The change that destroys a secret; call `Store.purge` after the commit."""
        return Delete(SPACE, name)

    async def read(self, store: Store, name: SecretName) -> Secret | None:
        """One secret, or None. Raises StoreError: as `Store.scan`; store-secret."""
        return (await self.read_all(store, name)).get(name)

    async def read_all(self, store: Store, prefix: SecretName) -> dict[SecretName, Secret]:
        """All secrets whose names begin with `prefix`. Raises StoreError: as `read`."""
        return {name: self._open(name, row) for name, row in await store.scan(SPACE, prefix)}

    def _open(self, name: SecretName, sealed: bytes) -> Secret:
        try:
            return open_row(self._key, _full(name), sealed)
        except RemoteProtocolError:
            raise StoreError("store-secret", name[0].decode("ascii", "replace")) from None


def _full(name: SecretName) -> SecretName:
    return (SPACE.encode("ascii"), *name)


def live_key(party: bytes) -> SecretName:
    """The seed of a party's present signing key."""
    return (b"live", party)


def lasting(rel: bytes) -> SecretName:
    """A relationship's PSK halves and signal scalar: in the node backup."""
    return (b"lasting", rel)


def fleeting(rel: bytes) -> SecretName:
    """A relationship's prekey scalars: in no backup."""
    return (b"fleeting", rel)


def card_prekey(card: bytes) -> SecretName:
    """The scalar of the prekey a card names: in no backup."""
    return (b"card-prekey", card)


def invitation(card: bytes) -> SecretName:
    """The secret of an invitation that was not used yet: in no backup."""
    return (b"invitation", card)
