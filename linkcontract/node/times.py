"""Times as they are typed: `30d`, `12h`, `2026-12-31`, `2026-12-31T18:00Z`."""

import re
from datetime import UTC, datetime
from typing import Final

from linkcontract.errors import NodeError
from linkcontract.limits import DAY, HOUR, MINUTE
from linkcontract.model.card import LAST_DATE

_SPAN: Final = re.compile(r"([1-9][0-9]{0,5})([dhm])", re.ASCII)
_UNITS: Final = {"d": DAY, "h": HOUR, "m": MINUTE}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z)?", re.ASCII)
_HINT: Final = "as 30d, 12h, 45m, 2026-12-31 or 2026-12-31T18:00Z"


def span(text: str, where: str) -> int:
    """A length of time in milliseconds.

    Args:
        text: a number with d, h or m, such as "30d".
        where: the option, for the error.

    Raises:
        NodeError: time-form.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise NodeError("time-form", where, "as 30d, 12h or 45m")
    return int(match[1]) * _UNITS[match[2]]


def point(text: str, where: str, *, now: int) -> int:
    """A moment in Unix milliseconds: a length of time from now on, or a date in UTC.

    Args:
        text: as typed; a date without a time is its first moment.
        where: the option, for the error.
        now: Unix milliseconds.

    Raises:
        NodeError: time-form; also for a moment that lies before 1970 or behind the year 9999.
    """
    if _SPAN.fullmatch(text):
        moment = now + span(text, where)
    elif _DATE.fullmatch(text):
        try:
            moment = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
        except ValueError:
            raise NodeError("time-form", where, _HINT) from None
    else:
        raise NodeError("time-form", where, _HINT)
    if not 0 <= moment <= LAST_DATE:
        raise NodeError("time-form", where, "a moment from 1970 to the year 9999")
    return moment
