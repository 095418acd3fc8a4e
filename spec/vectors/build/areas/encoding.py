"""Values of the encoding profile: every way to write one, and every other way."""

from collections.abc import Callable
from typing import Any, Final

from build.raw import ARRAY, BYTES, MAP, TAG, TEXT, array, head, integer, mapping, string, text
from build.world import some_cid

Add = Callable[..., None]

VALUES: Final = "encoding, Values"
ZERO: Final = b"\x00"

ACCEPTED: Final[tuple[tuple[str, str, bytes, Any], ...]] = (
    ("null", "Null", b"\xf6", None),
    ("false", "False", b"\xf4", False),
    ("true", "True is not the integer 1", b"\xf5", True),
    ("integer-23", "The largest integer in one byte", b"\x17", 23),
    ("integer-24", "The smallest integer in two bytes", b"\x18\x18", 24),
    ("integer-256", "The smallest integer in three bytes", bytes.fromhex("190100"), 256),
    ("integer-2-32", "The smallest integer in nine bytes", head(0, 2**32), 2**32),
    ("integer-largest", "2^53 - 1, the largest integer there is", head(0, 2**53 - 1), 2**53 - 1),
    ("integer-smallest", "-(2^53 - 1)", integer(1 - 2**53), 1 - 2**53),
    ("integer-minus-1", "The largest negative integer", b"\x20", -1),
    ("integer-minus-24", "The smallest integer in one byte", b"\x37", -24),
    ("bytes-empty", "A byte string is not a text", b"\x40", {"bytes": ""}),
    ("bytes-24", "A length of 24 takes a second byte", string(bytes(24)), {"bytes": "00" * 24}),
    ("text-empty", "Free text may be empty", b"\x60", ""),
    ("text-line-feed", "The line feed is the one control character", text("a\nb"), "a\nb"),
    (
        "text-not-normalised",
        "A letter and a combining mark are kept as two characters. Normalising would give other "
        "bytes than were signed",
        text("u\u0308"),
        "u\u0308",
    ),
    (
        "text-beyond-the-basic-plane",
        "Four bytes of UTF-8, of which some languages make two characters",
        text("\U0001f91d"),
        "\U0001f91d",
    ),
    (
        "text-mark",
        "The left-to-right mark is no embedding, override or isolate: it stays",
        text("\u200e"),
        "\u200e",
    ),
    ("array-empty", "An empty array", b"\x80", []),
    ("map-empty", "An empty map, the body of an ack", b"\xa0", {"map": []}),
    (
        "map-order",
        "Short keys come first, whatever their letters",
        mapping((text("z"), b"\x01"), (text("aa"), b"\x02"), (text("ab"), b"\x03")),
        {"map": [["z", 1], ["aa", 2], ["ab", 3]]},
    ),
    (
        "map-order-heads",
        "From 24 characters on the head of a key is longer, and so is the key",
        mapping((text("z" * 23), b"\x01"), (text("a" * 24), b"\x02")),
        {"map": [["z" * 23, 1], ["a" * 24, 2]]},
    ),
    (
        "map-order-numbers",
        "Keys that look like numbers are texts: some languages would put them first",
        mapping((text("a"), b"\x01"), (text("10"), b"\x02")),
        {"map": [["a", 1], ["10", 2]]},
    ),
    (
        "map-key-of-objects",
        "Keys that every object has in some languages are keys like others",
        mapping((text("__proto__"), b"\x01"), (text("constructor"), b"\x02")),
        {"map": [["__proto__", 1], ["constructor", 2]]},
    ),
    (
        "map-key-128",
        "The longest key",
        mapping((text("k" * 128), ZERO)),
        {"map": [["k" * 128, 0]]},
    ),
    (
        "map-key-printable",
        "A key may hold any printable ASCII character but the space",
        mapping((text('!~"\\/'), ZERO)),
        {"map": [['!~"\\/', 0]]},
    ),
)

