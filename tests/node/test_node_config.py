"""The configuration: every key by a table of good and bad values, in the file and outside it."""

import tomllib
from pathlib import Path

import pytest

from linkcontract.errors import NodeError
from linkcontract.node.config import NodeConfig, Role, load_config, parse_config
from linkcontract.node.config_fields import FIELDS, REQUIRED, render_config
from linkcontract.transport.addresses import AddressRules
from linkcontract_transports.http_settings import HttpSettings

BASE = Path("/etc/alice")
PERSON: dict[str, object] = {"role": "person", "label": "Alice", "marker": "/var/state/m"}
VENDOR: dict[str, object] = {
    "role": "vendor",
    "label": "Shop",
    "marker": "/var/state/m",
    "controller": {"name": "Example Shop Ltd", "jurisdiction": "FR", "domain": "shop.example"},
}


def parsed(table: dict[str, object], **environ: str) -> NodeConfig:
    return parse_config(table, environ, base=BASE)


def merged(path: str, value: object) -> dict[str, object]:
    section, dot, key = path.rpartition(".")
    table = dict(VENDOR if section == "controller" else PERSON)
    if not dot:
        return table | {key: value}
    inner = table.get(section, {})
    assert isinstance(inner, dict)
    return table | {section: inner | {key: value}}


GOOD: list[tuple[str, object]] = [
    ("role", "person"),
    ("label", "Zoë's laptop"),
    ("data_dir", "../elsewhere"),
    ("passphrase", "prompt"),
    ("passphrase", "fd:3"),
    ("passphrase", "file:pass.txt"),
    ("passphrase", "credential:linkcontract"),
    ("passphrase", "env:LINKCONTRACT_PASSPHRASE"),
    ("marker", "~/state/marker"),
    ("controller.name", "Société Générale de Test"),
    ("controller.jurisdiction", "US-CA"),
    ("controller.domain", "xn--bcher-kva.example"),
    ("admin.socket", "/run/lc/admin.sock"),
    ("policy.accept", ["SD-BASE-DP", "SD-BASE"]),
    ("policy.counter", False),
    ("policy.join_public", False),
    ("policy.opens_per_minute", 6000),
]

BAD: list[tuple[str, object]] = [
    ("role", "admin"),
    ("role", 1),
    ("label", ""),
    ("label", " padded "),
    ("label", "a\nb"),
    ("label", "a\x1b[2Jb"),
    ("label", "x" * 65),
    ("data_dir", ""),
    ("data_dir", ["data"]),
    ("passphrase", "correct horse battery staple"),
    ("passphrase", "prompt:now"),
    ("passphrase", "fd:-1"),
    ("passphrase", "fd:"),
    ("passphrase", "file:"),
    ("passphrase", "credential:../../etc/shadow"),
    ("passphrase", "env:lower"),
    ("marker", 7),
    ("controller.name", ""),
    ("controller.jurisdiction", "France"),
    ("controller.jurisdiction", "fr"),
    ("controller.domain", "shop"),
    ("controller.domain", "Shop.Example"),
    ("controller.domain", "büch.example"),
    ("controller.domain", "10.0.0.1"),
    ("controller.domain", "https://shop.example"),
    ("admin.socket", True),
    ("policy.accept", ["SD BASE"]),
    ("policy.counter", 1),
    ("policy.counter", "yes"),
    ("policy.join_public", "true"),
    ("policy.opens_per_minute", -1),
    ("policy.opens_per_minute", True),
    ("policy.opens_per_minute", 1.5),
    ("policy.opens_per_minute", "2"),
    ("policy.opens_per_minute", 6001),
]


@pytest.mark.parametrize(("path", "value"), GOOD)
def test_a_value_of_its_kind_is_taken(path: str, value: object) -> None:
    parsed(merged(path, value))


@pytest.mark.parametrize(("path", "value"), BAD)
def test_a_value_of_another_kind_is_refused_and_never_repeated(path: str, value: object) -> None:
    with pytest.raises(NodeError) as caught:
        parsed(merged(path, value))
    assert caught.value.code == "config-value"
    assert caught.value.where == path
    assert caught.value.hint.startswith("expected ")
    if isinstance(value, str) and len(value) > 12:
        assert value not in str(caught.value)


def test_every_key_stands_in_both_tables() -> None:
    paths = {field.path for field in FIELDS}
    assert {path for path, _ in GOOD} == paths
    assert {path for path, _ in BAD} == paths


