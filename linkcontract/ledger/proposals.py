"""Where one proposal stands in a set of statements.

Spec: ledger, A5. The facts of the statements involved (which accepts, denials and confirmations are
valid) were settled from their own past when they arrived; here the set decides what outlives what.
"""

from dataclasses import dataclass, field
from enum import Enum

from linkcontract.ledger.columns import Cut, Stretches
from linkcontract.ledger.held import Held, Side
from linkcontract.ledger.past import Past


class ProposalStatus(Enum):
    """Spec: ledger, A5, S1 to S5."""

    OPEN = "open"
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    FROZEN = "frozen"
    LAPSED = "lapsed"
    DEAD = "dead"


HOLDS_SLOT = frozenset({ProposalStatus.AGREED, ProposalStatus.CONFIRMED, ProposalStatus.FROZEN})
"""A proposal of one of these leaves no room for another with the same base."""


@dataclass(slots=True)
class View:
    """A set of statements closed under past, with what the rules of A5 and A6 keep asking of it.

    Attributes:
        known: the set. tainted: its tainted statements (F2).
        undelegates: the effective undelegations in it.
        wide_revokes: the effective relationship-wide revokes in it.
    """

    past: Past
    known: Cut
    tainted: Stretches
    undelegates: tuple[Held, ...]
    wide_revokes: tuple[Held, ...]

    def is_tainted(self, held: Held) -> bool:
        """Spec: ledger, F2, read off."""
        return held in self.tainted

    def clean(self, held: Held) -> bool:
        """Spec: ledger, F4: whether a grant counts in full;
        an agent's rests on a clean delegation."""
        if self.is_tainted(held):
            return False
        if held.lead or not held.warrants:
            return True
        return any(warrant not in self.tainted for warrant in held.warrants)


@dataclass(slots=True)
class Standing:
    """A proposal with everything that bears on it.

    Attributes:
        accepts, confirmations: the valid ones. denies: valid retracts and full refusals.
        narrowings: valid refusals with purposes.
        standing: accepts that are up and clean, if the proposal is clean.
        was_confirmed: whether some accept was ever confirmed (it may be down since).
        status: S1 to S5; OPEN here still says nothing about base and slot, `threads` decides that.
    """

    proposal: Held
    accepts: list[Held] = field(default_factory=list)
    confirmations: list[Held] = field(default_factory=list)
    denies: list[Held] = field(default_factory=list)
    narrowings: list[Held] = field(default_factory=list)
    standing: list[Held] = field(default_factory=list)
    was_confirmed: bool = False
    status: ProposalStatus = ProposalStatus.DEAD

    @property
    def base(self) -> bytes | None:
        """The agreement it builds on; None for a first one."""
        base: bytes | None = self.proposal.body["base"]
        return base

    def grants_of(self, side: Side) -> list[Held]:
        """What this side signed under it, where it stands: the proposal, or the accepts."""
        return [self.proposal] if self.proposal.side is side else self.standing


def judge(view: View, case: Standing) -> None:
    """Spec: ledger, S1 to S5: fill in `standing`, `was_confirmed` and `status`."""
    up = [accept for accept in case.accepts if not is_down(view, case, accept)]
    proposal_clean = view.clean(case.proposal)
    case.standing = [accept for accept in up if proposal_clean and view.clean(accept)]
    case.was_confirmed = any(paired(case, accept) for accept in case.accepts)
    if any(confirmed_cleanly(view, case, accept) for accept in case.standing):
        case.status = ProposalStatus.CONFIRMED
    elif any(paired(case, accept) for accept in up):
        case.status = ProposalStatus.FROZEN
    elif case.standing:
        case.status = ProposalStatus.AGREED
    elif case.was_confirmed:
        contested = any_taint(view, case)
        case.status = ProposalStatus.FROZEN if contested else ProposalStatus.LAPSED
    elif is_open(view, case):
        case.status = ProposalStatus.OPEN


def paired(case: Standing, accept: Held) -> bool:
    """Spec: ledger, V4, last sentence: a confirmation counts only for the
    accepts in its own past."""
    return any(confirmation.knew(accept) for confirmation in case.confirmations)


def confirmed_cleanly(view: View, case: Standing, accept: Held) -> bool:
    """Spec: ledger, S1: some untainted confirmation of the proposal has this accept in its past."""
    return any(
        confirmation.knew(accept) and not view.is_tainted(confirmation)
        for confirmation in case.confirmations
    )


def any_taint(view: View, case: Standing) -> bool:
    """Spec: ledger, S2: whether anything that made the proposal, or unmade it, is contested."""
    if not all(view.clean(grant) for grant in (case.proposal, *case.accepts)):
        return True
    involved = [*case.confirmations, *case.denies]
    for accept in case.accepts:
        grant = first_party_grant(case, accept)
        involved += dismissals(view, grant) + revocations(view, grant)
    return any(view.is_tainted(held) for held in involved)


def is_open(view: View, case: Standing) -> bool:
    """Spec: ledger, V2, S5: not denied, not tainted, not killed by A5."""
    proposal = case.proposal
    if case.denies or not view.clean(proposal):
        return False
    return not (proposal.side is Side.FIRST and grant_is_gone(view, proposal))


def is_down(view: View, case: Standing, accept: Held) -> bool:
    """Spec: ledger, A5: whether something in the set outlives an accept."""
    if any(brings_down(deny, accept) for deny in case.denies):
        return True
    return grant_is_gone(view, first_party_grant(case, accept))


def brings_down(deny: Held, accept: Held) -> bool:
    """Spec: ledger, A5: a valid denial does, but an agent's refusal not its own lead's accept."""
    return not (deny.type == "refuse" and not deny.lead and accept.lead)


def first_party_grant(case: Standing, accept: Held) -> Held:
    """Spec: ledger, A5: the first party's signature: its own proposal, else the accept."""
    return case.proposal if case.proposal.side is Side.FIRST else accept


def grant_is_gone(view: View, grant: Held) -> bool:
    """Spec: ledger, A5: undone by an undelegation or a relationship-wide revoke that did not
    concern what it already knew of."""
    return bool(dismissals(view, grant) or revocations(view, grant))


def dismissals(view: View, grant: Held) -> list[Held]:
    """Spec: ledger, A5: undelegations, by its own lead, of the agent that signed the grant, which
    had not seen it."""
    if grant.lead:
        return []
    return [
        undelegate
        for undelegate in view.undelegates
        if undelegate.side is grant.side
        and view.past.by_id[undelegate.body["ref"]].body["to"] == grant.writer
        and not undelegate.knew(grant)
    ]


def revocations(view: View, grant: Held) -> list[Held]:
    """Spec: ledger, A5: revokes of everything, relationship-wide,
    that the grant had not known of."""
    return [
        revoke
        for revoke in view.wide_revokes
        if revoke.body["purposes"] is None and not grant.knew(revoke)
    ]
