"""Items and openings: commitments that hold for one relationship, one statement, one place."""

import dataclasses

import pytest
from model_world import Actor, cid, digest

from linkcontract.encoding import hash_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_VALUE
from linkcontract.model.items import (
    Opening,
    check_opening,
    commit,
    path_commitment,
    value_commitment,
)

ALICE = Actor("alice")
REL = cid("rel")
ENTRIES = [("vcard/email", b"alice@home.example"), ("vcard/tel", b"+49 30 1234")]


def salts(number):
    return {
        "path_salt": digest(f"path salt {number}"),
        "value_salt": digest(f"value salt {number}"),
    }


def share(rel=REL, **changes):
    items = [
        commit(rel, path=path, value=value, **salts(number))
        for number, (path, value) in enumerate(ENTRIES)
    ]
    body = {"thread": cid("t"), "agreement": cid("a"), "purpose": "dpv:X", "items": items}
    return ALICE.write("share", body, rel=rel, **changes)


def opening(statement, number=0, **changes):
    path, value = ENTRIES[number]
    fields = {
        "share": statement.id,
        "index": number,
        "path": path,
        "value": value,
        **salts(number),
        **changes,
    }
    return Opening(**fields)


def refused(code, *arguments):
    with pytest.raises(RemoteProtocolError) as caught:
        check_opening(*arguments)
    assert caught.value.code == code


def test_an_opening_opens_the_item_it_was_made_for():
    statement = share()
    for number in range(len(ENTRIES)):
        check_opening(REL, statement, opening(statement, number))


def test_the_formulas_are_those_of_the_specification():
    salt = digest("s")
    assert path_commitment(REL, salt, "a/b") == hash_of(["lc/path/1", REL, salt, "a/b"])
    assert value_commitment(REL, salt, b"v") == hash_of(["lc/value/1", REL, salt, b"v"])


def test_an_opening_swapped_for_another_is_refused():
    statement = share()
    refused("opening-path", REL, statement, opening(statement, 0, index=1))
    refused("opening-value", REL, statement, opening(statement, 0, value=b"mallory@evil.example"))
    refused("opening-path", REL, statement, opening(statement, 0, path="vcard/note"))
    refused("opening-path", REL, statement, opening(statement, 0, path_salt=digest("x")))
    refused("opening-value", REL, statement, opening(statement, 0, value_salt=digest("x")))
    refused("opening-index", REL, statement, opening(statement, 0, index=2))


def test_an_opening_of_another_statement_is_refused():
    statement, later = share(), share(at=1_750_000_001_000)
    assert statement.id != later.id
    refused("opening-share", REL, later, opening(statement))


def test_a_commitment_transplanted_to_another_relationship_does_not_open():
    here, there = share(), cid("another rel")
    body = {"thread": cid("t"), "agreement": cid("a"), "purpose": "dpv:X"}
    # the same digests in a body of another relationship
    copied = ALICE.write("share", {**body, "items": here.body["items"]}, rel=there)
    refused("opening-path", there, copied, opening(copied))
    refused("opening-share", REL, copied, opening(copied))
    half_copied = [(commit(there, path=ENTRIES[0][0], value=b"", **salts(0))[0],
                    here.body["items"][0][1])]  # fmt: skip
    copied = ALICE.write("share", {**body, "items": half_copied}, rel=there)
    refused("opening-value", there, copied, opening(copied))


def test_nothing_opens_against_a_body_that_is_not_held():
    statement = share()
    erased = dataclasses.replace(statement, body=None, record=None)
    refused("opening-share", REL, erased, opening(statement))


def test_a_statement_without_items_has_nothing_to_open():
    statement = ALICE.write("ack", {})
    refused("opening-index", REL, statement, opening(statement))


def test_a_salt_is_not_used_twice():
    with pytest.raises(LocalProtocolError, match="field-conflict"):
        commit(REL, path="a", value=b"", path_salt=digest("s"), value_salt=digest("s"))


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("field-cid", {"share": b"x"}),
        ("field-range", {"index": -1}),
        ("field-range", {"index": 1024}),
        ("field-text", {"path": "a b"}),
        ("field-text", {"path": "a/"}),
        ("field-length", {"path_salt": b"s" * 31}),
        ("field-length", {"value_salt": b""}),
        ("field-length", {"value": bytes(MAX_VALUE + 1)}),
        ("field-kind", {"value": "text"}),
    ],
)
def test_an_opening_that_is_none_cannot_be_made(code, changes):
    statement = share()
    with pytest.raises(LocalProtocolError, match=code):
        opening(statement, 0, **changes)


def test_what_an_opening_shows_stays_out_of_its_representation():
    shown = repr(opening(share()))
    assert "alice@home" not in shown
    assert "salt" not in shown
