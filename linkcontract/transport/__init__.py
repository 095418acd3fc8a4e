"""How messages get from node to node: a small port, its rules for addresses, a twin in memory."""

from linkcontract.transport.addresses import Address, AddressRules, is_global, parse_address
from linkcontract.transport.memory import Fate, MemoryHub, MemoryTransport, Passage
from linkcontract.transport.port import (
    PERMANENT,
    Answer,
    Handler,
    Listener,
    Outcome,
    Transport,
    check_token,
)

__all__ = [
    "PERMANENT",
    "Address",
    "AddressRules",
    "Answer",
    "Fate",
    "Handler",
    "Listener",
    "MemoryHub",
    "MemoryTransport",
    "Outcome",
    "Passage",
    "Transport",
    "check_token",
    "is_global",
    "parse_address",
]
