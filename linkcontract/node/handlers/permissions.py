"""What a thread permits at this moment, and what it owes: for people to read.

Every line is an answer of `permitted`, the same function that decides; nothing is worked out here.
"""

from linkcontract.ledger import Thread, ThreadPhase
from linkcontract.ledger.agreements import terms_of
from linkcontract.ledger.permissions import permitted
from linkcontract.model import vocabulary
from linkcontract.model.statement import Statement
from linkcontract.node.output import Json, to_json
from linkcontract.policy import Request
from linkcontract.protocol import Session


def effective(thread: Thread, now: int) -> list[Json]:
    """What may be done: for each path, purpose and kind of recipient the actions permitted now.

    A condition of a rule that rests on facts outside the ledger is taken as not fulfilled.
    """
    asked: dict[tuple[str, str, str | None], dict[str, None]] = {}
    for agreement in thread.agreements:
        for rule in agreement.terms.permissions:
            recipients: tuple[str | bytes | None, ...] = rule.recipients or (None,)
            for path in rule.paths:
                for purpose in rule.purposes:
                    for recipient in recipients:
                        if isinstance(recipient, bytes):
                            continue
                        actions = asked.setdefault((path, purpose, recipient), {})
                        actions.update(dict.fromkeys(rule.actions))
    lines: list[Json] = []
    for (path, purpose, recipient), actions in asked.items():
        allowed = [
            action
            for action in actions
            if permitted(thread, Request(action, path, purpose, recipient), now=now)
        ]
        if allowed:
            lines.append(
                {
                    "path": path,
                    "purpose": purpose,
                    "recipient": recipient,
                    "actions": to_json(allowed),
                }
            )
    return lines


def duties_of(session: Session, thread: Thread) -> list[Json]:
    """What the second party owes under a thread, and when what calls for it has happened.

    Returns:
        For each duty `duty`, `label`, `agreement`, `within` (ms or null), `due` (Unix ms, or null
        if nothing the second party is known to have seen called for it) and `done` (an `erased`
        of its own for this, or null).
    """
    lines: list[Json] = []
    ended = _end_known_at(session, thread)
    for name in thread.duties:
        proposal = session.ledger.get(name)
        if proposal is None or proposal.body is None:
            continue
        for duty in terms_of(proposal).duties:
            by_end = duty.duty == DELETION and ended is not None and duty.within is not None
            lines.append(
                {
                    "duty": duty.duty,
                    "label": _label(duty.duty),
                    "agreement": to_json(name),
                    "within": duty.within,
                    "due": (ended or 0) + (duty.within or 0) if by_end else None,
                    "done": to_json(_erased(session, thread)) if by_end else None,
                }
            )
    return lines


DELETION = "ieee-7012:DataDeletionRequired"
"""The duty that the end of an agreement calls for."""


def _end_known_at(session: Session, thread: Thread) -> int | None:
    """When the second party first signed something knowing of the end, by its own clock."""
    if thread.phase is not ThreadPhase.ENDED:
        return None
    ledger = session.ledger
    ends = [each for each in ledger.held() if _ends(each, thread.root)]
    known = [
        own.at
        for own in ledger.feed(ledger.second)
        if any(own.id == end.id or ledger.in_past(end.id, own.id) for end in ends)
    ]
    return min(known, default=None)


def _ends(statement: Statement, root: bytes) -> bool:
    if statement.body is None or statement.type not in ("revoke", "terminate"):
        return False
    if statement.type == "revoke" and statement.body["purposes"] is not None:
        return False
    return statement.body["thread"] in (root, None)


def _erased(session: Session, thread: Thread) -> bytes | None:
    """The newest `erased` of the second party that covers the thread."""
    ledger = session.ledger
    for statement in reversed(ledger.feed(ledger.second)):
        if statement.type != "erased" or statement.body is None:
            continue
        if statement.body["ref"] in (session.rel, *thread.chain):
            return statement.id
    return None


def _label(term: str) -> str:
    return vocabulary.label(term) if vocabulary.exists(term) else term
