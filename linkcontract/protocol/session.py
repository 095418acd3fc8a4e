"""The session: one relationship as bytes in, events and bytes out. No clock, no randomness, no I/O.

How a driver uses it, and in which order:

1. call `receive`, `write`, `settle`, `handle_timer`, … ; each returns what happened as events;
2. commit in one transaction what the events carry and `snapshot()`;
3. only then call `response_to_send` or `frames_to_send` and send what they give;
4. call `handle_timer` at `next_timer()`.

If the commit fails the session is thrown away and loaded again from the store: nothing has left.
After a crash at any point `load` rebuilds it from the rows alone, and what the peer lacks follows
from the heads both exchange.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.ledger import Ledger
from linkcontract.model.items import Opening
from linkcontract.model.party import KeyHistory
from linkcontract.protocol import incoming, outgoing, snapshot, timers
from linkcontract.protocol.author import Author, is_parted, stamp
from linkcontract.protocol.events import Event, PrekeysDestroyed, Refused, StatementsWritten
from linkcontract.protocol.link import Link, Restoring
from linkcontract.protocol.prekeys import make_prekey
from linkcontract.protocol.snapshot import Snapshot
from linkcontract.protocol.writing import Content, Writing


class Session:
    """One relationship. Made by `linkcontract.protocol.start`: `begin`, `join` or `load`.

    Attributes:
        link: its live state; for the parts of the session and for tests.
    """

    def __init__(self, link: Link) -> None:
        self.link = link

    # -- what it is -----------------------------------------------------------------------------

    @property
    def rel(self) -> bytes:
        """CID of the open payload."""
        return self.link.rel

    @property
    def me(self) -> bytes:
        """The own party."""
        return self.link.me

    @property
    def peer(self) -> bytes:
        """The peer's party."""
        return self.link.peer

    @property
    def ledger(self) -> Ledger:
        """The statements held, and their state."""
        return self.link.ledger

    @property
    def histories(self) -> Mapping[bytes, KeyHistory]:
        """The key histories of both parties."""
        return self.link.histories

    @property
    def joined(self) -> bool:
        """Whether the join is held, so that frames are sealed with the PSK."""
        return self.link.psk is not None

    @property
    def restoring(self) -> Restoring:
        """How far a restore has come."""
        return self.link.restoring

    @property
    def exchanged(self) -> bool:
        """Whether the peer named its heads since this session was loaded (spec: ledger, K5)."""
        return self.link.exchanged

    @property
    def parted(self) -> bool:
        """Whether the own key history has parted, so that only denials are signed here."""
        return is_parted(self.link.histories[self.link.me])

    @property
    def outbox(self) -> tuple[bytes, ...]:
        """Ids of held statements the peer is not known to hold, in the order they are sent."""
        return self.link.delivery.lacking

    @property
    def peer_addresses(self) -> tuple[str, ...]:
        """The addresses the peer's open or join names; () before its join."""
        feed = self.link.ledger.feed(self.link.peer)
        body = feed[0].body if feed else None
        return () if body is None else tuple(body["addresses"])

    def openings(self, statement_id: bytes) -> tuple[Opening, ...]:
        """The openings held of a statement, by index."""
        held = self.link.openings.get(statement_id, {})
        return tuple(held[index] for index in sorted(held))

    def snapshot(self) -> Snapshot:
        """What has to be stored with the statements; see `Snapshot`."""
        return snapshot.take(self.link)

    # -- what comes in --------------------------------------------------------------------------

    def receive(self, data: bytes, now: int) -> list[Event]:
        """Take in one message.

        Args:
            data: the sealed bytes.
            now: Unix ms.

        Returns:
            What happened. Nothing that comes from outside raises: it yields `Refused`.
        """
        try:
            events = incoming.take(self.link, data, now)
        except RemoteProtocolError as error:
            return [Refused(error.code, error.where)]
        return [*events, *timers.after(self.link, now)]

    def open_repeated(self, now: int) -> list[Event]:
        """The peer repeated the open this side has joined: answer with the join, in base mode.

        Until the first frame sealed with the PSK, which shows that the peer has the join.
        """
        if self.link.opener or self.link.confirmed:
            return [Refused("open-consumed")]
        self.link.asks.join = True
        return timers.after(self.link, now)

    # -- what is said ---------------------------------------------------------------------------

    def write(
        self,
        type: str,
        body: Mapping[str, Any],
        now: int,
        contents: Sequence[Content] = (),
    ) -> StatementsWritten:
        """Sign a statement, and before it whatever has to come first.

        Args:
            type: a statement type other than open and join.
            body: fields and values of its schema; `prekey` and, with contents, `items` are added.
            now: Unix ms.
            contents: what it commits to; its openings travel beside it.

        Returns:
            The event: the statements in order, the last being the one asked for, and openings.

        Raises:
            LocalProtocolError: as `Author.write`; `author-key` without a current key;
                `session-state` while the peer is being asked after a restore.
        """
        writing = Writing(self.link, now)
        writing.write(type, body, contents)
        written = writing.result()
        assert written is not None  # write signs or raises
        return written

    def settle(self, now: int, *, quiet: bool = False) -> list[Event]:
        """Sign an acknowledgement if one is owed and nothing else said paid it (spec: ledger, K1).

        Called when whoever decides has had the chance to say something; at the latest the timer
        does it.

        Args:
            now: Unix ms.
            quiet: acknowledge what puts nobody under a debt as well.
        """
        return timers.acknowledge(self.link, now, quiet=quiet)

    def forget_openings(self, statement_id: bytes) -> None:
        """Drop the openings of a statement; whoever erases deletes their rows too."""
        self.link.openings.pop(statement_id, None)
        self.link.asks.openings.pop(statement_id, None)

    def ping(self) -> bytes:
        """Ask for a sign of life in the next frame; `Ponged` brings the token back."""
        token = self.link.entropy(16)
        self.link.asks.ping = token
        return token

    # -- what goes out --------------------------------------------------------------------------

    def frames_to_send(self, now: int) -> list[bytes]:
        """Sealed frames that are due, to be sent in order, each in a message of its own."""
        return outgoing.frames(self.link, now)

    def response_to_send(self, now: int) -> bytes | None:
        """At most one sealed frame that may return in the response of the same exchange.

        What does not fit stays due for `frames_to_send`.
        """
        return outgoing.response(self.link, now)

    # -- time -----------------------------------------------------------------------------------

    def next_timer(self) -> int | None:
        """When `handle_timer` has something to do next, Unix ms; None if never."""
        return timers.next_time(self.link)

    def handle_timer(self, now: int) -> list[Event]:
        """Do what is due: retract what ran out, acknowledge, destroy prekeys, try again."""
        return timers.handle(self.link, now)

    # -- restore (spec: ledger, K5) ----------------------------------------------------------------

    def begin_restore(self, now: int, *, adopt: bool = True) -> list[Event]:
        """This store came from a backup, or its machine marker is missing: ask the peer first.

        A temporary prekey is made, and a frame to the peer's signal key names it and our heads.
        Nothing is signed until `RestoreAnswered`, or until `end_asking` gives up on an answer.

        Args:
            now: Unix ms.
            adopt: take back own statements the peer returns; False after a compromise, when what
                is signed after the backup may be a thief's.

        Raises:
            LocalProtocolError: `session-state` before the relationship is joined.
        """
        link = self.link
        if link.psk is None:
            raise LocalProtocolError("session-state")
        link.restoring = Restoring.ASKING
        link.adopt = adopt
        link.exchanged = link.named = False
        link.ack_due = None
        prekey = make_prekey(stamp(link.kind, now), link.entropy)
        gone = link.secrets.ring.announce(prekey, None, now)
        link.asks.heads = True
        link.backoff.said(now)
        return [PrekeysDestroyed(gone)] if gone else []

    def end_asking(self, now: int) -> None:
        """No answer came in the time the user chose: rotate on the own last known head.

        That may part the key history, and then this relationship takes denials only; whoever
        calls this has said so to the user.

        Raises:
            LocalProtocolError: `session-state` if nothing was asked.
        """
        if self.link.restoring is not Restoring.ASKING:
            raise LocalProtocolError("session-state")
        self.link.restoring = Restoring.ROTATE_FIRST
        self.link.backoff.said(now)

    def set_author(self, author: Author) -> None:
        """Sign with another key of the own party from now on, after a rotation.

        The rotate statement is written with the next `write`, or by `write("rotate", {}, now)`.

        Raises:
            LocalProtocolError: `author-key` if it is another party, or its history lacks key
                events this relationship knows.
        """
        link = self.link
        known = link.histories[link.me]
        if author.party != link.me or not set(known.events) <= set(author.history.events):
            raise LocalProtocolError("author-key")
        last = link.own_head()
        if last is not None and not author.history.reaches(author.ks, last.ks):
            raise LocalProtocolError("author-key")
        link.histories[link.me] = author.history
        link.ledger.histories_grew()
        link.author = author
