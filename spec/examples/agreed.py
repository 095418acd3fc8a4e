"""The examples of what is agreed: terms and their acceptance."""

import json

from build.world import DAY, T0, Statement
from examples.notation import code, markdown, parse
from examples.registry import worked
from examples.story import AGREEMENT_TEXT, STORY, TERMS, TERMS_ID, asked, shown, statement
from linkcontract.crypto.cose import to_be_signed
from linkcontract.crypto.ed25519 import verify
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
        "The body of her `propose`:",
        shown(statement("propose").data),
    )


def signature(said: Statement) -> bytes:
    """The signature of a statement, which verifies."""
    parts = parse(said.envelope).value
    key = said.writer.inception.key.public
    assert verify(key, to_be_signed(parts[0], parts[2]), parts[3])
    return bytes(parts[3])


def signed(label: str) -> list[str]:
    """Header and signature of a statement that carries the agreement."""
    said = statement(label)
    return [
        shown(said.payload),
        code(
            [
                f"cid        {said.cid}",
                f"key        {said.writer.inception.key.public.hex()}",
                f"signature  {signature(said)[:32].hex()}",
                f"           {signature(said)[32:].hex()}",
            ]
        ),
    ]


@worked("an-agreement")
def an_agreement() -> str:
    question = {
        "histories": STORY.histories,
        "statements": STORY.to_json(),
        "order": ["open", "join", "propose", "accept", "ack"],
        "agreement": "propose",
        "now": T0 + DAY,
    }
    found = asked("contract", question)
    assert found["signed"] == {"first": ["propose"], "second": ["accept"]}
    assert found["confirmed_by"] == ["ack"]
    return markdown(
        "Her signature, on the header of the `propose`. It binds the body, and with it the terms,"
        " by `bh`:",
        *signed("propose"),
        "The shop's signature, on the header of its `accept`. Its body"
        " ([statements.md](statements.md) shows it) names the proposal and the cid of the terms:",
        *signed("accept"),
        "With both the agreement is AGREED. Alice's `ack` names the `accept` in `seen`, which"
        " confirms it: from then on it is in force, for Alice when she signs, for the shop when it"
        f" has the `ack`, {statement('ack').cid}. Both sides hold all three statements. The"
        " agreement on the next day, as the command `contract` gives it:",
        code(json.dumps(found, indent=2).splitlines()),
    )
