"""Opens: what they are checked for by whoever is opened to."""

from collections.abc import Callable
from typing import Any, Final

from build.pair import Pair
from build.world import (
    DAY,
    HOUR,
    T0,
    Party,
    invitation,
    seed,
    some_cid,
)
from linkcontract.encoding import cid_text

Add = Callable[..., None]

SPEC: Final = "session, Opening"
ROLES: Final = "parties, Roles"
NOW: Final = T0 + HOUR


def _parties() -> tuple[Party, Party, Party]:
    return Party("anna", "directed"), Party("bert", "directed"), Party("shop", "public")


def _opens(add: Add) -> None:
    anna, bert, shop = _parties()
    pair = Pair(anna, shop)
    right = pair.open()
    add(
        "open",
        "A person opens to an organisation",
        SPEC,
        "open",
        pair.asked(right),
        claims={"secret": None},
    )
    private = Pair(anna, bert)
    secret = seed("bert invitation")
    other = seed("another invitation")
    add(
        "open-invited",
        "A person opens to a person, who invited; the secret that was used is named",
        SPEC,
        "open",
        private.asked(private.open(), secrets=[other, secret]),
        claims={"secret": secret},
    )
    invited = pair.open(inv=invitation(other, anna, shop))
    add(
        "open-public-invited",
        "An organisation may invite as well",
        SPEC,
        "open",
        pair.asked(invited, secrets=[other]),
        claims={"secret": other},
    )
    card = some_cid("card")
    add(
        "open-card",
        "The card it acted on is one the receiver still honours",
        SPEC,
        "open",
        pair.asked(pair.open(card=card), cards=[cid_text(some_cid("other")), cid_text(card)]),
        claims={"secret": None},
    )
    add(
        "open-ext",
        "Extensions nobody here knows are offered",
        SPEC,
        "open",
        pair.asked(pair.open(ext=["example-1", "example-2"])),
        claims={"secret": None},
    )
    add(
        "open-longest",
        "It expires exactly thirty days after it was written",
        SPEC,
        "open",
        pair.asked(pair.open(exp=T0 + 30 * DAY)),
        claims={"secret": None},
    )
    shop.rotate()
    older = pair.open(kel={"a": anna.head.id, "b": shop.inception.id})
    add(
        "open-to-older-key",
        "The opener knows an older event of the receiver, which is in its history",
        SPEC,
        "open",
        pair.asked(older),
        claims={"secret": None},
    )


