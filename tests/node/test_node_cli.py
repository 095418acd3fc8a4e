"""The command line as a person and a program meet it: real processes, real terminals."""

import json
import os
import pty
import select
import shlex
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from linkcontract.crypto.secret import Secret
from linkcontract.driver.parties import load_author, load_history
from linkcontract.driver.rows import PartyRow
from linkcontract.node.cli import COMMANDS, build_parser, command
from linkcontract.node.config import load_config
from linkcontract.node.home import open_home
from linkcontract.node.output import EXIT_CODES
from linkcontract.node.signer import Signer

MODULE = [sys.executable, "-m", "linkcontract.node"]
PASSPHRASE = Secret(b"a passphrase")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty home with a passphrase file."""
    path = tmp_path / "pass"
    path.write_bytes(PASSPHRASE.expose() + b"\n")
    path.chmod(0o600)
    return tmp_path


def environment(place: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LINKCONTRACT_")}
    for name in ("XDG_STATE_HOME", "COVERAGE_PROCESS_START"):
        kept.pop(name, None)
    return kept | {"HOME": str(place), "COLUMNS": "100"}


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MODULE, *arguments],
        cwd=place,
        env=environment(place),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        start_new_session=True,  # no controlling terminal, whatever the tests are run from
    )


def init(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(
        place, "init", "--role", "person", "--label", "Alice", "--passphrase", "file:pass",
        *arguments,
    )  # fmt: skip


def error_of(done: subprocess.CompletedProcess[str]) -> Mapping[str, Any]:
    value = json.loads(done.stdout)
    assert value["ok"] is False
    assert done.stderr == ""
    error: Mapping[str, Any] = value["error"]
    return error


def everything(place: Path) -> set[str]:
    return {str(each.relative_to(place)) for each in place.rglob("*")}


async def test_init_makes_a_persons_node_that_opens(place: Path) -> None:
    done = init(place, "--write-words", "words", "--accept", "SD-BASE", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["result"]
    config = load_config(place / ".linkcontract" / "linkcontract.toml", {})
    assert result == {
        "role": "person",
        "label": "Alice",
        "party": None,
        "config": str(place / ".linkcontract" / "linkcontract.toml"),
        "data_dir": str(config.data_dir),
        "marker": str(config.marker),
        "signer": None,
        "words_file": str(place / "words"),
    }
    assert config.passphrase == f"file:{place / 'pass'}"
    assert config.policy.accept == ("ieee-7012:SD-BASE",)
    assert config.marker.is_relative_to(place / ".local" / "state")
    async with open_home(config, PASSPHRASE, "test") as home:
        assert home.identity.party is None
        assert len(home.pool) == 256
    words = (place / "words").read_text().split()
    assert len(words) == 24
    for each in (config.data_dir, config.marker, place / "words", Path(result["config"])):
        assert not stat.S_IMODE(each.stat().st_mode) & 0o077, each
    # The words are nowhere but where they were asked to be.
    sentence = " ".join(words)
    files = [place / each for each in everything(place) if each != "words"]
    assert not any(sentence.encode() in each.read_bytes() for each in files if each.is_file())
    assert sentence not in done.stdout + done.stderr


async def test_init_makes_a_vendors_node_whose_next_key_is_with_the_signer(place: Path) -> None:
    done = run(
        place, "--config", "shop/linkcontract.toml", "init", "--role", "vendor", "--label", "Shop",
        "--name", "Example Shop Ltd", "--jurisdiction", "FR", "--domain", "shop.example",
        "--passphrase", "file:pass", "--signer", "stick.signer", "--signer-passphrase",
        "file:pass", "--write-words", "words", "--listen", "127.0.0.1:0", "--join-public",
        "--accept", "SD-BASE", "--counter", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    config = load_config(place / "shop" / "linkcontract.toml", {})
    assert config.controller is not None
    assert config.transports["http"] == {"bind": "127.0.0.1:0"}
    async with open_home(config, PASSPHRASE, "test") as home:
        party = home.identity.party
        assert party is not None
        history = await load_history(home.store, party)
        assert history is not None
        author = await load_author(home.store, home.keystore, history)
        ((_key, row),) = await home.store.scan("party", (party,))
    assert (history.party, history.kind, PartyRow.read(row).kind) == (party, "public", "public")
    assert author is not None  # it can sign at once
    with Signer(place / "stick.signer", PASSPHRASE, entropy=os.urandom) as signer:
        rotation = signer.rotate(history, party)
    assert history.extend([rotation.envelope]).heads != (party,)
    # A thief of the whole data directory cannot rotate: the next key is not in it.
    secret = rotation.key.secret.expose()
    for file in config.data_dir.iterdir():
        if file.is_file():
            assert secret not in file.read_bytes()


def test_the_same_words_make_another_node(place: Path) -> None:
    assert init(place, "--write-words", "words").returncode == 0
    again = init(place, "--config", "b/linkcontract.toml", "--words-file", "words")
    assert again.returncode == 0, again.stderr


REFUSED: list[tuple[list[str], int, str, str]] = [
    (["--label", "x\ny"], 2, "config-value", "--label"),
    (["--passphrase", "secret"], 2, "config-value", "--passphrase"),
    (["--passphrase", "file:nowhere"], 3, "file-missing", ""),
    (["--passphrase", "prompt"], 3, "passphrase-source", "passphrase"),
    (["--marker", ".linkcontract/data/marker"], 2, "config-value", "--marker"),
    (["--accept", "SD-NONE"], 2, "config-value", "--accept"),
    (["--counter"], 2, "config-value", "--counter"),
    (["--join-public"], 2, "config-value", "--join-public"),
    (["--listen", "8470"], 2, "config-value", "--listen"),
    (["--address", "node.example"], 2, "config-value", "--address"),
    (["--allow-address", "https://u:p@x/"], 2, "config-value", "--allow-address"),
    (["--name", "Shop"], 2, "config-value", "--name"),
    (["--signer", "s"], 2, "config-value", "--signer"),
    (["--words-file", "nowhere"], 3, "file-missing", ""),
    (["--words-file", "pass"], 2, "mnemonic-length", ""),
    (["--write-words", "pass"], 2, "file-exists", ""),
    (["--words-file", "a", "--write-words", "b"], 2, "command-line", ""),
    (["--write-wor", "b"], 2, "command-line", ""),
    ([], 2, "words-terminal", ""),
]


@pytest.mark.parametrize(("arguments", "exit_code", "code", "where"), REFUSED)
def test_init_that_is_refused_names_cause_and_next_step_and_leaves_nothing(
    place: Path, arguments: list[str], exit_code: int, code: str, where: str
) -> None:
    before = everything(place)
    done = init(place, *arguments, "--json")
    error = error_of(done)
    assert (done.returncode, error["code"]) == (exit_code, code), error
    assert error["hint"]
    if where:
        assert error["where"] == where
    assert everything(place) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--label", "x\ny"], "config-value"), (["--words-file", "pass"], "mnemonic-length")],
)
def test_an_error_for_people_is_on_standard_error(
    place: Path, arguments: list[str], code: str
) -> None:
    done = init(place, *arguments)
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert f"[{code}]\n  next: " in done.stderr


def test_init_never_replaces_a_node(place: Path) -> None:
    assert init(place, "--write-words", "words").returncode == 0
    before = {path: (place / path).stat().st_mtime_ns for path in everything(place)}
    assert error_of(init(place, "--words-file", "words", "--json"))["code"] == "file-exists"
    assert {path: (place / path).stat().st_mtime_ns for path in everything(place)} == before


def test_a_passphrase_from_the_environment_is_warned_about(place: Path) -> None:
    done = subprocess.run(
        [
            *MODULE, "init", "--role", "person", "--label", "A", "--write-words", "w",
            "--passphrase", "env:LINKCONTRACT_PASSPHRASE",
        ],
        cwd=place,
        env=environment(place) | {"LINKCONTRACT_PASSPHRASE": "from the environment"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 0
    assert "LINKCONTRACT_PASSPHRASE" in done.stderr
    assert "from the environment" not in done.stdout + done.stderr.replace(
        "was read from the environment", ""
    )


TAKE_TERMINAL = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'linkcontract.node', *sys.argv[1:]])\n"
)


class Screen:
    """A person at a pseudo-terminal."""

    def __init__(self, place: Path, *arguments: str) -> None:
        self.descriptor, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL, *arguments],
            cwd=place,
            env=environment(place),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.text = ""

    def expect(self, wanted: str) -> str:
        """Read until `wanted` appears; the text up to it."""
        deadline = time.monotonic() + 30
        while wanted not in self.text:
            assert time.monotonic() < deadline, self.text
            if select.select([self.descriptor], [], [], 0.2)[0]:
                try:
                    part = os.read(self.descriptor, 4096)
                except OSError:
                    part = b""
                assert part, self.text
                self.text += part.decode("utf-8", "replace")
        before, _, self.text = self.text.partition(wanted)
        return before

    def type(self, line: str) -> None:
        os.write(self.descriptor, line.encode() + b"\n")

    def end(self) -> tuple[int, str]:
        """The exit code and the rest of the output."""
        while True:
            try:
                part = os.read(self.descriptor, 4096)
            except OSError:
                break
            if not part:
                break
            self.text += part.decode("utf-8", "replace")
        os.close(self.descriptor)
        return self.process.wait(30), self.text


def shown_words(text: str) -> list[str]:
    pairs = [part.split(". ") for part in text.replace("\r\n", "  ").split("  ") if ". " in part]
    numbered = {int(n): word for n, word in pairs if n.strip().isdigit()}
    return [numbered[n] for n in range(1, 25)]


def test_at_a_terminal_the_words_are_shown_once_and_asked_for(place: Path) -> None:
    screen = Screen(place, "init", "--role", "person", "--label", "Alice")
    screen.expect("New passphrase of the node: ")
    screen.type("typed passphrase")
    screen.expect("The same once more: ")
    screen.type("typed passphrase")
    words = shown_words(screen.expect("Press Enter"))
    assert len(set(words)) > 12
    screen.type("")
    for _ in range(3):
        screen.expect("Word ")
        asked = screen.expect(": ")
        screen.type("wrong")
        screen.expect("That is another word.")
        screen.expect(f"Word {asked}: ")
        screen.type(words[int(asked) - 1])
    code, rest = screen.end()
    assert code == 0, rest
    assert "Made the node 'Alice' (person)." in rest
    assert "typed passphrase" not in rest
    assert (place / ".linkcontract" / "linkcontract.toml").exists()


def test_unconfirmed_words_and_differing_passphrases_leave_nothing(place: Path) -> None:
    before = everything(place)
    screen = Screen(place, "init", "--role", "person", "--label", "Alice")
    screen.expect("New passphrase of the node: ")
    screen.type("one")
    screen.expect("The same once more: ")
    screen.type("another")
    code, rest = screen.end()
    assert (code, "the two entries differ" in rest) == (3, True)

    screen = Screen(place, "init", "--role", "person", "--label", "A", "--passphrase", "file:pass")
    screen.expect("Press Enter")
    screen.type("")
    for _ in range(3):
        screen.expect("Word ")
        screen.type("wrong")
    code, rest = screen.end()
    assert (code, "[words-unconfirmed]" in rest) == (2, True)

    screen = Screen(place, "init", "--role", "person", "--label", "A", "--passphrase", "file:pass")
    screen.expect("Press Enter")
    os.write(screen.descriptor, b"\x03")  # Ctrl-C
    assert screen.end()[0] == 130
    assert everything(place) == before


def test_terms_lists_the_roster_and_shows_one(place: Path) -> None:
    listing = json.loads(run(place, "terms", "--json").stdout)["result"]
    assert {each["name"] for each in listing} >= {"SD-BASE", "SD-BASE-DP"}
    for each in listing:
        one = json.loads(run(place, "--json", "terms", each["id"]).stdout)["result"]
        assert one["text"] == each["text"]
        assert one["permissions"]
        assert one["prohibitions"]
        assert one["duties"]
        text = run(place, "terms", each["name"])
        assert text.returncode == 0
        assert one["full_text"] in text.stdout
    done = run(place, "terms", "SD-NONE", "--json")
    assert (done.returncode, error_of(done)["code"]) == (2, "roster-unknown")


def test_a_reader_that_goes_away_is_no_crash(place: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m linkcontract.node terms SD-BASE | head -1",
        shell=True,
        cwd=place,
        env=environment(place),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("SD-BASE")
    assert done.stderr == ""


@pytest.mark.parametrize("buffered", ["", "1"])
@pytest.mark.parametrize("arguments", ["terms", "terms --json", "terms SD-NONE --json"])
def test_a_result_that_cannot_be_written_is_said(
    place: Path, arguments: str, buffered: str
) -> None:
    done = subprocess.run(
        f"{sys.executable} -m linkcontract.node {arguments} > /dev/full",
        shell=True,
        cwd=place,
        env={**environment(place), "PYTHONUNBUFFERED": buffered},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("error: the result cannot be written (No space left on device)")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("spec", [*map(command, COMMANDS)], ids=lambda spec: spec.name)
def test_every_command_has_help_with_examples_that_parse(
    spec: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        build_parser().parse_args([spec.name, "--help"])
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    assert spec.description.splitlines()[0] in shown
    assert "examples:" in shown
    assert len(spec.summary) <= 60
    for line, meaning in spec.examples:
        assert meaning
        parsed = build_parser().parse_args(shlex.split(line.replace("\\\n", " ")))
        assert parsed.spec is spec
    for argument in spec.arguments:
        assert argument.options.get("help"), argument.flags


def test_help_lists_every_command_and_exit_code(place: Path) -> None:
    text = run(place, "--help").stdout
    for spec in map(command, COMMANDS):
        assert f"    {spec.name} " in text
    for code, meaning in EXIT_CODES.items():
        assert f"  {code}  {meaning}" in text
    version = metadata.version("linkcontract")
    assert run(place, "--version").stdout == f"linkcontract-node {version}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["unknown"], ["init"], ["terms", "a", "b"], ["--config"], ["init", "--rol=x"]]
)
def test_a_usage_error_is_exit_code_2_in_both_forms(place: Path, arguments: list[str]) -> None:
    done = run(place, *arguments)
    assert done.returncode == 2
    assert "next: linkcontract-node" in done.stderr
    done = run(place, "--json", *arguments)
    assert (done.returncode, error_of(done)["code"]) == (2, "command-line")
