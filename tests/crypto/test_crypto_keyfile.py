"""Key files and vault rows: wrong passphrases, hostile files, altered and misplaced bytes."""

import struct
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl import pwhash

from linkcontract import limits
from linkcontract.crypto.keyfile import (
    CHEAPEST,
    MAGIC,
    KeyfileCost,
    open_secrets,
    seal_secrets,
)
from linkcontract.crypto.secret import Secret
from linkcontract.crypto.vault import open_row, seal_row
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import KIB, MIB

PASSPHRASE = b"correct horse battery staple"
SECRETS = b"thirty-two bytes of a storage key"
HEADER = 58
GIB = 1024 * MIB


def counting_entropy() -> Callable[[int], bytes]:
    counter: Iterator[int] = iter(range(1, 255))
    return lambda length: bytes([next(counter)]) * length


def seal(plaintext: bytes = SECRETS) -> bytes:
    return seal_secrets(plaintext, PASSPHRASE, entropy=counting_entropy(), cost=CHEAPEST)


SEALED = seal()


def remote_code(call: Callable[[], object]) -> str:
    with pytest.raises(RemoteProtocolError) as refused:
        call()
    return refused.value.code


def local_code(call: Callable[[], object]) -> str:
    with pytest.raises(LocalProtocolError) as refused:
        call()
    return refused.value.code


def test_round_trip() -> None:
    assert open_secrets(SEALED, PASSPHRASE) == SECRETS
    assert open_secrets(SEALED, Secret(PASSPHRASE)) == SECRETS
    assert SECRETS not in SEALED


def test_the_form_of_the_file() -> None:
    magic, ops, memory, salt, nonce = struct.unpack(">10sII16s24s", SEALED[:HEADER])
    assert (magic, ops, memory * KIB) == (MAGIC, CHEAPEST.ops, CHEAPEST.memory)
    assert (salt, nonce) == (b"\x01" * 16, b"\x02" * 24)
    assert len(SEALED) == HEADER + len(SECRETS) + 16


def test_a_new_file_costs_three_passes_over_64_mib_by_default() -> None:
    data = seal_secrets(SECRETS, PASSPHRASE, entropy=counting_entropy())
    assert struct.unpack(">II", data[10:18]) == (3, 64 * KIB)
    assert open_secrets(data, PASSPHRASE) == SECRETS


