"""`verify` as a process, on exports of a story two engines went through."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linkcontract.audit.evidence import check_evidence
from linkcontract.audit.export import (
    ExportHeader,
    StatementRecord,
    write_export,
)
from linkcontract.audit.records import export_records
from linkcontract.driver import Settings, receipts
from linkcontract.encoding import cid_text
from linkcontract.ledger import ThreadPhase
from linkcontract.limits import DAY, MAX_EXPORT_LINE
from linkcontract.model.roster import SERVICE_DELIVERY, agreement
from linkcontract.model.terms import Terms
from linkcontract.protocol import Content
from linkcontract.store import MemoryStore
from linkcontract.testing.engines import EngineNode, introduce
from linkcontract.testing.pair import Pair
from linkcontract.transport.memory import MemoryHub


async def phase_at(node: EngineNode, rel: bytes, wanted: ThreadPhase) -> None:
    async with asyncio.timeout(20):
        while True:
            if rel in await node.engine.relationships():
                async with node.engine.hold(rel) as held:
                    threads = held.session.ledger.state().threads
                    if any(each.phase is wanted for each in threads.values()):
                        return
            await asyncio.sleep(0.02)


async def held_by(node: EngineNode, rel: bytes) -> set[bytes]:
    async with node.engine.hold(rel) as held:
        return {each.id for each in held.session.ledger.held()}


async def story(folder: Path) -> None:
    """Alice offers, the shop accepts, she shares her name, and takes it all back."""
    hub = MemoryHub()
    settings = Settings(admit=lambda _: True, reactions=(receipts,))
    alice, shop = [
        await EngineNode(name, MemoryStore(), hub, settings).start() for name in ("alice", "shop")
    ]
    rel = await introduce(alice, shop)
    now = alice.clock() // 1000 * 1000
    terms = agreement("SD-BASE").terms(
        paths=["vcard/fn"], valid_from=now, until=now + 30 * DAY, law="EU"
    )
    offer = {"thread": None, "base": None, "answers": None, "controller": None}
    offer |= {"terms": terms.to_value(), "accept_by": now + DAY}
    thread = (await alice.engine.write(rel, "propose", offer)).id
    await phase_at(shop, rel, ThreadPhase.OFFERED)
    accept = {"thread": thread, "ref": thread, "terms": Terms.from_value(terms.to_value()).id}
    await shop.engine.write(rel, "accept", accept)
    await phase_at(alice, rel, ThreadPhase.ACTIVE)
    share = {"thread": thread, "agreement": thread, "purpose": SERVICE_DELIVERY}
    await alice.engine.write(rel, "share", share, [Content("vcard/fn/1", b"Alice")])
    await alice.engine.write(rel, "revoke", {"thread": thread, "purposes": None})
    await phase_at(shop, rel, ThreadPhase.ENDED)
    async with asyncio.timeout(30):
        while True:
            if await held_by(alice, rel) == await held_by(shop, rel):
                break
            await asyncio.sleep(0.02)
    for node in (alice, shop):
        async with node.engine.hold(rel) as held:
            me = held.session.me
            lines = write_export(
                ExportHeader(me, rel, node.clock(), True),
                list(
                    export_records(
                        held.session.ledger, held.session.histories, held.session.openings
                    )
                ),
            )
            (folder / f"{node.name}.jsonl").write_bytes(b"".join(lines))
        await node.stop()


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    asyncio.run(story(folder))
    return folder


def verify(folder: Path, *arguments: str) -> tuple[int, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "linkcontract.node", "verify", "--json", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    value = json.loads(done.stdout)
    return done.returncode, value["result"] if value["ok"] else value["error"]


def as_text(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "linkcontract.node", "verify", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    ).stdout


def test_both_exports_of_an_honest_story_confirm_each_other(exports: Path) -> None:
    code, result = verify(exports, "alice.jsonl", "shop.jsonl")
    assert (code, result["confirmed"], result["findings"]) == (0, True, [])
    assert result["same"] is True
    assert [each["phase"] for each in result["threads"]] == ["ended"]
    assert len(result["feeds"]) == 2
    assert all(feed["head"]["seq"] == feed["statements"] - 1 for feed in result["feeds"])
    assert result["verified"]["openings"] >= 1
    assert result["not_verified"]
    text = as_text(exports, "alice.jsonl", "shop.jsonl")
    assert "Nothing to object to." in text
    assert "Not verified:\n  - " in text


def test_one_export_alone_confirms_and_says_what_that_leaves_open(exports: Path) -> None:
    code, result = verify(exports, "alice.jsonl")
    assert (code, result["same"]) == (0, None)
    assert any("the other side" in each for each in result["not_verified"])


def test_one_flipped_byte_is_found_where_it_is(exports: Path) -> None:
    lines = (exports / "shop.jsonl").read_bytes().splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if line.startswith(b'{"stmt"')) + 2
    line = bytearray(lines[number])
    line[60] = ord("A") if line[60] != ord("A") else ord("B")
    lines[number] = bytes(line)
    (exports / "flipped.jsonl").write_bytes(b"".join(lines))
    code, result = verify(exports, "alice.jsonl", "flipped.jsonl")
    assert code == 1
    found = [each for each in result["findings"] if [2, number + 1] in each["places"]]
    assert found
    assert {each["weight"] for each in result["findings"]} == {"claim"}  # a file convicts nobody
    text = as_text(exports, "alice.jsonl", "flipped.jsonl")
    assert f"in flipped.jsonl, line {number + 1}" in text


def test_a_revoke_left_out_of_a_file_is_found(exports: Path) -> None:
    """The shop's file is made without Alice's last statements; hers shows it had them."""
    lines = (exports / "shop.jsonl").read_bytes().splitlines(keepends=True)
    statements = [n for n, line in enumerate(lines) if line.startswith(b'{"stmt"')]
    kept = [line for n, line in enumerate(lines) if n != statements[-2]]
    (exports / "short.jsonl").write_bytes(b"".join(kept))
    code, result = verify(exports, "alice.jsonl", "short.jsonl")
    assert code == 1
    assert "omission" in {each["kind"] for each in result["findings"]}


def test_each_conviction_is_written_as_an_object_that_stands_alone(
    exports: Path, tmp_path: Path
) -> None:
    """An organisation that signs two statements for one place, found in the person's file."""
    pair = Pair().connect()
    node = pair.organisation
    kept = node.rows
    node.write("ack", {})
    pair.run()
    one = pair.person.live.ledger.feed(node.party)[-1]
    node.rows = kept
    node.crash()
    node.revive()
    node.clock.now += 1
    other = node.write("ack", {})
    assert (one.seq, one.prev) == (other.seq, other.prev)
    session = pair.person.live
    found = [
        *export_records(session.ledger, session.histories),
        StatementRecord(0, other.envelope, other.record),
    ]
    header = ExportHeader(session.me, session.rel, pair.clock.now, False)
    (exports / "liar.jsonl").write_bytes(b"".join(write_export(header, found)))
    folder = tmp_path / "evidence"
    code, result = verify(exports, "liar.jsonl", "--evidence", str(folder))
    assert code == 1
    (path,) = result["evidence"]
    assert Path(path).parent == folder
    finding = check_evidence(Path(path).read_bytes())
    assert (finding.kind, finding.party) == ("fork", node.party)
    again = verify(exports, "liar.jsonl", "--evidence", str(folder))
    assert (again[0], again[1]["code"]) == (2, "file-exists")
    code, result = verify(exports, "alice.jsonl", "--evidence", str(tmp_path / "none"))
    assert (code, result["evidence"]) == (0, [])
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "export-header"),
        (b"hello\n", "export-header"),
        (b"\x00" * (MAX_EXPORT_LINE + 10), "export-header"),
        (None, "export-unreadable"),
    ],
)
def test_a_file_that_is_no_export_is_exit_code_2(
    exports: Path, data: bytes | None, code: str
) -> None:
    if data is not None:
        (exports / "odd").write_bytes(data)
    else:
        (exports / "odd").unlink(missing_ok=True)
    exit_code, error = verify(exports, "odd")
    assert (exit_code, error["code"]) == (2, code)
    assert error["hint"]
    assert error["where"].endswith("odd")


