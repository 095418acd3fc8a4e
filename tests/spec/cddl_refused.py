"""The structures that stand in a vector whose input is refused: one of them is at fault."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import cbor2
from cddl_inside import Part
from cddl_parts import Input, link_content, octets, opening, plain, sign1_rule

from linkcontract.conformance.values import profile_value
from linkcontract.encoding import cid_from_text
from linkcontract.model.bodies import STATEMENT_TYPES

Wrong = Iterator[tuple[str, bytes]]


def _encode(given: Input) -> Wrong:
    yield "value", cbor2.dumps(profile_value(given["value"]))


def _key_history(given: Input) -> Wrong:
    for index, entry in enumerate(given["history"]):
        yield "envelope-kel" if index else "envelope-incp", octets(entry)


def _statement(given: Input) -> Wrong:
    yield "envelope-stmt", octets(given["envelope"])
    if given.get("body") is not None:
        yield "body-record", cbor2.dumps([octets(part) for part in given["body"]])


def _read(given: Input) -> Wrong:
    rule = given["kind"].replace(":", "-")
    if rule.startswith("body-") and rule.removeprefix("body-") not in STATEMENT_TYPES:
        rule = "any-map"
    yield rule, octets(given["bytes"])


def _unseal(given: Input) -> Wrong:
    yield "seal-open" if given["psk"] is None else "seal-psk", octets(given["sealed"])


def _receive(given: Input) -> Wrong:
    yield from _unseal(given)
    yield "frame", plain(given)


def _commit(given: Input) -> Wrong:
    rel = cid_from_text(given["rel"])
    path = [octets(given["path_salt"]), given["path"]]
    yield "hash-path", cbor2.dumps(["lc/path/1", rel, *path])
    value = [octets(given["value_salt"]), octets(given["value"])]
    yield "hash-value", cbor2.dumps(["lc/value/1", rel, *value])


def _leaf(given: Input) -> Wrong:
    name = cid_from_text(given["statement"])
    yield "hash-leaf", cbor2.dumps(["lc/leaf/1", octets(given["salt"]), name])


COMMANDS: Mapping[str, Callable[[Input], Wrong]] = {
    "decode": lambda given: iter([("value", octets(given["bytes"]))]),
    "encode": _encode,
    "open-envelope": lambda given: iter([(sign1_rule(given["kind"]), octets(given["envelope"]))]),
    "key-history": _key_history,
    "card": lambda given: iter([("envelope-card", octets(given["envelope"]))]),
    "invitation": lambda given: iter([("link-content", link_content(given["text"]))]),
    "statement": _statement,
    "read": _read,
    "unseal": _unseal,
    "receive": _receive,
    "commit": _commit,
    "check-opening": lambda given: iter([("opening", opening(given))]),
    "leaf": _leaf,
    "evidence": lambda given: iter([("evidence", octets(given["bytes"]))]),
}


def refused(vector: Mapping[str, Any]) -> list[Part]:
    """What stands in a vector whose input is refused."""
    given = vector["input"]
    return [Part(*wrong, valid=False) for wrong in COMMANDS[vector["command"]](given)]
