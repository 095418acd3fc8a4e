"""Which rules a request meets: actions, paths, purposes and recipients.

A request asks for everything its words include: an action and whatever is narrower, a path and
whatever is below it. So the two kinds of rules match differently. A permission matches if it
*covers* the request, the whole of it. A prohibition matches if it *touches* the request, any part
of it; what it says in words nobody knows, it says about everything.
"""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from linkcontract.model.rules import Rule
from linkcontract.model.vocabulary import exists, overlaps, subsumes

ANY_SEGMENT: Final = "*"
"""In the path of a rule, stands for exactly one segment, whatever it is."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks to do.

    Attributes:
        action: CURIE of a processing term, such as "dpv:Consult".
        path: the datum and everything below it, such as "vcard/email"; no segment is "*".
        purpose: CURIE of a purpose, such as "ieee-7012:ServiceDelivery".
        recipient: who gets the data: None for the second party itself, the CID of another party,
            or the CURIE of a kind of recipient, such as "dpv:ThirdParty".
    """

    action: str
    path: str
    purpose: str
    recipient: bytes | str | None = None


def is_concrete(path: str) -> bool:
    """Whether `path` names a place in somebody's data: no empty segment and no wildcard."""
    return all(segment not in ("", ANY_SEGMENT) for segment in path.split("/"))


def path_covers(pattern: str, path: str) -> bool:
    """Whether the path of a rule covers a concrete path: equal to it or above it, by segments."""
    for wanted, given in zip_longest(pattern.split("/"), path.split("/")):
        if wanted is None:
            return True
        if given is None or wanted not in (given, ANY_SEGMENT):
            return False
    return True


def path_touches(pattern: str, path: str) -> bool:
    """Whether the path of a rule covers a concrete path or anything below it."""
    pairs = zip(pattern.split("/"), path.split("/"), strict=False)
    return all(wanted in (given, ANY_SEGMENT) for wanted, given in pairs)


def permission_length(rule: Rule, request: Request) -> int:
    """Segments of the longest path with which a permission covers `request`; 0 if it does not.

    Conditions are not looked at.
    """
    if not permission_covers(rule, request):
        return 0
    return max(
        (path.count("/") + 1 for path in rule.paths if path_covers(path, request.path)), default=0
    )


def permission_covers(rule: Rule, request: Request) -> bool:
    """Whether a permission covers `request` in everything but its path."""
    return (
        any(subsumes(action, request.action) for action in rule.actions)
        and any(subsumes(purpose, request.purpose) for purpose in rule.purposes)
        and _recipient_covered(rule, request)
    )


def prohibition_length(rule: Rule, request: Request, counterparty: bytes | None) -> int:
    """Segments of the longest path with which a prohibition touches `request`; 0 if it does not.

    Conditions are not looked at. `counterparty` is the second party's CID if it is known.
    """
    matches = (
        any(_touches(action, request.action) for action in rule.actions)
        and (not rule.purposes or any(_touches(p, request.purpose) for p in rule.purposes))
        and _recipient_touched(rule, request, counterparty)
    )
    if not matches:
        return 0
    return max(
        (path.count("/") + 1 for path in rule.paths if path_touches(path, request.path)), default=0
    )


def prohibition_covers(rule: Rule, request: Request) -> bool:
    """Whether a prohibition names the whole of `request` in everything but its path."""
    return (
        any(subsumes(action, request.action) for action in rule.actions)
        and (not rule.purposes or any(subsumes(p, request.purpose) for p in rule.purposes))
        and _recipient_covered(rule, request)
    )


def _touches(prohibited: str, requested: str) -> bool:
    return not exists(prohibited) or overlaps(prohibited, requested)


def _recipient_covered(rule: Rule, request: Request) -> bool:
    recipient = request.recipient
    if not rule.recipients or recipient is None:
        return not rule.recipients and recipient is None
    if isinstance(recipient, bytes):
        return recipient in rule.recipients
    return any(isinstance(kind, str) and subsumes(kind, recipient) for kind in rule.recipients)


def _recipient_touched(rule: Rule, request: Request, counterparty: bytes | None) -> bool:
    recipient = request.recipient
    if not rule.recipients:
        return recipient is None
    for named in rule.recipients:
        if recipient is None:
            # A kind of recipient is a kind of others; a party may be the second party itself.
            if isinstance(named, bytes) and counterparty in (None, named):
                return True
        elif isinstance(named, bytes) and isinstance(recipient, bytes):
            if named == recipient:
                return True
        elif isinstance(named, str) and isinstance(recipient, str):
            if _touches(named, recipient):
                return True
        else:
            # whether that party is of that kind is not known here
            return True
    return False