def test_files_that_do_not_belong_together_are_exit_code_2(exports: Path) -> None:
    for names, code in (
        (("alice.jsonl", "alice.jsonl"), "verify-exporter"),
        (("alice.jsonl", "shop.jsonl", "alice.jsonl"), "verify-files"),
    ):
        assert verify(exports, *names)[1]["code"] == code
    lines = (exports / "shop.jsonl").read_bytes().splitlines(keepends=True)
    header = json.loads(lines[0])
    header["rel"] = cid_text(bytes.fromhex("01711220") + bytes(32))
    first = json.dumps(header, separators=(",", ":")).encode() + b"\n"
    (exports / "other.jsonl").write_bytes(first + b"".join(lines[1:]))
    assert verify(exports, "alice.jsonl", "other.jsonl")[1]["code"] == "verify-relationship"


def test_a_report_says_what_was_agreed_and_whether_it_is_the_rosters(exports: Path) -> None:
    _, result = verify(exports, "alice.jsonl")
    (thread,) = result["threads"]
    assert thread["terms"]["agreement"] == "ieee-7012:SD-BASE"
    text = as_text(exports, "alice.jsonl")
    assert "agreed: ieee-7012:SD-BASE, rules and text as in the roster" in text
    assert "data: vcard/fn\n" in text
    assert " UTC, law EU" in text


