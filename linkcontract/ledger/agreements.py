"""What stands behind a permission: a proposal, the grants that carry it, and when it runs out.

Spec: ledger, T5 and T6. Nothing here is evaluated against a request; an `Agreement` is what the
fold hands to the one who decides.
"""

from dataclasses import dataclass
from functools import lru_cache

from linkcontract.model.statement import Statement
from linkcontract.model.terms import Terms


@lru_cache(maxsize=1024)
def terms_of(proposal: Statement) -> Terms:
    """The terms of a `propose` whose body is held and passed its schema."""
    if proposal.body is None:
        raise ValueError("a proposal in the fold has its body")
    return Terms.from_value(proposal.body["terms"])


@dataclass(frozen=True, slots=True)
class Grant:
    """One signature of the first party under a proposal.

    Attributes:
        id: the proposal itself if the first party made it, else an accept.
        withdrawn: purposes revoked or refused that this grant had not known of, sorted.
    """

    id: bytes
    withdrawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A proposal both sides signed, as it stands: in force, or pending.

    Attributes:
        proposal: the statement; its id is the agreement's id.
        grants: those that stand, by id; a purpose is granted if one of them grants it.
        bound: Unix milliseconds from which it permits nothing.
    """

    proposal: Statement
    grants: tuple[Grant, ...]
    bound: int

    @property
    def id(self) -> bytes:
        """The agreement's id."""
        return self.proposal.id

    @property
    def terms(self) -> Terms:
        """What was agreed."""
        return terms_of(self.proposal)
