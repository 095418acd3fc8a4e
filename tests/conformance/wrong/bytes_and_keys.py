"""Wrong implementations: values, identifiers, signatures, envelopes, sealing."""

import re
import sys
from pathlib import Path
from typing import Any

from nacl.exceptions import BadSignatureError
from patching import Edit, Put, Wrong

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "crypto"))
import ed25519_reference as reference

DECODER = "encoding.decoder"
COSE = "crypto.cose"
TEMPLATE = "crypto.envelope"
ED25519 = "crypto.ed25519"
SEALING = "crypto.sealing"

ORDERED = "if len(key) < len(previous) or (len(key) == len(previous) and key <= previous):"


def encoding(name: str, *changes: Edit | Put, heading: str = "Values") -> Wrong:
    return Wrong(name, "encoding", f"encoding, {heading}", changes)


def in_map(name: str, order: str) -> Wrong:
    return encoding(name, Edit(f"{DECODER}:Decoder._map", ORDERED, order))


def in_decoder(name: str, where: str, old: str, new: str) -> Wrong:
    return encoding(name, Edit(f"{DECODER}:{where}", old, new))


ENCODING = (
    in_map("duplicate-keys-taken", ORDERED.replace("<= previous", "< previous")),
    in_map("unsorted-keys-taken", "if key in result:"),
    in_map("keys-in-order-of-text", "if result and key <= previous:"),
    in_decoder(
        "trailing-bytes-taken",
        "Decoder.decode",
        "if self._position != len(self._data):",
        "if False:",
    ),
    encoding(
        "long-forms-taken",
        Put(f"{DECODER}:_SMALLEST", lambda sizes: dict.fromkeys(sizes, 0)),
    ),
    encoding(
        "floats-taken",
        Edit(
            f"{DECODER}:Decoder._head",
            "if initial not in _SIMPLE:",
            "if initial not in _SIMPLE and initial != 0xFB:",
        ),
        Edit(
            f"{DECODER}:Decoder._item",
            "return _SIMPLE[argument]",
            "return _SIMPLE[argument] if argument in _SIMPLE else self._string(8)[0]",
        ),
    ),
    in_decoder(
        "one-level-too-deep", "Decoder._item", "depth == MAX_DEPTH", "depth == MAX_DEPTH + 1"
    ),
    in_decoder(
        "one-level-too-few", "Decoder._item", "depth == MAX_DEPTH", "depth == MAX_DEPTH - 1"
    ),
    encoding(
        "bidi-controls-taken",
        Put(f"{DECODER}:NOT_FREE_TEXT", lambda _: re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")),
    ),
    encoding(
        "controls-taken",
        Put(f"{DECODER}:NOT_FREE_TEXT", lambda _: re.compile("[\u202a-\u202e\u2066-\u2069]")),
    ),
    in_decoder(
        "integers-of-64-bits", "Decoder._item", "argument + major > MAX_INTEGER", "argument < 0"
    ),
    in_decoder(
        "least-integer-too-small",
        "Decoder._item",
        "argument + major > MAX_INTEGER",
        "argument > MAX_INTEGER",
    ),
    in_decoder(
        "tags-skipped",
        "Decoder._item",
        'raise RemoteProtocolError("cbor-tag")',
        "return self._item(depth)",
    ),
    encoding("undefined-is-null", Put(f"{DECODER}:_SIMPLE", lambda simple: {**simple, 0xF7: None})),
    in_decoder(
        "bad-utf-8-replaced", "_utf8", "string.decode()", 'string.decode("utf-8", "replace")'
    ),
    in_decoder(
        "any-text-as-key", "Decoder._key", "PROTOCOL_TEXT.fullmatch(key) is None", "key is None"
    ),
    encoding(
        "encodes-keys-as-text", Edit("encoding.encoder:_canonical_map", "keys.sort(key=len)", "")
    ),
    encoding(
        "second-spelling-of-a-cid",
        Edit("encoding.cid:cid_from_text", "if cid_text(cid) != text:", "if False:"),
        heading="Identifiers",
    ),
    encoding(
        "cid-of-another-kind",
        Edit("encoding.cid:is_cid", " and value.startswith(CID_PREFIX)", ""),
        heading="Identifiers",
    ),
    encoding(
        "did-key-of-another-kind",
        Edit("encoding.did_key:did_key_parse", " or not raw.startswith(_MULTICODEC)", ""),
        heading="Identifiers",
    ),
)


def equation_alone(signed: bytes, public: bytes) -> bytes:
    """The fifth rule without the other four, which libsodium partly makes its own."""
    points = [reference.decode(public), reference.decode(signed[:32])]
    if None in points:
        raise BadSignatureError
    key, nonce_point = points
    h = reference.digest(signed[:32], public, signed[64:]) % reference.L
    s = int.from_bytes(signed[32:64], "little")
    left = reference.add(
        reference.multiply(s, reference.BASE), reference.negate(reference.multiply(h, key))
    )
    if left != nonce_point:
        raise BadSignatureError
    return signed[64:]


def cofactored(signed: bytes, public: bytes) -> bytes:
    """The fifth rule multiplied by eight."""
    if not reference.verify(public, signed[64:], signed[:64], cofactored=True):
        raise BadSignatureError
    return signed[64:]


def envelope(name: str, *changes: Edit | Put, heading: str = "Envelope") -> Wrong:
    return Wrong(name, "envelope", f"envelope, {heading}", changes)


def signature(name: str, *changes: Edit | Put) -> Wrong:
    return envelope(name, *changes, heading="Signatures")


ALONE = Put(f"{ED25519}:crypto_sign_open", lambda _: equation_alone)
NO_SMALL = "public in SMALL_ORDER or nonce_point in SMALL_ORDER"

ENVELOPE = (
    envelope(
        "old-algorithm-taken",
        Edit(f"{COSE}:_read", "value == ALGORITHM_ED25519", "value in (ALGORITHM_ED25519, -8)"),
    ),
    envelope(
        "unprotected-header-ignored",
        Edit(
            f"{TEMPLATE}:read_structure",
            "if (major, count) != (MAP, 0):",
            "for _ in range(count if major == MAP else 0):\n"
            "        reader._integer()\n"
            "        kind, size = reader.head()\n"
            "        reader.take(size if kind in (BYTES, TEXT) else 0)\n"
            "    if major != MAP:",
        ),
    ),
    envelope(
        "typ-not-compared",
        Edit(f"{COSE}:_read", "(major, value) == (template.TEXT, typ)", "major == template.TEXT"),
    ),
    envelope(
        "tag-not-compared",
        Edit(f"{TEMPLATE}:read_structure", 'reader.expect(TAG, tag, "cose-tag")', "reader.head()"),
    ),
    envelope(
        "bytes-after-the-envelope",
        Edit(f"{TEMPLATE}:Reader.end", "if self.at != len(self._data):", "if False:"),
    ),
    envelope(
        "long-heads-taken", Edit(f"{TEMPLATE}:Reader.head", "if argument < smallest:", "if False:")
    ),
    envelope(
        "signature-not-verified",
        Edit(
            f"{COSE}:_verified",
            "if not verify(public, to_be_signed(parts.protected, parts.payload), parts.signature):",
            "if False:",
        ),
    ),
    envelope(
        "payload-signed-without-its-header",
        Edit(
            f"{COSE}:to_be_signed", "template.byte_string(protected)", 'template.byte_string(b"")'
        ),
    ),
    envelope(
        "payload-of-any-size",
        Edit(f"{COSE}:_read", "if len(payload) > max_payload:", "if False:"),
        Edit(
            f"{COSE}:_read", "if len(envelope) > max_payload + MAX_ENVELOPE_OVERHEAD:", "if False:"
        ),
    ),
    signature("cofactored-equation", Put(f"{ED25519}:crypto_sign_open", lambda _: cofactored)),
    signature("small-orders-taken", Edit(f"{ED25519}:verify", NO_SMALL, "False"), ALONE),
    signature("large-s-taken", Edit(f"{ED25519}:verify", ">= ORDER", "< 0"), ALONE),
    signature(
        "any-encoding-of-a-key",
        Edit(
            f"{ED25519}:verify",
            "not is_canonical(public) or not is_canonical(nonce_point)",
            "False",
        ),
        ALONE,
    ),
    signature(
        "keys-outside-the-subgroup",
        Put(f"{ED25519}:crypto_core_ed25519_is_valid_point", lambda _: lambda _point: True),
    ),
    signature(
        "keys-of-small-order",
        Edit(
            f"{ED25519}:check_public_key",
            "if public in SMALL_ORDER:",
            "if public in SMALL_ORDER:\n        return\n    if False:",
        ),
    ),
)


def sealing(name: str, *changes: Edit | Put) -> Wrong:
    return Wrong(name, "sealing", "envelope, Sealing", changes)


def any_suite(parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    suite = parameters[0]
    return (type(suite)(suite.label, suite.code, lambda _major, _value: True), *parameters[1:])


SEALED = (
    sealing(
        "padding-not-looked-at",
        Edit(f"{SEALING}:_unpad", "if padded.count(0, end) != len(padded) - end:", "if False:"),
    ),
    sealing(
        "mode-taken-from-the-message",
        Edit(
            f"{SEALING}:open_frame",
            "if header.opening != (psk is None):",
            "if header.opening:\n        psk = None\n    elif psk is None:",
        ),
    ),
    sealing(
        "any-size", Edit(f"{SEALING}:read_seal", "if size not in PADDING_BUCKETS:", "if size < 4:")
    ),
    sealing(
        "any-form-of-the-encapsulated-key",
        Edit(f"{SEALING}:read_seal", 'check_canonical(enc, "enc")', "pass"),
        Edit("crypto.hpke:setup_receiver", 'check_canonical(enc, "enc")', "pass"),
    ),
    sealing("halves-swapped", Edit(f"{SEALING}:derive_psk", "opener + joiner", "joiner + opener")),
    sealing(
        "psk-without-the-relationship",
        Edit(f"{SEALING}:derive_psk", "hkdf(rel, ", 'hkdf(b"", '),
    ),
    sealing(
        "info-without-the-type",
        Edit(f"{SEALING}:_info", 'INFO_PREFIX + typ.encode("ascii")', "INFO_PREFIX"),
    ),
    sealing(
        "header-not-authenticated",
        Edit(
            f"{SEALING}:additional_data",
            "template.byte_string(protected)",
            'template.byte_string(b"")',
        ),
    ),
    sealing("any-suite", Put(f"{SEALING}:_TEMPLATE", any_suite)),
    sealing(
        "smallest-bucket-not-taken",
        Edit(f"{SEALING}:_pad", "if size >= needed)", "if size > needed and size > 1024)"),
    ),
)

ALL = (*ENCODING, *ENVELOPE, *SEALED)
