"""Opening a relationship: what an open and its join are checked for."""

from collections.abc import Callable
from typing import Any, Final

from build.world import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    Event,
    Party,
    Statement,
    histories,
    invitation,
    join_body,
    open_body,
    pskc,
    seed,
    some_cid,
    write,
)
from linkcontract.crypto.x25519 import x25519_public
from linkcontract.encoding import cid_text

Add = Callable[..., None]

SPEC: Final = "session, Opening"
ROLES: Final = "parties, Roles"
NOW: Final = T0 + HOUR


class _Pair:
    """An opener and a joiner, and what they say to each other."""

    def __init__(self, opener: Party, joiner: Party) -> None:
        self.opener, self.joiner = opener, joiner

    def open(
        self,
        *,
        header: dict[str, Any] | None = None,
        writer: Party | None = None,
        event: Event | None = None,
        type_: str = "open",
        **body: Any,
    ) -> Statement:
        """The open with fields of its body or header replaced."""
        fields = {"at": T0, **(header or {})}
        content = open_body(self.opener, self.joiner, **body)
        return write("open", writer or self.opener, type_, content, event=event, **fields)

    def join(
        self,
        answered: Statement,
        *,
        header: dict[str, Any] | None = None,
        writer: Party | None = None,
        event: Event | None = None,
        type_: str = "join",
        data: bytes | None = None,
        **body: Any,
    ) -> Statement:
        """The join to an open with fields of its body or header replaced."""
        fields = {"at": T0 + MINUTE, "rel": answered.id, "seen": [answered], **(header or {})}
        content = join_body(self.opener, self.joiner, **body)
        joiner = writer or self.joiner
        return write("join", joiner, type_, content, event=event, data=data, **fields)

    def asked(self, statement: Statement, *, body: bool = True, **more: Any) -> dict[str, Any]:
        """The input of `open`."""
        return {
            "histories": histories(self.opener, self.joiner, *more.pop("others", ())),
            "opener": self.opener.name,
            "joiner": self.joiner.name,
            "open": statement.to_json(body),
            "now": NOW,
            "cards": [],
            "secrets": [seed(f"{self.joiner.name} invitation")]
            if self.joiner.kind == "directed"
            else [],
            **more,
        }

    def answered(
        self, statement: Statement, join: Statement, *, body: bool = True, others: Any = ()
    ) -> dict[str, Any]:
        """The input of `join`."""
        return {
            "histories": histories(self.opener, self.joiner, *others),
            "opener": self.opener.name,
            "joiner": self.joiner.name,
            "open": statement.to_json(),
            "join": join.to_json(body),
        }


def _parties() -> tuple[Party, Party, Party]:
    return Party("anna", "directed"), Party("bert", "directed"), Party("shop", "public")


def _opens(add: Add) -> None:
    anna, bert, shop = _parties()
    pair = _Pair(anna, shop)
    right = pair.open()
    add(
        "open",
        "A person opens to an organisation",
        SPEC,
        "open",
        pair.asked(right),
        claims={"secret": None},
    )
    private = _Pair(anna, bert)
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
    pair, private = _Pair(anna, shop), _Pair(anna, bert)
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
    own = _Pair(anna, anna).open(inv=None)
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
    moved = _Pair(rotated, shop)
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
    pairs = (("public", _Pair(firm, shop)), ("directed", _Pair(anna, bert)))
    for kind, equal in pairs:
        swapped = {"first": equal.opener.id, "second": equal.joiner.id}
        refused(
            f"roles-{kind}",
            f"Both are {kind}, so whoever opened is second",
            equal.asked(equal.open(roles=swapped)),
            "open-roles",
        )
    towards = _Pair(shop, anna)
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


def _refused_invitations(add: Add, pair: _Pair, private: _Pair) -> None:
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


def _joins(add: Add) -> None:
    anna, bert, shop = _parties()
    firm = Party("firm", "public")
    for name, comment, opener, joiner, first in (
        ("person-to-organisation", "The person is first, though it opened", anna, shop, "anna"),
        ("organisation-to-person", "The person is first, and joined", shop, anna, "anna"),
        ("person-to-person", "Whoever opened is second", anna, bert, "bert"),
        ("organisation-to-organisation", "Whoever opened is second", shop, firm, "firm"),
    ):
        pair = _Pair(opener, joiner)
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
    pair = _Pair(anna, shop)
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
    moving = _Pair(anna, later)
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
    pair = _Pair(anna, shop)
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
    pair = _Pair(anna, shop)
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
    pair = _Pair(anna, shop)
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
    """Add the vectors of the area opening."""
    _opens(add)
    _refused_opens(add)
    _joins(add)
    _refused_joins(add)
