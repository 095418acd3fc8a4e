"""Commands of statements and of the values that stand in them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.conformance.records import Histories, body_record
from linkcontract.encoding import cid_text, decode
from linkcontract.limits import MAX_BODY
from linkcontract.model.bodies import parse_body
from linkcontract.model.frame import MAX_PLAIN_FRAME, decode_frame
from linkcontract.model.statement import open_statement
from linkcontract.model.terms import Terms

_BODY: Final = "body:"


def statement(given: object) -> dict[str, Any]:
    """`statement`."""
    input = values.members(given, "envelope", "histories", optional=("body",))
    histories = Histories(input["histories"])
    read = open_statement(values.octets(input["envelope"]), histories.by_party)
    if "body" in input:
        read = read.with_body(body_record(input["body"]))
    return {
        "id": cid_text(read.id),
        "type": read.type,
        "rel": values.cid_or_null(read.rel),
        "from": cid_text(read.writer),
        "seq": read.seq,
        "prev": values.cid_or_null(read.prev),
        "seen": [[cid_text(head.writer), head.seq, cid_text(head.id)] for head in read.seen],
        "at": read.at,
        "ks": cid_text(read.ks),
        "bh": read.bh.hex(),
        "body": None if read.body is None else values.json_value(read.body),
        "body_fault": read.body_fault,
    }


def read(given: object) -> dict[str, Any]:
    """`read`."""
    input = values.members(given, "kind", "bytes")
    kind, data = values.text(input["kind"]), values.octets(input["bytes"])
    most = MAX_BODY
    if kind == "terms":
        Terms.from_value(decode(data, max_bytes=MAX_BODY))
    elif kind == "frame":
        decode_frame(data)
        most = MAX_PLAIN_FRAME
    elif kind.startswith(_BODY):
        parse_body(kind.removeprefix(_BODY), data)
    else:
        values.refuse("kind")
    return {"value": values.json_value(decode(data, max_bytes=most))}


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "statement": statement,
    "read": read,
}
