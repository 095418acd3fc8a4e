"""Contact cards."""

from collections.abc import Callable
from typing import Any, Final

from build.world import DAY, HOUR, T0, Party, seed
from linkcontract.crypto.cose import sign1
from linkcontract.encoding import cid_of, cid_text, encode, hash_of

Add = Callable[..., None]

SPEC: Final = "parties, Cards and links"
ADDRESSES: Final = "parties, Addresses"
NOW: Final = T0 + HOUR
EXPIRY: Final = T0 + 30 * DAY
SECRET: Final = seed("invitation secret")
INV: Final = hash_of(["lc/inv-card/1", SECRET])


class Cards:
    def __init__(self, add: Add) -> None:
        self.add = add
        self.shop = Party("shop", "public")

    def input(self, envelope: bytes, now: int = NOW, **more: Any) -> dict[str, Any]:
        return {"envelope": envelope, "history": self.shop.history, "now": now, **more}

    def signed(self, **changes: Any) -> bytes:
        return self.shop.sign("card", self.shop.card(**changes))

    def taken(
        self, name: str, comment: str, claims: Any, *, now: int = NOW, **changes: Any
    ) -> None:
        self.add(
            f"card-{name}",
            comment,
            SPEC,
            "card",
            self.input(self.signed(**changes), now),
            claims=claims,
        )

    def refused(
        self,
        name: str,
        comment: str,
        code: str,
        *,
        now: int = NOW,
        spec: str = SPEC,
        **changes: Any,
    ) -> None:
        self.add(
            f"card-{name}",
            comment,
            spec,
            "card",
            self.input(self.signed(**changes), now),
            error=code,
        )


def _taken(c: Cards) -> None:
    payload = c.shop.card()
    prekey = c.shop.prekey()
    c.taken(
        "plain",
        "A card with nothing optional in it",
        {
            "id": cid_text(cid_of(payload)),
            "party": c.shop.cid,
            "kel": c.shop.cid,
            "seq": 1,
            "iat": T0,
            "exp": EXPIRY,
            "prekey": {"id": prekey.id, "pk": prekey.pk, "not_after": prekey.not_after},
            "addresses": ["https://shop.example/lc"],
            "domains": [],
            "inv": None,
        },
    )
    attest = [{"type": "example", "bytes": b"anything", "more": [1, None]}]
    c.taken(
        "full",
        "Everything optional, a field and an attestation with a field nobody knows: cards are open",
        {"domains": ["shop.example", "xn--bcher-kva.example"], "inv": INV},
        domains=["shop.example", "xn--bcher-kva.example"],
        inv=INV,
        attest=attest,
        later={"any": "thing"},
    )
    c.taken("last-moment", "A millisecond before it expires", {"exp": EXPIRY}, now=EXPIRY - 1)
    c.taken(
        "from-the-future",
        "Issued later than the reader's clock says",
        {"iat": T0 + DAY},
        iat=T0 + DAY,
    )
    c.taken("no-addresses", "Reached some other way", {"addresses": []}, addresses=[])
    last = 253402300799999
    c.taken("last-date", "The last expiry a link can show", {"exp": last}, exp=last)
    card = c.signed(seq=2)
    for name, comment, seen in (
        ("newer", "It replaces the card that was seen", c.signed(seq=1)),
        ("same", "The same card once more is no error", card),
    ):
        c.add(
            f"card-seen-{name}", comment, SPEC, "card", c.input(card, seen=seen), claims={"seq": 2}
        )
    for name, comment, seen in (
        (
            "older",
            "A newer card was seen: an old one leads back to an old key or address",
            c.signed(seq=3),
        ),
        ("same-seq", "Another card with the same number", c.signed(seq=2, addresses=[])),
        (
            "reissued",
            "Dated later, numbered lower: the number counts",
            c.signed(seq=3, iat=T0 - DAY),
        ),
    ):
        c.add(
            f"card-seen-{name}", comment, SPEC, "card", c.input(card, seen=seen), error="card-older"
        )


def _signers(c: Cards) -> None:
    rotated = Party("shop", "public")
    live = rotated.rotate()

    def card(event: Any, kel: bytes, party: bytes = rotated.id, **changes: Any) -> dict[str, Any]:
        payload = rotated.card(kel=kel, party=party, **changes)
        return {
            "envelope": rotated.sign("card", payload, event),
            "history": rotated.history,
            "now": NOW,
        }

    def refused(name: str, comment: str, given: dict[str, Any], code: str) -> None:
        c.add(f"card-{name}", comment, SPEC, "card", given, error=code)

    c.add(
        "card-rotated",
        "Signed under the newest key event",
        SPEC,
        "card",
        card(live, live.id),
        claims={"kel": live.cid},
    )
    start = rotated.inception
    refused(
        "old-key",
        "Signed under an event that another follows: the old key may be stolen",
        card(start, start.id),
        "card-signer",
    )
    refused(
        "kel-differs",
        "The kid is the newest event, the card names the one before",
        card(live, start.id),
        "card-signer",
    )
    refused(
        "kel-newest",
        "The kid is an old event, the card names the newest",
        card(start, live.id),
        "card-signer",
    )
    other = Party("anna", "directed")
    refused(
        "other-party",
        "The card of another party, signed with this one's key",
        card(live, live.id, other.id),
        "card-signer",
    )
    foreign = {"envelope": other.sign("card", other.card()), "history": rotated.history, "now": NOW}
    refused("of-other", "The card of somebody else", foreign, "cose-key")
    branch = rotated.rotate(start, "other")
    c.add(
        "card-parted",
        "Of a parted history both heads are heads",
        SPEC,
        "card",
        card(branch, branch.id),
        claims={"kel": branch.cid},
    )
    signed = c.signed()
    tampered = signed.replace(b"https://shop.example/lc", b"https://shop.examp1e/lc")
    refused("tampered", "Another address in a signed card", c.input(tampered), "cose-signature")
    as_statement = c.shop.sign("stmt", c.shop.card())
    refused("as-statement", "Signed as a statement", c.input(as_statement), "cose-typ")
    refused(
        "of-self",
        "Signed as a key event under its own id",
        c.input(sign1(start.key, start.id, "kel", c.shop.card())),
        "cose-typ",
    )


