"""Values in JSON: what stands in a request becomes bytes, identifiers and values of the profile.

Whatever is not in the form `spec/conformance/CLI.md` gives it is refused as `request-form`: that is
a fault of the question, never of what is asked about.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar

from linkcontract.encoding import cid_from_text, cid_text
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_INTEGER

_T = TypeVar("_T")

_HEX: Final = re.compile("(?:[0-9a-f]{2})*")
SECRET_LENGTH: Final = 32
"""Bytes of a seed, of an X25519 secret, of a psk and of the halves of one."""

_INTEGER: Final = re.compile("-?[0-9]{1,64}")


def refuse(where: str = "") -> NoReturn:
    """The request is not in its form."""
    raise RemoteProtocolError("request-form", where)


# reading a request


def members(value: object, *names: str, optional: Sequence[str] = ()) -> dict[str, Any]:
    """An object with exactly these members, and of `optional` what is there."""
    if not isinstance(value, dict):
        refuse()
    if not set(names) <= value.keys() <= {*names, *optional}:
        refuse()
    return value


def octets(value: object) -> bytes:
    """Bytes, from lowercase hexadecimal."""
    if not isinstance(value, str) or _HEX.fullmatch(value) is None:
        refuse()
    return bytes.fromhex(value)


def text(value: object) -> str:
    """Text."""
    if not isinstance(value, str):
        refuse()
    return value


def any_integer(value: object) -> int:
    """An integer, for a command that has a code of its own for one that is too large."""
    if not isinstance(value, int) or isinstance(value, bool):
        refuse()
    return value


def integer(value: object) -> int:
    """An integer of the size the protocol has."""
    found = any_integer(value)
    return found if abs(found) <= MAX_INTEGER else refuse()


def secret(value: object) -> bytes:
    """The 32 bytes of a secret."""
    found = octets(value)
    return found if len(found) == SECRET_LENGTH else refuse()


def cid(value: object) -> bytes:
    """An identifier; text that is none is refused as cid-text or cid-form."""
    return cid_from_text(text(value))


def listed(value: object, inner: Callable[[object], _T]) -> list[_T]:
    """An array, each entry read by `inner`."""
    if not isinstance(value, list):
        refuse()
    return [inner(entry) for entry in value]


def mapped(value: object, inner: Callable[[object], _T]) -> dict[str, _T]:
    """An object from labels, each entry read by `inner`."""
    if not isinstance(value, dict):
        refuse()
    return {name: inner(entry) for name, entry in value.items()}


def nullable(value: object, inner: Callable[[object], _T]) -> _T | None:
    """What `inner` reads, or null."""
    return None if value is None else inner(value)


def profile_value(value: object) -> Any:
    """A value of the encoding profile, or what `encode` is to refuse as none.

    Raises:
        RemoteProtocolError: request-form; cbor-key and cbor-key-duplicate, which a map here cannot
            hold.
    """
    if isinstance(value, list):
        return [profile_value(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"bytes"}:
        return octets(value["bytes"])
    if value.keys() == {"int"}:
        digits = text(value["int"])
        return int(digits) if _INTEGER.fullmatch(digits) else refuse()
    return _profile_map(members(value, "map")["map"])


def _profile_map(entries: object) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for entry in listed(entries, lambda entry: listed(entry, profile_value)):
        if len(entry) != 2:
            refuse()
        if not isinstance(entry[0], str):
            raise RemoteProtocolError("cbor-key")
        if entry[0] in found:
            raise RemoteProtocolError("cbor-key-duplicate")
        found[entry[0]] = entry[1]
    return found


# writing an answer


def json_value(value: object) -> Any:
    """A value of the profile as it stands in an answer; read-only maps and arrays as well."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Mapping):
        # The order of the encoding: length first, then bytewise, which a schema may have lost.
        keys = sorted(value, key=lambda key: (len(key), key))
        return {"map": [[key, json_value(value[key])] for key in keys]}
    if isinstance(value, list | tuple):
        return [json_value(entry) for entry in value]
    return value


def cid_or_null(value: bytes | None) -> str | None:
    """An identifier as text, or null."""
    return None if value is None else cid_text(value)


def cids(values: Iterable[bytes]) -> list[str]:
    """Identifiers as text, in the order given."""
    return [cid_text(value) for value in values]


def hex_or_null(value: bytes | None) -> str | None:
    """Bytes as hexadecimal, or null."""
    return None if value is None else value.hex()
