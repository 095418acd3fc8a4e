"""Signed, two-sided consent between a person and the organisations they deal with.

The names below are the library's public face. Each is loaded from its package when it is first
used, so that importing `linkcontract` costs next to nothing whatever a program then uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

__version__: Final = "0.1.0"

if TYPE_CHECKING:
    from linkcontract.encoding import cid_from_text as cid_from_text
    from linkcontract.encoding import cid_of as cid_of
    from linkcontract.encoding import cid_text as cid_text
    from linkcontract.encoding import decode as decode
    from linkcontract.encoding import did_key_parse as did_key_parse
    from linkcontract.encoding import did_key_text as did_key_text
    from linkcontract.encoding import encode as encode
    from linkcontract.errors import LinkContractError as LinkContractError
    from linkcontract.errors import LocalProtocolError as LocalProtocolError
    from linkcontract.errors import RemoteProtocolError as RemoteProtocolError
    from linkcontract.errors import StoreError as StoreError
    from linkcontract.errors import TransportError as TransportError

# Public name: the package it comes from. A test holds this table, the imports above (which type
# checkers read) and `__all__` equal.
_HOMES: Final = {
    "LinkContractError": "linkcontract.errors",
    "LocalProtocolError": "linkcontract.errors",
    "RemoteProtocolError": "linkcontract.errors",
    "StoreError": "linkcontract.errors",
    "TransportError": "linkcontract.errors",
    "cid_from_text": "linkcontract.encoding",
    "cid_of": "linkcontract.encoding",
    "cid_text": "linkcontract.encoding",
    "decode": "linkcontract.encoding",
    "did_key_parse": "linkcontract.encoding",
    "did_key_text": "linkcontract.encoding",
    "encode": "linkcontract.encoding",
}

__all__ = [
    "LinkContractError",
    "LocalProtocolError",
    "RemoteProtocolError",
    "StoreError",
    "TransportError",
    "__version__",
    "cid_from_text",
    "cid_of",
    "cid_text",
    "decode",
    "did_key_parse",
    "did_key_text",
    "encode",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(home), name)
    globals()[name] = value  # the next use finds it without coming here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
