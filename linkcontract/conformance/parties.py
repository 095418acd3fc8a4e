"""Commands of key histories, cards and invitations."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.conformance.records import history
from linkcontract.encoding import cid_text
from linkcontract.model.card import open_card, open_invitation, read_card


def key_history(given: object) -> dict[str, Any]:
    """`key-history`."""
    verified = history(values.members(given, "history")["history"])
    return {
        "party": cid_text(verified.party),
        "kind": verified.kind,
        "heads": values.cids(verified.heads),
        "events": [
            {
                "id": cid_text(event.id),
                "seq": event.seq,
                "prev": values.cid_or_null(event.prev),
                "public": event.public.hex(),
            }
            for event in verified.events.values()
        ],
    }


def card(given: object) -> dict[str, Any]:
    """`card`."""
    input = values.members(given, "envelope", "history", "now", optional=("seen",))
    issuer = history(input["history"])
    earlier = None if "seen" not in input else read_card(values.octets(input["seen"]), issuer)
    now = values.integer(input["now"])
    read = open_card(values.octets(input["envelope"]), issuer, now=now, seen=earlier)
    return {
        "id": cid_text(read.id),
        "party": cid_text(read.party),
        "kel": cid_text(read.kel),
        "seq": read.seq,
        "iat": read.iat,
        "exp": read.exp,
        "prekey": {
            "id": read.prekey.id.hex(),
            "pk": read.prekey.pk.hex(),
            "not_after": read.prekey.not_after,
        },
        "addresses": list(read.addresses),
        "domains": list(read.domains),
        "inv": values.hex_or_null(read.inv),
    }


def invitation(given: object) -> dict[str, Any]:
    """`invitation`."""
    input = values.members(given, "text", "now")
    read = open_invitation(values.text(input["text"]), now=values.integer(input["now"]))
    return {
        "party": cid_text(read.history.party),
        "card": cid_text(read.card.id),
        "secret": values.hex_or_null(read.secret),
    }


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "key-history": key_history,
    "card": card,
    "invitation": invitation,
}
