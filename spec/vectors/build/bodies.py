"""A right body of every type, and how it is changed and shown."""

from collections.abc import Mapping
from typing import Any, Final

from build.world import DAY, T0, Party, join_body, open_body, prekey, seed, some_cid, terms
from linkcontract.encoding import encode

ANNA: Final = Party("anna", "directed")
SHOP: Final = Party("shop", "public")
THREAD, REF, AGREEMENT = some_cid("thread"), some_cid("ref"), some_cid("agreement")
ITEM: Final = [seed("path commitment"), seed("value commitment")]
SERVICE: Final = "dpv:ServiceProvision"
ABSENT: Final = object()

CONTROLLER: Final = {
    "party": SHOP.id,
    "name": "The Shop Ltd",
    "jurisdiction": "IE",
    "domain": "shop.example",
}

RIGHT: Final[Mapping[str, dict[str, Any]]] = {
    "open": open_body(ANNA, SHOP),
    "join": join_body(ANNA, SHOP),
    "propose": {
        "thread": None,
        "base": None,
        "answers": None,
        "terms": terms(),
        "accept_by": T0 + 30 * DAY,
        "controller": CONTROLLER,
    },
    "accept": {"thread": THREAD, "ref": REF, "terms": some_cid("terms")},
    "refuse": {"thread": THREAD, "ref": REF, "purposes": [SERVICE], "code": "not-now"},
    "retract": {"thread": THREAD, "ref": REF},
    "suspend": {"thread": THREAD},
    "resume": {"thread": THREAD, "ref": REF},
    "revoke": {"thread": None, "purposes": None},
    "terminate": {"thread": THREAD, "effective": T0},
    "delegate": {
        "to": some_cid("agent"),
        "kel": some_cid("agent"),
        "types": ["share", "ack"],
        "terms": [some_cid("terms")],
        "depth": 0,
        "count": 1,
        "until": None,
    },
    "undelegate": {"ref": REF},
    "rotate": {"event": some_cid("event")},
    "share": {"thread": THREAD, "agreement": AGREEMENT, "purpose": SERVICE, "items": [ITEM]},
    "use": {
        "thread": THREAD,
        "agreement": AGREEMENT,
        "action": "dpv:Use",
        "purpose": SERVICE,
        "ref": None,
    },
    "receipt": {"ref": REF, "openings_ok": False},
    "request": {
        "thread": THREAD,
        "agreement": AGREEMENT,
        "action": "dpv:Collect",
        "purpose": SERVICE,
        "items": [ITEM],
    },
    "right": {"right": "eu-gdpr:A17"},
    "erased": {
        "ref": REF,
        "scope": "openings",
        "salts": True,
        "backups_until": T0 + DAY,
        "exceptions": [{"code": "invoice", "basis": "eu-gdpr:A6-1-c"}],
    },
    "ask": {"items": [ITEM]},
    "answer": {"code": "one-counter"},
    "dispute": {"evidence": []},
    "checkpoint": {"note": "example.org/log\n1\nAA==\n\n— example.org/log AA==\n"},
    "ack": {},
}


ALSO_RIGHT: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    (
        "propose",
        "amends",
        "It answers a proposal of a thread and is to replace an agreement",
        {"thread": THREAD, "base": AGREEMENT, "answers": REF, "controller": None},
    ),
    (
        "propose",
        "no-domain",
        "A controller without a domain",
        {"controller": {**CONTROLLER, "domain": None}},
    ),
    (
        "propose",
        "name-256",
        "256 characters, which some languages count as 512 and UTF-8 as 1024",
        {"controller": {**CONTROLLER, "name": "\U0001f91d" * 256}},
    ),
    ("refuse", "whole", "The whole proposal", {"purposes": None}),
    (
        "revoke",
        "purposes",
        "Some purposes of one thread",
        {"thread": THREAD, "purposes": [SERVICE, "dpv:Marketing"]},
    ),
    ("terminate", "at-once", "At once", {"effective": None}),
    ("delegate", "without-limits", "Any terms, any number, no end", {"terms": None, "count": None}),
    (
        "delegate",
        "unknown-type",
        "A type nobody knows yet may be delegated",
        {"types": ["invented"]},
    ),
    (
        "share",
        "unknown-purpose",
        "A purpose nobody knows has the form of one",
        {"purpose": "made-up:Anything_At.All-1"},
    ),
    ("right", "ref", "The right is exercised on one statement", {"ref": REF}),
    (
        "answer",
        "items",
        "An answer in words, which stand in items",
        {"code": ABSENT, "items": [ITEM]},
    ),
    ("answer", "both", "A code, words, and what it answers", {"items": [ITEM], "ref": REF}),
    (
        "dispute",
        "64",
        "As many references as there may be",
        {"evidence": [some_cid(f"{n}") for n in range(64)]},
    ),
    ("checkpoint", "longest", "4096 characters, which are more bytes", {"note": "é" * 4096}),
    ("ack", "prekey", "A new prekey rides in any body", {"prekey": prekey("riding").to_value()}),
    ("ack", "items", "Any body may have items", {"items": [ITEM, ITEM]}),
    ("open", "64-extensions", "Sixty-four extensions", {"ext": [f"x{n}" for n in range(64)]}),
)


def changed(body: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A body with fields put in place of others, or dropped."""
    fields = {**body, **changes}
    return {name: value for name, value in fields.items() if value is not ABSENT}


def shown(value: Any) -> Any:
    """A value as JSON has it: maps in the order of their encoding."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda pair: encode(pair[0]))
        return {"map": [[name, shown(entry)] for name, entry in ordered]}
    if isinstance(value, list):
        return [shown(entry) for entry in value]
    return value
