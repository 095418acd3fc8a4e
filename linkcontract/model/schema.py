"""Shapes: small declarative checkers for decoded values, in one vocabulary for every document.

A shape is a function from a decoded value to the same value made read-only (maps become mapping
proxies, arrays tuples), or a `ShapeError` that says which rule was broken and where, in our own
field names. Nothing is repaired or defaulted on the way: what a shape returns encodes to the bytes
it was read from. `read` and `check_local` are the two ways in; they differ only in whose fault it
is.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from linkcontract.errors import LocalProtocolError, RemoteProtocolError

Shape: TypeAlias = Callable[[object], Any]


class ShapeError(Exception):
    """A value does not have its shape; `path` grows from the inside out as it passes containers."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.path: list[str] = [where] if where else []

    def where(self, outer: str) -> str:
        """The dotted path of the field at fault, below `outer`."""
        path = outer
        for step in reversed(self.path):
            path += step if step.startswith("[") or not path else f".{step}"
        return path


def read(shape: Shape, value: object, where: str = "") -> Any:
    """Apply `shape` to a value that came from outside.

    Raises:
        RemoteProtocolError: one of the field-… codes, with the path of the field.
    """
    try:
        return shape(value)
    except ShapeError as fault:
        raise RemoteProtocolError(fault.code, fault.where(where)) from None


def check_local(shape: Shape, value: object, where: str = "") -> Any:
    """Apply `shape` to a value the caller made.

    Raises:
        LocalProtocolError: one of the field-… codes, with the path of the field.
    """
    try:
        return shape(value)
    except ShapeError as fault:
        raise LocalProtocolError(fault.code, fault.where(where)) from None


def anything(value: object) -> Any:
    """Any value of the encoding profile, made read-only."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: anything(entry) for key, entry in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(anything(entry) for entry in value)
    return value


def _fields(
    value: object, fields: Mapping[str, Shape], optional: Mapping[str, Shape]
) -> tuple[Mapping[str, object], dict[str, Any]]:
    if not isinstance(value, Mapping):
        raise ShapeError("field-kind")
    for name in fields:
        if name not in value:
            raise ShapeError("field-missing", name)
    known: dict[str, Any] = {}
    for name, entry in value.items():
        shape = fields.get(name) or optional.get(name)
        if shape is not None:
            try:
                known[name] = shape(entry)
            except ShapeError as fault:
                fault.path.append(name)
                raise
    return value, known


def closed(
    fields: Mapping[str, Shape],
    optional: Mapping[str, Shape] | None = None,
    rule: Callable[[Mapping[str, Any]], None] | None = None,
) -> Shape:
    """A map with exactly `fields`, and of `optional` what is there; `rule` sees the whole."""
    extra = optional or {}

    def shape(value: object) -> Mapping[str, Any]:
        given, known = _fields(value, fields, extra)
        if len(known) != len(given):
            # the name is the sender's own bytes and stays out of the error
            raise ShapeError("field-unknown")
        result = MappingProxyType(known)
        if rule is not None:
            rule(result)
        return result

    return shape


def open_map(fields: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """A map with at least `fields`; unknown fields are kept and mean nothing."""
    extra = optional or {}

    def shape(value: object) -> Mapping[str, Any]:
        given, known = _fields(value, fields, extra)
        for name, entry in given.items():
            if name not in known:
                known[name] = anything(entry)
        return MappingProxyType(known)

    return shape


def nullable(inner: Shape) -> Shape:
    """`inner`, or null. The field itself is always present."""

    def shape(value: object) -> Any:
        return None if value is None else inner(value)

    return shape


def array(inner: Shape, least: int = 0, most: int | None = None, distinct: bool = False) -> Shape:
    """An array of `least` to `most` entries; `distinct` refuses equal entries."""

    def shape(value: object) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise ShapeError("field-kind")
        if len(value) < least or (most is not None and len(value) > most):
            raise ShapeError("field-length")
        entries = []
        for index, entry in enumerate(value):
            try:
                entries.append(inner(entry))
            except ShapeError as fault:
                fault.path.append(f"[{index}]")
                raise
        if distinct and len(set(entries)) != len(entries):
            raise ShapeError("field-order")
        return tuple(entries)

    return shape


def row(*inner: Shape) -> Shape:
    """An array of fixed length with one shape per place."""

    def shape(value: object) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise ShapeError("field-kind")
        if len(value) != len(inner):
            raise ShapeError("field-length")
        entries = []
        for index, (check, entry) in enumerate(zip(inner, value, strict=True)):
            try:
                entries.append(check(entry))
            except ShapeError as fault:
                fault.path.append(f"[{index}]")
                raise
        return tuple(entries)

    return shape
