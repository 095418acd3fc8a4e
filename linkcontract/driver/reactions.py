"""What a node says of its own accord when something happened, decided by rules given to the driver.

A reaction looks at the events of one call and answers with acts; they are signed in the same
transaction that keeps the events, so nobody is left with one and without the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from linkcontract.errors import LocalProtocolError
from linkcontract.protocol import Content, Session
from linkcontract.protocol.events import Event, OpeningRefused, OpeningsHeld, StatementsWritten


@dataclass(frozen=True, slots=True)
class Say:
    """Sign a statement.

    Attributes:
        type, body: as `Session.write`.
        contents: what it commits to.
    """

    type: str
    body: Mapping[str, Any]
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete openings and sign `erased`; see `erasure.plan`."""

    ref: bytes
    scope: str
    backups_until: int | None = None
    exceptions: tuple[Mapping[str, str], ...] = ()


Act: TypeAlias = Say | Erase


class Reaction(Protocol):
    """A rule for what to say."""

    def __call__(self, session: Session, events: Sequence[Event], now: int) -> Iterable[Act]:
        """The acts that follow from what happened.

        Args:
            session: the relationship, to look at, not to change.
            events: of one call.
            now: Unix ms.
        """
        ...


def receipts(session: Session, events: Sequence[Event], now: int) -> Iterable[Act]:  # noqa: ARG001 - a Reaction is told the time
    """Sign for every share whose openings arrived: a receipt if all match, a dispute if one does
    not."""
    for event in events:
        if isinstance(event, OpeningsHeld) and event.complete and not _answered(session, event):
            yield Say("receipt", {"ref": event.share, "openings_ok": True})
    for share in dict.fromkeys(
        event.share for event in events if isinstance(event, OpeningRefused)
    ):
        yield Say("dispute", {"ref": share, "code": "opening-mismatch", "evidence": [share]})


def say(session: Session, act: Say, now: int) -> tuple[list[Event], LocalProtocolError | None]:
    """Sign an act; if it is refused, still give what had to be signed before it."""
    first = session.ledger.next_header(session.me).seq
    try:
        return [session.write(act.type, act.body, now, act.contents)], None
    except LocalProtocolError as error:
        before = tuple(own for own in session.ledger.feed(session.me) if own.seq >= first)
        return ([StatementsWritten(before)] if before else []), error


def _answered(session: Session, event: OpeningsHeld) -> bool:
    return any(
        own.type == "receipt" and own.body is not None and own.body["ref"] == event.share
        for own in session.ledger.feed(session.me)
    )
