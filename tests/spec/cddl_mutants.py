"""Structures with one thing changed, and what this implementation says of them."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cbor2

from linkcontract.audit import evidence
from linkcontract.crypto import cose
from linkcontract.crypto.sealing import read_seal
from linkcontract.encoding import decode
from linkcontract.errors import LinkContractError, RemoteProtocolError
from linkcontract.limits import MAX_BODY, MAX_CARD, MAX_EVIDENCE, MAX_HEADER, MAX_KEY_EVENT
from linkcontract.model import bodies, card, fields, frame, items, key_events, rules, schema
from linkcontract.model import statement as header
from linkcontract.model.prekey import PREKEY
from linkcontract.model.terms import CONTROLLER, TERMS


@dataclass(frozen=True, slots=True)
class Embedded:
    """A byte string that holds the encoding of a value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag around a value."""

    number: int
    value: Any


def encoded(value: Any) -> bytes:
    """The encoding of a value, deterministic where every value of it has one."""
    return cbor2.dumps(_plain(value), canonical=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Embedded):
        return encoded(value.value)
    if isinstance(value, Tagged):
        return cbor2.CBORTag(value.number, _plain(value.value))
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value


def taken_apart(data: bytes) -> Any:
    """A structure as values; of a COSE structure the header and the payload as well."""
    value = cbor2.loads(data)
    if not isinstance(value, cbor2.CBORTag):
        return value
    protected, unprotected, content, *rest = value.value
    if value.tag == 18:
        content = Embedded(cbor2.loads(content))
    return Tagged(value.tag, [Embedded(cbor2.loads(protected)), unprotected, content, *rest])


# -- changing one thing --------------------------------------------------------------------------

OTHERS: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "ab", "a b", b"", b"\x01" * 16, [], {})
TEXTS: tuple[Callable[[str], Any], ...] = (
    lambda text: text + " ",
    lambda text: text + "\n",
    lambda text: text + "\x07",
    lambda text: text + "\u202e",
    lambda text: text.swapcase(),
    lambda text: text * 300,
    lambda text: text.encode(),
    lambda text: "/" + text,
    lambda text: text[:1],
)
BYTES: tuple[Callable[[bytes], Any], ...] = (
    lambda data: data[:-1],
    lambda data: data + b"\x00",
    lambda data: bytes(len(data)),
    lambda data: b"\xff" * len(data),
    lambda data: data[:-1] + b"\xff",
    lambda data: data * 2000,
    lambda data: "0" * len(data),
)
INTEGERS: tuple[Callable[[int], Any], ...] = (
    lambda number: number + 1,
    lambda number: -number,
    lambda number: 2**53 - 1,
    lambda number: 2**53,
    lambda number: -(2**53),
    lambda number: 2**64,
    float,
    str,
    lambda number: cbor2.CBORTag(1, number),
)


def mutants(value: Any) -> Iterator[Any]:
    """The value with one thing changed, once for everything that can be."""
    yield from (other for other in OTHERS if type(other) is not type(value) or other != value)
    if isinstance(value, dict):
        yield from _of_map(value)
    elif isinstance(value, list):
        yield from _of_array(value)
    elif isinstance(value, Embedded):
        # A payload is changed in every way under its own rule; here some of that is enough.
        step = 5 if "v" in value.value else 1
        yield from map(Embedded, itertools.islice(mutants(value.value), 0, None, step))
        yield encoded(value.value) + b"\x00"
        yield value.value
    elif isinstance(value, Tagged):
        yield from (Tagged(value.number, each) for each in mutants(value.value))
        yield Tagged(value.number + 1, value.value)
        yield value.value
    else:
        kinds = {str: TEXTS, bytes: BYTES, int: INTEGERS}
        yield from (change(value) for change in kinds.get(type(value), ()))


def _of_map(value: dict[Any, Any]) -> Iterator[Any]:
    for key, entry in value.items():
        yield {name: each for name, each in value.items() if name != key}
        for changed in mutants(entry):
            yield {**value, key: changed}
    yield {**value, "no-such-field": None}
    yield {**value, "prekey ": None}
    yield {**value, 77: None}


def _of_array(value: list[Any]) -> Iterator[Any]:
    alike = len({type(entry) for entry in value}) == 1 and isinstance(value[0], dict | list)
    for index, entry in enumerate(value[: 1 if alike else 6]):
        for changed in mutants(entry):
            yield [*value[:index], changed, *value[index + 1 :]]
    yield value[:-1]
    yield [*value, None]
    if value:
        yield [*value, value[-1]]
        yield value * 70


# -- what this implementation says ---------------------------------------------------------------


def _read(shape: schema.Shape, data: bytes, most: int = MAX_BODY) -> Any:
    return schema.read(shape, decode(data, max_bytes=most))


def _header(data: bytes) -> None:
    checked = _read(header._HEADER, data, MAX_HEADER)
    header._statement(b"", checked, b"")


def _evidence(data: bytes) -> None:
    value = _read(evidence._SHAPE, data, MAX_EVIDENCE)
    for _, salt, body in value["stmts"]:
        if (salt is None) != (body is None):
            raise RemoteProtocolError("evidence-form")


def _agreement_text(data: bytes) -> None:
    value = decode(data, max_bytes=MAX_BODY)
    if not isinstance(value, dict) or value.keys() != {"lang", "text", "media"}:
        raise RemoteProtocolError("field-unknown")
    if {type(entry) for entry in value.values()} != {str}:
        raise RemoteProtocolError("field-kind")


_RECORD = schema.row(fields.digest, fields.data(1, MAX_BODY))
_ATTESTATION = schema.open_map({"type": fields.text, "bytes": fields.data(0, MAX_BODY)})

Check = Callable[[bytes], object]


def _shaped(shape: schema.Shape, most: int = MAX_BODY) -> Check:
    return lambda data: _read(shape, data, most)


def _body(kind: str) -> Check:
    return lambda data: bodies.parse_body(kind, data)


PAYLOADS: Mapping[str, tuple[int, Check]] = {
    "incp": (MAX_KEY_EVENT, _shaped(key_events.INCEPTION)),
    "kel": (MAX_KEY_EVENT, _shaped(key_events.KEY_EVENT)),
    "stmt": (MAX_HEADER, _header),
    "card": (MAX_CARD, _shaped(card._CARD)),
}


def _envelope(kind: str) -> Check:
    most, check = PAYLOADS[kind]
    return lambda data: check(cose._read(kind, data, most).payload)


CHECKS: Mapping[str, Check] = {
    "inception": PAYLOADS["incp"][1],
    "key-event": PAYLOADS["kel"][1],
    "header": _header,
    "card": PAYLOADS["card"][1],
    "attestation": _shaped(_ATTESTATION),
    "prekey": _shaped(PREKEY),
    "addresses": _shaped(fields.addresses),
    "link-content": _shaped(card._LINK_PARTS, MAX_EVIDENCE),
    "body-record": _shaped(_RECORD, MAX_EVIDENCE),
    "any-map": _body("nobody-knows-this"),
    "items": _shaped(bodies.ITEMS),
    "opening": _shaped(items._OPENING, MAX_EVIDENCE),
    "terms": _shaped(TERMS),
    "permission": _shaped(rules.permission),
    "prohibition": _shaped(rules.RULE),
    "duty": _shaped(rules.DUTY),
    "controller": _shaped(CONTROLLER),
    "agreement-text": _agreement_text,
    "condition": _shaped(rules._condition),
    "frame": frame.decode_frame,
    "frame-item": _shaped(frame._item, MAX_EVIDENCE),
    "evidence": _evidence,
    "seal-open": read_seal,
    "seal-psk": read_seal,
    **{f"body-{kind}": _body(kind) for kind in bodies.STATEMENT_TYPES},
    **{f"envelope-{kind}": _envelope(kind) for kind in PAYLOADS},
}
"""Rules for which this implementation has a check of its own; it raises."""


def refusal(rule: str, data: bytes) -> LinkContractError | None:
    """What this implementation refuses it for, or None."""
    try:
        CHECKS[rule](data)
    except LinkContractError as error:
        return error
    except schema.ShapeError as fault:
        return RemoteProtocolError(fault.code, fault.where(""))
    return None
