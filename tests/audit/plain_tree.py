"""The tree of RFC 9162 section 2.1 as the RFC defines it: recursive, over all entries, slow."""

import hashlib
from collections.abc import Sequence


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(size: int) -> int:
    """The largest power of two smaller than a size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root(entries: Sequence[bytes]) -> bytes:
    """MTH, section 2.1.1."""
    if not entries:
        return sha256(b"")
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0])
    middle = split(len(entries))
    return sha256(b"\x01" + root(entries[:middle]) + root(entries[middle:]))


def path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH, section 2.1.3.1."""
    if len(entries) == 1:
        return []
    middle = split(len(entries))
    if index < middle:
        return [*path(index, entries[:middle]), root(entries[middle:])]
    return [*path(index - middle, entries[middle:]), root(entries[:middle])]


def subproof(first: int, entries: Sequence[bytes], known: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF, section 2.1.4.1."""
    if first == len(entries):
        return [] if known else [root(entries)]
    middle = split(len(entries))
    if first <= middle:
        return [*subproof(first, entries[:middle], known), root(entries[middle:])]
    return [*subproof(first - middle, entries[middle:], False), root(entries[:middle])]
