"""Logs: entries, roots, proofs made and proofs verified.

Roots and proofs are claimed from the recursive definition of RFC 9162, section 2.1, written out
here; the entries and roots of `root-…` are those that implementations of Certificate Transparency
have in common.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from build.world import seed, some_cid
from linkcontract.encoding import cid_text, hash_of

Add = Callable[..., None]

ENTRIES_SPEC: Final = "log, Entries"
TREE: Final = "log, Tree"
VERIFYING: Final = "log, Verifying proofs"

COMMON: Final = [
    b"",
    bytes.fromhex("00"),
    bytes.fromhex("10"),
    bytes.fromhex("2021"),
    bytes.fromhex("3031"),
    bytes.fromhex("40414243"),
    bytes.fromhex("5051525354555657"),
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
]
ROOTS: Final = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

ENTRIES: Final = [seed(f"entry {number}") for number in range(8)]


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return _hash(b"\x00" + entry)


def _split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root(entries: Sequence[bytes]) -> bytes:
    """MTH."""
    if len(entries) < 2:
        return leaf(entries[0]) if entries else _hash(b"")
    middle = _split(len(entries))
    return _hash(b"\x01" + root(entries[:middle]) + root(entries[middle:]))


def path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH."""
    if len(entries) == 1:
        return []
    middle = _split(len(entries))
    if index < middle:
        return [*path(index, entries[:middle]), root(entries[middle:])]
    return [*path(index - middle, entries[middle:]), root(entries[:middle])]


def proof(first: int, entries: Sequence[bytes], known: bool = True) -> list[bytes]:
    """PROOF."""
    if first == len(entries):
        return [] if known else [root(entries)]
    middle = _split(len(entries))
    if first <= middle:
        return [*proof(first, entries[:middle], known), root(entries[middle:])]
    return [*proof(first - middle, entries[middle:], False), root(entries[:middle])]


def _leaves(add: Add) -> None:
    salt, statement = seed("leaf salt"), some_cid("logged statement")
    for name, comment, given in (
        ("leaf", "The entry of a statement, and the hash of its leaf", salt),
        ("leaf-other-salt", "The same statement under another salt is another entry", _hash(salt)),
    ):
        entry = hash_of(["lc/leaf/1", given, statement])
        add(
            name,
            comment,
            ENTRIES_SPEC,
            "leaf",
            {"salt": given, "statement": cid_text(statement)},
            claims={"entry": entry, "hash": leaf(entry)},
        )
    for name, comment, given in (
        ("leaf-salt-short", "A salt of 31 bytes", salt[:31]),
        ("leaf-salt-long", "A salt of 33 bytes", salt + b"\x00"),
        ("leaf-salt-none", "A statement without a salt could be found by anybody", b""),
    ):
        inputs = {"salt": given, "statement": cid_text(statement)}
        add(name, comment, ENTRIES_SPEC, "leaf", inputs, error="log-salt")


def _roots(add: Add) -> None:
    for size, expected in ROOTS.items():
        add(
            f"root-{size}",
            f"The root of {size} entries that other implementations have as well",
            TREE,
            "tree-root",
            {"entries": COMMON[:size]},
            claims={"root": expected},
        )
    pair = leaf(COMMON[0]) + leaf(COMMON[1])
    add(
        "root-of-an-entry-like-a-node",
        "An entry made of the hashes of two leaves is a leaf: its root is not that of the two",
        TREE,
        "tree-root",
        {"entries": [pair]},
        claims=lambda output: output["root"] == leaf(pair).hex() != ROOTS[2],
    )


def _proofs(add: Add) -> None:
    for size, index, comment in (
        (1, 0, "The only entry: an empty proof"),
        (7, 2, "Inside the complete part of a tree"),
        (7, 6, "The last entry of an odd tree has a short way up"),
        (8, 7, "The last entry of a complete tree"),
    ):
        add(
            f"prove-inclusion-{index}-of-{size}",
            comment,
            TREE,
            "prove-inclusion",
            {"entries": ENTRIES[:size], "index": index},
            claims={"proof": path(index, ENTRIES[:size])},
        )
    for name, comment, size, index in (
        ("past-the-end", "Indices end one before the size", 7, 7),
        ("negative", "An index counted from the end", 7, -1),
        ("of-nothing", "The empty tree has no entry 0", 0, 0),
    ):
        given = {"entries": ENTRIES[:size], "index": index}
        add(f"prove-inclusion-{name}", comment, TREE, "prove-inclusion", given, error="log-index")
    for size, first, comment in (
        (8, 1, "From one entry"),
        (7, 3, "The earlier tree is no subtree: its last complete part leads the proof"),
        (7, 4, "The earlier tree is a subtree: its root is no part of the proof"),
        (7, 7, "Nothing was added: an empty proof"),
    ):
        add(
            f"prove-consistency-{first}-to-{size}",
            comment,
            TREE,
            "prove-consistency",
            {"entries": ENTRIES[:size], "from": first},
            claims={"proof": proof(first, ENTRIES[:size])},
        )
    for name, comment, first, code in (
        ("from-0", "It would hold for any tree", 0, "log-empty"),
        ("backwards", "A log never becomes smaller", 8, "log-size"),
        ("negative", "No tree has fewer than no entries", -1, "log-size"),
    ):
        given = {"entries": ENTRIES[:7], "from": first}
        add(f"prove-consistency-{name}", comment, TREE, "prove-consistency", given, error=code)


