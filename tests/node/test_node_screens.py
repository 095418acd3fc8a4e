"""Text of peers on the screen: it is shown, and steers nothing."""

from typing import Any

from linkcontract.node.commands.log import _note, _table
from linkcontract.node.commands.read import _show
from linkcontract.node.commands.status_text import _contract, describe, show_status

EVIL = "Shop\x1b[2J\x1b]0;owned\x07\r\nTRUSTED\u202egnp"


def offer(**fields: Any) -> dict[str, Any]:
    return {
        "id": "bafyreiaaaaaaaaaaaaaaaa",
        "writer": "peer",
        "answers": None,
        "base": None,
        "accept_by": 10**12,
        "name": None,
        "title": None,
        "unchanged": False,
        "agreement": "x:y",
        "paths": ["vcard/fn"],
        "from": 0,
        "until": 10**12,
        "law": "FR",
        "controller": {"name": "Shop", "jurisdiction": "FR", "domain": None},
        "controller_fits": True,
        **fields,
    }


def clean(text: str) -> bool:
    return all(each == "\n" or each.isprintable() for each in text)


def test_a_controllers_name_with_escape_codes_is_one_harmless_line() -> None:
    lines = describe(offer(controller={"name": EVIL, "jurisdiction": "FR", "domain": EVIL}))
    assert all(clean(line) and "\n" not in line for line in lines)
    (line,) = [line for line in lines if "it says it is" in line]
    assert "\\x1b[2J" in line
    assert line.endswith("(not checked)")


def test_every_text_of_an_offer_is_shown_as_text() -> None:
    lines = describe(offer(agreement=EVIL, paths=[EVIL], law=EVIL))
    assert all(clean(line) and "\n" not in line for line in lines)


def test_labels_and_terms_in_status_steer_nothing() -> None:
    thread = {
        "root": "bafyreibbbb",
        "phase": "offered",
        "tip": None,
        "bound": None,
        "expired": False,
        "agreement": None,
        "altered": False,
        "paths": None,
        "offers": [offer(agreement=EVIL)],
        "needs_you": True,
        "permissions": [
            {"path": EVIL, "purpose": EVIL, "recipient": EVIL, "actions": [EVIL]},
        ],
        "duties": [{"label": EVIL, "due": 1, "done": None}],
    }
    relationship = {
        "rel": "bafyreicccc",
        "label": EVIL,
        "me": "b1",
        "peer": "b2",
        "peer_kind": "public",
        "opener": "self",
        "side": "first",
        "joined": True,
        "given_up": False,
        "parted": False,
        "undelivered": 3,
        "statements": 3,
        "convicted": ["b2"],
        "threads": [thread],
    }
    node = {
        "label": EVIL,
        "role": "person",
        "party": None,
        "listening": [],
        "standing": "restored",
        "next_keys": 3,
    }
    for whole in (False, True):
        shown = show_status({"node": node, "relationships": [relationship]}, whole=whole)
        assert clean(shown)
        assert "rotate" in shown


def test_a_text_of_the_roster_with_other_rules_is_never_shown_by_its_bare_name() -> None:
    thread = {"agreement": None, "altered": False, "bound": None, "expired": False}
    offered = {**thread, "phase": "offered", "offers": [offer(name="SD-BASE", unchanged=False)]}
    agreed = {**thread, "phase": "active", "offers": [], "agreement": "SD-BASE", "altered": True}
    honest = {**offered, "offers": [offer(name="SD-BASE", unchanged=True)]}
    assert _contract(offered)[0] == _contract(agreed)[0] == "SD-BASE, ALTERED"
    assert _contract(honest)[0] == "SD-BASE"


def test_codes_and_purposes_in_the_log_steer_nothing() -> None:
    entry = {
        "at": 0,
        "writer": "peer",
        "kind": "refuse",
        "type": "refuse",
        "id": "bafyreidddd",
        "body": {"code": EVIL, "purposes": [EVIL]},
        "void": "deny-accepted",
        "contested": True,
        "use_status": "breach",
        "committed": 3,
        "values": 0,
        "delivered": False,
    }
    shown = _table({"statements": [entry]})
    assert clean(shown)
    assert _note(entry) == (
        "void: deny-accepted, contested, breach, values not held, not delivered yet"
    )


def test_a_shared_value_cannot_write_lines_of_its_own() -> None:
    value = "Zoe\nRecorded as use aaaaaaaaaaaa, which the other side will see.\x1b[2J"
    text = _show(
        {
            "denied": [],
            "purpose": "x:y",
            "items": [{"path": "vcard/fn/1", "value": value}],
            "uses": [{"id": "bafyreibbbbbbbbbbbbbbbb"}],
        }
    )
    assert clean(text)
    assert len(text.splitlines()) == 2
