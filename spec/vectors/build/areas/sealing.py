"""Sealed frames: exact bytes, padding, and everything a reader of a seal has to look at."""

from collections.abc import Callable
from typing import Any, Final

from build.raw import (
    MAP,
    NULL,
    PRIME,
    TAG,
    Seal,
    array,
    head,
    integer,
    mapping,
    padded,
    string,
    text,
    typ,
)
from build.world import prekey, seed

Add = Callable[..., None]

SPEC: Final = "envelope, Sealing"
PSK: Final = seed("sealing psk")
PREKEY: Final = prekey("sealing")
EPHEMERAL: Final = seed("sealing ephemeral")
FRAME: Final = b"a frame, which may be any bytes here"

LOW_ORDER_8: Final = bytes.fromhex(
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
)


def _seals(add: Add) -> None:
    base = {
        "frame": FRAME,
        "mode": "open",
        "prekey": {"id": PREKEY.id, "pk": PREKEY.pk},
        "ephemeral": EPHEMERAL,
        "psk": None,
    }
    shared = {**base, "mode": "psk", "psk": PSK}
    for name, comment, given, psk in (
        ("open", "An open or a join: base mode", base, None),
        ("psk", "Everything after: PSK mode, with the prekey's id as psk_id", shared, PSK),
    ):
        seal = Seal(PREKEY.pk, PREKEY.id, EPHEMERAL, padded(FRAME), psk).sealed()
        add(f"seal-{name}", comment, SPEC, "seal", given, claims={"sealed": seal})
        add(f"unseal-{name}", comment, SPEC, "unseal", _unseal(seal, psk), claims={"frame": FRAME})
    for size, bucket in (
        (0, 1),
        (1020, 1),
        (1021, 4),
        (4092, 4),
        (4093, 16),
        (16380, 16),
        (16381, 64),
        (65532, 64),
        (65533, 256),
    ):
        frame = bytes(size)
        seal = Seal(PREKEY.pk, PREKEY.id, EPHEMERAL, padded(frame, bucket * 1024), PSK).sealed()
        add(
            f"seal-{size}",
            f"A frame of {size} bytes and its length are padded to {bucket} KiB",
            SPEC,
            "seal",
            {**shared, "frame": frame},
            claims={"sealed": seal},
        )
    add(
        "seal-262141",
        "A frame that with its length is one byte larger than 256 KiB",
        SPEC,
        "seal",
        {**shared, "frame": bytes(262141)},
        error="seal-frame-size",
    )
    add(
        "seal-prekey-id",
        "A prekey id of 15 bytes",
        SPEC,
        "seal",
        {**shared, "prekey": {"id": PREKEY.id[1:], "pk": PREKEY.pk}},
        error="seal-prekey-id",
    )
    for name, comment, public in (
        (
            "low-order",
            "Sealing to a point of order 8: the secret is zero, and everybody's",
            LOW_ORDER_8,
        ),
        ("zero", "Sealing to 32 zeros", bytes(32)),
        ("top-bit", "A prekey with bit 255 set, which the function ignores", _flipped(PREKEY.pk)),
        ("not-reduced", "A second encoding of 9", (PRIME + 9).to_bytes(32, "little")),
        ("31-bytes", "A prekey of 31 bytes", PREKEY.pk[1:]),
    ):
        add(
            f"seal-to-{name}",
            comment,
            SPEC,
            "seal",
            {**shared, "prekey": {"id": PREKEY.id, "pk": public}},
            error="seal-recipient",
        )


def _flipped(key: bytes) -> bytes:
    return key[:31] + bytes([key[31] ^ 0x80])


def _unseal(seal: bytes, psk: bytes | None = PSK, **prekey: bytes) -> dict[str, Any]:
    held = {"id": PREKEY.id, "secret": PREKEY.secret, **prekey}
    return {"sealed": seal, "prekey": held, "psk": psk}


class _Refused:
    """A right seal in PSK mode, and vectors with one thing wrong."""

    def __init__(self, add: Add) -> None:
        self.add = add
        self.right = Seal(PREKEY.pk, PREKEY.id, EPHEMERAL, padded(FRAME), PSK)

    def bytes(self, name: str, comment: str, seal: bytes, code: str, **prekey: bytes) -> None:
        self.add(f"unseal-{name}", comment, SPEC, "unseal", _unseal(seal, **prekey), error=code)

    def but(self, name: str, comment: str, code: str, **changes: Any) -> None:
        """A part is another one, and everything else is right for it."""
        self.bytes(name, comment, self.right.but(**changes).sealed(), code)


