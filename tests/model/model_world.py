"""A small deterministic world for the tests of the model: parties, statements, an open and a join.

Everything follows from short labels; there is no randomness and no clock.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest
from linkcontract.crypto.x25519 import x25519_public
from linkcontract.encoding import cid_of
from linkcontract.limits import DAY
from linkcontract.model.opening import invitation_commitment, psk_commitment
from linkcontract.model.party import KeyHistory, incept, open_key_history, rotate
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import Head, Statement, write_statement

NOW = 1_750_000_000_000
"""The clock of every test here, Unix milliseconds."""


def digest(label: str) -> bytes:
    """32 bytes that follow from a label."""
    return hashlib.sha256(label.encode()).digest()


def cid(label: str) -> bytes:
    """A CID that follows from a label."""
    return cid_of(label.encode())


def x_key(label: str) -> bytes:
    """An X25519 public key."""
    return x25519_public(digest(label))


def prekey(label: str) -> Prekey:
    return Prekey(digest(label)[:16], x_key(label), NOW + 30 * DAY)


@dataclass
class Actor:
    """A party with all its keys: key number n signs key event number n."""

    label: str
    kind: str = "directed"
    history: KeyHistory = field(init=False)

    def __post_init__(self) -> None:
        self.history = open_key_history([self.inception()])

    def key(self, number: int) -> SigningKey:
        return SigningKey(digest(f"{self.label} key {number}"))

    def next(self, number: int) -> bytes:
        return next_digest(self.key(number).public)

    def inception(self) -> bytes:
        nonce = digest(f"{self.label} nonce")[:16]
        return incept(self.kind, self.key(0), self.next(1), nonce)

    @property
    def party(self) -> bytes:
        return self.history.party

    @property
    def ks(self) -> bytes:
        (head,) = self.history.heads
        return head

    @property
    def live(self) -> SigningKey:
        position = self.history.position(self.ks)
        assert position is not None
        return self.key(position)

    def rotation(self, nonce: str = "") -> bytes:
        """The next key event after the head, not yet taken in; another nonce, another event."""
        position = self.history.position(self.ks)
        assert position is not None
        return rotate(
            self.history,
            self.ks,
            self.key(position + 1),
            self.next(position + 2),
            digest(f"{self.label} {position} {nonce}")[:16],
        )

    def rotate(self) -> "Actor":
        self.history = self.history.extend([self.rotation()])
        return self

    def write(self, kind: str, body: Any, **changes: Any) -> Statement:
        """A statement of this actor; header fields by keyword."""
        header: dict[str, Any] = {
            "rel": None if kind == "open" else cid("rel"),
            "writer": self.party,
            "seq": 0,
            "prev": None,
            "seen": (),
            "at": NOW,
            "ks": self.ks,
            "salt": digest(f"{self.label} salt"),
        }
        header.update(changes)
        key = header.pop("key", self.live)
        return write_statement(key, type=kind, body=body, **header)


def pair_body(me: Actor, to: Actor, opener: Actor, joiner: Actor) -> dict[str, Any]:
    """What `open` and `join` have in common, as `me` writes it. Alice is the directed party."""
    first, second = (opener, joiner) if opener.kind == "directed" else (joiner, opener)
    if opener.kind == joiner.kind:
        first, second = joiner, opener
    return {
        "to": to.party,
        "roles": {"first": first.party, "second": second.party},
        "proto": 1,
        "fold": 1,
        "ext": [],
        "kel": {"a": opener.ks, "b": joiner.ks},
        "prekey": prekey(me.label).to_value(),
        "signal": x_key(f"{me.label} signal"),
        "pskc": psk_commitment(digest(f"{me.label} half")),
        "addresses": [f"https://{me.label}.example/mailbox"],
        "nonce": digest(f"{me.label} nonce 32"),
    }


def open_body(opener: Actor, joiner: Actor, **changes: Any) -> dict[str, Any]:
    body = pair_body(opener, joiner, opener, joiner)
    body.update(card=None, inv=None, exp=NOW + 10 * DAY)
    if joiner.kind == "directed":
        body["inv"] = invitation_commitment(digest("secret"), opener.party, joiner.party)
    return {**body, **changes}


def join_body(opener: Actor, joiner: Actor, **changes: Any) -> dict[str, Any]:
    return {**pair_body(joiner, opener, opener, joiner), **changes}


def make_join(open: Statement, opener: Actor, joiner: Actor, **changes: Any) -> Statement:
    """A join that answers `open`; header fields by keyword, `body` to replace body fields."""
    header: dict[str, Any] = {"rel": open.id, "seen": (Head(opener.party, 0, open.id),)}
    body = join_body(opener, joiner, **changes.pop("body", {}))
    return joiner.write("join", body, **{**header, **changes})


TERMS: dict[str, Any] = {
    "agreement": "SD-BASE-DP",
    "text": cid("the text of SD-BASE-DP"),
    "permissions": [
        {
            "actions": ["dpv:Use"],
            "paths": ["vcard/email", "vcard/tel"],
            "purposes": ["dpv:ServiceProvision"],
            "recipients": [],
            "conditions": [{"kind": "time", "after": None, "before": NOW + DAY}],
            "duties": [{"duty": "dpv:Erase", "within": 30 * DAY}],
            "retention": 90 * DAY,
        }
    ],
    "prohibitions": [
        {"actions": ["dpv:Share"], "paths": ["vcard"], "purposes": [], "recipients": []}
    ],
    "duties": [],
    "from": NOW,
    "until": NOW + 365 * DAY,
    "law": "DE",
    "prevails": "text",
}

CONTROLLER: dict[str, Any] = {
    "party": cid("shop"),
    "name": "Märklin & Söhne Bücher GmbH",
    "jurisdiction": "DE",
    "domain": "shop.example",
}
