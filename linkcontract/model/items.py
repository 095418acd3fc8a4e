"""Items: salted commitments in a body, and the openings that show what they commit to.

An item is the pair [p, c] of a commitment to a data path and one to its value, each with a salt of
its own, so that a path can be shown without its value and either can be erased for good: a
digest without its salt says nothing, a salt with its digest confirms a guess. The relationship is
part of both, so a commitment cannot be carried over to another one.

Spec: data, Items.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from linkcontract.encoding import hash_of
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_BODY, MAX_VALUE
from linkcontract.model import fields, schema
from linkcontract.model.statement import Statement

MAX_INDEX: Final = MAX_BODY // 64 - 1
"""No body has room for an item with a higher index."""

OPENING: Final[tuple[schema.Shape, ...]] = (
    fields.cid,
    fields.integer(0, MAX_INDEX),
    fields.path,
    fields.digest,
    fields.data(0, MAX_VALUE),
    fields.digest,
)
"""share, index, path, path salt, value, value salt."""

_OPENING: Final = schema.row(*OPENING)


@dataclass(frozen=True, slots=True)
class Opening:
    """What one item commits to.

    Attributes:
        share: id of the statement whose body holds the item.
        index: its place in that body's `items`.
        path, path_salt: the data path and its 32-byte salt.
        value, value_salt: the bytes and their 32-byte salt.

    Raises:
        LocalProtocolError: field-….
    """

    share: bytes
    index: int
    path: str
    path_salt: bytes = field(repr=False)
    value: bytes = field(repr=False)
    value_salt: bytes = field(repr=False)

    def __post_init__(self) -> None:
        schema.check_local(_OPENING, self.to_value(), "opening")

    def to_value(self) -> tuple[Any, ...]:
        """The fields in the order they have on the wire."""
        return (
            self.share,
            self.index,
            self.path,
            self.path_salt,
            self.value,
            self.value_salt,
        )


def read_opening(row: object) -> Opening:
    """The opening in a decoded array of six.

    Raises:
        RemoteProtocolError: field-….
    """
    return Opening(*schema.read(_OPENING, row, "opening"))


def path_commitment(rel: bytes, salt: bytes, path: str) -> bytes:
    """p = H(["lc/path/1", rel, path salt, path])."""
    return hash_of(["lc/path/1", rel, salt, path])


def value_commitment(rel: bytes, salt: bytes, value: bytes) -> bytes:
    """c = H(["lc/value/1", rel, value salt, value])."""
    return hash_of(["lc/value/1", rel, salt, value])


def commit(
    rel: bytes, *, path: str, path_salt: bytes, value: bytes, value_salt: bytes
) -> tuple[bytes, bytes]:
    """The item [p, c] of a path and a value in the relationship `rel`.

    Args:
        rel: CID of the relationship's `open`.
        path_salt, value_salt: 32 random bytes each, never the same and never used again.

    Raises:
        LocalProtocolError: field-…; field-conflict if one salt serves both.
    """
    # any well-formed statement id does: an opening names its statement, a commitment does not
    Opening(share=rel, index=0, path=path, path_salt=path_salt, value=value, value_salt=value_salt)
    if path_salt == value_salt:
        raise LocalProtocolError("field-conflict", "item.value_salt")
    return path_commitment(rel, path_salt, path), value_commitment(rel, value_salt, value)


def check_opening(rel: bytes, statement: Statement, opening: Opening) -> None:
    """Check an opening against the item it claims to open. A receipt presupposes this.

    Args:
        rel: the relationship both are in.
        statement: the statement `opening.share` names, with its body.

    Raises:
        RemoteProtocolError: opening-share if it is another statement, of another relationship, or
            its body is not held; opening-index if it has no such item; opening-path or
            opening-value if the item commits to something else.
    """
    if opening.share != statement.id or statement.relationship != rel or statement.body is None:
        raise RemoteProtocolError("opening-share", "opening.share")
    items = statement.body.get("items", ())
    if opening.index >= len(items):
        raise RemoteProtocolError("opening-index", "opening.index")
    path, value = items[opening.index]
    if path_commitment(rel, opening.path_salt, opening.path) != path:
        raise RemoteProtocolError("opening-path", "opening.path")
    if value_commitment(rel, opening.value_salt, opening.value) != value:
        raise RemoteProtocolError("opening-value", "opening.value")
