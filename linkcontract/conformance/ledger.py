"""The command `fold`: what statements, delivered in some order, leave a ledger with."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.conformance.records import Histories, Statements
from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Agreement, Ledger, State, Thread
from linkcontract.ledger.uses import USES
from linkcontract.model.statement import Statement

_HEADER: Final = ":header"


class Told:
    """One side being told statements: the ledger, and what happened at each delivery."""

    def __init__(self, histories: Histories, statements: Statements, opening: object) -> None:
        self.histories = histories
        self.statements = statements
        self.ledger = Ledger(self._named(opening), histories.by_party)
        self.steps = [self._step(values.text(opening), "held")]

    def deliver(self, label: object) -> None:
        """Hand over one statement."""
        statement = self._named(label)
        waiting = {each.id for each in self.ledger.waiting()}
        name = values.text(label)
        try:
            added = self.ledger.add(statement)
        except RemoteProtocolError as error:
            # a refused statement says nothing about those that waited for it: they are gone
            left = {each.id for each in self.ledger.waiting()}
            gone = dict.fromkeys(waiting - left - {statement.id}, "ledger-refused")
            self.steps.append(self._step(name, "refused", refused=gone, code=error.code))
            return
        released = [each.id for each in added.released if each.id != statement.id]
        refused = dict(added.refused) | dict.fromkeys(added.dropped, "ledger-escrow")
        if added.status == "dropped":
            # dropped for want of room, or with what it follows, which it let in and was malformed
            code = refused.pop(statement.id, "ledger-escrow")
            step = self._step(name, "refused", released, refused, code)
        else:
            step = self._step(name, added.status, released, refused)
        self.steps.append(step)

    def _named(self, label: object) -> Statement:
        name = values.text(label)
        statement = self.statements.of(name.removesuffix(_HEADER))
        return statement.bare() if name.endswith(_HEADER) else statement

    def _step(
        self,
        label: str,
        result: str,
        released: list[bytes] | None = None,
        refused: Mapping[bytes, str] | None = None,
        code: str | None = None,
    ) -> dict[str, Any]:
        named = self.statements
        step: dict[str, Any] = {
            "deliver": label,
            "result": result,
            "released": named.sorted_labels(released or ()),
            "refused": dict(
                sorted((named.label(each), why) for each, why in (refused or {}).items())
            ),
            "state": state_value(self.ledger.state(), self.histories, named),
        }
        return step if code is None else {**step, "code": code}

    def end(self) -> dict[str, Any]:
        """What the side came to."""
        ledger, named = self.ledger, self.statements
        held = [each.id for each in ledger.held()]
        reasons = {each: ledger.void_reason(each) for each in held}
        confirmed = {each: ledger.confirms(each) for each in held}
        forks = [
            {
                "statements": named.sorted_labels((pair.one.id, pair.other.id)),
                "defended": pair.defended,
                "convicts": pair.convicts and not pair.defended,
            }
            for pair in ledger.fork_pairs()
        ]
        return {
            "void": {named.label(each): why for each, why in reasons.items() if why is not None},
            "confirms": {
                named.label(each): named.sorted_labels(what)
                for each, what in confirmed.items()
                if what
            },
            "uses": {
                named.label(each.id): ledger.use_status(each.id).value
                for each in ledger.held()
                if each.type in USES
            },
            "waiting": named.sorted_labels(each.id for each in ledger.waiting()),
            "missing": named.sorted_labels(ledger.missing()),
            "owes": sorted(
                self.histories.label(lead)
                for lead in (ledger.first, ledger.second)
                if ledger.owes_ack(lead)
            ),
            "forks": sorted(forks, key=lambda fork: str(fork["statements"])),
            "heads": named.sorted_labels(head.id for head in ledger.heads()),
        }


def state_value(state: State, histories: Histories, statements: Statements) -> dict[str, Any]:
    """A state in JSON."""
    return {
        "threads": {
            statements.label(root): thread_value(thread, statements)
            for root, thread in state.threads.items()
        },
        "convicted": sorted(histories.label(each) for each in state.convicted),
        "tainted": statements.sorted_labels(state.tainted),
        "dismissed": sorted(histories.label(each) for each in state.dismissed),
    }


def thread_value(thread: Thread, statements: Statements) -> dict[str, Any]:
    """A thread in JSON."""
    return {
        "phase": thread.phase.value,
        "tip": None if thread.tip is None else statements.label(thread.tip),
        "pending": statements.labels(thread.pending),
        "offers": statements.sorted_labels(thread.offers),
        "proposals": {
            statements.label(each): status.value for each, status in thread.proposals.items()
        },
        "agreements": [agreement_value(each, statements) for each in thread.agreements],
        "chain": statements.labels(thread.chain),
        "suspends": statements.sorted_labels(thread.suspends),
        "duties": statements.sorted_labels(thread.duties),
        "frozen": thread.frozen,
        "bound": thread.bound,
    }


def agreement_value(agreement: Agreement, statements: Statements) -> dict[str, Any]:
    """An agreement in JSON."""
    grants = [
        {"grant": statements.label(grant.id), "withdrawn": sorted(grant.withdrawn)}
        for grant in agreement.grants
    ]
    return {
        "proposal": statements.label(agreement.id),
        "grants": sorted(grants, key=lambda grant: str(grant["grant"])),
        "bound": agreement.bound,
    }


def told(histories: Histories, statements: Statements, order: object) -> Told:
    """One side, told statements in this order, the open first."""
    labels = values.listed(order, values.text)
    if not labels:
        values.refuse("order")
    side = Told(histories, statements, labels[0])
    for label in labels[1:]:
        side.deliver(label)
    return side


def fold(given: object) -> dict[str, Any]:
    """`fold`."""
    input = values.members(given, "histories", "statements", "deliveries")
    histories = Histories(input["histories"])
    statements = Statements(input["statements"], histories)
    sides = values.mapped(input["deliveries"], lambda order: told(histories, statements, order))
    return {
        "sides": {name: {"steps": side.steps, "end": side.end()} for name, side in sides.items()}
    }


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {"fold": fold}
