"""Every entry that takes bytes from outside, by name: what it is called with and where to start.

A target takes any bytes and either returns or raises a `LinkContractError`; any other outcome is a
failure. To register one, add a line to `TARGETS` with a few valid inputs as seeds. The table is
used twice: by `run.py` (coverage-guided, for hours) and by the tests (bounded, in every run).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit_targets import AUDIT_TARGETS
from model_targets import MODEL_TARGETS
from protocol_targets import PROTOCOL_TARGETS

from linkcontract.crypto.cose import open_self_signed, open_sign1, sign1
from linkcontract.crypto.ed25519 import SigningKey, check_public_key
from linkcontract.crypto.keyfile import CHEAPEST, open_secrets, seal_secrets
from linkcontract.crypto.sealing import open_frame, read_seal, seal_frame, x25519_public
from linkcontract.crypto.x25519 import check_x25519_public
from linkcontract.encoding import (
    cid_from_text,
    cid_of,
    cid_text,
    decode,
    did_key_parse,
    did_key_text,
    encode,
)
from linkcontract.encoding.decoder import Decoder
from linkcontract.errors import LinkContractError, RemoteProtocolError
from linkcontract.limits import MAX_FRAME, MAX_HEADER


@dataclass(frozen=True, slots=True)
class Target:
    """One entry: `call` takes the input; `seeds` are inputs it accepts, for mutation."""

    call: Callable[[bytes], object]
    seeds: Sequence[bytes]


def decode_and_compare(data: bytes) -> object:
    """Decode; what is accepted must encode to the same bytes and never cost more than its size."""
    decoder = Decoder(data)
    try:
        value = decoder.decode()
    except RemoteProtocolError:
        value = None
    else:
        assert encode(value) == data, "two encodings of one value"
    assert decoder.steps <= len(data) + 1, "more work than the input is long"
    return decode(data, max_bytes=MAX_FRAME)


def read_cid_text(data: bytes) -> object:
    return cid_from_text(data.decode("latin-1"))


def read_did_key(data: bytes) -> object:
    return did_key_parse(data.decode("latin-1"))


KEY = SigningKey(bytes(32))
KEY_EVENT = cid_of(KEY.public)
PREKEY_SECRET = bytes(range(32))
PREKEY_ID = bytes(16)
PSK = b"p" * 32
KEY_FILE = seal_secrets(b"secret", b"word", entropy=bytes, cost=CHEAPEST)


def open_statement(data: bytes) -> object:
    opened = open_sign1("stmt", data, {KEY_EVENT: KEY.public}.get, max_payload=MAX_HEADER)
    envelope = sign1(KEY, KEY_EVENT, "stmt", opened.payload)
    assert envelope == data, "two envelopes of one payload"
    return opened


def open_inception(data: bytes) -> object:
    return open_self_signed("incp", data, lambda payload: payload[:32], max_payload=MAX_HEADER)


def open_sealed(data: bytes) -> object:
    header = read_seal(data)
    return open_frame(data, PREKEY_SECRET, None if header.opening else PSK)


def open_key_file(data: bytes) -> object:
    # A dearer cost within the bounds is the same code with more argon2id, seconds of it.
    return open_secrets(data[:10] + KEY_FILE[10:18] + data[18:], b"word")


def introduce_keys(data: bytes) -> None:
    check_public_key(data)
    check_x25519_public(data)


def sealed(psk: bytes | None) -> bytes:
    return seal_frame(
        b"frame",
        recipient=x25519_public(PREKEY_SECRET),
        prekey_id=PREKEY_ID,
        ephemeral=bytes(range(1, 33)),
        psk=psk,
    )


TARGETS: dict[str, Target] = {
    "open-sign1": Target(open_statement, [sign1(KEY, KEY_EVENT, "stmt", b"\xa0")]),
    "open-self-signed": Target(
        open_inception, [sign1(KEY, cid_of(KEY.public), "incp", KEY.public)]
    ),
    "open-frame": Target(open_sealed, [sealed(None), sealed(PSK)]),
    "open-secrets": Target(open_key_file, [KEY_FILE]),
    "introduce-keys": Target(introduce_keys, [KEY.public]),
    "decode": Target(
        decode_and_compare,
        [
            encode({"v": 1, "at": 1_700_000_000_000, "seen": [[b"w" * 36, 3, b"c" * 36]]}),
            encode([None, True, False, -1, 2**53 - 1, -(2**53) + 1, "free text\n", b"\x00" * 300]),
            encode({"a" * 128: {}, "b": [[[[[[[[]]]]]]]]}),
        ],
    ),
    "cid-text": Target(read_cid_text, [cid_text(cid_of(b"seed")).encode()]),
    "did-key": Target(read_did_key, [did_key_text(bytes(range(32))).encode()]),
    **{name: Target(*entry) for name, entry in AUDIT_TARGETS.items()},
    **{name: Target(*entry) for name, entry in MODEL_TARGETS.items()},
    **{name: Target(*entry) for name, entry in PROTOCOL_TARGETS.items()},
}


def run(target: Target, data: bytes) -> bool:
    """Feed `data` to `target`; True if it was accepted, False if it was refused as it should be."""
    try:
        target.call(data)
    except LinkContractError:
        return False
    return True
