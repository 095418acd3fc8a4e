"""The parties, keys and statements of the vectors: everything from names and one fixed time.

Nothing here reads a clock or a source of randomness. A seed is a hash of its name, so whoever knows
the name can make every key again; none of these keys may be used for anything else.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from linkcontract.crypto.cose import sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest
from linkcontract.crypto.x25519 import x25519_public
from linkcontract.encoding import cid_of, cid_text, encode, hash_of

T0: Final = 1_767_225_600_000
"""2026-01-01T00:00Z in Unix milliseconds, when every story begins."""

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

ED25519: Final = 0xED
"""The multicodec of an Ed25519 public key."""


def seed(name: str) -> bytes:
    """32 bytes that follow from a name."""
    return hashlib.sha256(b"linkcontract vectors " + name.encode()).digest()


def some_cid(name: str) -> bytes:
    """A content identifier of nothing that is shown anywhere."""
    return cid_of(encode(["linkcontract vectors", name]))


@dataclass(frozen=True, slots=True)
class Prekey:
    """An X25519 key pair and its announcement."""

    id: bytes
    secret: bytes
    not_after: int

    @property
    def pk(self) -> bytes:
        """The public key."""
        return x25519_public(self.secret)

    def to_value(self) -> dict[str, Any]:
        """As it stands in a body, a card or a frame."""
        return {"id": self.id, "pk": self.pk, "not_after": self.not_after}


def prekey(name: str, not_after: int = T0 + 30 * DAY) -> Prekey:
    """The prekey of a name."""
    return Prekey(seed(f"prekey id {name}")[:16], seed(f"prekey {name}"), not_after)


@dataclass(frozen=True, slots=True)
class Event:
    """A key event with the secret that signs under it. `label` is its path from the inception."""

    label: str
    id: bytes
    seq: int
    prev: bytes | None
    key: SigningKey = field(repr=False)
    payload: bytes = field(repr=False)
    envelope: bytes = field(repr=False)

    @property
    def cid(self) -> str:
        """The id as text."""
        return cid_text(self.id)


class Party:
    """A party with a real, signed key history.

    Args:
        name: also the label of its history in the vectors.
        kind: "directed" or "public".
    """

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        key = SigningKey(seed(f"{name} key 0"))
        payload = {
            "v": 1,
            "kind": kind,
            "keys": [[ED25519, key.public]],
            "next": self.next_digest("0"),
            "nonce": self.nonce("0"),
        }
        data = encode(payload)
        envelope = sign1(key, cid_of(data), "incp", data)
        self.inception = Event("0", cid_of(data), 0, None, key, data, envelope)
        self.events = [self.inception]

    def next_key(self, label: str) -> SigningKey:
        """The key that the event with this label announces."""
        return SigningKey(seed(f"{self.name} next key after {label}"))

    def next_digest(self, label: str) -> bytes:
        """The digest by which the event with this label announces it."""
        return next_digest(self.next_key(label).public)

    def nonce(self, label: str) -> bytes:
        """The nonce of the event with this label."""
        return seed(f"{self.name} nonce {label}")[:16]

    @property
    def id(self) -> bytes:
        """The party: the CID of its inception."""
        return self.inception.id

    @property
    def cid(self) -> str:
        """The party as text."""
        return self.inception.cid

    @property
    def head(self) -> Event:
        """The event made last, which signs unless another is named."""
        return self.events[-1]

    @property
    def history(self) -> list[bytes]:
        """Every envelope, in the order in which the events were made."""
        return [event.envelope for event in self.events]

    def event(
        self,
        after: Event | None = None,
        branch: str = "",
        key: SigningKey | None = None,
        **changes: Any,
    ) -> Event:
        """A rotation that follows an event (the last unless said), without keeping it.

        Args:
            after: the event it follows.
            branch: another branch is another event at the same place.
            key: another key than the announced one; it signs and stands in the event.
            changes: fields of the payload put in place of the right ones.
        """
        before = after or self.head
        label = f"{before.label}/{branch or before.seq + 1}"
        signer = key or self.next_key(before.label)
        payload = {
            "v": 1,
            "from": self.id,
            "seq": before.seq + 1,
            "prev": before.id,
            "keys": [[ED25519, signer.public]],
            "next": self.next_digest(label),
            "nonce": self.nonce(label),
            **changes,
        }
        data = encode(payload)
        envelope = sign1(signer, cid_of(data), "kel", data)
        return Event(label, cid_of(data), payload["seq"], before.id, signer, data, envelope)

    def rotate(self, after: Event | None = None, branch: str = "") -> Event:
        """Make the event that follows another (the last unless said) and keep it."""
        event = self.event(after, branch)
        self.events.append(event)
        return event

    def sign(self, kind: str, payload: bytes, event: Event | None = None) -> bytes:
        """An envelope around payload bytes, under the last key event unless another is named."""
        signer = event or self.head
        return sign1(signer.key, signer.id, kind, payload)

    def prekey(self, number: int = 0, not_after: int = T0 + 30 * DAY) -> Prekey:
        """One of its prekeys."""
        return prekey(f"{self.name} {number}", not_after)

    @property
    def signal(self) -> bytes:
        """The secret of its signal key."""
        return seed(f"{self.name} signal")

    @property
    def half(self) -> bytes:
        """Its half of the shared key."""
        return seed(f"{self.name} half")

    def card(self, event: Event | None = None, **changes: Any) -> bytes:
        """The payload of a contact card valid for thirty days; None in `changes` drops a field."""
        fields = {
            "v": 1,
            "party": self.id,
            "kel": (event or self.head).id,
            "seq": 1,
            "iat": T0,
            "exp": T0 + 30 * DAY,
            "prekey": self.prekey().to_value(),
            "addresses": [f"https://{self.name}.example/lc"],
            **changes,
        }
        return encode({name: value for name, value in fields.items() if value is not None})


def histories(*parties: Party) -> dict[str, list[bytes]]:
    """Label to history, as the door takes it."""
    return {party.name: party.history for party in parties}


def body_hash(salt: bytes, data: bytes) -> bytes:
    """What a header binds a body record with."""
    return hash_of(["lc/body/1", salt, data])


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A signed statement with its body record.

    Attributes:
        label: its name in a vector, from which its salt follows.
        writer: the party that signs.
        header: the fields of the header.
        body: what the body bytes encode, or None where they are no value.
        data: the body bytes.
    """

    label: str
    writer: Party
    header: Mapping[str, Any]
    body: Any
    salt: bytes = field(repr=False)
    data: bytes = field(repr=False)
    envelope: bytes = field(repr=False)

    @property
    def payload(self) -> bytes:
        """The header's encoding."""
        return encode(self.header)

    @property
    def id(self) -> bytes:
        """The statement."""
        return cid_of(self.payload)

    @property
    def cid(self) -> str:
        """The statement as text."""
        return cid_text(self.id)

    @property
    def head(self) -> list[Any]:
        """As an entry of somebody's seen."""
        return [self.header["from"], self.header["seq"], self.id]

    @property
    def record(self) -> list[bytes]:
        """The body record."""
        return [self.salt, self.data]

    def to_json(self, body: bool = True) -> dict[str, Any]:
        """As the door takes it, on request without its body."""
        return {"envelope": self.envelope, "body": self.record if body else None}


