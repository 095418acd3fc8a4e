"""Two real nodes: what a person and a vendor do with each other by commands."""

import asyncio
import json
import signal
import socket
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from two_nodes import PASSPHRASE, NodeAt, Pair, make_node, pair, short_place

from linkcontract.limits import DAY
from linkcontract.model.roster import agreement
from linkcontract.model.terms import Rule, Terms
from linkcontract.node.config import load_config
from linkcontract.node.home import open_home
from linkcontract.node.output import EXIT_NO, EXIT_NODE, EXIT_USAGE, EXIT_WAITING
from linkcontract.node.service import open_node

__all__ = ["pair", "short_place"]  # fixtures

PATHS = ["vcard/fn", "vcard/email"]


def hour() -> int:
    return int(time.time() * 1000) + 3_600_000


# -- the story --------------------------------------------------------------------------------


def test_two_nodes_meet_negotiate_and_agree(pair: Pair) -> None:
    invited = pair.shop.do("invite", "--label", "story")
    assert invited["single_use"] is True
    result = pair.alice.do(
        "connect", "-", "--label", "story", "--propose", "SD-BASE-DP", "--path", "vcard/fn",
        "--path", "vcard/email", "--law", "FR", given=invited["link"],
    )  # fmt: skip
    assert result["joined"] is True
    alice = pair.alice.wait_for("story", lambda each: each["threads"][0]["needs_you"])
    (thread,) = alice["threads"]
    assert (alice["rel"], alice["side"], alice["opener"]) == (result["rel"], "first", "self")
    assert thread["root"] == result["thread"]
    mine, theirs = sorted(thread["offers"], key=lambda each: each["writer"] == "peer")
    assert (mine["name"], mine["writer"], mine["paths"]) == ("SD-BASE-DP", "self", PATHS)
    assert (theirs["name"], theirs["unchanged"], theirs["answers"]) == ("SD-BASE", True, mine["id"])
    assert theirs["controller"]["name"] == "Example Shop Ltd"
    assert theirs["controller_fits"] is True
    assert thread["permissions"] == []

    accepted = pair.alice.do("accept", "story", "--yes")
    assert accepted["statement"]["ref"] == theirs["id"]
    assert accepted["statement"]["delivered"] is True
    for side in pair.settled("story", "active"):
        (thread,) = side["threads"]
        assert (thread["tip"], thread["agreement"]) == (theirs["id"], "SD-BASE")
        assert thread["offers"] == []
        rows = {(each["path"], each["recipient"]) for each in thread["permissions"]}
        assert rows == {(path, who) for path in PATHS for who in (None, "dpv:DataProcessor")}
        assert {each["duty"] for each in thread["duties"]} >= {"ieee-7012:DataDeletionRequired"}
        assert all(each["due"] is None for each in thread["duties"])

    logs = [node.do("log", "story")["statements"] for node in (pair.alice, pair.shop)]
    kinds = [each["kind"] for each in logs[0]]
    said = [each for each in kinds if each != "ack"]
    assert sorted(said) == ["accept", "counter", "join", "open", "propose"]
    assert {each["id"] for each in logs[0]} == {each["id"] for each in logs[1]}
    assert all(each["void"] is None and each["delivered"] for log in logs for each in log)
    writers = {each["kind"]: each["writer"] for each in logs[0]}
    assert (writers["propose"], writers["counter"], writers["accept"]) == ("self", "peer", "self")


def test_an_amendment_replaces_the_agreement_in_force(pair: Pair) -> None:
    name = pair.introduce("amending", propose="SD-BASE", paths=PATHS, law="FR")
    pair.settled(name, "active")
    renewed = pair.alice.do("propose", name, "SD-BASE", "--amend", "SD-BASE", "--until", "400d")
    assert renewed["phase"] == "active"
    assert renewed["offer"]["paths"] == PATHS  # those of the agreement it amends
    alice, shop = pair.settled(name, "active")
    assert alice["threads"][0]["tip"] == shop["threads"][0]["tip"] == renewed["statement"]["id"]
    narrowed = pair.alice.do("propose", name, "SD-BASE", "--amend", "SD-BASE", "--path", PATHS[0])
    assert narrowed["offer"]["base"] == renewed["statement"]["id"]
    pair.settled(name, "active")
    log = pair.shop.ask("log", rel=name, limit=0, type="propose")["statements"]
    assert [each["kind"] for each in log] == ["propose", "renewal", "amendment"]


