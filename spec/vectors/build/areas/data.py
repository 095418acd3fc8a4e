"""Items: commitments, openings, and what remains when a value is erased."""

from collections.abc import Callable
from typing import Any, Final

from build.world import (
    T0,
    Party,
    Statement,
    histories,
    seed,
    some_cid,
    write,
)
from linkcontract.encoding import cid_text, encode, hash_of

Add = Callable[..., None]

SPEC: Final = "data, Items"
REL: Final = some_cid("relationship of data")
OTHER_REL: Final = some_cid("another relationship of data")

VALUES: Final = (
    ("vcard/fn", b"Anna Example"),
    ("vcard/email/home", b"anna@example.org"),
    ("vcard/note", b""),
)


def _salt(name: str) -> bytes:
    return seed(f"salt of item {name}")


def _path(rel: bytes, salt: bytes, path: str) -> bytes:
    return hash_of(["lc/path/1", rel, salt, path])


def _value(rel: bytes, salt: bytes, value: bytes) -> bytes:
    return hash_of(["lc/value/1", rel, salt, value])


def _items(rel: bytes = REL) -> list[list[bytes]]:
    return [
        [_path(rel, _salt(f"{path} path"), path), _value(rel, _salt(f"{path} value"), value)]
        for path, value in VALUES
    ]


def _opening(share: Statement, index: int) -> list[Any]:
    path, value = VALUES[index]
    return [share.cid, index, path, _salt(f"{path} path"), value, _salt(f"{path} value")]


class _Share:
    """A share of three values, and openings of it."""

    def __init__(self, add: Add) -> None:
        self.add = add
        self.anna = Party("anna", "directed")
        self.share = self.write("share", _items())

    def write(self, label: str, items: list[Any], rel: bytes = REL) -> Statement:
        body = {
            "thread": some_cid("thread"),
            "agreement": some_cid("agreement"),
            "purpose": "dpv:ServiceProvision",
            "items": items,
        }
        return write(label, self.anna, "share", body, at=T0, rel=rel, seq=2, prev=some_cid("prev"))

    def input(
        self, opening: list[Any], share: Statement | None = None, body: bool = True
    ) -> dict[str, Any]:
        return {
            "histories": histories(self.anna),
            "statement": (share or self.share).to_json(body),
            "opening": opening,
        }

    def right(self, index: int) -> list[Any]:
        return _opening(self.share, index)

    def but(self, of: int, /, **changes: Any) -> list[Any]:
        """The opening of an item with some parts replaced."""
        names = ("share", "index", "path", "path_salt", "value", "value_salt")
        row = dict(zip(names, self.right(of), strict=True)) | changes
        return list(row.values())

    def refused(self, name: str, comment: str, given: dict[str, Any], code: str) -> None:
        self.add(f"opening-{name}", comment, SPEC, "check-opening", given, error=code)


def _commit(add: Add) -> None:
    path, value = VALUES[0]
    given = {
        "rel": cid_text(REL),
        "path": path,
        "path_salt": _salt(f"{path} path"),
        "value": value,
        "value_salt": _salt(f"{path} value"),
    }
    p, c = _items()[0]
    add(
        "commit",
        "An item of a path and a value",
        SPEC,
        "commit",
        given,
        claims={"path": p, "value": c},
    )
    moved = {**given, "rel": cid_text(OTHER_REL)}
    p, c = _items(OTHER_REL)[0]
    add(
        "commit-other-relationship",
        "The same in another relationship: nobody sees that the values are equal",
        SPEC,
        "commit",
        moved,
        claims={"path": p, "value": c},
    )
    empty = {**given, "value": b""}
    add(
        "commit-empty",
        "A value of no bytes",
        SPEC,
        "commit",
        empty,
        claims={"value": _value(REL, _salt(f"{path} value"), b"")},
    )
    for name, comment, changes, code in (
        (
            "one-salt",
            "One salt for both: erasing the value would leave its salt",
            {"value_salt": given["path_salt"]},
            "field-conflict",
        ),
        ("salt-31", "A salt of 31 bytes", {"path_salt": bytes(31)}, "field-length"),
        (
            "salt-empty",
            "No salt: whoever holds the commitment can guess",
            {"value_salt": b""},
            "field-length",
        ),
        ("path-slash", "A path with a slash before it", {"path": "/vcard/fn"}, "field-text"),
        ("path-space", "A path with a space", {"path": "vcard/full name"}, "field-text"),
        ("value-too-large", "64 KiB and a byte", {"value": bytes(65537)}, "field-length"),
    ):
        add(f"commit-{name}", comment, SPEC, "commit", {**given, **changes}, error=code)


def _erased(s: _Share) -> None:
    """One share after values were erased: what is left still verifies."""
    for index, comment in (
        (0, "The first of three values"),
        (1, "The second: it verifies whether or not the first was erased, which it does not need"),
        (2, "The third, whose value has no bytes"),
    ):
        s.add(
            f"opening-{index}", comment, SPEC, "check-opening", s.input(s.right(index)), claims={}
        )
    header = {"envelope": s.share.envelope, "histories": histories(s.anna)}
    s.add(
        "erased-openings",
        "All values are erased: header and body still verify, and say how much was shared",
        "statements, Body records",
        "statement",
        {**header, "body": s.share.record},
        claims={"id": s.share.cid, "body_fault": None},
    )
    s.add(
        "erased-body",
        "The body is erased as well: the header still verifies",
        "statements, Header",
        "statement",
        header,
        claims={"id": s.share.cid, "body": None, "body_fault": None},
    )
    s.refused(
        "body-erased",
        "The body is erased: an opening shows nothing any more",
        s.input(s.right(0), body=False),
        "opening-share",
    )
    s.refused(
        "value-erased",
        "The value was erased and no bytes are shown in its place",
        s.input(s.but(0, value=b"")),
        "opening-value",
    )
    s.refused(
        "salt-erased",
        "The salt was erased with the value: the right value, guessed, is no opening",
        s.input(s.but(0, value_salt=bytes(32))),
        "opening-value",
    )


