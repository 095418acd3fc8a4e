"""Bytes that no honest writer makes: CBOR heads of any width, envelopes and seals with one fault.

Signatures here are made from scalars, so that a key or a nonce the library would not use can sign.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from nacl import bindings as sodium

from build.world import Event, seed
from linkcontract.crypto import hpke

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG = range(7)
NULL: Final = b"\xf6"
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
PRIME: Final = 2**255 - 19


def head(major: int, argument: int, width: int | None = None) -> bytes:
    """A head; `width` 0, 1, 2, 4 or 8 makes it longer than it needs to be."""
    if width is None:
        sizes = ((0, 24), (1, 1 << 8), (2, 1 << 16), (4, 1 << 32), (8, 1 << 64))
        width = next(size for size, end in sizes if argument < end)
    if width == 0:
        return bytes([major << 5 | argument])
    information = {1: 24, 2: 25, 4: 26, 8: 27}[width]
    return bytes([major << 5 | information]) + argument.to_bytes(width, "big")


def integer(value: int) -> bytes:
    """An integer."""
    return head(UNSIGNED, value) if value >= 0 else head(NEGATIVE, -1 - value)


def string(data: bytes) -> bytes:
    """A byte string."""
    return head(BYTES, len(data)) + data


def text(data: str | bytes) -> bytes:
    """A text, of whatever bytes."""
    content = data.encode() if isinstance(data, str) else data
    return head(TEXT, len(content)) + content


def array(*items: bytes) -> bytes:
    """An array of encoded items."""
    return head(ARRAY, len(items)) + b"".join(items)


def mapping(*pairs: tuple[bytes, bytes]) -> bytes:
    """A map of encoded keys and values in this order, whatever it is."""
    return head(MAP, len(pairs)) + b"".join(key + value for key, value in pairs)


def scalar(value: int) -> bytes:
    """A scalar as 32 bytes."""
    return (value % ORDER).to_bytes(32, "little")


def secret_scalar(secret: bytes) -> int:
    """The scalar of a secret key (RFC 8032 section 5.1.5)."""
    digest = bytearray(hashlib.sha512(secret).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 63 | 64
    return int.from_bytes(digest, "little")


def challenge(nonce_point: bytes, public: bytes, message: bytes) -> int:
    """h of the verification equation."""
    digest = hashlib.sha512(nonce_point + public + message).digest()
    return int.from_bytes(digest, "little") % ORDER


def base_times(value: int) -> bytes:
    """A multiple of the base point."""
    return sodium.crypto_scalarmult_ed25519_base_noclamp(scalar(value))


def added(one: bytes, other: bytes) -> bytes:
    """The sum of two points."""
    return sodium.crypto_core_ed25519_add(one, other)


def signature(secret: int, public: bytes, message: bytes, nonce: str = "nonce") -> bytes:
    """A signature with a scalar, by any key bytes, with the nonce of a name."""
    chosen = int.from_bytes(seed(nonce), "little") % ORDER
    point = base_times(chosen)
    answer = chosen + challenge(point, public, message) * secret
    return point + scalar(answer)


@dataclass(frozen=True)
class Envelope:
    """A COSE_Sign1 in its encoded parts, any of which may be replaced before it is signed."""

    protected: bytes
    payload: bytes
    tag: bytes = head(TAG, 18)
    array: bytes = head(ARRAY, 4)
    unprotected: bytes = head(MAP, 0)
    payload_item: bytes | None = None
    context: str = "Signature1"
    external: bytes = b""
    rest: bytes = b""

    def to_be_signed(self) -> bytes:
        """The Sig_structure."""
        return array(
            text(self.context), string(self.protected), string(self.external), string(self.payload)
        )

    def sealed(self, signed: bytes) -> bytes:
        """The message with a signature."""
        item = string(self.payload) if self.payload_item is None else self.payload_item
        middle = string(self.protected) + self.unprotected + item
        return self.tag + self.array + middle + string(signed) + self.rest

    def signed(self, event: Event) -> bytes:
        """The message signed with the key of a key event."""
        return self.sealed(event.key.sign(self.to_be_signed()))

    def but(self, **changes: object) -> "Envelope":
        """The same with some parts replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]


def typ(kind: str) -> str:
    """The typ of a kind of payload."""
    return f"application/linkcontract-{kind}"


def protected(
    kid: bytes,
    kind: str,
    *,
    algorithm: bytes = b"\x32",
    kid_item: bytes | None = None,
    typ_item: bytes | None = None,
    order: Iterable[int] = (0, 1, 2),
    more: Iterable[tuple[bytes, bytes]] = (),
) -> bytes:
    """A protected header: -19 is the byte 32; `order` picks parameters, `more` adds some."""
    pairs = [
        (integer(1), algorithm),
        (integer(4), string(kid) if kid_item is None else kid_item),
        (integer(16), text(typ(kind)) if typ_item is None else typ_item),
    ]
    return mapping(*(pairs[index] for index in order), *more)


@dataclass(frozen=True)
class Seal:
    """A sealed frame in its parts, any of which may be replaced before it is encrypted.

    `info_typ` is the typ in the info of HPKE where it is not the one of the header; `padded` the
    plaintext with its length and zeros; `stated_enc` what the header says enc is.
    """

    recipient: bytes
    prekey_id: bytes
    ephemeral: bytes
    padded: bytes
    psk: bytes | None = None
    kind: str | None = None
    info_typ: str | None = None
    psk_id: bytes | None = None
    suite: bytes = integer(-70001)
    stated_enc: bytes | None = None
    kid_item: bytes | None = None
    typ_item: bytes | None = None
    order: tuple[int, ...] = (0, 1, 2, 3)
    more: tuple[tuple[bytes, bytes], ...] = ()
    tag: bytes = head(TAG, 16)
    array: bytes = head(ARRAY, 3)
    unprotected: bytes = head(MAP, 0)
    rest: bytes = b""

    def but(self, **changes: object) -> "Seal":
        """The same with some parts replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def typ(self) -> str:
        """The typ of the header."""
        return typ(self.kind or ("seal-open" if self.psk is None else "seal"))

    def header(self, enc: bytes) -> bytes:
        """The protected header."""
        pairs = [
            (integer(1), self.suite),
            (integer(4), string(self.prekey_id) if self.kid_item is None else self.kid_item),
            (integer(16), text(self.typ) if self.typ_item is None else self.typ_item),
            (integer(-70002), string(enc if self.stated_enc is None else self.stated_enc)),
        ]
        return mapping(*(pairs[index] for index in self.order), *self.more)

    def sealed(self) -> bytes:
        """The message."""
        psk_id = b"" if self.psk is None else self.psk_id or self.prekey_id
        enc, context = hpke.setup_sender(
            self.recipient,
            b"lc/seal/1" + (self.info_typ or self.typ).encode(),
            ephemeral=self.ephemeral,
            psk=self.psk,
            psk_id=psk_id,
        )
        header = self.header(enc)
        aad = array(text("Encrypt0"), string(header), string(b""))
        middle = string(header) + self.unprotected + string(context.seal(aad, self.padded))
        return self.tag + self.array + middle + self.rest


def padded(frame: bytes, size: int = 1024, length: int | None = None, fill: bytes = b"") -> bytes:
    """A frame with its length before it and zeros behind; `fill` stands at the very end."""
    stated = len(frame) if length is None else length
    start = stated.to_bytes(4, "big") + frame
    return start + bytes(size - len(start) - len(fill)) + fill
