"""Recovery words: shown once on a terminal, or kept in a file of mode 0600, never anywhere else.

The words are the only way to the next keys (spec: threats, T13). They are therefore not an argument
of any command (`ps` and the shell's history would have them) and are never printed to a pipe or a
log.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from linkcontract.crypto.next_keys import ENTROPY_LENGTH, WORD_COUNT, mnemonic_of, seed_of
from linkcontract.crypto.secret import Secret
from linkcontract.errors import LocalProtocolError, NodeError
from linkcontract.node.private_files import create_private, read_private

MAX_WORDS_FILE: Final = 1024
CONFIRMED_WORDS: Final = 3
"""How many of the words a person is asked for, to know that they were written down."""
CONFIRM_TRIES: Final = 3
_AGAIN: Final = "run the command again; it shows new words"
_CLEAR: Final = "\x1b[3J\x1b[H\x1b[2J"  # scrollback too, as far as the terminal obeys


class Terminal(Protocol):
    """Where a person reads and types; `ControllingTerminal` is the real one."""

    def write(self, text: str) -> None:
        """Show text."""

    def ask(self, prompt: str) -> str:
        """Show a prompt and read a line; raises EOFError when there is no more input."""


class ControllingTerminal:
    """The terminal of this process, even if standard input and output are redirected.

    Raises:
        NodeError: words-terminal if there is none.
    """

    def __init__(self) -> None:
        try:
            descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        except OSError:
            hint = "use --words-file FILE or --write-words FILE"
            raise NodeError("words-terminal", hint=hint) from None
        self._in = os.fdopen(descriptor, "r", encoding="utf-8", errors="replace")
        self._out = os.fdopen(os.dup(descriptor), "w", encoding="utf-8")

    def write(self, text: str) -> None:
        """See `Terminal.write`."""
        self._out.write(text)
        self._out.flush()

    def ask(self, prompt: str) -> str:
        """See `Terminal.ask`."""
        self.write(prompt)
        line = self._in.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def close(self) -> None:
        """Close both directions."""
        self._in.close()
        self._out.close()


def new_words(entropy: Callable[[int], bytes]) -> str:
    """24 new words."""
    return mnemonic_of(Secret(entropy(ENTROPY_LENGTH)))


def seed_from(text: str) -> Secret:
    """The seed of words as a person typed them.

    Raises:
        NodeError: mnemonic-length, mnemonic-word (with the position), mnemonic-checksum.
    """
    try:
        return seed_of(text)
    except LocalProtocolError as error:
        raise NodeError(error.code, error.where, f"{WORD_COUNT} words as they were shown") from None


def read_words_file(path: Path) -> Secret:
    """The seed of the words in a file of mode 0600.

    Raises:
        NodeError: file-missing, file-permissions, file-unreadable, mnemonic-….
    """
    return seed_from(read_private(path, max_bytes=MAX_WORDS_FILE).decode("utf-8", "replace"))


def write_words_file(path: Path, words: str) -> None:
    """Write words to a new file of mode 0600.

    Raises:
        NodeError: file-exists, file-unreadable.
    """
    create_private(path, words.encode("ascii") + b"\n")


def ask_words(terminal: Terminal) -> Secret:
    """Let a person type the words, and take them off the screen.

    Raises:
        NodeError: mnemonic-…, words-unconfirmed if nothing was typed.
    """
    try:
        return seed_from(terminal.ask(f"The {WORD_COUNT} recovery words, in order: "))
    except EOFError:
        raise NodeError("words-unconfirmed") from None
    finally:
        terminal.write(_CLEAR)


def show_once(terminal: Terminal, words: str, entropy: Callable[[int], bytes]) -> None:
    """Show the words, take them off the screen, and ask for some of them.

    Raises:
        NodeError: words-unconfirmed.
    """
    listed = words.split()
    rows = [
        "  ".join(f"{n + 1:2}. {listed[n]:<10}" for n in range(row, len(listed), 6)).rstrip()
        for row in range(6)
    ]
    terminal.write(
        "\nThese are your recovery words. Write them down on paper, in order; they are shown\n"
        "this once. Whoever has them can take over your relationships; without them a lost\n"
        "device is a lost identity.\n\n  " + "\n  ".join(rows) + "\n\n"
    )
    try:
        terminal.ask("Press Enter when you have written them down. ")
        terminal.write(_CLEAR)
        for position in _positions(len(listed), entropy):
            _confirm(terminal, position, listed[position - 1])
    except EOFError:
        raise NodeError("words-unconfirmed", hint=_AGAIN) from None
    finally:
        terminal.write(_CLEAR)


def _confirm(terminal: Terminal, position: int, word: str) -> None:
    for _ in range(CONFIRM_TRIES):
        if terminal.ask(f"Word {position}: ").strip().lower() == word:
            return
        terminal.write("That is another word.\n")
    raise NodeError("words-unconfirmed", hint=_AGAIN)


def _positions(count: int, entropy: Callable[[int], bytes]) -> list[int]:
    """Different positions from 1; the slight bias of the remainder does not matter here."""
    left = list(range(1, count + 1))
    return sorted(left.pop(entropy(1)[0] % len(left)) for _ in range(CONFIRMED_WORDS))
