"""Contact cards and invitation links."""

import base64
from collections.abc import Callable
from typing import Any, Final

from build.world import DAY, HOUR, MINUTE, T0, Party, seed
from linkcontract.crypto.cose import sign1
from linkcontract.encoding import cid_of, cid_text, encode, hash_of

Add = Callable[..., None]

SPEC: Final = "parties, Cards and links"
ADDRESSES: Final = "parties, Addresses"
NOW: Final = T0 + HOUR
EXPIRY: Final = T0 + 30 * DAY
UNTIL: Final = "2026-01-31T00:00Z"
SECRET: Final = seed("invitation secret")
INV: Final = hash_of(["lc/inv-card/1", SECRET])


class _Cards:
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


def _taken(c: _Cards) -> None:
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


def _signers(c: _Cards) -> None:
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


def _times(c: _Cards) -> None:
    c.refused("expired", "At the moment of its expiry", "card-expired", now=EXPIRY)
    c.refused("expired-long-ago", "A year later", "card-expired", now=EXPIRY + 365 * DAY)
    c.refused("never-valid", "It expires when it is issued", "card-expired", iat=EXPIRY)
    c.refused("exp-year-10000", "An expiry a link cannot show", "field-range", exp=253402300800000)
    c.refused("exp-negative", "Before 1970", "field-range", exp=-1)
    c.refused("iat-text", "A date as a text", "field-kind", iat="2026-01-01")


def _fields(c: _Cards) -> None:
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


def _addresses(c: _Cards) -> None:
    long = "https://shop.example/"
    for name, comment, address in (
        ("longest", "256 characters", long + "a" * (256 - len(long))),
        (
            "onion",
            "Another scheme: whether a node goes there is its own affair",
            "onion+http://abc.example:80/x",
        ),
        (
            "private",
            "A private address has the form; no node connects there",
            "http://192.168.0.1/",
        ),
    ):
        c.add(
            f"address-{name}",
            comment,
            ADDRESSES,
            "card",
            c.input(c.signed(addresses=[address])),
            claims={"addresses": [address]},
        )
    four = [f"https://{n}.example" for n in range(4)]
    c.taken("addresses-4", "Four addresses", {"addresses": four}, addresses=four)
    rows: tuple[tuple[str, str, str, list[Any]], ...] = (
        ("257", "257 characters", "field-length", [long + "a" * (257 - len(long))]),
        ("empty", "No character", "field-length", [""]),
        ("no-scheme", "No scheme: relative to what?", "field-text", ["shop.example/lc"]),
        ("one-slash", "A browser repairs this", "field-text", ["https:/shop.example"]),
        ("nothing-after", "A scheme alone", "field-text", ["https://"]),
        (
            "scheme-capitals",
            "Schemes do not tell capitals, this form does",
            "field-text",
            ["HTTPS://shop.example"],
        ),
        (
            "scheme-number",
            "A scheme that begins with a number",
            "field-text",
            ["4https://shop.example"],
        ),
        ("space", "A space in it", "field-text", ["https://shop.example/a b"]),
        (
            "space-before",
            "A space before it, which many strip",
            "field-text",
            [" https://shop.example"],
        ),
        (
            "line-feed",
            "A line feed behind it: a second line in somebody's request",
            "field-text",
            ["https://shop.example\n"],
        ),
        ("letters", "Letters outside ASCII", "field-text", ["https://bücher.example"]),
        ("mark", "A mark that is not seen", "field-text", ["https://shop.example\u200e"]),
        ("script", "A scheme without slashes", "field-text", ["javascript:alert(1)"]),
        ("bytes", "A byte string", "field-kind", [b"https://shop.example"]),
        ("five", "Five addresses", "field-length", [f"https://{n}.example" for n in range(5)]),
        ("twice", "One address twice", "field-order", ["https://a.example", "https://a.example"]),
    )
    for name, comment, code, addresses in rows:
        c.add(
            f"address-{name}",
            comment,
            ADDRESSES,
            "card",
            c.input(c.signed(addresses=addresses)),
            error=code,
        )
    c.refused(
        "addresses-text",
        "One address and not an array",
        "field-kind",
        addresses="https://shop.example",
        spec=ADDRESSES,
    )


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
    """Add the vectors of cards and links."""
    cards = _Cards(add)
    _taken(cards)
    _signers(cards)
    _times(cards)
    _fields(cards)
    _addresses(cards)
    _links(add)
