"""Envelopes: one form, and every way to leave it."""

from collections.abc import Callable
from typing import Any, Final

from build.raw import (
    MAP,
    NULL,
    ORDER,
    TAG,
    Envelope,
    array,
    head,
    integer,
    mapping,
    protected,
    secret_scalar,
    signature,
    string,
    text,
    typ,
)
from build.world import T0, Party, some_cid, write
from linkcontract.encoding import cid_of, cid_text, encode

Add = Callable[..., None]

FORM: Final = "envelope, Envelope"
KINDS: Final = "envelope, Payload kinds"


class _Envelopes:
    """One payload of a party, and what may be wrong around it."""

    def __init__(self, add: Add) -> None:
        self.add = add
        self.party = Party("anna", "directed")
        self.event = self.party.head
        statement = write("enveloped", self.party, "ack", {}, at=T0, rel=some_cid("rel"))
        self.payload = statement.payload
        self.right = Envelope(protected(self.event.id, "stmt"), self.payload)
        self.keys = {self.event.cid: self.event.key.public}

    def input(self, envelope: bytes, kind: str = "stmt", keys: Any = None) -> dict[str, Any]:
        return {"kind": kind, "envelope": envelope, "keys": self.keys if keys is None else keys}

    def refused(self, name: str, comment: str, envelope: bytes, code: str, **more: Any) -> None:
        spec = KINDS if code in ("cose-typ", "cose-kind", "cose-too-large") else FORM
        self.add(
            f"open-{name}", comment, spec, "open-envelope", self.input(envelope, **more), error=code
        )

    def altered(self, name: str, comment: str, code: str, **changes: Any) -> None:
        """One part is another one, and the signature is right for it."""
        self.refused(name, comment, self.right.but(**changes).signed(self.event), code)

    def header(self, name: str, comment: str, code: str, **changes: Any) -> None:
        """The protected header is another one, and the signature is right for it."""
        changed = self.right.but(protected=protected(self.event.id, "stmt", **changes))
        self.refused(name, comment, changed.signed(self.event), code)


def _accepted(e: _Envelopes) -> None:
    key = e.event
    signed = e.right.signed(key)
    opened = {"id": cid_text(cid_of(e.payload)), "kid": key.cid, "payload": e.payload}
    e.add("open", "Every part in its place", FORM, "open-envelope", e.input(signed), claims=opened)
    again = e.right.sealed(
        signature(secret_scalar(key.key.secret.expose()), key.key.public, e.right.to_be_signed())
    )
    e.add(
        "open-signed-again",
        "Another signature by the same key over the same payload gives the same id",
        FORM,
        "open-envelope",
        e.input(again),
        claims=opened,
    )
    sign = {"kind": "stmt", "seed": key.key.secret.expose(), "kid": key.cid, "payload": e.payload}
    e.add(
        "sign", "Signing is deterministic", FORM, "sign-envelope", sign, claims={"envelope": signed}
    )
    for kind in ("incp", "kel", "card", "wellknown", "bundle"):
        other = Envelope(protected(key.id, kind), e.payload).signed(key)
        e.add(
            f"sign-{kind}",
            "The kind stands in typ; what the payload says is not looked at here",
            KINDS,
            "sign-envelope",
            {**sign, "kind": kind},
            claims={"envelope": other},
        )
    e.add(
        "sign-kind",
        "No such kind",
        KINDS,
        "sign-envelope",
        {**sign, "kind": "letter"},
        error="cose-kind",
    )


