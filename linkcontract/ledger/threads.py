"""One thread folded: which agreement is in force, what is pending, what holds it back.

Spec: ledger, A6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linkcontract.ledger.agreements import Agreement, Grant, terms_of
from linkcontract.ledger.held import Held, Side
from linkcontract.ledger.phases import Situation, ThreadPhase, phase_of
from linkcontract.ledger.proposals import (
    HOLDS_SLOT,
    ProposalStatus,
    Standing,
    View,
    judge,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The state of one thread.

    Attributes:
        root: id of its first proposal.
        phase: spec: ledger, T4.
        tip: the agreement in force, or None. It stays named when the thread froze or ended.
        pending: agreed but unconfirmed proposals on the tip, the winner first (T2).
        offers: proposals that can be accepted, by id.
        proposals: every valid proposal -> its status; OPEN means it is one of `offers`.
        agreements: of tip and pending, what may permit something (T5, T6).
        chain: the confirmed agreements from the first to the tip.
        suspends: suspensions not lifted, by id.
        duties: proposals whose duties are owed: ever confirmed, or pending; by id.
        frozen: whether the walk stopped at what is contested (T2), whatever outranks it.
        bound: earliest moment from which nothing is permitted; None without an agreement in force.
    """

    root: bytes
    phase: ThreadPhase
    tip: bytes | None
    pending: tuple[bytes, ...]
    offers: tuple[bytes, ...]
    proposals: Mapping[bytes, ProposalStatus]
    agreements: tuple[Agreement, ...]
    chain: tuple[bytes, ...]
    suspends: tuple[bytes, ...]
    duties: tuple[bytes, ...]
    frozen: bool
    bound: int | None

    @property
    def suspended(self) -> bool:
        """Whether some suspension is not lifted (T3), whatever outranks it."""
        return bool(self.suspends)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the walk along confirmed agreements came to (T2)."""

    chain: tuple[bytes, ...]
    frozen: bool

    @property
    def tip(self) -> bytes | None:
        """The last one confirmed."""
        return self.chain[-1] if self.chain else None


def fold_thread(view: View, root: bytes) -> Thread:
    """The state of the thread `root` in a set that holds its root."""
    members = list(view.past.in_thread(view.known, root))
    cases = standings(view, members)
    walked = walk(cases)
    ended = any(ends(held) for held in members)
    pending = pending_on(cases, walked)
    offers = () if ended or walked.frozen else live_on(cases, walked.tip)
    suspends = suspensions(view, members)
    situation = Situation(
        ended=ended,
        frozen=walked.frozen,
        tip=walked.tip is not None,
        suspended=bool(suspends),
        pending=bool(pending),
        offers=bool(offers),
    )
    carrying = (() if walked.tip is None else (walked.tip,)) + pending
    agreements = tuple(agreement(view, members, cases[name]) for name in carrying)
    return Thread(
        root=root,
        phase=phase_of(situation),
        tip=walked.tip,
        pending=pending,
        offers=offers,
        proposals=MappingProxyType({name: shown(cases[name], offers) for name in sorted(cases)}),
        agreements=agreements,
        chain=walked.chain,
        suspends=suspends,
        duties=duties(cases, pending),
        frozen=walked.frozen,
        bound=min((each.bound for each in agreements), default=None),
    )


def standings(view: View, members: Iterable[Held]) -> dict[bytes, Standing]:
    """Every valid proposal of the thread, judged (A5)."""
    cases: dict[bytes, Standing] = {}
    for held in members:
        if held.type == "propose":
            cases[held.id] = Standing(held)
        elif held.type == "accept":
            cases[held.body["ref"]].accepts.append(held)
        elif held.type == "retract":
            cases[held.body["ref"]].denies.append(held)
        elif held.type == "refuse":
            case = cases[held.body["ref"]]
            (case.denies if held.body["purposes"] is None else case.narrowings).append(held)
    for case in cases.values():
        case.confirmations = view.past.confirming(view.known, case.proposal.id)
        judge(view, case)
    return cases


def slot(cases: Mapping[bytes, Standing], base: bytes | None) -> list[Standing]:
    """Spec: ledger, V2: the valid proposals with one base."""
    return [case for case in cases.values() if case.base == base]


def walk(cases: Mapping[bytes, Standing]) -> Walk:
    """Spec: ledger, T2: from no agreement on along the confirmed ones;
    confirmed beats unconfirmed."""
    chain: list[bytes] = []
    while True:
        here = slot(cases, chain[-1] if chain else None)
        confirmed = [case for case in here if case.status is ProposalStatus.CONFIRMED]
        if any(case.status is ProposalStatus.FROZEN for case in here) or len(confirmed) > 1:
            return Walk(tuple(chain), True)
        if not confirmed:
            return Walk(tuple(chain), False)
        chain.append(confirmed[0].proposal.id)


def pending_on(cases: Mapping[bytes, Standing], walked: Walk) -> tuple[bytes, ...]:
    """Spec: ledger, T2: the agreed proposals in the tip's slot, the winner first."""
    agreed = [case for case in slot(cases, walked.tip) if case.status is ProposalStatus.AGREED]
    return tuple(case.proposal.id for case in sorted(agreed, key=preference))


