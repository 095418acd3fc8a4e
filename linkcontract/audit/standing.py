"""Whether what a party signed may still be held against it, as far as its key events are known.

A stolen live key signs like its owner until the owner rotates, and recovery never convicts (spec:
ledger, A3, E3). So a finding convicts only if it rests on statements whose own branch has come to
a key that nothing supersedes: then the owner stood by them. A key in between is not enough, since
who has robbed two of them in a row can sign a rotation from the one to the other.
"""

from collections.abc import Iterable

from linkcontract.model.party import DIRECTED, PUBLIC, KeyHistory
from linkcontract.model.statement import Statement


def stands(history: KeyHistory, known: Iterable[Statement], statement: Statement) -> bool:
    """Whether a statement may convict its writer.

    Args:
        history: of the writer.
        known: statements of the writer, headers at least; others do no harm.
        statement: the one in question.

    Returns:
        False if neither it nor anything known to follow it on its own branch stands under a key
        event that no known one supersedes; and for a directed party whose history has parted,
        since both halves then hold one key and a thief of it can sign on the half nobody uses
        any more.

    Spec: findings, Rules, 3; decisions 0099.
    """
    if history.kind == DIRECTED and is_parted(history):
        return False
    heads = history.heads
    return statement.ks in heads or any(each.ks in heads for each in following(known, statement))


def adoption(
    history: KeyHistory, known: Iterable[Statement], statement: Statement
) -> tuple[Statement, ...]:
    """The statements that follow a superseded one, up to the first under a key nothing supersedes.

    They are what `stands` needs; () if nothing superseded it, or nothing adopts it.
    """
    heads = history.heads
    if statement.ks in heads:
        return ()
    known = list(known)
    for each in following(known, statement):
        if each.ks in heads:
            by_id = {one.id: one for one in known}
            chain = [each]
            while chain[-1].prev != statement.id:
                before = chain[-1].prev
                assert before is not None  # `each` follows `statement`
                chain.append(by_id[before])
            return tuple(reversed(chain))
    return ()


def courses(known: Iterable[Statement], statement: Statement) -> tuple[Statement, ...]:
    """A statement, and what leads from it to the last key of each of its branches.

    These headers say what the branch has come to, as far as it is known.
    """
    after = following(known, statement)
    before = {each.id: each for each in (statement, *after)}
    named = {each.prev for each in after}
    found = {statement.id: statement}
    for end in (each for each in after if each.id not in named):
        here = end
        while here.prev in before and before[here.prev].ks == end.ks:
            here = before[here.prev]
        while here.id != statement.id:
            found[here.id] = here
            assert here.prev is not None  # it follows the statement
            here = before[here.prev]
    return tuple(sorted(found.values(), key=lambda each: (each.seq, each.id)))


def fork_convicts(
    history: KeyHistory, known: Iterable[Statement], one: Statement, other: Statement
) -> bool:
    """Whether two statements at one place convict their writer, by these headers of it alone.

    Not if what one branch has come to supersedes all the other has, which is a defence. Otherwise
    if both have come to one event that none here supersedes, or the writer is public and its
    history has parted.

    Args:
        known: headers of the writer; others do no harm.

    Spec: ledger, F3 and E1; decisions 0088.
    """
    known = [each for each in known if each.writer == one.writer]
    mine, theirs = ({each.ks for each in _ends(known, start)} for start in (one, other))

    def outdone(these: set[bytes], those: set[bytes]) -> bool:
        return all(any(history.descends(key, old) for key in those) for old in these)

    if outdone(mine, theirs) != outdone(theirs, mine):
        return False
    if history.kind == PUBLIC and is_parted(history):
        return True
    reached = {each.ks for each in known}
    return any(not any(history.descends(key, event) for key in reached) for event in mine & theirs)


def _ends(known: Iterable[Statement], statement: Statement) -> tuple[Statement, ...]:
    after = following(known, statement)
    named = {each.prev for each in after}
    return tuple(each for each in (statement, *after) if each.id not in named)


def is_parted(history: KeyHistory) -> bool:
    """Whether two events stand at one position of a history."""
    return len({event.seq for event in history.events.values()}) < len(history.events)


def following(known: Iterable[Statement], statement: Statement) -> tuple[Statement, ...]:
    """The statements that come after one in its writer's chain, on every branch, by seq and id."""
    nexts: dict[bytes, list[Statement]] = {}
    for each in known:
        if each.writer == statement.writer and each.prev is not None:
            nexts.setdefault(each.prev, []).append(each)
    found: dict[bytes, Statement] = {}
    ends = [statement.id]
    while ends:
        for each in nexts.get(ends.pop(), ()):
            if each.id not in found:
                found[each.id] = each
                ends.append(each.id)
    return tuple(sorted(found.values(), key=lambda each: (each.seq, each.id)))