def _refused_opens(add: Add) -> None:
    anna, bert, shop = _parties()
    pair, private = Pair(anna, shop), Pair(anna, bert)
    spec = SPEC

    def refused(name: str, comment: str, given: dict[str, Any], code: str) -> None:
        add(f"open-{name}", comment, spec, "open", given, error=code)

    def but(name: str, comment: str, code: str, **changes: Any) -> None:
        refused(name, comment, pair.asked(pair.open(**changes)), code)

    head = [[bert.id, 0, some_cid("something")]]
    but(
        "seen",
        "A first statement that names something of somebody",
        "open-form",
        header={"seen": head},
    )
    later = {"seq": 1, "prev": some_cid("before")}
    but("seq-1", "The second statement of its writer", "open-form", header=later)
    refused("no-body", "Its body is not there", pair.asked(pair.open(), body=False), "open-form")
    bad = pair.open(proto=2)
    refused(
        "proto-2",
        "A version of the protocol nobody here speaks: the body has not its shape",
        pair.asked(bad),
        "open-form",
    )
    refused("ext-twice", "One extension twice", pair.asked(pair.open(ext=["a", "a"])), "open-form")
    refused("body-more", "A field nobody knows", pair.asked(pair.open(later=1)), "open-form")
    join = pair.join(pair.open())
    refused(
        "join",
        "A join where an open is asked for",
        {**pair.asked(join), "opener": "shop", "joiner": "anna"},
        "open-form",
    )

    but(
        "to-other",
        "Opened towards somebody else: a frame that was sealed on",
        "open-to",
        to=bert.id,
    )
    own = Pair(anna, anna).open(inv=None)
    refused(
        "to-self",
        "Opened towards the opener: a message that was sent back",
        {**pair.asked(own), "joiner": "anna", "secrets": [seed("anna invitation")]},
        "open-to",
    )
    mallory = Party("mallory", "directed")
    stolen = pair.open(writer=mallory, kel={"a": mallory.head.id, "b": shop.head.id})
    refused(
        "of-other",
        "Written by somebody else than the opener",
        pair.asked(stolen, others=[mallory]),
        "open-to",
    )

    rotated = Party("anna", "directed")
    moved = Pair(rotated, shop)
    start = rotated.inception
    rotated.rotate()
    spec = SPEC
    refused(
        "kel-a-newer",
        "Signed under an older event than the one it names as its own",
        moved.asked(moved.open(event=start)),
        "open-key",
    )
    refused(
        "kel-a-older",
        "Names an older event than the one it is signed under",
        moved.asked(moved.open(kel={"a": start.id, "b": shop.head.id})),
        "open-key",
    )
    but(
        "kel-b-unknown",
        "An event of the receiver that it does not know",
        "open-key",
        kel={"a": anna.head.id, "b": some_cid("event")},
    )
    but(
        "kel-b-own",
        "The opener's own event as the receiver's",
        "open-key",
        kel={"a": anna.head.id, "b": anna.head.id},
    )
    but(
        "kel-swapped",
        "The two events swapped",
        "open-key",
        kel={"a": shop.head.id, "b": anna.head.id},
    )

    spec = ROLES
    wrong = {"first": shop.id, "second": anna.id}
    but(
        "roles-swapped",
        "The organisation as the one whose data it is about",
        "open-roles",
        roles=wrong,
    )
    but(
        "roles-one",
        "One party in both places",
        "open-roles",
        roles={"first": anna.id, "second": anna.id},
    )
    but("roles-other", "Somebody else", "open-roles", roles={"first": bert.id, "second": shop.id})
    firm = Party("firm", "public")
    pairs = (("public", Pair(firm, shop)), ("directed", Pair(anna, bert)))
    for kind, equal in pairs:
        swapped = {"first": equal.opener.id, "second": equal.joiner.id}
        refused(
            f"roles-{kind}",
            f"Both are {kind}, so whoever opened is second",
            equal.asked(equal.open(roles=swapped)),
            "open-roles",
        )
    towards = Pair(shop, anna)
    refused(
        "roles-public-opens",
        "An organisation that opens to a person is not first by that",
        towards.asked(towards.open(roles={"first": shop.id, "second": anna.id})),
        "open-roles",
    )

    spec = SPEC
    expiries: tuple[tuple[str, str, int, int, int], ...] = (
        ("expired", "At the moment of its expiry", T0, T0 + DAY, T0 + DAY),
        ("at-expiry", "It expires when it is written", T0, T0, T0 - DAY),
        ("too-long", "It expires a millisecond after thirty days", T0, T0 + 30 * DAY + 1, NOW),
        (
            "far-ahead",
            "Written and expiring within its bound, but by a clock a month ahead: it would outlive "
            "the receiver's memory",
            T0 + 31 * DAY,
            T0 + 32 * DAY,
            T0,
        ),
    )
    for name, comment, at, exp, now in expiries:
        refused(
            name, comment, pair.asked(pair.open(header={"at": at}, exp=exp), now=now), "open-expiry"
        )
    _refused_invitations(add, pair, private)


def _refused_invitations(add: Add, pair: Pair, private: Pair) -> None:
    anna, bert, shop = private.opener, private.joiner, pair.joiner
    secret = seed("bert invitation")
    card = some_cid("card")
    rows = (
        (
            "card-unknown",
            "A card this party never issued, or revoked",
            pair.asked(pair.open(card=card), cards=[cid_text(some_cid("other"))]),
            "open-card",
        ),
        (
            "no-invitation",
            "A person is opened to without an invitation",
            private.asked(private.open(inv=None)),
            "open-invitation",
        ),
        (
            "used-up",
            "The secret is outstanding no more",
            private.asked(private.open(), secrets=[seed("another invitation")]),
            "open-invitation",
        ),
        (
            "public-unknown-secret",
            "An organisation needs no secret, but one that is used has to be right",
            pair.asked(pair.open(inv=invitation(secret, anna, shop))),
            "open-invitation",
        ),
        (
            "invitation-copied",
            "The commitment somebody else made, seen on its way: it names that opener",
            private.asked(private.open(inv=invitation(secret, Party("carl", "directed"), bert))),
            "open-invitation",
        ),
        (
            "invitation-other-receiver",
            "The commitment to the right secret for another receiver",
            private.asked(private.open(inv=invitation(secret, anna, shop))),
            "open-invitation",
        ),
        (
            "invitation-reflected",
            "Opener and receiver swapped in the commitment",
            private.asked(private.open(inv=invitation(secret, bert, anna))),
            "open-invitation",
        ),
        (
            "invitation-bare",
            "The secret itself, readable for whoever stores the statement",
            private.asked(private.open(inv=secret)),
            "open-invitation",
        ),
    )
    for name, comment, given, code in rows:
        add(f"open-{name}", comment, SPEC, "open", given, error=code)


def build(add: Add) -> None:
    """Add the vectors of opens."""
    _opens(add)
    _refused_opens(add)
