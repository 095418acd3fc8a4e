"""What a writer says next: where its chain goes on, what it names as seen, whether it owes an ack.

Spec: ledger, A8 (K1 to K4) and A1.3.
"""

from collections.abc import Collection
from typing import NamedTuple

from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import forks
from linkcontract.ledger.columns import NOTHING, Cut
from linkcontract.ledger.facts import confirming
from linkcontract.ledger.held import Held
from linkcontract.ledger.histories import History
from linkcontract.ledger.past import Past
from linkcontract.limits import MAX_SEEN
from linkcontract.model.statement import Head


class NextHeader(NamedTuple):
    """What the header of a writer's next statement has to say.

    Attributes:
        seq, prev: where it stands.
        seen: what it newly names.
        not_before: least `at` it may carry, Unix milliseconds.
        ks: key event of the last statement, None for a first one.
    """

    seq: int
    prev: bytes | None
    seen: tuple[Head, ...]
    not_before: int
    ks: bytes | None


def own_head(past: Past, writer: bytes, ks: bytes | None = None) -> Held | None:
    """The statement a writer's chain goes on from, None for a writer that has said nothing.

    Of several branches the one no other supersedes, then the longest: after a restore that is the
    one the writer rotated on (K5).

    Args:
        ks: the key event the next statement will be signed under: only a branch it can go on from
            comes into question, so that of a parted key history each end keeps its own branch.
    """
    ends = past.tips(writer)
    if not ends:
        return None
    history = past.histories[writer]
    if ks is not None:
        mine = [end for end in ends if leads_to(history, end.statement.ks, ks)]
        ends = mine or ends
    standing = [
        end
        for end in ends
        if not any(
            forks.supersedes(history, other.statement.ks, end.statement.ks) for other in ends
        )
    ]
    return max(standing, key=lambda end: (end.statement.seq, end.id))


def leads_to(history: History, key: bytes, ks: bytes) -> bool:
    """Whether a chain that came to `key` can go on under `ks` (W1)."""
    return key == ks or forks.supersedes(history, ks, key)


def next_header(
    past: Past,
    writer: bytes,
    exclude: Collection[bytes],
    after: bytes | None = None,
    ks: bytes | None = None,
) -> NextHeader:
    """Spec: ledger, K4: everything held goes into `seen`, except what K3 lets the writer leave out.

    Args:
        exclude: statements to leave unseen, and with them all that follows them. It cannot unsee.
        after: the own statement to go on from; by default `own_head`.
        ks: the key event it will be signed under, where the writer has more than one branch.

    Raises:
        LocalProtocolError: ledger-writer if this writer can say nothing here yet.
    """
    last = own_head(past, writer, ks) if after is None else past.by_id[after]
    opening = past.by_id[past.rel]
    if last is None and writer == past.joiner:
        return NextHeader(0, None, (opening.head,), 0, None)
    if last is None:
        named = any(
            delegate.body["to"] == writer for delegate in past.of_type(past.everything, "delegate")
        )
        if not named:
            raise LocalProtocolError("ledger-writer", "from")
        return NextHeader(0, None, new_heads(past, writer, NOTHING, exclude), 0, None)
    seen = new_heads(past, writer, last.past, exclude)
    statement = last.statement
    return NextHeader(statement.seq + 1, statement.id, seen, statement.at, statement.ks)


def new_heads(
    past: Past, writer: bytes, known: Cut, exclude: Collection[bytes]
) -> tuple[Head, ...]:
    """Spec: ledger, A1.3: the ends of other writers' branches outside `known`,
    at most 64 at a time."""
    named = past.everything
    if exclude:
        named = past.unaware([past.by_id[name] for name in exclude], without=True)
    heads = [
        end.head
        for other in past.feeds
        if other != writer
        for end in past.ends(named, other)
        if end not in known
    ]
    return tuple(sorted(heads)[:MAX_SEEN])


def owed(past: Past, writer: bytes) -> tuple[Held, ...]:
    """Spec: ledger, K1: the statements of the other side a writer has yet to acknowledge.

    The lead owes for everything but quiet types, an agent for accepts of its own proposals.
    """
    last = own_head(past, writer)
    if last is None:
        return ()
    paid = acknowledged(past, last)
    return tuple(
        held
        for held in past.unpaid(paid)
        if held.side is not last.side and concerns(past, last, held)
    )


def acknowledged(past: Past, last: Held) -> Cut:
    """Spec: ledger, K1: what a writer's chain has acknowledged:
    the past of its last statement that pays.

    A void statement of a type the fold reads, and one of an unknown type, pays nothing (A1.7).
    """
    while not confirming(last):
        if last.statement.prev is None:
            return NOTHING
        last = past.by_id[last.statement.prev]
    return last.past


def concerns(past: Past, last: Held, held: Held) -> bool:
    """Spec: ledger, K1: the lead answers for its side; an agent for accepts of what it proposed."""
    if last.lead:
        return True
    proposal = past.by_id.get(held.body["ref"]) if held.type == "accept" and held.body else None
    return proposal is not None and proposal.writer == last.writer