def _padding(r: _Refused) -> None:
    for name, comment, plain in (
        ("larger", "A writer may take a larger bucket than it needs", padded(FRAME, 4096)),
        ("full", "The frame fills its bucket to the last byte", padded(bytes(1020))),
        ("empty", "A frame of no bytes", padded(b"")),
    ):
        frame = plain[4 : 4 + int.from_bytes(plain[:4], "big")]
        seal = r.right.but(padded=plain).sealed()
        r.add(
            f"unseal-padding-{name}",
            comment,
            SPEC,
            "unseal",
            _unseal(seal),
            claims={"frame": frame},
        )
    r.but(
        "padding-last",
        "The last byte of the padding is not zero: room for a message nobody signs or sees",
        "seal-padding",
        padded=padded(FRAME, fill=b"\x01"),
    )
    r.but(
        "padding-first",
        "The first byte behind the frame is not zero",
        "seal-padding",
        padded=padded(FRAME + b"\x80", length=len(FRAME)),
    )
    r.but(
        "length-one-more",
        "The length is one more than there is",
        "seal-length",
        padded=padded(bytes(1020), length=1021),
    )
    r.but(
        "length-huge",
        "A length of 2^32 - 1: added to 4 it is 3 in 32 bits",
        "seal-length",
        padded=padded(b"", length=2**32 - 1),
    )
    r.but(
        "length-little-endian",
        "The length in the other byte order",
        "seal-length",
        padded=padded(FRAME, length=int.from_bytes(len(FRAME).to_bytes(4, "little"), "big")),
    )
    for size in (0, 1023, 1025, 2048, 8192):
        plain = padded(b"", size) if size >= 4 else b""
        r.but(
            f"size-{size}",
            f"{size} bytes are no bucket: a size says more about what is inside",
            "seal-size",
            padded=plain,
        )


def _keys(r: _Refused) -> None:
    add, right = r.add, r.right
    seal = right.sealed()
    other = prekey("sealing other")
    add(
        "unseal-other-psk",
        "Another pre-shared key",
        SPEC,
        "unseal",
        _unseal(seal, seed("other psk")),
        error="seal-open",
    )
    r.bytes("other-secret", "The secret of another prekey", seal, "seal-open", secret=other.secret)
    r.but(
        "psk-id",
        "The PSK under another id than the prekey's: a key schedule with an empty or fixed psk_id",
        "seal-open",
        psk_id=b"linkcontract",
    )
    base = right.but(psk=None)
    add(
        "unseal-base-for-psk",
        "An open where a shared key is held: a peer must not be talked down to base mode",
        SPEC,
        "unseal",
        _unseal(base.sealed(), PSK),
        error="seal-mode",
    )
    add(
        "unseal-psk-for-base",
        "A frame in PSK mode where only an open is acceptable",
        SPEC,
        "unseal",
        _unseal(seal, None),
        error="seal-mode",
    )
    add(
        "unseal-typ-of-psk-in-base-mode",
        "Base mode under the typ of PSK mode: anybody can make it who knows the prekey",
        SPEC,
        "unseal",
        _unseal(base.but(kind="seal").sealed(), PSK),
        error="seal-open",
    )
    add(
        "unseal-info-of-other-typ",
        "The typ in info is the other one: whoever leaves info empty accepts it",
        SPEC,
        "unseal",
        _unseal(base.but(info_typ=typ("seal")).sealed(), None),
        error="seal-open",
    )


