"""Secrets as arguments of a request: recovery words and passphrases that a person typed.

They pass through the administration socket, which only this user's processes reach and nothing
logs, because the terminal they are typed on is the command's and the store is the node's.
"""

import base64
import binascii

from linkcontract.crypto.next_keys import SEED_LENGTH
from linkcontract.crypto.secret import Secret
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import MAX_PASSPHRASE
from linkcontract.node.output import Json


def hidden(value: Secret | None) -> Json:
    """A secret as an argument."""
    return None if value is None else base64.b64encode(value.expose()).decode("ascii")


def seed(value: Json) -> Secret:
    """The kind of argument that is the seed of recovery words."""
    found = _revealed(value)
    if len(found) != SEED_LENGTH:
        raise ValueError
    return found


def passphrase(value: Json) -> Secret:
    """The kind of argument that is a passphrase."""
    found = _revealed(value)
    if len(found) > MAX_PASSPHRASE:
        raise ValueError
    return found


def _revealed(value: Json) -> Secret:
    if not isinstance(value, str):
        raise ValueError
    try:
        return Secret(base64.b64decode(value.encode("ascii"), validate=True))
    except (binascii.Error, UnicodeEncodeError, LocalProtocolError):
        raise ValueError from None
