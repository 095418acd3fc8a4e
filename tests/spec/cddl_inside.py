"""What stands in terms and bodies, part by part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linkcontract.encoding import decode, encode
from linkcontract.limits import MAX_EVIDENCE


@dataclass(frozen=True, slots=True)
class Part:
    """The encoding of one structure, and whether it has to be of its rule."""

    rule: str
    data: bytes
    valid: bool = True


Parts = Iterator[Part]


def loads(data: bytes) -> Any:
    """The value of bytes that are not too large for anything."""
    return decode(data, max_bytes=MAX_EVIDENCE)


def _condition(value: Mapping[str, Any]) -> Parts:
    kind = value["kind"]
    known = ("all", "any", "not", "time", "count", "place", "counterparty", "freshness", "fact")
    yield Part(f"condition-{kind if kind in known else 'unknown'}", encode(value))
    inner = value.get("of", ()) if kind in ("all", "any", "not") else ()
    for each in [inner] if isinstance(inner, Mapping) else inner:
        yield from _condition(each)


def inside_terms(value: Mapping[str, Any]) -> Parts:
    duties = list(value["duties"])
    for name, rule in (("permissions", "permission"), ("prohibitions", "prohibition")):
        for entry in value[name]:
            yield Part(rule, encode(entry))
            duties += entry.get("duties", ())
            for condition in entry.get("conditions", ()):
                yield from _condition(condition)
    for duty in duties:
        yield Part("duty", encode(duty))


def inside_body(value: Mapping[str, Any]) -> Parts:
    for name in ("items", "prekey", "roles", "kel", "addresses", "purposes"):
        if isinstance(value.get(name), list | Mapping):
            yield Part(name, encode(value[name]))
    for item in value.get("items", ()):
        yield Part("item", encode(item))
    for entry in value.get("exceptions", ()):
        yield Part("exception", encode(entry))
    if isinstance(value.get("terms"), Mapping):
        yield Part("terms", encode(value["terms"]))
        yield from inside_terms(value["terms"])
    if isinstance(value.get("controller"), Mapping):
        yield Part("controller", encode(value["controller"]))
    if "signal" in value:
        yield Part("hash-signal", encode(["lc/signal/1", value["signal"]]))
