"""Addresses in cards."""

from collections.abc import Callable
from typing import Any, Final

from build.areas.parties_cards import Cards

Add = Callable[..., None]

ADDRESSES: Final = "parties, Addresses"


def _addresses(c: Cards) -> None:
    long = "https://shop.example/"
    for name, comment, address in (
        ("longest", "256 characters", long + "a" * (256 - len(long))),
        (
            "onion",
            "Another scheme: whether a node goes there is its own affair",
            "onion+http://abc.example:80/x",
        ),
        (
            "private",
            "A private address has the form; no node connects there",
            "http://192.168.0.1/",
        ),
    ):
        c.add(
            f"address-{name}",
            comment,
            ADDRESSES,
            "card",
            c.input(c.signed(addresses=[address])),
            claims={"addresses": [address]},
        )
    four = [f"https://{n}.example" for n in range(4)]
    c.taken("addresses-4", "Four addresses", {"addresses": four}, addresses=four)
    rows: tuple[tuple[str, str, str, list[Any]], ...] = (
        ("257", "257 characters", "field-length", [long + "a" * (257 - len(long))]),
        ("empty", "No character", "field-length", [""]),
        ("no-scheme", "No scheme: relative to what?", "field-text", ["shop.example/lc"]),
        ("one-slash", "A browser repairs this", "field-text", ["https:/shop.example"]),
        ("nothing-after", "A scheme alone", "field-text", ["https://"]),
        (
            "scheme-capitals",
            "Schemes do not tell capitals, this form does",
            "field-text",
            ["HTTPS://shop.example"],
        ),
        (
            "scheme-number",
            "A scheme that begins with a number",
            "field-text",
            ["4https://shop.example"],
        ),
        ("space", "A space in it", "field-text", ["https://shop.example/a b"]),
        (
            "space-before",
            "A space before it, which many strip",
            "field-text",
            [" https://shop.example"],
        ),
        (
            "line-feed",
            "A line feed behind it: a second line in somebody's request",
            "field-text",
            ["https://shop.example\n"],
        ),
        ("letters", "Letters outside ASCII", "field-text", ["https://bücher.example"]),
        ("mark", "A mark that is not seen", "field-text", ["https://shop.example\u200e"]),
        ("script", "A scheme without slashes", "field-text", ["javascript:alert(1)"]),
        ("bytes", "A byte string", "field-kind", [b"https://shop.example"]),
        ("five", "Five addresses", "field-length", [f"https://{n}.example" for n in range(5)]),
        ("twice", "One address twice", "field-order", ["https://a.example", "https://a.example"]),
    )
    for name, comment, code, addresses in rows:
        c.add(
            f"address-{name}",
            comment,
            ADDRESSES,
            "card",
            c.input(c.signed(addresses=addresses)),
            error=code,
        )
    c.refused(
        "addresses-text",
        "One address and not an array",
        "field-kind",
        addresses="https://shop.example",
        spec=ADDRESSES,
    )


def build(add: Add) -> None:
    """Add the vectors of addresses."""
    _addresses(Cards(add))
