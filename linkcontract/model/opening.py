"""Opening a relationship: what an `open` and its `join` must agree on.

The pair binds both parties, their key-history heads, the roles, the versions, the prekeys, the
commitments to the shared secret, the addresses, the card acted on and the invitation used; both
are checked here from bytes, key histories and, for the receiver of an `open`, its own clock and
its own outstanding cards and invitations. Nothing here remembers: which opens were consumed is the
session's to know.

Spec: session, Opening.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from linkcontract.encoding import hash_of
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_OPEN, MAX_SKEW
from linkcontract.model.bodies import Body
from linkcontract.model.party import DIRECTED, PUBLIC, KeyHistory
from linkcontract.model.prekey import Prekey
from linkcontract.model.statement import Statement

_FRESH_IN_JOIN = ("nonce", "pskc", "signal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """What an `open` and a `join` fixed for good. Mappings are by party and read-only.

    Attributes:
        rel: CID of the open payload.
        opener, joiner: the parties that signed them.
        first, second: the same two by role: the person, and the organisation.
        ext: the extensions both named.
        addresses, prekeys: where and with which key each can be reached at first.
        signals: each side's key for finding together again after a restore.
        pskc: each side's commitment to its half of the shared secret.
    """

    rel: bytes
    opener: bytes
    joiner: bytes
    first: bytes
    second: bytes
    ext: tuple[str, ...]
    addresses: Mapping[bytes, tuple[str, ...]] = field(compare=False)
    prekeys: Mapping[bytes, Prekey] = field(compare=False, repr=False)
    signals: Mapping[bytes, bytes] = field(compare=False, repr=False)
    pskc: Mapping[bytes, bytes] = field(compare=False, repr=False)

    def other(self, party: bytes) -> bytes:
        """The counterparty of one of the two."""
        return self.joiner if party == self.opener else self.opener

    def check_half(self, party: bytes, half: bytes) -> None:
        """Check a party's half of the shared secret against its commitment.

        Raises:
            RemoteProtocolError: psk-mismatch.
        """
        if self.pskc.get(party) != psk_commitment(half):
            raise RemoteProtocolError("psk-mismatch")


def psk_commitment(half: bytes) -> bytes:
    """pskc = H(["lc/pskc/1", half])."""
    return hash_of(["lc/pskc/1", half])


def invitation_commitment(secret: bytes, opener: bytes, receiver: bytes) -> bytes:
    """inv = H(["lc/inv/1", secret, from, to]); `from` is whoever opens, so it is computed by the
    opener and checked by the receiver, who knows the secret."""
    return hash_of(["lc/inv/1", secret, opener, receiver])


def roles_of(opener: KeyHistory, joiner: KeyHistory) -> tuple[bytes, bytes]:
    """(first, second): a public party is never first against a directed one; otherwise the one
    who opened is second. A domain plays no part."""
    if opener.kind == DIRECTED and joiner.kind == PUBLIC:
        return opener.party, joiner.party
    return joiner.party, opener.party


def _held_body(statement: Statement, code: str) -> Body:
    if statement.body is None:
        raise RemoteProtocolError(code, "body")
    return statement.body


def check_open_pair(open: Statement, opener: KeyHistory, joiner: KeyHistory) -> Body:
    """The checks of an `open` that need nothing but bytes and the two key histories.

    Returns:
        Its body.

    Raises:
        RemoteProtocolError: open-form, open-to, open-key, open-roles, open-expiry.
    """
    body = _held_body(open, "open-form")
    if open.type != "open" or open.seq != 0 or open.seen:
        raise RemoteProtocolError("open-form", "header")
    if open.writer != opener.party or body["to"] != joiner.party or body["to"] == open.writer:
        raise RemoteProtocolError("open-to", "body.to")
    # the opener signs under the very head it names, or it would name a key it does not show
    if body["kel"]["a"] != open.ks or opener.key_of(open.ks) is None:
        raise RemoteProtocolError("open-key", "body.kel.a")
    if joiner.key_of(body["kel"]["b"]) is None:
        raise RemoteProtocolError("open-key", "body.kel.b")
    if (body["roles"]["first"], body["roles"]["second"]) != roles_of(opener, joiner):
        raise RemoteProtocolError("open-roles", "body.roles")
    if not open.at < body["exp"] <= open.at + MAX_OPEN:
        raise RemoteProtocolError("open-expiry", "body.exp")
    return body


def check_open(
    open: Statement,
    *,
    opener: KeyHistory,
    joiner: KeyHistory,
    now: int,
    cards: Collection[bytes] = (),
    secrets: Collection[bytes] = (),
) -> bytes | None:
    """Check an `open` as the party it is directed to.

    Args:
        open: the statement with its body.
        opener: the writer's key history.
        joiner: our own.
        now: our clock, Unix milliseconds.
        cards: ids of the cards we issued that may still be acted on.
        secrets: invitation secrets still outstanding.

    Returns:
        The invitation secret it used, which the caller consumes, or None.

    Raises:
        RemoteProtocolError: those of `check_open_pair`; open-expiry if it is past, or further away
            than an open made now could be; open-card; open-invitation, also if we are a directed
            party and it uses none.
    """
    body = check_open_pair(open, opener, joiner)
    if not now < body["exp"] <= now + MAX_OPEN + MAX_SKEW:
        raise RemoteProtocolError("open-expiry", "body.exp")
    if body["card"] is not None and body["card"] not in cards:
        raise RemoteProtocolError("open-card", "body.card")
    if body["inv"] is None:
        if joiner.kind == DIRECTED:
            raise RemoteProtocolError("open-invitation", "body.inv")
        return None
    for secret in secrets:
        if invitation_commitment(secret, open.writer, joiner.party) == body["inv"]:
            return secret
    raise RemoteProtocolError("open-invitation", "body.inv")


def check_join(
    open: Statement, join: Statement, *, opener: KeyHistory, joiner: KeyHistory
) -> Relationship:
    """Check a `join` against the `open` it answers, and give what the pair fixed.

    Both sides run this: the joiner on what it is about to send, the opener on what it received.
    The outcome depends on bytes and key histories only.

    Raises:
        RemoteProtocolError: those of `check_open_pair`; join-form, open-to, join-differs,
            open-key, join-reflected, join-late.
    """
    laid_down = check_open_pair(open, opener, joiner)
    body = _held_body(join, "join-form")
    # (1) it is the joiner's first statement and knows nothing but the open
    if join.type != "join" or join.seq != 0 or join.seen != (open.head,) or join.rel != open.id:
        raise RemoteProtocolError("join-form", "header")
    if join.writer != joiner.party or body["to"] != opener.party:
        raise RemoteProtocolError("open-to", "body.to")
    # (2) what the open laid down stands; an extension is in force if both name it
    for name in ("roles", "proto", "fold"):
        if body[name] != laid_down[name]:
            raise RemoteProtocolError("join-differs", f"body.{name}")
    if not set(body["ext"]) <= set(laid_down["ext"]):
        raise RemoteProtocolError("join-differs", "body.ext")
    # (3) each key history is where the open saw it or further on; the joiner shows the key it names
    for side, history in (("a", opener), ("b", joiner)):
        if not history.reaches(body["kel"][side], laid_down["kel"][side]):
            raise RemoteProtocolError("open-key", f"body.kel.{side}")
    if body["kel"]["b"] != join.ks:
        raise RemoteProtocolError("open-key", "header.ks")
    # (4) nothing secret or fresh of the opener's comes back as the joiner's own
    for name in _FRESH_IN_JOIN:
        if body[name] == laid_down[name]:
            raise RemoteProtocolError("join-reflected", f"body.{name}")
    if body["prekey"]["pk"] == laid_down["prekey"]["pk"]:
        raise RemoteProtocolError("join-reflected", "body.prekey")
    if join.at > laid_down["exp"]:
        raise RemoteProtocolError("join-late", "header.at")
    return _relationship(open, join, laid_down, body)


def _relationship(open: Statement, join: Statement, laid_down: Body, body: Body) -> Relationship:
    def by_party(name: str) -> Mapping[bytes, Any]:
        return MappingProxyType({open.writer: laid_down[name], join.writer: body[name]})

    prekeys = by_party("prekey")
    return Relationship(
        rel=open.id,
        opener=open.writer,
        joiner=join.writer,
        first=laid_down["roles"]["first"],
        second=laid_down["roles"]["second"],
        ext=body["ext"],
        addresses=by_party("addresses"),
        prekeys=MappingProxyType({party: Prekey(**value) for party, value in prekeys.items()}),
        signals=by_party("signal"),
        pskc=by_party("pskc"),
    )
