"""One process at a time: in a data directory, at a signer file.

A running node and a command that opens the store itself must never write the same chain, and two
processes must never use one signer: two events at one position look like a fork. The lock is the
kernel's (flock), so it ends with the process that holds it, however that ends; the file's content
only says whom to name in the message.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from linkcontract.errors import NodeError

LOCK_NAME: Final = "lock"
_MAX_NOTE: Final = 128


def lock_directory(directory: Path, purpose: str) -> "FileLock":
    """The lock of a data directory, for use in a `with` statement. See `FileLock`."""
    return FileLock(directory / LOCK_NAME, directory, purpose)


class FileLock:
    """An exclusive lock, as a context manager.

    Args:
        path: the lock file; it is created and stays.
        subject: what it guards, for messages.
        purpose: one word for the message others see, such as "run" or "share".

    Raises (on entry):
        NodeError: data-locked, naming the process that holds it; file-missing if the directory is
            not there; file-unreadable if the lock file cannot be opened.
    """

    def __init__(self, path: Path, subject: Path, purpose: str) -> None:
        self._path = path
        self._subject = subject
        self._purpose = purpose
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            raise NodeError("file-missing", str(self._path.parent)) from None
        except OSError as error:
            hint = os.strerror(error.errno) if error.errno is not None else ""
            raise NodeError("file-unreadable", str(self._path), hint) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note = os.pread(descriptor, _MAX_NOTE, 0).decode("ascii", "replace")
            os.close(descriptor)
            raise NodeError("data-locked", str(self._subject), _explain(note)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {self._purpose}\n".encode("ascii", "replace"), 0)
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._descriptor is not None:
            # The file stays: removing it would let two processes lock two files of one name.
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def _explain(note: str) -> str:
    """Name the holder as far as its own note says it; the note is text from a file, not trusted."""
    words = note.split()
    if len(words) == 2 and words[0].isdigit() and words[1].isprintable():
        return (
            f"process {words[0]} ({words[1]}) holds it; wait for it, stop it, or let the running "
            "node do the work through its administration socket"
        )
    return "another process holds it; wait for it or stop it"
