"""Signed notes of the vectors, written and signed line by line, right and wrong."""

import base64
import hashlib
from typing import Any, Final

from build.areas.log import ENTRIES, root
from build.world import T0, seed
from linkcontract.crypto.ed25519 import SigningKey

ORIGIN: Final = "shop.example/log"
LOG: Final = SigningKey(seed("log key"))
W1, W2, W3 = (SigningKey(seed(f"witness key {number}")) for number in (1, 2, 3))
N1, N2, N3 = (f"witness.example/w{number}" for number in (1, 2, 3))
PLAIN: Final = 1
COSIGNATURE: Final = 4
TIME: Final = T0 // 1000

ROOT: Final = root(ENTRIES[:7])


def b64(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode()


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes in front of a signature."""
    return hashlib.sha256(name.encode() + b"\n" + bytes((kind,)) + public).digest()[:4]


def vkey(name: str, kind: int, public: bytes) -> str:
    """A verifier key."""
    return f"{name}+{key_id(name, kind, public).hex()}+{b64(bytes((kind,)) + public)}"


def line(name: str, identity: bytes, signature: bytes) -> str:
    """A signature line."""
    return f"\u2014 {name} {b64(identity + signature)}\n"


def text(origin: str = ORIGIN, size: str = "7", root: str = b64(ROOT)) -> str:
    """The text of a checkpoint."""
    return f"{origin}\n{size}\n{root}\n"


def by_log(body: str, name: str = ORIGIN, key: SigningKey = LOG) -> str:
    """A line of a log."""
    return line(name, key_id(name, PLAIN, key.public), key.sign(body.encode()))


def by_witness(
    body: str, name: str = N1, key: SigningKey = W1, time: int = TIME, said: int | None = None
) -> str:
    """A line of a witness; `said` stands in it in place of the time that was signed."""
    signature = key.sign(f"cosignature/v1\ntime {time}\n{body}".encode())
    shown = (time if said is None else said).to_bytes(8, "big")
    return line(name, key_id(name, COSIGNATURE, key.public), shown + signature)


def note(body: str, *lines: str) -> str:
    """A signed note."""
    return f"{body}\n{''.join(lines)}"


def spoiled(signature_line: str) -> str:
    """A line with one bit of its signature changed."""
    dash, name, encoded = signature_line.split()
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    return f"{dash} {name} {b64(bytes(data))}\n"


def long(size: int) -> str:
    """A checkpoint of so many characters, by the name of an unknown key."""
    whole = note(TEXT, SIGNED, line("w", bytes(4), bytes(64)))
    return whole.replace("\u2014 w ", f"\u2014 {'w' * (size + 1 - len(whole))} ")


KEY: Final = vkey(ORIGIN, PLAIN, LOG.public)
K1, K2, K3 = (vkey(name, COSIGNATURE, key.public) for name, key in ((N1, W1), (N2, W2), (N3, W3)))
TEXT: Final = text()
SIGNED: Final = by_log(TEXT)
ONE: Final = by_witness(TEXT)
TWO: Final = by_witness(TEXT, N2, W2, TIME + 60)


def asked(given: str, *witnesses: str, required: int = 0, **changes: Any) -> dict[str, Any]:
    """The input of `checkpoint`."""
    right = {
        "note": given,
        "origin": ORIGIN,
        "key": KEY,
        "witnesses": list(witnesses),
        "required": required,
    }
    return {**right, **changes}
