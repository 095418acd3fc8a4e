"""The configuration of a node: one TOML file, with `LINKCONTRACT_*` environment variables over it.

Nothing has a silent fallback: an unknown key is an error that names the nearest known one, and so
is every value that is not of its kind. The keys are in `config_fields`, their kinds in
`config_values`.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from linkcontract import limits
from linkcontract.errors import NodeError
from linkcontract.node.config_fields import (
    BY_PATH,
    BY_VARIABLE,
    ENVIRONMENT_PREFIX,
    FIELDS,
    REQUIRED,
    SECTIONS,
    Field,
)

NOT_CONFIGURATION: Final = frozenset(
    {
        "LINKCONTRACT_CONFIG",
        "LINKCONTRACT_PASSPHRASE",
        "LINKCONTRACT_DPV_SOURCES",
        "LINKCONTRACT_FOREIGN_VECTORS",
        "LINKCONTRACT_KILL",
        "LINKCONTRACT_MACHINE_STEPS",
    }
)
"""Variables with this prefix that are no configuration keys: the path of the file, the variable
`passphrase = "env:LINKCONTRACT_PASSPHRASE"` conventionally names, and the test suite's own.
Variables that begin with LINKCONTRACT_TEST_ are left alone too."""

TRANSPORT: Final = "transport"
_TRANSPORT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}").fullmatch
_TRANSPORT_VARIABLE: Final = re.compile(
    r"LINKCONTRACT_TRANSPORT_(?P<name>[A-Z0-9]+)_(?P<key>[A-Z0-9_]+)"
).fullmatch

MAX_CONFIG_BYTES: Final = 64 * limits.KIB


class Role(StrEnum):
    """Who runs the node; a person's parties are directed, a vendor's one party is public."""

    PERSON = "person"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerConfig:
    """Legal identity that a vendor puts into every proposal it signs."""

    name: str
    jurisdiction: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfig:
    """What the node decides without asking."""

    accept: tuple[str, ...]
    counter: bool
    join_public: bool
    opens_per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """A whole, validated configuration. All paths are absolute.

    `transports` has a table for each transport to load, in the order of the file; its values are
    the transport's own and are checked by `Transport.from_config`.
    """

    role: Role
    label: str
    data_dir: Path
    passphrase: str
    marker: Path
    admin_socket: Path
    controller: ControllerConfig | None
    transports: Mapping[str, Mapping[str, object]]
    policy: PolicyConfig

    @property
    def key_file(self) -> Path:
        """Where the storage key is, sealed under the passphrase."""
        return self.data_dir / "keys"

    @property
    def store_file(self) -> Path:
        """The SQLite database."""
        return self.data_dir / "store.sqlite"


def load_config(path: Path, environ: Mapping[str, str]) -> NodeConfig:
    """Read a configuration file with the environment over it.

    Raises:
        NodeError: file-missing, config-unreadable, config-unknown-key, config-missing,
            config-value.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CONFIG_BYTES + 1)
    except FileNotFoundError:
        raise NodeError("file-missing", str(path), "run `init`, or name it with --config") from None
    except OSError as error:
        raise NodeError("config-unreadable", str(path), str(error.strerror)) from None
    if len(data) > MAX_CONFIG_BYTES:
        raise NodeError("config-unreadable", str(path), f"longer than {MAX_CONFIG_BYTES} bytes")
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        place = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "not UTF-8 TOML"
        raise NodeError("config-unreadable", str(path), place) from None
    return parse_config(table, environ, base=path.absolute().parent)


def parse_config(
    table: Mapping[str, object], environ: Mapping[str, str], *, base: Path
) -> NodeConfig:
    """Turn a parsed TOML table and an environment into a configuration.

    Args:
        table: the TOML document.
        environ: environment variables; those of this program replace values of the table.
        base: absolute directory where relative paths start.

    Raises:
        NodeError: config-unknown-key, config-missing, config-value.
    """
    rest = dict(table)
    transports = _transports(rest.pop(TRANSPORT, {}), environ)
    raw = _flatten(rest) | _overrides(environ)
    values: dict[str, object] = {}
    for field in FIELDS:
        given = raw.get(field.path, field.default)
        if given is REQUIRED:
            raise NodeError("config-missing", field.path, f"expected {field.kind.expects}")
        values[field.path] = None if given is None else _checked(field, given, environ)
    return _assemble(values, transports, base)


