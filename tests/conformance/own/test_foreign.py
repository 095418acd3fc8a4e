"""Vectors written by others, asked through the door of this implementation and of the second."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kit_door import Door
from multiformats import multibase

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [
    str(Path(__file__).resolve().parent),
    *(str(ROOT / "tests" / folder) for folder in ("audit", "crypto", "encoding")),
]

from test_crypto_foreign import decided_by_flags, load, wycheproof  # noqa: E402
from test_encoding_foreign import expected_refusal  # noqa: E402
from test_log_foreign import data  # noqa: E402
from test_second_reader import NODE, READER, lacking  # noqa: E402

pytestmark = pytest.mark.timeout(400)

COMMANDS = {
    "this": [sys.executable, "-m", "linkcontract.conformance"],
    "second": [str(NODE), str(READER / "main.mjs")],
}


@pytest.fixture(scope="module")
def this(foreign: Path) -> Iterator[Door]:
    opened = Door(COMMANDS["this"])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def second(foreign: Path) -> Iterator[Door]:
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(f"the second reader was not asked: {lacking}")
    if lacking:
        pytest.skip(f"the second reader is not asked: {lacking}")
    opened = Door(COMMANDS["second"])
    yield opened
    opened.close()


@pytest.fixture(params=list(COMMANDS))
def door(request: pytest.FixtureRequest) -> Door:
    opened = request.getfixturevalue(request.param)
    assert isinstance(opened, Door)
    return opened


def is_valid_signature(door: Door, public: str, message: str, signature: str) -> bool:
    given = {"public": public, "message": message, "signature": signature}
    answer = door.ask({"command": "verify-signature", "input": given})
    valid = answer["output"]["valid"]
    assert isinstance(valid, bool)
    return valid


def test_cctv_ed25519(door: Door, foreign: Path) -> None:
    counted: Counter[bool] = Counter()
    for vector in load(foreign / "cctv-ed25519" / "ed25519vectors.json"):
        message = vector["msg"].encode().hex()
        decided = is_valid_signature(door, vector["key"], message, vector["sig"])
        assert decided == decided_by_flags(frozenset(vector["flags"] or ())), vector
        counted[decided] += 1
    assert counted == {True: 43, False: 871}


def test_wycheproof_ed25519(door: Door, foreign: Path) -> None:
    counted: Counter[str] = Counter()
    for group, test in wycheproof(foreign, "ed25519"):
        public = group["publicKey"]["pk"]
        decided = is_valid_signature(door, public, test["msg"], test["sig"])
        assert decided == (test["result"] == "valid"), test
        counted[test["result"]] += 1
    assert counted == {"valid": 88, "invalid": 63}


def proof_request(vector: dict[str, Any]) -> dict[str, Any]:
    proof = [data(each).hex() for each in vector["proof"] or []]
    if "leafIdx" in vector:
        given = {
            "hash": data(vector["leafHash"]).hex(),
            "index": vector["leafIdx"],
            "size": vector["treeSize"],
            "proof": proof,
            "root": data(vector["root"]).hex(),
        }
        return {"command": "verify-inclusion", "input": given}
    given = {
        "from": vector["size1"],
        "to": vector["size2"],
        "proof": proof,
        "from_root": data(vector["root1"]).hex(),
        "to_root": data(vector["root2"]).hex(),
    }
    return {"command": "verify-consistency", "input": given}


def test_proofs_of_transparency_dev(door: Door, foreign: Path) -> None:
    counted: Counter[bool] = Counter()
    wrong = []
    for file in sorted((foreign / "merkle").rglob("*.json")):
        vector = json.loads(file.read_text("utf-8"))
        answer = door.ask(proof_request(vector))
        assert answer == {"output": {}} or answer.keys() == {"error"}, (file.name, answer)
        refused = "error" in answer
        counted[refused] += 1
        if refused != vector["wantErr"]:
            wrong.append(file.name)
    assert wrong == []
    assert counted == {True: 184, False: 12}


def test_dag_cbor_fixtures(door: Door, foreign: Path) -> None:
    """Refused for the reason that is expected, or decoded and encoded to the same bytes."""
    counted: Counter[str | None] = Counter()
    for file in sorted((foreign / "dag-cbor" / "fixtures").glob("*/*.dag-cbor")):
        name, fixture = file.parent.name, file.read_bytes().hex()
        answer = door.ask({"command": "decode", "input": {"bytes": fixture}})
        code = answer.get("error")
        assert code == expected_refusal(name), (name, answer)
        counted[code] += 1
        if code is None:
            again = door.ask({"command": "encode", "input": answer["output"]})
            assert again == {"output": {"bytes": fixture}}, name
        cid = door.ask({"command": "cid", "input": {"payload": fixture}})
        assert cid == {"output": {"cid": file.stem}}
    assert counted[None] >= 50
    assert min(counted.values()) >= 5


def test_dag_cbor_negative_fixtures(door: Door, foreign: Path) -> None:
    counted = 0
    for file in sorted((foreign / "dag-cbor" / "negative-fixtures").rglob("*.json")):
        for vector in load(file):
            answer = door.ask({"command": "decode", "input": {"bytes": vector["hex"]}})
            assert answer["error"] in {"cbor-key-duplicate", "cbor-key-order"}
            counted += 1
    assert counted


def test_did_keys(door: Door, foreign: Path) -> None:
    counted = 0
    for name, vector in load(foreign / "did-key" / "ed25519-x25519.json").items():
        pair = vector.get("verificationKeyPair", {})
        if "publicKeyBase58" not in pair:
            continue
        counted += 1
        public = multibase.decode("z" + pair["publicKeyBase58"]).hex()
        said = door.ask({"command": "read-did-key", "input": {"text": name}})
        assert said == {"output": {"public": public}}
        again = door.ask({"command": "did-key", "input": {"public": public}})
        assert again == {"output": {"text": name}}
    assert counted >= 3


def test_both_give_the_same_answers(this: Door, second: Door, foreign: Path) -> None:
    """Values and codes, also where the vectors say only that something is wrong."""
    requests = [
        proof_request(json.loads(file.read_text("utf-8")))
        for file in sorted((foreign / "merkle").rglob("*.json"))
    ]
    encodings = [
        file.read_bytes().hex()
        for file in sorted((foreign / "dag-cbor" / "fixtures").glob("*/*.dag-cbor"))
    ]
    for file in sorted((foreign / "dag-cbor" / "negative-fixtures").rglob("*.json")):
        encodings += [vector["hex"] for vector in load(file)]
    requests += [{"command": "decode", "input": {"bytes": each}} for each in encodings]
    differing = [request for request in requests if this.ask(request) != second.ask(request)]
    assert differing == []
    assert len(requests) > 300
