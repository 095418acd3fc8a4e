"""Backup files: what is in them, what is not, and what a damaged or hostile one does."""

import asyncio
import os
import secrets
import stat
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkcontract.crypto.keyfile import CHEAPEST, seal_secrets
from linkcontract.crypto.next_keys import seed_of
from linkcontract.crypto.secret import Secret
from linkcontract.driver import Settings
from linkcontract.driver.vault import card_prekey, fleeting, invitation, lasting, live_key
from linkcontract.encoding import cid_of, encode
from linkcontract.errors import LinkContractError, NodeError
from linkcontract.limits import MAX_BACKUP_CHUNK, MAX_BACKUP_ROW
from linkcontract.node.backup import last_backup, make_backup
from linkcontract.node.backup_file import (
    MAGIC,
    SHAPES,
    BackupReader,
    BackupWriter,
    Description,
    Row,
)
from linkcontract.node.config import NodeConfig, Role, parse_config
from linkcontract.node.home import Home, Identity, create_home, open_home
from linkcontract.node.keystore import IN_BACKUP, SecretKind
from linkcontract.node.marker import Standing
from linkcontract.node.next_key_pool import NextKeyPool
from linkcontract.node.private_files import creating_private
from linkcontract.node.restore import Restored, lay_down, open_backup
from linkcontract.node.service import Node, open_node
from linkcontract.store.memory import MemoryStore
from linkcontract.testing.engines import EngineNode, introduce
from linkcontract.transport.memory import MemoryHub

PASSPHRASE = Secret(b"of the node")
WORD = Secret(b"of the backup")
SEED = seed_of("abandon " * 23 + "art")
OTHER = seed_of("zoo " * 23 + "vote")
DESCRIPTION = Description(role="person", party=None, created=1, at=2)
CID = cid_of(b"something")


def config_of(place: Path, name: str = "data") -> NodeConfig:
    table: dict[str, object] = {
        "role": "person",
        "label": "Alice",
        "data_dir": str(place / name),
        "marker": str(place / f"{name}.state" / "m.marker"),
    }
    return parse_config(table, {}, base=place)


@pytest.fixture
async def alice(tmp_path: Path) -> AsyncIterator[Home]:
    """A person's node with one relationship, made by the real engine and brought into a home."""
    config = config_of(tmp_path)
    async with create_home(config, PASSPHRASE, cost=CHEAPEST) as made:
        pool = NextKeyPool(made.keystore, (), None)
        await made.settle(Identity(Role.PERSON, None, 1), pool.start_over(SEED))
    hub = MemoryHub()
    async with open_home(config, PASSPHRASE, "test") as home:
        everybody = Settings(admit=lambda _: True)
        shop = await EngineNode("shop", MemoryStore(), hub, everybody).start()
        own = EngineNode("alice", home.store, hub, seed=SEED)
        own.storage_key = home.keystore.storage_key
        await own.start()
        rel = await introduce(own, shop)
        async with asyncio.timeout(10):
            while True:
                async with own.engine.hold(rel) as held:
                    if held.session.joined:
                        break
                await asyncio.sleep(0.02)
        await own.stop()
        await shop.stop()
        yield home


async def backup(home: Home, path: Path) -> Path:
    await make_backup(home.store, home.keystore, home.identity, path, WORD, now=5, cost=CHEAPEST)
    return path


async def restore(
    place: Path, path: Path, name: str = "new", **options: Any
) -> tuple[NodeConfig, Restored]:
    config = config_of(place, name)
    options = {"seed": None, "compromised": False, "now": 6} | options
    with open_backup(path, WORD) as opened:
        async with create_home(config, PASSPHRASE, cost=CHEAPEST) as home:
            laid = await lay_down(home, opened, **options)
    return config, laid


def written(rows: list[Row], description: Description = DESCRIPTION) -> bytes:
    file = BytesIO()
    writer = BackupWriter(file, description, WORD, entropy=secrets.token_bytes, cost=CHEAPEST)
    for row in rows:
        writer.add(row)
    writer.finish()
    return file.getvalue()


def read(data: bytes, word: Secret = WORD) -> list[Row]:
    return list(BackupReader(BytesIO(data), word).rows())


# -- what is in it --------------------------------------------------------------------------------