REFUSED: Final[tuple[tuple[str, str, bytes, str], ...]] = (
    ("nothing", "No byte at all is no null", b"", "cbor-truncated"),
    ("integer-cut", "The argument is missing", b"\x18", "cbor-truncated"),
    ("argument-cut", "One of two bytes of the argument is missing", b"\x19\x01", "cbor-truncated"),
    ("bytes-cut", "31 of 32 bytes", head(BYTES, 32) + bytes(31), "cbor-truncated"),
    ("text-cut", "One of two characters", head(TEXT, 2) + b"a", "cbor-truncated"),
    ("array-cut", "One of two entries", head(ARRAY, 2) + ZERO, "cbor-truncated"),
    ("map-cut", "A key without its value", head(MAP, 1) + text("a"), "cbor-truncated"),
    (
        "bytes-huge",
        "A byte string of 2^64 - 1 bytes: whoever makes room before it looks runs out of memory",
        head(BYTES, 2**64 - 1),
        "cbor-truncated",
    ),
    (
        "text-huge",
        "A text of 2^63 bytes, a negative length in a signed integer",
        head(TEXT, 2**63) + b"a",
        "cbor-truncated",
    ),
    (
        "array-huge",
        "An array of 2^32 entries in nine bytes: no list of that size may be made",
        head(ARRAY, 2**32) + ZERO * 4,
        "cbor-truncated",
    ),
    (
        "map-huge",
        "A map of 2^63 pairs, the double of which is 0 in 64 bits",
        head(MAP, 2**63) + text("a") + ZERO,
        "cbor-truncated",
    ),
    ("trailing", "Two items: reading the first and leaving the rest", b"\x00\x00", "cbor-trailing"),
    ("trailing-zero", "Padding behind a map", b"\xa0\x00", "cbor-trailing"),
    ("integer-long-0", "0 in two bytes", b"\x18\x00", "cbor-not-minimal"),
    ("integer-long-23", "23 in two bytes", b"\x18\x17", "cbor-not-minimal"),
    ("integer-long-255", "255 in three bytes", head(0, 255, 2), "cbor-not-minimal"),
    ("integer-long-65535", "65535 in five bytes", head(0, 65535, 4), "cbor-not-minimal"),
    ("integer-long-2-32", "2^32 - 1 in nine bytes", head(0, 2**32 - 1, 8), "cbor-not-minimal"),
    ("negative-long", "-1 in two bytes", head(1, 0, 1), "cbor-not-minimal"),
    ("bytes-long", "The length of a byte string", head(BYTES, 1, 1) + ZERO, "cbor-not-minimal"),
    ("text-long", "The length of a text", head(TEXT, 1, 2) + b"a", "cbor-not-minimal"),
    ("array-long", "The length of an array", head(ARRAY, 1, 1) + ZERO, "cbor-not-minimal"),
    ("map-long", "The length of a map", head(MAP, 0, 1), "cbor-not-minimal"),
    (
        "key-long",
        "The length of a key: the same map in other bytes",
        head(MAP, 1) + head(TEXT, 1, 1) + b"a" + ZERO,
        "cbor-not-minimal",
    ),
    ("indefinite-bytes", "Chunks", bytes.fromhex("5f4100ff"), "cbor-indefinite"),
    ("indefinite-text", "Chunks", bytes.fromhex("7f6161ff"), "cbor-indefinite"),
    ("indefinite-array", "An end instead of a length", bytes.fromhex("9f00ff"), "cbor-indefinite"),
    ("indefinite-map", "An end instead of a length", bytes.fromhex("bfff"), "cbor-indefinite"),
    ("break", "A break that ends nothing", b"\xff", "cbor-indefinite"),
    ("break-in-array", "A break in a counted array", b"\x81\xff", "cbor-indefinite"),
    ("reserved-28", "Additional information 28", b"\x1c", "cbor-reserved"),
    ("reserved-30", "Additional information 30 of a text", b"\x7e", "cbor-reserved"),
    ("reserved-31", "An integer of indefinite length", b"\x1f", "cbor-reserved"),
    (
        "integer-2-53",
        "2^53, which a JavaScript number holds but does not tell from 2^53 + 1",
        head(0, 2**53),
        "cbor-integer",
    ),
    ("integer-minus-2-53", "-(2^53)", integer(-(2**53)), "cbor-integer"),
    ("integer-2-64", "2^64 - 1", head(0, 2**64 - 1), "cbor-integer"),
    (
        "integer-minus-2-64",
        "-(2^64), which no 64-bit integer holds",
        head(1, 2**64 - 1),
        "cbor-integer",
    ),
    ("float-half", "1.0 in two bytes", bytes.fromhex("f93c00"), "cbor-float"),
    ("float-single", "1.0 in four bytes", bytes.fromhex("fa3f800000"), "cbor-float"),
    ("float-double", "1.1", bytes.fromhex("fb3ff199999999999a"), "cbor-float"),
    (
        "float-nan",
        "Not a number equals nothing, itself included",
        bytes.fromhex("f97e00"),
        "cbor-float",
    ),
    ("undefined", "Undefined is not null", b"\xf7", "cbor-simple"),
    ("simple-0", "A simple value nobody assigned", b"\xe0", "cbor-simple"),
    ("simple-two-bytes", "A simple value in two bytes", b"\xf8\x20", "cbor-simple"),
    ("tag-date", "A date as a tagged text", head(TAG, 0) + text("2026-01-01"), "cbor-tag"),
    (
        "tag-bignum",
        "An integer as a tagged byte string",
        head(TAG, 2) + string(b"\x01"),
        "cbor-tag",
    ),
    (
        "tag-self-described",
        "The tag that says that this is CBOR",
        bytes.fromhex("d9d9f700"),
        "cbor-tag",
    ),
    (
        "tag-link",
        "A link in the form of DAG-CBOR: links are plain byte strings here",
        head(TAG, 42) + string(ZERO + some_cid("link")),
        "cbor-tag",
    ),
    (
        "tag-bomb",
        "A thousand tags around a zero: a recursive decoder that skips tags runs out of stack",
        b"\xc6" * 1000 + ZERO,
        "cbor-tag",
    ),
    ("depth-17", "Seventeen arrays in each other", b"\x81" * 17 + ZERO, "cbor-depth"),
    (
        "depth-17-maps",
        "Seventeen maps in each other",
        (b"\xa1" + text("a")) * 17 + ZERO,
        "cbor-depth",
    ),
    (
        "depth-17-empty",
        "The innermost of seventeen arrays is empty, and one all the same",
        b"\x81" * 16 + b"\x80",
        "cbor-depth",
    ),
    (
        "depth-bomb",
        "Four thousand arrays in each other: recursion without a bound",
        b"\x81" * 4000 + ZERO,
        "cbor-depth",
    ),
    ("utf8-lone-byte", "The byte ff is nowhere in UTF-8", text(b"\xff"), "cbor-utf8"),
    ("utf8-cut", "Two of three bytes of a character", text(b"\xe2\x82"), "cbor-utf8"),
    ("utf8-overlong", "A slash in two bytes", text(b"\xc0\xaf"), "cbor-utf8"),
    ("utf8-surrogate", "Half a surrogate pair in UTF-8", text(b"\xed\xa0\x80"), "cbor-utf8"),
    ("utf8-beyond", "A character above U+10FFFF", text(b"\xf4\x90\x80\x80"), "cbor-utf8"),
    ("text-nul", "A character that ends strings in C", text("a\x00"), "cbor-text"),
    ("text-tab", "A tab", text("a\tb"), "cbor-text"),
    ("text-return", "A carriage return hides what stands before it", text("a\rb"), "cbor-text"),
    ("text-escape", "An escape sequence of a terminal", text("\x1b[2J"), "cbor-text"),
    ("text-delete", "U+007F", text("\x7f"), "cbor-text"),
    ("text-c1", "U+0085, a line break to some", text("\x85"), "cbor-text"),
    ("text-c1-last", "U+009F", text("\x9f"), "cbor-text"),
    (
        "text-override",
        "U+202E makes what follows read backwards on the screen",
        text("pay \u202e001 EUR"),
        "cbor-text",
    ),
    ("text-embedding", "U+202A", text("\u202a"), "cbor-text"),
    (
        "text-isolate",
        "U+2066, younger than the embeddings and forgotten by many",
        text("\u2066"),
        "cbor-text",
    ),
    ("text-pop-isolate", "U+2069", text("\u2069"), "cbor-text"),
    ("key-integer", "A key that is an integer, as in COSE", mapping((ZERO, ZERO)), "cbor-key"),
    ("key-bytes", "A key that is a byte string", mapping((string(b"a"), ZERO)), "cbor-key"),
    ("key-null", "A key that is null", mapping((b"\xf6", ZERO)), "cbor-key"),
    ("key-array", "A key that is an array", mapping((array(), ZERO)), "cbor-key"),
    ("key-empty", "A key of no characters", mapping((text(""), ZERO)), "cbor-key"),
    ("key-space", "A key with a space", mapping((text("a b"), ZERO)), "cbor-key"),
    (
        "key-line-feed",
        "Free text may hold a line feed, a key may not",
        mapping((text("a\n"), ZERO)),
        "cbor-key",
    ),
    ("key-letter", "A letter outside ASCII", mapping((text("ä"), ZERO)), "cbor-key"),
    ("key-129", "A key of 129 characters", mapping((text("k" * 129), ZERO)), "cbor-key"),
    (
        "key-order-length",
        "By the alphabet alone, aa would come before b",
        mapping((text("aa"), ZERO), (text("b"), ZERO)),
        "cbor-key-order",
    ),
    (
        "key-order-letters",
        "The map as somebody wrote it, not sorted",
        mapping((text("b"), ZERO), (text("a"), ZERO)),
        "cbor-key-order",
    ),
    (
        "key-order-case",
        "Capital letters come before small ones; a sort that knows languages differs",
        mapping((text("a"), ZERO), (text("B"), ZERO)),
        "cbor-key-order",
    ),
    (
        "key-order-inner",
        "The order holds inside as well",
        array(mapping((text("b"), ZERO), (text("a"), ZERO))),
        "cbor-key-order",
    ),
    (
        "key-twice",
        "One reader takes the first value, another the last",
        mapping((text("a"), b"\x01"), (text("a"), b"\x02")),
        "cbor-key-duplicate",
    ),
    (
        "key-twice-same",
        "Twice the same value is still a second encoding",
        mapping((text("a"), b"\x01"), (text("a"), b"\x01")),
        "cbor-key-duplicate",
    ),
)