def test_a_proposal_is_refused_and_another_retracted(pair: Pair) -> None:
    name = pair.introduce("refusing")
    pair.shop.ask(
        "propose", rel=name, agreement="SD-BASE-DP", paths=["vcard/bday"], until=hour(), wait=15
    )
    unknown = pair.alice.do("refuse", name, "--purpose", "Nonsense", code=EXIT_USAGE)
    assert (unknown["code"], unknown["where"]) == ("selector-none", "purpose")
    narrowed = pair.alice.do("refuse", name, "--purpose", "Marketing")
    assert narrowed["statement"]["purposes"] == ["dpv:Marketing"]
    assert narrowed["phase"] == "offered"
    refused = pair.alice.do("refuse", name, "--code", "too-much")
    assert (refused["statement"]["code"], refused["phase"]) == ("too-much", "idle")
    pair.shop.ask("propose", rel=name, agreement="SD-BASE-DP", paths=["vcard/bday"], wait=15)
    taken_back = pair.shop.do("retract", name)
    assert taken_back["phase"] == "idle"
    none_left = pair.alice.do("accept", name, "--yes", code=EXIT_USAGE)
    assert none_left["code"] == "selector-none"


def test_a_second_counter_offer_is_refused_before_it_is_signed(pair: Pair) -> None:
    name = pair.introduce("countering", propose="SD-BASE-DP", paths=PATHS, law="FR")
    pair.alice.wait_for(name, lambda each: each["threads"][0]["needs_you"])
    before = pair.alice.relationship(name)["statements"]
    assert pair.alice.do("counter", name, "SD-BASE-DP", code=EXIT_NO)["code"] == "counter-again"
    assert pair.alice.relationship(name)["statements"] == before


def test_a_counter_takes_data_and_time_from_what_it_answers(pair: Pair) -> None:
    name = pair.introduce("answering")
    until = hour() + 50 * DAY
    pair.shop.ask(
        "propose", rel=name, agreement="SD-BASE-DP", paths=PATHS, until=until, law="DE", wait=15
    )
    answer = pair.alice.do("counter", name, "SD-BASE", "--path", "vcard/fn")
    offer = answer["offer"]
    assert offer["answers"] == answer["answers"]
    assert (offer["paths"], offer["law"]) == (["vcard/fn"], "DE")
    assert until - 1000 < offer["until"] <= until
    assert answer["phase"] == "active"  # the shop's policy takes it


def test_the_public_link_lets_many_in(pair: Pair) -> None:
    card = pair.shop.do("invite", "--public")
    assert (card["single_use"], card["label"]) == (False, None)
    assert "#" not in card["link"]
    for name in ("stranger1", "stranger2"):
        assert pair.alice.ask("connect", link=card["link"], label=name, wait=15)["joined"]
    parties = {pair.alice.relationship(name)["me"] for name in ("stranger1", "stranger2")}
    assert len(parties) == 2  # the shop cannot tell that they are one person


def test_a_single_use_link_is_used_once(pair: Pair) -> None:
    link = pair.shop.ask("invite", label="once", until=hour())["link"]
    assert pair.alice.ask("connect", link=link, label="once", wait=15)["joined"]
    again = pair.alice.do(
        "connect", "-", "--label", "twice", "--wait", "1", code=EXIT_WAITING, given=link
    )
    assert again["joined"] is False


# -- an organisation that does not play by the rules -------------------------------------------


@pytest.fixture
def hostile(pair: Pair) -> str:
    """Proposals that the shop's own commands do not make, signed with its real key."""
    name = pair.introduce("hostile")
    pair.shop.stop()
    asyncio.run(_propose_badly(pair.shop, name))
    pair.shop.start()
    pair.alice.wait_for(name, lambda each: len(each["threads"]) == 3)
    return name


