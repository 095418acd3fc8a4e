"""Forked writers: which of their statements are tainted, and when a fork convicts.

Spec: ledger, A3. Keys never go back along a chain (W1), so the only key events that can be at the
top of a branch are those of its ends. The rules below therefore look at the ends of branches only;
that is the same as looking at every statement off the line, and needs one pass.
"""

from linkcontract.ledger.histories import History
from linkcontract.ledger.past import Held, Past


def supersedes(history: History, later: bytes, earlier: bytes) -> bool:
    """Spec: ledger, F1: a key event supersedes another iff it descends from it;
    position says nothing."""
    return history.descends(later, earlier)


def ends(statements: list[Held]) -> list[Held]:
    """The ends of a writer's branches: its statements that no other follows by prev."""
    lines = 0
    for held in statements:
        lines |= held.line
    return [held for held in statements if not lines & held.bit]


def branch_ends(past: Past, writer: bytes) -> list[Held]:
    """The ends of all branches held of a writer; an unforked feed ends with what came last."""
    feed = past.feeds.get(writer, [])
    return ends(feed) if writer in past.forked else feed[-1:]


def tainted(past: Past, bits: int) -> int:
    """Spec: ledger, F2: the tainted statements of a set, as bits.

    A statement is tainted iff some branch it is not on has come to a key event that no branch it
    is on supersedes. Equal keys taint both from the fork on; a rotated branch supersedes the other;
    nothing before the fork is tainted.
    """
    found = 0
    for writer in past.forked:
        statements = past.of_writer(bits, writer)
        tops = ends(statements)
        if len(tops) < 2:
            continue
        history = past.histories[writer]
        for held in statements:
            on = [end for end in tops if end is held or end.follows(held)]
            off = [end for end in tops if end not in on]
            if any(contested(history, end, on) for end in off):
                found |= held.bit
    return found


def contested(history: History, rival: Held, on: list[Held]) -> bool:
    """Spec: ledger, F2: whether no branch in `on` supersedes the key event `rival` has come to."""
    return not any(supersedes(history, end.statement.ks, rival.statement.ks) for end in on)


def convicted(past: Past, bits: int) -> frozenset[bytes]:
    """Spec: ledger, F3: the writers this set convicts."""
    found = set()
    for writer in past.feeds:
        history = past.histories[writer]
        parted = len(two_events(past, bits, writer)) > 1
        if parted:
            # of a directed party with two events at one position every fork is a mere claim
            if history.kind == "public":
                found.add(writer)
        elif writer in past.forked and same_key_fork(past, bits, writer):
            found.add(writer)
    return frozenset(found)


def same_key_fork(past: Past, bits: int, writer: bytes) -> bool:
    """Spec: ledger, F3: two branches end under one key event that nothing of
    the writer supersedes."""
    history = past.histories[writer]
    statements = past.of_writer(bits, writer)
    keys = [end.statement.ks for end in ends(statements)]
    return any(
        keys.count(key) > 1
        and not any(supersedes(history, held.statement.ks, key) for held in statements)
        for key in keys
    )


def two_events(past: Past, bits: int, writer: bytes) -> frozenset[bytes]:
    """Spec: ledger, F3: different key events of one position that the set names, directly or
    through what they descend from; empty if there are none."""
    history = past.histories[writer]
    position = 0
    while events := history.events_at(position):
        position += 1
        if len(events) < 2:
            continue
        named = named_events(past, bits, writer)
        standing = frozenset(
            event
            for event in events
            if event in named or any(history.descends(name, event) for name in named)
        )
        if len(standing) > 1:
            return standing
    return frozenset()


def named_events(past: Past, bits: int, writer: bytes) -> frozenset[bytes]:
    """The key events of a writer that statements of the set name: as their key, or in a body."""
    named = {held.statement.ks for held in past.of_writer(bits, writer)}
    for held in past.members(bits & (past.types.get("open", 0) | past.types.get("join", 0))):
        kel = held.body.get("kel")
        if kel is not None and writer in (past.opener, past.joiner):
            named.add(kel["a"] if writer == past.opener else kel["b"])
    for held in past.members(bits & past.types.get("delegate", 0)):
        if held.body.get("to") == writer:
            named.add(held.body["kel"])
    return frozenset(named)
