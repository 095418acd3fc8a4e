"""The tree of a log: equal to the RFC's own definition, and no proof of what is not so."""

import hashlib
from collections.abc import Sequence

import plain_tree
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkcontract.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    leaf_entry,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from linkcontract.encoding import cid_of, encode
from linkcontract.errors import LinkContractError, LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_INTEGER

ENTRIES = st.lists(st.binary(max_size=4), max_size=40)
HASHES = st.binary(min_size=32, max_size=32)

SEVEN = [bytes((number,)) * 32 for number in range(7)]
TREE = Tree(SEVEN)


def some(count: int) -> list[bytes]:
    return [number.to_bytes(2, "big") for number in range(count)]


def refusal(call: object, *arguments: object) -> str:
    with pytest.raises(LinkContractError) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.code


# equal to the definition


@given(ENTRIES)
def test_a_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    frontier = Frontier()
    for entry in entries:
        frontier = frontier.append(entry)
    assert frontier.root() == Tree(entries).root() == plain_tree.root(entries)
    assert frontier.size == Tree(entries).size == len(entries)


@given(ENTRIES)
def test_a_tree_remembers_every_earlier_root(entries: list[bytes]) -> None:
    tree = Tree(entries)
    for size in range(len(entries) + 1):
        assert tree.root(size) == plain_tree.root(entries[:size])


@given(st.integers(1, 40).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_an_inclusion_proof_is_that_of_the_definition_and_verifies(place: tuple[int, int]) -> None:
    size, index = place
    entries = some(size)
    proof = Tree(some(40)).inclusion(index, size)
    assert list(proof) == plain_tree.path(index, entries)
    verify_inclusion(leaf_hash(entries[index]), index, size, proof, plain_tree.root(entries))


@given(st.integers(1, 40).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
def test_a_consistency_proof_is_that_of_the_definition_and_verifies(sizes: tuple[int, int]) -> None:
    first, second = sizes
    entries = some(second)
    proof = Tree(some(40)).consistency(first, second)
    assert list(proof) == plain_tree.subproof(first, entries)
    roots = plain_tree.root(entries[:first]), plain_tree.root(entries)
    verify_consistency(first, second, proof, *roots)


def test_every_pair_of_small_sizes_has_its_proofs() -> None:
    entries = some(70)
    tree = Tree(entries)
    for size in range(1, 71):
        root = tree.root(size)
        for other in range(size):
            verify_inclusion(
                leaf_hash(entries[other]), other, size, tree.inclusion(other, size), root
            )
            proof = tree.consistency(other + 1, size)
            verify_consistency(other + 1, size, proof, tree.root(other + 1), root)


def test_an_append_makes_few_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0

    def counted(data: bytes) -> object:
        nonlocal made
        made += 1
        return real(data)

    real = hashlib.sha256
    frontier = Frontier()
    monkeypatch.setattr(hashlib, "sha256", counted)
    for size in range(1, 1025):
        before = made
        frontier = frontier.append(b"x")
        assert made - before <= size.bit_length() + 1
    assert made < 2 * 1024 + 1


# no proof of what is not so


@given(
    st.integers(1, 20).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))),
    st.integers(0, 25),
)
def test_an_inclusion_proof_serves_one_index_only(place: tuple[int, int], index: int) -> None:
    entries = some(place[1])
    tree = Tree(entries)
    proof, leaf = tree.inclusion(place[0]), leaf_hash(entries[place[0]])
    if index == place[0]:
        verify_inclusion(leaf, index, tree.size, proof, tree.root())
    else:
        assert refusal(verify_inclusion, leaf, index, tree.size, proof, tree.root())


def test_a_root_alone_does_not_say_the_size_and_a_checkpoint_does() -> None:
    # Why size and root are taken from one signed checkpoint and never from two places.
    proof, root = TREE.inclusion(0, 3), TREE.root(3)
    verify_inclusion(leaf_hash(SEVEN[0]), 0, 3, proof, root)
    verify_inclusion(leaf_hash(SEVEN[0]), 0, 4, proof, root)


@given(ENTRIES.filter(len), st.lists(HASHES, max_size=6), HASHES)
def test_random_proofs_prove_nothing(entries: list[bytes], proof: list[bytes], leaf: bytes) -> None:
    tree = Tree(entries)
    with pytest.raises(RemoteProtocolError):
        verify_inclusion(leaf, 0, tree.size, proof, tree.root())


