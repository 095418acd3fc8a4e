"""The mnemonic and the next keys derived from it."""

import hashlib
import hmac
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkcontract.crypto.ed25519 import SigningKey, check_public_key
from linkcontract.crypto.next_keys import mnemonic_of, next_digest, next_key, seed_of
from linkcontract.crypto.secret import Secret
from linkcontract.encoding import hash_of
from linkcontract.errors import LocalProtocolError

ENTROPY = bytes(32)
WORDS = "abandon " * 23 + "art"
NONCE = bytes(range(16))


def code(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(LocalProtocolError) as refused:
        call()
    return refused.value.code, refused.value.where


def test_the_words_are_bip39() -> None:
    """All-zero entropy: word 0 each time, and the checksum of 32 zero bytes picks "art"."""
    assert hashlib.sha256(ENTROPY).digest()[0] == 102
    assert mnemonic_of(ENTROPY) == WORDS
    expected = hashlib.pbkdf2_hmac("sha512", WORDS.encode(), b"mnemonic", 2048)
    assert seed_of(WORDS).expose() == expected


def test_the_derivation_spelled_out() -> None:
    seed = seed_of(WORDS)
    extracted = hmac.new(NONCE, seed.expose(), hashlib.sha256).digest()
    secret = hmac.new(extracted, b"lc/next-key/1\x01", hashlib.sha256).digest()
    key = next_key(seed, NONCE)
    assert key.secret.expose() == secret
    assert key.public == SigningKey(secret).public
    check_public_key(key.public)
    digest = hash_of(["lc/next/1", [[237, key.public]]])
    assert next_digest(key.public) == digest
    profile = b"\x82\x69lc/next/1\x81\x82\x18\xed\x58\x20" + key.public
    assert digest == hashlib.sha256(profile).digest()


@given(entropy=st.binary(min_size=32, max_size=32))
def test_words_go_round(entropy: bytes) -> None:
    words = mnemonic_of(Secret(entropy))
    assert len(words.split()) == 24
    typed = "\n  " + words.upper().replace(" ", "\t \n") + " "
    assert seed_of(typed) == seed_of(words)


def test_every_event_announces_another_key() -> None:
    seed = seed_of(WORDS)
    keys = {next_key(seed, bytes([n]) * 16).public for n in range(20)}
    assert len(keys) == 20


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ("mnemonic-length", "")),
        ("abandon " * 11 + "about", ("mnemonic-length", "")),
        (WORDS + " art", ("mnemonic-length", "")),
        (WORDS.replace("art", "arts"), ("mnemonic-word", "word.24")),
        ("abandom " + WORDS[8:], ("mnemonic-word", "word.1")),
        ("abandon " * 24, ("mnemonic-checksum", "")),
        ("art " + "abandon " * 23, ("mnemonic-checksum", "")),
        ("é " * 24, ("mnemonic-word", "word.1")),
    ],
)
def test_mistyped_words_are_named_and_not_shown(words: str, expected: tuple[str, str]) -> None:
    assert code(lambda: seed_of(words)) == expected
    with pytest.raises(LocalProtocolError) as refused:
        seed_of(words)
    assert "abandon" not in str(refused.value)
    assert "abandom" not in str(refused.value)


def test_lengths_are_checked() -> None:
    seed = seed_of(WORDS)
    assert code(lambda: mnemonic_of(bytes(16))) == ("secret-length", "entropy")
    assert code(lambda: next_key(seed.expose()[:32], NONCE)) == ("secret-length", "seed")
    assert code(lambda: next_key(seed, NONCE[:15])) == ("key-nonce", "")
    assert code(lambda: next_digest(bytes(31))) == ("key-length", "")


def test_the_word_list_is_loaded_only_when_words_are_used() -> None:
    probe = "import linkcontract.crypto.next_keys, sys; sys.exit('mnemonic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