def _structure(e: _Envelopes) -> None:
    signed = e.right.signed(e.event)
    e.refused("nothing", "No byte", b"", "cose-truncated")
    e.refused("cut", "The last byte is missing", signed[:-1], "cose-truncated")
    e.altered("trailing", "A byte follows", "cose-trailing", rest=b"\x00")
    e.altered("untagged", "COSE allows to leave the tag out", "cose-tag", tag=b"")
    e.altered("tag-16", "The tag of an encrypted message", "cose-tag", tag=head(TAG, 16))
    e.altered("tag-98", "The tag of several signatures", "cose-tag", tag=head(TAG, 98))
    e.altered(
        "tag-twice", "The tag of CWT before it", "cose-tag", tag=head(TAG, 61) + head(TAG, 18)
    )
    e.altered("tag-long", "The tag in a longer form", "cose-encoding", tag=head(TAG, 18, 2))
    e.altered("array-long", "The array in a longer form", "cose-encoding", array=head(4, 4, 1))
    e.altered(
        "array-indefinite",
        "An array without its length",
        "cose-encoding",
        array=b"\x9f",
        rest=b"\xff",
    )
    e.altered("array-5", "A fifth part", "cose-structure", array=head(4, 5), rest=NULL)
    whole = e.event.key.sign(e.right.to_be_signed())
    parts = (string(e.right.protected), head(MAP, 0), string(e.payload), string(whole))
    e.refused("array-3", "Three parts", head(TAG, 18) + array(*parts[:3]), "cose-structure")
    e.refused(
        "protected-map",
        "The protected header as a map and not as the bytes of one",
        head(TAG, 18) + array(e.right.protected, *parts[1:]),
        "cose-structure",
    )
    e.refused(
        "signature-text",
        "The signature is a text",
        head(TAG, 18) + array(*parts[:3], text("a" * 64)),
        "cose-structure",
    )
    e.altered(
        "unprotected",
        "Something in the header nobody signs",
        "cose-unprotected",
        unprotected=mapping((integer(5), string(b"iv"))),
    )
    e.altered(
        "unprotected-kid",
        "A second kid that is not signed: which of the two names the key?",
        "cose-unprotected",
        unprotected=mapping((integer(4), string(some_cid("other")))),
    )
    e.altered("unprotected-null", "Null for an empty map", "cose-unprotected", unprotected=NULL)
    e.altered("detached", "The payload is elsewhere", "cose-payload", payload_item=NULL)
    e.altered(
        "payload-text",
        "The payload is a text",
        "cose-payload",
        payload_item=text("a" * len(e.payload)),
    )
    e.altered(
        "payload-long",
        "The payload's length in a longer form",
        "cose-encoding",
        payload_item=head(2, len(e.payload), 4) + e.payload,
    )


def _headers(e: _Envelopes) -> None:
    kid = e.event.id
    e.header(
        "algorithm-eddsa",
        "-8 is the older number of the same algorithm: one statement, two envelopes",
        "cose-algorithm",
        algorithm=integer(-8),
    )
    e.header("algorithm-es256", "Another algorithm", "cose-algorithm", algorithm=integer(-7))
    e.header(
        "algorithm-hmac",
        "A symmetric algorithm: the public key as a secret both know",
        "cose-algorithm",
        algorithm=integer(5),
    )
    e.header("algorithm-text", "Its name as a text", "cose-algorithm", algorithm=text("Ed25519"))
    e.header(
        "kid-key",
        "The kid is a public key: whoever signs brings the key along",
        "cose-kid",
        kid_item=string(e.event.key.public),
    )
    e.header("kid-text", "A text", "cose-kid", kid_item=text(e.event.cid))
    e.header(
        "kid-codec", "A CID of another codec", "cose-kid", kid_item=string(b"\x01\x55" + kid[2:])
    )
    e.header("kid-empty", "No kid", "cose-kid", kid_item=string(b""))
    e.header("typ-integer", "A content format by its number", "cose-typ", typ_item=integer(61))
    e.header(
        "typ-capitals",
        "Media types do not tell capitals, this one does",
        "cose-typ",
        typ_item=text(typ("STMT")),
    )
    e.header(
        "typ-short",
        "The kind alone, as some libraries shorten it",
        "cose-typ",
        typ_item=text("linkcontract-stmt"),
    )
    e.header(
        "typ-parameter",
        "A media type with a parameter",
        "cose-typ",
        typ_item=text(typ("stmt") + ";v=1"),
    )
    e.header(
        "typ-bytes",
        "The right bytes, but no text",
        "cose-typ",
        typ_item=string(typ("stmt").encode()),
    )
    e.header(
        "no-typ", "No context: the signature would count anywhere", "cose-protected", order=(0, 1)
    )
    e.header("order", "The kid first", "cose-order", order=(1, 0, 2))
    e.header(
        "order-typ", "typ before kid, as text is sometimes sorted", "cose-order", order=(0, 2, 1)
    )
    e.header("twice", "A second kid", "cose-order", more=[(integer(4), string(some_cid("other")))])
    e.header(
        "crit",
        "A demand to understand something",
        "cose-crit",
        more=[(integer(2), array(integer(1)))],
    )
    e.header(
        "iv", "A parameter that has no place here", "cose-label", more=[(integer(5), string(b"iv"))]
    )
    e.header(
        "x5chain",
        "A certificate: a second way to name a key",
        "cose-label",
        more=[(integer(33), string(b"x"))],
    )
    e.header(
        "label-text", "A label that is a text", "cose-label", more=[(text("kid"), string(kid))]
    )
    e.altered(
        "protected-empty",
        "An empty byte string, COSE's form of no header",
        "cose-truncated",
        protected=b"",
    )
    e.altered("protected-empty-map", "A map of nothing", "cose-protected", protected=head(MAP, 0))
    e.altered(
        "protected-array",
        "An array",
        "cose-protected",
        protected=array(*(integer(1) for _ in range(6))),
    )
    e.altered(
        "protected-trailing",
        "A byte behind the map, in what is signed",
        "cose-trailing",
        protected=e.right.protected + b"\x00",
    )
    long = head(MAP, 3, 1) + e.right.protected[1:]
    e.altered("protected-long", "The map in a longer form", "cose-encoding", protected=long)


