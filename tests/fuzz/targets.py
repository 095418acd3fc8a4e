"""Every entry that takes bytes from outside, by name: what it is called with and where to start.

A target takes any bytes and either returns or raises a `LinkContractError`; any other outcome is a
failure. To register one, add a line to `TARGETS` with a few valid inputs as seeds. The table is
used twice: by `run.py` (coverage-guided, for hours) and by the tests (bounded, in every run).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
from linkcontract.limits import MAX_FRAME


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


TARGETS: dict[str, Target] = {
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
}


def run(target: Target, data: bytes) -> bool:
    """Feed `data` to `target`; True if it was accepted, False if it was refused as it should be."""
    try:
        target.call(data)
    except LinkContractError:
        return False
    return True
