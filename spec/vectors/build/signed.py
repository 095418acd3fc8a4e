"""Stories of the ledger in signed statements, each under a short label, for schedule vectors.

`SignedStory` is `linkcontract.testing.scenario.Story` with real key histories and signatures:
person, organisation and agents are desks that hear exactly what they are handed and otherwise sign
as an honest node would. P is the person, V the organisation, an agent has the first letter of its
name. A statement is named by its writer and seq: P0 is the person's `open`, V0 the `join`, and a
second statement of P at seq 2 is P2b.

    story = SignedStory()
    offer = story.organisation.propose(SERVICE)          # V1
    story.person.hear(offer)
    bad = story.person.draft("ack", at=0)                # P2, malformed: drafts are held by nobody
    schedule(story, {"P": story.heard(story.person), "V": [offer, header(story, offer)]})

Everything is fixed: keys come from `build.world.seed`, salts from labels, times from the story.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from build.world import Party, seed
from linkcontract.crypto.cose import sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.encoding import cid_text, encode
from linkcontract.errors import RemoteProtocolError
from linkcontract.model.bodies import parse_body
from linkcontract.model.party import KeyHistory, open_key_history
from linkcontract.model.statement import BodyRecord as BodyRecord
from linkcontract.model.statement import (
    Head,
    Statement,
    body_hash,
    open_statement,
)
from linkcontract.testing.scenario import MARKETING as MARKETING
from linkcontract.testing.scenario import RESEARCH as RESEARCH
from linkcontract.testing.scenario import SERVICE as SERVICE
from linkcontract.testing.scenario import START as START
from linkcontract.testing.scenario import UNTIL as UNTIL
from linkcontract.testing.scenario import USE as USE
from linkcontract.testing.scenario import Desk, Story
from linkcontract.testing.scenario import agree as agree
from linkcontract.testing.scenario import terms as terms

Delivery = Statement | str
"""What a side is given: a statement with its body, or a label, "P3" or "P3:header"."""

_LETTERS: Final = {"person": "P", "organisation": "V"}


class SignedHistory:
    """A key history with its keys, which grows while a story is told.

    Args:
        label: names the keys; the same label is the same party in every story.
        kind: "directed" or "public".
    """

    def __init__(self, label: str, kind: str = "directed") -> None:
        self.label = label
        self._party = Party(label, kind)
        self._made = {self._party.id: self._party.inception}
        self.history: KeyHistory = open_key_history(self._party.history)

    @property
    def party(self) -> bytes:
        """Who it is."""
        return self.history.party

    @property
    def kind(self) -> str:
        """ "directed" or "public"."""
        return self.history.kind

    @property
    def inception(self) -> bytes:
        """The first key event."""
        return self.party

    @property
    def envelopes(self) -> tuple[bytes, ...]:
        """The signed key events, each after the one it follows."""
        return self.history.envelopes

    def key(self, event: bytes) -> SigningKey:
        """The secret key of a key event."""
        return self._made[event].key

    def key_of(self, event: bytes) -> bytes | None:
        """The public key of a key event."""
        return self.history.key_of(event)

    def rotate(self, after: bytes, branch: int = 0) -> bytes:
        """The key event that follows `after`; another `branch` is another event there."""
        event = self._party.event(self._made[after], f"branch {branch}" if branch else "")
        self._made[event.id] = event
        self.history = self.history.extend([event.envelope])
        return event.id

    def events(self) -> tuple[bytes, ...]:
        """Every event there is, in the order they were made."""
        return tuple(self.history.events)

    def descends(self, later: bytes, earlier: bytes) -> bool:
        """Whether `later` follows `earlier`."""
        return self.history.descends(later, earlier)

    def position(self, event: bytes) -> int | None:
        """How many rotations lead to `event`."""
        return self.history.position(event)

    def events_at(self, position: int) -> tuple[bytes, ...]:
        """The events at a position, sorted."""
        return self.history.events_at(position)


class SignedStory(Story):
    """A story in real statements.

    Attributes:
        named: label -> statement, in the order they were written, drafts among them.
        parties: label -> history.
    """

    def __init__(
        self,
        opener: str = "person",
        kinds: tuple[str, str] = ("directed", "public"),
        joined: bool = True,
    ) -> None:
        self.named: dict[str, Statement] = {}
        self.parties: dict[str, SignedHistory] = {}
        self._labels: dict[bytes, str] = {}
        super().__init__(opener, kinds, joined)

    def _history(self, name: str, kind: str) -> Any:
        label = _LETTERS.get(name, name[0].upper())
        if label in self.parties:
            raise ValueError(f"two parties would be called {label}")
        history = SignedHistory(label, kind)
        self.parties[label] = history
        self.histories[history.party] = history  # type: ignore[assignment]
        return history

    def party(self, name: str, kind: str = "directed") -> Any:
        """The key history of somebody more, labelled by the first letter of the name."""
        return self._history(name, kind)

    def made(
        self,
        history: Any,
        type_: str,
        body: Mapping[str, Any],
        *,
        at: int,
        ks: bytes,
        rel: bytes | None = None,
        seq: int = 0,
        prev: bytes | None = None,
        seen: Iterable[Head] = (),
        fault: str | None = None,
    ) -> Statement:
        """A statement exactly as asked for, signed, under the next label of its writer.

        Args:
            fault: "bad-body" for a body without the fields its type needs.
        """
        label = self._next_label(history, seq)
        record = BodyRecord(seed(f"ledger salt {label}"), encode({"odd": 1} if fault else body))
        header = {
            "v": 1,
            "type": type_,
            "rel": rel,
            "from": history.party,
            "seq": seq,
            "prev": prev,
            "seen": [list(head) for head in sorted(seen)],
            "at": at,
            "ks": ks,
            "bh": body_hash(*record),
        }
        envelope = sign1(history.key(ks), ks, "stmt", encode(header))
        statement = open_statement(envelope, self.histories).with_body(record)  # type: ignore[arg-type]
        if statement.body_fault != fault:
            raise ValueError(f"the body of {label}: {_fault_of(type_, record)}")
        return self.name(label, statement)

    def _next_label(self, history: Any, seq: int) -> str:
        label = f"{history.label}{seq}"
        for suffix in ("", *"bcdefghijklmnopqrstuvwxyz"):
            if label + suffix not in self.named:
                return label + suffix
        raise ValueError(f"too many branches at {label}")

    def name(self, label: str, statement: Statement) -> Statement:
        """Give a statement its label, unless it has one."""
        known = self._labels.get(statement.id)
        if known is not None:
            return self.named[known]
        self.named[label] = statement
        self._labels[statement.id] = label
        self.statements[statement.id] = statement
        return statement

    def label(self, statement: Statement | bytes) -> str:
        """The label of a statement, given itself or its id."""
        return self._labels[statement if isinstance(statement, bytes) else statement.id]

    def writer(self, party: bytes) -> str:
        """The label of a party."""
        return next(label for label, history in self.parties.items() if history.party == party)

    def heard(self, desk: Desk) -> list[Statement]:
        """What a desk holds, in the order in which it came there."""
        return list(desk.ledger.held())

    def feeds(self, statements: Iterable[Statement]) -> list[Statement]:
        """The same statements writer by writer after the open, so that many have to wait."""
        opening, *rest = statements
        return [opening, *sorted(rest, key=lambda one: (self.writer(one.writer), one.seq))]


def _fault_of(type_: str, record: BodyRecord) -> str:
    try:
        parse_body(type_, record.data)
    except RemoteProtocolError as error:
        return f"{error.code} at {error.where}"
    return "has its form"


def header(story: SignedStory, statement: Statement) -> str:
    """The delivery of a statement without its body."""
    return f"{story.label(statement)}:header"


def backwards(statements: Sequence[Statement]) -> list[Statement]:
    """The open, then the rest from the last to the first: everything waits."""
    return [statements[0], *reversed(statements[1:])]


def schedule(story: SignedStory, deliveries: Mapping[str, Sequence[Delivery]]) -> dict[str, Any]:
    """The input of `fold`: the named statements and histories of a story, and who is given what.

    Statements are those some side is given and what they name; of the histories all, as they are
    in the end.
    """
    given = {side: [_entry(story, each) for each in order] for side, order in deliveries.items()}
    used = {entry.removesuffix(":header") for order in given.values() for entry in order}
    queue = [story.named[label] for label in used]
    while queue:
        statement = queue.pop()
        named = [head.id for head in statement.seen] + [statement.prev or b""]
        labels = {story.label(one) for one in named if one in story.statements} - used
        used |= labels
        queue += [story.named[label] for label in labels]
    return {
        "histories": {
            label: [envelope.hex() for envelope in history.envelopes]
            for label, history in story.parties.items()
        },
        "statements": {
            label: as_json(statement) for label, statement in story.named.items() if label in used
        },
        "deliveries": given,
    }


def _entry(story: SignedStory, delivery: Delivery) -> str:
    return delivery if isinstance(delivery, str) else story.label(delivery)


def as_json(statement: Statement) -> dict[str, Any]:
    """A statement as the door takes it."""
    record = statement.record
    body = None if record is None else [record.salt.hex(), record.data.hex()]
    return {"envelope": statement.envelope.hex(), "body": body}


# what is in a schedule, in words


def told(story: SignedStory, statements: Iterable[Statement]) -> str:
    """One line a statement for the comment of a vector: "P2 accept V1, saw V1"."""
    return "; ".join(_line(story, statement) for statement in statements)


def _line(story: SignedStory, statement: Statement) -> str:
    parts = [story.label(statement), statement.type, *_says(story, statement)]
    if statement.prev in story.statements:
        before = story.label(statement.prev)
        expected = f"{story.writer(statement.writer)}{statement.seq - 1}"
        parts += [] if before == expected else ["after", before]
    seen = sorted(story.label(head.id) for head in statement.seen if head.id in story.statements)
    return " ".join(parts) + (f", saw {' '.join(seen)}" if seen else "")


def _says(story: SignedStory, statement: Statement) -> list[str]:
    """What a body is about, as far as the ledger reads it."""
    if statement.body is None:
        return [] if statement.body_fault is None else ["(bad body)"]
    words: list[str] = []
    for field in ("ref", "base", "answers", "agreement", "event", "to"):
        named = statement.body.get(field)
        if isinstance(named, bytes) and statement.type not in ("open", "join"):
            words += [] if field == "ref" else [field]
            words.append(_name(story, statement, named))
    thread = statement.body.get("thread")
    if thread is not None and not words:
        words.append(_name(story, statement, thread))
    if statement.type == "revoke" and thread is None:
        words.append("everywhere")
    words += [str(purpose) for purpose in statement.body.get("purposes") or ()]
    if statement.type in ("use", "share"):
        words.append(statement.body["purpose"])
    return words


def _name(story: SignedStory, statement: Statement, named: bytes) -> str:
    if named in story.statements:
        return story.label(named)
    if named in story.histories:
        return story.writer(named)
    position = story.histories[statement.writer].position(named)
    return cid_text(named)[:12] if position is None else f"key {position}"
