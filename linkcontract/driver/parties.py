"""Own parties: key histories and live keys as they lie in the store."""

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.secret import Secret
from linkcontract.driver import rows
from linkcontract.driver.vault import Vault, live_key
from linkcontract.errors import LocalProtocolError, RemoteProtocolError, StoreError
from linkcontract.model.party import KeyHistory, incept, open_key_history
from linkcontract.protocol import Author
from linkcontract.store.port import Change, Store


async def load_history(store: Store, party: bytes) -> KeyHistory | None:
    """A party's key history, or None if nothing of it is stored.

    Raises:
        StoreError: as `Store.scan`; store-row if what is stored is no key history.
    """
    envelopes = [envelope for _, envelope in await store.scan("keyevent", (party,))]
    if not envelopes:
        return None
    try:
        return open_key_history(envelopes)
    except RemoteProtocolError as error:
        raise StoreError("store-row", "keyevent") from error


async def load_author(store: Store, vault: Vault, history: KeyHistory) -> Author | None:
    """Who signs for an own party; None if its live key is not here or is not a current one.

    Raises:
        StoreError: as `Store.scan`. What the vault raises for a row that does not open.
    """
    seed = await vault.read(store, live_key(history.party))
    if seed is None:
        return None
    try:
        return Author(history, SigningKey(seed))
    except LocalProtocolError:
        return None


def new_party(
    vault: Vault, kind: str, live: Secret, *, next_digest: bytes, nonce: bytes, now: int
) -> tuple[KeyHistory, list[Change]]:
    """A new own party and the changes that keep it.

    Args:
        kind: "directed" or "public".
        live: 32 random bytes, the seed of its first key.
        next_digest, nonce: the announcement of the key that will follow.
        now: Unix ms.
    """
    envelope = incept(kind, SigningKey(live), next_digest, nonce)
    history = open_key_history([envelope])
    return history, [
        *history_rows(history),
        vault.put(live_key(history.party), live),
        rows.PartyRow(kind=kind, since=now).put(history.party),
    ]


def history_rows(history: KeyHistory) -> list[Change]:
    """The rows of a key history; writing those that are there already changes nothing."""
    return [
        rows.key_event_row(history.party, event.seq, event.id, event.envelope)
        for event in history.events.values()
    ]
