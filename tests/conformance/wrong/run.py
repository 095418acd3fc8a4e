"""A wrong implementation as an executable of its own.

python tests/conformance/wrong/run.py NAME     the door of the wrong implementation
python tests/conformance/wrong/run.py          the names
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from patching import applied
from table import WRONG, find

from linkcontract.conformance.__main__ import main

if __name__ == "__main__":
    if len(sys.argv) < 2:
        for each in WRONG:
            print(f"{each.name}  {each.spec}")
        sys.exit(0)
    with applied(find(sys.argv[1]).changes):
        sys.exit(main(sys.argv[2:]))