def test_an_omission_is_placed_in_the_file_that_lacks_it(exports: Path) -> None:
    lines = (exports / "shop.jsonl").read_bytes().splitlines(keepends=True)
    statements = [n for n, line in enumerate(lines) if line.startswith(b'{"stmt"')]
    kept = [line for n, line in enumerate(lines) if n != statements[-2]]
    (exports / "lacking.jsonl").write_bytes(b"".join(kept))
    text = as_text(exports, "alice.jsonl", "lacking.jsonl")
    after = text.partition(": omission")[2]
    assert "missing in lacking.jsonl\n" in after
    assert "in alice.jsonl" not in after.replace("shown by alice.jsonl", "")


@pytest.mark.parametrize("ended", [True, False])
def test_a_flood_of_empty_lines_is_cheap(exports: Path, ended: bool) -> None:
    lines = (exports / "alice.jsonl").read_bytes().splitlines(keepends=True)
    kept = lines if ended else lines[:-1]
    (exports / "flood.jsonl").write_bytes(b"".join(kept) + b"\n" * 600_000)
    code, error = verify(exports, "flood.jsonl")
    assert (code, error["code"]) == (2, "export-size")
    (exports / "flood.jsonl").write_bytes(b"".join(kept) + b"\n" * 1_000)
    text = as_text(exports, "flood.jsonl")
    assert len(text.splitlines()) < 400
    assert ended or " more: see --json" in text


def test_a_file_without_an_end_is_given_up(exports: Path) -> None:
    code, error = verify(exports, "/dev/zero")
    assert (code, error["code"]) == (2, "export-size")


def test_a_line_without_an_end_spoils_one_record_only(exports: Path) -> None:
    lines = (exports / "alice.jsonl").read_bytes().splitlines(keepends=True)
    long = b'{"stmt":"' + b"A" * (3 * MAX_EXPORT_LINE) + b"\n"
    (exports / "long.jsonl").write_bytes(b"".join([*lines[:-1], long, lines[-1]]))
    code, result = verify(exports, "long.jsonl")
    assert code == 1
    assert {tuple(place) for each in result["findings"] for place in each["places"]} <= {
        (1, len(lines)),
        (1, len(lines) + 1),
    }
