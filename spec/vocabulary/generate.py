"""Generate the vocabulary table from the CSV files of the W3C Data Privacy Vocabulary.

    python spec/vocabulary/generate.py FOLDER [OUTPUT]

FOLDER is one release of the vocabulary (the folder that holds `dpv/dpv.csv`); OUTPUT is by default
the table in the package, and with it the copy that belongs to the specification. The table holds
ids, labels and parents, nothing else, for the parts of the vocabulary a contract names, and the
SHA-256 of every file it was made from. The same sources give the same bytes.

What is wrong in the sources is corrected below, one line of `CORRECTIONS` each, or left out, one
line of `LEFT_OUT` each; anything else that is wrong stops the generator.
"""

import csv
import hashlib
import io
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

VERSION: Final = "2.3"

SOURCES: Final = (
    "dpv/dpv.csv",
    "justifications/justifications.csv",
    "legal/eu/gdpr/eu-gdpr.csv",
    "pd/pd.csv",
    "standards/ieee/7012/ieee-7012.csv",
)

NAMESPACES: Final = {
    "https://w3id.org/dpv": "dpv",
    "https://w3id.org/dpv/justifications": "justifications",
    "https://w3id.org/dpv/legal/eu/gdpr": "eu-gdpr",
    "https://w3id.org/dpv/pd": "pd",
    "https://w3id.org/dpv/standards/ieee/7012": "ieee-7012",
}

ROOTS: Final = (
    "dpv:ConsentStatus",
    "dpv:ContractStatus",
    "dpv:Justification",
    "dpv:LegalBasis",
    "dpv:Obligation",
    "dpv:Permission",
    "dpv:PersonalData",
    "dpv:Processing",
    "dpv:Prohibition",
    "dpv:Purpose",
    "dpv:Recipient",
    "dpv:Right",
    "dpv:ThirdParty",
    "ieee-7012:Agreement",
    "ieee-7012:AgreementNegotiationStatus",
    "ieee-7012:DataDeletionTerm",
    "ieee-7012:DataSharingTerm",
    "ieee-7012:PortabilityTerm",
    "ieee-7012:ProfilingTerm",
    "ieee-7012:TrackingTerm",
    "ieee-7012:TransparencyTerm",
)
"""A term is in the table iff one of these is among its ancestors, or it is one of these."""

CORRECTIONS: Final[Mapping[str, tuple[str | None, tuple[str, ...] | None, str]]] = {
    "dpv:RightsFulfilment": (
        None,
        ("dpv:Purpose",),
        "typed as a purpose, and placed below a legal basis (dpv:LegalObligation): a permission "
        "for a purpose would not have covered it",
    ),
    "ieee-7012:TransparencyNotRequired": (
        None,
        ("ieee-7012:TransparencyTerm",),
        "placed below ieee-7012:TransparencyRequired: what is not required would be an obligation",
    ),
    "ieee-7012:PortabilityNotRequired": (
        None,
        ("ieee-7012:PortabilityTerm",),
        "placed below dpv:Obligation: what is not required would be an obligation",
    ),
    "ieee-7012:Profiling2PAllowed": (
        "Profiling by 2nd Party Allowed",
        None,
        "labelled as if it were about the first party",
    ),
}
"""id -> (label or None, parents or None, what is wrong in the source)."""

LEFT_OUT: Final = (
    "dpvtype cells: they repeat the parents, and name ids that no file defines "
    "(pd#PersonalData in pd.csv, risk#PotentialRisk and its relatives in eu-gdpr.csv)",
    "parents that no file of this release defines (dpv/risk#…), and parents outside the table",
    "seven 7012 ids that rules and guides of the release use and no file defines: ids come from "
    "the `term` column only",
    "ids that other renderings of the release end with a line break: a cell with white space "
    "around an id stops the generator",
    "rules of the agreements: the personal-data-contribution agreements have none in the release; "
    "what an agreement means is said by our own texts, bound by CID",
    "ConsentTerminated, which a guide uses and no file defines (dpv:ConsentRevoked is the term)",
    "properties, definitions, scope notes and dates: a decision needs none of them",
)

OUTPUT: Final = (
    Path(__file__).resolve().parents[2] / "linkcontract" / "model" / "vocabulary_table.json"
)
COPY: Final = Path(__file__).resolve().parent / "table.json"
"""The same bytes beside the specification, for implementations that do not have the package."""

