"""Doors and their rows: cards of own parties, invitations, and the opens that come with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from linkcontract.crypto.secret import Secret
from linkcontract.driver import rows
from linkcontract.driver.parties import load_history
from linkcontract.driver.vault import Vault, card_prekey, invitation
from linkcontract.errors import RemoteProtocolError, StoreError
from linkcontract.limits import MAX_OPEN, MAX_SKEW
from linkcontract.model.card import Card, invitation_link, open_card, secret_commitment, sign_card
from linkcontract.model.party import KeyHistory
from linkcontract.protocol import Author, ConsumedOpens, Door, PendingOpen
from linkcontract.protocol.prekeys import Entropy, make_prekey
from linkcontract.store.port import Change, Delete, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A card that was issued: the link to hand on, the card, its mailbox, and what keeps it."""

    link: str
    card: Card
    token: str
    row: rows.CardRow
    prekey: Secret
    secret: bytes | None
    changes: tuple[Change, ...]


def issue(
    author: Author,
    vault: Vault,
    *,
    addresses: Sequence[str],
    token: str,
    once: bool,
    label: str | None,
    domains: Sequence[str],
    now: int,
    exp: int,
    entropy: Entropy,
) -> Issued:
    """Sign a card and make its invitation link.

    Args:
        author: the inviting party.
        addresses: of the mailbox `token`.
        once: whether the first who opens uses it up; always so for a directed party.
        label: what the relationship will be called here.
        domains: domains that name this party back.
        now, exp: Unix ms.

    Raises:
        LocalProtocolError: as `sign_card` and `invitation_link`.
    """
    prekey = make_prekey(now, entropy)
    secret = entropy(32) if once else None
    card = sign_card(
        author.key,
        party=author.party,
        kel=author.ks,
        seq=now,  # later cards replace earlier ones; a clock in milliseconds numbers them
        iat=now,
        exp=exp,
        prekey=prekey.prekey,
        addresses=addresses,
        domains=domains,
        inv=None if secret is None else secret_commitment(secret),
    )
    row = rows.CardRow(envelope=card.envelope, token=token, label=label)
    changes: list[Change] = [
        row.put(author.party, card.id),
        vault.put(card_prekey(card.id), prekey.secret),
    ]
    if secret is not None:
        changes.append(vault.put(invitation(card.id), Secret(secret)))
    return Issued(
        link=invitation_link(card, author.history, secret),
        card=card,
        token=token,
        row=row,
        prekey=prekey.secret,
        secret=secret,
        changes=tuple(changes),
    )


def withdraw(party: bytes, card: bytes, vault: Vault) -> list[Change]:
    """The changes that take a card back: nobody can act on it any more."""
    return [
        Delete("card", (party, card)),
        vault.forget(card_prekey(card)),
        vault.forget(invitation(card)),
    ]


class Doors:
    """Every door of a node, by mailbox.

    `load` reads them from the store; after a commit that failed they are loaded again.
    """

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._by_token: dict[str, bytes] = {}
        self._doors: dict[bytes, Door] = {}
        self._cards: dict[bytes, tuple[Card, rows.CardRow]] = {}
        self._void: list[tuple[bytes, bytes]] = []
        self.consumed = ConsumedOpens()

    def __contains__(self, token: object) -> bool:
        return token in self._by_token

    async def load(self) -> None:
        """Read cards and consumed opens, in place of what was known.

        Raises:
            StoreError: as `Store.scan`; store-row. What was known stays then.
        """
        found = Doors(self._store, self._vault)
        consumed = await self._store.scan("consumed")
        found.consumed = ConsumedOpens(
            {key[0]: int.from_bytes(value, "big") for key, value in consumed}
        )
        for (party, card_id), value in await self._store.scan("card"):
            row = rows.CardRow.read(value)
            history = await load_history(self._store, party)
            prekey = await self._vault.read(self._store, card_prekey(card_id))
            secret = await self._vault.read(self._store, invitation(card_id))
            if history is None:
                raise StoreError("store-row", "card")
            try:
                card = open_card(row.envelope, history, now=0)  # `outdated` looks at its end
            except RemoteProtocolError:
                card = None  # its key was rotated away
            if card is None or prekey is None:  # or it came back with a backup, its prekey did not
                found._void.append((party, card_id))
                continue
            exposed = None if secret is None else secret.expose()
            found.add(history, card, row, prekey, exposed)
        self._by_token, self._doors, self._cards = found._by_token, found._doors, found._cards
        self._void, self.consumed = found._void, found.consumed

    def add(
        self,
        history: KeyHistory,
        card: Card,
        row: rows.CardRow,
        prekey: Secret,
        secret: bytes | None,
    ) -> None:
        """Open the door for a card whose rows are committed."""
        door = self._doors.get(card.party)
        if door is None or door.history != history:
            prekeys = {} if door is None else dict(door.prekeys)
            cards = {} if door is None else dict(door.cards)
            door = self._doors[card.party] = Door(history, prekeys, cards, self.consumed)
        door.prekeys[card.prekey.id] = prekey
        if not row.used:
            door.cards[card.id] = secret
        self._cards[card.id] = card, row
        self._by_token[row.token] = card.party

    @property
    def labels(self) -> frozenset[str]:
        """The labels of invitations nobody has used yet."""
        rows_left = [row for _, row in self._cards.values() if not row.used]
        return frozenset(row.label for row in rows_left if row.label is not None)

    def door(self, token: str) -> Door:
        """The door behind a mailbox. KeyError if there is none."""
        return self._doors[self._by_token[token]]

    def outstanding(self, party: bytes) -> int:
        """How many cards of a party can be acted on; a rotation makes all of them void."""
        door = self._doors.get(party)
        return 0 if door is None else len(door.cards)

    def label_for(self, pending: PendingOpen) -> str | None:
        """The label that was given with the card an open acted on."""
        body = pending.opening.body
        found = None if body is None else self._cards.get(body["card"])
        return None if found is None else found[1].label

    def used_up(self, pending: PendingOpen) -> tuple[bytes | None, list[Change]]:
        """The single-use card an open used, and the changes that use it up.

        Its prekey stays until the peer is known to hold the join: the open may be repeated.
        """
        body = pending.opening.body
        if pending.invitation is None or body is None:
            return None, []
        name: bytes = body["card"]
        card, row = self._cards[name]
        row = replace(row, used=True)
        self._cards[name] = card, row
        return name, [row.put(body["to"], name), self._vault.forget(invitation(name))]

    def close(self, party: bytes, card: bytes) -> list[Change]:
        """Forget a card; the changes that delete its rows."""
        found, door = self._cards.pop(card, None), self._doors.get(party)
        if found is not None and door is not None:
            self._by_token.pop(found[1].token, None)
            door.cards.pop(card, None)
            door.prekeys.pop(found[0].prekey.id, None)
            if not door.prekeys:
                del self._doors[party]
        return withdraw(party, card, self._vault)

    def outdated(self, now: int) -> list[Change]:
        """Close what ran out or is void, and forget opens that nobody can replay any more; the
        changes that delete the rows of both."""
        ended = [
            (card.party, card.id) for card, row in self._cards.values() if _end(card, row) <= now
        ]
        changes = [change for name in (*self._void, *ended) for change in self.close(*name)]
        self._void.clear()
        forgotten = self.consumed.forget(now)
        return [*changes, *(Delete("consumed", (name,)) for name in forgotten)]


def _end(card: Card, row: rows.CardRow) -> int:
    """When nobody can come with a card any more; an open that used it may be repeated until it
    runs out itself."""
    return card.exp + MAX_OPEN + MAX_SKEW if row.used else card.exp
