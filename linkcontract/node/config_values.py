"""The kinds of values a configuration key may take.

One `ValueKind` serves the TOML file and the environment alike: `check` judges a TOML value, `parse`
turns the text of an environment variable into the TOML value it stands for. A check raises
ValueError, which `config` turns into the error a person reads; the message never repeats the value,
which may be a secret in the wrong place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from linkcontract.errors import LocalProtocolError
from linkcontract.model import fields
from linkcontract.model.roster import agreement as roster_agreement
from linkcontract.model.schema import Shape, ShapeError

_CREDENTIAL: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_ENVIRONMENT: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,127}")


@dataclass(frozen=True, slots=True)
class ValueKind:
    """What a value must be: `expects` completes the sentence "expected …"."""

    expects: str
    check: Callable[[object], object]
    parse: Callable[[str], object]


def text(expects: str, accept: Callable[[str], bool]) -> ValueKind:
    """A TOML string for which `accept` is true."""

    def check(value: object) -> str:
        if not isinstance(value, str) or not accept(value):
            raise ValueError
        return value

    return ValueKind(expects, check, lambda raw: raw)


def whole(low: int, high: int) -> ValueKind:
    """A whole number from `low` to `high`."""

    def check(value: object) -> int:
        if type(value) is not int or not low <= value <= high:  # bool is an int, and is refused
            raise ValueError
        return value

    return ValueKind(f"a whole number from {low} to {high}", check, _parse_whole)


def flag() -> ValueKind:
    """true or false."""

    def check(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError
        return value

    return ValueKind("true or false", check, {"true": True, "false": False}.get)


def listing(item: ValueKind, most: int) -> ValueKind:
    """A list without duplicates of at most `most` items; in the environment comma-separated."""

    def check(value: object) -> tuple[object, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError
        items = tuple(item.check(each) for each in value)
        if len(set(items)) != len(items):
            raise ValueError
        return items

    def parse(raw: str) -> object:
        return [item.parse(part.strip()) for part in raw.split(",") if part.strip()]

    return ValueKind(f"a list of up to {most}, each {item.expects}, none twice", check, parse)


def one_of(*choices: str) -> ValueKind:
    """One of a closed list of words."""
    return text(" or ".join(f'"{choice}"' for choice in choices), lambda value: value in choices)


def free_text(most: int) -> ValueKind:
    """Printable text of 1 to `most` characters."""
    return text(
        f"printable text of 1 to {most} characters",
        lambda value: 0 < len(value) <= most and value.isprintable() and value == value.strip(),
    )


def file_path() -> ValueKind:
    """A path; relative paths start at the configuration file's directory, ~ is the home."""
    return text("a path", lambda value: 0 < len(value) <= 1024 and value.isprintable())


def agreement() -> ValueKind:
    """An agreement of the roster, with or without its prefix; the value is its whole id."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError
        try:
            return roster_agreement(value).id
        except LocalProtocolError:
            raise ValueError from None

    return ValueKind("an agreement of the roster (`terms` lists them)", check, lambda raw: raw)


def domain() -> ValueKind:
    """A DNS name of two or more labels, as it may stand in a proposal."""
    return _shaped('a domain such as "shop.example" (lower case, A-labels)', fields.domain)


def jurisdiction() -> ValueKind:
    """A country or a part of one, as it may stand in a proposal."""
    return _shaped('an ISO 3166 code such as "FR" or "US-CA"', fields.jurisdiction)


def _shaped(expects: str, shape: Shape) -> ValueKind:
    """What the protocol takes at this place, so that no proposal fails for the configuration."""

    def check(value: object) -> object:
        try:
            return shape(value)
        except ShapeError:
            raise ValueError from None

    return ValueKind(expects, check, lambda raw: raw)


def passphrase_source() -> ValueKind:
    """Where the passphrase comes from; see `linkcontract.node.passphrase`."""
    return text(
        '"prompt", "fd:NUMBER", "file:PATH", "credential:NAME" or "env:VARIABLE"',
        _is_passphrase_source,
    )


def _is_passphrase_source(value: str) -> bool:
    scheme, separator, rest = value.partition(":")
    if scheme == "prompt":
        return not separator
    rules: dict[str, Callable[[str], bool]] = {
        "fd": lambda rest: re.fullmatch(r"[0-9]{1,4}", rest) is not None,
        "file": lambda rest: 0 < len(rest) <= 1024 and rest.isprintable(),
        "credential": lambda rest: _CREDENTIAL.fullmatch(rest) is not None,
        "env": lambda rest: _ENVIRONMENT.fullmatch(rest) is not None,
    }
    return scheme in rules and rules[scheme](rest)


def _parse_whole(raw: str) -> object:
    return int(raw) if re.fullmatch(r"-?[0-9]{1,18}", raw) else None
