"""The tree of a public party's log: append, root, proofs and their verification.

RFC 9162 section 2.1 with SHA-256, which is the tree of RFC 6962 and of tiled logs. Two rules are
added, because the RFC leaves them to the application: every hash that goes into a computation is
32 bytes, and there is no consistency proof from size 0, which would hold for any tree at all.

`Frontier` is what appending needs (one hash for each bit of the size), `Tree` what making proofs
needs (all hashes). Verifying needs neither.

Not here: entries and checkpoints from a log over a network; no node serves one yet.

Spec: log, Tree.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from linkcontract.encoding import hash_of, is_cid
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_INTEGER

HASH_SIZE: Final = 32
SALT_SIZE: Final = 32

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of the tree without entries."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_entry(salt: bytes, statement: bytes) -> bytes:
    """The entry a log has for a statement or key event: H(["lc/leaf/1", salt, id]), 32 bytes.

    Args:
        salt: 32 random bytes of this entry alone; who does not have them cannot tell what the
            entry stands for.
        statement: the CID of the statement or key event.

    Raises:
        LocalProtocolError: `log-salt`, `cid-form`.
    """
    if len(salt) != SALT_SIZE:
        raise LocalProtocolError("log-salt")
    if not is_cid(statement):
        raise LocalProtocolError("cid-form")
    return hash_of(["lc/leaf/1", salt, statement])


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry. The first byte keeps leaves and nodes apart."""
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two neighbouring subtrees, 32 bytes each."""
    return hashlib.sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree as far as appending to it needs it.

    Attributes:
        size: the number of entries.
        peaks: the roots of the complete subtrees that make up the tree, the largest first; one
            for each bit that is set in the size.

    Raises:
        LocalProtocolError: `log-size`, `log-hash` if there can be no such tree.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_INTEGER or len(self.peaks) != self.size.bit_count():
            raise LocalProtocolError("log-size")
        if any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise LocalProtocolError("log-hash")

    def append(self, entry: bytes) -> "Frontier":
        """The tree with one entry more; at most log2(size) + 2 hashes."""
        peaks, hashed, size = list(self.peaks), leaf_hash(entry), self.size
        # Each set bit at the low end is a complete subtree as large as the one just made.
        while size & 1:
            hashed = node_hash(peaks.pop(), hashed)
            size >>= 1
        return Frontier(self.size + 1, (*peaks, hashed))

    def root(self) -> bytes:
        """The root, 32 bytes."""
        return _joined(self.peaks)


class Tree:
    """A tree with all its hashes, for making proofs: of its present size and of earlier ones.

    Args:
        entries: the first entries.
    """

    __slots__ = ("_levels",)

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        # Level k holds the roots of the complete subtrees of 2^k entries, from the left.
        self._levels: list[list[bytes]] = [[]]
        for entry in entries:
            self.append(entry)

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self._levels[0])

    def append(self, entry: bytes) -> None:
        """Add an entry: one hash, and one for each subtree that becomes complete with it."""
        self._levels[0].append(leaf_hash(entry))
        level = 0
        while len(self._levels[level]) % 2 == 0:
            left, right = self._levels[level][-2:]
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node_hash(left, right))

    def root(self, size: int | None = None) -> bytes:
        """The root when the tree had `size` entries, by default the present one.

        Raises:
            LocalProtocolError: `log-size` if it never had that many.
        """
        return self._over(0, self._checked(size))

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The inclusion proof of an entry (RFC 9162 section 2.1.3.1), from the leaf upwards.

        Args:
            index: of the entry, from 0.
            size: of the tree the proof is for, by default the present one.

        Raises:
            LocalProtocolError: `log-size`; `log-index` if that tree has no such entry.
        """
        low, high = 0, self._checked(size)
        if not 0 <= index < high:
            raise LocalProtocolError("log-index")
        path = []
        while high - low > 1:
            middle = low + _left_part(high - low)
            if index < middle:
                path.append(self._over(middle, high))
                high = middle
            else:
                path.append(self._over(low, middle))
                low = middle
        return tuple(reversed(path))

    def consistency(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """The proof that a tree continues an earlier one (RFC 9162 section 2.1.4.1).

        Args:
            first: the size of the earlier tree.
            second: the size of the later one, by default the present one.

        Raises:
            LocalProtocolError: `log-empty` from size 0; `log-size`.
        """
        low, high = 0, self._checked(second)
        if first == 0:
            raise LocalProtocolError("log-empty")
        if not 0 < first <= high:
            raise LocalProtocolError("log-size")
        path = []
        # Where the earlier tree is a subtree of the later one, its root is known to whoever asks.
        known = True
        while high != first:
            middle = low + _left_part(high - low)
            if first <= middle:
                path.append(self._over(middle, high))
                high = middle
            else:
                path.append(self._over(low, middle))
                low, known = middle, False
        if not known:
            path.append(self._over(low, high))
        return tuple(reversed(path))

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise LocalProtocolError("log-size")
        return size

    def _over(self, low: int, high: int) -> bytes:
        """The root over entries low to high - 1, where a subtree of the RFC begins at `low`."""
        peaks = []
        while low < high:
            level = (high - low).bit_length() - 1
            peaks.append(self._levels[level][low >> level])
            low += 1 << level
        return _joined(peaks)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a tree has an entry at an index (RFC 9162 section 2.1.3.2).

    Not checked: where the root is from. Take it from a checkpoint that was verified.

    Args:
        leaf: the hash of the entry, made with `leaf_hash` by whoever verifies and never taken
            from somebody else: a node passed off as a leaf would be proved as well.
        index: of the entry, from 0.
        size: of the tree.
        proof: the hashes beside the way from the leaf to the root, from the leaf upwards.
        root: of the tree.

    Raises:
        RemoteProtocolError: `log-size`, `log-index`, `log-hash`, `log-proof-length`;
            `log-inclusion` if the proof leads to another root.
    """
    # (1) such an entry can be there
    if not 0 < size <= MAX_INTEGER:
        raise RemoteProtocolError("log-size")
    if not 0 <= index < size:
        raise RemoteProtocolError("log-index")
    # (2) the proof has exactly the hashes it needs, and they are hashes
    _check_hashes((leaf, *proof))
    sides = _sides(index, size - 1)
    if len(sides) != len(proof):
        raise RemoteProtocolError("log-proof-length")
    # (3) it leads to the root
    reached = leaf
    for on_left, sibling in zip(sides, proof, strict=True):
        reached = node_hash(sibling, reached) if on_left else node_hash(reached, sibling)
    if reached != root:
        raise RemoteProtocolError("log-inclusion")


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """Check that a tree begins with all of an earlier one (RFC 9162 section 2.1.4.2).

    Not checked: where the roots are from. Take them from checkpoints that were verified.

    Args:
        first: the size of the earlier tree.
        second: the size of the later one; at equal sizes the proof is empty.
        proof: as `Tree.consistency` makes it.
        first_root: of the earlier tree.
        second_root: of the later one.

    Raises:
        RemoteProtocolError: `log-empty` from size 0; `log-size`, `log-hash`, `log-proof-length`;
            `log-inconsistent` if the proof does not lead to both roots, or at equal sizes the
            roots differ.
    """
    # (1) sizes between which something can be proved
    if first == 0:
        raise RemoteProtocolError("log-empty")
    if not 0 < first <= second <= MAX_INTEGER:
        raise RemoteProtocolError("log-size")
    # (2) the proof has exactly the hashes it needs, and they are hashes
    _check_hashes(proof)
    if first == second:
        if proof:
            raise RemoteProtocolError("log-proof-length")
        if first_root != second_root:
            raise RemoteProtocolError("log-inconsistent")
        return
    shift = (first & -first).bit_length() - 1  # the last complete subtree of the earlier tree
    sides = _sides((first - 1) >> shift, (second - 1) >> shift)
    whole = first == 1 << shift  # that subtree is all of it, and its root is known
    if len(proof) != len(sides) + (not whole):
        raise RemoteProtocolError("log-proof-length")
    # (3) it leads to both roots
    start, path = (first_root, proof) if whole else (proof[0], proof[1:])
    earlier = later = start
    for on_left, sibling in zip(sides, path, strict=True):
        if on_left:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
        else:
            later = node_hash(later, sibling)
    if earlier != first_root or later != second_root:
        raise RemoteProtocolError("log-inconsistent")


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise RemoteProtocolError("log-hash")


def _sides(node: int, last: int) -> list[bool]:
    """For each hash beside the way upwards from a node: whether it stands on the left.

    Args:
        node: the index of the node in its level.
        last: the index of the last node of that level.
    """
    sides = []
    while last:
        on_left = node & 1 == 1 or node == last
        sides.append(on_left)
        # The last node has nothing on its right: it rises unhashed until it is a right child.
        while on_left and not node & 1:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    return sides


def _left_part(size: int) -> int:
    """The largest power of two smaller than `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _joined(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root