def _included(add: Add) -> None:
    seven = ENTRIES[:7]

    def given(index: int = 2, size: int = 7, **changes: Any) -> dict[str, Any]:
        right = {
            "hash": leaf(ENTRIES[index % 8]),
            "index": index,
            "size": size,
            "proof": path(index, ENTRIES[:size]) if 0 <= index < size else [],
            "root": root(ENTRIES[:size]),
        }
        return {**right, **changes}

    for index, size in ((0, 1), (2, 7), (6, 7), (7, 8)):
        name = f"inclusion-{index}-of-{size}"
        comment = f"Entry {index} of {size}"
        add(name, comment, VERIFYING, "verify-inclusion", given(index, size), claims={})
    way = path(2, seven)
    pair = _hash(b"\x00" + leaf(seven[2]) + leaf(seven[3]))
    short = [way[0][:31], *way[1:]]
    for name, comment, changed, code in (
        ("truncated", "The last hash is left out", {"proof": way[:-1]}, "log-proof-length"),
        ("extended", "A hash follows", {"proof": [*way, seven[0]]}, "log-proof-length"),
        ("preceded", "A hash precedes", {"proof": [seven[0], *way]}, "log-proof-length"),
        ("empty", "No proof at all", {"proof": []}, "log-proof-length"),
        ("reversed", "From the root downwards", {"proof": way[::-1]}, "log-inclusion"),
        ("wrong-index", "The index of the neighbour", {"index": 3}, "log-inclusion"),
        ("wrong-leaf", "The neighbour's leaf", {"hash": leaf(seven[3])}, "log-inclusion"),
        ("unhashed", "The entry in place of its leaf", {"hash": seven[2]}, "log-inclusion"),
        (
            "node-as-entry",
            "Second preimage: the two hashes below a node passed off as an entry, one level up",
            {"hash": pair, "index": 1, "size": 4, "proof": way[1:]},
            "log-inclusion",
        ),
        ("wrong-root", "The root of another size", {"root": root(ENTRIES)}, "log-inclusion"),
        ("index-is-size", "Indices end one before the size", {"index": 7}, "log-index"),
        ("negative-index", "An index counted from the end", {"index": -5}, "log-index"),
        ("size-0", "The empty tree has no entry", {"index": 0, "size": 0}, "log-size"),
        ("short-hash", "A hash of 31 bytes in the proof", {"proof": short}, "log-hash"),
        ("short-leaf", "A leaf of 31 bytes", {"hash": leaf(seven[2])[:31]}, "log-hash"),
    ):
        spoiled = given(**{"proof": way, "hash": leaf(seven[2]), "root": root(seven), **changed})
        if "index" not in changed:
            spoiled["index"] = 2
        add(f"inclusion-{name}", comment, VERIFYING, "verify-inclusion", spoiled, error=code)
    left, right = leaf(ENTRIES[0]), leaf(ENTRIES[1])
    add(
        "inclusion-moved-byte",
        "A byte of the sibling is appended to the leaf: what is hashed for the root is the same",
        VERIFYING,
        "verify-inclusion",
        given(0, 2, hash=left + right[:1], proof=[right[1:]]),
        error="log-hash",
    )


