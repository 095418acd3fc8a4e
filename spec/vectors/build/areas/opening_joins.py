"""Joins: what they answer, and what they must not change."""

from collections.abc import Callable
from typing import Any, Final

from build.pair import Pair
from build.world import (
    DAY,
    HOUR,
    T0,
    Party,
    Statement,
    pskc,
    some_cid,
)
from linkcontract.crypto.x25519 import x25519_public

Add = Callable[..., None]

SPEC: Final = "session, Opening"
ROLES: Final = "parties, Roles"


def _parties() -> tuple[Party, Party, Party]:
    return Party("anna", "directed"), Party("bert", "directed"), Party("shop", "public")


def _joins(add: Add) -> None:
    anna, bert, shop = _parties()
    firm = Party("firm", "public")
    for name, comment, opener, joiner, first in (
        ("person-to-organisation", "The person is first, though it opened", anna, shop, "anna"),
        ("organisation-to-person", "The person is first, and joined", shop, anna, "anna"),
        ("person-to-person", "Whoever opened is second", anna, bert, "bert"),
        ("organisation-to-organisation", "Whoever opened is second", shop, firm, "firm"),
    ):
        pair = Pair(opener, joiner)
        statement = pair.open()
        second = opener.name if first == joiner.name else joiner.name
        add(
            f"join-{name}",
            comment,
            ROLES,
            "join",
            pair.answered(statement, pair.join(statement)),
            claims={"rel": statement.cid, "first": first, "second": second, "ext": []},
        )
    pair = Pair(anna, shop)
    offered = pair.open(ext=["one", "two", "three"])
    add(
        "join-ext",
        "Extensions are those of the join, in its order",
        SPEC,
        "join",
        pair.answered(offered, pair.join(offered, ext=["three", "one"])),
        claims={"ext": ["three", "one"]},
    )
    early = pair.open(exp=T0 + HOUR)
    add(
        "join-last-moment",
        "Signed at the very expiry of the open",
        SPEC,
        "join",
        pair.answered(early, pair.join(early, header={"at": T0 + HOUR})),
        claims={"rel": early.cid},
    )
    later = Party("shop", "public")
    moving = Pair(anna, later)
    statement = moving.open()
    later.rotate()
    rotated = moving.join(statement)
    add(
        "join-rotated",
        "The joiner rotated after the open: its event descends from the one the open names",
        SPEC,
        "join",
        moving.answered(statement, rotated),
        claims={"rel": statement.cid},
    )


