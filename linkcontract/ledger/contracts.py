"""A contract as it stands: one proposal, what both sides signed of it, and what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass

from linkcontract.errors import LocalProtocolError
from linkcontract.ledger.agreements import terms_of
from linkcontract.ledger.held import Side
from linkcontract.ledger.ledger import Ledger
from linkcontract.ledger.permissions import purposes_in_force
from linkcontract.ledger.proposals import ProposalStatus
from linkcontract.ledger.threads import Thread
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One proposal of a relationship.

    Attributes:
        proposal: the statement; its id is the contract's.
        first, second: the two leads.
        thread: its thread, as it stands.
        status: its own status in it.
        signed: side -> ids of the proposal and of the valid accepts of it, sorted.
        confirmed_by: the statements that confirm it, sorted.
        purposes: those in force in its thread, if it is the one in force; else none.
    """

    proposal: Statement
    first: bytes
    second: bytes
    thread: Thread
    status: ProposalStatus
    signed: Mapping[Side, tuple[bytes, ...]]
    confirmed_by: tuple[bytes, ...]
    purposes: tuple[str, ...]

    @property
    def terms(self) -> Terms:
        """What is proposed or agreed."""
        return terms_of(self.proposal)


def contract(ledger: Ledger, proposal_id: bytes, *, now: int) -> Contract:
    """A proposal with everything that was signed about it.

    Args:
        proposal_id: of a valid proposal that is held.
        now: Unix milliseconds; decides which purposes are in force.

    Raises:
        LocalProtocolError: contract-unknown.
    """
    proposal = ledger.get(proposal_id)
    root = None if proposal is None else ledger.thread_of(proposal_id)
    thread = None if root is None else ledger.state().threads.get(root)
    if proposal is None or thread is None or proposal_id not in thread.proposals:
        raise LocalProtocolError("contract-unknown")
    held = ledger.held()
    accepts = [
        each
        for each in held
        if each.type == "accept"
        and each.body is not None
        and each.body["ref"] == proposal_id
        and ledger.void_reason(each.id) is None
    ]
    signed: dict[Side, list[bytes]] = {side: [] for side in Side}
    for each in (proposal, *accepts):
        side = ledger.side_of(each.writer)
        assert side is not None  # it is held
        signed[side].append(each.id)
    return Contract(
        proposal=proposal,
        first=ledger.first,
        second=ledger.second,
        thread=thread,
        status=thread.proposals[proposal_id],
        signed={side: tuple(sorted(names)) for side, names in signed.items()},
        confirmed_by=tuple(
            sorted(each.id for each in held if proposal_id in ledger.confirms(each.id))
        ),
        purposes=purposes_in_force(thread, now=now) if thread.tip == proposal_id else (),
    )
