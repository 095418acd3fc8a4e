"""The proofs other implementations of the tree share: every one is decided as they decide it."""

import base64
import json
from pathlib import Path

from linkcontract.audit.merkle import verify_consistency, verify_inclusion
from linkcontract.errors import RemoteProtocolError


def data(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def is_refused(vector: dict[str, object]) -> bool:
    proof = [data(each) for each in vector["proof"] or []]  # type: ignore[attr-defined]
    try:
        if "leafIdx" in vector:
            verify_inclusion(
                data(vector["leafHash"]),
                vector["leafIdx"],
                vector["treeSize"],
                proof,
                data(vector["root"]),
            )
        else:
            roots = data(vector["root1"]), data(vector["root2"])
            verify_consistency(vector["size1"], vector["size2"], proof, *roots)
    except RemoteProtocolError:
        return True
    return False


def test_transparency_dev_vectors_are_decided_as_expected(foreign: Path) -> None:
    files = sorted((foreign / "merkle").rglob("*.json"))
    vectors = {file: json.loads(file.read_text("utf-8")) for file in files}
    wrong = [file for file, vector in vectors.items() if is_refused(vector) != vector["wantErr"]]
    assert wrong == []
    # A folder that went missing must not look like success.
    assert len(vectors) == 196
    assert sum(vector["wantErr"] for vector in vectors.values()) > 150
