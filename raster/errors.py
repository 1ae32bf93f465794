"""InputError: what a person can put right. Programs print it as one line and exit with code 2."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


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
def one_line() -> Iterator[None]:
    """Turn an InputError into one line on standard error and exit code 2; Ctrl-C into one line and exit code 130.

    InputErrors print a line for each of them before.

    >>> import raster
    >>> with raster.one_line():
    ...     options = raster.load_config(["size=64"])
    """
    try:
        yield
    except InputError as error:
        lines = (*error.reasons, error.summary) if isinstance(error, InputErrors) else (str(error),)
        for line in lines[:-1]:
            print(" ".join(line.split()), file=sys.stderr)
        print("error: " + " ".join(lines[-1].split()), file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # who read what is printed has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except KeyboardInterrupt as error:
        print(str(error) or "interrupted", file=sys.stderr)
        sys.exit(130)
