"""Invitation links."""

import base64
from collections.abc import Callable
from typing import Any, Final

from build.world import DAY, HOUR, MINUTE, T0, Party, seed
from linkcontract.encoding import encode, hash_of

Add = Callable[..., None]

SPEC: Final = "parties, Cards and links"
NOW: Final = T0 + HOUR
EXPIRY: Final = T0 + 30 * DAY
UNTIL: Final = "2026-01-31T00:00Z"
SECRET: Final = seed("invitation secret")
INV: Final = hash_of(["lc/inv-card/1", SECRET])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class _Links:
    def __init__(self, add: Add) -> None:
        self.add = add
        self.anna, self.shop = Party("anna", "directed"), Party("shop", "public")

    def parts(self, party: Party, **changes: Any) -> list[Any]:
        return [party.sign("card", party.card(**changes)), party.history]

    def link(self, parts: Any, secret: bytes | None = SECRET, until: str = UNTIL) -> str:
        fragment = "" if secret is None else "#" + _base64url(secret)
        return f"linkcontract:v1/{_base64url(encode(parts))}?until={until}{fragment}"

    def refused(self, name: str, comment: str, text: str, code: str, now: int = NOW) -> None:
        self.add(
            f"invitation-{name}",
            comment,
            SPEC,
            "invitation",
            {"text": text, "now": now},
            error=code,
        )


def _links(add: Add) -> None:
    k = _Links(add)
    secret = k.parts(k.anna, inv=INV)
    right = k.link(secret)
    many = k.parts(k.shop)
    for name, comment, text, claims in (
        ("directed", "A person invites one", right, {"party": k.anna.cid, "secret": SECRET}),
        (
            "public",
            "An organisation invites everybody",
            k.link(many, None),
            {"party": k.shop.cid, "secret": None},
        ),
        (
            "public-secret",
            "An organisation invites one",
            k.link(k.parts(k.shop, inv=INV)),
            {"secret": SECRET},
        ),
        (
            "rounded",
            "The date shown is the expiry rounded down to the minute",
            k.link(k.parts(k.anna, inv=INV, exp=EXPIRY + MINUTE - 1)),
            {"secret": SECRET},
        ),
        (
            "leap-day",
            "A leap day that 2100 does not have and 2000 had",
            k.link(k.parts(k.anna, inv=INV, exp=4107542400000), until="2100-03-01T00:00Z"),
            {"secret": SECRET},
        ),
    ):
        add(
            f"invitation-{name}",
            comment,
            SPEC,
            "invitation",
            {"text": text, "now": NOW},
            claims=claims,
        )
    rotated = Party("bert", "directed")
    rotated.rotate()
    add(
        "invitation-rotated",
        "The whole history is in the link",
        SPEC,
        "invitation",
        {"text": k.link(k.parts(rotated, inv=INV)), "now": NOW},
        claims={"party": rotated.cid},
    )
    _forms(k, right)
    k.refused(
        "no-secret", "The fragment was lost on the way", right.partition("#")[0], "link-secret"
    )
    k.refused("other-secret", "Another secret", k.link(secret, seed("other")), "link-secret")
    k.refused(
        "directed-for-many",
        "A person's invitation for everybody",
        k.link(k.parts(k.anna), None),
        "link-secret",
    )
    k.refused(
        "secret-without-inv",
        "A secret the card knows nothing of",
        k.link(k.parts(k.anna)),
        "link-secret",
    )
    k.refused(
        "public-secret-lost",
        "The fragment of an organisation's link was lost",
        k.link(k.parts(k.shop, inv=INV), None),
        "link-secret",
    )
    opened = hash_of(["lc/inv/1", SECRET, k.shop.id, k.anna.id])
    k.refused(
        "inv-of-open",
        "The commitment of an open in the card",
        k.link(k.parts(k.anna, inv=opened)),
        "link-secret",
    )
    for name, comment, until in (
        ("later", "The date shown is a day later", "2026-02-01T00:00Z"),
        ("minute", "The date shown is a minute later", "2026-01-31T00:01Z"),
        ("rounded-up", "24:00 of the day before is the same moment", "2026-01-30T24:00Z"),
    ):
        k.refused(f"until-{name}", comment, k.link(secret, until=until), "link-expiry")
    k.refused("expired", "Shown and signed, and past", right, "card-expired", now=EXPIRY)
    _contents(k, secret)


def _forms(k: _Links, right: str) -> None:
    head, _, fragment = right.partition("#")
    blob = head.removeprefix("linkcontract:v1/").partition("?")[0]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other_end = fragment[:-1] + letters[letters.index(fragment[-1]) + 1]
    for name, comment, text in (
        ("scheme", "The scheme in capital letters", "LINKCONTRACT" + right[12:]),
        ("version", "Another version", right.replace(":v1/", ":v2/")),
        ("slashes", "Two slashes, as most schemes have", right.replace(":v1/", "://v1/")),
        ("no-until", "No expiry in sight", f"linkcontract:v1/{blob}#{fragment}"),
        ("seconds", "An expiry with seconds", right.replace("T00:00Z", "T00:00:00Z")),
        (
            "digits",
            "Digits of another script, which some patterns take for digits",
            right.replace("until=2026", "until=２０２６"),
        ),
        ("offset", "An expiry in another zone", right.replace("T00:00Z", "T00:00+00:00")),
        ("padded", "base64 with padding", f"{head}#{fragment}="),
        (
            "second-spelling",
            "Bits behind the end that are not zero: a second spelling of the secret",
            f"{head}#{other_end}",
        ),
        ("base64", "base64 with the other two characters", right.replace("-", "+", 1)),
        ("fragment-empty", "A fragment of no characters", head + "#"),
        ("fragment-42", "A secret of 42 characters", right[:-1]),
        ("space", "A space before it", " " + right),
        (
            "line-feed",
            "A line feed behind it, which an anchor at the end of a line lets pass",
            right + "\n",
        ),
        ("parameter", "A further parameter", right.replace("#", "&x=1#")),
        ("empty", "Nothing between", right.replace(blob, "")),
        (
            "one-too-many",
            "A number of characters that base64 never has",
            right.replace(blob, blob + "A" * (5 - len(blob) % 4)),
        ),
        ("too-long", "More than 48 KiB of characters", right.replace(blob, "A" * 49152)),
    ):
        k.refused(name, comment, text, "link-form")


def _contents(k: _Links, parts: list[Any]) -> None:
    card, history = parts
    for name, comment, given, code in (
        ("no-history", "A card without its history", [card, []], "field-length"),
        ("third-part", "Something beside card and history", [card, history, 1], "field-length"),
        ("card-alone", "The card and no array", card, "field-kind"),
        ("events-bare", "The events beside the card", [card, *history], "field-kind"),
        ("other-history", "The history of another party", [card, k.shop.history], "cose-key"),
        (
            "tampered",
            "An altered address",
            [card.replace(b"//anna", b"//anne"), history],
            "cose-signature",
        ),
        (
            "old-key",
            "A card under a key that the history shows rotated out",
            [card, [*history, k.anna.event().envelope]],
            "card-signer",
        ),
    ):
        k.refused(name, comment, k.link(given), code)
    trailing = _base64url(encode(parts) + b"\x00")
    k.refused(
        "trailing",
        "A byte behind the array",
        f"linkcontract:v1/{trailing}?until={UNTIL}#{_base64url(SECRET)}",
        "cbor-trailing",
    )


def build(add: Add) -> None:
    """Add the vectors of links."""
    _links(add)
