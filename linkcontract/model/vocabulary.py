"""The vocabulary contracts are written in: terms of the W3C Data Privacy Vocabulary 2.3, as a DAG.

Purposes, processing, categories of personal data, legal bases, contract and consent statuses,
rights, justifications, kinds of recipients and the terms of the IEEE 7012 extension: about 830
ids, each with a label and its broader terms, of which there may be several. The table is generated
(`spec/vocabulary/generate.py`), read when first asked for, and named by `TABLE_ID`: fold version 1
means this table and no other, because what a permission covers depends on it.

An id that is not in the table has no meaning here: nothing subsumes it, not even itself.
"""

import json
from collections.abc import Iterable, Mapping, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from typing import Final

from linkcontract.encoding import cid_of, encode
from linkcontract.errors import LocalProtocolError

TABLE_ID: Final = bytes.fromhex(
    "017112208dc7c88970746ff2ede126a2de2722fffdc0d6be8f686d16b6f1f0b0a9e4cd10"
)
"""CID of {"dpv": version, "terms": {id: [label, [parents]]}} in the encoding profile."""

_TABLE: Final = "vocabulary_table.json"


class Vocabulary:
    """A directed acyclic graph of ids, closed: every parent is itself a term.

    Args:
        terms: id -> (label, parents).

    Raises:
        LocalProtocolError: vocabulary-table if a parent is no term or the graph has a cycle.
    """

    __slots__ = ("_ancestors", "_descendants", "_labels")

    def __init__(self, terms: Mapping[str, tuple[str, Iterable[str]]]) -> None:
        parents = {term: frozenset(broader) for term, (_label, broader) in terms.items()}
        if any(not broader <= parents.keys() for broader in parents.values()):
            raise LocalProtocolError("vocabulary-table", "parents")
        ancestors: dict[str, frozenset[str]] = {}
        descendants: dict[str, set[str]] = {term: set() for term in parents}
        try:
            order = tuple(TopologicalSorter(parents).static_order())
        except CycleError as exc:
            raise LocalProtocolError("vocabulary-table", "parents") from exc
        for term in order:  # parents come first
            ancestors[term] = frozenset({term}).union(*(ancestors[p] for p in parents[term]))
            for ancestor in ancestors[term]:
                descendants[ancestor].add(term)
        self._labels: dict[str, str] = {term: label for term, (label, _broader) in terms.items()}
        self._ancestors = ancestors
        self._descendants = {term: frozenset(below) for term, below in descendants.items()}

    def exists(self, term: str) -> bool:
        """Whether `term` is an id of the table."""
        return term in self._labels

    def label(self, term: str) -> str:
        """The English label of a term.

        Raises:
            LocalProtocolError: vocabulary-unknown.
        """
        if term not in self._labels:
            raise LocalProtocolError("vocabulary-unknown", "term")
        return self._labels[term]

    def subsumes(self, broader: str, narrower: str) -> bool:
        """Whether everything that is `narrower` is `broader` too: reflexive and transitive.

        False if either is not in the table.
        """
        return broader in self._ancestors.get(narrower, frozenset())

    def overlaps(self, one: str, other: str) -> bool:
        """Whether some term lies below both (a term lies below itself).

        False if either is not in the table.
        """
        below = self._descendants.get(one)
        return below is not None and not below.isdisjoint(self._descendants.get(other, ()))

    def terms(self, below: str | None = None) -> Set[str]:
        """All ids, or those at or below one of them (empty if that one is not in the table)."""
        if below is None:
            return self._labels.keys()
        return self._descendants.get(below, frozenset())


def _read() -> tuple[str, dict[str, tuple[str, list[str]]]]:
    """The packaged table: (version of the vocabulary, its terms)."""
    data = resources.files(__package__).joinpath(_TABLE).read_bytes()
    table = json.loads(data)
    return table["dpv"], {term: (row[0], row[1]) for term, row in table["terms"].items()}


@cache
def vocabulary() -> Vocabulary:
    """The table of this version, read on first use and checked against `TABLE_ID`.

    Raises:
        LocalProtocolError: vocabulary-table if the installed file is not the table of this
            version: decisions made with another one would differ from the other side's.
    """
    version, terms = _read()
    if table_id(version, terms) != TABLE_ID:
        raise LocalProtocolError("vocabulary-table", "table")
    return Vocabulary(terms)


def table_id(version: str, terms: Mapping[str, tuple[str, Iterable[str]]]) -> bytes:
    """The CID (36 bytes) of a table: its version of the vocabulary, and id -> (label, parents)."""
    rows = {term: (label, tuple(sorted(broader))) for term, (label, broader) in terms.items()}
    return cid_of(encode({"dpv": version, "terms": rows}))


def exists(term: str) -> bool:
    """`Vocabulary.exists` of this version's table."""
    return vocabulary().exists(term)


def label(term: str) -> str:
    """`Vocabulary.label` of this version's table; LocalProtocolError vocabulary-unknown."""
    return vocabulary().label(term)


def subsumes(broader: str, narrower: str) -> bool:
    """`Vocabulary.subsumes` of this version's table."""
    return vocabulary().subsumes(broader, narrower)


def overlaps(one: str, other: str) -> bool:
    """`Vocabulary.overlaps` of this version's table."""
    return vocabulary().overlaps(one, other)
