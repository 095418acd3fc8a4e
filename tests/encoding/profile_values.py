"""Hypothesis strategies for values of the encoding profile and for their near misses."""

from hypothesis import strategies as st

from linkcontract.encoding import Value, encode, is_free_text
from linkcontract.limits import MAX_INTEGER, MAX_PROTOCOL_TEXT

protocol_text = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=MAX_PROTOCOL_TEXT
)

free_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(is_free_text)

scalars: st.SearchStrategy[Value] = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.binary(max_size=300)
    | free_text
)

values: st.SearchStrategy[Value] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(protocol_text, inner, max_size=30),
    max_leaves=40,
)


@st.composite
def damaged_encodings(draw: st.DrawFn) -> bytes:
    """An encoding with a few bytes replaced, inserted, removed or cut off."""
    data = bytearray(encode(draw(values)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        change = draw(st.sampled_from(["replace", "insert", "remove", "cut"]))
        if change == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=9))
        elif change == "cut":
            del data[at:]
        elif change == "remove":
            del data[at : at + 1]
        else:
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
    return bytes(data)
