"""COSE_Sign1 (RFC 9052): signing a payload, and the only way back to it.

An envelope has one form (spec: envelope, Envelope): tag 18, the protected header {1: -19 (Ed25519,
RFC 9864), 4: kid, 16: typ} in this order, an empty unprotected header, the payload embedded, 64
bytes of signature; the external additional data is empty. The old algorithm number -8 is refused:
accepting both would give one statement two encodings.

There is no function that returns a payload whose signature was not verified. The id of a payload
is the CID of its bytes, never of the envelope: signing it again gives no second statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from linkcontract.crypto import envelope as template
from linkcontract.crypto.ed25519 import SIGNATURE_LENGTH, SigningKey, check_public_key, verify
from linkcontract.encoding import cid_of, is_cid
from linkcontract.errors import LocalProtocolError, RemoteProtocolError

KINDS: Final = frozenset({"incp", "kel", "stmt", "card", "wellknown", "bundle"})
"""What can be signed: one kind for each context in which a signature is verified."""

SELF_SIGNED_KINDS: Final = frozenset({"incp", "kel"})
"""Key events: signed by the key they contain, with the id of their own payload as kid."""

SIGN1_TAG: Final = 18
ALGORITHM_ED25519: Final = -19

MAX_ENVELOPE_OVERHEAD: Final = 192
"""An upper bound on what an envelope adds to its payload, in bytes."""

_TYPE_PREFIX: Final = "application/linkcontract-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A payload whose signature was verified.

    Attributes:
        payload: the signed bytes, as received.
        kid: the CID of the key event whose key signed.
        id: the CID of the payload.
    """

    payload: bytes
    kid: bytes
    id: bytes

    not_verified: ClassVar[tuple[str, ...]] = (
        "that the payload is in the encoding profile and has the fields of its kind",
        "that the party named in the payload is the one whose history holds the key",
        "that the key was the current one at the time of signing",
        "any time stated in the payload",
        "who holds the key, and whether what was signed has legal effect",
    )


@dataclass(frozen=True, slots=True)
class _Unverified:
    """The pieces of an envelope of the right form. Private: nothing here is verified."""

    protected: bytes
    kid: bytes
    payload: bytes
    signature: bytes


def typ_of(kind: str) -> str:
    """The typ (RFC 9596) of a kind.

    Raises:
        LocalProtocolError: `cose-kind`.
    """
    if kind not in KINDS:
        raise LocalProtocolError("cose-kind")
    return _TYPE_PREFIX + kind