NOTICE: Final = "vocabulary_notice.txt"

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_LABEL: Final = re.compile(r"[\x20-\x7e]+\Z")


def build(folder: Path) -> bytes:
    """The bytes of the table made from one release of the vocabulary.

    Raises:
        ValueError: a source is not as expected; the message names the file and the id.
        OSError: a source cannot be read.
    """
    digests = {}
    terms: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name in SOURCES:
        data = (folder / name).read_bytes()
        digests[name] = hashlib.sha256(data).hexdigest()
        for row in csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")):
            if row["type"] != "class":
                continue
            curie, label, parents = _read(name, row)
            if curie in terms:
                raise ValueError(f"{name}: {curie} is defined twice")
            terms[curie] = (label, parents)
    for curie, (new_label, new_parents, _reason) in CORRECTIONS.items():
        label, parents = terms[curie]
        corrected = (new_label or label, new_parents or parents)
        if corrected == (label, parents):
            raise ValueError(f"{curie}: corrected in the source, the correction has to go")
        terms[curie] = corrected
    return _render(digests, _select(terms))


def _read(name: str, row: Mapping[str, str]) -> tuple[str, str, tuple[str, ...]]:
    """One row as (id, label, parents); parents in the sources' own order, unknown ones kept."""
    prefix = NAMESPACES[row["namespace"]]
    if not _ID.match(row["term"]) or row["iri"] != f"{row['namespace']}#{row['term']}":
        raise ValueError(f"{name}: id and IRI disagree or hold white space: {row['term']!r}")
    if not _LABEL.match(row["label"]) or row["label"] != row["label"].strip():
        raise ValueError(f"{name}: label of {row['term']}")
    parents = []
    for iri in filter(None, row["hasbroader"].split(";")):
        namespace, _, term = iri.partition("#")
        if not _ID.match(term):
            raise ValueError(f"{name}: parent of {row['term']}: {iri!r}")
        # A namespace that is none of ours can only name a term outside the table.
        parents.append(f"{NAMESPACES.get(namespace, '')}:{term}")
    return f"{prefix}:{row['term']}", row["label"], tuple(parents)


def _select(
    terms: Mapping[str, tuple[str, tuple[str, ...]]],
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The terms at or below a root, each with those of its parents that are selected too."""
    children: dict[str, list[str]] = {}
    for curie, (_label, parents) in terms.items():
        for parent in parents:
            children.setdefault(parent, []).append(curie)
    missing = [root for root in ROOTS if root not in terms]
    if missing:
        raise ValueError(f"roots that no source defines: {missing}")
    selected: set[str] = set()
    stack = list(ROOTS)
    while stack:
        curie = stack.pop()
        if curie not in selected:
            selected.add(curie)
            stack.extend(children.get(curie, ()))
    return {
        curie: (terms[curie][0], tuple(sorted(set(terms[curie][1]) & selected)))
        for curie in sorted(selected)
    }


def _render(digests: Mapping[str, str], terms: Mapping[str, tuple[str, tuple[str, ...]]]) -> bytes:
    """JSON with one term per line, so that a difference between two releases can be read."""
    head = {
        "about": "Generated by spec/vocabulary/generate.py; do not edit. Derived from the W3C Data "
        f"Privacy Vocabulary {VERSION}, https://w3id.org/dpv; notice and licence are in "
        "vocabulary_notice.txt beside this file.",
        "dpv": VERSION,
        "sources": dict(sorted(digests.items())),
    }
    lines = [
        f"{json.dumps(curie)}: {json.dumps([label, list(parents)])}"
        for curie, (label, parents) in terms.items()
    ]
    text = json.dumps(head, indent=1)[:-2] + ',\n "terms": {\n' + ",\n".join(lines) + "\n }\n}\n"
    return text.encode("ascii")


def main(arguments: list[str]) -> int:
    """Command line; see the module."""
    if len(arguments) not in (1, 2):
        sys.stderr.write("usage: generate.py FOLDER [OUTPUT]\n")
        return 2
    table = build(Path(arguments[0]))
    if len(arguments) == 2:
        Path(arguments[1]).write_bytes(table)
        return 0
    OUTPUT.write_bytes(table)
    COPY.write_bytes(table)
    (COPY.parent / NOTICE).write_bytes((OUTPUT.parent / NOTICE).read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
