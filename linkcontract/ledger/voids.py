"""Why a statement is void: the reason codes, one sentence each.

Spec: ledger, A1.7. A void statement exists, links and counts in seq, and its type has no effect.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

VOID_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unknown-type": "no negotiated extension defines this type",
        "bad-body": "the body matches its hash and fails its schema",
        "thread-unknown": "the thread it names is not in its past",
        "ref-unknown": "a statement it refers to is not in its past",
        "ref-other-thread": "a statement it refers to belongs to another thread",
        "ref-type": "a statement it refers to is of another type, or void",
        "lead-only": "only the lead of a side may sign this",
        "second-agent": "the second side signs what forms an agreement with its lead only",
        "first-only": "only the first party may sign this",
        "not-delegated": "no delegation of its writer covers this type and these terms",
        "dismissed": "its writer's delegation had been taken back in its past",
        "delegate-lead": "a lead cannot be made an agent",
        "delegate-limit": "this side has named as many agents as a relationship may have",
        "rotate-event": "it names another key event than the one that signed it",
        "proposal-root": "a proposal without a thread starts one, with neither base nor answers",
        "proposal-base": "its base is not the agreement in force in its own past",
        "proposal-ended": "its thread had ended in its own past",
        "proposal-term": "it stays open for longer than the protocol allows",
        "accept-own-side": "a proposal is accepted by the other side",
        "accept-not-live": "the proposal was not live in its own past",
        "accept-late": "it was signed after the offer had run out, by its own clock",
        "accept-terms": "it names other terms than those of the proposal",
        "deny-accepted": "the proposal stood accepted in its own past",
        "deny-not-yours": "a proposal is retracted by who made it and refused by the other side",
        "resume-not-yours": "a suspension is lifted by who set it, or by the lead of that side",
        "undelegate-not-yours": "a delegation is taken back by the lead that gave it",
    }
)
