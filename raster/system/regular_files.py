"""open_regular, read_regular: opens files and nothing else; a named pipe would make the reader wait for ever."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
}


def irregular(mode: int) -> str:
    """Return what a file with this st_mode is ("a named pipe") if it is no regular file, else ""."""
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "no file")


def open_regular(path: str | Path, links: bool = True) -> BinaryIO:
    """Open a regular file to read its bytes. OSError, whose strerror says what stands there, for anything else.

    With links=False a link is refused too. Nothing but a regular file is opened: a device may act on being opened.

        >>> import raster
        >>> with raster.open_regular(raster.__file__) as file:
        ...     first = file.readline()
    """
    _require_regular(os.stat(path, follow_symlinks=links), path)
    # Should a pipe have taken its place since: this open does not wait for somebody who writes to it.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | (0 if links else os.O_NOFOLLOW)
    descriptor = os.open(path, flags)
    try:
        _require_regular(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise
    return open(descriptor, "rb")


def read_regular(path: str | Path, links: bool = True) -> bytes:
    """Return the bytes of a regular file; as open_regular."""
    with open_regular(path, links) as file:
        return file.read()


def _require_regular(status: os.stat_result, path: str | Path) -> None:
    if kind := irregular(status.st_mode):
        raise OSError(errno.EINVAL, f"it is {kind}, and no regular file", os.fspath(path))
