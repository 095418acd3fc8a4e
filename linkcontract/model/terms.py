"""Terms: what a proposal proposes, as values the policy can evaluate.

A terms map names its agreement text by CID, so that an id of a standard agreement never means
more than the text both sides read. It is named itself by the CID of its own encoding, which is
what an `accept` signs.

Spec: contracts, Terms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from linkcontract.encoding import cid_of, encode
from linkcontract.limits import MAX_CONTROLLER_NAME
from linkcontract.model import fields, schema
from linkcontract.model.rules import CONDITION_KINDS as CONDITION_KINDS
from linkcontract.model.rules import DUTY, RULE, permission, read_rule
from linkcontract.model.rules import Condition as Condition
from linkcontract.model.rules import Duty as Duty
from linkcontract.model.rules import Rule as Rule


def _period(terms: Mapping[str, Any]) -> None:
    if terms["until"] <= terms["from"]:
        raise schema.ShapeError("field-range", "until")


TERMS: Final = schema.closed(
    {
        "agreement": fields.text,
        "text": fields.cid,
        "permissions": schema.array(permission),
        "prohibitions": schema.array(RULE),
        "duties": schema.array(DUTY),
        "from": fields.time,
        "until": fields.time,
        "law": fields.jurisdiction,
        "prevails": fields.one_of("text", "terms"),
    },
    rule=_period,
)
"""The terms map of a `propose`."""

CONTROLLER: Final = schema.closed(
    {
        "party": fields.cid,
        "name": fields.free_text(MAX_CONTROLLER_NAME),
        "jurisdiction": fields.jurisdiction,
        "domain": schema.nullable(fields.domain),
    }
)
"""Who legally stands behind a party; the only human text outside items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one proposal.

    Attributes:
        agreement: id of the agreement in a roster.
        text: CID of {lang, media, text}, the words both sides read.
        permissions, prohibitions: rules; no permission means nothing is permitted.
        duties: owed whether or not anything is used.
        valid_from, until: Unix milliseconds; nothing is permitted outside (`from` on the wire).
        law: ISO 3166 code of the governing law.
        prevails: "text" or "terms", whichever wins where they differ.
        id: CID of the map's own encoding; what an accept names.

    Raises:
        LocalProtocolError: a field-… code, when made from values that are no terms.
    """

    agreement: str
    text: bytes
    permissions: tuple[Rule, ...]
    prohibitions: tuple[Rule, ...] = ()
    duties: tuple[Duty, ...] = ()
    valid_from: int
    until: int
    law: str
    prevails: str
    id: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        value = self.to_value()
        schema.check_local(TERMS, value, "terms")
        object.__setattr__(self, "id", cid_of(encode(value)))

    @classmethod
    def from_value(cls, value: object, where: str = "terms") -> "Terms":
        """Read a terms map, decoded or already read-only.

        Raises:
            RemoteProtocolError: field-….
        """
        terms = schema.read(TERMS, value, where)
        return cls(
            agreement=terms["agreement"],
            text=terms["text"],
            permissions=tuple(read_rule(entry) for entry in terms["permissions"]),
            prohibitions=tuple(read_rule(entry) for entry in terms["prohibitions"]),
            duties=tuple(Duty(**entry) for entry in terms["duties"]),
            valid_from=terms["from"],
            until=terms["until"],
            law=terms["law"],
            prevails=terms["prevails"],
        )

    def to_value(self) -> dict[str, Any]:
        """The map as it stands in a `propose`."""
        return {
            "agreement": self.agreement,
            "text": self.text,
            "permissions": [rule.to_value() for rule in self.permissions],
            "prohibitions": [rule.to_value() for rule in self.prohibitions],
            "duties": [duty.to_value() for duty in self.duties],
            "from": self.valid_from,
            "until": self.until,
            "law": self.law,
            "prevails": self.prevails,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """The legal person behind a party, as a proposal states it.

    Raises:
        LocalProtocolError: a field-… code, when made from values that are no controller.
    """

    party: bytes
    name: str
    jurisdiction: str
    domain: str | None

    def __post_init__(self) -> None:
        schema.check_local(CONTROLLER, self.to_value(), "controller")

    @classmethod
    def from_value(cls, value: object, where: str = "controller") -> "Controller":
        """Read a controller map.

        Raises:
            RemoteProtocolError: field-….
        """
        return cls(**schema.read(CONTROLLER, value, where))

    def to_value(self) -> dict[str, Any]:
        """The map as it stands in a `propose`."""
        return {
            "party": self.party,
            "name": self.name,
            "jurisdiction": self.jurisdiction,
            "domain": self.domain,
        }
