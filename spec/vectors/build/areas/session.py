"""Frames: what is inside a seal, and who it is for."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from build.bodies import ABSENT, shown
from build.raw import Seal, padded
from build.story import Story
from build.world import DAY, T0, Party, prekey, seed, some_cid
from linkcontract.crypto.hkdf import hkdf
from linkcontract.encoding import cid_text, encode

Add = Callable[..., None]

FRAMES: Final = "session, Frames"
OPENING: Final = "session, Opening"
REPLAYS: Final = "session, Replays"
NOW: Final = T0 + DAY


class Session:
    """Anna and a shop after their join, the shop being the one who receives."""

    def __init__(self, add: Add) -> None:
        self.add = add
        self.anna, self.shop = Party("anna", "directed"), Party("shop", "public")
        self.story = Story(self.anna, self.shop)
        self.rel = self.story.rel
        self.psk = hkdf(self.rel, self.anna.half + self.shop.half, b"lc/psk/1", 32)
        self.prekey = self.shop.prekey()
        self.ack = self.story.opener.write("ack", "ack", {})

    def frame(self, items: list[Any], **changes: Any) -> dict[str, Any]:
        fields = {
            "to": self.shop.id,
            "from": self.anna.id,
            "rel": self.rel,
            "n": seed("n")[:16],
            "at": NOW,
            "items": items,
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not ABSENT}

    def seal(self, frame: bytes, **changes: Any) -> bytes:
        size = next(kib * 1024 for kib in (1, 4, 16, 64, 256) if kib * 1024 >= len(frame) + 4)
        right = Seal(
            self.prekey.pk, self.prekey.id, seed("ephemeral"), padded(frame, size), self.psk
        )
        return right.but(**changes).sealed()

    def input(self, sealed: bytes, **changes: Any) -> dict[str, Any]:
        return {
            "sealed": sealed,
            "me": self.shop.cid,
            "peer": self.anna.cid,
            "rel": cid_text(self.rel),
            "prekey": {"id": self.prekey.id, "secret": self.prekey.secret},
            "psk": self.psk,
            "taken": [],
            "now": NOW,
            **changes,
        }

    def items(self) -> dict[str, list[Any]]:
        """One right item of each kind."""
        head = sorted([self.ack.head, self.story.join.head])
        value = [some_cid("share"), 0, "vcard/fn", seed("a"), b"Anna", seed("b")]
        return {
            "stmt": ["stmt", self.ack.envelope],
            "body": ["body", self.ack.record],
            "kel": ["kel", self.anna.inception.envelope],
            "opening": ["opening", *value],
            "heads": ["heads", head],
            "want": ["want", self.shop.id, 3, 7],
            "prekey": ["prekey", prekey("in a frame").to_value()],
            "ping": ["ping", seed("token")[:16]],
            "pong": ["pong", seed("token")[:16]],
        }

    def taken(
        self,
        name: str,
        comment: str,
        items: list[Any],
        *,
        requests: bool = True,
        spec: str = FRAMES,
        given: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        frame = self.frame(items, **changes)
        claims = {"n": frame["n"], "at": frame["at"], "items": shown(items), "requests": requests}
        asked = self.input(self.seal(encode(frame)), **(given or {}))
        self.add(f"receive-{name}", comment, spec, "receive", asked, claims=claims)

    def refused(
        self,
        name: str,
        comment: str,
        code: str,
        items: Any = None,
        *,
        spec: str = FRAMES,
        given: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        frame = self.frame([self.items()["ping"]] if items is None else items, **changes)
        asked = self.input(self.seal(encode(frame)), **(given or {}))
        self.add(f"receive-{name}", comment, spec, "receive", asked, error=code)


def _taken(s: Session) -> None:
    items = s.items()
    for kind, item in items.items():
        s.taken(kind, f"A frame with one {kind}", [item])
    s.taken("nothing", "A frame with no items", [])
    s.taken(
        "everything",
        "One item of each kind, in the order in which they are taken",
        list(items.values()),
    )
    twice = [items["stmt"], items["stmt"]]
    s.taken("twice", "A statement twice is no error", twice)
    s.taken("want-one", "From and to are both included", [["want", s.shop.id, 3, 3]])
    s.taken("heads-empty", "No heads yet", [["heads", []]])
    s.taken("heads-64", "As many heads as an item names", [["heads", sorted(heads_of(64))]])
    many = [["ping", n.to_bytes(16, "big")] for n in range(2048)]
    s.add(
        "receive-2048",
        "As many items as a frame may have",
        FRAMES,
        "receive",
        s.input(s.seal(encode(s.frame(many)))),
        claims=lambda output: len(output["items"]) == 2048,
    )
    s.refused("2049", "One item more", "frame-items", [*many, many[0]])


def heads_of(count: int) -> list[list[Any]]:
    return [[some_cid(f"writer {n}"), n, some_cid(f"head {n}")] for n in range(count)]


def _addressed(s: Session) -> None:
    bert = Party("bert", "public")
    s.refused(
        "to-other",
        "Sealed on: whoever could open a frame sealed its content to somebody else",
        "frame-not-for-me",
        to=bert.id,
    )
    s.refused("to-sender", "To the one who sent it", "frame-not-for-me", to=s.anna.id)
    s.refused(
        "from-other",
        "From somebody else than the peer of this key",
        "frame-sender",
        **{"from": bert.id},
    )
    s.refused(
        "from-me", "A frame in the receiver's own name", "frame-sender", **{"from": s.shop.id}
    )
    s.refused(
        "other-relationship",
        "A frame of another relationship of the two",
        "frame-relationship",
        rel=some_cid("other"),
    )
    s.refused(
        "reflected",
        "The receiver's own frame comes back",
        "frame-not-for-me",
        to=s.anna.id,
        **{"from": s.shop.id},
    )


def _sealed(s: Session) -> None:
    frame = encode(s.frame([s.items()["ping"]]))

    def refused(name: str, comment: str, code: str, sealed: bytes, **given: Any) -> None:
        s.add(f"receive-{name}", comment, FRAMES, "receive", s.input(sealed, **given), error=code)

    other = prekey("not held")
    refused(
        "prekey-unknown",
        "Sealed to a prekey that was destroyed, or never was",
        "frame-prekey",
        s.seal(frame, recipient=other.pk, prekey_id=other.id),
    )
    refused(
        "other-psk",
        "Sealed with the key of another relationship",
        "seal-open",
        s.seal(frame, psk=seed("other")),
    )
    half = hkdf(s.rel, s.shop.half + s.anna.half, b"lc/psk/1", 32)
    refused(
        "halves-swapped",
        "The halves of the shared key in the other order",
        "seal-open",
        s.seal(frame, psk=half),
    )
    refused(
        "base-mode",
        "A frame in base mode where a key is shared: anybody who knows the prekey made it",
        "frame-mode",
        s.seal(frame, psk=None),
    )
    refused(
        "psk-before-join",
        "A frame in PSK mode where no key is shared yet",
        "frame-mode",
        s.seal(frame),
        psk=None,
    )
    refused(
        "padding",
        "A byte behind the frame",
        "seal-padding",
        s.seal(frame, padded=padded(frame, fill=b"\x01")),
    )
    sealed = s.seal(frame)
    refused("altered", "One bit", "seal-open", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    trailing = s.seal(frame + b"\x00")
    refused("trailing", "A zero behind the map, counted to the frame", "cbor-trailing", trailing)
    refused("empty", "A frame of no bytes", "cbor-truncated", s.seal(b""))


def _replayed(s: Session) -> None:
    items = list(s.items().values())
    number = seed("n")[:16]
    s.refused(
        "repeated",
        "The number was taken: a relay sends the frame again",
        "frame-repeated",
        given={"taken": [seed("m")[:16], number]},
        spec=REPLAYS,
    )
    s.taken(
        "not-repeated",
        "Other numbers were taken",
        items,
        given={"taken": [seed("m")[:16]]},
        spec=REPLAYS,
    )
    for name, comment, at, requests in (
        ("day-old", "Exactly 24 hours old", NOW - DAY, True),
        (
            "stale",
            "A millisecond more: its statements are taken, its requests are not",
            NOW - DAY - 1,
            False,
        ),
        ("stale-weeks", "Weeks under way", T0 - 30 * DAY, False),
        ("day-ahead", "Exactly 24 hours ahead", NOW + DAY, True),
        (
            "ahead",
            "From the future: it could be repeated after its number was forgotten",
            NOW + DAY + 1,
            False,
        ),
    ):
        s.taken(name, comment, items, requests=requests, at=at, spec=REPLAYS)


def _base(s: Session) -> None:
    """Frames that bring a join, or what claims to."""
    anna, shop = s.anna, s.shop
    held = anna.prekey()
    back = {
        "me": anna.cid,
        "peer": shop.cid,
        "psk": None,
        "prekey": {"id": held.id, "secret": held.secret},
    }
    join = [
        ["kel", shop.inception.envelope],
        ["stmt", s.story.join.envelope],
        ["body", s.story.join.record],
        ["psk", shop.half],
    ]

    def seal(items: list[Any]) -> bytes:
        frame = s.frame(items, to=anna.id, **{"from": shop.id})
        return s.seal(encode(frame), recipient=held.pk, prekey_id=held.id, psk=None)

    s.add(
        "receive-join",
        "The frame that brings the join is in base mode, and to the opener",
        OPENING,
        "receive",
        s.input(seal(join), **back),
        claims={"items": shown(join), "requests": True},
    )
    for name, comment, items in (
        ("ping", "A ping before a key is shared: anybody can ask", [*join, s.items()["ping"]]),
        ("heads", "Heads before a key is shared", [*join, s.items()["heads"]]),
        (
            "opening",
            "Data that is sealed in base mode could be from anybody",
            [*join, s.items()["opening"]],
        ),
        (
            "prekey",
            "A prekey before a key is shared: who seals to it?",
            [*join, s.items()["prekey"]],
        ),
    ):
        s.add(
            f"receive-base-{name}",
            comment,
            OPENING,
            "receive",
            s.input(seal(items), **back),
            error="frame-place",
        )
    sealed_on = s.frame(join, to=Party("bert", "directed").id, **{"from": shop.id})
    given = s.seal(encode(sealed_on), recipient=held.pk, prekey_id=held.id, psk=None)
    s.add(
        "receive-join-for-other",
        "A join that was sealed on",
        OPENING,
        "receive",
        s.input(given, **back),
        error="frame-not-for-me",
    )
    s.refused(
        "psk",
        "Half of a key after the join: a peer does not change the key",
        "frame-place",
        [["psk", anna.half]],
    )


def build(add: Add) -> None:
    """Add the vectors of what a receiver does with a frame."""
    session = Session(add)
    _taken(session)
    _addressed(session)
    _sealed(session)
    _replayed(session)
    _base(session)
