"""HPKE and X25519 without foreign vectors: round trips, refusals, and what is bound to what."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkcontract.crypto import hkdf, hpke
from linkcontract.crypto.x25519 import (
    check_canonical,
    check_x25519_public,
    x25519_public,
    x25519_shared,
)
from linkcontract.errors import LinkContractError, LocalProtocolError, RemoteProtocolError

PRIME = 2**255 - 19
SECRET = bytes(range(32))
PUBLIC = x25519_public(SECRET)
EPHEMERAL = bytes(range(1, 33))
PSK = bytes(range(64, 96))


def little(value: int) -> bytes:
    return value.to_bytes(32, "little")


def code(call: Callable[[], object]) -> str:
    with pytest.raises(LinkContractError) as refused:
        call()
    return refused.value.code


def ladder(scalar: bytes, public: bytes) -> bytes:
    """X25519 over Python integers, written from RFC 7748 section 5."""
    k = int.from_bytes(scalar, "little") & ((1 << 254) - 8) | 1 << 254
    u = int.from_bytes(public, "little") & ((1 << 255) - 1)
    a, b, c, d = 1, 0, u % PRIME, 1
    for bit in range(254, -1, -1):
        if k >> bit & 1:
            a, b, c, d = c, d, a, b
        e, f = (a + b) ** 2 % PRIME, (a - b) ** 2 % PRIME
        g = (c - d) * (a + b) % PRIME
        h = (c + d) * (a - b) % PRIME
        c, d = (g + h) ** 2 % PRIME, u * (g - h) ** 2 % PRIME
        a, b = e * f % PRIME, (e - f) * (e + 121665 * (e - f)) % PRIME
        if k >> bit & 1:
            a, b, c, d = c, d, a, b
    return little(a * pow(b, -1, PRIME) % PRIME)


@given(secret=st.binary(min_size=32, max_size=32), other=st.binary(min_size=32, max_size=32))
def test_x25519_agrees_with_arithmetic_over_integers(secret: bytes, other: bytes) -> None:
    assert x25519_public(secret) == ladder(secret, little(9))
    assert x25519_shared(secret, x25519_public(other)) == ladder(secret, x25519_public(other))
    assert x25519_shared(secret, x25519_public(other)) == x25519_shared(
        other, x25519_public(secret)
    )


def low_order_values() -> list[int]:
    """u of the points of order 1, 2, 4 and 8, on the curve and its twist (RFC 7748 section 6)."""
    # Order 8: the roots of the fourth division polynomial, the doubling of which is u = 1 or -1.
    roots = []
    for target in (1, PRIME - 1):
        # (u^2 - 1)^2 = 4 t u (u^2 + 486662 u + 1) is (u^2 - b u + 1)(u^2 - c u + 1) over the field
        for doubled in _roots(1, -4 * target, -4 * (486662 * target + 1)):
            roots.extend(_roots(1, -doubled, 1))
    return sorted({0, 1, PRIME - 1, *roots})


def _roots(a: int, b: int, c: int) -> list[int]:
    square = (b * b - 4 * a * c) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    if (root * root - square) % PRIME:
        root = root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if (root * root - square) % PRIME:
        return []
    half = pow(2 * a, -1, PRIME)
    return [(-b + root) * half % PRIME, (-b - root) * half % PRIME]


def test_points_of_small_order_give_no_secret() -> None:
    values = low_order_values()
    assert len(values) == 5
    for value in values:
        assert code(lambda v=value: x25519_shared(SECRET, little(v))) == "x25519-low-order"
        assert code(lambda v=value: check_x25519_public(little(v))) == "x25519-low-order"
        for spelled in (value + PRIME, value + 2**255):
            if spelled < 2**256:
                refused = code(lambda v=spelled: check_x25519_public(little(v)))
                assert refused == "x25519-canonical"


@pytest.mark.parametrize("value", [PRIME, PRIME + 9, 2**255 - 1, 2**255 + 9, 2**256 - 1])
def test_only_the_canonical_form_of_a_key_is_taken(value: int) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        check_canonical(little(value), "prekey.pk")
    assert (refused.value.code, refused.value.where) == ("x25519-canonical", "prekey.pk")
    assert code(lambda: check_x25519_public(little(value))) == "x25519-canonical"
    check_canonical(little(PRIME - 1))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_wrong_lengths_do_not_reach_the_library(length: int) -> None:
    assert code(lambda: x25519_public(bytes(length))) == "secret-length"
    assert code(lambda: x25519_shared(bytes(length), PUBLIC)) == "secret-length"
    assert code(lambda: x25519_shared(SECRET, bytes(length))) == "x25519-length"
    assert code(lambda: check_x25519_public(bytes(length))) == "x25519-length"


def test_a_refused_announcement_names_its_field() -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        check_x25519_public(bytes(32), "body.prekey.pk")
    assert refused.value.where == "body.prekey.pk"


def second_key_of_the_same_secret(public: bytes) -> bytes:
    """The key plus the point of order 2: u becomes 1/u, and every shared secret stays."""
    return little(pow(int.from_bytes(public, "little"), -1, PRIME))


@pytest.mark.parametrize("psk", [None, PSK], ids=["base", "psk"])
def test_a_key_of_the_same_secret_opens_nothing(psk: bytes | None) -> None:
    """Substituted encapsulated key: the secret is the same, but enc is bound into the keys."""
    identity = b"id" if psk else b""
    enc, ciphertext = hpke.seal(
        PUBLIC, b"info", b"aad", b"text", ephemeral=EPHEMERAL, psk=psk, psk_id=identity
    )
    shifted = second_key_of_the_same_secret(enc)
    assert shifted != enc
    assert x25519_shared(SECRET, shifted) == x25519_shared(SECRET, enc)
    for substitute in (shifted, little(int.from_bytes(enc, "little") | 1 << 255)):
        refused = code(
            lambda e=substitute: hpke.open(
                e, SECRET, b"info", b"aad", ciphertext, psk=psk, psk_id=identity
            )
        )
        assert refused == ("hpke-open" if substitute == shifted else "x25519-canonical")


@pytest.mark.parametrize("psk", [None, PSK], ids=["base", "psk"])
@given(plaintext=st.binary(max_size=100), aad=st.binary(max_size=20), info=st.binary(max_size=20))
def test_round_trip(psk: bytes | None, plaintext: bytes, aad: bytes, info: bytes) -> None:
    identity = b"id" if psk else b""
    enc, ciphertext = hpke.seal(
        PUBLIC, info, aad, plaintext, ephemeral=EPHEMERAL, psk=psk, psk_id=identity
    )
    assert len(ciphertext) == len(plaintext) + hpke.TAG_LENGTH
    assert enc == x25519_public(EPHEMERAL)
    opened = hpke.open(enc, SECRET, info, aad, ciphertext, psk=psk, psk_id=identity)
    assert opened == plaintext


def test_tampering_with_any_byte_is_refused() -> None:
    enc, ciphertext = hpke.seal(
        PUBLIC, b"info", b"aad", b"text", ephemeral=EPHEMERAL, psk=PSK, psk_id=b"id"
    )
    parts = [enc, b"info", b"aad", ciphertext, PSK, b"id"]

    def attempt(values: list[bytes]) -> bytes:
        key, info, aad, data, psk, psk_id = values
        return hpke.open(key, SECRET, info, aad, data, psk=psk, psk_id=psk_id)

    assert attempt(parts) == b"text"
    for index, part in enumerate(parts):
        for position in range(len(part)):
            altered = bytearray(part)
            altered[position] ^= 1
            values = [*parts[:index], bytes(altered), *parts[index + 1 :]]
            assert code(lambda v=values: attempt(v)) == "hpke-open"


def test_the_recipient_is_bound() -> None:
    other = bytes(range(2, 34))
    enc, ciphertext = hpke.seal(PUBLIC, b"", b"", b"text", ephemeral=EPHEMERAL)
    assert code(lambda: hpke.open(enc, other, b"", b"", ciphertext)) == "hpke-open"


def test_the_modes_do_not_open_each_other() -> None:
    enc, base = hpke.seal(PUBLIC, b"", b"", b"t", ephemeral=EPHEMERAL)
    assert code(lambda: hpke.open(enc, SECRET, b"", b"", base, psk=PSK, psk_id=b"i")) == "hpke-open"
    enc, keyed = hpke.seal(PUBLIC, b"", b"", b"t", ephemeral=EPHEMERAL, psk=PSK, psk_id=b"i")
    assert code(lambda: hpke.open(enc, SECRET, b"", b"", keyed)) == "hpke-open"


@pytest.mark.parametrize(
    ("psk", "psk_id"), [(PSK, b""), (None, b"id"), (PSK[:31], b"id"), (b"", b"id")]
)
def test_inconsistent_psk_inputs_are_refused(psk: bytes | None, psk_id: bytes) -> None:
    """VerifyPSKInputs of RFC 9180 section 5.1, and the length of section 9.5."""
    assert (
        code(lambda: hpke.setup_sender(PUBLIC, b"", ephemeral=EPHEMERAL, psk=psk, psk_id=psk_id))
        == "hpke-psk"
    )


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17])
def test_short_ciphertexts_are_refused(length: int) -> None:
    assert code(lambda: hpke.open(PUBLIC, SECRET, b"", b"", bytes(length))) == "hpke-open"


def test_messages_open_in_their_order_only_and_a_forgery_does_not_count() -> None:
    enc, sender = hpke.setup_sender(PUBLIC, b"", ephemeral=EPHEMERAL)
    receiver = hpke.setup_receiver(enc, SECRET, b"")
    first, second = sender.seal(b"", b"one"), sender.seal(b"", b"two")
    assert code(lambda: receiver.open(b"", second)) == "hpke-open"
    assert receiver.open(b"", first) == b"one"
    assert code(lambda: receiver.open(b"", first)) == "hpke-open"
    assert receiver.open(b"", second) == b"two"


def test_the_message_counter_does_not_wrap() -> None:
    _, sender = hpke.setup_sender(PUBLIC, b"", ephemeral=EPHEMERAL)
    sender.sequence = 2**96 - 1
    assert code(lambda: sender.seal(b"", b"")) == "hpke-sequence"


def test_an_unusable_recipient_is_refused() -> None:
    for public, expected in ((bytes(32), "x25519-low-order"), (b"\xff" * 32, "x25519-canonical")):
        assert code(lambda p=public: hpke.setup_sender(p, b"", ephemeral=EPHEMERAL)) == expected


def test_hkdf_lengths() -> None:
    assert len(hkdf.hkdf(b"", b"k", b"", 255 * 32)) == 255 * 32
    for length in (0, -1, 255 * 32 + 1):
        with pytest.raises(LocalProtocolError) as refused:
            hkdf.hkdf(b"", b"k", b"", length)
        assert refused.value.code == "hkdf-length"
