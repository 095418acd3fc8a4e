"""Frames as the peer of a node could have sealed them: what does a session make of them?"""

from typing import Any

from linkcontract.crypto.sealing import seal_frame
from linkcontract.model.frame import Frame, Item, encode_frame
from linkcontract.testing.pair import Pair
from linkcontract.testing.pair_node import Entropy, SimulatedNode

NOISE = Entropy(b"noise")


def sealed_by_peer(pair: Pair, node: SimulatedNode, *items: Item, **fields: Any) -> bytes:
    """A frame from the peer of `node` to `node`; `fields` replace its fields."""
    sender = pair.other(node)
    link = sender.live.link
    values: dict[str, Any] = {
        "to": node.party,
        "sender": sender.party,
        "rel": link.rel,
        "n": NOISE(16),
        "at": pair.clock.now,
        "items": items,
        **fields,
    }
    return seal_frame(
        encode_frame(Frame(**values)),
        recipient=link.keys.prekey.pk,
        prekey_id=link.keys.prekey.id,
        ephemeral=NOISE(32),
        psk=link.psk,
    )
