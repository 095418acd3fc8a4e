"""Commands of the vocabulary and of decisions."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.conformance.ledger import told
from linkcontract.conformance.records import Histories, Statements
from linkcontract.encoding import decode
from linkcontract.errors import LocalProtocolError
from linkcontract.ledger.permissions import permitted, touches
from linkcontract.limits import MAX_BODY
from linkcontract.model.terms import Terms
from linkcontract.model.vocabulary import subsumes
from linkcontract.policy import Decision, Facts, Request, decide


def vocabulary(given: object) -> dict[str, Any]:
    """`vocabulary`."""
    input = values.members(given, "one", "other")
    one, other = values.text(input["one"]), values.text(input["other"])
    return {"covers": subsumes(one, other), "touches": touches(one, other)}


def read_terms(given: object) -> Terms:
    """Terms, from their encoding."""
    return Terms.from_value(decode(values.octets(given), max_bytes=MAX_BODY))


def read_recipient(given: object) -> bytes | str:
    """A recipient: a party or a kind."""
    if isinstance(given, dict) and "party" in given:
        return values.cid(values.members(given, "party")["party"])
    return values.text(values.members(given, "kind")["kind"])


def read_request(given: object) -> Request:
    """What is asked for."""
    input = values.members(given, "action", "path", "purpose", "recipient")
    return Request(
        action=values.text(input["action"]),
        path=values.text(input["path"]),
        purpose=values.text(input["purpose"]),
        recipient=values.nullable(input["recipient"], read_recipient),
    )


def read_fact(given: object) -> bool | int | str:
    """The value of a named fact."""
    return given if isinstance(given, bool | int | str) else values.refuse("facts")


def read_facts(given: object) -> Facts:
    """What is known of the circumstances."""
    input = values.members(given, "counterparty", "place", "uses", "received_at", "named")
    return Facts(
        counterparty=values.nullable(input["counterparty"], values.cid),
        place=values.nullable(input["place"], values.text),
        uses=values.nullable(input["uses"], values.integer),
        received_at=values.nullable(input["received_at"], values.integer),
        named=values.mapped(input["named"], read_fact),
    )


def decision(decided: Decision) -> dict[str, Any]:
    """A decision in JSON."""
    return {
        "permit": decided.permit,
        "code": decided.code,
        "duties": [[duty.duty, duty.within] for duty in decided.duties],
        "retention": decided.retention,
    }


def decide_terms(given: object) -> dict[str, Any]:
    """`decide`."""
    input = values.members(given, "terms", "request", "facts", "now")
    return decision(
        decide(
            values.listed(input["terms"], read_terms),
            read_request(input["request"]),
            read_facts(input["facts"]),
            now=values.integer(input["now"]),
        )
    )


def decide_thread(given: object) -> dict[str, Any]:
    """`permitted`."""
    names = ("histories", "statements", "order", "thread", "request", "facts", "now")
    input = values.members(given, *names)
    histories = Histories(input["histories"])
    named = Statements(input["statements"], histories)
    ledger = told(histories, named, input["order"]).ledger
    thread = ledger.state().threads.get(named.of(input["thread"]).id)
    if thread is None:
        raise LocalProtocolError("contract-unknown", "thread")
    request, facts = read_request(input["request"]), read_facts(input["facts"])
    return decision(permitted(thread, request, facts, now=values.integer(input["now"])))


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "vocabulary": vocabulary,
    "decide": decide_terms,
    "permitted": decide_thread,
}
