"""Every deliberately wrong implementation."""

import bytes_and_keys
import parties_and_frames
import rules_and_proofs
from patching import Wrong

WRONG: tuple[Wrong, ...] = (
    *bytes_and_keys.ALL,
    *parties_and_frames.ALL,
    *rules_and_proofs.ALL,
)


def find(name: str) -> Wrong:
    """The wrong implementation of this name."""
    (found,) = [each for each in WRONG if each.name == name]
    return found
