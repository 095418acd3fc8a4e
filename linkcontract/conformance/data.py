"""Commands of items: commitments, and the openings that show what is in them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import records, values
from linkcontract.model.items import check_opening, commit, read_opening

_PLACES: Final = (
    values.cid,
    values.integer,
    values.text,
    values.octets,
    values.octets,
    values.octets,
)


def commitment(given: object) -> dict[str, Any]:
    """`commit`."""
    input = values.members(given, "rel", "path", "path_salt", "value", "value_salt")
    path, value = commit(
        values.cid(input["rel"]),
        path=values.text(input["path"]),
        path_salt=values.octets(input["path_salt"]),
        value=values.octets(input["value"]),
        value_salt=values.octets(input["value_salt"]),
    )
    return {"path": path.hex(), "value": value.hex()}


def opening(given: object) -> dict[str, Any]:
    """`check-opening`."""
    input = values.members(given, "histories", "statement", "opening")
    share = records.statement(input["statement"], records.Histories(input["histories"]))
    parts = values.listed(input["opening"], lambda part: part)
    if len(parts) != len(_PLACES):
        values.refuse("opening")
    row = [read(part) for read, part in zip(_PLACES, parts, strict=True)]
    check_opening(share.relationship, share, read_opening(row))
    return {}


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "commit": commitment,
    "check-opening": opening,
}
