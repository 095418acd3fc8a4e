"""Key file, sealed rows, the pool of next keys and the machine marker, on a real store."""

import copy
import os
import pickle
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from linkcontract.crypto.keyfile import CHEAPEST, seal_secrets
from linkcontract.crypto.next_keys import next_digest, next_key, seed_of
from linkcontract.crypto.secret import Secret
from linkcontract.driver import vault
from linkcontract.encoding import encode
from linkcontract.errors import NodeError, RemoteProtocolError
from linkcontract.node.keystore import (
    IN_BACKUP,
    SECRET_SPACE,
    Keystore,
    SecretKind,
    change_passphrase,
    create_key_file,
    kind_of,
    open_key_file,
    secret_name,
)
from linkcontract.node.marker import Standing, count_up, judge, plant
from linkcontract.node.next_key_pool import POOL_SIZE, NextKeyPool
from linkcontract.node.private_files import create_private, replace_private
from linkcontract.store import MemoryStore
from linkcontract.store.sqlite import SqliteStore

PASSPHRASE = Secret(b"correct horse battery staple")
OTHER = Secret(b"Tr0ub4dor&3")
WORDS = "legal winner thank year wave sausage worth useful " * 2 + (
    "legal winner thank year wave sausage worth title"
)
REL = bytes.fromhex("01711220") + bytes(range(32))


def key_file(path: Path) -> Keystore:
    return create_key_file(path, PASSPHRASE, entropy=os.urandom, cost=CHEAPEST)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    opened = await SqliteStore.open(folder / "store.sqlite")
    yield opened
    await opened.close()


def test_the_key_file_opens_with_its_passphrase_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    made = key_file(path)
    opened = open_key_file(path, PASSPHRASE, entropy=os.urandom)
    assert opened.storage_key == made.storage_key
    with pytest.raises(RemoteProtocolError) as caught:
        open_key_file(path, OTHER, entropy=os.urandom)
    assert caught.value.code == "keyfile-passphrase"
    assert made.storage_key.expose() not in path.read_bytes()


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    key_file(tmp_path / "keys")
    before = (tmp_path / "keys").read_bytes()
    with pytest.raises(NodeError) as caught:
        key_file(tmp_path / "keys")
    assert caught.value.code == "file-exists"
    assert (tmp_path / "keys").read_bytes() == before


def test_every_flipped_byte_of_a_key_file_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    key_file(path)
    whole = path.read_bytes()
    for position in [*range(18), *range(18, len(whole), 23)]:
        replace_private(
            path, whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]
        )
        with pytest.raises(RemoteProtocolError) as caught:
            open_key_file(path, PASSPHRASE, entropy=os.urandom)
        assert caught.value.code.startswith("keyfile-")


@pytest.mark.parametrize(
    "plaintext",
    [
        b"\x00",
        encode({"v": 1}),
        encode({"v": 2, "storage": bytes(32)}),
        encode({"v": 1, "storage": bytes(31)}),
        encode({"v": 1, "storage": "x" * 32}),
        encode({"v": 1, "storage": bytes(32), "live": bytes(32)}),
    ],
)
def test_a_key_file_of_another_content_is_an_error_of_ours(
    tmp_path: Path, plaintext: bytes
) -> None:
    path = tmp_path / "keys"
    sealed = seal_secrets(plaintext, PASSPHRASE, entropy=os.urandom, cost=CHEAPEST)
    create_private(path, sealed)
    with pytest.raises(RemoteProtocolError):
        open_key_file(path, PASSPHRASE, entropy=os.urandom)


