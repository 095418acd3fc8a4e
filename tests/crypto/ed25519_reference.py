"""Ed25519 over Python integers, written from RFC 8032 and the five rules; slow and independent.

It shares no code with the package. Points are affine pairs; nothing is in constant time.
"""

import hashlib
from dataclasses import dataclass

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    """The complete addition law of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x3 = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P
    y3 = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P
    return x3, y3


def negate(a: Point) -> Point:
    return -a[0] % P, a[1]


def multiply(scalar: int, point: Point) -> Point:
    # Extended coordinates, because an inversion per step would take minutes over all vectors.
    x, y = point
    total = (0, 1, 1, 0)
    step = (x, y, 1, x * y % P)
    while scalar:
        if scalar & 1:
            total = _add_extended(total, step)
        step = _add_extended(step, step)
        scalar >>= 1
    inverse = pow(total[2], -1, P)
    return total[0] * inverse % P, total[1] * inverse % P


def _add_extended(
    a: tuple[int, int, int, int], b: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    aa = (a[1] - a[0]) * (b[1] - b[0]) % P
    bb = (a[1] + a[0]) * (b[1] + b[0]) % P
    cc = 2 * a[3] * b[3] * D % P
    dd = 2 * a[2] * b[2] % P
    e, f, g, h = bb - aa, dd - cc, dd + cc, bb + aa
    return e * f % P, g * h % P, f * g % P, e * h % P


def recover_x(y: int, sign: int) -> int | None:
    """RFC 8032 section 5.1.3, but -0 is taken as 0: whether it is canonical is another question."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x and x & 1 != sign else x


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """The point an encoding means under the most lenient reading; None if there is none."""
    value = int.from_bytes(data, "little")
    y = (value & ((1 << 255) - 1)) % P
    x = recover_x(y, value >> 255)
    return None if x is None else (x, y)


_BASE_Y = 4 * pow(5, -1, P) % P
_BASE_X = recover_x(_BASE_Y, 0)
assert _BASE_X is not None
BASE: Point = (_BASE_X, _BASE_Y)


def _generator_of_torsion() -> Point:
    """A point of order 8: [L] of a point of full order."""
    for y in range(2, 100):
        x = recover_x(y, 0)
        if x is not None:
            candidate = multiply(L, (x, y))
            if multiply(4, candidate) != IDENTITY:
                return candidate
    raise AssertionError("the curve has points of order 8")


TORSION_GENERATOR = _generator_of_torsion()
TORSION: tuple[Point, ...] = tuple(multiply(i, TORSION_GENERATOR) for i in range(8))


def digest(*parts: bytes) -> int:
    """SHA-512 as a little-endian integer, not reduced."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


@dataclass(frozen=True)
class Secret:
    scalar: int
    prefix: bytes


def expand(seed: bytes) -> Secret:
    """RFC 8032 section 5.1.5."""
    expanded = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(expanded[:32], "little")
    scalar = scalar & ((1 << 254) - 8) | 1 << 254
    return Secret(scalar, expanded[32:])


def sign(seed: bytes, message: bytes) -> bytes:
    """RFC 8032 section 5.1.6."""
    secret = expand(seed)
    public = encode(multiply(secret.scalar, BASE))
    nonce = digest(secret.prefix, message) % L
    nonce_point = encode(multiply(nonce, BASE))
    s = (nonce + digest(nonce_point, public, message) * secret.scalar) % L
    return nonce_point + s.to_bytes(32, "little")


def verify(public: bytes, message: bytes, signature: bytes, *, cofactored: bool = False) -> bool:
    """The five rules. `cofactored` replaces the fifth by the equation multiplied by eight."""
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    points = []
    for encoded in (public, signature[:32]):
        point = decode(encoded)
        if point is None or encode(point) != encoded or multiply(8, point) == IDENTITY:
            return False
        points.append(point)
    key, nonce_point = points
    h = digest(signature[:32], public, message) % L
    left = add(multiply(s, BASE), negate(multiply(h, key)))
    if cofactored:
        return multiply(8, left) == multiply(8, nonce_point)
    return encode(left) == signature[:32]


def introduction_fault(public: bytes) -> str:
    """Why a key may not be introduced, as an error code, or ""."""
    if len(public) != 32:
        return "key-length"
    point = decode(public)
    if point is None:
        value = int.from_bytes(public, "little") & ((1 << 255) - 1)
        return "key-canonical" if value >= P else "key-subgroup"
    if encode(point) != public:
        return "key-canonical"
    if multiply(8, point) == IDENTITY:
        return "key-small-order"
    return "" if multiply(L, point) == IDENTITY else "key-subgroup"
