"""Forked writers: which of their statements are tainted, and when a fork convicts.

Spec: ledger, A3. Keys never go back along a chain (W1), so the only key events that can be at the
top of a branch are those of its ends. The rules below therefore look at the ends of branches only;
that is the same as looking at every statement off the line.
"""

from linkcontract.ledger.columns import NO_STRETCHES, Cut, Stretches
from linkcontract.ledger.held import Held
from linkcontract.ledger.histories import History
from linkcontract.ledger.past import Past


def supersedes(history: History, later: bytes, earlier: bytes) -> bool:
    """Spec: ledger, F1: a key event supersedes another iff it descends from it;
    position says nothing."""
    return history.descends(later, earlier)


def tainted(past: Past, known: Cut) -> Stretches:
    """Spec: ledger, F2: the tainted statements of a set.

    A statement is tainted iff some branch it is not on has come to a key event that no branch it
    is on supersedes. Equal keys taint both from the fork on; a rotated branch supersedes the other;
    nothing before the fork is tainted. Neighbours that the same branches follow share the answer.
    """
    found = []
    for writer in past.forked:
        tops = past.ends(known, writer)
        if len(tops) < 2:
            continue
        history = past.histories[writer]
        for stretch in past.stretches(known, writer):
            here = stretch.first
            on = [end for end in tops if end is here or end.follows(here)]
            beside = {id(end) for end in on}
            off = (end for end in tops if id(end) not in beside)
            if any(contested(history, end, on) for end in off):
                found.append(stretch)
    return past.gathered(found) if found else NO_STRETCHES


def contested(history: History, rival: Held, on: list[Held]) -> bool:
    """Spec: ledger, F2: whether no branch in `on` supersedes the key event `rival` has come to."""
    return not any(supersedes(history, end.statement.ks, rival.statement.ks) for end in on)


def convicted(past: Past, known: Cut) -> frozenset[bytes]:
    """Spec: ledger, F3: the writers this set convicts."""
    found = set()
    for writer in past.writers(known):
        history = past.histories[writer]
        parted = len(two_events(past, known, writer)) > 1
        if parted:
            # of a directed party with two events at one position every fork is a mere claim
            if history.kind == "public":
                found.add(writer)
        elif writer in past.forked and same_key_fork(past, known, writer):
            found.add(writer)
    return frozenset(found)


def same_key_fork(past: Past, known: Cut, writer: bytes) -> bool:
    """Spec: ledger, F3: two branches end under one key event that nothing of
    the writer supersedes."""
    history = past.histories[writer]
    reached = {held.statement.ks for held in past.keyed(known, writer)}
    keys = [end.statement.ks for end in past.ends(known, writer)]
    return any(
        keys.count(key) > 1 and not any(supersedes(history, other, key) for other in reached)
        for key in set(keys)
    )


def two_events(past: Past, known: Cut, writer: bytes) -> frozenset[bytes]:
    """Spec: ledger, F3: different key events of one position that the set names, directly or
    through what they descend from; empty if there are none."""
    history = past.histories[writer]
    position = 0
    while events := history.events_at(position):
        position += 1
        if len(events) < 2:
            continue
        named = named_events(past, known, writer)
        standing = frozenset(
            event
            for event in events
            if event in named or any(history.descends(name, event) for name in named)
        )
        if len(standing) > 1:
            return standing
    return frozenset()


def named_events(past: Past, known: Cut, writer: bytes) -> frozenset[bytes]:
    """The key events of a writer that statements of the set name: as their key, or in a body."""
    named = {held.statement.ks for held in past.keyed(known, writer)}
    for held in past.of_type(known, "open", "join", void=True):
        kel = held.body.get("kel")
        if kel is not None and writer in (past.opener, past.joiner):
            named.add(kel["a"] if writer == past.opener else kel["b"])
    for held in past.of_type(known, "delegate", void=True):
        if held.body.get("to") == writer:
            named.add(held.body["kel"])
    return frozenset(named)
