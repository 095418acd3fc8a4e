"""An honest simulated node: what it signs, what it refuses to sign, and what a crash leaves of it.

The behaviour is that of spec: ledger, K1 to K6. A node takes whatever the network hands it, and
acts when it is told to; which of the things it could do now it does is told by small integers.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Ledger
from linkcontract.limits import MAX_SKEW
from linkcontract.model.bodies import DENIALS, RELEVANT_TYPES
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk
from linkcontract.testing.simulated_actions import Wish, wishes

if TYPE_CHECKING:
    from linkcontract.testing.simulator import World

INSTEAD: Final = ("accept", "use", "amend", "propose")
"""What is done when nothing of the kind asked for makes sense: it moves the story on."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: statements, and the live key event of its writer."""

    held: tuple[Statement, ...]
    ks: bytes
    erased: frozenset[bytes]


class Node:
    """A writer that keeps the rules.

    Attributes:
        drift: how far its clock is off, milliseconds.
        restoring: it was restored, or found something it did not sign: it rotates first (K5).
        adopt: it takes statements in its own name back until it has rotated.
        restored: how often it was restored.
        erased: statements whose bodies it no longer has.
        signed: all it ever signed, across restores; for those who judge, not for the node.
    """

    def __init__(self, world: "World", name: str, desk: Desk) -> None:
        self.world = world
        self.name = name
        self.desk = desk
        self.drift = 0
        self.restoring = False
        self.adopt = False
        self.restored = 0
        self.erased: frozenset[bytes] = frozenset()
        self.signed = {statement.id for statement in desk.ledger.feed(desk.party)}
        self.backup = self._backup()

    @property
    def ledger(self) -> Ledger:
        """What it holds."""
        return self.desk.ledger

    @property
    def party(self) -> bytes:
        """In whose name it writes."""
        return self.desk.party

    @property
    def now(self) -> int:
        """What its clock shows."""
        return self.world.now + self.drift

    @property
    def parted(self) -> bool:
        """Whether its own key history has two ends, as far as it knows: denials only (K5)."""
        history = self.desk.history
        return any(
            own.ks != self.desk.ks
            and not history.descends(self.desk.ks, own.ks)
            and not history.descends(own.ks, self.desk.ks)
            for own in self.ledger.feed(self.party)
        )

    # hearing

    def shown_to(self, _other: object) -> list[Statement]:
        """All it holds, in order; without the bodies it erased."""
        return [self._bare(statement) for statement in self.ledger.held()]

    def _bare(self, statement: Statement) -> Statement:
        if statement.id not in self.erased:
            return statement
        return replace(statement, body=None, record=None)

    def take(self, statement: Statement) -> None:
        """Hear a statement. Offers that ran out are retracted before (K3)."""
        if statement.id not in self.ledger:
            self.expire_offers()
            if statement.writer == self.party and not self._takes_own(statement):
                return
        self.world.watch.before_add(self, statement)
        try:
            added = self.ledger.add(statement)
        except RemoteProtocolError as error:
            self.world.watch.refused(statement, error)
            return
        self.world.watch.after_add(self, statement, added)

    def _takes_own(self, statement: Statement) -> bool:
        """Whether it holds a statement in its own name that it does not know (K4, K5).

        Lost in a restore, or a stolen key: under a superseded key it can do no harm, and while a
        restore asks for it, it is adopted. Else the next thing to sign is a rotate.
        """
        if self.restoring and self.adopt:
            return True
        if self.party_moved_on(statement.ks):
            return True
        if not self.restoring:
            self.restoring, self.adopt = True, False
        return False

    def party_moved_on(self, ks: bytes) -> bool:
        """Whether the own feed cannot go on under a key event: it is superseded, or stands at the
        other end of a parted history."""
        last = self.last
        return last.ks != ks and not self.desk.history.descends(ks, last.ks)

    # writing

    @property
    def last(self) -> Statement:
        """The own statement the next one goes on from (K4)."""
        prev = self.ledger.next_header(self.party, ks=self.desk.ks).prev
        last = None if prev is None else self.ledger.get(prev)
        assert last is not None, "everybody in a world has said something"
        return last

    def act(self, kind: str, which: int, how: int) -> Statement | None:
        """Do something of a kind, if anything of that kind makes sense now."""
        if kind == "rotate":
            return self.rotate()
        if kind == "ack":
            return self.acknowledge()
        for instead in (kind, *INSTEAD):
            wanted = wishes(self, instead, how)
            wish = wanted[which % len(wanted)] if wanted else None
            statement = None if wish is None else self.write(wish)
            if statement is not None:
                break
        if statement is not None and statement.type == "erased" and statement.body is not None:
            self.erased |= {statement.body["ref"]}
        return statement

    def write(self, wish: Wish, unseen: tuple[Statement, ...] = ()) -> Statement | None:
        """Sign what is wished for, unless an honest writer does not sign it now."""
        if self.restoring:
            self.rotate()
        self.expire_offers()
        if wish.type not in DENIALS and self._denials_only():
            return None
        draft = self._draft(wish, unseen)
        if self.ledger.preview(draft) is not None or self.ledger.would_breach(draft):
            return None
        return self._sign(draft)

    def _draft(self, wish: Wish, unseen: tuple[Statement, ...] = ()) -> Statement:
        last = self.last
        at = max(self.now, last.at)
        return self.desk.draft(wish.type, at=at, unseen=unseen, after=last, **wish.body)

    def would_be(self, wish: Wish) -> str | None:
        """Why a wish would be malformed or void if it were signed now; None if neither."""
        return self.ledger.preview(self._draft(wish))

    def _sign(self, draft: Statement) -> Statement:
        added = self.ledger.add(draft)
        assert added.status == "held", "an honest statement is held at once"
        self.signed.add(draft.id)
        self.world.watch.after_add(self, draft, added)
        self.world.post(self, draft)
        return draft

    def _denials_only(self) -> bool:
        return self.last.at - self.now > MAX_SKEW or self.parted

    def rotate(self) -> Statement | None:
        """Go over to a new key; ends a restore.

        An accept of an own offer that ran out meanwhile stays unseen, the offer is retracted (K3).
        """
        if not self.restoring and self.parted:
            return None
        late = self._late_accepts() if self.restoring else {}
        self.desk.ks = self._next_event()
        statement = self._sign(self._draft(Wish("rotate", {"event": self.desk.ks}), tuple(late)))
        self.restoring = self.adopt = False
        for proposal in dict.fromkeys(late.values()):
            self._retract(proposal, tuple(late))
        return statement

    def _next_event(self) -> bytes:
        """A key event nobody made before, after the last one known (ADR 0012: never repeated)."""
        history = self.desk.history
        last = self.desk.ks
        events = [own.ks for own in self.ledger.feed(self.party)]
        if history.kind == "public":
            # the offline signer's own record survives every restore (F3)
            events += list(history.events())
        for event in events:
            if history.descends(event, last):
                last = event
        return history.rotate(last, branch=len(history.events()))

    def _late_accepts(self) -> dict[Statement, Statement]:
        head = self.last.id
        late = {}
        for accept in self.ledger.held():
            if accept.type != "accept" or accept.body is None:
                continue
            offer = self.ledger.get(accept.body["ref"])
            if offer is None or offer.body is None or offer.writer != self.party:
                continue
            if offer.body["accept_by"] < self.now and not self.ledger.in_past(accept.id, head):
                late[accept] = offer
        return late

    def expire_offers(self) -> None:
        """Take back every own live offer that ran out by the own clock (K3)."""
        if self.restoring:
            return
        for thread in list(self.ledger.state().threads.values()):
            for name in thread.offers:
                offer = self.ledger.get(name)
                assert offer is not None, "an offer of the state is held"
                assert offer.body is not None, "an offer has its body"
                if offer.writer == self.party and offer.body["accept_by"] < self.now:
                    self._retract(offer, ())

    def _retract(self, offer: Statement, unseen: tuple[Statement, ...]) -> None:
        assert offer.body is not None, "an offer has its body"
        root = offer.body["thread"] or offer.id
        draft = self._draft(Wish("retract", {"thread": root, "ref": offer.id}), unseen)
        if self.ledger.preview(draft) is None:
            self._sign(draft)

    def acknowledge(self) -> Statement | None:
        """Say what is owed, and no more (K1)."""
        if not self.ledger.owes_ack(self.party):
            return None
        return self.write(Wish("ack", {}))

    def settle(self) -> bool:
        """Do what an honest node does without being asked; whether anything was said."""
        before = len(self.signed)
        if self.restoring:
            self.rotate()
        self.expire_offers()
        self.acknowledge()
        return len(self.signed) > before

    # misfortune

    def _backup(self) -> Backup:
        return Backup(self.ledger.held(), self.desk.ks, self.erased)

    def save(self) -> None:
        """Make a backup."""
        self.backup = self._backup()

    def crash(self) -> None:
        """Start again from what is durable: all that is held, in the order it came (K5)."""
        self._reload([self._bare(statement) for statement in self.ledger.held()])

    def restore(self, adopt: bool) -> None:
        """Go back to the backup (K5)."""
        self.desk.ks = self.backup.ks
        self.erased = self.backup.erased
        self._reload([self._bare(statement) for statement in self.backup.held])
        self.restored += 1
        self.restoring, self.adopt = True, adopt
        self.world.watch.forget(self)

    def _reload(self, statements: list[Statement]) -> None:
        story = self.world.story
        self.desk.ledger = Ledger(story.opening, story.histories)
        for statement in statements:
            self.desk.ledger.add(statement)

    def erasable(self) -> list[Statement]:
        """Statements whose bodies may go: of no type the fold reads, body still here."""
        return [
            held
            for held in self.ledger.held()
            if held.type not in RELEVANT_TYPES and held.body and held.id not in self.erased
        ]

    def body_of(self, name: bytes) -> dict[str, Any]:
        """The body of a held statement, as a map that may be changed."""
        statement = self.ledger.get(name)
        assert statement is not None, "asked for a statement that is held"
        return dict(statement.body or {})
