"""Commands of keys, signatures and envelopes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.crypto.cose import open_sign1, sign1
from linkcontract.crypto.ed25519 import SigningKey, check_public_key, verify
from linkcontract.encoding import cid_from_text, cid_text
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import MAX_BODY, MAX_CARD, MAX_HEADER, MAX_KEY_EVENT

_MOST: Final = {
    "incp": MAX_KEY_EVENT,
    "kel": MAX_KEY_EVENT,
    "stmt": MAX_HEADER,
    "card": MAX_CARD,
}
"""Most bytes of payload by kind; the kinds nothing is sent in yet have the largest bound."""


def check_key(given: object) -> dict[str, Any]:
    """`check-key`."""
    check_public_key(values.octets(values.members(given, "public")["public"]))
    return {}


def verify_signature(given: object) -> dict[str, Any]:
    """`verify-signature`."""
    input = values.members(given, "public", "message", "signature")
    public, message, signature = (
        values.octets(input[name]) for name in ("public", "message", "signature")
    )
    return {"valid": verify(public, message, signature)}


def sign_envelope(given: object) -> dict[str, Any]:
    """`sign-envelope`."""
    input = values.members(given, "kind", "seed", "kid", "payload")
    key = SigningKey(values.secret(input["seed"]))
    kid, payload = values.cid(input["kid"]), values.octets(input["payload"])
    kind = values.text(input["kind"])
    if len(payload) > _MOST.get(kind, MAX_BODY):
        raise LocalProtocolError("cose-too-large")
    return {"envelope": sign1(key, kid, kind, payload).hex()}


def open_envelope(given: object) -> dict[str, Any]:
    """`open-envelope`."""
    input = values.members(given, "kind", "envelope", "keys")
    named = values.mapped(input["keys"], values.octets)
    keys = {cid_from_text(name): public for name, public in named.items()}
    kind = values.text(input["kind"])
    opened = open_sign1(
        kind,
        values.octets(input["envelope"]),
        keys.get,
        max_payload=_MOST.get(kind, MAX_BODY),
    )
    return {
        "id": cid_text(opened.id),
        "kid": cid_text(opened.kid),
        "payload": opened.payload.hex(),
    }


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "check-key": check_key,
    "verify-signature": verify_signature,
    "sign-envelope": sign_envelope,
    "open-envelope": open_envelope,
}
