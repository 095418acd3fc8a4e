"""What a body refers to, and who may sign it: the rules that make a statement void.

Spec: ledger, A2, W5 to W7. Each rule returns a reason code of `voids.VOID_REASONS`, or None.
"""

from collections.abc import Mapping
from typing import Final

from linkcontract.ledger.agreements import terms_of
from linkcontract.ledger.held import Held, Side
from linkcontract.ledger.past import Past
from linkcontract.limits import MAX_AGENTS_PER_SIDE
from linkcontract.model.bodies import RELEVANT_TYPES, STATEMENT_TYPES

_REFERS_TO: Final[Mapping[str, str]] = {
    "accept": "propose",
    "refuse": "propose",
    "retract": "propose",
    "resume": "suspend",
    "undelegate": "delegate",
}
"""Type -> the type its `ref` has to be of, where that decides anything."""

_WRONG_REFERENCES: Final = ("ref-unknown", "ref-other-thread", "ref-type")
"""What can be wrong with a reference; of several that are wrong the first is the reason."""

_NO_DELEGATION_NEEDED: Final = frozenset({"ack", "rotate"})
"""What an agent always may sign: that it read something, and that its key changed."""


def thread_of(held: Held) -> bytes | None:
    """The root of the thread a statement names or starts; None if it names none."""
    if held.type == "propose" and held.body and held.body["thread"] is None:
        return held.id
    if held.type not in STATEMENT_TYPES:
        return None  # what stands in such a body means nothing
    thread: bytes | None = held.body.get("thread")
    return thread


def unreadable(held: Held) -> str | None:
    """Spec: ledger, A1.7: an unknown type, or a body that fails its schema, has no effect."""
    if held.type not in STATEMENT_TYPES:
        return "unknown-type"
    return "bad-body" if held.statement.body_fault is not None else None


def references(past: Past, held: Held) -> str | None:
    """Spec: ledger, W5: thread root and references are in past(s) and of the same thread."""
    root = held.body.get("thread")
    if root is not None and not is_root_in(past, held, root):
        return "thread-unknown"
    found = set()
    for name in ("ref", "base", "answers", "agreement"):
        named = held.body.get(name)
        if named is None or (name == "ref" and held.type in ("erased", "right")):
            # an erasure or a right may name the relationship, an agreement, or nothing held here
            continue
        found.add(reference(past, held, name, named, root))
    return next((reason for reason in _WRONG_REFERENCES if reason in found), None)


def reference(past: Past, held: Held, name: str, named: bytes, root: bytes | None) -> str | None:
    """Spec: ledger, W5, one reference: held, in the past, of the thread,
    of the type it has to be."""
    other = past.by_id.get(named)
    if other is None or not held.knew(other):
        return "ref-unknown"
    if root is not None and other.thread != root and other.statement.body is not None:
        # an erased body names no thread any more, and no fewer statements may refer to it for that
        return "ref-other-thread"
    wanted = _REFERS_TO.get(held.type) if name == "ref" else "propose"
    if wanted is not None and (other.type != wanted or other.void is not None):
        return "ref-type"
    return None


def is_root_in(past: Past, held: Held, root: bytes) -> bool:
    """Spec: ledger, W5, A1.6: whether `root` is a thread's first proposal and in past(held)."""
    other = past.by_id.get(root)
    return other is not None and held.knew(other) and other.thread == root and other.void is None


def leads_only(held: Held) -> str | None:
    """Spec: ledger, W6: delegate, undelegate and a relationship-wide revoke are the lead's."""
    wide = held.type == "revoke" and held.body["thread"] is None
    if not held.lead and (wide or held.type in ("delegate", "undelegate")):
        return "lead-only"
    return None


def second_side_leads(held: Held) -> str | None:
    """Spec: ledger, A1.1: an organisation signs whatever can change an
    agreement with its lead only."""
    if held.side is Side.SECOND and not held.lead and held.type in RELEVANT_TYPES - {"rotate"}:
        return "second-agent"
    return None


def first_party_withdraws(held: Held) -> str | None:
    """Spec: ledger, T1: consent is the first party's, and so is revoking it."""
    return "first-only" if held.type == "revoke" and held.side is Side.SECOND else None