@given(st.lists(HASHES, max_size=6), HASHES, st.integers(1, 9), st.integers(1, 9))
def test_random_roots_are_consistent_at_equal_sizes_only(
    proof: list[bytes], root: bytes, first: int, second: int
) -> None:
    try:
        verify_consistency(first, second, proof, TREE.root(3), root)
    except RemoteProtocolError:
        assert (first, proof, root) != (second, [], TREE.root(3))
    else:
        assert (first, proof, root) == (second, [], TREE.root(3))


def test_second_preimage_a_node_is_no_leaf() -> None:
    # The two leaves under a node, given as if they were one entry, hash to another leaf.
    left, right = leaf_hash(SEVEN[0]), leaf_hash(SEVEN[1])
    forged = leaf_hash(left + right)
    assert forged != node_hash(left, right)
    assert Tree([left + right]).root() != Tree(SEVEN[:2]).root()
    proof = TREE.inclusion(0)[1:]
    assert refusal(verify_inclusion, forged, 0, 4, proof, TREE.root()) == "log-inclusion"


def test_second_preimage_a_leaf_is_no_node() -> None:
    # An entry that begins like a node's input is still hashed as a leaf.
    entry = b"\x01" + leaf_hash(SEVEN[0]) + leaf_hash(SEVEN[1])
    assert leaf_hash(entry) != Tree(SEVEN[:2]).root()


def test_the_empty_tree_and_an_empty_entry_have_different_roots() -> None:
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT == Tree().root() == Frontier().root()
    assert Tree([b""]).root() != EMPTY_ROOT


INCLUSION_ATTACKS: dict[str, tuple[str, bytes, int, int, Sequence[bytes]]] = {
    "truncated": ("log-proof-length", leaf_hash(SEVEN[2]), 2, 7, TREE.inclusion(2)[:-1]),
    "extended": ("log-proof-length", leaf_hash(SEVEN[2]), 2, 7, (*TREE.inclusion(2), SEVEN[0])),
    "preceded": ("log-proof-length", leaf_hash(SEVEN[2]), 2, 7, (SEVEN[0], *TREE.inclusion(2))),
    "empty": ("log-proof-length", leaf_hash(SEVEN[2]), 2, 7, ()),
    "reordered": ("log-inclusion", leaf_hash(SEVEN[2]), 2, 7, TREE.inclusion(2)[::-1]),
    "wrong index": ("log-inclusion", leaf_hash(SEVEN[2]), 3, 7, TREE.inclusion(2)),
    "wrong leaf": ("log-inclusion", leaf_hash(SEVEN[3]), 2, 7, TREE.inclusion(2)),
    "unhashed entry as leaf": ("log-inclusion", SEVEN[2], 2, 7, TREE.inclusion(2)),
    "proof of another size": ("log-inclusion", leaf_hash(SEVEN[2]), 2, 7, TREE.inclusion(2, 5)),
    "index past the end": ("log-index", leaf_hash(SEVEN[2]), 7, 7, TREE.inclusion(2)),
    "negative index": ("log-index", leaf_hash(SEVEN[2]), -1, 7, TREE.inclusion(2)),
    "empty tree": ("log-size", leaf_hash(SEVEN[2]), 0, 0, ()),
    "negative size": ("log-size", leaf_hash(SEVEN[2]), 0, -1, ()),
    "size no tree has": ("log-size", leaf_hash(SEVEN[2]), 0, MAX_INTEGER + 1, ()),
    "short leaf": ("log-hash", leaf_hash(SEVEN[2])[:-1], 2, 7, TREE.inclusion(2)),
    "long hash in the proof": (
        "log-hash",
        leaf_hash(SEVEN[2]),
        2,
        7,
        (TREE.inclusion(2)[0] + b"\0", *TREE.inclusion(2)[1:]),
    ),
}


@pytest.mark.parametrize("attack", INCLUSION_ATTACKS)
def test_an_inclusion_proof_is_refused(attack: str) -> None:
    code, leaf, index, size, proof = INCLUSION_ATTACKS[attack]
    assert refusal(verify_inclusion, leaf, index, size, proof, TREE.root()) == code


def test_bytes_moved_from_one_hash_to_the_next_are_no_proof() -> None:
    # Without the rule about lengths the two hashes would be concatenated to the same input.
    leaf = leaf_hash(SEVEN[0])
    other = leaf_hash(SEVEN[1])
    verify_inclusion(leaf, 0, 2, [other], TREE.root(2))
    moved = leaf + other[:1]
    assert node_hash(moved, other[1:]) == TREE.root(2)
    assert refusal(verify_inclusion, moved, 0, 2, [other[1:]], TREE.root(2)) == "log-hash"