async def test_a_backup_holds_what_peers_know_and_nothing_that_signs_or_opens(
    alice: Home, tmp_path: Path
) -> None:
    store, keystore = alice.store, alice.keystore
    (rel,) = [key[0] for key, _ in await store.scan("relationship")]
    extra = {
        card_prekey(CID): Secret(b"p" * 32),
        invitation(CID): Secret(b"i" * 32),
    }
    await store.commit([keystore.put(name, value) for name, value in extra.items()])
    path = await backup(alice, tmp_path / "b")
    rows = read(path.read_bytes())
    kinds = {row.key[0] for row in rows if row.is_secret}
    assert kinds == {kind.value.encode() for kind in IN_BACKUP} == {b"lasting"}
    assert {row.space for row in rows} <= {*SHAPES, "secret"}
    kept = await keystore.read(store, lasting(rel))
    assert kept is not None
    assert kept.expose() in [row.value for row in rows]
    secrets_of_device = await keystore.read_all(store, ())
    held = b"".join(row.value for row in rows)
    for name, value in secrets_of_device.items():
        if SecretKind(name[0].decode()) not in IN_BACKUP:
            assert value.expose() not in held, name
    for name in (live_key, fleeting):
        assert name(CID)[0] not in kinds
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await last_backup(store) == 5


async def test_every_space_of_the_store_is_in_a_backup_or_left_out_for_a_reason(
    alice: Home, tmp_path: Path
) -> None:
    left_out = {
        "secret": "only the kinds of IN_BACKUP",
        "outbox": "follows from the heads the peer names",
        "cache": "made anew",
        "card": "nobody can act on it without its prekey",
        "meta": "whose data it is and the marker are made anew",
    }
    known: set[str] = set()
    for space in (*SHAPES, *left_out, "other"):
        if await alice.store.scan(space):
            known.add(space)
    assert known <= {*SHAPES, *left_out}
    assert known >= {"relationship", "session", "statement", "keyevent", "party", "secret"}


async def test_a_backup_made_while_the_node_works_loads_whole(alice: Home, tmp_path: Path) -> None:
    """Statements are signed while backups are made: each of them is one that opens."""
    async with open_node(alice) as node:
        (rel,) = await node.engine.relationships()

        async def sign() -> None:
            for _ in range(20):
                await node.engine.write(rel, "revoke", {"thread": None, "purposes": None})

        working = asyncio.create_task(sign())
        count = 0
        while not working.done():
            path = await backup(alice, tmp_path / f"b{count}")
            _, laid = await restore(tmp_path, path, f"new{count}")
            assert laid.statements >= 2
            count += 1
        await working
    assert count >= 1


