"""Body records: what a header binds, and what it binds without being a body."""

from collections.abc import Callable
from typing import Final

from build.areas.statements import Case
from build.world import (
    seed,
    some_cid,
)
from linkcontract.encoding import cid_of, encode, hash_of

Add = Callable[..., None]

RECORDS: Final = "statements, Body records"


def _records(c: Case) -> None:
    body = {"thread": some_cid("thread"), "ref": some_cid("ref")}
    retract = c.write("retract", body)
    shown = {
        "map": [["ref", {"bytes": body["ref"].hex()}], ["thread", {"bytes": body["thread"].hex()}]]
    }
    c.add(
        "body",
        "The record is what the header binds",
        RECORDS,
        "statement",
        c.input(retract, retract.record),
        claims={"body": shown, "body_fault": None},
    )
    empty = c.write()
    c.add(
        "body-empty",
        "An empty body is the byte a0",
        RECORDS,
        "statement",
        c.input(empty, empty.record),
        claims={"body": {"map": []}},
    )
    unknown = c.write("invented", {"any": [1, {"thing": None}]})
    c.add(
        "body-of-unknown-type",
        "The body of a type nobody knows is any map",
        RECORDS,
        "statement",
        c.input(unknown, unknown.record),
        claims={"body_fault": None},
    )
    largest = c.write(data=encode({"x": bytes(65536 - 6)}), type_="invented")
    assert len(largest.data) == 65536
    c.add(
        "body-largest",
        "64 KiB",
        RECORDS,
        "statement",
        c.input(largest, largest.record),
        claims={"body_fault": None},
    )
    salt, data = retract.record
    other = c.write("retract", {**body, "ref": some_cid("another")})
    too_large = c.write(data=encode({"x": bytes(65536 - 5)}), type_="invented")
    bare = c.write("retract", body, bh=hash_of(["lc/body/1", data]))
    swapped = c.write("retract", body, bh=hash_of(["lc/body/1", data, salt]))
    labelled = c.write("retract", body, bh=hash_of(["lc/value/1", salt, data]))
    plain = c.write("retract", body, bh=cid_of(data)[4:])
    for name, comment, statement, record, code in (
        ("other", "The body of another statement", retract, other.record, "body-mismatch"),
        ("other-salt", "Another salt", retract, [seed("salt"), data], "body-mismatch"),
        ("salt-31", "A salt of 31 bytes", retract, [salt[1:], data], "field-length"),
        ("no-bytes", "No byte at all: an empty body has one", retract, [salt, b""], "field-length"),
        (
            "too-large",
            "A byte more than 64 KiB, rightly bound",
            too_large,
            too_large.record,
            "field-length",
        ),
        (
            "unsalted",
            "Bound without the salt: whoever knows the header can guess the body",
            bare,
            bare.record,
            "body-mismatch",
        ),
        (
            "hash-swapped",
            "Bound with body and salt swapped",
            swapped,
            swapped.record,
            "body-mismatch",
        ),
        ("hash-label", "Bound under another label", labelled, labelled.record, "body-mismatch"),
        ("hash-plain", "Bound by a bare hash of the body", plain, plain.record, "body-mismatch"),
    ):
        c.add(f"body-{name}", comment, RECORDS, "statement", c.input(statement, record), error=code)
    acceptance = c.write("accept", body)
    for name, comment, statement in (
        (
            "type-exchanged",
            "The body of a retract in an accept, rightly bound and signed: it exists and is void",
            acceptance,
        ),
        ("more", "A field nobody knows", c.write("retract", {**body, "why": "x"})),
        ("not-a-map", "An array", c.write("ack", [])),
        (
            "unsorted",
            "Keys in another order: decoding it loosely gives a right body",
            c.write("ack", data=_unsorted_prekey(c)),
        ),
        ("trailing", "A byte behind the body", c.write("ack", data=b"\xa0\x00")),
        ("not-cbor", "No value at all", c.write("ack", data=b"\xff")),
        (
            "unknown-not-a-map",
            "A type nobody knows, and no map either",
            c.write("invented", data=b"\x00"),
        ),
    ):
        c.add(
            f"bad-body-{name}",
            comment,
            RECORDS,
            "statement",
            c.input(statement, statement.record),
            claims={"id": statement.cid, "body": None, "body_fault": "bad-body"},
        )


def _unsorted_prekey(c: Case) -> bytes:
    """A body of an ack with a prekey whose fields stand in the order people write them."""
    prekey = c.anna.prekey()
    parts = (("id", prekey.id), ("not_after", prekey.not_after), ("pk", prekey.pk))
    inner = b"\xa3" + b"".join(encode(name) + encode(value) for name, value in parts)
    return b"\xa1" + encode("prekey") + inner


def build(add: Add) -> None:
    """Add the vectors of body records."""
    _records(Case(add))
