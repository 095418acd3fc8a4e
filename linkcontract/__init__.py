"""Signed, two-sided consent between a person and the organisations they deal with.

The names below are the library's public face. Each is loaded from its package when it is first
used, so that importing `linkcontract` costs next to nothing whatever a program then uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

__version__: Final = "0.1.0"

if TYPE_CHECKING:
    from linkcontract.driver import Engine as Engine
    from linkcontract.driver import Settings as Settings
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
    from linkcontract.ledger import ThreadPhase as ThreadPhase
    from linkcontract.ledger import permitted as permitted
    from linkcontract.model.acts import accept as accept
    from linkcontract.model.acts import propose as propose
    from linkcontract.model.acts import refuse as refuse
    from linkcontract.model.acts import retract as retract
    from linkcontract.model.acts import revoke as revoke
    from linkcontract.model.acts import share as share
    from linkcontract.model.acts import suspend as suspend
    from linkcontract.model.acts import terminate as terminate
    from linkcontract.model.acts import use as use
    from linkcontract.model.card import open_invitation as open_invitation
    from linkcontract.model.roster import SERVICE_DELIVERY as SERVICE_DELIVERY
    from linkcontract.model.roster import agreement as agreement
    from linkcontract.model.roster import roster as roster
    from linkcontract.model.rules import Rule as Rule
    from linkcontract.model.terms import Terms as Terms
    from linkcontract.policy import Decision as Decision
    from linkcontract.policy import Request as Request
    from linkcontract.policy import decide as decide
    from linkcontract.protocol import Content as Content
    from linkcontract.store import MemoryStore as MemoryStore
    from linkcontract.store import SqliteStore as SqliteStore
    from linkcontract.store import Store as Store
    from linkcontract.transport import MemoryHub as MemoryHub
    from linkcontract.transport import Transport as Transport

# Public name: the package it comes from. A test holds this table, the imports above (which type
# checkers read) and `__all__` equal.
_HOMES: Final = {
    "Content": "linkcontract.protocol",
    "Decision": "linkcontract.policy",
    "Engine": "linkcontract.driver",
    "LinkContractError": "linkcontract.errors",
    "LocalProtocolError": "linkcontract.errors",
    "MemoryHub": "linkcontract.transport",
    "MemoryStore": "linkcontract.store",
    "RemoteProtocolError": "linkcontract.errors",
    "Request": "linkcontract.policy",
    "Rule": "linkcontract.model.rules",
    "SERVICE_DELIVERY": "linkcontract.model.roster",
    "Settings": "linkcontract.driver",
    "SqliteStore": "linkcontract.store",
    "Store": "linkcontract.store",
    "StoreError": "linkcontract.errors",
    "Terms": "linkcontract.model.terms",
    "ThreadPhase": "linkcontract.ledger",
    "Transport": "linkcontract.transport",
    "TransportError": "linkcontract.errors",
    "accept": "linkcontract.model.acts",
    "agreement": "linkcontract.model.roster",
    "cid_from_text": "linkcontract.encoding",
    "cid_of": "linkcontract.encoding",
    "cid_text": "linkcontract.encoding",
    "decide": "linkcontract.policy",
    "decode": "linkcontract.encoding",
    "did_key_parse": "linkcontract.encoding",
    "did_key_text": "linkcontract.encoding",
    "encode": "linkcontract.encoding",
    "open_invitation": "linkcontract.model.card",
    "permitted": "linkcontract.ledger",
    "propose": "linkcontract.model.acts",
    "refuse": "linkcontract.model.acts",
    "retract": "linkcontract.model.acts",
    "revoke": "linkcontract.model.acts",
    "roster": "linkcontract.model.roster",
    "share": "linkcontract.model.acts",
    "suspend": "linkcontract.model.acts",
    "terminate": "linkcontract.model.acts",
    "use": "linkcontract.model.acts",
}

__all__ = [
    "SERVICE_DELIVERY",
    "Content",
    "Decision",
    "Engine",
    "LinkContractError",
    "LocalProtocolError",
    "MemoryHub",
    "MemoryStore",
    "RemoteProtocolError",
    "Request",
    "Rule",
    "Settings",
    "SqliteStore",
    "Store",
    "StoreError",
    "Terms",
    "ThreadPhase",
    "Transport",
    "TransportError",
    "__version__",
    "accept",
    "agreement",
    "cid_from_text",
    "cid_of",
    "cid_text",
    "decide",
    "decode",
    "did_key_parse",
    "did_key_text",
    "encode",
    "open_invitation",
    "permitted",
    "propose",
    "refuse",
    "retract",
    "revoke",
    "roster",
    "share",
    "suspend",
    "terminate",
    "use",
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