def _refused(s: _Share) -> None:
    other = s.write("other share", _items())
    s.refused(
        "other-share",
        "The opening names another share of the same items",
        s.input(s.but(0, share=other.cid)),
        "opening-share",
    )
    s.refused(
        "index-other", "The place of another item", s.input(s.but(0, index=1)), "opening-path"
    )
    s.refused(
        "index-beyond", "A place behind the last item", s.input(s.but(0, index=3)), "opening-index"
    )
    s.refused(
        "index-1024", "A place no body has room for", s.input(s.but(0, index=1024)), "field-range"
    )
    s.refused(
        "index-negative",
        "The last item, as some languages count",
        s.input(s.but(2, index=-1)),
        "field-range",
    )
    p, c = _salt("vcard/fn path"), _salt("vcard/fn value")
    s.refused(
        "salts-swapped",
        "The two salts swapped",
        s.input(s.but(0, path_salt=c, value_salt=p)),
        "opening-path",
    )
    s.refused("path-altered", "Another path", s.input(s.but(0, path="vcard/email")), "opening-path")
    s.refused(
        "path-capitals",
        "The path in other letters",
        s.input(s.but(0, path="vcard/FN")),
        "opening-path",
    )
    s.refused(
        "path-salt-other",
        "Another salt of the path",
        s.input(s.but(0, path_salt=seed("x"))),
        "opening-path",
    )
    s.refused(
        "value-altered", "Another value", s.input(s.but(0, value=b"Anne Example")), "opening-value"
    )
    s.refused(
        "value-longer",
        "A zero behind the value",
        s.input(s.but(0, value=b"Anna Example\x00")),
        "opening-value",
    )
    s.refused(
        "value-of-other",
        "Value and salt of another item",
        s.input(s.but(0, value=VALUES[1][1], value_salt=_salt("vcard/email/home value"))),
        "opening-value",
    )
    s.refused(
        "salt-31", "A salt of 31 bytes", s.input(s.but(0, value_salt=bytes(31))), "field-length"
    )
    s.refused(
        "value-too-large",
        "A value of 64 KiB and a byte",
        s.input(s.but(0, value=bytes(65537))),
        "field-length",
    )
    s.refused(
        "path-form",
        "A path with a slash behind it",
        s.input(s.but(0, path="vcard/fn/")),
        "field-text",
    )
    moved = s.write("moved share", _items(OTHER_REL))
    s.refused(
        "other-relationship",
        "Items that were committed to in another relationship",
        s.input(_opening(moved, 0), moved),
        "opening-path",
    )
    swapped = s.write("swapped", [[c, p] for p, c in _items()])
    s.refused(
        "item-swapped",
        "An item with its halves in the other order",
        s.input(_opening(swapped, 0), swapped),
        "opening-path",
    )
    unbound = [
        [
            _path(REL, _salt("vcard/fn path"), "vcard/fn"),
            hash_of(["lc/value/1", _salt("vcard/fn value"), b"Anna Example"]),
        ]
    ]
    loose = s.write("unbound", unbound)
    s.refused(
        "not-bound",
        "A value committed to without the relationship",
        s.input(_opening(loose, 0), loose),
        "opening-value",
    )
    relabelled = [
        [unbound[0][0], hash_of(["lc/path/1", REL, _salt("vcard/fn value"), b"Anna Example"])]
    ]
    label = s.write("relabelled", relabelled)
    s.refused(
        "label",
        "A value under the label of paths",
        s.input(_opening(label, 0), label),
        "opening-value",
    )
    text = [[unbound[0][0], hash_of(["lc/value/1", REL, _salt("vcard/fn value"), "Anna Example"])]]
    texts = s.write("text", text)
    s.refused(
        "value-as-text",
        "A value committed to as a text of the same bytes",
        s.input(_opening(texts, 0), texts),
        "opening-value",
    )
    bare = write("bare", s.anna, "ack", {}, at=T0, rel=REL, seq=2, prev=some_cid("prev"))
    s.refused(
        "no-items", "A statement without items", s.input(_opening(bare, 0), bare), "opening-index"
    )
    bad = s.write("bad", [[*_items()[0], b"third"]])
    s.refused(
        "bad-body",
        "The body is bound and has not its shape: it shows nothing",
        s.input(_opening(bad, 0), bad),
        "opening-share",
    )
    forged = [seed("x"), encode({**s.share.body, "items": [_items()[1]]})]
    given = s.input(s.right(0))
    given["statement"] = {"envelope": s.share.envelope, "body": forged}
    s.refused(
        "body-exchanged",
        "A body the header does not bind, with items that fit",
        given,
        "body-mismatch",
    )


def build(add: Add) -> None:
    """Add the vectors of the area data."""
    _commit(add)
    share = _Share(add)
    _erased(share)
    _refused(share)