def _consistent(add: Add) -> None:
    def given(first: int = 3, second: int = 7, **changes: Any) -> dict[str, Any]:
        right = {
            "from": first,
            "to": second,
            "proof": proof(first, ENTRIES[:second]) if 0 < first <= second else [],
            "from_root": root(ENTRIES[:first]),
            "to_root": root(ENTRIES[:second]),
        }
        return {**right, **changes}

    for first, second in ((1, 8), (3, 7), (4, 7), (6, 8), (7, 7)):
        comment = f"A tree of {second} that continues one of {first}"
        name = f"consistency-{first}-to-{second}"
        add(name, comment, VERIFYING, "verify-consistency", given(first, second), claims={})
    way, three, seven = proof(3, ENTRIES[:7]), root(ENTRIES[:3]), root(ENTRIES[:7])
    other = root([*ENTRIES[:2], ENTRIES[7]])
    for name, comment, spoiled, code in (
        (
            "swapped-roots",
            "The roots change places",
            given(from_root=seven, to_root=three),
            "log-inconsistent",
        ),
        (
            "rewritten-past",
            "The log had another third entry before",
            given(from_root=other),
            "log-inconsistent",
        ),
        (
            "rewritten-past-power-of-two",
            "The earlier root begins the proof itself, and leads to another later root",
            given(4, from_root=root(ENTRIES[1:5])),
            "log-inconsistent",
        ),
        ("other-tree", "The later root is another's", given(to_root=other), "log-inconsistent"),
        ("truncated", "The last hash is left out", given(proof=way[:-1]), "log-proof-length"),
        ("extended", "A hash follows", given(proof=[*way, three]), "log-proof-length"),
        ("empty", "No proof at all", given(proof=[]), "log-proof-length"),
        ("from-0", "It would hold for any tree", given(0), "log-empty"),
        ("from-0-to-0", "Equal sizes and roots, and nothing said", given(0, 0), "log-empty"),
        ("backwards", "From the larger to the smaller", given(7, 3), "log-size"),
        ("negative", "No tree has fewer than no entries", given(3, **{"from": -3}), "log-size"),
        (
            "equal-with-proof",
            "At equal sizes there is nothing to hash",
            given(7, 7, proof=[seven]),
            "log-proof-length",
        ),
        (
            "equal-sizes-other-roots",
            "Two trees of one size: the log shows two faces",
            given(7, 7, from_root=root([*ENTRIES[:6], ENTRIES[7]])),
            "log-inconsistent",
        ),
        (
            "short-hash",
            "A hash of 31 bytes in the proof",
            given(proof=[way[0][:31], *way[1:]]),
            "log-hash",
        ),
    ):
        add(f"consistency-{name}", comment, VERIFYING, "verify-consistency", spoiled, error=code)


def _reached(
    start: bytes, node: int, last: int, siblings: Sequence[bytes]
) -> tuple[bytes, list[bytes]]:
    """The root a way leads to (RFC 9162, sections 2.1.3.2 and 2.1.4.2), and the hashes it used."""
    reached, used = start, []
    for sibling in siblings:
        if last == 0:
            break
        used.append(sibling)
        if node % 2 or node == last:
            reached = _hash(b"\x01" + sibling + reached)
            while node % 2 == 0:
                node, last = node // 2, last // 2
        else:
            reached = _hash(b"\x01" + reached + sibling)
        node, last = node // 2, last // 2
    return reached, used


def _large(add: Add) -> None:
    """Sizes past 32 bits and up to the largest; the hashes beside the way are made up."""
    siblings = [seed(f"sibling {number}") for number in range(60)]
    start = leaf(ENTRIES[0])
    for name, comment, index, size, code in (
        ("large-first", "The first entry of the largest tree", 0, 2**53 - 1, None),
        ("large-last", "The last entry of the largest tree", 2**53 - 2, 2**53 - 1, None),
        ("large", "An index that does not fit into 32 bits", 2**40 + 5, 2**41 + 9, None),
        ("too-large", "One entry more than a tree may have", 0, 2**53, "log-size"),
    ):
        tree, used = _reached(start, index, size - 1, siblings)
        given = {"hash": start, "index": index, "size": size, "proof": used, "root": tree}
        outcome = {"claims": {}} if code is None else {"error": code}
        add(f"inclusion-{name}", comment, VERIFYING, "verify-inclusion", given, **outcome)
    for name, comment, first, second, code in (
        ("large", "From 2^40 entries, whose root begins the proof", 2**40, 2**41 + 9, None),
        ("large-by-one", "One entry more", 2**52, 2**52 + 1, None),
        ("too-large", "To one entry more than a tree may have", 2**52, 2**53, "log-size"),
    ):
        shift = first.bit_length() - 1
        tree, used = _reached(start, 0, (second - 1) >> shift, siblings)
        given = {"from": first, "to": second, "proof": used, "from_root": start, "to_root": tree}
        outcome = {"claims": {}} if code is None else {"error": code}
        add(f"consistency-{name}", comment, VERIFYING, "verify-consistency", given, **outcome)


def build(add: Add) -> None:
    """Add the vectors."""
    _leaves(add)
    _roots(add)
    _proofs(add)
    _included(add)
    _consistent(add)
    _large(add)
