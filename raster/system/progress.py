"""Progress, progress, announce: how far a long piece of work is, on standard error. rate: how fast it is."""

import multiprocessing
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TypeVar

from raster.standard_streams import is_quiet

PREFIX = "progress: "  # begins each line
PERIOD_S, SHARE = 10.0, 0.1  # a line after so many seconds, and whenever such a share of the time has passed again
PERIOD_SETTING = "RASTER_PROGRESS_S"  # of the environment: seconds between lines, for a program that reads them

PATIENCE_S = 2.0  # what takes less, before images come, shows nothing
_T = TypeVar("_T")


class Progress:
    """A bar on a terminal; elsewhere, as in the log of a job, a line now and then; nothing within a quiet block.

    The environment variable RASTER_PROGRESS_S says how many seconds are between two lines, for a program that reads them.

    Nothing is shown before `delay` seconds have passed. `initial` of the `total` were done before.

        >>> import raster
        >>> with raster.Progress(3, "file", delay=2) as progress:
        ...     for number in range(3):
        ...         progress.update(number + 1)
    """

    def __init__(self, total: int, unit: str, initial: int = 0, delay: float = 0, title: str = ""):
        self.total, self.unit, self.initial, self.title, self.done = total, unit, initial, title, initial
        self._start = time.monotonic()
        period = os.environ.get(PERIOD_SETTING, "")
        self._every = float(period) if re.fullmatch(r"\d*\.?\d+", period) else None
        self._next = delay or (PERIOD_S if self._every is None else 0.0)
        self._bar = None
        if not is_quiet() and sys.stderr.isatty():
            from tqdm import tqdm

            # leave: a short piece of work takes its bar away again
            self._bar = tqdm(total=total, desc=title or None, unit=unit, initial=initial, delay=delay, leave=not delay,
                             dynamic_ncols=True, mininterval=0.2)  # fmt: skip

    def update(self, done: int, total: int | None = None, title: str | None = None) -> None:
        """Show that `done` of all are done now; the total may turn out otherwise than was thought, the title may change."""
        self.done, self.total = done, self.total if total is None else total
        if title is not None and title != self.title:
            self.title = title
            if self._bar is not None:
                self._bar.set_description(title, refresh=False)
        if self._bar is not None:
            self._bar.total = self.total
            self._bar.update(done - self._bar.n)
        elif not is_quiet() and (seconds := time.monotonic() - self._start) >= self._next:
            self._next = seconds + (max(PERIOD_S, SHARE * seconds) if self._every is None else self._every)
            print(PREFIX + self._line(seconds), file=sys.stderr, flush=True)

    def _line(self, seconds: float) -> str:
        new = self.done - self.initial
        title = f"{self.title}, " if self.title else ""
        said = f"{title}{self.done} of {self.total} {_several(self.unit)}"
        if new <= 0:  # no rate is known yet
            return said
        return f"{said}, {rate(new, seconds, self.unit)}, {clock(seconds * (self.total - self.done) / new)} left"

    def close(self) -> None:
        """End the bar. A second call does nothing."""
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def announce(text: str) -> None:
    """Say in a line what takes long now. Nothing within a quiet block; helper processes say nothing."""
    if not is_quiet() and multiprocessing.parent_process() is None:
        print(PREFIX + text, file=sys.stderr, flush=True)


def progress(things: Iterable[_T], title: str, total: int, unit: str) -> Iterator[_T]:
    """Yield the things, and show how many of `total` are done if that takes long. Helper processes show nothing."""
    if multiprocessing.parent_process() is not None:
        yield from things
        return
    with Progress(total, unit, delay=PATIENCE_S, title=title) as shown:
        for number, thing in enumerate(things, 1):
            yield thing
            shown.update(number)


def rate(count: float, seconds: float, unit: str) -> str:
    """Return "159 frames/s" or "0.32 frames/s": a whole number where it is large, else two digits: 0 for a count of 0 alone."""
    speed = count / max(seconds, 1e-9)
    return f"{speed:{'.0f' if speed >= 10 else '.2g'}} {_several(unit)}/s"


def clock(seconds: float) -> str:
    """Return "46 s", "12 min" or "3.4 h"."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _several(unit: str) -> str:
    return f"{unit}es" if unit.endswith("ch") else f"{unit}s"
