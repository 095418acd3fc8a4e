"""Frames as the peer of a node could have sealed them: what does a session make of them?"""

from typing import Any

from linkcontract.crypto.sealing import open_frame, read_seal, seal_frame, x25519_public
from linkcontract.model.frame import Frame, Item, decode_frame, encode_frame
from linkcontract.protocol.link import signal_id
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


def items_for(node: SimulatedNode, data: bytes | None) -> list[Item]:
    """The items of a message to a node, as the node would read them; none of no message."""
    if data is None:
        return []
    link = node.live.link
    prekey_id = read_seal(data).prekey_id
    secret = link.secrets.ring.secret_of(prekey_id)
    if prekey_id == signal_id(x25519_public(link.secrets.signal)):
        secret = link.secrets.signal
    assert secret is not None
    return list(decode_frame(open_frame(data, secret, link.psk)).items)
