"""Key histories: rotations, parted histories, and events that are none of theirs."""

from collections.abc import Callable
from typing import Any, Final

from build.world import Event, Party, seed, some_cid
from linkcontract.crypto.cose import sign1
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.next_keys import next_digest
from linkcontract.encoding import cid_of, cid_text

Add = Callable[..., None]

EVENTS: Final = "parties, Key events"
HISTORIES: Final = "parties, Key histories"


def _described(events: list[Event]) -> list[dict[str, Any]]:
    return [
        {
            "id": event.cid,
            "seq": event.seq,
            "prev": None if event.prev is None else cid_text(event.prev),
            "public": event.key.public,
        }
        for event in events
    ]


def _heads(*events: Event) -> list[str]:
    return [cid_text(head) for head in sorted(event.id for event in events)]


def _accepted(add: Add) -> None:
    def taken(name: str, comment: str, party: Party, events: list[Event], heads: list[str]) -> None:
        add(
            f"history-{name}",
            comment,
            HISTORIES,
            "key-history",
            {"history": [event.envelope for event in events]},
            claims={
                "party": party.cid,
                "kind": party.kind,
                "heads": heads,
                "events": _described(events),
            },
        )

    anna = Party("anna", "directed")
    taken("inception", "A party that never rotated", anna, anna.events, _heads(anna.inception))
    first = anna.rotate()
    second = anna.rotate()
    taken(
        "rotated-twice",
        "Each event has the keys the one before announced",
        anna,
        anna.events,
        _heads(second),
    )
    other = anna.rotate(first, "other")
    taken(
        "parted",
        "Two events follow one: both are kept. Whoever keeps the first that came has another "
        "history than its neighbour",
        anna,
        anna.events,
        _heads(second, other),
    )
    swapped = [anna.inception, first, other, second]
    taken(
        "parted-other-order", "The same tree in another order", anna, swapped, _heads(second, other)
    )
    longer = anna.rotate(other)
    taken("parted-longer", "One branch goes on", anna, anna.events, _heads(second, longer))
    shop = Party("shop", "public")
    branch = shop.rotate()
    root = shop.rotate(shop.inception, "other")
    taken("parted-at-once", "Both follow the inception", shop, shop.events, _heads(branch, root))
    held = [shop.inception, branch, branch, shop.inception]
    add(
        "history-repeated",
        "An event that is held already is no error and changes nothing",
        HISTORIES,
        "key-history",
        {"history": [event.envelope for event in held]},
        claims=lambda output: output["events"] == _hexed(_described([shop.inception, branch])),
    )


def _hexed(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**event, "public": event["public"].hex()} for event in events]


def _long(add: Add) -> None:
    party = Party("old", "public")
    for _ in range(63):
        party.rotate()
    add(
        "history-64",
        "Sixty-four events are the most a party may have",
        HISTORIES,
        "key-history",
        {"history": party.history},
        claims=lambda output: len(output["events"]) == 64 and output["events"][63]["seq"] == 63,
    )
    branch = party.event(party.events[1], "other")
    add(
        "history-65",
        "One more, at a place that exists: a flood of events",
        HISTORIES,
        "key-history",
        {"history": [*party.history, branch.envelope]},
        error="history-full",
    )
    late = party.event(party.events[1], "late", seq=64)
    add(
        "event-seq-64",
        "No event has the position 64",
        EVENTS,
        "key-history",
        {"history": [*party.history[:2], late.envelope]},
        error="field-range",
    )