def write(
    label: str,
    writer: Party,
    type_: str,
    body: Any,
    *,
    at: int,
    rel: bytes | None = None,
    seq: int = 0,
    prev: bytes | None = None,
    seen: Iterable[Statement | Sequence[Any]] = (),
    event: Event | None = None,
    data: bytes | None = None,
    **changes: Any,
) -> Statement:
    """A statement exactly as asked for, right or wrong.

    Args:
        label: its name; the salt of the body follows from it.
        seen: statements, or entries as they stand in the header; sorted here. To put them in
            another order, give `seen` in `changes` under the name `seen_as_given`.
        event: the key event that signs, the writer's last unless said.
        data: body bytes in place of the encoding of `body`.
        changes: fields of the header put in place of the right ones.
    """
    signer = event or writer.head
    salt = seed(f"salt of {label}")
    content = encode(body) if data is None else data
    entries = [list(each.head if isinstance(each, Statement) else each) for each in seen]
    given = changes.pop("seen_as_given", None)
    header = {
        "v": 1,
        "type": type_,
        "rel": rel,
        "from": writer.id,
        "seq": seq,
        "prev": prev,
        "seen": sorted(entries, key=encode) if given is None else given,
        "at": at,
        "ks": signer.id,
        "bh": body_hash(salt, content),
        **changes,
    }
    envelope = sign1(signer.key, signer.id, "stmt", encode(header))
    return Statement(label, writer, header, body, salt, content, envelope)