async def _propose_badly(shop: NodeAt, name: str) -> None:
    config = load_config(shop.config, {})
    async with open_home(config, PASSPHRASE, "test") as home, open_node(home) as node:
        await node.go_online()
        rel = await node.relationship(name)
        now = node.engine.clock()
        honest = agreement("SD-BASE").terms(
            paths=["vcard/fn"], valid_from=now, until=now + DAY, law="FR"
        )
        greedy = Terms(
            agreement="ieee-7012:SD-BASE",
            text=honest.text,
            permissions=(
                Rule(actions=("dpv:Sell",), paths=("vcard",), purposes=("dpv:Marketing",)),
            ),
            valid_from=now,
            until=now + DAY,
            law="FR",
            prevails="terms",
        )
        own = {
            "party": home.identity.party,
            "name": "Example Shop Ltd",
            "jurisdiction": "FR",
            "domain": "shop.example",
        }
        async with node.engine.hold(rel) as held:
            peer = held.session.peer
        for terms, controller in (
            (honest, None),
            (honest, {**own, "party": peer}),
            (greedy, own),
        ):
            body = {
                "thread": None,
                "base": None,
                "answers": None,
                "terms": terms.to_value(),
                "accept_by": now + DAY,
                "controller": controller,
            }
            await node.engine.write(rel, "propose", body)
        await node.until(rel, lambda session: not session.outbox, 15)


def test_nobody_behind_the_party_and_rules_unlike_the_text(pair: Pair, hostile: str) -> None:
    threads = pair.alice.relationship(hostile)["threads"]
    offers = [thread["offers"][0] for thread in threads]
    assert [each["controller_fits"] for each in offers] == [False, False, True]
    assert [each["unchanged"] for each in offers] == [True, True, False]
    for offer in offers[:2]:
        error = pair.alice.do("accept", hostile, "--ref", offer["id"], "--yes", code=EXIT_NO)
        assert error["code"] == "accept-controller"
    _, shown, _ = pair.alice.here("status", hostile)
    assert "IT DOES NOT SAY WHO LEGALLY STANDS BEHIND THIS PARTY" in shown
    assert "NAMES SD-BASE, BUT ITS RULES DIFFER FROM THE TEXT IT NAMES" in shown
    code, _, asked = pair.alice.here("accept", hostile, "--ref", offers[2]["id"])
    assert code == EXIT_USAGE
    assert "BUT ITS RULES DIFFER" in asked
    assert "accept-unconfirmed" in asked
    assert pair.alice.do("accept", hostile, "--yes", code=EXIT_USAGE)["code"] == "selector-many"


# -- what is refused, with the reason and the exit code -----------------------------------------


@pytest.fixture(scope="module")
def known(pair: Pair) -> str:
    """A relationship with an agreement in force."""
    name = pair.introduce("known", propose="SD-BASE", paths=PATHS, law="FR")
    pair.settled(name, "active")
    return name


@pytest.mark.parametrize(
    ("who", "command", "code", "exit_code"),
    [
        ("alice", "invite --label known", "label-used", EXIT_USAGE),
        ("alice", "invite", "label-form", EXIT_USAGE),
        ("alice", "invite --public", "config-value", EXIT_USAGE),
        ("alice", "invite --label new --until 31d", "time-form", EXIT_USAGE),
        ("alice", "invite --label new --until soon", "time-form", EXIT_USAGE),
        ("alice", "connect nonsense --label new", "link-form", EXIT_USAGE),
        ("alice", "propose nobody SD-BASE --path a", "selector-none", EXIT_USAGE),
        ("alice", "propose known SD-NOTHING --path a", "roster-unknown", EXIT_USAGE),
        ("alice", "propose known SD-BASE", "offer-incomplete", EXIT_USAGE),
        ("alice", "propose known SD-BASE --path a --law nowhere", "field-text", EXIT_USAGE),
        (
            "alice",
            "propose known SD-BASE --path a --law FR --until 2020-01-01",
            "offer-past",
            EXIT_USAGE,
        ),
        (
            "alice",
            "propose known SD-BASE --path a --law FR --accept-by 2020-01-01",
            "offer-past",
            EXIT_USAGE,
        ),
        (
            "alice",
            "propose known SD-BASE --path a --law FR --accept-by 99d",
            "author-void",
            EXIT_NO,
        ),
        ("alice", "retract known", "selector-none", EXIT_USAGE),
        ("alice", "status nobody", "selector-none", EXIT_USAGE),
        ("alice", "log known --since yesterday", "time-form", EXIT_USAGE),
        ("alice", "log known --id zzzzzz", "selector-none", EXIT_USAGE),
        ("alice", "run", "data-locked", EXIT_NODE),
        ("shop", "propose known SD-BASE --path a --wait -1", "command-line", EXIT_USAGE),
    ],
)
@pytest.mark.usefixtures("known")
def test_a_refusal_says_why_and_what_to_do(
    pair: Pair, who: str, command: str, code: str, exit_code: int
) -> None:
    node = getattr(pair, who)
    error = node.do(*command.split(), code=exit_code)
    assert error["code"] == code
    assert error["text"]
    assert error["hint"], error


