"""Parties and their key histories.

A party is named by the CID of its inception payload. Its key history is a chain of key events,
each signed by the key it contains and each announcing the digest of the next key, so a stolen live
key cannot rotate. A history may hold two events at one position: of a public party that is
evidence, of a directed one a parted history, and which of the two is judged by the ledger.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest as digest_of_next
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_KEY_EVENTS
from linkcontract.model.key_events import DIRECTED as DIRECTED
from linkcontract.model.key_events import (
    ED25519_CODE,
    INCEPTION,
    KEY_EVENT,
    AnyKeyEvent,
    open_inception,
    open_key_event,
    sign_key_event,
)
from linkcontract.model.key_events import PUBLIC as PUBLIC
from linkcontract.model.key_events import Inception as Inception
from linkcontract.model.key_events import KeyEvent as KeyEvent


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

    def joined(self, other: "KeyHistory") -> "KeyHistory":
        """The events of this history and of another one of the same party.

        The bound on events is one of each: two halves of a parted history may be more together.
        """
        if other.party != self.party:
            raise ValueError("histories of two parties")
        return KeyHistory(self.inception, MappingProxyType({**self.events, **other.events}))

    def _next_event(self, envelope: bytes) -> AnyKeyEvent:
        try:
            return open_key_event(envelope)
        except RemoteProtocolError as error:
            if error.code != "cose-typ":
                raise
        inception = open_inception(envelope)
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
    inception = open_inception(first)
    history = KeyHistory(inception, MappingProxyType({inception.id: inception}))
    return history.extend(rest)


def take_key_event(histories: dict[bytes, KeyHistory], envelope: bytes) -> bool:
    """Take an event into the history it belongs to, or begin one with it.

    Args:
        histories: by party; altered.
        envelope: of an inception, or of an event whose inception is there.

    Returns:
        Whether it is new.

    Raises:
        RemoteProtocolError: cose-typ for an event whose inception is not there; otherwise as
            `KeyHistory.extend`.
    """
    try:
        party = open_key_event(envelope).party
    except RemoteProtocolError as error:
        if error.code != "cose-typ":
            raise
        begun = open_key_history([envelope])
        return histories.setdefault(begun.party, begun) is begun
    held = histories.get(party)
    if held is None:
        raise RemoteProtocolError("cose-typ")
    histories[party] = held.extend([envelope])
    return histories[party] is not held


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
    return sign_key_event(key, "incp", INCEPTION, payload)


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
    return sign_key_event(new_key, "kel", KEY_EVENT, payload)
