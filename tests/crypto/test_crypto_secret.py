"""Secrets do not leave by accident: not by printing, pickling, copying or comparing."""

import copy
import dataclasses
import logging
import pickle
import traceback

import pytest

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.hpke import setup_sender
from linkcontract.crypto.secret import Secret, reveal
from linkcontract.crypto.x25519 import x25519_public
from linkcontract.errors import LocalProtocolError

BYTES = bytes(range(32))


@dataclasses.dataclass
class Holder:
    inner: object


@pytest.mark.parametrize("holder", [Secret(BYTES), SigningKey(BYTES)], ids=["secret", "key"])
def test_a_secret_is_never_shown(holder: object, caplog: pytest.LogCaptureFixture) -> None:
    shown = [repr(holder), str(holder), f"{holder}", f"{holder!r:>40}", repr(Holder(holder))]
    logging.getLogger("test").warning("%s %r", holder, holder)
    shown.append(caplog.text)
    try:
        raise ValueError(holder)
    except ValueError:
        shown.append(traceback.format_exc())
    for text in shown:
        assert BYTES.hex() not in text
        assert repr(BYTES)[2:-1] not in text


def test_an_hpke_context_does_not_show_its_keys() -> None:
    _, context = setup_sender(x25519_public(BYTES), b"", ephemeral=bytes(31) + b"\x01")
    assert context.key.expose().hex() not in repr(context)
    assert "Secret(<32 bytes>)" in repr(context)


@pytest.mark.parametrize("holder", [Secret(BYTES), SigningKey(BYTES)], ids=["secret", "key"])
@pytest.mark.parametrize(
    "leak",
    [
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        lambda holder: dataclasses.asdict(Holder(holder)),
        vars,
    ],
    ids=["pickle", "copy", "deepcopy", "asdict", "vars"],
)
def test_a_secret_is_not_serialised(holder: object, leak: object) -> None:
    with pytest.raises(TypeError):
        leak(holder)  # type: ignore[operator]


def test_secrets_are_compared_in_constant_time() -> None:
    assert Secret(BYTES) == Secret(BYTES)
    assert Secret(BYTES) != Secret(BYTES[::-1])
    assert "compare_digest" in Secret.__eq__.__code__.co_names


def test_a_secret_never_equals_plain_bytes_and_has_no_hash() -> None:
    assert Secret(BYTES) != BYTES
    with pytest.raises(TypeError):
        hash(Secret(BYTES))
    with pytest.raises(TypeError):
        bytes(Secret(BYTES))  # type: ignore[call-overload]


def test_no_secret_is_empty_or_of_the_wrong_length() -> None:
    with pytest.raises(LocalProtocolError) as empty:
        Secret(b"")
    assert empty.value.code == "secret-length"
    for wrong in (BYTES[:31], BYTES + b"\x00", Secret(BYTES[:31])):
        with pytest.raises(LocalProtocolError) as length:
            reveal(wrong, 32, "key")
        assert (length.value.code, length.value.where) == ("secret-length", "key")
    assert reveal(Secret(BYTES), 32, "key") == reveal(BYTES, 32, "key") == BYTES
