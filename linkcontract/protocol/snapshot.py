"""What of a session has to survive a restart besides the rows of statements, bodies and key events.

Three byte strings, because they have three fates: `state` is no secret; `lasting` (PSK halves, the
signal scalar) belongs in the node backup; `fleeting` (prekey scalars) belongs in no backup ever, or
a recorder with the backup could read what was erased (spec: threats, T26). The driver seals the
latter two.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from linkcontract.crypto.secret import Secret
from linkcontract.encoding import decode, encode
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import KIB, MAX_SEEN
from linkcontract.model import fields, schema
from linkcontract.model.prekey import PREKEY, Prekey
from linkcontract.model.statement import SEEN, Head
from linkcontract.protocol.link import Link, PeerKeys, Restoring, Secrets
from linkcontract.protocol.prekeys import MAX_PREKEYS, OwnPrekey, PrekeyRing

MAX_SNAPSHOT: Final = 64 * KIB
"""Largest part of a snapshot: 64 heads, or 16 prekeys, and a few fields."""

_TIME_OR_NULL: Final = schema.nullable(fields.time)
_STATE: Final = schema.closed(
    {
        "v": fields.version,
        "me": fields.cid,
        "heads": SEEN,
        "prekey": PREKEY,
        "prekey_at": fields.integer(-1),
        "confirmed": fields.boolean,
        "restoring": fields.one_of(*(step.value for step in Restoring)),
        "adopt": fields.boolean,
    }
)
_LASTING: Final = schema.closed(
    {
        "v": fields.version,
        "half": fields.digest,
        "signal": fields.digest,
        "peer_half": schema.nullable(fields.digest),
    }
)
_OWN_PREKEY: Final = schema.closed(
    {
        "prekey": PREKEY,
        "secret": fields.digest,
        "created": fields.time,
        "announced_in": schema.nullable(fields.cid),
        "replaced_at": _TIME_OR_NULL,
        "covered_at": _TIME_OR_NULL,
    }
)
_FLEETING: Final = schema.closed(
    {"v": fields.version, "prekeys": schema.array(_OWN_PREKEY, 0, MAX_PREKEYS)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A session's durable state.

    Attributes:
        state: not secret; what the peer covers and announced, and how far a restore has come.
        lasting: secret; in the node backup.
        fleeting: secret; in no backup. Empty after a restore from one.
    """

    state: bytes
    lasting: bytes = field(repr=False)
    fleeting: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What `read` gives back."""

    me: bytes
    heads: tuple[Head, ...]
    keys: PeerKeys
    confirmed: bool
    restoring: Restoring
    adopt: bool
    secrets: Secrets


def take(link: Link) -> Snapshot:
    """The snapshot of a session."""
    secrets = link.secrets
    state: dict[str, Any] = {
        "v": 1,
        "me": link.me,
        "heads": sorted(list(head) for head in link.delivery.frontier[:MAX_SEEN]),
        "prekey": link.keys.prekey.to_value(),
        "prekey_at": link.keys.at,
        "confirmed": link.confirmed,
        "restoring": link.restoring.value,
        "adopt": link.adopt,
    }
    peer_half = None if secrets.peer_half is None else secrets.peer_half.expose()
    lasting: dict[str, Any] = {
        "v": 1,
        "half": secrets.half.expose(),
        "signal": secrets.signal.expose(),
        "peer_half": peer_half,
    }
    fleeting: dict[str, Any] = {
        "v": 1,
        "prekeys": [_own_prekey(own) for own in secrets.ring.prekeys],
    }
    return Snapshot(state=encode(state), lasting=encode(lasting), fleeting=encode(fleeting))


def read(snapshot: Snapshot) -> Restored:
    """Read a snapshot back.

    Raises:
        RemoteProtocolError: `session-snapshot` with the part that is damaged as place.
    """
    state = _part(_STATE, snapshot.state, "state")
    lasting = _part(_LASTING, snapshot.lasting, "lasting")
    prekeys: list[OwnPrekey] = []
    if snapshot.fleeting:
        fleeting = _part(_FLEETING, snapshot.fleeting, "fleeting")
        prekeys = [_read_prekey(value) for value in fleeting["prekeys"]]
    peer_half = lasting["peer_half"]
    return Restored(
        me=state["me"],
        heads=tuple(Head(*head) for head in state["heads"]),
        keys=PeerKeys(
            prekey=Prekey.from_value(state["prekey"]), at=state["prekey_at"], signal=None
        ),
        confirmed=state["confirmed"],
        restoring=Restoring(state["restoring"]),
        adopt=state["adopt"],
        secrets=Secrets(
            half=Secret(lasting["half"]),
            signal=Secret(lasting["signal"]),
            peer_half=None if peer_half is None else Secret(peer_half),
            ring=PrekeyRing(prekeys),
        ),
    )


def _own_prekey(own: OwnPrekey) -> dict[str, Any]:
    return {
        "prekey": own.prekey.to_value(),
        "secret": own.secret.expose(),
        "created": own.created,
        "announced_in": own.announced_in,
        "replaced_at": own.replaced_at,
        "covered_at": own.covered_at,
    }


def _read_prekey(value: Any) -> OwnPrekey:
    return OwnPrekey(
        prekey=Prekey.from_value(value["prekey"]),
        secret=Secret(value["secret"]),
        created=value["created"],
        announced_in=value["announced_in"],
        replaced_at=value["replaced_at"],
        covered_at=value["covered_at"],
    )


def _part(shape: schema.Shape, data: bytes, name: str) -> Any:
    try:
        return schema.read(shape, decode(data, max_bytes=MAX_SNAPSHOT), name)
    except RemoteProtocolError:
        raise RemoteProtocolError("session-snapshot", name) from None