def test_changing_the_passphrase_keeps_the_storage_key(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    made = key_file(path)
    with pytest.raises(RemoteProtocolError):
        change_passphrase(path, OTHER, OTHER, entropy=os.urandom, cost=CHEAPEST)
    change_passphrase(path, PASSPHRASE, OTHER, entropy=os.urandom, cost=CHEAPEST)
    assert open_key_file(path, OTHER, entropy=os.urandom).storage_key == made.storage_key
    with pytest.raises(RemoteProtocolError):
        open_key_file(path, PASSPHRASE, entropy=os.urandom)


async def test_a_secret_is_kept_read_and_destroyed(tmp_path: Path, store: SqliteStore) -> None:
    keystore = key_file(tmp_path / "keys")
    name = secret_name(SecretKind.LASTING, REL)
    marker = b"half-of-the-psk-0123456789abcdef"
    assert await keystore.read(store, name) is None
    await store.commit([keystore.put(name, Secret(marker))])
    assert await keystore.read(store, name) == Secret(marker)
    assert await keystore.read_all(store, secret_name(SecretKind.LASTING)) == {name: Secret(marker)}
    sealed = (await store.scan(SECRET_SPACE, name))[0][1]
    await store.commit([keystore.forget(name)])
    await store.purge()
    assert await keystore.read(store, name) is None
    for file in (tmp_path / "data").iterdir():
        data = file.read_bytes()
        assert marker not in data
        assert sealed not in data  # not even the sealed bytes stay in the database or its WAL


async def test_a_row_moved_under_another_name_does_not_open(
    tmp_path: Path, store: SqliteStore
) -> None:
    keystore = key_file(tmp_path / "keys")
    put = keystore.put(secret_name(SecretKind.LASTING, REL), Secret(b"x" * 32))
    with pytest.raises(NodeError) as caught:
        keystore.open(secret_name(SecretKind.FLEETING, REL), put.value)
    assert caught.value.code == "secret-unreadable"
    other = create_key_file(tmp_path / "other", PASSPHRASE, entropy=os.urandom, cost=CHEAPEST)
    with pytest.raises(NodeError):
        other.open(put.key, put.value)


def test_a_name_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    keystore = key_file(tmp_path / "keys")
    for name in ((), (b"unknown", REL), (b"\xff",)):
        with pytest.raises(NodeError):
            keystore.put(name, Secret(b"x"))


def test_the_driver_names_its_secrets_by_these_kinds() -> None:
    """What the driver seals under another name would be refused, or miss the backup."""
    names = (vault.live_key, vault.lasting, vault.fleeting, vault.card_prekey, vault.invitation)
    kinds = {kind_of(name(REL)) for name in names}
    assert kinds == set(SecretKind) - {SecretKind.NEXT, SecretKind.WORDS}
    assert kind_of(vault.lasting(REL)) in IN_BACKUP


def test_live_keys_prekeys_and_invitations_are_in_no_backup() -> None:
    assert frozenset({SecretKind.LASTING}) == IN_BACKUP


def test_the_storage_key_is_not_shown_pickled_or_copied(tmp_path: Path) -> None:
    keystore = key_file(tmp_path / "keys")
    assert keystore.storage_key.expose().hex() not in repr(keystore)
    assert repr(keystore.storage_key.expose()) not in repr(keystore)
    for leak in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(keystore)


async def new_pool(tmp_path: Path, store: SqliteStore) -> tuple[Keystore, NextKeyPool]:
    keystore = key_file(tmp_path / "keys")
    pool = NextKeyPool(keystore, (), None)
    await store.commit(pool.start_over(seed_of(WORDS)))
    return keystore, await NextKeyPool.load(store, keystore)


async def test_the_pool_announces_keys_that_only_the_words_give(
    tmp_path: Path, store: SqliteStore
) -> None:
    keystore, pool = await new_pool(tmp_path, store)
    assert len(pool) == POOL_SIZE
    taken = set()
    for _ in range(3):
        pair, change = pool.take()
        assert pair.digest == next_digest(next_key(seed_of(WORDS), pair.nonce).public)
        await store.commit([change])
        taken.add(pair)
    assert len(taken) == 3
    again = await NextKeyPool.load(store, keystore)
    assert len(again) == POOL_SIZE - 3
    assert taken.isdisjoint({again.take()[0] for _ in range(len(again))})
    with pytest.raises(NodeError) as caught:
        again.take()
    assert caught.value.code == "next-keys-used-up"


async def test_a_refill_takes_the_same_words_only(tmp_path: Path, store: SqliteStore) -> None:
    keystore, pool = await new_pool(tmp_path, store)
    for _ in range(10):
        await store.commit([pool.take()[1]])
    strangers = seed_of("abandon " * 23 + "art")
    with pytest.raises(NodeError) as caught:
        pool.refill(strangers)
    assert caught.value.code == "words-mismatch"
    await store.commit(pool.refill(seed_of(WORDS)))
    assert len(pool) == len(await NextKeyPool.load(store, keystore)) == POOL_SIZE


async def test_new_words_replace_every_pair_of_the_old(tmp_path: Path, store: SqliteStore) -> None:
    keystore, pool = await new_pool(tmp_path, store)
    strangers = seed_of("abandon " * 23 + "art")
    await store.commit(pool.start_over(strangers))
    again = await NextKeyPool.load(store, keystore)
    assert len(again) == POOL_SIZE
    for _ in range(POOL_SIZE):
        pair, _change = again.take()
        assert pair.digest == next_digest(next_key(strangers, pair.nonce).public)
    with pytest.raises(NodeError):
        again.check_words(seed_of(WORDS))


async def test_the_pool_holds_nothing_a_thief_could_rotate_with(
    tmp_path: Path, store: SqliteStore
) -> None:
    keystore, _pool = await new_pool(tmp_path, store)
    rows = await keystore.read_all(store, ())
    seed = seed_of(WORDS)
    for name, secret in rows.items():
        if name[0] == b"next":
            key = next_key(seed, name[1]).secret
            assert secret != key
        assert seed.expose()[:32] not in secret.expose()


async def planted(tmp_path: Path, store: SqliteStore) -> Path:
    path = tmp_path / "state" / "m.marker"
    await store.commit([plant(path, os.urandom)])
    return path


async def test_data_that_stayed_here_is_here_however_often_it_is_opened(
    tmp_path: Path, store: SqliteStore
) -> None:
    path = await planted(tmp_path, store)
    for _ in range(5):
        assert await judge(store, path) is Standing.HERE
        await count_up(store, path)
    assert await judge(store, path) is Standing.HERE


async def test_a_copied_key_folder_is_restored_on_the_other_machine(
    tmp_path: Path, store: SqliteStore
) -> None:
    path = await planted(tmp_path, store)
    path.unlink()
    assert await judge(store, path) is Standing.RESTORED


async def test_another_nodes_marker_does_not_do(tmp_path: Path, store: SqliteStore) -> None:
    path = await planted(tmp_path, store)
    plant(path, os.urandom)
    assert await judge(store, path) is Standing.RESTORED


async def test_an_older_copy_put_back_on_the_same_machine_is_restored(tmp_path: Path) -> None:
    store = MemoryStore()
    path = tmp_path / "state" / "m.marker"
    await store.commit([plant(path, os.urandom)])
    backup = store.copy()
    await count_up(store, path)
    assert await judge(store, path) is Standing.HERE
    assert await judge(backup, path) is Standing.RESTORED


async def test_a_crash_between_store_and_marker_is_no_restore(tmp_path: Path) -> None:
    store = MemoryStore()
    path = tmp_path / "state" / "m.marker"
    await store.commit([plant(path, os.urandom)])
    before = path.read_bytes()
    await count_up(store, path)
    replace_private(path, before)  # the store was counted up, the file was not
    assert await judge(store, path) is Standing.HERE
    await count_up(store, path)
    assert await judge(store, path) is Standing.HERE


async def test_a_marker_that_is_further_behind_or_damaged_proves_nothing(tmp_path: Path) -> None:
    store = MemoryStore()
    path = tmp_path / "state" / "m.marker"
    await store.commit([plant(path, os.urandom)])
    before = path.read_bytes()
    await count_up(store, path)
    await count_up(store, path)
    replace_private(path, before)
    assert await judge(store, path) is Standing.RESTORED
    for damaged in (b"", b"\xff", before[:-1], encode([1]), encode({"v": 1})):
        replace_private(path, damaged)
        assert await judge(store, path) is Standing.RESTORED


async def test_a_marker_others_can_read_stops_the_node(tmp_path: Path, store: SqliteStore) -> None:
    path = await planted(tmp_path, store)
    path.chmod(0o644)
    with pytest.raises(NodeError) as caught:
        await judge(store, path)
    assert caught.value.code == "file-permissions"


async def test_a_marker_planted_before_its_commit_leaves_a_restored_node(tmp_path: Path) -> None:
    """The rotations after a restore and the new marker's row are one transaction."""
    store = MemoryStore()
    path = tmp_path / "state" / "m.marker"
    await store.commit([plant(path, os.urandom)])
    change = plant(path, os.urandom)
    assert await judge(store, path) is Standing.RESTORED
    await store.commit([change])
    assert await judge(store, path) is Standing.HERE
