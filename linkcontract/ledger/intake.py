"""How statements come in: those whose past is here are placed, the others wait.

Spec: ledger, A1.5, A1.7, A1.8. Whatever order statements come in, the same ones end up held.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger.escrow import Escrow, says_erased
from linkcontract.ledger.past import Past
from linkcontract.model.bodies import RELEVANT_TYPES
from linkcontract.model.statement import Statement


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a statement handed to `Ledger.add`.

    Attributes:
        status: "held"; "completed" if only the body of a held one was new; "duplicate";
            "waiting" for `missing` or for bodies; "dropped" because its writer's escrow is full.
        released: what is held now and was not before, each after everything it saw.
        missing: statements to ask for: named, neither held nor waiting.
        bodies: waiting statements whose body is needed.
        dropped: waiting statements the escrow let go of (code ledger-escrow); ask again later.
        refused: waiting statements that turned out malformed, or were built on one, with the code.
    """

    status: Literal["held", "completed", "duplicate", "waiting", "dropped"]
    released: tuple[Statement, ...] = ()
    missing: tuple[bytes, ...] = ()
    bodies: tuple[bytes, ...] = ()
    dropped: tuple[bytes, ...] = ()
    refused: tuple[tuple[bytes, str], ...] = ()


Refused = tuple[tuple[bytes, str], ...]
Released = tuple[tuple[Statement, ...], Refused]


class Intake:
    """The way into a ledger.

    Args:
        past: what is held.
        escrow: what waits.
        place: hold a statement whose past is held, or raise RemoteProtocolError if it is malformed.
    """

    def __init__(self, past: Past, escrow: Escrow, place: Callable[[Statement], None]) -> None:
        self.past = past
        self.escrow = escrow
        self._place = place

    def take(self, statement: Statement) -> Added:
        """Hold a statement that is not held yet, or let it wait.

        Raises:
            RemoteProtocolError: as `place`; what waited for it is dropped.
        """
        waiting = self.escrow.get(statement.id)
        if waiting is not None and (has_body(waiting) or not has_body(statement)):
            return Added("duplicate")
        if not self._ready(statement):
            return self._wait(statement)
        try:
            self._place(statement)
        except RemoteProtocolError:
            self.escrow.remove(statement.id)
            self._refuse_followers(statement.id)
            raise
        released, refused = self._release(statement)
        return Added("held", released=(statement, *released), refused=refused)

    def missing(self) -> tuple[bytes, ...]:
        """What waiting statements name and nobody has brought, sorted."""
        named = {name for statement in self.escrow.waiting() for name in self._named(statement)}
        return tuple(sorted(name for name in named if not self._known(name)))

    def _named(self, statement: Statement) -> tuple[bytes, ...]:
        prev = () if statement.prev is None else (statement.prev,)
        return prev + tuple(head.id for head in statement.seen)

    def _known(self, statement_id: bytes) -> bool:
        return statement_id in self.past.by_id or statement_id in self.escrow

    def _ready(self, statement: Statement) -> bool:
        if not all(name in self.past.by_id for name in self._named(statement)):
            return False
        return not self._lacks_body(statement)

    def _lacks_body(self, statement: Statement) -> bool:
        """Spec: ledger, A1.8: a header alone is received only if its body was erased,
        and never one the fold reads."""
        if has_body(statement):
            return False
        if statement.type in RELEVANT_TYPES:
            return True
        erasing = self.past.erasing(statement.id)
        if any(says_erased(erased.statement, statement.id) for erased in erasing):
            return False
        return not self.escrow.erasure_of(statement.id)

    def _wait(self, statement: Statement) -> Added:
        awaits = [name for name in self._named(statement) if name not in self.past.by_id]
        if self._lacks_body(statement):
            awaits.append(statement.id)
        dropped = self.escrow.put(statement, awaits)
        released: tuple[Statement, ...] = ()
        refused: Refused = ()
        if statement.type == "erased" and statement.body is not None:
            released, refused = self._release_named(statement.body["ref"])
        if statement.id in self.past.by_id:
            return Added("held", released=released, refused=refused)
        return Added(
            "waiting" if statement.id in self.escrow else "dropped",
            released=released,
            missing=tuple(sorted(name for name in awaits if not self._known(name))),
            bodies=(statement.id,) if statement.id in awaits else (),
            dropped=tuple(each.id for each in dropped),
            refused=refused,
        )

    def _release_named(self, statement_id: bytes) -> Released:
        """Look again at one waiting statement, and at what its being held releases."""
        waiting = self.escrow.get(statement_id)
        if waiting is None or not self._ready(waiting):
            return (), ()
        return self._release_from(deque([waiting]))

    def _release(self, statement: Statement) -> Released:
        """Hold whatever waited for a statement that is held now."""
        self.escrow.remove(statement.id)
        return self._release_from(deque(self._candidates(statement)))

    def _candidates(self, statement: Statement) -> list[Statement]:
        waiting = list(self.escrow.awaiting(statement.id))
        if statement.type == "erased" and statement.body is not None:
            bare = self.escrow.get(statement.body["ref"])
            waiting += [] if bare is None else [bare]
        return waiting

    def _release_from(self, queue: deque[Statement]) -> Released:
        released: list[Statement] = []
        refused: list[tuple[bytes, str]] = []
        while queue:
            statement = queue.popleft()
            if statement.id not in self.escrow or not self._ready(statement):
                continue
            try:
                self._place(statement)
            except RemoteProtocolError as error:
                self.escrow.remove(statement.id)
                refused.append((statement.id, error.code))
                refused += self._refuse_followers(statement.id)
                continue
            released.append(statement)
            queue.extend(self._candidates(statement))
            self.escrow.remove(statement.id)
        return tuple(released), tuple(refused)

    def _refuse_followers(self, statement_id: bytes) -> list[tuple[bytes, str]]:
        """Spec: ledger, A1.7: what is built on a malformed statement never exists either."""
        refused: list[tuple[bytes, str]] = []
        queue = deque(self.escrow.awaiting(statement_id))
        while queue:
            follower = queue.popleft()
            if follower.id == statement_id or follower.id not in self.escrow:
                continue
            queue.extend(self.escrow.awaiting(follower.id))
            self.escrow.remove(follower.id)
            refused.append((follower.id, "ledger-refused"))
        return refused


def has_body(statement: Statement) -> bool:
    """Whether a statement came with its body, readable or not."""
    return statement.body is not None or statement.body_fault is not None