def _flatten(table: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        if key in SECTIONS and isinstance(value, dict):
            for inner, each in value.items():
                flat[f"{key}.{inner}"] = each
        elif "." in key:  # a quoted key: it must not pass for a key inside a section
            raise _unknown(key, list(BY_PATH))
        else:
            flat[key] = value
    for path in flat:
        if path not in BY_PATH:
            raise _unknown(path, list(BY_PATH))
    return flat


def _overrides(environ: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for variable, text in environ.items():
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable in NOT_CONFIGURATION:
            continue
        if variable.startswith(f"{ENVIRONMENT_PREFIX}TEST_") or _TRANSPORT_VARIABLE(variable):
            continue
        if variable not in BY_VARIABLE:
            raise _unknown(variable, list(BY_VARIABLE))
        field = BY_VARIABLE[variable]
        # What does not parse stays text, so that `_checked` refuses it under the variable's name.
        parsed = field.kind.parse(text)
        found[field.path] = text if parsed is None else parsed
    return found


def _transports(tables: object, environ: Mapping[str, str]) -> Mapping[str, Mapping[str, object]]:
    """The tables `transport.NAME`, with `LINKCONTRACT_TRANSPORT_NAME_KEY` over their keys.

    A variable changes a transport that the file names; it does not make another one load.
    """
    if not isinstance(tables, dict):
        raise NodeError("config-value", TRANSPORT, "expected tables, as [transport.http]")
    found: dict[str, dict[str, object]] = {}
    for name, table in tables.items():
        if not _TRANSPORT_NAME(name) or not isinstance(table, dict):
            raise NodeError("config-value", TRANSPORT, "expected tables, as [transport.http]")
        found[name] = dict(table)
    for variable, text in environ.items():
        match = _TRANSPORT_VARIABLE(variable)
        if match is None:
            continue
        name, key = match["name"].lower(), match["key"].lower()
        if name not in found:
            hint = f"the file has no table [{TRANSPORT}.{name}]"
            raise NodeError("config-unknown-key", variable, hint)
        found[name][key] = _toml_or_text(text)
    return MappingProxyType({name: MappingProxyType(table) for name, table in found.items()})


def _toml_or_text(text: str) -> object:
    """The kinds of a transport's values are unknown here, so text is what is no TOML value."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def _unknown(name: str, known: list[str]) -> NodeError:
    shown = name if name.isprintable() and len(name) <= 80 else "(unprintable)"
    lower = {key.lower(): key for key in known}
    inside = [key for key in lower if key.startswith(f"{name.lower()}.")]  # a section, mistyped
    near = inside or difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.0)
    return NodeError("config-unknown-key", shown, f"the nearest known key is {lower[near[0]]}")


def _checked(field: Field, value: object, environ: Mapping[str, str]) -> object:
    try:
        return field.kind.check(value)
    except ValueError:
        where = field.variable if field.variable in environ else field.path
        raise NodeError("config-value", where, f"expected {field.kind.expects}") from None


def _assemble(
    values: Mapping[str, object], transports: Mapping[str, Mapping[str, object]], base: Path
) -> NodeConfig:
    role = Role(cast(str, values["role"]))
    data_dir = absolute(cast(str, values["data_dir"]), base)
    config = NodeConfig(
        role=role,
        label=cast(str, values["label"]),
        data_dir=data_dir,
        passphrase=_anchored_source(cast(str, values["passphrase"]), base),
        marker=absolute(cast(str, values["marker"]), base),
        admin_socket=absolute(cast(str, values["admin.socket"]), data_dir),
        controller=_controller(values, role),
        transports=transports,
        policy=PolicyConfig(
            accept=cast("tuple[str, ...]", values["policy.accept"]),
            counter=cast(bool, values["policy.counter"]),
            join_public=cast(bool, values["policy.join_public"]),
            opens_per_minute=cast(int, values["policy.opens_per_minute"]),
        ),
    )
    _check_together(config)
    return config


def _controller(values: Mapping[str, object], role: Role) -> ControllerConfig | None:
    parts = {key: values[f"controller.{key}"] for key in ("name", "jurisdiction", "domain")}
    if role is Role.PERSON:
        for key, value in parts.items():
            if value is not None:
                raise NodeError("config-value", f"controller.{key}", "only a vendor has one")
        return None
    for key, value in parts.items():
        if value is None:
            expects = BY_PATH[f"controller.{key}"].kind.expects
            raise NodeError("config-missing", f"controller.{key}", f"expected {expects}")
    return ControllerConfig(**cast("dict[str, str]", parts))


def _check_together(config: NodeConfig) -> None:
    """Rules that no single key can be checked for.

    A marker inside the data directory would be copied with it and prove nothing (spec: ledger, K5);
    a person who lets strangers in has a public address that links her parties.
    """
    if config.marker.is_relative_to(config.data_dir):
        raise NodeError("config-value", "marker", "it has to be outside data_dir")
    if config.role is Role.PERSON and config.policy.join_public:
        raise NodeError("config-value", "policy.join_public", "only a vendor can have it")
    if config.policy.counter and not config.policy.accept:
        raise NodeError("config-value", "policy.counter", "policy.accept names nothing to offer")


def absolute(text: str, base: Path) -> Path:
    """A configured path as an absolute one: ~ is the home, relative paths start at `base`."""
    return Path(os.path.normpath(base / Path(text).expanduser()))


def _anchored_source(source: str, base: Path) -> str:
    scheme, _, rest = source.partition(":")
    return f"file:{absolute(rest, base)}" if scheme == "file" else source
