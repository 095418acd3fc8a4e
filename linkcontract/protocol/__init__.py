"""The sans-I/O session between two nodes: bytes and times in, events and bytes out.

`start.begin`, `start.join` and `start.load` make a `Session`; `Door` is where strangers' opens
arrive. The order in which a driver persists and sends is in `session`.
"""

from linkcontract.protocol.author import Author as Author
from linkcontract.protocol.consumed import ConsumedOpens as ConsumedOpens
from linkcontract.protocol.door import Door as Door
from linkcontract.protocol.door import OpenArrived as OpenArrived
from linkcontract.protocol.door import OpenRepeated as OpenRepeated
from linkcontract.protocol.door import PendingOpen as PendingOpen
from linkcontract.protocol.link import Restoring as Restoring
from linkcontract.protocol.session import Session as Session
from linkcontract.protocol.snapshot import Snapshot as Snapshot
from linkcontract.protocol.start import begin as begin
from linkcontract.protocol.start import join as join
from linkcontract.protocol.start import load as load
from linkcontract.protocol.writing import Content as Content

__all__ = [
    "Author",
    "ConsumedOpens",
    "Content",
    "Door",
    "OpenArrived",
    "OpenRepeated",
    "PendingOpen",
    "Restoring",
    "Session",
    "Snapshot",
    "begin",
    "join",
    "load",
]
