"""Terms and controllers as values: read, written, named by their own encoding."""

import dataclasses

import pytest
from model_world import CONTROLLER, TERMS, cid

from linkcontract.encoding import cid_of, decode, encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.model.terms import (
    CONDITION_KINDS,
    Condition,
    Controller,
    Duty,
    Rule,
    Terms,
)

EVERY_CONDITION = [
    {"kind": "all", "of": [{"kind": "count", "most": 3}]},
    {"kind": "any", "of": [{"kind": "place", "in": ["DE", "FR-IDF"]}]},
    {"kind": "not", "of": {"kind": "counterparty", "in": [cid("broker")]}},
    {"kind": "time", "after": 1, "before": None},
    {"kind": "count", "most": 1},
    {"kind": "place", "in": ["EU"]},
    {"kind": "counterparty", "in": [cid("shop")]},
    {"kind": "freshness", "within": 60_000},
    {"kind": "fact", "name": "over-18", "equals": True},
    {"kind": "moon", "phase": [1, {"full": None}]},
]


def with_conditions(conditions):
    rule = {**TERMS["permissions"][0], "conditions": conditions}
    return {**TERMS, "permissions": [rule]}


def test_terms_are_named_by_the_map_they_were_read_from():
    data = encode(TERMS)
    terms = Terms.from_value(decode(data, max_bytes=4096))
    assert encode(terms.to_value()) == data
    assert terms.id == cid_of(data)
    assert terms.permissions[0].duties == (Duty("dpv:Erase", 30 * 86_400_000),)
    assert terms.prohibitions[0].purposes == ()
    assert Terms.from_value(terms.to_value()) == terms
    assert hash(Terms.from_value(terms.to_value())) == hash(terms)


def test_every_kind_of_condition_is_read_and_written_byte_for_byte():
    assert {condition["kind"] for condition in EVERY_CONDITION} == CONDITION_KINDS | {"moon"}
    value = with_conditions(EVERY_CONDITION)
    terms = Terms.from_value(decode(encode(value), max_bytes=4096))
    assert encode(terms.to_value()) == encode(value)
    everything, _, negated, *_ = terms.permissions[0].conditions
    assert everything.fields["of"] == (Condition("count", {"most": 3}),)
    assert negated.fields["of"] == Condition("counterparty", {"in": (cid("broker"),)})


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("field-kind", "time"),
        ("field-missing", {"most": 1}),
        ("field-missing", {"kind": "time", "after": None}),
        ("field-missing", {"kind": "all"}),
        ("field-length", {"kind": "any", "of": []}),
        ("field-kind", {"kind": "not", "of": []}),
        ("field-range", {"kind": "count", "most": 0}),
        ("field-text", {"kind": "place", "in": ["Germany"]}),
        ("field-text", {"kind": "fact", "name": "a", "equals": "free text"}),
        ("field-kind", {"kind": "fact", "name": "a", "equals": []}),
        ("field-unknown", {"kind": "count", "most": 1, "least": 0}),
        ("field-text", {"kind": "the moon"}),
    ],
)
def test_a_condition_of_a_known_kind_is_closed(code, condition):
    with pytest.raises(RemoteProtocolError) as caught:
        Terms.from_value(with_conditions([condition]))
    assert caught.value.code == code
    assert caught.value.where.startswith("terms.permissions[0].conditions[0]")


def test_terms_that_are_none_cannot_be_made():
    terms = Terms.from_value(TERMS)
    with pytest.raises(LocalProtocolError, match="field-range"):
        dataclasses.replace(terms, until=terms.valid_from)
    any_purpose = Rule(actions=("dpv:Use",), paths=("a",), purposes=())
    with pytest.raises(LocalProtocolError, match="field-length"):
        dataclasses.replace(terms, permissions=(any_purpose,))
    with pytest.raises(LocalProtocolError, match="field-text"):
        Rule(actions=("Use",), paths=("a",), purposes=())
    with pytest.raises(LocalProtocolError, match="field-text"):
        dataclasses.replace(Controller.from_value(CONTROLLER), domain="Shop.Example")


def test_any_purpose_may_be_prohibited_and_never_permitted():
    rule = {**TERMS["prohibitions"][0]}
    assert Terms.from_value({**TERMS, "prohibitions": [rule]})
    with pytest.raises(RemoteProtocolError, match="field-length"):
        Terms.from_value({**TERMS, "permissions": [rule]})


def test_no_permission_at_all_is_legal_and_permits_nothing():
    assert Terms.from_value({**TERMS, "permissions": []}).permissions == ()


def test_a_recipient_is_a_party_or_a_kind_of_recipient():
    rule = {**TERMS["permissions"][0], "recipients": [cid("processor"), "dpv:DataProcessor"]}
    terms = Terms.from_value({**TERMS, "permissions": [rule]})
    assert terms.permissions[0].recipients == (cid("processor"), "dpv:DataProcessor")


def test_what_a_condition_says_cannot_be_changed_afterwards():
    most = {"most": 3}
    condition = Condition("count", most)
    most["most"] = 4
    assert condition.fields["most"] == 3
    with pytest.raises(TypeError):
        condition.fields["most"] = 4


def test_a_controller_is_read_and_written():
    controller = Controller.from_value(CONTROLLER)
    assert controller.to_value() == CONTROLLER
    nobody = {**CONTROLLER, "domain": None}
    assert Controller.from_value(nobody).domain is None
