"""Bodies: what each type of statement says, one declarative schema per type.

Every map is closed. Two fields are optional in every body: `items`, the commitments its openings
are checked against, and `prekey`, the writer's next one riding along. Human text and values live
in items only, so that they can be erased; `controller` in a `propose` is the one exception.
What a body must agree with outside itself (its header, other statements) is the ledger's business.

Spec: statements, Bodies.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from linkcontract.encoding import decode
from linkcontract.limits import MAX_BODY, MAX_NOTE, MAX_SEEN
from linkcontract.model import fields, schema
from linkcontract.model.prekey import PREKEY
from linkcontract.model.schema import Shape
from linkcontract.model.terms import CONTROLLER, TERMS

Body: TypeAlias = Mapping[str, Any]
"""A read-only body: maps are mapping proxies and arrays tuples, all the way down."""

PROTO: Final = 1
"""The protocol version `open` and `join` name."""

FOLD: Final = 1
"""The version of the ledger's rules `open` and `join` name."""

NEVER_DELEGATED: Final = frozenset(
    {"open", "join", "rotate", "delegate", "undelegate", "erased", "checkpoint"}
)
"""Types an agent may not be given: they speak for the party itself."""

ITEMS: Final = schema.array(schema.row(fields.digest, fields.digest), 1)
"""[+ [p, c]]: the commitments to path and value of each item."""

_CID: Final = fields.cid
_CID_OR_NULL: Final = schema.nullable(fields.cid)
_TIME_OR_NULL: Final = schema.nullable(fields.time)
_PURPOSES: Final = schema.array(fields.curie, 1, distinct=True)
_ROLES: Final = schema.closed({"first": _CID, "second": _CID})
_KEL: Final = schema.closed({"a": _CID, "b": _CID})
_REFERENCES: Final = schema.array(_CID, 0, MAX_SEEN, distinct=True)
_EXCEPTIONS: Final = schema.array(schema.closed({"code": fields.text, "basis": fields.curie}))

ERASED_SCOPES: Final = ("openings", "body", "agreement", "relationship")
"""What an `erased` is about: the openings of the statement `ref`, its body, every opening shared
under the agreement `ref`, or every opening of the relationship `ref`."""


def _delegable(value: object) -> str:
    kind: str = fields.text(value)
    if kind in NEVER_DELEGATED:
        raise schema.ShapeError("field-choice")
    return kind


def _root_stands_alone(body: Body) -> None:
    if body["thread"] is None and (body["base"] is not None or body["answers"] is not None):
        raise schema.ShapeError("field-conflict", "thread")


def _says_something(body: Body) -> None:
    if "code" not in body and "items" not in body:
        raise schema.ShapeError("field-missing", "items")


_PAIR: Final[Mapping[str, Shape]] = {
    "to": _CID,
    "roles": _ROLES,
    "proto": fields.one_of(PROTO),
    "fold": fields.one_of(FOLD),
    "ext": schema.array(fields.text, 0, MAX_SEEN, distinct=True),
    "kel": _KEL,
    "prekey": PREKEY,
    "signal": fields.x25519_key,
    "pskc": fields.digest,
    "addresses": fields.addresses,
    "nonce": fields.digest,
}


def _body(
    required: Mapping[str, Shape],
    optional: Mapping[str, Shape] | None = None,
    rule: Any = None,
) -> Shape:
    extra = {"items": ITEMS, "prekey": PREKEY, **(optional or {})}
    return schema.closed(required, extra, rule)


