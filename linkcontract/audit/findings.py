"""Findings: what a verification can come to, and whose signatures prove it.

The axiom behind the two classes: a *conviction* of a party rests on contradictions among statements
that party signed, and on nothing else. Everything that rests on absence, on a clock, on somebody
else's word or on an unsigned file is a *claim*, however likely it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple


class Weight(Enum):
    """How much a finding says about a party."""

    CONVICTION = "conviction"
    CLAIM = "claim"


class FindingKind(NamedTuple):
    """One row of the table of findings.

    Attributes:
        weights: what it can be.
        proof: whose signatures prove it.
        meaning: one sentence for the person who reads the report.
    """

    weights: tuple[Weight, ...]
    proof: str
    meaning: str


_BOTH: Final = (Weight.CONVICTION, Weight.CLAIM)
_CLAIM: Final = (Weight.CLAIM,)

FINDINGS: Final[Mapping[str, FindingKind]] = MappingProxyType(
    {
        "altered-line": FindingKind(
            _CLAIM, "nobody's", "a line of the file is not as it was written"
        ),
        "altered-key-event": FindingKind(
            _CLAIM, "nobody's", "a key event does not verify in its party's key history"
        ),
        "altered-statement": FindingKind(
            _CLAIM, "nobody's", "a statement's signature or form does not verify"
        ),
        "altered-body": FindingKind(
            _CLAIM, "nobody's", "a body is not the one its signed header binds"
        ),
        "altered-opening": FindingKind(
            _CLAIM, "nobody's", "an opened item is not what its share committed to"
        ),
        "malformed": FindingKind(
            _CLAIM, "the writer's", "a signed statement cannot stand where it says it stands"
        ),
        "omission": FindingKind(
            _CLAIM,
            "the exporter's own `seen` or chain, or a head the other side acknowledged",
            "the file lacks a statement its exporter is shown to have held",
        ),
        "gap": FindingKind(
            _CLAIM, "the writer's who names it", "a statement others build on is in no file"
        ),
        "missing-body": FindingKind(
            _CLAIM, "nobody's", "a body the outcome depends on is not in the file"
        ),
        "fork": FindingKind(
            _BOTH,
            "the accused's, on both statements",
            "one writer signed two different statements for one place in its chain",
        ),
        "key-fork": FindingKind(
            _BOTH,
            "the accused's, on both key events",
            "two key events stand at one position of a key history",
        ),
        "use-after-revoke": FindingKind(
            _BOTH,
            "the accused's, on the use and on an earlier statement that had seen the denial",
            "data was used or shared after its writer had seen the permission end",
        ),
        "outside-permission": FindingKind(
            _BOTH,
            "the accused's, on the use and on all it names as seen",
            "data was used or shared for what no agreement in force permitted",
        ),
    }
)
"""Every kind of finding. `spec/findings.md` is generated from this table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding.

    Attributes:
        kind: a key of `FINDINGS`.
        weight: conviction or claim.
        party: whom it is about, or None.
        statements: the statements it rests on, in the order they were signed if they are of one.
        places: where in the files: (number of the file from 1, number of the line from 1).
        code: the stable code of the check that failed, or "".
    """

    kind: str
    weight: Weight
    party: bytes | None = None
    statements: tuple[bytes, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    code: str = ""

    def __post_init__(self) -> None:
        if self.weight not in FINDINGS[self.kind].weights:
            raise ValueError("no finding of this kind has this weight")
        if self.weight is Weight.CONVICTION and self.party is None:
            raise ValueError("a conviction is of somebody")

    @property
    def meaning(self) -> str:
        """One sentence on what was found."""
        return FINDINGS[self.kind].meaning


def findings_table() -> str:
    """The table of findings as it stands in the specification (Markdown)."""
    rows = [
        f"| `{name}` | {' or '.join(weight.value for weight in kind.weights)} "
        f"| {kind.proof} | {kind.meaning} |"
        for name, kind in FINDINGS.items()
    ]
    head = ["| finding | weight | whose signatures prove it | meaning |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"
