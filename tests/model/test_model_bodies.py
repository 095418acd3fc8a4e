"""Body schemas: for each type what passes, and each way of failing alone."""

import copy

import pytest
from model_world import CONTROLLER, NOW, TERMS, cid, digest, prekey, x_key

from linkcontract.encoding import encode
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_ADDRESS, MAX_BODY
from linkcontract.model.bodies import (
    DENIALS,
    ERASED_SCOPES,
    GRANTS,
    NEVER_DELEGATED,
    QUIET_TYPES,
    RELEVANT_TYPES,
    STATEMENT_TYPES,
    parse_body,
)

THREAD, REF = cid("thread"), cid("ref")
ITEMS = [[digest("p0"), digest("c0")], [digest("p1"), digest("c1")]]
PURPOSE, ACTION = "dpv:ServiceProvision", "dpv:Use"
PAIR = {
    "to": cid("bob"),
    "roles": {"first": cid("alice"), "second": cid("bob")},
    "proto": 1,
    "fold": 1,
    "ext": ["x-loyalty"],
    "kel": {"a": cid("a"), "b": cid("b")},
    "prekey": prekey("p").to_value(),
    "signal": x_key("signal"),
    "pskc": digest("pskc"),
    "addresses": ["https://shop.example/lc", "http://127.0.0.1:8080/m/abc"],
    "nonce": digest("nonce"),
}
VALID = {
    "open": {**PAIR, "card": REF, "inv": None, "exp": NOW},
    "join": PAIR,
    "propose": {
        "thread": None,
        "base": None,
        "answers": None,
        "terms": TERMS,
        "accept_by": NOW,
        "controller": CONTROLLER,
    },
    "accept": {"thread": THREAD, "ref": REF, "terms": cid("terms")},
    "refuse": {"thread": THREAD, "ref": REF, "purposes": [PURPOSE], "code": "no-tracking"},
    "retract": {"thread": THREAD, "ref": REF},
    "suspend": {"thread": THREAD},
    "resume": {"thread": THREAD, "ref": REF},
    "revoke": {"thread": None, "purposes": [PURPOSE]},
    "terminate": {"thread": THREAD, "effective": NOW},
    "delegate": {
        "to": cid("agent"),
        "kel": cid("agent head"),
        "types": ["propose", "accept"],
        "terms": [cid("terms")],
        "depth": 0,
        "count": 5,
        "until": NOW,
    },
    "undelegate": {"ref": REF},
    "rotate": {"event": cid("event")},
    "share": {"thread": THREAD, "agreement": REF, "purpose": PURPOSE, "items": ITEMS},
    "use": {
        "thread": THREAD,
        "agreement": REF,
        "action": ACTION,
        "purpose": PURPOSE,
        "ref": cid("share"),
    },
    "receipt": {"ref": REF, "openings_ok": True},
    "request": {
        "thread": THREAD,
        "agreement": REF,
        "action": ACTION,
        "purpose": PURPOSE,
        "items": ITEMS,
    },
    "right": {"right": "eu-gdpr:A17", "ref": REF},
    "erased": {
        "ref": REF,
        "scope": "openings",
        "salts": True,
        "backups_until": NOW,
        "exceptions": [{"code": "legal-hold", "basis": "eu-gdpr:A6-1-c"}],
    },
    "ask": {"items": ITEMS, "ref": REF},
    "answer": {"code": "done", "ref": REF},
    "dispute": {"evidence": [cid("one"), cid("two")], "code": "opening-mismatch", "ref": REF},
    "checkpoint": {"note": "shop.example/log\n42\nroot=\n\n— shop.example/log sig=\n"},
    "ack": {},
}
OPTIONAL = {"right": {"ref"}, "ask": {"ref"}, "dispute": {"ref", "code"}, "answer": {"code", "ref"}}
NULLABLE = {
    "open": {"card", "inv"},
    "propose": {"thread", "base", "answers", "controller"},
    "refuse": {"purposes"},
    "revoke": {"thread", "purposes"},
    "terminate": {"effective"},
    "delegate": {"terms", "count", "until"},
    "use": {"ref"},
    "erased": {"backups_until"},
}
EVERY_FIELD = [(kind, name) for kind, body in VALID.items() for name in body]


