"""Keys and signatures: the edges on which libraries differ."""

import hashlib
from collections.abc import Callable
from typing import Final

from build.raw import (
    ORDER,
    added,
    base_times,
    challenge,
    scalar,
    secret_scalar,
)
from build.world import seed

Add = Callable[..., None]

SIGNATURES: Final = "envelope, Signatures"
SECRET: Final = seed("edge key")
SCALAR: Final = secret_scalar(SECRET) % ORDER
PUBLIC: Final = base_times(SCALAR)
NONCE: Final = int.from_bytes(seed("edge nonce"), "little") % ORDER
NONCE_POINT: Final = base_times(NONCE)
IDENTITY: Final = bytes([1]) + bytes(31)
ORDER_2: Final = bytes([0xEC]) + b"\xff" * 30 + b"\x7f"
ORDER_4: Final = bytes(32)
ORDER_8: Final = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
IDENTITY_LARGE: Final = bytes([0xEE]) + b"\xff" * 30 + b"\x7f"
IDENTITY_MINUS: Final = bytes([1]) + bytes(30) + b"\x80"
ORDER_2_MINUS: Final = bytes([0xEC]) + b"\xff" * 31
LARGE: Final = bytes([0xF0]) + b"\xff" * 30 + b"\x7f"
OFF_CURVE: Final = bytes([2]) + bytes(31)
MIXED: Final = added(PUBLIC, ORDER_8)
NONCE_MIXED: Final = added(NONCE_POINT, ORDER_8)

KEYS: Final = (
    (
        "identity",
        "For the identity every signature with R = [S]B verifies",
        IDENTITY,
        "key-small-order",
    ),
    ("order-2", "A point of order 2", ORDER_2, "key-small-order"),
    (
        "order-4",
        "32 zeros are a point of order 4, and what memory nobody filled looks like",
        ORDER_4,
        "key-small-order",
    ),
    ("order-8", "A point of order 8", ORDER_8, "key-small-order"),
    ("identity-not-reduced", "p + 1 is a second encoding of 1", IDENTITY_LARGE, "key-canonical"),
    ("identity-minus-zero", "A sign bit where x is 0", IDENTITY_MINUS, "key-canonical"),
    ("order-2-minus-zero", "A sign bit where x is 0", ORDER_2_MINUS, "key-canonical"),
    ("not-reduced", "p + 3, a second encoding of 3", LARGE, "key-canonical"),
    ("off-curve", "No x belongs to this y", OFF_CURVE, "key-subgroup"),
    (
        "mixed",
        "An honest key and a point of order 8: libraries differ about its signatures",
        MIXED,
        "key-subgroup",
    ),
    ("31-bytes", "A byte is missing", PUBLIC[:31], "key-length"),
    ("33-bytes", "The point with a multicodec in front", b"\xed" + PUBLIC, "key-length"),
    ("empty", "No key", b"", "key-length"),
)


def _raw(nonce_point: bytes, public: bytes, message: bytes) -> int:
    """The hash of the equation before it is reduced."""
    digest = hashlib.sha512(nonce_point + public + message).digest()
    return int.from_bytes(digest, "little")


def _message(nonce_point: bytes, public: bytes, wanted: Callable[[int, int], bool]) -> bytes:
    """The first numbered message whose hash, reduced and not, is wanted."""
    for number in range(10_000):
        message = b"edge %d" % number
        if wanted(challenge(nonce_point, public, message), _raw(nonce_point, public, message)):
            return message
    raise ValueError("no message has such a hash")


def _edge(nonce_point: bytes, public: bytes, message: bytes, nonce: int = NONCE) -> bytes:
    """A signature as the honest scalar gives it, whatever stands for its points."""
    return nonce_point + scalar(nonce + challenge(nonce_point, public, message) * SCALAR)


