"""What a verification comes to: findings, the state the statements give, what was not verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from linkcontract.audit.evidence import Evidence
from linkcontract.audit.findings import Finding, Weight
from linkcontract.ledger import State
from linkcontract.model.statement import Head
from linkcontract.model.terms import Terms

NEVER_VERIFIED: Final = (
    "that the terms are valid in law",
    "who stands behind a party: only keys were checked, not names, domains or attestations",
    "that the clocks were right: every time is its writer's own claim",
    "that nothing was agreed, shared or used outside this relationship",
    "what two sides who act together left out of both files",
)
"""What no verification of exports can establish."""


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """One writer's chain as far as the files show it.

    Attributes:
        writer: its party.
        statements: how many are held and fit.
        head: the last one, None if the chain parts.
        acknowledged: the last one another writer's signed statement shows it had seen; what comes
            after it could be missing from a file without a trace.
    """

    writer: bytes
    statements: int
    head: Head | None
    acknowledged: Head | None


@dataclass(frozen=True, slots=True)
class Report:
    """What one or two exports come to.

    Attributes:
        rel: the relationship.
        exporters: of the files, in their order.
        findings: convictions first.
        feeds: by writer.
        state: the fold of all that is held, None if the opening itself is missing.
        terms: what was agreed: of every thread with an agreement, by the thread's id.
        same: whether two files hold the same statements; None for one file.
        verified: counts of what was checked and found right, by name.
        not_verified: sentences.
        evidence: one object for each of `convictions`, in their order.
    """

    rel: bytes
    exporters: tuple[bytes, ...]
    findings: tuple[Finding, ...]
    feeds: tuple[FeedSummary, ...]
    state: State | None
    terms: Mapping[bytes, Terms]
    same: bool | None
    verified: dict[str, int]
    not_verified: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def confirmed(self) -> bool:
        """Whether there is nothing to object to."""
        return not self.findings

    @property
    def convictions(self) -> tuple[Finding, ...]:
        """The findings that convict."""
        return tuple(found for found in self.findings if found.weight is Weight.CONVICTION)
