"""A writer at its own ledger, as the stories of `linkcontract.testing.scenario` have them."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from linkcontract.ledger import Ledger, State, Thread
from linkcontract.limits import DAY
from linkcontract.model.statement import Head, Statement
from linkcontract.model.terms import Terms
from linkcontract.testing.plain_history import PlainHistory
from linkcontract.testing.sample_terms import SERVICE, UNTIL, USE, terms

if TYPE_CHECKING:
    from linkcontract.testing.scenario import Story

AGENT_TYPES: Final = (
    "propose",
    "accept",
    "refuse",
    "retract",
    "suspend",
    "resume",
    "revoke",
    "terminate",
    "share",
)
"""What an agent of a story may sign unless it says otherwise."""


class Desk:
    """A writer at its own ledger.

    Attributes:
        ledger: what it holds.
        ks: the key event it signs under.
        delegation: for an agent, the statement that names it.
    """

    def __init__(self, story: "Story", history: PlainHistory) -> None:
        self.story = story
        self.history = history
        self.party = history.party
        self.ks = history.inception
        self.ledger = Ledger(story.opening, story.histories)
        self.delegation: Statement | None = None

    # hearing

    def hear(self, *statements: Statement) -> None:
        """Hear these statements, and whatever they saw."""
        for statement in statements:
            waiting = [statement]
            while waiting:
                one = waiting[-1]
                named = [head.id for head in one.seen] + ([one.prev] if one.prev else [])
                lacking = [name for name in named if name not in self.ledger]
                if lacking:
                    waiting += [self.story.statements[name] for name in lacking]
                    continue
                waiting.pop()
                if one.id not in self.ledger:
                    self.ledger.add(one)

    def hear_all(self, *desks: "Desk") -> None:
        """Hear everything other desks hold."""
        for desk in desks:
            self.hear(*desk.ledger.held())

    def twin(self) -> "Desk":
        """The same writer once more, holding what this desk holds now, sharing nothing later."""
        twin = Desk(self.story, self.history)
        twin.ks = self.ks
        twin.delegation = self.delegation
        twin.hear_all(self)
        return twin

    # reading

    @property
    def state(self) -> State:
        """The state of what it holds."""
        return self.ledger.state()

    def thread(self, statement: Statement | None = None) -> Thread:
        """The thread a statement belongs to; without one, the only thread there is."""
        threads = self.ledger.state().threads
        if statement is None:
            (thread,) = threads.values()
            return thread
        root = self.ledger.thread_of(statement.id)
        assert root is not None, "the statement names no thread"
        return threads[root]

    def void(self, statement: Statement) -> str | None:
        """Why a statement is void; None if it is not."""
        return self.ledger.void_reason(statement.id)

    # writing

    def write(
        self,
        type_: str,
        *,
        unseen: Collection[Statement] = (),
        seen: Iterable[Head] | None = None,
        at: int | None = None,
        after: Statement | None = None,
        fault: str | None = None,
        **body: Any,
    ) -> Statement:
        """Sign a statement and hold it.

        Args:
            unseen: held statements to keep quiet about, with all that follows them.
            seen: exactly these heads instead.
            at: its time; a minute after the last one in the story if not given.
            after: the own statement to go on from; by default as `Ledger.next_header` says.
            fault: "bad-body" for a body that fails its schema.
            body: the fields of the body.

        Raises:
            RemoteProtocolError: it is malformed; then it is not held, though the story knows it.
        """
        statement = self.draft(
            type_, unseen=unseen, seen=seen, at=at, after=after, fault=fault, **body
        )
        self.ledger.add(statement)
        return statement

    def draft(
        self,
        type_: str,
        *,
        unseen: Collection[Statement] = (),
        seen: Iterable[Head] | None = None,
        at: int | None = None,
        after: Statement | None = None,
        fault: str | None = None,
        **body: Any,
    ) -> Statement:
        """What `write` would sign, held by nobody."""
        header = self.ledger.next_header(
            self.party,
            [statement.id for statement in unseen],
            after=None if after is None else after.id,
            ks=self.ks,
        )
        return self.story.made(
            self.history,
            type_,
            body,
            at=max(self.story.tick(), header.not_before) if at is None else at,
            ks=self.ks,
            rel=self.ledger.rel,
            seq=header.seq,
            prev=header.prev,
            seen=header.seen if seen is None else seen,
            fault=fault,
        )

    def join(self, **how: Any) -> Statement:
        """Join; the body repeats the opening's."""
        body = {**self.story.pair, "to": self.ledger.opener, "nonce": b"\x01" * 32}
        return self.write("join", **body, **how)

    def propose(
        self,
        *purposes: str,
        answers: Statement | None = None,
        base: Statement | None = None,
        thread: Statement | None = None,
        accept_by: int | None = None,
        until: int = UNTIL,
        **how: Any,
    ) -> Statement:
        """Propose: a first offer, a counter to `answers`, or a change of `base`."""
        named = answers or base or thread
        return self.write(
            "propose",
            thread=None if named is None else self._root(named),
            base=None if base is None else base.id,
            answers=None if answers is None else answers.id,
            terms=terms(*purposes, until=until).to_value(),
            accept_by=self.story.now + 30 * DAY if accept_by is None else accept_by,
            controller=None,
            **how,
        )

    def accept(self, proposal: Statement, terms_id: bytes | None = None, **how: Any) -> Statement:
        """Accept a proposal, with its own terms unless said."""
        assert proposal.body is not None
        own = Terms.from_value(proposal.body["terms"]).id
        named = terms_id or own
        return self.write(
            "accept", thread=self._root(proposal), ref=proposal.id, terms=named, **how
        )

    def refuse(self, proposal: Statement, *purposes: str, **how: Any) -> Statement:
        """Refuse a proposal, or only these purposes of it."""
        return self.write(
            "refuse",
            thread=self._root(proposal),
            ref=proposal.id,
            purposes=list(purposes) or None,
            code="no-thanks",
            **how,
        )

    def retract(self, proposal: Statement, **how: Any) -> Statement:
        """Take an own offer back."""
        return self.write("retract", thread=self._root(proposal), ref=proposal.id, **how)

    def suspend(self, about: Statement, **how: Any) -> Statement:
        """Hold a thread back."""
        return self.write("suspend", thread=self._root(about), **how)

    def resume(self, suspend: Statement, **how: Any) -> Statement:
        """Lift a suspension."""
        return self.write("resume", thread=self._root(suspend), ref=suspend.id, **how)

    def revoke(self, about: Statement | None, *purposes: str, **how: Any) -> Statement:
        """Revoke everything or some purposes, in one thread or (None) relationship-wide."""
        thread = None if about is None else self._root(about)
        return self.write("revoke", thread=thread, purposes=list(purposes) or None, **how)

    def terminate(self, about: Statement, effective: int | None = None, **how: Any) -> Statement:
        """End a thread, now or as from a later moment."""
        return self.write("terminate", thread=self._root(about), effective=effective, **how)

    def delegate(self, to: "Desk", types: Sequence[str] = AGENT_TYPES, **how: Any) -> Statement:
        """Name an agent."""
        limits = {name: how.pop(name, None) for name in ("terms", "count", "until")}
        return self.write(
            "delegate",
            to=to.party,
            kel=to.history.inception,
            types=list(types),
            depth=0,
            **limits,
            **how,
        )

    def undelegate(self, delegation: "Statement | Desk", **how: Any) -> Statement:
        """Dismiss an agent."""
        named = delegation.delegation if isinstance(delegation, Desk) else delegation
        assert named is not None
        return self.write("undelegate", ref=named.id, **how)

    def rotate(self, branch: int = 0, **how: Any) -> Statement:
        """Go over to the next key; another `branch` parts the key history."""
        self.ks = self.history.rotate(self.ks, branch)
        return self.write("rotate", event=self.ks, **how)

    def use(
        self, agreement: Statement, purpose: str = SERVICE, action: str = USE, **how: Any
    ) -> Statement:
        """Record a use of data under an agreement."""
        return self.write(
            "use",
            thread=self._root(agreement),
            agreement=agreement.id,
            action=action,
            purpose=purpose,
            ref=None,
            **how,
        )

    def share(self, agreement: Statement, purpose: str = SERVICE, **how: Any) -> Statement:
        """Share something under an agreement."""
        return self.write(
            "share",
            thread=self._root(agreement),
            agreement=agreement.id,
            purpose=purpose,
            items=[[bytes(32), bytes(32)]],
            **how,
        )

    def ack(self, **how: Any) -> Statement:
        """Acknowledge whatever is held."""
        return self.write("ack", **how)

    def _root(self, about: Statement) -> bytes:
        body = about.body
        if body is not None and body.get("thread") is not None:
            root: bytes = body["thread"]
            return root
        return about.id
