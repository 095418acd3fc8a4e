"""The acceptance equation, key introduction and the start-up self-test."""

import ast
from pathlib import Path

import ed25519_reference as reference
import make_ed25519_edges
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkcontract.crypto import ed25519, ed25519_edges
from linkcontract.crypto.ed25519 import SigningKey, check_public_key, self_test, verify
from linkcontract.crypto.ed25519_edges import EDGES, Edge
from linkcontract.errors import LocalProtocolError, RemoteProtocolError

SEED = bytes(range(1, 33))


def introduction_code(public: bytes) -> str:
    try:
        check_public_key(public)
    except RemoteProtocolError as error:
        return error.code
    return ""


def test_the_edge_vectors_are_what_the_generator_derives() -> None:
    derived = make_ed25519_edges.edges()
    assert [tuple(edge) for edge in EDGES] == derived
    generated = ast.dump(ast.parse(make_ed25519_edges.render()))
    assert generated == ast.dump(ast.parse(Path(ed25519_edges.__file__).read_text()))


def test_the_edge_vectors_tell_the_two_equations_apart() -> None:
    disagree = {
        edge.name
        for edge in EDGES
        if reference.verify(edge.public, edge.message, edge.signature, cofactored=True)
        != edge.accepted
    }
    assert disagree == {
        "nonce-mixed",
        "key-mixed-residue",
        "key-mixed-h-not-reduced",
        "both-mixed-residue",
    }


def test_the_self_test_passes_with_the_library_in_use() -> None:
    self_test()


@pytest.mark.parametrize(
    "edge", [edge for edge in EDGES if not edge.accepted], ids=lambda edge: edge.name
)
def test_the_self_test_refuses_a_library_that_accepts(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenient = ed25519.verify
    monkeypatch.setattr(ed25519, "verify", lambda *triple: triple == edge[1:4] or lenient(*triple))
    with pytest.raises(LocalProtocolError) as refused:
        self_test()
    assert (refused.value.code, refused.value.where) == ("key-self-test", edge.name)


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.name)
def test_each_edge_is_decided_by_the_rules(edge: Edge) -> None:
    assert verify(edge.public, edge.message, edge.signature) is edge.accepted
    assert introduction_code(edge.public) == edge.introduction


def test_the_eight_points_of_small_order_are_refused_in_every_encoding() -> None:
    assert {reference.encode(point) for point in reference.TORSION} == ed25519.SMALL_ORDER
    encodings = set(ed25519.SMALL_ORDER)
    for x, y in reference.TORSION:
        for spelled in {y, y + reference.P}:
            for sign in (0, 1):
                if spelled < 2**255 and (x == 0 or x & 1 == sign):
                    encodings.add((spelled | sign << 255).to_bytes(32, "little"))
    assert len(encodings) == 14
    for encoded in encodings:
        assert introduction_code(encoded) in {"key-small-order", "key-canonical"}
        assert not verify(encoded, b"", encoded + bytes(32))


def test_a_weak_key_signs_nothing() -> None:
    """With A the identity every (R, S) with R = [S]B satisfies the equation for every message."""
    public = reference.encode(reference.IDENTITY)
    signature = reference.encode(reference.BASE) + (1).to_bytes(32, "little")
    assert not verify(public, b"anything", signature)


def test_no_twisted_key_is_introduced() -> None:
    point = reference.decode(SigningKey(SEED).public)
    assert point is not None
    for twist in reference.TORSION[1:]:
        mixed = reference.encode(reference.add(point, twist))
        assert introduction_code(mixed) == "key-subgroup"
    assert introduction_code(SigningKey(SEED).public) == ""


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_wrong_lengths_are_refused_before_the_library_sees_them(length: int) -> None:
    key = SigningKey(SEED)
    signature = key.sign(b"m")
    assert introduction_code(bytes(length)) == "key-length"
    assert not verify((key.public * 2)[:length], b"m", signature)
    if length != 64:
        assert not verify(key.public, b"m", (signature * 2)[:length])


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_signing_agrees_with_the_reference(seed: bytes, message: bytes) -> None:
    key = SigningKey(seed)
    signature = key.sign(message)
    assert signature == reference.sign(seed, message)
    assert key.secret.expose() == seed
    assert verify(key.public, message, signature)
    assert not verify(key.public, message + b"\x00", signature)


@given(bit=st.integers(0, 8 * 96 - 1))
def test_flipping_any_bit_of_key_or_signature_is_refused(bit: int) -> None:
    key = SigningKey(SEED)
    data = bytearray(key.public + key.sign(b"message"))
    data[bit // 8] ^= 1 << bit % 8
    assert not verify(bytes(data[:32]), b"message", bytes(data[32:]))


@given(data=st.binary(min_size=96, max_size=96), message=st.binary(max_size=8))
def test_arbitrary_bytes_are_decided_as_the_reference_decides(data: bytes, message: bytes) -> None:
    assert verify(data[:32], message, data[32:]) == reference.verify(data[:32], message, data[32:])
    assert introduction_code(data[:32]) == reference.introduction_fault(data[:32])


@given(
    key_twist=st.integers(0, 7),
    nonce_twist=st.integers(0, 7),
    negate=st.booleans(),
    message=st.binary(max_size=8),
)
def test_twisted_signatures_are_decided_as_the_reference_decides(
    key_twist: int, nonce_twist: int, negate: bool, message: bytes
) -> None:
    """Every signature here satisfies the cofactored equation; about one in eight satisfies ours."""
    secret = reference.expand(SEED)
    key = reference.multiply(secret.scalar, reference.BASE)
    nonce = reference.multiply(7, reference.BASE)
    public = reference.encode(reference.add(key, reference.TORSION[key_twist]))
    nonce_bytes = reference.encode(reference.add(nonce, reference.TORSION[nonce_twist]))
    h = reference.digest(nonce_bytes, public, message)
    scalar = (7 + (h % reference.L) * secret.scalar) % reference.L
    if negate:
        scalar = reference.L - scalar
    signature = nonce_bytes + scalar.to_bytes(32, "little")
    assert verify(public, message, signature) == reference.verify(public, message, signature)


FORM_EDGES = [
    edge
    for edge in EDGES
    if edge.name.startswith(("s-plus", "key-is", "key-of-order", "nonce-is"))
    or "-identity-" in edge.name
    or edge.name == "key-large-not-reduced"
]


@pytest.mark.parametrize("edge", FORM_EDGES, ids=lambda edge: edge.name)
def test_the_form_is_refused_even_if_the_library_accepts_everything(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules 2 to 4 are checked here and not left to a library that happens to agree."""
    monkeypatch.setattr(ed25519, "crypto_sign_open", lambda signed, public: b"")
    assert not verify(edge.public, edge.message, edge.signature)


def test_there_are_edges_for_every_rule_of_form() -> None:
    assert len(FORM_EDGES) == 11
