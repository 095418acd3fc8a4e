"""The strict decoder: each known trap of CBOR by name, then whatever Hypothesis thinks of."""

from collections.abc import Callable

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from profile_values import damaged_encodings, values

from linkcontract.encoding import Value, decode, encode
from linkcontract.encoding.decoder import Decoder
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_DEPTH, MAX_FRAME, MAX_INTEGER


def refusal(data: bytes) -> str:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(data, max_bytes=MAX_FRAME)
    return caught.value.code


# Name of the trap: (bytes in hexadecimal, code).
ACCEPTED_BY_CBOR2 = {
    "duplicate keys": ("a2616101616102", "cbor-key-duplicate"),
    "duplicate keys that are not neighbours": ("a3616101616202616103", "cbor-key-duplicate"),
    "integer one byte too long": ("1817", "cbor-not-minimal"),
    "integer two bytes too long": ("190017", "cbor-not-minimal"),
    "integer 255 in two bytes": ("1900ff", "cbor-not-minimal"),
    "integer 65535 in four bytes": ("1a0000ffff", "cbor-not-minimal"),
    "integer 2^32-1 in eight bytes": ("1b00000000ffffffff", "cbor-not-minimal"),
    "negative integer too long": ("3800", "cbor-not-minimal"),
    "byte string length too long": ("580161", "cbor-not-minimal"),
    "text length too long": ("780161", "cbor-not-minimal"),
    "array length too long": ("980101", "cbor-not-minimal"),
    "map length too long": ("b801616101", "cbor-not-minimal"),
    "key length too long": ("a178016101", "cbor-not-minimal"),
    "keys unsorted": ("a2616201616102", "cbor-key-order"),
    "keys sorted bytewise but not by length": ("a262616101616202", "cbor-key-order"),
    "float of two bytes": ("f93c00", "cbor-float"),
    "float of four bytes": ("fa3f800000", "cbor-float"),
    "float of eight bytes": ("fb3ff0000000000000", "cbor-float"),
    "NaN with a payload": ("fb7ff8000000000001", "cbor-float"),
    "infinity": ("f97c00", "cbor-float"),
    "indefinite byte string": ("5f4161ff", "cbor-indefinite"),
    "indefinite text": ("7f6161ff", "cbor-indefinite"),
    "indefinite array": ("9f01ff", "cbor-indefinite"),
    "indefinite map": ("bf616101ff", "cbor-indefinite"),
    "trailing bytes": ("f600", "cbor-trailing"),
    "bignum": ("c249010000000000000000", "cbor-tag"),
    "negative bignum": ("c349010000000000000000", "cbor-tag"),
    "unknown tag": ("d9d9d901", "cbor-tag"),
    "tag 35, a regular expression to compile": ("d823612e", "cbor-tag"),
    "tag 42, a link of DAG-CBOR": ("d82a4100", "cbor-tag"),
    "undefined": ("f7", "cbor-simple"),
    "unassigned simple value": ("e0", "cbor-simple"),
    "simple value of two bytes": ("f8ff", "cbor-simple"),
}

