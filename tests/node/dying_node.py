"""The node's own program, in a process that kills itself with SIGKILL at a chosen write.

    python dying_node.py POINT <arguments of linkcontract.node>

Point 2n is before the n-th commit of the store, point 2n + 1 after it, before anybody hears of it;
-1 is never. Nothing else is different from `python -m linkcontract.node`.
"""

import os
import signal
import sys

from linkcontract.node.cli import main
from linkcontract.store.port import Change
from linkcontract.store.sqlite import SqliteStore

_commit = SqliteStore._commit
_points = 0


def _point(deadly: int) -> None:
    global _points
    here = _points
    _points += 1
    if here == deadly:
        os.kill(os.getpid(), signal.SIGKILL)


def arm(deadly: int) -> None:
    """Let the process die at a point."""

    async def commit(self: SqliteStore, changes: tuple[Change, ...]) -> None:
        _point(deadly)
        await _commit(self, changes)
        _point(deadly)

    SqliteStore._commit = commit  # type: ignore[method-assign]


if __name__ == "__main__":
    arm(int(sys.argv[1]))
    sys.exit(main(sys.argv[2:], os.environ, sys.stdout, sys.stderr))
