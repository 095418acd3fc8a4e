"""Content identifiers and did:key texts."""

from collections.abc import Callable
from typing import Final

from multiformats import multibase

from build.world import seed, some_cid
from linkcontract.encoding import cid_text

Add = Callable[..., None]

IDENTIFIERS: Final = "encoding, Identifiers"
ZERO: Final = b"\x00"


def _cids(add: Add) -> None:
    add(
        "cid-empty-map",
        "The CID of one byte, a0",
        IDENTIFIERS,
        "cid",
        {"payload": "a0"},
        claims={"cid": "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"},
    )
    add(
        "cid-any-bytes",
        "The bytes are hashed as they are, whether they are a value or not",
        IDENTIFIERS,
        "cid",
        {"payload": "ff"},
        claims=lambda output: output["cid"].startswith("bafyrei"),
    )
    good = some_cid("identifier")
    right = cid_text(good)
    add(
        "read-cid",
        "59 characters",
        IDENTIFIERS,
        "read-cid",
        {"text": right},
        claims={"bytes": good},
    )
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    # The last character holds three bits of the digest and two that are zero.
    other_end = right[:-1] + letters[letters.index(right[-1]) + 1]

    def spelt(data: bytes) -> str:
        return multibase.encode(data, "base32")

    refused = (
        ("capitals", "Base32 in capital letters", right.upper(), "cid-text"),
        (
            "capital-prefix",
            "The prefix B is that of capital letters",
            "B" + right[1:].upper(),
            "cid-text",
        ),
        (
            "second-spelling",
            "Two bits behind the end are not zero: a second name for one thing",
            other_end,
            "cid-text",
        ),
        ("base58", "Another base", multibase.encode(good, "base58btc"), "cid-text"),
        ("padded", "Padding", right + "======", "cid-text"),
        ("short", "A character is missing", right[:-1], "cid-text"),
        ("space", "White space behind it", right + " ", "cid-text"),
        (
            "line-feed",
            "A line feed behind it, which an anchor at the end of a line lets pass",
            right + "\n",
            "cid-text",
        ),
        ("url", "With the scheme of IPFS", "ipfs://" + right, "cid-text"),
        (
            "raw",
            "Another codec: the same digest would have two names",
            spelt(b"\x01\x55" + good[2:]),
            "cid-form",
        ),
        ("sha3", "Another hash of the same length", spelt(b"\x01\x71\x16" + good[3:]), "cid-form"),
        ("version-2", "Another version", spelt(b"\x02" + good[1:]), "cid-form"),
    )
    for name, comment, given, code in refused:
        add(f"read-cid-{name}", comment, IDENTIFIERS, "read-cid", {"text": given}, error=code)


def _did_keys(add: Add) -> None:
    public = seed("did key")
    prefix = "did:key:"

    def did(data: bytes, base: str = "base58btc") -> str:
        return prefix + multibase.encode(data, base)

    right = did(b"\xed\x01" + public)
    add(
        "did-key",
        "An Ed25519 key",
        IDENTIFIERS,
        "did-key",
        {"public": public},
        claims={"text": right},
    )
    add(
        "read-did-key",
        "The same key",
        IDENTIFIERS,
        "read-did-key",
        {"text": right},
        claims={"public": public},
    )
    add(
        "did-key-31",
        "31 bytes",
        IDENTIFIERS,
        "did-key",
        {"public": public[1:]},
        error="did-key-form",
    )
    refused = (
        ("x25519", "A key for encryption, taken for one that signs", did(b"\xec\x01" + public)),
        ("secp256k1", "Another curve", did(b"\xe7\x01\x02" + public)),
        ("base64", "Another base", did(b"\xed\x01" + public, "base64url")),
        ("fragment", "A DID URL names a part of a document", f"{right}#{right[8:]}"),
        ("method", "Another method", right.replace(":key:", ":web:")),
        ("capitals", "The scheme in capital letters", "DID" + right[3:]),
        ("letter-0", "A character base58 does not have", right[:-1] + "0"),
        ("31-bytes", "A byte is missing", did(b"\xed\x01" + public[1:])),
        ("33-bytes", "A byte too many", did(b"\xed\x01" + public + ZERO)),
        ("line-feed", "A line feed behind it", right + "\n"),
        ("bare", "The multibase text alone", right[8:]),
    )
    for name, comment, given in refused:
        add(
            f"read-did-key-{name}",
            comment,
            IDENTIFIERS,
            "read-did-key",
            {"text": given},
            error="did-key-form",
        )


def build(add: Add) -> None:
    """Add the vectors of identifiers."""
    _cids(add)
    _did_keys(add)
