"""put_pipe, put_link: something else in the place of a file; end_if_it_waits: ends a test that would wait for ever."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

LONG_S = 300  # only what waits for ever takes longer


def put_pipe(path: Path) -> None:
    """Put a named pipe, to which nobody writes, in the place of a file."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def put_link(path: Path) -> None:
    """Move a file and put a link to it in its place."""
    path.rename(path.parent.parent / f"moved-{path.name}")
    path.symlink_to(path.parent.parent / f"moved-{path.name}")


@contextmanager
def end_if_it_waits() -> Iterator[None]:
    """Raise an AssertionError in what is done inside if it takes LONG_S."""

    def tell(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"waits for ever at {frame}")

    handler = signal.signal(signal.SIGALRM, tell)
    signal.alarm(LONG_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
