"""A world of simulated nodes, each with a ledger and a clock, and a network that may do anything.

Nothing here is random: every step is a method with small integers that say which of the possible
things happens, so whoever draws the integers (a property test, a random walk) decides, and the same
integers tell the same history. Statements are unsigned values, as in `scenario`; what signatures
ensure is kept by construction: nobody writes in a name whose key it does not have.
"""

from dataclasses import dataclass
from typing import Final

from linkcontract.ledger import ProposalStatus, Side
from linkcontract.limits import DAY, HOUR, MINUTE
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk, Story
from linkcontract.testing.simulated_actions import Wish, offer, terms_id
from linkcontract.testing.simulated_liar import Liar
from linkcontract.testing.simulated_node import Node
from linkcontract.testing.simulated_watch import Watch

WAITS: Final = (MINUTE, HOUR, 3 * HOUR, DAY, 4 * DAY)
"""How long nothing may happen."""

DRIFTS: Final = (0, MINUTE, -MINUTE, HOUR, -HOUR, 0)
"""How far a clock may be off."""

NOTHING_NEW: Final = 4
"""Rounds in which honest nodes that hear each other have said all they owe; one would do."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is in a world, and what may go wrong in it.

    Attributes:
        agents: how many agents the person has.
        liars: of "person", "organisation", "agent0", ….
        thief: whether the person's live key may be stolen.
        restores: whether honest nodes may be restored from a backup.
        opener: "person" or "organisation".
    """

    name: str
    agents: int = 0
    liars: frozenset[str] = frozenset()
    thief: bool = False
    restores: bool = False
    opener: str = "person"

    @property
    def honest(self) -> bool:
        """Whether every feed has one line: nobody lies, steals, or is restored."""
        return not (self.liars or self.thief or self.restores)