def _nested(depth: int) -> Any:
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return value


def _decode(add: Add) -> None:
    for name, comment, data, value in ACCEPTED:
        add(f"decode-{name}", comment, VALUES, "decode", {"bytes": data}, claims={"value": value})
    add(
        "decode-depth-16",
        "Sixteen arrays in each other are as deep as it gets",
        VALUES,
        "decode",
        {"bytes": b"\x81" * 16 + ZERO},
        claims={"value": _nested(16)},
    )
    for name, comment, data, code in REFUSED:
        add(f"decode-{name}", comment, VALUES, "decode", {"bytes": data}, error=code)


def _encode(add: Add) -> None:
    accepted = (
        ("order", "The encoder sorts the keys", {"map": [["aa", 1], ["b", 2]]}, "a261620262616101"),
        ("largest", "An integer given as text", {"int": "9007199254740991"}, "1b001fffffffffffff"),
        ("smallest", "A negative one", {"int": "-9007199254740991"}, "3b001ffffffffffffe"),
        ("bytes", "Bytes are no text", [{"bytes": "00ff"}, "00ff"], "824200ff6430306666"),
        (
            "key-of-objects",
            "A key that objects have of themselves in some languages",
            {"map": [["__proto__", 1]]},
            "a1695f5f70726f746f5f5f01",
        ),
        (
            "inner-map",
            "Sorted at every depth",
            [{"map": [["b", None], ["a", True]]}],
            "81a26161f56162f6",
        ),
    )
    for name, comment, value, data in accepted:
        add(f"encode-{name}", comment, VALUES, "encode", {"value": value}, claims={"bytes": data})
    refused = (
        (
            "2-53",
            "An integer that has no place in the profile",
            {"int": "9007199254740992"},
            "cbor-integer",
        ),
        ("minus-2-53", "Its negative", {"int": "-9007199254740992"}, "cbor-integer"),
        (
            "2-64",
            "An integer that wraps around in 64 bits",
            {"int": "18446744073709551616"},
            "cbor-integer",
        ),
        ("depth-17", "What nobody may decode is not written", _nested(17), "cbor-depth"),
        ("override", "Text with a bidirectional override", "a\u202eb", "cbor-text"),
        ("tab", "Text with a tab", "a\tb", "cbor-text"),
        ("float", "A number that is no integer", 1.5, "cbor-value"),
        (
            "key-twice",
            "A key twice: whoever makes an object of it forgets one of them",
            {"map": [["a", 1], ["a", 2]]},
            "cbor-key-duplicate",
        ),
        ("key-empty", "An empty key", {"map": [["", 0]]}, "cbor-key"),
        ("key-space", "A key with a space", {"map": [["a b", 0]]}, "cbor-key"),
    )
    for name, comment, value, code in refused:
        add(f"encode-{name}", comment, VALUES, "encode", {"value": value}, error=code)


def build(add: Add) -> None:
    """Add the vectors of values."""
    _decode(add)
    _encode(add)
