"""What a restored node tells its owner, and what it remembers of why it was restored."""

from typing import Final

from linkcontract.driver.restoring import wait_for_answers as wait_for_answers
from linkcontract.store.port import Store

COMPROMISED: Final = (b"compromised",)
"""Row of the space "meta": the backup was restored because somebody else has the keys."""

SENTENCE: Final = (
    "This data was restored, or its machine marker is missing: the node asks its peers what they "
    "hold of it and signs nothing until `rotate` was run."
)
PARTING: Final = (
    "Not every peer has answered. To rotate without its answer may part the key history of that "
    "relationship, which then takes withdrawals only. And where the disk was put back to an older "
    "state and the only peer lies about what it holds, nobody can notice."
)


async def is_compromised(store: Store) -> bool:
    """Whether what peers return of our own is not to be taken back."""
    return bool(await store.scan("meta", COMPROMISED))
