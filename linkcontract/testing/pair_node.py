"""A simulated node: a real session with real keys over rows in memory, committed like a driver.

What a node has is its rows and what the person keeps elsewhere (the words, here a seed). A crash
throws the session away; `revive` loads it from the rows alone. Time and entropy are the test's.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest, next_key
from linkcontract.crypto.sealing import read_seal
from linkcontract.crypto.secret import Secret
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import DAY
from linkcontract.model.card import Card, secret_commitment, sign_card
from linkcontract.model.items import Opening
from linkcontract.model.party import DIRECTED, KeyHistory, incept, open_key_history, rotate
from linkcontract.model.statement import Statement
from linkcontract.protocol import (
    Author,
    ConsumedOpens,
    Content,
    Door,
    OpenArrived,
    OpenRepeated,
    Session,
    Snapshot,
    join,
    load,
)
from linkcontract.protocol.events import (
    BodiesHeld,
    Event,
    KeyEventsLearned,
    OpeningsHeld,
    PrekeysDestroyed,
    Refused,
    StatementsHeld,
    StatementsWritten,
)
from linkcontract.protocol.prekeys import make_prekey

START: Final = 1_800_000_000_000
"""When every pair begins, Unix milliseconds."""


class Entropy:
    """Random-looking bytes from a seed, never the same twice; two sources of one seed agree.

    Args:
        seed: any bytes.
    """

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._count = 0

    def __call__(self, length: int) -> bytes:
        """The next `length` bytes."""
        self._count += 1
        material = self._seed + self._count.to_bytes(8, "big")
        return hashlib.shake_256(material).digest(length)


class ManualClock:
    """A clock that moves when it is told to.

    Args:
        now: Unix ms.
    """

    def __init__(self, now: int = START) -> None:
        self.now = now


@dataclass(slots=True)
class Rows:
    """What a store holds of one relationship. A commit replaces it as a whole.

    Attributes:
        statements: by id, with bodies.
        events: by party, key event envelopes in order.
        openings: by statement and index.
        snapshot: the session's, or None before there is one.
        key: seed of the live key; in no backup.
    """

    statements: dict[bytes, Statement] = field(default_factory=dict)
    events: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)
    openings: dict[tuple[bytes, int], Opening] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    key: bytes | None = None

    def copy(self) -> "Rows":
        """The same rows, so that a change of one is none of the other."""
        return replace(
            self,
            statements=dict(self.statements),
            events=dict(self.events),
            openings=dict(self.openings),
        )


class SimulatedNode:
    """One side of a pair.

    Args:
        name: for messages of failing tests.
        kind: of its party, "directed" or "public".
        clock: shared with the other side, unless a test gives it its own.
        automatic: acknowledge what is owed after each message, as a driver does.

    Attributes:
        session: the live session, or None before the relationship or after a crash.
        rows: what is durable.
        events: everything the session said since the beginning.
        seed: what the next keys derive from; stands for the words on paper.
    """

    def __init__(self, name: str, kind: str, clock: ManualClock, *, automatic: bool = True) -> None:
        self.name = name
        self.kind = kind
        self.clock = clock
        self.automatic = automatic
        self.entropy = Entropy(name.encode())
        self.session: Session | None = None
        self.rows = Rows()
        self.events: list[Event] = []
        self.seed = self.entropy(64)
        self.rows.key = self.entropy(32)
        nonce = self.entropy(16)
        digest = next_digest(next_key(self.seed, nonce).public)
        inception = incept(kind, SigningKey(self.rows.key), digest, nonce)
        self.history = open_key_history([inception])
        self.rows.events[self.party] = (inception,)
        self.door = Door(self.history, {}, {}, ConsumedOpens())

    @property
    def party(self) -> bytes:
        """The node's party."""
        return self.history.party

    @property
    def live(self) -> Session:
        """The session; asserts that there is one."""
        assert self.session is not None, f"{self.name} has no session"
        return self.session

    def author(self) -> Author | None:
        """Who signs, if the live key is here and current."""
        history = self.own_history()
        if self.rows.key is None:
            return None
        key = SigningKey(self.rows.key)
        if not any(history.key_of(head) == key.public for head in history.heads):
            return None
        return Author(history, key)

    def own_history(self) -> KeyHistory:
        """The own key history as far as it is durable."""
        return open_key_history(self.rows.events[self.party])

    # -- opening --------------------------------------------------------------------------------

    def card(self, secret: bytes | None = None) -> Card:
        """Issue a card, with an invitation if there is a secret, and answer at the door for it."""
        author = self.author()
        assert author is not None, "a card is signed with a live key"
        prekey = make_prekey(self.clock.now, self.entropy)
        card = sign_card(
            author.key,
            party=self.party,
            kel=author.ks,
            seq=1,
            iat=self.clock.now,
            exp=self.clock.now + 30 * DAY,
            prekey=prekey.prekey,
            addresses=[f"memory://{self.name}/door"],
            inv=None if secret is None else secret_commitment(secret),
        )
        self.door.prekeys[prekey.prekey.id] = prekey.secret
        self.door.cards[card.id] = secret
        return card

    # -- what a driver does ---------------------------------------------------------------------

    def commit(self, events: Iterable[Event]) -> list[Event]:
        """Make durable what the events carry together with the snapshot, as one transaction."""
        events = list(events)
        rows = self.rows.copy()
        for event in events:
            _apply(rows, event)
        rows.snapshot = self.live.snapshot()
        for party, history in self.live.histories.items():
            rows.events.setdefault(party, history.envelopes)
        self.rows = rows
        self.events.extend(events)
        return events

    def receive(self, data: bytes) -> list[Event]:
        """Take a message in and commit; what is owed is acknowledged."""
        if self.session is None or self._is_for_door(data):
            return self._at_door(data)
        events = self.commit(self.live.receive(data, self.clock.now))
        return events + self._settle()

    def write(
        self, type: str, body: Mapping[str, Any], contents: Sequence[Content] = ()
    ) -> Statement:
        """Sign a statement and commit it."""
        event = self.live.write(type, body, self.clock.now, contents)
        self.commit([event])
        return event.statement

    def timer(self) -> list[Event]:
        """Let the session's timer run if it is due."""
        if self.session is None:
            return []
        due = self.session.next_timer()
        if due is None or due > self.clock.now:
            return []
        return self.commit(self.session.handle_timer(self.clock.now))

    def outgoing(self) -> list[bytes]:
        """Frames that are due."""
        return [] if self.session is None else self.session.frames_to_send(self.clock.now)

    # -- crashes and restores -------------------------------------------------------------------

    def crash(self) -> None:
        """Lose everything that was not committed."""
        self.session = None

    def revive(self) -> None:
        """Start again from the rows."""
        if self.rows.snapshot is None:
            return
        histories = {
            party: open_key_history(envelopes) for party, envelopes in self.rows.events.items()
        }
        self.session, events = load(
            self.rows.snapshot,
            self.rows.statements.values(),
            histories,
            openings=self.rows.openings.values(),
            author=self.author(),
            now=self.clock.now,
            entropy=self.entropy,
        )
        assert not events, events
        self.commit(events)

    def backup(self) -> Rows:
        """What a node backup holds: rows without prekey secrets and without the live key."""
        rows = self.rows.copy()
        assert rows.snapshot is not None, "there is nothing to back up"
        rows.snapshot = replace(rows.snapshot, fleeting=b"")
        rows.key = None
        return rows

    def restore(self, backup: Rows, *, adopt: bool = True) -> None:
        """Come back from a backup on a new machine, and ask the peer."""
        self.rows = backup.copy()
        self.revive()
        self.commit(self.live.begin_restore(self.clock.now, adopt=adopt))

    def rotate_key(self) -> None:
        """Rotate to the key the words give, and go on signing with it."""
        longer, key = self._rotated(self.live.histories[self.party])
        self.live.set_author(Author(longer, key))

    def lengthen(self, events: int) -> None:
        """Rotate until the key history has so many events; before the relationship."""
        while len(self.history.events) < events:
            self.history, _ = self._rotated(self.history)
        self.door.history = self.history

    def _rotated(self, history: KeyHistory) -> tuple[KeyHistory, SigningKey]:
        head = history.heads[-1]
        key = next_key(self.seed, history.events[head].nonce)
        nonce = self.entropy(16)
        digest = next_digest(next_key(self.seed, nonce).public)
        longer = history.extend([rotate(history, head, key, digest, nonce)])
        self.rows.key = key.secret.expose()
        self.rows.events[self.party] = longer.envelopes
        return longer, key

    # -- inside ---------------------------------------------------------------------------------

    def _settle(self) -> list[Event]:
        if not self.automatic:
            return []
        return self.commit(self.live.settle(self.clock.now))

    def _is_for_door(self, data: bytes) -> bool:
        try:
            header = read_seal(data)
        except RemoteProtocolError:
            return False
        return header.opening and header.prekey_id in self.door.prekeys

    def _at_door(self, data: bytes) -> list[Event]:
        result = self.door.receive(data, self.clock.now)
        if isinstance(result, OpenRepeated) and self.session is not None:
            return self.commit(self.session.open_repeated(self.clock.now))
        if not isinstance(result, OpenArrived):
            refused = result if isinstance(result, Refused) else Refused("open-consumed")
            self.events.append(refused)
            return [refused]
        author = self.author()
        assert author is not None, "a join is signed with a live key"
        self.door.decided(result.pending)
        self.session, events = join(
            result.pending,
            author,
            addresses=[f"memory://{self.name}/mailbox"],
            now=self.clock.now,
            entropy=self.entropy,
        )
        return self.commit(events) + self._settle()


def _apply(rows: Rows, event: Event) -> None:
    match event:
        case StatementsHeld(statements) | BodiesHeld(statements):
            rows.statements.update((one.id, one) for one in statements)
        case StatementsWritten(statements, openings):
            rows.statements.update((one.id, one) for one in statements)
            rows.openings.update(((one.share, one.index), one) for one in openings)
        case OpeningsHeld(share, openings):
            rows.openings.update(((share, one.index), one) for one in openings)
        case KeyEventsLearned(party, envelopes):
            rows.events[party] = (*rows.events.get(party, ()), *envelopes)
        case PrekeysDestroyed():
            pass  # the snapshot is without them already
        case _:
            pass


__all__ = ["DIRECTED", "START", "Entropy", "ManualClock", "Rows", "Secret", "SimulatedNode"]
