"""An opener and a joiner, and what they say to each other."""

from typing import Any, Final

from build.world import (
    HOUR,
    MINUTE,
    T0,
    Event,
    Party,
    Statement,
    histories,
    join_body,
    open_body,
    seed,
    write,
)

NOW: Final = T0 + HOUR


class Pair:
    """An opener and a joiner, and what they say to each other."""

    def __init__(self, opener: Party, joiner: Party) -> None:
        self.opener, self.joiner = opener, joiner

    def open(
        self,
        *,
        header: dict[str, Any] | None = None,
        writer: Party | None = None,
        event: Event | None = None,
        type_: str = "open",
        **body: Any,
    ) -> Statement:
        """The open with fields of its body or header replaced."""
        fields = {"at": T0, **(header or {})}
        content = open_body(self.opener, self.joiner, **body)
        return write("open", writer or self.opener, type_, content, event=event, **fields)

    def join(
        self,
        answered: Statement,
        *,
        header: dict[str, Any] | None = None,
        writer: Party | None = None,
        event: Event | None = None,
        type_: str = "join",
        data: bytes | None = None,
        **body: Any,
    ) -> Statement:
        """The join to an open with fields of its body or header replaced."""
        fields = {"at": T0 + MINUTE, "rel": answered.id, "seen": [answered], **(header or {})}
        content = join_body(self.opener, self.joiner, **body)
        joiner = writer or self.joiner
        return write("join", joiner, type_, content, event=event, data=data, **fields)

    def asked(self, statement: Statement, *, body: bool = True, **more: Any) -> dict[str, Any]:
        """The input of `open`."""
        return {
            "histories": histories(self.opener, self.joiner, *more.pop("others", ())),
            "opener": self.opener.name,
            "joiner": self.joiner.name,
            "open": statement.to_json(body),
            "now": NOW,
            "cards": [],
            "secrets": [seed(f"{self.joiner.name} invitation")]
            if self.joiner.kind == "directed"
            else [],
            **more,
        }

    def answered(
        self, statement: Statement, join: Statement, *, body: bool = True, others: Any = ()
    ) -> dict[str, Any]:
        """The input of `join`."""
        return {
            "histories": histories(self.opener, self.joiner, *others),
            "opener": self.opener.name,
            "joiner": self.joiner.name,
            "open": statement.to_json(),
            "join": join.to_json(body),
        }
