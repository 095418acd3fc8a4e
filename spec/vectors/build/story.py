"""Stories: a relationship in which writers continue their own chains and say what they saw."""

import copy
from collections.abc import Iterable
from typing import Any

from build.world import (
    MINUTE,
    T0,
    Event,
    Party,
    Statement,
    histories,
    join_body,
    open_body,
    terms_id,
    write,
)


class Feed:
    """A writer in a story: it continues its chain and names what it heard since its last statement.

    It is honest unless it is told otherwise: `copy.copy` of a feed is its twin, which goes on from
    the same place, and fields of a header can be replaced. `before` is its previous statement.
    """

    def __init__(self, story: "Story", party: Party) -> None:
        self.story, self.party = story, party
        self.before: Statement | None = None
        self.heard: dict[bytes, Statement] = {}
        self.named: dict[bytes, Statement] = {}

    def twin(self) -> "Feed":
        """The same writer once more, from here on."""
        twin = copy.copy(self)
        twin.heard, twin.named = dict(self.heard), dict(self.named)
        return twin

    def hear(self, *statements: Statement) -> "Feed":
        """Take in statements of others; the next own one names the newest of each writer."""
        for statement in statements:
            writer = statement.header["from"]
            held = self.heard.get(writer)
            if writer != self.party.id and (
                held is None or held.header["seq"] <= statement.header["seq"]
            ):
                self.heard[writer] = statement
        return self

    def write(
        self,
        label: str,
        type_: str,
        body: Any,
        *,
        seen: Iterable[Statement] | None = None,
        at: int | None = None,
        event: Event | None = None,
        **changes: Any,
    ) -> Statement:
        """Sign the next statement of this chain.

        Args:
            label: its label in the vector, used once in a story.
            seen: what it names, by default the newest heard of each writer not named before.
            at: its time, by default a minute after the last one of the story.
            event: the key event that signs.
            changes: as for `write` of the world, `data` among them.
        """
        if label in self.story.statements:
            raise ValueError(f"the label {label} is used already")
        if seen is None:
            seen = [
                each
                for writer, each in sorted(self.heard.items())
                if (held := self.named.get(writer)) is None or held.id != each.id
            ]
        entries = list(seen)
        self.named.update({each.header["from"]: each for each in entries})
        statement = write(
            label,
            self.party,
            type_,
            body,
            at=self.story.tick() if at is None else at,
            rel=self.story.open.id if self.story.statements else None,
            seq=0 if self.before is None else self.before.header["seq"] + 1,
            prev=None if self.before is None else self.before.id,
            seen=entries,
            event=event,
            **changes,
        )
        self.before = statement
        self.story.statements[label] = statement
        return statement

    def propose(self, label: str, terms: dict[str, Any], **changes: Any) -> Statement:
        """Offer terms, in a thread of their own unless `thread`, `base` or `answers` say else."""
        body = {
            "thread": None,
            "base": None,
            "answers": None,
            "terms": terms,
            "accept_by": T0 + 30 * 24 * 60 * MINUTE,
            "controller": None,
            **changes,
        }
        return self.write(label, "propose", body)

    def accept(self, label: str, proposal: Statement, **changes: Any) -> Statement:
        """Accept a proposal that was heard."""
        body = {
            "thread": proposal.body["thread"] or proposal.id,
            "ref": proposal.id,
            "terms": terms_id(proposal.body["terms"]),
            **changes,
        }
        return self.write(label, "accept", body)


class Story:
    """A relationship with everything said in it.

    Args:
        opener, joiner: its two parties.
        joined: whether the join is signed, labelled `join`, and both heard of it.
        opening: fields of the body of the open, labelled `open`.
    """

    def __init__(
        self, opener: Party, joiner: Party, *, joined: bool = True, **opening: Any
    ) -> None:
        self.parties = [opener, joiner]
        self.statements: dict[str, Statement] = {}
        self.now = T0
        self.opener, self.joiner = Feed(self, opener), Feed(self, joiner)
        self.open = self.opener.write("open", "open", open_body(opener, joiner, **opening))
        if joined:
            self.join = self.joiner.hear(self.open).write(
                "join", "join", join_body(opener, joiner, ext=self.open.body["ext"])
            )
            self.opener.hear(self.join)

    def tick(self, milliseconds: int = MINUTE) -> int:
        """Let time pass; the new time."""
        self.now += milliseconds
        return self.now

    def agent(self, party: Party) -> Feed:
        """A further writer; delegating to it is for the story to tell."""
        self.parties.append(party)
        return Feed(self, party)

    @property
    def rel(self) -> bytes:
        """The relationship: the CID of the open."""
        return self.open.id

    @property
    def histories(self) -> dict[str, list[bytes]]:
        """Label to history of every party."""
        return histories(*self.parties)

    def to_json(self, *labels: str) -> dict[str, Any]:
        """Label to statement, of all statements unless some are named."""
        chosen = labels or tuple(self.statements)
        return {label: self.statements[label].to_json() for label in chosen}
