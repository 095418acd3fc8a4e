"""Why something is permitted, read from the statements themselves and not from the fold.

A permission needs both signatures, a confirmation, and a grant of the first side that nothing in
the node's hands takes away. What is checked is necessary, not sufficient: forks and conditions can
only take more away.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from linkcontract.ledger import Side, Thread
from linkcontract.model.statement import Statement

if TYPE_CHECKING:
    from linkcontract.testing.simulated_node import Node

Effective: TypeAlias = Mapping[str, Sequence[Statement]]


def said(statement: Statement, name: str) -> Any:
    """One field of a body."""
    return (statement.body or {})[name]


def backed(node: "Node", held: Effective, thread: Thread, purpose: str) -> str | None:
    """What is missing behind a permission a node's state gives; None if nothing is."""
    root = thread.root
    if any(_ends(each, root) for each in (*held.get("revoke", ()), *held.get("terminate", ()))):
        return "permitted in a thread that ended (T1)"
    if not _lifted(held, root):
        return "permitted while suspended (T3)"
    if thread.tip is None:
        return "permitted without an agreement in force (T5)"
    for name in (thread.tip, *thread.pending):
        proposal = node.ledger.get(name)
        if proposal is None:
            return "permitted by an agreement nobody holds"
        problem = _carried(node, held, proposal, purpose)
        if problem is not None:
            return problem
    return None if _confirmed(node, held, thread.tip) else "permitted before CONFIRMED (S1)"


def _ends(each: Statement, root: bytes) -> bool:
    body = each.body or {}
    if body["thread"] != root:
        return False
    if each.type == "revoke":
        return body["purposes"] is None
    return body["effective"] is None or body["effective"] <= each.at


def _lifted(held: Effective, root: bytes) -> bool:
    lifted = {said(each, "ref") for each in held.get("resume", ())}
    return all(
        each.id in lifted for each in held.get("suspend", ()) if said(each, "thread") == root
    )


def _accepts(held: Effective, name: bytes) -> list[Statement]:
    return [each for each in held.get("accept", ()) if said(each, "ref") == name]


def _confirmed(node: "Node", held: Effective, name: bytes) -> bool:
    """V4: something of the proposing side has an accept in its past."""
    ledger = node.ledger
    proposal = ledger.get(name)
    assert proposal is not None, "looked up before"
    sides = node.world.sides
    return any(
        ledger.in_past(accept.id, each.id)
        for accept in _accepts(held, name)
        for writer in ledger.writers()
        if sides[writer] is sides[proposal.writer]
        for each in ledger.feed(writer)
    )


def _carried(node: "Node", held: Effective, proposal: Statement, purpose: str) -> str | None:
    """T5: the terms name the purpose, and a grant of the first side stands for it."""
    terms = said(proposal, "terms")
    if not any(purpose in rule["purposes"] for rule in terms["permissions"]):
        return "permitted beyond the terms"
    if node.now >= terms["until"]:
        return "permitted after it ran out (T6)"
    accepts = _accepts(held, proposal.id)
    if not accepts:
        return "permitted without both signatures"
    mine = node.world.sides[proposal.writer] is Side.FIRST
    grants = [proposal] if mine else accepts
    if any(_stands(node, held, grant, purpose) for grant in grants):
        return None
    return "permitted though every grant was withdrawn (T5, A5)"


def _stands(node: "Node", held: Effective, grant: Statement, purpose: str) -> bool:
    """Whether neither a revoke it did not know, nor the dismissal of its agent, undoes a grant."""
    root = said(grant, "thread") or grant.id
    ledger = node.ledger
    for revoke in held.get("revoke", ()):
        body = revoke.body or {}
        about = body["thread"] in (None, root)
        touches = body["purposes"] is None or purpose in body["purposes"]
        if about and touches and not ledger.in_past(revoke.id, grant.id):
            return False
    return not any(
        _dismisses(node, each, grant.writer)
        and ledger.side_of(each.writer) is ledger.side_of(grant.writer)
        and not ledger.in_past(grant.id, each.id)
        for each in held.get("undelegate", ())
    )


def _dismisses(node: "Node", undelegate: Statement, writer: bytes) -> bool:
    delegation = node.ledger.get(said(undelegate, "ref"))
    return delegation is not None and said(delegation, "to") == writer