async def test_an_existing_file_is_never_replaced(alice: Home, tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_bytes(b"mine")
    with pytest.raises(NodeError, match="file-exists"):
        await backup(alice, path)
    assert path.read_bytes() == b"mine"
    assert await last_backup(alice.store) is None


async def test_a_backup_that_fails_leaves_no_file(alice: Home, tmp_path: Path) -> None:
    with pytest.raises(NodeError, match="file-unreadable"):
        await backup(alice, tmp_path / "no" / "b")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(ZeroDivisionError):
        _die_while_writing(tmp_path / "b")
    assert sorted(os.listdir(tmp_path)) == before


def _die_while_writing(path: Path) -> None:
    with creating_private(path) as file:
        file.write(b"half")
        raise ZeroDivisionError


# -- restoring it ---------------------------------------------------------------------------------


async def test_a_restored_home_opens_as_restored_with_every_statement(
    alice: Home, tmp_path: Path
) -> None:
    path = await backup(alice, tmp_path / "b")
    config, laid = await restore(tmp_path, path, seed=SEED)
    assert (laid.relationships, laid.unjoined) == (1, ())
    assert not config.marker.exists()
    async with open_home(config, PASSPHRASE, "test") as home:
        assert home.standing is Standing.RESTORED
        assert home.identity == alice.identity
        assert home.keystore.storage_key != alice.keystore.storage_key
        for space in ("relationship", "statement", "body", "opening", "keyevent", "party"):
            assert await home.store.scan(space) == await alice.store.scan(space)
        assert len(await home.store.scan("cache")) == 1
        assert not await home.keystore.read_all(home.store, (b"live",))
        async with open_node(home) as node:
            assert isinstance(node, Node)
            assert node.engine.withheld
            (rel,) = await node.engine.relationships()
            with pytest.raises(LinkContractError, match=r"author-key|session-state"):
                await node.engine.write(rel, "ack", {})


async def test_other_words_are_refused_before_anything_is_made(alice: Home, tmp_path: Path) -> None:
    path = await backup(alice, tmp_path / "b")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(NodeError) as caught:
        await restore(tmp_path, path, seed=OTHER)
    assert (caught.value.code, caught.value.where) == ("words-mismatch", "shop")
    assert sorted(os.listdir(tmp_path)) == before


async def test_rows_that_do_not_fit_together_make_no_node(alice: Home, tmp_path: Path) -> None:
    """Made with the right passphrase and still wrong: each row left out or mixed up."""
    rows = read((await backup(alice, tmp_path / "b")).read_bytes())
    wrong: list[list[Row]] = []
    for space in ("session", "statement", "keyevent", "party", "secret"):
        wrong.append([row for row in rows if row.space != space])
    wrong.append(
        [Row(row.space, row.key, b"\xff") if row.space == "session" else row for row in rows]
    )
    wrong.append([Row(row.space, row.key, b"\xa0") if row.is_secret else row for row in rows])
    envelopes = [row for row in rows if row.space == "statement"]
    swapped = dict(zip([e.key for e in envelopes], [e.value for e in envelopes][::-1], strict=True))
    wrong.append([Row(r.space, r.key, swapped.get(r.key, r.value)) for r in rows])
    before = sorted(os.listdir(tmp_path))
    for number, each in enumerate(wrong):
        path = tmp_path / "wrong"
        path.write_bytes(written(each))
        with pytest.raises(NodeError) as caught:
            await restore(tmp_path, path)
        assert caught.value.code == "backup-form", number
        path.unlink()
    assert sorted(os.listdir(tmp_path)) == before


# -- the file -------------------------------------------------------------------------------------

ROWS = [
    Row("relationship", (CID,), b"r" * 100),
    Row("secret", (b"lasting", CID), b"s" * 50),
    *(Row("opening", (CID, CID, bytes([0] * 7 + [n])), b"o" * 70_000) for n in range(40)),
]
WHOLE = written(ROWS)


def test_rows_come_back_as_they_were_and_in_order() -> None:
    assert read(WHOLE) == ROWS
    assert BackupReader(BytesIO(WHOLE), WORD).description == DESCRIPTION
    assert read(written([])) == []
    assert len(WHOLE) > 2 * MAX_BACKUP_CHUNK // 2  # several pieces


def test_nothing_of_the_content_is_readable_in_the_file() -> None:
    assert b"r" * 100 not in WHOLE
    assert CID not in WHOLE
    assert b"opening" not in WHOLE


def test_the_wrong_passphrase_is_said_to_be_that() -> None:
    with pytest.raises(NodeError) as caught:
        read(WHOLE, Secret(b"another"))
    assert caught.value.code == "keyfile-passphrase"
    assert "when this backup was made" in caught.value.hint


@pytest.mark.parametrize("row", [
    Row("secret", (b"live", CID), b"s" * 32),
    Row("secret", (b"fleeting", CID), b"s" * 32),
    Row("secret", (b"next", CID), b"s" * 32),
    Row("secret", (b"words", CID), b"s" * 32),
    Row("secret", (b"unheard-of", CID), b"s" * 32),
    Row("secret", (b"lasting", CID), b""),
    Row("secret", (b"lasting", b"x"), b"s"),
    Row("relationship", (CID, CID), b""),
    Row("relationship", (b"x",), b""),
    Row("meta", (b"mark", CID), b""),
])  # fmt: skip
def test_a_row_that_has_no_place_in_a_backup_is_neither_written_nor_read(row: Row) -> None:
    with pytest.raises(ValueError, match="no place"):
        written([row])
    with pytest.raises(NodeError, match="backup-form"):
        read(_forged([encode([row.space, list(row.key), row.value])]))


@pytest.mark.parametrize("record", [
    b"",
    b"\x00",
    encode(1),
    encode([]),
    encode(["outbox", [CID, CID], b""]),
    encode(["relationship", [], b""]),
    encode(["relationship", [CID], b"x" * (MAX_BACKUP_ROW + 1)]),
    encode(["relationship", [CID], None]),
])  # fmt: skip
def test_a_record_that_is_none_is_refused(record: bytes) -> None:
    with pytest.raises(NodeError, match="backup-form"):
        read(_forged([record]))


@pytest.mark.parametrize("description", [
    {},
    {"v": 2, "role": "person", "party": None, "created": 1, "at": 2},
    {"v": 1, "role": "agent", "party": None, "created": 1, "at": 2},
    {"v": 1, "role": "person", "party": b"x", "created": 1, "at": 2},
    {"v": 1, "role": "person", "party": None, "created": -1, "at": 2},
])  # fmt: skip
def test_a_description_of_another_form_is_refused(description: Any) -> None:
    with pytest.raises(NodeError, match="backup-form"):
        read(_forged([], description))


def _forged(records: list[bytes], description: Any = None, *, last: bool = True) -> bytes:
    """A file whose seals are right and whose content is the given records."""
    from linkcontract.crypto.vault import seal_row

    key = Secret(bytes(range(32)))
    header = seal_secrets(
        encode({"v": 1, "key": key.expose()}), WORD, entropy=secrets.token_bytes, cost=CHEAPEST
    )
    if description is None:
        description = {"v": 1, "role": "person", "party": None, "created": 1, "at": 2}
    piece = b"".join(len(r).to_bytes(4, "big") + r for r in [encode(description), *records])
    name = (b"backup", bytes(8), b"last" if last else b"more")
    sealed = seal_row(key, name, piece, entropy=secrets.token_bytes)
    return MAGIC + len(header).to_bytes(4, "big") + header + len(sealed).to_bytes(4, "big") + sealed


def test_a_file_that_was_cut_anywhere_is_never_taken_for_whole() -> None:
    small = written(ROWS[:2])
    for cut in range(0, len(small), 5):
        with pytest.raises(NodeError) as caught:
            read(small[:cut])
        assert caught.value.code in ("backup-form", "keyfile-passphrase")
    ends = _piece_ends(WHOLE)
    assert len(ends) > 2
    for cut in ends[:-1]:
        with pytest.raises(NodeError, match="backup-form"):
            read(WHOLE[:cut])
    with pytest.raises(NodeError, match="backup-form"):
        read(WHOLE + b"\x00")
    with pytest.raises(NodeError, match="backup-form"):
        read(_forged([], last=False))


def _piece_ends(data: bytes) -> list[int]:
    position = len(MAGIC)
    ends = []
    while position < len(data):
        position += 4 + int.from_bytes(data[position : position + 4], "big")
        ends.append(position)
    return ends


def test_pieces_cannot_change_places_or_be_left_out() -> None:
    header, *ends = _piece_ends(WHOLE)
    first, second = WHOLE[header : ends[0]], WHOLE[ends[0] : ends[1]]
    for altered in (
        WHOLE[:header] + second + first + WHOLE[ends[1] :],
        WHOLE[:header] + first + WHOLE[ends[1] :],
        WHOLE[:header] + first + first + WHOLE[ends[1] :],
    ):
        with pytest.raises(NodeError, match="backup-form"):
            read(altered)


def test_a_length_that_is_too_large_is_refused_before_it_is_read() -> None:
    class Counting(BytesIO):
        most = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            type(self).most = max(self.most, size)
            return super().read(size)

    header, *_ = _piece_ends(WHOLE)
    with pytest.raises(NodeError, match="backup-form"):
        list(BackupReader(Counting(WHOLE[:header] + b"\xff" * 64), WORD).rows())
    with pytest.raises(NodeError, match="backup-form"):
        BackupReader(Counting(MAGIC + b"\xff" * 64), WORD)
    assert Counting.most <= MAX_BACKUP_CHUNK


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_altered_bytes_give_an_error_of_ours_and_never_another_row(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(SMALL) - 1))
    mask = data.draw(st.integers(1, 255))
    altered = bytearray(SMALL)
    altered[position] ^= mask
    with pytest.raises(NodeError):
        read(bytes(altered))


SMALL = written(ROWS[:2])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_an_error_of_ours(data: bytes) -> None:
    for given_ in (data, MAGIC + data):
        with pytest.raises(NodeError):
            read(given_)


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(NodeError, match="file-missing"), open_backup(tmp_path / "none", WORD):
        pass
    with pytest.raises(NodeError, match="backup-form"), open_backup(Path("/dev/null"), WORD):
        pass
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NodeError, match="backup-form"), open_backup(tmp_path / "pipe", WORD):
        pass
