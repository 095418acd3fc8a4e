"""The example of the index: the whole story in a table, and one statement from the inside out."""

from typing import Final

from examples.notation import code, markdown
from examples.registry import worked
from examples.story import ACK_FRAME, ALICE, REL, SEALED, SHOP, STORY, statement
from linkcontract.encoding import cid_text
from linkcontract.ledger import Ledger
from linkcontract.model.party import open_key_history
from linkcontract.model.statement import BodyRecord, open_statement

SAYS: Final = {
    "open": "I open a relationship with the shop whose card I found",
    "join": "I join; from here on both seal with a shared key",
    "propose": "these are my terms",
    "accept": "I accept these terms, named by their cid",
    "ack": "I have seen the acceptance; that confirms it",
    "share": "here is one value, under that agreement",
    "receipt": "I checked the opening against the share",
    "use": "I used it, for this purpose",
    "revoke": "I take back what I granted in this thread",
    "erased": "I erased the opening and its salts; this acknowledges the revoke, too",
}


def phases() -> dict[str, str]:
    """The state of the thread after each statement, as the ledger sees it."""
    histories = {party.id: open_key_history(party.history) for party in (ALICE, SHOP)}
    ledger: Ledger | None = None
    found = {}
    for label, told in STORY.statements.items():
        read = open_statement(told.envelope, histories).with_body(BodyRecord(*told.record))
        if ledger is None:
            ledger = Ledger(read, histories)
        else:
            ledger.add(read)
        threads = ledger.state().threads
        found[label] = "".join(thread.phase.name for thread in threads.values())
    return found


@worked("the-story")
def the_story() -> str:
    after = phases()
    rows = [
        f"| {'Alice' if told.writer is ALICE else 'the shop'} | `{label}` | {SAYS[label]}"
        f" | {after[label]} | `…{told.cid[-8:]}` |\n"
        for label, told in STORY.statements.items()
    ]
    return markdown(
        "All pages tell one story. Alice gives a shop her name under terms of her own, and takes it"
        " back. Her party is made for this relationship, the shop's is public. What they sign, in"
        " this order, the state of the thread after it, and the end of its cid:",
        "".join(["| who | what | | state | cid |\n", "|---|---|---|---|---|\n", *rows]),
        "The relationship is named by the `open`:",
        code([cid_text(REL)]),
        "Her `ack` from the inside out:",
        _layers(),
    )


def _layers() -> str:
    ack = statement("ack")
    layers = [
        ("an empty map, the byte a0; with a salt it is hashed: `bh`", ack.data),
        ("what she had seen, among it the acceptance, and `bh`; named by its cid", ack.payload),
        ("the header, and the signature by the key of her party", ack.envelope),
        ("the envelope, the body and its salt, which heads she holds", ACK_FRAME),
        ("the frame, padded, encrypted to the shop's prekey: what the network sees", SEALED),
    ]
    names = ("body", "header", "envelope", "frame", "seal")
    pages = ("statements", "statements", "envelope", "session", "envelope")
    rows = [
        f"| {name} | {what} | {len(data)} | [{page}.md]({page}.md) |\n"
        for name, page, (what, data) in zip(names, pages, layers, strict=True)
    ]
    return "".join(["| layer | | bytes | page |\n", "|---|---|---|---|\n", *rows])
