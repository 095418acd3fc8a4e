"""A second reader of checkpoints, written from the texts of C2SP and sharing nothing with ours.

It works on bytes with one regular expression for the whole note, knows only the rules of C2SP
signed-note, tlog-checkpoint and tlog-cosignature (not the narrower ones of this protocol), and
verifies with the equation of RFC 8032 section 5.1.7 in plain integers, not with a library.
"""

import base64
import hashlib
import re
import struct

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

NOTE = re.compile(
    rb"(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    rb"(?:[^\n]+\n)*)\n(?P<lines>(?:\xe2\x80\x94 [^\n +]+ [A-Za-z0-9+/]+=*\n)+)"
)

Point = tuple[int, int]


def added(one: Point, other: Point) -> Point:
    """The affine addition of the curve."""
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P
    return x, y


def times(number: int, point: Point) -> Point:
    result = (0, 1)
    while number:
        if number & 1:
            result = added(result, point)
        point, number = added(point, point), number >> 1
    return result


def decoded(data: bytes) -> Point:
    value = int.from_bytes(data, "little")
    y, sign = value % 2**255, value >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - square) % P == 0
    return (P - x if x % 2 != sign else x), y


BASE = decoded(bytes.fromhex("58" + "66" * 31))


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """[S]B = R + [h]A."""
    number = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    factor = int.from_bytes(digest, "little") % L
    right = added(decoded(signature[:32]), times(factor, decoded(public)))
    return number < L and times(number, BASE) == right


def read(note: str, *keys: str) -> dict[str, int | None]:
    """Who of the keys signed a checkpoint: name to the time of the cosignature, None for a log.

    Raises:
        AssertionError: the note has not its form, or a signature of one of the keys fails.
    """
    whole = NOTE.fullmatch(note.encode())
    assert whole is not None
    known = {}
    for text in keys:
        name, identity, encoded = text.encode().split(b"+", 2)
        kind_and_key = base64.b64decode(encoded, validate=True)
        assert hashlib.sha256(name + b"\n" + kind_and_key).hexdigest()[:8].encode() == identity
        known[name, bytes.fromhex(identity.decode())] = kind_and_key
    signed: dict[str, int | None] = {}
    for line in whole["lines"].splitlines():
        _, name, encoded = line.split(b" ")
        data = base64.b64decode(encoded, validate=True)
        kind_and_key = known.get((name, data[:4]), b"")
        if kind_and_key[:1] == b"\x01":
            assert holds(kind_and_key[1:], whole["text"], data[4:])
            signed[name.decode()] = None
        elif kind_and_key[:1] == b"\x04":
            (time,) = struct.unpack(">Q", data[4:12])
            message = b"cosignature/v1\ntime " + str(time).encode() + b"\n" + whole["text"]
            assert holds(kind_and_key[1:], message, data[12:])
            signed[name.decode()] = time
    return signed
