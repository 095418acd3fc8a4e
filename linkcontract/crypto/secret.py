"""A secret value: redacted when shown, refused when pickled or copied, compared in constant time.

Python cannot wipe memory (spec/decisions/0014), so the type does what is possible: a secret does
not reach a log line, a traceback, a pickle or a data class dump by accident. The one way to the
bytes is `expose()`, a word that is easy to search for.
"""

import hmac
from typing import NoReturn, TypeAlias

from linkcontract.errors import LocalProtocolError


class Secret:
    """Secret bytes.

    Two secrets are equal when their bytes are; the comparison takes the same time wherever they
    differ. A secret is never equal to plain bytes and has no hash, so it cannot be a key of a dict.

    Args:
        data: the secret bytes, of any length but zero.

    Raises:
        LocalProtocolError: `secret-length` when there are none.
    """

    __slots__ = ("__data",)

    def __init__(self, data: bytes) -> None:
        if not data:
            raise LocalProtocolError("secret-length")
        self.__data = bytes(data)

    def expose(self) -> bytes:
        """The secret bytes themselves."""
        return self.__data

    def __len__(self) -> int:
        return len(self.__data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__data, other.__data)

    def __hash__(self) -> NoReturn:
        raise TypeError("a secret has no hash")

    def __repr__(self) -> str:
        return f"Secret(<{len(self.__data)} bytes>)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


SecretBytes: TypeAlias = bytes | Secret
"""What a function that needs secret bytes takes: wrapped, or fresh from the entropy source."""


def reveal(secret: SecretBytes, length: int, where: str) -> bytes:
    """The bytes of a secret argument, checked for their length.

    Args:
        secret: wrapped or plain.
        length: how many bytes it must have.
        where: the name of the argument, for the error.

    Raises:
        LocalProtocolError: `secret-length`.
    """
    data = secret.expose() if isinstance(secret, Secret) else secret
    if len(data) != length:
        raise LocalProtocolError("secret-length", where)
    return data
