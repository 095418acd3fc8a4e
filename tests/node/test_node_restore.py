"""The drill: a machine is lost, stolen or copied, and the relationships go on or end well.

Real nodes in real processes, exactly as their owners would have to do it.
"""

import asyncio
import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_node_cli import Screen
from two_nodes import PASSPHRASE, NodeAt, Pair, free_port, make_node

from linkcontract.crypto.next_keys import seed_of
from linkcontract.driver.parties import load_history
from linkcontract.errors import NodeError
from linkcontract.model.party import KeyHistory
from linkcontract.node.admin import request_admin
from linkcontract.node.config import load_config
from linkcontract.node.handlers.hiding import hidden
from linkcontract.node.home import open_home
from linkcontract.node.output import EXIT_NODE, EXIT_USAGE
from linkcontract.node.signer import Signer

PATHS = ["vcard/fn", "vcard/email"]


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory whose path leaves room for a socket's name."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="lc-", dir="/tmp") as name:
        yield Path(name)


MACHINES: list[NodeAt] = []
"""Every node of the present test, to be stopped at its end."""


@pytest.fixture
def both(place: Path) -> Iterator[Pair]:
    """Alice and a shop that accepts SD-BASE, with an agreement in force between them."""
    ports = free_port(), free_port()
    bases = tuple(f"http://127.0.0.1:{port}" for port in ports)
    alice = make_node(place / "a", "person", label="Alice", port=ports[0], peers=bases[1:])
    shop = make_node(
        place / "s", "vendor", label="Shop", port=ports[1], peers=bases[:1],
        accept=["ieee-7012:SD-BASE"], counter=True, join_public=True,
    )  # fmt: skip
    pair = Pair(alice, shop)
    try:
        alice.start()
        shop.start()
        pair.introduce("deal", propose="SD-BASE", paths=PATHS, law="FR")
        pair.settled("deal", "active")
        yield pair
    finally:
        for node in (alice, shop, *MACHINES):
            node.stop()
        MACHINES.clear()


def at(node: NodeAt, *arguments: str) -> list[str]:
    """Arguments with the names of files that lie beside a node's configuration made whole."""
    files = {
        "pass",
        "words",
        "new",
        "unused",
        "signer",
        "old",
        "node.backup",
        "data",
        "state/m.marker",
    }
    whole = []
    for each in arguments:
        scheme, colon, name = each.rpartition(":")
        whole.append(f"{scheme}{colon}{node.place / name}" if name in files else each)
    return whole


def do(node: NodeAt, *arguments: str, code: int = 0) -> Any:
    return node.do(*at(node, *arguments), code=code)


def backup(node: NodeAt) -> Any:
    return do(node, "backup", "node.backup", "--passphrase", "file:pass")


def new_machine(old: NodeAt, place: Path, *more: str) -> NodeAt:
    """The old machine is gone; on a new one there are the backup and the words on paper."""
    old.stop()
    place.mkdir(mode=0o700)
    for each in ("pass", "words", "node.backup", "signer"):
        if (old.place / each).exists():
            shutil.copy2(old.place / each, place / each)
    http = load_config(old.config, {}).transports["http"]
    listed = [part for each in http.get("listed", ()) for part in ("--allow-address", str(each))]
    label = load_config(old.config, {}).label
    shutil.rmtree(old.place)
    node = NodeAt(place, old.port, old.words)
    MACHINES.append(node)
    do(
        node, "restore", "node.backup", "--backup-passphrase", "file:pass",
        "--passphrase", "file:pass", "--label", label,
        "--data-dir", "data", "--marker", "state/m.marker",
        "--listen", f"127.0.0.1:{old.port}", *listed, *more,
    )  # fmt: skip
    return node


def vendor(node: NodeAt) -> tuple[str, ...]:
    controller = load_config(node.config, {}).controller
    assert controller is not None
    return (
        "--name", controller.name, "--jurisdiction", controller.jurisdiction,
        "--domain", controller.domain, "--accept", "SD-BASE", "--counter", "--join-public",
    )  # fmt: skip


