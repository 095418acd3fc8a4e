"""Commands of logs: entries, trees, proofs and checkpoints."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.audit.checkpoint import open_checkpoint
from linkcontract.audit.merkle import (
    Tree,
    leaf_entry,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from linkcontract.audit.note import SignatureType, VerifierKey, read_verifier_key
from linkcontract.conformance import values


def hashes(value: object) -> list[bytes]:
    """An array of bytes."""
    return values.listed(value, values.octets)


def witness(value: object) -> VerifierKey:
    """The verifier key of a witness."""
    return read_verifier_key(values.text(value), SignatureType.COSIGNATURE)


def leaf(given: object) -> dict[str, Any]:
    """`leaf`."""
    input = values.members(given, "salt", "statement")
    entry = leaf_entry(values.octets(input["salt"]), values.cid(input["statement"]))
    return {"entry": entry.hex(), "hash": leaf_hash(entry).hex()}


def tree_root(given: object) -> dict[str, Any]:
    """`tree-root`."""
    tree = Tree(hashes(values.members(given, "entries")["entries"]))
    return {"root": tree.root().hex()}


def prove_inclusion(given: object) -> dict[str, Any]:
    """`prove-inclusion`."""
    input = values.members(given, "entries", "index")
    proof = Tree(hashes(input["entries"])).inclusion(values.any_integer(input["index"]))
    return {"proof": [each.hex() for each in proof]}


def prove_consistency(given: object) -> dict[str, Any]:
    """`prove-consistency`."""
    input = values.members(given, "entries", "from")
    proof = Tree(hashes(input["entries"])).consistency(values.any_integer(input["from"]))
    return {"proof": [each.hex() for each in proof]}


def check_inclusion(given: object) -> dict[str, Any]:
    """`verify-inclusion`."""
    input = values.members(given, "hash", "index", "size", "proof", "root")
    verify_inclusion(
        values.octets(input["hash"]),
        values.any_integer(input["index"]),
        values.any_integer(input["size"]),
        hashes(input["proof"]),
        values.octets(input["root"]),
    )
    return {}


def check_consistency(given: object) -> dict[str, Any]:
    """`verify-consistency`."""
    input = values.members(given, "from", "to", "proof", "from_root", "to_root")
    verify_consistency(
        values.any_integer(input["from"]),
        values.any_integer(input["to"]),
        hashes(input["proof"]),
        values.octets(input["from_root"]),
        values.octets(input["to_root"]),
    )
    return {}


def checkpoint(given: object) -> dict[str, Any]:
    """`checkpoint`."""
    input = values.members(given, "note", "origin", "key", "witnesses", "required")
    found = open_checkpoint(
        values.text(input["note"]),
        values.text(input["origin"]),
        read_verifier_key(values.text(input["key"]), SignatureType.ED25519),
        values.listed(input["witnesses"], witness),
        values.any_integer(input["required"]),
    )
    return {
        "size": found.checkpoint.size,
        "root": found.checkpoint.root.hex(),
        "witnesses": [{"name": each.name, "time": each.time} for each in found.cosignatures],
    }


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "leaf": leaf,
    "tree-root": tree_root,
    "prove-inclusion": prove_inclusion,
    "prove-consistency": prove_consistency,
    "verify-inclusion": check_inclusion,
    "verify-consistency": check_consistency,
    "checkpoint": checkpoint,
}
