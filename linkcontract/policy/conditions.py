"""Conditions of a rule, evaluated in three values: it holds, it does not, or it is not known.

Not known is neither: a permission whose condition is not known does not apply, a prohibition whose
condition is not known does, and the negation of what is not known is not known. So a missing fact,
a fact nobody can decide and a kind of condition nobody knows can only ever deny.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from linkcontract.model.rules import Condition

_UNION: Final = "EU"
"""The one jurisdiction code that is no country: which countries it holds is not decided here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the caller knows about the circumstances of a request. What is None is not known.

    Attributes:
        counterparty: CID of the party that acts, in a contract its second party.
        place: ISO 3166-1 alpha-2 or ISO 3166-2 code of where the data would be processed.
        uses: how often this was done before under the same agreement.
        received_at: when the datum was received, Unix milliseconds; None before it was shared.
            Retention and freshness run from it.
        named: any other facts by name.
    """

    counterparty: bytes | None = None
    place: str | None = None
    uses: int | None = None
    received_at: int | None = None
    named: Mapping[str, bool | int | str] = field(default_factory=lambda: MappingProxyType({}))


NO_FACTS: Final = Facts()


def holds(conditions: Iterable[Condition], facts: Facts, now: int) -> bool | None:
    """Whether all conditions hold; None if that is not known. No condition at all holds."""
    return _all(_evaluate(condition, facts, now) for condition in conditions)


def _all(values: Iterable[bool | None]) -> bool | None:
    """Kleene's conjunction: false wins over not known, not known over true."""
    outcome: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            outcome = None
    return outcome


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _evaluate(condition: Condition, facts: Facts, now: int) -> bool | None:
    fields = condition.fields
    if condition.kind == "all":
        return _all(_evaluate(inner, facts, now) for inner in fields["of"])
    if condition.kind == "any":
        return _not(_all(_not(_evaluate(inner, facts, now)) for inner in fields["of"]))
    if condition.kind == "not":
        return _not(_evaluate(fields["of"], facts, now))
    simple = _SIMPLE.get(condition.kind)
    return None if simple is None else simple(fields, facts, now)


def _time(fields: Mapping[str, Any], _facts: Facts, now: int) -> bool:
    after, before = fields["after"], fields["before"]
    return (after is None or after <= now) and (before is None or now < before)


def _count(fields: Mapping[str, Any], facts: Facts, _now: int) -> bool | None:
    return None if facts.uses is None else facts.uses < fields["most"]


def _place(fields: Mapping[str, Any], facts: Facts, _now: int) -> bool | None:
    here = facts.place
    if here is None:
        return None
    wanted = fields["in"]
    country = here.partition("-")[0]
    if here in wanted or country in wanted:
        return True
    # A country is neither inside nor outside one of its own parts, nor of a union of countries.
    if _UNION in (here, *wanted) or any(code.startswith(f"{here}-") for code in wanted):
        return None
    return False


def _counterparty(fields: Mapping[str, Any], facts: Facts, _now: int) -> bool | None:
    return None if facts.counterparty is None else facts.counterparty in fields["in"]


def _freshness(fields: Mapping[str, Any], facts: Facts, now: int) -> bool | None:
    if facts.received_at is None or facts.received_at > now:
        return None
    return now - facts.received_at <= int(fields["within"])


def _fact(fields: Mapping[str, Any], facts: Facts, _now: int) -> bool | None:
    value = facts.named.get(fields["name"])
    if value is None:
        return None
    # 1 and true are different facts, whatever Python says
    return type(value) is type(fields["equals"]) and value == fields["equals"]


_SIMPLE: Final[Mapping[str, Callable[[Mapping[str, Any], Facts, int], bool | None]]] = {
    "time": _time,
    "count": _count,
    "place": _place,
    "counterparty": _counterparty,
    "freshness": _freshness,
    "fact": _fact,
}