@pytest.mark.parametrize("path", [field.path for field in FIELDS if field.default is REQUIRED])
def test_a_required_key_that_is_absent_is_named(path: str) -> None:
    with pytest.raises(NodeError) as caught:
        parsed({key: value for key, value in PERSON.items() if key != path})
    assert (caught.value.code, caught.value.where) == ("config-missing", path)


@pytest.mark.parametrize(
    ("table", "shown", "nearest"),
    [
        ({"lable": "x"}, "lable", "label"),
        ({"admin": {"sockt": "x"}}, "admin.sockt", "admin.socket"),
        ({"policy": {"acept": []}}, "policy.acept", "policy.accept"),
        ({"Policy": {}}, "Policy", "policy.accept"),
        ({"admin": 3}, "admin", "admin.socket"),
        ({"admin.socket": "x"}, "admin.socket", "admin.socket"),
        ({"transports": {"http": {}}}, "transports", ""),
        ({"\x1b[2J": 1}, "(unprintable)", ""),
    ],
)
def test_an_unknown_key_is_an_error_that_names_the_nearest(
    table: dict[str, object], shown: str, nearest: str
) -> None:
    with pytest.raises(NodeError) as caught:
        parsed(PERSON | table)
    assert (caught.value.code, caught.value.where) == ("config-unknown-key", shown)
    assert nearest in caught.value.hint


def test_the_environment_overrides_the_file() -> None:
    config = parsed(
        PERSON | {"policy": {"counter": False, "accept": ["SD-BASE"]}},
        LINKCONTRACT_LABEL="Other",
        LINKCONTRACT_POLICY_COUNTER="true",
        LINKCONTRACT_POLICY_ACCEPT="SD-BASE-DP, SD-BASE",
        LINKCONTRACT_POLICY_OPENS_PER_MINUTE="7",
        HOME="/home/alice",
    )
    assert config.label == "Other"
    assert config.policy.counter is True
    assert config.policy.accept == ("ieee-7012:SD-BASE-DP", "ieee-7012:SD-BASE")
    assert config.policy.opens_per_minute == 7


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("LINKCONTRACT_POLICY_OPENS_PER_MINUTE", "soon"),
        ("LINKCONTRACT_POLICY_OPENS_PER_MINUTE", "9" * 5000),
        ("LINKCONTRACT_POLICY_COUNTER", "True"),
        ("LINKCONTRACT_ADMIN_SOCKET", ""),
    ],
)
def test_a_bad_override_is_refused_under_the_name_of_the_variable(variable: str, text: str) -> None:
    with pytest.raises(NodeError) as caught:
        parsed(PERSON, **{variable: text})
    assert (caught.value.code, caught.value.where) == ("config-value", variable)


def test_a_mistyped_variable_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(NodeError) as caught:
        parsed(PERSON, LINKCONTRACT_ADMIN_SOKET="x")
    assert caught.value.code == "config-unknown-key"
    assert "LINKCONTRACT_ADMIN_SOCKET" in caught.value.hint


def test_a_transport_has_a_table_of_its_own_and_variables_over_it() -> None:
    table = PERSON | {"transport": {"http": {"bind": "127.0.0.1:1", "timeout": 30}}}
    config = parsed(
        table,
        LINKCONTRACT_TRANSPORT_HTTP_BIND="127.0.0.1:2",
        LINKCONTRACT_TRANSPORT_HTTP_TIMEOUT="5",
        LINKCONTRACT_TRANSPORT_HTTP_LISTED='["http://127.0.0.1:3"]',
        LINKCONTRACT_TRANSPORT_HTTP_BEHIND_PROXY="true",
    )
    assert list(config.transports) == ["http"]
    assert dict(config.transports["http"]) == {
        "bind": "127.0.0.1:2",
        "timeout": 5,
        "listed": ["http://127.0.0.1:3"],
        "behind_proxy": True,
    }


def test_no_variable_makes_another_transport_load() -> None:
    with pytest.raises(NodeError) as caught:
        parsed(PERSON | {"transport": {"http": {}}}, LINKCONTRACT_TRANSPORT_EVIL_BIND="x")
    assert caught.value.code == "config-unknown-key"
    assert parsed(PERSON).transports == {}


@pytest.mark.parametrize("tables", [3, {"http": 3}, {"../x": {}}, {"Http": {}}])
def test_transport_tables_of_another_form_are_refused(tables: object) -> None:
    with pytest.raises(NodeError) as caught:
        parsed(PERSON | {"transport": tables})
    assert (caught.value.code, caught.value.where) == ("config-value", "transport")