def warrants(past: Past, held: Held) -> tuple[Held, ...]:
    """The delegations that cover an agent's statement, as they came; none for a lead's.

    They are the same whatever else makes the statement void, and whether or not a body that may be
    erased is held: later statements are counted under them (W7).
    """
    if held.lead or held.type in _NO_DELEGATION_NEEDED:
        return ()
    return tuple(
        delegation
        for delegation in past.of_type(held.past, "delegate")
        if delegation.body["to"] == held.writer
        and delegation.side is held.side
        and covers(past, held, delegation)
    )


def delegated(past: Past, held: Held) -> str | None:
    """Spec: ledger, W7: an agent acts under a delegation it had seen, inside it, and not
    dismissed."""
    if held.lead or held.type in _NO_DELEGATION_NEEDED:
        return None
    if dismissed_in(past, held):
        return "dismissed"
    return None if held.warrants else "not-delegated"


def dismissed_in(past: Past, held: Held) -> bool:
    """Spec: ledger, W7: whether its side's lead had dismissed the writer in past(held)."""
    return dismissed_by(past, held, held.writer)


def dismissed_by(past: Past, held: Held, writer: bytes) -> bool:
    """Whether in past(held) the lead of its side had taken back a delegation of `writer`.

    What the other side's lead gave and took back does not count, or it could dismiss this side's
    agents by naming them itself.
    """
    return any(
        undelegate.side is held.side and past.by_id[undelegate.body["ref"]].body["to"] == writer
        for undelegate in past.of_type(held.past, "undelegate")
    )


def covers(past: Past, held: Held, delegation: Held) -> bool:
    """Spec: ledger, W7: whether a delegation covers the type, terms,
    number and time of a statement.

    Number and time are counted in the agent's own chain and read from its own clock: they bind an
    honest agent. Against another the lead undelegates (K3).
    """
    grant = delegation.body
    if held.type not in grant["types"]:
        return False
    if grant["terms"] is not None and terms_named(held) not in (None, *grant["terms"]):
        return False
    if grant["until"] is not None and held.statement.at > grant["until"]:
        return False
    return grant["count"] is None or acts_under(past, held, delegation) < grant["count"]


def terms_named(held: Held) -> bytes | None:
    """The CID of the terms a statement proposes or accepts; None for any other type, and where its
    body says nothing."""
    if held.statement.body is None:
        return None
    if held.type == "propose":
        return terms_of(held.statement).id
    terms: bytes | None = held.body["terms"] if held.type == "accept" else None
    return terms


def acts_under(past: Past, held: Held, delegation: Held) -> int:
    """How many earlier statements of the agent's own chain a delegation covered."""
    return past.covered(held, delegation)


def delegates_soundly(past: Past, held: Held) -> str | None:
    """Spec: ledger, W7: a delegation names neither a lead, nor a dismissed writer,
    nor one too many."""
    if held.type != "delegate":
        return None
    to = held.body["to"]
    if to in past.leads.values():
        return "delegate-lead"
    if dismissed_by(past, held, to):
        return "dismissed"
    named = {
        earlier.body["to"]
        for earlier in past.of_type(held.past, "delegate")
        if held.follows(earlier)
    }
    return "delegate-limit" if len(named | {to}) > MAX_AGENTS_PER_SIDE else None


def undelegates_own(past: Past, held: Held) -> str | None:
    """Spec: ledger, W6: a delegation is taken back by the lead whose it is."""
    if held.type == "undelegate" and past.by_id[held.body["ref"]].side is not held.side:
        return "undelegate-not-yours"
    return None


def rotates_to_its_key(held: Held) -> str | None:
    """Spec: ledger, A2: a `rotate` says of its own key event that the feed goes on under it."""
    if held.type == "rotate" and held.body["event"] != held.statement.ks:
        return "rotate-event"
    return None


def resumes_own(past: Past, held: Held) -> str | None:
    """Spec: ledger, T3: a suspension is lifted by its writer, or by the lead of that side."""
    if held.type != "resume":
        return None
    suspended = past.by_id[held.body["ref"]]
    if suspended.side is not held.side or not (held.lead or suspended.writer == held.writer):
        return "resume-not-yours"
    return None