def read(kind, body):
    return parse_body(kind, encode(body))


def refused(kind, body, code, where):
    with pytest.raises(RemoteProtocolError) as caught:
        read(kind, body)
    assert (caught.value.code, caught.value.where) == (code, where)


def changed(kind, path, value):
    """The valid body with one field, named by a dotted path, replaced; ... takes it away."""
    body = copy.deepcopy(VALID[kind])
    *outer, last = path.split(".")
    place = body
    for step in outer:
        place = place[int(step) if step.isdigit() else step]
    key = int(last) if last.isdigit() else last
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return body


def test_the_table_has_every_type():
    assert set(VALID) == STATEMENT_TYPES
    assert STATEMENT_TYPES >= RELEVANT_TYPES | QUIET_TYPES | GRANTS | DENIALS | NEVER_DELEGATED
    assert not GRANTS & DENIALS
    assert not RELEVANT_TYPES & QUIET_TYPES


@pytest.mark.parametrize("kind", VALID)
def test_a_valid_body_passes_and_encodes_to_its_own_bytes(kind):
    assert encode(read(kind, VALID[kind])) == encode(VALID[kind])


@pytest.mark.parametrize("kind", VALID)
def test_items_and_a_prekey_ride_along_in_every_body(kind):
    body = {**VALID[kind], "items": ITEMS, "prekey": prekey("q").to_value()}
    assert encode(read(kind, body)) == encode(body)
    refused(kind, {**body, "items": []}, "field-length", "body.items")
    refused(kind, {**body, "items": [[b"", b""]]}, "field-length", "body.items[0][0]")


@pytest.mark.parametrize("kind", VALID)
def test_a_field_no_schema_has_is_refused_and_not_named(kind):
    refused(kind, {**VALID[kind], "surplus": None}, "field-unknown", "body")


@pytest.mark.parametrize(("kind", "name"), EVERY_FIELD)
def test_a_field_that_is_absent(kind, name):
    body = changed(kind, name, ...)
    if name not in OPTIONAL.get(kind, ()):
        refused(kind, body, "field-missing", f"body.{name}")
    elif kind == "answer" and name == "code":
        refused(kind, body, "field-missing", "body.items")
        assert read(kind, {**body, "items": ITEMS})
    else:
        assert name not in read(kind, body)


@pytest.mark.parametrize(("kind", "name"), EVERY_FIELD)
def test_null_is_legal_only_where_the_field_says_so(kind, name):
    body = changed(kind, name, None)
    if name in NULLABLE.get(kind, ()):
        if kind == "propose" and name == "thread":
            body["base"] = body["answers"] = None
        assert read(kind, body)[name] is None
    else:
        with pytest.raises(RemoteProtocolError) as caught:
            read(kind, body)
        assert caught.value.code in ("field-kind", "field-choice")
        assert caught.value.where == f"body.{name}"


@pytest.mark.parametrize(("kind", "name"), EVERY_FIELD)
def test_a_value_of_another_kind(kind, name):
    other = "text that is no field" if isinstance(VALID[kind][name], (dict, bytes, list)) else {}
    with pytest.raises(RemoteProtocolError) as caught:
        read(kind, changed(kind, name, other))
    assert caught.value.code in ("field-kind", "field-choice")
    assert caught.value.where == f"body.{name}"


