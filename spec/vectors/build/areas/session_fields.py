"""The fields of frames and of their items."""

from collections.abc import Callable
from typing import Any, Final

from build.areas.session import Session, heads_of
from build.bodies import ABSENT, shown
from build.world import T0, some_cid, write
from linkcontract.encoding import encode

Add = Callable[..., None]

FRAMES: Final = "session, Frames"


def _fields(s: Session) -> None:
    items = s.items()
    large = write("large", s.anna, "ack", {}, at=T0, rel=s.rel).envelope
    rows: tuple[tuple[str, str, str, Any, dict[str, Any]], ...] = (
        (
            "item-unknown",
            "A kind of item nobody defined: whoever skips it and whoever does not differ",
            "frame-item",
            [["chunk", b"x"]],
            {},
        ),
        (
            "item-unknown-last",
            "Behind items everybody knows",
            "frame-item",
            [items["stmt"], ["seal", b"x"]],
            {},
        ),
        (
            "item-capitals",
            "A kind in capital letters",
            "frame-item",
            [["PING", items["ping"][1]]],
            {},
        ),
        (
            "item-of-objects",
            "A kind that is a member of every object in some languages",
            "frame-item",
            [["constructor", b"x"]],
            {},
        ),
        ("item-empty", "An item without a kind", "field-kind", [[]], {}),
        ("item-text", "An item that is no array", "field-kind", ["ping"], {}),
        ("item-integer", "A kind by its number", "field-kind", [[1, b"x"]], {}),
        ("stmt-two", "Two envelopes in an item", "field-length", [["stmt", large, large]], {}),
        ("stmt-text", "An envelope as a text", "field-kind", [["stmt", "envelope"]], {}),
        ("stmt-4289", "An envelope no header needs", "field-length", [["stmt", bytes(4289)]], {}),
        ("kel-1217", "A key event no history has", "field-length", [["kel", bytes(1217)]], {}),
        ("body-bare", "A body without its salt", "field-kind", [["body", b"\xa0"]], {}),
        (
            "body-salt-16",
            "A salt of 16 bytes",
            "field-length",
            [["body", [bytes(16), b"\xa0"]]],
            {},
        ),
        ("body-empty", "A body of no bytes", "field-length", [["body", [bytes(32), b""]]], {}),
        (
            "opening-index",
            "An index beyond any body",
            "field-range",
            [["opening", some_cid("s"), 1024, "a", bytes(32), b"", bytes(32)]],
            {},
        ),
        (
            "opening-short",
            "An opening without its salt",
            "field-length",
            [items["opening"][:-1]],
            {},
        ),
        (
            "heads-unsorted",
            "Heads in another order",
            "field-order",
            [["heads", sorted(heads_of(2))[::-1]]],
            {},
        ),
        ("heads-twice", "A head twice", "field-order", [["heads", heads_of(1) * 2]], {}),
        ("heads-65", "Sixty-five heads", "field-length", [["heads", sorted(heads_of(65))]], {}),
        ("want-backwards", "From 7 to 3", "field-range", [["want", s.shop.id, 7, 3]], {}),
        ("want-negative", "From before the first", "field-range", [["want", s.shop.id, -1, 3]], {}),
        ("ping-15", "A token of 15 bytes", "field-length", [["ping", bytes(15)]], {}),
        (
            "prekey-zero",
            "A prekey of 32 zeros",
            "field-range",
            [["prekey", {**items["prekey"][1], "pk": bytes(32)}]],
            {},
        ),
        ("n-8", "A number of 8 bytes", "field-length", None, {"n": bytes(8)}),
        ("at-negative", "A time before 1970", "field-range", None, {"at": -1}),
        (
            "rel-null",
            "No relationship, as in the header of an open",
            "field-kind",
            None,
            {"rel": None},
        ),
        ("no-n", "No number: it could be repeated for ever", "field-missing", None, {"n": ABSENT}),
        ("more", "A field nobody knows", "field-unknown", None, {"v": 1}),
        ("items-map", "Items as a map", "field-kind", {"ping": items["ping"][1]}, {}),
    )
    for name, comment, code, given, changes in rows:
        s.refused(name, comment, code, given, **changes)
        frame = s.frame([items["ping"]] if given is None else given, **changes)
        if name in ("item-unknown", "heads-twice", "more"):
            s.add(
                f"read-{name}",
                comment,
                FRAMES,
                "read",
                {"kind": "frame", "bytes": encode(frame)},
                error=code,
            )
    right = s.frame(list(items.values()))
    s.add(
        "read-frame",
        "A frame by itself",
        FRAMES,
        "read",
        {"kind": "frame", "bytes": encode(right)},
        claims={"value": shown(right)},
    )


def build(add: Add) -> None:
    """Add the vectors of the form of frames."""
    _fields(Session(add))