def test_variables_that_are_no_keys_are_left_alone() -> None:
    parsed(
        PERSON,
        LINKCONTRACT_CONFIG="x",
        LINKCONTRACT_PASSPHRASE="x",
        LINKCONTRACT_DPV_SOURCES="x",
        LINKCONTRACT_FOREIGN_VECTORS="x",
        LINKCONTRACT_KILL="x",
        LINKCONTRACT_MACHINE_STEPS="x",
        LINKCONTRACT_TEST_STEPS="x",
        OTHER="x",
    )


def test_relative_paths_start_where_the_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/alice")
    config = parsed(
        PERSON | {"data_dir": "../data", "marker": "~/m", "passphrase": "file:secret/pass"}
    )
    assert config.data_dir == Path("/etc/data")
    assert config.admin_socket == Path("/etc/data/admin.sock")
    assert config.marker == Path("/home/alice/m")
    assert config.passphrase == "file:/etc/alice/secret/pass"


@pytest.mark.parametrize(
    ("table", "where"),
    [
        (PERSON | {"marker": "data/marker"}, "marker"),
        (PERSON | {"policy": {"join_public": True}}, "policy.join_public"),
        (PERSON | {"policy": {"counter": True}}, "policy.counter"),
        (PERSON | {"controller": {"name": "Shop"}}, "controller.name"),
    ],
)
def test_values_that_do_not_fit_together_are_refused(table: dict[str, object], where: str) -> None:
    with pytest.raises(NodeError) as caught:
        parsed(table)
    assert (caught.value.code, caught.value.where) == ("config-value", where)


@pytest.mark.parametrize("missing", ["name", "jurisdiction", "domain"])
def test_a_vendor_says_who_it_is_whole(missing: str) -> None:
    controller = VENDOR["controller"]
    assert isinstance(controller, dict)
    table = VENDOR | {"controller": {k: v for k, v in controller.items() if k != missing}}
    with pytest.raises(NodeError) as caught:
        parsed(table)
    assert (caught.value.code, caught.value.where) == ("config-missing", f"controller.{missing}")


@pytest.mark.parametrize(
    "data", [b"role = ", b"\xff\xfe", b'role = "person"\nrole = "vendor"\n', b"a=" + b"[" * 20_000]
)
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "linkcontract.toml"
    path.write_bytes(data)
    with pytest.raises(NodeError) as caught:
        load_config(path, {})
    assert caught.value.code == "config-unreadable"


def test_a_file_that_is_too_long_or_absent_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "linkcontract.toml"
    with pytest.raises(NodeError) as caught:
        load_config(path, {})
    assert caught.value.code == "file-missing"
    path.write_bytes(b"#" * 70_000)
    with pytest.raises(NodeError) as caught:
        load_config(path, {})
    assert caught.value.code == "config-unreadable"


@pytest.mark.parametrize("table", [PERSON, VENDOR])
def test_the_example_file_reads_back_as_the_same_configuration(
    tmp_path: Path, table: dict[str, object]
) -> None:
    flat = {key: value for key, value in table.items() if key != "controller"}
    controller = table.get("controller", {})
    assert isinstance(controller, dict)
    flat |= {f"controller.{key}": value for key, value in controller.items()}
    flat |= {"label": 'quote " backslash \\ é'}
    http = {"bind": "127.0.0.1:0", "listed": ["http://127.0.0.1:1"]}
    path = tmp_path / "linkcontract.toml"
    path.write_text(render_config(flat, http), encoding="utf-8")
    config = load_config(path, {})
    assert config.role is Role(str(table["role"]))
    assert config.label == 'quote " backslash \\ é'
    assert config.transports == {"http": http}


def test_every_commented_default_of_the_example_is_a_valid_value() -> None:
    text = render_config({"role": "vendor"}, {})
    keys = {field.path.rpartition(".")[2] for field in FIELDS} | {"bind", "public", "listed"}
    live = "\n".join(
        line.removeprefix("# ") if line.removeprefix("# ").split(" = ")[0] in keys else line
        for line in text.splitlines()
    )
    table = tomllib.loads(live)
    assert table.keys() == {f.path.partition(".")[0] for f in FIELDS} | {"transport"}
    parsed(table | {"label": "Shop", "marker": "/var/state/m"})
    HttpSettings(**{**table["transport"]["http"], "listed": ()})
    AddressRules.listing(table["transport"]["http"]["listed"])