def _enc(r: _Refused) -> None:
    seal = r.right.sealed()
    at = seal.index(b"\x58\x20", 40) + 2
    enc = seal[at : at + 32]
    r.but(
        "enc-top-bit",
        "Bit 255 of enc: RFC 7748 masks it, so one message has two forms",
        "x25519-canonical",
        stated_enc=_flipped(enc),
    )
    for name, comment, stated, code in (
        (
            "enc-not-reduced",
            "p + 9 is a second form of 9",
            (PRIME + 9).to_bytes(32, "little"),
            "x25519-canonical",
        ),
        ("enc-prime", "p itself is zero", PRIME.to_bytes(32, "little"), "x25519-canonical"),
        ("enc-zero", "enc of 32 zeros gives a secret of zeros", bytes(32), "x25519-low-order"),
        ("enc-one", "enc of order 4", bytes([1]) + bytes(31), "x25519-low-order"),
        (
            "enc-order-8",
            "enc of order 8: the secret does not depend on the prekey",
            LOW_ORDER_8,
            "x25519-low-order",
        ),
        ("enc-31", "31 bytes", enc[:31], "seal-enc"),
        ("enc-33", "33 bytes", enc + b"\x00", "seal-enc"),
        ("enc-other", "Another key than the message was made with", prekey("x").pk, "seal-open"),
    ):
        r.but(name, comment, code, stated_enc=stated)


def _altered(r: _Refused) -> None:
    right = r.right
    seal = right.sealed()
    r.bytes("cut", "The last byte is missing", seal[:-1], "cose-truncated")
    r.bytes("nothing", "No byte", b"", "cose-truncated")
    r.but("trailing", "A byte follows", "cose-trailing", rest=b"\x00")
    r.bytes("tag-bit", "One bit of the tag", seal[:-1] + bytes([seal[-1] ^ 1]), "seal-open")
    flipped = bytes([seal[-500] ^ 1])
    r.bytes("bit", "One bit of the ciphertext", seal[:-500] + flipped + seal[-499:], "seal-open")
    other = prekey("sealing other")
    r.bytes(
        "prekey-id-exchanged",
        "The prekey id was exchanged after sealing: it is in what the tag covers",
        seal.replace(PREKEY.id, other.id),
        "seal-open",
        id=other.id,
    )
    r.but(
        "unprotected",
        "Something in the header no tag covers",
        "cose-unprotected",
        unprotected=mapping((integer(5), string(b"iv"))),
    )
    r.but("untagged", "No tag", "cose-tag", tag=b"")
    r.but("cose-tag-18", "The tag of a signed message", "cose-tag", tag=head(TAG, 18))
    r.but(
        "cose-tag-96", "The tag of a message to several recipients", "cose-tag", tag=head(TAG, 96)
    )
    r.but(
        "array-4", "A fourth part, for recipients", "cose-structure", array=head(4, 4), rest=array()
    )
    r.but("array-long", "The array in a longer form", "cose-encoding", array=head(4, 3, 2))
    detached = head(TAG, 16) + array(string(right.header(prekey("x").pk)), head(MAP, 0), NULL)
    r.bytes("detached", "The ciphertext is elsewhere", detached, "cose-structure")


def _headers(r: _Refused) -> None:
    r.but("suite-2", "Another private number", "seal-suite", suite=integer(-70003))
    r.but("suite-aes", "An algorithm of COSE", "seal-suite", suite=integer(1))
    r.but("suite-text", "The suite as a text", "seal-suite", suite=text("HPKE"))
    r.but("prekey-id-15", "15 bytes", "seal-prekey-id", kid_item=string(PREKEY.id[1:]))
    r.but(
        "prekey-id-32", "The public key as its name", "seal-prekey-id", kid_item=string(PREKEY.pk)
    )
    r.but("prekey-id-text", "16 characters", "seal-prekey-id", kid_item=text("a" * 16))
    r.but("typ-stmt", "The typ of a signature", "cose-typ", kind="stmt")
    r.but("typ-other", "A typ nobody defined", "cose-typ", kind="seal-auth")
    r.but("typ-integer", "A content format by its number", "cose-typ", typ_item=integer(61))
    r.but("no-enc", "enc is missing", "cose-protected", order=(0, 1, 2))
    r.but("enc-before-typ", "Another order", "cose-order", order=(0, 1, 3, 2))
    r.but("twice", "A second prekey id", "cose-order", more=((integer(4), string(bytes(16))),))
    r.but(
        "crit",
        "A demand to understand something",
        "cose-crit",
        more=((integer(2), array(integer(1))),),
    )
    r.but(
        "ek",
        "The encapsulated key under the label another draft has",
        "cose-label",
        order=(0, 1, 2),
        more=((integer(-4), string(bytes(32))),),
    )


def build(add: Add) -> None:
    """Add the vectors of seals."""
    _seals(add)
    refused = _Refused(add)
    _padding(refused)
    _keys(refused)
    _enc(refused)
    _altered(refused)
    _headers(refused)
