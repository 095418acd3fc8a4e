"""Headers: what is signed, and by whom."""

import struct
from collections.abc import Callable
from typing import Any, Final

from build.raw import Envelope, protected, secret_scalar, signature
from build.world import (
    DAY,
    T0,
    Party,
    Statement,
    histories,
    open_body,
    some_cid,
    write,
)
from linkcontract.encoding import cid_text, encode

Add = Callable[..., None]

HEADER: Final = "statements, Header"
REL: Final = some_cid("relationship of statements")


class Case:
    """A party in a relationship with a shop, and statements of it."""

    def __init__(self, add: Add) -> None:
        self.add = add
        self.anna, self.shop = Party("anna", "directed"), Party("shop", "public")

    def write(self, type_: str = "ack", body: Any = None, **changes: Any) -> Statement:
        fields: dict[str, Any] = {"at": T0, "rel": REL, "seq": 3, "prev": some_cid("before")}
        fields |= changes
        writer = fields.pop("writer", self.anna)
        return write("statement", writer, type_, {} if body is None else body, **fields)

    def input(
        self, statement: Statement, body: Any = None, envelope: bytes = b"", *others: Party
    ) -> dict[str, Any]:
        given: dict[str, Any] = {
            "envelope": envelope or statement.envelope,
            "histories": histories(self.anna, self.shop, *others),
        }
        return given if body is None else {**given, "body": body}

    def refused(
        self, name: str, comment: str, code: str, *, spec: str = HEADER, **changes: Any
    ) -> None:
        """The header is another one, and the signature is right for it."""
        given = self.input(self.write(**changes))
        self.add(f"header-{name}", comment, spec, "statement", given, error=code)


def _headers(c: Case) -> None:
    entries = [[c.shop.id, 7, some_cid("seven")], [some_cid("agent"), 0, some_cid("zero")]]
    plain = c.write(seen=entries)
    claims = {
        "id": plain.cid,
        "type": "ack",
        "rel": cid_text(REL),
        "from": c.anna.cid,
        "seq": 3,
        "prev": cid_text(some_cid("before")),
        "seen": [[cid_text(a), n, cid_text(b)] for a, n, b in plain.header["seen"]],
        "at": T0,
        "ks": c.anna.cid,
        "bh": plain.header["bh"],
        "body": None,
        "body_fault": None,
    }
    c.add(
        "header",
        "Every field; the body is not here",
        HEADER,
        "statement",
        c.input(plain),
        claims=claims,
    )
    event = c.anna.head
    again = Envelope(protected(event.id, "stmt"), plain.payload)
    other = again.sealed(
        signature(secret_scalar(event.key.secret.expose()), event.key.public, again.to_be_signed())
    )
    c.add(
        "header-signed-again",
        "Another signature over the same header: the same statement, not a second one",
        HEADER,
        "statement",
        c.input(plain, None, other),
        claims={"id": plain.cid},
    )
    unknown = c.write("invented")
    c.add(
        "header-type-unknown",
        "A type nobody knows is a statement",
        HEADER,
        "statement",
        c.input(unknown),
        claims={"type": "invented"},
    )
    odd = c.write(at=T0 + 1)
    c.add(
        "header-odd-time",
        "A directed party that does not round its time is not refused",
        HEADER,
        "statement",
        c.input(odd),
        claims={"at": T0 + 1},
    )
    first = c.write(seq=0, prev=None)
    c.add(
        "header-first",
        "The first statement of a writer",
        HEADER,
        "statement",
        c.input(first),
        claims={"seq": 0, "prev": None},
    )
    opening = write("open", c.anna, "open", open_body(c.anna, c.shop), at=T0)
    c.add(
        "header-open",
        "An open belongs to no relationship but itself",
        HEADER,
        "statement",
        c.input(opening),
        claims={"rel": None},
    )
    last = 2**53 - 1
    late = c.write(at=last, seq=last)
    c.add(
        "header-largest",
        "The largest number and time",
        HEADER,
        "statement",
        c.input(late),
        claims={"seq": last, "at": last},
    )
    many = c.write(seen=[[some_cid(f"agent {n}"), 1, some_cid(f"head {n}")] for n in range(47)])
    c.add(
        "header-seen-47",
        "As many entries as the header has room for",
        HEADER,
        "statement",
        c.input(many),
        claims=lambda output: len(output["seen"]) == 47,
    )
    twice = [[c.shop.id, 6, some_cid("six")], [c.shop.id, 7, some_cid("seven")]]
    forked = c.write(seen=twice)
    c.add(
        "header-seen-two",
        "Two entries of one writer are in order: what they mean is for the ledger",
        HEADER,
        "statement",
        c.input(forked),
        claims=lambda output: len(output["seen"]) == 2,
    )
    rotated = Party("anna", "directed")
    old = rotated.inception
    rotated.rotate()
    under_old = write("statement", rotated, "ack", {}, at=T0, rel=REL, event=old)
    c.add(
        "header-older-key",
        "An event the writer moved on from is still of its history; the ledger asks further",
        HEADER,
        "statement",
        {"envelope": under_old.envelope, "histories": histories(rotated)},
        claims={"ks": old.cid},
    )


