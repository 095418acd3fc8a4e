"""Contact cards, and the invitation links that carry them.

A card says where and with which prekey a party can be reached. It is dated and numbered: an older
one than was seen is refused, so nobody is led back to a revoked key or address. A link carries the
card, the key events a newcomer needs to verify it, and for a single use a secret in the fragment,
which is the part of a URL that is never sent to a server.

Spec: parties, Cards and links.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from linkcontract.crypto.cose import MAX_ENVELOPE_OVERHEAD, open_sign1, sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.encoding import cid_of, decode, encode, hash_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import (
    MAX_BODY,
    MAX_CARD,
    MAX_DOMAINS,
    MAX_KEY_EVENT,
    MAX_KEY_EVENTS,
    MAX_LINK,
    MINUTE,
)
from linkcontract.model import fields, schema
from linkcontract.model.party import DIRECTED, KeyHistory, open_key_history
from linkcontract.model.prekey import PREKEY, Prekey

LAST_DATE: Final = 253_402_300_799_999
"""The end of the year 9999 in Unix milliseconds: the last expiry a link can show."""

_FIELDS: Final[Mapping[str, schema.Shape]] = {
    "v": fields.version,
    "party": fields.cid,
    "kel": fields.cid,
    "seq": fields.integer(),
    "iat": fields.time,
    "exp": fields.integer(0, LAST_DATE),
    "prekey": PREKEY,
    "addresses": fields.addresses,
}
_OPTIONAL: Final[Mapping[str, schema.Shape]] = {
    "domains": schema.array(fields.domain, 1, MAX_DOMAINS, distinct=True),
    "inv": fields.digest,
    "attest": schema.array(
        schema.open_map({"type": fields.text, "bytes": fields.data(0, MAX_BODY)}), 1, MAX_DOMAINS
    ),
}
_CARD: Final = schema.open_map(_FIELDS, _OPTIONAL)
_LINK_PARTS: Final = schema.row(
    fields.data(1, MAX_CARD + MAX_ENVELOPE_OVERHEAD),
    schema.array(fields.data(1, MAX_KEY_EVENT + MAX_ENVELOPE_OVERHEAD), 1, MAX_KEY_EVENTS),
)
_LINK: Final = re.compile(
    r"linkcontract:v1/([A-Za-z0-9_-]+)"
    r"\?until=([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)"
    r"(?:#([A-Za-z0-9_-]{43}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A verified contact card.

    Attributes:
        id: CID of the payload; an `open` names the card it acted on by it.
        party, kel: whose card it is, and the key event that signed it.
        seq: a card with a higher one replaces this.
        iat, exp: issued and expiring, Unix milliseconds.
        prekey: what an `open` is sealed to.
        addresses: at most four URLs.
        domains: the domains that name this party back; () if none.
        inv: commitment to the secret of a single-use invitation, or None.
        payload: every field as read, also those this version does not know.
        envelope: the signed bytes.
    """

    id: bytes
    party: bytes
    kel: bytes
    seq: int
    iat: int
    exp: int
    prekey: Prekey
    addresses: tuple[str, ...]
    domains: tuple[str, ...]
    inv: bytes | None
    payload: Mapping[str, Any] = field(repr=False, compare=False)
    envelope: bytes = field(repr=False, compare=False)


def _card(payload: Mapping[str, Any], id: bytes, envelope: bytes) -> Card:
    return Card(
        id=id,
        party=payload["party"],
        kel=payload["kel"],
        seq=payload["seq"],
        iat=payload["iat"],
        exp=payload["exp"],
        prekey=Prekey(**payload["prekey"]),
        addresses=payload["addresses"],
        domains=payload.get("domains", ()),
        inv=payload.get("inv"),
        payload=payload,
        envelope=envelope,
    )


def sign_card(
    key: SigningKey,
    *,
    party: bytes,
    kel: bytes,
    seq: int,
    iat: int,
    exp: int,
    prekey: Prekey,
    addresses: Sequence[str],
    domains: Sequence[str] = (),
    inv: bytes | None = None,
    attest: Sequence[Mapping[str, Any]] = (),
) -> Card:
    """Sign a card with the key of the key event `kel`.

    Raises:
        LocalProtocolError: field-…; card-expired if it expires before it is issued; cose-too-large.
    """
    payload: dict[str, Any] = {
        "v": 1,
        "party": party,
        "kel": kel,
        "seq": seq,
        "iat": iat,
        "exp": exp,
        "prekey": prekey.to_value(),
        "addresses": list(addresses),
    }
    for name, value in (("domains", list(domains)), ("inv", inv), ("attest", list(attest))):
        if value:
            payload[name] = value
    checked = schema.check_local(_CARD, payload, "card")
    if exp <= iat:
        raise LocalProtocolError("card-expired", "card.exp")
    data = encode(payload)
    if len(data) > MAX_CARD:
        raise LocalProtocolError("cose-too-large", "card")
    return _card(checked, cid_of(data), sign1(key, kel, "card", data))