def _chains(add: Add) -> None:
    def refused(name: str, comment: str, history: list[bytes], code: str) -> None:
        add(f"history-{name}", comment, HISTORIES, "key-history", {"history": history}, error=code)

    anna, bert = Party("anna", "directed"), Party("bert", "directed")
    start = anna.inception
    one = anna.rotate()
    two = anna.rotate()
    refused("empty", "No event at all", [], "history-inception")
    refused("no-inception", "The history begins with a rotation", [one.envelope], "cose-typ")
    refused(
        "two-inceptions",
        "The inception of another party follows",
        [start.envelope, bert.inception.envelope],
        "history-inception",
    )
    refused(
        "other-party",
        "A rotation of another party: whoever looks at keys and prev alone takes it",
        [start.envelope, anna.event(start, "x", **{"from": bert.id}).envelope],
        "history-party",
    )
    refused(
        "gap",
        "The second rotation without the first",
        [start.envelope, two.envelope],
        "history-chain",
    )
    refused(
        "backwards",
        "Each before the one it follows: whoever sorts first accepts it",
        [start.envelope, two.envelope, one.envelope],
        "history-chain",
    )
    refused(
        "seq-skipped",
        "It follows the inception with the position 2",
        [start.envelope, anna.event(start, "x", seq=2).envelope],
        "history-chain",
    )
    refused(
        "seq-repeated",
        "It follows the first rotation with the position 1 once more",
        [start.envelope, one.envelope, anna.event(one, "x", seq=1).envelope],
        "history-chain",
    )
    refused(
        "prev-unknown",
        "It follows an event nobody has shown",
        [start.envelope, anna.event(start, "x", prev=some_cid("nothing")).envelope],
        "history-chain",
    )
    refused(
        "prev-is-party-of-other",
        "It follows the inception of another party",
        [start.envelope, anna.event(start, "x", prev=bert.id).envelope],
        "history-chain",
    )


def _thieves(add: Add) -> None:
    def refused(name: str, comment: str, history: list[bytes], code: str) -> None:
        add(f"history-{name}", comment, HISTORIES, "key-history", {"history": history}, error=code)

    anna = Party("anna", "directed")
    start = anna.inception
    thief = SigningKey(seed("thief"))
    refused(
        "thief-own-key",
        "A thief of the live key names a key of its own as the next one",
        [start.envelope, anna.event(start, key=thief).envelope],
        "history-next",
    )
    refused(
        "thief-live-key",
        "A thief of the live key rotates to that key once more",
        [start.envelope, anna.event(start, key=start.key).envelope],
        "history-next",
    )
    right = anna.event(start)
    refused(
        "signed-by-live-key",
        "The announced key in the event, signed by the live key: the older key rotates",
        [start.envelope, sign1(start.key, right.id, "kel", right.payload)],
        "cose-signature",
    )
    refused(
        "signed-by-stranger",
        "Signed by neither",
        [start.envelope, sign1(thief, right.id, "kel", right.payload)],
        "cose-signature",
    )
    refused(
        "kid-of-live-event",
        "The kid names the event before, as in a statement",
        [start.envelope, sign1(right.key, start.id, "kel", right.payload)],
        "cose-key",
    )
    data = start.payload
    refused(
        "inception-kid",
        "The kid of an inception names something else than itself",
        [sign1(start.key, some_cid("other"), "incp", data)],
        "cose-key",
    )
    refused(
        "inception-signed-by-next",
        "The inception is signed by the key it announces",
        [sign1(anna.next_key("0"), start.id, "incp", data)],
        "cose-signature",
    )
    refused(
        "inception-altered",
        "The announced key was exchanged after signing",
        [_altered(start, next_digest(thief.public))],
        "cose-key",
    )
    refused(
        "rotation-altered",
        "The announced key was exchanged after signing, and the kid with it",
        [start.envelope, _moved(right, next_digest(thief.public))],
        "cose-signature",
    )
    refused(
        "rotation-as-statement",
        "Signed as a statement",
        [start.envelope, sign1(right.key, right.id, "stmt", right.payload)],
        "cose-typ",
    )


def _altered(event: Event, digest: bytes) -> bytes:
    """The envelope of an event with another `next` in its payload."""
    return event.envelope.replace(_next_of(event), digest)


def _moved(event: Event, digest: bytes) -> bytes:
    """The same, with a kid that fits the altered payload."""
    payload = event.payload.replace(_next_of(event), digest)
    return event.envelope.replace(event.payload, payload).replace(event.id, cid_of(payload))


def _next_of(event: Event) -> bytes:
    at = event.payload.index(b"dnext\x58\x20") + 7
    return event.payload[at : at + 32]


def build(add: Add) -> None:
    """Add the vectors of key histories."""
    _accepted(add)
    _long(add)
    _chains(add)
    _thieves(add)
