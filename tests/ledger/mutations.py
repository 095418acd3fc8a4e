"""Rules of the ledger switched off, or replaced by the mistake they were made against."""

from typing import Any

from linkcontract.ledger.agreements import terms_of
from linkcontract.ledger.facts import may_confirm
from linkcontract.ledger.held import Side
from linkcontract.ledger.phases import PHASES
from linkcontract.ledger.proposals import ProposalStatus, dismissals, revocations
from linkcontract.ledger.threads import Walk, partial_revokes, slot


def nothing(*_args: Any, **_kwargs: Any) -> None:
    """A rule that never objects."""


def yes(*_args: Any, **_kwargs: Any) -> bool:
    return True


def no(*_args: Any, **_kwargs: Any) -> bool:
    return False


def walk_by_preference(cases):
    """T2 without its first half: the tie-break is blind to confirmation."""
    chain: list[bytes] = []
    good = (ProposalStatus.AGREED, ProposalStatus.CONFIRMED)
    while True:
        here = [case for case in slot(cases, chain[-1] if chain else None) if case.status in good]
        if not here:
            return Walk(tuple(chain), False)
        first = min(here, key=lambda case: case.proposal.statement.seq)
        if first.status is not ProposalStatus.CONFIRMED:
            return Walk(tuple(chain), False)
        chain.append(first.proposal.id)


def walk_over_frozen(cases):
    """T2 that steps past what is frozen."""
    chain: list[bytes] = []
    while True:
        here = slot(cases, chain[-1] if chain else None)
        confirmed = [case for case in here if case.status is ProposalStatus.CONFIRMED]
        if not confirmed:
            return Walk(tuple(chain), False)
        chain.append(min(confirmed, key=lambda case: case.proposal.id).proposal.id)


def by_position(history, later, earlier):
    """F1 by position instead of descent."""
    return (history.position(later) or 0) > (history.position(earlier) or 0)


def confirm_all_pending(past, held, before):
    """V4 for every agreed proposal, not for the winner alone."""
    return tuple(
        name
        for thread in before.threads.values()
        for name in thread.pending
        if may_confirm(held, past.by_id[name])
    )


def pending_anyway(thread):
    """V4 in a frozen slot."""
    return thread.pending[0] if thread.pending else None


def any_confirmation(case, accept):
    """V4 without its last sentence: a confirmation counts for any accept."""
    return bool(case.confirmations)


def any_untainted_confirmation(view, case, accept):
    """S1 with a confirmation that had not seen the accept."""
    return any(not view.is_tainted(confirmation) for confirmation in case.confirmations)


def grant_dismissed_only(view, grant):
    return bool(dismissals(view, grant))


def grant_revoked_only(view, grant):
    return bool(revocations(view, grant))


def revocations_known_or_not(view, grant):
    """A5 for every relationship-wide revoke, known to the grant or not."""
    return [revoke for revoke in view.wide_revokes if revoke.body["purposes"] is None]


def revocations_of_any_kind(view, grant):
    """A5 for a relationship-wide revoke of some purposes, too."""
    return [revoke for revoke in view.wide_revokes if not grant.knew(revoke)]


def dismissals_by_anyone(view, grant):
    """A5 for an undelegation by either lead."""
    return [
        undelegate
        for undelegate in view.undelegates
        if view.past.by_id[undelegate.body["ref"]].body["to"] == grant.writer
        and not undelegate.knew(grant)
    ]


def dismissed_by_anyone(past, held):
    """W7 for an undelegation by either lead."""
    return any(
        past.by_id[undelegate.body["ref"]].body["to"] == held.writer
        for undelegate in past.of_type(held.past, "undelegate")
    )


def dismissals_known_or_not(view, grant):
    """A5 for every undelegation, known or not."""
    return [] if grant.lead else list(view.undelegates)


def lifts_by_side(resume, suspend):
    """T3 for any suspension of the side, seen or not."""
    return resume.side is suspend.side


def own_thread_revokes(view, members):
    """T5 without relationship-wide partial revokes."""
    return [h for h in members if h.type == "revoke" and h.body["purposes"] is not None]


def known_revokes_only(view, members, case, grant):
    """T5 bound to the agreement a revoke was made under."""
    taken = {
        purpose
        for revoke in partial_revokes(view, members)
        if revoke.knew(grant) and case.status is ProposalStatus.CONFIRMED and not case.base
        for purpose in revoke.body["purposes"]
    }
    return tuple(sorted(taken))


def every_revoke_for_ever(view, members, case, grant):
    """T5 without granting again."""
    taken = {p for revoke in partial_revokes(view, members) for p in revoke.body["purposes"]}
    return tuple(sorted(taken))


def narrows_by_anyone(refusal, grant):
    return not grant.knew(refusal)


def narrows_by_any_agent(refusal, grant):
    return refusal.side is Side.FIRST and not grant.knew(refusal)


def narrows_for_ever(refusal, grant):
    return refusal.side is Side.FIRST


def duties_of_the_confirmed(cases, pending):
    """T5 that forgets the duties of what lapsed or froze."""
    return tuple(sorted(name for name, c in cases.items() if c.status is ProposalStatus.CONFIRMED))


def tip_alone(cases, walked):
    """T5, T2 with nothing pending."""
    return ()


def preference_by_id(case):
    return case.proposal.id


def preference_by_seq(case):
    return case.proposal.statement.seq


def preference_of_the_second(case):
    return (case.proposal.side is Side.FIRST, case.proposal.statement.seq)


def preference_without_lead(case):
    return (case.proposal.side is not Side.FIRST, case.proposal.statement.seq)


def same_key_convicts(past, known, writer):
    """F3 for any fork at all."""
    return len(past.ends(known, writer)) > 1


def allows_by_thread(state, held, touches=None):
    """U1 that looks at the phase alone."""
    thread = state.threads.get(held.body["thread"])
    return thread is not None and thread.tip is not None


def past_of_now(past, held):
    """U2 judged in the receiver's present."""
    return past.everything


def bound_by_until(members, case):
    return terms_of(case.proposal.statement).until


def old_key_first(past, writer, *_):
    """K5 that goes on from the branch of the first key."""
    feed = past.feeds.get(writer, [])
    return max(feed, key=lambda h: (h.statement.ks == writer, h.statement.seq), default=None)


def reversed_phase(situation):
    for row in reversed(PHASES[:-1]):
        if all(getattr(situation, fact) for fact in row.needs):
            return row.phase
    return PHASES[-1].phase
