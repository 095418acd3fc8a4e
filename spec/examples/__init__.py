"""Worked examples of the pages: see `registry`."""

import sys
from pathlib import Path

_VECTORS = str(Path(__file__).resolve().parents[1] / "vectors")
if _VECTORS not in sys.path:
    # before anything else called `build` that may be on the path
    sys.path.insert(0, _VECTORS)