def test_answering_what_cannot_be_answered_says_what_to_do_instead(pair: Pair) -> None:
    name = pair.introduce("asking", propose="SD-BASE", paths=PATHS, law="FR")
    pair.settled(name, "active")
    log = pair.alice.ask("log", rel=name, limit=0)["statements"]
    mine = next(each["id"] for each in log if each["type"] == "propose")
    accepted = pair.shop.do("refuse", name, "--ref", mine, code=EXIT_NO)
    assert (accepted["code"], "revoke" in accepted["hint"]) == ("offer-answered", True)
    own = pair.alice.do("refuse", name, "--ref", mine, code=EXIT_NO)
    assert "retract" in own["hint"]
    opening = pair.alice.do("accept", name, "--yes", "--ref", log[0]["id"], code=EXIT_NO)
    assert "not a proposal" in opening["hint"]


def test_the_nodes_own_link_is_refused(pair: Pair) -> None:
    link = pair.alice.ask("invite", label="self", until=hour())["link"]
    error = pair.alice.do("connect", "-", "--label", "me", code=EXIT_USAGE, given=link)
    assert error["code"] == "connect-self"
    taken = pair.alice.do("invite", "--label", "self", code=EXIT_USAGE)
    assert taken["code"] == "label-used"  # by the invitation, though nobody has used it


def test_an_older_public_card_is_refused_after_a_newer_one_was_seen(pair: Pair) -> None:
    old, new = (pair.shop.ask("invite", public=True, until=hour())["link"] for _ in range(2))
    assert pair.alice.ask("connect", link=new, label="newer", wait=15)["joined"]
    error = pair.alice.do("connect", "-", "--label", "older", code=EXIT_USAGE, given=old)
    assert error["code"] == "card-older"


# -- one node, running or not -------------------------------------------------------------------

SAME = (
    ("status", "known"),
    ("log", "known"),
    ("log", "known", "--limit", "2", "--type", "ack"),
    ("propose", "nobody", "SD-BASE"),
    ("accept", "known", "--yes"),
    ("retract", "known"),
)


@pytest.mark.usefixtures("known")
def test_with_and_without_a_running_node_the_answer_is_the_same(pair: Pair) -> None:
    def answers() -> list[tuple[int, Any]]:
        done = [pair.alice.here(*command, "--json") for command in SAME]
        found = [(code, json.loads(stdout)) for code, stdout, _ in done]
        found[0][1]["result"]["node"].pop("listening")  # it says whether it listens now
        return found

    running = answers()
    assert pair.alice.stop() == 0
    assert not load_config(pair.alice.config, {}).admin_socket.exists()
    try:
        assert answers() == running
    finally:
        pair.alice.start()


def test_without_a_running_node_commands_take_turns(pair: Pair) -> None:
    name = pair.introduce("turns")
    pair.alice.stop()
    try:
        results: list[Any] = []

        def propose(path: str) -> None:
            results.append(
                pair.alice.do("propose", name, "SD-BASE", "--path", path, "--law", "FR", given="")
            )

        threads = [threading.Thread(target=propose, args=(f"vcard/{each}",)) for each in "ab"]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        pair.alice.start()
    assert len({each["statement"]["id"] for each in results}) == 2


def test_what_a_killed_node_had_signed_is_delivered_after_the_next_start(pair: Pair) -> None:
    name = pair.introduce("killed")
    pair.shop.stop()
    kept = pair.alice.ask("propose", rel=name, agreement="SD-BASE", paths=PATHS, law="FR", wait=0)
    assert kept["statement"]["delivered"] is False
    assert pair.alice.stop(signal.SIGKILL) == -signal.SIGKILL
    pair.shop.start()
    pair.alice.start()
    alice, _ = pair.settled(name, "active")
    assert alice["threads"][0]["tip"] == kept["statement"]["id"]


