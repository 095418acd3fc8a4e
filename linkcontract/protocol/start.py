"""How a session comes to be: this side opens, this side joins, or it is loaded from a store."""

from collections.abc import Iterable, MutableMapping, Sequence

from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.ledger import Ledger
from linkcontract.limits import MAX_SKEW
from linkcontract.model.card import Card
from linkcontract.model.items import Opening
from linkcontract.model.party import KeyHistory
from linkcontract.model.statement import Statement
from linkcontract.protocol import snapshot as snapshots
from linkcontract.protocol.author import Author
from linkcontract.protocol.delivery import Delivery
from linkcontract.protocol.door import PendingOpen
from linkcontract.protocol.events import (
    Event,
    OpenExpired,
    Refused,
    StatementsHeld,
    StatementsWritten,
)
from linkcontract.protocol.link import Link, PeerKeys, Restoring, Secrets
from linkcontract.protocol.opening import first_body, make_join, make_open, psk_of
from linkcontract.protocol.prekeys import Entropy
from linkcontract.protocol.replay import ReplayWindow
from linkcontract.protocol.retry import Backoff
from linkcontract.protocol.session import Session
from linkcontract.protocol.snapshot import Snapshot


def begin(
    author: Author,
    *,
    card: Card,
    peer: KeyHistory,
    addresses: Sequence[str],
    now: int,
    exp: int,
    entropy: Entropy,
    secret: bytes | None = None,
    ext: Sequence[str] = (),
) -> tuple[Session, list[Event]]:
    """Open a relationship; arguments and errors as `make_open`.

    Returns:
        The session, which waits for the join, and the event to persist.
    """
    opened = make_open(
        author,
        card=card,
        peer=peer,
        addresses=addresses,
        now=now,
        exp=exp,
        entropy=entropy,
        secret=secret,
        ext=ext,
    )
    histories = {author.party: author.history, peer.party: peer}
    ledger = Ledger(opened.statement, histories)
    link = _link(
        author.party,
        ledger,
        histories,
        author=author,
        entropy=entropy,
        secrets=opened.secrets,
        keys=PeerKeys(prekey=card.prekey, at=-1, signal=None),
    )
    link.backoff.said(now)
    return Session(link), [StatementsWritten((opened.statement,))]


def join(
    pending: PendingOpen,
    author: Author,
    *,
    addresses: Sequence[str],
    now: int,
    entropy: Entropy,
    ext: Sequence[str] = (),
) -> tuple[Session, list[Event]]:
    """Join a relationship somebody opened with us; arguments and errors as `make_join`.

    Returns:
        The session, whose first frame carries the join, and the events to persist together with
        the consumed open (`Door.decided`).
    """
    joined = make_join(
        author,
        pending.opening,
        opener=pending.opener,
        half=pending.half,
        addresses=addresses,
        now=now,
        entropy=entropy,
        ext=ext,
    )
    histories = {author.party: author.history, pending.opener.party: pending.opener}
    ledger = Ledger(pending.opening, histories)
    events: list[Event] = []
    taken = [pending.opening]
    for statement in pending.early:
        try:
            taken.extend(ledger.add(statement).released)
        except RemoteProtocolError as error:
            events.append(Refused(error.code, error.where))
    ledger.add(joined.statement)
    opening, prekey, signal = first_body([pending.opening])
    link = _link(
        author.party,
        ledger,
        histories,
        author=author,
        entropy=entropy,
        secrets=joined.secrets,
        keys=PeerKeys(prekey=prekey, at=opening.at, signal=signal),
    )
    link.delivery.note_held(taken, now)
    link.delivery.take_covered()
    link.backoff.said(now)
    session = Session(link)
    return session, [
        *events,
        StatementsHeld(tuple(taken)),
        StatementsWritten((joined.statement,)),
    ]