class World:
    """One relationship and everybody in it.

    Attributes:
        nodes: the honest ones. liars: the others, a thief among them once there is one.
        flying: messages under way, by (from, to).
        now: what a clock that is right shows.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.story = Story(cast.opener)
        desks = {"person": self.story.person, "organisation": self.story.organisation}
        for number in range(cast.agents):
            desks[f"agent{number}"] = self.story.agent(f"agent{number}")
        self.story.share_everything()
        self.now = self.story.now
        self.sides = {
            desk.party: Side.SECOND if name == "organisation" else Side.FIRST
            for name, desk in desks.items()
        }
        self.nodes = [
            Node(self, name, desk) for name, desk in desks.items() if name not in cast.liars
        ]
        self.liars = [Liar(self, name, desk) for name, desk in desks.items() if name in cast.liars]
        self.flying: dict[tuple[str, str], list[Statement]] = {}
        self.stolen = False
        self.watch = Watch(self)

    @property
    def everybody(self) -> list[Node | Liar]:
        """All who can send and hear."""
        return [*self.nodes, *self.liars]

    def history_is_quiet(self) -> bool:
        """Whether nothing but what honest nodes with whole feeds do has happened yet."""
        return not self.liars and not self.stolen and not any(n.restored for n in self.nodes)

    # the network

    def post(self, sender: Node | Liar, statement: Statement, to: int = -1) -> None:
        """Send a statement to everybody else, or to those whose bits are set in `to`."""
        for number, other in enumerate(self.everybody):
            if other is not sender and to >> number & 1:
                self.flying.setdefault((sender.name, other.name), []).append(statement)

    def _pick(self, which: int) -> tuple[tuple[str, str], int] | None:
        """A message under way: any link, any place in it."""
        links = sorted(link for link, queue in self.flying.items() if queue)
        if not links:
            return None
        link = links[which % len(links)]
        return link, (which // len(links)) % len(self.flying[link])

    def _hand_over(self, link: tuple[str, str], statement: Statement) -> None:
        (receiver,) = [other for other in self.everybody if other.name == link[1]]
        receiver.take(statement)

    def deliver(self, which: int) -> None:
        """A message arrives, in whatever order."""
        picked = self._pick(which)
        if picked is not None:
            link, place = picked
            self._hand_over(link, self.flying[link].pop(place))

    def duplicate(self, which: int) -> None:
        """A message arrives and will arrive again."""
        picked = self._pick(which)
        if picked is not None:
            link, place = picked
            self._hand_over(link, self.flying[link][place])

    def drop(self, which: int) -> None:
        """A message is lost."""
        picked = self._pick(which)
        if picked is not None:
            link, place = picked
            self.flying[link].pop(place)

    def sync(self, source: int, target: int, backwards: bool = False) -> None:
        """One node asks another for all it lacks; perhaps everything comes the wrong way round."""
        giver = self.everybody[source % len(self.everybody)]
        taker = self.everybody[target % len(self.everybody)]
        if giver is not taker:
            given = giver.shown_to(taker)
            for statement in reversed(given) if backwards else given:
                taker.take(statement)

    def meet(self, one: int, other: int) -> None:
        """Two talk until neither has anything new: they show what they hold and say what is due."""
        for _ in range(2):
            self.sync(one, other)
            self.sync(other, one)
            for number in (one, other):
                somebody = self.everybody[number % len(self.everybody)]
                if isinstance(somebody, Node):
                    somebody.acknowledge()

    # time and misfortune

    def wait(self, how_long: int) -> None:
        """Time passes for everybody."""
        self.now += WAITS[how_long % len(WAITS)]

    def set_clock(self, who: int, drift: int) -> None:
        """A clock is set, forward or back."""
        self.nodes[who % len(self.nodes)].drift = DRIFTS[drift % len(DRIFTS)]

    def crash(self, who: int) -> None:
        """A process dies and starts again with what was durable; what it was sent is lost."""
        node = self.nodes[who % len(self.nodes)]
        for link, queue in self.flying.items():
            if link[1] == node.name:
                queue.clear()
        node.crash()

    def save(self, who: int) -> None:
        """A node makes a backup."""
        self.nodes[who % len(self.nodes)].save()

    def restore(self, who: int, answering: int, compromised: bool = False) -> None:
        """A node goes back to its backup; those whose bits are set in `answering` tell it what it
        lost, as far as they like."""
        if not self.cast.restores:
            return
        node = self.nodes[who % len(self.nodes)]
        node.restore(adopt=not compromised)
        for number, other in enumerate(self.everybody):
            if other is not node and answering >> number & 1:
                for statement in other.shown_to(node):
                    node.take(statement)

    def steal(self) -> None:
        """Somebody copies the person's live key and all the person knows."""
        owner = next((node for node in self.nodes if node.name == "person"), None)
        if owner is None or self.stolen or not self.cast.thief or owner.restoring:
            return
        self.stolen = True
        thief = Liar(self, "thief", owner.desk.twin())
        thief.may_rotate = False
        self.liars.append(thief)

    # the end

    def settle(self) -> None:
        """The network heals, clocks are right, and everybody honest says what it owes.

        Raises:
            AssertionError: they never come to rest, or acknowledge acknowledgements (K2).
        """
        for node in self.nodes:
            node.drift = 0
        self.now += HOUR
        for _ in range(NOTHING_NEW):
            self.share_all()
            said = [node.settle() for node in self.nodes]
            if not any(said):
                break
        else:
            raise AssertionError("honest nodes that hear each other keep talking (K2)")
        self.share_all()

    def share_all(self) -> None:
        """Every honest node hears all that any honest node holds, and what is still flying."""
        for (_, target), queue in list(self.flying.items()):
            late, queue[:] = queue[:], []
            for node in self.nodes:
                if node.name == target:
                    for statement in late:
                        node.take(statement)
        before = -1
        while before != (before := sum(len(node.ledger) for node in self.nodes)):
            for giver in self.nodes:
                for taker in self.nodes:
                    if giver is not taker:
                        for statement in giver.shown_to(taker):
                            taker.take(statement)

    def agree_in_three(self) -> list[str]:
        """Propose, accept, ack: what two honest leads need for an agreement, whatever was before.

        Returns:
            The types of what honest nodes signed until all of them had nothing more to say; empty
            if one lead is no honest node, or may sign denials only.
        """
        leads = {node.name: node for node in self.nodes if not node.parted}
        if not {"person", "organisation"} <= set(leads):
            return []
        before = {name for node in self.nodes for name in node.signed}
        proposal = leads["organisation"].write(offer(self.now, 0, None, None, None))
        assert proposal is not None, "an honest lead cannot propose"
        self.share_all()
        accept = {"thread": proposal.id, "ref": proposal.id, "terms": terms_id(proposal)}
        leads["person"].write(Wish("accept", accept))
        for _ in range(NOTHING_NEW):
            self.share_all()
            for node in self.nodes:
                node.settle()
        for node in leads.values():
            status = node.ledger.state().threads[proposal.id].proposals[proposal.id]
            assert status is ProposalStatus.CONFIRMED, "agreed and acknowledged, not confirmed"
        signed = {name for node in self.nodes for name in node.signed} - before
        return sorted(self.story.statements[name].type for name in signed)

    def desk_of(self, name: str) -> Desk:
        """Whose name a node or a liar writes in."""
        (found,) = [one for one in self.everybody if one.name == name]
        return found.desk


CASTS: Final = (
    Cast("two"),
    Cast("two-org-opens", opener="organisation"),
    Cast("three", agents=1),
    Cast("four", agents=2),
    Cast("two-restored", restores=True),
    Cast("three-restored", agents=1, restores=True),
    Cast("lying-organisation", liars=frozenset({"organisation"}), restores=True),
    Cast("equivocating-organisation", agents=1, liars=frozenset({"organisation"})),
    Cast("lying-person", liars=frozenset({"person"})),
    Cast("lying-person-honest-agent", agents=1, liars=frozenset({"person"}), restores=True),
    Cast("lying-agent", agents=1, liars=frozenset({"agent0"}), restores=True),
    Cast("colluding-agent", agents=1, liars=frozenset({"organisation", "agent0"})),
    Cast("thief", thief=True),
    Cast("thief-and-agent", agents=1, thief=True),
    Cast("thief-and-lying-organisation", thief=True, liars=frozenset({"organisation"})),
)
"""The worlds that are looked at, from everybody honest to nearly nobody."""
