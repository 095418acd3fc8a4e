"""Items as large as they may be and of no bytes, and keys that are named otherwise."""

from collections.abc import Callable
from typing import Any, Final

from build.areas.session import Session
from build.bodies import shown
from build.world import seed, some_cid
from linkcontract.crypto.x25519 import x25519_public
from linkcontract.encoding import encode, hash_of

Add = Callable[..., None]

FRAMES: Final = "session, Frames"
SIGNAL: Final = "session, Signal"


def _by_signal(s: Session) -> None:
    """A frame to the signal key, which outlives every prekey."""
    public = x25519_public(s.shop.signal)
    name = hash_of(["lc/signal/1", public])[:16]
    items = s.items()

    def asked(given: list[Any], prekey_id: bytes = name) -> dict[str, Any]:
        sealed = s.seal(encode(s.frame(given)), recipient=public, prekey_id=prekey_id)
        return s.input(sealed, prekey={"id": prekey_id, "secret": s.shop.signal})

    taken = [items["heads"], items["prekey"], items["stmt"]]
    s.add(
        "receive-signal",
        "A frame to the signal key with all it may carry. Careless: it is no prekey.",
        SIGNAL,
        "receive",
        asked(taken),
        claims={"items": [shown(item) for item in taken]},
    )
    for kind in ("body", "kel", "opening", "want", "ping", "pong"):
        s.add(
            f"receive-signal-{kind}",
            f"A frame to the signal key with an item of the kind {kind}. Careless: a key is a key,"
            " and what is sealed to the one that lasts is there for whoever steals it.",
            SIGNAL,
            "receive",
            asked([items["heads"], items[kind]]),
            error="frame-place",
        )
    s.add(
        "receive-signal-secret-under-another-name",
        "The secret of the signal key under the id of a prekey. The id is what says which it is.",
        SIGNAL,
        "receive",
        asked([items["ping"]], s.prekey.id),
        claims={"items": [shown(items["ping"])]},
    )


def build(add: Add) -> None:
    """The vectors of this module."""
    s = Session(add)
    _by_signal(s)
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
