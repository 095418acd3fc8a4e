"""The bodies of every type: one that is right, and what a loose reader lets pass."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from build.bodies import (
    ABSENT,
    AGREEMENT,
    ALSO_RIGHT,
    ANNA,
    CONTROLLER,
    ITEM,
    REF,
    RIGHT,
    SERVICE,
    SHOP,
    changed,
    shown,
)
from build.world import T0, prekey, seed, some_cid, terms
from linkcontract.encoding import encode

Add = Callable[..., None]

SPEC: Final = "statements, Bodies"

Row = tuple[str, str, str, dict[str, Any]]

WRONG: Final[Mapping[str, tuple[Row, ...]]] = {
    "open": (
        ("no-to", "To nobody", "field-missing", {"to": ABSENT}),
        ("proto-2", "Another version of the protocol", "field-choice", {"proto": 2}),
        ("fold-2", "Another version of the rules", "field-choice", {"fold": 2}),
        (
            "roles-more",
            "A third role",
            "field-unknown",
            {"roles": {"first": ANNA.id, "second": SHOP.id, "third": SHOP.id}},
        ),
        ("kel-array", "The two events in an array", "field-kind", {"kel": [ANNA.id, SHOP.id]}),
        ("ext-65", "Sixty-five extensions", "field-length", {"ext": [f"x{n}" for n in range(65)]}),
        ("ext-twice", "An extension twice", "field-order", {"ext": ["x", "x"]}),
        (
            "card-absent",
            "Absent is not null: two encodings of one thing",
            "field-missing",
            {"card": ABSENT},
        ),
        ("signal-zero", "A signal key of 32 zeros", "field-range", {"signal": bytes(32)}),
        (
            "signal-top-bit",
            "A signal key with bit 255 set",
            "field-range",
            {"signal": bytes([9]) + bytes(30) + b"\x80"},
        ),
        ("no-prekey", "Nothing to seal the join to", "field-missing", {"prekey": ABSENT}),
        ("exp-negative", "An expiry before 1970", "field-range", {"exp": -1}),
        ("inv-text", "A secret as text", "field-kind", {"inv": "secret"}),
    ),
    "join": (
        ("exp", "An expiry, which only an open has", "field-unknown", {"exp": T0}),
        ("pskc-31", "A commitment of 31 bytes", "field-length", {"pskc": bytes(31)}),
        (
            "address-line-feed",
            "An address with a line feed",
            "field-text",
            {"addresses": ["https://a.example\n"]},
        ),
        (
            "addresses-5",
            "Five addresses",
            "field-length",
            {"addresses": [f"https://{n}.example" for n in range(5)]},
        ),
    ),
    "propose": (
        (
            "base-without-thread",
            "It replaces something, but is in no thread",
            "field-conflict",
            {"base": AGREEMENT},
        ),
        (
            "answers-without-thread",
            "It answers something, but is in no thread",
            "field-conflict",
            {"answers": REF},
        ),
        ("no-controller", "Absent is not null", "field-missing", {"controller": ABSENT}),
        ("terms-cid", "The terms by their name only", "field-kind", {"terms": some_cid("terms")}),
        (
            "controller-name",
            "A name with a line feed: a second line on the screen",
            "field-text",
            {"controller": {**CONTROLLER, "name": "The Shop\nVerified"}},
        ),
        (
            "controller-name-empty",
            "A name of no characters",
            "field-length",
            {"controller": {**CONTROLLER, "name": ""}},
        ),
        (
            "controller-name-257-characters",
            "257 characters beyond the basic plane",
            "field-length",
            {"controller": {**CONTROLLER, "name": "\U0001f91d" * 257}},
        ),
        (
            "controller-name-257",
            "A name of 257 characters",
            "field-length",
            {"controller": {**CONTROLLER, "name": "n" * 257}},
        ),
        (
            "controller-country",
            "A country by its name",
            "field-text",
            {"controller": {**CONTROLLER, "jurisdiction": "Ireland"}},
        ),
        (
            "controller-country-small",
            "A country in small letters",
            "field-text",
            {"controller": {**CONTROLLER, "jurisdiction": "ie"}},
        ),
        (
            "controller-address",
            "An address of the controller",
            "field-unknown",
            {"controller": {**CONTROLLER, "address": "Main Street"}},
        ),
        ("accept-by-null", "An offer without an end", "field-kind", {"accept_by": None}),
        ("note", "A word beside the terms", "field-unknown", {"note": "please"}),
    ),
    "accept": (
        ("no-terms", "What is accepted is not said", "field-missing", {"terms": ABSENT}),
        ("terms-map", "The terms themselves", "field-kind", {"terms": terms()}),
        ("ref-null", "It accepts nothing", "field-kind", {"ref": None}),
        ("ref-35", "A CID of 35 bytes", "field-cid", {"ref": REF[:-1]}),
    ),
    "refuse": (
        (
            "purposes-empty",
            "No purpose in place of null: is it all or nothing?",
            "field-length",
            {"purposes": []},
        ),
        ("purposes-twice", "A purpose twice", "field-order", {"purposes": [SERVICE, SERVICE]}),
        ("code-words", "A sentence for a code", "field-text", {"code": "not now"}),
    ),
    "retract": (("no-ref", "Nothing is taken back", "field-missing", {"ref": ABSENT}),),
    "suspend": (("thread-null", "Every thread at once", "field-kind", {"thread": None}),),
    "resume": (
        ("no-ref", "Which suspension it lifts is not said", "field-missing", {"ref": ABSENT}),
    ),
    "revoke": (
        (
            "purposes-empty",
            "An empty list is no withdrawal of everything",
            "field-length",
            {"purposes": []},
        ),
        ("purposes-twice", "A purpose twice", "field-order", {"purposes": [SERVICE, SERVICE]}),
        ("purpose-form", "A purpose without its prefix", "field-text", {"purposes": ["Marketing"]}),
        (
            "purpose-url",
            "A purpose by its address",
            "field-text",
            {"purposes": ["https://w3id.org/dpv#Marketing"]},
        ),
        ("no-purposes", "Absent is not null", "field-missing", {"purposes": ABSENT}),
    ),
    "terminate": (
        ("effective-text", "A date as a text", "field-kind", {"effective": "2026-02-01"}),
    ),
    "delegate": (
        ("types-empty", "Nothing is delegated", "field-length", {"types": []}),
        ("types-twice", "A type twice", "field-order", {"types": ["ack", "ack"]}),
        (
            "type-rotate",
            "An agent that changes the lead's keys",
            "field-choice",
            {"types": ["rotate"]},
        ),
        ("type-delegate", "An agent that names agents", "field-choice", {"types": ["delegate"]}),
        (
            "type-undelegate",
            "An agent that ends delegations",
            "field-choice",
            {"types": ["ack", "undelegate"]},
        ),
        ("type-open", "An agent that opens", "field-choice", {"types": ["open"]}),
        ("type-join", "An agent that joins", "field-choice", {"types": ["join"]}),
        (
            "type-erased",
            "An agent that says what was erased",
            "field-choice",
            {"types": ["erased"]},
        ),
        (
            "type-checkpoint",
            "An agent that speaks for a log",
            "field-choice",
            {"types": ["checkpoint"]},
        ),
        ("depth-1", "An agent may delegate further", "field-choice", {"depth": 1}),
        ("depth-false", "False for 0", "field-choice", {"depth": False}),
        ("count-0", "Not a single statement", "field-range", {"count": 0}),
        (
            "terms-empty",
            "No terms in place of null: is it any or none?",
            "field-length",
            {"terms": []},
        ),
        ("terms-twice", "The same terms twice", "field-order", {"terms": [REF, REF]}),
        ("until-absent", "Absent is not null", "field-missing", {"until": ABSENT}),
    ),
    "undelegate": (
        ("to", "The agent in place of the delegation", "field-missing", {"ref": ABSENT}),
    ),
    "rotate": (
        ("event-bytes", "A key in place of a key event", "field-cid", {"event": seed("key")}),
    ),
    "share": (
        ("no-items", "A share of nothing", "field-missing", {"items": ABSENT}),
        ("items-empty", "A share of no items", "field-length", {"items": []}),
        (
            "item-triple",
            "An item with its salt",
            "field-length",
            {"items": [[*ITEM, seed("salt")]]},
        ),
        (
            "item-31",
            "A commitment of 31 bytes",
            "field-length",
            {"items": [[ITEM[0][1:], ITEM[1]]]},
        ),
        ("item-text", "The path itself", "field-kind", {"items": [["vcard/fn", ITEM[1]]]}),
        ("purposes", "Several purposes", "field-kind", {"purpose": [SERVICE]}),
        (
            "value",
            "The value in the body, where it is bound to the header for good",
            "field-unknown",
            {"value": b"x"},
        ),
    ),
    "use": (
        ("no-action", "What was done is not said", "field-missing", {"action": ABSENT}),
        ("ref-absent", "Absent is not null", "field-missing", {"ref": ABSENT}),
        ("action-capital", "A prefix in capital letters", "field-text", {"action": "DPV:Use"}),
    ),
    "receipt": (
        ("ok-1", "1 for true", "field-kind", {"openings_ok": 1}),
        ("ok-null", "Neither yes nor no", "field-kind", {"openings_ok": None}),
    ),
    "request": (("no-items", "Nothing is asked for", "field-missing", {"items": ABSENT}),),
    "right": (
        ("ref-null", "Null is not absent: two encodings of one thing", "field-kind", {"ref": None}),
        ("no-right", "No right", "field-missing", {"right": ABSENT}),
        ("right-words", "A right in words", "field-text", {"right": "right to erasure"}),
    ),
    "erased": (
        ("scope", "A scope nobody defined", "field-choice", {"scope": "everything"}),
        ("salts-null", "Whether the salts are gone is not said", "field-kind", {"salts": None}),
        (
            "exception-words",
            "An exception with a word of its own",
            "field-unknown",
            {"exceptions": [{"code": "invoice", "basis": "eu-gdpr:A6-1-c", "note": "tax"}]},
        ),
        (
            "exception-no-basis",
            "An exception without its basis",
            "field-missing",
            {"exceptions": [{"code": "invoice"}]},
        ),
    ),
    "ask": (("no-items", "A question without words", "field-missing", {"items": ABSENT}),),
    "answer": (
        ("nothing", "Neither a code nor words", "field-missing", {"code": ABSENT}),
        ("code-null", "Null is not absent", "field-kind", {"code": None}),
    ),
    "dispute": (
        ("no-evidence", "Absent is not empty", "field-missing", {"evidence": ABSENT}),
        (
            "evidence-65",
            "Sixty-five references",
            "field-length",
            {"evidence": [some_cid(f"{n}") for n in range(65)]},
        ),
        ("evidence-twice", "A reference twice", "field-order", {"evidence": [REF, REF]}),
    ),
    "checkpoint": (
        ("note-4097", "4097 characters", "field-length", {"note": "n" * 4097}),
        ("note-empty", "No characters", "field-length", {"note": ""}),
        ("note-bytes", "The note as bytes", "field-kind", {"note": b"note"}),
    ),
    "ack": (
        ("words", "A word: nothing is said by an acknowledgement", "field-unknown", {"code": "ok"}),
        (
            "of-objects",
            "A field that objects have of themselves in some languages is unknown all the same",
            "field-unknown",
            {"__proto__": 1},
        ),
        ("items-empty", "An empty array in place of none", "field-length", {"items": []}),
        (
            "prekey-more",
            "A prekey with a field nobody knows",
            "field-unknown",
            {"prekey": {**prekey("riding").to_value(), "kind": 1}},
        ),
        (
            "prekey-negative",
            "A prekey that ended before 1970",
            "field-range",
            {"prekey": {**prekey("riding").to_value(), "not_after": -1}},
        ),
    ),
}


def build(add: Add) -> None:
    """Add the vectors of bodies."""
    for kind, body in RIGHT.items():
        given = {"kind": f"body:{kind}", "bytes": encode(body)}
        add(f"read-{kind}", "Every field", SPEC, "read", given, claims={"value": shown(body)})
    for kind, name, comment, changes in ALSO_RIGHT:
        body = changed(RIGHT[kind], changes)
        given = {"kind": f"body:{kind}", "bytes": encode(body)}
        add(f"read-{kind}-{name}", comment, SPEC, "read", given, claims={"value": shown(body)})
    for kind, rows in WRONG.items():
        for name, comment, code, changes in rows:
            given = {"kind": f"body:{kind}", "bytes": encode(changed(RIGHT[kind], changes))}
            add(f"read-{kind}-{name}", comment, SPEC, "read", given, error=code)
    unknown = {"kind": "body:invented", "bytes": encode({"any": {"thing": [1]}})}
    add(
        "read-unknown",
        "A type nobody knows has any map",
        SPEC,
        "read",
        unknown,
        claims={"value": shown({"any": {"thing": [1]}})},
    )
    add(
        "read-unknown-of-objects",
        "A type that is a member of every object in some languages is one nobody knows",
        SPEC,
        "read",
        {"kind": "body:constructor", "bytes": encode({"any": 1})},
        claims={"value": shown({"any": 1})},
    )
    for name, comment, data, code in (
        ("unknown-array", "A type nobody knows has a map all the same", encode([1]), "field-kind"),
        ("unknown-float", "And in the profile", b"\xa1\x61a\xf9\x3c\x00", "cbor-float"),
        ("unknown-nothing", "No byte is no empty body", b"", "cbor-truncated"),
        ("unknown-too-large", "64 KiB and a byte", encode({"x": bytes(65531)}), "cbor-too-large"),
    ):
        add(
            f"read-{name}",
            comment,
            SPEC,
            "read",
            {"kind": "body:invented", "bytes": data},
            error=code,
        )
    add(
        "read-ack-null",
        "Null is no empty map",
        SPEC,
        "read",
        {"kind": "body:ack", "bytes": b"\xf6"},
        error="field-kind",
    )
