"""What a value may be: the types and the two kinds of text of the encoding profile.

The profile is deterministic CBOR (RFC 8949 §4.2.1) narrowed until core deterministic encoding and
DAG-CBOR produce the same bytes: no floats, no tags, integers a JavaScript reader holds exactly,
maps with text keys only.

Spec: encoding, Values.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from linkcontract.limits import MAX_PROTOCOL_TEXT

Value: TypeAlias = "bool | int | bytes | str | list[Value] | dict[str, Value] | None"
"""What the decoder gives."""

Encodable: TypeAlias = (
    "bool | int | bytes | str | Sequence[Encodable] | Mapping[str, Encodable] | None"
)
"""What the encoder takes: a `Value`, with tuples for arrays and any mapping for maps."""

# The bound stands in the pattern: a longer text is refused before it is looked at in full.
PROTOCOL_TEXT: Final = re.compile(rf"[\x21-\x7e]{{1,{MAX_PROTOCOL_TEXT}}}")

# C0 controls but LF, DEL and C1 controls; the bidi embeddings, overrides and isolates, with which
# a text can be made to read differently from what is signed; lone surrogates, which have no UTF-8.
# There is deliberately no normalisation check: whether a string is NFC depends on the reader's
# Unicode version, and validity must not.
NOT_FREE_TEXT: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def is_protocol_text(value: object) -> bool:
    """Whether `value` is text fit for keys, types, ids, paths, purposes and codes.

    1 to 128 characters, each printable ASCII without the space.
    """
    return isinstance(value, str) and PROTOCOL_TEXT.fullmatch(value) is not None


def is_free_text(value: object) -> bool:
    """Whether `value` is text fit for people: no control and no bidi-control characters, but LF."""
    return isinstance(value, str) and NOT_FREE_TEXT.search(value) is None
