"""Every configuration key of a node, once: kind, default, explanation, example.

The reader, the names of the environment variables, the suggestion for a mistyped key and the
commented file that `init` writes all come from `FIELDS`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from linkcontract import limits
from linkcontract.node import config_values as kinds
from linkcontract.node.config_values import ValueKind

ENVIRONMENT_PREFIX: Final = "LINKCONTRACT_"

REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its dotted path, its kind, its default as a TOML value, and what it is for."""

    path: str
    kind: ValueKind
    default: object
    comment: str
    example: object = ""

    @property
    def variable(self) -> str:
        """The environment variable that overrides this key."""
        return ENVIRONMENT_PREFIX + self.path.upper().replace(".", "_")


FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "role",
        kinds.one_of("person", "vendor"),
        REQUIRED,
        'Who runs this node: "person" (a fresh party for every relationship) or "vendor" (one\n'
        "public party). It cannot be changed after `init`.",
    ),
    Field("label", kinds.free_text(64), REQUIRED, "What you call this node; never sent to anyone."),
    Field(
        "data_dir",
        kinds.file_path(),
        "data",
        "Everything the node keeps. Relative paths start at the directory of this file.",
    ),
    Field(
        "passphrase",
        kinds.passphrase_source(),
        "prompt",
        'How the passphrase of the key file is read: "prompt", "fd:NUMBER" (an open file\n'
        'descriptor), "credential:NAME" (systemd LoadCredential), "file:PATH" (mode 0600) or\n'
        '"env:VARIABLE" (visible to other processes of this user; warned about).',
    ),
    Field(
        "marker",
        kinds.file_path(),
        REQUIRED,
        "A random value that says this data directory has not left this machine. Keep it out of\n"
        "every backup: a node that does not find it rotates its keys before it signs anything.",
    ),
    Field(
        "controller.name",
        kinds.free_text(limits.MAX_CONTROLLER_NAME),
        None,
        "The legal name of the organisation, part of every proposal it signs (vendors only).",
        "Example Shop Ltd",
    ),
    Field("controller.jurisdiction", kinds.jurisdiction(), None, "Where it is established.", "FR"),
    Field("controller.domain", kinds.domain(), None, "The domain it is known by.", "shop.example"),
    Field(
        "admin.socket",
        kinds.file_path(),
        "admin.sock",
        "The Unix socket of the administration (mode 0600); relative to data_dir. Peers never\n"
        "reach it. Linux allows 107 bytes for the whole path.",
    ),
    Field(
        "policy.accept",
        kinds.listing(kinds.agreement(), 32),
        [],
        "Agreements accepted without asking, the preferred one first. `terms` lists the roster.",
    ),
    Field(
        "policy.counter",
        kinds.flag(),
        False,
        "Answer the first proposal that is not in the list with the list's first agreement,\n"
        "instead of leaving it to you.",
    ),
    Field(
        "policy.join_public",
        kinds.flag(),
        False,
        "Let strangers open a relationship with the public contact card (vendors only).",
    ),
    Field(
        "policy.opens_per_minute",
        kinds.whole(1, 6000),
        30,
        "Openings by strangers handled per minute; more are dropped unread.",
    ),
)

BY_PATH: Final[Mapping[str, Field]] = {field.path: field for field in FIELDS}
SECTIONS: Final = frozenset(f.path.partition(".")[0] for f in FIELDS if "." in f.path)
BY_VARIABLE: Final[Mapping[str, Field]] = {field.variable: field for field in FIELDS}


_TRANSPORT: Final = """\

# Transports are loaded only if they have a table here, by entry-point name; nothing else that is
# installed is loaded. The keys are the transport's own. Paths are best absolute.
[transport.http]

# Where peers reach this node. Leave it out to make outgoing connections only; answers then return
# with the node's own requests. Without TLS of its own, put a proxy that ends TLS before it.
{bind}

# The base of the addresses told to peers, if they see another one than `bind`.
{public}

# Origins or whole addresses of peers that are used although they are plain http or lead into a
# private network. All others of that sort are refused.
{listed}
"""
_TRANSPORT_EXAMPLES: Final[Mapping[str, object]] = {
    "bind": "127.0.0.1:8470",
    "public": "https://node.example",
    "listed": ["http://127.0.0.1:8471"],
}


def render_config(values: Mapping[str, object], http: Mapping[str, object]) -> str:
    """Write a configuration file: given keys live, all others as comments with their default.

    Args:
        values: TOML values by dotted path; None or an absent key leaves the default.
        http: values of the table `transport.http`: bind, public, listed.
    """
    lines = [
        "# Configuration of a linkcontract node.",
        f"# Every key can be set by an environment variable as well: {FIELDS[0].variable},",
        f"# {BY_PATH['policy.accept'].variable} (lists are comma-separated), and so on.",
    ]
    section = ""
    for field in FIELDS:
        prefix, dot, key = field.path.rpartition(".")
        if dot and prefix != section:
            section = prefix
            if section == "controller" and values.get("role") == "person":
                continue
            lines += ["", f"[{section}]"]
        if section == "controller" and values.get("role") == "person":
            continue
        lines += ["", *(f"# {line}" for line in field.comment.split("\n"))]
        default = field.example if field.default in (None, REQUIRED) else field.default
        lines.append(_line(key, values.get(field.path), default))
    tables = {key: _line(key, http.get(key), each) for key, each in _TRANSPORT_EXAMPLES.items()}
    return "\n".join(lines) + "\n" + _TRANSPORT.format(**tables)


def _line(key: str, value: object, default: object) -> str:
    """A key with its value, or commented out with its default."""
    return f"# {key} = {_toml(default)}" if value is None else f"{key} = {_toml(value)}"


def _toml(value: object) -> str:
    """A TOML value; JSON's strings without control characters are TOML basic strings."""
    return json.dumps(value, ensure_ascii=False)
