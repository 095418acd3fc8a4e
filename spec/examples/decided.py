"""The example of decisions: what the terms of the story permit, asked in several ways."""

import json
from typing import Any, Final

from build.case import jsonable
from build.world import DAY, T0
from examples.notation import code, markdown
from examples.registry import worked
from examples.story import PURPOSE, SHOP, STORY, TERMS, asked, shown, statement
from linkcontract.encoding import encode

RECEIVED: Final = statement("share").header["at"]
NOW: Final = T0 + 30 * DAY
MARKETING: Final = "dpv:Marketing"

NARROWER: Final[dict[str, Any]] = {
    **TERMS,
    "prohibitions": [
        *TERMS["prohibitions"],
        {
            "actions": ["dpv:Processing"],
            "paths": ["vcard/email"],
            "purposes": [],
            "recipients": [],
        },
    ],
}
"""An amendment that takes the e-mail address out."""

FACTS: Final = {
    "counterparty": SHOP.cid,
    "place": None,
    "uses": None,
    "received_at": RECEIVED,
    "named": {},
}


def request(
    action: str = "dpv:Consult",
    path: str = "vcard/fn/1",
    purpose: str = PURPOSE,
    recipient: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {"action": action, "path": path, "purpose": purpose, "recipient": recipient}


ASKED: Final = (
    (request(), {}, "a permission covers the path above it"),
    (request(path="vcard"), {}, "it asks for all of `vcard`; two paths below it are granted"),
    (request(action="dpv:Use"), {}, "`dpv:Use` is broader than `dpv:Consult`"),
    (request(purpose=MARKETING), {}, "no permission has this purpose"),
    (request(recipient={"kind": "dpv:ThirdParty"}), {}, "nobody else is named"),
    (request(action="dpv:Consulting"), {}, "no such action"),
    (request(path="vcard//1"), {}, "an empty segment"),
    (request(), {"now": RECEIVED + 90 * DAY}, "90 days after it was received"),
    (request(), {"now": TERMS["until"]}, "from `until` on"),
    (request(path="vcard/email"), {}, "the other path of the permission"),
    (
        request(path="vcard/email"),
        {"terms": [encode(TERMS), encode(NARROWER)]},
        "agreed beside it: the terms below, which prohibit this path, of the same length",
    ),
)


def question(wanted: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What the command `decide` is asked."""
    return {"terms": [encode(TERMS)], "request": wanted, "facts": FACTS, "now": NOW, **given}


def decided(wanted: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return asked("decide", question(wanted, given))


def rows() -> str:
    lines = []
    for wanted, given, why in ASKED:
        found = decided(wanted, given)
        who = "the shop" if wanted["recipient"] is None else f"`{wanted['recipient']['kind']}`"
        words = f"`{wanted['action']}`, `{wanted['path']}`, `{wanted['purpose']}`, {who}"
        lines.append(
            f"| {words} | {'yes' if found['permit'] else 'no'} | `{found['code']}` | {why} |\n"
        )
    head = ["| action, path, purpose, recipient | | code | because |\n", "|---|---|---|---|\n"]
    return "".join([*head, *lines])


def thread(labels: tuple[str, ...]) -> str:
    """The code of the answer of the thread, given these statements."""
    question = {
        "histories": STORY.histories,
        "statements": STORY.to_json(),
        "order": list(labels),
        "thread": "propose",
        "request": request(),
        "facts": FACTS,
        "now": NOW,
    }
    return str(asked("permitted", question)["code"])


@worked("a-decision")
def a_decision() -> str:
    told = tuple(STORY.statements)
    upto = {label: thread(told[: told.index(label) + 1]) for label in ("accept", "ack", "revoke")}
    assert upto == {"accept": "not-active", "ack": "permitted", "revoke": "not-active"}
    wanted, given, _ = ASKED[0]
    shown_question = {**question(wanted, given), "terms": ["the bytes above"]}
    return markdown(
        "The rules in Alice's terms, and the bytes of the terms"
        " ([contracts.md](contracts.md) shows all of them):",
        shown(
            encode({name: TERMS[name] for name in ("permissions", "prohibitions", "duties")}),
            hexed=False,
        ),
        code([line.strip() for line in shown(encode(TERMS)).split("\n\n")[1].splitlines()]),
        "Thirty days on, the shop asks whether it may look at the name. As the command `decide` of"
        " the conformance kit:",
        code(json.dumps(jsonable(shown_question), indent=2).splitlines()),
        "The answer, with the duty of the terms and how long the value may be kept:",
        code(json.dumps(decided(wanted, given), indent=2).splitlines()),
        "The same with other requests, times and terms:",
        rows(),
        "The last row asks two terms, those above and these, which differ in one more prohibition:",
        code([line.strip() for line in shown(encode(NARROWER)).split("\n\n")[1].splitlines()]),
        "Asked of the thread instead of the terms, the first request is answered `not-active`"
        " before the `ack`, `permitted` after it, and `not-active` from the `revoke` on.",
    )
