"""The live state of one relationship, shared by the parts of a session.

Everything here is in memory; what of it has to survive is in `snapshot`. Nothing here decides
anything: `intake` takes frames in, `outgoing` makes them, `session` owns both and the timers.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from enum import Enum

from linkcontract.crypto.secret import Secret
from linkcontract.encoding import hash_of
from linkcontract.ledger import Ledger, ThreadPhase
from linkcontract.ledger.permissions import granted, runs_out
from linkcontract.model.items import Opening
from linkcontract.model.party import KeyHistory
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import Statement
from linkcontract.protocol.author import Author
from linkcontract.protocol.delivery import Delivery
from linkcontract.protocol.prekeys import Entropy, PrekeyRing
from linkcontract.protocol.replay import ReplayWindow
from linkcontract.protocol.retry import Backoff


class Restoring(Enum):
    """How far a restore has come (spec: ledger, K5)."""

    NO = 0
    ASKING = 1
    """The peer was asked for heads; nothing may be signed."""
    ROTATE_FIRST = 2
    """Answered, given up on, or a signed statement of unknown origin turned up: rotate next."""


class Source(Enum):
    """Which key opened a frame."""

    PSK = "psk"
    SIGNAL = "signal"
    BASE = "base"


def signal_id(public: bytes) -> bytes:
    """The prekey id under which a `signal` key is addressed: H(["lc/signal/1", pk])[:16].

    Args:
        public: the X25519 key an open or a join names as `signal`.
    """
    return hash_of(["lc/signal/1", public])[:16]


@dataclass(slots=True, kw_only=True)
class Secrets:
    """The secrets of one relationship besides the signing key.

    Attributes:
        half: own half of the pre-shared key; in the node backup.
        signal: own signal scalar; in the node backup.
        peer_half: the peer's half, or None until its open or join was taken; in the node backup.
        ring: own prekeys; never in a backup.
    """

    half: Secret
    signal: Secret
    peer_half: Secret | None
    ring: PrekeyRing


@dataclass(slots=True, kw_only=True)
class PeerKeys:
    """Where the peer can be reached, cryptographically.

    Attributes:
        prekey: the newest prekey it announced; before a join the one of its card.
        at: the peer's clock when it announced it, so that an older announcement arriving late
            does not replace a newer one.
        signal: its signal key, or None before its open or join is held.
    """

    prekey: Prekey
    at: int
    signal: bytes | None


@dataclass(slots=True, kw_only=True)
class Asks:
    """What each side asked of the other and is still open; none of it survives a restart.

    Attributes:
        gaps: ids of heads and of shares we sent a `want` for since the last retry.
        openings: shares of the peer whose openings are missing, with how often we asked.
        answers: statements the peer asked for, in order.
        wants: the times of the peer's requests in the last hour.
        ping, pong: tokens to send.
        heads: our heads are to be sent though nothing else is.
        prekey: our current prekey is to be named in a frame.
        join: the peer repeated its open: answer with the join.
    """

    gaps: set[bytes] = field(default_factory=set)
    openings: dict[bytes, int] = field(default_factory=dict)
    answers: dict[bytes, None] = field(default_factory=dict)
    wants: list[int] = field(default_factory=list)
    ping: bytes | None = None
    pong: bytes | None = None
    heads: bool = False
    prekey: bool = False
    join: bool = False


@dataclass(slots=True, kw_only=True)
class Link:
    """One relationship as a session sees it.

    Attributes:
        me, peer: the two lead writers.
        psk: the pre-shared key, or None while the opener waits for the join.
        confirmed: a frame sealed with the PSK came in, so base mode is over.
        restoring, adopt: spec: ledger, K5; adopt False takes no own statement back.
        openings: by share and index, of both sides' shares.
        erased: what the `erased` statements held name in `ref`.
        in_flight: frames with statements sent since the peer last named its heads.
        exchanged: the peer named its heads since this session was loaded or asked.
        named: the peer named a prekey since then, so that it can be reached without its signal key.
        ack_due: when an owed acknowledgement is signed, if nothing else is said before.
        prekey_told, prekey_taken: when a prekey was last named in a frame for either side.
        closed: the open ran out, or cannot be answered any more.
    """

    me: bytes
    peer: bytes
    ledger: Ledger
    histories: MutableMapping[bytes, KeyHistory]
    entropy: Entropy
    author: Author | None
    secrets: Secrets
    keys: PeerKeys
    psk: Secret | None
    confirmed: bool
    restoring: Restoring
    adopt: bool
    delivery: Delivery
    window: ReplayWindow
    backoff: Backoff
    openings: dict[bytes, dict[int, Opening]]
    erased: set[bytes] = field(default_factory=set)
    asks: Asks = field(default_factory=Asks)
    in_flight: int = 0
    exchanged: bool = False
    named: bool = False
    ack_due: int | None = None
    prekey_told: int | None = None
    prekey_taken: int | None = None
    closed: bool = False

    @property
    def rel(self) -> bytes:
        """CID of the open payload."""
        return self.ledger.rel

    @property
    def opener(self) -> bool:
        """Whether this side opened the relationship."""
        return self.ledger.opener == self.me

    @property
    def kind(self) -> str:
        """The kind of the own party, which decides how times are rounded."""
        return self.histories[self.me].kind

    @property
    def silent(self) -> bool:
        """Whether nothing is said of our own accord: there is no key, or it is one that may have
        signed what was lost (spec: ledger, K5) and there is no newer one to rotate to."""
        if self.author is None or self.restoring is Restoring.ASKING:
            return True
        return self.restoring is not Restoring.NO and not self.author.must_rotate(self.ledger)

    def needs_signal(self, now: int) -> bool:
        """Whether nothing but heads and a prekey can be said: one of us has no usable prekey."""
        reached = self.exchanged or self.named
        asking = self.restoring is Restoring.ASKING and not reached
        return asking or now > self.keys.prekey.not_after

    def own_head(self) -> Statement | None:
        """The statement the next own one follows, None before the first."""
        ks = None if self.author is None else self.author.ks
        name = self.ledger.next_header(self.me, ks=ks).prev
        return None if name is None else self.ledger.get(name)

    def peer_saw(self, statement_id: bytes) -> bool:
        """Whether some statement of the peer has this one in its past."""
        return any(
            head.writer == self.peer and self.ledger.in_past(statement_id, head.id)
            for head in self.ledger.heads()
        )

    def is_erased(self, share: Statement) -> bool:
        """Whether an `erased` of either side covers the openings of a share."""
        body = share.body
        agreement = None if body is None else body.get("agreement")
        return bool(self.erased & {share.id, agreement, self.rel})

    def may_disclose(self, statement: Statement, now: int) -> bool:
        """Whether openings of an own statement may leave now.

        A share signed yesterday and still queued does not go out after today's revoke: the
        statement does, since the chain needs it, and its data does not.
        """
        body = statement.body
        if body is None or self.is_erased(statement):
            return False
        if statement.type != "share":
            return True
        thread = self.ledger.state().threads.get(body["thread"])
        if thread is None or thread.phase is not ThreadPhase.ACTIVE or runs_out(thread, now):
            return False
        return all(granted(agreement, body["purpose"]) for agreement in thread.agreements)

    def missing_openings(self, statement: Statement) -> bool:
        """Whether a statement of the peer has items whose openings are wanted and not here."""
        body = statement.body
        if statement.writer != self.peer or body is None or "items" not in body:
            return False
        held = self.openings.get(statement.id, {})
        return len(held) < len(body["items"]) and not self.is_erased(statement)
