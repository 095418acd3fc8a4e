"""Alterations of what is signed, one at a time, with a signature that is right for them.

A fault behind a signature is met by nobody who alters bytes: the signature fails first. The keys of
the vectors are known, so a header, a card or a key event is altered and signed again, and a body is
bound again.
"""

import copy
import hashlib
from collections.abc import Mapping
from random import Random
from typing import Any, Final

import kit_cbor as cbor
import kit_signing as signing
from kit_alterations import Alteration
from kit_cbor import Node
from kit_stories import keys_of

COMMANDS: Final = ("statement", "card", "open", "join", "check-opening", "key-history")


def _parts(envelope: object) -> list[Node] | None:
    """Header, empty map, payload and signature of an envelope, the first and third taken apart."""
    if not isinstance(envelope, str):
        return None
    node = cbor.read(bytes.fromhex(envelope))
    if node is None or not node.parts or len(node.parts[0].parts) != 4:
        return None
    parts = node.parts[0].parts
    header = parts[0].parts
    whole = header and parts[2].parts and len(header[0].parts) == 6
    return parts if whole else None


def _written(parts: list[Node], seed: bytes) -> str:
    """The envelope, signed again."""
    header, payload = cbor.write(parts[0].parts[0]), cbor.write(parts[2].parts[0])
    signed = cbor.write(cbor.of(["Signature1", header, b"", payload]))
    parts[3].data = signing.sign(seed, signed)
    node = Node(cbor.TAG, 18, parts=[Node(cbor.ARRAY, parts=parts)])
    return cbor.write(node).hex()


def _statement(
    holder: dict[str, Any], seeds: Mapping[bytes, bytes], alteration: Alteration, random: Random
) -> bool:
    """Alter the payload of `holder["envelope"]` or the body beside it; whether that could be."""
    parts = _parts(holder.get("envelope"))
    seed = None if parts is None else seeds.get(parts[0].parts[0].parts[3].data)
    if parts is None or seed is None:
        return False
    payload = parts[2].parts[0]
    bound, record = cbor.entry(payload, "bh"), holder.get("body")
    body = None if not record else cbor.read(bytes.fromhex(record[1]))
    if bound is not None and body is not None and random.random() < 0.7:
        data = cbor.write(alteration.node(body))
        salt = bytes.fromhex(record[0])
        holder["body"] = [record[0], data.hex()]
        bound.data = hashlib.sha256(cbor.write(cbor.of(["lc/body/1", salt, data]))).digest()
    else:
        parts[2].parts[0] = alteration.node(payload)
    holder["envelope"] = _written(parts, seed)
    return True


def _event(history: list[str], alteration: Alteration, random: Random) -> bool:
    """Alter a key event of a history; it is named by its new payload."""
    at = random.randrange(len(history)) if history else 0
    parts = _parts(history[at]) if history else None
    seeds = {} if parts is None else keys_of({"": [history[at]]})
    if parts is None or not seeds:
        return False
    parts[2].parts[0] = alteration.node(parts[2].parts[0])
    kid = parts[0].parts[0].parts[3]
    kid.data = signing.cid(cbor.write(parts[2].parts[0]))
    history[at] = _written(parts, next(iter(seeds.values())))
    return True


def resigned(
    given: Mapping[str, Any], alteration: Alteration, random: Random
) -> dict[str, Any] | None:
    """An input with one signed thing altered and signed again; None if there is none to alter."""
    input: dict[str, Any] = copy.deepcopy(dict(given))
    try:
        if "history" in input and ("envelope" not in input or random.random() < 0.2):
            return input if _event(input["history"], alteration, random) else None
        seeds = keys_of(input.get("histories") or {"": input["history"]})
        places = [input] if "envelope" in input else []
        places += [input[name] for name in ("open", "join", "statement") if name in input]
        holder = random.choice(places)
        return input if _statement(holder, seeds, alteration, random) else None
    except (ValueError, KeyError, IndexError):
        return None  # a vector whose input is broken on purpose