def _fields(c: Case) -> None:
    c.refused("version", "Another version", "field-choice", v=2)
    c.refused(
        "more", "A field nobody knows: not every reader would see it", "field-unknown", note="x"
    )
    c.refused("seq-negative", "A negative number", "field-range", seq=-1)
    c.refused("seq-text", "A number as a text", "field-kind", seq="3")
    c.refused("seq-true", "True for 1", "field-kind", seq=True)
    c.refused("at-text", "A time as a text", "field-kind", at="2026-01-01T00:00:00Z")
    c.refused("at-negative", "A time before 1970", "field-range", at=-1000)
    c.refused("type-space", "A type is no free text", "field-text", type_="a ck")
    c.refused("type-empty", "No type", "field-text", type_="")
    c.refused("bh-31", "A digest of 31 bytes", "field-length", bh=bytes(31))
    c.refused("bh-cid", "A CID for a digest", "field-length", bh=some_cid("body"))
    c.refused("from-key", "The writer by its key", "field-cid", **{"from": c.anna.head.key.public})
    c.refused("rel-codec", "A CID of another codec", "field-cid", rel=b"\x01\x55" + REL[2:])
    c.refused("prev-text", "A CID as text", "field-kind", prev=cid_text(some_cid("before")))
    c.refused("seen-row", "An entry of two", "field-length", seen_as_given=[[c.shop.id, 7]])
    c.refused("seen-number", "A number in place of the list", "field-kind", seen_as_given=7)
    right = c.write()
    for name in ("seen", "bh", "prev"):
        header = {key: value for key, value in right.header.items() if key != name}
        envelope = c.anna.sign("stmt", encode(header))
        c.add(
            f"header-no-{name}",
            f"{name} is missing, not null",
            HEADER,
            "statement",
            c.input(right, None, envelope),
            error="field-missing",
        )
    array = c.anna.sign("stmt", encode(list(right.header.values())))
    c.add(
        "header-array",
        "The values without their names",
        HEADER,
        "statement",
        c.input(right, None, array),
        error="field-kind",
    )
    unsorted = encode(dict(right.header))
    swapped = b"\xaa\x62at" + encode(T0) + b"\x61v\x01" + unsorted[1 + 3 + 3 + len(encode(T0)) :]
    for name, comment, payload, code in (
        (
            "unsorted",
            "The keys of the header in another order, signed like this",
            swapped,
            "cbor-key-order",
        ),
        (
            "trailing",
            "A byte behind the header, signed with it",
            unsorted + b"\x00",
            "cbor-trailing",
        ),
        (
            "float",
            "A time as a float of the same value",
            unsorted.replace(encode(T0), struct.pack(">Bd", 0xFB, T0)),
            "cbor-float",
        ),
    ):
        envelope = c.anna.sign("stmt", payload)
        c.add(
            f"header-{name}",
            comment,
            HEADER,
            "statement",
            c.input(right, None, envelope),
            error=code,
        )
    large = c.write("a", note=bytes(4096))
    c.add(
        "header-too-large",
        "More than 4 KiB",
        "limits, Constants",
        "statement",
        c.input(large),
        error="cose-too-large",
    )


