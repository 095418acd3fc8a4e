"""Filling frames: how much room an item takes, and when the next frame has to begin."""

from collections.abc import Iterable, Sequence
from typing import Final

from linkcontract.limits import MAX_FRAME, MAX_FRAME_ITEMS
from linkcontract.model.frame import (
    FRAME_OVERHEAD,
    BodyItem,
    HeadsItem,
    Item,
    KeyEventItem,
    OpeningItem,
    StatementItem,
)

_FRAME_FIELDS: Final = 256
"""What to, from, rel, n, at, the keys and the array head take together, and some room."""

_SMALL_ITEM: Final = 160
"""More than a want, prekey, psk, ping or pong takes."""

_HEAD: Final = 96
"""More than one [writer, seq, id] takes."""

_ARRAY: Final = 32
"""More than the heads and the kind of an item with one long byte string take."""

_OPENING: Final = 160
"""What an opening takes besides path and value: share, index, two salts, their heads."""

ROOM: Final = MAX_FRAME - FRAME_OVERHEAD - _FRAME_FIELDS
"""What the items of the largest frame may weigh together."""


def room_of(bucket: int) -> int:
    """What the items of a frame of this padded size may weigh together."""
    return bucket - FRAME_OVERHEAD - _FRAME_FIELDS


def weight(item: Item) -> int:
    """An upper bound of the bytes an item takes in an encoded frame."""
    match item:
        case StatementItem(envelope) | KeyEventItem(envelope):
            return len(envelope) + _ARRAY
        case BodyItem(record):
            return len(record.salt) + len(record.data) + _ARRAY
        case OpeningItem(opening):
            return len(opening.path) + len(opening.value) + _OPENING
        case HeadsItem(heads):
            return len(heads) * _HEAD + _ARRAY
        case _:
            return _SMALL_ITEM


class Filling:
    """A frame being filled.

    Args:
        room: what its items may weigh together.
        control: what goes into it first and always fits.

    Attributes:
        items: in order.
        told: key events and statements the frame holds, by id, for what need not be said twice.
    """

    __slots__ = ("_room", "items", "told")

    def __init__(self, room: int, control: Iterable[Item] = ()) -> None:
        self.items: list[Item] = list(control)
        self.told: set[bytes] = set()
        self._room = room - sum(weight(item) for item in self.items)

    def fits(self, items: Sequence[Item]) -> bool:
        """Whether all of them still fit."""
        needed = sum(weight(item) for item in items)
        return needed <= self._room and len(self.items) + len(items) <= MAX_FRAME_ITEMS

    def add(self, items: Sequence[Item]) -> bool:
        """Add all of them, or none and False if they do not fit."""
        if not self.fits(items):
            return False
        self._room -= sum(weight(item) for item in items)
        self.items.extend(items)
        return True
