"""The command `contract`: one agreement as it stands."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.conformance.ledger import told
from linkcontract.conformance.records import Histories, Statements
from linkcontract.encoding import cid_text
from linkcontract.ledger.contracts import contract
from linkcontract.ledger.held import Side


def show(given: object) -> dict[str, Any]:
    """`contract`."""
    input = values.members(given, "histories", "statements", "order", "agreement", "now")
    histories = Histories(input["histories"])
    named = Statements(input["statements"], histories)
    ledger = told(histories, named, input["order"]).ledger
    asked = named.of(input["agreement"]).id
    shown = contract(ledger, asked, now=values.integer(input["now"]))
    return {
        "first": histories.label(shown.first),
        "second": histories.label(shown.second),
        "thread": named.label(shown.thread.root),
        "phase": shown.thread.phase.value,
        "status": shown.status.value,
        "terms": cid_text(shown.terms.id),
        "text": cid_text(shown.terms.text),
        "signed": {side.value: named.sorted_labels(shown.signed[side]) for side in Side},
        "confirmed_by": named.sorted_labels(shown.confirmed_by),
        "purposes": sorted(shown.purposes),
        "bound": shown.thread.bound,
        "duties": [[duty.duty, duty.within] for duty in shown.terms.duties],
    }


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {"contract": show}