OTHERS = {
    "false as a simple value of two bytes": ("f814", "cbor-simple"),
    "break alone": ("ff", "cbor-indefinite"),
    "reserved length 28": ("1c", "cbor-reserved"),
    "reserved length 29 of text": ("7d", "cbor-reserved"),
    "reserved length 30 of an array": ("9e", "cbor-reserved"),
    "indefinite integer": ("1f", "cbor-reserved"),
    "indefinite tag": ("df", "cbor-reserved"),
    "integer 2^53": ("1b0020000000000000", "cbor-integer"),
    "integer 2^64-1": ("1bffffffffffffffff", "cbor-integer"),
    "integer -2^53": ("3b001fffffffffffff", "cbor-integer"),
    "integer -2^64": ("3bffffffffffffffff", "cbor-integer"),
    "integer key": ("a10101", "cbor-key"),
    "byte string key": ("a1416101", "cbor-key"),
    "null key": ("a1f601", "cbor-key"),
    "map as a key": ("a1a001", "cbor-key"),
    "empty key": ("a16001", "cbor-key"),
    "key with a space": ("a1612001", "cbor-key"),
    "key outside ASCII": ("a162c3a901", "cbor-key"),
    "key of 129 characters": ("a17881" + "61" * 129 + "01", "cbor-key"),
    "text cut inside a character": ("61c3", "cbor-utf8"),
    "text overlong": ("62c0af", "cbor-utf8"),
    "text with a surrogate": ("63eda080", "cbor-utf8"),
    "text above U+10FFFF": ("64f4908080", "cbor-utf8"),
    "key not UTF-8": ("a161ff01", "cbor-utf8"),
    "text with NUL": ("63610062", "cbor-text"),
    "text with a tab": ("6109", "cbor-text"),
    "text with CR": ("610d", "cbor-text"),
    "text with DEL": ("617f", "cbor-text"),
    "text with a C1 control": ("62c285", "cbor-text"),
    "text with right-to-left override": ("63e280ae", "cbor-text"),
    "text with an isolate": ("63e281a6", "cbor-text"),
    "nothing": ("", "cbor-truncated"),
    "integer cut off": ("19ff", "cbor-truncated"),
    "byte string cut off": ("426a", "cbor-truncated"),
    "text cut off": ("626a", "cbor-truncated"),
    "array cut off": ("8201", "cbor-truncated"),
    "map without its last value": ("a16161", "cbor-truncated"),
    "byte string of 2^64-1 bytes": ("5bffffffffffffffff", "cbor-truncated"),
    "array of 2^64-1 items": ("9bffffffffffffffff", "cbor-truncated"),
    "map of 2^63 entries": ("bb8000000000000000", "cbor-truncated"),
}

TRAPS = ACCEPTED_BY_CBOR2 | OTHERS


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_refused(trap: str) -> None:
    data, code = TRAPS[trap]
    assert refusal(bytes.fromhex(data)) == code


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_refused_inside_a_container(trap: str) -> None:
    data, code = TRAPS[trap]
    # The last item of an array, so that nothing after it can be at fault.
    assert refusal(b"\x82\xf6" + bytes.fromhex(data)) == code


def nested_arrays(depth: int) -> bytes:
    return b"\x81" * (depth - 1) + b"\x80"


def nested_maps(depth: int) -> bytes:
    return b"\xa1\x61a" * (depth - 1) + b"\xa0"


@pytest.mark.parametrize("nested", [nested_arrays, nested_maps])
def test_depth_sixteen_is_read_and_seventeen_refused(nested: Callable[[int], bytes]) -> None:
    assert encode(decode(nested(MAX_DEPTH), max_bytes=MAX_FRAME)) == nested(MAX_DEPTH)
    assert refusal(nested(MAX_DEPTH + 1)) == "cbor-depth"


def test_scalar_inside_the_sixteenth_container_is_read() -> None:
    value: Value = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value), max_bytes=MAX_FRAME) == value


def test_more_than_the_bound_is_refused_unread() -> None:
    data = encode(b"x" * 100)
    assert decode(data, max_bytes=len(data)) == b"x" * 100
    with pytest.raises(RemoteProtocolError) as caught:
        decode(data, max_bytes=len(data) - 1)
    assert caught.value.code == "cbor-too-large"


def test_errors_never_quote_what_was_refused() -> None:
    secret = b"very-secret\x00"
    with pytest.raises(RemoteProtocolError) as caught:
        decode(cbor2.dumps(secret.decode()), max_bytes=MAX_FRAME)
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(RemoteProtocolError) as caught:
        decode(b"\x6b\xffsecretsecr", max_bytes=MAX_FRAME)
    assert caught.value.__suppress_context__


# Inputs that cost others more than their size says. Work is counted, not timed.
def maps_as_keys(levels: int) -> bytes:
    """A map whose only key is a map whose only key is … ; re-encoding it is exponential."""
    return b"\xa1" * levels + b"\xa0" + b"\x00" * levels


def shared_references(levels: int) -> bytes:
    """Tags 28 and 29: an array that names the one before it ten times, and so on."""
    return b"".join(b"\xd8\x1c\x8a" + b"\xd8\x1d\x00" * 9 for _ in range(levels)) + b"\x80"