def preference(case: Standing) -> tuple[bool, bool, int, int, bytes]:
    """Spec: ledger, T2: the first party's own, then the lead's,
    then the earlier in its writer's chain.

    Between two agents of one side the one whose delegation is earlier comes first. Nothing a
    proposer could grind decides, save inside a fork, where the id does.
    """
    proposal = case.proposal
    given = [delegation.statement.seq for delegation in proposal.warrants]
    return (
        proposal.side is not Side.FIRST,
        not proposal.lead,
        min(given, default=0),
        proposal.statement.seq,
        proposal.id,
    )


def winner(thread: Thread) -> bytes | None:
    """Spec: ledger, V4: the pending proposal a confirmation confirms; a frozen slot has none, or a
    thaw would find two confirmed in it."""
    if not thread.pending or thread.frozen:
        return None
    return thread.pending[0]


def live_on(cases: Mapping[bytes, Standing], tip: bytes | None) -> tuple[bytes, ...]:
    """Spec: ledger, V2: the open proposals on the tip,
    if its slot holds nothing agreed or confirmed."""
    here = slot(cases, tip)
    if any(case.status in HOLDS_SLOT for case in here):
        return ()
    return tuple(sorted(case.proposal.id for case in here if case.status is ProposalStatus.OPEN))


def shown(case: Standing, offers: tuple[bytes, ...]) -> ProposalStatus:
    """Spec: ledger, S5: what is open and not live is dead."""
    if case.status is ProposalStatus.OPEN and case.proposal.id not in offers:
        return ProposalStatus.DEAD
    return case.status


def ends(held: Held) -> bool:
    """Spec: ledger, T1: a first-party revoke of everything in the thread,
    or a terminate at once."""
    if held.type == "revoke":
        return held.body["purposes"] is None
    return held.type == "terminate" and terminates_at_once(held)


def terminates_at_once(held: Held) -> bool:
    """Spec: ledger, T1: a terminate ends unless its `effective` is later than its own `at`."""
    effective = held.body["effective"]
    return effective is None or effective <= held.statement.at


def suspensions(view: View, members: Iterable[Held]) -> tuple[bytes, ...]:
    """Spec: ledger, T3: the suspensions no clean resume has lifted, by id."""
    members = list(members)
    resumes = [held for held in members if held.type == "resume" and view.clean(held)]
    return tuple(
        sorted(
            held.id
            for held in members
            if held.type == "suspend" and not any(lifts(resume, held) for resume in resumes)
        )
    )


def lifts(resume: Held, suspend: Held) -> bool:
    """Spec: ledger, T3: a resume lifts the suspension it names, which it had therefore seen."""
    return bool(resume.body["ref"] == suspend.id and resume.knew(suspend))


def duties(cases: Mapping[bytes, Standing], pending: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Spec: ledger, T5: duties only add up: of every proposal ever confirmed,
    and of the pending."""
    owed = {case.proposal.id for case in cases.values() if case.was_confirmed}
    return tuple(sorted(owed.union(pending)))


def agreement(view: View, members: Iterable[Held], case: Standing) -> Agreement:
    """Spec: ledger, T5, T6: what a confirmed or pending proposal may permit, and until when."""
    members = list(members)
    grants = sorted(case.grants_of(Side.FIRST), key=lambda held: held.id)
    return Agreement(
        case.proposal.statement,
        tuple(Grant(grant.id, withdrawn_from(view, members, case, grant)) for grant in grants),
        bound_of(members, case),
    )


def withdrawn_from(
    view: View, members: Iterable[Held], case: Standing, grant: Held
) -> tuple[str, ...]:
    """Spec: ledger, T5: the purposes taken from one grant, by what it had not known of."""
    taken: set[str] = set()
    for revoke in partial_revokes(view, members):
        if not grant.knew(revoke):
            taken.update(revoke.body["purposes"])
    for refusal in case.narrowings:
        if narrows(refusal, grant):
            taken.update(refusal.body["purposes"])
    return tuple(sorted(taken))


def partial_revokes(view: View, members: Iterable[Held]) -> list[Held]:
    """Spec: ledger, T5: revokes of some purposes, of this thread or relationship-wide."""
    own = [held for held in members if held.type == "revoke"]
    return [held for held in (*own, *view.wide_revokes) if held.body["purposes"] is not None]


def narrows(refusal: Held, grant: Held) -> bool:
    """Spec: ledger, T5: a first-party refusal of some purposes narrows the grants that had not seen
    it; an agent's does not narrow its lead's, and a second party's is a record."""
    if refusal.side is not Side.FIRST or grant.knew(refusal):
        return False
    return refusal.lead or not grant.lead


def bound_of(members: Iterable[Held], case: Standing) -> int:
    """Spec: ledger, T6: `until`, and every later-effective terminate that was not agreed over."""
    bounds = [terms_of(case.proposal.statement).until]
    for held in members:
        if held.type == "terminate" and not terminates_at_once(held) and binds(held, case):
            bounds.append(held.body["effective"])
    return min(bounds)


def binds(terminate: Held, case: Standing) -> bool:
    """Spec: ledger, T6: unless its own side, by the same writer or the lead,
    granted again knowing it."""
    return not any(
        grant.knew(terminate) and (grant.lead or grant.writer == terminate.writer)
        for grant in case.grants_of(terminate.side)
    )