def _protected_header(kid: bytes, kind: str) -> bytes:
    return (
        template.head(template.MAP, 3)
        + template.integer(template.ALGORITHM)
        + template.integer(ALGORITHM_ED25519)
        + template.integer(template.KEY_ID)
        + template.byte_string(kid)
        + template.integer(template.TYPE)
        + template.text(typ_of(kind))
    )


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of a COSE_Sign1 with empty external data (RFC 9052 section 4.4).

    Args:
        protected: the bytes of the protected header, without the byte string's head.
        payload: the payload, without the byte string's head.
    """
    return (
        template.head(template.ARRAY, 4)
        + template.text("Signature1")
        + template.byte_string(protected)
        + template.byte_string(b"")
        + template.byte_string(payload)
    )


def sign1(key: SigningKey, kid: bytes, kind: str, payload: bytes) -> bytes:
    """Sign a payload.

    Args:
        key: the key of the key event that `kid` names.
        kid: CID of that key event; for a key event itself, the CID of `payload`.
        kind: one of `KINDS`.
        payload: bytes in the encoding profile.

    Returns:
        The envelope.

    Raises:
        LocalProtocolError: `cose-kind`, `cose-kid`.
    """
    if not is_cid(kid):
        raise LocalProtocolError("cose-kid")
    protected = _protected_header(kid, kind)
    return (
        template.head(template.TAG, SIGN1_TAG)
        + template.head(template.ARRAY, 4)
        + template.byte_string(protected)
        + template.head(template.MAP, 0)
        + template.byte_string(payload)
        + template.byte_string(key.sign(to_be_signed(protected, payload)))
    )


def _read(kind: str, envelope: bytes, max_payload: int) -> _Unverified:
    typ = typ_of(kind).encode("ascii")
    if len(envelope) > max_payload + MAX_ENVELOPE_OVERHEAD:
        raise RemoteProtocolError("cose-too-large")
    parameters = (
        template.Parameter(
            template.ALGORITHM, "cose-algorithm", lambda _, value: value == ALGORITHM_ED25519
        ),
        template.Parameter(
            template.KEY_ID,
            "cose-kid",
            lambda major, value: major == template.BYTES and is_cid(value),
        ),
        template.Parameter(
            template.TYPE, "cose-typ", lambda major, value: (major, value) == (template.TEXT, typ)
        ),
    )
    reader, protected, values = template.read_structure(
        envelope, tag=SIGN1_TAG, parts=4, template=parameters
    )
    kid = values[1]
    assert isinstance(kid, bytes)  # its parameter accepts nothing else
    payload = reader.byte_string("cose-payload")  # a detached payload is null and refused here
    if len(payload) > max_payload:
        raise RemoteProtocolError("cose-too-large")
    signature = reader.byte_string("cose-structure")
    if len(signature) != SIGNATURE_LENGTH:
        raise RemoteProtocolError("cose-signature-length")
    reader.end()
    return _Unverified(protected, kid, payload, signature)


def _verified(parts: _Unverified, public: bytes) -> Opened:
    if not verify(public, to_be_signed(parts.protected, parts.payload), parts.signature):
        raise RemoteProtocolError("cose-signature")
    return Opened(payload=parts.payload, kid=parts.kid, id=cid_of(parts.payload))


def open_sign1(
    kind: str,
    envelope: bytes,
    resolve: Callable[[bytes], bytes | None],
    *,
    max_payload: int,
) -> Opened:
    """Verify an envelope and return its payload.

    The caller still has to check that the party the payload names is the one in whose key history
    `resolve` found the key, and that the payload's `ks` is the kid.

    Args:
        kind: the one kind that is acceptable here, of `KINDS`.
        envelope: the bytes as received.
        resolve: the public key of a key event by its CID, or None when no history in question
            holds it. It must look nowhere else: a kid is never itself a key.
        max_payload: most bytes of payload.

    Raises:
        RemoteProtocolError: `cose-too-large`, `cose-truncated`, `cose-encoding`, `cose-tag`,
            `cose-structure`, `cose-protected`, `cose-crit`, `cose-label`, `cose-order`,
            `cose-algorithm`, `cose-kid`, `cose-typ`, `cose-unprotected`, `cose-payload`,
            `cose-signature-length`, `cose-trailing`, `cose-key` (the kid resolves to no key),
            `cose-signature` (the signature does not verify).
        LocalProtocolError: `cose-kind`.
    """
    parts = _read(kind, envelope, max_payload)
    public = resolve(parts.kid)
    if public is None:
        raise RemoteProtocolError("cose-key")
    return _verified(parts, public)


def open_self_signed(
    kind: str,
    envelope: bytes,
    key_of: Callable[[bytes], bytes],
    *,
    max_payload: int,
) -> Opened:
    """Verify a key event with the key it contains. For key histories and nothing else.

    Args:
        kind: of `SELF_SIGNED_KINDS`.
        envelope: the bytes as received.
        key_of: reads the public key from payload bytes that are not verified yet, and raises
            RemoteProtocolError when they hold none. Nothing else it sees may be used.
        max_payload: most bytes of payload.

    Raises:
        RemoteProtocolError: those of `open_sign1`, where `cose-key` says that the kid is not the
            CID of the payload; those of `check_public_key`, because this is where a key is
            introduced; those of `key_of`.
        LocalProtocolError: `cose-kind`.
    """
    if kind not in SELF_SIGNED_KINDS:
        raise LocalProtocolError("cose-kind")
    parts = _read(kind, envelope, max_payload)
    if parts.kid != cid_of(parts.payload):
        raise RemoteProtocolError("cose-key")
    public = key_of(parts.payload)
    check_public_key(public)
    return _verified(parts, public)