ONE_FAILURE = [
    ("open", "proto", 2, "field-choice", "body.proto"),
    ("open", "proto", True, "field-choice", "body.proto"),
    ("open", "fold", 2, "field-choice", "body.fold"),
    ("open", "ext", ["a b"], "field-text", "body.ext[0]"),
    ("open", "ext", ["x", "x"], "field-order", "body.ext"),
    ("open", "inv", b"i" * 31, "field-length", "body.inv"),
    ("open", "nonce", b"n" * 16, "field-length", "body.nonce"),
    ("open", "pskc", b"n" * 33, "field-length", "body.pskc"),
    ("open", "signal", bytes(32), "field-range", "body.signal"),
    ("open", "signal", b"\xff" * 32, "field-range", "body.signal"),
    ("open", "roles.third", cid("x"), "field-unknown", "body.roles"),
    ("open", "roles.first", b"", "field-cid", "body.roles.first"),
    ("open", "kel.a", ..., "field-missing", "body.kel.a"),
    ("open", "prekey.id", b"i" * 15, "field-length", "body.prekey.id"),
    ("open", "prekey.pk", b"\xed" + b"\xff" * 30 + b"\x7f", "field-range", "body.prekey.pk"),
    ("open", "addresses", ["https://a"] * 2, "field-order", "body.addresses"),
    ("open", "addresses", [f"https://{n}" for n in range(5)], "field-length", "body.addresses"),
    ("open", "addresses", ["no scheme"], "field-text", "body.addresses[0]"),
    ("open", "addresses", ["https://ex ample"], "field-text", "body.addresses[0]"),
    ("open", "addresses", ["https://bücher.example"], "field-text", "body.addresses[0]"),
    ("open", "addresses", ["https://" + "a" * MAX_ADDRESS], "field-length", "body.addresses[0]"),
    ("open", "exp", -1, "field-range", "body.exp"),
    ("join", "card", REF, "field-unknown", "body"),
    ("join", "exp", NOW, "field-unknown", "body"),
    ("propose", "base", REF, "field-conflict", "body.thread"),
    ("propose", "answers", REF, "field-conflict", "body.thread"),
    ("propose", "controller.name", "", "field-length", "body.controller.name"),
    ("propose", "controller.name", "n" * 257, "field-length", "body.controller.name"),
    ("propose", "controller.name", "two\nlines", "field-text", "body.controller.name"),
    ("propose", "controller.jurisdiction", "de", "field-text", "body.controller.jurisdiction"),
    ("propose", "controller.domain", "shop", "field-text", "body.controller.domain"),
    ("propose", "controller.domain", "Shop.example", "field-text", "body.controller.domain"),
    ("propose", "controller.domain", "-a.example", "field-text", "body.controller.domain"),
    ("propose", "controller.domain", f"{'a' * 64}.example", "field-text", "body.controller.domain"),
    ("propose", "terms.law", "Germany", "field-text", "body.terms.law"),
    ("propose", "terms.prevails", "law", "field-choice", "body.terms.prevails"),
    ("propose", "terms.until", NOW, "field-range", "body.terms.until"),
    ("propose", "terms.note", "hello", "field-unknown", "body.terms"),
    ("propose", "terms.permissions.0.purposes", [], "field-length",
     "body.terms.permissions[0].purposes"),
    ("propose", "terms.permissions.0.actions", [], "field-length",
     "body.terms.permissions[0].actions"),
    ("propose", "terms.permissions.0.actions", ["Use"], "field-text",
     "body.terms.permissions[0].actions[0]"),
    ("propose", "terms.permissions.0.paths", ["a//b"], "field-text",
     "body.terms.permissions[0].paths[0]"),
    ("propose", "terms.permissions.0.paths", ["/a"], "field-text",
     "body.terms.permissions[0].paths[0]"),
    ("propose", "terms.permissions.0.paths", ["a", "a"], "field-order",
     "body.terms.permissions[0].paths"),
    ("propose", "terms.permissions.0.recipients", ["Shop"], "field-text",
     "body.terms.permissions[0].recipients[0]"),
    ("propose", "terms.permissions.0.retention", 0, "field-range",
     "body.terms.permissions[0].retention"),
    ("propose", "terms.permissions.0.conditions", [], "field-length",
     "body.terms.permissions[0].conditions"),
    ("propose", "terms.permissions.0.conditions.0.during", 1, "field-unknown",
     "body.terms.permissions[0].conditions[0]"),
    ("propose", "terms.permissions.0.conditions.0.kind", 1, "field-kind",
     "body.terms.permissions[0].conditions[0].kind"),
    ("propose", "terms.permissions.0.duties.0.within", 0, "field-range",
     "body.terms.permissions[0].duties[0].within"),
    ("accept", "terms", TERMS, "field-kind", "body.terms"),
    ("refuse", "purposes", [], "field-length", "body.purposes"),
    ("refuse", "purposes", [PURPOSE, PURPOSE], "field-order", "body.purposes"),
    ("refuse", "code", "we are sorry", "field-text", "body.code"),
    ("revoke", "purposes", [], "field-length", "body.purposes"),
    ("revoke", "purposes", ["all"], "field-text", "body.purposes[0]"),
    ("terminate", "effective", -1, "field-range", "body.effective"),
    *[("delegate", "types", [name], "field-choice", "body.types[0]") for name in NEVER_DELEGATED],
    ("delegate", "types", [], "field-length", "body.types"),
    ("delegate", "terms", [], "field-length", "body.terms"),
    ("delegate", "depth", 1, "field-choice", "body.depth"),
    ("delegate", "count", 0, "field-range", "body.count"),
    ("share", "items.0", [digest("p")], "field-length", "body.items[0]"),
    ("share", "items.0", "ab", "field-kind", "body.items[0]"),
    ("propose", "controller.name", 5, "field-kind", "body.controller.name"),
    ("open", "addresses", [5], "field-kind", "body.addresses[0]"),
    ("open", "ext", [5], "field-kind", "body.ext[0]"),
    ("share", "items.0.1", "text", "field-kind", "body.items[0][1]"),
    ("share", "purpose", "dpv:", "field-text", "body.purpose"),
    ("use", "action", "DPV:Use", "field-text", "body.action"),
    ("receipt", "openings_ok", 1, "field-kind", "body.openings_ok"),
    ("erased", "scope", "all", "field-choice", "body.scope"),
    ("erased", "exceptions.0.basis", "because", "field-text", "body.exceptions[0].basis"),
    ("erased", "exceptions.0.note", "hello", "field-unknown", "body.exceptions[0]"),
    ("dispute", "evidence", [REF, REF], "field-order", "body.evidence"),
    ("checkpoint", "note", "bidi \u202e control", "cbor-text", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "path", "value", "code", "where"), ONE_FAILURE)
