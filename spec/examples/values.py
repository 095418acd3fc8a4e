"""The examples of the pages about single values: encoding, errors, limits."""

from typing import Final

from examples.notation import code, hexadecimal, markdown
from examples.registry import worked
from examples.story import ALICE, STORY, shown
from linkcontract import limits
from linkcontract.encoding import (
    cid_of,
    cid_text,
    decode,
    did_key_text,
    encode,
    hash_of,
)
from linkcontract.errors import CODES, RemoteProtocolError

BROKEN: Final = (
    ("a2616201616102", "the key `a` after the key `b`", "cbor-key-order"),
    ("1817", "23 in two bytes where one is enough", "cbor-not-minimal"),
    ("f90000", "a floating-point number", "cbor-float"),
    ("9fff", "an array of indefinite length", "cbor-indefinite"),
    ("0000", "a second value after the first", "cbor-trailing"),
    ("9a0001000000", "an array of 65,536 entries with one byte left", "cbor-truncated"),
)


def refusal(data: bytes) -> str:
    """The code with which bytes are refused."""
    try:
        decode(data, max_bytes=limits.MAX_BODY)
    except RemoteProtocolError as error:
        return error.code
    raise AssertionError(data.hex())


@worked("a-value")
def a_value() -> str:
    value = {"name": "Zoë", "seen": [], "seq": 24, "off": -1, "of": None, "id": b"\x00\xff"}
    data = encode(value)
    half = ALICE.half
    return markdown(
        "A map of six entries. Its keys stand in the order of their encoding, the shorter first;"
        " 24 is the first integer that takes two bytes.",
        shown(data),
        "Its cid, as text and as the 36 bytes that stand in values:",
        code([cid_text(cid_of(data)), cid_of(data).hex()]),
        'A hash: H(["lc/pskc/1", half]) of Alice\'s half of the shared key is SHA-256 over',
        code(hexadecimal(encode(["lc/pskc/1", half]))),
        "which is",
        code([hash_of(["lc/pskc/1", half]).hex()]),
        "The key of Alice's inception as did:key text:",
        code([did_key_text(ALICE.inception.key.public)]),
        "What a decoder refuses:",
        _broken(),
    )


def _broken() -> str:
    rows = []
    for text, why, wanted in BROKEN:
        found = refusal(bytes.fromhex(text))
        assert found == wanted, (text, found)
        rows.append(f"| `{text}` | {why} | `{found}` |\n")
    return "".join(["| bytes | | code |\n", "|---|---|---|\n", *rows])


@worked("a-refusal")
def a_refusal() -> str:
    text = BROKEN[0][0]
    code_ = refusal(bytes.fromhex(text))
    return markdown(
        "A decoder is given a map in which the key `a` stands after the key `b`:",
        code([text]),
        f"It refuses it with the code `{code_}`: {CODES[code_]}. Nothing of the map is used, and"
        " the code is for whoever runs the node and for the vectors; a peer is not told.",
        "The door of the conformance kit says it in a line:",
        code(
            [
                '{"command":"decode","input":{"bytes":"' + text + '"}}',
                '{"error":"' + code_ + '"}',
            ]
        ),
    )


@worked("sizes")
def sizes() -> str:
    rows = [
        (f"`{label}`", len(each.payload), limits.MAX_HEADER, len(each.data), limits.MAX_BODY)
        for label, each in STORY.statements.items()
    ]
    lines = [
        f"| {name} | {head} of {top} | {body} of {most} |\n" for name, head, top, body, most in rows
    ]
    return markdown(
        "Values at some of the bounds, and the first beyond each. A long text is shortened here:",
        _edges(),
        "How large things are in the story the pages tell, against what they may be:",
        "".join(["| statement | bytes of header | of body |\n", "|---|---|---|\n", *lines]),
    )


def _edges() -> str:
    """Encodings at a bound and beyond it, as a decoder takes or refuses them."""
    most, longest = limits.MAX_INTEGER, limits.MAX_PROTOCOL_TEXT
    cases = [
        ("2^53 - 1", encode(most), None),
        ("2^53", b"\x1b" + (most + 1).to_bytes(8, "big"), "cbor-integer"),
        ("-(2^53 - 1)", encode(-most), None),
        ("-2^53", b"\x3b" + most.to_bytes(8, "big"), "cbor-integer"),
        (f"the key of {longest} letters `a`, for 0", encode({"a" * longest: 0}), None),
        ("one letter more", b"\xa1\x78\x81" + b"a" * (longest + 1) + b"\x00", "cbor-key"),
        ("16 arrays, each in the one before", b"\x81" * 15 + b"\x80", None),
        ("17 arrays", b"\x81" * 16 + b"\x80", "cbor-depth"),
    ]
    rows = []
    for what, data, wanted in cases:
        if wanted is None:
            assert encode(decode(data, max_bytes=limits.MAX_BODY)) == data
        else:
            assert refusal(data) == wanted, (what, refusal(data))
        text = data.hex() if len(data) < 20 else f"{data[:6].hex()}…{data[-3:].hex()}"
        said = "taken" if wanted is None else f"`{wanted}`"
        rows.append(f"| {what} | `{text}` | {len(data)} | {said} |\n")
    return "".join(["| value | bytes | length | |\n", "|---|---|---|---|\n", *rows])
