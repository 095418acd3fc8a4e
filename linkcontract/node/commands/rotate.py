"""`rotate`: new signing keys, from the recovery words or with the offline signer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from linkcontract.crypto.secret import Secret
from linkcontract.errors import NodeError
from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.making import here
from linkcontract.node.commands.shared import WAIT
from linkcontract.node.config import Role, load_config
from linkcontract.node.handlers.hiding import hidden
from linkcontract.node.output import Json, cell, plain
from linkcontract.node.passphrase import read_passphrase
from linkcontract.node.words import (
    ControllingTerminal,
    ask_words,
    new_words,
    read_words_file,
    seed_from,
    show_once,
    write_words_file,
)

ASK_SECONDS: Final = 60
_UNCERTAIN: Final = ("admin-closed", "admin-request", "store-")
"""Errors after which nobody here knows whether the new words are in force: their file stays."""


def run(invocation: Invocation) -> int:
    """Carry out `rotate`."""
    given = invocation.arguments
    config = load_config(invocation.config_path, invocation.environ)
    if config.role is Role.VENDOR:
        return act(invocation, "rotate", _for_vendor(invocation), _show)
    if given.signer:
        raise NodeError("config-value", "--signer", "only a vendor has a signer file")
    with _terminal(given) as terminal:
        words = _words(given.words_file, terminal)
        if given.refill:
            return act(invocation, "refill", {"words": hidden(words)}, _show_refill)
        return _with_new_words(invocation, words, terminal)


def _with_new_words(
    invocation: Invocation, words: Secret, terminal: ControllingTerminal | None
) -> int:
    given = invocation.arguments
    written = Path(given.write_words).expanduser() if given.write_words else None
    following = _new_words(given, written, terminal)
    arguments = {**_common(invocation), "words": hidden(words), "new_words": hidden(following)}
    try:
        return act(invocation, "rotate", arguments, _show)
    except NodeError as error:
        if written is not None and not error.code.startswith(_UNCERTAIN):
            written.unlink(missing_ok=True)
        raise


def _common(invocation: Invocation) -> dict[str, Json]:
    given = invocation.arguments
    return {
        "rel": given.rel,
        "ask": given.ask_seconds,
        "without_answer": given.without_answer,
        "tell": given.tell,
        "wait": given.wait,
    }


def _for_vendor(invocation: Invocation) -> dict[str, Json]:
    given = invocation.arguments
    person_only = {
        "--words-file": given.words_file,
        "--new-words": given.new_words,
        "--new-words-file": given.new_words_file,
        "--write-words": given.write_words,
        "--refill": given.refill,
        "REL": given.rel,
    }
    for option, value in person_only.items():
        if value:
            hint = "a vendor has one party, and its words are in the signer file: use --signer"
            raise NodeError("config-value", option, hint)
    if not given.signer:
        raise NodeError("config-missing", "--signer", "attach the signer file and name it")
    word = read_passphrase(
        here(given.signer_passphrase),
        invocation.environ,
        invocation.output.note,
        prompt="Passphrase of the signer file: ",
    )
    return {
        **_common(invocation),
        "signer": str(Path(given.signer).expanduser().absolute()),
        "signer_passphrase": hidden(word),
    }


@contextmanager
def _terminal(given: Any) -> Iterator[ControllingTerminal | None]:
    """The terminal, if words are typed or shown."""
    if given.words_file and not given.new_words:
        yield None
        return
    terminal = ControllingTerminal()
    try:
        yield terminal
    finally:
        terminal.close()


def _words(file: str | None, terminal: ControllingTerminal | None) -> Secret:
    if file is not None:
        return read_words_file(Path(file).expanduser())
    assert terminal is not None  # it was opened for this
    return ask_words(terminal)


def _new_words(
    given: Any, written: Path | None, terminal: ControllingTerminal | None
) -> Secret | None:
    if given.new_words_file:
        return read_words_file(Path(given.new_words_file).expanduser())
    if not (given.new_words or written):
        return None
    if given.rel is not None:
        raise NodeError("config-value", "REL", "new words are for all relationships at once")
    words = new_words(os.urandom)
    if written is not None:
        write_words_file(written, words)
    else:
        assert terminal is not None  # it was opened for this
        show_once(terminal, words, os.urandom)
    return seed_from(words)


def _show_refill(result: dict[str, Json]) -> str:
    return f"{result['next_keys']} next keys are prepared."


def _show(result: dict[str, Json]) -> str:
    given: Any = result
    rotated = given["rotated"]
    count = len(rotated)
    lines = [f"{count} {'key' if count == 1 else 'keys'} rotated; the old ones are destroyed."]
    for each in rotated:
        if each["nearly_full"]:
            lines.append(
                f"  {cell(each['label'] or 'the public party')} has {each['seq'] + 1} key events "
                "of at most 64: begin a new relationship in time"
            )
    lines += _parts(given)
    return plain("\n".join(lines))


def _parts(given: Any) -> list[str]:
    lines = []
    if given["answered"]:
        lines.append(f"Answered after the restore: {_listed(given['answered'])}.")
    if given["silent"]:
        lines.append(
            f"Gone on without an answer from: {_listed(given['silent'])}. If it turns out that "
            "the key history has parted there, `status` says so."
        )
    if given["full"]:
        lines.append(
            f"No room for another key: {_listed(given['full'])}. Nothing is signed there any "
            "more; begin a new relationship."
        )
    if given["undelivered"]:
        lines.append(
            f"Waiting for delivery: {_listed(given['undelivered'])}. It goes on while the node "
            "runs."
        )
    elif given["told"]:
        lines.append(f"The other side knows: {_listed(given['told'])}.")
    elif given["rotated"]:
        lines.append("The other side learns of it with the next thing you say (or with --tell).")
    if given["void_invitations"]:
        lines.append(f"{given['void_invitations']} open invitations are void: `invite` again.")
    return lines


def _listed(labels: list[str | None]) -> str:
    return ", ".join(cell(label or "an unused party") for label in labels)


SPEC: Final = CommandSpec(
    name="rotate",
    summary="replace signing keys, from the words or with the signer",
    description="""\