@pytest.mark.parametrize(
    "wrong", [PASSPHRASE + b" ", PASSPHRASE[:-1], PASSPHRASE.upper(), b"", b"x" * 2000]
)
def test_a_wrong_passphrase_is_a_clear_error(wrong: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        open_secrets(SEALED, wrong)
    assert refused.value.code == "keyfile-passphrase"
    assert "passphrase is wrong" in str(refused.value)


@pytest.mark.parametrize(
    ("ops", "memory_kib"),
    [
        (3, 64 * GIB // KIB),
        (3, 2**32 - 1),
        (2**32 - 1, 64 * KIB),
        (limits.KEYFILE_OPS_MAX + 1, 64 * KIB),
        (3, limits.KEYFILE_MEMORY_MAX // KIB + 1),
        (limits.KEYFILE_OPS_MIN - 1, 64 * KIB),
        (0, 64 * KIB),
        (3, limits.KEYFILE_MEMORY_MIN // KIB - 1),
        (3, 0),
    ],
)
def test_parameters_out_of_bounds_are_refused_before_any_work(
    ops: int, memory_kib: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("argon2id was started")

    monkeypatch.setattr(pwhash.argon2id, "kdf", never)
    hostile = SEALED[:10] + struct.pack(">II", ops, memory_kib) + SEALED[18:]
    started = time.perf_counter()
    assert remote_code(lambda: open_secrets(hostile, PASSPHRASE)) == "keyfile-cost"
    assert time.perf_counter() - started < 1


def test_parameters_cannot_be_changed_afterwards() -> None:
    """Within the bounds another cost gives another key, and the header is authenticated."""
    cheaper = SEALED[:10] + struct.pack(">II", CHEAPEST.ops + 1, 12 * KIB) + SEALED[18:]
    assert remote_code(lambda: open_secrets(cheaper, PASSPHRASE)) == "keyfile-passphrase"


def test_altered_files_are_refused() -> None:
    for position in [*range(0, HEADER, 5), *range(HEADER, len(SEALED), 7), len(SEALED) - 1]:
        altered = bytearray(SEALED)
        altered[position] ^= 1
        assert remote_code(lambda d=bytes(altered): open_secrets(d, PASSPHRASE)) in {
            "keyfile-form",
            "keyfile-cost",
            "keyfile-passphrase",
        }


@pytest.mark.parametrize("length", [0, 1, 9, 10, 57, 58, 73])
def test_files_cut_short_are_refused(length: int) -> None:
    assert remote_code(lambda: open_secrets(SEALED[:length], PASSPHRASE)) == "keyfile-form"


def test_a_file_cut_in_the_ciphertext_is_refused() -> None:
    assert remote_code(lambda: open_secrets(SEALED[:-1], PASSPHRASE)) == "keyfile-passphrase"


def test_a_file_too_large_is_refused() -> None:
    huge = SEALED[:HEADER] + bytes(limits.MAX_KEYFILE + 17)
    assert remote_code(lambda: open_secrets(huge, PASSPHRASE)) == "keyfile-form"


@settings(max_examples=50)
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_give_one_of_our_errors(data: bytes) -> None:
    assert remote_code(lambda: open_secrets(data, PASSPHRASE)) == "keyfile-form"
    hostile = MAGIC + data + bytes(HEADER + 6)
    assert remote_code(lambda: open_secrets(hostile, PASSPHRASE)) in {
        "keyfile-form",
        "keyfile-cost",
        "keyfile-passphrase",
    }


@pytest.mark.parametrize(
    ("ops", "memory"),
    [
        (limits.KEYFILE_OPS_MIN - 1, 64 * MIB),
        (limits.KEYFILE_OPS_MAX + 1, 64 * MIB),
        (3, limits.KEYFILE_MEMORY_MIN - KIB),
        (3, limits.KEYFILE_MEMORY_MAX + KIB),
        (3, 64 * MIB + 1),
    ],
)
def test_no_file_is_made_outside_the_bounds(ops: int, memory: int) -> None:
    assert local_code(lambda: KeyfileCost(ops=ops, memory=memory)) == "keyfile-cost"


def test_the_callers_mistakes_are_errors() -> None:
    entropy = counting_entropy()
    for call, expected in (
        (lambda: seal_secrets(SECRETS, b"", entropy=entropy), "keyfile-passphrase-form"),
        (lambda: seal_secrets(SECRETS, b"x" * 1025, entropy=entropy), "keyfile-passphrase-form"),
        (
            lambda: seal_secrets(bytes(limits.MAX_KEYFILE + 1), PASSPHRASE, entropy=entropy),
            "keyfile-size",
        ),
        (lambda: seal_secrets(SECRETS, PASSPHRASE, entropy=lambda n: b""), "entropy-length"),
        (
            lambda: seal_row(bytes(32), (b"a",), SECRETS, entropy=lambda n: bytes(n - 1)),
            "entropy-length",
        ),
        (lambda: seal_row(bytes(31), (b"a",), SECRETS, entropy=entropy), "secret-length"),
        (lambda: seal_row(bytes(32), (b"a",), b"", entropy=entropy), "secret-length"),
        (lambda: open_row(bytes(31), (b"a",), SEALED), "secret-length"),
    ):
        assert local_code(call) == expected


# Vault rows

STORAGE_KEY = Secret(bytes(range(32)))
ROW = (b"secret", b"prekey", bytes(16))


def test_a_row_goes_round() -> None:
    sealed = seal_row(STORAGE_KEY, ROW, Secret(SECRETS), entropy=counting_entropy())
    assert open_row(STORAGE_KEY, ROW, sealed) == Secret(SECRETS)
    assert SECRETS not in sealed


@pytest.mark.parametrize(
    "name",
    [
        (b"secret", b"prekey", b"\x01" * 16),
        (b"secret", b"prekey"),
        (b"secret", b"prekey" + bytes(16)),
        (b"secretprekey", bytes(16)),
        (),
    ],
)
def test_a_row_put_in_anothers_place_does_not_open(name: tuple[bytes, ...]) -> None:
    sealed = seal_row(STORAGE_KEY, ROW, SECRETS, entropy=counting_entropy())
    assert remote_code(lambda: open_row(STORAGE_KEY, name, sealed)) == "vault-open"


def test_an_altered_row_or_another_key_is_refused() -> None:
    sealed = seal_row(STORAGE_KEY, ROW, SECRETS, entropy=counting_entropy())
    assert remote_code(lambda: open_row(bytes(32), ROW, sealed)) == "vault-open"
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        assert remote_code(lambda d=bytes(altered): open_row(STORAGE_KEY, ROW, d)) == "vault-open"
    for length in range(len(sealed)):
        assert remote_code(lambda n=length: open_row(STORAGE_KEY, ROW, sealed[:n])) == "vault-open"
