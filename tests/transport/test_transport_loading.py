"""Transports are imported only when the configuration names them, and say where they are from."""

import subprocess
import sys
from importlib.metadata import EntryPoint, version
from pathlib import Path

import pytest

from linkcontract.errors import TransportError
from linkcontract.transport.loading import GROUP, load_transport, load_transports


def test_the_http_transport_is_found_and_says_where_it_is_from() -> None:
    (loaded,) = load_transports(["http"])
    assert loaded.name == "http"
    assert loaded.distribution == "linkcontract"
    assert loaded.version == version("linkcontract")
    assert loaded.kind.__module__ == "linkcontract_transports.http"


def _code(name: str, listed: list[str]) -> str:
    with pytest.raises(TransportError) as caught:
        load_transport(name, listed)
    return caught.value.code


def test_an_installed_transport_that_is_not_listed_is_not_imported() -> None:
    assert _code("http", ["memory"]) == "transport-not-listed"
    program = (
        "import sys, linkcontract.transport.loading as l\n"
        "try: l.load_transport('http', [])\n"
        "except Exception as error: print(error.code)\n"
        "print([m for m in sys.modules if 'aiohttp' in m or 'linkcontract_transports' in m])\n"
    )
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert child.stdout == "transport-not-listed\n[]\n", child.stderr


def test_a_transport_nobody_offers() -> None:
    assert _code("pigeon", ["pigeon"]) == "transport-unknown"


def _install(folder: Path, distribution: str, entry: str, module: str, body: str) -> None:
    """A distribution as pip leaves it, in a folder of its own on the path."""
    info = folder / f"{distribution}-1.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{entry}\n")
    (folder / f"{module}.py").write_text(body)


def test_a_foreign_transport(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "from linkcontract.transport import MemoryTransport as Pigeon\n"
    _install(tmp_path, "pigeon-post", "pigeon = pigeon_post:Pigeon", "pigeon_post", body)
    monkeypatch.syspath_prepend(tmp_path)
    loaded = load_transport("pigeon", ["pigeon"])
    assert (loaded.distribution, loaded.version) == ("pigeon-post", "1.5")


def test_a_package_that_offers_a_name_twice_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(
        tmp_path, "evil", "http = evil_transport:Evil", "evil_transport", "raise SystemExit('run')"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert _code("http", ["http"]) == "transport-ambiguous"


@pytest.mark.parametrize(
    ("module", "body"),
    [
        ("broken_one", "raise RuntimeError"),
        ("broken_two", "class Thing: pass"),
        ("broken_three", "Thing = 3"),
        ("broken_four", ""),
    ],
)
def test_a_transport_that_is_broken(
    module: str, body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = module.replace("_", "-")
    _install(tmp_path, name, f"{name} = {module}:Thing", module, body)
    monkeypatch.syspath_prepend(tmp_path)
    assert _code(name, [name]) == "transport-broken"


def test_the_entry_point_in_the_project_file_is_the_one_loaded() -> None:
    entry = EntryPoint("http", "linkcontract_transports.http:HttpTransport", GROUP)
    assert load_transport("http", ["http"]).kind is entry.load()
