"""Recipients of rules that two implementations refused with different codes."""

from collections.abc import Callable
from typing import Any

from build.world import some_cid, terms
from linkcontract.encoding import encode

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    party = some_cid("recipient")
    for name, what, recipient, code in (
        ("bytes", "A byte string that is no cid", b"", "field-cid"),
        ("digest", "The digest of a party alone", party[4:], "field-cid"),
        ("text-of-a-cid", "A party as text, which has no colon", "b" + "a" * 58, "field-text"),
        ("integer", "Neither a party nor a kind", 1, "field-kind"),
    ):
        rule = {
            "actions": ["dpv:Use"],
            "paths": ["vcard"],
            "purposes": ["dpv:ServiceProvision"],
            "recipients": [recipient],
        }
        add(
            f"terms-rule-recipient-{name}",
            f"{what}. Careless: one form is tried after the other, and what is wrong with the last"
            " is said of all.",
            "contracts, Terms",
            "read",
            {"kind": "terms", "bytes": encode(terms(permissions=[rule]))},
            error=code,
        )
