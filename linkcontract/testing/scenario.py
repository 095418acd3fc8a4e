"""Stories told in unsigned statements: a person, an organisation, agents, each with a ledger.

A `Desk` is a writer at its own ledger. It hears what it is handed and nothing else, so a story says
exactly who knew what when. By default a desk is honest: it names everything it holds and continues
its own chain. A twin of a desk is the same writer once more: a restored backup, a thief with a
copied key, or a liar that signs two different things.

Ids are hashes of the fields, so a story told twice is the same story.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from linkcontract.encoding import cid_of, encode
from linkcontract.ledger import Escrow, Ledger, State
from linkcontract.limits import DAY, MINUTE
from linkcontract.model.bodies import body_shape
from linkcontract.model.statement import Head, Statement
from linkcontract.testing.desk import AGENT_TYPES as AGENT_TYPES
from linkcontract.testing.desk import Desk as Desk
from linkcontract.testing.plain_history import PlainHistory
from linkcontract.testing.sample_terms import MARKETING as MARKETING
from linkcontract.testing.sample_terms import RESEARCH as RESEARCH
from linkcontract.testing.sample_terms import SERVICE as SERVICE
from linkcontract.testing.sample_terms import START as START
from linkcontract.testing.sample_terms import UNTIL as UNTIL
from linkcontract.testing.sample_terms import USE as USE
from linkcontract.testing.sample_terms import terms as terms


class Story:
    """A relationship: who is in it, when it is, and everything that was ever said in it.

    Args:
        opener: "person" or "organisation", who signs `open`.
        kinds: kinds of the key histories of person and organisation.
        joined: whether the other side has joined and both know.
    """

    def __init__(
        self,
        opener: str = "person",
        kinds: tuple[str, str] = ("directed", "public"),
        joined: bool = True,
    ) -> None:
        self.histories: dict[bytes, PlainHistory] = {}
        self.statements: dict[bytes, Statement] = {}
        self.now = START
        first, second = (
            self._history(name, kind)
            for name, kind in zip(("person", "organisation"), kinds, strict=True)
        )
        mine, other = (first, second) if opener == "person" else (second, first)
        self.pair: dict[str, Any] = {
            "roles": {"first": first.party, "second": second.party},
            "proto": 1,
            "fold": 1,
            "ext": [],
            "kel": {"a": mine.party, "b": other.party},
            "prekey": {"id": bytes(16), "pk": b"\x09" + bytes(31), "not_after": START + 30 * DAY},
            "signal": b"\x09" + bytes(31),
            "pskc": bytes(32),
            "addresses": [],
        }
        body = {
            **self.pair,
            "to": other.party,
            "nonce": bytes(32),
            "card": None,
            "inv": None,
            "exp": START + 30 * DAY,
        }
        self.opening = self.made(mine, "open", body, at=self.tick(), ks=mine.inception)
        self.person = Desk(self, first)
        self.organisation = Desk(self, second)
        self.desks = [self.person, self.organisation]
        self.opener = self.person if opener == "person" else self.organisation
        self.joiner = self.organisation if opener == "person" else self.person
        if joined:
            self.join = self.joiner.join()
            self.opener.hear(self.join)
            self.opener.ack()
            self.joiner.hear_all(self.opener)

    def _history(self, name: str, kind: str) -> PlainHistory:
        history = PlainHistory(name, kind)
        self.histories[history.party] = history
        return history

    def tick(self, milliseconds: int = MINUTE) -> int:
        """Let time pass; the new time."""
        self.now += milliseconds
        return self.now

    def agent(
        self,
        name: str = "agent",
        of: "Desk | None" = None,
        types: Sequence[str] = AGENT_TYPES,
        *,
        silent: bool = False,
        **limits: Any,
    ) -> "Desk":
        """An agent of a lead (the person unless said): it is named, hears so, and says hello,
        unless it is to be silent."""
        lead = of or self.person
        history = self._history(name, "directed")
        desk = Desk(self, history)
        desk.delegation = lead.delegate(desk, types, **limits)
        desk.hear(desk.delegation)
        if not silent:
            desk.ack()
        self.desks.append(desk)
        return desk

    def made(
        self,
        history: PlainHistory,
        type_: str,
        body: dict[str, Any],
        *,
        at: int,
        ks: bytes,
        rel: bytes | None = None,
        seq: int = 0,
        prev: bytes | None = None,
        seen: Iterable[Head] = (),
        fault: str | None = None,
    ) -> Statement:
        """A statement exactly as asked for, named by a hash of its fields."""
        heads = tuple(sorted(seen))
        fields: list[Any] = [type_, rel, history.party, seq, prev, [*heads], at, ks, body]
        data = encode(fields)
        statement = Statement(
            id=cid_of(data),
            type=type_,
            rel=rel,
            writer=history.party,
            seq=seq,
            prev=prev,
            seen=heads,
            at=at,
            ks=ks,
            bh=bytes(32),
            body=None if fault else body_shape(type_)(body),
            body_fault=fault,
            envelope=data,
        )
        self.statements[statement.id] = statement
        return statement

    def share_everything(self) -> None:
        """Let every desk hear everything every desk holds."""
        for desk in self.desks:
            desk.hear_all(*self.desks)

    def everything(self) -> list[Statement]:
        """All statements any desk holds, each after everything it saw."""
        collected = Ledger(self.opening, self.histories)
        for desk in self.desks:
            for statement in desk.ledger.held():
                if statement.id not in collected:
                    collected.add(statement)
        return list(collected.held())

    def check(self) -> State:
        """The state of everything, after finding it the same in several orders of delivery.

        Raises:
            AssertionError: two orders gave different states, facts or sets.
        """
        statements = self.everything()
        reference = told(self.opening, self.histories, statements)
        for order in orders(statements):
            other = told(self.opening, self.histories, order)
            assert other.state() == reference.state(), "the state depends on the order"
            assert set(other.held()) == set(reference.held()), "what is held depends on the order"
            for statement in statements:
                name = statement.id
                assert other.void_reason(name) == reference.void_reason(name)
                assert other.confirms(name) == reference.confirms(name)
                assert other.state_before(name) == reference.state_before(name)
        return reference.state()


def orders(statements: Sequence[Statement]) -> Iterable[list[Statement]]:
    """Some ways the same statements may arrive: backwards, by id, feed by feed, twice."""
    yield list(reversed(statements))
    yield sorted(statements, key=lambda statement: statement.id)
    yield sorted(statements, key=lambda statement: (statement.writer, statement.seq, statement.id))
    yield [statement for statement in statements for _ in range(2)]


def told(
    opening: Statement, histories: dict[bytes, PlainHistory], statements: Iterable[Statement]
) -> Ledger:
    """A fresh ledger that was handed these statements in this order."""
    ledger = Ledger(opening, histories, escrow=Escrow())
    for statement in statements:
        ledger.add(statement)
    return ledger


def agree(
    proposer: Desk, accepter: Desk, *purposes: str, confirm: bool = True, **how: Any
) -> Statement:
    """One side proposes, the other accepts, the proposer confirms, both know; the proposal."""
    proposal = proposer.propose(*purposes, **how)
    accepter.hear(proposal)
    accept = accepter.accept(proposal)
    proposer.hear(accept)
    if confirm:
        accepter.hear(proposer.ack())
    return proposal
