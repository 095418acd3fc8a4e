"""Naming a relationship, a thread or an agreement on the command line.

A selector is a label, a whole id, or the first characters of an id as `status` shows them (without
the "bafyrei" that all ids share, or with it). It has to fit exactly one thing; a label that fits
exactly comes before ids that begin like it.
"""

from collections.abc import Mapping
from typing import Final

from linkcontract.encoding import cid_text
from linkcontract.errors import NodeError
from linkcontract.node.output import cell, short

_COMMON: Final = "bafyrei"
LEAST: Final = 4
"""Fewest characters of an id: fewer fit by accident."""
_SHOWN: Final = 5


def select(selector: str, things: Mapping[bytes, str | None], where: str) -> bytes:
    """The id of the one thing a selector names.

    Args:
        selector: as typed.
        things: id (36 bytes) -> label, None for things without one.
        where: what is being named ("relationship"), for the error.

    Raises:
        NodeError: selector-none, selector-many; the hint lists what fits, or what there is.
    """
    named = [each for each, label in things.items() if label is not None and label == selector]
    if not named:
        start = selector.lower().removeprefix(_COMMON)
        if len(start) >= LEAST:
            named = [
                each for each in things if cid_text(each).removeprefix(_COMMON).startswith(start)
            ]
    if len(named) == 1:
        return named[0]
    code = "selector-many" if named else "selector-none"
    raise NodeError(code, where, _listing(named or list(things), things))


def _listing(ids: list[bytes], things: Mapping[bytes, str | None]) -> str:
    if not ids:
        return "there is none yet"
    shown = [
        short(each) if things[each] is None else f"{cell(things[each])} ({short(each)})"
        for each in ids[:_SHOWN]
    ]
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return f"choose from: {', '.join(shown)}{more}"
