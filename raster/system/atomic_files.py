"""write_atomic, make_folder: files come on disk whole or not at all; what the system refuses becomes one clear line."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from raster.errors import InputError

TEMPORARY = ".tmp"  # temporary files are hidden, end in this, and stand beside the file they will become


def write_atomic(path: str | Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader, or a run after a crash, sees the old file or the new one, never a part.

    Raises InputError with the path and the reason (disk full, not permitted, no such folder); no temporary file stays.
    It does not help against power failures: nothing is synced to the medium. A run that resumes checks the hashes anyway.

        >>> from raster import write_atomic
        >>> write_atomic("notes.txt", b"whole or not at all")
    """

    def fill(descriptor: int) -> None:
        write_all(descriptor, data)

    replace_atomic(path, fill)


def replace_atomic(path: str | Path, fill: Callable[[int], None]) -> None:
    """As write_atomic, for data that comes in pieces: `fill(descriptor)` writes them to the open temporary file."""
    folder, name = os.path.split(os.fspath(path))
    # Process and thread in the name: no two writers share a file. Truncated, because process numbers come again.
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.{threading.get_ident()}{TEMPORARY}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            fill(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except BaseException as error:  # KeyboardInterrupt too leaves nothing behind
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise refused(path, error) from error
        raise


def write_all(descriptor: int, data: bytes | bytearray) -> None:
    """os.write until everything is written: a nearly full disk takes a part and says so only the next time."""
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, memoryview(data)[written:])


def make_folder(path: str | Path) -> None:
    """Make the folder and its parents where they are missing. Raises InputError with the path and the reason."""
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError as error:
        raise InputError(f"cannot write {os.fspath(path)}: it is no folder, and nothing can be put there") from error
    except OSError as error:
        raise refused(path, error) from error


def refused(path: str | Path, error: OSError) -> InputError:
    """Return the one line that says what the operating system refused."""
    return InputError(f"cannot write {os.fspath(path)}: {error.strerror or error}")
