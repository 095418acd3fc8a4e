"""Passphrases and recovery words: where they may come from, and what is refused."""

import os
import stat
from pathlib import Path

import pytest

from linkcontract.crypto.secret import Secret
from linkcontract.errors import NodeError
from linkcontract.limits import MAX_PASSPHRASE
from linkcontract.node.passphrase import read_passphrase
from linkcontract.node.words import (
    CONFIRM_TRIES,
    ask_words,
    new_words,
    read_words_file,
    seed_from,
    show_once,
    write_words_file,
)


def read(source: str, environ: dict[str, str] | None = None) -> tuple[Secret, list[str]]:
    warnings: list[str] = []
    return read_passphrase(source, environ or {}, warnings.append), warnings


def private(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"secret", b"secret"),
        (b"secret\n", b"secret"),
        (b"secret\r\n", b"secret"),
        (b"secret\n\n", b"secret\n"),
        (b" spaces stay ", b" spaces stay "),
        ("e\u0301".encode(), "\u00e9".encode()),  # typed on another system: the same
        (b"\xff\xfe", b"\xff\xfe"),
    ],
)
def test_a_file_loses_one_line_end_and_is_composed(
    tmp_path: Path, data: bytes, expected: bytes
) -> None:
    path = private(tmp_path / "pass", data)
    assert read(f"file:{path}") == (Secret(expected), [])


@pytest.mark.parametrize("data", [b"", b"\n", b"x" * (MAX_PASSPHRASE + 1)])
def test_an_empty_or_endless_passphrase_is_refused(tmp_path: Path, data: bytes) -> None:
    path = private(tmp_path / "pass", data)
    with pytest.raises(NodeError) as caught:
        read(f"file:{path}")
    assert caught.value.code == "passphrase-source"


def test_a_passphrase_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = private(tmp_path / "pass", b"secret")
    path.chmod(0o640)
    with pytest.raises(NodeError) as caught:
        read(f"file:{path}")
    assert caught.value.code == "file-permissions"


def test_a_descriptor_is_read_to_its_end_and_closed() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"from a pipe\n")
    os.close(writing)
    assert read(f"fd:{reading}") == (Secret(b"from a pipe"), [])
    with pytest.raises(NodeError) as caught:
        read(f"fd:{reading}")
    assert caught.value.code == "passphrase-source"


def test_a_systemd_credential_is_read_from_its_directory(tmp_path: Path) -> None:
    (tmp_path / "linkcontract").write_bytes(b"from systemd")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read("credential:linkcontract", environ) == (Secret(b"from systemd"), [])
    cases = ((environ, "no credential other"), ({}, "LoadCredential=other"))
    for given, hint in cases:
        with pytest.raises(NodeError) as caught:
            read("credential:other", given)
        assert hint in caught.value.hint


def test_the_environment_is_the_last_resort_and_is_warned_about() -> None:
    secret, warnings = read("env:LINKCONTRACT_PASSPHRASE", {"LINKCONTRACT_PASSPHRASE": "secret"})
    assert secret == Secret(b"secret")
    assert len(warnings) == 1
    assert "secret" not in warnings[0]
    with pytest.raises(NodeError):
        read("env:LINKCONTRACT_PASSPHRASE")


class Typist:
    """A person at a terminal: types the prepared lines, and remembers what was shown."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.shown = ""

    def write(self, text: str) -> None:
        self.shown += text

    def ask(self, prompt: str) -> str:
        self.shown += prompt
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


def fixed(n: int) -> bytes:
    return bytes(n)  # asks for words 1, 2 and 3


def test_words_are_shown_once_confirmed_and_cleared() -> None:
    words = new_words(os.urandom)
    first, second, third = words.split()[:3]
    typist = Typist("", first, f" {second.upper()} ", third)
    show_once(typist, words, fixed)
    assert typist.lines == []
    assert all(typist.shown.count(f" {word}") >= 1 for word in words.split())
    assert typist.shown.endswith("\x1b[3J\x1b[H\x1b[2J")
    before, _, after = typist.shown.partition("Word 1")
    assert before.endswith("\x1b[3J\x1b[H\x1b[2J")  # gone before anything is asked
    assert not set(words.split()) & set(after.split())


def test_the_positions_asked_for_differ() -> None:
    words = new_words(os.urandom)
    listed = words.split()
    for _ in range(50):
        typist = Typist("", *([""] * 9))
        with pytest.raises(NodeError):
            show_once(typist, words, os.urandom)

    class Knowing(Typist):
        def ask(self, prompt: str) -> str:
            self.shown += prompt
            if prompt.startswith("Word "):
                self.lines.append(prompt)
                return listed[int(prompt[5:-2]) - 1]
            return ""

    for _ in range(200):
        knowing = Knowing()
        show_once(knowing, words, os.urandom)
        assert len(set(knowing.lines)) == 3


@pytest.mark.parametrize(
    "lines", [[], [""], ["", *["wrong"] * CONFIRM_TRIES], ["", "wrong", "wrong"]]
)
def test_words_that_are_not_confirmed_are_refused_and_cleared(lines: list[str]) -> None:
    typist = Typist(*lines)
    with pytest.raises(NodeError) as caught:
        show_once(typist, new_words(os.urandom), fixed)
    assert caught.value.code == "words-unconfirmed"
    assert typist.shown.endswith("\x1b[3J\x1b[H\x1b[2J")


def test_a_words_file_is_private_new_and_reads_back(tmp_path: Path) -> None:
    words = new_words(os.urandom)
    path = tmp_path / "words"
    write_words_file(path, words)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_words_file(path) == seed_from(words)
    with pytest.raises(NodeError) as caught:
        write_words_file(path, words)
    assert caught.value.code == "file-exists"
    path.chmod(0o604)
    with pytest.raises(NodeError) as caught:
        read_words_file(path)
    assert caught.value.code == "file-permissions"


def test_typed_words_may_be_in_any_case_and_spacing() -> None:
    words = new_words(os.urandom)
    typist = Typist("  " + words.upper().replace(" ", "\t ") + " ")
    assert ask_words(typist) == seed_from(words)


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (lambda w: w[:-1], "mnemonic-length", ""),
        (lambda w: [*w[:4], "linkcontract", *w[5:]], "mnemonic-word", "word.5"),
        (lambda w: w, "mnemonic-checksum", ""),
        (lambda w: ["\x1b[2J"] * 24, "mnemonic-word", "word.1"),
    ],
)
def test_wrong_words_say_what_is_wrong_and_never_which_word(
    change: object, code: str, where: str
) -> None:
    words = ("abandon " * 22 + "zoo buffalo").split()
    assert callable(change)
    typist = Typist(" ".join(change(words)))
    with pytest.raises(NodeError) as caught:
        ask_words(typist)
    assert (caught.value.code, caught.value.where) == (code, where)
    assert "linkcontract" not in str(caught.value).replace("linkcontract-node", "")
    assert typist.shown.endswith("\x1b[2J")