def read_card(envelope: bytes, history: KeyHistory) -> Card:
    """Verify the signature and the form of a card: what stays true of it when time has passed.

    Not verified besides what `open_card` does not: that it is current, in key and in time.

    Args:
        envelope: the bytes as received.
        history: the key history of the party whose card it is said to be.

    Raises:
        RemoteProtocolError: cose-…, cbor-…, field-…; card-signer if it is not signed by the key
            event it names, of that party.
    """
    opened = open_sign1("card", envelope, history.key_of, max_payload=MAX_CARD)
    payload = schema.read(_CARD, decode(opened.payload, max_bytes=MAX_CARD), "card")
    card = _card(payload, opened.id, envelope)
    if card.kel != opened.kid or card.party != history.party:
        raise RemoteProtocolError("card-signer", "card.kel")
    return card


def open_card(envelope: bytes, history: KeyHistory, *, now: int, seen: Card | None = None) -> Card:
    """Verify a card.

    Not verified: that the addresses are the party's, that a domain names it back, attestations.

    Args:
        envelope: the bytes as received.
        history: the key history of the party whose card it is said to be.
        now: the reader's clock, Unix milliseconds.
        seen: the newest card of this party seen so far.

    Raises:
        RemoteProtocolError: cose-…, cbor-…, field-…; card-signer if it is not signed by a current
            key of that party; card-expired; card-older.
    """
    card = read_card(envelope, history)
    if card.kel not in history.heads:
        raise RemoteProtocolError("card-signer", "card.kel")
    if card.exp <= card.iat or now >= card.exp:
        raise RemoteProtocolError("card-expired", "card.exp")
    if seen is not None and (card.seq, card.id) != (seen.seq, seen.id) and card.seq <= seen.seq:
        raise RemoteProtocolError("card-older", "card.seq")
    return card


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What an invitation link gives: a verified card, whose it is, and the secret if it has one."""

    card: Card
    history: KeyHistory
    secret: bytes | None = field(repr=False)


def secret_commitment(secret: bytes) -> bytes:
    """The card's `inv`: H(["lc/inv-card/1", secret]). It says that an invitation needs a secret,
    and shows a damaged link before anything is sent."""
    return hash_of(["lc/inv-card/1", secret])


def invitation_link(card: Card, history: KeyHistory, secret: bytes | None) -> str:
    """The text of an invitation link.

    Args:
        card: the inviter's card; its `inv` commits to the secret.
        history: the inviter's key history.
        secret: 32 random bytes, consumed by the first open; None for a public party's card that
            anybody may use.

    Raises:
        LocalProtocolError: link-secret if the secret and the card do not go together, or a
            directed party invites without one; card-signer if the card is not of this history.
    """
    if card.party != history.party:
        raise LocalProtocolError("card-signer", "card.party")
    if not _secret_fits(card, history, secret):
        raise LocalProtocolError("link-secret", "secret")
    blob = _to_base64url(encode([card.envelope, list(history.envelopes)]))
    text = f"linkcontract:v1/{blob}?until={_date(card.exp)}"
    if secret is not None:
        text += f"#{_to_base64url(secret)}"
    return text


def open_invitation(text: str, *, now: int) -> Invitation:
    """Read and verify an invitation link.

    Args:
        text: the link; white space around it is the caller's to remove.
        now: the reader's clock, Unix milliseconds.

    Raises:
        RemoteProtocolError: link-form, link-secret, link-expiry; cbor-…, field-…; those of
            `open_key_history` and `open_card`.
    """
    match = _LINK.fullmatch(text) if len(text) <= MAX_LINK else None
    if match is None:
        raise RemoteProtocolError("link-form")
    blob, until, fragment = match.groups()
    parts = decode(_from_base64url(blob), max_bytes=MAX_LINK)
    envelope, events = schema.read(_LINK_PARTS, parts, "link")
    history = open_key_history(events)
    card = open_card(envelope, history, now=now)
    secret = None if fragment is None else _from_base64url(fragment)
    if not _secret_fits(card, history, secret):
        raise RemoteProtocolError("link-secret", "secret")
    if until != _date(card.exp):
        raise RemoteProtocolError("link-expiry", "until")
    return Invitation(card=card, history=history, secret=secret)


def _secret_fits(card: Card, history: KeyHistory, secret: bytes | None) -> bool:
    if secret is None:
        # an invitation that many may use exists only for public parties
        return card.inv is None and history.kind != DIRECTED
    return len(secret) == 32 and card.inv == secret_commitment(secret)


def _date(milliseconds: int) -> str:
    """A time to the minute, ISO 8601 in UTC, by the proleptic Gregorian calendar."""
    days, rest = divmod(milliseconds // MINUTE, 24 * 60)
    # Count from 1 March of the year 0, so that leap days end their year; 400 years are one era.
    era, day = divmod(days + 719_468, 146_097)
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    shifted = (5 * day + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    day_of_month = day - (153 * shifted + 2) // 5 + 1
    year += 400 * era + (month <= 2)
    return f"{year:04}-{month:02}-{day_of_month:02}T{rest // 60:02}:{rest % 60:02}Z"


def _to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _from_base64url(text: str) -> bytes:
    """The bytes of a text in the alphabet of base64url; a second spelling of them is refused."""
    if len(text) % 4 == 1:
        raise RemoteProtocolError("link-form")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _to_base64url(data) != text:
        raise RemoteProtocolError("link-form")
    return data
