"""Fields that may be there and others that may not, and sizes to the byte."""

from collections.abc import Callable
from typing import Any, Final

from build.bodies import CONTROLLER, REF, RIGHT, changed, shown
from build.world import T0, Party, histories, seed, some_cid, terms, write
from linkcontract.encoding import encode

Add = Callable[..., None]

SPEC: Final = "statements, Bodies"


def _taken(add: Add) -> None:
    scopes = [
        ("erased", f"scope-{scope}", f'The scope "{scope}"', {"scope": scope})
        for scope in ("body", "agreement", "relationship")
    ]
    rows: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        *scopes,
        ("ask", "ref", "A question about a statement", {"ref": REF}),
        ("answer", "ref", "An answer to a statement", {"ref": REF}),
        ("dispute", "ref-and-code", "About a statement, for a reason", {"ref": REF, "code": "why"}),
        ("use", "ref", "A use of one share", {"ref": REF}),
        ("terminate", "at-time-0", "At the first time there is", {"effective": 0}),
        ("delegate", "until-time-0", "Until the first time there is", {"until": 0}),
        (
            "delegate",
            "largest-count",
            "As many as there are numbers",
            {"count": 2**53 - 1},
        ),
        (
            "join",
            "four-addresses",
            "As many addresses as a body may have",
            {"addresses": [f"https://{n}.example/lc" for n in range(4)]},
        ),
        ("open", "never-expires-late", "An expiry as late as it gets", {"exp": 2**53 - 1}),
    )
    for type_, name, comment, changes in rows:
        body = changed(RIGHT[type_], changes)
        add(
            f"read-{type_}-{name}",
            f"{comment}. Careless: a table of fields that somebody copied wrongly.",
            SPEC,
            "read",
            {"kind": f"body:{type_}", "bytes": encode(body)},
            claims={"value": shown(body)},
        )


def _refused(add: Add) -> None:
    rows: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
        (
            "open",
            "addresses-twice",
            "field-order",
            "An address twice. Careless: only a card's addresses are a set.",
            {"addresses": ["https://a.example/", "https://a.example/"]},
        ),
        (
            "ask",
            "code",
            "field-unknown",
            "A code, which only an answer and a dispute have.",
            {"code": "why"},
        ),
        (
            "ask",
            "ref-null",
            "field-kind",
            "Null in place of nothing: `ref` of a question is absent and never null.",
            {"ref": None},
        ),
        (
            "dispute",
            "ref-null",
            "field-kind",
            "Null in place of nothing: `ref` of a dispute is absent and never null.",
            {"ref": None},
        ),
        (
            "delegate",
            "count-text",
            "field-kind",
            "A number as a text.",
            {"count": "1"},
        ),
        (
            "erased",
            "backups-negative",
            "field-range",
            "Backups that ended before 1970.",
            {"backups_until": -1},
        ),
        (
            "terminate",
            "effective-negative",
            "field-range",
            "An end before 1970.",
            {"effective": -1},
        ),
        (
            "propose",
            "accept-by-negative",
            "field-range",
            "An offer that ended before 1970.",
            {"accept_by": -1},
        ),
    )
    for type_, name, code, comment, changes in rows:
        add(
            f"read-{type_}-{name}",
            comment,
            SPEC,
            "read",
            {"kind": f"body:{type_}", "bytes": encode(changed(RIGHT[type_], changes))},
            error=code,
        )


def _sizes(add: Add) -> None:
    add(
        "read-65537",
        "One byte more than a body may have. Careless: a bound that is off by one.",
        "limits, Constants",
        "read",
        {"kind": "body:ack", "bytes": bytes(65537)},
        error="cbor-too-large",
    )
    add(
        "read-65536",
        "As many bytes as a body may have are looked at, and are no map.",
        "limits, Constants",
        "read",
        {"kind": "body:ack", "bytes": b"\x59\xff\xfd" + bytes(65533)},
        error="field-kind",
    )
    add(
        "read-frame-262141",
        "One byte more than a frame may have. Careless: a bound on the padded frame.",
        "limits, Constants",
        "read",
        {"kind": "frame", "bytes": bytes(262141)},
        error="cbor-too-large",
    )
    frame = {
        "to": Party("shop", "public").id,
        "from": Party("anna", "directed").id,
        "rel": some_cid("relationship"),
        "n": seed("n")[:16],
        "at": 0,
        "items": [["want", Party("shop", "public").id, 0, 0]],
    }
    add(
        "read-frame-first-statement",
        "The first statement of a chain is asked for, at the first time there is. Careless: 0 is"
        " no number, or no time.",
        "session, Frames",
        "read",
        {"kind": "frame", "bytes": encode(frame)},
        claims={"value": shown(frame)},
    )


def _terms(add: Add) -> None:
    nobody = {"kind": "counterparty", "in": []}
    rule = {**terms()["permissions"][0], "conditions": [nobody]}
    add(
        "condition-counterparty-empty",
        "A condition that lists no party: an empty array in place of none.",
        "contracts, Conditions",
        "read",
        {"kind": "terms", "bytes": encode(terms(permissions=[rule]))},
        error="field-length",
    )
    one = changed(RIGHT["propose"], {"controller": {**CONTROLLER, "name": "X"}})
    add(
        "read-propose-controller-name-1",
        "A name of one character. Careless: names have two at least.",
        SPEC,
        "read",
        {"kind": "body:propose", "bytes": encode(one)},
        claims={"value": shown(one)},
    )
    for name, number in (("smallest", 1), ("largest", 2**255 - 20)):
        key = {"id": bytes(16), "pk": number.to_bytes(32, "little"), "not_after": 0}
        body = {"prekey": key}
        add(
            f"read-ack-prekey-{name}",
            f"The {name} number a prekey may be, as a number. Whether it is of use is asked by"
            " whoever seals to it.",
            "encoding, Fields",
            "read",
            {"kind": "body:ack", "bytes": encode(body)},
            claims={"value": shown(body)},
        )
    body = {"prekey": {**key, "pk": (2**255 - 19).to_bytes(32, "little")}}
    add(
        "read-ack-prekey-prime",
        "A prekey that is the prime itself, a second form of zero. Careless: off by one.",
        "encoding, Fields",
        "read",
        {"kind": "body:ack", "bytes": encode(body)},
        error="field-range",
    )
    anna, shop = Party("anna", "directed"), Party("shop", "public")
    seen = [[shop.id, -1, some_cid("seen")]]
    statement = write("edge", anna, "ack", {}, at=T0, rel=some_cid("rel"), seen_as_given=seen)
    add(
        "header-seen-seq-negative",
        "An entry of `seen` before the first statement. Careless: entries are compared and not"
        " looked at.",
        "statements, Header",
        "statement",
        {"envelope": statement.envelope, "histories": histories(anna, shop)},
        error="field-range",
    )


def build(add: Add) -> None:
    """The vectors of this module."""
    _terms(add)
    _taken(add)
    _refused(add)
    _sizes(add)
