"""Commands of sealing."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.conformance import values
from linkcontract.crypto.sealing import derive_psk, open_frame, read_seal, seal_frame
from linkcontract.crypto.secret import Secret
from linkcontract.errors import RemoteProtocolError


def psk(given: object) -> dict[str, Any]:
    """`derive-psk`."""
    input = values.members(given, "rel", "opener", "joiner")
    derived = derive_psk(
        values.cid(input["rel"]), values.secret(input["opener"]), values.secret(input["joiner"])
    )
    return {"psk": derived.expose().hex()}


def seal(given: object) -> dict[str, Any]:
    """`seal`."""
    input = values.members(given, "frame", "mode", "prekey", "ephemeral", "psk")
    prekey = values.members(input["prekey"], "id", "pk")
    shared = values.nullable(input["psk"], values.secret)
    if input["mode"] != ("open" if shared is None else "psk"):
        values.refuse("mode")
    sealed = seal_frame(
        values.octets(input["frame"]),
        recipient=values.octets(prekey["pk"]),
        prekey_id=values.octets(prekey["id"]),
        ephemeral=values.secret(input["ephemeral"]),
        psk=shared,
    )
    return {"sealed": sealed.hex()}


def unsealed(sealed: bytes, prekey: object, psk: bytes | None) -> bytes:
    """The encoded frame in a sealed one, by the one prekey that is held.

    Raises:
        RemoteProtocolError: frame-prekey if it is sealed to another; as `open_frame`.
    """
    held = values.members(prekey, "id", "secret")
    secret = Secret(values.secret(held["secret"]))
    if read_seal(sealed).prekey_id != values.octets(held["id"]):
        raise RemoteProtocolError("frame-prekey")
    return open_frame(sealed, secret, psk)


def unseal(given: object) -> dict[str, Any]:
    """`unseal`."""
    input = values.members(given, "sealed", "prekey", "psk")
    shared = values.nullable(input["psk"], values.secret)
    return {"frame": unsealed(values.octets(input["sealed"]), input["prekey"], shared).hex()}


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "derive-psk": psk,
    "seal": seal,
    "unseal": unseal,
}
