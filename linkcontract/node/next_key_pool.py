"""Precomputed next keys, so that a person makes a new party without reaching for the words.

Every inception and every rotation announces the digest of the key that may follow (pre-rotation),
and that key comes from the words alone. The device keeps pairs of a nonce and the digest of its
key, never the keys: whoever steals the device can announce, not rotate (spec: threats, T13). A pair
is used once, in the same transaction as the key event that announces it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from linkcontract.crypto.next_keys import NONCE_LENGTH, next_digest, next_key
from linkcontract.crypto.secret import Secret
from linkcontract.errors import NodeError
from linkcontract.node.keystore import (
    Entropy,
    Keystore,
    SecretKind,
    SecretName,
    secret_name,
)
from linkcontract.store.port import Change, Delete, Store

POOL_SIZE: Final = 256
"""Pairs after a refill: new relationships and rotations until the words are needed again."""
POOL_LOW: Final = 32
"""With fewer pairs left, `status` asks for the words."""

_DIGEST_LENGTH: Final = 32
_CHECK: Final[SecretName] = secret_name(SecretKind.WORDS)


@dataclass(frozen=True, slots=True)
class NextKey:
    """What a key event announces: `nonce` (16 bytes) goes into it, `digest` (32) is its next."""

    nonce: bytes
    digest: bytes


def announce(seed: Secret, nonce: bytes) -> NextKey:
    """The announcement of the key that the seed gives for a nonce."""
    return NextKey(nonce, next_digest(next_key(seed, nonce).public))


class NextKeyPool:
    """The pairs left on this device.

    Made by `load`; changes it returns are to be committed by the caller, together with the key
    event they belong to. A pair taken for a commit that fails is not used again until a restart.
    """

    def __init__(self, keystore: Keystore, pairs: Sequence[NextKey], check: NextKey | None) -> None:
        self._keystore = keystore
        self._pairs = list(pairs)
        self._check = check

    @classmethod
    async def load(cls, store: Store, keystore: Keystore) -> "NextKeyPool":
        """Read the pool.

        Raises:
            NodeError: secret-unreadable. StoreError: as `Store.scan`.
        """
        rows = await keystore.read_all(store, secret_name(SecretKind.NEXT))
        check = await keystore.read(store, _CHECK)
        return cls(
            keystore,
            [NextKey(name[1], digest.expose()) for name, digest in rows.items()],
            None if check is None else _pair(check.expose()),
        )

    def __len__(self) -> int:
        return len(self._pairs)

    def take(self) -> tuple[NextKey, Delete]:
        """A pair for one key event, and the change that takes it out of the store.

        Raises:
            NodeError: next-keys-used-up.
        """
        if not self._pairs:
            hint = "run `rotate --refill` with the recovery words"
            raise NodeError("next-keys-used-up", hint=hint)
        pair = self._pairs.pop()
        return pair, self._keystore.forget(secret_name(SecretKind.NEXT, pair.nonce))

    @property
    def knows_words(self) -> bool:
        """Whether it can tell words from others; not after a restore, until a rotation."""
        return self._check is not None

    def check_words(self, seed: Secret) -> None:
        """Whether these are the words this node was made with (or last changed to).

        Raises:
            NodeError: words-mismatch.
        """
        if self._check is None or not hmac.compare_digest(
            announce(seed, self._check.nonce).digest, self._check.digest
        ):
            raise NodeError("words-mismatch", hint="take the words shown when the node was made")

    def refill(self, seed: Secret) -> list[Change]:
        """Fill the pool up from the words.

        Raises:
            NodeError: words-mismatch.
        """
        self.check_words(seed)
        return self._fill(seed)

    def renewed(self, seed: Secret) -> tuple["NextKeyPool", list[Change]]:
        """Another pool that starts over from words, and the changes that keep it.

        This one stays as it is until the changes are committed and it `become`s the other.
        """
        other = NextKeyPool(self._keystore, self._pairs, self._check)
        return other, other.start_over(seed)

    def become(self, other: "NextKeyPool") -> None:
        """Take over the pairs of a pool that was committed."""
        self._pairs, self._check = other._pairs, other._check

    def start_over(self, seed: Secret) -> list[Change]:
        """Fill the pool from new words; pairs of the old ones are dropped.

        Parties whose last key event was announced under the old words need those once more.
        """
        changes: list[Change] = [
            self._keystore.forget(secret_name(SecretKind.NEXT, pair.nonce)) for pair in self._pairs
        ]
        self._pairs.clear()
        self._check = announce(seed, self._keystore.entropy(NONCE_LENGTH))
        check = Secret(self._check.nonce + self._check.digest)
        return [*changes, self._keystore.put(_CHECK, check), *self._fill(seed)]

    def _fill(self, seed: Secret) -> list[Change]:
        fresh = precompute(seed, POOL_SIZE - len(self._pairs), self._keystore.entropy)
        self._pairs += fresh
        return [
            self._keystore.put(secret_name(SecretKind.NEXT, pair.nonce), Secret(pair.digest))
            for pair in fresh
        ]


def precompute(seed: Secret, count: int, entropy: Entropy) -> list[NextKey]:
    """`count` pairs with fresh nonces; 256 take some hundredths of a second."""
    return [announce(seed, entropy(NONCE_LENGTH)) for _ in range(count)]


def _pair(data: bytes) -> NextKey:
    if len(data) != NONCE_LENGTH + _DIGEST_LENGTH:
        raise NodeError("secret-unreadable", SecretKind.WORDS)
    return NextKey(data[:NONCE_LENGTH], data[NONCE_LENGTH:])
