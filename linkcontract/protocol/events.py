"""What a session tells its driver: frozen events, none of which asks for anything but persistence.

A driver commits what the events of one call carry, together with the session's snapshot, in one
transaction, and only then fetches frames to send. Events name statements and parties, never bytes
that were refused.
"""

from dataclasses import dataclass
from typing import TypeAlias

from linkcontract.model.items import Opening
from linkcontract.model.statement import Head, Statement


@dataclass(frozen=True, slots=True)
class StatementsHeld:
    """Statements newly held, each after everything in its past; store header and body."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class StatementsWritten:
    """Statements this side signed; they leave once they are durable.

    Attributes:
        statements: in order; the last is what was asked for, before it what had to come first.
        openings: what opens the commitments in their bodies.
    """

    statements: tuple[Statement, ...]
    openings: tuple[Opening, ...] = ()

    @property
    def statement(self) -> Statement:
        """The statement that was asked for."""
        return self.statements[-1]


@dataclass(frozen=True, slots=True)
class BodiesHeld:
    """Statements already held whose body arrived now; store the body."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class OpeningsHeld:
    """Openings that match the commitments of a share that is held.

    Attributes:
        share: id of the share.
        openings: the new ones.
        complete: whether every item of the share now has its opening.
    """

    share: bytes
    openings: tuple[Opening, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class OpeningRefused:
    """An opening that does not match what the share commits to: reason for a `dispute`."""

    share: bytes
    index: int


@dataclass(frozen=True, slots=True)
class KeyEventsLearned:
    """Key events of a party that were not known; store the envelopes."""

    party: bytes
    envelopes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PeerCovers:
    """The peer's heads now cover these statements: their outbox rows are done."""

    ids: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The join of the relationship this side opened is held; frames are sealed with a PSK now."""

    rel: bytes


@dataclass(frozen=True, slots=True)
class OpenExpired:
    """The open ran out before a join came; nothing is sent any more."""

    rel: bytes


@dataclass(frozen=True, slots=True)
class PskConfirmed:
    """The peer sealed with the shared PSK: it holds both halves, and base mode is over."""


@dataclass(frozen=True, slots=True)
class PrekeyLearned:
    """The peer announced a prekey; what is sent from now on is sealed to it."""

    id: bytes


@dataclass(frozen=True, slots=True)
class PrekeysDestroyed:
    """These prekey secrets are gone from the session; purge them from the store."""

    ids: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class OwnHeadUnknown:
    """The peer holds a statement of this writer that this writer does not hold.

    Either this store was rolled back (spec: ledger, K5: restore before signing anything) or the
    peer or a thief says something untrue.
    """

    head: Head


@dataclass(frozen=True, slots=True)
class HeadsExchanged:
    """The peer's heads arrived and nothing they name is missing here."""


@dataclass(frozen=True, slots=True)
class RestoreAnswered:
    """The peer answered after a restore and everything it named is here: rotate now."""


@dataclass(frozen=True, slots=True)
class KeysParted:
    """Two own key events stand at one position: this relationship takes denials only (K5)."""

    party: bytes


@dataclass(frozen=True, slots=True)
class Ponged:
    """The peer returned this nonce, so the address it was asked at is the peer's."""

    nonce: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """Something from outside was refused; nothing of it was kept.

    Attributes:
        code: a key of `linkcontract.errors.CODES`.
        where: dotted path in our own field names, or "".
    """

    code: str
    where: str = ""


Event: TypeAlias = (
    StatementsHeld
    | StatementsWritten
    | BodiesHeld
    | OpeningsHeld
    | OpeningRefused
    | KeyEventsLearned
    | PeerCovers
    | Joined
    | OpenExpired
    | PskConfirmed
    | PrekeyLearned
    | PrekeysDestroyed
    | OwnHeadUnknown
    | HeadsExchanged
    | RestoreAnswered
    | KeysParted
    | Ponged
    | Refused
)
