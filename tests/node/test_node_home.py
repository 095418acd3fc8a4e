"""A data directory: made whole or not at all, opened by one process, and recognised."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from linkcontract.crypto.keyfile import CHEAPEST
from linkcontract.crypto.next_keys import seed_of
from linkcontract.crypto.secret import Secret
from linkcontract.errors import LinkContractError, NodeError, StoreError
from linkcontract.node.config import NodeConfig, Role, parse_config
from linkcontract.node.home import Identity, create_home, default_marker, open_home
from linkcontract.node.marker import Standing
from linkcontract.node.next_key_pool import POOL_SIZE, NextKeyPool

PASSPHRASE = Secret(b"a passphrase")
SEED = seed_of("abandon " * 23 + "art")


def config_of(tmp_path: Path, role: str = "person") -> NodeConfig:
    table: dict[str, object] = {
        "role": role,
        "label": "Alice",
        "marker": str(tmp_path / "state" / "m.marker"),
    }
    if role == "vendor":
        table["controller"] = {"name": "Shop", "jurisdiction": "FR", "domain": "shop.example"}
    return parse_config(table, {}, base=tmp_path)


async def made(tmp_path: Path) -> NodeConfig:
    config = config_of(tmp_path)
    async with create_home(config, PASSPHRASE, cost=CHEAPEST) as home:
        pool = NextKeyPool(home.keystore, (), None)
        await home.settle(Identity(Role.PERSON, None, 1), pool.start_over(SEED))
    return config


async def test_a_new_home_opens_as_what_it_was_made(tmp_path: Path) -> None:
    config = await made(tmp_path)
    for _ in range(3):
        async with open_home(config, PASSPHRASE, "run") as home:
            assert home.identity == Identity(Role.PERSON, None, 1)
            assert home.standing is Standing.HERE
            assert len(home.pool) == POOL_SIZE
    assert sorted(os.listdir(tmp_path)) == ["data", "state"]
    for each in [config.data_dir, *config.data_dir.iterdir(), config.marker]:
        assert not stat.S_IMODE(each.stat().st_mode) & 0o077, each


async def test_one_process_at_a_time(tmp_path: Path) -> None:
    config = await made(tmp_path)
    async with open_home(config, PASSPHRASE, "run"):
        with pytest.raises(NodeError) as caught:
            async with open_home(config, PASSPHRASE, "share"):
                pass
    assert caught.value.code == "data-locked"
    assert f"{os.getpid()} (run)" in caught.value.hint


async def test_a_failure_while_making_leaves_nothing(tmp_path: Path) -> None:
    config = config_of(tmp_path)

    async def fail() -> None:
        async with create_home(config, PASSPHRASE, cost=CHEAPEST) as home:
            await home.settle(Identity(Role.PERSON, None, 1), ())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert os.listdir(tmp_path) == ["state"]  # `init` takes the marker away


async def test_what_a_killed_init_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / ".data.new"
    left.mkdir(mode=0o700)
    (left / "keys").write_bytes(b"half")
    config = await made(tmp_path)
    assert not left.exists()
    async with open_home(config, PASSPHRASE, "run"):
        pass


async def test_an_existing_home_is_never_replaced(tmp_path: Path) -> None:
    config = await made(tmp_path)
    keys = config.key_file.read_bytes()
    with pytest.raises(NodeError) as caught:
        async with create_home(config, PASSPHRASE, cost=CHEAPEST):
            pass
    assert caught.value.code == "file-exists"
    assert config.key_file.read_bytes() == keys


async def test_the_wrong_passphrase_opens_nothing_and_frees_the_lock(tmp_path: Path) -> None:
    config = await made(tmp_path)
    for _ in range(2):
        with pytest.raises(LinkContractError) as caught:
            async with open_home(config, Secret(b"guess"), "run"):
                pass
        assert caught.value.code == "keyfile-passphrase"


async def test_data_of_the_other_role_is_refused(tmp_path: Path) -> None:
    await made(tmp_path)
    with pytest.raises(NodeError) as caught:
        async with open_home(config_of(tmp_path, "vendor"), PASSPHRASE, "run"):
            pass
    assert (caught.value.code, caught.value.where) == ("config-value", "role")


async def test_an_open_directory_is_refused(tmp_path: Path) -> None:
    config = await made(tmp_path)
    config.data_dir.chmod(0o755)
    with pytest.raises(NodeError) as caught:
        async with open_home(config, PASSPHRASE, "run"):
            pass
    assert caught.value.code == "file-permissions"


async def test_a_copied_key_folder_is_restored(tmp_path: Path) -> None:
    """Another machine has the folder but not the marker (spec: ledger, K5)."""
    config = await made(tmp_path)
    config.marker.unlink()
    for _ in range(2):  # and it stays so until somebody rotates
        async with open_home(config, PASSPHRASE, "run") as home:
            assert home.standing is Standing.RESTORED


async def test_an_older_folder_put_back_is_restored(tmp_path: Path) -> None:
    config = await made(tmp_path)
    shutil.copytree(config.data_dir, tmp_path / "backup", copy_function=shutil.copy2)
    async with open_home(config, PASSPHRASE, "run") as home:
        assert home.standing is Standing.HERE
    shutil.rmtree(config.data_dir)
    shutil.move(tmp_path / "backup", config.data_dir)
    async with open_home(config, PASSPHRASE, "run") as home:
        assert home.standing is Standing.RESTORED


async def test_a_crash_of_the_process_is_no_restore(tmp_path: Path) -> None:
    config = await made(tmp_path)
    with pytest.raises(ZeroDivisionError):
        async with open_home(config, PASSPHRASE, "run"):
            raise ZeroDivisionError
    async with open_home(config, PASSPHRASE, "run") as home:
        assert home.standing is Standing.HERE


async def test_a_key_file_of_another_node_is_noticed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir(mode=0o700)
    config = await made(tmp_path / "a")
    other = await made(tmp_path / "b")
    shutil.copy2(other.key_file, config.key_file)
    with pytest.raises(NodeError) as caught:
        async with open_home(config, PASSPHRASE, "run"):
            pass
    assert caught.value.code == "secret-unreadable"


async def test_a_missing_or_damaged_home_is_an_error_of_ours(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    with pytest.raises(NodeError) as caught:
        async with open_home(config, PASSPHRASE, "run"):
            pass
    assert caught.value.code == "file-missing"
    config = await made(tmp_path)
    config.store_file.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError):
        async with open_home(config, PASSPHRASE, "run"):
            pass
    config.key_file.unlink()
    with pytest.raises(NodeError) as caught:
        async with open_home(config, PASSPHRASE, "run"):
            pass
    assert caught.value.code == "file-missing"


def test_the_default_marker_is_outside_every_configuration_and_has_a_name_of_its_own() -> None:
    home = Path("/home/alice")
    assert default_marker(None, home, b"\x01\x02") == Path(
        "/home/alice/.local/state/linkcontract/0102.marker"
    )
    assert default_marker("/state", home, b"\x01") == Path("/state/linkcontract/01.marker")
    assert default_marker("relative", home, b"\x01").is_relative_to(home)