CONSISTENT = TREE.consistency(3)
CONSISTENCY_ATTACKS: dict[str, tuple[str, int, int, Sequence[bytes], bytes, bytes]] = {
    "truncated": ("log-proof-length", 3, 7, CONSISTENT[:-1], TREE.root(3), TREE.root()),
    "extended": ("log-proof-length", 3, 7, (*CONSISTENT, SEVEN[0]), TREE.root(3), TREE.root()),
    "empty": ("log-proof-length", 3, 7, (), TREE.root(3), TREE.root()),
    "swapped roots": ("log-inconsistent", 3, 7, CONSISTENT, TREE.root(), TREE.root(3)),
    "another tree": ("log-inconsistent", 3, 7, CONSISTENT, TREE.root(3), Tree(some(7)).root()),
    "another past": ("log-inconsistent", 3, 7, CONSISTENT, Tree(some(3)).root(), TREE.root()),
    "a power of two, another past": (
        "log-inconsistent",
        4,
        7,
        TREE.consistency(4),
        Tree(some(4)).root(),
        TREE.root(),
    ),
    "from size 0": ("log-empty", 0, 7, (), EMPTY_ROOT, TREE.root()),
    "from size 0 to 0": ("log-empty", 0, 0, (), EMPTY_ROOT, EMPTY_ROOT),
    "backwards": ("log-size", 7, 3, CONSISTENT, TREE.root(), TREE.root(3)),
    "negative": ("log-size", -1, 7, CONSISTENT, TREE.root(3), TREE.root()),
    "no such size": ("log-size", 3, MAX_INTEGER + 1, CONSISTENT, TREE.root(3), TREE.root()),
    "equal sizes with a proof": (
        "log-proof-length",
        7,
        7,
        (TREE.root(),),
        TREE.root(),
        TREE.root(),
    ),
    "equal sizes, other roots": ("log-inconsistent", 3, 3, (), TREE.root(3), TREE.root()),
    "short hash": (
        "log-hash",
        3,
        7,
        (CONSISTENT[0][:-1], *CONSISTENT[1:]),
        TREE.root(3),
        TREE.root(),
    ),
}


@pytest.mark.parametrize("attack", CONSISTENCY_ATTACKS)
def test_a_consistency_proof_is_refused(attack: str) -> None:
    code, *arguments = CONSISTENCY_ATTACKS[attack]
    assert refusal(verify_consistency, *arguments) == code


@given(
    st.integers(1, 20).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))),
    st.data(),
)
def test_any_bit_changed_in_a_consistency_proof_is_seen(
    sizes: tuple[int, int], data: st.DataObject
) -> None:
    tree = Tree(some(20))
    proof = list(tree.consistency(*sizes))
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        number = int.from_bytes(proof[place], "big") ^ (1 << data.draw(st.integers(0, 255)))
        proof[place] = number.to_bytes(32, "big")
        roots = tree.root(sizes[0]), tree.root(sizes[1])
        assert refusal(verify_consistency, *sizes, proof, *roots) == "log-inconsistent"


# what cannot be asked for


def test_a_frontier_that_cannot_be_is_refused() -> None:
    assert refusal(Frontier, 3, (SEVEN[0],)) == "log-size"
    assert refusal(Frontier, -1, ()) == "log-size"
    assert refusal(Frontier, 1, (b"short",)) == "log-hash"
    with pytest.raises(LocalProtocolError):
        Frontier(MAX_INTEGER + 1, (SEVEN[0],))


def test_proofs_of_what_the_tree_has_not_are_refused() -> None:
    assert refusal(TREE.root, 8) == "log-size"
    assert refusal(TREE.inclusion, 7) == "log-index"
    assert refusal(TREE.inclusion, -1) == "log-index"
    assert refusal(TREE.inclusion, 3, 3) == "log-index"
    assert refusal(TREE.inclusion, 0, 8) == "log-size"
    assert refusal(TREE.consistency, 0) == "log-empty"
    assert refusal(TREE.consistency, 8) == "log-size"
    assert refusal(TREE.consistency, 4, 3) == "log-size"
    assert refusal(TREE.consistency, -1) == "log-size"


def test_an_entry_hides_its_statement_behind_a_salt() -> None:
    statement = cid_of(b"header")
    entry = leaf_entry(bytes(32), statement)
    assert entry == hashlib.sha256(encode(["lc/leaf/1", bytes(32), statement])).digest()
    assert leaf_entry(b"\1" * 32, statement) != entry
    assert refusal(leaf_entry, bytes(31), statement) == "log-salt"
    assert refusal(leaf_entry, bytes(32), statement[4:]) == "cid-form"
