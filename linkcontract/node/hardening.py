"""What the process does so that secrets in its memory stay there.

Python cannot wipe memory, so what remains is to keep it out of core files, away from debuggers of
the same user, and new files away from other users. Swap is not covered: use an encrypted one.
"""

import ctypes
import os
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4  # <linux/prctl.h>
PRIVATE_UMASK: Final = 0o077


def harden() -> tuple[str, ...]:
    """Forbid core files and attaching debuggers, and create files for this user alone.

    Call once at the start of the process, before any secret is read.

    Returns:
        One sentence for each measure this system did not grant; empty if all hold.
    """
    os.umask(PRIVATE_UMASK)
    missing = []
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        missing.append("core files could not be forbidden (RLIMIT_CORE)")
    if not _forbid_dumping():
        missing.append("other processes of this user may read the memory (PR_SET_DUMPABLE)")
    return tuple(missing)


def _forbid_dumping() -> bool:
    """PR_SET_DUMPABLE 0: no ptrace by the same user, /proc/self/mem belongs to root."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False