def test_a_peer_that_is_away_is_not_waited_for_longer_than_asked(pair: Pair) -> None:
    name = pair.introduce("away")
    pair.shop.stop()
    try:
        late = pair.alice.do(
            "propose", name, "SD-BASE", "--path", "a", "--law", "FR", "--wait", "1",
            code=EXIT_WAITING,
        )  # fmt: skip
        assert late["statement"]["delivered"] is False
        patient = pair.alice.do("retract", name, "--no-wait")
        assert patient["statement"]["delivered"] is False
    finally:
        pair.shop.start()
    pair.settled(name, "idle")


def test_a_node_that_nobody_can_reach_makes_contracts_all_the_same(
    pair: Pair, short_place: Path
) -> None:
    hidden = make_node(
        short_place / "h", "person", label="Hidden", peers=(pair.shop.base,), listen=False,
        accept=["ieee-7012:SD-BASE"],
    )  # fmt: skip
    link = pair.shop.ask("invite", label="hidden", until=hour())["link"]
    result = hidden.do(
        "connect", "-", "--label", "Shop", "--propose", "SD-BASE", "--path", "vcard/fn",
        "--law", "FR", given=link,
    )  # fmt: skip
    assert result["joined"] is True
    assert hidden.do("invite", "--label", "x", code=EXIT_NODE)["code"] == "invite-address"
    hidden.start()
    try:
        assert hidden.ready["listening"] == []
        hidden.wait_for(
            "Shop", lambda x: x["threads"][0]["phase"] == "active" and not x["undelivered"]
        )
    finally:
        assert hidden.stop() == 0


def test_a_taken_address_stops_no_withdrawal_and_is_told_to_nobody(pair: Pair) -> None:
    name = pair.introduce("taken", propose="SD-BASE-DP", paths=PATHS, law="FR")
    pair.alice.wait_for(name, lambda each: each["threads"][0]["needs_you"])
    link = pair.shop.ask("invite", label="untold", until=hour())["link"]
    mine = pair.alice.relationship(name)["threads"][0]["root"]
    pair.alice.stop()
    try:
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", pair.alice.port))
            other.listen()
            withdrawn = pair.alice.do("retract", name, "--ref", mine)
            assert withdrawn["statement"]["delivered"] is True
            for command in (("connect", link, "--label", "untold"), ("invite", "--label", "x")):
                refused = pair.alice.do(*command, code=EXIT_NODE)
                assert refused["code"] == "transport-listen"
    finally:
        pair.alice.start()


def test_run_says_where_it_is_and_ends_in_order(pair: Pair) -> None:
    ready = pair.alice.ready
    assert ready["listening"] == [pair.alice.base]
    assert ready["standing"] == "here"
    assert set(ready["transports"]) == {"http"}
    socket_path = Path(ready["socket"])
    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600
    assert pair.alice.stop(signal.SIGINT) == 0
    assert not socket_path.exists()
    pair.alice.start()


def test_requests_of_another_version_are_refused(pair: Pair) -> None:
    from linkcontract.node.admin import AdminError

    for command, arguments in (
        ("fly", {}),
        ("status", {"relation": "x"}),
        ("log", {"rel": 1, "limit": 0}),
        ("log", {"rel": "known"}),
        ("propose", {"rel": "known", "agreement": "SD-BASE", "wait": -1}),
    ):
        with pytest.raises(AdminError) as caught:
            pair.alice.ask(command, **arguments)
        assert caught.value.code in ("admin-command", "admin-request")


def test_the_secret_of_a_link_is_on_standard_output_only(pair: Pair) -> None:
    done = pair.shop.run("invite", "--label", "quiet")
    secret = done.stdout.split("#")[1].split()[0]
    assert len(secret) == 43
    assert secret not in done.stderr
    assert secret not in (pair.shop.place / "run.err").read_text()


@pytest.mark.usefixtures("known")
def test_every_text_screen_is_made_of_printable_lines(pair: Pair) -> None:
    for command in (("status",), ("status", "known"), ("log", "known")):
        code, text, _ = pair.alice.here(*command)
        assert code == 0
        assert text.replace("\n", "").isprintable()
    some = pair.alice.ask("log", rel="known", limit=1)["statements"][0]["id"]
    assert some in pair.alice.here("log", "known", "--id", some[7:15])[1]
