"""The one place that signs statements, and everything it refuses to sign.

What an honest writer never says is refused here, before a signature exists: a statement that would
be malformed or void, anything before the rotate a restored node owes, a grant under a clock that
went back (spec: ledger, K3 to K5).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import MAX_SKEW, SECOND
from linkcontract.model.bodies import DENIALS, STATEMENT_TYPES
from linkcontract.model.party import DIRECTED, KeyHistory
from linkcontract.model.statement import Head, Statement, write_statement


class Place(Protocol):
    """Where a writer's next statement stands: `Ledger.next_header` gives one."""

    @property
    def seq(self) -> int: ...
    @property
    def prev(self) -> bytes | None: ...
    @property
    def seen(self) -> tuple[Head, ...]: ...
    @property
    def not_before(self) -> int: ...


class Shelf(Protocol):
    """What an author needs of a ledger."""

    @property
    def rel(self) -> bytes: ...
    @property
    def joiner(self) -> bytes: ...
    def get(self, statement_id: bytes) -> Statement | None: ...
    def feed(self, writer: bytes) -> tuple[Statement, ...]: ...
    def heads(self) -> tuple[Head, ...]: ...
    def next_header(
        self, writer: bytes, exclude: Collection[bytes] = (), *, ks: bytes | None = None
    ) -> Place: ...
    def preview(self, statement: Statement) -> str | None: ...
    def would_breach(self, statement: Statement) -> bool: ...


def stamp(kind: str, now: int) -> int:
    """The time a party writes down, Unix ms.

    A directed party's times are rounded down to a second, so that the clock does not link a
    person's parties to each other (spec: threats, T29).

    Args:
        kind: of the party's inception.
        now: Unix ms.
    """
    return now - now % SECOND if kind == DIRECTED else now


def is_parted(history: KeyHistory) -> bool:
    """Whether two events of a history stand at one position (spec: ledger, K5)."""
    return len(history.heads) > 1


@dataclass(frozen=True, slots=True)
class Author:
    """A party that can sign in its own feed.

    Attributes:
        history: the party's own key history.
        key: the key of one of its heads.
        ks: the key event that holds `key`. Found if it is not given; where a history has parted
            two heads can hold one key, since both announced it.

    Raises:
        LocalProtocolError: `author-key` if no head of the history holds this key, or `ks` does not.
    """

    history: KeyHistory
    key: SigningKey
    ks: bytes = b""

    def __post_init__(self) -> None:
        heads = [
            head
            for head in self.history.heads
            if self.history.key_of(head) == self.key.public and self.ks in (b"", head)
        ]
        if not heads:
            raise LocalProtocolError("author-key")
        object.__setattr__(self, "ks", heads[0])

    @property
    def party(self) -> bytes:
        """The writer."""
        return self.history.party

    @property
    def kind(self) -> str:
        """ "directed" or "public"."""
        return self.history.kind

    def must_rotate(self, ledger: Shelf) -> bool:
        """Whether the first statement under the current key is still owed (spec: ledger, A2)."""
        place = self._place(ledger)
        last = None if place.prev is None else ledger.get(place.prev)
        return last is not None and last.ks != self.ks

    def write(
        self,
        ledger: Shelf,
        type: str,
        body: Mapping[str, Any],
        *,
        now: int,
        salt: bytes,
        rotate_first: bool = False,
        exclude: Collection[bytes] = (),
    ) -> Statement:
        """Sign the next statement of this writer. It is not added to the ledger.

        Args:
            ledger: the relationship.
            type: a statement type other than open and join.
            body: fields and values of its schema.
            now: Unix ms; `at` is this or the last own `at`, whichever is later.
            salt: 32 random bytes.
            rotate_first: this writer was restored and signs nothing but `rotate`.
            exclude: held statements to leave out of `seen`, with what builds on them (K3).

        Raises:
            LocalProtocolError: `author-type`, `author-key`, `author-rotate-first`,
                `author-rotate`, `author-parted`, `author-clock`, `author-before-join`,
                `author-void` (with the reason code as place), `author-breach` (a use or share its
                own past does not permit); field-… and cbor-… for a body that fails its schema.
        """
        if type not in STATEMENT_TYPES or type in ("open", "join"):
            raise LocalProtocolError("author-type", type)
        place = self._place(ledger, exclude)
        self._check_key(ledger, type, place, rotate_first)
        self._check_denials_only(type, now, place)
        self._check_before_join(ledger, type, body)
        statement = write_statement(
            self.key,
            type=type,
            rel=ledger.rel,
            writer=self.party,
            seq=place.seq,
            prev=place.prev,
            seen=place.seen,
            at=max(stamp(self.kind, now), place.not_before),
            ks=self.ks,
            body=body,
            salt=salt,
        )
        reason = ledger.preview(statement)
        if reason is not None:
            raise LocalProtocolError("author-void", reason)
        if ledger.would_breach(statement):
            raise LocalProtocolError("author-breach", type)
        return statement

    def _place(self, ledger: Shelf, exclude: Collection[bytes] = ()) -> Place:
        return ledger.next_header(self.party, exclude, ks=self.ks)

    def _check_key(self, ledger: Shelf, type: str, place: Place, rotate_first: bool) -> None:
        last = None if place.prev is None else ledger.get(place.prev)
        if last is None:  # a lead's feed begins with open or join, and those are written elsewhere
            raise LocalProtocolError("author-before-join", type)
        if last.ks == self.ks:
            if rotate_first:
                raise LocalProtocolError("author-rotate-first", type)
            if type == "rotate":
                raise LocalProtocolError("author-rotate")
            return
        if not self.history.descends(self.ks, last.ks):
            raise LocalProtocolError("author-key")
        if type != "rotate":
            raise LocalProtocolError("author-rotate-first", type)

    def _check_denials_only(self, type: str, now: int, place: Place) -> None:
        # A rotate is let through: it may be what a denial under the new key has to wait for.
        if type in DENIALS or type == "rotate":
            return
        if is_parted(self.history):
            raise LocalProtocolError("author-parted", type)
        if place.not_before - now > MAX_SKEW:
            raise LocalProtocolError("author-clock", type)

    def _check_before_join(self, ledger: Shelf, type: str, body: Mapping[str, Any]) -> None:
        if ledger.feed(ledger.joiner):
            return
        own = ledger.feed(self.party)
        offers = [statement.id for statement in own if statement.type == "propose"]
        allowed = {
            "propose": not offers,
            "retract": body.get("ref") in offers,
            "rotate": True,
        }
        if not allowed.get(type, False):
            raise LocalProtocolError("author-before-join", type)
