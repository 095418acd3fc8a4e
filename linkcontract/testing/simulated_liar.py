"""A simulated liar: it has a key and keeps no rule that a signature does not enforce.

It forks its feed, understates what it has seen, dates back, repeats itself, refers to what it
likes, tells each of the others something else and withholds the rest. What it cannot do is sign in
another's name; a thief can, with a copied live key, but cannot rotate (pre-rotation).
"""

from typing import TYPE_CHECKING, Any, Final

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Ledger
from linkcontract.limits import DAY, HOUR, MINUTE
from linkcontract.model.statement import Head, Statement
from linkcontract.testing.scenario import AGENT_TYPES, USE, Desk
from linkcontract.testing.simulated_actions import PURPOSES, offer, terms_id

if TYPE_CHECKING:
    from linkcontract.testing.simulator import World

LIES: Final = (
    *("propose", "propose", "amend", "accept", "accept", "accept", "ack", "ack", "ack", "use"),
    *("refuse", "retract", "suspend", "resume", "revoke", "terminate", "delegate"),
    *("rotate", "rotate"),
    *("undelegate", "x-unheard-of", "bad-body"),
)
"""What a liar signs, the useful lies more often."""

_DATES: Final = (*[0] * 12, *[MINUTE] * 4, *[HOUR] * 3, DAY, 40 * DAY, -MINUTE)
"""How far from its last statement a liar dates the next; the last is malformed (W3)."""


class Liar:
    """A writer that keeps no rule.

    Attributes:
        may_rotate: False for a thief: it has the live key and not the next one.
    """

    def __init__(self, world: "World", name: str, desk: Desk) -> None:
        self.world = world
        self.name = name
        self.desk = desk
        self.may_rotate = True

    @property
    def ledger(self) -> Ledger:
        """All it ever heard or said that exists."""
        return self.desk.ledger

    def take(self, statement: Statement) -> None:
        """A liar remembers everything."""
        try:
            self.ledger.add(statement)
        except RemoteProtocolError:
            return

    def shown_to(self, other: object) -> list[Statement]:
        """What it admits to hold when asked: everything, or only a beginning of it."""
        held = self.ledger.held()
        if isinstance(other, Liar):
            return list(held)
        keep = (len(held) * (1 + sum(self.name.encode()) % 3)) // 4
        return list(held if self.world.now // HOUR % 2 else held[:keep])

    def replay(self, which: int, to: int) -> None:
        """Send something old once more."""
        held = self.ledger.held()
        self.world.post(self, held[which % len(held)], to)

    def lie(self, kind: str, *, which: int, how: int, prev: int, understate: int, to: int) -> None:
        """Sign something and send it to those whose bits are set in `to`.

        Args:
            kind: of `LIES`.
            which, how: what it refers to, and its content.
            prev: how far back in its own feed it builds, 0 for the end of its longest branch.
            understate: base-4 digits, one per other writer: how much it keeps quiet about.
        """
        own = self.ledger.feed(self.desk.party)
        own = tuple(each for each in own if self._may_follow(each))
        last = own[max(0, len(own) - 1 - prev)]
        ks = last.ks
        if kind == "rotate":
            if not self.may_rotate:
                return
            ks = self.desk.history.rotate(ks, branch=how % 2)
        body = self._body(kind, which, how, last, ks)
        if body is None:
            return
        statement = self.world.story.made(
            self.desk.history,
            "answer" if kind == "bad-body" else "propose" if kind == "amend" else kind,
            body,
            at=max(0, last.at + _DATES[how // 3 % len(_DATES)]),
            ks=ks,
            rel=self.ledger.rel,
            seq=last.seq + 1,
            prev=last.id,
            seen=self._seen(last, understate),
            fault="bad-body" if kind == "bad-body" else None,
        )
        self.take(statement)
        self.world.post(self, statement, to)

    def _may_follow(self, own: Statement) -> bool:
        if self.may_rotate:
            return True
        # a thief signs under the key it stole only
        return own.ks == self.desk.ks

    def _seen(self, last: Statement, understate: int) -> list[Head]:
        """Heads not known to `last`: of each writer the newest, or an older one, or none."""
        found = []
        for writer in self.ledger.writers():
            keep_quiet, understate = understate % 4, understate // 4
            new = [
                held
                for held in self.ledger.feed(writer)
                if writer != self.desk.party and not self.ledger.in_past(held.id, last.id)
            ]
            if keep_quiet < len(new):
                found.append(new[len(new) - 1 - keep_quiet].head)
        return found

    def _body(
        self, kind: str, which: int, how: int, last: Statement, ks: bytes
    ) -> dict[str, Any] | None:
        """A body that refers to anything that was ever said; None if there is nothing."""
        if kind in ("ack", "x-unheard-of", "bad-body"):
            return {}
        if kind == "rotate":
            return {"event": ks}
        state = self.ledger.state()
        roots: list[bytes | None] = [None, *state.threads]
        root = roots[which % len(roots)]
        proposals = [held for held in self.ledger.held() if held.type == "propose"]
        if kind == "propose":
            return offer(last.at, how, root, None, None).body
        if kind == "revoke":
            return {"thread": root, "purposes": None if how % 2 else [PURPOSES[how % 3]]}
        if kind == "delegate":
            to = self.world.desk_of(self.name if how % 2 else self.world.everybody[0].name)
            limits = {"terms": None, "count": None, "until": None}
            return {
                "to": to.party,
                "kel": to.history.inception,
                "types": list(AGENT_TYPES),
                "depth": 0,
                **limits,
            }
        if not proposals:
            return None
        live = [held for held in proposals if self._is_offered(held)]
        if live and how % 4:
            proposals = live  # a lie is worth most where an honest node would do the same
        proposal = proposals[which % len(proposals)]
        assert proposal.body is not None, "a proposal is held with its body"
        return self._about(kind, which, how, proposal, last)

    def _is_offered(self, proposal: Statement) -> bool:
        root = self.ledger.thread_of(proposal.id)
        thread = None if root is None else self.ledger.state().threads.get(root)
        theirs = proposal.writer != self.desk.party
        return theirs and thread is not None and proposal.id in thread.offers

    def _about(
        self, kind: str, which: int, how: int, proposal: Statement, last: Statement
    ) -> dict[str, Any] | None:
        """A body that says something about a proposal, or about something beside it."""
        body = proposal.body or {}
        root = body["thread"] or proposal.id
        if kind == "amend":
            return offer(last.at, how, root, proposal.id, None).body
        if kind == "accept":
            return {"thread": root, "ref": proposal.id, "terms": terms_id(proposal)}
        if kind == "refuse":
            purposes = [PURPOSES[how % 3]] if how % 2 else None
            return {"thread": root, "ref": proposal.id, "purposes": purposes, "code": "no"}
        if kind == "retract":
            return {"thread": root, "ref": proposal.id}
        if kind == "suspend":
            return {"thread": root}
        if kind == "terminate":
            return {"thread": root, "effective": last.at + DAY if how % 4 else None}
        if kind == "use":
            purpose = PURPOSES[how % 3]
            use = {"thread": root, "agreement": proposal.id, "purpose": purpose}
            return {**use, "action": USE, "ref": None}
        wanted = "suspend" if kind == "resume" else "delegate"
        named = [held for held in self.ledger.held() if held.type == wanted]
        if not named:
            return None
        ref = named[which % len(named)]
        if kind == "undelegate":
            return {"ref": ref.id}
        return {"thread": (ref.body or {})["thread"], "ref": ref.id}
