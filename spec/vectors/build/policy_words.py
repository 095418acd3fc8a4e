"""Terms, requests and facts for the vectors of decisions, with defaults that permit."""

from typing import Any

from build.world import DAY, T0
from linkcontract.encoding import cid_of, cid_text, encode

NOW = T0 + 100 * DAY
"""When every question is asked unless a vector says otherwise."""

DELIVERY = "ieee-7012:ServiceDelivery"
SHOP, PRINTER = cid_of(b"shop"), cid_of(b"printer")
"""The second party, and somebody else; for decisions a party is no more than its CID."""

Decision = dict[str, Any]


def rule(*paths: str, **changes: Any) -> dict[str, Any]:
    """A rule for consulting these paths (default: vcard) for delivery."""
    return {
        "actions": ["dpv:Consult"],
        "paths": list(paths) or ["vcard"],
        "purposes": [DELIVERY],
        "recipients": [],
        **changes,
    }


def terms(
    permissions: list[dict[str, Any]], prohibitions: list[dict[str, Any]] | None = None, **more: Any
) -> dict[str, Any]:
    """Terms of these rules, valid for a year from T0."""
    return {
        "agreement": "ieee-7012:SD-BASE",
        "text": cid_of(b"text"),
        "permissions": permissions,
        "prohibitions": prohibitions or [],
        "duties": [],
        "from": T0,
        "until": T0 + 365 * DAY,
        "law": "IE",
        "prevails": "text",
        **more,
    }


def ask(path: str = "vcard/email", **changes: Any) -> dict[str, Any]:
    """A request for consulting one path for delivery by the second party itself."""
    return {
        "action": "dpv:Consult",
        "path": path,
        "purpose": DELIVERY,
        "recipient": None,
        **changes,
    }


def party(cid: bytes) -> dict[str, str]:
    """A recipient that is a party."""
    return {"party": cid_text(cid)}


def kind(curie: str) -> dict[str, str]:
    """A recipient that is a kind."""
    return {"kind": curie}


def facts(**known: Any) -> dict[str, Any]:
    """The circumstances; what is not given is not known."""
    nothing = {"counterparty": None, "place": None, "uses": None, "received_at": None, "named": {}}
    return {**nothing, **known}


def question(
    several: list[dict[str, Any]],
    request: dict[str, Any] | None = None,
    known: dict[str, Any] | None = None,
    now: int = NOW,
) -> dict[str, Any]:
    """The input of `decide`."""
    return {
        "terms": [encode(one).hex() for one in several],
        "request": request or ask(),
        "facts": known or facts(),
        "now": now,
    }


def yes(duties: list[list[Any]] | None = None, retention: int | None = None) -> Decision:
    """A permit, with what it carries."""
    return {"permit": True, "code": "permitted", "duties": duties or [], "retention": retention}


def no(code: str) -> Decision:
    """A denial for this reason; it carries nothing."""
    return {"permit": False, "code": code, "duties": [], "retention": None}
