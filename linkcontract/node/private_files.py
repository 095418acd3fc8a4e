"""Files only their owner may read, written so that a crash leaves the old or the new one, whole.

Everything secret a node keeps outside its store goes through here: key file, signer file, machine
marker, files with recovery words or a passphrase. A file that other users can read is refused
instead of repaired, because what it held must be taken as known to them already.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from linkcontract.errors import NodeError

FILE_MODE: Final = 0o600
DIRECTORY_MODE: Final = 0o700
_OTHERS: Final = 0o077


def make_private_directory(path: Path) -> None:
    """Create a directory for this user alone, or check that an existing one is.

    Raises:
        NodeError: file-permissions, file-unreadable.
    """
    try:
        path.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        state = path.stat()
    except OSError as error:
        raise NodeError("file-unreadable", str(path), _reason(error)) from None
    if state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & _OTHERS:
        raise NodeError("file-permissions", str(path), f"run: chmod 700 {path}")


def read_private(path: Path, *, max_bytes: int) -> bytes:
    """Read a file that belongs to this user and that nobody else can reach.

    Args:
        path: a regular file, not a symbolic link.
        max_bytes: a longer file is refused before it is read.

    Raises:
        NodeError: file-missing, file-permissions, file-unreadable.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NodeError("file-missing", str(path)) from None
    except OSError as error:
        raise NodeError("file-unreadable", str(path), _reason(error)) from None
    try:
        state = os.fstat(descriptor)  # of the opened file: the name may be changed under us
        if not stat.S_ISREG(state.st_mode):
            raise NodeError("file-unreadable", str(path), "it is not a regular file")
        if state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & _OTHERS:
            raise NodeError("file-permissions", str(path), f"run: chmod 600 {path}")
        if state.st_size > max_bytes:
            raise NodeError("file-unreadable", str(path), f"it is larger than {max_bytes} bytes")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(max_bytes)
    except OSError as error:
        raise NodeError("file-unreadable", str(path), _reason(error)) from None
    finally:
        os.close(descriptor)


def create_private(path: Path, data: bytes) -> None:
    """Write a new file with mode 0600, durable on return; never overwrites.

    Raises:
        NodeError: file-exists, file-unreadable.
    """
    if os.path.lexists(path):
        raise NodeError("file-exists", str(path))
    replace_private(path, data)


def replace_private(path: Path, data: bytes) -> None:
    """Write a file with mode 0600 in place of the old one, durable on return.

    The bytes go to a neighbour first, are synced, take the name in one rename, and the directory
    is synced: at every moment the name leads to the whole old file or the whole new one. The
    neighbour has a fixed name, so that a crash leaves at most one behind and the next write takes
    it away.

    Raises:
        NodeError: file-unreadable; the name then leads to the old file, or to the new one if
            only its directory could not be synced.
    """
    neighbour = path.with_name(f".{path.name}.new")
    try:
        neighbour.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(neighbour, flags, FILE_MODE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(neighbour, path)
        sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            neighbour.unlink(missing_ok=True)
        raise NodeError("file-unreadable", str(path), _reason(error)) from None


@contextmanager
def creating_private(path: Path) -> Iterator[BinaryIO]:
    """A new file with mode 0600, too large to be written at once; never overwrites.

    What is written goes to a neighbour, as in `replace_private`. It takes its name, whole and
    durable, when the context ends without an error; otherwise nothing is left.

    Raises:
        NodeError: file-exists, file-unreadable.
    """
    if os.path.lexists(path):
        raise NodeError("file-exists", str(path))
    neighbour = path.with_name(f".{path.name}.new")
    try:
        neighbour.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(neighbour, flags, FILE_MODE), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _take_new_name(neighbour, path)
        sync_directory(path.parent)
    except OSError as error:
        raise NodeError("file-unreadable", str(path), _reason(error)) from None
    finally:
        with suppress(OSError):
            neighbour.unlink(missing_ok=True)


def _take_new_name(neighbour: Path, path: Path) -> None:
    """A link never replaces what somebody else put there meanwhile; a rename would."""
    try:
        os.link(neighbour, path)
    except FileExistsError:
        raise NodeError("file-exists", str(path)) from None
    except OSError:  # a medium without links, such as FAT
        os.replace(neighbour, path)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable (a renamed file is not, until this is done)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    """The system's own sentence; it names no content of the file."""
    return os.strerror(error.errno) if error.errno is not None else type(error).__name__
