"""Test vectors written by others, each decided as this protocol's rules say."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ed25519_reference as reference
import pytest
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as aead_encrypt

from linkcontract.crypto import cose, hkdf, hpke
from linkcontract.crypto.cose import KINDS, open_sign1
from linkcontract.crypto.ed25519 import SigningKey, check_public_key, verify
from linkcontract.crypto.secret import Secret
from linkcontract.crypto.x25519 import check_canonical, x25519_public, x25519_shared
from linkcontract.errors import LocalProtocolError, RemoteProtocolError

unhex = bytes.fromhex


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def wycheproof(foreign: Path, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for group in load(foreign / "wycheproof" / f"{name}_test.json")["testGroups"]:
        for test in group["tests"]:
            yield group, test


# C2SP/CCTV: 914 Ed25519 edge cases


def decided_by_flags(flags: frozenset[str]) -> bool:
    """The five rules in the words of the vectors, all of which satisfy the cofactored equation.

    Refused: encodings that are not canonical, points of small order, and a residue of small
    order, which is what the equation without the cofactor sees. A component of small order in A
    or R alone is accepted when the two cancel; introducing such an A is another question.
    """
    refused = {
        "non_canonical_A",
        "non_canonical_R",
        "low_order_A",
        "low_order_R",
        "low_order_residue",
    }
    return not flags & refused


def test_cctv_ed25519_all_914_are_decided_by_the_rules(foreign: Path) -> None:
    vectors = load(foreign / "cctv-ed25519" / "ed25519vectors.json")
    assert len(vectors) == 914
    counted: Counter[bool] = Counter()
    for vector in vectors:
        public, signature = unhex(vector["key"]), unhex(vector["sig"])
        message = vector["msg"].encode()
        flags = frozenset(vector["flags"] or ())
        decided = verify(public, message, signature)
        assert decided == decided_by_flags(flags), vector
        assert decided == reference.verify(public, message, signature), vector
        counted[decided] += 1
    assert counted == {True: 43, False: 871}


def introduction_code(public: bytes) -> str:
    try:
        check_public_key(public)
    except RemoteProtocolError as error:
        return error.code
    return ""


def test_cctv_ed25519_keys_at_introduction(foreign: Path) -> None:
    """One of the 914 keys may be introduced: every twisted, small or unreduced one is refused."""
    accepted = set()
    weak = {"low_order_A", "low_order_component_A", "non_canonical_A"}
    for vector in load(foreign / "cctv-ed25519" / "ed25519vectors.json"):
        public = unhex(vector["key"])
        code = introduction_code(public)
        assert code == reference.introduction_fault(public), vector
        assert bool(code) == bool(weak & {*(vector["flags"] or ())}), vector
        if not code:
            accepted.add(public)
    assert len(accepted) == 1


# Wycheproof


def test_wycheproof_ed25519(foreign: Path) -> None:
    counted: Counter[str] = Counter()
    for group, test in wycheproof(foreign, "ed25519"):
        public, message = unhex(group["publicKey"]["pk"]), unhex(test["msg"])
        decided = verify(public, message, unhex(test["sig"]))
        assert decided == (test["result"] == "valid"), test
        assert decided == reference.verify(public, message, unhex(test["sig"])), test
        counted[test["result"]] += 1
    assert counted == {"valid": 88, "invalid": 63}


def test_wycheproof_x25519(foreign: Path) -> None:
    """The function agrees on every vector; zero secrets and unreduced keys are refused by us."""
    counted: Counter[str] = Counter()
    for _, test in wycheproof(foreign, "x25519"):
        secret, public = unhex(test["private"]), unhex(test["public"])
        zero = not any(unhex(test["shared"]))
        if zero:
            with pytest.raises(RemoteProtocolError) as refused:
                x25519_shared(secret, public)
            assert refused.value.code == "x25519-low-order"
            counted["low order"] += 1
            continue
        shared = x25519_shared(secret, public)
        assert shared == unhex(test["shared"]), test
        unreduced = int.from_bytes(public, "little") >= 2**255 - 19
        assert unreduced == ("NonCanonicalPublic" in test["flags"]), test
        if unreduced:
            with pytest.raises(RemoteProtocolError) as refused:
                check_canonical(public)
            assert refused.value.code == "x25519-canonical"
        else:
            check_canonical(public)
        counted["not canonical" if unreduced else "agreed"] += 1
    assert sum(counted.values()) == 518
    assert all(counted[kind] for kind in ("low order", "not canonical", "agreed"))


def test_wycheproof_chacha20_poly1305(foreign: Path) -> None:
    """Through the context that seals frames. Its nonces have 96 bits: other sizes cannot occur."""
    counted: Counter[str] = Counter()
    for group, test in wycheproof(foreign, "chacha20_poly1305"):
        if group["ivSize"] != 96:
            assert test["result"] == "invalid"
            counted["other nonce size"] += 1
            continue
        aad, plaintext = unhex(test["aad"]), unhex(test["msg"])
        sealed = unhex(test["ct"]) + unhex(test["tag"])
        context = hpke.Context(
            key=Secret(unhex(test["key"])),
            base_nonce=Secret(unhex(test["iv"])),
            exporter=Secret(bytes(32)),
        )
        if test["result"] == "valid":
            assert context.open(aad, sealed) == plaintext, test
            made = aead_encrypt(plaintext, aad, unhex(test["iv"]), unhex(test["key"]))
            assert made == sealed, test
        else:
            with pytest.raises(RemoteProtocolError):
                context.open(aad, sealed)
        counted[test["result"]] += 1
    assert sum(counted.values()) == 325
    assert counted["valid"] == 256


def test_wycheproof_hkdf_sha256(foreign: Path) -> None:
    counted: Counter[str] = Counter()
    for _, test in wycheproof(foreign, "hkdf_sha256"):
        inputs = (unhex(test["salt"]), unhex(test["ikm"]), unhex(test["info"]), test["size"])
        if test["result"] == "valid":
            assert hkdf.hkdf(*inputs) == unhex(test["okm"]), test
        else:
            with pytest.raises(LocalProtocolError):
                hkdf.hkdf(*inputs)
        counted[test["result"]] += 1
    assert counted == {"valid": 83, "invalid": 3}


# RFC 9180


@pytest.mark.parametrize("mode", [hpke.MODE_BASE, hpke.MODE_PSK], ids=["base", "psk"])
def test_rfc_9180_vectors(foreign: Path, mode: int) -> None:
    path = foreign / "hpke" / "x25519-hkdfsha256-chacha20poly1305.json"
    (vector,) = [vector for vector in load(path) if vector["mode"] == mode]
    assert (vector["kem_id"], vector["kdf_id"], vector["aead_id"]) == (
        hpke.KEM_ID,
        hpke.KDF_ID,
        hpke.AEAD_ID,
    )
    psk = unhex(vector["psk"]) if mode == hpke.MODE_PSK else None
    psk_id = unhex(vector["psk_id"]) if mode == hpke.MODE_PSK else b""
    info, secret, public = unhex(vector["info"]), unhex(vector["skRm"]), unhex(vector["pkRm"])
    assert x25519_public(secret) == public
    enc, sender = hpke.setup_sender(
        public, info, ephemeral=unhex(vector["skEm"]), psk=psk, psk_id=psk_id
    )
    assert enc == unhex(vector["enc"])
    receiver = hpke.setup_receiver(enc, secret, info, psk=psk, psk_id=psk_id)
    for context in (sender, receiver):
        assert context.key.expose() == unhex(vector["key"])
        assert context.base_nonce.expose() == unhex(vector["base_nonce"])
        assert context.exporter.expose() == unhex(vector["exporter_secret"])
    messages = {unhex(message["nonce"]): message for message in vector["encryptions"]}
    assert len(messages) == 16
    base = int.from_bytes(unhex(vector["base_nonce"]), "big")
    for nonce, message in messages.items():
        # The vectors jump ahead in the sequence; the number is what the nonce says.
        sender.sequence = receiver.sequence = int.from_bytes(nonce, "big") ^ base
        aad, plaintext = unhex(message["aad"]), unhex(message["pt"])
        assert sender.seal(aad, plaintext) == unhex(message["ct"])
        assert receiver.open(aad, unhex(message["ct"])) == plaintext
    assert vector["exports"]
    for export in vector["exports"]:
        context_bytes = unhex(export["exporter_context"])
        expected = Secret(unhex(export["exported_value"]))
        assert sender.export(context_bytes, export["L"]) == expected
        assert receiver.export(context_bytes, export["L"]) == expected


# COSE working group examples


def cose_files(foreign: Path, folder: str) -> list[tuple[str, Any]]:
    files = sorted((foreign / "cose" / folder).glob("*.json"))
    return [(path.stem, load(path)) for path in files]


def refusals(data: bytes) -> set[str]:
    """The codes with which every kind refuses a message."""
    codes = set()
    for kind in KINDS:
        with pytest.raises(RemoteProtocolError) as refused:
            open_sign1(kind, data, lambda kid: bytes(32), max_payload=4096)
        codes.add(refused.value.code)
    return codes


def test_cose_eddsa_example_has_our_sig_structure_and_its_algorithm_is_refused(
    foreign: Path,
) -> None:
    example = dict(cose_files(foreign, "eddsa-examples"))["eddsa-sig-01"]
    key = example["input"]["sign0"]["key"]
    payload = example["input"]["plaintext"].encode()
    signed = cose.to_be_signed(unhex("A201270300"), payload)
    assert signed == unhex(example["intermediates"]["ToBeSign_hex"])
    data = unhex(example["output"]["cbor"])
    signing = SigningKey(unhex(key["d_hex"]))
    assert signing.public == unhex(key["x_hex"])
    assert signing.sign(signed) == data[-64:]
    assert verify(signing.public, signed, data[-64:])
    assert refusals(data) == {"cose-algorithm"}


def test_cose_eddsa_examples_are_refused(foreign: Path) -> None:
    codes = {
        name: refusals(unhex(example["output"]["cbor"]))
        for name, example in cose_files(foreign, "eddsa-examples")
    }
    assert codes == {
        "eddsa-01": {"cose-tag"},  # COSE_Sign, several signers
        "eddsa-02": {"cose-tag"},
        "eddsa-sig-01": {"cose-algorithm"},
        "eddsa-sig-02": {"cose-algorithm"},  # Ed448
    }


def test_cose_sign1_files_are_refused(foreign: Path) -> None:
    """Those that fail and those that pass: none has our algorithm, kid and typ."""
    codes = {
        name: refusals(unhex(example["output"]["cbor"]))
        for name, example in cose_files(foreign, "sign1-tests")
    }
    assert codes == {
        "sign-fail-01": {"cose-tag"},
        "sign-fail-02": {"cose-algorithm"},
        "sign-fail-03": {"cose-algorithm"},
        "sign-fail-04": {"cose-algorithm"},
        "sign-fail-06": {"cose-algorithm"},
        "sign-fail-07": {"cose-algorithm"},
        "sign-pass-01": {"cose-protected"},  # the algorithm is unprotected there
        "sign-pass-02": {"cose-algorithm"},
        "sign-pass-03": {"cose-tag"},  # untagged
    }


def test_cose_sig_structure_agrees_with_the_examples_without_external_data(foreign: Path) -> None:
    checked = 0
    for name, example in cose_files(foreign, "sign1-tests"):
        sign0 = example["input"]["sign0"]
        if "external" in sign0 or name.startswith("sign-fail"):
            continue
        signed = unhex(example["intermediates"]["ToBeSign_hex"])
        protected = b"" if name == "sign-pass-01" else unhex("A10126")
        assert cose.to_be_signed(protected, example["input"]["plaintext"].encode()) == signed
        checked += 1
    assert checked == 2
