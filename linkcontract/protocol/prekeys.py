"""Own prekeys of one relationship: when a new one is announced, when an old secret is destroyed.

Destroying old prekey secrets is what makes erasure true against somebody who kept the sealed bytes
(spec: threats, T26). A secret goes when the peer's `seen` covers the announcement of its successor
and the relay time has passed, and in any case 90 days after it was replaced.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from linkcontract.crypto.sealing import x25519_public
from linkcontract.crypto.secret import Secret
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import PREKEY_GRACE, PREKEY_LIFETIME, RELAY_TIME
from linkcontract.model.prekey import Prekey

MAX_PREKEYS: Final = 16
"""Most own prekeys kept for one relationship: a week each for the 90 days of grace, and one for a
restore. Past it the oldest goes."""

Entropy: TypeAlias = Callable[[int], bytes]
"""A source of random bytes: entropy(n) gives n of them, never the same again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrekey:
    """A prekey of this side with its secret.

    Attributes:
        prekey: what the peer is told.
        secret: the X25519 scalar.
        created: Unix ms.
        announced_in: id of the statement whose body announces it, or None for a temporary one
            that only a frame announced.
        replaced_at: when its successor was announced, or None for the current one.
        covered_at: when the peer's `seen` was found to cover the successor, or None.
    """

    prekey: Prekey
    secret: Secret
    created: int
    announced_in: bytes | None
    replaced_at: int | None = None
    covered_at: int | None = None


def make_prekey(now: int, entropy: Entropy) -> OwnPrekey:
    """A fresh prekey that nobody was told of yet.

    Args:
        now: Unix ms.
        entropy: asked for 16 and for 32 bytes.
    """
    secret = Secret(entropy(32))
    prekey = Prekey(entropy(16), x25519_public(secret), now + PREKEY_LIFETIME + PREKEY_GRACE)
    return OwnPrekey(prekey=prekey, secret=secret, created=now, announced_in=None)


class PrekeyRing:
    """The prekeys of one side in one relationship, oldest first.

    Args:
        prekeys: in the order they were announced.
    """

    __slots__ = ("_all",)

    def __init__(self, prekeys: Iterable[OwnPrekey] = ()) -> None:
        self._all: list[OwnPrekey] = list(prekeys)

    @property
    def prekeys(self) -> tuple[OwnPrekey, ...]:
        """All that are kept, oldest first."""
        return tuple(self._all)

    @property
    def current(self) -> OwnPrekey | None:
        """The newest, or None after a restore: prekeys are in no backup."""
        return self._all[-1] if self._all else None

    def secret_of(self, prekey_id: bytes) -> Secret | None:
        """The secret of a prekey, or None if it was destroyed or never was ours."""
        for own in self._all:
            if own.prekey.id == prekey_id:
                return own.secret
        return None

    def is_due(self, now: int) -> bool:
        """Whether the next statement has to announce a new prekey."""
        current = self.current
        return (
            current is None
            or current.announced_in is None
            or now - current.created >= PREKEY_LIFETIME
        )

    def announce(self, own: OwnPrekey, statement: bytes | None, now: int) -> tuple[bytes, ...]:
        """Make a prekey the current one.

        Args:
            own: from `make_prekey`.
            statement: id of the statement that announces it, or None for a temporary one.
            now: Unix ms.

        Returns:
            Ids of secrets that had to go because too many were kept.

        Raises:
            LocalProtocolError: `prekey-repeated`.
        """
        if self.secret_of(own.prekey.id) is not None:
            raise LocalProtocolError("prekey-repeated")
        self._all = [
            replace(old, replaced_at=now) if old.replaced_at is None else old for old in self._all
        ]
        self._all.append(replace(own, announced_in=statement))
        dropped = self._all[:-MAX_PREKEYS]
        del self._all[:-MAX_PREKEYS]
        return tuple(old.prekey.id for old in dropped)

    def note_seen(self, is_seen: Callable[[bytes], bool], now: int) -> None:
        """Note which announcements the peer's statements have in their past.

        Args:
            is_seen: whether a statement of ours is in the past of a statement of the peer.
            now: Unix ms.
        """
        covered = False
        for index in range(len(self._all) - 1, -1, -1):
            own = self._all[index]
            if covered and own.covered_at is None:
                self._all[index] = replace(own, covered_at=now)
            if not covered and own.announced_in is not None:
                # A later announcement replaces every earlier prekey, not only the one before it.
                covered = is_seen(own.announced_in)

    def destroy(self, now: int) -> tuple[bytes, ...]:
        """Forget the secrets whose time has come; their ids."""
        gone = tuple(own.prekey.id for own in self._all if self._end(own) <= now)
        self._all = [own for own in self._all if self._end(own) > now]
        return gone

    def next_time(self) -> int | None:
        """When the next secret is to be destroyed, Unix ms, as far as is known now."""
        return min(
            (self._end(own) for own in self._all if own.replaced_at is not None), default=None
        )

    @staticmethod
    def _end(own: OwnPrekey) -> int:
        """When this secret goes; the current prekey never goes by time alone."""
        if own.replaced_at is None:
            return 2**63
        end = own.replaced_at + PREKEY_GRACE
        return end if own.covered_at is None else min(end, own.covered_at + RELAY_TIME)
