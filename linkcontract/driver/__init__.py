"""The async driver: sessions, a store and transports made into a node's engine."""

from linkcontract.driver.engine import Engine as Engine
from linkcontract.driver.reactions import Erase as Erase
from linkcontract.driver.reactions import Reaction as Reaction
from linkcontract.driver.reactions import Say as Say
from linkcontract.driver.reactions import receipts as receipts
from linkcontract.driver.rows import RelationshipRow as RelationshipRow
from linkcontract.driver.settings import Settings as Settings
from linkcontract.driver.vault import SealedVault as SealedVault
from linkcontract.driver.vault import Vault as Vault

__all__ = [
    "Engine",
    "Erase",
    "Reaction",
    "RelationshipRow",
    "Say",
    "SealedVault",
    "Settings",
    "Vault",
    "receipts",
]
