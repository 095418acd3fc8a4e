"""Items as large as they may be and of no bytes, and keys that are named otherwise."""

from collections.abc import Callable
from typing import Any, Final

from build.areas.session import Session
from build.bodies import shown
from build.world import seed, some_cid
from linkcontract.encoding import encode

Add = Callable[..., None]

FRAMES: Final = "session, Frames"


def build(add: Add) -> None:
    """The vectors of this module."""
    s = Session(add)
    items: tuple[tuple[str, str, list[Any]], ...] = (
        ("stmt-4288", "An envelope as long as one can be", ["stmt", bytes(4288)]),
        ("kel-1216", "A key event as long as one can be", ["kel", bytes(1216)]),
        ("stmt-1", "An envelope of one byte", ["stmt", b"\x00"]),
        ("want-first", "The first statement alone", ["want", s.shop.id, 0, 0]),
        (
            "opening-last-index",
            "The last index there is, of a value of no bytes",
            ["opening", some_cid("share"), 1023, "a", seed("a"), b"", seed("b")],
        ),
        (
            "body-largest",
            "A body as long as one can be. Careless: the bound is one of the record",
            ["body", [seed("salt"), bytes(65536)]],
        ),
    )
    for name, comment, item in items:
        sealed = s.seal(encode(s.frame([item])))
        add(
            f"receive-{name}",
            f"{comment}: a frame says nothing about what its items hold.",
            FRAMES,
            "receive",
            s.input(sealed),
            claims={"items": [shown(item)]},
        )
    for name, comment, item in (
        ("stmt-empty", "An envelope of no bytes", ["stmt", b""]),
        ("kel-empty", "A key event of no bytes", ["kel", b""]),
        ("body-65537", "A body one byte too long", ["body", [seed("salt"), bytes(65537)]]),
        ("want-three", "A range without its end", ["want", s.shop.id, 3]),
        (
            "want-more",
            "A range with a step",
            ["want", s.shop.id, 3, 7, 2],
        ),
    ):
        add(
            f"receive-{name}",
            f"{comment}. Careless: items are checked where they are used.",
            FRAMES,
            "receive",
            s.input(s.seal(encode(s.frame([item])))),
            error="field-length",
        )