def findings(pair: Pair) -> list[dict[str, Any]]:
    """What `verify` finds in the exports of both sides."""
    files = []
    for node in (pair.alice, pair.shop):
        file = node.place / "deal.export"
        file.unlink(missing_ok=True)
        do(node, "export", "deal", str(file))
        files.append(str(file))
    done = pair.shop.run("verify", *files, "--json")
    value = json.loads(done.stdout)
    assert value["ok"], value
    found: list[dict[str, Any]] = value["result"]["findings"]
    return found


def convicted(pair: Pair) -> list[dict[str, Any]]:
    return [each for each in findings(pair) if each["weight"] == "conviction"]


def thread(node: NodeAt) -> str:
    (only,) = node.relationship("deal")["threads"]
    root: str = only["root"]
    return root


def end(node: NodeAt, root: str, *options: str) -> None:
    do(node, "revoke", "deal", "--thread", root, *options)


def ended(root: str) -> Any:
    """A test for `wait_for`: the thread has ended."""
    return lambda each: {t["root"]: t["phase"] for t in each["threads"]}[root] == "ended"


def log(node: NodeAt) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = do(node, "log", "deal")["statements"]
    return statements


def test_words_and_backup_on_an_empty_machine_and_the_relationship_goes_on(
    both: Pair, place: Path
) -> None:
    root = thread(both.alice)
    made = backup(both.alice)
    assert (made["relationships"], stat.S_IMODE(Path(made["file"]).stat().st_mode)) == (1, 0o600)
    assert (
        do(both.alice, "backup", "node.backup", "--passphrase", "file:pass", code=EXIT_USAGE)[
            "code"
        ]
        == "file-exists"
    )
    lost = do(both.alice, "propose", "deal", "SD-BASE", "--path", "vcard/tel", "--law", "FR")[
        "statement"
    ]["id"]
    alice = new_machine(both.alice, place / "b", "--words-file", "words")
    both = Pair(alice, both.shop)
    assert not (alice.place / "state").exists()  # the marker comes with the rotation

    # Before the rotation nothing is signed, and the next step is named.
    alice.start()
    assert alice.ready["standing"] == "restored"
    error = do(alice, "revoke", "deal", code=EXIT_NODE)
    assert error["code"] == "node-restored"
    assert "rotate" in error["hint"]

    done = do(alice, "rotate", "--words-file", "words")
    assert (done["answered"], done["silent"], done["told"]) == (["deal"], [], ["deal"])
    assert (done["standing"], done["undelivered"], done["next_keys"]) == ("here", [], 256)
    assert [each["seq"] for each in done["rotated"]] == [1]
    assert lost in [each["id"] for each in log(alice)]  # it was asked back
    assert (alice.place / "state" / "m.marker").exists()

    # It goes on: further statements, both sides equal, nobody convicted.
    end(alice, root)
    both.shop.wait_for("deal", ended(root))
    alice.wait_for("deal", lambda each: not each["undelivered"])
    assert {each["id"] for each in log(alice)} == {each["id"] for each in log(both.shop)}
    assert findings(both) == []
    alice.stop()
    alice.start()
    assert alice.ready["standing"] == "here"


def test_wrong_words_are_named_and_change_nothing(both: Pair, place: Path) -> None:
    backup(both.alice)
    (both.alice.place / "words").write_text("abandon " * 23 + "art\n")
    for options in ([], ["deal"]):
        error = do(both.alice, "rotate", *options, "--words-file", "words", code=EXIT_USAGE)
        assert (error["code"], error["where"]) == ("words-mismatch", "deal")
        assert "other words" in error["hint"]
    error = do(both.alice, "rotate", "--refill", "--words-file", "words", code=EXIT_USAGE)
    assert error["code"] == "words-mismatch"
    assert not any(each["type"] == "rotate" for each in log(both.alice))
    both.alice.stop()
    before = sorted(place.iterdir())
    refused = NodeAt(both.alice.place, both.alice.port, "")
    error = json.loads(
        refused.run(
            *at(refused, "restore", "node.backup", "--backup-passphrase", "file:pass",
                "--passphrase", "file:pass", "--label", "Alice", "--words-file", "words", "--json"),
            "--config", str(place / "b.toml"), "--data-dir", str(place / "b"),
            "--marker", str(place / "m"),
        ).stdout
    )["error"]  # fmt: skip
    assert (error["code"], error["where"]) == ("words-mismatch", "deal")
    assert sorted(place.iterdir()) == before