Replaces the signing key of every relationship, or of one, in one transaction; the old keys are
destroyed on this machine. The new key comes from the recovery words, which a thief of this machine
does not have: rotate when a key may be known to somebody else. A vendor's new key comes from its
signer file.

After a restore, and on a machine without the machine marker, nothing can be signed before this.
Every peer is asked first for what it holds of yours. If one does not answer, rotating now may part
the key history of that relationship, which then takes withdrawals only; that has to be said with
--without-answer.

With --new-words new recovery words take the place of the old ones, for all relationships.""",
    examples=(
        ("rotate", "all relationships; asks for the recovery words"),
        ("rotate Shop --words-file words --tell", "one, and tell the other side at once"),
        ("rotate --new-words", "the words may be known to somebody else"),
        ("rotate --refill", "prepare next keys for new relationships; rotates nothing"),
        ("rotate --signer /media/stick/shop.signer", "a vendor's party"),
    ),
    arguments=(
        argument(
            "rel",
            nargs="?",
            metavar="REL",
            help="one relationship: its label, or the beginning of its id (default: all)",
        ),
        argument("--words-file", metavar="FILE", help="take the words from FILE (mode 0600)"),
        argument("--new-words", action="store_true", exclusive="what", help="show new words, once"),
        argument(
            "--new-words-file",
            metavar="FILE",
            exclusive="what",
            help="take the new words from FILE (mode 0600)",
        ),
        argument(
            "--write-words",
            metavar="FILE",
            exclusive="what",
            help="write new words to FILE instead of showing them",
        ),
        argument(
            "--refill",
            action="store_true",
            exclusive="what",
            help="only prepare next keys for new relationships",
        ),
        argument("--signer", metavar="FILE", help="vendor: the signer file"),
        argument(
            "--signer-passphrase",
            metavar="SOURCE",
            default="prompt",
            help="vendor: passphrase of the signer file (default: prompt)",
        ),
        argument(
            "--tell",
            action="store_true",
            help="tell the other side at once, not with the next thing you say",
        ),
        argument(
            "--without-answer",
            action="store_true",
            help="after a restore: go on although a peer has not answered",
        ),
        argument(
            "--ask-seconds",
            metavar="N",
            type=int,
            default=ASK_SECONDS,
            help=f"after a restore: how long to wait for peers (default {ASK_SECONDS})",
        ),
        *WAIT,
    ),
    run=run,
)
