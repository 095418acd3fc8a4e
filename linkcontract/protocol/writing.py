"""Signing inside a session: what has to be signed before, and what rides along.

A rotate that is owed comes first. An offer that ran out is retracted before anything that arrived
later is taken in (spec: ledger, K3). A new prekey rides along when the current one is a week old,
and in every `erased`, so that what was sealed before can be made unreadable soonest (spec: threats,
T26).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import ProposalStatus
from linkcontract.model.bodies import QUIET_TYPES
from linkcontract.model.items import Opening, commit
from linkcontract.model.statement import Statement
from linkcontract.protocol.author import stamp
from linkcontract.protocol.events import StatementsWritten
from linkcontract.protocol.link import Link, Restoring
from linkcontract.protocol.prekeys import make_prekey


@dataclass(frozen=True, slots=True)
class Content:
    """A path and a value that a statement commits to and its openings show.

    Attributes:
        path: data path, protocol text.
        value: at most 64 KiB.
    """

    path: str
    value: bytes = field(repr=False)


class Writing:
    """One call that signs: what it wrote, in order."""

    def __init__(self, link: Link, now: int) -> None:
        self._link = link
        self._now = now
        self._written: list[Statement] = []
        self._openings: list[Opening] = []

    def result(self) -> StatementsWritten | None:
        """The event, or None if nothing was signed."""
        if not self._written:
            return None
        return StatementsWritten(tuple(self._written), tuple(self._openings))

    def write(self, type: str, body: Mapping[str, Any], contents: Sequence[Content] = ()) -> None:
        """Sign one statement, after whatever has to be signed before it.

        Raises:
            LocalProtocolError: as `Author.write`; `session-state` while the peer is being asked
                after a restore.
        """
        if self._link.restoring is Restoring.ASKING:
            raise LocalProtocolError("session-state", type)
        if type != "rotate" and self._must_rotate():
            self.rotate()
        if type == "rotate":
            self.rotate()
            return
        self.expire_offers()
        if type == "retract" and self._has_retracted(body.get("ref")):
            return  # it had run out and was taken back just now
        self._sign(type, body, contents)

    def rotate(self) -> None:
        """Sign the `rotate` to the author's current key; it ends a restore.

        An accept that came after our own offer had run out, while nothing could be signed, is left
        unseen, and the offer retracted next (K3).
        """
        link = self._link
        late = self._late_accepts() if link.restoring is not Restoring.NO else {}
        self._sign("rotate", {"event": self._author_ks()}, exclude=late)
        link.restoring = Restoring.NO
        link.adopt = False
        for proposal in dict.fromkeys(late.values()):
            self._retract(proposal, late)

    def expire_offers(self) -> None:
        """Retract every own live offer that has run out by our own clock (spec: ledger, K3)."""
        link = self._link
        if link.silent:
            return
        for offer in own_offers(link):
            if _accept_by(offer) < self._now:
                if self._must_rotate():
                    self.rotate()
                self._retract(offer.id, ())

    def acknowledge(self, *, quiet: bool = False) -> None:
        """Sign an `ack` if one is owed and may be signed.

        Args:
            quiet: also for what puts nobody under a debt, as a batch (spec: ledger, K1).
        """
        link = self._link
        if link.silent or not link.ledger.joined:
            return
        if not (link.ledger.owes_ack(link.me) or (quiet and self._quiet_unseen())):
            return
        try:
            self.write("ack", {})
        except LocalProtocolError as error:
            # Denials only, or no current key: the debt stands until that is over, or for good.
            if error.code not in ("author-clock", "author-parted", "author-key"):
                raise

    # -- inside ---------------------------------------------------------------------------------

    def _sign(
        self,
        type: str,
        body: Mapping[str, Any],
        contents: Sequence[Content] = (),
        *,
        exclude: Collection[bytes] = (),
    ) -> None:
        link = self._link
        author = link.author
        if author is None:
            raise LocalProtocolError("author-key", type)
        full, salted = self._with_items(body, contents)
        own = None
        if "prekey" not in full and (type == "erased" or link.secrets.ring.is_due(self._now)):
            own = make_prekey(stamp(author.kind, self._now), link.entropy)
            full["prekey"] = own.prekey.to_value()
        statement = author.write(
            link.ledger,
            type,
            full,
            now=self._now,
            salt=link.entropy(32),
            rotate_first=link.restoring is not Restoring.NO,
            exclude=exclude,
        )
        link.ledger.add(statement)
        self._written.append(statement)
        if own is not None:
            link.secrets.ring.announce(own, statement.id, self._now)
        if type == "erased":
            link.erased.add(body["ref"])
        openings = [Opening(statement.id, index, *each) for index, each in enumerate(salted)]
        if openings:
            link.openings[statement.id] = dict(enumerate(openings))
            self._openings.extend(openings)
        link.delivery.note_held([statement], self._now)
        link.backoff.said(self._now)
        if link.needs_signal(self._now):
            link.asks.heads = True  # it cannot be sent yet: ask for a prekey now, not in a while
        link.ack_due = None

    def _with_items(
        self, body: Mapping[str, Any], contents: Sequence[Content]
    ) -> tuple[dict[str, Any], list[tuple[str, bytes, bytes, bytes]]]:
        """The body with the commitments to the contents, and what opens them."""
        link = self._link
        salted = [
            (content.path, link.entropy(32), content.value, link.entropy(32))
            for content in contents
        ]
        full = dict(body)
        if salted:
            full["items"] = [
                list(commit(link.rel, path=path, path_salt=ps, value=value, value_salt=vs))
                for path, ps, value, vs in salted
            ]
        return full, salted

    def _has_retracted(self, proposal: object) -> bool:
        return any(
            one.type == "retract" and one.body is not None and one.body["ref"] == proposal
            for one in self._written
        )

    def _retract(self, proposal: bytes, exclude: Collection[bytes]) -> None:
        thread = self._link.ledger.thread_of(proposal)
        self._sign("retract", {"thread": thread, "ref": proposal}, exclude=exclude)

    def _must_rotate(self) -> bool:
        author = self._link.author
        return author is not None and author.must_rotate(self._link.ledger)

    def _author_ks(self) -> bytes:
        author = self._link.author
        if author is None:
            raise LocalProtocolError("author-key", "rotate")
        return author.ks

    def _late_accepts(self) -> dict[bytes, bytes]:
        """Held accepts of own offers that ran out, not in our own past: accept to proposal."""
        link = self._link
        last = link.own_head()
        head = None if last is None else last.id
        late: dict[bytes, bytes] = {}
        for accept in link.ledger.feed(link.peer):
            if accept.type != "accept" or accept.body is None or head is None:
                continue
            proposal = link.ledger.get(accept.body["ref"])
            if proposal is None or proposal.writer != link.me or proposal.type != "propose":
                continue
            if _accept_by(proposal) < self._now and not link.ledger.in_past(accept.id, head):
                late[accept.id] = proposal.id
        return late

    def _quiet_unseen(self) -> bool:
        link = self._link
        last = link.own_head()
        head = None if last is None else last.id
        for statement in reversed(link.ledger.feed(link.peer)):
            if head is not None and link.ledger.in_past(statement.id, head):
                return False
            if statement.type in QUIET_TYPES - {"ack"}:
                return True
        return False


def own_offers(link: Link) -> list[Statement]:
    """This writer's offers that can still be accepted."""
    offers: list[Statement] = []
    for thread in link.ledger.state().threads.values():
        for name in thread.offers:
            statement = link.ledger.get(name)
            if statement is None or statement.writer != link.me:
                continue
            if thread.proposals[name] is ProposalStatus.OPEN:
                offers.append(statement)
    return offers


def next_expiry(link: Link) -> int | None:
    """When the first own live offer runs out, Unix ms."""
    if link.silent:
        return None
    return min((_accept_by(offer) + 1 for offer in own_offers(link)), default=None)


def _accept_by(proposal: Statement) -> int:
    assert proposal.body is not None  # a proposal is held with its body only
    accept_by: int = proposal.body["accept_by"]
    return accept_by
