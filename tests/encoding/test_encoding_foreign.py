"""The fixtures DAG-CBOR implementations share: inside our profile byte for byte, or refused."""

import json
from collections import Counter
from pathlib import Path

import pytest

from linkcontract.encoding import cid_of, cid_text, decode, encode
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MIB

# Fixtures that are DAG-CBOR but not ours, by what our profile does without. Every fixture not
# named here must be accepted.
LINKS_AS_TAGS = ("cid-", "dagpb_1", "dagpb_2", "dagpb_4", "dagpb_7", "dagpb_Links_Hash")
LINKS_AMONG_OTHERS = (
    *(f"dagpb_simple_forms_{number}" for number in (2, 3, 4)),
    *(f"garbage-{number}" for number in ("01", "06", "14", "18")),
)
FLOATS_AMONG_OTHERS = tuple(f"garbage-{number}" for number in ("03", "07", "11", "15", "22", "24"))
CONTROL_CHARACTERS = tuple(
    f"garbage-{number}" for number in ("00", "05", "09", "10", "12", "16", "21", "23")
)
KEYS_OF_OTHER_TEXT = tuple(f"garbage-{number}" for number in ("02", "04", "08", "17", "19", "20"))
LARGE_INTEGERS = (
    "int--11959030306112471732",
    "int--9007199254740992",
    "int--9007199254740993",
    "int--9223372036854775808",
    "int-11959030306112471731",
    "int-18446744073709551615",
    "int-9223372036854775807",
)


def expected_refusal(name: str) -> str | None:
    if name.startswith(LINKS_AS_TAGS) or name in LINKS_AMONG_OTHERS:
        return "cbor-tag"
    if name in FLOATS_AMONG_OTHERS or (name.startswith("float-") and name[-1].isdigit()):
        return "cbor-float"
    if name in CONTROL_CHARACTERS:
        return "cbor-text"
    if name in KEYS_OF_OTHER_TEXT:
        return "cbor-key"
    return "cbor-integer" if name in LARGE_INTEGERS else None


def test_dag_cbor_fixtures_round_trip_or_are_refused_for_the_expected_reason(
    foreign: Path,
) -> None:
    outcomes: Counter[str | None] = Counter()
    for file in sorted((foreign / "dag-cbor" / "fixtures").glob("*/*.dag-cbor")):
        name, data = file.parent.name, file.read_bytes()
        assert cid_text(cid_of(data)) == file.stem
        try:
            again = encode(decode(data, max_bytes=MIB))
        except RemoteProtocolError as error:
            outcome: str | None = error.code
        else:
            outcome = None
            assert again == data, name
        assert outcome == expected_refusal(name), name
        outcomes[outcome] += 1
    # A folder that went missing must not look like success.
    assert outcomes[None] >= 50
    assert min(outcomes.values()) >= 5


def test_dag_cbor_negative_fixtures_are_refused(foreign: Path) -> None:
    files = list((foreign / "dag-cbor" / "negative-fixtures").rglob("*.json"))
    assert files
    for file in files:
        for vector in json.loads(file.read_text()):
            with pytest.raises(RemoteProtocolError) as caught:
                decode(bytes.fromhex(vector["hex"]), max_bytes=MIB)
            # The fixture is written in another order than ours, so either rule may see it first.
            assert caught.value.code in {"cbor-key-duplicate", "cbor-key-order"}
