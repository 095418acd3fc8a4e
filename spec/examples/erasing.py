"""The example of an erasure, and what the network sees of the story."""

import json
from typing import Final

from build.case import jsonable
from examples.notation import code, hexadecimal, markdown
from examples.registry import worked
from examples.story import (
    ALICE,
    HALVES,
    ITEM,
    OPENING,
    PATH,
    PATH_SALT,
    PSK,
    SHOP,
    STORY,
    VALUE,
    VALUE_SALT,
    asked,
    frame,
    shown,
    statement,
)
from linkcontract.conformance import answer
from linkcontract.crypto.sealing import seal_frame


@worked("an-erasure")
def an_erasure() -> str:
    share, erased = statement("share"), statement("erased")
    for brought in ({"body": share.record}, {}):
        read = asked(
            "statement", {"envelope": share.envelope, "histories": STORY.histories, **brought}
        )
        assert read["id"] == share.cid
        assert (read["body"] is None) == (not brought)
    shown_still = {"histories": STORY.histories, "statement": share.to_json(), "opening": OPENING}
    shown_still["opening"] = [share.cid, *OPENING[1:]]
    assert answer({"command": "check-opening", "input": jsonable(shown_still)}) == {"output": {}}
    gone = [
        f"path         {json.dumps(PATH)}",
        f"path salt    {PATH_SALT.hex()}",
        f"value        {VALUE.hex()}",
        f"value salt   {VALUE_SALT.hex()}",
    ]
    left = [
        f"p            {ITEM[0].hex()}",
        f"c            {ITEM[1].hex()}",
    ]
    return markdown(
        "Alice revokes, and the shop erases. It deletes these four, in its files and in what waits"
        " to be sent:",
        code(gone),
        "and signs that it did. The body of its `erased`:",
        shown(erased.data),
        "What both sides keep of the `share` is its envelope and its body record, of which the item"
        " is a part:",
        code(left),
        "Both still verify: the header by its signature, the body by `bh`. They show to anybody"
        " that Alice shared one value under this agreement for this purpose, by her clock at"
        f" {share.header['at']} in Unix milliseconds, and that the shop says it erased"
        " it. Neither shows which. Were the body erased as well, the header of the `share` would"
        " still verify by itself. Its envelope, which the command `statement` takes without a"
        " `body`:",
        code(hexadecimal(share.envelope)),
    )


SENT: Final = ("propose", "accept", "ack", "share", "receipt", "use", "revoke", "erased")


def sealed(label: str) -> tuple[int, int]:
    """Sizes of the frame that brings a statement, and of what is sent."""
    said = statement(label)
    items = [["stmt", said.envelope], ["body", said.record]]
    if label == "share":
        items.append(["opening", *OPENING])
    items.append(["heads", [said.head]])
    other = SHOP if said.writer is ALICE else ALICE
    data = frame(label, said.writer, items, said.header["at"])
    message = seal_frame(
        data,
        recipient=other.prekey().pk,
        prekey_id=other.prekey().id,
        ephemeral=HALVES[said.writer.name],
        psk=PSK,
    )
    return len(data), len(message)


@worked("on-the-wire")
def on_the_wire() -> str:
    rows = []
    for label in SENT:
        said = statement(label)
        held, sent = sealed(label)
        way = "to the shop" if said.writer is ALICE else "to Alice"
        rows.append(f"| `{label}` | {held} | {way}, {sent} bytes |\n")
    return markdown(
        "Each statement of the story in a frame of its own, with the opening where there is one and"
        " one head. What is said stays inside; the network sees the last column, the addresses, and"
        " when:",
        "".join(["| statement | bytes of the frame | on the wire |\n", "|---|---|---|\n", *rows]),
    )
