"""Decisions that readers of the text alone took otherwise."""

from collections.abc import Callable
from typing import Any

from build.policy_words import PRINTER, SHOP, ask, facts, no, party, question, rule, terms, yes

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    rows: list[tuple[str, str, Any, dict[str, Any]]] = [
        (
            "recipient-listed-second-party-for-itself",
            "The second party stands among the recipients: the permission is about recipients all"
            " the same. Careless: who is listed is permitted, whoever that is.",
            ask(),
            no("no-permission"),
        ),
        (
            "recipient-listed-second-party-by-its-cid",
            "Asked for by its cid it is a party like another. Careless: the cid of the second party"
            " and the second party itself are one recipient.",
            ask(recipient=party(SHOP)),
            yes(),
        ),
    ]
    listing = terms([rule(recipients=[SHOP, PRINTER])])
    for name, comment, request, decision in rows:
        add(
            name,
            comment,
            "permissions, Requests and rules",
            "decide",
            question([listing], request, facts(counterparty=_text(SHOP))),
            claims=decision,
        )


def _text(cid: bytes) -> str:
    return party(cid)["party"]