def test_a_body_that_breaks_one_rule(kind, path, value, code, where):
    body = changed(kind, path, value)
    if where is None:
        # what the encoder would not write is put together by hand
        plain = encode(changed(kind, path, value.replace("\u202e", "€")))
        with pytest.raises(RemoteProtocolError) as caught:
            parse_body(kind, plain.replace("€".encode(), "\u202e".encode()))
        assert caught.value.code == code
    else:
        refused(kind, body, code, where)


@pytest.mark.parametrize("scope", ERASED_SCOPES)
def test_every_scope_of_an_erasure(scope):
    assert read("erased", changed("erased", "scope", scope))["scope"] == scope


def test_a_condition_of_an_unknown_kind_parses_and_is_kept():
    condition = {"kind": "moon", "phase": [1, {"full": True}]}
    body = changed("propose", "terms.permissions.0.conditions.0", condition)
    assert encode(read("propose", body)) == encode(body)


def test_a_body_is_a_map_within_its_limit():
    with pytest.raises(RemoteProtocolError, match="field-kind"):
        parse_body("ack", encode([]))
    with pytest.raises(RemoteProtocolError, match="cbor-too-large"):
        parse_body("x-large", encode({"data": bytes(MAX_BODY)}))


def test_an_error_says_where_and_not_what():
    secret = "health:hiv-status-positive"
    with pytest.raises(RemoteProtocolError) as caught:
        read("revoke", {"thread": None, "purposes": [secret + "/"]})
    assert "hiv" not in str(caught.value)
    with pytest.raises(RemoteProtocolError) as caught:
        read("revoke", {"thread": None, "purposes": None, "hiv-positive": 1})
    assert "hiv" not in str(caught.value)
