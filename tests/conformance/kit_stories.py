"""Alterations of stories of the ledger after which every signature is valid.

A story is told in another order, with others in it of the same relationship, or anew with one
statement changed: then whatever names that statement names the new one and is signed again.
"""

import copy
import hashlib
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any, Final

import kit_cbor as cbor
import kit_signing as signing
from kit_cbor import Node

COMMANDS: Final = ("fold", "contract", "permitted")
MOST_TOLD: Final = 60
"""Most deliveries of one side."""


class Signed:
    """A statement taken apart: its header and its body, both altered in place."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        envelope = cbor.read(bytes.fromhex(given["envelope"]))
        if envelope is None or len(envelope.parts[0].parts) != 4:
            raise ValueError("no envelope")
        self.protected, _, self.payload, self.signature = envelope.parts[0].parts
        self.envelope = envelope
        self.header = self.payload.parts[0]
        self.body: Node | None = None
        self.given = given["body"]
        if self.given is not None:
            self.body = cbor.read(bytes.fromhex(self.given[1]))

    @property
    def id(self) -> bytes:
        return signing.cid(cbor.write(self.header))

    def field(self, name: str) -> Node:
        found = cbor.entry(self.header, name)
        if found is None:
            raise ValueError(name)
        return found

    def value(self, salted: bool, seed: bytes | None) -> dict[str, Any]:
        """As it stands in a request, signed again; `salted` binds the body again."""
        body = self.given
        if self.body is not None:
            body = [self.given[0], cbor.write(self.body).hex()]
        if salted and body is not None:
            salt, data = map(bytes.fromhex, body)
            record = cbor.write(cbor.of(["lc/body/1", salt, data]))
            self.field("bh").data = hashlib.sha256(record).digest()
        if seed is not None:
            self.protected.parts[0].parts[3].data = self.field("ks").data
            parts = [
                "Signature1",
                cbor.write(self.protected.parts[0]),
                b"",
                cbor.write(self.header),
            ]
            self.signature.data = signing.sign(seed, cbor.write(cbor.of(parts)))
        return {"envelope": cbor.write(self.envelope).hex(), "body": body}


def replace(node: Node, names: Mapping[bytes, bytes]) -> bool:
    """Put new identifiers in the place of old ones; whether there were any."""
    found = False
    if node.major == cbor.BYTES and node.data in names:
        node.data, found = names[node.data], True
    for part in node.parts:
        found |= replace(part, names)
    return found


def keys_of(histories: Mapping[str, list[str]]) -> dict[bytes, bytes]:
    """The seeds of key events, as far as they are known, by event."""
    found = {}
    for envelope in (each for history in histories.values() for each in history):
        node = cbor.read(bytes.fromhex(envelope))
        if node is None:
            continue
        event = node.parts[0].parts[2]
        keys = cbor.entry(event.parts[0], "keys") if event.parts else None
        if keys is None:
            continue
        seed = signing.seeds().get(keys.parts[0].parts[1].data)
        if seed is not None:
            found[signing.cid(event.data)] = seed
    return found


class Stories:
    """Alters the inputs of `fold`, `contract` and `permitted`.

    Args:
        inputs: those of all vectors; stories of the same relationship are told together.
    """

    def __init__(self, inputs: Iterable[Mapping[str, Any]]) -> None:
        self._families: dict[str, list[Mapping[str, Any]]] = {}
        for each in inputs:
            opened = self._open(each)
            if opened is not None:
                self._families.setdefault(opened, []).append(each)

    @staticmethod
    def _told(given: Mapping[str, Any]) -> dict[str, list[str]]:
        """The deliveries, of one side if there are none."""
        told: dict[str, list[str]] = given.get("deliveries") or {"": given.get("order", [])}
        return told

    def _open(self, given: Mapping[str, Any]) -> str | None:
        for labels in self._told(given).values():
            for label in labels[:1]:
                opened = given["statements"].get(label.removesuffix(":header"))
                return None if opened is None else opened["envelope"]
        return None

    def altered(self, given: Mapping[str, Any], random: Random) -> dict[str, Any]:
        """A story told otherwise."""
        input = copy.deepcopy(dict(given))
        if random.random() < 0.45:
            self._mixed(input, random)
        if random.random() < 0.55:
            retold(input, random)
        for side, labels in list(self._told(input).items()):
            told = delivered(labels, random)
            if "deliveries" in input:
                input["deliveries"][side] = told
                if random.random() < 0.15:
                    input["deliveries"][f"{side}2"] = delivered(told, random)
            else:
                input["order"] = told
        if "now" in input and random.random() < 0.3:
            input["now"] += random.choice([-1, 1, 86_400_000, -86_400_000, 30 * 86_400_000, 10**11])
        return input

    def _mixed(self, input: dict[str, Any], random: Random) -> None:
        """Take in another story of the same relationship."""
        opened = self._open(input)
        family = self._families.get(opened or "", [])
        if not family:
            return
        other = random.choice(family)
        histories: dict[str, list[str]] = input["histories"]
        for label, history in other["histories"].items():
            if label in histories and histories[label][0] != history[0]:
                return
            known = histories.setdefault(label, [])
            known += [envelope for envelope in history if envelope not in known]
        by_envelope = {each["envelope"]: label for label, each in input["statements"].items()}
        names = {}
        for label, statement in other["statements"].items():
            names[label] = by_envelope.get(statement["envelope"], f"{label}x")
            input["statements"].setdefault(names[label], copy.deepcopy(statement))
        for labels in self._told(input).values():
            added = random.choice(list(self._told(other).values()))
            for label in added:
                name, mark, header = label.partition(":")
                if name in names and names[name] not in labels:
                    labels.append(names[name] + mark + header)


def delivered(labels: list[str], random: Random) -> list[str]:
    """Deliveries in another order, some twice, some not at all, some without their body."""
    first, *rest = labels or [""]
    if not first:
        return labels
    for _ in range(random.randrange(4)):
        if not rest:
            break
        at = random.randrange(len(rest))
        match random.randrange(6):
            case 0:
                del rest[at]
            case 1:
                rest.insert(random.randrange(len(rest) + 1), rest[at])
            case 2:
                rest.append(rest.pop(at))
            case 3:
                rest[at] = rest[at].removesuffix(":header") + ":header"
            case 4:
                rest.insert(at, rest[at].removesuffix(":header") + ":header")
            case _:
                random.shuffle(rest)
    return [first, *rest[:MOST_TOLD]]


def retold(input: dict[str, Any], random: Random) -> None:
    """Change one statement, bind its body again, and sign it and all that names it again."""
    try:
        statements = {label: Signed(each) for label, each in input["statements"].items()}
    except (ValueError, IndexError):
        return
    seeds = keys_of(input["histories"])
    fork = random.random() < 0.3
    chosen = random.choice(sorted(statements))
    if fork:
        twin = f"{chosen}y"
        statements[twin] = Signed(input["statements"][chosen])
        for side in Stories._told(input).values():
            if chosen in side:
                side.insert(random.randrange(side.index(chosen), len(side)) + 1, twin)
        chosen = twin
    before = statements[chosen].id
    change(statements[chosen], [each.id for each in statements.values()], random)
    input["statements"][chosen] = again(statements[chosen], seeds)
    if not fork:
        follow({before: statements[chosen].id}, statements, input, seeds)


def again(statement: Signed, seeds: Mapping[bytes, bytes]) -> dict[str, Any]:
    """A statement bound and signed again, if its key is known."""
    return statement.value(True, seeds.get(statement.field("ks").data))


def follow(
    names: dict[bytes, bytes],
    statements: Mapping[str, Signed],
    input: dict[str, Any],
    seeds: Mapping[bytes, bytes],
) -> None:
    """Let what names a statement name the one in its place, on and on."""
    for _ in range(len(statements)):
        fresh: dict[bytes, bytes] = {}
        for label, each in statements.items():
            before = each.id
            found = replace(each.header, names)
            found = (each.body is not None and replace(each.body, names)) or found
            if found:
                seen = cbor.entry(each.header, "seen")
                if seen is not None:
                    seen.parts.sort(key=cbor.write)
                input["statements"][label] = again(each, seeds)
                fresh[before] = each.id
        if not fresh:
            return
        names = fresh


def change(statement: Signed, ids: list[bytes], random: Random) -> None:
    """Change a field of a header or of a body into another of its kind."""
    node = (
        statement.body if statement.body is not None and random.random() < 0.7 else statement.header
    )
    targets = [(node, at) for at in range(1, len(node.parts), 2)]
    for parent, at in list(targets):
        part = parent.parts[at]
        targets += [(part, index) for index in range(len(part.parts))]
        targets += [(inner, i) for inner in part.parts for i in range(len(inner.parts))]
    if not targets:
        return
    parent, at = random.choice(targets)
    part = parent.parts[at]
    if part.major == cbor.INTEGER:
        moved = part.number + random.choice([-1, 1, -60_000, 60_000, 86_400_000, -86_400_000])
        parent.parts[at] = cbor.of(max(0, moved))
    elif part.major == cbor.BYTES and len(part.data) == 36:
        parent.parts[at] = cbor.of(random.choice([*ids, *ids, None]))
    elif part.major == cbor.SIMPLE:
        parent.parts[at] = cbor.of(
            random.choice([*ids, None, 1_800_000_300_000, ["dpv:Marketing"]])
        )
    elif part.major == cbor.TEXT:
        parent.parts[at] = cbor.of(random.choice(_WORDS))
    elif part.major == cbor.ARRAY and part.parts:
        del part.parts[random.randrange(len(part.parts))]
    elif part.major == cbor.ARRAY and parent is statement.header:
        part.parts.append(cbor.of([random.choice(ids), 1, random.choice(ids)]))


_WORDS: Final = (
    *("ieee-7012:ServiceDelivery", "dpv:Marketing", "dpv:Purpose", "dpv:ResearchAndDevelopment"),
    *("dpv:Collect", "dpv:Use", "dpv:Store", "dpv:Processing", "x:unknown", "vcard", "vcard/fn"),
    *("vcard/*", "propose", "accept", "share", "use", "revoke", "body", "openings", "agreement"),
)