def test_a_statement_lost_with_the_machine_and_kept_by_a_silent_peer_is_no_evidence(
    both: Pair, place: Path
) -> None:
    """The peer holds what the backup lacks and says nothing: exactly the trap (K5)."""
    root = thread(both.alice)
    backup(both.alice)
    lost = do(both.alice, "propose", "deal", "SD-BASE", "--path", "vcard/tel", "--law", "FR")[
        "statement"
    ]
    both.alice.wait_for("deal", lambda each: not each["undelivered"])
    both.shop.stop()
    alice = new_machine(both.alice, place / "b")
    both = Pair(alice, both.shop)
    alice.start("--ask-seconds", "1")
    error = do(alice, "rotate", "--words-file", "words", "--ask-seconds", "1", code=EXIT_NODE)
    assert (error["code"], error["where"]) == ("restore-unanswered", "deal")
    assert "withdrawals only" in error["hint"]
    assert "--without-answer" in error["hint"]
    done = do(
        alice,
        "rotate",
        "--words-file",
        "words",
        "--ask-seconds",
        "1",
        "--without-answer",
        "--no-wait",
    )
    assert (done["silent"], done["undelivered"]) == (["deal"], ["deal"])
    end(alice, root, "--no-wait")
    rotate = next(each for each in log(alice) if each["type"] == "rotate")
    assert rotate["seq"] == lost["seq"]  # two statements at one position

    both.shop.start()
    alice.wait_for("deal", lambda each: not each["undelivered"], seconds=60)
    both.shop.wait_for("deal", ended(root))
    assert lost["id"] in [each["id"] for each in log(both.shop)]
    alice.wait_for("deal", lambda _: lost["id"] in [each["id"] for each in log(alice)])
    assert convicted(both) == []


def test_after_a_theft_nothing_is_taken_back_and_the_thief_is_superseded(
    both: Pair, place: Path
) -> None:
    root = thread(both.alice)
    backup(both.alice)
    stolen = do(both.alice, "propose", "deal", "SD-BASE", "--path", "vcard/tel", "--law", "FR")[
        "statement"
    ]
    alice = new_machine(both.alice, place / "b", "--compromised")
    both = Pair(alice, both.shop)
    done = do(alice, "rotate", "--words-file", "words")  # without a running node
    assert done["answered"] == ["deal"]
    held = log(alice)
    rotate = next(each for each in held if each["type"] == "rotate")
    assert rotate["seq"] == stolen["seq"]
    alice.start()
    end(alice, root)
    both.shop.wait_for("deal", ended(root))
    assert convicted(both) == []


def test_a_folder_without_its_marker_rotates_first_and_says_why(both: Pair) -> None:
    alice = both.alice
    alice.stop()
    marker = load_config(alice.config, {}).marker
    marker.unlink()
    error = do(alice, "invite", "--label", "x", code=EXIT_NODE)
    assert error["code"] == "node-restored"
    alice.start()
    assert alice.ready["standing"] == "restored"
    error = do(alice, "rotate", "deal", "--words-file", "words", code=EXIT_NODE)
    assert (error["code"], error["where"]) == ("node-restored", "rel")
    done = do(alice, "rotate", "--words-file", "words")
    assert (done["answered"], done["told"]) == (["deal"], ["deal"])
    assert "marker is missing" in (alice.place / "run.err").read_text()
    do(alice, "revoke", "deal")
    both.settled("deal", "ended")
    alice.stop()
    alice.start()
    assert alice.ready["standing"] == "here"
    assert findings(both) == []