def load(
    snapshot: Snapshot,
    statements: Iterable[Statement],
    histories: MutableMapping[bytes, KeyHistory],
    *,
    openings: Iterable[Opening],
    author: Author | None,
    now: int,
    entropy: Entropy,
) -> tuple[Session, list[Event]]:
    """Rebuild a session from what a store holds.

    Args:
        snapshot: as committed last; with `fleeting` empty if it comes from a backup.
        statements: every statement of the relationship with its body, in any order.
        histories: the key histories of both parties; the session extends it.
        openings: every opening held.
        author: who signs, or None if the key is not here (then nothing is signed).
        now: Unix ms.
        entropy: fresh random bytes.

    Returns:
        The session, which exchanges heads with its first frame, and events: `Refused` for each
        row that did not fit.

    Raises:
        RemoteProtocolError: `session-snapshot` for a damaged snapshot, `open-missing` if there is
            no open among the statements.
        LocalProtocolError: `author-key` if the author is another party.
    """
    kept = snapshots.read(snapshot)
    rows = list(statements)
    opening = next((one for one in rows if one.type == "open"), None)
    if opening is None:
        raise RemoteProtocolError("open-missing", "statements")
    if author is not None and author.party != kept.me:
        raise LocalProtocolError("author-key")
    ledger, events = _load_ledger(opening, rows, histories)
    link = _link(
        kept.me,
        ledger,
        histories,
        author=_steady(author, ledger),
        entropy=entropy,
        secrets=kept.secrets,
        keys=kept.keys,
        delivery=Delivery(ledger, _other(ledger, kept.me), kept.heads),
        floor=now - MAX_SKEW,
    )
    link.confirmed = kept.confirmed
    link.restoring, link.adopt = kept.restoring, kept.adopt
    events.extend(_settle_loaded(link))
    _load_openings(link, openings)
    link.asks.heads = link.psk is not None
    link.backoff.said(now)
    return Session(link), events


def _load_ledger(
    opening: Statement, rows: Iterable[Statement], histories: MutableMapping[bytes, KeyHistory]
) -> tuple[Ledger, list[Event]]:
    ledger = Ledger(opening, histories)
    events: list[Event] = []
    for statement in rows:
        try:
            if statement.id != opening.id:
                ledger.add(statement)
        except RemoteProtocolError as error:
            events.append(Refused(error.code, error.where))
    return ledger, events


def _steady(author: Author | None, ledger: Ledger) -> Author | None:
    """The author on the branch of its history this relationship's feed is on.

    Where the history has parted, both heads may hold the same key, and only one goes on from here.
    """
    if author is None:
        return None
    last = ledger.next_header(author.party).ks
    history = author.history
    if last in history.heads and history.key_of(last) == author.key.public:
        return Author(history, author.key, last)
    return author


def _other(ledger: Ledger, me: bytes) -> bytes:
    return ledger.joiner if me == ledger.opener else ledger.opener


def _settle_loaded(link: Link) -> list[Event]:
    """What follows from the rows: where the peer asks after a restore, and whether this is one."""
    feed = link.ledger.feed(link.peer)
    if feed:
        link.keys.signal = first_body(feed)[2]
    if link.secrets.ring.current is not None:
        return []
    if link.psk is None:
        link.closed = True  # no join could be opened: a new open has to be made
        return [OpenExpired(link.rel)]
    # Prekeys are in no backup: without one this is a restore, whatever the driver knows.
    if link.restoring is Restoring.NO:
        link.restoring = Restoring.ROTATE_FIRST
    return []


def _load_openings(link: Link, openings: Iterable[Opening]) -> None:
    for opening in openings:
        link.openings.setdefault(opening.share, {})[opening.index] = opening
    for statement in link.ledger.held():
        if statement.type == "erased" and statement.body is not None:
            link.erased.add(statement.body["ref"])
    for statement in link.ledger.feed(link.peer):
        if link.missing_openings(statement):
            link.asks.openings[statement.id] = 0


def _link(
    me: bytes,
    ledger: Ledger,
    histories: MutableMapping[bytes, KeyHistory],
    *,
    author: Author | None,
    entropy: Entropy,
    secrets: Secrets,
    keys: PeerKeys,
    delivery: Delivery | None = None,
    floor: int = -1,
) -> Link:
    peer = _other(ledger, me)
    return Link(
        me=me,
        peer=peer,
        ledger=ledger,
        histories=histories,
        entropy=entropy,
        author=author,
        secrets=secrets,
        keys=keys,
        psk=psk_of(ledger.rel, secrets, opener=ledger.opener == me),
        confirmed=False,
        restoring=Restoring.NO,
        adopt=False,
        delivery=Delivery(ledger, peer) if delivery is None else delivery,
        window=ReplayWindow(floor),
        backoff=Backoff(entropy),
        openings={},
    )
