"""Frames sealed from one node to another: COSE_Encrypt0 (RFC 9052) around HPKE (RFC 9180).

A sealed frame has one form: tag 16, the protected header {1: -70001, 4: prekey id, 16: typ,
-70002: enc}, an empty unprotected header, the ciphertext. The canonical order of the labels (RFC
8949 section 4.2.1, bytewise order of the encoded keys) is 01 < 04 < 10 < 3a00011171, hence 1, 4,
16, -70002. Both negative numbers are private-use values of this protocol (spec/decisions/0011):
-70001 is suite 1, DHKEM(X25519, HKDF-SHA256) with HKDF-SHA256 and ChaCha20-Poly1305; -70002 labels
the encapsulated key. It stands in the protected header, so the tag covers it.

Two typs: "-seal-open" in HPKE base mode carries an opening to a stranger's prekey; "-seal" in PSK
mode carries everything after, so that a frame from anyone but the peer is dropped at the price of
one X25519. The reader says which of the two it takes by giving a PSK or none.

Inside: the frame's length (four bytes, big endian), the frame, and zeros up to a bucket size, so
that a size says little about what is inside.

Spec: envelope, Sealing.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from linkcontract.crypto import envelope as template
from linkcontract.crypto import hpke
from linkcontract.crypto.hkdf import hkdf
from linkcontract.crypto.secret import Secret, SecretBytes, reveal
from linkcontract.crypto.x25519 import KEY_LENGTH, check_canonical, x25519_public
from linkcontract.encoding import is_cid
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_FRAME, MAX_SEALED, PADDING_BUCKETS

__all__ = [
    "SealHeader",
    "derive_psk",
    "open_frame",
    "read_seal",
    "seal_frame",
    "x25519_public",
]

ENCRYPT0_TAG: Final = 16
SUITE_1: Final = -70001
LABEL_ENC: Final = -70002
TYPE_OPENING: Final = "application/linkcontract-seal-open"
TYPE_FRAME: Final = "application/linkcontract-seal"
INFO_PREFIX: Final = b"lc/seal/1"
PSK_INFO: Final = b"lc/psk/1"

PREKEY_ID_LENGTH: Final = 16
PSK_LENGTH: Final = 32
HALF_LENGTH: Final = 32
_LENGTH_BYTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SealHeader:
    """What can be read of a sealed frame without a key. None of it is authenticated.

    Attributes:
        opening: True for "-seal-open" (base mode), False for "-seal" (PSK mode).
        prekey_id: 16 bytes, the recipient's prekey.
        enc: the encapsulated key, 32 bytes, canonical.
        size: the padded size, one of `PADDING_BUCKETS`.
    """

    opening: bool
    prekey_id: bytes
    enc: bytes
    size: int
    protected: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)

    not_verified: ClassVar[tuple[str, ...]] = (
        "who sealed the frame",
        "that it was sealed to the prekey it names",
        "that it was not altered on the way",
    )


def derive_psk(rel: bytes, half_opener: SecretBytes, half_joiner: SecretBytes) -> Secret:
    """The pre-shared key of a relationship.

    HKDF-SHA256(salt = rel, ikm = half_opener || half_joiner, info = "lc/psk/1", 32).

    Args:
        rel: the CID of the open payload, 36 bytes.
        half_opener: 32 bytes.
        half_joiner: 32 bytes.

    Raises:
        LocalProtocolError: `seal-rel`, `secret-length`.
    """
    if not is_cid(rel):
        raise LocalProtocolError("seal-rel")
    opener = reveal(half_opener, HALF_LENGTH, "half_opener")
    joiner = reveal(half_joiner, HALF_LENGTH, "half_joiner")
    return Secret(hkdf(rel, opener + joiner, PSK_INFO, PSK_LENGTH))


def _pad(frame: bytes) -> bytes:
    needed = _LENGTH_BYTES + len(frame)
    if needed > MAX_FRAME:
        raise LocalProtocolError("seal-frame-size")
    bucket = next(size for size in PADDING_BUCKETS if size >= needed)
    return len(frame).to_bytes(_LENGTH_BYTES, "big") + frame + bytes(bucket - needed)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    end = _LENGTH_BYTES + length
    if end > len(padded):
        raise RemoteProtocolError("seal-length")
    if padded.count(0, end) != len(padded) - end:
        raise RemoteProtocolError("seal-padding")
    return padded[_LENGTH_BYTES:end]


def _protected_header(prekey_id: bytes, typ: str, enc: bytes) -> bytes:
    return (
        template.head(template.MAP, 4)
        + template.integer(template.ALGORITHM)
        + template.integer(SUITE_1)
        + template.integer(template.KEY_ID)
        + template.byte_string(prekey_id)
        + template.integer(template.TYPE)
        + template.text(typ)
        + template.integer(LABEL_ENC)
        + template.byte_string(enc)
    )


def additional_data(protected: bytes) -> bytes:
    """The Enc_structure of a COSE_Encrypt0 with empty external data (RFC 9052 section 5.3)."""
    return (
        template.head(template.ARRAY, 3)
        + template.text("Encrypt0")
        + template.byte_string(protected)
        + template.byte_string(b"")
    )


def _psk_inputs(psk: SecretBytes | None, prekey_id: bytes) -> tuple[Secret | None, bytes]:
    """The PSK and the psk_id of HPKE: both, or neither."""
    if psk is None:
        return None, b""
    return Secret(reveal(psk, PSK_LENGTH, "psk")), prekey_id


def _info(typ: str) -> bytes:
    return INFO_PREFIX + typ.encode("ascii")


def seal_frame(
    frame: bytes,
    *,
    recipient: bytes,
    prekey_id: bytes,
    ephemeral: SecretBytes,
    psk: SecretBytes | None,
) -> bytes:
    """Seal one frame.

    Args:
        frame: the encoded frame, at most `MAX_FRAME` - 4 bytes.
        recipient: the public key of the recipient's prekey, 32 bytes, checked with
            `check_x25519_public` when it was announced.
        prekey_id: the id of that prekey, 16 bytes.
        ephemeral: 32 fresh random bytes; using them for two frames gives both away.
        psk: None for an opening, else the 32 bytes of `derive_psk`.

    Raises:
        LocalProtocolError: `seal-frame-size`, `seal-prekey-id`, `seal-recipient`,
            `secret-length`.
    """
    if len(prekey_id) != PREKEY_ID_LENGTH:
        raise LocalProtocolError("seal-prekey-id")
    padded = _pad(frame)
    typ = TYPE_OPENING if psk is None else TYPE_FRAME
    key, key_id = _psk_inputs(psk, prekey_id)
    try:
        enc, context = hpke.setup_sender(
            recipient, _info(typ), ephemeral=ephemeral, psk=key, psk_id=key_id
        )
    except RemoteProtocolError:  # an unusable key should have been refused when it was announced
        raise LocalProtocolError("seal-recipient") from None
    protected = _protected_header(prekey_id, typ, enc)
    return (
        template.head(template.TAG, ENCRYPT0_TAG)
        + template.head(template.ARRAY, 3)
        + template.byte_string(protected)
        + template.head(template.MAP, 0)
        + template.byte_string(context.seal(additional_data(protected), padded))
    )


def _is_bytes(length: int) -> template.Accepts:
    return lambda major, value: (
        major == template.BYTES and isinstance(value, bytes) and len(value) == length
    )


_TYPES: Final = {TYPE_OPENING.encode("ascii"): True, TYPE_FRAME.encode("ascii"): False}
_TEMPLATE: Final = (
    template.Parameter(template.ALGORITHM, "seal-suite", lambda _, value: value == SUITE_1),
    template.Parameter(template.KEY_ID, "seal-prekey-id", _is_bytes(PREKEY_ID_LENGTH)),
    template.Parameter(
        template.TYPE,
        "cose-typ",
        lambda major, value: major == template.TEXT and value in _TYPES,
    ),
    template.Parameter(LABEL_ENC, "seal-enc", _is_bytes(KEY_LENGTH)),
)


def read_seal(data: bytes) -> SealHeader:
    """Read a sealed frame as far as it goes without a key.

    Raises:
        RemoteProtocolError: `cose-too-large`, `cose-truncated`, `cose-encoding`, `cose-tag`,
            `cose-structure`, `cose-protected`, `cose-crit`, `cose-label`, `cose-order`,
            `cose-typ`, `cose-unprotected`, `cose-trailing`, `seal-suite`, `seal-prekey-id`,
            `seal-enc` (not 32 bytes), `x25519-canonical` (bit 255 set, or not reduced),
            `seal-size` (the ciphertext is of no bucket's size).
    """
    if len(data) > MAX_SEALED:
        raise RemoteProtocolError("cose-too-large")
    reader, protected, values = template.read_structure(
        data, tag=ENCRYPT0_TAG, parts=3, template=_TEMPLATE
    )
    _, prekey_id, typ, enc = values
    assert isinstance(prekey_id, bytes)  # their parameters accept nothing else
    assert isinstance(typ, bytes)
    assert isinstance(enc, bytes)
    check_canonical(enc, "enc")
    ciphertext = reader.byte_string("cose-structure")
    reader.end()
    size = len(ciphertext) - hpke.TAG_LENGTH
    if size not in PADDING_BUCKETS:
        raise RemoteProtocolError("seal-size")
    return SealHeader(
        opening=_TYPES[typ],
        prekey_id=prekey_id,
        enc=enc,
        size=size,
        protected=protected,
        ciphertext=ciphertext,
    )


def open_frame(data: bytes, secret: SecretBytes, psk: SecretBytes | None) -> bytes:
    """Open a sealed frame.

    Args:
        data: the bytes as received.
        secret: the secret of the prekey the header names, 32 bytes.
        psk: None where only an opening is acceptable, else the PSK, and then only a frame of PSK
            mode is: a peer cannot be talked down to base mode.

    Returns:
        The encoded frame. In base mode nothing says who sealed it.

    Raises:
        RemoteProtocolError: those of `read_seal`; `seal-mode` (the other typ than `psk` asks
            for), `x25519-low-order`, `seal-open` (another key, another PSK, or altered),
            `seal-length`, `seal-padding`.
        LocalProtocolError: `secret-length`.
    """
    header = read_seal(data)
    if header.opening != (psk is None):
        raise RemoteProtocolError("seal-mode")
    key, key_id = _psk_inputs(psk, header.prekey_id)
    info = _info(TYPE_OPENING if header.opening else TYPE_FRAME)
    context = hpke.setup_receiver(header.enc, secret, info, psk=key, psk_id=key_id)
    try:
        padded = context.open(additional_data(header.protected), header.ciphertext)
    except RemoteProtocolError:
        raise RemoteProtocolError("seal-open") from None
    return _unpad(padded)