def _times(c: Cards) -> None:
    c.refused("expired", "At the moment of its expiry", "card-expired", now=EXPIRY)
    c.refused("expired-long-ago", "A year later", "card-expired", now=EXPIRY + 365 * DAY)
    c.refused("never-valid", "It expires when it is issued", "card-expired", iat=EXPIRY)
    c.refused("exp-year-10000", "An expiry a link cannot show", "field-range", exp=253402300800000)
    c.refused("exp-negative", "Before 1970", "field-range", exp=-1)
    c.refused("iat-text", "A date as a text", "field-kind", iat="2026-01-01")


def _fields(c: Cards) -> None:
    prekey = c.shop.prekey().to_value()
    high = (2**255 - 19).to_bytes(32, "little")
    top = prekey["pk"][:31] + bytes([prekey["pk"][31] | 0x80])
    rows: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("version", "Another version", "field-choice", {"v": 2}),
        ("no-prekey", "Nothing to seal to", "field-missing", {"prekey": None}),
        ("party-key", "The party by its key", "field-cid", {"party": c.shop.inception.key.public}),
        ("seq-negative", "A negative number", "field-range", {"seq": -1}),
        (
            "prekey-zero",
            "A prekey of 32 zeros",
            "field-range",
            {"prekey": {**prekey, "pk": bytes(32)}},
        ),
        (
            "prekey-high",
            "A prekey that is not reduced",
            "field-range",
            {"prekey": {**prekey, "pk": high}},
        ),
        (
            "prekey-top-bit",
            "A second form of the right prekey",
            "field-range",
            {"prekey": {**prekey, "pk": top}},
        ),
        (
            "prekey-31",
            "A prekey of 31 bytes",
            "field-length",
            {"prekey": {**prekey, "pk": prekey["pk"][1:]}},
        ),
        (
            "prekey-id-32",
            "An id of 32 bytes",
            "field-length",
            {"prekey": {**prekey, "id": bytes(32)}},
        ),
        (
            "prekey-more",
            "A prekey is a closed map in an open one",
            "field-unknown",
            {"prekey": {**prekey, "suite": 1}},
        ),
        ("inv-31", "A commitment of 31 bytes", "field-length", {"inv": INV[1:]}),
        ("domains-empty", "An empty array in place of none", "field-length", {"domains": []}),
        (
            "domains-17",
            "Seventeen domains",
            "field-length",
            {"domains": [f"d{n}.example" for n in range(17)]},
        ),
        (
            "domains-twice",
            "One domain twice",
            "field-order",
            {"domains": ["a.example", "a.example"]},
        ),
        (
            "domain-capitals",
            "Capital letters: a second spelling",
            "field-text",
            {"domains": ["Shop.example"]},
        ),
        (
            "domain-single",
            "One label, which is no name on the internet",
            "field-text",
            {"domains": ["localhost"]},
        ),
        (
            "domain-line-feed",
            "A line feed behind it, which an anchor at the end of a line lets pass",
            "field-text",
            {"domains": ["shop.example\n"]},
        ),
        ("domain-dot", "A dot at the end", "field-text", {"domains": ["shop.example."]}),
        (
            "domain-hyphen",
            "A label that ends with a hyphen",
            "field-text",
            {"domains": ["shop-.example"]},
        ),
        (
            "domain-letters",
            "Letters outside ASCII; they have an ASCII form",
            "field-text",
            {"domains": ["bücher.example"]},
        ),
        ("domain-number", "An IP address is no name", "field-text", {"domains": ["192.0.2.1"]}),
        (
            "domain-64",
            "A label of 64 characters",
            "field-text",
            {"domains": ["a" * 64 + ".example"]},
        ),
        (
            "attest-no-bytes",
            "An attestation without its bytes",
            "field-missing",
            {"attest": [{"type": "example"}]},
        ),
        ("attest-empty", "An empty array in place of none", "field-length", {"attest": []}),
    )
    for name, comment, code, changes in rows:
        c.refused(name, comment, code, **changes)
    nothing = encode({"v": 1})
    c.add(
        "card-nothing",
        "Only a version",
        SPEC,
        "card",
        c.input(c.shop.sign("card", nothing)),
        error="field-missing",
    )
    listed = encode([1, 2])
    c.add(
        "card-array",
        "An array",
        SPEC,
        "card",
        c.input(c.shop.sign("card", listed)),
        error="field-kind",
    )
    c.add(
        "card-too-large",
        "A payload of more than 8 KiB",
        "limits, Constants",
        "card",
        c.input(c.signed(later=bytes(8192))),
        error="cose-too-large",
    )


def build(add: Add) -> None:
    """Add the vectors of cards."""
    cards = Cards(add)
    _taken(cards)
    _signers(cards)
    _times(cards)
    _fields(cards)