def test_what_the_original_signs_after_its_copy_rotated_binds_nobody(
    both: Pair, place: Path
) -> None:
    """Two machines with one folder: the one that rotates supersedes, and nobody is convicted."""
    alice = both.alice
    alice.stop()
    shutil.copytree(alice.place, place / "copy", ignore=shutil.ignore_patterns("state", "*.sock"))
    copy = NodeAt(place / "copy", alice.port, alice.words)
    MACHINES.append(copy)
    text = copy.config.read_text().replace(str(alice.place), str(copy.place))
    copy.config.write_text(text)
    done = do(copy, "rotate", "--words-file", "words")
    assert (done["answered"], done["undelivered"]) == (["deal"], [])
    alice.start()
    offer = ("propose", "deal", "SD-BASE", "--path", "vcard/tel", "--law", "FR", "--no-wait")
    stale = do(alice, *offer)["statement"]["id"]
    both.shop.wait_for("deal", lambda _: stale in [each["id"] for each in log(both.shop)])
    threads = {each["root"]: each for each in both.shop.relationship("deal")["threads"]}
    assert (threads[stale]["offers"], threads[stale]["phase"]) == ([], "idle")
    assert not any(each.get("ref") == stale for each in log(both.shop))  # nor is it accepted
    alice.stop()
    copy.start()
    do(copy, "revoke", "deal", "--all-threads")
    copy.wait_for("deal", lambda each: not each["undelivered"])
    assert convicted(Pair(copy, both.shop)) == []


def test_an_ordinary_rotation_is_told_with_the_next_thing_said(both: Pair) -> None:
    alice = both.alice
    done = do(alice, "rotate", "deal", "--words-file", "words")
    assert (done["told"], done["next_keys"], len(done["rotated"])) == ([], 255, 1)
    assert "rotate" not in [each["type"] for each in log(alice)]
    do(alice, "revoke", "deal")
    both.settled("deal", "ended")
    assert [each["type"] for each in log(alice)][-3:-1] == ["rotate", "revoke"]
    again = do(alice, "rotate", "--words-file", "words", "--tell")
    assert (again["told"], again["undelivered"]) == (["deal"], [])
    assert findings(both) == []


def test_new_words_take_the_place_of_the_old_ones(both: Pair) -> None:
    alice = both.alice
    done = do(alice, "rotate", "--words-file", "words", "--write-words", "new")
    assert (len(done["rotated"]), done["next_keys"]) == (1, 256)
    new = alice.place / "new"
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert new.read_text() != (alice.place / "words").read_text()
    error = do(alice, "rotate", "--words-file", "words", code=EXIT_USAGE)
    assert (error["code"], error["where"]) == ("words-mismatch", "deal")
    do(alice, "rotate", "--words-file", "new", "--tell")
    assert do(alice, "rotate", "--refill", "--words-file", "new") == {"next_keys": 256}
    error = do(alice, "rotate", "--words-file", "words", "--write-words", "unused", code=EXIT_USAGE)
    assert error["code"] == "words-mismatch"
    assert not (alice.place / "unused").exists()  # those words are in force nowhere


def test_a_vendors_shop_goes_on_from_backup_and_signer(both: Pair, place: Path) -> None:
    shop = both.shop
    backup(shop)
    # The backup is older than this rotation, and statements were signed under its key.
    first = do(shop, "rotate", "--signer", "signer", "--signer-passphrase", "file:pass", "--tell")
    assert [each["seq"] for each in first["rotated"]] == [1]
    options = vendor(shop)
    new = new_machine(shop, place / "t", *options)
    both = Pair(both.alice, new)
    new.start()
    assert do(new, "erase", "deal", "--everything", "--yes", code=EXIT_NODE)["code"] == (
        "node-restored"
    )
    done = do(new, "rotate", "--signer", "signer", "--signer-passphrase", "file:pass")
    assert [each["seq"] for each in done["rotated"]] == [2]  # past all that was ever signed
    assert (done["answered"], done["told"]) == (["deal"], ["deal"])
    do(both.alice, "revoke", "deal")
    both.settled("deal", "ended")
    assert findings(both) == []


def test_what_a_vendor_may_not_say_and_a_person_may_not(both: Pair) -> None:
    for node, options in (
        (both.shop, ("--words-file", "words")),
        (both.shop, ("deal", "--signer", "signer", "--signer-passphrase", "file:pass")),
        (both.shop, ("--refill", "--signer", "signer")),
        (both.alice, ("--signer", "signer", "--words-file", "words")),
        (both.alice, ("deal", "--words-file", "words", "--write-words", "new")),
    ):
        assert do(node, "rotate", *options, code=EXIT_USAGE)["code"] == "config-value"
    assert do(both.shop, "rotate", code=EXIT_USAGE)["code"] == "config-missing"
    assert do(both.alice, "rotate", code=EXIT_USAGE)["code"] == "words-terminal"