def _refused_joins(add: Add) -> None:
    anna, bert, shop = _parties()
    pair = Pair(anna, shop)
    statement = pair.open(ext=["one"])
    half = pskc(anna.half)

    def refused(name: str, comment: str, code: str, join: Statement, **more: Any) -> None:
        given = pair.answered(statement, join, **more)
        add(f"join-{name}", comment, SPEC, "join", given, error=code)

    def but(name: str, comment: str, code: str, **changes: Any) -> None:
        refused(name, comment, code, pair.join(statement, **changes))

    nothing: dict[str, Any] = {"seen": []}
    but("no-seen", "A join that names nothing: to which open?", "join-form", header=nothing)
    more = {"seen": [statement, [bert.id, 0, some_cid("x")]]}
    but("seen-more", "It names something else besides", "join-form", header=more)
    other = {"seen": [[anna.id, 0, some_cid("other open")]]}
    but("seen-other", "It names another statement of the opener", "join-form", header=other)
    but(
        "rel-other",
        "The join of another relationship",
        "join-form",
        header={"rel": some_cid("rel")},
    )
    but(
        "seq-1",
        "The second statement of its writer",
        "join-form",
        header={"seq": 1, "prev": some_cid("b")},
    )
    but("ack", "An acknowledgement instead", "join-form", type_="ack", data=b"\xa0")
    refused("no-body", "Its body is not there", "join-form", pair.join(statement), body=False)
    but("proto-true", "True for the version", "join-form", proto=True)
    but("with-inv", "A field of the open", "join-form", inv=None)

    mallory = Party("mallory", "public")
    refused(
        "by-other",
        "Somebody else joins in the place of the one opened to",
        "open-to",
        pair.join(statement, writer=mallory, kel={"a": anna.head.id, "b": mallory.head.id}),
        others=[mallory],
    )
    but("to-other", "It answers somebody else", "open-to", to=bert.id)
    but("to-self", "It answers itself", "open-to", to=shop.id)

    swapped = {"first": shop.id, "second": anna.id}
    but("roles-swapped", "The roles changed", "join-differs", roles=swapped)
    but("ext-more", "An extension nobody offered", "join-differs", ext=["one", "two"])
    but(
        "kel-a-other",
        "Another event of the opener, which it does not have",
        "open-key",
        kel={"a": some_cid("event"), "b": shop.head.id},
    )
    but(
        "kel-b-opener",
        "The opener's event as the joiner's",
        "open-key",
        kel={"a": anna.head.id, "b": anna.head.id},
    )
    _refused_keys(add)

    but(
        "nonce-reflected",
        "The opener's nonce comes back",
        "join-reflected",
        nonce=statement.body["nonce"],
    )
    but(
        "psk-reflected",
        "The opener's commitment comes back: the joiner adds nothing to the shared key",
        "join-reflected",
        pskc=half,
    )
    but(
        "signal-reflected",
        "The opener's signal key comes back",
        "join-reflected",
        signal=x25519_public(anna.signal),
    )
    reflected = {**shop.prekey().to_value(), "pk": anna.prekey().pk}
    but(
        "prekey-reflected",
        "The opener's prekey comes back under another id",
        "join-reflected",
        prekey=reflected,
    )
    but(
        "late",
        "A millisecond after the expiry of the open",
        "join-late",
        header={"at": T0 + 30 * DAY + 1},
    )
    _refused_pairs(add)


def _refused_keys(add: Add) -> None:
    """Joins whose keys went backwards."""
    anna, shop = Party("anna", "directed"), Party("shop", "public")
    start = shop.inception
    live = shop.rotate()
    pair = Pair(anna, shop)
    statement = pair.open()
    older = pair.join(statement, event=start, kel={"a": anna.head.id, "b": start.id})
    differs = pair.join(statement, event=start, kel={"a": anna.head.id, "b": live.id})
    branch = shop.rotate(start, "other")
    parted = pair.join(statement, event=branch, kel={"a": anna.head.id, "b": branch.id})
    for name, comment, join in (
        (
            "kel-b-older",
            "Joined under an older key than the open shows: perhaps a stolen one",
            older,
        ),
        ("kel-b-differs", "Signed under another event than the one it names", differs),
        ("kel-b-branch", "Joined under the other branch of a parted history", parted),
    ):
        given = pair.answered(statement, join)
        add(f"join-{name}", comment, SPEC, "join", given, error="open-key")


def _refused_pairs(add: Add) -> None:
    """Joins that are right, to opens that are not."""
    anna, shop = Party("anna", "directed"), Party("shop", "public")
    pair = Pair(anna, shop)
    swapped = {"first": shop.id, "second": anna.id}
    for name, comment, changes, answer, code in (
        (
            "open-roles",
            "The open has the wrong roles, and the join repeats them",
            {"roles": swapped},
            {"roles": swapped},
            "open-roles",
        ),
        ("open-too-long", "The open expires too late", {"exp": T0 + 31 * DAY}, {}, "open-expiry"),
        ("open-bad-body", "The body of the open has not its shape", {"fold": 2}, {}, "open-form"),
        (
            "open-key",
            "The open names a key the joiner never had",
            {"kel": {"a": anna.head.id, "b": some_cid("event")}},
            {},
            "open-key",
        ),
    ):
        statement = pair.open(**changes)
        given = pair.answered(statement, pair.join(statement, **answer))
        add(f"join-to-{name}", comment, SPEC, "join", given, error=code)


def build(add: Add) -> None:
    """Add the vectors of joins."""
    _joins(add)
    _refused_joins(add)
