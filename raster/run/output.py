"""Output: the writers and the journal of one process that draws."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from raster.dataset.journal import Journal
from raster.errors import InputError, system_refusals
from raster.frames import Frames


class Output:
    """Writes batches of images with all writers, and their records to the journal. Close it to finish what waits.

    `writers`: name -> a call with out= and threads= that opens a writer; raster/writers/camvid.py says what a writer is.
    """

    def __init__(self, out: Path, writers: Mapping[str, Callable[..., Any]], threads: int = 0):
        with ExitStack() as stack:
            self._journal = stack.enter_context(closing(Journal(out, threads > 0)))
            self._writers = {name: _opened(name, make, out, threads) for name, make in writers.items()}
            for writer in self._writers.values():
                stack.enter_context(closing(writer))
            self._stack = stack.pop_all()  # closes in the opposite order: the journal last

    @property
    def bytes(self) -> int:
        """What the files of the recorded images hold."""
        return self._journal.bytes

    def write(self, frames: Frames) -> None:
        """Write a batch, or hand it to the writers' threads. Raises InputError if a writer fails, perhaps an earlier batch."""
        self._journal.add(frames.records, {name: writer.write(frames) for name, writer in self._writers.items()})

    def close(self) -> None:
        """Close the writers, then the journal; raises as write() does. A second call does nothing."""
        self._stack.close()

    def __enter__(self) -> "Output":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(name: str, make: Callable[..., Any], out: Path, threads: int) -> Any:
    """Open a writer. InputError, which names it, if it lacks a parameter or the system refuses what it opens."""
    made = getattr(make, "func", make)
    try:
        inspect.signature(make).bind(out=out, threads=threads)
    except TypeError as error:
        what = f"{getattr(made, '__name__', made)}() is called with out= and threads=: {error}"
        raise InputError(f"writers.{name}: {what}; raster/writers/camvid.py is the model") from None
    except ValueError:  # it has no signature that Python knows
        pass
    with system_refusals(f"writers.{name}: "):
        return make(out=out, threads=threads)
