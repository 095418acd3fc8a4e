"""The examples of what is agreed: terms and their acceptance."""

from examples.notation import code, markdown
from examples.registry import worked
from examples.story import AGREEMENT_TEXT, TERMS, TERMS_ID, shown, statement
from linkcontract.encoding import cid_text, encode
from linkcontract.model.terms import Terms


@worked("the-terms")
def the_terms() -> str:
    assert Terms.from_value(TERMS).id == TERMS_ID
    return markdown(
        "Alice proposes her own terms. The text both sides read, and its cid:",
        shown(encode(AGREEMENT_TEXT)),
        code([cid_text(TERMS["text"])]),
        "The terms, and their cid, which is what an `accept` names:",
        shown(encode(TERMS)),
        code([cid_text(TERMS_ID)]),
        "The body of her `propose`, without its bytes:",
        shown(statement("propose").data, hexed=False),
    )
