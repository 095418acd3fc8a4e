"""Commands of opening a relationship."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.conformance.records import Histories, statement
from linkcontract.encoding import cid_text
from linkcontract.model.opening import check_join, check_open


def open_(given: object) -> dict[str, Any]:
    """`open`."""
    names = ("histories", "opener", "joiner", "open", "now", "cards", "secrets")
    input = values.members(given, *names)
    histories = Histories(input["histories"])
    secret = check_open(
        statement(input["open"], histories),
        opener=histories.of(input["opener"]),
        joiner=histories.of(input["joiner"]),
        now=values.integer(input["now"]),
        cards=values.listed(input["cards"], values.cid),
        secrets=values.listed(input["secrets"], values.octets),
    )
    return {"secret": values.hex_or_null(secret)}


def join(given: object) -> dict[str, Any]:
    """`join`."""
    input = values.members(given, "histories", "opener", "joiner", "open", "join")
    histories = Histories(input["histories"])
    relationship = check_join(
        statement(input["open"], histories),
        statement(input["join"], histories),
        opener=histories.of(input["opener"]),
        joiner=histories.of(input["joiner"]),
    )
    return {
        "rel": cid_text(relationship.rel),
        "first": histories.label(relationship.first),
        "second": histories.label(relationship.second),
        "ext": list(relationship.ext),
    }


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {"open": open_, "join": join}