def _signatures() -> list[tuple[str, str, bytes, bytes, bytes, bool]]:
    message = b"what was signed"
    right = _edge(NONCE_POINT, PUBLIC, message)
    point, answer = right[:32], int.from_bytes(right[32:], "little")
    whole = lambda reduced, _: reduced % 8 == 0  # noqa: E731
    rest = lambda reduced, raw: reduced % 8 == 3 and raw % 8 == 3  # noqa: E731
    by_eight = _message(NONCE_POINT, ORDER_8, whole)
    rows = [
        ("honest", "The equation holds", PUBLIC, message, right, True),
        ("empty-message", "A message of no bytes", PUBLIC, b"", _edge(point, PUBLIC, b""), True),
        (
            "long-message",
            "A message of several blocks",
            PUBLIC,
            bytes(range(256)) * 5,
            _edge(point, PUBLIC, bytes(range(256)) * 5),
            True,
        ),
        ("other-message", "One more byte", PUBLIC, message + b".", right, False),
        ("other-key", "Another key", base_times(SCALAR + 1), message, right, False),
        ("s-zero", "S is 0", PUBLIC, message, point + bytes(32), False),
        (
            "s-plus-order",
            "S + L gives the same point: without the check anybody makes a second signature",
            PUBLIC,
            message,
            point + (answer + ORDER).to_bytes(32, "little"),
            False,
        ),
        (
            "s-top-bits",
            "S of 256 bits: a check of the top three bits alone lets smaller ones pass",
            PUBLIC,
            message,
            point + (answer + 15 * ORDER).to_bytes(32, "little"),
            False,
        ),
        ("nonce-off-curve", "R is no point", PUBLIC, message, OFF_CURVE + right[32:], False),
        ("key-off-curve", "A is no point", OFF_CURVE, message, right, False),
        ("63-bytes", "A byte is missing", PUBLIC, message, right[:63], False),
        ("65-bytes", "A byte too many", PUBLIC, message, right + b"\x00", False),
        ("nothing", "No signature", PUBLIC, message, b"", False),
        ("key-31-bytes", "The key lacks a byte", PUBLIC[:31], message, right, False),
        (
            "key-identity",
            "With the identity as key any R = [S]B verifies any message",
            IDENTITY,
            message,
            point + scalar(NONCE),
            False,
        ),
        (
            "key-order-8",
            "With a key of order 8 the equation holds for one message in eight, such as this",
            ORDER_8,
            by_eight,
            point + scalar(NONCE),
            False,
        ),
        (
            "key-identity-not-reduced",
            "The identity in an encoding that is not reduced passes a list of eight encodings",
            IDENTITY_LARGE,
            message,
            point + scalar(NONCE),
            False,
        ),
        (
            "key-identity-minus-zero",
            "The identity with a sign bit",
            IDENTITY_MINUS,
            message,
            point + scalar(NONCE),
            False,
        ),
        (
            "nonce-identity",
            "R is the identity and the equation holds: whoever sees this knows the secret key",
            PUBLIC,
            message,
            _edge(IDENTITY, PUBLIC, message, 0),
            False,
        ),
        (
            "nonce-identity-not-reduced",
            "Whoever decodes R and compares points accepts a second encoding",
            PUBLIC,
            message,
            _edge(IDENTITY_LARGE, PUBLIC, message, 0),
            False,
        ),
        (
            "nonce-identity-minus-zero",
            "The same with a sign bit",
            PUBLIC,
            message,
            _edge(IDENTITY_MINUS, PUBLIC, message, 0),
            False,
        ),
        (
            "nonce-mixed",
            "R with a part of order 8: the equation holds times the cofactor only",
            PUBLIC,
            message,
            _edge(NONCE_MIXED, PUBLIC, message),
            False,
        ),
    ]
    odd = _message(NONCE_POINT, MIXED, rest)
    even = _message(NONCE_POINT, MIXED, lambda reduced, raw: reduced % 8 == 0 and raw % 8 == 0)
    reduced_only = _message(NONCE_POINT, MIXED, lambda reduced, raw: reduced % 8 == 0 != raw % 8)
    raw_only = _message(NONCE_POINT, MIXED, lambda reduced, raw: raw % 8 == 0 != reduced % 8)
    cancel = _message(NONCE_MIXED, MIXED, lambda reduced, _: reduced % 8 == 7)
    both = _message(NONCE_MIXED, MIXED, lambda reduced, _: reduced % 8 == 2)
    mixed = [
        ("residue", "The part of order 8 stays: right times the cofactor only", odd, False),
        ("no-residue", "The part of order 8 drops out for this message", even, True),
        (
            "reduced",
            "It drops out of the hash modulo L, which is the one that counts",
            reduced_only,
            True,
        ),
        (
            "not-reduced",
            "It drops out only if the hash is not reduced first",
            raw_only,
            False,
        ),
    ]
    for name, comment, given, valid in mixed:
        signed = _edge(NONCE_POINT, MIXED, given)
        rows.append((f"key-mixed-{name}", comment, MIXED, given, signed, valid))
    for name, comment, given, valid in (
        ("cancel", "The parts of order 8 of key and R cancel out", cancel, True),
        ("residue", "They do not cancel out: right times the cofactor only", both, False),
    ):
        signed = _edge(NONCE_MIXED, MIXED, given)
        rows.append((f"both-mixed-{name}", comment, MIXED, given, signed, valid))
    return rows


def _keys(add: Add) -> None:
    add(
        "key",
        "A key of the prime-order subgroup",
        SIGNATURES,
        "check-key",
        {"public": PUBLIC},
        claims={},
    )
    for name, comment, public, code in KEYS:
        add(f"key-{name}", comment, SIGNATURES, "check-key", {"public": public}, error=code)
    for name, comment, public, message, signed, valid in _signatures():
        add(
            f"signature-{name}",
            comment,
            SIGNATURES,
            "verify-signature",
            {"public": public, "message": message, "signature": signed},
            claims={"valid": valid},
        )


def build(add: Add) -> None:
    """Add the vectors of keys and signatures."""
    _keys(add)