def test_a_vendors_crash_between_signer_and_store_is_healed_by_running_it_again(
    both: Pair,
) -> None:
    """The signer has signed and remembers it; the node never heard of it."""
    shop = both.shop
    party = shop.ask("status")["node"]["party"]
    shop.stop()
    lost = asyncio.run(_sign_and_die(shop))
    shop.start()
    done = do(shop, "rotate", "--signer", "signer", "--signer-passphrase", "file:pass", "--tell")
    (rotated,) = done["rotated"]
    # The event that was signed is part of the history, once, and the new one follows it.
    assert (rotated["party"], rotated["seq"]) == (party, 2)
    history = asyncio.run(_history(shop))
    assert [len(history.events_at(position)) for position in range(3)] == [1, 1, 1]
    assert lost in history.envelopes
    do(both.alice, "revoke", "deal")
    both.settled("deal", "ended")
    assert findings(both) == []
    # An older copy of the signer file is noticed.
    error = do(both.shop, "rotate", "--signer", "old", "--signer-passphrase", "file:pass", code=3)
    assert error["code"] == "signer-behind"


async def _history(node: NodeAt) -> KeyHistory:
    """A vendor's key history as it lies in its (stopped) store."""
    node.stop()
    async with open_home(load_config(node.config, {}), PASSPHRASE, "test") as home:
        assert home.identity.party is not None
        history = await load_history(home.store, home.identity.party)
    node.start()
    assert history is not None
    return history


async def _sign_and_die(node: NodeAt) -> bytes:
    """What `rotate` does up to the moment at which the signer has signed."""
    shutil.copy2(node.place / "signer", node.place / "old")
    async with open_home(load_config(node.config, {}), PASSPHRASE, "test") as home:
        assert home.identity.party is not None
        history = await load_history(home.store, home.identity.party)
        assert history is not None
        with Signer(node.place / "signer", PASSPHRASE, entropy=os.urandom) as signer:
            return signer.rotate(history, history.heads[0]).envelope


def test_two_rotations_at_once_follow_each_other(both: Pair) -> None:
    """Two commands at the same moment never make two key events at one position."""
    seed = hidden(seed_of((both.alice.place / "words").read_text()))
    path = load_config(both.alice.config, {}).admin_socket
    arguments = {"words": seed, "ask": 0, "wait": 0}

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(request_admin(path, "rotate", arguments) for _ in range(3)))

    done = asyncio.run(at_once())
    assert sorted(each["rotated"][0]["seq"] for each in done) == [1, 2, 3]
    do(both.alice, "revoke", "deal")
    both.settled("deal", "ended")
    assert both.alice.relationship("deal")["parted"] is False
    assert findings(both) == []


def test_the_request_that_carries_words_is_strict_and_echoes_nothing(both: Pair) -> None:
    path = load_config(both.alice.config, {}).admin_socket
    good = hidden(seed_of((both.alice.place / "words").read_text()))
    for words in ("", "abandon", "AAAA", 7, None, [good], f"{good}x"):
        arguments: dict[str, Any] = {"words": words, "ask": 0, "wait": 0}
        with pytest.raises(NodeError) as caught:
            asyncio.run(request_admin(path, "rotate", arguments))
        assert caught.value.code == "admin-request"
        assert caught.value.where == "words"
        assert str(words) not in str(caught.value) or words in ("", 7, None)


def test_at_a_terminal_the_words_are_asked_for_and_taken_off_the_screen(both: Pair) -> None:
    alice = both.alice
    screen = Screen(alice.place, "--config", str(alice.config), "rotate", "deal")
    screen.expect("The 24 recovery words, in order: ")
    screen.type(" ".join((alice.place / "words").read_text().split()))
    screen.expect("\x1b[2J")  # the screen is cleared
    code, text = screen.end()
    assert code == 0, text
    assert "1 key rotated; the old ones are destroyed." in text
    assert "with the next thing you say" in text
