"""Reading the passphrase of the key file, from the best source the system offers.

In order of preference: an open file descriptor, a systemd credential, a file of mode 0600, a
prompt; the environment last, because it ends up in /proc, in `ps` and in crash reports (spec:
threats, T43), and it is warned about each time.
"""

import getpass
import os
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from linkcontract.crypto.secret import Secret
from linkcontract.errors import NodeError
from linkcontract.limits import MAX_PASSPHRASE
from linkcontract.node.private_files import read_private

CREDENTIALS_DIRECTORY: Final = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what LoadCredential= names (systemd.exec(5))."""


def read_passphrase(
    source: str,
    environ: Mapping[str, str],
    warn: Callable[[str], None],
    *,
    prompt: str = "Passphrase of the key file: ",
    confirm: bool = False,
) -> Secret:
    """Read a passphrase; one line end after it is dropped.

    Args:
        source: as `config_values.passphrase_source` takes it.
        environ: environment variables.
        warn: gets a sentence when the source is one that others can read.
        prompt: what a person is asked.
        confirm: a person is asked twice (for a new passphrase); other sources are read once.

    Raises:
        NodeError: passphrase-source; file-missing, file-permissions, file-unreadable.
    """
    scheme, _, rest = source.partition(":")
    match scheme:
        case "prompt":
            data = _ask(prompt, confirm)
        case "fd":
            data = _from_descriptor(int(rest))
        case "file":
            data = read_private(Path(rest), max_bytes=MAX_PASSPHRASE + 1)
        case "credential":
            data = _from_credential(rest, environ)
        case "env":
            warn(
                f"the passphrase was read from the environment ({rest}), which other processes "
                "of this user can see; a file of mode 0600 is better"
            )
            data = environ.get(rest, "").encode("utf-8", "surrogateescape")
        case _:
            raise NodeError("passphrase-source", "passphrase", "see the configuration file")
    data = data.removesuffix(b"\n").removesuffix(b"\r")
    if not data:
        raise NodeError("passphrase-source", "passphrase", f"{scheme} gave an empty one")
    if len(data) > MAX_PASSPHRASE:
        raise NodeError("passphrase-source", "passphrase", f"longer than {MAX_PASSPHRASE} bytes")
    return Secret(_composed(data))


def _composed(data: bytes) -> bytes:
    """Text in NFC, so that one passphrase typed on two systems is one; other bytes as they are."""
    try:
        return unicodedata.normalize("NFC", data.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        return data


def _ask(prompt: str, confirm: bool) -> bytes:
    if not sys.stdin.isatty():
        hint = 'no terminal to ask on; set passphrase = "file:PATH", "fd:N" or "credential:NAME"'
        raise NodeError("passphrase-source", "passphrase", hint)
    try:
        first = getpass.getpass(prompt)
        if confirm and getpass.getpass("The same once more: ") != first:
            raise NodeError("passphrase-source", "passphrase", "the two entries differ; try again")
    except (EOFError, KeyboardInterrupt):
        raise NodeError("passphrase-source", "passphrase", "nothing was entered") from None
    return first.encode("utf-8", "surrogateescape")


def _from_descriptor(descriptor: int) -> bytes:
    data = b""
    try:
        while len(data) <= MAX_PASSPHRASE + 1:
            part = os.read(descriptor, MAX_PASSPHRASE + 2 - len(data))
            if not part:
                break
            data += part
        if descriptor > 2:
            os.close(descriptor)
    except OSError:
        hint = f"file descriptor {descriptor} is not open for reading"
        raise NodeError("passphrase-source", "passphrase", hint) from None
    return data


def _from_credential(name: str, environ: Mapping[str, str]) -> bytes:
    directory = environ.get(CREDENTIALS_DIRECTORY)
    if not directory:
        hint = f"systemd did not set {CREDENTIALS_DIRECTORY}; use LoadCredential={name}:PATH"
        raise NodeError("passphrase-source", "passphrase", hint)
    # systemd owns these files and their modes (0400 under a directory for this service alone).
    try:
        with (Path(directory) / name).open("rb") as file:
            return file.read(MAX_PASSPHRASE + 2)
    except OSError:
        hint = f"the service has no credential {name}"
        raise NodeError("passphrase-source", "passphrase", hint) from None
