"""Parties and their key histories.

A party is named by the CID of its inception payload. Its key history is a chain of key events,
each signed by the key it contains and each announcing the digest of the next key, so a stolen live
key cannot rotate. A history may hold two events at one position: of a public party that is
evidence, of a directed one a parted history, and which of the two is judged by the ledger.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from linkcontract.crypto.cose import open_self_signed, sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest as digest_of_next
from linkcontract.encoding import cid_of, decode, encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_KEY_EVENT, MAX_KEY_EVENTS
from linkcontract.model import fields, schema

ED25519_CODE: Final = 0xED
"""Multicodec of an Ed25519 public key, here as the integer 237."""

DIRECTED: Final = "directed"
"""A party made for one relationship."""

PUBLIC: Final = "public"
"""A party that publishes its history."""

_KEYS: Final = schema.array(schema.row(fields.one_of(ED25519_CODE), fields.digest), 1, 1)
_INCEPTION: Final = schema.closed(
    {
        "v": fields.version,
        "kind": fields.one_of(DIRECTED, PUBLIC),
        "keys": _KEYS,
        "next": fields.digest,
        "nonce": fields.data(16),
    }
)
_KEY_EVENT: Final = schema.closed(
    {
        "v": fields.version,
        "from": fields.cid,
        "seq": fields.integer(1, MAX_KEY_EVENTS - 1),
        "prev": fields.cid,
        "keys": _KEYS,
        "next": fields.digest,
        "nonce": fields.data(16),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inception:
    """The first key event; its id is the party.

    Attributes:
        id: CID of the payload.
        kind: "directed" or "public".
        public: the Ed25519 key.
        next: digest of the next key set, H(["lc/next/1", keys]).
        nonce: 16 bytes.
        envelope: the signed bytes as received.
    """

    id: bytes
    kind: str
    public: bytes
    next: bytes
    nonce: bytes
    envelope: bytes = field(repr=False)

    seq: int = field(default=0, init=False)
    prev: None = field(default=None, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEvent:
    """A rotation: the keys the event `prev` announced, and the digest of those to come.

    Attributes:
        id: CID of the payload.
        party: the party it belongs to (`from` on the wire).
        seq: its position, at least 1.
        prev: CID of the event before; the first names the inception.
        public, next, nonce, envelope: as in an inception.
    """

    id: bytes
    party: bytes
    seq: int
    prev: bytes
    public: bytes
    next: bytes
    nonce: bytes
    envelope: bytes = field(repr=False)


AnyKeyEvent: TypeAlias = Inception | KeyEvent


def _public_of(payload: bytes) -> bytes:
    """The key a key event contains; read before anything is verified, and used for nothing else."""
    value = decode(payload, max_bytes=MAX_KEY_EVENT)
    if not isinstance(value, dict) or "keys" not in value:
        raise RemoteProtocolError("field-missing", "keys")
    keys = schema.read(_KEYS, value["keys"], "keys")
    public: bytes = keys[0][1]
    return public


def _open(kind: str, shape: schema.Shape, envelope: bytes) -> tuple[bytes, Mapping[str, Any]]:
    opened = open_self_signed(kind, envelope, _public_of, max_payload=MAX_KEY_EVENT)
    value = decode(opened.payload, max_bytes=MAX_KEY_EVENT)
    return opened.id, schema.read(shape, value, kind)


def _open_inception(envelope: bytes) -> Inception:
    party, payload = _open("incp", _INCEPTION, envelope)
    return Inception(
        id=party,
        kind=payload["kind"],
        public=payload["keys"][0][1],
        next=payload["next"],
        nonce=payload["nonce"],
        envelope=envelope,
    )


def _open_key_event(envelope: bytes) -> KeyEvent:
    event, payload = _open("kel", _KEY_EVENT, envelope)
    return KeyEvent(
        id=event,
        party=payload["from"],
        seq=payload["seq"],
        prev=payload["prev"],
        public=payload["keys"][0][1],
        next=payload["next"],
        nonce=payload["nonce"],
        envelope=envelope,
    )


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """A party's verified key events: a tree with the inception as its root.

    Made by `open_key_history` only. Immutable: `extend` gives a new history.
    """

    inception: Inception
    events: Mapping[bytes, AnyKeyEvent] = field(repr=False)

    @property
    def party(self) -> bytes:
        """The CID that names the party."""
        return self.inception.id

    @property
    def kind(self) -> str:
        """ "directed" or "public"."""
        return self.inception.kind

    @property
    def envelopes(self) -> tuple[bytes, ...]:
        """The signed bytes of every event, each after the one it follows."""
        return tuple(event.envelope for event in self.events.values())

    @property
    def heads(self) -> tuple[bytes, ...]:
        """The events that no other follows, sorted; more than one in a parted history."""
        followed = {event.prev for event in self.events.values()}
        return tuple(sorted(event for event in self.events if event not in followed))

    def key_of(self, ks: bytes) -> bytes | None:
        """The public key of a key event, or None if the event is not of this history."""
        event = self.events.get(ks)
        return None if event is None else event.public

    def position(self, ks: bytes) -> int | None:
        """The position of a key event, 0 for the inception; None if it is not of this history."""
        event = self.events.get(ks)
        return None if event is None else event.seq

    def events_at(self, position: int) -> tuple[bytes, ...]:
        """The ids of the events at a position, sorted; more than one in a parted history."""
        return tuple(sorted(id for id, event in self.events.items() if event.seq == position))

    def descends(self, later: bytes, earlier: bytes) -> bool:
        """Whether `later` follows `earlier`, over any number of steps; False for equal events."""
        event = self.events.get(later)
        while event is not None and event.prev is not None:
            if event.prev == earlier:
                return True
            event = self.events.get(event.prev)
        return False

    def reaches(self, later: bytes, earlier: bytes) -> bool:
        """Whether `later` is an event of this history that equals `earlier` or descends from it."""
        return later in self.events and (later == earlier or self.descends(later, earlier))

    def extend(self, envelopes: Iterable[bytes]) -> "KeyHistory":
        """This history and further events, each verified and after the one it follows.

        An event already held is a no-op, so a whole history may be received again.

        Raises:
            RemoteProtocolError: history-party, history-chain, history-next, history-full,
                history-inception; field-…, cbor-…, cose-…, key-… for an event that is none.
        """
        events = dict(self.events)
        for envelope in envelopes:
            event = self._next_event(envelope)
            if event.id not in events:
                self._check_link(events, event)
                events[event.id] = event
        if len(events) == len(self.events):
            return self
        return KeyHistory(self.inception, MappingProxyType(events))

    def _next_event(self, envelope: bytes) -> AnyKeyEvent:
        try:
            return _open_key_event(envelope)
        except RemoteProtocolError as error:
            if error.code != "cose-typ":
                raise
        inception = _open_inception(envelope)
        if inception.id != self.party:
            raise RemoteProtocolError("history-inception")
        return inception

    def _check_link(self, events: Mapping[bytes, AnyKeyEvent], event: AnyKeyEvent) -> None:
        # (1) it is an event of this party; the inception is held, so this is a rotation
        if not isinstance(event, KeyEvent) or event.party != self.party:
            raise RemoteProtocolError("history-party", "kel.from")
        # (2) it follows an event held here, at the next position
        before = events.get(event.prev)
        if before is None or event.seq != before.seq + 1:
            raise RemoteProtocolError("history-chain", "kel.prev")
        # (3) its keys are those that event announced; the live key plays no part in this
        if digest_of_next(event.public) != before.next:
            raise RemoteProtocolError("history-next", "kel.keys")
        if len(events) >= MAX_KEY_EVENTS:
            raise RemoteProtocolError("history-full")


def open_key_history(envelopes: Iterable[bytes]) -> KeyHistory:
    """Verify a key history: an inception, then events each after the one it follows.

    This is the only place where a key is taken from a payload. Not verified: who holds the keys,
    and that there are no further events.

    Raises:
        RemoteProtocolError: history-inception if the first is no inception; otherwise as
            `KeyHistory.extend`.
    """
    rest = iter(envelopes)
    first = next(rest, None)
    if first is None:
        raise RemoteProtocolError("history-inception")
    inception = _open_inception(first)
    history = KeyHistory(inception, MappingProxyType({inception.id: inception}))
    return history.extend(rest)


def incept(kind: str, key: SigningKey, next_digest: bytes, nonce: bytes) -> bytes:
    """Make the inception of a new party.

    Args:
        kind: "directed" or "public".
        key: the first live key.
        next_digest: 32 bytes, `next_digest` of the key that will follow.
        nonce: 16 random bytes, from which that key is derived.

    Returns:
        The envelope; `open_key_history([envelope]).party` is the party.

    Raises:
        LocalProtocolError: field-….
    """
    payload = {
        "v": 1,
        "kind": kind,
        "keys": [[ED25519_CODE, key.public]],
        "next": next_digest,
        "nonce": nonce,
    }
    return _sign(key, "incp", _INCEPTION, payload)


def rotate(
    history: KeyHistory, head: bytes, new_key: SigningKey, next_digest: bytes, nonce: bytes
) -> bytes:
    """Make the key event that follows `head`.

    Args:
        history: the party's own history.
        head: the event to follow; none may follow it yet.
        new_key: the key whose digest that event announced.
        next_digest, nonce: as in `incept`, both fresh.

    Returns:
        The envelope; `history.extend([envelope])` takes it in.

    Raises:
        LocalProtocolError: history-chain if `head` is not a head of this history; history-next if
            the key is not the announced one; history-full; field-….
    """
    before = history.events.get(head)
    if before is None or head not in history.heads:
        raise LocalProtocolError("history-chain", "head")
    if digest_of_next(new_key.public) != before.next:
        raise LocalProtocolError("history-next", "new_key")
    if len(history.events) >= MAX_KEY_EVENTS:
        raise LocalProtocolError("history-full")
    payload = {
        "v": 1,
        "from": history.party,
        "seq": before.seq + 1,
        "prev": head,
        "keys": [[ED25519_CODE, new_key.public]],
        "next": next_digest,
        "nonce": nonce,
    }
    return _sign(new_key, "kel", _KEY_EVENT, payload)


def _sign(key: SigningKey, kind: str, shape: schema.Shape, payload: Mapping[str, Any]) -> bytes:
    schema.check_local(shape, payload, kind)
    data = encode(payload)
    return sign1(key, cid_of(data), kind, data)
