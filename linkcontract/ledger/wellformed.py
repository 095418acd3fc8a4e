"""Which statements exist: the rules a header must keep, judged from its past alone.

Spec: ledger, A1.3 and A2. A statement that breaks one of them is malformed: it is never held, and
neither is anything built on it. One function per rule; each raises or returns.
"""

from typing import Final

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger.columns import Cut
from linkcontract.ledger.held import Held, Side
from linkcontract.ledger.past import Past
from linkcontract.model.statement import Statement

BEFORE_JOIN: Final = frozenset({"propose", "retract", "rotate"})
"""What the opener's feed may hold, besides `open`, before a `join` is in its past."""


def check_header(past: Past, statement: Statement, behind: Cut) -> None:
    """Apply every header rule to a statement whose prev and seen are held.

    Raises:
        RemoteProtocolError: ledger-key, ledger-chain, ledger-time, ledger-seen, ledger-opening.
    """
    chain(past, statement)
    own_time(past, statement)
    seen_list(past, statement)
    key_of_chain(past, statement)
    key_current(past, statement, behind)
    opening_order(past, statement, behind)


def chain(past: Past, statement: Statement) -> None:
    """Spec: ledger, W2: the statement follows its own writer's prev, by exactly one."""
    if statement.prev is None:
        return
    prev = past.by_id[statement.prev].statement
    if prev.writer != statement.writer or prev.seq + 1 != statement.seq:
        raise RemoteProtocolError("ledger-chain", "prev")


def own_time(past: Past, statement: Statement) -> None:
    """Spec: ledger, W3: `at` does not go back in the writer's own chain;
    nobody else's `at` matters."""
    if statement.prev is not None and statement.at < past.by_id[statement.prev].statement.at:
        raise RemoteProtocolError("ledger-time", "at")


def seen_list(past: Past, statement: Statement) -> None:
    """Spec: ledger, W4 (A1.3): `seen` names heads that are new since prev, one per branch.

    Order, duplicates, own entries and their number are the statement's own form and checked there.
    """
    prev = None if statement.prev is None else past.by_id[statement.prev]
    entries: list[Held] = []
    for head in statement.seen:
        named = past.by_id[head.id]
        if named.head != head:
            raise RemoteProtocolError("ledger-seen", "seen", "an entry misnames its statement")
        if prev is not None and (named is prev or prev.knew(named)):
            raise RemoteProtocolError("ledger-seen", "seen", "an entry is in the past of prev")
        entries.append(named)
    if any(later.follows(earlier) for earlier in entries for later in entries):
        raise RemoteProtocolError("ledger-seen", "seen", "an entry is an ancestor of another")


def key_of_chain(past: Past, statement: Statement) -> None:
    """Spec: ledger, W1: the key changes only by a `rotate`,
    and only to a descendant of the last one."""
    if statement.prev is None:
        return
    last = past.by_id[statement.prev].statement.ks
    if statement.ks == last:
        return
    history = past.histories[statement.writer]
    if statement.type != "rotate" or not history.descends(statement.ks, last):
        raise RemoteProtocolError("ledger-key", "ks")


def key_current(past: Past, statement: Statement, behind: Cut) -> None:
    """Spec: ledger, W1: nothing the writer has seen shows that it had rotated away from this key.

    A first statement (seq 0) counts as having reached its key event, like a `rotate`.
    """
    history = past.histories[statement.writer]
    for own in past.keyed(behind, statement.writer):
        if history.descends(own.statement.ks, statement.ks):
            raise RemoteProtocolError("ledger-key", "ks")


def opening_order(past: Past, statement: Statement, behind: Cut) -> None:
    """Spec: ledger, W8: nothing but the opener's one offer before `join`;
    everything else after both."""
    if statement.type == "open":
        raise RemoteProtocolError("ledger-opening", "type", "a relationship has one open")
    if statement.writer == past.joiner and statement.seq == 0:
        join_names_open_only(past, statement)
        return
    if statement.type == "join":
        raise RemoteProtocolError("ledger-opening", "type", "join is the joiner's first statement")
    if past.by_id[past.rel] not in behind:
        raise RemoteProtocolError("ledger-opening", "prev", "open is not in its past")
    if any(past.of_type(behind, "join", void=True)):
        return
    offer_before_join(past, statement, behind)


def join_names_open_only(past: Past, statement: Statement) -> None:
    """Spec: ledger, W8: a join is the joiner's seq 0, its `seen` is the open and nothing else.

    The roles it repeats must be those of the open: a join to anything else joins nothing.
    """
    opening = past.by_id[past.rel]
    if statement.type != "join" or statement.seen != (opening.head,):
        raise RemoteProtocolError(
            "ledger-opening", "seen", "a join names its open and nothing else"
        )
    body = statement.body
    if body is None or body["roles"] != opening.body["roles"]:
        raise RemoteProtocolError("ledger-opening", "body", "a join repeats the roles of its open")


def offer_before_join(past: Past, statement: Statement, behind: Cut) -> None:
    """Spec: ledger, W8: before `join` the opener may offer once, retract, rotate;
    nobody else speaks."""
    if statement.writer != past.opener or statement.type not in BEFORE_JOIN:
        raise RemoteProtocolError("ledger-opening", "type", "not allowed before join")
    # without a join nothing but the opener's own chain is in its past
    if statement.type == "propose" and any(past.of_type(behind, "propose", void=True)):
        raise RemoteProtocolError("ledger-opening", "type", "one offer before join")


def role_of(past: Past, statement: Statement, behind: Cut) -> tuple[Side, bool]:
    """Spec: ledger, W4, A1.1: (side, whether lead) of the writer;
    an agent begins with its delegation.

    The side of an agent is that of the lead whose delegation its first statement had seen; it
    never changes after. A first statement that had seen delegations of both sides does not exist.

    Raises:
        RemoteProtocolError: ledger-writer.
    """
    if statement.writer not in past.histories:
        raise RemoteProtocolError("ledger-writer", "from", "its key history is not held")
    for side, lead in past.leads.items():
        if statement.writer == lead:
            return side, True
    if statement.prev is not None:
        return past.by_id[statement.prev].side, False
    sides = {
        delegate.side
        for delegate in past.of_type(behind, "delegate")
        if delegate.body["to"] == statement.writer
    }
    if len(sides) != 1:
        raise RemoteProtocolError("ledger-writer", "from", "no delegation names this writer")
    return sides.pop(), False
