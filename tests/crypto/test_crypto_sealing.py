"""Sealed frames: one form, two modes, and everything in the envelope bound to the ciphertext."""

import hashlib
import hmac
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as aead_encrypt

from linkcontract.crypto import hpke, sealing
from linkcontract.crypto.sealing import (
    derive_psk,
    open_frame,
    read_seal,
    seal_frame,
    x25519_public,
)
from linkcontract.crypto.secret import Secret
from linkcontract.crypto.x25519 import x25519_shared
from linkcontract.encoding import cid_of
from linkcontract.errors import LinkContractError, RemoteProtocolError
from linkcontract.limits import KIB, MAX_FRAME, MAX_SEALED, PADDING_BUCKETS

SECRET = bytes(range(32))
PUBLIC = x25519_public(SECRET)
PREKEY = bytes(range(16))
EPHEMERAL = bytes(range(1, 33))
REL = cid_of(b"open")
PSK = derive_psk(REL, b"a" * 32, b"b" * 32)
FRAME = b"a frame"
PRIME = 2**255 - 19

KEY1, KEY4, KEY16 = b"\x01", b"\x04", b"\x10"
SUITE = b"\x01\x3a\x00\x01\x11\x70"
ID_ITEM = b"\x04\x50" + PREKEY
TYP_SEAL = b"\x10\x78\x1d" + b"application/linkcontract-seal"
TYP_OPEN = b"\x10\x78\x22" + b"application/linkcontract-seal-open"
ENC_ITEM = b"\x3a\x00\x01\x11\x71\x58\x20" + x25519_public(EPHEMERAL)


def seal(frame: bytes = FRAME, psk: Secret | bytes | None = PSK) -> bytes:
    return seal_frame(frame, recipient=PUBLIC, prekey_id=PREKEY, ephemeral=EPHEMERAL, psk=psk)


def code(call: Callable[[], object]) -> str:
    with pytest.raises(LinkContractError) as refused:
        call()
    return refused.value.code


def remote_code(call: Callable[[], object]) -> str:
    with pytest.raises(RemoteProtocolError) as refused:
        call()
    return refused.value.code


def assemble(
    protected: bytes,
    *,
    padded: bytes | None = None,
    tag: bytes = b"\xd0",
    array: bytes = b"\x83",
    unprotected: bytes = b"\xa0",
    tail: bytes = b"",
    psk: Secret | None = PSK,
    typ: bytes = TYP_SEAL,
) -> bytes:
    """A message of any shape, honestly sealed over its own protected header."""
    if padded is None:
        padded = len(FRAME).to_bytes(4, "big") + FRAME
        padded += bytes(KIB - len(padded))
    _, context = hpke.setup_sender(
        PUBLIC,
        b"lc/seal/1" + typ[3:],
        ephemeral=EPHEMERAL,
        psk=psk,
        psk_id=PREKEY if psk else b"",
    )
    wrapped = b"\x58" + bytes([len(protected)]) + protected
    if len(protected) < 24:
        wrapped = bytes([0x40 | len(protected)]) + protected
    aad = b"\x83\x68Encrypt0" + wrapped + b"\x40"
    sealed = context.seal(aad, padded)
    return (
        tag
        + array
        + wrapped
        + unprotected
        + b"\x59"
        + len(sealed).to_bytes(2, "big")
        + sealed
        + tail
    )


def header(*items: bytes) -> bytes:
    return bytes([0xA0 | len(items)]) + b"".join(items)


GOOD_HEADER = header(SUITE, ID_ITEM, TYP_SEAL, ENC_ITEM)


@pytest.mark.parametrize("psk", [None, PSK], ids=["open", "psk"])
def test_the_template_is_these_bytes(psk: Secret | None) -> None:
    typ = TYP_OPEN if psk is None else TYP_SEAL
    protected = header(SUITE, ID_ITEM, typ, ENC_ITEM)
    assert seal(psk=psk) == assemble(protected, psk=psk, typ=typ)
    assert open_frame(seal(psk=psk), SECRET, psk) == FRAME


def test_the_labels_are_in_canonical_order() -> None:
    """RFC 8949 section 4.2.1: the encoded keys in bytewise order."""
    keys = [KEY1, KEY4, KEY16, b"\x3a\x00\x01\x11\x71"]
    assert keys == sorted(keys)
    assert int.from_bytes(keys[3][1:], "big") == -1 - sealing.LABEL_ENC


