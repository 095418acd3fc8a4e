"""The door: where strangers' opens arrive, each judged before anything of it is kept.

A door belongs to one party and the cards it issued. It keeps nothing of an open but its id, and
that only once it was decided on (spec: threats, T02, T39). Joining is a decision of the
driver, never automatic here.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TypeAlias

from linkcontract.crypto.sealing import open_frame, read_seal
from linkcontract.crypto.secret import Secret
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import MAX_FRAME_ITEMS, MAX_OPEN_MESSAGE
from linkcontract.model.frame import (
    BodyItem,
    Frame,
    KeyEventItem,
    PskItem,
    StatementItem,
    decode_frame,
)
from linkcontract.model.opening import check_open, psk_commitment
from linkcontract.model.party import KeyHistory, open_key_history
from linkcontract.model.statement import Statement, open_statement
from linkcontract.protocol.consumed import ConsumedOpens
from linkcontract.protocol.events import Refused
from linkcontract.protocol.opening import with_body_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOpen:
    """An open that could be joined.

    Attributes:
        opening: the statement with its body.
        opener: its writer's key history.
        early: the opener's offer, its retraction and its rotations that came with it, in order.
        half: the opener's half of the pre-shared key.
        invitation: the invitation secret it used, which the decision consumes, or None.
    """

    opening: Statement
    opener: KeyHistory
    early: tuple[Statement, ...]
    half: bytes = field(repr=False)
    invitation: bytes | None = field(repr=False)

    @property
    def rel(self) -> bytes:
        """The relationship it would make."""
        return self.opening.id

    @property
    def exp(self) -> int:
        """When it runs out, Unix ms."""
        assert self.opening.body is not None  # check_open saw it
        exp: int = self.opening.body["exp"]
        return exp


@dataclass(frozen=True, slots=True)
class OpenArrived:
    """An open of which nothing was decided yet."""

    pending: PendingOpen


@dataclass(frozen=True, slots=True)
class OpenRepeated:
    """An open that was decided on before: its session answers with the join, or nobody does."""

    rel: bytes


DoorEvent: TypeAlias = OpenArrived | OpenRepeated | Refused


class Door:
    """Where opens directed to one party arrive.

    Args:
        history: the party's own key history.
        prekeys: secrets of the prekeys its cards name, by prekey id; live.
        cards: ids of the cards that may still be acted on, with the invitation secret of each, or
            None for a public party's card for many; live.
        consumed: the opens decided on.
    """

    def __init__(
        self,
        history: KeyHistory,
        prekeys: MutableMapping[bytes, Secret],
        cards: MutableMapping[bytes, bytes | None],
        consumed: ConsumedOpens,
    ) -> None:
        self.history = history
        self.prekeys = prekeys
        self.cards = cards
        self.consumed = consumed

    def receive(self, data: bytes, now: int) -> DoorEvent:
        """Judge one message from a stranger.

        Args:
            data: the sealed bytes.
            now: Unix ms.

        Returns:
            The open, or that it is a repetition, or a refusal. Never raises for what came in.
        """
        try:
            return self._receive(data, now)
        except RemoteProtocolError as error:
            return Refused(error.code, error.where)

    def decided(self, pending: PendingOpen) -> int:
        """Remember that an open was joined or refused, and use up its invitation.

        Returns:
            The time (Unix ms) the stored row of the open may be forgotten.

        Raises:
            RemoteProtocolError: `open-invitation` if another open used the invitation meanwhile;
                `open-consumed` if this one was decided on; `open-flood`.
        """
        if pending.rel in self.consumed:
            raise RemoteProtocolError("open-consumed")
        used = [card for card, secret in self.cards.items() if secret == pending.invitation]
        if pending.invitation is not None and not used:
            raise RemoteProtocolError("open-invitation")
        until = self.consumed.add(pending.rel, pending.exp)
        if pending.invitation is not None:
            for card in used:
                del self.cards[card]
        return until

    def _receive(self, data: bytes, now: int) -> DoorEvent:
        # (1) what costs nothing: the size, the mode, a prekey of ours
        if len(data) > MAX_OPEN_MESSAGE:
            raise RemoteProtocolError("opening-size")
        header = read_seal(data)
        if not header.opening:
            raise RemoteProtocolError("frame-mode")
        secret = self.prekeys.get(header.prekey_id)
        if secret is None:
            raise RemoteProtocolError("frame-prekey")
        # (2) one X25519; then addressed to us and in itself consistent
        frame = decode_frame(open_frame(data, secret, None))
        if frame.to != self.history.party:
            # Somebody's prekey copied into another card, or an open sealed on to us
            # (spec: threats, T03).
            raise RemoteProtocolError("frame-not-for-me", "frame.to")
        allowed = (StatementItem, BodyItem, KeyEventItem, PskItem)
        if not all(isinstance(item, allowed) for item in frame.items):
            raise RemoteProtocolError("frame-place", "frame.items")
        if len(frame.items) > MAX_FRAME_ITEMS:
            raise RemoteProtocolError("frame-items", "frame.items")
        # (3) the signatures
        opener = open_key_history(
            item.envelope for item in frame.items if isinstance(item, KeyEventItem)
        )
        if opener.party != frame.sender:
            raise RemoteProtocolError("frame-sender", "frame.from")
        statements = self._statements(frame, opener)
        opening = statements[0]
        if opening.id != frame.rel:
            raise RemoteProtocolError("frame-relationship", "frame.rel")
        # (4) only now is its id worth anything: nothing is deduplicated unverified
        if opening.id in self.consumed:
            return OpenRepeated(opening.id)
        return OpenArrived(self._judge(frame, opener, statements, now))

    def _statements(self, frame: Frame, opener: KeyHistory) -> list[Statement]:
        histories = {opener.party: opener}
        statements = [
            with_body_of(open_statement(item.envelope, histories), frame)
            for item in frame.items
            if isinstance(item, StatementItem)
        ]
        if not statements or statements[0].type != "open":
            raise RemoteProtocolError("open-missing", "frame.items")
        return statements

    def _judge(
        self, frame: Frame, opener: KeyHistory, statements: list[Statement], now: int
    ) -> PendingOpen:
        opening, *early = statements
        if any(one.relationship != opening.id or one.type == "open" for one in early):
            raise RemoteProtocolError("frame-relationship", "stmt.rel")
        secrets = [secret for secret in self.cards.values() if secret is not None]
        invitation = check_open(
            opening,
            opener=opener,
            joiner=self.history,
            now=now,
            cards=self.cards.keys(),
            secrets=secrets,
        )
        body = opening.body
        assert body is not None  # check_open saw it
        # An invitation and its card go together, and a card for one is not for many.
        card = body["card"]
        if invitation != (None if card is None else self.cards[card]):
            raise RemoteProtocolError("open-card", "body.card")
        halves = [item.half for item in frame.items if isinstance(item, PskItem)]
        if len(halves) != 1 or psk_commitment(halves[0]) != body["pskc"]:
            raise RemoteProtocolError("psk-mismatch", "frame.psk")
        return PendingOpen(
            opening=opening,
            opener=opener,
            early=tuple(early),
            half=halves[0],
            invitation=invitation,
        )
