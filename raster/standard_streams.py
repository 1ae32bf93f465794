"""steady_streams: standard input, output and error are there, and who stops reading them stops no work. quiet: no news."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

_lost: list[OSError] = []  # why something that was printed did not arrive, but for readers that have gone
_quiet: list[bool] = []  # one entry for each quiet block that this process is in


def steady_streams() -> None:
    """Open standard streams that are closed (`2>&-`) on nothing, and let a program outlive the readers of the others.

    Without this a file that is opened next would become standard error, and get all warnings; and `| head -1` would end a run.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
            os.set_inheritable(descriptor, True)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None:  # it was closed when Python started
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w")))
        elif stream is getattr(sys, f"__{name}__") and isinstance(stream, io.TextIOWrapper):
            stream.flush()
            raw = io.BufferedWriter(_Steady(descriptor, "wb", closefd=False))
            lines = stream.line_buffering or stream.write_through  # the second with PYTHONUNBUFFERED
            setattr(sys, name, io.TextIOWrapper(raw, stream.encoding, stream.errors, line_buffering=lines))


class _Steady(io.FileIO):
    """A file whose reader may go away: what is written from then on is dropped."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno != errno.EPIPE:
                _lost.append(error)
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self.fileno())  # processes that are started later write there too
            os.close(nothing)
            return len(memoryview(data).cast("B"))


def lost_output() -> OSError | None:
    """Flush standard output; why a part of what was printed could not be written, such as a full disk, or None."""
    sys.stdout.flush()
    return _lost.pop() if _lost else None


@contextmanager
def quiet(wanted: bool = True) -> Iterator[None]:
    """Print nothing on standard output for a block, and no progress; warnings go to standard error.

    A warning is a line that begins with WARNING, and the lines below it that begin with a blank.
    """
    if not wanted:
        yield
        return
    _quiet.append(True)
    try:
        with redirect_stdout(_Warnings()):
            yield
    finally:
        _quiet.pop()


def is_quiet() -> bool:
    """Return whether this process is in a quiet block."""
    return bool(_quiet)


class _Warnings(io.TextIOBase):
    """Drops what is printed to it, but for warnings."""

    line, warns = "", False

    def write(self, text: str) -> int:
        *whole, self.line = (self.line + text).split("\n")
        for line in whole:
            self.warns = line.startswith("WARNING") or (self.warns and line.startswith(" "))
            if self.warns:
                print(line, file=sys.stderr)
        return len(text)
