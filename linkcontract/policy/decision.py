"""decide: may this be done, under these terms, now. Pure, default deny (`spec/permissions.md`).

Every one of the given terms has to permit; no terms at all deny. Within one terms: outside its
validity nothing is permitted; of the rules that match the request and whose conditions apply, the
longest permitting path must be strictly longer than the longest prohibiting one, in segments.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from linkcontract.model.rules import Duty
from linkcontract.model.terms import Terms
from linkcontract.model.vocabulary import exists, subsumes
from linkcontract.policy.conditions import NO_FACTS, Facts, holds
from linkcontract.policy.matching import (
    ANY_SEGMENT,
    Request,
    is_concrete,
    permission_covers,
    permission_length,
    prohibition_covers,
    prohibition_length,
)

REASONS: Final[Mapping[str, str]] = {
    "permitted": "a permission covers it and no prohibition of that length touches it",
    "no-terms": "there are no terms to permit it",
    "bad-request": "the path of the request is not a place in somebody's data",
    "unknown-term": "the action, purpose or kind of recipient is not in the vocabulary",
    "not-yet": "the terms are not valid yet",
    "expired": "the terms are no longer valid",
    "no-permission": "no permission covers action, path, purpose and recipient together",
    "condition": "a permission would cover it, but its condition does not hold or is not known",
    "retention": "a permission covers it, but the datum may no longer be kept",
    "prohibited": "a prohibition touches it, at least as specific as the best permission",
    "no-items": "nothing is to be shared",
}
"""Every code a decision made here can have, with its sentence. A code is never renamed."""

SHARE_ACTION: Final = "dpv:Collect"
"""What the second party does with what is shared with it; a share asks for this action."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a request, true only if it is permitted.

    Attributes:
        permit: the answer.
        rule: the rule that decided, in our own field names, such as "terms[0].permissions[2]", or
            the field that did ("terms[0].until"); "" if no rule did.
        code: stable reason; see REASONS (other modules may add their own).
        duties: what doing it owes: the duties of all terms and of the rules that permitted.
        retention: milliseconds the datum may be kept, the shortest that applies, or None.
    """

    permit: bool
    rule: str
    code: str
    duties: tuple[Duty, ...] = ()
    retention: int | None = None

    def __bool__(self) -> bool:
        return self.permit


@dataclass(frozen=True, slots=True)
class ShareDecision:
    """The answer to a share: true only if there is an item and every item is permitted."""

    items: tuple[tuple[str, Decision], ...]

    @property
    def permit(self) -> bool:
        return bool(self.items) and all(decision.permit for _path, decision in self.items)

    @property
    def code(self) -> str:
        """The reason of the first refused item, "no-items" without items, else "permitted"."""
        if not self.items:
            return "no-items"
        refused = (decision.code for _path, decision in self.items if not decision.permit)
        return next(refused, "permitted")

    def __bool__(self) -> bool:
        return self.permit


def decide(
    terms: Sequence[Terms], request: Request, facts: Facts = NO_FACTS, *, now: int
) -> Decision:
    """Whether `request` is permitted by every one of `terms` at `now`.

    Args:
        terms: the terms that apply together: the agreement in force and those pending beside it.
        request: action, path, purpose and recipient.
        facts: what is known of the circumstances; what is not known can only deny.
        now: Unix milliseconds.

    Returns:
        A decision; if it denies, by the first of the terms that denies. Nothing is raised.
    """
    if not terms:
        return Decision(False, "", "no-terms")
    code = _request_fault(request)
    if code:
        return Decision(False, "", code)
    decisions = []
    for index, one in enumerate(terms):
        decision = _decide_one(one, f"terms[{index}]", request, facts, now)
        if not decision.permit:
            return decision
        decisions.append(decision)
    return Decision(
        True,
        decisions[0].rule,
        "permitted",
        _distinct(duty for decision in decisions for duty in decision.duties),
        _shortest(decision.retention for decision in decisions),
    )


def decide_share(
    terms: Sequence[Terms],
    paths: Iterable[str],
    purpose: str,
    facts: Facts = NO_FACTS,
    *,
    now: int,
) -> ShareDecision:
    """Whether the items at `paths` may be shared with the second party for `purpose`.

    A share stands for the second party's collecting (`SHARE_ACTION`); each item is decided alone.
    """
    return ShareDecision(
        tuple(
            (path, decide(terms, Request(SHARE_ACTION, path, purpose), facts, now=now))
            for path in paths
        )
    )


def could_permit(
    terms: Terms, action: str, purpose: str, recipient: bytes | str | None, *, at: int
) -> bool:
    """Whether there is a path and there are facts with which `terms` permit this at `at`.

    For evidence: a statement of use names no path and its circumstances are not signed, so it is a
    breach only if this is false. In doubt it is true: conditions of permissions are taken to hold,
    conditions of prohibitions not to, and a prohibition counts only if it names the whole of it.
    """
    words = Request(action, "any", purpose, recipient)
    if not terms.valid_from <= at < terms.until or _request_fault(words):
        return False
    barred = frozenset(
        tuple(path.split("/"))
        for rule in terms.prohibitions
        if not rule.conditions and prohibition_covers(rule, words)
        for path in rule.paths
    )
    shapes = {tuple(segment == ANY_SEGMENT for segment in path) for path in barred}
    return any(
        not _is_barred(tuple(path.split("/")), barred, shapes)
        for rule in terms.permissions
        if permission_covers(rule, words)
        for path in rule.paths
    )


def _is_barred(
    path: tuple[str, ...], barred: Set[tuple[str, ...]], shapes: Set[tuple[bool, ...]]
) -> bool:
    """Whether a prohibition as long as a permission's own path covers that path.

    A shorter one loses to the permission and a longer one leaves something of it, so only equal
    length bars. One look-up for each arrangement of wildcards there is, not for each path.
    """
    return any(
        tuple(ANY_SEGMENT if wild else one for one, wild in zip(path, shape, strict=True)) in barred
        for shape in shapes
        if len(shape) == len(path)
    )


def _request_fault(request: Request) -> str:
    recipient = request.recipient
    if (
        not subsumes("dpv:Processing", request.action)
        or not subsumes("dpv:Purpose", request.purpose)
        or (isinstance(recipient, str) and not exists(recipient))
    ):
        return "unknown-term"
    return "" if is_concrete(request.path) else "bad-request"


def _decide_one(terms: Terms, name: str, request: Request, facts: Facts, now: int) -> Decision:
    # (1): validity bounds everything, whatever the rules say
    if now < terms.valid_from:
        return Decision(False, f"{name}.from", "not-yet")
    if now >= terms.until:
        return Decision(False, f"{name}.until", "expired")

    # (2): permissions that cover the request and whose conditions are known to hold
    best, winners, code = 0, [], "no-permission"
    for index, rule in enumerate(terms.permissions):
        length = permission_length(rule, request)
        if not length:
            continue
        if holds(rule.conditions, facts, now) is not True:
            code = "condition" if code == "no-permission" else code
        elif _outlived(rule.retention, facts, now):
            code = "retention"
        elif length > best:
            best, winners = length, [index]
        elif length == best:
            winners.append(index)

    # (3): prohibitions that touch the request and whose conditions are not known to fail
    worst, loser = 0, 0
    for index, rule in enumerate(terms.prohibitions):
        length = prohibition_length(rule, request, facts.counterparty)
        if length > worst and holds(rule.conditions, facts, now) is not False:
            worst, loser = length, index

    # (4): strictly longer permits, a tie denies
    if not winners:
        return Decision(False, "", code)
    if worst >= best:
        return Decision(False, f"{name}.prohibitions[{loser}]", "prohibited")
    rules = [terms.permissions[index] for index in winners]
    return Decision(
        True,
        f"{name}.permissions[{winners[0]}]",
        "permitted",
        _distinct((*terms.duties, *(duty for rule in rules for duty in rule.duties))),
        _shortest(rule.retention for rule in rules),
    )


def _outlived(retention: int | None, facts: Facts, now: int) -> bool:
    return (
        retention is not None
        and facts.received_at is not None
        and now - facts.received_at >= retention
    )


def _distinct(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    return tuple(dict.fromkeys(duties))


def _shortest(retentions: Iterable[int | None]) -> int | None:
    return min((one for one in retentions if one is not None), default=None)
