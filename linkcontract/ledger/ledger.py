"""The ledger of one relationship: statements go in, in any order; the state comes out.

Spec: ledger. Pure: no clock, no randomness, no store. What is held is closed under past; the rest
waits. Two ledgers that hold the same statements are in the same state.
"""

from collections.abc import Collection

from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.ledger import acknowledging, contradictions, facts, uses, wellformed
from linkcontract.ledger.acknowledging import NextHeader
from linkcontract.ledger.contradictions import Breach, ForkPair, KeyPair
from linkcontract.ledger.escrow import Escrow
from linkcontract.ledger.fold import State
from linkcontract.ledger.folding import Folding
from linkcontract.ledger.held import Side
from linkcontract.ledger.histories import Histories
from linkcontract.ledger.intake import Added, Intake, has_body
from linkcontract.ledger.past import Past
from linkcontract.ledger.permissions import Touches, touches
from linkcontract.ledger.preview import preview, would_breach
from linkcontract.ledger.uses import UseStatus
from linkcontract.model.statement import Head, Statement


class Ledger:
    """One relationship.

    Args:
        opening: its `open` statement with its body; that `open` and `join` are properly made and
            answer one another is checked where relationships are opened.
        histories: party -> key history, live; call `histories_grew` when one was extended.
        escrow: bounds of what waits; a test may give smaller ones.
        touches: which withdrawn purposes touch which; the vocabulary's answer by default.

    Raises:
        RemoteProtocolError: ledger-opening if this is no open with readable roles for its two
            parties.
    """

    _holding: type[Past] = Past
    _folder: type[Folding] = Folding

    def __init__(
        self,
        opening: Statement,
        histories: Histories,
        *,
        escrow: Escrow | None = None,
        touches: Touches = touches,
    ) -> None:
        body = opening.body
        if opening.type != "open" or body is None or opening.seq != 0 or opening.seen:
            raise RemoteProtocolError("ledger-opening", "type")
        if {opening.writer, body["to"]} != set(body["roles"].values()):
            raise RemoteProtocolError("ledger-opening", "body.roles")
        if opening.writer == body["to"]:
            raise RemoteProtocolError("ledger-opening", "body.to")
        self._past = self._holding(opening, histories)
        self._folding = self._folder(self._past)
        self._escrow = Escrow() if escrow is None else escrow
        self._intake = Intake(self._past, self._escrow, self._place)
        self._touches = touches
        self._place(opening)

    # who

    @property
    def rel(self) -> bytes:
        """The relationship: CID of the `open` payload."""
        return self._past.rel

    @property
    def opening(self) -> Statement:
        """The `open`."""
        return self._past.held[0].statement

    @property
    def opener(self) -> bytes:
        """Who opened."""
        return self._past.opener

    @property
    def joiner(self) -> bytes:
        """Whom it was opened to."""
        return self._past.joiner

    @property
    def first(self) -> bytes:
        """The first party's lead."""
        return self._past.leads[Side.FIRST]

    @property
    def second(self) -> bytes:
        """The second party's lead."""
        return self._past.leads[Side.SECOND]

    @property
    def joined(self) -> bool:
        """Whether a `join` is held."""
        return any(self._past.of_type(self._past.everything, "join", void=True))

    def side_of(self, writer: bytes) -> Side | None:
        """For whom a writer speaks; None for one that has said nothing here and is no lead."""
        for side, lead in self._past.leads.items():
            if writer == lead:
                return side
        first = self._past.first_by_id(writer)
        return None if first is None else first.side

    # statements

    def add(self, statement: Statement) -> Added:
        """Take in a verified statement, in any order.

        Raises:
            RemoteProtocolError: ledger-relationship; ledger-writer, ledger-key, ledger-chain,
                ledger-time, ledger-seen, ledger-opening if it is malformed: it is not held, and
                what waited for it is dropped.
        """
        if statement.relationship != self.rel:
            raise RemoteProtocolError("ledger-relationship", "rel")
        held = self._past.by_id.get(statement.id)
        if held is None:
            return self._intake.take(statement)
        if has_body(held.statement) or not has_body(statement):
            return Added("duplicate")
        held.statement = statement
        facts.resettle(self._past, held)
        self._past.completed(held)
        return Added("completed")

    def get(self, statement_id: bytes) -> Statement | None:
        """A held statement."""
        held = self._past.by_id.get(statement_id)
        return None if held is None else held.statement

    def __contains__(self, statement_id: object) -> bool:
        return statement_id in self._past.by_id

    def __len__(self) -> int:
        return len(self._past.held)

    def held(self) -> tuple[Statement, ...]:
        """All held statements, each after everything it saw."""
        return tuple(held.statement for held in self._past.held)

    def waiting(self) -> tuple[Statement, ...]:
        """All that waits, by writer, seq and id. It is no part of the state."""
        return self._escrow.waiting()

    def missing(self) -> tuple[bytes, ...]:
        """Statements that are named by waiting ones and neither held nor waiting, sorted."""
        return self._intake.missing()

    def heads(self) -> tuple[Head, ...]:
        """The ends of all branches of all writers, sorted."""
        writers = self._past.feeds
        return tuple(sorted(end.head for writer in writers for end in self._past.tips(writer)))

    def writers(self) -> tuple[bytes, ...]:
        """Every writer that has said something, sorted."""
        return tuple(sorted(self._past.feeds))

    def feed(self, writer: bytes) -> tuple[Statement, ...]:
        """A writer's statements, all branches, by seq and id."""
        feed = self._past.feeds.get(writer, [])
        return tuple(
            sorted((held.statement for held in feed), key=lambda held: (held.seq, held.id))
        )

    def in_past(self, earlier: bytes, later: bytes) -> bool:
        """Whether `later` had seen `earlier`; both are held. KeyError if one is not."""
        return self._past.by_id[later].knew(self._past.by_id[earlier])

    def known_to(self, writer: bytes, statement_id: bytes) -> bool:
        """Whether something `writer` signed shows that it had seen a held statement."""
        held = self._past.by_id[statement_id]
        return held.writer == writer or any(end.knew(held) for end in self._past.tips(writer))

    # state

    def state(self) -> State:
        """fold(everything held)."""
        return self._folding.state(self._past.everything)

    def state_before(self, statement_id: bytes) -> State:
        """fold(past(s)) of a held statement: what its writer could know. KeyError if not held."""
        return self._folding.state(self._past.by_id[statement_id].past)

    def void_reason(self, statement_id: bytes) -> str | None:
        """Why a held statement is void, a key of `voids.VOID_REASONS`; None if it is not."""
        return self._past.by_id[statement_id].void

    def confirms(self, statement_id: bytes) -> tuple[bytes, ...]:
        """The proposals a held statement confirms (V4)."""
        return self._past.by_id[statement_id].confirms

    def thread_of(self, statement_id: bytes) -> bytes | None:
        """Root of the thread a held statement names, None if it names none."""
        return self._past.by_id[statement_id].thread

    def use_status(self, statement_id: bytes) -> UseStatus:
        """What a held `use` or `share` was (A7).

        Raises:
            LocalProtocolError: ledger-no-use for a statement of another type.
        """
        held = self._past.by_id[statement_id]
        if held.type not in uses.USES:
            raise LocalProtocolError("ledger-no-use", "type")
        if held.statement.body is None:
            return UseStatus.UNVERIFIED
        if uses.is_breach(self._folding.at(held.past), held, self._touches):
            return UseStatus.BREACH
        known = self._folding.at(uses.without_followers(self._past, held))
        return UseStatus.COVERED if uses.allows(known, held, self._touches) else UseStatus.RACED

    def histories_grew(self) -> None:
        """Forget folded states: what convicts depends on the key events known."""
        self._folding.forget()

    # what to say next

    def next_header(
        self,
        writer: bytes,
        exclude: Collection[bytes] = (),
        *,
        after: bytes | None = None,
        ks: bytes | None = None,
    ) -> NextHeader:
        """What a writer's next statement has to say in its header (K3, K4).

        Args:
            exclude: held statements to leave unseen, with all that follows them.
            after: the own statement to go on from. By default the end of the branch no other
                supersedes, which after a restore is the one that rotated.
            ks: the key event it will be signed under; a branch that cannot go on under it is left
                aside, which matters once a key history has parted (K5).

        Raises:
            LocalProtocolError: ledger-writer if this writer can say nothing here yet.
        """
        return acknowledging.next_header(self._past, writer, exclude, after, ks)

    def owes_ack(self, writer: bytes) -> bool:
        """Whether a writer has yet to acknowledge something (K1)."""
        return bool(acknowledging.owed(self._past, writer))

    def preview(self, statement: Statement) -> str | None:
        """Why a statement that is not held would be malformed or void; None if neither.

        Its prev and everything in its `seen` are held, as `next_header` gives them.
        """
        return preview(self._past, statement, self._folding.at)

    def would_breach(self, statement: Statement) -> bool:
        """Whether a `use` or `share` not yet held would be a breach (U1); False for other types.

        Its prev and everything in its `seen` are held, as `next_header` gives them.
        """
        return would_breach(self._past, statement, self._folding.at, self._touches)

    # what contradicts

    def fork_pairs(self) -> tuple[ForkPair, ...]:
        """Every point where a held feed parts (E1)."""
        return contradictions.fork_pairs(self._past)

    def key_pairs(self) -> tuple[KeyPair, ...]:
        """Writers with two key events at one position named here (F3)."""
        return contradictions.key_pairs(self._past)

    def breach(self, statement_id: bytes) -> Breach | None:
        """A held use or share that is a breach, with what its writer had seen (E2); else None."""
        if self.use_status(statement_id) is not UseStatus.BREACH:
            return None
        return contradictions.denials_known(self._past, self._past.by_id[statement_id])

    # inside

    def _place(self, statement: Statement) -> None:
        past = self._past
        behind = past.behind(statement)
        side, lead = wellformed.role_of(past, statement, behind)
        if past.held:
            wellformed.check_header(past, statement, behind)
        held = past.hold(statement, behind, side, lead)
        facts.settle(past, held, lambda: self._folding.at(behind))
        if past.place(held):
            # from a fork on more statements count; what was folded so far was sorted without them
            self._folding.forget()
