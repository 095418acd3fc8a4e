"""Decisions: what terms permit. Pure functions, default deny (spec: permissions)."""

from linkcontract.policy.conditions import NO_FACTS as NO_FACTS
from linkcontract.policy.conditions import Facts as Facts
from linkcontract.policy.conditions import holds as holds
from linkcontract.policy.decision import REASONS as REASONS
from linkcontract.policy.decision import SHARE_ACTION as SHARE_ACTION
from linkcontract.policy.decision import Decision as Decision
from linkcontract.policy.decision import ShareDecision as ShareDecision
from linkcontract.policy.decision import could_permit as could_permit
from linkcontract.policy.decision import decide as decide
from linkcontract.policy.decision import decide_share as decide_share
from linkcontract.policy.matching import Request as Request
from linkcontract.policy.matching import is_concrete as is_concrete
from linkcontract.policy.matching import path_covers as path_covers

__all__ = [
    "NO_FACTS",
    "REASONS",
    "SHARE_ACTION",
    "Decision",
    "Facts",
    "Request",
    "ShareDecision",
    "could_permit",
    "decide",
    "decide_share",
    "holds",
    "is_concrete",
    "path_covers",
]
