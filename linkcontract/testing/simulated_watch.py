"""What must hold in every simulated world, checked whenever somebody's state changed.

Each check says which promise of the ledger it stands for. Nothing here uses the fold's own
reasoning: permissions are traced back to statements by reading them, and what happened before is
remembered and compared with what is said now.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import (
    Added,
    Ledger,
    ProposalStatus,
    State,
    Thread,
    ThreadPhase,
    UseStatus,
    permitted,
)
from linkcontract.model.bodies import RELEVANT_TYPES, STATEMENT_TYPES
from linkcontract.model.statement import Statement
from linkcontract.policy import Request
from linkcontract.testing.scenario import USE, told
from linkcontract.testing.simulated_actions import PATH, PURPOSES, Wish
from linkcontract.testing.simulated_evidence import backed, said

if TYPE_CHECKING:
    from linkcontract.testing.simulated_node import Node
    from linkcontract.testing.simulator import World

AFTER_CONFIRMED = frozenset(
    {
        ProposalStatus.CONFIRMED,
        ProposalStatus.FROZEN,
        ProposalStatus.LAPSED,
        ProposalStatus.AGREED,
    }
)
"""What a proposal once confirmed may be later. AGREED: the accept that was confirmed is down, and
another of the same proposal, which nobody confirmed yet, stands (spec: ledger, B3)."""


@dataclass(slots=True)
class Memory:
    """What one node showed before.

    Attributes:
        threads: as they were. confirmed: proposals ever confirmed, with their thread.
        effective: statements it holds that are not void, by type.
    """

    state: State | None = None
    threads: dict[bytes, Thread] = field(default_factory=dict)
    confirmed: dict[bytes, bytes] = field(default_factory=dict)
    effective: dict[str, list[Statement]] = field(default_factory=dict)


class Watch:
    """All promises, over all honest nodes of a world.

    Attributes:
        signed: every statement an honest node signed.
        facts: what was once found out about a statement: (reason it is void, what it confirms).
        breaches: uses and shares -> whether they are a breach.
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.signed = set(world.story.statements)
        self.facts: dict[bytes, tuple[str | None, tuple[bytes, ...]]] = {}
        self.breaches: dict[bytes, bool] = {}
        self._memory: dict[str, Memory] = {}
        self._held_before = False
        self._state_before: State | None = None
        for node in world.nodes:
            self.forget(node)

    def forget(self, node: "Node") -> None:
        """A node was set back: what it showed after its backup binds it no more."""
        self._memory[node.name] = Memory()
        self._note(node, node.ledger.held())

    # what comes in

    def before_add(self, node: "Node", statement: Statement) -> None:
        """A node is about to add a statement."""
        self._held_before = statement.id in node.ledger
        self._state_before = node.ledger.state() if self._held_before else None

    def refused(self, statement: Statement, error: RemoteProtocolError) -> None:
        """A node found a statement malformed; an honest one never is."""
        assert statement.id not in self.signed, f"an honest {statement.type} is {error.code}"

    def after_add(self, node: "Node", statement: Statement, added: Added) -> None:
        """A node added a statement: facts are the same for everybody, a duplicate is a no-op."""
        if statement.id in node.signed:
            self.signed.add(statement.id)
        elif self._held_before:
            assert added.status in ("duplicate", "completed"), "a held statement was held anew"
            assert not added.released, "a duplicate released something"
            if added.status == "duplicate":
                assert node.ledger.state() is self._state_before, "a duplicate changed the state"
        for refused, code in added.refused:
            assert refused not in self.signed, f"an honest statement is refused: {code}"
        self._held_before = False
        self._note(node, added.released)
        self.look(node)

    def _note(self, node: "Node", released: Iterable[Statement]) -> None:
        memory = self._memory[node.name]
        for statement in released:
            self._same_facts(node, statement)
            if node.ledger.void_reason(statement.id) is None:
                memory.effective.setdefault(statement.type, []).append(statement)

    def _same_facts(self, node: "Node", statement: Statement) -> None:
        """A4, U1: what its own past decides is the same everywhere and for ever."""
        name, ledger = statement.id, node.ledger
        void = ledger.void_reason(name)
        judged = statement.type in RELEVANT_TYPES or statement.type not in STATEMENT_TYPES
        facts = (void if judged else None, tuple(sorted(ledger.confirms(name))))
        assert self.facts.setdefault(name, facts) == facts, "a fact of a statement changed"
        if name in self.signed and statement.body is not None:
            assert void is None, f"an honest {statement.type} is void: {void}"
        if statement.type in ("use", "share") and statement.body is not None:
            breach = ledger.use_status(name) is UseStatus.BREACH
            assert self.breaches.setdefault(name, breach) is breach, "a breach is not final (U1)"
            assert not (breach and name in self.signed), "an honest use is a breach"

    # what is shown

    def look(self, node: "Node") -> None:
        """Compare what a node shows now with what it showed before."""
        memory = self._memory[node.name]
        state = node.ledger.state()
        if state is memory.state:
            return
        memory.state = state
        self._nobody_framed(state)
        for root, before in memory.threads.items():
            assert root in state.threads, "a thread vanished"
            self._goes_on(node, before, state.threads[root])
        for root, thread in state.threads.items():
            for name, status in thread.proposals.items():
                if status is ProposalStatus.CONFIRMED:
                    memory.confirmed[name] = root
            self._permits_what_was_granted(node, thread)
        for name, root in memory.confirmed.items():
            thread = state.threads[root]
            assert thread.proposals[name] in AFTER_CONFIRMED, "a confirmed agreement vanished"
            assert name in thread.duties, "duties of a confirmed agreement vanished (T5)"
        memory.threads = dict(state.threads)

    def _nobody_framed(self, state: State) -> None:
        """F3: no honest party is ever convicted. With its key stolen it is once it has rotated,
        which is looked at in the end."""
        for node in self.world.nodes:
            if node.name == "person" and self.world.stolen:
                continue
            assert node.party not in state.convicted, f"honest {node.name} is convicted"
        if self.world.history_is_quiet():
            assert not state.convicted, "somebody honest is convicted"
            assert not state.tainted, "something honest is tainted"

    def _goes_on(self, node: "Node", before: Thread, after: Thread) -> None:
        """Ended is ended (T1); an agreement gives way to one built on it, and to no other (T2)."""
        if before.phase is ThreadPhase.ENDED:
            assert after.phase is ThreadPhase.ENDED, "an ended thread came back"
        if self.world.history_is_quiet():
            assert after.phase is not ThreadPhase.FROZEN, "frozen without a fork"
        for place, name in enumerate(before.chain):
            there = after.chain[place] if place < len(after.chain) else None
            if there == name:
                continue
            status = after.proposals[name]
            if there is not None:
                assert status is ProposalStatus.LAPSED, "an agreement became another in its slot"
            else:
                self._may_leave(node, name)
            break

    def _may_leave(self, node: "Node", name: bytes) -> None:
        """A5: what was in force is so no more: a fork froze it, or something undid its grants."""
        state = node.ledger.state()
        if state.tainted or state.convicted:
            return
        effective = self._memory[node.name].effective
        wide = [held for held in effective.get("revoke", ()) if said(held, "thread") is None]
        denied = [
            held
            for held in (*effective.get("retract", ()), *effective.get("refuse", ()))
            if said(held, "ref") == name
        ]
        assert wide or denied or effective.get("undelegate"), "an agreement lapsed by itself"

    def _permits_what_was_granted(self, node: "Node", thread: Thread) -> None:
        """T5: nothing is permitted before CONFIRMED, after an end, or beyond what was granted."""
        for purpose in PURPOSES:
            if permitted(thread, Request(USE, PATH, purpose), now=node.now).permit:
                problem = backed(node, self._memory[node.name].effective, thread, purpose)
                assert problem is None, problem

    # the end

    def finish(self) -> None:
        """After the world has settled: everybody honest holds the same and sees the same (A1.5).

        Raises:
            AssertionError: a promise is broken.
        """
        world = self.world
        first = world.nodes[0]
        for node in world.nodes:
            self.look(node)
            owes = node.ledger.owes_ack(node.party) and not node.parted
            assert not owes, "an honest node never pays its debt (K1)"
            same = {held.id for held in node.ledger.held()}
            assert same == {held.id for held in first.ledger.held()}, "what is held differs"
            assert node.ledger.state() == first.ledger.state(), "the same statements, two states"
            assert node.party not in node.ledger.state().convicted, "recovery convicts"
            self._can_deny(node)
        self._told_anew(first.ledger)
        said = world.agree_in_three()
        assert said in ([], ["accept", "ack", "propose"]), f"an agreement took {said} (K2)"

    def _told_anew(self, ledger: Ledger) -> None:
        """The same statements in another order, some of them twice, give the same state."""
        story = self.world.story
        held = [story.statements[each.id] for each in ledger.held()]
        shuffled = sorted(held, key=lambda each: each.id[4 + len(held) % 8 :])
        other = told(story.opening, story.histories, [*shuffled, *shuffled[::3]])
        assert len(other) == len(held), "the order decides what is held"
        assert other.state() == ledger.state(), "the order decides the state"
        for each in held:
            assert other.confirms(each.id) == ledger.confirms(each.id), "the order decides facts"

    def _can_deny(self, node: "Node") -> None:
        """Spec: threats, T20: whatever happened, an honest lead can still end what it is in."""
        if node.name.startswith("agent"):
            return
        for root, thread in node.ledger.state().threads.items():
            if thread.phase not in (ThreadPhase.ENDED, ThreadPhase.IDLE):
                problem = node.would_be(Wish("terminate", {"thread": root, "effective": None}))
                assert problem is None, f"an honest lead cannot end a thread: {problem}"