def _signed_otherwise(e: _Envelopes) -> None:
    key, right = e.event.key, e.right
    signed = key.sign(right.to_be_signed())
    e.refused(
        "signature-63", "A byte is missing", right.sealed(signed[:63]), "cose-signature-length"
    )
    e.refused("signature-128", "Two signatures", right.sealed(signed * 2), "cose-signature-length")
    e.refused("signature-empty", "No signature", right.sealed(b""), "cose-signature-length")
    e.refused(
        "signature-other",
        "The signature of another payload",
        right.sealed(key.sign(b"other")),
        "cose-signature",
    )
    flipped = bytes([signed[0] ^ 1]) + signed[1:]
    e.refused("signature-bit", "One bit of it", right.sealed(flipped), "cose-signature")
    larger = signed[:32] + (int.from_bytes(signed[32:], "little") + ORDER).to_bytes(32, "little")
    e.refused(
        "signature-s",
        "S + L: the same statement in a second envelope",
        right.sealed(larger),
        "cose-signature",
    )
    other = encode({"other": 1})
    e.refused(
        "payload-other",
        "Another payload under this signature",
        right.but(payload=other).sealed(signed),
        "cose-signature",
    )
    stranger = Party("mallory", "directed").head
    e.refused(
        "signed-by-other",
        "Signed by somebody else under this kid",
        right.signed(stranger),
        "cose-signature",
    )
    e.altered(
        "context", "Signed as one of several signatures", "cose-signature", context="Signature"
    )
    e.altered("external", "Signed with external data", "cose-signature", external=b"external")
    bare = key.sign(e.payload)
    e.refused(
        "signed-bare",
        "The payload signed without its structure",
        right.sealed(bare),
        "cose-signature",
    )
    e.refused(
        "key-unknown", "A kid that names no key here", right.signed(e.event), "cose-key", keys={}
    )
    kidded = right.but(protected=protected(stranger.id, "stmt"))
    e.refused(
        "key-other",
        "The kid of somebody else, the signature of a key that is known",
        kidded.signed(e.event),
        "cose-key",
    )


def _kinds(e: _Envelopes) -> None:
    signed = e.right.signed(e.event)
    for kind, comment in (
        ("card", "A statement shown as a contact card"),
        ("kel", "A statement shown as a key event"),
        ("incp", "A statement shown as an inception"),
        ("wellknown", "A statement shown as something reserved"),
    ):
        e.refused(f"as-{kind}", comment, signed, "cose-typ", kind=kind)
    card = Envelope(protected(e.event.id, "card"), e.payload).signed(e.event)
    e.refused(
        "card-as-stmt",
        "Signed as a card: whoever ignores typ takes it for a statement",
        card,
        "cose-typ",
    )
    e.refused("kind-unknown", "No such kind is asked for", signed, "cose-kind", kind="letter")
    e.refused(
        "kind-of-objects",
        "A kind that is a member of every object in some languages",
        signed,
        "cose-kind",
        kind="constructor",
    )
    limits = (("stmt", 4096), ("card", 8192), ("kel", 1024), ("incp", 1024))
    for kind, most in limits:
        largest = encode(bytes(most - 3))
        envelope = Envelope(protected(e.event.id, kind), largest)
        e.add(
            f"open-largest-{kind}",
            f"A payload of {most} bytes, the most this kind may have",
            KINDS,
            "open-envelope",
            e.input(envelope.signed(e.event), kind=kind),
            claims={"id": cid_text(cid_of(largest))},
        )
        envelope = Envelope(protected(e.event.id, kind), encode(bytes(most - 2)))
        e.refused(
            f"too-large-{kind}",
            f"{most + 1} bytes",
            envelope.signed(e.event),
            "cose-too-large",
            kind=kind,
        )


def build(add: Add) -> None:
    """Add the vectors of envelopes."""
    envelopes = _Envelopes(add)
    _accepted(envelopes)
    _structure(envelopes)
    _headers(envelopes)
    _signed_otherwise(envelopes)
    _kinds(envelopes)