def _places(c: Case) -> None:
    c.refused("prev-null", "No statement before, and yet the fourth", "statement-prev", prev=None)
    c.refused("seq-0-with-prev", "The first statement, and yet one before", "statement-prev", seq=0)
    c.refused("rel-null", "No relationship: it could be shown in any", "statement-rel", rel=None)
    given = write("open", c.anna, "open", open_body(c.anna, c.shop), at=T0, rel=REL)
    c.add(
        "header-open-with-rel",
        "An open in a relationship",
        HEADER,
        "statement",
        c.input(given),
        error="statement-rel",
    )
    one, two = sorted([[c.shop.id, 7, some_cid("seven")], [some_cid("agent"), 0, some_cid("zero")]])
    c.refused(
        "seen-unsorted",
        "The same entries in another order would be another statement",
        "statement-seen",
        seen_as_given=[two, one],
    )
    c.refused("seen-twice", "An entry twice", "statement-seen", seen_as_given=[one, one])
    numbers = [[c.shop.id, 10, some_cid("ten")], [c.shop.id, 9, some_cid("nine")]]
    c.refused(
        "seen-as-text",
        "9 comes before 10, though not as text",
        "statement-seen",
        seen_as_given=numbers,
    )
    own = [[c.anna.id, 2, some_cid("own")]]
    c.refused(
        "seen-own", "The writer names itself, which prev does", "statement-seen", seen_as_given=own
    )


def _signers(c: Case) -> None:
    right = c.write()

    def refused(name: str, comment: str, envelope: bytes, code: str, *others: Party) -> None:
        c.add(
            f"signer-{name}",
            comment,
            HEADER,
            "statement",
            c.input(right, None, envelope, *others),
            error=code,
        )

    shop, anna = c.shop, c.anna
    refused(
        "other-writer",
        "The shop signs, and claims in `from` to be Anna",
        shop.sign("stmt", c.write(ks=shop.head.id).payload),
        "statement-signer",
    )
    refused(
        "ks-other",
        "The kid is Anna's, `ks` the shop's",
        anna.sign("stmt", c.write(ks=shop.head.id).payload),
        "statement-signer",
    )
    refused(
        "kid-other",
        "The kid is the shop's, `ks` and `from` are Anna's: the key that is found verifies",
        shop.sign("stmt", right.payload),
        "statement-signer",
    )
    bert = Party("bert", "directed")
    stranger = write("statement", bert, "ack", {}, at=T0, rel=REL)
    refused("stranger", "A writer whose history is not here", stranger.envelope, "cose-key")
    renamed = c.write(writer=bert, **{"from": anna.id})
    refused(
        "stranger-as-anna",
        "A stranger under its own kid, in Anna's name",
        renamed.envelope,
        "cose-key",
    )
    later = Party("anna", "directed").event()
    refused(
        "event-unknown",
        "An event of Anna's that the reader has not seen",
        anna.sign("stmt", c.write(ks=later.id).payload, later),
        "cose-key",
    )
    rotated = Party("anna", "directed")
    event = rotated.rotate()
    mixed = write("statement", rotated, "ack", {}, at=T0, rel=REL, ks=rotated.inception.id)
    c.add(
        "signer-two-events",
        "The kid is one event of the writer, `ks` another",
        HEADER,
        "statement",
        {"envelope": mixed.envelope, "histories": histories(rotated)},
        error="statement-signer",
    )
    old = Envelope(
        protected(event.id, "stmt"), write("s", rotated, "ack", {}, at=T0, rel=REL).payload
    )
    c.add(
        "signer-old-key-new-kid",
        "The key before the rotation signs under the kid of the new one",
        HEADER,
        "statement",
        {"envelope": old.signed(rotated.inception), "histories": histories(rotated)},
        error="cose-signature",
    )
    relabelled = right.envelope.replace(b"\x64type\x63ack", b"\x64type\x63ask")
    refused("relabelled", "The type exchanged after signing", relabelled, "cose-signature")
    redated = right.envelope.replace(encode(T0), encode(T0 + DAY))
    refused("redated", "The time exchanged after signing", redated, "cose-signature")
    refused("as-card", "Signed as a card", anna.sign("card", right.payload), "cose-typ")


def build(add: Add) -> None:
    """Add the vectors of headers."""
    case = Case(add)
    _headers(case)
    _fields(case)
    _places(case)
    _signers(case)