_SCHEMAS: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "open": _body(
            {
                **_PAIR,
                "card": _CID_OR_NULL,
                "inv": schema.nullable(fields.digest),
                "exp": fields.time,
            }
        ),
        "join": _body(_PAIR),
        "propose": _body(
            {
                "thread": _CID_OR_NULL,
                "base": _CID_OR_NULL,
                "answers": _CID_OR_NULL,
                "terms": TERMS,
                "accept_by": fields.time,
                "controller": schema.nullable(CONTROLLER),
            },
            rule=_root_stands_alone,
        ),
        "accept": _body({"thread": _CID, "ref": _CID, "terms": _CID}),
        "refuse": _body(
            {
                "thread": _CID,
                "ref": _CID,
                "purposes": schema.nullable(_PURPOSES),
                "code": fields.text,
            }
        ),
        "retract": _body({"thread": _CID, "ref": _CID}),
        "suspend": _body({"thread": _CID}),
        "resume": _body({"thread": _CID, "ref": _CID}),
        "revoke": _body({"thread": _CID_OR_NULL, "purposes": schema.nullable(_PURPOSES)}),
        "terminate": _body({"thread": _CID, "effective": _TIME_OR_NULL}),
        "delegate": _body(
            {
                "to": _CID,
                "kel": _CID,
                "types": schema.array(_delegable, 1, distinct=True),
                "terms": schema.nullable(schema.array(_CID, 1, distinct=True)),
                "depth": fields.one_of(0),
                "count": schema.nullable(fields.integer(1)),
                "until": _TIME_OR_NULL,
            }
        ),
        "undelegate": _body({"ref": _CID}),
        "rotate": _body({"event": _CID}),
        "share": _body(
            {"thread": _CID, "agreement": _CID, "purpose": fields.curie, "items": ITEMS}
        ),
        "use": _body(
            {
                "thread": _CID,
                "agreement": _CID,
                "action": fields.curie,
                "purpose": fields.curie,
                "ref": _CID_OR_NULL,
            }
        ),
        "receipt": _body({"ref": _CID, "openings_ok": fields.boolean}),
        "request": _body(
            {
                "thread": _CID,
                "agreement": _CID,
                "action": fields.curie,
                "purpose": fields.curie,
                "items": ITEMS,
            }
        ),
        "right": _body({"right": fields.curie}, {"ref": _CID}),
        "erased": _body(
            {
                "ref": _CID,
                "scope": fields.one_of(*ERASED_SCOPES),
                "salts": fields.boolean,
                "backups_until": _TIME_OR_NULL,
                "exceptions": _EXCEPTIONS,
            }
        ),
        "ask": _body({"items": ITEMS}, {"ref": _CID}),
        "answer": _body({}, {"ref": _CID, "code": fields.text}, _says_something),
        "dispute": _body({"evidence": _REFERENCES}, {"ref": _CID, "code": fields.text}),
        "checkpoint": _body({"note": fields.free_text(MAX_NOTE, lines=True)}),
        "ack": _body({}),
    }
)

STATEMENT_TYPES: Final = frozenset(_SCHEMAS)
"""Every type version 1 knows. Another type is legal in a header and void in the ledger."""

RELEVANT_TYPES: Final = frozenset(
    {
        "open",
        "join",
        "propose",
        "accept",
        "refuse",
        "retract",
        "suspend",
        "resume",
        "revoke",
        "terminate",
        "delegate",
        "undelegate",
        "rotate",
    }
)
"""Types that can change the fold."""

QUIET_TYPES: Final = frozenset({"ack", "use", "share", "receipt", "checkpoint"})
"""Types that put nobody under a debt to acknowledge."""

GRANTS: Final = frozenset({"propose", "accept", "resume", "delegate", "share"})
"""Types that give something; tainted, they count only to freeze."""

DENIALS: Final = frozenset({"retract", "refuse", "suspend", "revoke", "terminate", "undelegate"})
"""Types that take something away; tainted or superseded, they count in full."""


def body_shape(kind: str) -> Shape:
    """The shape of a body: its schema, or for a type nobody knows any map."""
    return _SCHEMAS.get(kind, _ANY_MAP)


_ANY_MAP: Final = schema.open_map({})


def parse_body(kind: str, data: bytes) -> Body:
    """Read the body bytes of a statement of type `kind`.

    Args:
        kind: the header's `type`; for a type nobody knows any map passes.
        data: exactly the bytes `bh` binds.

    Returns:
        The read-only body; encoding it gives `data` again.

    Raises:
        RemoteProtocolError: cbor-… if the bytes are outside the profile or too many, field-… if
            the map does not have its shape.
    """
    body: Body = schema.read(body_shape(kind), decode(data, max_bytes=MAX_BODY), "body")
    return body