def test_a_sealed_frame_spelled_out_from_the_specifications() -> None:
    """The whole chain again with nothing but HMAC, SHA-256 and the AEAD."""

    def extract(salt: bytes, data: bytes) -> bytes:
        return hmac.new(salt or bytes(32), data, hashlib.sha256).digest()

    def expand(key: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
        data = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
        return hmac.new(key, data + b"\x01", hashlib.sha256).digest()[:length]

    psk = hmac.new(extract(REL, b"a" * 32 + b"b" * 32), b"lc/psk/1\x01", hashlib.sha256).digest()
    enc = x25519_public(EPHEMERAL)
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"
    shared = x25519_shared(EPHEMERAL, PUBLIC)
    prk = extract(b"", b"HPKE-v1" + kem + b"eae_prk" + shared)
    secret = expand(prk, kem, b"shared_secret", enc + PUBLIC, 32)
    info = b"lc/seal/1application/linkcontract-seal"
    context = (
        b"\x01"
        + extract(b"", b"HPKE-v1" + suite + b"psk_id_hash" + PREKEY)
        + extract(b"", b"HPKE-v1" + suite + b"info_hash" + info)
    )
    prk = extract(secret, b"HPKE-v1" + suite + b"secret" + psk)
    key = expand(prk, suite, b"key", context, 32)
    nonce = expand(prk, suite, b"base_nonce", context, 12)
    wrapped = b"\x58" + bytes([len(GOOD_HEADER)]) + GOOD_HEADER
    padded = b"\x00\x00\x00\x07a frame" + bytes(1024 - 11)
    sealed = aead_encrypt(padded, b"\x83\x68Encrypt0" + wrapped + b"\x40", nonce, key)
    assert seal() == b"\xd0\x83" + wrapped + b"\xa0\x59\x04\x10" + sealed


LONGEST = MAX_FRAME - 4


@pytest.mark.parametrize("bucket", PADDING_BUCKETS)
@pytest.mark.parametrize("psk", [None, PSK], ids=["open", "psk"])
def test_a_frame_fills_the_smallest_bucket(bucket: int, psk: Secret | None) -> None:
    data = seal(bytes(bucket - 4), psk)
    assert read_seal(data).size == bucket
    assert len(data) <= MAX_SEALED
    assert open_frame(data, SECRET, psk) == bytes(bucket - 4)
    if bucket < MAX_FRAME:
        assert read_seal(seal(bytes(bucket - 3), psk)).size > bucket


def test_an_empty_frame_and_a_frame_too_large() -> None:
    assert open_frame(seal(b""), SECRET, PSK) == b""
    assert code(lambda: seal(bytes(LONGEST + 1))) == "seal-frame-size"


def test_accepts_and_refusals_have_the_same_size() -> None:
    assert len(seal(b"accept" * 20)) == len(seal(b"no")) == len(seal(b""))


@pytest.mark.parametrize("psk", [None, PSK], ids=["open", "psk"])
@given(frame=st.binary(max_size=5000))
def test_round_trip(psk: Secret | None, frame: bytes) -> None:
    data = seal(frame, psk)
    seen = read_seal(data)
    assert (seen.opening, seen.prekey_id) == (psk is None, PREKEY)
    assert seen.enc == x25519_public(EPHEMERAL)
    assert open_frame(data, SECRET, psk) == frame


def test_the_header_says_what_it_does_not_verify_and_hides_the_bulk() -> None:
    seen = read_seal(seal())
    assert seen.not_verified
    assert len(repr(seen)) < 500


DEPARTURES = {
    "no tag": (assemble(GOOD_HEADER, tag=b""), "cose-tag"),
    "tag 96": (assemble(GOOD_HEADER, tag=b"\xd8\x60"), "cose-tag"),
    "tag 18": (assemble(GOOD_HEADER, tag=b"\xd2"), "cose-tag"),
    "tag 16 in two bytes": (assemble(GOOD_HEADER, tag=b"\xd8\x10"), "cose-encoding"),
    "a recipient": (assemble(GOOD_HEADER, array=b"\x84", tail=b"\x80"), "cose-structure"),
    "ephemeral unprotected": (
        assemble(header(SUITE, ID_ITEM, TYP_SEAL), unprotected=b"\xa1" + ENC_ITEM),
        "cose-protected",
    ),
    "unprotected not empty": (
        assemble(GOOD_HEADER, unprotected=b"\xa1" + ENC_ITEM),
        "cose-unprotected",
    ),
    "suite 2": (
        assemble(header(b"\x01\x3a\x00\x01\x11\x72", ID_ITEM, TYP_SEAL, ENC_ITEM)),
        "seal-suite",
    ),
    "alg 24": (assemble(header(b"\x01\x18\x18", ID_ITEM, TYP_SEAL, ENC_ITEM)), "seal-suite"),
    "prekey id of 15 bytes": (
        assemble(header(SUITE, b"\x04\x4f" + PREKEY[:15], TYP_SEAL, ENC_ITEM)),
        "seal-prekey-id",
    ),
    "prekey id as text": (
        assemble(header(SUITE, b"\x04\x70" + PREKEY, TYP_SEAL, ENC_ITEM)),
        "seal-prekey-id",
    ),
    "typ of a statement": (
        assemble(
            header(SUITE, ID_ITEM, b"\x10\x78\x1d" + b"application/linkcontract-stmt", ENC_ITEM)
        ),
        "cose-typ",
    ),
    "enc of 31 bytes": (
        assemble(header(SUITE, ID_ITEM, TYP_SEAL, ENC_ITEM[:5] + b"\x58\x1f" + bytes(31))),
        "seal-enc",
    ),
    "enc with bit 255": (
        assemble(header(SUITE, ID_ITEM, TYP_SEAL, ENC_ITEM[:-1] + bytes([ENC_ITEM[-1] | 0x80]))),
        "x25519-canonical",
    ),
    "enc equal to p": (
        assemble(header(SUITE, ID_ITEM, TYP_SEAL, ENC_ITEM[:7] + PRIME.to_bytes(32, "little"))),
        "x25519-canonical",
    ),
    "labels length-first reversed": (
        assemble(header(ENC_ITEM, SUITE, ID_ITEM, TYP_SEAL)),
        "cose-order",
    ),
    "crit": (assemble(header(SUITE, b"\x02\x81\x01", ID_ITEM, TYP_SEAL, ENC_ITEM)), "cose-crit"),
    "iv": (assemble(header(SUITE, ID_ITEM, b"\x05\x40", TYP_SEAL, ENC_ITEM)), "cose-label"),
    "enc twice": (assemble(header(SUITE, ID_ITEM, TYP_SEAL, ENC_ITEM, ENC_ITEM)), "cose-order"),
    "enc label not minimal": (
        assemble(header(SUITE, ID_ITEM, TYP_SEAL, b"\x3b" + bytes(4) + ENC_ITEM[1:])),
        "cose-encoding",
    ),
    "trailing byte": (assemble(GOOD_HEADER, tail=b"\x00"), "cose-trailing"),
    "no bucket": (assemble(GOOD_HEADER, padded=bytes(1025)), "seal-size"),
    "nothing": (b"", "cose-truncated"),
    "far too large": (bytes(MAX_SEALED + 1), "cose-too-large"),
    "ciphertext null": (seal()[: 4 + len(GOOD_HEADER) + 1] + b"\xf6", "cose-structure"),
}


@pytest.mark.parametrize("name", DEPARTURES)
def test_a_departure_from_the_template_has_its_code(name: str) -> None:
    data, expected = DEPARTURES[name]
    assert remote_code(lambda: read_seal(data)) == expected
    assert remote_code(lambda: open_frame(data, SECRET, PSK)) == expected


@pytest.mark.parametrize(
    ("padded", "expected"),
    [
        (b"\x00\x00\x03\xfd" + bytes(1020), "seal-length"),
        (b"\xff\xff\xff\xff" + bytes(1020), "seal-length"),
        (b"\x00\x00\x00\x01a" + bytes(1018) + b"\x01", "seal-padding"),
        (b"\x00\x00\x00\x01ab" + bytes(1018), "seal-padding"),
        (b"\x00\x00\x00\x00\x80" + bytes(1019), "seal-padding"),
    ],
)
def test_padding_that_carries_something_is_refused(padded: bytes, expected: str) -> None:
    """The peer itself is the sender here: the padding must not be a second channel."""
    data = assemble(GOOD_HEADER, padded=padded)
    assert remote_code(lambda: open_frame(data, SECRET, PSK)) == expected


def test_a_larger_bucket_than_needed_is_allowed() -> None:
    padded = b"\x00\x00\x00\x01a" + bytes(4 * KIB - 5)
    assert open_frame(assemble(GOOD_HEADER, padded=padded), SECRET, PSK) == b"a"


def test_tampering_with_any_byte_is_refused() -> None:
    data = seal()
    for position in range(len(data)):
        altered = bytearray(data)
        altered[position] ^= 1 << position % 8
        assert remote_code(lambda d=bytes(altered): open_frame(d, SECRET, PSK))


@given(data=st.binary(max_size=200), cut=st.integers(0, 130))
def test_arbitrary_bytes_give_one_of_our_errors(data: bytes, cut: int) -> None:
    assert remote_code(lambda: open_frame(seal()[:cut] + data, SECRET, PSK))


def test_substituted_ephemeral_with_the_same_secret_is_refused() -> None:
    """u -> 1/u adds the point of order 2: a relay could mint a second valid ciphertext from it."""
    enc = int.from_bytes(x25519_public(EPHEMERAL), "little")
    shifted = pow(enc, -1, PRIME).to_bytes(32, "little")
    assert x25519_shared(SECRET, shifted) == x25519_shared(SECRET, x25519_public(EPHEMERAL))
    substituted = seal().replace(x25519_public(EPHEMERAL), shifted)
    assert remote_code(lambda: open_frame(substituted, SECRET, PSK)) == "seal-open"


def test_substituted_ephemeral_of_small_order_is_refused() -> None:
    for value in (0, 1, PRIME - 1):
        data = seal().replace(x25519_public(EPHEMERAL), value.to_bytes(32, "little"))
        assert remote_code(lambda d=data: open_frame(d, SECRET, PSK)) == "x25519-low-order"


def test_kid_confusion_another_prekey_id_is_refused() -> None:
    """The same secret under another id: the id is in the header and is the psk_id as well."""
    data = seal().replace(PREKEY, bytes(16))
    assert read_seal(data).prekey_id == bytes(16)
    assert remote_code(lambda: open_frame(data, SECRET, PSK)) == "seal-open"


def test_another_prekey_secret_or_psk_is_refused() -> None:
    assert remote_code(lambda: open_frame(seal(), EPHEMERAL, PSK)) == "seal-open"
    other = derive_psk(REL, b"a" * 32, b"c" * 32)
    assert remote_code(lambda: open_frame(seal(), SECRET, other)) == "seal-open"


def test_typ_confusion_the_modes_do_not_pass_for_each_other() -> None:
    assert remote_code(lambda: open_frame(seal(psk=None), SECRET, PSK)) == "seal-mode"
    assert remote_code(lambda: open_frame(seal(), SECRET, None)) == "seal-mode"


def test_a_peer_is_not_talked_down_to_base_mode() -> None:
    """A frame sealed without the PSK but labelled as if it had one, by anyone with the prekey."""
    forged = assemble(GOOD_HEADER, psk=None)
    assert remote_code(lambda: open_frame(forged, SECRET, PSK)) == "seal-open"
    relabelled = assemble(header(SUITE, ID_ITEM, TYP_OPEN, ENC_ITEM), psk=None, typ=TYP_SEAL)
    assert remote_code(lambda: open_frame(relabelled, SECRET, None)) == "seal-open"


def test_bytes_after_the_frame_inside_the_ciphertext_are_not_ignored() -> None:
    padded = b"\x00\x00\x00\x07a frame" + b"\x00" * 500 + b"\x01" + bytes(1024 - 512)
    data = assemble(GOOD_HEADER, padded=padded)
    assert remote_code(lambda: open_frame(data, SECRET, PSK)) == "seal-padding"


def test_the_psk_binds_the_relationship_and_both_halves_in_order() -> None:
    a, b = b"a" * 32, b"b" * 32
    values = [
        derive_psk(REL, a, b),
        derive_psk(REL, b, a),
        derive_psk(cid_of(b"other"), a, b),
        derive_psk(REL, a, a),
    ]
    assert len({value.expose() for value in values}) == 4
    assert derive_psk(REL, Secret(a), Secret(b)) == values[0]
    assert len(values[0]) == 32


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: derive_psk(REL[:35], b"a" * 32, b"b" * 32), "seal-rel"),
        (lambda: derive_psk(b"x" * 36, b"a" * 32, b"b" * 32), "seal-rel"),
        (lambda: derive_psk(REL, b"a" * 31, b"b" * 32), "secret-length"),
        (lambda: derive_psk(REL, b"a" * 32, b"b" * 33), "secret-length"),
        (lambda: seal(psk=b"short"), "secret-length"),
        (lambda: open_frame(seal(), SECRET[:31], PSK), "secret-length"),
        (lambda: open_frame(seal(), SECRET, b"short"), "secret-length"),
        (
            lambda: seal_frame(b"", recipient=PUBLIC, prekey_id=b"", ephemeral=EPHEMERAL, psk=None),
            "seal-prekey-id",
        ),
        (
            lambda: seal_frame(
                b"", recipient=bytes(32), prekey_id=PREKEY, ephemeral=EPHEMERAL, psk=None
            ),
            "seal-recipient",
        ),
        (
            lambda: seal_frame(
                b"", recipient=PUBLIC[:31], prekey_id=PREKEY, ephemeral=EPHEMERAL, psk=None
            ),
            "seal-recipient",
        ),
    ],
)
def test_the_callers_mistakes_are_errors(call: Callable[[], object], expected: str) -> None:
    assert code(call) == expected
