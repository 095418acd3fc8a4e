"""The ledger of a relationship: which statements exist, what they mean, and what follows from them.

State is a function of the set of statements held; `spec/ledger.md` has the rules by their names.
"""

from linkcontract.ledger.acknowledging import NextHeader as NextHeader
from linkcontract.ledger.agreements import Agreement as Agreement
from linkcontract.ledger.agreements import Grant as Grant
from linkcontract.ledger.agreements import terms_of as terms_of
from linkcontract.ledger.contradictions import Breach as Breach
from linkcontract.ledger.contradictions import ForkPair as ForkPair
from linkcontract.ledger.contradictions import KeyPair as KeyPair
from linkcontract.ledger.escrow import Escrow as Escrow
from linkcontract.ledger.fold import State as State
from linkcontract.ledger.held import Side as Side
from linkcontract.ledger.histories import Histories as Histories
from linkcontract.ledger.histories import History as History
from linkcontract.ledger.intake import Added as Added
from linkcontract.ledger.ledger import Ledger as Ledger
from linkcontract.ledger.permissions import PERMISSION_REASONS as PERMISSION_REASONS
from linkcontract.ledger.permissions import permitted as permitted
from linkcontract.ledger.permissions import purposes_in_force as purposes_in_force
from linkcontract.ledger.phases import ThreadPhase as ThreadPhase
from linkcontract.ledger.proposals import ProposalStatus as ProposalStatus
from linkcontract.ledger.threads import Thread as Thread
from linkcontract.ledger.uses import UseStatus as UseStatus
from linkcontract.ledger.voids import VOID_REASONS as VOID_REASONS

__all__ = [
    "PERMISSION_REASONS",
    "VOID_REASONS",
    "Added",
    "Agreement",
    "Breach",
    "Escrow",
    "ForkPair",
    "Grant",
    "Histories",
    "History",
    "KeyPair",
    "Ledger",
    "NextHeader",
    "ProposalStatus",
    "Side",
    "State",
    "Thread",
    "ThreadPhase",
    "UseStatus",
    "permitted",
    "purposes_in_force",
    "terms_of",
]
