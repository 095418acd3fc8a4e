"""A linked pair: two simulated nodes and the wire between them, with everything a wire can do.

Real sessions, keys, ledgers and bytes; only the network, the clock and the entropy are made up
(the idea of h11's ConnectionPair). Messages wait in `mail` until a test delivers, drops, repeats,
reorders or tampers with them; `run` behaves like a good network.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from linkcontract.ledger import Thread
from linkcontract.limits import DAY, KIB, MAX_RESPONSE
from linkcontract.model.party import DIRECTED, PUBLIC
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Terms
from linkcontract.protocol import begin
from linkcontract.protocol.events import Event
from linkcontract.testing.pair_node import ManualClock, SimulatedNode
from linkcontract.testing.scenario import SERVICE, terms

MAX_ROUNDS: Final = 200
"""A pair that still talks after this many rounds never stops."""


@dataclass(frozen=True, slots=True)
class Message:
    """Sealed bytes under way to a node."""

    to: SimulatedNode
    data: bytes


class Pair:
    """A person and an organisation, and what is under way between them.

    Args:
        kinds: of the person's and the organisation's party.
        opener: "person" (on the organisation's card) or "organisation" (on an invitation).
        seed: another seed makes another pair.

    Attributes:
        person, organisation: the two nodes.
        clock: of both; give a node another `ManualClock` to let it drift.
        mail: messages under way, in the order they were sent.
        filter: applied to every message that is sent; returning None loses it.
    """

    def __init__(
        self,
        *,
        kinds: tuple[str, str] = (DIRECTED, PUBLIC),
        opener: str = "person",
        seed: str = "",
    ) -> None:
        self.clock = ManualClock()
        self.person = SimulatedNode(f"person{seed}", kinds[0], self.clock)
        self.organisation = SimulatedNode(f"organisation{seed}", kinds[1], self.clock)
        self.mail: list[Message] = []
        self.filter: Callable[[Message], Message | None] = lambda message: message
        self._person_opens = opener == "person"

    @property
    def nodes(self) -> tuple[SimulatedNode, SimulatedNode]:
        """Both."""
        return self.person, self.organisation

    @property
    def opener(self) -> SimulatedNode:
        """Who opens."""
        return self.person if self._person_opens else self.organisation

    @property
    def joiner(self) -> SimulatedNode:
        """Who joins."""
        return self.other(self.opener)

    def other(self, node: SimulatedNode) -> SimulatedNode:
        """The other one."""
        return self.organisation if node is self.person else self.person

    # -- the story ------------------------------------------------------------------------------

    def open(self, secret: bytes | None = None) -> None:
        """Let the opener act on a card of the joiner; nothing is sent yet."""
        if secret is None and self.joiner.kind == DIRECTED:
            secret = self.joiner.entropy(32)
        card = self.joiner.card(secret)
        author = self.opener.author()
        assert author is not None, "an open is signed with a live key"
        self.opener.session, events = begin(
            author,
            card=card,
            peer=self.joiner.history,
            addresses=[f"memory://{self.opener.name}/mailbox"],
            now=self.opener.clock.now,
            exp=self.opener.clock.now + 30 * DAY,
            entropy=self.opener.entropy,
            secret=secret,
        )
        self.opener.commit(events)

    def connect(self) -> "Pair":
        """Open, join, and let both know."""
        self.open()
        self.run()
        return self

    def propose(self, by: SimulatedNode, offered: Terms | None = None, **fields: Any) -> Statement:
        """Offer terms in a thread of their own, unless `fields` say otherwise."""
        body = {
            "thread": None,
            "base": None,
            "answers": None,
            "terms": (offered or terms(SERVICE)).to_value(),
            "accept_by": by.clock.now + 30 * DAY,
            "controller": None,
            **fields,
        }
        return by.write("propose", body)

    def accept(self, by: SimulatedNode, proposal: Statement) -> Statement:
        """Accept an offer of the other side."""
        assert proposal.body is not None, "a proposal has a body"
        thread = proposal.body["thread"] or proposal.id
        agreed = Terms.from_value(proposal.body["terms"]).id
        return by.write("accept", {"thread": thread, "ref": proposal.id, "terms": agreed})

    def agree(self, offered: Terms | None = None) -> Statement:
        """The person proposes, the organisation accepts, both are confirmed; the proposal."""
        proposal = self.propose(self.person, offered)
        self.run()
        self.accept(self.organisation, proposal)
        self.run()
        return proposal

    def threads(self, root: bytes) -> tuple[Thread, Thread]:
        """One thread as the person and as the organisation see it."""
        one, other = (node.live.ledger.state().threads[root] for node in self.nodes)
        return one, other

    def is_level(self) -> bool:
        """Whether both hold the same statements."""
        one, other = ({s.id for s in node.live.ledger.held()} for node in self.nodes)
        return one == other

    # -- the wire -------------------------------------------------------------------------------

    def collect(self) -> int:
        """Let both nodes send what is due; how many messages that were."""
        before = len(self.mail)
        for node in self.nodes:
            self._send(self.other(node), node.outgoing())
        return len(self.mail) - before

    def deliver(self, index: int = 0, *, keep: bool = False) -> list[Event]:
        """Deliver one message, and put the response on the wire; `keep` to deliver it again."""
        message = self.mail[index] if keep else self.mail.pop(index)
        if message.to.session is None and message.to.rows.snapshot is not None:
            return []  # the node is down
        events = message.to.receive(message.data)
        if message.to.session is not None:
            answer = message.to.session.response_to_send(message.to.clock.now)
            if answer is not None:
                assert len(answer) <= MAX_RESPONSE, "a response has a bound"
                self._send(self.other(message.to), [answer])
        return events

    def drop(self, index: int = 0) -> None:
        """Lose a message."""
        del self.mail[index]

    def tamper(self, index: int, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a message."""
        message = self.mail[index]
        self.mail[index] = Message(message.to, change(message.data))

    def run(self) -> None:
        """A good network: everything that is due is sent and delivered, until nothing is."""
        for _ in range(MAX_ROUNDS):
            self.collect()
            if not self.mail:
                return
            while self.mail:
                self.deliver()
        raise AssertionError("the two never stop talking")

    def advance(self, milliseconds: int) -> None:
        """Let time pass in one step, and due timers run once."""
        for clock in {id(node.clock): node.clock for node in self.nodes}.values():
            clock.now += milliseconds
        for node in self.nodes:
            node.timer()

    def pass_time(self, milliseconds: int, step: int = DAY // 24) -> None:
        """Let time pass in steps, on a good network."""
        left = milliseconds
        while left > 0:
            self.advance(min(step, left))
            self.run()
            left -= step

    def _send(self, to: SimulatedNode, frames: Iterable[bytes]) -> None:
        for data in frames:
            assert len(data) <= 257 * KIB, "a message has a bound"
            kept = self.filter(Message(to, data))
            if kept is not None:
                self.mail.append(kept)
