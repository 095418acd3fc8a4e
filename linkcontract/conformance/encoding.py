"""Commands of the encoding profile and of identifiers."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.encoding import (
    cid_from_text,
    cid_of,
    cid_text,
    did_key_parse,
    did_key_text,
    encode,
)
from linkcontract.encoding import decode as decode_bytes


def decode(given: object) -> dict[str, Any]:
    """`decode`: no kind of item is named, so no bound of a kind applies."""
    data = values.octets(values.members(given, "bytes")["bytes"])
    return {"value": values.json_value(decode_bytes(data, max_bytes=len(data)))}


def encode_value(given: object) -> dict[str, Any]:
    """`encode`."""
    value = values.profile_value(values.members(given, "value")["value"])
    return {"bytes": encode(value).hex()}


def cid(given: object) -> dict[str, Any]:
    """`cid`."""
    return {"cid": cid_text(cid_of(values.octets(values.members(given, "payload")["payload"])))}


def read_cid(given: object) -> dict[str, Any]:
    """`read-cid`."""
    return {"bytes": cid_from_text(values.text(values.members(given, "text")["text"])).hex()}


def did_key(given: object) -> dict[str, Any]:
    """`did-key`."""
    return {"text": did_key_text(values.octets(values.members(given, "public")["public"]))}


def read_did_key(given: object) -> dict[str, Any]:
    """`read-did-key`."""
    return {"public": did_key_parse(values.text(values.members(given, "text")["text"])).hex()}


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "decode": decode,
    "encode": encode_value,
    "cid": cid,
    "read-cid": read_cid,
    "did-key": did_key,
    "read-did-key": read_did_key,
}
