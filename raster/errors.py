"""InputError: what a person can put right. Programs print it as one line and exit with code 2."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from raster.standard_streams import lost_output, steady_streams


class InputError(ValueError):
    """Bad input. The message names the file, key or path, what was wrong, and what would be right, in one line.

    >>> import raster
    >>> try:
    ...     raster.load_config(["size=big"])
    ... except raster.InputError as error:
    ...     print(error)
    size=big: expected px as a whole number or [height, width], 16 or more
    """


class InputErrors(InputError):
    """Several at once. `reasons` are one line each, `summary` is the last line."""

    def __init__(self, reasons: Sequence[str], summary: str):
        super().__init__(tuple(reasons), summary)
        self.reasons, self.summary = tuple(reasons), summary

    def __str__(self) -> str:
        """All lines."""
        return "\n".join((*self.reasons, self.summary))


class MachineError(InputError):
    """The machine, not the input, is at fault: a full disk, too little memory."""


@contextmanager
def system_refusals(place: str = "") -> Iterator[None]:
    """Turn what the system says of a path, as of a name that is too long, into an InputError.

    What it says of anything else is left as it is, but where `place` names what it is about: "writers.mine: ".
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and not place:
            raise
        path = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        raise InputError(f"{place}{path}{error.strerror or error}") from error


@contextmanager
def one_line() -> Iterator[None]:
    """Turn an InputError into one line on standard error and exit code 2; Ctrl-C into one line and exit code 130, SIGTERM 143.

    InputErrors print a line for each of them before. What the system says of a path counts as bad input: see system_refusals.

    Standard streams that are closed are opened on nothing; a reader that goes away, as `| head -1` does, ends nothing. If what
    is printed cannot be written, to a full disk for instance, this is an error at the end.

    >>> import raster
    >>> with raster.one_line():
    ...     options = raster.load_config(["size=64"])
    """
    steady_streams()
    with _termination():
        try:
            with system_refusals():
                yield
            if error := lost_output():
                raise MachineError(f"what was printed could not be written: {error.strerror}")
        except InputError as error:
            lines = (*error.reasons, error.summary) if isinstance(error, InputErrors) else (str(error),)
            for line in lines[:-1]:
                print(" ".join(line.split()), file=sys.stderr)
            print("error: " + " ".join(lines[-1].split()), file=sys.stderr)
            sys.exit(2)
        except KeyboardInterrupt as error:
            print(str(error) or "interrupted", file=sys.stderr)
            sys.exit(143 if _terminated else 130)


_terminated: list[int] = []  # SIGTERM, once it has come


@contextmanager
def _termination() -> Iterator[None]:
    """Let SIGTERM, by which clusters and containers end a program, raise KeyboardInterrupt too, and note it in _terminated."""
    owner = os.getpid()

    def interrupt(number: int, _: object) -> None:
        if os.getpid() != owner:  # a fork: somebody else's process, which ends as any other
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        _terminated.append(number)
        raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:  # there is one: of a block around this, or the caller's
        yield
        return
    _terminated.clear()
    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
