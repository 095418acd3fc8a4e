"""`python -m linkcontract.node`."""

import sys

from linkcontract.node.cli import main

if __name__ == "__main__":
    sys.exit(main())