def colliding_integer_keys(count: int) -> bytes:
    step = 2**61 - 1  # CPython's hash modulus: all these hash alike
    return (
        b"\xb9"
        + count.to_bytes(2, "big")
        + b"".join(cbor2.dumps(index * step) + b"\x00" for index in range(count))
    )


HOSTILE = {
    "100,000 nested arrays": b"\x81" * 100_000 + b"\x80",
    "100,000 nested maps": b"\xa1\x61a" * 100_000 + b"\xa0",
    "100,000 nested tags": b"\xc1" * 100_000 + b"\x00",
    "40 maps as map keys": maps_as_keys(40),
    "shared references that expand": shared_references(6),
    "8,000 colliding integer keys": colliding_integer_keys(8_000),
    "many empty arrays": b"\x9a" + (250_000).to_bytes(4, "big") + b"\x80" * 250_000,
    "many one-byte texts": b"\x9a" + (120_000).to_bytes(4, "big") + b"\x61a" * 120_000,
    "one long byte string": b"\x5a" + (250_000).to_bytes(4, "big") + b"x" * 250_000,
    "one long text": b"\x7a" + (250_000).to_bytes(4, "big") + b"x" * 250_000,
    "one long key": b"\xa1\x7a" + (250_000).to_bytes(4, "big") + b"x" * 250_000 + b"\x00",
    "arrays that each claim the rest": b"".join(
        b"\x99" + (40 - 3 * level - 3).to_bytes(2, "big") for level in range(8)
    ),
    "nested long strings": encode([[["x" * 60_000] * 2] * 2]),
    "many sorted keys": encode({f"key-{index:06}": index for index in range(15_000)}),
    "many keys, the last one a duplicate": b"\xb9\x27\x11"
    + b"".join(b"\x65%05d\x00" % index for index in range(10_000))
    + b"\x6509999\x00",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_work_is_linear_in_the_length_of_hostile_input(name: str) -> None:
    data = HOSTILE[name]
    decoder = Decoder(data)
    try:
        decoder.decode()
    except RemoteProtocolError:
        accepted = False
    else:
        accepted = True
    assert 0 < decoder.steps <= len(data) + 1
    if accepted:
        assert encode(decode(data, max_bytes=len(data))) == data


def test_steps_count_every_item_and_every_byte_of_text() -> None:
    decoder = Decoder(encode(["abc", b"de", 1, {"k": None}]))
    decoder.decode()
    assert decoder.steps == 7 + 3 + 2 + 1


@given(values)
def test_round_trip(value: Value) -> None:
    assert decode(encode(value), max_bytes=MAX_FRAME) == value


@given(st.binary(max_size=400) | damaged_encodings())
@example(b"\x1b\x00\x1f\xff\xff\xff\xff\xff\xff")
def test_any_bytes_give_a_value_with_exactly_these_bytes_or_our_error(data: bytes) -> None:
    decoder = Decoder(data)
    try:
        value = decoder.decode()
    except RemoteProtocolError:
        pass
    else:
        assert encode(value) == data
    assert decoder.steps <= len(data) + 1


@given(values.map(encode) | damaged_encodings() | st.binary(max_size=40))
def test_cbor2_reads_the_same_value_from_what_we_accept(data: bytes) -> None:
    try:
        value = decode(data, max_bytes=MAX_FRAME)
    except RemoteProtocolError:
        return
    assert cbor2.loads(data) == value
    assert cbor2.dumps(value, canonical=True) == data


@given(st.integers() | st.floats() | st.lists(st.floats() | st.integers(), max_size=5))
def test_what_cbor2_writes_is_accepted_exactly_when_it_is_in_the_profile(value: object) -> None:
    def inside(item: object) -> bool:
        return isinstance(item, int) and abs(item) <= MAX_INTEGER

    expected = all(map(inside, value)) if isinstance(value, list) else inside(value)
    try:
        decoded = decode(cbor2.dumps(value), max_bytes=MAX_FRAME)
    except RemoteProtocolError:
        assert not expected
    else:
        assert expected
        assert decoded == value


@pytest.mark.parametrize("trap", ACCEPTED_BY_CBOR2)
def test_trap_is_real_because_cbor2_reads_it_by_default(trap: str) -> None:
    cbor2.loads(bytes.fromhex(ACCEPTED_BY_CBOR2[trap][0]))
