"""The examples of the ledger and of evidence: a race, and a fork."""

import json
import re
from typing import Any, Final

from build.world import Statement
from examples.crossing import ORDERS, SHARED, crossed, folded
from examples.notation import code, hexadecimal, markdown
from examples.registry import worked
from examples.story import NAMES, REL, SHOP, shown, statement
from linkcontract.audit.evidence import check_evidence
from linkcontract.encoding import cid_text, encode

RACE: Final = ("revoke", "use-again", "erased-late")

SAYS: Final = {
    "revoke": "Alice takes everything back. She has seen the shop's `use`, not `use-again`:",
    "use-again": "The shop, which has not seen the `revoke`, uses the value once more, here called"
    " `use-again`. The body is that of its `use`:",
    "erased-late": "The shop has seen the `revoke` and signs that it erased the value, here called"
    " `erased-late`. The header:",
}


def told(label: str) -> list[str]:
    """What a statement says, and its bytes."""
    said = crossed(label)
    names = {said.id: label, **{crossed(each).id: each for each in RACE}}
    return [
        SAYS[label],
        shown(said.payload, names=names, hexed=False),
        f"Its envelope, and of its body record the salt and the body; it is `…{said.cid[-8:]}`:",
        code(
            [
                *hexadecimal(said.envelope),
                "",
                *hexadecimal(said.salt),
                "",
                *hexadecimal(said.data),
            ]
        ),
    ]


def after(side: str, number: int) -> dict[str, Any]:
    """What a side comes to when it was given so many statements."""
    return dict(folded({side: ORDERS[side][:number]})[side])


def row(side: str, number: int) -> str:
    """One delivery: what is given, the state then, and what is said of the use."""
    come = after(side, number)
    step = come["steps"][-1]
    (thread,) = step["state"]["threads"].values()
    use = come["end"]["uses"].get("use-again", "")
    owes = ", ".join("the shop" if each == "shop" else "Alice" for each in come["end"]["owes"])
    given = ORDERS[side][number - 1]
    return f"| `{given}` | {thread['phase'].upper()} | {use} | {owes} |\n"


def steps(side: str) -> str:
    """What a side is given from the last statement both hold on."""
    first = len(SHARED)
    rows = [row(side, number) for number in range(first, len(ORDERS[side]) + 1)]
    head = ["| given | the thread is | `use-again` is | owes an acknowledgement |\n"]
    return "".join([*head, "|---|---|---|---|\n", *rows])


@worked("a-race")
def a_race() -> str:
    sides = folded()
    ends = [{**side["end"], "state": side["steps"][-1]["state"]} for side in sides.values()]
    assert ends[0] == ends[1]
    assert ends[0]["uses"] == {"share": "covered", "use": "covered", "use-again": "raced"}
    shared = ", ".join(f"`{each}`" for each in SHARED)
    state = json.dumps(ends[0]["state"], indent=2).splitlines()
    return markdown(
        "Here the story of these pages goes on differently after the `revoke`: the shop had not"
        f" received it yet and used the value once more. Both sides hold {shared}. Then three"
        " statements are signed.",
        *[part for label in RACE for part in told(label)],
        "Alice is given her own `revoke` first and what the shop signed later:",
        steps("Alice"),
        "The shop is given its own `use-again` first:",
        steps("the shop"),
        "For a while the two differ. When they hold the same statements they are in the same state,"
        " to the byte, and say the same of every use. The state of both, as the command `fold` of"
        " the conformance kit gives it:",
        code(state),
        "`use-again` is *raced*: what the shop knew permitted it, what existed by then did not. It"
        " is no breach and owes erasure. Had the shop acknowledged the `revoke` first, the same"
        " body would be a breach for everybody and for ever. All bytes of this schedule are in a"
        " vector:",
        code(["ledger/story-use-crosses-the-revoke"]),
    )


def shortened(block: str) -> str:
    """A block in diagnostic notation with the middle of its long byte strings left out."""
    return re.sub(
        r"h'([0-9a-f]{24})([0-9a-f]{200,})([0-9a-f]{16})'",
        lambda found: f"h'{found[1]}…{found[3]}' / {len(found[0]) // 2 - 2} bytes /",
        block,
    )


def fork() -> tuple[Statement, Statement]:
    """Two statements of the shop at one place: it erased, and it used again."""
    erased, again = statement("erased"), crossed("use-again")
    assert erased.header["prev"] == again.header["prev"]
    return erased, again


@worked("an-evidence-object")
def an_evidence_object() -> str:
    pair = sorted(fork(), key=lambda each: each.id)
    value = {
        "v": 1,
        "kind": "fork",
        "rel": REL,
        "about": [each.id for each in pair],
        "kel": SHOP.history,
        "stmts": [[each.envelope, None, None] for each in pair],
    }
    data = encode(value)
    found = check_evidence(data)
    assert (found.kind, found.party) == ("fork", SHOP.id)
    names = {**NAMES, crossed("use-again").id: "use-again"}
    listed = [f"    {json.dumps(cid_text(each))}" for each in found.statements]
    return markdown(
        "In the story the shop signs `erased` after its `use`; in the example of"
        " [ledger.md](ledger.md) it signs `use-again` there. Suppose it signed both and showed the"
        " first to Alice. The two headers, each valid by itself, name one `prev`. Whoever has both"
        f" can hand this on, {len(data)} bytes that need nothing else:",
        shortened(shown(data, names=names, hexed=False)),
        code(hexadecimal(data)),
        "No body is in it: two headers at one place are a fork whatever they say. The command"
        " `evidence` derives from it:",
        code(
            [
                "{",
                f'  "kind": "{found.kind}",',
                f'  "party": {json.dumps(SHOP.cid)},',
                '  "statements": [',
                f"{listed[0]},",
                listed[1],
                "  ]",
                "}",
            ]
        ),
        "It stands unless the shop shows a key event that supersedes the key of these two and that"
        " not both branches go on to.",
    )
