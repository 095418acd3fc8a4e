"""The example of the page about logs: the shop's log of four entries, and its checkpoint."""

from build.world import T0, seed
from examples.notation import code, hexadecimal, markdown
from examples.registry import worked
from examples.story import SHOP, shown, statement
from linkcontract.audit.checkpoint import (
    Checkpoint,
    cosign_checkpoint,
    open_checkpoint,
    sign_checkpoint,
)
from linkcontract.audit.merkle import (
    Tree,
    leaf_entry,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from linkcontract.audit.note import SignatureType, VerifierKey
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.encoding import encode

ORIGIN = "shop.example/log"
WITNESS = "witness.example/w1"
LABELS = ("inception", "join", "accept", "receipt")
IDS = [SHOP.id, *(statement(label).id for label in LABELS[1:])]
SALTS = [seed(f"example leaf salt {label}") for label in LABELS]


@worked("a-log")
def a_log() -> str:
    entries = [leaf_entry(salt, id) for salt, id in zip(SALTS, IDS, strict=True)]
    leaves = [leaf_hash(entry) for entry in entries]
    left, right = node_hash(*leaves[:2]), node_hash(*leaves[2:])
    tree = Tree(entries)
    inclusion, consistency = tree.inclusion(2), tree.consistency(3)
    assert inclusion == (leaves[3], left)
    assert consistency == (leaves[2], leaves[3], left)
    verify_inclusion(leaves[2], 2, 4, inclusion, tree.root())
    verify_consistency(3, 4, consistency, tree.root(3), tree.root())
    return markdown(
        "The shop's log begins with its inception, its `join`, its `accept` and its `receipt`. The"
        " entry of the `accept` is SHA-256 over",
        shown(encode(["lc/leaf/1", SALTS[2], IDS[2]])),
        "which is the first line; the second is the hash of the leaf, SHA-256 of a byte 00 and the"
        " entry:",
        code([entries[2].hex(), leaves[2].hex()]),
        "The hashes of the four leaves, of the two nodes above them, each SHA-256 of a byte 01 and"
        " the two below it, and the root:",
        code([each.hex() for each in (*leaves, left, right, tree.root())]),
        "That the `accept` is at index 2 of the 4 is shown with the leaf beside it and the left"
        " node. The second hash stands on the left:",
        code([each.hex() for each in inclusion]),
        "When the log had three entries its root was the first line. That the tree of 4 continues"
        " it is shown by the three hashes after it: of the third leaf, the fourth, and the left"
        " node.",
        code([tree.root(3).hex(), *(each.hex() for each in consistency)]),
        *_checkpoint(tree),
    )


def _checkpoint(tree: Tree) -> list[str]:
    log, witness = SigningKey(seed("example log key")), SigningKey(seed("example witness key"))
    key = VerifierKey(ORIGIN, SignatureType.ED25519, log.public)
    cosigner = VerifierKey(WITNESS, SignatureType.COSIGNATURE, witness.public)
    signed = sign_checkpoint(Checkpoint(ORIGIN, tree.size, tree.root()), log)
    time = T0 // 1000 + 3600
    note = cosign_checkpoint(signed, WITNESS, witness, time)
    found = open_checkpoint(note, ORIGIN, key, [cosigner], 1)
    assert [(each.name, each.time) for each in found.cosignatures] == [(WITNESS, time)]
    cosigned = f"cosignature/v1\ntime {time}\n{found.checkpoint.text()}".encode()
    return [
        "The checkpoint, signed by the log and an hour after the story began by a witness:",
        code(note.splitlines()),
        "It is verified with the keys",
        code([key.text(), cosigner.text()]),
        "The log signed the first three lines, their line feeds included. The witness signed these"
        f" {len(cosigned)} bytes:",
        code(hexadecimal(cosigned)),
    ]
