"""The command `receive`: what one side makes of one sealed frame."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.conformance.sealing import unsealed
from linkcontract.crypto.sealing import read_seal
from linkcontract.crypto.x25519 import x25519_public
from linkcontract.encoding import decode
from linkcontract.errors import RemoteProtocolError
from linkcontract.model.frame import MAX_PLAIN_FRAME, decode_frame
from linkcontract.protocol.incoming import addressed
from linkcontract.protocol.intake import check_items
from linkcontract.protocol.link import Source, signal_id
from linkcontract.protocol.replay import ReplayWindow


def receive(given: object) -> dict[str, Any]:
    """`receive`: in base mode where there is no pre-shared key, in PSK mode where there is one."""
    names = ("sealed", "me", "peer", "rel", "prekey", "psk", "taken", "now")
    input = values.members(given, *names)
    shared = values.nullable(input["psk"], values.secret)
    now = values.integer(input["now"])
    sealed = values.octets(input["sealed"])
    if read_seal(sealed).opening != (shared is None):
        raise RemoteProtocolError("frame-mode")
    plain = unsealed(sealed, input["prekey"], shared)
    frame = addressed(
        decode_frame(plain),
        me=values.cid(input["me"]),
        peer=values.cid(input["peer"]),
        rel=values.cid(input["rel"]),
    )
    window = ReplayWindow()
    for number in values.listed(input["taken"], values.octets):
        window.take(number, now, now)
    if window.is_repeated(frame.n):
        raise RemoteProtocolError("frame-repeated", "frame.n")
    check_items(frame.items, _source(input["prekey"], shared))
    value = decode(plain, max_bytes=MAX_PLAIN_FRAME)
    assert isinstance(value, dict)  # decode_frame read it as one
    return {
        "n": frame.n.hex(),
        "at": frame.at,
        "items": values.json_value(value["items"]),
        "requests": window.take(frame.n, frame.at, now),
    }


def _source(prekey: object, shared: bytes | None) -> Source:
    """Which key a frame was opened with; a signal key is known by the id it is named with."""
    if shared is None:
        return Source.BASE
    held = values.members(prekey, "id", "secret")
    public = x25519_public(values.secret(held["secret"]))
    return Source.SIGNAL if values.octets(held["id"]) == signal_id(public) else Source.PSK


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {"receive": receive}
