"""`share`, `read`, `revoke`, `erase`, `export`: data under a contract, on two running nodes."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from two_nodes import NodeAt, Pair, make_node
from two_nodes import pair as pair
from two_nodes import short_place as short_place

from linkcontract.audit.export import OpeningRecord, read_export
from linkcontract.audit.verify import verify
from linkcontract.node.vcard import sample_vcard

PURPOSE = "ieee-7012:ServiceDelivery"
EMAIL = "vcard/email/home/1"
VALUE = "zoe@ostby-marin.example"


def agreed(pair: Pair, name: str, *paths: str) -> str:
    """A relationship with SD-BASE in force for some paths of the vCard."""
    pair.introduce(name)
    wanted = list(paths or ("vcard/fn", "vcard/email"))
    pair.alice.ask("propose", rel=name, agreement="SD-BASE", paths=wanted, law="FR", wait=15)
    pair.settled(name, "active")
    (pair.alice.place / "me.vcf").write_bytes(sample_vcard())
    return name


def share(pair: Pair, name: str, *items: str, code: int = 0, purpose: str = PURPOSE) -> Any:
    paths = [part for each in items for part in ("--item", each)]
    card = str(pair.alice.place / "me.vcf")
    return pair.alice.do("share", name, "--vcard", card, *paths, "--purpose", purpose, code=code)


def read(node: NodeAt, name: str, path: str, purpose: str = PURPOSE, code: int = 0) -> Any:
    return node.do("read", name, "--item", path, "--purpose", purpose, code=code)


def held(node: NodeAt, name: str) -> list[Any]:
    return list(node.ask("log", rel=name, limit=0)["statements"])


def types(node: NodeAt, name: str) -> list[str]:
    return [each["type"] for each in held(node, name)]


# -- share and read -----------------------------------------------------------------------------


def test_a_share_is_received_and_its_receipt_comes_back(pair: Pair) -> None:
    agreed(pair, "receipt")
    result = share(pair, "receipt", "vcard/fn", EMAIL)
    assert result["items"] == ["vcard/fn/1", EMAIL]
    assert result["receipt"] is not None
    assert result["dispute"] is None
    assert result["statement"]["delivered"]
    assert types(pair.shop, "receipt").count("receipt") == 1


def test_a_share_outside_the_permission_signs_nothing(pair: Pair) -> None:
    agreed(pair, "outside", "vcard/fn")
    before = held(pair.alice, "outside")
    refused = share(pair, "outside", "vcard/fn", EMAIL, code=1)
    assert [each["path"] for each in refused["denied"]] == [EMAIL]
    assert refused["denied"][0]["reason"] == "no-permission"
    assert refused["statement"] is None
    share(pair, "outside", "vcard/fn", code=1, purpose="dpv:Marketing")
    assert held(pair.alice, "outside") == before


def test_a_share_without_an_agreement_in_force_signs_nothing(pair: Pair) -> None:
    pair.introduce("early")
    (pair.alice.place / "me.vcf").write_bytes(sample_vcard())
    error = share(pair, "early", "vcard/fn", code=2)
    assert error["code"] == "selector-none"
    assert "share" not in types(pair.alice, "early")


def test_a_path_the_card_does_not_have_is_named(pair: Pair) -> None:
    agreed(pair, "path")
    error = share(pair, "path", "vcard/photo", code=2)
    assert (error["code"], error["where"]) == ("share-nothing", "vcard/photo")
    assert EMAIL in error["hint"]


def test_the_paths_of_a_card_are_listed_without_a_node(tmp_path: Path) -> None:
    node = NodeAt(tmp_path, 0, "")
    card = tmp_path / "me.vcf"
    card.write_bytes(sample_vcard())
    listed = node.do("share", "--list", "--vcard", str(card))
    assert {"path": EMAIL, "value": VALUE} in listed
    assert node.do("share", "--vcard", str(card), code=2)["code"] == "command-line"
    missing = node.do("share", "--list", "--vcard", str(tmp_path / "none"), code=2)
    assert (missing["code"], "--vcard" in missing["hint"]) == ("vcard-unreadable", True)
    card.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n")
    assert node.do("share", "--list", "--vcard", str(card), code=2)["code"] == "vcard-version"


def test_reading_shows_the_value_and_the_other_side_sees_the_use(pair: Pair) -> None:
    agreed(pair, "reading")
    shared = share(pair, "reading", "vcard/fn", EMAIL)
    result = read(pair.shop, "reading", "vcard/email")
    assert [(each["path"], each["value"]) for each in result["items"]] == [(EMAIL, VALUE)]
    (use,) = result["uses"]
    assert (use["ref"], use["purpose"]) == (shared["statement"]["id"], PURPOSE)
    pair.settled("reading", "active")
    (seen,) = [each for each in held(pair.alice, "reading") if each["type"] == "use"]
    assert (seen["id"], seen["writer"], seen["use_status"]) == (use["id"], "peer", "covered")


@pytest.mark.parametrize(
    ("path", "purpose"),
    [(EMAIL, "dpv:Marketing"), ("vcard", "dpv:Marketing"), ("vcard/tel", PURPOSE)],
)
def test_a_read_outside_the_permission_shows_and_signs_nothing(
    pair: Pair, path: str, purpose: str
) -> None:
    name = f"refused {path} {purpose}"[:40]
    agreed(pair, name)
    share(pair, name, EMAIL)
    before = types(pair.shop, name)
    done = pair.shop.run("read", name, "--item", path, "--purpose", purpose)
    assert done.returncode == 1
    assert VALUE not in done.stdout + done.stderr
    refused = read(pair.shop, name, path, purpose, code=1)
    assert refused["items"] == refused["uses"] == []
    assert VALUE not in json.dumps(refused)
    assert types(pair.shop, name) == before


def test_own_shares_are_shown_without_a_record(pair: Pair) -> None:
    agreed(pair, "own")
    share(pair, "own", EMAIL)
    result = read(pair.alice, "own", EMAIL)
    assert result["items"][0]["value"] == VALUE
    assert result["uses"] == []
    assert "use" not in types(pair.alice, "own")


def test_the_log_shows_no_value_of_the_other_side(pair: Pair) -> None:
    agreed(pair, "logged")
    shared = share(pair, "logged", EMAIL)["statement"]["id"]
    of_others = pair.shop.do("log", "logged", "--id", shared, "--values")
    assert VALUE not in json.dumps(of_others)
    own = pair.alice.do("log", "logged", "--id", shared, "--values")
    assert own["statements"][0]["openings"][0]["value"] == VALUE


def test_of_two_shares_the_newest_is_read_and_an_older_one_by_its_id(pair: Pair) -> None:
    agreed(pair, "twice")
    first = share(pair, "twice", EMAIL)["statement"]["id"]
    changed = sample_vcard().replace(VALUE.encode(), b"new@ostby-marin.example")
    (pair.alice.place / "me.vcf").write_bytes(changed)
    share(pair, "twice", EMAIL)
    assert read(pair.shop, "twice", EMAIL)["items"][0]["value"] == "new@ostby-marin.example"
    old = pair.shop.do("read", "twice", "--item", EMAIL, "--purpose", PURPOSE, "--share", first)
    assert old["items"][0]["value"] == VALUE


def test_what_is_no_word_of_the_vocabulary_is_refused(pair: Pair) -> None:
    agreed(pair, "words")
    assert read(pair.shop, "words", EMAIL, "dpv:Whatever", code=2)["code"] == "selector-none"
    error = pair.shop.do(
        "read", "words", "--item", EMAIL, "--purpose", PURPOSE, "--action", "dpv:X", code=2
    )
    assert error["code"] == "vocabulary-unknown"


# -- revoke -------------------------------------------------------------------------------------


def test_a_revoke_ends_the_contract_on_both_nodes_and_every_read(pair: Pair) -> None:
    agreed(pair, "revoke")
    share(pair, "revoke", EMAIL)
    result = pair.alice.do("revoke", "revoke")
    assert (result["phase"], result["side"]) == ("ended", "first")
    pair.settled("revoke", "ended")
    refused = read(pair.shop, "revoke", EMAIL, code=1)
    assert refused["denied"][0]["reason"] == "not-active"
    assert share(pair, "revoke", EMAIL, code=2)["code"] == "selector-none"
    assert pair.alice.do("revoke", "revoke", code=2)["code"] == "selector-none"


def test_new_proposals_of_the_other_side_do_not_stand_in_the_way_of_a_revoke(pair: Pair) -> None:
    agreed(pair, "flooded")
    for path in ("vcard/tel", "vcard/note"):
        pair.shop.ask(
            "propose", rel="flooded", agreement="SD-BASE", paths=[path], law="FR", wait=15
        )
    pair.alice.ask("propose", rel="flooded", agreement="SD-BASE-DP", paths=["vcard/fn"], wait=0)
    assert len(pair.alice.relationship("flooded")["threads"]) >= 3
    assert pair.alice.do("revoke", "flooded")["phase"] == "ended"


def test_a_revoke_for_a_purpose_leaves_the_contract_and_takes_the_purpose(pair: Pair) -> None:
    agreed(pair, "partly")
    share(pair, "partly", EMAIL)
    result = pair.alice.do("revoke", "partly", "--purpose", "ServiceDelivery")
    assert result["statement"]["purposes"] == [PURPOSE]
    assert result["phase"] == "active"
    pair.settled("partly", "active")
    assert read(pair.shop, "partly", EMAIL, code=1)["denied"][0]["reason"] == "withdrawn"


def test_a_revoke_of_everything_names_no_thread(pair: Pair) -> None:
    agreed(pair, "everything")
    result = pair.alice.do("revoke", "everything", "--all-threads")
    assert "thread" not in result["statement"]
    pair.settled("everything", "ended") if _ends_all(pair) else pair.settled("everything", "idle")


def _ends_all(pair: Pair) -> bool:
    phases = {each["phase"] for each in pair.alice.relationship("everything")["threads"]}
    return phases == {"ended"}


def test_a_revoke_works_while_the_other_side_is_away(short_place: Path, pair: Pair) -> None:
    agreed(pair, "away")
    pair.shop.stop()
    try:
        result = pair.alice.do("revoke", "away", "--wait", "0")
        assert result["phase"] == "ended"
        assert not result["statement"]["delivered"]
        late = pair.alice.do("revoke", "away", code=2)
        assert late["code"] == "selector-none"
    finally:
        pair.shop.start()
    pair.settled("away", "ended")


def test_a_vendor_ends_the_contract_and_cannot_take_back_what_it_was_granted(pair: Pair) -> None:
    agreed(pair, "vendor")
    error = pair.shop.do("revoke", "vendor", "--purpose", "ServiceDelivery", code=1)
    assert error["code"] == "revoke-side"
    result = pair.shop.do("revoke", "vendor")
    assert (result["statement"]["type"], result["phase"]) == ("terminate", "ended")
    pair.settled("vendor", "ended")


# -- erase --------------------------------------------------------------------------------------


def test_an_erasure_asks_the_vendor_and_its_answer_is_signed(pair: Pair) -> None:
    agreed(pair, "erase")
    shared = share(pair, "erase", "vcard/fn", EMAIL)
    pair.alice.do("revoke", "erase")
    mine = pair.alice.do("erase", "erase")
    assert (mine["erased"], mine["backups_until"]) == (2, None)
    assert [each["type"] for each in mine["requests"]] == ["right"]
    theirs = pair.shop.do("erase", "erase")
    assert theirs["erased"] == 2
    assert theirs["requests"] == []
    assert theirs["statement"]["ref"] == shared["agreement"] == mine["statement"]["ref"]
    both = pair.settled("erase", "ended")
    for node in (pair.alice, pair.shop):
        erased = [each for each in held(node, "erase") if each["type"] == "erased"]
        assert {each["writer"] for each in erased} == {"self", "peer"}
        assert all(each["body"]["salts"] for each in erased)
    assert both[1]["statements"] == len(held(pair.alice, "erase"))
    assert read(pair.alice, "erase", EMAIL, code=1)["denied"][0]["reason"] == "not-active"


def test_an_erased_value_is_in_no_file_of_either_node(pair: Pair) -> None:
    agreed(pair, "gone")
    secret = b"a-value-nobody-else-has@example.org"
    (pair.alice.place / "me.vcf").write_bytes(sample_vcard().replace(VALUE.encode(), secret))
    share(pair, "gone", EMAIL)
    assert read(pair.shop, "gone", EMAIL)["items"][0]["value"] == secret.decode()
    for node in (pair.alice, pair.shop):
        assert any(secret in each.read_bytes() for each in _files(node))
    pair.alice.do("revoke", "gone")
    pair.alice.do("erase", "gone")
    pair.shop.do("erase", "gone")
    for node in (pair.alice, pair.shop):
        assert not [each for each in _files(node) if secret in each.read_bytes()]


def _files(node: NodeAt) -> list[Path]:
    return [each for each in (node.place / "data").rglob("*") if each.is_file()]


def test_data_under_an_agreement_in_force_is_erased_on_the_owners_word_only(pair: Pair) -> None:
    agreed(pair, "active")
    shared = share(pair, "active", EMAIL)["statement"]["id"]
    assert pair.alice.do("erase", "active", code=1)["code"] == "erase-active"
    one = pair.alice.do("erase", "active", "--share", shared, "--own-only")
    assert (one["erased"], one["requests"]) == (1, [])
    assert one["statements"][0]["ref"] == shared
    again = share(pair, "active", EMAIL)
    assert again["receipt"] is not None
    everything = pair.alice.do("erase", "active", "--everything", "--yes")
    assert everything["erased"] == 1
    assert read(pair.alice, "active", EMAIL, code=3)["code"] == "read-erased"


def test_what_a_vendor_has_to_keep_is_signed_with_its_basis(pair: Pair) -> None:
    agreed(pair, "kept")
    share(pair, "kept", EMAIL)
    pair.alice.do("revoke", "kept")
    pair.settled("kept", "ended")
    error = pair.shop.do("erase", "kept", "--exception", "invoices", code=2)
    assert error["code"] == "command-line"
    pair.shop.do(
        "erase", "kept", "--exception", "invoices=eu-gdpr:A6-1-c", "--backups-until", "14d"
    )
    pair.settled("kept", "ended")
    (erased,) = [each for each in held(pair.alice, "kept") if each["type"] == "erased"]
    assert erased["body"]["exceptions"] == [{"code": "invoices", "basis": "eu-gdpr:A6-1-c"}]
    assert erased["body"]["backups_until"] > erased["at"]


# -- export -------------------------------------------------------------------------------------


def test_both_exports_of_a_story_verify_against_each_other(pair: Pair, tmp_path: Path) -> None:
    agreed(pair, "export")
    share(pair, "export", "vcard/fn", EMAIL)
    read(pair.shop, "export", EMAIL)
    pair.settled("export", "active")
    files = []
    for node in (pair.alice, pair.shop):
        path = tmp_path / f"{node.port}.jsonl"
        made = node.do("export", "export", str(path))
        assert made["file"] == str(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        data = path.read_bytes()
        assert made["records"] == data.count(b"\n") - 2
        assert VALUE.encode() not in data
        files.append(read_export(data.removesuffix(b"\n").split(b"\n")))
    report = verify(files)
    assert report.confirmed, report.findings
    assert report.same
    assert not any(isinstance(each, OpeningRecord) for file in files for each in file.records)


def test_an_export_with_data_holds_the_values_and_still_verifies(
    pair: Pair, tmp_path: Path
) -> None:
    agreed(pair, "data")
    share(pair, "data", EMAIL)
    path = tmp_path / "data.jsonl"
    assert pair.alice.do("export", "data", str(path), "--with-data")["with_data"]
    file = read_export(path.read_bytes().removesuffix(b"\n").split(b"\n"))
    report = verify([file])
    assert report.confirmed
    assert report.verified["openings"] == 1


def test_an_export_overwrites_nothing_and_holds_no_secret(pair: Pair, tmp_path: Path) -> None:
    agreed(pair, "secret")
    path = tmp_path / "secret.jsonl"
    pair.alice.do("export", "secret", str(path))
    data = path.read_bytes()
    assert pair.alice.do("export", "secret", str(path), code=2)["code"] == "file-exists"
    assert path.read_bytes() == data
    for word in pair.alice.words.split():
        assert f" {word} ".encode() not in data


def test_a_command_without_a_running_node_gives_the_same_export(pair: Pair, tmp_path: Path) -> None:
    agreed(pair, "alone")
    running, alone = tmp_path / "running.jsonl", tmp_path / "alone.jsonl"
    pair.alice.do("export", "alone", str(running))
    pair.alice.stop()
    try:
        pair.alice.do("export", "alone", str(alone))
    finally:
        pair.alice.start()
    assert running.read_bytes().split(b"\n")[1:-2] == alone.read_bytes().split(b"\n")[1:-2]


def test_a_relationship_nobody_joined_yet_can_be_exported(short_place: Path) -> None:
    shop = make_node(short_place / "lone-shop", "vendor")
    shop.start()
    try:
        link = shop.ask("invite", label="x", until=_in_an_hour())["link"]
    finally:
        shop.stop()
    alice = make_node(short_place / "lone", "person", listen=False)
    result = alice.do("connect", "-", "--label", "x", "--wait", "0", given=link)
    assert not result["joined"]
    file = str(short_place / "x.jsonl")
    made = alice.do("export", "x", file)
    assert made["statements"] == 1
    assert alice.do("verify", file)["confirmed"]


def _in_an_hour() -> int:
    import time

    return int(time.time() * 1000) + 3_600_000
