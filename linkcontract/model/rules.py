"""Rules: the permissions and prohibitions of terms, with their conditions and duties."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from linkcontract.encoding import encode
from linkcontract.model import fields, schema

DUTY: Final = schema.closed(
    {"duty": fields.text, "within": schema.nullable(fields.duration)},
)
"""{duty: CURIE or code, within: milliseconds/null}."""


def _condition(value: object) -> Mapping[str, Any]:
    """A condition of a kind we know is a closed map; of another kind it is kept and denies."""
    if not isinstance(value, Mapping):
        raise schema.ShapeError("field-kind")
    if "kind" not in value:
        raise schema.ShapeError("field-missing", "kind")
    kind = value["kind"]
    known = _CONDITIONS.get(kind) if isinstance(kind, str) else None
    checked: Mapping[str, Any] = (known or _UNKNOWN_CONDITION)(value)
    return checked


def _recipient(value: object) -> bytes | str:
    """A party or a kind, by what it is."""
    recipient: bytes | str = (fields.curie if isinstance(value, str) else fields.cid)(value)
    return recipient


_KIND = fields.text
_UNKNOWN_CONDITION: Final = schema.open_map({"kind": _KIND})
_CONDITIONS: Final[Mapping[str, schema.Shape]] = {
    "all": schema.closed({"kind": _KIND, "of": schema.array(_condition, 1)}),
    "any": schema.closed({"kind": _KIND, "of": schema.array(_condition, 1)}),
    "not": schema.closed({"kind": _KIND, "of": _condition}),
    "time": schema.closed(
        {
            "kind": _KIND,
            "after": schema.nullable(fields.time),
            "before": schema.nullable(fields.time),
        }
    ),
    "count": schema.closed({"kind": _KIND, "most": fields.integer(1)}),
    "place": schema.closed({"kind": _KIND, "in": schema.array(fields.jurisdiction, 1)}),
    "counterparty": schema.closed({"kind": _KIND, "in": schema.array(fields.cid, 1)}),
    "freshness": schema.closed({"kind": _KIND, "within": fields.duration}),
    "fact": schema.closed({"kind": _KIND, "name": fields.text, "equals": fields.scalar}),
}
CONDITION_KINDS: Final = frozenset(_CONDITIONS)
"""The kinds whose meaning version 1 defines; any other kind denies."""

RULE: Final = schema.closed(
    {
        "actions": schema.array(fields.curie, 1, distinct=True),
        "paths": schema.array(fields.path, 1, distinct=True),
        "purposes": schema.array(fields.curie, 0, distinct=True),
        "recipients": schema.array(_recipient, 0, distinct=True),
    },
    {
        "conditions": schema.array(_condition, 1),
        "duties": schema.array(DUTY, 1),
        "retention": fields.duration,
    },
)
"""A rule; as a permission it names at least one purpose."""


def permission(value: object) -> Mapping[str, Any]:
    """RULE with at least one purpose."""
    rule: Mapping[str, Any] = RULE(value)
    if not rule["purposes"]:
        # an empty list means any purpose, which nobody may grant
        raise schema.ShapeError("field-length", "purposes")
    return rule


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its kind and the fields that kind has.

    Attributes:
        kind: protocol text; see CONDITION_KINDS.
        fields: read-only, without `kind`; of "all" and "any" the field `of` is a tuple of
            Condition, of "not" a Condition.
    """

    kind: str
    fields: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", schema.anything(self.fields))

    def __hash__(self) -> int:
        return hash(encode(self.to_value()))

    def to_value(self) -> dict[str, Any]:
        """The map as it stands in a rule."""
        entries = dict(self.fields)
        of = entries.get("of")
        if isinstance(of, Condition):
            entries["of"] = of.to_value()
        elif self.kind in ("all", "any"):
            entries["of"] = [inner.to_value() for inner in entries["of"]]
        return {"kind": self.kind, **entries}


def _read_condition(value: Mapping[str, Any]) -> Condition:
    entries = {name: entry for name, entry in value.items() if name != "kind"}
    if value["kind"] in ("all", "any"):
        entries["of"] = tuple(_read_condition(inner) for inner in entries["of"])
    elif value["kind"] == "not":
        entries["of"] = _read_condition(entries["of"])
    return Condition(value["kind"], entries)


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed: a CURIE or a code, and within how many milliseconds (None: no term)."""

    duty: str
    within: int | None = None

    def to_value(self) -> dict[str, Any]:
        """The map as it stands in a rule or in terms."""
        return {"duty": self.duty, "within": self.within}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A permission or a prohibition.

    Attributes:
        actions: CURIEs of processing terms, at least one.
        paths: data paths, at least one; a path covers everything below it.
        purposes: CURIEs; empty means any purpose and is legal only in a prohibition.
        recipients: party CIDs or CURIEs of kinds of recipients; empty means the second party.
        conditions: all of them must hold.
        duties: what a use under this rule owes.
        retention: milliseconds the data may be kept, or None.
    """

    actions: tuple[str, ...]
    paths: tuple[str, ...]
    purposes: tuple[str, ...]
    recipients: tuple[bytes | str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    duties: tuple[Duty, ...] = ()
    retention: int | None = None

    def __post_init__(self) -> None:
        schema.check_local(RULE, self.to_value(), "rule")

    def to_value(self) -> dict[str, Any]:
        """The map as it stands in terms; optional fields only where there is something."""
        value: dict[str, Any] = {
            "actions": list(self.actions),
            "paths": list(self.paths),
            "purposes": list(self.purposes),
            "recipients": list(self.recipients),
        }
        if self.conditions:
            value["conditions"] = [condition.to_value() for condition in self.conditions]
        if self.duties:
            value["duties"] = [duty.to_value() for duty in self.duties]
        if self.retention is not None:
            value["retention"] = self.retention
        return value


def read_rule(value: Mapping[str, Any]) -> Rule:
    """The rule of a map that has the shape RULE."""
    return Rule(
        actions=value["actions"],
        paths=value["paths"],
        purposes=value["purposes"],
        recipients=value["recipients"],
        conditions=tuple(_read_condition(entry) for entry in value.get("conditions", ())),
        duties=tuple(Duty(**entry) for entry in value.get("duties", ())),
        retention=value.get("retention"),
    )
