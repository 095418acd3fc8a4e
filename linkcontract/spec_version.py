"""Which version of the specification this program implements.

The pages of the folder `spec` say the same of themselves; a test compares them. How a version
changes is in spec/README.md, Versions.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SPEC_VERSION: Final = "0.1.0"
"""The version of the specification as a whole."""

PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "README": "0.1.0",
        "conformance/CLI": "0.1.0",
        "contracts": "0.1.0",
        "data": "0.1.0",
        "encoding": "0.1.0",
        "envelope": "0.1.0",
        "errors": "0.1.0",
        "findings": "0.1.0",
        "ledger": "0.1.0",
        "limits": "0.1.0",
        "log": "0.1.0",
        "parties": "0.1.0",
        "permissions": "0.1.0",
        "privacy": "0.1.0",
        "session": "0.1.0",
        "statements": "0.1.0",
        "threats": "0.1.0",
        "transports": "0.1.0",
    }
)
"""The version of each page, by its path in `spec` without the ending."""
