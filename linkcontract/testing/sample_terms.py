"""Terms for tests and stories: when they run, what they are for, and what they permit."""

from typing import Final

from linkcontract.encoding import cid_of, encode
from linkcontract.limits import DAY
from linkcontract.model.rules import Rule
from linkcontract.model.terms import Terms

START: Final = 1_800_000_000_000
"""When every story begins, Unix milliseconds."""

UNTIL: Final = START + 365 * DAY
"""When the terms of a story run out unless it says otherwise."""

SERVICE: Final = "dpv:ServiceProvision"
MARKETING: Final = "dpv:Marketing"
RESEARCH: Final = "dpv:ResearchAndDevelopment"
USE: Final = "dpv:Use"


def terms(*purposes: str, until: int = UNTIL, start: int = START, path: str = "vcard") -> Terms:
    """Terms that permit using and collecting one path for these purposes (default: SERVICE)."""
    return Terms(
        agreement="STORY",
        text=cid_of(encode(["text of the story"])),
        permissions=(
            Rule(
                actions=("dpv:Use", "dpv:Collect"), paths=(path,), purposes=purposes or (SERVICE,)
            ),
        ),
        valid_from=start,
        until=until,
        law="DE",
        prevails="text",
    )