def terms(*purposes: str, **changes: Any) -> dict[str, Any]:
    """Terms that permit using and collecting `vcard` for a year, by default for a service."""
    rule = {
        "actions": ["dpv:Use", "dpv:Collect"],
        "paths": ["vcard"],
        "purposes": list(purposes or ("dpv:ServiceProvision",)),
        "recipients": [],
    }
    return {
        "agreement": "VECTOR",
        "text": some_cid("text of the agreement"),
        "permissions": [rule],
        "prohibitions": [],
        "duties": [],
        "from": T0,
        "until": T0 + 365 * DAY,
        "law": "DE",
        "prevails": "text",
        **changes,
    }


def terms_id(value: Mapping[str, Any]) -> bytes:
    """What an accept of these terms names."""
    return cid_of(encode(value))


def pskc(half: bytes) -> bytes:
    """The commitment to a half of the shared key."""
    return hash_of(["lc/pskc/1", half])


def invitation(secret: bytes, opener: Party, joiner: Party) -> bytes:
    """The commitment of an open to an invitation's secret."""
    return hash_of(["lc/inv/1", secret, opener.id, joiner.id])


def roles(opener: Party, joiner: Party) -> dict[str, bytes]:
    """Whoever opened is second, unless that made a public party first against a directed one."""
    if opener.kind == "directed" and joiner.kind == "public":
        return {"first": opener.id, "second": joiner.id}
    return {"first": joiner.id, "second": opener.id}


def open_body(opener: Party, joiner: Party, **changes: Any) -> dict[str, Any]:
    """The body of an open; an invitation is used where the party opened to is directed."""
    secret = seed(f"{joiner.name} invitation")
    return {
        "to": joiner.id,
        "roles": roles(opener, joiner),
        "proto": 1,
        "fold": 1,
        "ext": [],
        "card": None,
        "inv": invitation(secret, opener, joiner) if joiner.kind == "directed" else None,
        "kel": {"a": opener.head.id, "b": joiner.head.id},
        "prekey": opener.prekey().to_value(),
        "addresses": [f"https://{opener.name}.example/lc"],
        "signal": x25519_public(opener.signal),
        "pskc": pskc(opener.half),
        "nonce": seed(f"{opener.name} opens to {joiner.name}"),
        "exp": T0 + 30 * DAY,
        **changes,
    }


def join_body(opener: Party, joiner: Party, **changes: Any) -> dict[str, Any]:
    """The body of the join that answers `open_body`."""
    return {
        "to": opener.id,
        "roles": roles(opener, joiner),
        "proto": 1,
        "fold": 1,
        "ext": [],
        "kel": {"a": opener.head.id, "b": joiner.head.id},
        "prekey": joiner.prekey().to_value(),
        "addresses": [f"https://{joiner.name}.example/lc"],
        "signal": x25519_public(joiner.signal),
        "pskc": pskc(joiner.half),
        "nonce": seed(f"{joiner.name} joins {opener.name}"),
        **changes,
    }
