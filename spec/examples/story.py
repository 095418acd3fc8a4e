"""The story all examples tell: Alice shares her name with a shop under her own terms, and revokes.

Alice's party is directed and made for this relationship; the shop's is public, and she found its
card. She opens, the shop joins, she proposes, the shop accepts, her acknowledgement confirms: the
agreement is in force on both sides. She shares one value; the shop checks it, says so, and uses it
once. She revokes, the shop acknowledges, signs that it erased the value, and nothing may be used
any more.

Keys and times are those of the vectors: everything follows from names and one fixed time.
"""

from typing import Any, Final

from build.case import jsonable
from build.story import Feed, Story
from build.world import DAY, T0, Party, Statement, prekey, seed, terms_id
from examples import notation
from linkcontract.conformance import answer
from linkcontract.crypto.sealing import derive_psk, seal_frame
from linkcontract.encoding import cid_of, encode, hash_of

ALICE: Final = Party("alice", "directed")
SHOP: Final = Party("shop", "public")

CARD_PREKEY: Final = prekey("shop card")
CARD_PAYLOAD: Final = SHOP.card(
    prekey=CARD_PREKEY.to_value(),
    addresses=["https://shop.example/lc/door"],
    domains=["shop.example"],
)
CARD: Final = SHOP.sign("card", CARD_PAYLOAD)
CARD_ID: Final = cid_of(CARD_PAYLOAD)

PURPOSE: Final = "ieee-7012:ServiceDelivery"
AGREEMENT_TEXT: Final = {
    "lang": "en",
    "media": "text/plain",
    "text": "The shop may collect and keep my name and e-mail address to deliver what I order, "
    "and for nothing else. On request it gives me what it keeps in a form I can take elsewhere.\n",
}
TERMS: Final[dict[str, Any]] = {
    "agreement": "EXAMPLE-SD-BASE-DP",
    "text": cid_of(encode(AGREEMENT_TEXT)),
    "permissions": [
        {
            "actions": ["dpv:Collect", "dpv:Store", "dpv:Consult"],
            "paths": ["vcard/fn", "vcard/email"],
            "purposes": [PURPOSE],
            "recipients": [],
            "retention": 90 * DAY,
        }
    ],
    "prohibitions": [
        {
            "actions": ["dpv:Use"],
            "paths": ["vcard"],
            "purposes": ["dpv:Marketing"],
            "recipients": [],
        }
    ],
    "duties": [{"duty": "ieee-7012:PortabilityRequiredOnRequest", "within": 30 * DAY}],
    "from": T0,
    "until": T0 + 365 * DAY,
    "law": "DE",
    "prevails": "text",
}
TERMS_ID: Final = terms_id(TERMS)

PATH: Final = "vcard/fn/1"
VALUE: Final = b"Alice Example"
PATH_SALT: Final = seed("example path salt")
VALUE_SALT: Final = seed("example value salt")

STORY: Final = Story(ALICE, SHOP, card=CARD_ID)
REL: Final = STORY.rel
HALVES: Final = {"alice": ALICE.half, "shop": SHOP.half}
PSK: Final = derive_psk(REL, ALICE.half, SHOP.half).expose()

ITEM: Final = [
    hash_of(["lc/path/1", REL, PATH_SALT, PATH]),
    hash_of(["lc/value/1", REL, VALUE_SALT, VALUE]),
]


def _tell(alice: Feed, shop: Feed) -> None:
    offer = alice.propose("propose", TERMS)
    accept = shop.hear(offer).accept("accept", offer)
    alice.hear(accept).write("ack", "ack", {})
    about = {"thread": offer.id, "agreement": offer.id}
    share = alice.write("share", "share", {**about, "purpose": PURPOSE, "items": [ITEM]})
    shop.hear(share).write("receipt", "receipt", {"ref": share.id, "openings_ok": True})
    use = {**about, "action": "dpv:Consult", "purpose": PURPOSE, "ref": share.id}
    used = shop.write("use", "use", use)
    revoke = alice.hear(used).write("revoke", "revoke", {"thread": offer.id, "purposes": None})
    erased = {
        "ref": share.id,
        "scope": "openings",
        "salts": True,
        "backups_until": None,
        "exceptions": [],
    }
    shop.hear(revoke).write("erased", "erased", {**erased, "prekey": SHOP.prekey(1).to_value()})


_tell(STORY.opener, STORY.joiner)

OPENING: Final = [STORY.statements["share"].id, 0, PATH, PATH_SALT, VALUE, VALUE_SALT]


def statement(label: str) -> Statement:
    """A statement of the story: open, join, propose, accept, ack, share, receipt, use, revoke or
    erased."""
    return STORY.statements[label]


def frame(label: str, sender: Party, items: list[Any], at: int) -> bytes:
    """The encoding of a frame from one of the two to the other, with a number from its label."""
    value = {
        "to": (SHOP if sender is ALICE else ALICE).id,
        "from": sender.id,
        "rel": REL,
        "n": seed(f"frame {label}")[:16],
        "at": at,
        "items": items,
    }
    return encode(value)


ACK_FRAME: Final = frame(
    "ack",
    ALICE,
    [
        ["stmt", statement("ack").envelope],
        ["body", statement("ack").record],
        ["heads", sorted([statement("accept").head, statement("ack").head])],
    ],
    statement("ack").header["at"],
)
"""What brings the acknowledgement to the shop."""

EPHEMERAL: Final = seed("example ephemeral")
SEALED: Final = seal_frame(
    ACK_FRAME,
    recipient=SHOP.prekey().pk,
    prekey_id=SHOP.prekey().id,
    ephemeral=EPHEMERAL,
    psk=PSK,
)

NAMES: Final[dict[bytes, str]] = {
    ALICE.id: "Alice's party",
    SHOP.id: "the shop's party",
    CARD_ID: "the shop's card",
    TERMS_ID: "the terms",
    TERMS["text"]: "the text of the agreement",
    **{each.id: label for label, each in STORY.statements.items()},
    CARD_PREKEY.id: "the card's prekey",
    SHOP.prekey().id: "the shop's prekey",
    ALICE.prekey().id: "Alice's prekey",
}
"""What the ids of the story are called in comments."""


def asked(command: str, question: dict[str, Any]) -> dict[str, Any]:
    """What the door puts out for a command that is carried out."""
    found = answer({"command": command, "input": jsonable(question)})
    return dict(found["output"])


def shown(
    data: bytes, *embedded: bytes, names: dict[bytes, str] | None = None, hexed: bool = True
) -> str:
    """Encoded bytes as two blocks of code: in diagnostic notation, and in hexadecimal.

    Args:
        data: the encoding.
        embedded: byte strings in it that are shown as what they encode.
        names: further names, or others than those of the story.
        hexed: whether the bytes are shown as well.
    """
    block = notation.code(notation.diagnostic(data, {**NAMES, **(names or {})}, embedded))
    return notation.markdown(block, notation.code(notation.hexadecimal(data))) if hexed else block
