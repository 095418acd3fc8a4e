"""What a file lacks: statements that others name, or that its exporter is shown to have held.

An honest file is closed: whoever holds a statement holds everything it names, directly or over
others. So whatever is behind a statement in the file, or behind one its exporter signed, belongs in
the file as well; what the exporter signed after it made the file does not.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from linkcontract.audit.copies import Copy
from linkcontract.limits import SECOND
from linkcontract.model.statement import Statement

ROUNDING: Final = SECOND
"""A directed party rounds its times down to a second: until then a statement may be the later."""


def links(statement: Statement) -> list[bytes]:
    """Everything a statement names directly: the one before it, and what it had newly seen."""
    before = [] if statement.prev is None else [statement.prev]
    return before + [head.id for head in statement.seen]


def is_later(copy: Copy, statement: Statement) -> bool:
    """Whether the exporter of a file signed a statement, by its own clock, after it made the file.

    The date of a file is its exporter's word. Dating a file back hides nothing: the report says
    how many statements its exporter signed later.
    """
    return (
        statement.writer == copy.exporter
        and statement.id not in copy.statements
        and statement.at > copy.at - ROUNDING
    )


def omitted(copy: Copy, statements: Mapping[bytes, Statement]) -> dict[bytes, bytes]:
    """What the exporter of a file is shown to have held and the file lacks.

    Args:
        copy: the file.
        statements: of all files.

    Returns:
        Id of the missing statement -> id of a statement that shows that it was held.
    """
    found: dict[bytes, bytes] = {}
    behind: list[Statement] = []
    for each in statements.values():
        if each.id in copy.statements:
            behind.append(each)
        elif each.writer == copy.exporter and not is_later(copy, each):
            found[each.id] = each.id
            behind.append(each)
    reached = {each.id for each in behind}
    while behind:
        shows = behind.pop()
        for name in links(shows):
            if name not in copy.statements:
                found.setdefault(name, shows.id)
            if name not in reached and name in statements:
                reached.add(name)
                behind.append(statements[name])
    return found


def built_on(refused: Iterable[bytes], statements: Mapping[bytes, Statement]) -> list[Statement]:
    """What names a refused statement, directly or over others: none of it exists (ledger, A1.7)."""
    namers: dict[bytes, list[Statement]] = {}
    for each in statements.values():
        for name in links(each):
            namers.setdefault(name, []).append(each)
    reached = set(refused)
    queue = list(reached)
    found: list[Statement] = []
    while queue:
        for each in namers.get(queue.pop(), ()):
            if each.id not in reached:
                reached.add(each.id)
                queue.append(each.id)
                found.append(each)
    return found


def gaps(statements: Mapping[bytes, Statement], rel: bytes) -> dict[bytes, bytes | None]:
    """Statements that are named and in no file -> who names it; None for the opening itself."""
    found: dict[bytes, bytes | None] = {} if rel in statements else {rel: None}
    for each in statements.values():
        for name in links(each):
            if name not in statements:
                namer = found.get(name)
                found[name] = each.id if namer is None else min(namer, each.id)
    return found
